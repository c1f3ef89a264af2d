"""One target: its sentence, its numbers in the order of their days, who answers for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from uuid import UUID

from django.utils import timezone

from phoihop.base.org.doors import query
from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.plans.models import Holder, Target, TargetReport, Task, TaskReport
from phoihop.coordination.plans.queries.bindings import BoundTarget, of_target
from phoihop.coordination.plans.queries.evidence import WITH, Evidence, of_reports
from phoihop.coordination.plans.queries.meanings import Meant, better_of
from phoihop.coordination.plans.queries.rows import Held, TargetRow, TaskRow, target_rows, task_rows
from phoihop.coordination.plans.rules.binding import Better
from phoihop.coordination.plans.rules.live import Judged, judge

see = partial(query, "plans.see_target", "Xem một chỉ tiêu", "See a target", of="target", recorded=False)


@dataclass(frozen=True, slots=True)
class Number:
    """A number entered by hand, or one that a task counted (``counted``); both may be taken back."""

    uid: UUID
    day: date
    value: Decimal
    source: str
    note: str
    agency: str
    reporter: int
    name: str
    trial: bool
    withdrawn_on: date | None
    judged: Judged
    counted: bool = False
    files: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Whole:
    """A target with all that is known of it; ``holders`` and ``was_bound`` the latest first."""

    row: TargetRow
    bound: BoundTarget
    was_bound: tuple[Meant, ...]
    numerator: str
    denominator: str
    over: str
    baseline: str
    numbers: tuple[Number, ...]
    counts: tuple[Number, ...]
    holders: tuple[tuple[Held, date | None], ...]
    tasks: tuple[TaskRow, ...]


@see()
def target(viewer: Viewer, *, target: Target) -> Whole:
    """The target; eighteen statements at most, however often it was reported."""
    row = target_rows(Target.objects.filter(pk=target.pk), viewer.day)[0]
    named = Holder.objects.filter(target=target).select_related("person").order_by("-since")
    bound, was_bound = of_target(target, viewer.day)
    return Whole(
        row,
        bound,
        was_bound,
        target.numerator,
        target.denominator,
        target.over,
        target.baseline,
        tuple(_numbers(target, better_of(bound.confirmed))),
        tuple(_counts(viewer, target)),
        tuple((Held(h.person_id, h.person.name, h.since, h.basis), h.until) for h in named),
        task_rows(Task.objects.filter(outputs=target).order_by("order"), viewer.day),
    )


def _numbers(target: Target, better: Better) -> Iterable[Number]:
    rows = TargetReport.objects.filter(target=target).select_related("agency", "account__person")
    for row in rows.order_by("-day", "-at"):
        yield Number(
            row.uid,
            row.day,
            row.value,
            row.source,
            row.note,
            row.agency.name,
            row.agency_id,
            row.account.person.name,
            row.trial,
            timezone.localtime(row.withdrawn_at).date() if row.withdrawn_at is not None else None,
            judge(target, row.value, better),
        )


def _counts(viewer: Viewer, target: Target) -> Iterable[Number]:
    counted = TaskReport.objects.filter(output=target, count__isnull=False)
    rows = list(counted.select_related("agency", "account__person", *WITH).order_by("-day", "-at"))
    files = of_reports(viewer, rows)
    for row in rows:
        yield Number(
            row.uid,
            row.day,
            row.count or Decimal(0),
            "",
            row.note,
            row.agency.name,
            row.agency_id,
            row.account.person.name,
            row.trial,
            timezone.localtime(row.withdrawn_at).date() if row.withdrawn_at is not None else None,
            Judged.UNKNOWN,
            counted=True,
            files=tuple(files[number] for number in row.files),
        )
