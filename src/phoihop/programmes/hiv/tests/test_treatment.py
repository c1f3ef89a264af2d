"""Who is in treatment, who came and who left: by hand, against the words, and in balance."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phoihop.engines.indicators import reference
from phoihop.engines.indicators.definitions import Indicator
from phoihop.engines.indicators.parts import EVE, FIRST_QUARTER, on
from phoihop.engines.indicators.rows import Store
from phoihop.kernel.calendars import Calendar, Period, Span, Window
from phoihop.programmes.hiv.indicators.current import TX_CURR, TX_CURR_90
from phoihop.programmes.hiv.indicators.moving import TX_ML, TX_NEW, TX_RTT, TX_TI
from phoihop.programmes.hiv.indicators.samples import end, person, pickup, start
from phoihop.programmes.hiv.indicators.treatment import treated
from phoihop.programmes.hiv.tests.apart import AWAY, BEGUN, CAME, REASONS, SUPPLIED
from phoihop.programmes.hiv.tests.drawing import HISTORIES, PEOPLE, PERIODS, PLACES, store_of

WINDOW = FIRST_QUARTER.window
THIN = settings(max_examples=60, deadline=None)


def count(
    indicator: Indicator, store: Store, window: Window, *by: str
) -> Mapping[tuple[object, ...], Decimal]:
    return {group: each.numerator for group, each in reference.compute(indicator, store, window, by).items()}


@pytest.mark.parametrize(("given_rows", "reason"), REASONS)
def test_whoever_left_has_one_reason(given_rows, reason):
    found = count(TX_ML, store_of([person("p"), *given_rows]), WINDOW, "facility", "reason")
    assert found == ({} if reason is None else {("a", reason): 1})


@pytest.mark.parametrize(("out", "away"), AWAY)
def test_whoever_returned_says_for_how_long_they_were_away(out, away):
    before = pickup("p", out - timedelta(days=30), 30)
    store = store_of([person("p"), BEGUN, before, pickup("p", on(2, 1), 90)])
    assert count(TX_RTT, store, WINDOW, "away") == ({} if away is None else {(away,): 1})


@pytest.mark.parametrize(("given_rows", "place", "ways"), CAME)
def test_whoever_came_did_so_in_one_way(given_rows, place, ways):
    store = store_of([person("p"), *given_rows, pickup("p", on(10, 1), 90, place)])
    found = tuple(each for each in (TX_NEW, TX_RTT, TX_TI) if count(each, store, WINDOW)[()])
    assert [each.code for each in found] == [each.code for each in ways]
    assert count(TX_CURR, store, WINDOW, "facility") == {(place,): 1}


def holds_medicine(store: Store, who: str, day: date, grace: int) -> str | None:
    """Where somebody is in treatment on a day, by the words: an own way of saying it, for comparison."""
    past = [row for row in store.get("hiv.pickup", ()) if row["person"] == who and row["day"] <= day]
    if not past or any(row["person"] == who and row["day"] <= day for row in store.get("hiv.death", ())):
        return None
    last = max(past, key=lambda row: (row["day"], row["days"], row["facility"]))
    for row in store.get("hiv.end", ()):
        if (row["person"], row["facility"]) == (who, last["facility"]) and last["day"] <= row["day"] <= day:
            return None
    assert isinstance(last["days"], Decimal)
    late = (day - last["day"]).days - last["days"]
    return str(last["facility"]) if late <= grace else None


@given(HISTORIES, st.sampled_from(PERIODS), st.sampled_from([28, 90]))
@THIN
def test_in_treatment_as_the_words_say(store, period, grace):
    window = period.window
    eve = window.first - timedelta(days=1)
    for at, day in ((EVE, eve), (None, window.last)):
        rows = (treated(at, grace) if at else treated(grace=grace)).of(store, window)
        expected = {who: holds_medicine(store, who, day, grace) for who in PEOPLE}
        assert {row["person"]: row["facility"] for row in rows} == {
            who: place for who, place in expected.items() if place
        }


def balance(store: Store, window: Window) -> tuple[Counter[str], Counter[str]]:
    """By facility: how many are in treatment at a window's end, and how many there should be by who was there
    before, came and left."""
    before = Counter(str(row["facility"]) for row in treated(EVE).of(store, window))
    expected = Counter({place: before[place] for place in PLACES})
    for indicator, sign in ((TX_NEW, 1), (TX_RTT, 1), (TX_TI, 1), (TX_ML, -1)):
        for (place,), number in count(indicator, store, window, "facility").items():
            expected[str(place)] += sign * int(number)
    now = count(TX_CURR, store, window, "facility")
    found = Counter({place: int(now.get((place,), Decimal(0))) for place in PLACES})
    return found, expected


@given(HISTORIES, st.sampled_from(PERIODS))
@THIN
def test_who_was_there_and_came_and_did_not_leave_is_there(store, period):
    """At every facility, for every history without a contradiction."""
    found, expected = balance(store, period.window)
    assert found == expected


def test_what_came_before_the_first_start_upsets_the_balance():
    """The limit of the identity: a start that a register dates after a pickup of before."""
    store = store_of([person("p"), SUPPLIED, start("p", on(5, 1)), pickup("p", on(5, 1), 90)])
    found, expected = balance(store, WINDOW)
    assert (found["a"], expected["a"]) == (1, 2)


def test_a_move_within_a_unit_is_one_who_left_and_one_who_arrived():
    """The limit of MER's own identity, which knows no arrivals: over both facilities nothing changed."""
    store = store_of([person("p"), BEGUN, SUPPLIED, end("p", on(5, 1)), pickup("p", on(6, 1), 90, "b")])
    whole = [count(each, store, WINDOW)[()] for each in (TX_CURR, TX_NEW, TX_RTT, TX_TI, TX_ML)]
    assert whole == [1, 0, 0, 1, 1]


@given(HISTORIES, st.sampled_from(PERIODS))
@THIN
def test_a_longer_patience_counts_nobody_less(store, period):
    short, long = (count(each, store, period.window)[()] for each in (TX_CURR, TX_CURR_90))
    assert short <= long


@given(HISTORIES, st.sampled_from(PERIODS))
@THIN
def test_parts_sum_up_to_the_whole(store, period):
    for indicator in (TX_CURR, TX_CURR_90, TX_NEW, TX_ML, TX_RTT, TX_TI):
        whole = count(indicator, store, period.window)[()]
        for by in ("facility", *indicator.splits):
            assert sum(count(indicator, store, period.window, by).values()) == whole, (indicator.code, by)


YEARS = [(Calendar.CIVIL, 2024), (Calendar.HIV, 2024), (Calendar.HIV, 2023), (Calendar.FISCAL, 2024)]


@given(HISTORIES, st.sampled_from(YEARS))
@THIN
def test_new_ones_of_quarters_are_those_of_the_year(store, year):
    """Also of 2023, when HIV reports moved their borders within the year."""
    calendar, number = year
    quarters = [Period(calendar, Span.QUARTER, number, each).window for each in (1, 2, 3, 4)]
    whole = Period(calendar, Span.YEAR, number).window
    assert sum(count(TX_NEW, store, each)[()] for each in quarters) == count(TX_NEW, store, whole)[()]
