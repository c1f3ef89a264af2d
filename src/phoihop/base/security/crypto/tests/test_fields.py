"""What is sealed comes back whole, opens nowhere else, and not at all once a bit of it is different."""

import logging
import unicodedata
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.base.security.crypto.fields import (
    Bound,
    DataKey,
    joined,
    key_number,
    seal,
    seal_bytes,
    unseal,
    unseal_bytes,
)
from phoihop.base.security.crypto.refusing import Tampered

KEY = DataKey(1, bytes(range(32)))
HERE = Bound("person", "name", "0f8c", "care")

_PARTS = st.text(max_size=8)
_PLACES = st.builds(Bound, _PARTS, _PARTS, st.one_of(_PARTS, st.integers(), st.uuids()), _PARTS)


@given(st.text(max_size=200), _PLACES, st.sampled_from([1, 16, 32]))
def test_any_text_comes_back(text, place, bucket):
    assert unseal(KEY, seal(KEY, text, place, bucket=bucket), place) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Nguyễn Văn Ổn",
        unicodedata.normalize("NFD", "Nguyễn Văn Ổn"),
        "👩🏽‍⚕️",
        "\x00",
        "a\x00\x00",
        "\x80",
        "x" * 100_000,
    ],
)
def test_particular_texts_come_back(text):
    assert unseal(KEY, memoryview(seal(KEY, text, HERE)), HERE) == text


@given(st.binary(max_size=200), st.sampled_from([1, 16, 32]))
def test_any_bytes_come_back(data, bucket):
    assert unseal_bytes(KEY, seal_bytes(KEY, data, HERE, bucket=bucket), HERE) == data


def test_every_single_bit_matters():
    sealed = seal(KEY, "Giàng Thị Dế", HERE)
    for bit in range(len(sealed) * 8):
        changed = bytearray(sealed)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Tampered):
            unseal(KEY, bytes(changed), HERE)


def test_no_beginning_and_no_continuation_opens():
    sealed = seal(KEY, "Giàng Thị Dế", HERE)
    for cut in [*(sealed[:n] for n in range(len(sealed))), sealed + b"\0", sealed[1:]]:
        with pytest.raises(Tampered):
            unseal(KEY, cut, HERE)


@pytest.mark.parametrize(
    "elsewhere",
    [
        replace(HERE, table="staff"),
        replace(HERE, column="alias"),
        replace(HERE, row="0f8d"),
        replace(HERE, programme="shelter"),
        Bound("personname", "", "0f8c", "care"),
        Bound("person", "name0f8c", "", "care"),
    ],
)
def test_what_is_moved_elsewhere_does_not_open(elsewhere):
    with pytest.raises(Tampered):
        unseal(KEY, seal(KEY, "x", HERE), elsewhere)


@given(_PLACES, _PLACES)
def test_two_places_never_look_the_same(one, other):
    like = [(p.table, p.column, str(p.row), p.programme) for p in (one, other)]
    assert (one.encoded() == other.encoded()) == (like[0] == like[1])


@given(st.lists(st.binary(max_size=6), max_size=4), st.lists(st.binary(max_size=6), max_size=4))
def test_joined_parts_can_be_told_apart(one, other):
    assert (joined(*one) == joined(*other)) == (one == other)


def test_a_row_is_the_same_as_number_text_or_uuid_of_the_same_letters():
    uuid = UUID(int=7)
    assert Bound("t", "c", uuid, "p").encoded() == Bound("t", "c", str(uuid), "p").encoded()


def test_another_key_does_not_open():
    sealed = seal(KEY, "x", HERE)
    for other in (DataKey(1, bytes(32)), DataKey(2, KEY.secret)):
        with pytest.raises(Tampered):
            unseal(other, sealed, HERE)


def test_the_key_that_is_needed_can_be_read_from_the_value():
    assert key_number(seal(DataKey(513, KEY.secret), "x", HERE)) == 513


def test_sealing_twice_gives_nothing_in_common():
    one, other = seal(KEY, "x", HERE), seal(KEY, "x", HERE)
    assert one[:3] == other[:3]
    assert one[3:15] != other[3:15]
    assert one[15:] != other[15:]


def test_padding_hides_which_short_word_it_is():
    words = ["có", "không", "chưa xét nghiệm", "x" * 31]
    assert len({len(seal(KEY, word, HERE, bucket=32)) for word in words}) == 1
    assert len({len(seal(KEY, word, HERE)) for word in words}) == len(words)


def test_a_value_costs_32_bytes():
    assert len(seal(KEY, "x" * 10, HERE)) == 42


def test_the_alarm_says_where_and_not_what(caplog):
    with pytest.raises(Tampered) as raised:
        unseal(KEY, seal(KEY, "Giàng Thị Dế", HERE)[:-1], HERE)
    assert raised.value.place == ("person", "name", "0f8c")
    assert raised.value.__suppress_context__
    logging.getLogger("x").error("failed", exc_info=raised.value)
    assert not any(word in caplog.text.split("unseal")[-1] for word in ("Giàng", "care", "0f8c"))
    assert "care" not in repr(raised.value)


def test_bytes_are_not_taken_for_a_text():
    with pytest.raises(Tampered):
        unseal(KEY, seal_bytes(KEY, b"\xff\xfe", HERE), HERE)


def test_half_a_character_is_refused_without_quoting_it():
    with pytest.raises(ValueError, match="not Unicode") as raised:
        seal(KEY, "bí mật \ud800", HERE)
    assert raised.value.__suppress_context__


def test_a_key_does_not_show_itself():
    assert "secret" not in repr(KEY)
    assert str(KEY.secret[:4]) not in repr(KEY)


@pytest.mark.parametrize(("number", "secret"), [(0, bytes(32)), (65_536, bytes(32)), (1, bytes(16))])
def test_what_is_no_data_key_is_not_made(number, secret):
    with pytest.raises(ValueError, match="32 bytes"):
        DataKey(number, secret)
