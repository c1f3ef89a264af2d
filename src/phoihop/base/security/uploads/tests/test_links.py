"""Links that last a minute, and the headers of a download."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.base.security.uploads.links import check_link, headers, sign_link

KEY = bytes(range(32))
ID = "ab" * 20


def test_a_link_holds_for_its_minute():
    token = sign_link(ID, 7, key=KEY, now=1_000.5)
    assert check_link(token, ID, 7, key=KEY, now=1_059.9)
    assert not check_link(token, ID, 7, key=KEY, now=1_060.0)
    assert ID not in token
    assert check_link(sign_link(ID, 7, key=KEY), ID, 7, key=KEY)


@pytest.mark.parametrize(
    ("file_id", "account", "key"), [("cd" * 20, 7, KEY), (ID, 8, KEY), (ID, 7, bytes(32))]
)
def test_a_link_is_for_one_file_one_account_and_one_key(file_id, account, key):
    assert not check_link(sign_link(ID, 7, key=KEY, now=0), file_id, account, key=key, now=1)


def test_the_time_cannot_be_moved():
    until, _, mac = sign_link(ID, 7, key=KEY, now=0).partition(".")
    assert not check_link(f"{int(until, 16) + 60:x}.{mac}", ID, 7, key=KEY, now=1)


@given(st.text(max_size=80))
def test_any_text_is_no_link(token):
    assert not check_link(token, ID, 7, key=KEY, now=0)


@given(st.text(max_size=20), st.integers(0, 10**9), st.text(max_size=20), st.integers(0, 10**9))
def test_two_files_or_accounts_never_share_a_link(file_id, account, other_id, other):
    token = sign_link(file_id, account, key=KEY, now=0)
    assert check_link(token, other_id, other, key=KEY, now=1) == ((file_id, account) == (other_id, other))


def test_a_short_key_is_no_key():
    with pytest.raises(ValueError, match="32 bytes"):
        sign_link(ID, 7, key=b"short")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (
            "Kế hoạch.pdf",
            "attachment; filename=\"K_ ho_ch.pdf\"; filename*=UTF-8''K%E1%BA%BF%20ho%E1%BA%A1ch.pdf",
        ),
        ('a"; x=\r\ny.pdf', "attachment; filename=\"a__ x_ y.pdf\"; filename*=UTF-8''a__%20x%3D%20y.pdf"),
    ],
)
def test_a_download_is_saved_and_never_shown(name, told):
    found = headers(name, "application/pdf", 12)
    assert found["Content-Disposition"] == told
    assert found["X-Content-Type-Options"] == "nosniff"
    assert found["Content-Security-Policy"].startswith("sandbox")
    assert found["Cache-Control"] == "no-store"
    assert found["Cross-Origin-Resource-Policy"] == "same-origin"
    assert found["Content-Length"] == "12"


@given(st.text(max_size=200))
def test_no_name_breaks_a_header(name):
    told = headers(name, "application/pdf")["Content-Disposition"]
    assert told.isascii()
    assert told.isprintable()
    assert told.count('"') == 2
