"""Plans made of confirmed documents: the five real ones, and small ones for single rules."""

from datetime import date

import pytest
from django.utils import timezone

from phoihop.base.org import loading
from phoihop.base.org.models import Succession, Unit
from phoihop.base.org.tests import making as org
from phoihop.base.security import scope
from phoihop.coordination.documents import confirming
from phoihop.coordination.documents.actions import reviewing
from phoihop.coordination.documents.models import Item
from phoihop.coordination.documents.rules.review import Kind, Ruling, Stage
from phoihop.coordination.plans.actions import making
from phoihop.coordination.plans.actions.handing import follow_changes
from phoihop.coordination.plans.models import Plan, Share, Task
from phoihop.coordination.plans.rules.states import TaskState
from phoihop.coordination.plans.taking_part import Agencies, parts
from phoihop.coordination.plans.tests import confirmed
from phoihop.coordination.plans.tests.test_handover import House, task

pytestmark = pytest.mark.django_db
real = pytest.mark.skipif(
    not confirmed.SEEDS.exists(),
    reason="NOT TESTED: plans of the real documents (../shared/seeds is not here)",
)

# seed, province as the document has it, targets, tasks, the plan's days, today's province,
# leading parts today: of one kind, of a group, of nobody
SEEDS = [
    ("000", "Lai Châu", 17, 0, "2022-01-01", "2022-12-31", "Lai Châu", (0, 0, 0)),
    ("001", "Lào Cai", 16, 2, "2022-01-01", "2022-12-31", "Lào Cai", (2, 0, 0)),
    ("002", "Quảng Bình", 3, 8, None, "2029-12-31", "Quảng Trị", (7, 1, 0)),
    ("003", "Bắc Kạn", 8, 9, "2023-01-01", "2023-12-31", "Thái Nguyên", (10, 2, 2)),
    ("004", "Hà Nội", 1, 15, "2020-01-01", "2020-12-31", "Hà Nội", (11, 4, 0)),
]


@real
def test_plans_of_the_five_real_documents():
    loading.load_units()
    for start, name, targets, tasks, first, last, now, leads in SEEDS:
        with scope.acting(org.INSTALL):
            unit = Unit.objects.get(name=name, level="province", system="2004")
            office = org.agency(f"Văn phòng UBND {name}", "people.province", unit)
            planner = org.somebody(f"Người kế hoạch {start}", "planning-officer", office)
            reading = confirmed.seed(start)
            document = confirmed.read_document(reading, office, planner.account, unit=unit)
            plan = making.make(planner, document)
        assert plan is not None
        (read,) = reading["documents"]
        assert (plan.targets.count(), plan.tasks.count()) == (len(read["targets"]), len(read["tasks"]))
        assert (plan.targets.count(), plan.tasks.count()) == (targets, tasks)
        assert (plan.first and plan.first.isoformat(), plan.last.isoformat()) == (first, last)
        assert leading(plan) == leads, name
        # Whoever answers alone answers in the province of today.
        today = Share.objects.filter(task__plan=plan, until=None, group=False).exclude(kind="")
        assert {share.unit.name for share in today} <= {now}
        assert all(share.unit.valid_to is None for share in today)


def leading(plan: Plan) -> tuple[int, int, int]:
    shares = list(Share.objects.filter(task__plan=plan, part="lead", until=None))
    groups = sum(share.group for share in shares)
    nobody = sum(not share.kind for share in shares)
    return len(shares) - groups - nobody, groups, nobody


@real
def test_lao_cai_as_it_is_today():
    loading.load_units()
    with scope.acting(org.INSTALL):
        unit = Unit.objects.get(name="Lào Cai", level="province", system="2025")
        office = org.agency("Văn phòng UBND tỉnh Lào Cai", "people.province", unit)
        police = org.agency("Công an tỉnh Lào Cai", "police.province", unit)
        culture = org.agency("Sở Văn hóa, Thể thao và Du lịch", "culture.province", unit)
        communes = Unit.objects.filter(level="commune", valid_to=None, parent=unit).order_by("key")
        bat_xat = communes.get(name="Bát Xát")
        yen_bai = communes.get(name="Yên Bái")
        people = {c: org.agency(f"UBND {c.name}", "people.commune", c) for c in (bat_xat, yen_bai)}
        planner = org.somebody("Người Kế Hoạch", "planning-officer", office)
        old = Unit.objects.get(name="Lào Cai", level="province", system="2004")
        reading = confirmed.seed("001")
        plan = making.make(planner, confirmed.read_document(reading, office, planner.account, unit=old))
    first = plan.tasks.get(order=0)
    assert (first.duty, first.starts, first.due) == ("recovery", date(2022, 4, 1), date(2022, 6, 30))
    assert [(t.value, t.measure) for t in first.outputs.order_by("order")] == [
        (20_000, "tờ rơi"), (15, "buổi"), (5, "diễn đàn"),
    ]  # fmt: skip
    lead = Share.objects.get(task=first, part="lead", until=None)
    assert (lead.agency, lead.named) == (police, "Sở Lao động - Thương binh và Xã hội")
    assert Share.objects.filter(task=first, agency=culture, until=None).exists()
    # Communes of the old province are of the group, those that came from the other one are not.
    taking = {each.agency for each in parts([first.pk], Agencies(timezone.localdate()))[first.pk]}
    assert people[bat_xat].pk in taking
    assert people[yen_bai].pk not in taking


def target(text: str, value, **more) -> dict:
    return {"text": text, "value": value, "value_exact": str(value), "unit": "%"} | more


def test_only_what_stands_becomes_part_of_the_plan():
    house = House()
    document = confirmed.of_values(
        house.office, house.planner.account, unit=house.unit,
        targets=[target("một", 1), target("hai", 2), target("ba", "2.5")],
        tasks=[task("Sở Y tế", outputs=[1, 2]), task("Sở Y tế")],
    )  # fmt: skip
    rejected = Item.objects.filter(document=document)
    rejected.filter(kind=Kind.TARGET, order=1).update(ruling=Ruling.REJECTED)
    rejected.filter(kind=Kind.TASK, order=1).update(ruling=Ruling.REJECTED)
    plan = making.make(house.planner, document)
    assert [(t.order, t.text, str(t.value.normalize())) for t in plan.targets.order_by("order")] == [
        (0, "một", "1"), (1, "ba", "2.5"),
    ]  # fmt: skip
    assert [t.text for t in plan.tasks.get().outputs.all()] == ["ba"]
    assert all(t.due == date(2022, 12, 31) for t in plan.targets.all())


def test_making_twice_changes_nothing():
    house = House(task("Sở Y tế"))
    before = list(Share.objects.values()), list(Task.objects.values()), Plan.objects.count()
    assert making.make(house.planner, house.plan.document) == house.plan
    assert (list(Share.objects.values()), list(Task.objects.values()), Plan.objects.count()) == before


def test_a_document_without_targets_and_tasks_makes_no_plan():
    house = House()
    document = confirmed.of_values(house.office, house.planner.account, unit=house.unit)
    assert making.make(house.planner, document) is None
    making.end(house.planner, document)


def test_confirming_makes_the_plan_and_withdrawing_ends_it():
    house = House()
    document = confirmed.of_values(
        house.office, house.planner.account, unit=house.unit, tasks=[task("Sở Y tế")]
    )
    document.stage, document.confirmed_by, document.confirmed_at = Stage.REVIEW, None, None
    document.save()
    reviewing.confirm(by=house.planner, document=document)
    plan = Plan.objects.get(document=document)
    assert (plan.made_by_id, plan.tasks.count(), plan.ended_on) == (house.planner.account, 1, None)
    reviewing.withdraw(by=house.planner, document=document, why="ban hành nhầm")
    plan.refresh_from_db()
    assert plan.ended_on == timezone.localdate()
    assert making.make in confirming.LISTENERS
    assert confirming.LISTENERS.count(making.make) == 1


def test_withdrawing_ends_the_plan_and_keeps_all_of_it():
    house = House(task("Sở Y tế"), task("Sở Y tế"))
    house.plan.tasks.filter(order=0).update(state=TaskState.DONE, ended_on=date(2022, 5, 1))
    shares = Share.objects.count()
    making.end(house.planner, house.plan.document)
    plan = Plan.objects.get(pk=house.plan.pk)
    assert plan.ended_on == timezone.localdate()
    assert [t.state for t in plan.tasks.order_by("order")] == [TaskState.DONE, TaskState.DROPPED]
    assert Share.objects.count() == shares
    house.agency("health.province", name="Sở Y tế")
    assert follow_changes(timezone.localdate()).filled == 0


STANDING = [
    ({"period": "Quý II năm 2022"}, False, "2022-06-30", 3),
    ({"period": "thường xuyên", "standing": True}, True, "", 3),
    ({"period": "hằng quý", "standing": False}, True, "", 3),
    ({"period": "hằng năm", "standing": False}, True, "", 12),
    ({"period": None, "standing": True}, True, "", 3),
    ({"period": None, "standing": False}, False, "2022-12-31", 3),
    ({"period": "Trong năm 2022", "standing": True}, False, "2022-12-31", 3),
]


@pytest.mark.parametrize(("given", "standing", "due", "every"), STANDING)
def test_days_of_a_task(given, standing, due, every):
    made = House(task("Sở Y tế", **given)).plan.tasks.get()
    assert (made.standing, made.due, made.every) == (
        standing,
        date.fromisoformat(due) if due else None,
        every,
    )


def test_an_undated_document_names_the_agencies_of_the_papers_it_cites():
    house = House()
    document = confirmed.of_values(
        house.office, house.planner.account, unit=house.unit, issued=None, period="2023",
        tasks=[task("Sở Lao động - Thương binh và Xã hội")],
    )  # fmt: skip
    cite = {"date": "2023-04-26", "number": "154/TB-VPCP"}
    item = Item.objects.get(document=document)
    Item.objects.create(
        document=document, kind=Kind.CITE, order=0, value=cite, read=cite, ruling=Ruling.ACCEPTED,
        ruled_by_id=item.ruled_by_id, ruled_at=item.ruled_at,
    )  # fmt: skip
    making.make(house.planner, document)
    assert [s.kind for s in Share.objects.order_by("since")] == ["labour.province", "police.province"]
    assert Share.objects.order_by("since")[0].since == date(2023, 4, 26)


def test_a_district_that_is_named_is_the_place_of_its_part():
    house = House()
    with scope.acting(org.INSTALL):
        district = org.unit("bx", house.unit, level="district", kind="huyện", name="Bát Xát")
    plan = house.make(task("UBND huyện Bát Xát", text="Tuyên truyền"))
    first, last = Share.objects.filter(task__plan=plan).order_by("since")
    assert (first.kind, first.group, first.unit) == ("people.district", False, district)
    assert (last.kind, last.group, last.unit) == ("people.commune", True, district)


def test_a_district_that_is_not_found_does_not_mean_all_of_them():
    plan = House(task("UBND huyện Bát Xát", text="Tuyên truyền")).plan
    shares = list(Share.objects.filter(task__plan=plan).order_by("since"))
    assert not any(share.group or share.agency or share.unit or share.certain for share in shares)
    assert shares[0].because == [{"code": "place-unknown", "place": "Bát Xát"}]


def test_a_part_without_a_known_place_has_nobody():
    house = House()
    document = confirmed.of_values(
        house.office, house.planner.account, unit=None, tasks=[task("Các sở, ngành", "Sở Y tế")]
    )
    house.office.unit = None
    house.office.save()
    document.agency.refresh_from_db()
    plan = making.make(house.planner, document)
    assert plan.unit is None
    assert not Share.objects.filter(task__plan=plan, group=True).exists()
    assert not Share.objects.filter(task__plan=plan, agency__isnull=False).exists()


YEARS = "Công tác cai nghiện ma túy năm {}"


def test_the_plan_of_the_year_before_is_proposed():
    house = House()
    made = {
        year: house.make(
            task("Sở Y tế"), title=YEARS.format(year), period=str(year), issued=date(year, 1, 20)
        )
        for year in (2023, 2021, 2022)
    }
    other = house.make(
        task("Sở Y tế"), title="Xây dựng nông thôn mới năm 2022", period="2022", issued=date(2022, 2, 1)
    )
    before = {plan.pk: plan.before_id for plan in Plan.objects.all()}
    assert before == {
        made[2023].pk: made[2022].pk, made[2022].pk: made[2021].pk, made[2021].pk: None, other.pk: None,
    }  # fmt: skip


def test_the_plan_before_is_that_of_the_province_that_went_into_this_one():
    house = House()
    earlier = house.make(task("Sở Y tế"), title=YEARS.format(2025), period="2025", issued=date(2025, 1, 20))
    with scope.acting(org.INSTALL):
        new = org.unit("moi", level="province", kind="tỉnh", name="Tỉnh Mới")
        Succession.objects.create(old=house.unit, new=new, whole=True, day=date(2025, 7, 1))
    house.unit = new
    later = house.make(task("Sở Y tế"), title=YEARS.format(2026), period="2026", issued=date(2026, 1, 20))
    assert later.before == earlier
