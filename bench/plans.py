"""What each page of plans costs: milliseconds and statements, with 200 plans, 20,000 tasks and 5,000 people.

    ./run bench plans

One process, no network: a request through every layer (middleware, row security, templates). 340 agencies in
34 provinces; every plan has 100 tasks, of which a third moved once, 20 targets, reports, check-ins and
obstacles. Medians and 95th percentiles of 25 after 3 that warm up. Aim: 95 % of the requests to each page
within 300 ms. "Own" is this process's processor time, which a busy machine does not stretch; the database
works beside it. The machine's load is printed first and last.
"""

import os
import random
import statistics
import sys
import time
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

PLANS, TASKS, TARGETS, PEOPLE, PROVINCES, OFFICES = 200, 100, 20, 5_000, 34, 10
TIMES = 25
TABS = ("chi-tieu", "theo-co-quan", "theo-quy", "dong-thoi-gian", "chua-giao", "ke-hoach-con", "so-sanh",
        "lich-su")  # fmt: skip


def main() -> None:
    import django

    django.setup()
    import pgtrigger
    from django.db import connection
    from django.test.utils import CaptureQueriesContext, setup_test_environment

    from phoihop.base.org.models import Account
    from phoihop.base.security import origin, scope
    from phoihop.base.security.scope import Scope
    from tests.support import database
    from tests.support.world import signed_in

    setup_test_environment()
    print(f"load: {' '.join(f'{each:.1f}' for each in os.getloadavg())}")
    with database.product():
        began = time.perf_counter()
        with origin.beginning(), scope.acting(Scope("install")):
            # The history of rows made up here is nobody's; it would double the time that making them takes.
            with pgtrigger.ignore():
                paths = _make()
            browsers = {who: signed_in(Account.objects.get(username=who)) for who in ("planner", "officer")}
        print(f"{PLANS * TASKS} tasks made in {time.perf_counter() - began:.0f} s")
        print(f"{'page':24} {'ms':>9} {'p95':>9} {'own ms':>9} {'own p95':>9} {'statements':>10}")
        for name, (who, each) in paths.items():
            took, worked = [], []
            for turn in range(TIMES + 3):
                start, busy = time.perf_counter(), time.process_time()
                answer = browsers[who].get(each[turn % len(each)])
                if turn >= 3:
                    took.append((time.perf_counter() - start) * 1_000)
                    worked.append((time.process_time() - busy) * 1_000)
                assert answer.status_code == 200, (name, answer.status_code)
            with CaptureQueriesContext(connection) as caught:
                browsers[who].get(each[0])
            count = len([q for q in caught.captured_queries if "SAVEPOINT" not in q["sql"]])
            figures = [statistics.median(took), _high(took), statistics.median(worked), _high(worked)]
            print(f"{name:24}", *(f"{each:9.1f}" for each in figures), f"{count:10}", flush=True)
        print(f"load: {' '.join(f'{each:.1f}' for each in os.getloadavg())}")


def _high(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def _make() -> dict[str, tuple[str, list[str]]]:
    from phoihop.base.org import reach
    from phoihop.base.org.models import Agency, Person, Position
    from phoihop.base.org.tests import making
    from phoihop.coordination.plans.models import Plan
    from phoihop.kernel.sorting import person_key

    chance = random.Random(7)
    provinces = [
        making.unit(f"b{n}", name=f"Tỉnh {n}", kind="tỉnh", level="province", system="test")
        for n in range(PROVINCES)
    ]
    communes = [making.unit(f"b{p.pk}-{n}", p, system="test") for p in provinces for n in range(3)]
    kinds = ("people", "police", "health", "labour", "education", "finance", "justice")
    offices = Agency.objects.bulk_create(
        [
            Agency(kind=f"{kind}.province", name=f"{kind} {p.name}", unit=p)
            for p in provinces
            for kind in kinds
        ]
        + [Agency(kind="people.commune", name=f"UBND {c.name}", unit=c) for c in communes]
    )
    names = [f"Lò Văn {n}" for n in range(PEOPLE)]
    people = Person.objects.bulk_create([Person(name=name, sort_key=person_key(name)) for name in names])
    since = date(2026, 1, 5)
    Position.objects.bulk_create(
        Position(person=person, role="member", agency=offices[n % len(offices)], since=since)
        for n, person in enumerate(people)
    )
    board, police = offices[0], offices[1]
    planner, officer = making.account("planner"), making.account("officer")
    making.position(planner, "planning-officer", board)
    making.position(officer, "agency-officer", police)
    for number in range(PLANS):
        _plan(chance, number, planner, provinces, offices, people)
    reach.forget()
    own = list(Plan.objects.filter(agency=board).order_by("-pk")[:5])
    return _paths(own, board, police, offices)


def _plan(chance, number, planner, provinces, offices, people) -> None:
    from phoihop.coordination.documents.models import Item
    from phoihop.coordination.documents.rules.review import Kind, Ruling
    from phoihop.coordination.plans.models import (
        CheckIn,
        Holder,
        Obstacle,
        Output,
        Plan,
        Share,
        SubPlan,
        Target,
        TargetReport,
        Task,
        TaskReport,
    )
    from phoihop.coordination.plans.tests import filled

    place, year = number % len(provinces), 2026 - number // len(provinces)
    province, mine = provinces[place], offices[place * 7 : place * 7 + 7]
    before = Plan.objects.filter(agency=mine[0]).order_by("-pk").first()
    plan = filled.plan(planner, mine[0], province, first=date(year, 1, 1), last=date(year, 12, 31),
                       name=f"phòng, chống tệ nạn năm {year} {province.name}")  # fmt: skip
    if before is not None:
        before.before = plan
        before.save()
    ruled = {
        "ruling": Ruling.ACCEPTED.value,
        "ruled_by": planner,
        "ruled_at": filled.AT,
        "read": {},
        "value": {},
    }
    items = Item.objects.bulk_create(
        [Item(document=plan.document, kind=Kind.TASK.value, order=n, **ruled) for n in range(TASKS)]
        + [Item(document=plan.document, kind=Kind.TARGET.value, order=n, **ruled) for n in range(TARGETS)]
    )
    tasks = Task.objects.bulk_create(
        Task(
            plan=plan, item=items[n], order=n, text=f"việc {n} " + "tổ chức truyền thông tại các xã " * 3,
            starts=date(year, 1, 1), standing=n % 10 == 0,
            due=None if n % 10 == 0 else date(year, 1, 1) + timedelta(days=chance.randrange(365)),
            state="done" if n % 3 == 1 and n % 10 else "open",
            ended_on=date(year, 6, 1) if n % 3 == 1 and n % 10 else None,
        )
        for n in range(TASKS)
    )  # fmt: skip
    targets = Target.objects.bulk_create(
        Target(
            plan=plan, item=items[TASKS + n], order=n, text=f"chỉ tiêu {n} trên 90% số xã", comparator=">",
            value=Decimal(60 + n), measure="%", kind="output" if n % 4 == 0 else "share", due=plan.last,
        )
        for n in range(TARGETS)
    )  # fmt: skip
    shares = []
    for n, task in enumerate(tasks):
        agency = mine[chance.randrange(7)]
        if n % 12 == 0:
            shares.append(Share(task=task, part="lead", slot=0, named="UBND các xã", kind="people.commune",
                                group=True, unit=province, since=plan.first))  # fmt: skip
        else:
            moved = n % 3 == 0
            if moved:
                shares.append(Share(task=task, part="lead", slot=0, named="Sở cũ", agency=mine[3],
                                    since=date(2019, 1, 1), until=date(2025, 2, 28)))  # fmt: skip
            shares.append(Share(task=task, part="lead", slot=0, named="Sở cũ", agency=agency,
                                since=date(2025, 3, 1) if moved else date(2019, 1, 1)))  # fmt: skip
        shares += [
            Share(task=task, part="join", slot=slot, named="Sở", agency=mine[chance.randrange(7)],
                  since=date(2019, 1, 1))
            for slot in range(2)
        ]  # fmt: skip
    Share.objects.bulk_create(shares)
    Output.objects.bulk_create(Output(task=tasks[n], target=targets[n]) for n in range(0, TARGETS, 4))
    said = {"account": planner, "said": "going", "note": "đã làm tại ba xã"}
    TaskReport.objects.bulk_create(
        TaskReport(
            task=task, agency=mine[1], day=date(year, 1 + turn, 20), **said,
            **({"count": Decimal(3), "output": targets[n]} if n < TARGETS and n % 4 == 0 else {}),
        )
        for n, task in enumerate(tasks)
        for turn in range(3)
    )  # fmt: skip
    TargetReport.objects.bulk_create(
        TargetReport(target=target, day=date(year, 1 + turn, 28), value=Decimal(50 + n), source="báo cáo",
                     agency=mine[1], account=planner)
        for n, target in enumerate(targets)
        for turn in range(6)
    )  # fmt: skip
    Holder.objects.bulk_create(
        Holder(target=target, person=people[n], since=plan.first, named_by=planner)
        for n, target in enumerate(targets)
    )
    CheckIn.objects.bulk_create(
        CheckIn(task=task, agency=mine[1], first=date(year, 1 + q * 3, 1), last=date(year, 3 + q * 3, 28),
                due=date(year, 3 + q * 3, 28))
        for task in tasks[::10]
        for q in range(4)
    )  # fmt: skip
    SubPlan.objects.bulk_create(SubPlan(plan=plan, agency=agency, due=plan.last) for agency in mine[1:])
    Obstacle.objects.bulk_create(
        Obstacle(agency=mine[2], account=planner, task=task, duty="d", text="thiếu kinh phí", routed=mine[1],
                 due=date(year, 6, 1))
        for task in tasks[5:8]
    )  # fmt: skip


def _paths(own, board, police, offices) -> dict[str, tuple[str, list[str]]]:
    from phoihop.coordination.plans.models import Target, Task

    found = {
        "list": ("planner", [f"/ke-hoach/?page={n}" for n in (1, 2, 8)]),
        "list, one year": ("planner", ["/ke-hoach/?nam=2024"]),
    }
    for tab in ("", *TABS):
        paths = [f"/ke-hoach/{plan.uid}/{tab}/".replace("//", "/") for plan in own]
        found[f"plan {tab}".strip()] = ("planner", paths)
    commune = next(each for each in offices if each.kind == "people.commune")
    for name, agency in (("agency", police), ("agency commune", commune)):
        found[name] = ("officer", [f"/co-quan/{agency.pk}/viec/"])
    for which in ("chu-tri", "phoi-hop", "theo-nhom", "da-xong"):
        found[f"agency {which}"] = ("officer", [f"/co-quan/{police.pk}/viec/?xem={which}"])
    tasks = list(Task.objects.filter(plan__in=own).order_by("pk")[:50:5])
    targets = list(Target.objects.filter(plan__in=own).order_by("pk")[:20:2])
    found["task"] = ("officer", [f"/nhiem-vu/{each.uid}/" for each in tasks])
    found["task, planner"] = ("planner", [f"/nhiem-vu/{each.uid}/" for each in tasks])
    found["target"] = ("officer", [f"/chi-tieu/{each.uid}/" for each in targets])
    found["hand over"] = ("planner", [f"/nhiem-vu/{tasks[1].uid}/giao/"])
    found["holder"] = ("planner", [f"/chi-tieu/{targets[0].uid}/nguoi-chiu-trach-nhiem/"])
    found["today"] = ("officer", ["/hom-nay/"])
    return found


NAMED = {
    r"/ke-hoach/(\?.*)?": "list",
    r"/ke-hoach/[^/]+/": "plan",
    **{rf"/ke-hoach/[^/]+/{tab}/": f"plan {tab}" for tab in TABS},
    r"/co-quan/\d+/viec/(\?.*)?": "agency's work",
    r"/nhiem-vu/[^/]+/": "task",
    r"/nhiem-vu/[^/]+/bao-cao/": "task, report",
    r"/chi-tieu/[^/]+/": "target",
    r"/van-ban/(\?.*)?": "documents",
    r"/van-ban/[^/]+/": "document",
    "/hom-nay/": "today",
}


def people_at_work(count: int) -> list[tuple[str, Any, list[str]]]:
    """The world of this measurement made, and so many people of it: a name, the account, the pages they open.

    A fifth plan for their province, a fifth lead it, the others answer for an agency.
    """
    import pgtrigger

    from phoihop.base.org import viewers
    from phoihop.base.org.models import Agency
    from phoihop.base.org.tests import making
    from phoihop.coordination.plans.models import Plan, Target, Task

    with pgtrigger.ignore():
        _make()
    boards = list(Agency.objects.filter(kind="people.province", name__startswith="people ").order_by("pk"))
    found = []
    for n in range(count):
        board = boards[n % len(boards)]
        offices = list(Agency.objects.filter(unit=board.unit).exclude(pk=board.pk).order_by("pk"))
        role = ("planning-officer", "leader", "agency-officer", "agency-officer", "agency-officer")[
            n // len(boards) % 5
        ]
        place = offices[n % len(offices)] if role == "agency-officer" else board
        account = making.account(f"Người {n}")
        making.position(account, role, place)
        plans = list(Plan.objects.filter(agency=board).order_by("-pk")[:3])
        tasks = Task.objects.filter(plan=plans[0])
        if role == "agency-officer":
            tasks = tasks.filter(shares__agency=place, shares__part="lead", shares__until=None)
        targets = Target.objects.filter(plan=plans[0]).order_by("pk")[:3]
        paths = ["/hom-nay/", "/ke-hoach/", "/van-ban/", f"/ke-hoach/{plans[0].uid}/"]
        paths += [f"/nhiem-vu/{task.uid}/" for task in tasks.order_by("pk")[:3]]
        paths += [f"/chi-tieu/{target.uid}/" for target in targets]
        if role == "agency-officer":
            paths += [f"/co-quan/{place.pk}/viec/", f"/co-quan/{place.pk}/viec/?xem=chu-tri"]
        else:
            paths += [f"/ke-hoach/{plans[n % len(plans)].uid}/{tab}/" for tab in TABS]
            paths.append(f"/van-ban/{plans[0].document.uid}/")
        found.append((f"{role} {n}", account, paths))
    viewers.CACHE.clear()
    return found


if __name__ == "__main__":
    main()
