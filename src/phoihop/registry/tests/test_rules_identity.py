"""Numbers, births, codes: what they say, and that nothing is ever refused for its shape."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.kernel.refusals import Refusal
from phoihop.registry.rules import born, codes
from phoihop.registry.rules.born import Born
from phoihop.registry.rules.identity import (
    Paper,
    Sex,
    Told,
    citizen,
    doubts,
    identity_kind,
    insurance_core,
    insurance_kind,
    letters_key,
    same_key,
)

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("035199000123", Paper.CCCD),
        ("035 199 000 123", Paper.CCCD),
        ("123456789", Paper.CMND),
        ("", Paper.NONE),
        ("12345", Paper.UNKNOWN),
        ("03519900012A", Paper.UNKNOWN),
        ("٠٣٥١٩٩٠٠٠١٢٣", Paper.UNKNOWN),  # digits of another script are not what is printed on a card
    ],
)
def test_an_identity_number_is_known_by_its_shape(text, kind):
    assert identity_kind(text) is kind


@pytest.mark.parametrize(
    ("text", "kind", "core"),
    [
        ("GD4010123456789", Paper.INSURANCE_OLD, "0123456789"),
        ("gd 4 01 0123456789", Paper.INSURANCE_OLD, "0123456789"),
        ("0123456789", Paper.INSURANCE, "0123456789"),
        ("035199000123", Paper.INSURANCE_PERSONAL, "035199000123"),
        ("GD401012345678", Paper.UNKNOWN, "GD401012345678"),
        ("", Paper.NONE, ""),
    ],
)
def test_an_old_and_a_new_insurance_card_have_one_core(text, kind, core):
    assert (insurance_kind(text), insurance_core(text)) == (kind, core)


def test_a_citizen_number_says_province_sex_and_year():
    """domain.md 8: Hà Nam, female, 1999; and a man of 2003."""
    woman, man = citizen("035199000123"), citizen("001203000123")
    assert (woman.province, woman.sex, woman.year) == (35, Sex.FEMALE, 1999)
    assert (man.province, man.sex, man.year) == (1, Sex.MALE, 2003)


@pytest.mark.parametrize(
    ("told", "codes_of"),
    [
        (Told(identity="035199000123", sex=Sex.FEMALE, born=Born(1999)), []),
        (Told(identity="001203000123", sex=Sex.FEMALE, born=Born(2003)), ["identity-sex"]),
        (Told(identity="001203000123", sex=Sex.OTHER, born=Born(2003)), []),
        (Told(identity="035199000123", born=Born(1989)), ["identity-year"]),
        (Told(identity="097199000123"), ["identity-province"]),
        (Told(identity="000199000123"), ["identity-province"]),
        (Told(identity="135199000123"), []),  # born abroad: a code of a country
        (Told(identity="035399000123"), ["identity-future"]),  # a woman of 2099
        (Told(identity="12345"), ["identity-shape"]),
        (Told(identity="123456789", born=Born(1970)), []),
        (Told(insurance="GD9010123456789"), ["insurance-card"]),
        (Told(insurance="GD4000123456789"), ["insurance-card"]),
        (Told(insurance="035199000123"), ["insurance-personal"]),
        (Told(insurance="12"), ["insurance-shape"]),
        (Told(born=Born(1900)), ["birth-old"]),
        (Told(name="Vàng Thị Mỷ"), []),
        (Told(alias="chị Ba"), []),
        (Told(), []),
    ],
)
def test_what_does_not_fit_is_a_doubt(told, codes_of):
    assert [doubt.code for doubt in doubts(told, TODAY)] == codes_of


def test_a_doubt_tells_its_source_and_how_sure_that_is():
    (doubt,) = doubts(Told(insurance="035199000123"), TODAY)
    assert doubt.certainty == "M"
    (doubt,) = doubts(Told(identity="1"), TODAY)
    assert (doubt.source, doubt.certainty) == ("NĐ 137/2015/NĐ-CP Art 13", "V")


@given(st.text(), st.text(), st.text(), st.sampled_from(Sex))
def test_nothing_that_is_said_is_refused(name, identity, insurance, sex):
    found = doubts(Told(name=name, identity=identity, insurance=insurance, sex=sex), TODAY)
    assert all(doubt.message.vi and doubt.message.en for doubt in found)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("07/5/1990", "1990-05-07"),
        ("7.5.1990", "1990-05-07"),
        ("5/1990", "1990-05"),
        ("1990", "1990"),
        ("07/5/90", "1990-05-07"),
        ("07/5/35", "1935-05-07"),  # not a birth to come
    ],
)
def test_a_birth_is_taken_as_far_as_it_is_known(text, kept):
    found = born.typed(text, TODAY)
    assert found.kept == kept
    assert born.read(found.kept) == found


@pytest.mark.parametrize("text", ["13/1990", "31/02/1990", "abc", "1/1/2030", "1700", "2027"])
def test_no_birth_is_made_up(text):
    with pytest.raises(Refusal, match="no-birth-date"):
        born.typed(text, TODAY)


def test_no_birth_said_is_none():
    assert born.typed("  ", TODAY) is None
    assert born.read("") is None


@pytest.mark.parametrize(
    ("birth", "ages", "assumed"),
    [
        (Born(2008, 11, 22), (18, 18), False),
        (Born(2008, 11, 23), (17, 17), False),
        (Born(2008, 11), (17, 18), True),
        (Born(2008), (17, 18), True),
        (Born(1990, 1, 1), (36, 36), True),
        (Born(2008, 2, 29), (18, 18), False),
    ],
)
def test_an_age_is_as_wide_as_what_is_known(birth, ages, assumed):
    assert birth.age_on(TODAY) == ages
    assert birth.assumed is assumed


@given(st.dates(date(1900, 1, 1), TODAY), st.dates(date(1900, 1, 1), TODAY))
def test_less_knowledge_of_a_birth_makes_the_age_wider_and_never_wrong(birth, day):
    exact = Born(birth.year, birth.month, birth.day).age_on(day)[0]
    for known in (Born(birth.year, birth.month), Born(birth.year)):
        least, most = known.age_on(day)
        assert least <= exact <= most


@pytest.mark.parametrize(
    ("one", "other", "same", "letters"),
    [
        ("Vàng Thị Mỷ", "Va\u0300ng Thi\u0323 My\u0309", True, True),
        ("VÀNG THỊ MỶ", "vàng  thị mỷ", True, True),
        ("Lò Văn Quý", "Lò Văn Quí", False, True),
        ("Vàng Thị Mỷ", "Vàng Thị Mỉ", True, True),  # y and i at the end of a syllable
        ("Đường Văn Đoàn", "Duong Van Doan", False, True),
        ("Đường", "Dương", False, True),
        ("Hòa", "Hoà", True, True),
        ("Lan", "Lân", False, True),
        ("Lan", "Loan", False, False),
    ],
)
def test_names_are_compared_with_and_without_marks(one, other, same, letters):
    assert (same_key(one) == same_key(other)) is same
    assert (letters_key(one) == letters_key(other)) is letters


@given(st.uuids())
def test_a_code_is_read_back_whatever_way_it_is_written(pseudonym):
    code = codes.code_of(pseudonym)
    assert codes.typed(code) == codes.typed(codes.shown(code).lower()) == code


@given(st.uuids(), st.integers(0, 8), st.integers(1, 30))
def test_one_wrong_sign_of_a_code_is_noticed(pseudonym, at, step):
    code = codes.code_of(pseudonym)
    wrong = codes.SIGNS[(codes.SIGNS.index(code[at]) + step) % len(codes.SIGNS)]
    assert codes.typed(code[:at] + wrong + code[at + 1 :]) == ""


@given(st.uuids(), st.integers(0, 7))
def test_two_neighbours_that_changed_places_are_noticed(pseudonym, at):
    code = codes.code_of(pseudonym)
    swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    assert swapped == code or codes.typed(swapped) == ""


def test_a_letter_that_looks_like_a_digit_is_read_as_one():
    code = codes.code_of(UUID(int=0))
    assert code.startswith("00000000")
    assert codes.typed(code.replace("0", "O")) == code
