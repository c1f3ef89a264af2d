"""The evening count: blind, by a second person, every difference minuted. Ours: D, for the law gives no
tolerance; reporting a loss within 48 hours is M."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.rules.amounts import SOLUTION
from phoihop.programmes.ost.rules.counting import (
    Count,
    Line,
    Minutes,
    blind,
    close,
    differences,
    lines,
    may_open,
)
from phoihop.programmes.ost.rules.stock import Kind, Ledger, Lot, Movement, Place
from phoihop.programmes.ost.tests.rulebooks import ALL_SIGNED, SHIPPED, codes, decimals

DAY = timedelta(days=1)
ON = date(2026, 5, 4)
TRADER, STORE, DAILY, CLIENT = (
    Place(kind, "f1") for kind in (Kind.TRADER, Kind.STORE, Kind.DAILY, Kind.CLIENT)
)
LOT = Lot(SOLUTION, "A1", date(2027, 6, 30))
OTHER = Lot(SOLUTION, "B2", date(2027, 9, 30))
MINUTES = Minutes("01/BB", "Đổ khi rót", frozenset({"n1", "n2"}))


def book(opening=1000, out=150, lot=LOT):
    return Line(lot, Decimal(opening), out=Decimal(out))


def count(found, by="n2", lot=LOT):
    return Count(by, {lot: Decimal(found)})


def test_a_thousand_less_a_hundred_and_fifty_and_two_are_missing():
    """Opening 1,000, in 0, out 150, count 848: loss 2.0 ml, and minutes are required."""
    (found,) = differences([book()], count(848))
    assert (found.book, found.loss, found.surplus) == (Decimal(850), Decimal("2.0"), Decimal(0))
    refused = close(DAILY, ON, [book()], count(848), ["n1"], None, SHIPPED)
    assert codes(refused.decision.refusals) == ["count-minutes", "count-signatures"]
    assert refused.entries == ()


@pytest.mark.parametrize(
    ("found", "by", "minutes", "refused"),
    [
        ("850", "n2", None, []),
        ("850", "n1", None, ["count-own"]),  # who gave doses does not count
        ("850", "", None, ["count-own"]),
        ("848", "n2", MINUTES, []),
        ("852", "n2", MINUTES, []),
        ("849.99", "n2", None, ["count-minutes", "count-signatures"]),  # no tolerance at all
        ("850.01", "n2", None, ["count-minutes", "count-signatures"]),
        ("848", "n2", replace(MINUTES, signers=frozenset({"n1"})), ["count-signatures"]),
        ("848", "n2", replace(MINUTES, number=""), ["count-minutes"]),
        ("848", "n2", replace(MINUTES, cause=""), ["count-minutes"]),
    ],
)
def test_closing_a_day(found, by, minutes, refused):
    done = close(DAILY, ON, [book()], count(found, by), ["n1"], minutes, SHIPPED)
    assert codes(done.decision.refusals) == refused
    assert bool(done.entries) is (not refused and found != "850")


@pytest.mark.parametrize(("found", "shown"), [("848", True), ("852", False), ("850", False)])
def test_a_loss_is_reported_in_two_days(found, shown):
    done = close(DAILY, ON, [book()], count(found), ["n1"], MINUTES, ALL_SIGNED)
    assert ("count-report-loss" in codes(done.decision.warnings)) is shown
    unsigned = close(DAILY, ON, [book()], count(found), ["n1"], MINUTES, SHIPPED)
    assert ("count-report-loss" in codes(unsigned.decision.would)) is shown


def test_what_is_short_of_one_batch_is_not_made_up_by_another():
    found = Count("n2", {LOT: Decimal(848), OTHER: Decimal(102)})
    done = close(DAILY, ON, [book(), book(100, 0, OTHER)], found, ["n1"], MINUTES, SHIPPED)
    assert [(each.lot, each.loss, each.surplus) for each in done.differences] == [
        (LOT, Decimal(2), Decimal(0)),
        (OTHER, Decimal(0), Decimal(2)),
    ]
    assert [(each.source.kind, each.target.kind, each.quantity) for each in done.entries] == [
        (Kind.DAILY, Kind.LOSS, Decimal(2)),
        (Kind.SURPLUS, Kind.DAILY, Decimal(2)),
    ]


def test_what_is_counted_is_what_the_book_has_then():
    ledger = Ledger().after(
        [
            Movement("in", ON - DAY, LOT, TRADER, STORE, Decimal(1000)),
            Movement("up", ON - DAY, LOT, STORE, DAILY, Decimal(1000)),
            Movement("d", ON, LOT, DAILY, CLIENT, Decimal(150)),
        ]
    )
    day = lines(ledger.posted.values(), [DAILY], ON, ON)
    assert day == (book(),)
    done = close(DAILY, ON, day, count(848), ["n1"], MINUTES, SHIPPED)
    after = ledger.after(done.entries)
    assert after.at(DAILY) == {LOT: Decimal(848)}
    assert after.after(done.entries) == after  # closing again posts nothing twice
    (line,) = lines(after.posted.values(), [DAILY], ON, ON)
    assert (line.opening, line.out, line.loss, line.closing) == decimals(1000, 150, 2, 848)
    (next_day,) = lines(after.posted.values(), [DAILY], ON + DAY, ON + DAY)
    assert (next_day.opening, next_day.closing) == decimals(848, 848)


def test_every_batch_is_counted():
    with pytest.raises(Refusal) as refused:
        differences([book(), book(100, 0, OTHER)], count(850))
    assert refused.value.reason == "count-incomplete"
    # One that is used up may be left out, and one that should not be there is a surplus.
    assert differences([book(), book(100, 100, OTHER)], count(850)) == ()
    (found,) = differences([book()], Count("n2", {LOT: Decimal(850), OTHER: Decimal(3)}))
    assert (found.lot, found.surplus) == (OTHER, Decimal(3))


@pytest.mark.parametrize("found", ["-1", "848.001", "NaN"])
def test_what_is_no_count(found):
    with pytest.raises(Refusal):
        differences([book()], count(found))


def test_who_counts_is_not_told_what_to_find():
    told = blind([book(), book(100, 100, OTHER)])
    assert told == (LOT,)
    assert not any(isinstance(each, Decimal) for each in told)


@pytest.mark.parametrize(
    ("day", "opened", "closed", "refused"),
    [
        (0, [], [], []),
        (1, [0], [0], []),
        (1, [0], [], ["day-before-open"]),
        (3, [0], [0], []),  # shut over the weekend
        (3, [0, 1], [0], ["day-before-open"]),
        (0, [0], [0], ["day-over"]),
        (0, [0, 1], [0, 1], ["day-over"]),  # days do not go back
        (0, [0], [], []),  # this day itself is open
    ],
)
def test_the_next_day_cannot_open_before_closing(day, opened, closed, refused):
    found = may_open(ON + DAY * day, [ON + DAY * n for n in opened], [ON + DAY * n for n in closed], SHIPPED)
    assert codes(found.refusals) == refused


QUANTITIES = st.integers(0, 100_000).map(lambda n: Decimal(n) / 100)


@given(QUANTITIES, QUANTITIES, QUANTITIES, QUANTITIES)
def test_the_book_after_closing_is_the_count(opening, incoming, out, found):
    line = Line(LOT, opening, incoming, min(out, opening + incoming))
    done = close(DAILY, ON, [line], Count("n2", {LOT: found}), ["n1"], MINUTES, SHIPPED)
    loss = sum((each.loss for each in done.differences), Decimal(0))
    surplus = sum((each.surplus for each in done.differences), Decimal(0))
    assert loss == 0 or surplus == 0
    assert replace(line, loss=loss, surplus=surplus).closing == found
