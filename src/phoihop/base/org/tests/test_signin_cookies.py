"""What the cookies are called and allowed, on plain HTTP and behind https."""

import json
import os
import subprocess
import sys

import pytest

from phoihop.base.org.tests.signin import Browser, person

ASK = """
import json
from phoihop.config import settings as s
print(json.dumps({
    "names": [s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.PHOIHOP_DEVICE_COOKIE,
              s.LANGUAGE_COOKIE_NAME, s.PHOIHOP_THEME_COOKIE],
    "secure": [s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.LANGUAGE_COOKIE_SECURE],
    "same": [s.SESSION_COOKIE_SAMESITE, s.CSRF_COOKIE_SAMESITE],
    "oidc": s.PHOIHOP_OIDC_NAME,
}))
"""


def chosen(**environment: str) -> dict:
    done = subprocess.run(
        [sys.executable, "-c", ASK], env=os.environ | environment, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("address", "prefix"), [("https://phoihop.example", "__Host-"), ("http://localhost:8765", "")]
)
def test_behind_https_no_other_host_and_no_plain_http_can_set_or_read_them(address, prefix):
    found = chosen(PHOIHOP_PUBLIC_URL=address)
    names = ("session", "csrf", "device", "language", "theme")
    assert found["names"] == [f"{prefix}phoihop_{name}" for name in names]
    assert found["secure"] == [bool(prefix)] * 3
    assert found["same"] == ["Lax", "Strict"]


def test_the_cookies_of_a_sign_in_are_secure_behind_https(db, settings):
    settings.SESSION_COOKIE_NAME, settings.PHOIHOP_DEVICE_COOKIE = "__Host-a", "__Host-b"
    settings.SESSION_COOKIE_SECURE = True
    person()
    browser = Browser()
    browser.sign_in()
    for name in ("__Host-a", "__Host-b"):
        cookie = browser.cookies[name]
        assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")


@pytest.mark.parametrize("https", [True, False])
def test_language_and_theme_travel_as_the_others_do(db, settings, https):
    prefix = "__Host-" if https else ""
    settings.LANGUAGE_COOKIE_SECURE = https
    settings.LANGUAGE_COOKIE_NAME, settings.PHOIHOP_THEME_COOKIE = f"{prefix}a", f"{prefix}b"
    browser = Browser()
    browser.post("/choose/", {"language": "en", "next": "/dang-nhap/"})
    script = browser.post("/choose/", {"theme": "dark"}, headers={"Accept": "application/json"})
    assert script.status_code == 204
    for name, value in ((f"{prefix}a", "en"), (f"{prefix}b", "dark")):
        cookie = browser.cookies[name]
        assert cookie.value == value
        assert (bool(cookie["secure"]), cookie["httponly"], cookie["samesite"]) == (https, True, "Strict")
        assert (cookie["path"], cookie["domain"]) == ("/", "")
    page = browser.get("/dang-nhap/").text
    assert 'lang="en" data-theme="dark"' in page


def test_delegated_sign_in_is_off_until_a_provider_is_named():
    assert chosen()["oidc"] == ""
    assert chosen(PHOIHOP_OIDC_ISSUER="https://id.example", PHOIHOP_OIDC_NAME="Tỉnh")["oidc"] == "Tỉnh"


@pytest.mark.parametrize("address", ["http://id.example", "ftp://id.example", "id.example"])
def test_a_provider_is_believed_over_https_only(address):
    with pytest.raises(subprocess.CalledProcessError) as failed:
        chosen(PHOIHOP_OIDC_ISSUER=address)
    assert "PHOIHOP_OIDC_ISSUER" in failed.value.stderr
