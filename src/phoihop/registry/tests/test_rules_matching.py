"""Whether two files look like one person's: the order of evidence, and that a score decides nothing alone."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.registry.rules.born import Born
from phoihop.registry.rules.identity import Sex, Told
from phoihop.registry.rules.matching import (
    ABOUT,
    ACROSS,
    SHOWN,
    SURE,
    WORTH,
    Evidence,
    compare,
    one_slip,
    weigh,
)
from phoihop.registry.tests.people import MY

NAMELESS = Told(alias="chị Ba")


@pytest.mark.parametrize(
    ("other", "first", "score"),
    [
        (MY, Evidence.IDENTITY, 100),
        (Told(alias="X", identity=MY.identity), Evidence.IDENTITY, 100),
        (Told(alias="X", insurance="0123456789"), Evidence.INSURANCE, 92),
        (Told(name="Vang Thi My", born=MY.born, sex=Sex.FEMALE), Evidence.NAME_BORN_SEX, 80),
        (Told(name="Vàng Thị Mỉ", born=MY.born, sex=Sex.FEMALE), Evidence.NAME_BORN_SEX, 80),
        (Told(name="Vàng Thị Mỷ", born=Born(1999), sex=Sex.FEMALE), Evidence.NAME_YEAR_SEX, 55),
        (Told(name="Vàng Thị Mỷ", born=Born(1999)), Evidence.NAME_YEAR, 45),
        (Told(name="Vàng Thị Mỷ"), Evidence.NAME, 20),
        (Told(alias="Vàng Thị Mỷ", born=MY.born, sex=Sex.FEMALE), Evidence.NAME_BORN_SEX, 80),
        (Told(name="Thị Mỷ Vàng", born=MY.born), Evidence.LIKE_NAME_BORN, 50),
        (Told(name="Vàng Mỷ", born=MY.born), Evidence.LIKE_NAME_BORN, 50),
        (Told(name="Lò Văn Pánh", identity="035199000132"), Evidence.NEAR_IDENTITY, 60),
        # What speaks against lowers: one number with another sex and year is still shown.
        (Told(name="X", identity=MY.identity, sex=Sex.MALE, born=Born(1960)), Evidence.IDENTITY, 60),
        (replace(MY, identity="001199999999", insurance=""), Evidence.NAME_BORN_SEX, 40),
        (replace(MY, identity="", insurance="9999999999"), Evidence.NAME_BORN_SEX, 60),
    ],
)
def test_the_strongest_evidence_leads(other, first, score):
    alike = compare(MY, other)
    assert (alike.evidence[0], alike.score) == (first, score)


@pytest.mark.parametrize(
    "other",
    [
        Told(name="Sùng A Chứ", born=Born(1985), sex=Sex.MALE),
        NAMELESS,
        Told(),
        Told(name="Vàng Thị Mỷ", born=Born(1960), sex=Sex.FEMALE),
        Told(name="Mỷ", born=MY.born),  # one syllable is nearly everybody's
    ],
)
def test_strangers_are_not_shown(other):
    assert not compare(MY, other).shown


def test_a_made_up_birthday_weighs_like_a_year():
    """1 January stands on papers of people who know no day (domain.md 8)."""
    one = Told(name="Giàng A Dơ", born=Born(1980, 1, 1), sex=Sex.MALE)
    alike = compare(one, replace(one, phone="0912345678"))
    assert alike.evidence == (Evidence.NAME_YEAR_SEX,)
    assert alike.shown
    assert not alike.sure


def test_an_old_card_says_nothing_of_a_new_one():
    alike = compare(Told(name="A B", identity="123456789"), Told(name="C D", identity="035199000123"))
    assert alike.evidence == ()


def test_the_order_is_that_of_the_field():
    ordered = [Evidence.IDENTITY, Evidence.INSURANCE, Evidence.NAME_BORN_SEX, Evidence.NAME_YEAR_SEX]
    assert [WORTH[each] for each in ordered] == sorted((WORTH[each] for each in ordered), reverse=True)
    assert WORTH[Evidence.INSURANCE] >= SURE > WORTH[Evidence.NAME_BORN_SEX] > SHOWN


def test_every_piece_of_evidence_has_a_worth_and_words():
    assert set(WORTH) == set(ABOUT) == set(Evidence)
    assert all(WORTH[each] >= SHOWN for each in ACROSS)


SOME = st.frozensets(st.sampled_from(Evidence))


@given(SOME, st.sampled_from([e for e in Evidence if WORTH[e] > 0]))
def test_more_for_never_lowers_and_more_against_never_raises(evidence, more):
    assert weigh(evidence | {more}).score >= weigh(evidence).score
    for against in (e for e in Evidence if WORTH[e] < 0):
        assert weigh(evidence | {against}).score <= weigh(evidence).score
    assert 0 <= weigh(evidence).score <= 100


NAMES = st.sampled_from(["", "Vàng Thị Mỷ", "Vang Thi My", "Vàng Mỷ", "Lò Văn Pánh", "Lý", "lí"])
TOLD = st.builds(
    Told,
    name=NAMES,
    alias=NAMES,
    born=st.sampled_from([None, Born(1999), Born(1999, 5, 7), Born(1999, 1, 1), Born(1960)]),
    sex=st.sampled_from(Sex),
    identity=st.sampled_from(["", "035199000123", "035199000132", "001203000123", "123456789", "x"]),
    insurance=st.sampled_from(["", "GD4010123456789", "0123456789", "9999999999", "?"]),
)


@given(TOLD, TOLD)
def test_it_does_not_matter_who_is_named_first(one, other):
    assert compare(one, other) == compare(other, one)


@given(TOLD)
def test_whoever_has_a_number_is_surely_like_themselves(told):
    if told.identity and told.identity != "x":
        assert compare(told, told).sure


@given(st.text("0123456789", min_size=12, max_size=12), st.integers(0, 10))
def test_a_slip_is_one_digit_or_two_neighbours(digits, at):
    swapped = digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
    assert one_slip(digits, swapped) == (digits != swapped)
    assert not one_slip(digits, digits)
    assert not one_slip(digits, digits[:-1])
