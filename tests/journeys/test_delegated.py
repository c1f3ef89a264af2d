"""Signing in through a provider that really runs, at another address than ours, in a real browser."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.test_signin import ACCOUNT
from tests.support import house, provider
from tests.support.house import House
from tests.support.provider import Provider

pytest.importorskip("requests", reason="the libraries of delegated sign-in are not installed")

METHODS = """
from phoihop.base.org.models import Session
with scope.acting(Scope("job")):
    found = Session.objects.filter(account__isnull=False)
    answer = [[one.account.username, one.methods, one.strong] for one in found]
"""
MIGRATED = "from phoihop.base.security import install; install.migrate()"


@pytest.fixture(scope="module")
def asked() -> Iterator[Provider]:
    with provider.running() as found:
        yield found


@pytest.fixture(scope="module")
def running(asked: Provider, tmp_path_factory) -> Iterator[House]:
    secret: Path = tmp_path_factory.mktemp("provider") / "secret"
    secret.write_text(provider.SECRET, encoding="utf-8")
    switched_on = {
        "PHOIHOP_OIDC_ISSUER": asked.address,
        "PHOIHOP_OIDC_CLIENT": provider.CLIENT,
        "PHOIHOP_OIDC_SECRET_FILE": str(secret),
        "PHOIHOP_OIDC_NAME": "Đăng nhập một lần của tỉnh",
    }
    with house.fresh() as own:
        # Switching it on brings tables of its own, as an operator's does.
        house.do(MIGRATED, house.environment(own, 0, role="owner", **switched_on))
        with house.opened(own, **switched_on) as found:
            yield found


@pytest.fixture
def page(browser: Browser, running: House) -> Iterator[Page]:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def somebody(running: House, username: str, more: str = "pass") -> None:
    running.do(ACCOUNT.format(name="Vừ Thị Hoa", username=username, more=more))


def go(page: Page, running: House, path: str = "/dang-nhap/?next=/toi/thiet-bi/") -> None:
    page.goto(running.address + path)
    page.get_by_role("link", name="Đăng nhập một lần của tỉnh").click()


def test_the_providers_person_gets_into_their_account_and_nowhere_else(
    page: Page, running: House, asked: Provider
):
    somebody(running, "hoa")
    asked.person = {"sub": "17", "preferred_username": "Hoa"}
    go(page, running)
    expect(page.locator("h1")).to_have_text("Thiết bị và phiên của tôi")
    assert asked.seen[-1]["response_type"] == "code"
    # Later the provider's number counts, whatever they are called there then.
    somebody(running, "pao")
    asked.person = {"sub": "17", "preferred_username": "pao"}
    page.context.clear_cookies()
    go(page, running)
    expect(page.locator("h1")).to_have_text("Thiết bị và phiên của tôi")
    said = running.do(METHODS)
    assert said == [["hoa", ["oidc"], False]] * 2


@pytest.mark.parametrize("name", ["khong-ai", "", "nghi"])
def test_whoever_has_no_open_account_stays_outside(page: Page, running: House, asked: Provider, name: str):
    if name == "nghi":
        somebody(running, name, "account.is_active = False; account.save()")
    asked.person = {"sub": f"other-{name}", "preferred_username": name}
    go(page, running)
    expect(page.locator("#error")).to_contain_text("Không đăng nhập được bằng cách này")
    page.goto(running.address + "/toi/thiet-bi/")
    assert "/dang-nhap/" in page.url


def test_the_second_factor_stays_ours(page: Page, running: House, asked: Provider):
    somebody(
        running,
        "mai",
        "from phoihop.base.org.signin import factors\n"
        "    from allauth.mfa.totp.internal import auth as totp; import time\n"
        "    made = totp.generate_totp_secret(); step = int(time.time() // 30) - 1\n"
        "    factors.add_totp(account, made, totp.format_hotp_value(totp.hotp_value(made, step)))",
    )
    asked.person = {"sub": "18", "preferred_username": "mai"}
    go(page, running)
    page.wait_for_url(re.compile("/dang-nhap/buoc-hai/"))
    told = running.do(
        "from phoihop.base.org.models import Notice\n"
        "with scope.acting(Scope('job')):\n"
        "    answer = Notice.objects.filter(account__username='mai', code='factor-added').count()"
    )
    assert told == 2, "of the app, and of the provider's account as one more way in"
    page.goto(running.address + "/toi/thiet-bi/")
    assert "/dang-nhap/" in page.url


def test_an_answer_that_nobody_asked_for_is_not_taken(page: Page, running: House, asked: Provider):
    page.goto(f"{running.address}/dang-nhap/uy-quyen/sso/ve/?code=x&state=y")
    expect(page.locator("#error")).to_contain_text("Không đăng nhập được bằng cách này")


def test_it_is_off_unless_it_is_switched_on():
    from django.conf import settings
    from django.urls import NoReverseMatch, reverse

    assert "PHOIHOP_OIDC_ISSUER" not in os.environ
    assert settings.PHOIHOP_OIDC_NAME == ""
    with pytest.raises(NoReverseMatch):
        reverse("signin_oidc")
