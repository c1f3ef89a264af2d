"""Everything that is due about now, as the ladder of reminders wants it (rules.lateness)."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.db.models import F, Q

from phoihop.coordination.plans.models import (
    CheckIn,
    Committee,
    Holder,
    Obstacle,
    Output,
    Plan,
    SubPlan,
    Target,
    TargetReport,
    Task,
)
from phoihop.coordination.plans.rules.lateness import LADDER, Rung, Step, Thing
from phoihop.coordination.plans.rules.progress import still_owed, task_done_on
from phoihop.coordination.plans.rules.states import ObstacleState, TaskState
from phoihop.coordination.plans.taking_part import Agencies, parts, slots, words

# Days ahead that the first step may look, a holiday of the longest sort before it included, and the week that
# who is told once a week is told of beforehand.
_AHEAD = timedelta(days=-min(step.days for step in LADDER) + 15 + 7)

# An obstacle that is not answered in time goes to the committee by itself: nobody is called late.
ASKED = (
    Step("d-3", -3, (Rung.OFFICER,)),
    Step("d0", 0, (Rung.OFFICER, Rung.HEAD)),
)


class _Over:
    """Which agency stands over what: the committee's of the same unit, else who looks after the plan."""

    def __init__(self, agencies: Agencies) -> None:
        self.agencies = agencies
        rows = Committee.objects.filter(standing_on(agencies.on), unit__isnull=False).order_by("-pk")
        self._by_unit = dict(rows.values_list("unit_id", "agency_id"))

    def of(self, plan: Plan | None, committee: Committee | None = None) -> int | None:
        if committee is not None:
            return self.agencies.today(committee.agency_id)
        if plan is None:
            return None
        return self.agencies.today(self._by_unit.get(plan.unit_id or 0, plan.agency_id))


def standing_on(day: date) -> Q:
    """Committees of a day, as a condition."""
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
    return begun & (Q(valid_to__isnull=True) | Q(valid_to__gte=day))


def _going(on: date, prefix: str = "plan") -> Q:
    over = {f"{prefix}__ended_on__isnull": True}, {f"{prefix}__ended_on__gt": on}
    return Q(**{f"{prefix}__isnull": True}) | Q(**over[0]) | Q(**over[1])


def due_things(agencies: Agencies) -> Iterator[Thing]:
    """What is due within the ladder's reach and not done: tasks part by part, rounds of standing duties,
    sub-plans, figures of targets, answers to obstacles. A fixed number of statements."""
    over = _Over(agencies)
    yield from _tasks(agencies, over)
    yield from _check_ins(agencies, over)
    yield from _sub_plans(agencies, over)
    yield from _targets(agencies, over)
    yield from _obstacles(agencies)


def _tasks(agencies: Agencies, over: _Over) -> Iterator[Thing]:
    on = agencies.on
    rows = Task.objects.filter(
        _going(on), state=TaskState.OPEN.value, standing=False, due__lte=on + _AHEAD
    ).select_related("plan", "conclusion__meeting__committee")
    tasks = list(rows)
    numbers = [task.pk for task in tasks]
    taking, said = parts(numbers, agencies), words(numbers)
    for task in tasks:
        assert task.due is not None
        own, told = slots(taking.get(task.pk, ()), agencies), said.get(task.pk, [])
        conclusion = task.conclusion
        standing = over.of(task.plan, conclusion.meeting.committee if conclusion is not None else None)
        label = f"plans.Task:{task.pk}"
        for agency in sorted(still_owed(told, own)):
            yield Thing(label, task.due, agencies.today(agency), standing)
        # A part that nobody holds is not done because nobody can be blamed.
        vacant = not own or any(not slot.now and task_done_on(told, [slot]) is None for slot in own)
        if vacant:
            yield Thing(label, task.due, None, standing)


def _check_ins(agencies: Agencies, over: _Over) -> Iterator[Thing]:
    rows = CheckIn.objects.filter(
        _going(agencies.on, "task__plan"),
        report=None,
        task__state=TaskState.OPEN.value,
        due__lte=agencies.on + _AHEAD,
    ).select_related("task__plan", "task__conclusion__meeting__committee")
    for row in rows:
        conclusion = row.task.conclusion
        standing = over.of(row.task.plan, conclusion.meeting.committee if conclusion is not None else None)
        yield Thing(f"plans.CheckIn:{row.pk}", row.due, agencies.today(row.agency_id), standing)


def _sub_plans(agencies: Agencies, over: _Over) -> Iterator[Thing]:
    rows = SubPlan.objects.filter(
        _going(agencies.on), document=None, excused_why="", due__lte=agencies.on + _AHEAD
    ).select_related("plan")
    for row in rows:
        assert row.due is not None
        standing = over.of(row.plan)
        yield Thing(f"plans.SubPlan:{row.pk}", row.due, agencies.today(row.agency_id), standing)


def _targets(agencies: Agencies, over: _Over) -> Iterator[Thing]:
    """Targets without a figure of their day or later; who answers in person is told too. What tasks bring is
    counted from their reports, and they are reminded of those themselves."""
    on = agencies.on
    reported = TargetReport.objects.filter(withdrawn_at=None, day__gte=F("target__due")).values("target")
    rows = Target.objects.filter(_going(on), dropped_on=None, due__lte=on + _AHEAD).exclude(pk__in=reported)
    targets = list(rows.exclude(pk__in=Output.objects.values("target")).select_related("plan"))
    held = _held((target.pk for target in targets), on)
    for target in targets:
        assert target.due is not None
        agency, persons = agencies.today(target.plan.agency_id), held.get(target.pk, frozenset())
        yield Thing(f"plans.Target:{target.pk}", target.due, agency, over.of(target.plan), persons)


def _held(targets: Iterable[int], on: date) -> dict[int, frozenset[int]]:
    rows = Holder.objects.filter(
        target__in=list(targets), since__lte=on, person__account__is_active=True
    ).exclude(until__lt=on)
    return {target: frozenset({who}) for target, who in rows.values_list("target_id", "person__account")}


def _obstacles(agencies: Agencies) -> Iterator[Thing]:
    rows = Obstacle.objects.filter(state=ObstacleState.OPEN.value, due__lte=agencies.on + _AHEAD)
    for row in rows.select_related("committee"):
        standing = agencies.today(row.committee.agency_id) if row.committee is not None else None
        routed = agencies.today(row.routed_id) if row.routed_id is not None else None
        yield Thing(f"plans.Obstacle:{row.pk}", row.due, routed, standing, ladder=ASKED)
