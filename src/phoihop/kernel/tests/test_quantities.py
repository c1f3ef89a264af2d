"""Numbers as officials write them, exactly."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.kernel.quantities import NUMBER, WORDS, format_number, parse_number

_VALUES = st.decimals(min_value=0, max_value=10**12, places=None, allow_nan=False, allow_infinity=False).map(
    lambda value: value.quantize(Decimal("0.0001"))
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.209", "1209"),
        ("41,13", "41.13"),
        ("88.2", "88.2"),
        ("08", "8"),
        ("0", "0"),
        ("0,125", "0.125"),
        ("0,3", "0.3"),
        ("1.000", "1000"),
        ("12.345.678", "12345678"),
        ("1.209,5", "1209.5"),
        ("1,209,345", "1209345"),
        ("1,209.5", "1209.5"),
        ("2024", "2024"),
        ("100.000", "100000"),
        ("3,20", "3.20"),
        (" 15 ", "15"),
        ("007", "7"),
    ],
)
def test_numbers_are_read_exactly(text, value):
    found = parse_number(text)
    assert found == Decimal(value)
    assert isinstance(found, Decimal)


@pytest.mark.parametrize(
    "text", ["", " ", "-", "1.", ",5", "1..2", "1,2,3", "12a", "một", "1/2", "1 209", "-5", "10%", "1.2.3"]
)
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError, match="not a number"):
        parse_number(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1209, "1.209"),
        (Decimal("41.13"), "41,13"),
        (Decimal("0.330"), "0,33"),
        (Decimal("1E+3"), "1.000"),
        (Decimal("1234567.5"), "1.234.567,5"),
        (0, "0"),
        (Decimal("100.0"), "100"),
    ],
)
def test_numbers_are_written_for_people(value, text):
    assert format_number(value) == text


@given(_VALUES)
def test_what_is_written_reads_back(value):
    assert parse_number(format_number(value)) == value


@given(st.integers(1, 999), st.integers(0, 10**6 - 1), st.integers(1, 99))
def test_two_english_groups_or_a_point_behind_one_read_back(millions, rest, cents):
    value = millions * 10**6 + rest
    assert parse_number(f"{value:,}") == value
    assert parse_number(f"1,{millions:03d}.{cents:02d}") == Decimal(f"1{millions:03d}.{cents:02d}")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("có 1.209 bệnh nhân", "1.209"),
        ("đạt 92,5%", "92,5"),
        ("trên 1.234.567,89 đồng", "1.234.567,89"),
        ("08 cơ sở", "08"),
        ("năm 2024.", "2024"),
    ],
)
def test_the_pattern_takes_the_whole_number(text, found):
    assert re.search(NUMBER, text).group() == found


def test_number_words_count_from_none_to_ten():
    assert sorted(WORDS.values()) == list(range(11))
    assert (WORDS["không"], WORDS["một"], WORDS["năm"], WORDS["mười"]) == (0, 1, 5, 10)
