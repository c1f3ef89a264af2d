"""What a person was reminded of and is still due."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from phoihop.base.org.doors import query
from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.plans.models import (
    CheckIn,
    Nudge,
    Obstacle,
    Output,
    Pace,
    SubPlan,
    Target,
    TargetReport,
    Task,
)
from phoihop.coordination.plans.rules.lateness import Lateness, days_late, state
from phoihop.coordination.plans.rules.states import ObstacleState, TaskState

LATEST = 2_000  # reminders looked back at
PAGE = 40


@dataclass(frozen=True, slots=True)
class Reminder:
    """One thing due: ``kind`` "task", "check-in", "sub-plan", "target" or "obstacle", with the uid that its
    page is found by (a plan's for a sub-plan, a task's for a check-in)."""

    kind: str
    uid: UUID
    text: str
    agency: str
    due: date
    stands: Lateness
    late: int


@query("plans.see_own_reminders", "Xem việc mình được nhắc", "See what one was reminded of", recorded=False)
def reminders(viewer: Viewer) -> tuple[Reminder, ...]:
    """What the viewer was reminded of and nobody has done since, the most urgent first: a fixed number of
    statements."""
    said = Nudge.objects.filter(account=viewer.account).order_by("-at").values_list("thing", flat=True)
    numbers: dict[str, set[int]] = {}
    for thing in said[:LATEST]:
        label, _, number = thing.partition(":")
        numbers.setdefault(label, set()).add(int(number))
    found = [
        *_tasks(numbers.get("plans.Task", set()), viewer.day),
        *_check_ins(numbers.get("plans.CheckIn", set()), viewer.day),
        *_sub_plans(numbers.get("plans.SubPlan", set()), viewer.day),
        *_targets(numbers.get("plans.Target", set()), viewer.day),
        *_obstacles(numbers.get("plans.Obstacle", set()), viewer.day),
    ]
    return tuple(sorted(found, key=lambda each: (each.due, each.kind, each.text)))


@query("plans.see_own_reminders", "Xem việc mình được nhắc", "See what one was reminded of", recorded=False)
def weekly(viewer: Viewer) -> bool:
    """Whether the viewer wants one message a week."""
    return Pace.objects.filter(account=viewer.account).exists()


def _one(kind: str, uid: UUID, text: str, agency: str, due: date, on: date) -> Reminder:
    return Reminder(kind, uid, text, agency, due, state(due, on), days_late(due, on))


def _tasks(numbers: set[int], on: date) -> list[Reminder]:
    rows = Task.objects.filter(pk__in=numbers, state=TaskState.OPEN.value, due__isnull=False)
    return [_one("task", each.uid, each.text, "", each.due, on) for each in rows if each.due]


def _check_ins(numbers: set[int], on: date) -> list[Reminder]:
    rows = CheckIn.objects.filter(pk__in=numbers, report=None, task__state=TaskState.OPEN.value)
    rows = rows.select_related("task", "agency")
    return [_one("check-in", each.task.uid, each.task.text, each.agency.name, each.due, on) for each in rows]


def _sub_plans(numbers: set[int], on: date) -> list[Reminder]:
    rows = SubPlan.objects.filter(pk__in=numbers, document=None, excused_why="", due__isnull=False)
    rows = rows.select_related("plan", "agency")
    return [
        _one("sub-plan", each.plan.uid, each.plan.name, each.agency.name, each.due, on)
        for each in rows
        if each.due
    ]


def _targets(numbers: set[int], on: date) -> list[Reminder]:
    there = Target.objects.filter(pk__in=numbers, dropped_on=None, due__isnull=False)
    rows = list(there.exclude(pk__in=Output.objects.values("target")))
    given = TargetReport.objects.filter(target__in=rows, withdrawn_at=None).values_list("target_id", "day")
    told = {(target, day) for target, day in given}
    return [
        _one("target", each.uid, each.text, "", each.due, on)
        for each in rows
        if each.due and not any(target == each.pk and day >= each.due for target, day in told)
    ]


def _obstacles(numbers: set[int], on: date) -> list[Reminder]:
    rows = Obstacle.objects.filter(pk__in=numbers, state=ObstacleState.OPEN.value).select_related("routed")
    return [
        _one("obstacle", each.uid, each.text, each.routed.name if each.routed else "", each.due, on)
        for each in rows
    ]
