"""Plain rules of signing in: passwords, browsers, when a session is over."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.base.org.signin.rules import browsers, limits, passwords
from phoihop.base.org.signin.rules.limits import Over

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("bốn con trâu lội sông", None),
        ("tre già măng mọc cạnh suối", None),
        ("kq7-Vdo2 zt9m", None),
        ("giữa hè trời mưa đá", None),
        ("mười một k", "short"),
        ("x" * 201, "long"),
        ("aaaaaaaaaaaaaaaa", "common"),
        ("123456789012345", "common"),
        ("matkhau12345678", "common"),
        ("Mật khẩu 2026!!", "common"),
        ("M@tkhau@2026", "common"),
        ("anhyeuem1234567", "common"),
        ("qwertyuiop123456", "common"),
        ("vietnamvodich2018", "common"),
        ("password1password1", "common"),
        ("P@ssw0rd12345678", "common"),
        ("vuthihoa19851985", "common"),
        ("hoavuthi.laichau", "common"),
        ("quantri@laichau1", "common"),
        ("abcabcabcabcabc", "common"),
    ],
)
def test_guessed_passwords_are_refused_and_no_others(password, fault):
    assert passwords.weakness(password, ["vuthihoa", "Vừ Thị Hoa"]) == fault


@given(st.text(alphabet="bcdfgkpvwz7892", min_size=16, max_size=60))
def test_no_password_is_refused_for_the_kinds_of_its_letters(password):
    assert passwords.weakness(password) in (None, "common")
    assert passwords.weakness("trâu vàng nhảy rào " + password) is None


@given(st.text(max_size=300))
def test_any_text_gets_an_answer(password):
    assert passwords.weakness(password, ["hoa"]) in (None, "short", "long", "common")


@pytest.mark.parametrize(
    ("agent", "family"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/156.0 Safari/537.36", "Chrome · Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/156.0 Safari/537.36 Edg/156.0", "Edge · Windows"),
        ("Mozilla/5.0 (Linux; Android 14; SM-A1) Chrome/156.0 Mobile Safari/537.36", "Chrome · Android"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari · iPhone",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0", "Firefox · Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) coc_coc_browser/120.0 Chrome/114 Safari/537", "Cốc Cốc · Windows"),
        ("", "? · ?"),
    ],
)
def test_browsers_as_a_person_would_name_them(agent, family):
    assert browsers.family(agent) == family


@pytest.mark.parametrize(
    ("address", "one"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("not an address", ""),
        ("", ""),
    ],
)
def test_one_subscriber_is_one_address(address, one):
    assert browsers.subscriber(address, 64) == one


def verdict(**more: Any) -> Over | None:
    usual: dict[str, Any] = {
        "now": NOW,
        "seen_at": NOW - timedelta(minutes=5),
        "ends_at": NOW + timedelta(hours=1),
        "ended": "",
        "active": True,
        "same_version": True,
        "same_browser": True,
    }
    return limits.why_over(**(usual | more))


@pytest.mark.parametrize(
    ("more", "over"),
    [
        ({}, None),
        ({"seen_at": NOW - timedelta(minutes=14, seconds=59)}, None),
        ({"seen_at": NOW - timedelta(minutes=15)}, Over.IDLE),
        ({"ends_at": NOW}, Over.ABSOLUTE),
        ({"active": False}, Over.LEFT),
        ({"same_version": False}, Over.CHANGED),
        ({"same_browser": False}, Over.MOVED),
        ({"ended": "oldest"}, Over.OLDEST),
        # An idle session may be taken up again; one that is over for another reason as well may not.
        ({"seen_at": NOW - timedelta(minutes=20), "same_version": False}, Over.CHANGED),
        ({"seen_at": NOW - timedelta(minutes=20), "same_browser": False}, Over.MOVED),
        ({"seen_at": NOW - timedelta(minutes=20), "ends_at": NOW}, Over.ABSOLUTE),
    ],
)
def test_when_a_session_is_over(more, over):
    assert verdict(**more) is over
