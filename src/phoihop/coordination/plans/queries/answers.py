"""Who answers for a task, since when, and who did before."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from phoihop.base.org import reach
from phoihop.base.org.agencies import kind as kind_of
from phoihop.base.org.models import Agency, Succession
from phoihop.base.org.queries.units import full_name
from phoihop.coordination.plans.models import Share
from phoihop.coordination.plans.rules import whys
from phoihop.coordination.plans.rules.answering import kinds_of_groups
from phoihop.coordination.plans.rules.states import Part
from phoihop.kernel.refusals import Bilingual


@dataclass(frozen=True, slots=True)
class Answer:
    """One agency's part between two days. ``agency`` None: a group (``group``), or nobody is known.

    ``named`` is what the document says, ``name`` who that is. How it came here: ``because`` in the program's
    words, ``why`` in somebody's own; ``certain`` False: that was not compared with its source.
    """

    share: int
    part: Part
    slot: int
    named: str
    agency: int | None
    name: str
    group: bool
    unit: str
    since: date
    until: date | None
    because: Bilingual | None
    why: str
    basis: str
    certain: bool

    @property
    def is_lead(self) -> bool:
        return self.part is Part.LEAD

    @property
    def is_nobody(self) -> bool:
        return self.agency is None and not self.group


@dataclass(frozen=True, slots=True)
class Line:
    """One part of a task through time, the present last; more than one where it moved."""

    now: Answer
    before: tuple[Answer, ...]


_SHOWN = ("task", "part", "slot", "named", "kind", "group", "since", "until", "because", "why", "basis",
          "certain", "agency__name", "unit__kind", "unit__name")  # fmt: skip


def current(day: date, prefix: str = "") -> Q:
    """Shares of a day, as a condition."""
    return Q(**{f"{prefix}since__lte": day}) & (
        Q(**{f"{prefix}until__isnull": True}) | Q(**{f"{prefix}until__gte": day})
    )


def answering(tasks: Iterable[int], day: date) -> dict[int, tuple[Answer, ...]]:
    """Who answers for each task on a day, leads first: one statement."""
    found: dict[int, list[Answer]] = defaultdict(list)
    for share in _shares(tasks).filter(current(day)):
        found[share.task_id].append(_answer(share))
    return {task: _leads_first(answers) for task, answers in found.items()}


def lines(tasks: Iterable[int]) -> dict[int, tuple[Line, ...]]:
    """Every part of each task with all that went before: one statement."""
    slots: dict[tuple[int, str, int], list[Answer]] = defaultdict(list)
    for share in _shares(tasks):
        slots[share.task_id, share.part, share.slot].append(_answer(share))
    found: dict[int, list[Line]] = defaultdict(list)
    for (task, _, _), answers in slots.items():
        found[task].append(Line(answers[-1], tuple(answers[:-1])))
    return {
        task: tuple(sorted(parts, key=lambda line: (not line.now.is_lead, line.now.slot)))
        for task, parts in found.items()
    }


def _shares(tasks: Iterable[int]) -> QuerySet[Share]:
    rows = Share.objects.filter(task__in=list(tasks)).select_related("agency", "unit")
    return rows.only(*_SHOWN).order_by("since", "pk")


def _leads_first(answers: Iterable[Answer]) -> tuple[Answer, ...]:
    return tuple(sorted(answers, key=lambda answer: (not answer.is_lead, answer.slot)))


def _answer(share: Share) -> Answer:
    agency: Agency | None = share.agency
    return Answer(
        share.pk,
        Part(share.part),
        share.slot,
        share.named,
        share.agency_id,
        agency.name if agency is not None else _meant(share),
        share.group,
        full_name(share.unit) if share.unit is not None else "",
        share.since,
        share.until,
        whys.said(share.because),
        share.why,
        share.basis,
        share.certain,
    )


def _meant(share: Share) -> str:
    """Who is meant where no agency is known: in the document's words, or, once the part moved, the kind of
    agency that it moved to."""
    return kind_of(share.kind).name.vi if share.because and share.kind and not share.group else share.named


def of_agency(agency: Agency, day: date) -> Q:
    """The shares that an agency has on a day: its own, and those of a group that it belongs to."""
    own = Q(agency=agency)
    if agency.unit_id is not None:
        own |= Q(group=True, kind__in=kinds_of_groups(agency.kind), unit__in=units_over(agency.unit_id))
    return current(day) & own


def units_over(unit: int) -> frozenset[int]:
    """Every unit in which a group may have been named that an agency of this unit belongs to.

    The way back from ``taking_part.Agencies.members``: from the unit to what it was, and from each of these
    up to what it lay in and what that went into whole.
    """
    here = {unit}
    waiting = here
    while waiting:
        old = Succession.objects.filter(new__in=waiting).values_list("old_id", flat=True)
        waiting = set(old) - here
        here |= waiting
    return reach.lineage().reaching(here)
