"""Two quarters of any small province, on old borders and new, drawn at random: what is published of it, and
what is inside of which nothing is told."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Any

from phoihop.engines.indicators.disclosing import (
    Cell,
    Count,
    Form,
    Key,
    Part,
    Published,
    Sum,
    adding,
    control,
)
from phoihop.engines.indicators.disclosing_sums import release_of
from phoihop.kernel.calendars import Calendar, Period, Span

QUARTERS = [Period(Calendar.CIVIL, Span.QUARTER, 2026, number) for number in (1, 2)]
Group = tuple[tuple[str, str], ...]


@dataclass
class Province:
    """Who was found ("POS") of whom was tested, by place, month and group; how facilities make up districts,
    and which pieces of them the communes of today.

    ``grouped``: whether groups of a facility are told too; else only its totals, as builds do.
    """

    districts: dict[str, list[str]]
    months: dict[Period, list[Period]]
    groups: Sequence[Group]  # the finest ones
    found: dict[tuple[str, Period, Group], tuple[int, int]]  # positive, negative
    pieces: dict[
        str, tuple[int, str, str]
    ]  # of a facility: how many live in the first one, today's commune of both
    ever: int
    grouped: bool

    def units(self) -> dict[str, list[str]]:
        return {"P": list(self.districts), **self.districts}

    def cells(self, quarter: Period) -> list[Cell]:
        """What is to be published of a quarter."""
        return [cell for cell in self.every(quarter) if self.grouped or not self.is_inside(cell)]

    def is_inside(self, cell: Cell) -> bool:
        return cell.key.unit[0] == "f" and bool(cell.key.group)

    def every(self, quarter: Period) -> list[Cell]:
        """All there is of a quarter."""
        names = [name for name, _ in self.groups[0]]
        values = [
            sorted({value for group in self.groups for key, value in group if key == name}) for name in names
        ]
        inside = {"P": [f for each in self.districts.values() for f in each], **self.districts}
        inside |= {f: [f] for each in self.districts.values() for f in each}
        made = []
        for unit, facilities in inside.items():
            for period in (quarter, *self.months[quarter]):
                spans = self.months[quarter] if period == quarter else [period]
                for chosen in product(*((None, *each) for each in values)):
                    group = tuple((n, v) for n, v in zip(names, chosen, strict=True) if v is not None)
                    counts = [
                        self.found[f, m, g]
                        for f, m, g in product(facilities, spans, self.groups)
                        if set(group) <= set(g)
                    ]
                    positive, negative = (sum(each[n] for each in counts) for n in (0, 1))
                    form = Form.BAND if unit[0] == "f" and not group else Form.NUMBER
                    whole = Decimal(positive + negative)
                    made.append(Cell(Key("POS", unit, period, group), Decimal(positive), whole, form=form))
        return made


def _few_or_many(chance: random.Random) -> int:
    return chance.randint(0, 9) if chance.random() < 2 / 3 else chance.randint(10, 60)


def drawn(chance: random.Random) -> Province:
    """Any small province."""
    places = [f"f{n}" for n in range(chance.randint(1, 3))]
    districts: dict[str, list[str]] = {}
    for place in places:
        districts.setdefault(chance.choice(["d0", "d1"]), []).append(place)
    some = chance.randint(1, 2)
    months = {
        quarter: [Period(Calendar.CIVIL, Span.MONTH, 2026, 3 * n + m) for m in range(1, some + 1)]
        for n, quarter in enumerate(QUARTERS)
    }
    ages, sexes = chance.choice([(("1",), "fm"), (("1", "2"), "fm"), (("1",), "fmx")])
    groups: list[Group] = [
        (("age", a), ("sex", s)) if len(ages) > 1 else (("sex", s),) for a, s in product(ages, sexes)
    ]
    found = {
        each: (_few_or_many(chance), _few_or_many(chance))
        for each in product(places, [m for some in months.values() for m in some], groups)
    }
    pieces = {}
    for place in places:
        total = sum(sum(v) for (f, m, _), v in found.items() if f == place and m in months[QUARTERS[0]])
        communes = chance.choice(["c0", "c1"]), chance.choice(["c0", "c1"])
        pieces[place] = (chance.randint(0, min(total, 9)), *communes)
    return Province(
        districts, months, tuple(groups), found, pieces, _few_or_many(chance), chance.random() < 0.5
    )


def published(province: Province) -> tuple[Published, Published]:
    """What is out after the first quarter, and after the second, with the first one on new borders."""
    first, second = QUARTERS
    release = release_of(province.cells(first), province.units(), province.months, flows={"POS"})
    before = control(release)

    tested = {
        cell.key.unit: int(cell.denominator or 0)
        for cell in release.cells
        if cell.key.period == first and not cell.key.group
    }
    more: list[Cell] = []
    sums: list[Sum] = []
    communes: dict[str, list[Cell]] = {}
    for place, (some, *homes) in province.pieces.items():
        parts = []
        for n, (count, home) in enumerate(zip((some, tested[place] - some), homes, strict=True)):
            piece = Cell(Key("TST", f"{place}/{n}", first), Decimal(count), form=Form.NOTHING)
            communes.setdefault(home, []).append(piece)
            parts.append(piece)
        more += parts
        whole = Count(Key("POS", place, first), Part.DENOMINATOR)
        sums.append(Sum(whole, tuple(Count(each.key) for each in parts)))
    for home, parts in communes.items():
        more.append(Cell(Key("TST", home, first), sum((each.numerator for each in parts), Decimal(0))))
        sums += adding(more[-1].key, [each.key for each in parts])
    cells = [*province.cells(second)]
    new = next(each for each in cells if each.key == Key("POS", "P", second))
    ever = [
        Cell(Key("EVER", "P", q), Decimal(province.ever) + n)
        for q, n in ((first, 0), (second, new.numerator))
    ]
    sums += adding(ever[1].key, [ever[0].key, new.key])
    return before, control(
        release_of([*cells, *more, *ever], province.units(), province.months, flows={"POS"}, sums=sums),
        before,
    )


def inside(province: Province) -> dict[str, Any]:
    """What the attacker knows to be there though no table holds it: groups of each facility, and what they
    add up to."""
    if province.grouped:
        return {"unseen": [], "sums": []}
    cells = [cell for quarter in QUARTERS for cell in province.every(quarter)]
    every = release_of(cells, province.units(), province.months, flows={"POS"})
    unseen = [cell for cell in every.cells if province.is_inside(cell)]
    keys = {cell.key for cell in unseen}
    return {
        "unseen": unseen,
        "sums": [
            each for each in every.sums if any(count.key in keys for count in (each.whole, *each.parts))
        ],
    }
