"""Any two of three have the passphrase; one has nothing."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.base.security.crypto.shares import (
    Share,
    deal,
    grouped,
    inverse,
    new_passphrase,
    passphrase_of,
    split,
    times,
    ungrouped,
    value_at,
)
from phoihop.kernel.refusals import Refusal

_BYTE = st.integers(0, 255)


@given(_BYTE, _BYTE, _BYTE)
def test_the_field_is_a_field(a, b, c):
    assert times(a, b) == times(b, a)
    assert times(a, times(b, c)) == times(times(a, b), c)
    assert times(a, b ^ c) == times(a, b) ^ times(a, c)
    assert times(a, 1) == a


def test_every_element_but_zero_has_an_inverse():
    assert all(times(a, inverse(a)) == 1 for a in range(1, 256))
    with pytest.raises(ZeroDivisionError):
        inverse(0)


def test_it_is_the_field_of_aes():
    assert times(0x57, 0x83) == 0xC1  # FIPS 197, section 4.2
    assert times(0x57, 0x13) == 0xFE


@given(st.binary(max_size=40), st.integers(2, 5), st.integers(0, 3))
def test_any_as_many_as_needed_give_the_secret_back(secret, need, more):
    values = list(enumerate(split(secret, need, need + more), 1))
    for some in itertools.combinations(reversed(values), need):
        assert value_at(some, 0) == secret


@pytest.mark.parametrize("secret", [0, 1, 0x53, 255])
def test_one_of_two_says_nothing(secret):
    """Over all coefficients that may be drawn, a share takes every value once, whatever the secret."""
    coefficients = iter(range(256))
    dealt = [split(bytes([secret]), 2, 3, draw=lambda n: bytes([next(coefficients)])) for _ in range(256)]
    for place in range(3):
        assert len({values[place] for values in dealt}) == 256


def test_two_of_three_needed_say_nothing():
    """For any two shares of a 3-of-3 splitting each secret stays equally possible."""
    a, b = 17, 201
    fitting = [value_at([(1, bytes([a])), (2, bytes([b])), (3, bytes([c]))], 0)[0] for c in range(256)]
    assert sorted(fitting) == list(range(256))


@pytest.mark.parametrize(("need", "of"), [(2, 3), (2, 2), (3, 5)])
def test_custodians_open_together(need, of):
    passphrase, shares = deal(need, of)
    for some in itertools.combinations(shares, need):
        assert passphrase_of(some) == passphrase
    assert passphrase_of(shares) == passphrase
    for few in itertools.combinations(shares, need - 1):
        with pytest.raises(Refusal, match="shares-few"):
            passphrase_of(few)


def test_the_same_share_twice_is_one_share():
    _, shares = deal(2, 3)
    with pytest.raises(Refusal, match="shares-few"):
        passphrase_of([shares[0], shares[0]])
    with pytest.raises(Refusal, match="shares-few"):
        passphrase_of([])


def test_shares_of_two_dealings_do_not_mix():
    (_, one), (_, other) = deal(2, 3), deal(2, 3)
    with pytest.raises(Refusal, match="shares-mixed"):
        passphrase_of([one[0], other[1]])


def test_a_share_too_many_that_does_not_fit_is_seen():
    _, shares = deal(2, 3)
    last = shares[2]
    false = Share(last.point, last.need, last.of, last.deal, bytes(20))
    with pytest.raises(Refusal, match="shares-mixed"):
        passphrase_of([*shares[:2], false])


@pytest.mark.parametrize(
    "typed",
    [
        str,
        lambda s: str(s).lower(),
        lambda s: str(s).replace("-", " "),
        lambda s: "  " + str(s).replace("-", "") + "\n",
        lambda s: str(s).replace("0", "O").replace("1", "l"),
    ],
)
def test_a_share_is_read_as_people_type_it(typed):
    for share in deal(2, 3)[1]:
        assert Share.parse(typed(share)) == share


def test_one_letter_mistyped_anywhere_is_seen():
    text = str(deal(2, 3)[1][0])
    for i, letter in enumerate(text):
        if letter != "-":
            other = "7" if letter != "7" else "8"
            with pytest.raises(Refusal, match="share-invalid"):
                Share.parse(text[:i] + other + text[i + 1 :])


@pytest.mark.parametrize("text", ["", "U", "không phải mảnh khóa", "ABCD-EFGH", "0" * 52])
def test_what_is_no_share_is_refused(text):
    with pytest.raises(Refusal, match="share-invalid"):
        Share.parse(text)


@given(st.binary(max_size=50))
def test_letters_give_the_bytes_back(data):
    assert ungrouped(grouped(data)) == data


def test_a_share_does_not_show_its_values_by_accident():
    share = deal(2, 3)[1][0]
    assert str(share.values) not in repr(share)


def test_a_new_passphrase_is_long_and_new():
    assert len({new_passphrase() for _ in range(50)}) == 50
    assert all(len(new_passphrase()) == 39 for _ in range(5))


@pytest.mark.parametrize(("need", "of"), [(1, 3), (4, 3), (2, 17), (0, 0)])
def test_a_dealing_that_protects_nothing_is_not_made(need, of):
    with pytest.raises(ValueError, match="shares"):
        deal(need, of)
