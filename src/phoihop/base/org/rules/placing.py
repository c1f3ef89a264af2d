"""In which units a facility stands, on the map of any day: as a person said, else as the succession tells,
else not known.

A person says in which unit a facility stands from a day on, and whether it moved there or whether the map
changed around it. What was said since the last move is all said of one ground, and a ground lies in at most
one unit of each level on each map. What became of a unit tells where its ground lies now only if all of it
went to one other; where it was divided, only what all its parts lie in (the province) is known, until
somebody chooses.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

# Shares are kept with eight decimals and rounded: of a unit divided among hundreds they still add up so far.
_WHOLE = Decimal("0.99999")


@dataclass(frozen=True, slots=True)
class Area:
    """A unit: ``level`` names its tier, ``begun`` and ``ended`` are its first and last day where known."""

    id: int
    level: str
    parent: int | None = None
    begun: date | None = None
    ended: date | None = None

    def stood(self, on: date) -> bool:
        return (self.begun is None or self.begun <= on) and (self.ended is None or on <= self.ended)

    def met(self, other: "Area") -> bool:
        """Whether both stood on some day."""
        return (self.begun is None or other.ended is None or self.begun <= other.ended) and (
            other.begun is None or self.ended is None or other.begun <= self.ended
        )


@dataclass(frozen=True, slots=True)
class Line:
    """What a unit, or a ``share`` of it, became; None: how much of it is not known."""

    old: int
    new: int
    day: date
    share: Decimal | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """A facility stands in a unit from a day on, None: from its first. ``moved``: it went there itself."""

    unit: int
    since: date | None = None
    moved: bool = False


Lying = dict[str, int]  # of each level the unit, on one map
Ground = Sequence[Said]


@dataclass(frozen=True, slots=True)
class Choices:
    """The units that the ground of another one may lie in on a day. ``every``: it lies in one of them; else
    the succession does not tell all."""

    units: frozenset[int]
    every: bool


class Atlas:
    """All units of all days, with what became of each."""

    def __init__(self, areas: Iterable[Area], lines: Iterable[Line]) -> None:
        self.areas = {area.id: area for area in areas}
        self._after: dict[int, list[Line]] = defaultdict(list)
        self._before: dict[int, list[Line]] = defaultdict(list)
        self._below: dict[int, list[Area]] = defaultdict(list)
        for line in lines:
            self._after[line.old].append(line)
            self._before[line.new].append(line)
        for area in self.areas.values():
            if area.parent is not None:
                self._below[area.parent].append(area)
        self._ends = sorted({area.ended for area in self.areas.values() if area.ended}, reverse=True)
        self._lying: dict[tuple[int, date], Lying] = {}

    def lying(self, unit: int, on: date) -> Lying:
        """Where all of a unit's ground lies on the map of a day; levels that are not known are missing."""
        key = unit, on
        if key not in self._lying:
            self._lying[key] = {}  # so that lines which run in a circle lead nowhere
            self._lying[key] = self._found(self.areas[unit], on)
        return self._lying[key]

    def _found(self, area: Area, on: date) -> Lying:
        found: Lying = {}
        if area.stood(on):
            found[area.level] = area.id
        else:
            others, every = self._step(area, on)
            lying = [self.lying(each, on) for each in sorted(others)] if every else []
            if lying:
                found = {
                    level: unit
                    for level, unit in lying[0].items()
                    if all(each.get(level) == unit for each in lying)
                }
        # Wherever all of the unit above it lies, it lies too.
        above = {} if area.parent is None else self.lying(area.parent, on)
        return above | found if agree(above, found) else found

    def _step(self, area: Area, on: date) -> tuple[set[int], bool]:
        """The units that took the place of one, or whose place it took, towards a day; whether they are all
        of them."""
        if area.ended is not None and area.ended < on:
            return self._followed(area, on)
        return {line.old for line in self._before[area.id] if line.day > on}, True

    def _followed(self, area: Area, on: date) -> tuple[set[int], bool]:
        lines = [line for line in self._after[area.id] if line.day <= on]
        wholly = {line.new for line in lines if line.whole}
        if wholly:
            return wholly, True
        if lines:
            shares = [line.share for line in lines if line.share is not None]
            return {line.new for line in lines}, len(shares) == len(lines) and sum(shares) >= _WHOLE
        # Districts became nothing themselves: their communes did.
        last = area.ended or on
        parts = [self._followed(each, on) for each in self._below[area.id] if each.stood(last)]
        return {unit for units, _ in parts for unit in units}, bool(parts) and all(all_ for _, all_ in parts)

    def choices(self, unit: int, on: date) -> Choices:
        """The units of a day, as small as they are told, that the ground of a unit may lie in."""
        found, every, waiting, seen = set[int](), True, [unit], set[int]()
        while waiting:
            area = self.areas[waiting.pop()]
            if area.id in seen:
                continue
            seen.add(area.id)
            if area.stood(on):
                found.add(area.id)
                continue
            others, all_ = self._step(area, on)
            every = every and all_ and bool(others)
            waiting += others
        return Choices(frozenset(found), every)

    def is_one(self, ground: Ground, otherwise: date) -> bool:
        """Whether all that was said of a ground can be true. ``otherwise``: the day for which that was said
        which names none."""
        for said in ground:
            on = said.since or otherwise
            chain = self.lying(said.unit, on)
            if not all(self._may_be(other.unit, chain, on) for other in ground if other != said):
                return False
        return True

    def _may_be(self, unit: int, chain: Lying, on: date) -> bool:
        """Whether ground of a unit may lie here on the map of a day."""
        if not agree(self.lying(unit, on), chain):
            return False
        known = self.choices(unit, on)
        # In one of them, or around them all: then less is said, and nothing else.
        return not known.every or any(_nested(self.lying(each, on), chain) for each in known.units)

    def place(self, ground: Ground, on: date) -> Lying:
        """Where a ground lies on the map of a day. What was said for that day counts first, then what was
        said nearest to it, as far as it says nothing else."""
        before = [said for said in ground if said.since is None or said.since <= on]
        after = [said for said in ground if said not in before]
        found: Lying = {}
        for said in (*reversed(before), *after):
            lying = self.lying(said.unit, on)
            if agree(lying, found):
                found = lying | found
        return found

    def on_every_map(self, ground: Ground, today: date) -> frozenset[int]:
        """The units of all maps that a ground lies in: of each level never two that stood on one day."""
        chosen: list[Area] = []
        for day in self._maps(today):
            for unit in self.place(ground, day).values():
                area = self.areas[unit]
                if not any(area.level == each.level and area.met(each) for each in chosen):
                    chosen.append(area)
        return frozenset(area.id for area in chosen)

    def _maps(self, today: date) -> Iterator[date]:
        """A day of each map that there was, the present one first."""
        yield today
        yield from (day for day in self._ends if day < today)


def agree(one: Lying, other: Lying) -> bool:
    """Whether two places on one map may be the same: of no level do they name two units."""
    return all(other.get(level, unit) == unit for level, unit in one.items())


def _nested(one: Lying, other: Lying) -> bool:
    """Whether one of two places on one map lies in the other."""
    return agree(one, other) and (one.keys() <= other.keys() or other.keys() <= one.keys())


def in_order(said: Iterable[Said]) -> tuple[Said, ...]:
    """What was said of a facility, by the days from which it counts."""
    return tuple(sorted(said, key=lambda each: each.since or date.min))


def grounds(said: Sequence[Said]) -> list[Ground]:
    """What was said of a facility, apart by the grounds on which it stood, the last one last."""
    found: list[list[Said]] = [[]]
    for each in said:
        if each.moved and found[-1]:
            found.append([])
        found[-1].append(each)
    return list(found)
