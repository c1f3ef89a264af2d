"""Days as typed: every usual form, and none that would need guessing."""

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.kernel.dates import typed_day
from phoihop.kernel.refusals import Refusal

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("01/04/2022", date(2022, 4, 1)),
        ("1/4/22", date(2022, 4, 1)),
        ("1-4-2022", date(2022, 4, 1)),
        ("1.4.2022", date(2022, 4, 1)),
        ("1 4 2022", date(2022, 4, 1)),
        (" 1 / 4 / 2022 ", date(2022, 4, 1)),
        ("01042022", date(2022, 4, 1)),
        ("010422", date(2022, 4, 1)),
        ("2022-04-01", date(2022, 4, 1)),
        ("31/12/1999", date(1999, 12, 31)),
        ("31/12/99", date(1999, 12, 31)),
        ("1/1/56", date(2056, 1, 1)),
        ("1/1/57", date(1957, 1, 1)),
        ("29/2/2024", date(2024, 2, 29)),
        ("Hôm nay", TODAY),
        ("hom nay", TODAY),
        ("hôm qua", date(2026, 11, 21)),
        ("ngày mai", date(2026, 11, 23)),
        ("today", TODAY),
    ],
)
def test_usual_forms(typed, meant):
    assert typed_day(typed, TODAY) == meant


@pytest.mark.parametrize(
    "typed",
    [
        *("", "1/4", "4/2022", "13/25/2022", "04/31/2022", "29/2/2023", "31/4/2022", "1/4/202", "1/4/20222"),
        *("2022", "1042022", "0/1/2022", "1/0/2022", "1/1/0000", "một ngày", "1/4/2022 8:00", "1/4/-2022"),
        "9" * 50,
    ],
)
def test_nothing_is_guessed(typed):
    with pytest.raises(Refusal, match="no-day"):
        typed_day(typed, TODAY)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)), st.sampled_from(["/", "-", "."]))
def test_what_is_shown_can_be_typed(day, between):
    assert typed_day(f"{day:%d}{between}{day:%m}{between}{day.year}", TODAY) == day
    assert typed_day(f"{day.day}{between}{day.month}{between}{day.year}", TODAY) == day


@given(st.text())
def test_any_text_is_a_day_or_refused(text):
    with contextlib.suppress(Refusal):
        assert isinstance(typed_day(text, TODAY), date)
