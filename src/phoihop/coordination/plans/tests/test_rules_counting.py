"""Totals of what was counted."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.coordination.plans.rules.counting import Count, counted, reached, totals
from phoihop.kernel.refusals import Refusal

BUOI, TO_ROI = 1, 2  # 15 buổi and 20.000 tờ rơi, Lào Cai 30/KH-UBND

COUNTS = [
    ([("a", BUOI, 5, False), ("b", BUOI, 10, False)], {BUOI: 15}),
    ([("a", BUOI, 5, False), ("a", BUOI, 5, False)], {BUOI: 5}),
    ([("a", BUOI, 5, False), ("a", BUOI, 5, True)], {BUOI: 0}),
    ([("a", BUOI, 5, True), ("a", BUOI, 5, False)], {BUOI: 0}),
    ([("a", BUOI, 5, False), ("b", TO_ROI, 20_000, False)], {BUOI: 5, TO_ROI: 20_000}),
    ([], {}),
]


@pytest.mark.parametrize(("reports", "found"), COUNTS)
def test_totals(reports, found):
    assert totals(Count(name, output, Decimal(n), gone) for name, output, n, gone in reports) == found


def test_nothing_is_counted_down():
    with pytest.raises(Refusal) as refused:
        counted(Decimal(-1))
    assert refused.value.reason == "count-below-nought"
    with pytest.raises(Refusal):
        counted(Decimal("NaN"))
    assert counted(Decimal(0)) == 0


def test_how_much_of_a_goal():
    assert reached(Decimal(5), Decimal(15)) == Decimal(5) / 15
    assert reached(Decimal(30), Decimal(15)) == 2
    assert reached(Decimal(5), None) is None
    assert reached(Decimal(5), Decimal(0)) is None


# A report says one thing of one output; what may differ is whether its withdrawal was heard of yet.
REPORTS = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=2),
    st.tuples(st.integers(1, 3), st.decimals(0, 1_000_000, places=2)),
    max_size=8,
)


@given(REPORTS, st.data())
def test_any_order_of_arrival_comes_to_the_same(reports, data):
    heard = [
        Count(name, output, value, gone)
        for name, (output, value) in reports.items()
        for gone in data.draw(st.lists(st.booleans(), min_size=1, max_size=3))
    ]
    once = totals(heard)
    assert totals(data.draw(st.permutations(heard))) == once
    assert totals([*heard, *heard]) == once
    assert all(total >= 0 for total in once.values())
    gone = {each.report for each in heard if each.withdrawn}
    for output, total in once.items():
        assert total == sum(v for name, (of, v) in reports.items() if of == output and name not in gone)
