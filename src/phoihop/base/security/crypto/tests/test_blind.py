"""Equal values have equal indexes however they are written; everything else has unlike ones."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.base.security.crypto import blind
from phoihop.base.security.crypto.tests.people_names import PEOPLE
from phoihop.kernel.refusals import Refusal

CARE, SHELTER = bytes(32), bytes([1]) * 32


def variants(name):
    """Ways in which one name reaches a form."""
    yield unicodedata.normalize("NFD", name)
    yield name.upper()
    yield name.lower()
    yield "  " + name.replace(" ", " \u00a0 ") + "\t"
    bare = unicodedata.normalize("NFD", name.replace("Đ", "D").replace("đ", "d"))
    yield "".join(c for c in bare if not unicodedata.combining(c))


@pytest.mark.parametrize("name", PEOPLE)
def test_a_name_is_one_name(name):
    assert {blind.index(CARE, "alias", v) for v in variants(name)} == {blind.index(CARE, "alias", name)}


@given(st.text(min_size=1))
def test_programmes_and_fields_cannot_be_joined(value):
    found = {
        blind.index(CARE, "alias", value),
        blind.index(SHELTER, "alias", value),
        blind.index(CARE, "code", value),
    }
    assert len(found) == 3
    assert {len(index) for index in found} == {32}


@given(st.text(), st.text())
def test_indexes_are_equal_exactly_when_values_are(one, other):
    same = blind.normal(one) == blind.normal(other)
    assert (blind.index(CARE, "alias", one) == blind.index(CARE, "alias", other)) == same


def test_field_and_value_do_not_run_together():
    assert blind.digest(CARE, "ab", "c") != blind.digest(CARE, "a", "bc")
    assert blind.digest(CARE, "a", "b", "c") != blind.digest(CARE, "a", "bc")


def test_it_is_hmac_sha_256():
    import hashlib
    import hmac

    message = b"phoihop blind 1" + b"\0\0\0\5alias" + b"\0\0\0\2an"
    assert blind.index(CARE, "alias", "Ân") == hmac.new(CARE, message, hashlib.sha256).digest()


@pytest.mark.parametrize(
    "written",
    ["001099123456", " 001 099 123 456 ", "001.099.123.456", "001-099-123456", "001099\u00a0123456"],
)
def test_an_identity_number_is_one_number(written):
    assert blind.identity_index(CARE, written) == blind.identity_index(CARE, "001099123456")


def test_an_identity_card_of_the_old_kind_has_nine_digits():
    assert blind.identity_index(CARE, "012 345 678") == blind.identity_index(CARE, "012345678")


@pytest.mark.parametrize(
    "written",
    ["", "1", "00109912345", "0010991234567", "00109912345x", "đang làm lại", "٠٠١٠٩٩١٢٣٤٥٦", "²" * 12],
)
def test_what_is_no_identity_number_is_refused_without_quoting_it(written):
    with pytest.raises(Refusal, match="identity-number") as raised:
        blind.identity_index(CARE, written)
    assert len(written) < 3 or written not in f"{raised.value}{raised.value.message}"


@pytest.mark.parametrize("written", ["DN4010123456789", "dn 4 01 0123456789", "0123456789", "012-345-6789"])
def test_an_insurance_card_is_found_by_its_old_and_new_number(written):
    assert blind.insurance_index(CARE, written) == blind.insurance_index(CARE, "HS4790123456789")


def test_an_insurance_number_of_twelve_digits_is_itself():
    assert blind.insurance_index(CARE, "001099123456") != blind.insurance_index(CARE, "1099123456")
    assert blind.insurance_index(CARE, "001099123456") != blind.identity_index(CARE, "001099123456")


@pytest.mark.parametrize("written", ["", "123456789", "DN401012345678", "D24010123456789", "123456789012345"])
def test_what_is_no_insurance_number_is_refused(written):
    with pytest.raises(Refusal, match="insurance-number"):
        blind.insurance_index(CARE, written)


@pytest.mark.parametrize(
    ("written", "dialled"),
    [
        ("0912345678", "0912345678"),
        ("+84912345678", "0912345678"),
        ("84912345678", "0912345678"),
        ("0084 912 345 678", "0912345678"),
        ("(+84) 0912.345.678", "0912345678"),
        ("0912 34 56 78", "0912345678"),
        ("024 3826 1234", "02438261234"),
        ("+84 24 3826 1234", "02438261234"),
        ("01669123456", "0369123456"),
        ("+84 1669 123 456", "0369123456"),
        ("01201234567", "0701234567"),
        ("01229123456", "0779123456"),
        ("01239123456", "0839123456"),
        ("01299123456", "0829123456"),
        ("01869123456", "0569123456"),
        ("01999123456", "0599123456"),
        ("+856 20 5512 3456", "+8562055123456"),
        ("00 86 138 0013 8000", "+8613800138000"),
    ],
)
def test_a_telephone_number_is_what_is_dialled_today(written, dialled):
    assert blind.phone(written) == dialled
    assert blind.phone_index(CARE, written) == blind.phone_index(CARE, dialled)


@pytest.mark.parametrize(
    "written", ["", "912345678", "091234567", "091234567890", "0912345x78", "+", "+84", "không có"]
)
def test_what_is_no_telephone_number_is_refused(written):
    with pytest.raises(Refusal, match="phone-number"):
        blind.phone(written)
