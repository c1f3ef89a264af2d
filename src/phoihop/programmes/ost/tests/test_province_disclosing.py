"""Counts of people: what is shown, what is hidden, and that nobody gets the hidden ones back."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.programmes.ost.rules import disclosing
from phoihop.programmes.ost.rules.disclosing import HIDDEN, SMALL, WIDE, Told, part, percent, told, total


@pytest.mark.parametrize(
    ("count", "shown"), [(0, None), (1, None), (7, None), (8, 10), (12, 10), (13, 15), (1209, 1210)]
)
def test_small_counts_are_hidden_and_the_rest_rounded(count, shown):
    assert told(count) == Told(shown)


@pytest.mark.parametrize(
    ("count", "whole", "shown"), [(95, 100, None), (92, 100, 90), (7, 100, None), (60, 60, None)]
)
def test_a_part_is_hidden_where_the_rest_is_small(count, whole, shown):
    assert part(count, whole) == Told(shown)


def test_a_share_is_of_the_rounded_counts():
    assert percent(42, 61) == 67  # 40 of 60
    assert percent(58, 61) is None


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ([100, 200, 300], False),
        ([3], True),
        ([100, 3], False),  # 105 ± 2 less 100 ± 2: anything from 1 to 7
        ([7, 7, 50], True),  # two of at least 4 each
        ([3, 4, 50], False),
        ([7] * 10, True),  # each of them must be near 7
    ],
)
def test_a_total_is_told_where_it_gives_nothing_away(counts, hidden):
    assert (total(counts) is HIDDEN) is hidden


@given(st.lists(st.integers(0, 60), min_size=1, max_size=4))
def test_nobody_narrows_a_hidden_count_down(counts):
    """Every column that looks the same from outside: each hidden count of it takes values wide apart."""
    shown, whole = [told(count) for count in counts], total(counts)
    if whole is HIDDEN or not any(each.hidden for each in shown):
        return
    choices = [
        range(SMALL + 1) if each.value is None else range(each.value - 2, each.value + 3) for each in shown
    ]
    possible = [some for some in product(*choices) if told(sum(some)) == whole]
    assert tuple(counts) in possible
    for n, each in enumerate(shown):
        if each.hidden:
            values = {some[n] for some in possible}
            assert max(values) - min(values) >= WIDE


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=3))
def test_nobody_narrows_the_rest_of_a_whole_down(pairs):
    """Parts beside their wholes: what is hidden, be it the part or the rest, stays possible over a span."""
    both = [(some, some + rest) for some, rest in pairs]
    shown = [(part(some, whole), told(whole)) for some, whole in both]
    together = disclosing.total_of_parts(both)
    for (some, whole), (one, of) in zip(both, shown, strict=True):
        if one.value is not None and of.value is not None:
            assert some > SMALL
            assert whole - some > SMALL
            # The difference of two rounded counts says the rest to within four.
            assert abs((of.value - one.value) - (whole - some)) <= 4
    if together.value is not None:
        assert sum(whole - some for some, whole in both) > SMALL
