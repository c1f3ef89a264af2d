"""Second factors: codes that count once, recovery codes, stepping up, and roles that need them."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from phoihop.base.org.models import Account, Session
from phoihop.base.org.roles import ROLES
from phoihop.base.org.signin import factors
from phoihop.base.org.tests import making
from phoihop.base.org.tests.signin import PASSWORD, Browser, code, person, with_app
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
def secret(hoa) -> str:
    return with_app(hoa)


def half_in() -> Browser:
    browser = Browser()
    answer = browser.sign_in()
    assert answer.headers["Location"] == "/dang-nhap/buoc-hai/"
    return browser


def test_a_password_alone_is_half_of_it(secret):
    browser = half_in()
    assert not browser.is_in
    browser.post("/dang-nhap/buoc-hai/", {"code": code(secret)})
    assert browser.is_in


@pytest.mark.parametrize("typed", ["", "000000", "abc", "²²²²²²", "12345678901234567890", "\0"])
def test_a_wrong_code_does_not(secret, typed):
    browser = half_in()
    assert browser.post("/dang-nhap/buoc-hai/", {"code": typed}).status_code == 422
    assert not browser.is_in


def test_a_code_counts_once(secret):
    now = code(secret)
    half_in().post("/dang-nhap/buoc-hai/", {"code": now})
    second = half_in()
    assert second.post("/dang-nhap/buoc-hai/", {"code": now}).status_code == 422
    assert not second.is_in


@pytest.mark.parametrize(
    ("now", "after", "step"),
    [
        (30_000, 0, 1_000),
        (30_029, 0, 1_000),
        (30_030, 0, 1_000),
        (29_970, 0, 1_000),
        (30_060, 0, None),
        (29_969, 0, None),
        (30_000, 1_000, None),
        (30_000, 999, 1_000),
    ],
)
def test_a_code_belongs_to_a_step_near_now_and_after_the_last(now, after, step):
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    typed = totp.format_hotp_value(totp.hotp_value(secret, 1_000))
    assert factors.step_of(secret, typed, after=after, now=now) == step


def test_guessing_codes_gets_slow_and_the_owner_gets_in_after_the_wait(secret):
    browser = half_in()
    answers = [browser.post("/dang-nhap/buoc-hai/", {"code": "000000"}) for _ in range(6)]
    assert [a.status_code for a in answers] == [422] * 5 + [429]
    assert browser.post("/dang-nhap/buoc-hai/", {"code": code(secret)}).status_code == 429


def test_a_recovery_code_works_once(hoa, secret):
    with scope.acting(JOB):
        codes = factors.new_recovery_codes(hoa)
    assert len(codes) == len({*codes}) == 10
    assert {len(c) for c in codes} == {10}
    browser = half_in()
    browser.post("/dang-nhap/buoc-hai/", {"code": f"{codes[3][:5]} {codes[3][5:]}"})
    assert browser.is_in
    again = half_in()
    again.post("/dang-nhap/buoc-hai/", {"code": codes[3]})
    assert not again.is_in


def test_no_secret_lies_open_in_the_database(hoa, secret):
    with scope.acting(JOB):
        kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept


def test_whoever_has_not_given_a_password_finds_no_second_step():
    assert Browser().get("/dang-nhap/buoc-hai/").headers["Location"] == "/dang-nhap/"


def test_a_role_that_asks_for_more_leads_to_it_at_once(hoa):
    making.position(hoa, "administrator", making.agency("Sở Y tế Mường Lay"))
    assert Browser().sign_in().headers["Location"] == "/toi/dang-nhap/?next=%2Fhom-nay%2F"


def test_a_role_that_does_not_goes_on(hoa):
    making.position(hoa, "member", making.agency("Sở Y tế Mường Lay"))
    assert not ROLES["member"].strong
    assert Browser().sign_in(next="/toi/thiet-bi/").headers["Location"] == "/toi/thiet-bi/"


@pytest.mark.parametrize(
    "away", ["https://example.org/", "//example.org", "javascript:alert(1)", "\\\\example.org"]
)
def test_nobody_is_sent_to_another_site(hoa, away):
    assert Browser().sign_in(next=away).headers["Location"] == "/hom-nay/"


def test_an_app_is_set_up_with_a_fresh_proof_and_shows_recovery_codes_once(hoa):
    browser = Browser()
    browser.sign_in()
    page = browser.get("/toi/dang-nhap/ung-dung/").content.decode()
    secret = page.split('class="secret">')[1].split("<")[0]
    assert browser.post("/toi/dang-nhap/ung-dung/", {"code": "000000"}).status_code == 422
    answer = browser.post("/toi/dang-nhap/ung-dung/", {"code": code(secret)})
    assert answer.headers["Location"] == "/toi/dang-nhap/ma-du-phong/"
    shown = browser.get("/toi/dang-nhap/ma-du-phong/").content.decode()
    assert shown.count("<li><code>") == 10
    assert browser.get("/toi/dang-nhap/ma-du-phong/").headers["Location"] == "/toi/dang-nhap/"
    with scope.acting(JOB):
        row = hoa.sessions.get()
    assert (row.strong, row.methods) == (True, ["password", "totp"])


def stale() -> None:
    with scope.acting(JOB):
        Session.objects.update(stepped_up_at=timezone.now() - timedelta(minutes=5))


GRAVE = ["/toi/mat-khau/", "/toi/dang-nhap/ung-dung/", "/toi/dang-nhap/khoa/"]


@pytest.mark.parametrize("page", GRAVE)
def test_after_five_minutes_ways_in_are_changed_only_after_proving_it_again(hoa, page):
    browser = Browser()
    browser.sign_in()
    stale()
    answer = browser.get(page)
    assert answer.headers["Location"].startswith("/dang-nhap/xac-nhan/?next=%2Ftoi")
    assert browser.post("/dang-nhap/xac-nhan/", {"password": "không phải", "next": page}).status_code == 422
    before = browser.cookies["phoihop_session"].value
    assert (
        browser.post("/dang-nhap/xac-nhan/", {"password": PASSWORD, "next": page}).headers["Location"] == page
    )
    assert browser.cookies["phoihop_session"].value != before
    assert browser.get(page).status_code == 200


def test_who_has_a_second_factor_does_not_step_up_with_the_password(secret):
    browser = half_in()
    browser.post("/dang-nhap/buoc-hai/", {"code": code(secret)})
    stale()
    assert browser.post("/dang-nhap/xac-nhan/", {"password": PASSWORD}).status_code == 422
    assert browser.post("/dang-nhap/xac-nhan/", {"code": code(secret, 1)}).status_code == 302


@pytest.mark.parametrize(("with_a_factor", "fresh"), [(True, False), (False, True)])
def test_taking_up_an_idle_session_by_password_is_a_step_up_only_for_who_has_no_more(
    hoa, with_a_factor, fresh
):
    browser = Browser()
    browser.sign_in()
    if with_a_factor:
        with_app(hoa)
    stale()
    with scope.acting(JOB):
        Session.objects.update(seen_at=timezone.now() - timedelta(minutes=16))
    assert browser.post("/phien/tiep/", {"password": PASSWORD}).status_code == 200
    assert browser.is_in
    assert (browser.get("/toi/mat-khau/").status_code == 200) is fresh


def test_the_last_factor_stays(hoa, secret):
    browser = half_in()
    browser.post("/dang-nhap/buoc-hai/", {"code": code(secret)})
    with scope.acting(JOB):
        app = Authenticator.objects.get(user=hoa, type="totp")
    assert browser.post(f"/toi/dang-nhap/go/{app.pk}/").status_code == 409
    with scope.acting(JOB):
        assert Authenticator.objects.filter(pk=app.pk).exists()


def test_nobody_removes_the_factor_of_another(hoa, secret):
    person("pao", "Giàng A Páo")
    pao = Browser()
    pao.sign_in("pao")
    with scope.acting(JOB):
        app = Authenticator.objects.get(user=hoa, type="totp")
    assert pao.post(f"/toi/dang-nhap/go/{app.pk}/").status_code == 404


def test_a_new_password_ends_every_other_session(hoa):
    one, other = Browser(), Browser()
    one.sign_in()
    other.sign_in()
    assert one.post("/toi/mat-khau/", {"password": "matkhau12345678"}).status_code == 422
    assert one.post("/toi/mat-khau/", {"password": "mây trắng đầu non xanh"}).status_code == 302
    assert (one.is_in, other.is_in) == (True, False)
    assert Browser().sign_in().status_code == 422
    assert Browser().sign_in(password="mây trắng đầu non xanh").status_code == 302
    with scope.acting(JOB):
        assert "password-changed" in hoa.notices.values_list("code", flat=True)


def test_factors_are_removed_one_at_a_time(hoa, secret):
    """Two requests at once that each saw the other's factor would leave none."""
    browser = half_in()
    browser.post("/dang-nhap/buoc-hai/", {"code": code(secret)})
    with CaptureQueriesContext(connection) as caught:
        browser.post("/toi/dang-nhap/go/1/")
    said = [query["sql"] for query in caught.captured_queries]
    lock = next(n for n, sql in enumerate(said) if "pg_advisory_xact_lock" in sql)
    looks = [n for n, sql in enumerate(said) if "mfa_authenticator" in sql]
    assert looks
    assert lock < min(looks)


def test_changes_of_factors_are_written_down_and_told(hoa, secret):
    with scope.acting(JOB):
        kinds = list(AuditEntry.objects.filter(kind="grant").values_list("action", "account"))
        told = list(hoa.notices.values_list("code", flat=True))
    assert ("org.factor_add", hoa.pk) in kinds
    assert told == ["factor-added"]


@pytest.mark.parametrize(
    "sent", ["", "{}", "[]", "null", '{"response": {}}', '{"response": {"userHandle": "MQ"}}', "x" * 9]
)
@pytest.mark.parametrize("where", ["/dang-nhap/khoa/", "/dang-nhap/buoc-hai/"])
def test_nonsense_for_a_passkey_is_refused_plainly(secret, sent, where):
    browser = half_in()
    browser.get(where, headers={"Accept": "application/json"})
    answer = browser.post(where, {"credential": sent}, headers={"Accept": "application/json"})
    assert answer.status_code == 422
    assert not browser.is_in
