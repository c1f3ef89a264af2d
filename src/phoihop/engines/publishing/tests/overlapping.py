"""Two quarters of a few facilities by two calendars, drawn at random: what is told of them, and all that
somebody knows to be there.

Half a month is the finest that periods from the 15th and from the 1st have in common. What is told is told as
in a build; what the attacker knows is put together here anew, from half months alone.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise, product
from typing import Any

from phoihop.engines.indicators.disclosing import Cell, Count, Form, Key, Part, Published, Sum, control
from phoihop.engines.publishing import rules, telling
from phoihop.engines.publishing.borders import Places
from phoihop.engines.publishing.counting import ALL, Counted, Counts, Place
from phoihop.engines.publishing.rules import Days, Group
from phoihop.engines.publishing.tests.making import VISITS
from phoihop.kernel.calendars import Calendar, Period, Span, Stretch

_CUTS = sorted(date(2026, month, day) for month in range(1, 7) for day in (1, 15))
CUTS = [date(2025, 12, 15), *_CUTS, date(2026, 7, 1)]
HALVES = [(first, after - timedelta(days=1)) for first, after in pairwise(CUTS)]
PERIODS = [
    Period(calendar, span, 2026, number)
    for calendar in (Calendar.STATE, Calendar.CIVIL)
    for span, many in ((Span.MONTH, 6), (Span.QUARTER, 2))
    for number in range(1, many + 1)
]
_AFTER = date(2026, 4, 3), date(2026, 7, 3)  # by when each quarter has settled
_SETTLES = timedelta(days=3)


@dataclass
class Halves:
    """Of each facility, half month and sex how many counted, and of how many. ``shares``: whether of how many
    is told too; ``grouped``: whether by sex too; ``told``: the periods of which something is."""

    facilities: int
    counts: dict[tuple[int, Days, str], tuple[int, int]]
    shares: bool
    grouped: bool
    told: tuple[Period, ...]

    def places(self) -> dict[Place, list[int]]:
        every = [*range(1, self.facilities + 1)]
        return {ALL: every, **{Place(facility=each): [each] for each in every}}

    def groups(self) -> dict[Group, str]:
        """Each with the sexes that are in it."""
        found: dict[Group, str] = {(): "fm"}
        return found | ({(("sex", sex),): sex for sex in "fm"} if self.grouped else {})

    def counted(self, days: Days, place: Place, group: Group) -> Counted:
        some = [
            self.counts[facility, half, sex]
            for facility, half, sex in product(self.places()[place], HALVES, self.groups()[group])
            if days[0] <= half[0] and half[1] <= days[1]
        ]
        part, whole = (Decimal(sum(each[n] for each in some)) for n in (0, 1))
        return Counted(part, whole if self.shares else None)


def drawn(chance: random.Random, periods: tuple[Period, ...] = tuple(PERIODS)) -> Halves:
    """Any small one."""
    facilities = chance.randint(1, 3)

    def few_or_many() -> int:
        return chance.randint(0, 5) if chance.random() < 2 / 3 else chance.randint(6, 40)

    counts = {}
    for each in product(range(1, facilities + 1), HALVES, "fm"):
        part = few_or_many()
        counts[each] = part, part + few_or_many()
    return Halves(facilities, counts, chance.random() < 0.5, chance.random() < 0.6, periods)


def published(world: Halves, blind: bool = False) -> tuple[Published, Published]:
    """What is out after the first quarter and after the second. ``blind``: as if nobody minded what periods
    have in common."""
    places = Places(dict.fromkeys(range(1, world.facilities + 1), (None, None)), {}, {}, communes=frozenset())
    outs: list[Published] = []
    before: dict[telling.Figure, Any] = {}
    for day in _AFTER:
        named: dict[Days, rules.Name] = {
            (period.window.first, period.window.last): period
            for period in world.told
            if period.window.last <= day - _SETTLES
        }
        between = [] if blind else rules.stretches(named)
        named |= {days: Stretch(*days) for days in between}
        counts: Counts = {
            each: world.counted(*each) for each in product(named, world.places(), world.groups())
        }
        cells = telling.cells(telling.Asked(VISITS, counts, named, places, False), before)
        outs.append(control(cells.release, Published(cells.before)))
        before = {figure: outs[-1].lines[key] for figure, key in cells.keys.items()}
    return outs[0], outs[1]


def outside(world: Halves, out: Published) -> tuple[Published, dict[str, Any]]:
    """What the attacker has of it: what is told, each of which he knows to be a sum of half months; of these
    he knows that they are there, for each place and group."""
    told = {key: cell for key, cell in out.cells.items() if key in out.lines}
    unseen: dict[Key, Cell] = {}

    def key_of(days: Days, place: Place, group: Group) -> Key:
        return Key("half", place.key, Stretch(*days), group)

    everything = [*product(HALVES, world.places(), world.groups())]
    finest = [*product(HALVES, list(world.places())[1:], [(("sex", sex),) for sex in "fm"])]
    fine = Halves(world.facilities, world.counts, world.shares, True, world.told)
    for each in (*everything, *finest):
        counted = fine.counted(*each)
        unseen[key_of(*each)] = Cell(key_of(*each), counted.numerator, counted.denominator, form=Form.NOTHING)

    def tied(key: Key, days: Days, place: Place, group: Group) -> list[Sum]:
        some = [
            key_of(half, Place(facility=facility), (("sex", sex),))
            for facility, half, sex in product(world.places()[place], HALVES, fine.groups()[group])
            if days[0] <= half[0] and half[1] <= days[1]
        ]
        parts = (Part.NUMERATOR, Part.DENOMINATOR) if world.shares else (Part.NUMERATOR,)
        return [Sum(Count(key, part), tuple(Count(each, part) for each in some)) for part in parts]

    sums = [one for each in everything if each not in finest for one in tied(key_of(*each), *each)]
    by_key = {place.key: place for place in world.places()}
    for key in told:
        window = key.period.window if isinstance(key.period, Period) else key.period
        sums += tied(key, (window.first, window.last), by_key[key.unit], key.group)
    return Published(out.lines, told, lost=out.lost), {"unseen": unseen.values(), "sums": sums}
