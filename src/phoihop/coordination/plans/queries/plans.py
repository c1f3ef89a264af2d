"""The list of plans, and one plan as a whole."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import ExtractYear

from phoihop.base.org.doors import query
from phoihop.base.org.models import Agency, Unit
from phoihop.base.org.queries.units import full_name
from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.documents.models import Document
from phoihop.coordination.plans.models import Obstacle, Plan, Share, SubPlan, Task
from phoihop.coordination.plans.queries.answers import current
from phoihop.coordination.plans.queries.obstacles import visible
from phoihop.coordination.plans.queries.rows import TaskRow, task_rows
from phoihop.coordination.plans.queries.standing import (
    TargetFigures,
    TaskFigures,
    is_late,
    is_soon,
    target_figures,
    task_figures,
    told,
)
from phoihop.coordination.plans.rules.states import Part, TaskState
from phoihop.kernel.sorting import sort_key

PAGE = 25
FEW = 8  # tasks of each sort on a plan's first page
NO_TASKS, NO_TARGETS = TaskFigures(0, 0, 0, 0), TargetFigures()
see_list = partial(query, "plans.see_plans", "Xem các kế hoạch", "See the list of plans", recorded=False)
see = partial(query, "plans.see_plan", "Xem một kế hoạch", "See a plan", of="plan", recorded=False)


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan in the list, with how far it is."""

    uid: UUID
    name: str
    number: str
    issued: date | None
    first: date | None
    last: date | None
    unit: str
    agency: str
    trial: bool
    ended_on: date | None
    tasks: TaskFigures
    targets: TargetFigures


@dataclass(frozen=True, slots=True)
class Choices:
    """What the list can be narrowed by: years, units by key, agencies by id, each with its name."""

    years: tuple[int, ...]
    units: tuple[tuple[str, str], ...]
    agencies: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class PlanList:
    """One page of plans, how many there are, and by what to narrow them."""

    rows: tuple[PlanRow, ...]
    total: int
    choices: Choices


@dataclass(frozen=True, slots=True)
class Head:
    """What stands over every page of a plan. ``loose``: tasks that nobody answers for; ``owed``: sub-plans
    still missing."""

    pk: int
    uid: UUID
    name: str
    document: UUID
    number: str
    issued: date | None
    issuer: str
    first: date | None
    last: date | None
    unit: str
    unit_key: str
    agency: str
    agency_pk: int
    trial: bool
    ended_on: date | None
    before: UUID | None
    loose: int
    owed: int


@dataclass(frozen=True, slots=True)
class Overview:
    """A plan at a glance. ``hindered``: tasks with an open obstacle that the viewer may see."""

    head: Head
    tasks: TaskFigures
    targets: TargetFigures
    late: tuple[TaskRow, ...]
    soon: tuple[TaskRow, ...]
    hindered: int
    before: tuple[UUID, str] | None
    after: tuple[tuple[UUID, str], ...]


@see_list()
def plans(
    viewer: Viewer, *, year: int | None = None, unit: str = "", agency: int | None = None, page: int = 1
) -> PlanList:
    """The plans that run in a year, hold in a unit, are looked after by an agency; newest first."""
    wanted = Plan.objects.all()
    if year is not None:
        runs = Q(first__year__lte=year) & (Q(last__isnull=True, first__year=year) | Q(last__year__gte=year))
        wanted = wanted.filter(runs | Q(first__isnull=True, document__issued__year=year))
    if unit:
        wanted = wanted.filter(unit__key=unit)
    if agency is not None:
        wanted = wanted.filter(agency=agency)
    ordered = wanted.select_related("document", "unit", "agency").order_by(
        F("first").desc(nulls_last=True), F("document__issued").desc(nulls_last=True), "pk"
    )
    shown = list(ordered[(page - 1) * PAGE : page * PAGE])
    numbers = [plan.pk for plan in shown]
    tasks, targets = task_figures(numbers, viewer.day), target_figures(numbers)
    rows = (_row(plan, tasks.get(plan.pk, NO_TASKS), targets.get(plan.pk, NO_TARGETS)) for plan in shown)
    return PlanList(tuple(rows), wanted.count(), _choices())


@see_list()
def of_document(viewer: Viewer, *, document: Document) -> UUID | None:
    """The address of the plan that a document became; None where it became none."""
    return Plan.objects.filter(document=document).values_list("uid", flat=True).first()


def _row(plan: Plan, tasks: TaskFigures, targets: TargetFigures) -> PlanRow:
    return PlanRow(
        plan.uid,
        plan.name,
        plan.document.number,
        plan.document.issued,
        plan.first,
        plan.last,
        full_name(plan.unit) if plan.unit is not None else "",
        plan.agency.name,
        plan.trial,
        plan.ended_on,
        tasks,
        targets,
    )


def _choices() -> Choices:
    spans = Plan.objects.values_list(
        ExtractYear("first"), ExtractYear("last"), ExtractYear("document__issued")
    )
    years: set[int] = set()
    for first, last, issued in spans.distinct():
        begins = first or issued
        if begins is not None:
            years.update(range(begins, max(begins, last or begins) + 1))
    units = Unit.objects.filter(pk__in=Plan.objects.filter(unit__isnull=False).values("unit"))
    agencies = Agency.objects.filter(pk__in=Plan.objects.values("agency")).values_list("pk", "name")
    return Choices(
        tuple(sorted(years, reverse=True)),
        tuple(sorted(((each.key, full_name(each)) for each in units), key=lambda named: sort_key(named[1]))),
        tuple(sorted(agencies, key=lambda named: sort_key(named[1]))),
    )


@see()
def head(viewer: Viewer, *, plan: Plan) -> Head:
    """What stands over every page of the plan: two statements where the plan came with what it points to."""
    return head_of(plan, viewer.day)


def head_of(plan: Plan, day: date) -> Head:
    """As ``head``, for queries of this room that have asked already."""
    owed = SubPlan.objects.filter(plan=plan, document=None, excused_why="").count()
    return Head(
        plan.pk,
        plan.uid,
        plan.name,
        plan.document.uid,
        plan.document.number,
        plan.document.issued,
        plan.document.issuer,
        plan.first,
        plan.last,
        full_name(plan.unit) if plan.unit is not None else "",
        plan.unit.key if plan.unit is not None else "",
        plan.agency.name,
        plan.agency_id,
        plan.trial,
        plan.ended_on,
        plan.before.uid if plan.before is not None else None,
        loose_tasks(plan, day).aggregate(n=Count("pk"))["n"],
        owed,
    )


def loose_tasks(plan: Plan, day: date) -> QuerySet[Task]:
    """Open tasks of a plan with a part that nobody answers for."""
    return without_owner(Task.objects.filter(plan=plan, state=TaskState.OPEN.value), day)


def without_owner(tasks: QuerySet[Task], day: date) -> QuerySet[Task]:
    """Those with a part that nobody answers for: no share at all, or one without an agency."""
    shares = Share.objects.filter(current(day), task__in=tasks)
    nobody = shares.filter(agency=None, group=False).values("task")
    led = shares.filter(part=Part.LEAD.value).exclude(agency=None, group=False).values("task")
    return tasks.filter(Q(pk__in=nobody) | ~Q(pk__in=led))


@see()
def plan(viewer: Viewer, *, plan: Plan) -> Overview:
    """The plan at a glance: how far it is, what is late, what comes next, its neighbours in time."""
    day, tasks = viewer.day, told(Task.objects.filter(plan=plan), viewer.day)
    before = plan.before
    after = Plan.objects.filter(before=plan).order_by("first", "pk").values_list("uid", "name")
    ordered = tasks.order_by(F("due").asc(nulls_last=True), "order")
    return Overview(
        head_of(plan, day),
        task_figures([plan.pk], day).get(plan.pk, NO_TASKS),
        target_figures([plan.pk]).get(plan.pk, NO_TARGETS),
        task_rows(ordered.filter(is_late(day))[:FEW], day),
        task_rows(ordered.filter(is_soon(day))[:FEW], day),
        Obstacle.objects.filter(visible(viewer), task__plan=plan, closed_at=None).aggregate(
            n=Count("task", distinct=True)
        )["n"],
        (before.uid, before.name) if before is not None else None,
        tuple(after),
    )
