"""Two quarters of any province, on old borders and new: nobody gets at the few, whatever he subtracts."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phoihop.engines.indicators.disclosing import State
from phoihop.engines.indicators.tests.attacking import Tally, held
from phoihop.engines.indicators.tests.quartering import drawn, inside, published


def check(province, tally=None):
    before, after = published(province)
    assert after.lost == frozenset()
    assert {key: after.lines[key] for key in before.lines} == before.lines
    assert held(after, tally=tally, **inside(province)) == {}
    for key, line in after.lines.items():
        cell = after.cells[key]
        for told, true in ((line.numerator, cell.numerator), (line.denominator, cell.denominator)):
            if told is not None and told.value is not None:
                assert true >= 8
                assert told.state is State.ROUNDED
                assert told.value % 5 == 0
                assert abs(told.value - true) <= 2


@settings(max_examples=5)
@given(st.integers(0, 10_000))
def test_nobody_gets_at_the_few_of_two_quarters(seed):
    check(drawn(random.Random(seed)))


@pytest.mark.long
def test_nobody_gets_at_the_few_of_any_two_quarters():
    """As many worlds as ``bench/disclosing.py`` says, each of them once."""
    tally = Tally()
    for seed in range(60):
        check(drawn(random.Random(seed)), tally)
    assert tally.worlds == 60
    assert tally.programs > tally.worlds
