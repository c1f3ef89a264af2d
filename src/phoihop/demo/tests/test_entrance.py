"""The demo's way in by one click: who comes in, as what, how that is written down; it is nowhere else."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.urls import reverse

from phoihop.base.org.models import Account, Session
from phoihop.base.org.tests.signin import Browser
from phoihop.base.security import scope
from phoihop.base.security.models import AuditEntry
from phoihop.base.security.scope import Scope
from phoihop.demo import people

ENTER = "/dung-thu/vao/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def made(db: None) -> None:
    people.build()


@pytest.fixture
def browser() -> Browser:
    return Browser()


def entries(action: str) -> list[AuditEntry]:
    with scope.acting(Scope("job")):
        return list(AuditEntry.objects.filter(action=action))


def test_the_first_page_offers_people_in_plain_words(made, browser):
    page = browser.get("/").content.decode()
    for words in ("Vào với vai cán bộ kế hoạch", "Ủy ban nhân dân tỉnh Phìn Sơn", "Sùng Thị Mỷ"):
        assert words in page
    assert page.count("entrance-card") == sum(
        someone.offered for someone in (*people.PEOPLE, people.ADMINISTRATOR, people.PROTECTOR)
    )


def test_before_anybody_is_made_it_says_so(browser):
    assert "Đang lập người dùng thử" in browser.get("/").content.decode()


@pytest.mark.parametrize("who", ["kehoach", "lanhdao", "congan", "quantri", "baove", "giamdoc"])
def test_one_click_lets_in_as_after_a_second_factor(made, browser, who):
    answer = browser.post(ENTER, {"who": who})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert browser.is_in
    with scope.acting(Scope("door")):
        row = Session.objects.get(account__username=who)
    assert (row.strong, row.methods) == (True, ["demo"])
    assert row.stepped_up_at is not None
    # "/" leads on to one's own first page.
    assert browser.get("/").headers["Location"] == reverse("today")
    assert browser.get("/hom-nay/").status_code == 200


def test_it_is_written_down_as_what_it_is(made, browser):
    browser.post(ENTER, {"who": "kehoach"})
    with scope.acting(Scope("door")):
        account = Account.objects.get(username="kehoach")
    (entry,) = entries("org.demo_entered")
    assert (entry.account, entry.thing_id, entry.detail) == (account.pk, str(account.pk), {"means": "demo"})
    assert entries("org.sign_in") == []


@pytest.mark.parametrize("who", ["", "kiemtra", "nobody", "kehoach\0", "canbo"])
def test_nobody_else_is_come_in_as(made, browser, who):
    answer = browser.post(ENTER, {"who": who})
    assert answer.status_code == 422
    assert not browser.is_in


def test_whoever_comes_in_as_another_leaves_the_first(made, browser):
    browser.post(ENTER, {"who": "kehoach"})
    old = browser.cookies[settings.SESSION_COOKIE_NAME].value
    browser.post(ENTER, {"who": "congan"})
    assert browser.cookies[settings.SESSION_COOKIE_NAME].value != old
    first = Browser()
    first.cookies[settings.SESSION_COOKIE_NAME] = old
    assert not first.is_in


def test_only_a_form_of_this_site_lets_in(made):
    strict = Browser(enforce_csrf_checks=True)
    assert strict.post(ENTER, {"who": "kehoach"}).status_code == 403
    assert strict.get(ENTER).status_code == 405


def test_a_script_is_slowed_down(made, browser):
    answers = [browser.post(ENTER, {"who": "nobody"}).status_code for _ in range(61)]
    assert answers == [422] * 60 + [429]


def test_proving_again_asks_for_one_click_alone(made, browser):
    browser.post(ENTER, {"who": "quantri"})
    with scope.acting(Scope("door")):
        Session.objects.update(stepped_up_at=None)
    page = browser.get("/dang-nhap/xac-nhan/?next=/can-bo/")
    assert "Bản dùng thử không hỏi gì" in page.content.decode()
    answer = browser.post("/dang-nhap/xac-nhan/", {"next": "/can-bo/"})
    assert answer.headers["Location"] == "/can-bo/"
    with scope.acting(Scope("door")):
        assert Session.objects.get().stepped_up_at is not None


def test_who_signed_in_the_real_way_proves_it_the_real_way(made):
    with scope.acting(Scope("install")):
        account = Account.objects.get(username="kehoach")
        account.set_password("bốn con trâu lội sông")
        account.save(update_fields=["password"])
    browser = Browser()
    browser.sign_in("kehoach")
    assert browser.is_in
    page = browser.get("/dang-nhap/xac-nhan/").content.decode()
    assert "Bản dùng thử không hỏi gì" not in page
    assert browser.post("/dang-nhap/xac-nhan/", {"password": "sai"}).status_code == 422


_PRODUCTION = f"""
import django; django.setup()
from django.conf import settings
from django.urls import Resolver404, resolve
found = []
for path in ("{ENTER}", "/dung-thu/"):
    try:
        found.append(resolve(path).view_name)
    except Resolver404:
        pass
assert found == [], found
assert resolve("/").view_name == "home"
assert resolve("/dang-nhap/xac-nhan/").view_name == "account_reauthenticate"
assert "phoihop.demo" not in settings.INSTALLED_APPS
"""


def test_in_production_there_is_no_such_address():
    done = subprocess.run(
        [sys.executable, "-c", _PRODUCTION],
        env={**os.environ, "PHOIHOP_MODE": "production", "DJANGO_SETTINGS_MODULE": "phoihop.config.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_even_a_declared_address_is_not_there_outside_the_demo(made, browser, settings):
    settings.PHOIHOP_MODE = "production"
    assert browser.get("/").status_code == 404
    assert browser.post(ENTER, {"who": "kehoach"}).status_code == 404
    assert not browser.is_in
