"""One agency's work: its tasks by sort, what is late, the plans it owes, its targets and obstacles."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from phoihop.base.org.doors import query
from phoihop.base.org.models import Agency, Position
from phoihop.base.org.queries.units import stood
from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.plans.models import Holder, Obstacle, Share, Target, Task
from phoihop.coordination.plans.queries.answers import current, of_agency
from phoihop.coordination.plans.queries.obstacles import visible
from phoihop.coordination.plans.queries.rows import TargetRow, TaskRow, target_rows, task_rows
from phoihop.coordination.plans.queries.standing import Stand, is_late, is_soon, stand, told
from phoihop.coordination.plans.queries.tables import SubPlanRow, sub_plan_rows
from phoihop.coordination.plans.rules.states import ObstacleState, Part, TaskState

PAGE = 40
# Who follows an agency's work. Others find it by its page, and have their own to do.
FOLLOWERS = frozenset({"planning-officer", "agency-officer", "leader", "head"})
see = partial(query, "plans.see_agency", "Xem việc của một cơ quan", "See an agency's work", of="agency",
              recorded=False)  # fmt: skip


class Which(StrEnum):
    """Which of an agency's tasks to list; the first is what to do now: late or soon due."""

    NOW = "can-lam"
    LATE = "qua-han"
    SOON = "sap-den-han"
    LED = "chu-tri"
    JOINED = "phoi-hop"
    STANDING = "thuong-xuyen"
    GROUP = "theo-nhom"
    DONE = "da-xong"


@dataclass(frozen=True, slots=True)
class ObstacleRow:
    """An obstacle that an agency raised, or has to answer."""

    uid: UUID
    text: str
    raised_by: str
    routed: str
    raised_on: date
    due: date
    state: ObstacleState
    late: bool
    task: UUID | None


@dataclass(frozen=True, slots=True)
class Work:
    """An agency's work; ``rows`` is one page of the tasks asked for, ``counts`` how many of each sort."""

    agency: Agency
    counts: dict[Which, int]
    rows: tuple[TaskRow, ...]
    total: int
    sub_plans: tuple[SubPlanRow, ...]
    targets: tuple[TargetRow, ...]
    asked: tuple[ObstacleRow, ...]
    raised: tuple[ObstacleRow, ...]
    came_from: tuple[tuple[int, str, date], ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much of an agency's own work waits: tasks it leads, check-ins, obstacles to answer."""

    agency: int
    name: str
    late: int
    soon: int
    asked: int


@see()
def work(viewer: Viewer, *, agency: Agency, which: Which = Which.NOW, page: int = 1) -> Work:
    """The agency's work of today. A group's task is each member's."""
    day = viewer.day
    # Asked once: which units an agency belongs to takes a walk through what they came from.
    mine = Share.objects.filter(of_agency(agency, day))
    wanted = _tasks(mine, agency, which, day)
    ordered = wanted.order_by(F("due").asc(nulls_last=True), "plan", "order")
    if which is Which.DONE:
        ordered = wanted.order_by("-ended_on", "pk")
    asked, raised = _obstacles(viewer, agency)
    return Work(
        agency,
        counts := _counts(mine, agency, day),
        task_rows(ordered[(page - 1) * PAGE : page * PAGE], day, past=True, agency=agency),
        counts[which],
        sub_plan_rows(Q(agency=agency), day),
        target_rows(_targets(agency, day), day),
        asked,
        raised,
        tuple(agency.came_from.filter(duty="").order_by("day").values_list("old", "old__name", "day")),
    )


def _shares(shares: QuerySet[Share], which: Which) -> QuerySet[Share]:
    match which:
        case Which.LED:
            return shares.filter(part=Part.LEAD.value, group=False)
        case Which.JOINED:
            return shares.filter(part=Part.JOIN.value, group=False)
        case Which.GROUP:
            return shares.filter(group=True)
        case Which.NOW | Which.LATE | Which.SOON:
            return shares.filter(part=Part.LEAD.value)
    return shares


def _condition(which: Which, day: date) -> Q:
    going = Q(state=TaskState.OPEN.value)
    match which:
        case Which.NOW:
            return is_late(day) | is_soon(day)
        case Which.LATE:
            return is_late(day)
        case Which.SOON:
            return is_soon(day)
        case Which.DONE:
            return Q(state=TaskState.DONE.value)
        case Which.STANDING:
            return going & Q(standing=True)
    return going


def _tasks(shares: QuerySet[Share], agency: Agency, which: Which, day: date) -> QuerySet[Task]:
    mine = _shares(shares, which).values("task")
    return told(Task.objects.filter(pk__in=mine), day, agency).filter(_condition(which, day))


def _counts(shares: QuerySet[Share], agency: Agency, day: date) -> dict[Which, int]:
    """How many tasks of each sort, in two statements. What ``_tasks`` asks the database is asked here of
    each row: eight conditions in one statement take longer to put into words than to answer."""
    fields = ("pk", "state", "standing", "due")
    sorts = told(Task.objects.filter(pk__in=shares.values("task")), day, agency).only(*fields)
    fits = {task.pk: _fits(task, day) for task in sorts}
    found: dict[Which, set[int]] = {which: set() for which in Which}
    for task, part, group in shares.values_list("task", "part", "group"):
        for which in fits[task] & _sorts(Part(part), group=group):
            found[which].add(task)
    return {which: len(tasks) for which, tasks in found.items()}


def _fits(task: Task, day: date) -> set[Which]:
    """The sorts whose ``_condition`` a task that is ``told`` meets."""
    if task.state != TaskState.OPEN:
        return {Which.DONE} if task.state == TaskState.DONE else set()
    found = {Which.LED, Which.JOINED, Which.GROUP}
    if task.standing:
        found.add(Which.STANDING)
    match stand(task, day):
        case Stand.LATE:
            found |= {Which.NOW, Which.LATE}
        case Stand.SOON:
            found |= {Which.NOW, Which.SOON}
    return found


def _sorts(part: Part, *, group: bool) -> set[Which]:
    """The sorts whose ``_shares`` keep such a share."""
    found = {Which.STANDING, Which.DONE}
    if part is Part.LEAD:
        found |= {Which.NOW, Which.LATE, Which.SOON}
    if group:
        return found | {Which.GROUP}
    return found | {Which.LED if part is Part.LEAD else Which.JOINED}


def _targets(agency: Agency, day: date) -> QuerySet[Target]:
    """Targets that somebody of the agency answers for, and the outputs of the tasks that it leads."""
    here = Position.objects.filter(agency=agency, since__lte=day).filter(
        Q(until__isnull=True) | Q(until__gte=day)
    )
    held = Holder.objects.filter(current(day), person__in=here.values("person")).values("target")
    led = Share.objects.filter(current(day), agency=agency, part=Part.LEAD.value).values("task")
    open_ones = Task.objects.filter(pk__in=led, state=TaskState.OPEN.value)
    made = open_ones.filter(outputs__isnull=False).values("outputs")
    found = Target.objects.filter(Q(pk__in=held) | Q(pk__in=made), dropped_on=None)
    return found.order_by(F("due").asc(nulls_last=True), "plan", "order")[:PAGE]


def _obstacles(viewer: Viewer, agency: Agency) -> tuple[tuple[ObstacleRow, ...], tuple[ObstacleRow, ...]]:
    """Those that the agency has to answer and those that it raised, not closed, in the viewer's sight."""
    day = viewer.day
    rows = Obstacle.objects.filter(visible(viewer), Q(routed=agency) | Q(agency=agency), closed_at=None)
    found = list(rows.select_related("agency", "routed", "task").order_by("due", "pk"))
    asked = (each for each in found if each.routed_id == agency.pk and each.state == ObstacleState.OPEN)
    return (
        tuple(_obstacle(each, day) for each in asked),
        tuple(_obstacle(each, day) for each in found if each.agency_id == agency.pk),
    )


def _obstacle(row: Obstacle, day: date) -> ObstacleRow:
    return ObstacleRow(
        row.uid,
        row.text,
        row.agency.name,
        row.routed.name if row.routed is not None else "",
        timezone.localtime(row.raised_at).date(),
        row.due,
        ObstacleState(row.state),
        row.state == ObstacleState.OPEN and row.due < day,
        row.task.uid if row.task is not None else None,
    )


@query("plans.see_own_work", "Xem việc của cơ quan mình hôm nay", "See one's agency's work of today",
       recorded=False)  # fmt: skip
def waiting(viewer: Viewer) -> tuple[Waiting, ...]:
    """What waits in the agencies whose officer or leader the viewer is; three statements each."""
    where = {held.agency for held in viewer.now if held.agency and held.role in FOLLOWERS}
    mine = Agency.objects.filter(stood(viewer.day), pk__in=where)
    found = []
    for agency in mine.order_by("pk"):
        shares = Share.objects.filter(of_agency(agency, viewer.day))
        led = _shares(shares, Which.NOW).values("task")
        tasks = told(Task.objects.filter(pk__in=led), viewer.day, agency)
        counts = tasks.aggregate(
            late=Count("pk", filter=is_late(viewer.day)), soon=Count("pk", filter=is_soon(viewer.day))
        )
        asked = Obstacle.objects.filter(routed=agency, state=ObstacleState.OPEN.value, closed_at=None).count()
        found.append(Waiting(agency.pk, agency.name, counts["late"], counts["soon"], asked))
    return tuple(found)
