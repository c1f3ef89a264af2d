"""Milligrams, millilitres, tablets."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.rules.amounts import (
    ML,
    SOLUTION,
    TABLET_2,
    TABLET_8,
    Drug,
    Presentation,
    exact,
    tablets,
)


# 10 mg/ml, VD-29589-18: V. ml = mg ÷ 10: D.
@pytest.mark.parametrize(
    ("mg", "ml"),
    [("60", "6.00"), ("1500", "150.00"), ("15", "1.50"), ("0.1", "0.01"), ("62.5", "6.25"), ("0", "0.00")],
)
def test_ten_milligrams_in_a_millilitre(mg, ml):
    assert SOLUTION.quantity(Decimal(mg)) == Decimal(ml)
    assert SOLUTION.mg(Decimal(ml)) == Decimal(mg)


def test_twenty_five_doses_of_sixty():
    doses = [Decimal(60)] * 25
    assert sum(doses) == Decimal(1500)
    assert sum(map(SOLUTION.quantity, doses)) == Decimal("150.0")
    assert str(SOLUTION.quantity(Decimal(1500))) == "150.00"


@pytest.mark.parametrize(
    ("mg", "reason"),
    [
        ("0.05", "amount-not-exact"),  # 0.005 ml
        ("60.001", "amount-not-exact"),
        ("-1", "amount-below-nought"),
        ("NaN", "amount-below-nought"),
        ("Infinity", "amount-below-nought"),
        ("1e30", "amount-too-large"),
    ],
)
def test_what_no_book_can_hold(mg, reason):
    with pytest.raises(Refusal) as refused:
        SOLUTION.quantity(Decimal(mg))
    assert refused.value.reason == reason


def test_a_float_is_never_what_was_said():
    with pytest.raises(TypeError):
        exact(0.1, ML)  # type: ignore[arg-type]


def test_nothing_has_no_strength():
    with pytest.raises(ValueError, match="strength"):
        Presentation(Drug.METHADONE, Decimal(0))


@pytest.mark.parametrize(("mg", "fits"), [("60", True), ("61", True), ("62.5", False), ("0.5", False)])
def test_what_a_dispenser_measures(mg, fits):
    assert SOLUTION.measurable(Decimal(mg)) is fits


@pytest.mark.parametrize(
    ("supplied", "mg", "share", "part"),
    [
        (SOLUTION, "60", "0.5", "30"),
        (SOLUTION, "65", "0.5", "32"),  # 3.25 ml, down to 3.2
        (SOLUTION, "65", "0.25", "16"),
        (SOLUTION, "65", "1", "65"),
        (TABLET_2, "8", "0.5", "4"),
        (TABLET_2, "6", "0.25", "0"),  # a tablet is not broken
    ],
)
def test_a_part_is_rounded_down(supplied, mg, share, part):
    assert supplied.part(Decimal(mg), Decimal(share)) == Decimal(part)


@pytest.mark.parametrize(
    ("mg", "made"),
    [
        ("2", {TABLET_2: 1}),
        ("8", {TABLET_8: 1}),
        ("12", {TABLET_8: 1, TABLET_2: 2}),
        ("24", {TABLET_8: 3}),
        ("0", {}),
    ],
)
def test_the_fewest_tablets(mg, made):
    assert tablets(Decimal(mg), [TABLET_2, TABLET_8]) == made


def test_a_greedy_choice_would_not_do():
    five, eight = (Presentation(Drug.BUPRENORPHINE, Decimal(n)) for n in (5, 8))
    assert tablets(Decimal(10), [five, eight]) == {five: 2}


def test_tablets_are_not_broken():
    with pytest.raises(Refusal) as refused:
        tablets(Decimal(3), [TABLET_2, TABLET_8])
    assert refused.value.reason == "amount-not-exact"
    with pytest.raises(Refusal):
        TABLET_8.quantity(Decimal(4))


TENTHS = st.integers(0, 10_000_000).map(lambda n: Decimal(n) / 10)


@given(TENTHS)
def test_there_and_back_is_the_same(mg):
    assert SOLUTION.mg(SOLUTION.quantity(mg)) == mg


@given(st.lists(TENTHS, max_size=40))
def test_the_sum_of_doses_is_the_dose_of_the_sum(doses):
    assert sum(map(SOLUTION.quantity, doses)) == SOLUTION.quantity(sum(doses, Decimal(0)))


@given(st.integers(0, 3000).map(Decimal), st.sampled_from([Decimal("0.25"), Decimal("0.5"), Decimal(1)]))
def test_a_part_is_never_more_and_always_measurable(mg, share):
    part = SOLUTION.part(mg, share)
    assert mg * share - 1 < part <= mg * share
    assert SOLUTION.measurable(part)
