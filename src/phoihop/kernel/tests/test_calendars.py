"""Windows of periods: the cases of the law, and that every day is counted once."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.kernel.calendars import BASIS, SINCE, SPANS, Calendar, Period, Span, Stretch, period_of

STATE, HIV, CIVIL, FISCAL = Calendar.STATE, Calendar.HIV, Calendar.CIVIL, Calendar.FISCAL
MONTH, QUARTER, HALF, YEAR = Span.MONTH, Span.QUARTER, Span.HALF, Span.YEAR
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("period", "first", "last", "spliced"),
    [
        # Decree 09/2019/NĐ-CP, article 12
        ((STATE, MONTH, 2026, 1), "2025-12-15", "2026-01-14", False),
        ((STATE, MONTH, 2026, 3), "2026-02-15", "2026-03-14", False),
        ((STATE, QUARTER, 2022, 3), "2022-06-15", "2022-09-14", False),
        ((STATE, HALF, 2022, 1), "2021-12-15", "2022-06-14", False),
        ((STATE, HALF, 2022, 2), "2022-06-15", "2022-12-14", False),
        ((STATE, YEAR, 2022, 1), "2021-12-15", "2022-12-14", False),
        # Circular 03/2015/TT-BYT, then 05/2023/TT-BYT
        ((HIV, QUARTER, 2022, 2), "2022-04-01", "2022-06-30", False),
        ((HIV, YEAR, 2022, 1), "2022-01-01", "2022-12-31", False),
        ((HIV, QUARTER, 2023, 1), "2023-01-01", "2023-03-31", False),
        ((HIV, QUARTER, 2023, 2), "2023-04-01", "2023-06-14", True),
        ((HIV, QUARTER, 2023, 3), "2023-06-15", "2023-09-14", False),
        ((HIV, YEAR, 2023, 1), "2023-01-01", "2023-12-14", True),
        ((HIV, QUARTER, 2024, 1), "2023-12-15", "2024-03-14", False),
        ((HIV, YEAR, 2024, 1), "2023-12-15", "2024-12-14", False),
        ((CIVIL, YEAR, 2024, 1), "2024-01-01", "2024-12-31", False),
        ((CIVIL, MONTH, 2024, 2), "2024-02-01", "2024-02-29", False),
        # PEPFAR: the first quarter of a fiscal year is 1 October to 31 December of the year before
        ((FISCAL, QUARTER, 2026, 1), "2025-10-01", "2025-12-31", False),
        ((FISCAL, QUARTER, 2026, 4), "2026-07-01", "2026-09-30", False),
        ((FISCAL, HALF, 2026, 2), "2026-04-01", "2026-09-30", False),
        ((FISCAL, YEAR, 2026, 1), "2025-10-01", "2026-09-30", False),
    ],
)
def test_the_days_of_a_period(period, first, last, spliced):
    window = Period(*period).window
    assert (window.first.isoformat(), window.last.isoformat(), window.spliced) == (first, last, spliced)


def test_two_days_of_one_december_are_of_two_years():
    assert period_of(STATE, YEAR, date(2025, 12, 14)).year == 2025
    assert period_of(STATE, YEAR, date(2025, 12, 15)).year == 2026


@pytest.mark.parametrize(
    "period",
    [
        (HIV, MONTH, 2024, 1),
        (HIV, HALF, 2024, 1),
        (FISCAL, MONTH, 2024, 1),
        (STATE, QUARTER, 2024, 5),
        (STATE, YEAR, 2024, 2),
        (STATE, MONTH, 2024, 0),
        (STATE, YEAR, 2018, 1),
        (HIV, YEAR, 2014, 1),
    ],
)
def test_what_is_no_period(period):
    with pytest.raises(ValueError, match="no "):
        Period(*period)


def test_no_period_before_a_calendar_began():
    with pytest.raises(ValueError, match="no quarter of 2018-12-14"):
        period_of(STATE, QUARTER, date(2018, 12, 14))
    assert period_of(STATE, QUARTER, date(2018, 12, 15)) == Period(STATE, QUARTER, 2019, 1)


KINDS = [(calendar, span) for calendar in Calendar for span in sorted(SPANS[calendar])]
days = st.dates(date(2019, 1, 1), date(2040, 12, 31))


@given(st.sampled_from(KINDS), days)
def test_a_day_is_in_its_period_and_in_no_neighbour(kind, day):
    period = period_of(kind[0], kind[1], day)
    assert day in period.window
    after = period.next()
    assert after.window.first == period.window.last + DAY
    assert day not in after.window
    assert after.next(-1) == period


@given(st.sampled_from(list(Calendar)), st.integers(2019, 2040), st.data())
def test_the_parts_of_a_year_are_the_year(calendar, year, data):
    whole = Period(calendar, YEAR, year).window
    span = data.draw(st.sampled_from(sorted(SPANS[calendar])))
    parts = [Period(calendar, span, year, n + 1).window for n in range(12 // span.months)]
    assert sum(part.days for part in parts) == whole.days
    assert (parts[0].first, parts[-1].last) == (whole.first, whole.last)
    assert whole.spliced == any(part.spliced for part in parts)


def test_every_calendar_says_by_whose_words_it_counts():
    assert set(BASIS) == set(SINCE) == set(SPANS) == set(Calendar)


def test_days_that_are_no_period_come_after_periods():
    early, late = Stretch(date(2026, 1, 1), date(2026, 1, 14)), Stretch(date(2026, 1, 1), date(2026, 1, 31))
    period = Period(STATE, YEAR, 2030)
    every: list[Any] = [late, period, early]
    assert sorted(every) == [period, early, late]
    assert period < early
    assert early > period
    assert early.__lt__(date(2026, 1, 1)) is NotImplemented
