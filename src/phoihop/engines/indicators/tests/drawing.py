"""Definitions and facts drawn at random: every node, every kind, and what is unknown everywhere."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from phoihop.engines.indicators.definitions import PLACE, Example, Indicator, Unit
from phoihop.engines.indicators.facts import PERSON, Columns, Kind, Table
from phoihop.engines.indicators.rows import (
    Among,
    Count,
    Facts,
    Joined,
    Latest,
    Measure,
    Persons,
    Rows,
    Summed,
    Total,
    Where,
    With,
)
from phoihop.engines.indicators.tests.making import NONE, QUARTER, indicator
from phoihop.engines.indicators.values import (
    AllOf,
    AnyOf,
    Choose,
    Column,
    Compare,
    DaysAfter,
    DaysBetween,
    Edge,
    Literal,
    Missing,
    MonthsAfter,
    Not,
    OneOf,
    Sign,
    Value,
    within,
)
from phoihop.kernel.calendars import Window
from phoihop.kernel.refusals import Bilingual

GIVEN = Table(
    "given",
    (
        (PERSON, Kind.TEXT),
        (PLACE, Kind.TEXT),
        ("day", Kind.DAY),
        ("born", Kind.DAY),
        ("days", Kind.NUMBER),
        ("sex", Kind.TEXT),
        ("first", Kind.FLAG),
    ),
)
ENDED = Table(
    "ended",
    (
        (PERSON, Kind.TEXT),
        (PLACE, Kind.TEXT),
        ("day", Kind.DAY),
        ("days", Kind.NUMBER),
        ("sure", Kind.FLAG),
    ),
)
TABLES = (GIVEN, ENDED)

# Around the end of a leap February; ordering of text is by code point, whatever the place.
DAYS = [date(2023, 12, day) for day in (30, 31)] + [
    date(2024, month, day) for month, day in ((1, 1), (1, 14), (1, 15), (1, 31), (2, 28), (2, 29), (3, 31))
]
NUMBERS = [Decimal(each) for each in ("-31", "-0.5", "0", "0.000001", "1", "1.5", "28.999999", "30", "60")]
TEXTS = ["", "a", "A", "á", "ab", "đ"]
PLAIN: dict[Kind, Any] = {Kind.DAY: DAYS, Kind.NUMBER: NUMBERS, Kind.TEXT: TEXTS, Kind.FLAG: [True, False]}


def facts(table: Table, known: bool = False):
    """Rows of a table; ``known``: of people who all have a pseudonym, and of a place."""
    cells = {name: st.none() | st.sampled_from(PLAIN[kind]) for name, kind in table.columns}
    if known:
        cells |= {PERSON: st.sampled_from("pqrs"), PLACE: st.sampled_from(TEXTS)}
    return st.lists(st.fixed_dictionaries(cells), max_size=14)


def stores(known: bool = False):
    return st.fixed_dictionaries({table.name: facts(table, known) for table in TABLES})


STORES = stores()
WINDOWS = st.lists(
    st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS)).map(lambda two: Window(min(two), max(two))),
    min_size=1,
    max_size=4,
    unique=True,
)


@st.composite
def values(draw: st.DrawFn, kind: Kind, columns: Columns, deep: int = 2) -> Value:
    """A value of a kind over some columns."""
    there = [name for name, each in columns.items() if each is kind]
    leaves: list[Any] = [st.sampled_from(PLAIN[kind]).map(Literal)]
    if there:
        leaves += [st.sampled_from(there).map(Column)] * 3
    if kind is Kind.DAY:
        leaves += [st.sampled_from(Edge)] * 2
    if deep == 0 or (kind is not Kind.FLAG and draw(st.booleans())):
        return draw(st.one_of(leaves))

    def inner(other: Kind) -> Any:
        return values(other, columns, deep - 1)

    forms: list[Any] = [
        st.builds(
            Choose, st.lists(st.tuples(inner(Kind.FLAG), inner(kind)), max_size=2).map(tuple), inner(kind)
        )
    ]
    if kind is Kind.DAY:
        forms += [
            st.builds(DaysAfter, inner(Kind.DAY), inner(Kind.NUMBER)),
            st.builds(MonthsAfter, inner(Kind.DAY), st.integers(-14, 14)),
        ]
    if kind is Kind.NUMBER:
        forms.append(st.builds(DaysBetween, inner(Kind.DAY), inner(Kind.DAY)))
    if kind is Kind.FLAG:
        compared = draw(st.sampled_from(Kind))
        ordered = compared in (Kind.DAY, Kind.NUMBER)
        signs = st.sampled_from(list(Sign) if ordered else [Sign.EQUAL, Sign.UNEQUAL])
        chosen = draw(st.sampled_from([Kind.DAY, Kind.NUMBER, Kind.TEXT]))
        several = st.lists(inner(Kind.FLAG), min_size=1, max_size=3).map(tuple)
        options = st.lists(st.sampled_from(PLAIN[chosen]), min_size=1, max_size=3).map(tuple)
        # What definitions say most: a day within the window, or up to a day of it.
        bounded = st.builds(within, inner(Kind.DAY), inner(Kind.DAY), inner(Kind.DAY))
        forms += [
            st.builds(Compare, inner(compared), signs, inner(compared)),
            st.builds(OneOf, inner(chosen), options),
            st.builds(Missing, inner(draw(st.sampled_from(Kind)))),
            st.builds(Not, inner(Kind.FLAG)),
            st.builds(AllOf, several),
            st.builds(AnyOf, several),
            bounded,
        ]
    return draw(st.one_of(forms))


@st.composite
def sifts(draw: st.DrawFn, columns: Columns) -> Value:
    """A condition as definitions have it: of a day and the window; or any."""
    days = [name for name, kind in columns.items() if kind is Kind.DAY]
    if not days or draw(st.booleans()):
        return draw(values(Kind.FLAG, columns))
    day = Column(draw(st.sampled_from(days)))
    first: Value = MonthsAfter(Edge.FIRST, draw(st.integers(-3, 1)))
    last: Value = DaysAfter(Edge.LAST, Literal(draw(st.sampled_from(NUMBERS))))
    signs = st.sampled_from([sign for sign in Sign if sign is not Sign.UNEQUAL])
    forms: list[Any] = [
        within(day),
        within(day, first, last),
        Compare(day, Sign.AT_MOST, Edge.LAST),
        Compare(day, draw(signs), last),
        Compare(first, draw(signs), day),
    ]
    return draw(st.sampled_from(forms))


@st.composite
def rows(draw: st.DrawFn, deep: int = 3, always: tuple[str, ...] = ()) -> Rows:
    """Any rows, of some depth. ``always``: columns by which they are always told apart, and joined."""
    if deep == 0:
        return Facts(draw(st.sampled_from(TABLES)))
    below = draw(rows(deep - 1, always))
    columns = below.columns()
    names = (
        st.lists(st.sampled_from(sorted(columns)), min_size=1, max_size=2, unique=True)
        .map(lambda drawn: tuple(dict.fromkeys((*always, *drawn))))
    )  # fmt: skip
    form = draw(st.sampled_from([Where, Where, With, Latest, Latest, Among, Joined, Summed]))
    if form is Where:
        return Where(below, draw(sifts(columns)))
    if form is With:
        name = next(name for name in ("x", "y", "z") if name not in columns)
        return With(below, name, draw(values(draw(st.sampled_from(Kind)), columns)))
    if form is Latest:
        per, order = draw(names), draw(names)
        usual = {"day"} <= set(columns) and draw(st.booleans())
        return Latest(below, per, ("day",) if usual else order)
    if form is Summed:
        numbers = [None, *(name for name, kind in columns.items() if kind is Kind.NUMBER)]
        per = draw(names)
        sums = draw(st.lists(st.sampled_from(numbers), max_size=2))
        free = [name for name in ("p", "q", "r", "s") if name not in per]
        return Summed(below, per, tuple(zip(free, sums, strict=False)))
    others = draw(rows(deep - 1, always))
    theirs = others.columns()
    shared = sorted(name for name in columns if theirs.get(name) is columns[name])
    if not shared:
        return below
    drawn = draw(st.lists(st.sampled_from(shared), min_size=1, max_size=2, unique=True))
    on = tuple(dict.fromkeys((*always[:1], *drawn)))
    if form is Among:
        return Among(below, others, on, draw(st.booleans()))
    single = Latest(others, on, tuple(draw(st.permutations(sorted(theirs)))[:2]))
    bring = draw(st.lists(st.sampled_from(sorted(theirs)), min_size=1, max_size=2, unique=True))
    new = [name for name in ("g", "h", "i", "j", "k", "l", "m", "n") if name not in columns]
    return Joined(below, single, on, tuple(zip(new, bring, strict=False)))


@st.composite
def measures(draw: st.DrawFn, always: tuple[str, ...] = ()) -> Measure:
    """What any rows come to. A definition has to have people and places: they are made up where left out."""
    counted = draw(rows(draw(st.integers(1, 3)), always))
    for name in (PERSON, PLACE):
        if counted.columns().get(name) is not Kind.TEXT:
            counted = With(counted, name, draw(values(Kind.TEXT, counted.columns(), 0)))
    numbers = [name for name, kind in counted.columns().items() if kind is Kind.NUMBER]
    forms: list[Measure] = [Count(counted), Persons(counted), *(Total(counted, name) for name in numbers)]
    return draw(st.sampled_from(forms))


EMPTY = (Example(Bilingual("Không có gì.", "Nothing."), QUARTER, {}, (NONE, None)),) * 3


@st.composite
def definitions(draw: st.DrawFn, always: tuple[str, ...] = ()) -> Indicator:
    """A number or a share of anything."""
    numerator, denominator = draw(measures(always)), draw(st.none() | measures(always))
    examples = tuple(replace(each, expected=(NONE, NONE if denominator else None)) for each in EMPTY)
    return indicator(
        numerator=numerator,
        denominator=denominator,
        unit=Unit.PERCENT if denominator else Unit.EVENTS,
        splits=(),
        examples=examples,
    )
