"""What is told of figures to whoever opens no file: cells with all that adds up among them, and disclosure
control over them together."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations
from typing import Any

from phoihop.engines.indicators.definitions import Hiding, Indicator
from phoihop.engines.indicators.disclosing import (
    Cell,
    Count,
    Form,
    Key,
    Line,
    Part,
    Published,
    Release,
    adding,
    control,
)
from phoihop.engines.indicators.disclosing_sums import release_of
from phoihop.engines.publishing import rules
from phoihop.engines.publishing.borders import Places
from phoihop.engines.publishing.counting import ALL, Counted, Counts, Place
from phoihop.engines.publishing.registering import Reported
from phoihop.engines.publishing.rules import Days, Name
from phoihop.kernel.calendars import Stretch

Figure = tuple[Days, Place, rules.Group]
Out = Mapping[Figure, Line]  # what is out already
RULES = 6  # another number whenever the same figures may be told otherwise, so that they are told anew
SAID = 32  # characters of a digest
_KEPT = 4  # answers that are remembered
_done: dict[bytes, Published] = {}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be told of one version of an indicator. ``canonical``: of each window the period under whose
    name it is told, and of each stretch that these leave or share that stretch, of which nothing is told;
    ``bands``: whether it is a step of a cascade."""

    indicator: Indicator
    counts: Counts
    canonical: Mapping[Days, Name]
    places: Places
    bands: bool

    @property
    def code(self) -> str:
        """The name of its cells: two versions of an indicator are two figures."""
        return name_of(self.indicator.code, self.indicator.version)


def name_of(code: str, version: int) -> str:
    return f"{code}@{version}"


@dataclass(frozen=True, slots=True)
class Cells:
    """What is held against each other. ``keys``: of each figure that is told the cell that it is; ``before``:
    what is out of these cells; ``unseen``: as ``keys``, of figures that are held and not told; ``first``:
    codes of which as much is told as if there were no others."""

    release: Release
    keys: Mapping[Figure, Key]
    before: Mapping[Key, Line]
    unseen: Mapping[Figure, Key] = field(default_factory=dict)
    first: frozenset[str] = frozenset()


def cells(asked: Asked, out: Out) -> Cells:
    """The cells of a version, and what adds up among them.

    What is the same count by definition is one cell, so that nobody sees it rounded or hidden in two ways:
    units of the same facilities, and of a stock all periods with the same last day. Groups of a facility and
    of a commune are not told, unless they once were; they are there where units cross (a commune of today and
    one of before), because what both tell consists of them. ``out``: what is out already; a figure told in
    another way than its twin is a cell of its own.
    """
    stock, sets = rules.is_stock(asked.indicator), _sets(asked.places)
    crossed = _crossed([*sets.values()])
    small = _small(sets, asked.places)

    def is_detail(figure: Figure) -> bool:
        return bool(figure[2]) and figure[1] in small and figure not in out

    counts = {
        each: counted
        for each, counted in asked.counts.items()
        if each[0] in asked.canonical and (crossed or not is_detail(each))
    }
    ends: dict[Any, Days] = {}
    for days in sorted(asked.canonical, reverse=True):
        ends.setdefault(days[1], days)
    names = {some: _name(some, asked.places) for some in sets.values()}
    keys: dict[Figure, Key] = {}
    unseen: dict[Figure, Key] = {}
    found: dict[Key, Counted] = {}
    before: dict[Key, Line] = {}
    forms: dict[Key, Form] = {}
    same: list[tuple[Key, Key]] = []
    for figure in sorted(counts, key=lambda each: (each[0], each[1].key, each[2])):
        days, place, group = figure
        own = Key(asked.code, place.key, asked.canonical[days], group)
        told_by = asked.canonical[ends[days[1]] if stock else days]
        key = Key(asked.code, names[sets[place]], told_by, group)
        if found.setdefault(key, counts[figure]) != counts[figure]:
            key = own
        elif figure in out and before.setdefault(key, out[figure]) != out[figure]:
            same.append((own, key))
            key = own
        found[key] = counts[figure]
        if is_detail(figure) or isinstance(key.period, Stretch):
            forms.setdefault(key, Form.NOTHING)
            unseen[figure] = key
            continue
        keys[figure] = key
        if figure in out:
            before[key] = out[figure]
        if forms.get(key) is not Form.BAND:
            forms[key] = _form(asked, place)
    within = rules.within([(each.numerator, each.denominator) for each in asked.counts.values()])
    hiding = asked.indicator.hiding
    given = [_cell(hiding, key, counted, forms[key], within) for key, counted in found.items()]
    sums = [
        each
        for own, key in same
        if hiding is Hiding.PEOPLE
        for each in adding(own, [key], _parts(asked.indicator))
    ]
    units = {
        names[some]: [names[frozenset({each})] for each in sorted(some)] for some in names if len(some) > 1
    }
    release = release_of(
        given,
        units,
        rules.parts(asked.canonical),
        flows=() if stock else (asked.code,),
        sums=sums,
        nested=_nested(names),
    )
    return Cells(release, keys, before, unseen)


def _small(sets: Mapping[Place, frozenset[int]], places: Places) -> frozenset[Place]:
    """Places of which no groups are told: facilities, communes, and what has no more facilities than one of
    these (a district of before that is a commune today), unless it is all there is."""
    communes = [sets[Place(unit=each)] for each in places.communes if Place(unit=each) in sets]
    whole = sets[ALL]
    return frozenset(
        place
        for place, some in sets.items()
        if place.facility is not None
        or (place.unit is not None and some != whole and any(some <= commune for commune in communes))
    )


def _parts(indicator: Indicator) -> tuple[Part, ...]:
    return (Part.NUMERATOR,) if indicator.denominator is None else (Part.NUMERATOR, Part.DENOMINATOR)


def _crossed(sets: Sequence[frozenset[int]]) -> bool:
    """Whether two places have some facilities in common, and each some of its own."""
    several = {some for some in sets if len(some) > 1}
    return any(one & other and not (one <= other or other <= one) for one, other in combinations(several, 2))


def _sets(places: Places) -> dict[Place, frozenset[int]]:
    """The facilities of which each place consists."""
    found = {ALL: frozenset(places.facilities)}
    found |= {Place(facility=each): frozenset({each}) for each in places.facilities}
    return found | {Place(unit=unit): some for unit, some in places.units.items()}


def _name(some: frozenset[int], places: Places) -> str:
    """What a place of some facilities is called, whichever of its units it is."""
    if len(some) == 1:
        return Place(facility=min(some)).key
    if some == frozenset(places.facilities):
        return ALL.key
    return Place(unit=min(unit for unit, each in places.units.items() if each == some)).key


def _nested(names: Mapping[frozenset[int], str]) -> dict[str, list[str]]:
    """Of each place the largest ones that lie in it, none of them in two: their groups are parts of its."""
    found: dict[str, list[str]] = {}
    by_size = sorted(names, key=lambda some: (-len(some), sorted(some)))
    for whole in by_size:
        parts: list[frozenset[int]] = []
        for some in by_size:
            if some < whole and all(some.isdisjoint(part) for part in parts):
                parts.append(some)
        if parts:
            found[names[whole]] = [names[part] for part in parts]
    return found


def digest(release: int, cells: Cells, complete: Mapping[Any, Any]) -> str:
    """Of all that the telling hangs on: where it is the same, so is what is told."""
    said = hashlib.sha256(f"{RULES} {release}".encode())
    given = cells.release
    for part in (given.cells, given.sums, cells.keys.items(), cells.before.items(), complete.items()):
        for each in sorted(map(repr, part)):
            said.update(each.encode() + b"\0")
    return said.hexdigest()[:SAID]


def told(cells: Cells) -> tuple[dict[Key, Line], frozenset[Count]]:
    """What is told of some cells, beside what is out already; and the small counts that that had given away
    before. ReleaseError as ``control``."""
    given = cells.release
    said = hashlib.sha256(repr((given.cells, sorted(given.sums), sorted(cells.first))).encode()).digest()
    done = _done.pop(said, None)
    # Of figures held together what was told of one is out when the next one is told: as it was proven.
    if done is None or any(done.lines.get(key) != line for key, line in cells.before.items()):
        done = control(given, Published(_first(cells) | dict(cells.before)))
    _done[said] = done
    while len(_done) > _KEPT:
        del _done[next(iter(_done))]
    wanted = {*cells.keys.values()}
    return {key: line for key, line in done.lines.items() if key in wanted}, done.lost


def _first(cells: Cells) -> dict[Key, Line]:
    """What is told of the codes that come first, held against each other alone. The others take it as it is:
    they can always say nothing."""
    given = [cell for cell in cells.release.cells if cell.key.code.partition("/")[0] in cells.first]
    if not given:
        return {}
    there = {cell.key for cell in given}
    sums = [
        each for each in cells.release.sums if all(count.key in there for count in (each.whole, *each.parts))
    ]
    before = {key: line for key, line in cells.before.items() if key in there}
    return dict(control(Release(tuple(given), tuple(sums)), Published(before)).lines)


def reported(
    figure: Reported,
    counts: Mapping[tuple[Days, Place], Counted],
    canonical: Mapping[Days, Name],
    units: Mapping[str, Sequence[str]],
    out: Out,
) -> Cells:
    """The cells of what was reported. Nobody says whether a year's figure is what its quarters add up to; it
    is held as if it were, which hides no less. Of windows that cross nothing could be proven, as nobody knows
    of the days that they share, so ``canonical`` has none but those that were told before."""
    name = name_of(figure.code, figure.version)
    within = rules.within([(each.numerator, each.denominator) for each in counts.values()])
    keys: dict[Figure, Key] = {
        (days, place, ()): Key(name, place.key, canonical[days])
        for days, place in counts
        if days in canonical
    }
    given = [
        _cell(figure.hiding, key, counts[days, place], Form.NUMBER, within)
        for (days, place, _), key in keys.items()
    ]
    before = {keys[each]: line for each, line in out.items() if each in keys}
    return Cells(release_of(given, units, rules.beneath(canonical), flows=(name,)), keys, before)


def _form(asked: Asked, place: Place) -> Form:
    small = place.facility is not None or place.unit in asked.places.communes
    return Form.BAND if asked.bands and small else Form.NUMBER


def _cell(hiding: Hiding, key: Key, counted: Counted, form: Form, within: bool) -> Cell:
    if hiding is Hiding.NOTHING:
        return Cell(key, counted.numerator, counted.denominator, hiding, form)
    denominator = None if counted.denominator is None else _whole(counted.denominator)
    return Cell(key, _whole(counted.numerator), denominator, hiding, form, within, counted.people)


def _whole(value: Decimal) -> Decimal:
    """To whole ones: milligrams of people are told as counts are."""
    return value.quantize(Decimal(1), ROUND_HALF_UP)
