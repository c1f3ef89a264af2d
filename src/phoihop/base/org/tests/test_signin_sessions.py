"""How long a session lasts, on which browser, and what ends it."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone

from phoihop.base.org.accounts import cut_off
from phoihop.base.org.models import Account, Device, Notice, Session
from phoihop.base.org.signin.rules import limits
from phoihop.base.org.signin.store import BROWSER, SessionStore, digest, sweep
from phoihop.base.org.tests.signin import FIREFOX, PASSWORD, Browser, person
from phoihop.base.security import scope
from phoihop.base.security.models import AuditEntry
from phoihop.base.security.scope import Scope

JOB = Scope("job")


@pytest.fixture(autouse=True)
def _tables(db):
    pass


@pytest.fixture
def hoa() -> Account:
    return person()


@pytest.fixture
def browser(hoa) -> Browser:
    signed_in = Browser()
    signed_in.sign_in()
    return signed_in


def change(**values) -> None:
    with scope.acting(JOB):
        Session.objects.update(**values)


def told(account: Account) -> list[str]:
    with scope.acting(JOB):
        return list(Notice.objects.filter(account=account).order_by("pk").values_list("code", flat=True))


def state(browser: Browser) -> dict:
    return browser.get("/phien/", headers={"X-Background": "1"}).json()


def ago(**given) -> object:
    return timezone.now() - timedelta(**given)


def test_it_ends_after_a_quarter_of_an_hour_without_use(browser):
    change(seen_at=ago(minutes=14, seconds=50))
    assert browser.is_in
    change(seen_at=ago(minutes=15))
    assert state(browser)["state"] == "idle"


def test_use_keeps_it_and_what_a_script_asks_by_itself_does_not(browser):
    change(seen_at=ago(minutes=10))
    before = state(browser)["seconds"]
    assert 290 <= before <= 300
    assert state(browser)["seconds"] <= before
    browser.get("/toi/thiet-bi/")
    assert state(browser)["seconds"] > 890


def test_it_ends_after_twelve_hours_however_busy(browser):
    change(ends_at=timezone.now())
    assert state(browser)["state"] == "out"
    assert "12 giờ" in state(browser)["message"]


def test_a_change_of_what_one_may_do_ends_it_at_the_next_request(browser, hoa):
    with scope.acting(JOB):
        cut_off(hoa)
    assert state(browser) == {"state": "out", "message": "Quyền của anh/chị vừa thay đổi. Hãy đăng nhập lại."}


def test_a_closed_account_is_out_at_the_next_request(browser, hoa):
    with scope.acting(JOB):
        Account.objects.filter(pk=hoa.pk).update(is_active=False)
    assert state(browser)["state"] == "out"
    assert not Browser().sign_in().headers.get("Location")


def test_the_fourth_session_ends_the_oldest_and_the_person_is_told(hoa):
    browsers = [Browser() for _ in range(4)]
    for each in browsers:
        each.sign_in()
    assert [each.is_in for each in browsers] == [False, True, True, True]
    assert "thứ tư" in state(browsers[0])["message"]
    assert "session-oldest-ended" in told(hoa)


def test_a_cookie_used_in_another_browser_is_refused_and_ends(browser, hoa):
    thief = Browser("198.51.100.9", FIREFOX)
    thief.cookies["phoihop_session"] = browser.cookies["phoihop_session"].value
    assert not thief.is_in
    assert not browser.is_in
    assert "session-moved" in told(hoa)
    with scope.acting(JOB):
        alarm = AuditEntry.objects.get(kind="alarm")
    assert (alarm.action, alarm.account) == ("org.session_moved", hoa.pk)


@pytest.mark.parametrize("stolen", ["phoihop_session", "phoihop_device"])
def test_neither_cookie_opens_anything_without_the_other(browser, stolen):
    thief = Browser("198.51.100.9")
    thief.cookies[stolen] = browser.cookies[stolen].value
    assert not thief.is_in


def test_signing_in_changes_the_cookie_and_the_old_one_is_worth_nothing(hoa):
    browser = Browser()
    browser.get("/dang-nhap/khoa/", headers={"Accept": "application/json"})
    planted = browser.cookies["phoihop_session"].value
    browser.sign_in()
    assert browser.cookies["phoihop_session"].value != planted
    other = Browser()
    other.cookies["phoihop_session"] = planted
    assert not other.is_in


def test_signing_out_ends_it_here_and_leaves_nothing_in_the_browser(browser):
    cookie = browser.cookies["phoihop_session"].value
    answer = browser.post("/dang-xuat/")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert browser.cookies["phoihop_session"].value == ""
    browser.cookies["phoihop_session"] = cookie
    assert not browser.is_in


def test_asking_to_sign_out_signs_nobody_out(browser):
    browser.get("/dang-xuat/")
    assert browser.is_in


def test_only_a_further_browser_is_new_to_an_account(browser, hoa):
    assert told(hoa) == []
    browser.post("/dang-xuat/")
    browser.sign_in()
    assert told(hoa) == []
    Browser(agent=FIREFOX).sign_in()
    assert told(hoa) == ["new-device"]
    with scope.acting(JOB):
        assert Device.objects.filter(account=hoa).count() == 2


def test_one_sees_and_ends_ones_own_sessions(browser, hoa):
    other = Browser(agent=FIREFOX)
    other.sign_in()
    page = browser.get("/toi/thiet-bi/").content.decode()
    assert "Chrome · Windows" in page
    assert "Firefox · Linux" in page
    browser.post("/toi/thiet-bi/ket-thuc/", {"all": "1"})
    assert (browser.is_in, other.is_in) == (True, False)


@pytest.mark.parametrize("number", ["²", "9" * 30, "1'", "-1", "0"])
def test_nonsense_for_a_browser_to_forget_forgets_none(browser, hoa, number):
    assert browser.post("/toi/thiet-bi/ket-thuc/", {"browser": number}).status_code == 302
    with scope.acting(JOB):
        assert Device.objects.filter(account=hoa).count() == 1


def test_a_notice_whose_words_are_gone_hides_no_other(browser, hoa):
    with scope.acting(JOB):
        for code in ("gone", "position-ended"):
            Notice.objects.create(account=hoa, code=code)
    page = browser.get("/toi/thiet-bi/")
    assert page.status_code == 200
    assert "Một nhiệm vụ của anh/chị đã kết thúc." in page.content.decode()


def test_nobody_ends_the_session_of_another(browser):
    person("pao", "Giàng A Páo")
    pao = Browser(agent=FIREFOX)
    pao.sign_in("pao")
    with scope.acting(JOB):
        short = Session.objects.get(account__username="hoa").key[:16]
    pao.post("/toi/thiet-bi/ket-thuc/", {"session": short})
    assert browser.is_in


@pytest.mark.parametrize(
    "page", ["/toi/thiet-bi/", "/toi/dang-nhap/", "/toi/mat-khau/", "/toi/dang-nhap/ung-dung/"]
)
def test_nobodys_pages_lead_to_the_door(page):
    answer = Browser().get(page)
    assert answer.headers["Location"] == f"/dang-nhap/?next={quote(page, safe='')}"


def test_an_idle_session_is_taken_up_again_with_one_factor(browser, hoa):
    change(seen_at=ago(minutes=20))
    with scope.acting(JOB):
        ends_at = Session.objects.get(account=hoa).ends_at
    told_ = state(browser)
    assert (told_["state"], told_["password"], told_["passkey"]) == ("idle", True, False)
    assert browser.post("/phien/tiep/", {"password": "không phải"}).status_code == 422
    answer = browser.post("/phien/tiep/", {"password": PASSWORD})
    assert answer.status_code == 200
    assert browser.is_in
    with scope.acting(JOB):
        row = Session.objects.get(account=hoa)
    assert row.ends_at == ends_at
    assert browser.cookies["phoihop_csrf"].value


@pytest.mark.parametrize("values", [{"ends_at": "now"}, {"authz_version": 99}, {"ended_why": "ended"}])
def test_only_an_idle_session_is_taken_up_again(browser, values):
    change(seen_at=ago(minutes=20), **{k: timezone.now() if v == "now" else v for k, v in values.items()})
    assert browser.post("/phien/tiep/", {"password": PASSWORD}).status_code == 409
    assert not browser.is_in


def test_a_session_is_read_with_its_account_in_one_query(browser, django_assert_num_queries, hoa):
    browser.get("/phien/", headers={"X-Background": "1"})
    with scope.acting(scope.DOOR), django_assert_num_queries(1):
        cookie, device = browser.cookies["phoihop_session"].value, browser.cookies["phoihop_device"].value
        token = BROWSER.set((digest(device), "Chrome · Windows"))
        session = SessionStore(cookie)
        BROWSER.reset(token)
        assert session.account == hoa
        assert session.account.person.name == "Vừ Thị Hoa"


def test_rows_nobody_needs_are_swept(browser):
    Browser().get("/dang-nhap/khoa/", headers={"Accept": "application/json"})
    with scope.acting(JOB):
        assert sweep() == 0
        Session.objects.filter(account=None).update(seen_at=ago(minutes=31))
        assert sweep() == 1
        Session.objects.update(seen_at=timezone.now() - limits.KEPT - timedelta(days=1))
        assert sweep() == 1


def test_cookies_are_for_this_host_and_no_script(browser):
    for name in ("phoihop_session", "phoihop_device"):
        cookie = browser.cookies[name]
        assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (
            True,
            "Lax",
            "/",
            "",
        )


def test_a_session_saved_before_it_was_read_loses_nothing():
    browser = Browser()
    browser.get("/dang-nhap/khoa/", headers={"Accept": "application/json"})
    cookie = browser.cookies["phoihop_session"].value
    token = BROWSER.set(("", "Chrome · Windows"))
    with scope.acting(scope.DOOR):
        SessionStore(cookie).save()
        kept = dict(SessionStore(cookie).items())
    BROWSER.reset(token)
    assert "mfa.webauthn.state" in kept
