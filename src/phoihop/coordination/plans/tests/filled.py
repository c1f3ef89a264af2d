"""Plans for the tests of what people see of them: rows written directly, so that each can be in any state."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from phoihop.base.org.models import Account, Agency, Unit
from phoihop.coordination.documents.models import Document, Item, Upload
from phoihop.coordination.documents.rules.review import Kind, Ruling, Stage
from phoihop.coordination.documents.rules.uploads import State
from phoihop.coordination.plans.models import (
    Binding,
    Output,
    Plan,
    Share,
    Target,
    TargetReport,
    Task,
    TaskReport,
)
from phoihop.coordination.plans.rules.states import Part, Said, TaskState

_NUMBERS = count(1)
AT = datetime(2026, 1, 20, 8, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def document(by: Account, agency: Agency, unit: Unit | None = None, **more: Any) -> Document:
    """A confirmed document of a file that was read."""
    number = next(_NUMBERS)
    upload = Upload.objects.create(
        account=by, agency=agency, sha256=f"{number:064d}", state=State.READ.value, reading={"documents": []},
        text="Phấn đấu trên 90% xã, phường được tuyên truyền.",
    )  # fmt: skip
    given = {
        "number": f"{number}/KH-UBND", "number_key": f"{number}/kh-ubnd", "issued": date(2026, 1, 15),
        "issuer": "Ủy ban nhân dân tỉnh", "kind": "kế hoạch", "stage": Stage.CONFIRMED.value,
        "confirmed_by": by, "confirmed_at": AT,
    }  # fmt: skip
    return Document.objects.create(
        upload=upload, order=0, start=0, end=40, agency=agency, unit=unit, **(given | more)
    )


def plan(by: Account, agency: Agency, unit: Unit | None = None, **more: Any) -> Plan:
    """A plan of 2026; ``issued`` and ``number`` go to its document."""
    of_document = {name: more.pop(name) for name in ("issued", "number") if name in more}
    given = {"name": "phòng, chống tệ nạn xã hội năm 2026", "first": YEAR[0], "last": YEAR[1]}
    made = document(by, agency, unit, **of_document)
    return Plan.objects.create(document=made, agency=agency, unit=unit, made_by=by, **(given | more))


def item(of: Document, kind: Kind, order: int, by: Account) -> Item:
    return Item.objects.create(
        document=of, kind=kind.value, order=order, start=0, end=20, read={}, value={},
        ruling=Ruling.ACCEPTED.value, ruled_by=by, ruled_at=AT,
    )  # fmt: skip


def target(of: Plan, **more: Any) -> Target:
    """ "Trên 90 % xã, phường được tuyên truyền" by the end of the plan, unless told otherwise."""
    order = next(_NUMBERS)
    given = {
        "order": order, "text": "trên 90% xã, phường được tuyên truyền", "comparator": ">",
        "value": Decimal(90), "measure": "%", "kind": "share", "due": of.last,
    }  # fmt: skip
    row = item(of.document, Kind.TARGET, order, of.made_by)
    return Target.objects.create(plan=of, item=row, **(given | more))


def task(of: Plan, *leads: Agency | None, joins: tuple[Agency, ...] = (), **more: Any) -> Task:
    """A task due at the end of the plan; None among ``leads``: a part that nobody answers for."""
    order = next(_NUMBERS)
    given = {
        "order": order,
        "text": "tổ chức truyền thông tại các xã, phường",
        "starts": of.first,
        "due": of.last,
    }
    row = item(of.document, Kind.TASK, order, of.made_by)
    made = Task.objects.create(plan=of, item=row, **(given | more))
    for part, agencies in ((Part.LEAD, leads), (Part.JOIN, joins)):
        for slot, agency in enumerate(agencies):
            named = agency.name if agency is not None else "Đoàn thể"
            share(made, agency, part=part.value, slot=slot, named=named)
    return made


def share(of: Task, agency: Agency | None, **more: Any) -> Share:
    given = {
        "part": Part.LEAD.value,
        "slot": 0,
        "named": agency.name if agency else "",
        "since": date(2026, 1, 15),
    }
    given |= more
    return Share.objects.create(task=of, agency=agency, **given)


def done(of: Task, on: date = date(2026, 6, 1)) -> Task:
    of.state, of.ended_on = TaskState.DONE.value, on
    of.save()
    return of


def output(of: Task, text: str = "15 buổi truyền thông", value: int = 15, measure: str = "buổi") -> Target:
    made = target(of.plan, text=text, comparator="=", value=Decimal(value), measure=measure, kind="output")
    Output.objects.create(task=of, target=made)
    return made


def said(of: Task, agency: Agency, by: Account, day: date = date(2026, 3, 1), **more: Any) -> TaskReport:
    return TaskReport.objects.create(task=of, agency=agency, account=by, day=day,
                                     **({"said": Said.GOING.value} | more))  # fmt: skip


def number(of: Target, agency: Agency, by: Account, value: str, **more: Any) -> TargetReport:
    given = {"day": date(2026, 3, 31), "source": "Báo cáo quý I"}
    return TargetReport.objects.create(
        target=of, agency=agency, account=by, value=Decimal(value), **(given | more)
    )


def days_ago(day: date, many: int) -> date:
    return day - timedelta(days=many)


def bound(of: Target, code: str, by: Account | None = None, **more: Any) -> Binding:
    """What a target may mean; with ``by``, what somebody confirmed."""
    given = {"edition": date(2026, 1, 1), "found": ["tuyên truyền"] if by is None else []}
    return Binding.objects.create(target=of, code=code, by=by, **(given | more))
