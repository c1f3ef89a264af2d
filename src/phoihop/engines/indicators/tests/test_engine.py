"""The fast engine gives what the plain one gives, whatever the definition and the facts."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phoihop.engines.indicators import laying, reference
from phoihop.engines.indicators.batching import Size
from phoihop.engines.indicators.compiling import compiled
from phoihop.engines.indicators.definitions import PLACE
from phoihop.engines.indicators.engine import Engine, check, duck, held
from phoihop.engines.indicators.facts import PERSON, DefinitionError, Kind, Table
from phoihop.engines.indicators.reference import UNIT, Figure
from phoihop.engines.indicators.rows import (
    Among,
    Count,
    Facts,
    Joined,
    Latest,
    Measure,
    Persons,
    Summed,
    Total,
    Where,
    With,
)
from phoihop.engines.indicators.tests.drawing import EMPTY, GIVEN, STORES, TABLES, TEXTS, WINDOWS, definitions
from phoihop.engines.indicators.tests.making import (
    ENDED,
    EXAMPLES,
    LAST_PICKUP,
    NONE,
    PICKUP,
    QUARTER,
    TREATED,
    ended,
    indicator,
    pickup,
    until,
)
from phoihop.engines.indicators.tests.test_reference import VALUES
from phoihop.engines.indicators.values import (
    AllOf,
    Choose,
    Column,
    Compare,
    DaysAfter,
    DaysBetween,
    Edge,
    Literal,
    Missing,
    MonthsAfter,
    OneOf,
    Sign,
    within,
)
from phoihop.kernel.calendars import Calendar, Period, Span, Window

WINDOW = QUARTER.window
ALL = Facts(PICKUP)
# Several queries each: fewer of them, and as many more when there is time.
FEW = settings(max_examples=settings().max_examples // 4)
LARGE = Size(10**12, 10**10)  # whatever rows are there
SIZES = st.dictionaries(st.sampled_from([each.name for each in TABLES]), st.just(LARGE))
BORDERS = st.dictionaries(st.sampled_from(TEXTS), st.lists(st.sampled_from("uvw"), max_size=3))


@pytest.fixture(scope="module")
def backend():
    return duck()


def test_the_worked_examples_come_out(backend):
    assert check(indicator(), backend) == []


def test_an_example_that_comes_out_otherwise_is_named(backend):
    wrong = indicator(examples=(*EXAMPLES, replace(EXAMPLES[0], expected=(NONE, None))))
    assert [each.partition(": ")[0] for each in check(wrong, backend)] == ["TREATED v1, example 4"]


@given(definitions(), STORES, WINDOWS, st.data())
def test_any_definition_comes_out_as_in_plain_python(backend, definition, store, windows, data):
    shared = set.intersection(*({*each.rows.columns()} for each in definition.measures))
    by = data.draw(st.lists(st.sampled_from(sorted(shared)), max_size=2, unique=True))
    borders = data.draw(st.none() | BORDERS)
    if borders is not None:
        by.append(UNIT)
    shuffled = {name: data.draw(st.permutations(rows)) for name, rows in store.items()}
    found = Engine(backend, held(TABLES, shuffled)).compute(definition, windows, by, borders)
    assert found == {window: reference.compute(definition, store, window, by, borders) for window in windows}


@FEW
@given(st.lists(definitions(), min_size=2, max_size=3), STORES, WINDOWS, BORDERS, SIZES)
def test_together_they_are_as_alone(backend, several, store, windows, borders, sizes):
    """Those that share rows too: parts of the same whole, counted in one pass. Of tables that are large some
    windows after others."""
    parts = [
        indicator(numerator=type(each.numerator)(*_part(each.numerator, kept)), splits=(), examples=EMPTY)
        for each in several
        for kept in (Missing(Column(PLACE)), Compare(Column(PERSON), Sign.EQUAL, Literal("a")))
    ]
    asked = [*several, *parts]
    found = Engine(backend, held(TABLES, store), sizes=sizes).compute_all(asked, windows, (UNIT,), borders)
    assert found == [
        {window: reference.compute(each, store, window, (UNIT,), borders) for window in windows}
        for each in asked
    ]


def _part(measure, kept):
    rows = Where(measure.rows, kept)
    return (rows, measure.column) if isinstance(measure, Total) else (rows,)


def test_a_part_and_its_whole_are_counted_in_one_pass(backend):
    part, whole = Persons(Where(TREATED, OneOf(Column("sex"), ("f",)))), Persons(TREATED)
    queries = compiled([indicator(numerator=each) for each in (part, whole, part)], {}, [WINDOW])
    assert [query.measures for query in queries] == [(part, whole)]


# A value of one row whose sex is not known, five days before the window's last.
@pytest.mark.parametrize(("value", "found"), VALUES)
def test_a_value_is_as_in_plain_python(backend, value, found):
    asked = indicator(numerator=Count(With(ALL, "value", value)))
    store = {PICKUP.name: [pickup("p", 5, sex=None)]}
    figures = Engine(backend, held((PICKUP,), store)).compute(asked, [WINDOW], ("value",))
    assert figures == {WINDOW: {(found,): Figure(Decimal(1))}}


# Each shape that is laid out over windows in a way of its own, as definitions of treatment and care have it.
STARTED = Latest(ALL, (PERSON,), ("day",))
BEFORE = Where(Facts(ENDED), until("day"))
EARLIER = within(Column("day"), MonthsAfter(Edge.FIRST, -2), MonthsAfter(Edge.LAST, -2))
BAND = Choose(((Compare(Column("day"), Sign.LESS, Edge.FIRST), Literal("old")),), Literal("new"))
LONG = Compare(Column("days"), Sign.AT_LEAST, Literal(Decimal(60)))
IN_WINDOW = Where(ALL, within(Column("day")))
SUPPLY = Summed(IN_WINDOW, (PERSON, PLACE), (("days", "days"), ("times", None)))
LAST_END = Latest(BEFORE, (PERSON,), ("day",))
HOW = Joined(STARTED, LAST_END, (PERSON,), (("how", "how"),))
AFTER_BEGIN = Compare(Edge.FIRST, Sign.LESS, Column("day"))
WIDE = within(Column("day"), MonthsAfter(Edge.FIRST, -9), MonthsAfter(Edge.LAST, 9))
SOON = DaysAfter(Edge.LAST, Literal(Decimal(-9)))
BEFORE_END = Compare(Edge.LAST, Sign.MORE, Column("day"))
AT = (PERSON, PLACE)
LATER = Choose(((Compare(Column("day"), Sign.LESS, Edge.LAST), Column("day")),), Edge.LAST)
AGED = With(ALL, "band", BAND)
GONE = With(
    Facts(ENDED),
    "gone",
    Choose(
        ((Compare(Column("day"), Sign.LESS, Edge.FIRST), Column("day")),),
        DaysAfter(Edge.LAST, Literal(Decimal(1))),
    ),
)
FIRST = Latest(
    With(Where(ALL, until("day")), "ago", DaysBetween(Column("day"), Edge.LAST)), (PERSON,), ("ago", "days")
)
FIRST_DAYS = (("begun", "days"),)
BEGUN = Joined(ALL, FIRST, (PERSON,), FIRST_DAYS)
MORE_BEGUN = Compare(Column("begun"), Sign.MORE, Literal(Decimal(30)))
LAST_DAY = Joined(STARTED, Latest(IN_WINDOW, (PERSON,), ("day",)), (PERSON,), (("last", "day"),))
SAME_DAY = Latest(Where(ALL, AllOf((within(Column("day")), LONG))), (PERSON, "day"), ("days",))
LONGEST = Joined(IN_WINDOW, SAME_DAY, (PERSON, "day"), (("most", "days"),))
LIKE = Joined(SUPPLY, Latest(ALL, (PERSON,), ("day",)), (PERSON,), (("sex", "sex"),))
SHAPES: dict[str, Measure] = {
    "in treatment": Persons(TREATED),
    "in the window": Count(IN_WINDOW),
    "between its days": Count(Where(ALL, AllOf((AFTER_BEGIN, BEFORE_END)))),
    "in two spans at once": Count(Where(ALL, AllOf((within(Column("day"), last=SOON), WIDE)))),
    "days in the window": Total(IN_WINDOW, "days"),
    "people in the window": Persons(IN_WINDOW),
    "two months before": Persons(Where(ALL, EARLIER)),
    "up to its end, in any number": Count(Where(ALL, until("day"))),
    "the window's first day": Count(Where(ALL, Compare(Edge.FIRST, Sign.EQUAL, Column("day")))),
    "after its end": Count(Where(ALL, Compare(Column("day"), Sign.MORE, Edge.LAST))),
    "before its end": Persons(Latest(Where(ALL, BEFORE_END), (PERSON,), ("day",))),
    "the latest within": Persons(Latest(IN_WINDOW, (PERSON,), ("day", "days"))),
    "the latest of a long one": Count(Latest(Where(Where(ALL, LONG), until("day")), AT, ("day",))),
    "the latest by days": Total(Latest(Where(ALL, until("day")), (PERSON,), ("days",)), "days"),
    "those gone": Persons(Among(IN_WINDOW, BEFORE, (PERSON,))),
    "all but those gone": Persons(Among(ALL, BEFORE, (PERSON,), present=False)),
    "all with those gone": Count(Among(ALL, BEFORE, (PERSON,))),
    "gone in the window": Count(Among(ALL, Where(Facts(ENDED), within(Column("day"))), (PERSON,))),
    "not gone in the window": Count(
        Among(ALL, Where(Facts(ENDED), within(Column("day"))), (PERSON,), present=False)
    ),
    "long supplied": Persons(Where(SUPPLY, LONG)),
    "how often": Total(SUPPLY, "times"),
    "by what ended": Count(Where(HOW, OneOf(Column("how"), ("died",)))),
    "by age": Count(Where(AGED, OneOf(Column("band"), ("new",)))),
    "by age in the window": Count(Where(With(IN_WINDOW, "band", BAND), OneOf(Column("band"), ("new",)))),
    "the latest of each age": Count(Latest(Where(AGED, until("day")), ("band",), ("day",))),
    "by a day of the window on both sides": Count(Where(ALL, Compare(Edge.FIRST, Sign.AT_MOST, LATER))),
    "gone before it": Count(Among(IN_WINDOW, Where(GONE, until("gone")), (PERSON,))),
    "the first of each": Total(FIRST, "days"),
    "the first within": Count(Where(FIRST, within(Column("day")))),
    "by the last day alone": Count(Where(LAST_DAY, Compare(Column("last"), Sign.LESS, SOON))),
    "by the same day": Count(Where(LONGEST, Compare(Column("most"), Sign.MORE, Literal(Decimal(60))))),
    "by what a person is like": Persons(LIKE),
    "supplied, by what a person is like": Total(LIKE, "days"),
    "those not begun yet": Count(Where(BEGUN, Missing(Column("begun")))),
    "by what each began with": Persons(Where(BEGUN, MORE_BEGUN)),
    "in the window, by what each began with": Total(Joined(IN_WINDOW, FIRST, (PERSON,), FIRST_DAYS), "begun"),
    "of no window": Persons(Where(ALL, LONG)),
}  # fmt: skip
ALIKE = {"of no window"}
MONTHS = [Period(Calendar.CIVIL, Span.MONTH, 2025, 11).next(steps).window for steps in range(6)]
MIXED = [
    *MONTHS,
    WINDOW,
    Window(date(2025, 12, 15), date(2026, 1, 14)),
    Window(date(2026, 1, 1), date(2026, 3, 31), True),
]
CHANCE = Random(20260331)
MANY = {
    PICKUP.name: [
        pickup(
            f"p{CHANCE.randrange(40)}",
            CHANCE.randrange(-40, 150),
            CHANCE.randrange(1, 90),
            CHANCE.choice("abc"),
            CHANCE.choice(["f", "m", None]),
        )
        for _ in range(300)
    ]
    + [pickup("begins on the last day", 0)],
    ENDED.name: [
        ended(f"p{CHANCE.randrange(40)}", CHANCE.randrange(-40, 150), CHANCE.choice(["died", "left"]))
        for _ in range(15)
    ],
}
# One facility in two units, two and three in one, and one in none.
ON_BORDERS = {"a": ["u", "v"], "b": ["v", "w"], "c": ["v"]}, {"a": ["u"], "b": ["u"]}


@pytest.mark.parametrize("shape", SHAPES)
def test_each_shape_over_many_windows_is_as_window_by_window(backend, monkeypatch, shape):
    asked = indicator(numerator=SHAPES[shape], splits=())
    by = [name for name in (PLACE, "sex") if name in SHAPES[shape].rows.columns()]
    engine = Engine(backend, held((PICKUP, ENDED), MANY))
    together = engine.compute(asked, MIXED, by)
    assert together == {window: reference.compute(asked, MANY, window, by) for window in MIXED}
    for borders in ON_BORDERS if by else ():
        on = (UNIT, *by[1:])
        assert engine.compute(asked, MIXED, on, borders) == {
            window: reference.compute(asked, MANY, window, on, borders) for window in MIXED
        }
    monkeypatch.setattr(laying, "_MOST_CUT", 0)  # as of more windows
    assert engine.compute(asked, MIXED, by) == together
    for large in (PICKUP, ENDED):
        assert replace(engine, sizes={large.name: LARGE}).compute(asked, MIXED, by) == together
    # The case tells something only where the windows do.
    told = {str(sorted(map(str, each.values()))) for each in together.values()}
    assert (len(told) > 1) is (shape not in ALIKE)


@pytest.mark.parametrize("borders", ON_BORDERS)
@pytest.mark.parametrize("by", [(UNIT,), (UNIT, "sex")])
def test_on_units_measures_of_the_same_rows_are_as_each_alone(backend, borders, by):
    """Who was at several facilities of a unit may be counted in one measure there, and not in another."""
    women = Where(IN_WINDOW, OneOf(Column("sex"), ("f",)))
    several = (Persons(women), Persons(IN_WINDOW), Count(IN_WINDOW), Total(women, "days"))
    asked = [indicator(numerator=each, splits=()) for each in several]
    found = Engine(backend, held((PICKUP,), MANY)).compute_all(asked, MIXED, by, borders)
    assert found == [
        {window: reference.compute(each, MANY, window, by, borders) for window in MIXED} for each in asked
    ]


def _sums(figures):
    return {window: sum(each.numerator for each in groups.values()) for window, groups in figures.items()}


@FEW
@given(STORES, WINDOWS, BORDERS)
def test_totals_are_kept_on_any_borders(backend, store, windows, borders):
    """Every facility in one unit or none: events on the borders are those of the facilities, no more, no
    less; people at most, for who was at two facilities of a unit is one there."""
    single = {place: units[:1] for place, units in borders.items()}
    engine = Engine(backend, held(TABLES, store))
    events = indicator(numerator=Count(Where(Facts(GIVEN), within(Column("day")))), splits=(), examples=EMPTY)
    people = indicator(
        numerator=Persons(Where(Facts(GIVEN), within(Column("day")))), splits=(), examples=EMPTY
    )
    found = [
        [_sums(each) for each in engine.compute_all([events, people], windows, *by)]
        for by in ((), ((PLACE,),), ((UNIT,), single))
    ]
    assert found[0][0] == found[1][0] == found[2][0]
    whole, by_place, by_unit = (people for _, people in found)
    assert all(whole[window] <= by_unit[window] <= by_place[window] for window in windows)


@pytest.mark.parametrize(
    ("numbers", "total"),
    [
        (["0.1"] * 10, "1"),
        (["999999999999.999999"] * 1000, "999999999999999.999"),
        (["0.000001", "-0.000001"], "0"),
        (["1E+11", "-0.5"], "99999999999.5"),
    ],
)
def test_numbers_stay_exact(backend, numbers, total):
    rows = [pickup(f"p{at}", 5) | {"days": Decimal(number)} for at, number in enumerate(numbers)]
    twice = Summed(ALL, (PLACE, "sex"), (("days", "days"),))
    for counted in (ALL, twice):
        asked = indicator(numerator=Total(counted, "days"))
        found = Engine(backend, held((PICKUP,), {PICKUP.name: rows})).compute(asked, [WINDOW])
        assert found == {WINDOW: {(): Figure(Decimal(total))}}


def test_what_is_unknown_sums_up_to_nothing(backend):
    store = {PICKUP.name: [pickup("p", 5) | {"days": None}, pickup("q", 5), pickup("q", 6) | {"days": None}]}
    none = Where(SUPPLY, Compare(Column("days"), Sign.AT_MOST, Literal(NONE)))
    for counted, figure in ((Count(none), 1), (Total(none, "days"), 0), (Total(ALL, "days"), 30)):
        asked = indicator(numerator=counted, splits=())
        found = Engine(backend, held((PICKUP,), store)).compute(asked, [WINDOW])
        assert found == {WINDOW: {(): Figure(Decimal(figure))}}


# What comes last is what comes last in Python, whatever the place of the machine.
@pytest.mark.parametrize("places", ["aB", "Ba", "éz", "đe", "a\u0301á", "\ue000😀", "\0a", " a"])
def test_text_is_ordered_by_its_code_points(backend, places):
    rows = [pickup("p", 5, facility=place) for place in places]
    found = Engine(backend, held((PICKUP,), {PICKUP.name: rows})).compute(
        indicator(numerator=Persons(LAST_PICKUP)), [WINDOW], (PLACE,)
    )
    assert found == {WINDOW: {(max(places),): Figure(Decimal(1))}}


@pytest.mark.parametrize(
    ("windows", "by", "borders"),
    [
        ([], (), None),
        ([WINDOW, WINDOW], (), None),
        ([WINDOW], ("age",), None),
        ([WINDOW], ("sex", "sex"), None),
        ([WINDOW], (UNIT,), None),
        ([WINDOW], (), {"a": ["u"]}),
    ],
)
def test_what_cannot_be_asked_is_refused(windows, by, borders):
    with pytest.raises(DefinitionError):
        compiled([indicator()], {}, windows, by, borders)


def test_a_table_with_a_column_of_another_kind_is_refused(backend):
    other = Table(PICKUP.name, tuple((name, Kind.TEXT) for name, _ in PICKUP.columns))
    with pytest.raises(DefinitionError, match=r"tx\.pickup"):
        compiled([indicator()], held((other,), {}), [WINDOW])


def test_many_windows_of_many_days_are_worked_out_too(backend, monkeypatch):
    """Beyond what a join over single days is worth."""
    monkeypatch.setattr(laying, "_MOST_DAYS", 10)
    for shape in ("in the window", "the latest within", "two months before"):
        asked = indicator(numerator=SHAPES[shape])
        found = Engine(backend, held((PICKUP, ENDED), MANY)).compute(asked, MIXED)
        assert found == {window: reference.compute(asked, MANY, window) for window in MIXED}
