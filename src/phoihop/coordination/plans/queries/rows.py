"""Tasks and targets as lists print them, at a number of statements that does not grow with the list."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet

from phoihop.base.org.models import Agency
from phoihop.coordination.documents.rules.review import Kind
from phoihop.coordination.documents.understood import PREFIX
from phoihop.coordination.plans.models import Holder, Output, Target, Task, TaskReport
from phoihop.coordination.plans.queries.answers import Answer, Line, answering, current, lines
from phoihop.coordination.plans.queries.meanings import Meant, better_of, confirmed_of, current_meanings
from phoihop.coordination.plans.queries.standing import Known, Stand, known_of, stand, told
from phoihop.coordination.plans.rules.live import Judged, judge
from phoihop.coordination.plans.rules.states import Said


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a sentence stands: the plan, its document, and by what name the document's page knows it."""

    plan: UUID | None
    plan_name: str
    document: UUID | None
    number: str
    issued: date | None
    sentence: str | None
    trial: bool


@dataclass(frozen=True, slots=True)
class Held:
    """Who answers in person for a target."""

    person: int
    name: str
    since: date
    basis: str


@dataclass(frozen=True, slots=True)
class Promise:
    """A target's own words and number, as its document has them."""

    comparator: str
    value: Decimal | None
    value_max: Decimal | None
    measure: str
    direction: str


@dataclass(frozen=True, slots=True)
class Counter:
    """A counted output of a task: how many of how many."""

    uid: UUID
    text: str
    promise: Promise
    known: Known | None
    judged: Judged


@dataclass(frozen=True, slots=True)
class Latest:
    """The last word on a task."""

    said: Said
    day: date
    agency: str
    note: str
    trial: bool


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target with the last that is known of it. ``bound``: the code that somebody confirmed for it;
    ``suggested``: how many it may mean while nobody has."""

    pk: int
    uid: UUID
    origin: Origin
    section: str
    text: str
    promise: Promise
    kind: str
    due: date | None
    deadline: str
    bound: Meant | None
    suggested: int
    known: Known | None
    judged: Judged
    holder: Held | None
    dropped_on: date | None
    dropped_why: str


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task with who answers for it and the last that was said. ``lines`` where its past was asked for."""

    pk: int
    uid: UUID
    origin: Origin
    section: str
    text: str
    stand: Stand
    standing: bool
    every: int
    starts: date | None
    due: date | None
    period: str
    where: str
    answers: tuple[Answer, ...]
    lines: tuple[Line, ...]
    outputs: tuple[Counter, ...]
    latest: Latest | None

    @property
    def leads(self) -> tuple[Answer, ...]:
        return tuple(answer for answer in self.answers if answer.is_lead)

    @property
    def joins(self) -> tuple[Answer, ...]:
        return tuple(answer for answer in self.answers if not answer.is_lead)

    @property
    def moved(self) -> tuple[Line, ...]:
        """The parts that somebody else had before."""
        return tuple(line for line in self.lines if line.before)


# What a row shows where its sentence stands; a plan has a hundred rows, and a document thirty columns.
_ORIGIN = ("plan__uid", "plan__name", "plan__trial", "plan__document__uid", "plan__document__number",
           "plan__document__issued", "item__kind", "item__order")  # fmt: skip
_TARGET = ("uid", "section", "text", "comparator", "value", "value_max", "measure", "direction", "kind",
           "due", "deadline", "dropped_on", "dropped_why", *_ORIGIN)  # fmt: skip
_TASK = ("uid", "section", "text", "state", "standing", "every", "starts", "due", "period", "where",
         *_ORIGIN)  # fmt: skip


def target_rows(targets: QuerySet[Target], day: date) -> tuple[TargetRow, ...]:
    """Targets in the order asked for: four statements."""
    found = list(targets.select_related("plan__document", "item").only(*_TARGET))
    known = known_of(target.pk for target in found)
    held = _held((target.pk for target in found), day)
    bound = current_meanings([target.pk for target in found])
    return tuple(
        _target(target, known.get(target.pk), held.get(target.pk), bound.get(target.pk, ()))
        for target in found
    )


def task_rows(
    tasks: QuerySet[Task], day: date, *, past: bool = False, agency: Agency | None = None
) -> tuple[TaskRow, ...]:
    """Tasks in the order asked for: six statements. ``past``: with whoever had them before; ``agency``: as
    they stand for it."""
    found = list(told(tasks, day, agency).select_related("plan__document", "item").only(*_TASK))
    numbers = [task.pk for task in found]
    through = lines(numbers) if past else {}
    answers = {} if past else answering(numbers, day)
    outputs, latest = _outputs(numbers), _latest(numbers)
    rows = []
    for task in found:
        mine = through.get(task.pk, ())
        here = tuple(line.now for line in mine) if past else answers.get(task.pk, ())
        rows.append(_task(task, day, here, mine, outputs.get(task.pk, ()), latest.get(task.pk)))
    return tuple(rows)


def promise(target: Target) -> Promise:
    """What a target asks for."""
    return Promise(target.comparator, target.value, target.value_max, target.measure, target.direction)


def _target(target: Target, known: Known | None, held: Held | None, meant: Sequence[Meant]) -> TargetRow:
    bound = confirmed_of(meant)
    return TargetRow(
        target.pk,
        target.uid,
        origin(target),
        target.section,
        target.text,
        promise(target),
        target.kind,
        target.due,
        target.deadline,
        bound,
        sum(not each.by for each in meant),
        known,
        judge(target, known.value if known else None, better_of(bound)),
        held,
        target.dropped_on,
        target.dropped_why,
    )


def _task(
    task: Task,
    day: date,
    answers: tuple[Answer, ...],
    through: tuple[Line, ...],
    outputs: tuple[Counter, ...],
    latest: Latest | None,
) -> TaskRow:
    return TaskRow(
        task.pk,
        task.uid,
        origin(task),
        task.section,
        task.text,
        stand(task, day),
        task.standing,
        task.every,
        task.starts,
        task.due,
        task.period,
        task.where,
        answers,
        through,
        outputs,
        latest,
    )


def origin(thing: Task | Target) -> Origin:
    """Of a row read with its plan, document and item. A meeting's task may have none of them."""
    plan, item = thing.plan, thing.item
    if plan is None:
        return Origin(None, "", None, "", None, None, trial=False)
    document = plan.document
    where = f"{PREFIX[Kind(item.kind)]}{item.order + 1}" if item is not None else None
    return Origin(
        plan.uid, plan.name, document.uid, document.number, document.issued, where, trial=plan.trial
    )


def _held(targets: Iterable[int], day: date) -> dict[int, Held]:
    rows = Holder.objects.filter(current(day), target__in=list(targets))
    named = rows.values_list("target", "person", "person__name", "since", "basis")
    return {target: Held(person, name, since, basis) for target, person, name, since, basis in named}


def _outputs(tasks: list[int]) -> dict[int, tuple[Counter, ...]]:
    rows = Output.objects.filter(task__in=tasks, target__dropped_on=None).order_by("target__order")
    pairs = list(rows.values_list("task", "target"))
    if not pairs:
        return {}
    targets = Target.objects.only(*_TARGET[: -len(_ORIGIN)]).in_bulk({target for _, target in pairs})
    known = known_of(targets)
    found: dict[int, list[Counter]] = defaultdict(list)
    for task, number in pairs:
        target, latest = targets[number], known.get(number)
        judged = judge(target, latest.value if latest else None)
        found[task].append(Counter(target.uid, target.text, promise(target), latest, judged))
    return {task: tuple(counters) for task, counters in found.items()}


def _latest(tasks: list[int]) -> dict[int, Latest]:
    rows = TaskReport.objects.filter(task__in=tasks, withdrawn_at=None)
    last = rows.order_by("task", "-day", "-at").distinct("task")
    told_of = last.values_list("task", "said", "day", "agency__name", "note", "trial")
    return {
        task: Latest(Said(said), day, agency, note, trial) for task, said, day, agency, note, trial in told_of
    }
