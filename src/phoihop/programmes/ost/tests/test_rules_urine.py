"""Urine tests: random days that come back the same, and what results come to. Frequency: QĐ 3140, M."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.kernel.calendars import months_later
from phoihop.programmes.ost.rules.urine import (
    Result,
    Substance,
    UrineTest,
    Window,
    day_in,
    overdue,
    plan,
    positive_run,
    windows,
)
from phoihop.programmes.ost.tests.rulebooks import ALL_SIGNED, SHIPPED

DAY = timedelta(days=1)
START = date(2026, 1, 31)
SEED = b"seed of a client"
SEEDS = st.binary(min_size=1, max_size=16)
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 8, 31), -6, date(2026, 2, 28)),
        (date(2026, 5, 4), 0, date(2026, 5, 4)),
        (date(2026, 5, 4), 12, date(2027, 5, 4)),
    ],
)
def test_months(day, months, later):
    assert months_later(day, months) == later


def test_a_window_a_month_without_gap_or_overlap():
    found = windows(START, 1, 12)
    assert len(found) == 12
    assert found[0] == Window(START, date(2026, 2, 27))
    assert found[-1].last == date(2027, 1, 30)
    for one, other in pairwise(found):
        assert one.last + DAY == other.first


def test_the_first_year_is_planned_once_it_is_signed():
    found = plan(START, SEED, ALL_SIGNED)
    assert found.days[0] == START
    assert 12 <= len(found.days) <= 13  # the first random day may be the first day itself
    for window in windows(START, 1, 12):
        assert sum(window.first <= day <= window.last for day in found.days if day != START) <= 1
    shown = plan(START, SEED, SHIPPED)
    assert shown.days == ()
    assert {row.rule_id for row in shown.decision.unchecked} == {
        "urine.baseline", "urine.window_months", "urine.windows",
    }  # fmt: skip


def test_another_seed_is_another_plan():
    assert plan(START, SEED, ALL_SIGNED) == plan(START, SEED, ALL_SIGNED)
    assert plan(START, SEED, ALL_SIGNED) != plan(START, b"another", ALL_SIGNED)


def test_every_day_of_a_window_can_be_drawn():
    window = Window(START, START + DAY * 6)
    drawn = [day_in(window, f"client {n}".encode()) for n in range(700)]
    counts = [drawn.count(START + DAY * n) for n in range(7)]
    assert min(counts) > 60  # 100 each are expected


def test_closed_days_are_not_drawn():
    window = Window(START, START + DAY * 2)
    assert {day_in(window, bytes([n]), [START, START + DAY]) for n in range(50)} == {START + DAY * 2}
    every = [START, START + DAY, START + DAY * 2]
    assert day_in(window, SEED, every) == window.last


@given(DAYS, st.integers(0, 40), SEEDS, st.sets(st.integers(0, 40)))
def test_a_drawn_day_lies_in_its_window_and_stays(first, length, seed, shut):
    window = Window(first, first + DAY * length)
    closed = [first + DAY * n for n in shut]
    day = day_in(window, seed, closed)
    assert window.first <= day <= window.last
    assert day == day_in(window, seed, closed)
    assert day not in closed or all(first + DAY * n in closed for n in range(length + 1))


P, N, X, R = Result.POSITIVE, Result.NEGATIVE, Result.INVALID, Result.DECLINED
OP = Substance.OPIOIDS


def results_of(*results):
    return [UrineTest(START + DAY * 30 * n, {OP: each}) for n, each in enumerate(results)]


@pytest.mark.parametrize(
    ("results", "run"),
    [
        ([], 0),
        ([N, N], 0),
        ([P], 1),
        ([P, P], 2),
        ([P, N, P], 1),
        ([P, X, P], 2),  # a spoilt test breaks nothing
        ([P, R, P], 2),
        ([R, R], 0),  # and is not positive
        ([N, P, P, P, N, P], 3),
    ],
)
def test_positive_one_after_another(results, run):
    found = results_of(*results)
    assert positive_run(found, OP, START, START + DAY * 400) == run
    assert positive_run(reversed(found), OP, START, START + DAY * 400) == run
    assert positive_run(found, Substance.AMPHETAMINES, START, START + DAY * 400) == 0


def test_only_within_the_span():
    assert positive_run(results_of(P, P), OP, START + DAY, START + DAY * 400) == 1
    assert positive_run(results_of(P, P), OP, START, START + DAY * 29) == 1
    assert positive_run(results_of(P, P), OP, START, START + DAY * 30) == 2


@pytest.mark.parametrize(
    ("due", "taken", "on", "late"),
    [
        ([0], [], 0, []),
        ([0], [], 1, [0]),
        ([0], [0], 1, []),
        ([0], [5], 6, []),  # later, but taken
        ([0, 30], [31], 40, [0]),  # one test is not two
        ([0, 30], [2], 40, [30]),
        ([0, 30], [], 30, [0]),
    ],
)
def test_overdue(due, taken, on, late):
    found = overdue(
        [START + DAY * n for n in due], [UrineTest(START + DAY * n, {OP: N}) for n in taken], START + DAY * on
    )
    assert found == tuple(START + DAY * n for n in late)
