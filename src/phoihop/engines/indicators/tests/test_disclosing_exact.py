"""The solver that has the last word: first of what lies near, then of all that hangs together."""

import pytest

from phoihop.engines.indicators import disclosing_exact
from phoihop.engines.indicators.disclosing_exact import cheapest

FAR = 1000


@pytest.fixture(autouse=True)
def near(monkeypatch):
    monkeypatch.setattr(disclosing_exact, "_NEAR", (4, 12))


def asked(truth, sums, target, ranges=None):
    ties = [((whole, -1), *((part, 1) for part in parts)) for whole, parts in sums]
    of = [[(number, sign) for number, tie in enumerate(ties) for at, sign in tie if at == count]
          for count in range(len(truth))]  # fmt: skip
    now = ranges or [(0, FAR)] * len(truth)
    found = cheapest(truth, ties, of, now, [(0, FAR)] * len(truth), [1] * len(truth), target)
    if found is not None:
        values = [value + found.get(count, 0) for count, value in enumerate(truth)]
        assert all(value >= 0 for value in values)
        assert all(values[whole] == sum(values[part] for part in parts) for whole, parts in sums)
        assert found[target[0]] == target[1]
    return found


@pytest.mark.parametrize("many", [3, 8, 40])
def test_what_moves_with_all_others_is_found_however_many(many):
    """A chain of one and the same count: if the first moves, all do."""
    chain = [(count, [count + 1]) for count in range(many - 1)]
    assert asked([5] * many, chain, (0, 3)) == dict.fromkeys(range(many), 3)


def test_what_can_move_alone_moves_nobody_far_away():
    """A chain of wholes: the first and its own part move, and the rest stays."""
    chain = [(count, [count + 1, 40 + count]) for count in range(39)]
    truth = [5 * (40 - count) for count in range(40)] + [5] * 39
    assert asked(truth, chain, (0, 3)) == {0: 3, 40: 3}


def test_there_may_be_no_such_world():
    chain = [(count, [count + 1]) for count in range(19)]
    assert asked([5] * 20, chain, (0, -6)) is None
