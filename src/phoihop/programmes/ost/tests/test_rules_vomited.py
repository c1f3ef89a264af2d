"""A vomited dose. QĐ 3140: M. That staff must have seen it is ours as well: D."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.programmes.ost.rules.amounts import SOLUTION
from phoihop.programmes.ost.rules.vomited import again
from phoihop.programmes.ost.tests.rulebooks import ALL_SIGNED, SHIPPED, codes

ON = date(2026, 5, 4)
D = Decimal


@pytest.mark.parametrize(
    ("minutes", "share", "mg"),
    [
        ("0", "1", "80"),
        ("9", "1", "80"),
        ("9.9", "1", "80"),
        ("10", "0.5", "40"),
        ("29", "0.5", "40"),
        ("30", "0.25", "20"),  # where two spans meet, the smaller share
        ("45", "0.25", "20"),
        ("46", "0", "0"),
        ("600", "0", "0"),
    ],
)
@pytest.mark.parametrize("on", [date(2022, 5, 4), ON])
def test_by_minutes(minutes, share, mg, on):
    found = again(D(80), D(minutes), SOLUTION, on, ALL_SIGNED, seen_by_staff=True)
    assert (found.share, found.mg, found.counts) == (D(share), D(mg), True)
    shown = again(D(80), D(minutes), SOLUTION, on, SHIPPED, seen_by_staff=True)
    assert (shown.share, shown.counts) == (D(share), False)
    assert shown.decision.unchecked


def test_what_nobody_saw_is_not_given_again():
    for book in (SHIPPED, ALL_SIGNED):
        found = again(D(80), D(5), SOLUTION, ON, book, seen_by_staff=False)
        assert (found.mg, found.counts) == (D(0), True)
        assert codes(found.decision.refusals) == ["vomited-unseen"]


def test_before_any_guideline_nothing_is_known():
    found = again(D(80), D(5), SOLUTION, date(2009, 1, 1), ALL_SIGNED, seen_by_staff=True)
    assert (found.mg, found.counts) == (D(0), False)


def test_not_before_the_dose():
    with pytest.raises(ValueError, match="after"):
        again(D(80), D(-1), SOLUTION, ON, ALL_SIGNED, seen_by_staff=True)


@given(st.integers(1, 300), st.integers(0, 120), st.integers(0, 120))
def test_the_longer_it_stayed_the_less_is_given(mg, one, other):
    early, late = sorted((one, other))
    first = again(D(mg), D(early), SOLUTION, ON, ALL_SIGNED, seen_by_staff=True)
    second = again(D(mg), D(late), SOLUTION, ON, ALL_SIGNED, seen_by_staff=True)
    assert second.mg <= first.mg <= mg
