"""Every table of the programme that is out after two quarters, of made-up lives: counted by the engine, told
as a build tells it; and somebody who has all of them and knows what follows from the definitions."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations, permutations, product
from itertools import count as numbers
from typing import Any

from phoihop.engines.indicators.definitions import PLACE, Hiding, Indicator
from phoihop.engines.indicators.disclosing import Cell, Count, Form, Key, Line, Part, Published, Sum
from phoihop.engines.indicators.engine import Engine, duck, held
from phoihop.engines.indicators.facts import PERSON
from phoihop.engines.publishing import counting, relating, rules, telling
from phoihop.engines.publishing.borders import Places
from phoihop.engines.publishing.counting import ALL, Counts, Place
from phoihop.engines.publishing.registering import Programme
from phoihop.engines.publishing.rules import Days
from phoihop.kernel.calendars import Period, Stretch, Window
from phoihop.programmes.ost.publishing import PROGRAMME
from phoihop.programmes.ost.tests.drawing_lives import drawn

SINCE, MIDDLE, UNTIL = date(2025, 12, 15), date(2026, 3, 25), date(2026, 6, 25)  # two state quarters
FACILITIES = (1, 2, 3)
PLACES = Places(
    dict.fromkeys(FACILITIES, (None, None)),
    {10: frozenset(FACILITIES), 11: frozenset({1, 2}), 12: frozenset({3})},
    dict.fromkeys((10, 11, 12)),
    frozenset({11, 12}),
)
HOLDS = {ALL: FACILITIES, **{Place(unit=unit): tuple(sorted(some)) for unit, some in PLACES.units.items()}}
Out = dict[str, dict[telling.Figure, Line]]


@dataclass
class World:
    """The programme's figures of people, as they truly are, in every window of two quarters."""

    programme: Programme
    counts: dict[str, Counts]
    periods: dict[str, dict[Days, list[Period]]]

    @property
    def indicators(self) -> list[Indicator]:
        return [each for each in self.programme.indicators if each.code in self.counts]

    def canonical(self, indicator: Indicator, until: date) -> dict[Days, rules.Name]:
        """What a build of a day tells, and the days between."""
        programme, stock = self.programme, rules.is_stock(indicator)
        if indicator.code in programme.inside:
            return {}
        found: dict[Days, rules.Name] = {
            days: known[0]
            for days, known in self.periods[indicator.code].items()
            if days[1] <= until - programme.settles and (stock or any(map(programme.tells, known)))
        }
        return found if stock else found | {days: Stretch(*days) for days in rules.stretches(found)}


def world(seed: int, people: int, programme: Programme = PROGRAMME) -> World:
    """One of so many people at three facilities."""
    lives = drawn(seed, tuple(map(str, FACILITIES)), people, date(2025, 1, 1), UNTIL)
    engine = Engine(duck(), held(programme.tables, lives.store))
    found = World(programme, {}, {})
    for each in programme.indicators:
        periods = rules.periods(each, programme.calendars, SINCE, UNTIL)
        if each.hiding is Hiding.PEOPLE and periods:
            found.periods[each.code] = periods
            found.counts[each.code] = {}
            told = {days for day in (MIDDLE, UNTIL) for days in found.canonical(each, day)}
            found.counts[each.code] = counting.count(engine, each, sorted({*periods, *told}), PLACES)
    return found


def told(world: World, blind: bool = False) -> tuple[Out, set[Count]]:
    """What is out of each figure after two builds, the first of which was let out; and the small counts that
    that had given away. ``blind``: each figure looked at by itself."""
    out: Out = defaultdict(dict)
    lost: set[Count] = set()
    for day in (MIDDLE, UNTIL):
        asked = {
            each.code: telling.Asked(each, world.counts[each.code], world.canonical(each, day), PLACES, False)
            for each in world.indicators
        }
        for each in world.indicators:
            own = telling.cells(asked[each.code], out[each.code])
            sums = () if blind else world.programme.sums
            near = [] if blind else relating.related(each, world.indicators, sums)
            others = [(asked[one.code], telling.cells(asked[one.code], out[one.code])) for one in near]
            cells = relating.together((asked[each.code], own), others, sums) if others else own
            lines, more = telling.told(cells)
            lost |= more
            out[each.code] = {figure: lines[key] for figure, key in cells.keys.items()}
    return out, lost


def measures(indicator: Indicator) -> list[tuple[str, Part]]:
    parts = [Part.NUMERATOR, Part.DENOMINATOR][: len(indicator.measures)]
    return [(indicator.code, part) for part in parts]


Measured = tuple[str, Part]
Person = tuple[int, Window, str, str]  # the seed of a life, a window, a facility and whoever it is


def by_person(
    seed: int, people: int, programme: Programme = PROGRAMME
) -> dict[Measured, dict[Person, Decimal]]:
    """What each person adds to each measure, in every state period of two quarters at every facility."""
    lives = drawn(seed, tuple(map(str, FACILITIES)), people, date(2025, 1, 1), UNTIL)
    engine = Engine(duck(), held(programme.tables, lives.store))
    found: dict[Measured, dict[Person, Decimal]] = {}
    for each in programme.indicators:
        periods = rules.periods(each, programme.calendars[:1], SINCE, UNTIL)
        if each.hiding is not Hiding.PEOPLE or not periods or PERSON not in each.numerator.rows.columns():
            continue
        windows = [Window(*days) for days in periods]
        ((told,),) = engine.compute_ways([each], windows, [(PLACE, PERSON)], {})
        for window, figures in told.items():
            for (place, person), figure in figures.items():
                counts = (figure.numerator, figure.denominator)
                for measure, value in zip(measures(each), counts, strict=False):
                    if value:
                        found.setdefault(measure, {})[seed, window, str(place), str(person)] = value
    return found


Relations = set[tuple[Measured, Measured]]
Rests = set[tuple[Measured, Measured, Measured]]  # a whole, and two that are all of it


def _everybody(
    added: Sequence[dict[Measured, dict[Person, Decimal]]], anywhere: bool
) -> dict[Measured, dict[Any, Decimal]]:
    every: dict[Measured, dict[Any, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for each in added:
        for measure, known in each.items():
            for (seed, window, place, person), value in known.items():
                every[measure][seed, window, "" if anywhere else place, person] += value
    return every


def within(added: Sequence[dict[Measured, dict[Person, Decimal]]], anywhere: bool = False) -> Relations:
    """Measures of which everybody adds no more to the first than to the second, as far as some lives tell: at
    each facility, or ``anywhere`` at all of them together."""
    every = _everybody(added, anywhere)
    return {
        (one, other)
        for one, other in permutations(every, 2)
        if all(value <= every[other].get(person, 0) for person, value in every[one].items())
    }


def rests(added: Sequence[dict[Measured, dict[Person, Decimal]]]) -> Rests:
    """Measures of which two make up another one of everybody at each facility: each is what the other one
    leaves over."""
    every, relations = _everybody(added, False), within(added)
    found = set()
    for whole in every:
        parts = sorted(one for one, other in relations if other == whole and (whole, one) not in relations)
        for one, other in combinations(parts, 2):
            mine, its = every[one], every[other]
            if all(mine.get(at, 0) + its.get(at, 0) == value for at, value in every[whole].items()):
                found.add((whole, one, other))
    return found


@dataclass(frozen=True)
class Known:
    """What somebody knows of definitions: of which measures one is within another, at every facility or at
    all together; and which make up another one."""

    relations: Relations
    anywhere: Relations
    rests: Rests


def known(added: Sequence[dict[Measured, dict[Person, Decimal]]]) -> Known:
    """What some lives tell of definitions."""
    return Known(within(added), within(added, anywhere=True), rests(added))


def outside(world: World, out: Out, knows: Known) -> Published:
    """All that is out, and all that somebody knows who has it: what adds up over groups, facilities and
    periods, and what ``knows`` says of definitions."""
    known = _Outside(world, out)
    for wholes in known.made_up().values():
        known.tie(wholes)
    for (code, part), *made in sorted(knows.rests):
        there = known.figures[code].intersection(*(known.figures[one] for one, _ in made))
        for figure in sorted(there, key=repr):
            parts = tuple(_count(one, figure, its) for one, its in made)
            known.sums.add(Sum(_count(code, figure, part), parts))
    relations = knows.relations
    for (code, part), (other, its) in sorted(relations | knows.anywhere):
        everywhere = ((code, part), (other, its)) in relations
        for figure in sorted(known.figures[code] & known.figures[other], key=repr):
            if everywhere or {*HOLDS.get(figure[1], ())} == {*FACILITIES}:
                known.at_most(_count(code, figure, part), _count(other, figure, its))
    return Published(known.lines, known.cells, tuple(known.sums))


def _key(code: str, figure: telling.Figure) -> Key:
    return Key(code, figure[1].key, Stretch(*figure[0]), figure[2])


def _count(code: str, figure: telling.Figure, part: Part) -> Count:
    return Count(_key(code, figure), part)


def _split(group: rules.Group) -> str:
    return group[0][0] if group else ""


Whole = tuple[Count, list[Count]]


class _Outside:
    """Cells of every window that is out, whether they are themselves; and what ties them."""

    def __init__(self, world: World, out: Out) -> None:
        self._slack = numbers()
        self.told = [each for each in world.indicators if out[each.code]]
        self.figures: dict[str, set[telling.Figure]] = defaultdict(set)
        self.lines: dict[Key, Line] = {}
        self.cells: dict[Key, Cell] = {}
        self.sums: set[Sum] = set()
        for each in self.told:
            counts, windows = world.counts[each.code], {figure[0] for figure in out[each.code]}
            shares = rules.within([(one.numerator, one.denominator) for one in counts.values()])
            for figure, counted in counts.items():
                if figure[0] in windows:
                    self.figures[each.code].add(figure)
                    whole = None if counted.denominator is None else Decimal(round(counted.denominator))
                    key = _key(each.code, figure)
                    numerator = Decimal(round(counted.numerator))
                    self.cells[key] = Cell(key, numerator, whole, within=shares, people=counted.people)
            self.lines |= {_key(each.code, figure): line for figure, line in out[each.code].items()}

    def value(self, count: Count) -> int:
        """What it truly is."""
        return int(self.cells[count.key].counts()[count])

    def made_up(self) -> dict[tuple[str, Part, str, str], list[Whole]]:
        """Of each measure, told apart in one way, what is made up of what: of facilities, of groups, of
        windows."""
        found: dict[tuple[str, Part, str, str], list[Whole]] = defaultdict(list)
        for each in self.told:
            figures = self.figures[each.code]
            windows = sorted({days for days, _, _ in figures})
            for days, (code, part) in product(windows, measures(each)):

                def at(
                    place: Place, group: rules.Group, window: Days = days, code: str = code, part: Part = part
                ) -> Count:
                    return _count(code, (window, place, group), part)

                groups = sorted({group for window, _, group in figures if window == days})
                for place, group in product(HOLDS, groups):
                    facilities = [at(Place(facility=one), group) for one in HOLDS[place]]
                    found[code, part, "places", _split(group)].append((at(place, group), facilities))
                for place, split in product(EVERYWHERE, each.splits):
                    some = [at(place, group) for group in groups if group and group[0][0] == split]
                    if some:
                        found[code, part, "groups", split].append((at(place, ()), some))
                twins = [[twin] for twin in windows if twin < days and twin[1] == days[1]]
                tiled = twins if rules.is_stock(each) else tilings(days, windows)
                for tiles, place, group in product(tiled, EVERYWHERE, groups):
                    times = [at(place, group, tile) for tile in tiles]
                    found[code, part, "times", _split(group)].append((at(place, group), times))
        return found

    def tie(self, wholes: Sequence[Whole]) -> None:
        """What is made up of parts in one way: exactly, if nobody is ever of two; else somebody may be, and
        they make up the whole or more, and none is more than it, if people are not of other groups by
        another window."""
        left = [sum(map(self.value, parts)) - self.value(whole) for whole, parts in wholes]
        each_within = all(self.value(part) <= self.value(whole) for whole, parts in wholes for part in parts)
        for whole, parts in wholes:
            if not any(left):
                self.sums.add(Sum(whole, tuple(parts)))
                continue
            if min(left) >= 0:
                both = self._unknown(sum(map(self.value, parts)))
                self.sums.add(Sum(both, tuple(parts)))
                self.at_most(whole, both)
            if each_within:
                for part in parts:
                    self.at_most(part, whole)

    def at_most(self, less: Count, most: Count) -> None:
        """That one is no more than the other, where that is so."""
        if (left := self.value(most) - self.value(less)) >= 0:
            self.sums.add(Sum(most, (less, self._unknown(left))))

    def _unknown(self, value: int) -> Count:
        made = Key(f"left {next(self._slack)}", "", Stretch(SINCE, SINCE))
        self.cells[made] = Cell(made, Decimal(value), form=Form.NOTHING)
        return Count(made)


EVERYWHERE = [*HOLDS, *(Place(facility=each) for each in FACILITIES)]


def tilings(days: Days, windows: Sequence[Days]) -> list[list[Days]]:
    """Other windows that lie in one, one after another from its first day to its last: the longest of each
    day, and the shortest."""
    inside = [each for each in windows if each != days and days[0] <= each[0] and each[1] <= days[1]]
    found = []
    for choose in (max, min):
        tiles, first = [], days[0]
        while some := [each for each in inside if each[0] == first]:
            tiles.append(choose(some))
            first = tiles[-1][1] + timedelta(days=1)
        if tiles and tiles[-1][1] == days[1] and tiles not in found:
            found.append(tiles)
    return found
