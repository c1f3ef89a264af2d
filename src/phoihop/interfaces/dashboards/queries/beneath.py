"""What lies beneath a target: its figure by place and by group, how it is defined, what feeds it; the steps
of care; two plans side by side. Charts are made here of what the doors let through."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.plans.queries import live as targets
from phoihop.coordination.plans.queries.comparing import Comparison, Side
from phoihop.coordination.plans.queries.live import Live, place_of
from phoihop.coordination.plans.queries.plans import Head, head_of
from phoihop.coordination.plans.queries.rows import TargetRow
from phoihop.engines.indicators.definitions import Indicator
from phoihop.engines.indicators.saying import measured
from phoihop.engines.publishing import queries as published
from phoihop.engines.publishing import registering
from phoihop.engines.publishing.queries import About, Figure
from phoihop.engines.publishing.registering import Ratio
from phoihop.engines.ui.formats import sentence
from phoihop.interfaces.dashboards import drawing, tables, words
from phoihop.interfaces.dashboards.charts.values import Chart
from phoihop.interfaces.dashboards.queries import boundaries, room
from phoihop.interfaces.dashboards.rules import cascades as steps
from phoihop.kernel.calendars import Period
from phoihop.kernel.refusals import Bilingual


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several views of the same figure. ``at``: what the address says of it."""

    at: int
    words: Bilingual
    current: bool


@dataclass(frozen=True, slots=True)
class Definition:
    """How a figure is defined: what is counted of which rows, line by line; "" where it is reported."""

    about: About
    numerator: str
    denominator: str
    parts: tuple[Bilingual, ...]


@dataclass(frozen=True, slots=True)
class Beneath:
    """A target with all that can be seen beneath it. ``own``: true figures of the viewer's own facilities.
    ``unreadable``: the operator's file of boundaries could not be read."""

    head: Head
    live: Live
    definition: Definition | None
    trend: Chart | None
    ranking: Chart | None
    funnel: Chart | None
    where: Chart | None
    groups: Chart | None
    facilities: Chart | None
    periods: tuple[Choice, ...]
    splits: tuple[Choice, ...]
    own: tuple[tuple[str, Figure], ...]
    unreadable: bool
    back: int = 0
    by: int = 0

    @property
    def line(self) -> tables.Line:
        """The number that is judged, with its period."""
        return tables.line(self.live)

    @property
    def charts(self) -> tuple[Chart, ...]:
        every = (self.trend, self.ranking, self.funnel, self.where, self.groups, self.facilities)
        return tuple(each for each in every if each is not None)


@dataclass(frozen=True, slots=True)
class Cascade:
    """Steps of care with their chart; None where fewer than two steps have a figure, and ``missing`` says
    which have none."""

    name: Bilingual
    chart: Chart | None
    missing: tuple[Bilingual, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """A target in two plans, with what it has reached in either, "" where nothing is known."""

    side: Side
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class TwoPlans:
    """Two plans side by side: a chart, None where no target has figures in both, and every line."""

    chart: Chart | None
    sides: tuple[Beside, ...]


def beneath(viewer: Viewer, target: Any, *, back: int = 0, by: int = 0) -> Beneath | None:
    """A target and what lies beneath it, ``back`` periods before the last one, apart by the ``by``-th split;
    None where it is pursued no more. Some forty statements, however many places there are."""
    plan = target.plan
    found = next((each for each in targets.live(viewer, plan=plan) if each.pk == target.pk), None)
    if found is None:
        return None
    head = head_of(plan, viewer.day)
    entry, figure = found.bound.entry, found.current
    if entry is None or not isinstance(figure, Figure):
        return Beneath(head, found, _definition(viewer, entry.code if entry else ""), drawing.trend(found),
                       None, None, None, None, None, (), (), (), unreadable=False)  # fmt: skip
    place, _ = place_of(plan)
    periods = [point.period for point in reversed(found.series)]
    period = periods[min(back, len(periods) - 1)]
    below = room.beneath(viewer, entry.code, period, place, facilities=False)
    sites = room.beneath(viewer, entry.code, period, place, facilities=True)
    whole = _at(viewer, entry.code, place, period)
    splits = room.splits_of(entry.code)
    chosen = splits[min(by, len(splits) - 1)] if splits else ""
    groups = room.divided(viewer, entry.code, place, entry.calendar, entry.span, chosen) if chosen else ()
    outlines, unreadable = boundaries.known({each.code for each in below.parts})
    about = figure.about
    ranked = drawing.ranking(about, below, found.target_value)
    return Beneath(
        head,
        found,
        _definition(viewer, entry.code),
        drawing.trend(found),
        ranked,
        drawing.funnel(about, max(sites.parts, below.parts, key=len), whole),
        drawing.where(about, below.parts, outlines),
        drawing.groups(about, groups, "groups"),
        drawing.renamed(drawing.ranking(about, sites, found.target_value), "facilities"),
        tuple(Choice(at, words.named(each), each == period) for at, each in enumerate(periods)),
        tuple(Choice(at, words.split(each), each == chosen) for at, each in enumerate(splits)),
        room.own(viewer, entry.code, entry.calendar, entry.span),
        unreadable,
        periods.index(period),
        splits.index(chosen) if chosen else 0,
    )


def _at(viewer: Viewer, code: str, place: Any, period: Period) -> Figure | None:
    found = published.figures(
        viewer,
        codes=[code],
        place=place,
        span=period.span,
        calendar=period.calendar,
    )
    return next((each for each in found if each.period == period), None)


def _definition(viewer: Viewer, code: str) -> Definition | None:
    about = next((each for each in published.known(viewer) if each.code == code), None) if code else None
    if about is None:
        return None
    figure = registering.version_of(code, about.version)
    if isinstance(figure, Indicator):
        lower = measured(figure.denominator) if figure.denominator is not None else ""
        return Definition(about, measured(figure.numerator), lower, ())
    if isinstance(figure, Ratio):
        parts = [registering.version_of(each, 1) for each in (figure.numerator, figure.denominator)]
        return Definition(about, "", "", tuple(each.name for each in parts if each is not None))
    return Definition(about, "", "", ())


def in_two_plans(viewer: Viewer, found: Comparison, plan: Any, other: Any) -> TwoPlans:
    """The targets of two plans with what each has reached as the steering room shows it, and how much of what
    was asked that is, of those that stand in both. ``other`` None: nothing to compare with."""
    if found.other is None or other is None:
        return TwoPlans(None, ())
    here = {each.pk: each for of in (plan, other) for each in targets.live(viewer, plan=of)}
    sides = tuple(Beside(side, _told(side.old, here), _told(side.new, here)) for side in found.sides)
    rows = [
        (_name(side.new), _reached(side.old, here), _reached(side.new, here))
        for side in found.sides
        if side.old is not None and side.new is not None
    ]
    names = found.other.number or found.other.name, found.head.number or found.head.name
    newer_here = (found.other.first or plan.first) is not None and (
        plan.first is None or found.other.first is None or found.other.first <= plan.first
    )
    ordered = names if newer_here else (names[1], names[0])
    chart = drawing.pairs(rows, (Bilingual(ordered[0], ordered[0]), Bilingual(ordered[1], ordered[1])))
    return TwoPlans(chart, sides)


def _name(row: TargetRow) -> Bilingual:
    return Bilingual(*[sentence(words.heading(row.text))] * 2)


def _told(row: TargetRow | None, here: Mapping[int, Live]) -> str:
    """What a target has reached; "" where nothing is known, or it is pursued no more."""
    live = here.get(row.pk) if row is not None else None
    return tables.line(live).amount if live is not None else ""


def _reached(row: TargetRow, here: Mapping[int, Live]) -> Decimal | None:
    live = here.get(row.pk)
    if live is None:
        return None
    better = live.bound.entry.better if live.bound.entry is not None else None
    return drawing.part_reached(row.promise, live.value, better)


def cascades(viewer: Viewer, plan: Any) -> tuple[Cascade, ...]:
    """The cascades that the product knows, for the place of a plan."""
    place, placed = place_of(plan)
    made = []
    for each in steps.KNOWN:
        codes = {step.code for step in each.steps}
        told = (
            published.figures(
                viewer, codes=codes, place=place, span=each.span, calendar=each.calendar, last=4
            )
            if placed
            else ()
        )
        by_code = steps.of_one_period([(figure.period, figure.about.code, figure) for figure in told])
        made.append(
            Cascade(
                each.name,
                drawing.cascade(each, by_code),
                tuple(step.name for step in each.steps if step.code not in by_code),
            )
        )
    return tuple(made)
