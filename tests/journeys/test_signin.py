"""Signing in as people do it: by card, passkey, password; staying, leaving, coming back."""

import contextlib
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from allauth.mfa.totp.internal import auth as totp
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.journeys.conftest import Visit
from tests.journeys.looks import faults
from tests.support.house import House

PASSWORD = "bốn con trâu lội sông"
ACCOUNT = """
from phoihop.base.org.accounts import new_account
from phoihop.base.org.signin import cards
with scope.acting(Scope("install")):
    account = new_account({name!r}, {username!r})
    {more}
"""
MADE = """card = cards.made_for(account, issued_by=None)
    answer = [card.address, card.username, card.code]"""
PASSWORDED = f"""account.set_password({PASSWORD!r})
    account.save()"""


_names = iter(range(1, 1_000))


def somebody(running: House, more: str = PASSWORDED) -> tuple[str, object]:
    """A new account; its sign-in name and what making it gave back."""
    username = f"nguoi{next(_names)}"
    return username, running.do(ACCOUNT.format(name="Vừ Thị Hoa", username=username, more=more))


@contextlib.contextmanager
def authenticator(page: Page, *, willing: bool = True) -> Iterator[CDPSession]:
    """A device that unlocks by finger, as the browser sees it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": willing,
                "automaticPresenceSimulation": True,
            }
        },
    )
    yield session


def by_password(page: Page, username: str, password: str = PASSWORD) -> None:
    page.fill("#login", username)
    page.fill("#password", password)
    page.get_by_role("button", name="Đăng nhập bằng mật khẩu").click()


def idle(running: House, username: str) -> None:
    running.do(
        f"""
from datetime import timedelta
from django.utils import timezone
from phoihop.base.org.models import Session
with scope.acting(Scope("job")):
    Session.objects.filter(account__username={username!r}).update(
        seen_at=timezone.now() - timedelta(minutes=16), stepped_up_at=timezone.now())
"""
    )


def test_card_to_passkey_to_home_and_back_in_with_one_touch(visit: Visit, running: House) -> None:
    _, (address, *_rest) = somebody(running, MADE)
    page = visit("/dang-nhap/")
    with authenticator(page):
        page.goto(address)
        expect(page.locator("#code")).to_have_value(re.compile("^[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}$"))
        assert "#" not in page.url
        page.get_by_role("button", name="Tiếp tục").click()
        page.get_by_role("button", name="Khóa của máy này").click()
        expect(page.locator(".codes li")).to_have_count(10)
        page.get_by_role("button", name="Tôi đã cất mã").click()
        page.goto(visit.site + "/toi/dang-nhap/")
        expect(page.locator(".holdings b")).to_have_text("Khóa đầu tiên")
        page.goto(visit.site + "/dang-xuat/")
        page.get_by_role("button", name="Đăng xuất").click()
        page.get_by_role("button", name="Dùng khóa đăng nhập").click()
        page.wait_for_url(visit.site + "/hom-nay/")
        page.goto(visit.site + "/toi/thiet-bi/")
        expect(page.locator(".holdings li").first).to_contain_text("phiên này")


def test_card_to_password_and_app(visit: Visit, running: House) -> None:
    username, (_, _, code) = somebody(running, MADE)
    page = visit("/dang-nhap/the/")
    page.fill("#login", username)
    page.fill("#code", code.lower())
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("link", name="Mật khẩu và ứng dụng tạo mã").click()
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Hiện").click()
    assert page.get_attribute("#password", "type") == "text"
    page.get_by_text("Không quét được?").click()
    secret = page.locator(".secret").inner_text()
    step = int(time.time() // 30)
    page.fill("#code", totp.format_hotp_value(totp.hotp_value(secret, step)))
    page.get_by_role("button", name="Bắt đầu dùng").click()
    expect(page.locator(".codes li")).to_have_count(10)


def test_a_passkey_that_nobody_unlocks_lets_nobody_in(visit: Visit, running: House) -> None:
    _, (address, *_rest) = somebody(running, MADE)
    page = visit("/dang-nhap/")
    with authenticator(page, willing=False):
        page.goto(address)
        page.get_by_role("button", name="Tiếp tục").click()
        page.get_by_role("button", name="Khóa của máy này").click()
        expect(page.locator(".door-error")).to_be_visible()
        assert page.url.endswith("/dang-nhap/the/chon/")


def signed_in(visit: Visit, running: House, **look: object) -> tuple[Page, str]:
    username, _ = somebody(running)
    page = visit("/dang-nhap/", **look)
    by_password(page, username)
    page.wait_for_url(visit.site + "/hom-nay/")
    return page, username


def test_a_form_survives_the_end_of_the_session(visit: Visit, running: House) -> None:
    page, username = signed_in(visit, running)
    page.goto(visit.site + "/toi/mat-khau/")
    new = "mây trắng đầu non xanh"
    page.fill("#password", new)
    idle(running, username)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    dialog = page.locator("#session-dialog")
    expect(dialog.get_by_role("button", name="Tiếp tục")).to_be_visible()
    expect(page.locator("main")).to_be_hidden()
    dialog.locator("input[type=password]").fill("không phải mật khẩu")
    dialog.get_by_role("button", name="Tiếp tục").click()
    expect(dialog.locator(".door-error")).to_contain_text("không đúng")
    visit.complaints.clear()  # the browser reports the refusal as a failed request
    dialog.locator("input[type=password]").fill(PASSWORD)
    dialog.get_by_role("button", name="Tiếp tục").click()
    expect(dialog).to_be_hidden()
    assert page.input_value("#password") == new
    page.get_by_role("button", name="Đặt mật khẩu").click()
    page.wait_for_url(visit.site + "/toi/dang-nhap/")


def test_after_signing_out_the_way_back_shows_nothing(visit: Visit, running: House) -> None:
    page, _ = signed_in(visit, running)
    page.goto(visit.site + "/toi/thiet-bi/")
    expect(page.locator("h1")).to_have_text("Thiết bị và phiên của tôi")
    page.goto(visit.site + "/dang-xuat/")
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url(re.compile("/dang-nhap/"))
    for _ in range(2):
        page.go_back()
        expect(page.locator("body")).not_to_contain_text("Trình duyệt đã dùng")


def test_signing_out_in_one_tab_ends_what_another_shows(visit: Visit, running: House) -> None:
    page, _ = signed_in(visit, running)
    page.goto(visit.site + "/toi/thiet-bi/")
    other = page.context.new_page()
    other.goto(visit.site + "/dang-xuat/")
    other.get_by_role("button", name="Đăng xuất").click()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    page.wait_for_url(re.compile("/dang-nhap/"))


def test_without_script_one_signs_in_and_a_late_form_is_kept(browser: Browser, running: House) -> None:
    username, _ = somebody(running)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(running.address + "/dang-nhap/")
    expect(page.get_by_role("button", name="Dùng khóa đăng nhập")).to_be_hidden()
    by_password(page, username)
    page.goto(running.address + "/toi/thiet-bi/")
    expect(page.locator("h1")).to_have_text("Thiết bị và phiên của tôi")
    context.close()


PAGES = {
    "login": "/dang-nhap/",
    "card": "/dang-nhap/the/",
    "ways": "/toi/dang-nhap/",
    "app": "/toi/dang-nhap/ung-dung/",
    "password": "/toi/mat-khau/",
    "devices": "/toi/thiet-bi/",
    "again": "/dang-nhap/xac-nhan/",
    "logout": "/dang-xuat/",
}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_pages_are_accessible_and_fit(
    visit: Visit, running: House, screens: Path, width: int, theme: str, language: str
) -> None:
    username, _ = somebody(running)
    page = visit("/dang-nhap/", width=width, theme=theme, language=language)
    for name, path in PAGES.items():
        if name == "ways":
            page.goto(visit.site + "/dang-nhap/")
            page.fill("#login", username)
            page.fill("#password", PASSWORD)
            page.locator("form.fields button.wide").click()
            page.wait_for_url(visit.site + "/hom-nay/")
        page.goto(visit.site + path)
        page.wait_for_load_state("networkidle")
        assert [(name, *fault) for fault in faults(page)] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        page.screenshot(path=screens / f"signin-{name}-{width}-{theme}-{language}.png", full_page=True)


def test_by_keyboard_alone(visit: Visit, running: House) -> None:
    username, _ = somebody(running)
    page = visit("/dang-nhap/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "login":
            break
    page.keyboard.type(username)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(visit.site + "/hom-nay/")


def test_nothing_said_to_a_script_names_anybody(visit: Visit, running: House) -> None:
    page, username = signed_in(visit, running)
    told = page.evaluate("fetch('/phien/').then((answer) => answer.text())")
    assert username not in told
    assert "Hoa" not in told
    assert json.loads(told)["state"] == "in"
