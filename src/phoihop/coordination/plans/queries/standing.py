"""Where a task stands on a day, where a target stands: conditions for lists and the same in plain Python."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Sum

from phoihop.base.org.models import Agency
from phoihop.coordination.plans.models import Binding, CheckIn, Target, TargetReport, Task, TaskReport
from phoihop.coordination.plans.rules import lateness
from phoihop.coordination.plans.rules.binding import Better, catalogue
from phoihop.coordination.plans.rules.lateness import Lateness
from phoihop.coordination.plans.rules.live import Judged, judge
from phoihop.coordination.plans.rules.states import TaskState

SOON = timedelta(days=lateness.SOON)


class Stand(StrEnum):
    """Where a task stands, as lists show it."""

    LATE = "late"
    SOON = "soon"
    OPEN = "open"
    STANDING = "standing"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Known:
    """The last that is known of a target. ``counted``: summed up from what tasks reported."""

    value: Decimal
    day: date
    source: str
    trial: bool
    counted: bool = False


@dataclass(frozen=True, slots=True)
class TaskFigures:
    """How many tasks of each sort; a late one is in none of the others, a dropped one in none at all."""

    done: int
    late: int
    open: int
    standing: int

    @property
    def total(self) -> int:
        return self.done + self.late + self.open + self.standing


@dataclass(frozen=True, slots=True)
class TargetFigures:
    """How many targets of each sort. ``trial``: at least one figure is of the demonstration."""

    met: int = 0
    behind: int = 0
    unknown: int = 0
    trial: bool = False

    @property
    def total(self) -> int:
        return self.met + self.behind + self.unknown


def told(tasks: QuerySet[Task], day: date, agency: Agency | None = None) -> QuerySet[Task]:
    """Tasks with what their check-ins say: ``silent``, one went unanswered past its day; ``asked``, one is to
    be answered soon. With ``agency``: its own check-ins alone, for another's silence is not its own."""
    waiting = CheckIn.objects.filter(task=OuterRef("pk"), report=None)
    if agency is not None:
        waiting = waiting.filter(agency=agency)
    soon = waiting.filter(last__lt=day, due__gte=day, due__lte=day + SOON)
    return tasks.annotate(silent=Exists(waiting.filter(due__lt=day)), asked=Exists(soon))


def is_late(day: date) -> Q:
    """Late tasks, as a condition on rows that are ``told``."""
    return Q(state=TaskState.OPEN.value) & (Q(standing=False, due__lt=day) | Q(silent=True))


def is_soon(day: date) -> Q:
    """Tasks whose day, or check-in, comes within a fortnight; late ones not counted."""
    dated = Q(standing=False, due__gte=day, due__lte=day + SOON)
    return Q(state=TaskState.OPEN.value, silent=False) & (dated | Q(standing=True, asked=True))


def stand(task: Task, day: date) -> Stand:
    """Of a task that is ``told``."""
    if task.state != TaskState.OPEN:
        return Stand(task.state)
    if task.silent:  # type: ignore[attr-defined]
        return Stand.LATE
    if task.standing:
        return Stand.SOON if task.asked else Stand.STANDING  # type: ignore[attr-defined]
    match lateness.state(task.due, day):
        case Lateness.LATE:
            return Stand.LATE
        case Lateness.SOON:
            return Stand.SOON
    return Stand.OPEN


def task_figures(plans: Iterable[int], day: date) -> dict[int, TaskFigures]:
    """By plan, in one statement; plans without a task are missing."""
    going = Q(state=TaskState.OPEN.value)
    rows = (
        told(Task.objects.filter(plan__in=plans), day)
        .values("plan")
        .annotate(
            done=Count("pk", filter=Q(state=TaskState.DONE.value)),
            late=Count("pk", filter=is_late(day)),
            standing=Count("pk", filter=going & Q(standing=True, silent=False)),
            going=Count("pk", filter=going),
        )
    )
    return {
        row["plan"]: TaskFigures(
            row["done"], row["late"], row["going"] - row["late"] - row["standing"], row["standing"]
        )
        for row in rows
    }


def target_figures(plans: Iterable[int]) -> dict[int, TargetFigures]:
    """By plan, in four statements; plans without a target are missing."""
    fields = ("pk", "plan_id", "comparator", "value", "value_max", "direction")
    targets = list(Target.objects.filter(plan__in=plans, dropped_on=None).only(*fields))
    numbers = [target.pk for target in targets]
    known, better = known_of(numbers), ways_of(numbers)
    counts: dict[int, dict[Judged, int]] = {}
    trial: set[int] = set()
    for target in targets:
        here = counts.setdefault(target.plan_id, dict.fromkeys(Judged, 0))
        latest = known.get(target.pk)
        here[judge(target, latest.value if latest else None, better.get(target.pk, Better.NEITHER))] += 1
        if latest is not None and latest.trial:
            trial.add(target.plan_id)
    return {
        plan: TargetFigures(here[Judged.MET], here[Judged.BEHIND], here[Judged.UNKNOWN], plan in trial)
        for plan, here in counts.items()
    }


def ways_of(targets: Collection[int]) -> dict[int, Better]:
    """Which way is good of those that are bound, for numbers whose target does not say: one statement."""
    rows = Binding.objects.filter(target__in=targets, until=None, by__isnull=False)
    entries = ((target, catalogue().get(code)) for target, code in rows.values_list("target", "code"))
    return {target: entry.better for target, entry in entries if entry is not None}


def known_of(targets: Iterable[int]) -> dict[int, Known]:
    """The last number of each target; where none was entered, the sum of what its tasks counted."""
    wanted = list(targets)
    counted = (
        TaskReport.objects.filter(output__in=wanted, withdrawn_at=None, count__isnull=False)
        .values("output")
        .annotate(sum=Sum("count"), last=Max("day"), trials=Count("pk", filter=Q(trial=True)))
    )
    found = {
        row["output"]: Known(row["sum"], row["last"], "", bool(row["trials"]), counted=True)
        for row in counted
    }
    reports = TargetReport.objects.filter(target__in=wanted, withdrawn_at=None)
    last = reports.order_by("target", "-day", "-at").distinct("target")
    rows = last.values_list("target", "value", "day", "source", "trial")
    return found | {target: Known(value, day, source, trial) for target, value, day, source, trial in rows}
