"""Missed days from facts, what follows from them, and the lock. Values: QĐ 3140 and practice, M and P."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.programmes.ost.rules.amounts import SOLUTION, Drug
from phoihop.programmes.ost.rules.missed import (
    Course,
    Day,
    advice,
    day_of,
    locked,
    missed_in,
    returning,
    standing,
)
from phoihop.programmes.ost.rules.orders import ALTERNATE, Order
from phoihop.programmes.ost.rules.phases import Phase
from phoihop.programmes.ost.tests.rulebooks import ALL_SIGNED, SHIPPED, codes, signed

DAY = timedelta(days=1)
FIRST = date(2026, 5, 4)


def order(start=0, days=30, *, number="a", issued=None, mg=80, phase=Phase.MAINTENANCE, **more):
    """An order that begins ``start`` days after FIRST and is signed on that day unless said otherwise."""
    begin = FIRST + DAY * start
    signed_on = begin if issued is None else FIRST + DAY * issued
    return Order(
        number, more.pop("drug", Drug.METHADONE), phase, Decimal(mg), begin, begin + DAY * (days - 1),
        signed_on, **more,
    )  # fmt: skip


def days(*numbers):
    return [FIRST + DAY * n for n in numbers]


@pytest.mark.parametrize(
    ("orders", "dosed", "cover", "until", "missed", "run"),
    [
        ([order()], range(5), [], 4, [], []),
        ([order()], [0, 1, 4], [], 4, [2, 3], []),
        ([order()], [0, 1], [], 4, [2, 3, 4], [2, 3, 4]),
        ([order()], [0, 1], [2, 3, 4], 4, [], []),  # bottles, or in hospital
        ([order()], [0, 1], [2, 3], 5, [4, 5], [4, 5]),
        ([order()], [], [], 2, [0, 1, 2], [0, 1, 2]),
        ([order(days=3)], [0], [], 9, [1, 2], [1, 2]),  # no order, no missed day
        ([order(days=3), order(5, 3, number="b")], [0], [], 9, [1, 2, 5, 6, 7], [1, 2, 5, 6, 7]),
        ([order(days=3), order(5, 3, number="b")], [0, 5], [], 9, [1, 2, 6, 7], [6, 7]),
        ([order(drug=Drug.BUPRENORPHINE, rhythm=ALTERNATE)], [0], [], 4, [2, 4], [2, 4]),
        ([order()], [0, 3], [], 3, [1, 2], []),  # a dose given elsewhere counts the same
        ([order()], range(30), [], -1, [], []),
    ],
)
def test_missed_days(orders, dosed, cover, until, missed, run):
    found = standing(orders, days(*dosed), days(*cover), FIRST + DAY * until)
    assert found.missed == tuple(days(*missed))
    assert found.run == tuple(days(*run))


def test_days_without_anything_are_told_beside():
    found = standing([order(days=3)], days(0), [], FIRST + DAY * 9)
    assert (len(found.run), found.last, found.without) == (2, FIRST, 9)
    assert standing([order()], [], [], FIRST).without is None


def test_missed_days_of_a_month():
    found = standing([order()], days(0, 1, 5), [], FIRST + DAY * 9)
    assert missed_in(found, FIRST, FIRST + DAY * 4) == 3
    assert missed_in(found, FIRST + DAY * 5, FIRST + DAY * 9) == 4


# 1–3 same dose (M), 4–5 half and review (M), >5 induction again (P), >30 dropped out (M).
@pytest.mark.parametrize(
    ("missed", "course"),
    [
        (0, Course.SAME_DOSE),
        (1, Course.SAME_DOSE),
        (3, Course.SAME_DOSE),
        (4, Course.HALF_DOSE),
        (5, Course.HALF_DOSE),
        (6, Course.INDUCTION),
        (30, Course.INDUCTION),
        (31, Course.ADMISSION),
    ],
)
@pytest.mark.parametrize("on", [date(2022, 5, 4), FIRST])
def test_what_to_do(missed, course, on):
    found = advice(missed, on, ALL_SIGNED)
    assert (found.course, found.counts) == (course, True)
    shown = advice(missed, on, SHIPPED)
    assert shown.course is course
    assert shown.counts is (missed == 0)
    assert codes(shown.decision.warnings) == []
    assert codes(shown.decision.would) == ([f"missed-{course}"] if missed else [])
    assert bool(shown.decision.unchecked) is (missed > 0)


def test_each_era_is_signed_by_itself():
    old = [row.source for row in advice(4, date(2022, 5, 4), ALL_SIGNED).decision.rested_on]
    new = [row.source for row in advice(4, FIRST, ALL_SIGNED).decision.rested_on]
    assert any("3140" in source for source in old)
    assert not any(source.startswith("QĐ 3140") for source in new)
    assert any("4066" in source for source in new)


def test_before_any_guideline_there_is_no_advice():
    found = advice(4, date(2009, 1, 1), ALL_SIGNED)
    assert (found.course, found.counts) == (None, False)


# Locked from the fourth missed day until a new order: D.
@pytest.mark.parametrize(
    ("orders", "dosed", "on", "shut"),
    [
        ([order()], [0], 4, False),  # three missed
        ([order()], [0], 5, True),  # four missed
        ([order()], [0], 20, True),
        ([order(), order(5, number="b", issued=5)], [0], 5, False),  # seen by the doctor on return
        ([order(), order(5, number="b", issued=3)], [0], 5, True),  # signed while two were missed
        ([order(), order(5, number="b", issued=4)], [0], 5, True),  # signed before the fourth was over
        ([order(), order(5, number="b", issued=5)], [0], 8, False),  # three more missed
        ([order(), order(5, number="b", issued=5)], [0], 9, True),  # four more: again
        ([order(), order(5, number="b", issued=5), order(9, number="c", issued=9)], [0], 9, False),
        ([order(), order(5, number="b", issued=6)], [0], 5, True),  # not signed yet
        ([order(), order(5, number="b", issued=5)], [0, 5], 6, False),
        ([order()], [], 4, True),  # never came
    ],
)
def test_the_lock(orders, dosed, on, shut):
    day = FIRST + DAY * on
    cut = [replace(each, end=FIRST + DAY * 4) if each.number == "a" and len(orders) > 1 else each
           for each in orders]  # fmt: skip
    found = standing(cut, days(*dosed), [], day - DAY)
    decision = locked(cut, found, day, SHIPPED)
    assert codes(decision.refusals) == (["missed-locked"] if shut else [])
    assert [row.certainty for row in decision.rested_on] == ["D"]


@pytest.mark.parametrize(
    ("missed", "mg", "phase", "refused"),
    [
        (3, 80, Phase.MAINTENANCE, []),
        (4, 40, Phase.MAINTENANCE, []),
        (4, 41, Phase.MAINTENANCE, ["missed-above-half"]),
        (6, 30, Phase.INDUCTION, []),
        (6, 31, Phase.INDUCTION, ["missed-above-first"]),  # whatever the phase was before
        (6, 30, Phase.MAINTENANCE, ["missed-needs-induction"]),
        (40, 80, Phase.MAINTENANCE, ["missed-needs-induction", "missed-above-first"]),
    ],
)
def test_the_order_after_a_break(missed, mg, phase, refused):
    new = order(mg=mg, phase=phase)
    assert codes(returning(new, Decimal(80), missed, SOLUTION, ALL_SIGNED).refusals) == refused
    unsigned = returning(new, Decimal(80), missed, SOLUTION, SHIPPED)
    assert unsigned.allowed
    assert set(refused) <= set(codes(unsigned.would))


@pytest.mark.parametrize(
    ("missed", "rule"),
    [(4, "missed.half_until"), (6, "missed.reinduce_from"), (31, "missed.dropped_after")],
)
def test_each_refusal_names_its_own_rule(missed, rule):
    found = returning(order(mg=80), Decimal(80), missed, SOLUTION, ALL_SIGNED)
    assert {each.rule.rule_id for each in found.refusals} == {rule}


def test_only_what_was_signed_counts():
    book = signed("missed.same_until", "missed.half_until")
    assert advice(4, FIRST, book).counts
    assert not advice(6, FIRST, book).counts


def test_a_day_in_a_word():
    held = [order(days=5, drug=Drug.BUPRENORPHINE, rhythm=ALTERNATE)]
    dosed, cover = days(0), days(2)
    found = [day_of(held, dosed, cover, FIRST + DAY * n) for n in range(6)]
    assert found == [Day.DOSED, Day.NOT_DUE, Day.COVERED, Day.NOT_DUE, Day.MISSED, Day.NO_ORDER]


NUMBERS = st.sets(st.integers(0, 40))
ORDERS = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 10)), max_size=4)


@given(ORDERS, NUMBERS, NUMBERS, st.integers(0, 40))
def test_a_covered_day_is_never_missed(spans, dosed, cover, until):
    held = [order(start, length, number=str(n)) for n, (start, length) in enumerate(spans)]
    last = FIRST + DAY * until
    found = standing(held, days(*dosed), days(*cover), last)
    had = set(days(*dosed)) | set(days(*cover))
    assert not set(found.missed) & had
    for n in range(41):
        day = FIRST + DAY * n
        wanted = any(each.due(day) for each in held) and day not in had and day <= last
        assert (day in found.missed) is wanted
    assert set(found.run) <= set(found.missed)
    if found.without is not None:
        assert len(found.run) <= found.without


@given(ORDERS, NUMBERS, NUMBERS, st.integers(0, 40), st.integers(0, 40))
def test_more_cover_never_makes_more_missed_days(spans, dosed, cover, until, more):
    held = [order(start, length, number=str(n)) for n, (start, length) in enumerate(spans)]
    last = FIRST + DAY * until
    less = standing(held, days(*dosed), days(*cover), last)
    found = standing(held, days(*dosed), days(*cover, more), last)
    assert set(found.missed) <= set(less.missed)
    assert len(found.run) <= len(less.run)
