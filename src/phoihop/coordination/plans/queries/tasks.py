"""One task: who answers for it and did before, and everything that was said about it, in its order."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from uuid import UUID

from django.utils import timezone

from phoihop.base.org.doors import query
from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.plans.models import CheckIn, Obstacle, Task, TaskReport
from phoihop.coordination.plans.queries.evidence import WITH, Evidence, of_reports
from phoihop.coordination.plans.queries.obstacles import visible
from phoihop.coordination.plans.queries.rows import Promise, TaskRow, promise, task_rows
from phoihop.coordination.plans.rules.states import Said
from phoihop.kernel.refusals import Bilingual

see = partial(query, "plans.see_task", "Xem một nhiệm vụ", "See a task", of="task", recorded=False)


@dataclass(frozen=True, slots=True)
class Step:
    """Something of a task on a day: ``kind`` is "given", "moved", "report", "check-in", "obstacle",
    "answered", "escalated" or "ended"; the rest is what that kind has."""

    day: date
    kind: str
    agency: str = ""
    before: str = ""
    text: str = ""
    because: Bilingual | None = None
    why: str = ""
    basis: str = ""
    certain: bool = True
    said: str = ""
    output: str = ""
    count: Decimal | None = None
    promise: Promise | None = None
    files: tuple[Evidence, ...] = ()
    until: date | None = None
    trial: bool = False
    withdrawn_on: date | None = None
    uid: UUID | None = None
    name: str = ""
    reporter: int | None = None


@dataclass(frozen=True, slots=True)
class OpenCheckIn:
    """A round of a standing duty that waits for an answer."""

    uid: UUID
    agency: int
    name: str
    first: date
    last: date
    due: date
    late: bool
    came_from: str
    came_on: date | None


@dataclass(frozen=True, slots=True)
class Whole:
    """A task with all that is known of it."""

    row: TaskRow
    duty: str
    explicit: bool
    ended_on: date | None
    ended_why: str
    meeting: tuple[str, date] | None
    check_ins: tuple[OpenCheckIn, ...]
    steps: tuple[Step, ...]
    obstacles: int


@see()
def task(viewer: Viewer, *, task: Task) -> Whole:
    """The task; thirteen statements at most, however much was said of it."""
    day = viewer.day
    row = task_rows(Task.objects.filter(pk=task.pk), day, past=True)[0]
    reports = list(
        TaskReport.objects.filter(task=task)
        .select_related("agency", "output", "account__person", *WITH)
        .order_by("day", "at")
    )
    check_ins = list(CheckIn.objects.filter(task=task).select_related("agency", "came_from").order_by("due"))
    obstacles = list(Obstacle.objects.filter(visible(viewer), task=task).select_related("agency", "routed"))
    steps = [
        *_given(row),
        *_reports(viewer, reports, check_ins),
        *_obstacles(obstacles),
        *_ended(task),
    ]
    steps.sort(key=lambda step: step.day)
    waiting = tuple(
        OpenCheckIn(
            c.uid, c.agency_id, c.agency.name, c.first, c.last, c.due, c.due < day, _from(c), c.came_on
        )
        for c in check_ins
        if c.report_id is None
    )
    return Whole(
        row,
        task.duty,
        task.explicit,
        task.ended_on,
        task.ended_why,
        _meeting(task),
        waiting,
        tuple(steps),
        sum(obstacle.closed_at is None for obstacle in obstacles),
    )


def _from(check_in: CheckIn) -> str:
    return check_in.came_from.name if check_in.came_from is not None else ""


def _meeting(task: Task) -> tuple[str, date] | None:
    if task.conclusion_id is None:
        return None
    found = Task.objects.values_list("conclusion__meeting__title", "conclusion__meeting__day").get(pk=task.pk)
    return found[0], found[1]


def _given(row: TaskRow) -> Iterable[Step]:
    """What each part was to begin with, and each time that it moved."""
    for line in row.lines:
        held = (*line.before, line.now)
        for before, now in zip((None, *held), held, strict=False):
            yield Step(
                now.since,
                "moved" if before is not None else "given",
                agency=now.name,
                before=(before.name or before.named) if before is not None else "",
                text=now.part.value,
                because=now.because,
                why=now.why,
                basis=now.basis,
                certain=now.certain,
                name=now.named,
            )


def _reports(viewer: Viewer, reports: list[TaskReport], check_ins: list[CheckIn]) -> Iterable[Step]:
    rounds = {each.report_id: each for each in check_ins if each.report_id is not None}
    files = of_reports(viewer, reports)
    for report in reports:
        answered = rounds.get(report.pk)
        output = report.output
        yield Step(
            report.day,
            "check-in" if answered is not None else "report",
            agency=report.agency.name,
            text=report.note,
            said=Said(report.said).value,
            output=output.text if output is not None else "",
            count=report.count,
            promise=promise(output) if output is not None else None,
            files=tuple(files[number] for number in report.files),
            until=answered.last if answered is not None else None,
            before=_from(answered) if answered is not None else "",
            trial=report.trial,
            withdrawn_on=_day(report.withdrawn_at) if report.withdrawn_at is not None else None,
            uid=report.uid,
            reporter=report.agency_id,
            name=report.account.person.name,
        )


def _obstacles(obstacles: list[Obstacle]) -> Iterable[Step]:
    for each in obstacles:
        uid, trial, raised = each.uid, each.trial, each.agency.name
        yield Step(_day(each.raised_at), "obstacle", text=each.text, uid=uid, agency=raised, trial=trial)
        if each.answered_at is not None:
            routed, day = each.routed.name if each.routed is not None else "", _day(each.answered_at)
            yield Step(day, "answered", text=each.answer, uid=uid, agency=routed, trial=trial)
        if each.escalated_at is not None:
            yield Step(_day(each.escalated_at), "escalated", uid=uid, agency=raised, trial=trial)


def _day(at: datetime) -> date:
    """The day it was here; the database's clock is seven hours behind."""
    return timezone.localtime(at).date()


def _ended(task: Task) -> Iterable[Step]:
    if task.ended_on is not None:
        yield Step(task.ended_on, "ended", why=task.ended_why, said=task.state)
