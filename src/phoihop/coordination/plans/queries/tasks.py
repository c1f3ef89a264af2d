"""One task: who answers for it and did before, and everything that was said about it, in its order."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from uuid import UUID

from phoihop.base.org.doors import may, query
from phoihop.base.org.files.place import KeptFile
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security.models import StoredFile
from phoihop.coordination.plans.models import CheckIn, Obstacle, Task, TaskReport
from phoihop.coordination.plans.queries.obstacles import visible
from phoihop.coordination.plans.queries.rows import Promise, TaskRow, promise, task_rows
from phoihop.coordination.plans.rules.states import Said

see = partial(query, "plans.see_task", "Xem một nhiệm vụ", "See a task", of="task", recorded=False)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file that shows something; ``name`` blank where the viewer may not fetch it."""

    pk: int
    name: str


@dataclass(frozen=True, slots=True)
class Step:
    """Something of a task on a day: ``kind`` is "given", "moved", "report", "check-in", "obstacle",
    "answered", "escalated" or "ended"; the rest is what that kind has."""

    day: date
    kind: str
    agency: str = ""
    before: str = ""
    text: str = ""
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
        .select_related("agency", "output", "account__person")
        .order_by("day", "at")
    )
    check_ins = list(CheckIn.objects.filter(task=task).select_related("agency").order_by("due"))
    obstacles = list(Obstacle.objects.filter(visible(viewer), task=task).select_related("agency", "routed"))
    steps = [
        *_given(row),
        *_reports(viewer, reports, check_ins),
        *_obstacles(obstacles),
        *_ended(task),
    ]
    steps.sort(key=lambda step: step.day)
    waiting = tuple(
        OpenCheckIn(c.uid, c.agency_id, c.agency.name, c.first, c.last, c.due, c.due < day)
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
                why=now.why,
                basis=now.basis,
                certain=now.certain,
                name=now.named,
            )


def _reports(viewer: Viewer, reports: list[TaskReport], check_ins: list[CheckIn]) -> Iterable[Step]:
    rounds = {each.report_id: each for each in check_ins if each.report_id is not None}
    files = _files(viewer, {number for report in reports for number in report.files})
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
            files=tuple(files.get(number, Evidence(number, "")) for number in report.files),
            until=answered.last if answered is not None else None,
            trial=report.trial,
            withdrawn_on=report.withdrawn_at.date() if report.withdrawn_at is not None else None,
            uid=report.uid,
            reporter=report.agency_id,
            name=report.account.person.name,
        )


def _files(viewer: Viewer, numbers: set[int]) -> dict[int, Evidence]:
    """Those that the viewer may fetch; the database keeps the others back by itself."""
    rows = StoredFile.objects.filter(pk__in=numbers) if numbers else ()
    return {
        row.pk: Evidence(row.pk, row.name) for row in rows if may(viewer, "org.fetch_file", KeptFile(row))
    }


def _obstacles(obstacles: list[Obstacle]) -> Iterable[Step]:
    for each in obstacles:
        raised = each.agency.name
        yield Step(each.raised_at.date(), "obstacle", text=each.text, uid=each.uid, agency=raised)
        if each.answered_at is not None:
            routed = each.routed.name if each.routed is not None else ""
            yield Step(each.answered_at.date(), "answered", text=each.answer, uid=each.uid, agency=routed)
        if each.escalated_at is not None:
            yield Step(each.escalated_at.date(), "escalated", uid=each.uid, agency=raised)


def _ended(task: Task) -> Iterable[Step]:
    if task.ended_on is not None:
        yield Step(task.ended_on, "ended", why=task.ended_why, said=task.state)
