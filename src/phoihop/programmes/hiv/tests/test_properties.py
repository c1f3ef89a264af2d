"""What holds of every HIV indicator, whatever the facts: good ones, and silly ones."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phoihop.engines.indicators import reference
from phoihop.engines.indicators.definitions import Better, Unit
from phoihop.engines.indicators.parts import age_band, last_months, months_ago
from phoihop.engines.indicators.rows import Count
from phoihop.engines.indicators.values import Edge
from phoihop.kernel.calendars import Calendar, Period, Span, Window
from phoihop.programmes.hiv import indicators
from phoihop.programmes.hiv.facts import ALL, PERSON
from phoihop.programmes.hiv.indicators.cascade import HIV_95_2, HIV_95_3
from phoihop.programmes.hiv.indicators.prep import PREP_CT, PREP_NEW
from phoihop.programmes.hiv.indicators.testing import HTS_TST, HTS_TST_POS
from phoihop.programmes.hiv.indicators.viral_load import TX_PVLS, TX_PVLS_200, fewer_than
from phoihop.programmes.hiv.tests.drawing import PERIODS, STORES, about, rows

# All indicators at each example: few of them, and each is much.
EVERY = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def figures(store: Any, window: Window, *by: str) -> dict[str, Any]:
    return {
        f"{each.code} v{each.version}": reference.compute(each, store, window, by)
        for each in indicators.ALL
        if set(by) <= {"facility", *each.splits}
    }


@given(STORES, st.sampled_from(PERIODS), st.data())
@EVERY
def test_what_happens_later_changes_no_figure_of_before(store, period, data):
    """A past report recomputes to what it was, however much has been written down since of days after it."""
    window = period.window
    later = about(window.last + timedelta(days=1), 0, 300)
    more = {
        table.name: [
            row
            for row in data.draw(rows(table, later, most=2), label=table.name)
            # Without its days a fact is of no time.
            if all(row[name] is not None for name, kind in table.columns if kind == "day")
        ]
        for table in ALL
        if table is not PERSON
    }
    grown = {name: [*each, *more.get(name, ())] for name, each in store.items()}
    assert figures(grown, window) == figures(store, window)


@given(STORES, st.sampled_from(PERIODS))
@EVERY
def test_a_fact_that_arrives_twice_counts_once(store, period):
    """Of people; contacts who were named are counted by the naming."""
    twice = {name: [*each, *each] for name, each in store.items()}
    of_people = [each for each in indicators.ALL if not any(isinstance(m, Count) for m in each.measures)]
    assert len(of_people) == len(indicators.ALL) - 2
    for each in of_people:
        first, second = (reference.compute(each, rows, period.window) for rows in (store, twice))
        assert first == second, each.code


# Of these the numerator is not among the denominator: estimates, mothers of other children, earlier quarters.
LOOSE = {
    "TX_VL_COVERAGE",
    "HIV_95_1",
    "HIV_SUPPRESSED_ALL",
    "PMTCT_EID",
    "PMTCT_EID_2M",
    "PrEP_MSM",
    "HIV_DETECTED_RATE",
    "HIV_PREVALENCE_KNOWN",
    "AIDS_MORTALITY",
}


@given(STORES, st.sampled_from(PERIODS))
@EVERY
def test_a_share_of_people_is_of_those_people(store, period):
    """In the whole and in every group, so that no share is over 100%."""
    shares = [each for each in indicators.ALL if each.unit is Unit.PERCENT and each.code not in LOOSE]
    assert len(shares) > 8
    for each in shares:
        for by in ((), ("facility",), each.splits):
            for figure in reference.compute(each, store, period.window, by).values():
                assert figure.denominator is not None
                assert Decimal(0) <= figure.numerator <= figure.denominator, each.code


def one(indicator: Any, store: Any, window: Window) -> reference.Figure:
    (figure,) = reference.compute(indicator, store, window).values()
    return figure


@given(STORES, st.sampled_from(PERIODS))
@FEW
def test_the_steps_go_down(store, period):
    window = period.window
    fewer, few = one(TX_PVLS_200, store, window), one(TX_PVLS, store, window)
    assert fewer.numerator <= few.numerator
    assert fewer.denominator == few.denominator
    third = one(HIV_95_3, store, window)
    assert third.denominator is not None
    assert few.denominator is not None
    assert few.denominator <= third.denominator  # measured and three months treated, of all treated
    assert few.numerator <= third.numerator  # the third 95 knows no three months
    assert one(HIV_95_2, store, window).numerator <= third.denominator
    assert one(HTS_TST_POS, store, window).numerator <= one(HTS_TST, store, window).numerator


@given(STORES, st.sampled_from(PERIODS))
@FEW
def test_nobody_begins_prep_and_goes_on_with_it_in_one_window(store, period):
    new, on = (
        {row["person"] for row in each.numerator.rows.of(store, period.window)}
        for each in (PREP_NEW, PREP_CT)
    )
    assert not new & on


def test_which_way_is_good_is_said_of_each():
    """Whoever is found or dies is not wanted more of; a test or a contact is nobody's score."""
    bad = {each.code for each in indicators.ALL if each.better is Better.LESS}
    assert bad == {
        "TX_ML",
        "HIV_DETECTED",
        "HIV_DETECTED_RATE",
        "HIV_DEATHS",
        "AIDS_MORTALITY",
        "HIV_MTCT",
        "HIV_MTCT_CASES",
    }


@pytest.mark.parametrize(
    ("born", "at", "band"),
    [
        (date(2009, 3, 1), date(2024, 2, 29), "0-14"),
        (date(2009, 3, 1), date(2024, 3, 1), "15-24"),
        (date(1999, 4, 1), date(2024, 3, 31), "15-24"),
        (date(1999, 4, 1), date(2024, 4, 1), "25-49"),
        (date(1974, 4, 1), date(2024, 4, 1), "50+"),
        (date(2024, 4, 1), date(2024, 4, 1), "0-14"),
        (date(2024, 4, 2), date(2024, 4, 1), "unknown"),
        (None, date(2024, 4, 1), "unknown"),
    ],
)
def test_the_age_band_changes_on_the_birthday(born, at, band):
    assert age_band(Edge.LAST).of({"born": born}, Window(at, at)) == band


@pytest.mark.parametrize(
    ("copies", "limit", "under_200", "under_1000"),
    [
        (0, 20, True, True),
        (20, 20, True, True),
        (199, 20, True, True),
        (200, 20, False, True),
        (999, 20, False, True),
        (1000, 20, False, False),
        (0, 200, True, True),
        (0, 201, False, True),
        (0, 1000, False, True),
        (0, 1001, False, False),
        (150, None, True, True),
        (None, 20, None, None),
    ],
)
def test_fewer_copies_than_a_border(copies, limit, under_200, under_1000):
    row = {
        name: None if value is None else Decimal(value)
        for name, value in (("copies", copies), ("limit", limit))
    }
    window = PERIODS[0].window
    assert fewer_than(200).of(row, window) is under_200
    assert fewer_than(1000).of(row, window) is under_1000


@pytest.mark.parametrize("calendar", [Calendar.CIVIL, Calendar.STATE, Calendar.FISCAL])
@pytest.mark.parametrize("year", [2023, 2024])
def test_so_many_months_back_is_where_that_period_ended(calendar, year):
    """Of every quarter: whatever the length of its months, and in a leap year."""
    for number in (1, 2, 3, 4):
        period = Period(calendar, Span.QUARTER, year, number)
        assert months_ago(6).of({}, period.window) == period.next(-2).window.last
        assert last_months(12).of({}, period.window) == period.next(-3).window.first
