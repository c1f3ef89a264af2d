"""Figures and dates as Vietnamese offices write them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.engines.ui import formats


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1209, "1.209"),
        ("41.13", "41,13"),
        (Decimal("92.50"), "92,50"),
        (0.3, "0,3"),
        (1_000_000, "1.000.000"),
        (999, "999"),
        (-4, "−4"),
        (0, "0"),
        ("1E+3", "1.000"),
        (None, ""),
        ("nhiều", ""),
        (float("nan"), ""),
    ],
)
def test_numbers(value: object, written: str) -> None:
    assert formats.number(value) == written


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**12), max_value=10**12))
def test_a_written_number_is_the_same_number(value: Decimal) -> None:
    back = formats.number(value).replace(".", "").replace(",", ".").replace("−", "-")
    assert Decimal(back) == value


def test_a_unit_stays_with_its_number() -> None:
    assert formats.quantity("92.5", "%") == "92,5\u00a0%"
    assert formats.quantity(5, None) == "5"
    assert formats.quantity(None, "%") == ""


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("2025-03-12", "12/03/2025"),
        (date(2025, 3, 12), "12/03/2025"),
        ("2025-12", "12/2025"),
        ("2025", "2025"),
        ("Quý II năm 2025", "Quý II năm 2025"),
        ("2024-2025 và sau đó", "2024-2025 và sau đó"),
        (None, ""),
    ],
)
def test_dates(value: object, written: str) -> None:
    assert formats.day(value) == written


def test_only_the_first_letter_is_raised() -> None:
    assert formats.sentence("kế hoạch của UBND") == "Kế hoạch của UBND"
    assert formats.sentence(None) == ""
