"""Two quarters of any province, on old borders and new: nobody gets at the few, whatever he subtracts."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phoihop.engines.indicators.disclosing import (
    Cell,
    Count,
    Form,
    Key,
    Part,
    State,
    Sum,
    adding,
    control,
)
from phoihop.engines.indicators.disclosing_sums import release_of
from phoihop.engines.indicators.tests.attacking import held
from phoihop.kernel.calendars import Calendar, Period, Span

QUARTERS = [Period(Calendar.CIVIL, Span.QUARTER, 2026, number) for number in (1, 2)]


@dataclass
class Province:
    """Who was found ("POS") of whom was tested, by place, month and group; how facilities make up districts,
    and which pieces of them the communes of today."""

    districts: dict[str, list[str]]
    months: dict[Period, list[Period]]
    groups: Sequence[tuple[tuple[str, str], ...]]  # the finest ones
    found: dict[tuple[str, Period, tuple[tuple[str, str], ...]], tuple[int, int]]  # positive, negative
    pieces: dict[
        str, tuple[int, str, str]
    ]  # of a facility: how many live in the first one, today's commune of both
    ever: int

    def units(self):
        return {"P": list(self.districts), **self.districts}

    def cells(self, quarter):
        names = [name for name, _ in self.groups[0]]
        values = [
            sorted({value for group in self.groups for key, value in group if key == name}) for name in names
        ]
        inside = {"P": [f for each in self.districts.values() for f in each], **self.districts}
        inside |= {f: [f] for each in self.districts.values() for f in each}
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
                    yield Cell(
                        Key("POS", unit, period, group),
                        Decimal(positive),
                        Decimal(positive + negative),
                        form=form,
                    )


few_or_many = st.one_of(st.integers(0, 9), st.integers(0, 9), st.integers(10, 60))


@st.composite
def provinces(draw):
    places = [f"f{n}" for n in range(draw(st.integers(1, 3)))]
    districts: dict[str, list[str]] = {}
    for place in places:
        districts.setdefault(draw(st.sampled_from(["d0", "d1"])), []).append(place)
    some = draw(st.integers(1, 2))
    months = {
        quarter: [Period(Calendar.CIVIL, Span.MONTH, 2026, 3 * n + m) for m in range(1, some + 1)]
        for n, quarter in enumerate(QUARTERS)
    }
    ages, sexes = draw(st.sampled_from([(("1",), "fm"), (("1", "2"), "fm"), (("1",), "fmx")]))
    groups = [(("age", a), ("sex", s)) if len(ages) > 1 else (("sex", s),) for a, s in product(ages, sexes)]
    found = {
        each: (draw(few_or_many), draw(few_or_many))
        for each in product(places, [m for some in months.values() for m in some], groups)
    }
    pieces = {}
    for place in places:
        total = sum(sum(v) for (f, m, _), v in found.items() if f == place and m in months[QUARTERS[0]])
        communes = draw(st.tuples(st.sampled_from(["c0", "c1"]), st.sampled_from(["c0", "c1"])))
        pieces[place] = (draw(st.integers(0, min(total, 9))), *communes)
    return Province(districts, months, tuple(groups), found, pieces, draw(few_or_many))


def published(province: Province):
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


def check(province):
    before, after = published(province)
    assert after.lost == frozenset()
    assert {key: after.lines[key] for key in before.lines} == before.lines
    assert held(after) == {}
    for key, line in after.lines.items():
        cell = after.cells[key]
        for told, true in ((line.numerator, cell.numerator), (line.denominator, cell.denominator)):
            if told is not None and told.value is not None:
                assert true >= 8
                assert told.state is State.ROUNDED
                assert told.value % 5 == 0
                assert abs(told.value - true) <= 2


@settings(max_examples=5)
@given(provinces())
def test_nobody_gets_at_the_few_of_two_quarters(province):
    check(province)


@pytest.mark.long
@settings(max_examples=150)
@given(provinces())
def test_nobody_gets_at_the_few_of_any_two_quarters(province):
    check(province)
