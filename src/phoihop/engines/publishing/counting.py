"""Figures of one definition, worked out by an engine over all its windows, and of every place at once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from phoihop.engines.indicators.definitions import PLACE, Indicator
from phoihop.engines.indicators.engine import Engine
from phoihop.engines.indicators.reference import UNIT, Figure
from phoihop.engines.indicators.rows import Measure
from phoihop.engines.publishing import rules
from phoihop.engines.publishing.borders import Places
from phoihop.engines.publishing.following import Former
from phoihop.engines.publishing.rules import Days, Group
from phoihop.kernel.calendars import Window

_NOBODY = Figure(Decimal(0))


@dataclass(frozen=True, slots=True)
class Place:
    """A facility, a unit, or neither: all facilities together."""

    facility: int | None = None
    unit: int | None = None

    @property
    def key(self) -> str:
        """What it is called among published figures."""
        if self.facility is not None:
            return f"facility:{self.facility}"
        return "all" if self.unit is None else f"unit:{self.unit}"


ALL = Place()


@dataclass(frozen=True, slots=True)
class Counted:
    """A figure as it truly is. ``people``: those behind a number of something else; None where it counts
    people itself, or is of nobody."""

    numerator: Decimal
    denominator: Decimal | None = None
    people: int | None = None


Counts = dict[tuple[Days, Place, Group], Counted]


def count(
    engine: Engine,
    indicator: Indicator,
    windows: Collection[Days],
    places: Places,
    former: Former | None = None,
) -> Counts:
    """Everything that is to be known of an indicator in some windows: of all, of each unit and of each
    facility, and by each split. A place where nothing was counted has a nought in each group that any has.
    ``former``: its figures of before, counted on where they are there."""
    wanted = [Window(first, last) for first, last in windows]
    found: Counts = {}
    borders = places.of_facilities()
    people = rules.people_behind(indicator)
    nothing = Counted(
        Decimal(0), None if indicator.denominator is None else Decimal(0), None if people is None else 0
    )
    places_by: list[tuple[str, ...]] = [(), (PLACE,), (UNIT,)]
    ways = [(by, split) for by in places_by for split in (None, *indicator.splits)]
    columns = [(*by, *(() if split is None else (split,))) for by, split in ways]
    asked = [indicator] if people is None else [indicator, people]
    if former is None:
        told = engine.compute_ways(asked, wanted, columns, borders)
    else:
        known = former.known(ways, people is not None)
        told = former.change.compute_ways(engine, asked, wanted, columns, borders, known)
    for number, (by, split) in enumerate(ways):
        for window, figures in told[0][number].items():
            for group, figure in figures.items():
                place = _place(by, group, places)
                if place is not None:
                    behind = told[1][number][window].get(group, _NOBODY).numerator if people else None
                    key = (window.first, window.last), place, _group(split, group)
                    # What is unknown and what is empty text are one group.
                    found[key] = _plus(found.get(key, nothing), _counted(figure, indicator, behind))
    every = [Place(unit=each) for each in sorted(places.units)]
    every += [Place(facility=each) for each in sorted(places.facilities)]
    groups = sorted({group for (_, _, group), counted in found.items() if counted != nothing} | {()})
    return {key: _plain(found.get(key, nothing)) for key in product(windows, (ALL, *every), groups)}


def heard(
    engine: Engine, indicator: Indicator, measure: Measure | None, windows: Collection[Days]
) -> "Heard":
    """Which facilities kept their books in each window; empty where nothing tells. ``indicator``: any."""
    if measure is None or not windows:
        return {}
    wanted = [Window(first, last) for first, last in windows]
    found = engine.compute(rules.only(indicator, measure), wanted, (PLACE,))
    return {
        (window.first, window.last): frozenset(
            str(place) for (place,), figure in figures.items() if figure.numerator > 0
        )
        for window, figures in found.items()
    }


Heard = Mapping[Days, frozenset[str]]


def completeness(heard: Heard, places: Places, days: Days, place: Place) -> Decimal | None:
    """Which part of the facilities that should have kept books did; None where that is not known."""
    expected = places.expected(*days)
    if place.facility is not None:
        expected &= {place.facility}
    elif place.unit is not None:
        expected &= places.units[place.unit]
    if days not in heard or not expected:
        return None
    there = sum(str(facility) in heard[days] for facility in expected)
    return (Decimal(there) / len(expected)).quantize(Decimal("0.0001"))


def _place(by: tuple[str, ...], group: tuple[object, ...], places: Places) -> Place | None:
    """The place of a group; None for one that is no place of the programme."""
    if not by:
        return ALL
    if group[0] is None:
        return None
    number = int(str(group[0]))
    if by == (UNIT,):
        return Place(unit=number)
    return Place(facility=number) if number in places.facilities else None


def _group(split: str | None, group: tuple[object, ...]) -> Group:
    return () if split is None else ((split, "" if group[-1] is None else str(group[-1])),)


def _plus(one: Counted, other: Counted) -> Counted:
    whole = None if other.denominator is None else (one.denominator or 0) + other.denominator
    people = None if other.people is None else (one.people or 0) + other.people
    return Counted(one.numerator + other.numerator, whole, people)


def _plain(counted: Counted) -> Counted:
    """Without the noughts behind the point that hang on where a number came from."""
    whole = None if counted.denominator is None else _shortest(counted.denominator)
    return Counted(_shortest(counted.numerator), whole, counted.people)


def _shortest(number: Decimal) -> Decimal:
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()


def _counted(figure: Figure, indicator: Indicator, behind: Decimal | None) -> Counted:
    # A group may be in the numerator's rows alone: of nothing, then.
    whole = None if indicator.denominator is None else figure.denominator or Decimal(0)
    return Counted(figure.numerator, whole, None if behind is None else int(behind))
