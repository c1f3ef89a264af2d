"""A plan in the steering room: its targets with their lights, and what can be seen beneath one of them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from phoihop.base.org.doors import may
from phoihop.base.org.queries.naming import facilities_named, facilities_of, units_named
from phoihop.base.org.queries.points import points_among
from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.plans.queries import live as targets
from phoihop.coordination.plans.queries.live import Live
from phoihop.coordination.plans.queries.plans import Head, head_of
from phoihop.coordination.plans.rules.live import LIGHTS, Light, Shown
from phoihop.engines.indicators.definitions import Unit
from phoihop.engines.publishing import queries as published
from phoihop.engines.publishing import registering
from phoihop.engines.publishing.queries import Figure
from phoihop.interfaces.dashboards import words
from phoihop.kernel.calendars import Calendar, Period, Span
from phoihop.kernel.refusals import Bilingual

# In the order in which a leader asks: what is late first, then what nobody knows.
ORDER = (
    Light.LATE, Light.NEAR, Light.RUNNING, Light.MET, Light.LOOK, Light.EMPTY, Light.HIDDEN, Light.SURVEY,
    Light.UNBOUND,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Counted:
    """How many targets have a light."""

    light: Light
    shown: Shown
    number: int


@dataclass(frozen=True, slots=True)
class Room:
    """A plan with its targets as they stand today."""

    head: Head
    rows: tuple[Live, ...]
    counts: tuple[Counted, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One unit or facility beneath a place, with its figure; ``code``: as an operator's map knows it."""

    figure: Figure
    name: Bilingual
    code: str
    longitude: Decimal | None
    latitude: Decimal | None


@dataclass(frozen=True, slots=True)
class Below:
    """What lies beneath a place. ``points``: how many were left out that keep no files."""

    parts: tuple[Part, ...]
    points: int


def room(viewer: Viewer, plan: Any) -> Room:
    """A plan's targets with how many have which light; asks ``live``'s own door."""
    rows = targets.live(viewer, plan=plan)
    counts = Counter(each.light for each in rows)
    return Room(
        head_of(plan, viewer.day),
        rows,
        tuple(Counted(light, LIGHTS[light], counts[light]) for light in ORDER if counts[light]),
    )


def beneath(viewer: Viewer, code: str, period: Period, above: Any, *, facilities: bool) -> Below:
    """Figures of the units below a place, or of the facilities in it that keep files, with names and
    coordinates: a handful of statements."""
    told = published.parts(viewer, code=code, period=period, above=above, facilities=facilities)
    found = _holding(told)
    units = units_named({each.unit for each in found if each.unit is not None})
    homes = facilities_named({each.facility for each in found if each.facility is not None})
    parts = []
    for figure in found:
        known = units.get(figure.unit or 0) or homes.get(figure.facility or 0)
        if known is not None:  # else it is not for this viewer to know of
            name = Bilingual(known.name, known.name)
            parts.append(Part(figure, name, known.code, known.longitude, known.latitude))
    return Below(tuple(sorted(parts, key=lambda each: each.name.vi)), len(told) - len(found))


def _holding(figures: Sequence[Figure]) -> tuple[Figure, ...]:
    """Without those of points where medicine is handed out for another facility: who comes there is counted
    where the files are, so that nothing is hidden of them. What they count themselves stays."""
    points = pointed(figures)
    return tuple(each for each in figures if each.facility not in points or not fileless(each))


def pointed(figures: Iterable[Figure]) -> frozenset[int]:
    """The facilities of some figures that are points of another one: one statement."""
    return points_among({each.facility for each in figures if each.facility is not None})


def fileless(figure: Figure) -> bool:
    """Whether a point's figure would be of people in files, of which it keeps none."""
    return figure.value is None and figure.about.unit in (Unit.PERSONS, Unit.PERCENT)


def splits_of(code: str) -> tuple[str, ...]:
    """By what a figure can be told apart."""
    programme = registering.programme_of(code)
    if programme is None:
        return ()
    return next((each.splits for each in reversed(programme.indicators) if each.code == code), ())


def divided(
    viewer: Viewer, code: str, place: Any, calendar: Calendar, span: Span, by: str
) -> tuple[tuple[Bilingual, Figure], ...]:
    """The last figure of a place by one split, each part with its name."""
    found = published.figures(viewer, codes=[code], place=place, span=span, calendar=calendar, by=by, last=1)
    return tuple((words.grouped(code, each.group), each) for each in found)


def own(viewer: Viewer, code: str, calendar: Calendar, span: Span) -> tuple[tuple[str, Figure], ...]:
    """The true figures of each facility where the viewer opens files: what nobody else sees."""
    rows = []
    for facility in facilities_of(viewer):
        if may(viewer, "publishing.case_see_own", facility):
            found = published.own(
                viewer, facility=facility, codes=[code], span=span, calendar=calendar, last=1
            )
            rows += [(facility.name, each) for each in found]
    return tuple(rows)
