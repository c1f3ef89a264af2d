"""Which agencies owe a plan of their own, because a task of another plan asks them for one."""

from collections.abc import Iterator
from datetime import date

from phoihop.base.org.agencies import Tier
from phoihop.base.org.models import Agency
from phoihop.coordination.plans.courses import Registers, State, course, placed
from phoihop.coordination.plans.models import Plan, Share, SubPlan, Task
from phoihop.coordination.plans.rules import answering, fields
from phoihop.coordination.plans.rules.asking import Asked, asked
from phoihop.coordination.plans.rules.states import Part, TaskState
from phoihop.coordination.plans.taking_part import Agencies


def owe(plan: Plan, today: date, registers: Registers) -> int:
    """Write down what agencies of today owe and is not written down; how many were new.

    An agency that ended owes nothing any more: whoever took its part owes it. Done again it changes nothing.
    """
    tasks = plan.tasks.filter(state=TaskState.OPEN.value).order_by("order")
    asking = [(task, each) for task in tasks for each in asked(task.text, first=plan.first, last=plan.last)]
    if not asking:
        return 0
    here = Agencies(today)
    known = set(SubPlan.objects.filter(plan=plan).values_list("agency_id", flat=True))
    new = 0
    for task, each in asking:
        for agency in _asked_of(plan, task, each, here, registers):
            if agency not in known and agency != plan.agency_id:
                SubPlan.objects.create(plan=plan, task=task, agency_id=agency, due=each.due)
                known.add(agency)
                new += 1
    ended = SubPlan.objects.filter(plan=plan, document=None, excused_why="", agency__valid_to__lt=today)
    ended.update(excused_why="Cơ quan không còn hoạt động.")
    return new


def _asked_of(plan: Plan, task: Task, each: Asked, here: Agencies, registers: Registers) -> Iterator[int]:
    if each.who:
        yield from _named(plan, task, each.who, here, registers)
        return
    for share in Share.objects.filter(task=task, part=Part.LEAD.value, until=None).order_by("slot"):
        yield from _of(State(share.kind, share.group, share.unit_id, share.agency_id), here)


def _named(plan: Plan, task: Task, words: str, here: Agencies, registers: Registers) -> Iterator[int]:
    """Whom a sentence names, followed to today as a part of the task would be."""
    since = min((share.since for share in task.shares.all()), default=here.on)
    tier = Tier(plan.unit.level) if plan.unit is not None else Tier.PROVINCE
    for meant in answering.read(words, since, tier=tier):
        state = State("", False, plan.unit_id, None)
        if meant.kind and not meant.place:
            state = placed(state, meant.kind, since, registers)
            duties = fields.concerns(task.text, task.section, plan.document.title)
            for turn in course(state, duties, since, here.on, registers):
                state = turn.state
        yield from _of(state, here)


def _of(state: State, here: Agencies) -> Iterator[int]:
    if state.agency is not None:
        if Agency.objects.filter(pk=state.agency).exclude(valid_to__lt=here.on).exists():
            yield state.agency
    elif state.group and state.unit is not None:
        yield from sorted(here.members(state.kind, state.unit))
