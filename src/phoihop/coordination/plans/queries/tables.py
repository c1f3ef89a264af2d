"""The tables of one plan: targets, tasks by agency, by quarter, along time, sub-plans."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import F, Q, QuerySet

from phoihop.base.org.models import Agency
from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.plans.models import Plan, SubPlan, Target, Task
from phoihop.coordination.plans.queries.answers import Answer
from phoihop.coordination.plans.queries.plans import Head, head_of, loose_tasks, see
from phoihop.coordination.plans.queries.rows import TargetRow, TaskRow, target_rows, task_rows
from phoihop.coordination.plans.queries.standing import Stand
from phoihop.coordination.plans.rules.states import TaskState
from phoihop.kernel.sorting import sort_key

BY_DUE = (F("due").asc(nulls_last=True), "order")
LONG = 1_000  # permille of the drawing's width


@dataclass(frozen=True, slots=True)
class Targets:
    """All targets of a plan in the document's order, and those taken out since."""

    head: Head
    rows: tuple[TargetRow, ...]
    dropped: tuple[TargetRow, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The tasks of one agency, group of agencies, or of nobody (``name`` blank)."""

    agency: int | None
    name: str
    is_group: bool
    led: tuple[TaskRow, ...]
    joined: tuple[TaskRow, ...]

    @property
    def late(self) -> int:
        return sum(row.stand is Stand.LATE for row in self.led)


@dataclass(frozen=True, slots=True)
class Quarter:
    """The tasks due in a quarter; 0 and 0 for those without a day, standing ones apart."""

    year: int
    quarter: int
    rows: tuple[TaskRow, ...]
    standing: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A task along the plan's time: where its bar begins and how long it is, in permille; 0 long: no days."""

    row: TaskRow
    start: int
    length: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """Bars over the days ``first`` to ``last``; ``ticks``: where each quarter begins; ``today`` is None
    outside these days."""

    head: Head
    first: date | None
    last: date | None
    ticks: tuple[tuple[int, int, int], ...]
    today: int | None
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class SubPlanRow:
    """A plan that an agency owes. ``task``: which sentence asks for it; ``plan``: what came of it."""

    pk: int
    agency: int
    name: str
    due: date | None
    late: bool
    document: UUID | None
    number: str
    issued: date | None
    plan: UUID | None
    excused_why: str
    task: UUID | None
    of: UUID
    of_name: str


@dataclass(frozen=True, slots=True)
class SubPlans:
    """Sub-plans of a plan: who has none yet, who has one, who was excused."""

    head: Head
    owed: tuple[SubPlanRow, ...]
    there: tuple[SubPlanRow, ...]
    excused: tuple[SubPlanRow, ...]


@see()
def targets(viewer: Viewer, *, plan: Plan) -> Targets:
    """Every target of the plan."""
    rows = target_rows(Target.objects.filter(plan=plan).order_by("order"), viewer.day)
    return Targets(
        head_of(plan, viewer.day),
        tuple(row for row in rows if row.dropped_on is None),
        tuple(row for row in rows if row.dropped_on is not None),
    )


@see()
def by_agency(viewer: Viewer, *, plan: Plan) -> tuple[Head, tuple[Group, ...]]:
    """The plan's tasks by who leads them; whoever only takes part comes with what they join in."""
    rows = task_rows(_tasks(plan).order_by(*BY_DUE), viewer.day)
    led: dict[tuple[int | None, str, bool], list[TaskRow]] = defaultdict(list)
    joined: dict[tuple[int | None, str, bool], list[TaskRow]] = defaultdict(list)
    for row in rows:
        for answer in row.answers:
            part = (led if answer.is_lead else joined)[_who(answer)]
            if row not in part[-1:]:
                part.append(row)
        if not row.leads:
            led[None, "", False].append(row)
    groups = (
        Group(agency, name, is_group, tuple(led.get(who, ())), tuple(joined.get(who, ())))
        for who in {*led, *joined}
        for agency, name, is_group in (who,)
    )
    # Nobody first: that is what asks for somebody; then agencies by name, groups after them.
    ordered = sorted(groups, key=lambda group: (bool(group.name), group.is_group, sort_key(group.name)))
    return head_of(plan, viewer.day), tuple(ordered)


def _who(answer: Answer) -> tuple[int | None, str, bool]:
    if answer.is_nobody:
        return None, "", False
    name = f"{answer.named}, {answer.unit}" if answer.group and answer.unit else answer.name
    return answer.agency, name, answer.group


@see()
def by_period(viewer: Viewer, *, plan: Plan) -> tuple[Head, tuple[Quarter, ...]]:
    """The plan's tasks by the quarter that they are due in."""
    quarters: dict[tuple[bool, int, int], list[TaskRow]] = defaultdict(list)
    for row in task_rows(_tasks(plan).order_by(*BY_DUE), viewer.day):
        if row.standing or row.due is None:
            quarters[row.standing, 0, 0].append(row)
        else:
            quarters[False, row.due.year, (row.due.month + 2) // 3].append(row)
    # Quarters in their order, then what has no day, then what has no end.
    ordered = sorted(quarters.items(), key=lambda each: (each[0][0], not each[0][1], *each[0][1:]))
    found = tuple(Quarter(year, n, tuple(rows), standing) for (standing, year, n), rows in ordered)
    return head_of(plan, viewer.day), found


@see()
def timeline(viewer: Viewer, *, plan: Plan) -> Timeline:
    """The plan's tasks along its time. A standing one runs all through; one without any day has no bar."""
    rows = task_rows(_tasks(plan).order_by("starts", *BY_DUE), viewer.day)
    head = head_of(plan, viewer.day)
    days = [day for row in rows for day in (row.starts, row.due) if day is not None]
    days += [day for day in (plan.first, plan.last) if day is not None]
    if not days:
        return Timeline(head, None, None, (), None, tuple(Bar(row, 0, 0) for row in rows))
    first, last = min(days), max(days)
    span = max(1, (last - first).days + 1)

    def along(day: date) -> int:
        return round((day - first).days * LONG / span)

    bars = []
    for row in rows:
        begins, ends = row.starts or first, (last if row.standing else row.due)
        long = 0 if ends is None else max(8, along(ends + timedelta(days=1)) - along(begins))
        bars.append(Bar(row, min(along(begins), LONG - 8) if long else 0, long))
    ticks = tuple((along(day), day.year, (day.month + 2) // 3) for day in _quarters(first, last))
    today = along(viewer.day) if first <= viewer.day <= last else None
    return Timeline(head, first, last, ticks, today, tuple(bars))


def _quarters(first: date, last: date) -> Iterable[date]:
    """The first days of the quarters that begin between two days."""
    for year in range(first.year, last.year + 1):
        for month in (1, 4, 7, 10):
            day = date(year, month, 1)
            if first <= day <= last:
                yield day


@see()
def loose(viewer: Viewer, *, plan: Plan) -> tuple[Head, tuple[TaskRow, ...]]:
    """The open tasks with a part that nobody answers for."""
    rows = task_rows(loose_tasks(plan, viewer.day).order_by(*BY_DUE), viewer.day)
    return head_of(plan, viewer.day), rows


@see()
def candidates(viewer: Viewer, *, plan: Plan) -> tuple[Agency, ...]:
    """Agencies that a task of the plan can be given to: those of today in its unit and the units below it."""
    from phoihop.base.org import reach
    from phoihop.base.org.queries.units import stood

    found = Agency.objects.filter(stood(viewer.day))
    if plan.unit_id is not None:
        lineage = reach.lineage()
        tops = {plan.unit_id, *_became(plan.unit_id)}
        found = found.filter(Q(unit__in=lineage.covered(tops)) | Q(unit=None))
    return tuple(sorted(found.only("pk", "name", "unit_id"), key=lambda each: sort_key(each.name)))


def _became(unit: int) -> set[int]:
    """What a unit has become, and that since."""
    from phoihop.base.org.models import Succession

    found: set[int] = set()
    waiting = {unit}
    while waiting:
        waiting = set(Succession.objects.filter(old__in=waiting).values_list("new_id", flat=True)) - found
        found |= waiting
    return found


@see()
def sub_plans(viewer: Viewer, *, plan: Plan) -> SubPlans:
    """Who owes a plan because this one says so."""
    rows = sub_plan_rows(Q(plan=plan), viewer.day)
    return SubPlans(
        head_of(plan, viewer.day),
        tuple(row for row in rows if row.document is None and not row.excused_why),
        tuple(row for row in rows if row.document is not None),
        tuple(row for row in rows if row.document is None and row.excused_why),
    )


def sub_plan_rows(which: Q, day: date) -> tuple[SubPlanRow, ...]:
    """Sub-plans by day and then by agency: one statement."""
    rows = SubPlan.objects.filter(which).select_related("agency", "document__plan", "task", "plan")
    return tuple(
        SubPlanRow(
            row.pk,
            row.agency_id,
            row.agency.name,
            row.due,
            row.document is None and not row.excused_why and row.due is not None and row.due < day,
            row.document.uid if row.document is not None else None,
            row.document.number if row.document is not None else "",
            row.document.issued if row.document is not None else None,
            _plan_of(row),
            row.excused_why,
            row.task.uid if row.task is not None else None,
            row.plan.uid,
            row.plan.name,
        )
        for row in sorted(rows, key=lambda row: (row.due or date.max, sort_key(row.agency.name)))
    )


def _plan_of(row: SubPlan) -> UUID | None:
    made = getattr(row.document, "plan", None)
    return made.uid if isinstance(made, Plan) else None


def _tasks(plan: Plan) -> QuerySet[Task]:
    return Task.objects.filter(plan=plan).exclude(state=TaskState.DROPPED.value)
