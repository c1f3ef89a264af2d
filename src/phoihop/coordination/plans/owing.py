"""Which agencies owe a plan of their own, because a task of another plan asks them for one."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from phoihop.base.org.agencies import Tier
from phoihop.coordination.plans.courses import Registers, State, course, placed
from phoihop.coordination.plans.models import Plan, Share, SubPlan, Task
from phoihop.coordination.plans.rules import answering, fields
from phoihop.coordination.plans.rules.asking import Asked, asked
from phoihop.coordination.plans.rules.states import Part, TaskState
from phoihop.coordination.plans.rules.whys import AGENCY_ENDED
from phoihop.coordination.plans.taking_part import Agencies


def owe(plans: Iterable[Plan], today: date, registers: Registers) -> int:
    """Write down what agencies of today owe and is not written down; how many were new.

    An agency that ended owes nothing any more: what took its place owes it, and whoever took its part. Done
    again it changes nothing. Five statements for all plans, and those of what is new.
    """
    running = {plan.pk: plan for plan in plans}
    owing = _Owing(running, today, registers)
    new = [
        SubPlan(plan=plan, task=task, agency_id=agency, due=due)
        for plan, task, agency, due in (*owing.inherited(), *owing.asked())
        if owing.is_new(plan, agency)
    ]
    SubPlan.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


class _Owing:
    """The tasks of plans that ask for plans, who leads them, and who owes one by now."""

    def __init__(self, plans: dict[int, Plan], today: date, registers: Registers) -> None:
        self.plans, self.registers, self.here = plans, registers, Agencies(today)
        self._known = set(SubPlan.objects.filter(plan__in=plans).values_list("plan_id", "agency_id"))
        tasks = Task.objects.filter(plan__in=plans, state=TaskState.OPEN.value).order_by("plan", "order")
        self._asking = [(task, each) for task in tasks for each in _asked(plans[task.plan_id or 0], task)]
        self._shares: dict[int, list[Share]] = defaultdict(list)
        numbers = {task.pk for task, _ in self._asking}
        rows = Share.objects.filter(task__in=numbers).order_by("task", "slot", "since") if numbers else ()
        for share in rows:
            self._shares[share.task_id].append(share)

    def is_new(self, plan: Plan, agency: int) -> bool:
        """Whether an agency does not owe it yet; from then on it does. Nobody owes themselves one."""
        if agency == plan.agency_id or (plan.pk, agency) in self._known:
            return False
        self._known.add((plan.pk, agency))
        return True

    def inherited(self) -> list[tuple[Plan, Task | None, int, date | None]]:
        """What agencies that ended still owed, with their heirs; they themselves are excused."""
        today = self.here.on
        rows = SubPlan.objects.filter(plan__in=self.plans, document=None, excused_why="")
        ended = list(rows.filter(agency__valid_to__lt=today).select_related("task"))
        SubPlan.objects.filter(pk__in=[each.pk for each in ended]).update(excused_why=AGENCY_ENDED)
        heirs = ((each, self.here.today(each.agency_id)) for each in ended)
        return [
            (self.plans[each.plan_id], each.task, heir, each.due)
            for each, heir in heirs
            if self.registers.stands(heir, today)
        ]

    def asked(self) -> Iterator[tuple[Plan, Task | None, int, date | None]]:
        """What tasks ask for, of whom."""
        for task, each in self._asking:
            plan = self.plans[task.plan_id or 0]
            for agency in self._of(plan, task, each):
                yield plan, task, agency, each.due

    def _of(self, plan: Plan, task: Task, each: Asked) -> Iterator[int]:
        shares = self._shares[task.pk]
        if each.who:
            yield from self._named(plan, task, each.who, shares)
            return
        for share in shares:
            if share.part == Part.LEAD and share.until is None:
                yield from self._agencies(State(share.kind, share.group, share.unit_id, share.agency_id))

    def _named(self, plan: Plan, task: Task, words: str, shares: list[Share]) -> Iterator[int]:
        """Whom a sentence names, followed to today as a part of the task would be."""
        since = min((share.since for share in shares), default=self.here.on)
        tier = Tier(plan.unit.level) if plan.unit is not None else Tier.PROVINCE
        for meant in answering.read(words, since, tier=tier):
            state = State("", False, plan.unit_id, None)
            if meant.kind and not meant.place:
                state = placed(state, meant.kind, since, self.registers)
                duties = fields.concerns(task.text, task.section, plan.document.title)
                for turn in course(state, duties, since, self.here.on, self.registers):
                    state = turn.state
            yield from self._agencies(state)

    def _agencies(self, state: State) -> Iterator[int]:
        if state.agency is not None:
            if self.registers.stands(state.agency, self.here.on):
                yield state.agency
        elif state.group and state.unit is not None:
            yield from sorted(self.here.members(state.kind, state.unit))


def _asked(plan: Plan, task: Task) -> tuple[Asked, ...]:
    return asked(task.text, first=plan.first, last=plan.last)
