"""Funnel limits against exact fractions, and what is said of units within and outside them."""

from decimal import Decimal
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phoihop.interfaces.dashboards.charts.limits import (
    ALARM,
    WARNING,
    Limits,
    Standing,
    limits,
    sizes,
    standing,
)

# Around, size, chance inside; the limits by exact fractions, to four places.
CASES = [
    ("90", 1, WARNING, "0.0000", "100.0000"),
    ("90", 30, WARNING, "76.5139", "100.0000"),
    ("90", 300, ALARM, "84.1102", "95.1270"),
    ("50", 2, WARNING, "0.0000", "100.0000"),
    ("50", 10, WARNING, "13.2444", "86.7556"),
    ("5", 20, WARNING, "0.0000", "19.2365"),
    ("0", 40, ALARM, "0", "0"),
    ("100", 40, ALARM, "100", "100"),
]


def _lower(share: Fraction, size: int, tail: Fraction) -> Fraction:
    upto = Fraction(0)
    for count in range(size + 1):
        term = comb(size, count) * share**count * (1 - share) ** (size - count)
        upto += term
        if upto >= tail:
            return max((count - (upto - tail) / term) / size, Fraction(0))
    return Fraction(1)


@pytest.mark.parametrize(("around", "size", "inside", "low", "high"), CASES)
def test_limits(around: str, size: int, inside: Decimal, low: str, high: str):
    found = limits(Decimal(around), size, inside)
    assert abs(found.low - Decimal(low)) < Decimal("0.0001")
    assert abs(found.high - Decimal(high)) < Decimal("0.0001")


SHARES = st.integers(1, 999).map(lambda permille: Decimal(permille) / 10)


@settings(max_examples=60)
@given(SHARES, st.integers(1, 120), st.sampled_from([WARNING, ALARM]))
def test_limits_are_those_of_exact_fractions(around: Decimal, size: int, inside: Decimal):
    share, tail = Fraction(around) / 100, Fraction(1 - inside) / 2
    found = limits(around, size, inside)
    assert abs(Fraction(found.low) - 100 * _lower(share, size, tail)) < Fraction(1, 10**5)
    assert abs(Fraction(found.high) - 100 * (1 - _lower(1 - share, size, tail))) < Fraction(1, 10**5)


@settings(max_examples=60)
@given(SHARES, st.integers(1, 60), st.data())
def test_a_unit_stands_outside_only_where_so_far_out_is_rare(around: Decimal, size: int, data):
    share = Fraction(around) / 100
    count = data.draw(st.integers(0, size))
    terms = [comb(size, k) * share**k * (1 - share) ** (size - k) for k in range(size + 1)]
    below, above = sum(terms[: count + 1]), sum(terms[count:])
    found = standing(Decimal(count) * 100 / size, size, around)
    rare = {
        Standing.FAR_BELOW: below < Fraction(1, 1000),
        Standing.BELOW: Fraction(1, 1000) <= below < Fraction(25, 1000),
        Standing.WITHIN: below >= Fraction(25, 1000) and above >= Fraction(25, 1000),
        Standing.ABOVE: Fraction(1, 1000) <= above < Fraction(25, 1000),
        Standing.FAR_ABOVE: above < Fraction(1, 1000),
    }
    assert rare[found]


@settings(max_examples=40)
@given(SHARES, st.integers(1, 5000))
def test_the_wider_limits_hold_the_narrower_and_both_hold_the_whole(around: Decimal, size: int):
    inner, outer = limits(around, size, WARNING), limits(around, size, ALARM)
    assert outer.low <= inner.low <= around <= inner.high <= outer.high


@pytest.mark.parametrize(
    ("value", "size", "around", "said"),
    [
        ("100", 1, "90", Standing.WITHIN),
        ("0", 1, "90", Standing.WITHIN),
        ("80", 30, "90", Standing.WITHIN),
        ("70", 30, "90", Standing.BELOW),
        ("50", 30, "90", Standing.FAR_BELOW),
        ("92", 100, "80", Standing.FAR_ABOVE),
        ("89", 100, "80", Standing.ABOVE),
        ("99", 40, "100", Standing.FAR_BELOW),
    ],
)
def test_where_a_unit_stands(value: str, size: int, around: str, said: Standing):
    assert standing(Decimal(value), size, Decimal(around)) is said


@pytest.mark.parametrize(
    ("around", "size", "inside"), [("101", 5, "0.95"), ("50", 0, "0.95"), ("50", 5, "1")]
)
def test_what_has_no_limits_is_refused(around: str, size: int, inside: str):
    with pytest.raises(ValueError, match="no limits"):
        limits(Decimal(around), size, Decimal(inside))


@pytest.mark.parametrize("largest", [1, 2, 7, 300, 20_000])
def test_a_curve_runs_from_one_to_the_largest(largest: int):
    found = sizes(largest)
    assert found == sorted(set(found))
    assert found[0] == 1
    assert found[-1] == max(largest, 2)
    assert len(found) < 70


def test_a_share_at_the_limit_is_within():
    assert Decimal(10) in Limits(Decimal(10), Decimal(20))
    assert Decimal("20.1") not in Limits(Decimal(10), Decimal(20))
