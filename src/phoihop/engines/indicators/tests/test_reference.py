"""The plain engine: cases by hand, and what holds whatever the facts."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.engines.indicators import reference
from phoihop.engines.indicators.definitions import Unit
from phoihop.engines.indicators.rows import Among, Count, Facts, Joined, Latest, Persons, Summed, Total, Where
from phoihop.engines.indicators.tests.making import (
    ENDED,
    EXAMPLES,
    LAST,
    LAST_PICKUP,
    NONE,
    PICKUP,
    QUARTER,
    TREATED,
    ended,
    indicator,
    pickup,
)
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
    within,
)

WINDOW = QUARTER.window
ALL = Facts(PICKUP)
SEX = Column("sex")
FEMALE = OneOf(SEX, ("f",))


def test_the_worked_examples_come_out():
    assert reference.check(indicator()) == []


def test_an_example_that_comes_out_otherwise_is_named():
    wrong = indicator(examples=(*EXAMPLES, replace(EXAMPLES[0], expected=(NONE, None))))
    assert reference.check(wrong) == [
        "TREATED v1, example 4: Figure(numerator=Decimal('1'), denominator=None)"
    ]


# A value of one row, where its sex is not known.
VALUES = [
    (FEMALE, None),
    (Not(FEMALE), None),
    (Missing(SEX), True),
    (Not(Missing(SEX)), False),
    (AllOf((FEMALE, Missing(SEX))), None),
    (AllOf((FEMALE, Not(Missing(SEX)))), False),
    (AnyOf((FEMALE, Missing(SEX))), True),
    (AnyOf((FEMALE, Not(Missing(SEX)))), None),
    (Compare(SEX, Sign.EQUAL, SEX), None),
    (Choose(((FEMALE, Literal("f")), (Missing(SEX), Literal("?"))), Literal("m")), "?"),
    (Choose(((FEMALE, Literal("f")),), Literal("m")), "m"),
    (DaysAfter(Column("day"), Literal(Decimal("-1.9"))), LAST - timedelta(days=6)),
    (DaysAfter(Column("day"), Literal(Decimal("1.999999"))), LAST - timedelta(days=4)),
    (DaysBetween(Edge.FIRST, Edge.LAST), Decimal(89)),
    (MonthsAfter(Literal(date(2026, 8, 31)), 6), date(2027, 2, 28)),
    (MonthsAfter(Literal(date(2026, 1, 31)), -2), date(2025, 11, 30)),
    (within(Column("day")), True),
    (within(Edge.LAST, first=DaysAfter(Edge.LAST, Literal(Decimal(1)))), False),
]


@pytest.mark.parametrize(("value", "found"), VALUES)
def test_what_is_not_known_stays_so(value, found):
    assert value.of(pickup("p", 5, sex=None), WINDOW) == found


def test_a_row_whose_condition_is_not_known_is_not_counted():
    rows = {"tx.pickup": [pickup("p", 5, sex=None), pickup("q", 5), pickup("r", 5, sex="m")]}
    counted = [Where(ALL, each).of(rows, WINDOW) for each in (FEMALE, Not(FEMALE))]
    assert [[row["person"] for row in each] for each in counted] == [["q"], ["r"]]


def test_the_last_of_a_day_is_one_row_in_any_order():
    same = [pickup("p", 5, days=30), pickup("p", 5, days=90), pickup("p", 5, days=60, facility="b")]
    found = [LAST_PICKUP.of({"tx.pickup": order}, WINDOW) for order in (same, same[::-1])]
    # Where the days are equal the columns decide by their names: "days" is before "facility".
    assert found[0] == found[1] == [same[1]]


def test_joined_brings_one_row_or_nothing():
    last = Latest(Facts(ENDED), ("person",), ("day",))
    joined = Joined(ALL, last, ("person",), (("left_on", "day"), ("how", "how")))
    store = {
        "tx.pickup": [pickup("p", 5), pickup("q", 5)],
        "tx.ended": [ended("p", 9), ended("p", 2, "left")],
    }
    found = [(row["person"], row["left_on"], row["how"]) for row in joined.of(store, WINDOW)]
    assert found == [("p", LAST - timedelta(days=2), "left"), ("q", None, None)]


def test_summed_by_person_then_counted():
    supplied = Summed(ALL, ("person", "facility"), (("days", "days"), ("times", None)))
    enough = Persons(Where(supplied, Compare(Column("days"), Sign.AT_LEAST, Literal(Decimal(60)))))
    store = {"tx.pickup": [pickup("p", 40), pickup("p", 9), pickup("q", 9)]}
    assert reference.compute(indicator(numerator=enough, splits=()), store, WINDOW) == {
        (): reference.Figure(Decimal(1))
    }
    assert Total(supplied, "times").of(supplied.of(store, WINDOW)) == 3


def test_a_share_of_nothing_is_none():
    share = indicator(
        unit=Unit.PERCENT,
        numerator=Persons(Where(TREATED, FEMALE)),
        denominator=Persons(TREATED),
        examples=tuple(replace(each, expected=(each.expected[0],) * 2) for each in EXAMPLES),
    )
    assert reference.check(share) == []
    ((_, empty),) = reference.compute(share, {}, WINDOW).items()
    assert empty == reference.Figure(NONE, NONE)
    assert empty.share is None
    rows = {"tx.pickup": [pickup("p", 5), pickup("q", 5, sex="m"), pickup("r", 5, sex="m", facility="b")]}
    by_place = reference.compute(share, rows, WINDOW, ("facility",))
    assert by_place == {
        ("a",): reference.Figure(Decimal(1), Decimal(2)),
        ("b",): reference.Figure(NONE, Decimal(1)),
    }
    assert by_place["a",].share == Decimal("0.5")


PICKUPS = st.lists(
    st.builds(
        pickup,
        st.sampled_from("pqrs"),
        st.integers(-40, 120),
        st.sampled_from([0, 30, 90]),
        st.sampled_from("ab"),
        st.sampled_from(["f", "m", None]),
    ),
    max_size=12,
)
ENDS = st.lists(st.builds(ended, st.sampled_from("pqrs"), st.integers(-40, 120)), max_size=4)


@given(PICKUPS, ENDS, st.randoms(use_true_random=False))
def test_in_any_order_the_same(pickups, ends, chance):
    store = {"tx.pickup": pickups, "tx.ended": ends}
    shuffled = {name: chance.sample(rows, len(rows)) for name, rows in store.items()}
    for by in ((), ("facility",), ("facility", "sex")):
        found = [reference.compute(indicator(), each, WINDOW, by) for each in (store, shuffled)]
        assert found[0] == found[1]


@given(PICKUPS, ENDS)
def test_parts_sum_up_to_the_whole(pickups, ends):
    store = {"tx.pickup": pickups, "tx.ended": ends}
    # Each person has one last pickup, so it is of one place and one sex.
    for measure in (Persons(TREATED), Count(ALL), Total(ALL, "days")):
        one = indicator(numerator=measure)
        ((_, whole),) = reference.compute(one, store, WINDOW).items()
        for by in (("facility",), ("sex",), ("facility", "sex")):
            parts = reference.compute(one, store, WINDOW, by).values()
            assert sum((part.numerator for part in parts), Decimal(0)) == whole.numerator


@given(PICKUPS, ENDS)
def test_among_others_or_not_is_everybody_once(pickups, ends):
    store = {"tx.pickup": pickups, "tx.ended": ends}
    with_end, without = (Among(ALL, Facts(ENDED), ("person",), present=each) for each in (True, False))
    found = with_end.of(store, WINDOW) + without.of(store, WINDOW)
    assert sorted(map(str, found)) == sorted(map(str, pickups))


@given(PICKUPS, ENDS)
def test_in_treatment_as_the_words_say(pickups, ends):
    """Against the definition's words, written down another way."""
    gone = {row["person"] for row in ends if row["day"] <= LAST}
    treated = set()
    for person in "pqrs":
        past = [row for row in pickups if row["person"] == person and row["day"] <= LAST]
        if not past or person in gone:
            continue
        last = max(row["day"] for row in past)
        rows = [row for row in past if row["day"] == last]
        chosen = max(rows, key=lambda row: (row["days"], row["facility"], row["sex"] or ""))
        if last + timedelta(days=int(chosen["days"]) + 28) >= LAST:
            treated.add(person)
    ((_, figure),) = reference.compute(indicator(), {"tx.pickup": pickups, "tx.ended": ends}, WINDOW).items()
    assert figure.numerator == len(treated)
