"""The printed card: issued by an administrator, used once by its owner, worth nothing to anybody else."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from phoihop.base.org.actions import decide_proposal
from phoihop.base.org.doors import NotAllowed, may
from phoihop.base.org.models import Account, Notice, Proposal, Session, SignInCard
from phoihop.base.org.signin import actions, cards, factors
from phoihop.base.org.signin.rules import limits
from phoihop.base.org.tests import making
from phoihop.base.org.tests.signin import PASSWORD, Browser, code, person, with_app
from phoihop.base.security import scope
from phoihop.base.security.models import AuditEntry
from phoihop.base.security.scope import Scope
from phoihop.kernel.refusals import Refusal

JOB = Scope("job")
NEW = "mây trắng đầu non xanh"


@pytest.fixture(autouse=True)
def _tables(db):
    pass


@pytest.fixture
def admin() -> Account:
    account = person("quan", "Lù Văn Quản")
    making.position(account, "administrator", making.agency("Sở Y tế Mường Lay"))
    return account


@pytest.fixture
def hoa() -> Account:
    return person(password="")


@pytest.fixture
def card(admin, hoa) -> cards.Card:
    return actions.issue_card(by=making.viewer(admin), account=hoa)


def show(browser: Browser, card: cards.Card, **other):
    return browser.post("/dang-nhap/the/", {"login": card.username, "code": card.code} | other)


def finish(browser: Browser, password: str = NEW, later: int = 0):
    """Choose a password and an app; the secret of the app comes from the page."""
    page = browser.get("/dang-nhap/the/mat-khau/").content.decode()
    secret = page.split('class="secret">')[1].split("<")[0]
    sent = {"password": password, "code": code(secret, later)}
    return browser.post("/dang-nhap/the/mat-khau/", sent), secret


def test_from_card_to_signed_in(card, hoa):
    browser = Browser()
    assert show(browser, card).headers["Location"] == "/dang-nhap/the/chon/"
    assert not browser.is_in
    answer, secret = finish(browser)
    assert answer.headers["Location"] == "/toi/dang-nhap/ma-du-phong/"
    assert browser.is_in
    assert browser.get("/toi/dang-nhap/ma-du-phong/").content.decode().count("<li><code>") == 10
    again = Browser()
    again.sign_in(password=NEW)
    again.post("/dang-nhap/buoc-hai/", {"code": code(secret, 1)})
    assert again.is_in


@pytest.mark.parametrize(
    "typed", [lambda c: c.lower(), lambda c: f" {c[:4]}-{c[4:8]} {c[8:]} ", lambda c: c + "0", lambda c: c]
)
def test_the_code_is_read_however_it_is_typed(card, typed):
    assert show(Browser(), card, code=typed(card.code)).status_code == 302


@pytest.mark.parametrize("other", [{"code": ""}, {"code": "A" * 12}, {"login": "ai-do"}, {"login": "quan"}])
def test_a_wrong_card_is_refused_alike(card, other):
    answer = show(Browser(), card, **other)
    assert answer.status_code == 422
    assert "Tên đăng nhập hoặc mã trên thẻ không đúng" in answer.content.decode()


def test_guessing_codes_is_slowed_as_passwords_are(card):
    browser = Browser()
    assert [show(browser, card, code="A" * 12).status_code for _ in range(6)] == [422] * 5 + [429]
    assert show(browser, card).status_code == 429


def test_a_card_counts_once(card):
    browser, other = Browser(), Browser()
    show(browser, card)
    show(other, card)
    assert finish(browser)[0].status_code == 302
    assert finish_late(other) == "/dang-nhap/the/"
    assert show(Browser(), card).status_code == 422


def finish_late(browser: Browser) -> str:
    return browser.post("/dang-nhap/the/mat-khau/", {"password": NEW, "code": "123456"}).headers["Location"]


def test_a_card_expires(card):
    with scope.acting(JOB):
        SignInCard.objects.update(expires_at=timezone.now())
    assert show(Browser(), card).status_code == 422


def test_a_new_card_replaces_the_unused_one(card, admin, hoa):
    newer = actions.issue_card(by=making.viewer(admin), account=hoa)
    assert show(Browser(), card).status_code == 422
    assert show(Browser(), newer).status_code == 302


def test_a_card_that_was_shown_does_not_wait_for_ever(card, monkeypatch):
    browser = Browser()
    show(browser, card)
    assert browser.get("/dang-nhap/the/chon/").status_code == 200
    monkeypatch.setattr(limits, "CHOOSING", timedelta(0))
    assert browser.get("/dang-nhap/the/chon/").headers["Location"] == "/dang-nhap/the/"


def test_who_showed_a_card_before_it_was_replaced_does_not_use_the_new_one(card, admin, hoa):
    """It may have been replaced because it was stolen."""
    thief, owner = Browser(), Browser()
    show(thief, card)
    newer = actions.issue_card(by=making.viewer(admin), account=hoa)
    assert thief.get("/dang-nhap/the/chon/").headers["Location"] == "/dang-nhap/the/"
    assert finish_late(thief) == "/dang-nhap/the/"
    show(owner, newer)
    assert finish(owner)[0].status_code == 302


def test_a_code_that_runs_out_while_it_is_looked_at_leaves_the_card_unused(card, monkeypatch):
    browser, taken = Browser(), iter([True, False])
    show(browser, card)
    right = factors.step_of
    with monkeypatch.context() as clock:
        clock.setattr(factors, "step_of", lambda *a, **k: right(*a, **k) if next(taken) else None)
        assert finish(browser)[0].status_code == 422
    assert finish(browser)[0].status_code == 302


@pytest.mark.parametrize("path", ["/dang-nhap/", "/dang-nhap/the/"])
def test_a_name_that_nobody_has_costs_the_database_what_another_does(card, hoa, path):
    """The same statements: no clock tells which names there are. A strange browser brings a device cookie."""
    work = []
    for name in ("hoa", "khong-ai"):
        browser = Browser()
        browser.cookies["phoihop_device"] = "x" * 43
        with CaptureQueriesContext(connection) as caught:
            browser.post(path, {"login": name, "password": "không phải", "code": "A" * 12})
        work.append(
            [re.sub(r"'[^']*'| ?-?\b\d+\b|\"s\d+_x\d+\"", "?", q["sql"]) for q in caught.captured_queries]
        )
    assert work[0] == work[1]


def test_a_weak_password_or_a_wrong_code_leaves_the_card_unused(card):
    browser = Browser()
    show(browser, card)
    assert finish(browser, "matkhau12345678")[0].status_code == 422
    assert finish(browser, later=9)[0].status_code == 422
    assert finish(browser)[0].status_code == 302


def test_a_passkey_that_proves_nothing_leaves_the_card_unused(card):
    browser = Browser()
    show(browser, card)
    browser.get("/dang-nhap/the/chon/", headers={"Accept": "application/json"})
    sent = {
        "credential": '{"id": "x", "rawId": "x", "type": "public-key", "response": {"clientDataJSON": "e30"}}'
    }
    assert browser.post("/dang-nhap/the/chon/", sent).status_code == 422
    assert not browser.is_in
    assert finish(browser)[0].status_code == 302


def test_a_card_replaces_every_earlier_way_in_and_says_so(admin):
    hoa = person()
    with_app(hoa)
    before = Browser()
    before.sign_in()
    with scope.acting(JOB):
        Account.objects.filter(pk=hoa.pk).update(last_login=timezone.now())
        hoa.refresh_from_db()
        old = set(Authenticator.objects.values_list("pk", flat=True))
    card = issued_again(admin, hoa)
    browser = Browser()
    show(browser, card)
    finish(browser)
    assert not before.is_in
    assert Browser().sign_in().status_code == 422
    with scope.acting(JOB):
        assert not Authenticator.objects.filter(pk__in=old).exists()
        assert {"card-issued", "card-used"} <= set(hoa.notices.values_list("code", flat=True))
        alarm = AuditEntry.objects.get(kind="alarm")
    assert (alarm.action, alarm.account, alarm.thing_id) == ("org.card_reissued", admin.pk, str(hoa.pk))


REASON = "mất điện thoại, đã gặp trực tiếp"


def keeper() -> Account:
    """Somebody who decides proposals of every agency."""
    account = person("gin", "Quàng Thị Gìn")
    making.position(account, "data-protection", making.agency("Sở Nội vụ Mường Lay"))
    return account


def issued_again(admin: Account, hoa: Account) -> cards.Card:
    proposal = actions.ask_card(by=making.viewer(admin), account=hoa, reason=REASON)
    decide_proposal(by=making.viewer(keeper()), proposal=proposal, allow=True)
    return actions.issue_card(by=making.viewer(admin), account=hoa)


@pytest.fixture
def known(hoa) -> Account:
    """Hoa, who has signed in before."""
    with scope.acting(JOB):
        Account.objects.filter(pk=hoa.pk).update(last_login=timezone.now())
        return Account.objects.select_related("person").get(pk=hoa.pk)


def told(account: Account) -> list[str]:
    with scope.acting(JOB):
        return list(account.notices.order_by("pk").values_list("code", flat=True))


def test_nobody_alone_prints_a_card_for_who_has_signed_in_before(admin, known):
    for _ in range(2):
        with pytest.raises(Refusal, match="second-person-first"):
            actions.issue_card(by=making.viewer(admin), account=known)
        actions.ask_card(by=making.viewer(admin), account=known, reason=REASON)
        with scope.acting(JOB):
            Proposal.objects.update(expires_at=timezone.now())
    assert told(known) == ["card-asked"] * 2
    with scope.acting(JOB):
        assert not SignInCard.objects.exists()


def test_neither_the_asker_nor_the_owner_allows_it(admin, known):
    making.position(admin, "data-protection", making.agency("Sở Nội vụ Mường Lay"))
    making.position(known, "data-protection", making.agency("Sở Tài chính Mường Lay"))
    asked = actions.ask_card(by=making.viewer(admin), account=known, reason=REASON)
    for alone in (admin, known):
        with pytest.raises(Refusal, match="second-person"):
            decide_proposal(by=making.viewer(alone), proposal=asked, allow=True)
    with scope.acting(JOB):
        waiting = set(Notice.objects.filter(code="proposal-waits").values_list("account", flat=True))
    assert not waiting & {admin.pk, known.pk}


def test_one_allowance_prints_one_card_for_the_asker_alone_within_a_day(admin, known, monkeypatch):
    other = person("tan", "Lò Văn Tản")
    making.position(other, "administrator", making.agency("Sở Nội vụ Mường Lay"))
    asked = actions.ask_card(by=making.viewer(admin), account=known, reason=REASON)
    with pytest.raises(Refusal, match="asked-already"):
        actions.ask_card(by=making.viewer(other), account=known, reason=REASON)
    decide_proposal(by=making.viewer(keeper()), proposal=asked, allow=True)
    with pytest.raises(Refusal, match="second-person-first"):
        actions.issue_card(by=making.viewer(other), account=known)
    with monkeypatch.context() as later:
        later.setattr(actions, "GOOD", timedelta(0))
        with pytest.raises(Refusal, match="second-person-first"):
            actions.issue_card(by=making.viewer(admin), account=known)
    assert show(Browser(), actions.issue_card(by=making.viewer(admin), account=known)).status_code == 302
    with pytest.raises(Refusal, match="second-person-first"):
        actions.issue_card(by=making.viewer(admin), account=known)
    assert told(known) == ["card-asked", "card-issued"]


def test_a_refused_proposal_prints_nothing(admin, known):
    asked = actions.ask_card(by=making.viewer(admin), account=known, reason=REASON)
    decide_proposal(by=making.viewer(keeper()), proposal=asked, allow=False)
    with pytest.raises(Refusal, match="second-person-first"):
        actions.issue_card(by=making.viewer(admin), account=known)


def test_a_first_card_asks_nobody(admin, hoa):
    with pytest.raises(Refusal, match="card-is-first"):
        actions.ask_card(by=making.viewer(admin), account=hoa, reason=REASON)
    actions.issue_card(by=making.viewer(admin), account=hoa)
    actions.issue_card(by=making.viewer(admin), account=hoa)


@pytest.mark.parametrize(("places", "head_decides"), [(1, True), (2, False)])
def test_the_head_allows_it_where_the_person_works_nowhere_else(admin, known, places, head_decides):
    agencies = [making.agency(f"Chi cục {number}") for number in range(places)]
    for agency in agencies:
        making.position(known, "member", agency)
    with scope.acting(making.INSTALL):
        head = making.somebody("Lường Văn Tấp", "head", agencies[0])
    asked = actions.ask_card(by=making.viewer(admin), account=known, reason=REASON)
    assert bool(may(head, "org.decide_proposal", asked)) is head_decides


def test_the_page_asks_a_second_person_and_says_so_to_both(admin, known):
    browser, address = signed_in(admin), f"/tai-khoan/{known.pk}/the/"
    assert "cần người thứ hai cho phép" in browser.get(address).text
    assert browser.post(address).status_code == 409
    missing = browser.post(address, {"reason": " "})
    assert missing.status_code == 422
    assert "Hãy ghi lý do" in missing.text
    sent = browser.post(address, {"reason": REASON})
    assert sent["Location"].startswith("/de-nghi/")
    assert "đang chờ người thứ hai" in browser.get(address).text
    decider = signed_in(keeper())
    page = decider.get(sent["Location"] + "quyet-dinh/").text
    assert "Ai cầm thẻ thì vào được bằng tài khoản này" in page
    assert "Vừ Thị Hoa" in page
    with scope.acting(JOB):
        Proposal.objects.update(proposed_from="another device")
    assert decider.post(sent["Location"] + "quyet-dinh/", {"decision": "allow"}).status_code == 302
    assert "Cấp thẻ và in" in browser.get(address).text
    assert "printed-code" in browser.post(address).text


def test_the_code_is_kept_nowhere(card):
    with scope.acting(JOB):
        kept = str([bytes(c.code_hash) for c in SignInCard.objects.all()]) + str(
            list(Session.objects.values()) + list(AuditEntry.objects.values())
        )
    assert card.code not in kept
    assert card.code not in repr(card)


def test_the_square_code_hides_name_and_code_from_every_server(card):
    path, _, hidden = card.address.partition("#")
    assert path == "http://localhost:8765/dang-nhap/the/"
    assert hidden == f"hoa.{card.code}"


def test_issuing_is_recorded_as_a_grant(card, admin, hoa):
    with scope.acting(JOB):
        entry = AuditEntry.objects.get(action="org.issue_card")
    assert (entry.kind, entry.account, entry.thing_id) == ("grant", admin.pk, str(hoa.pk))


@pytest.mark.parametrize(
    ("proved", "role"),
    [({"stepped_up": False}, "administrator"), ({"strong": False}, "administrator"), ({}, "member")],
)
def test_nobody_issues_a_card_without_role_factor_and_fresh_proof(hoa, proved, role):
    account = person("quan", "Lù Văn Quản")
    making.position(account, role, making.agency("Sở Y tế Mường Lay"))
    with pytest.raises(NotAllowed):
        actions.issue_card(by=making.viewer(account, **proved), account=hoa)


def test_nobody_issues_a_card_to_themselves_or_to_a_closed_account(admin, hoa):
    with pytest.raises(Refusal, match="own-card"):
        actions.issue_card(by=making.viewer(admin), account=admin)
    with scope.acting(JOB):
        Account.objects.filter(pk=hoa.pk).update(is_active=False)
        hoa.refresh_from_db()
    with pytest.raises(Refusal, match="account-closed"):
        actions.issue_card(by=making.viewer(admin), account=hoa)


def signed_in(account: Account) -> Browser:
    secret = with_app(account)
    browser = Browser()
    browser.sign_in(account.username)
    browser.post("/dang-nhap/buoc-hai/", {"code": code(secret)})
    assert browser.is_in
    return browser


def test_the_page_prints_the_card_once(admin, hoa):
    browser = signed_in(admin)
    asked = browser.get(f"/tai-khoan/{hoa.pk}/the/").content.decode()
    assert "Vừ Thị Hoa" in asked
    assert "printed-code" not in asked
    page = browser.post(f"/tai-khoan/{hoa.pk}/the/")
    assert page.headers["Cache-Control"] == "no-store"
    text = page.content.decode()
    printed = re.search(r'printed-code">([A-Z0-9-]+)<', text)
    assert printed
    assert "<svg" in text
    shown = Browser()
    assert show(shown, cards.Card("", "hoa", printed[1], timezone.now())).status_code == 302


@pytest.mark.parametrize("path", ["/tai-khoan/{}/the/", "/tai-khoan/{}/nghi/"])
@pytest.mark.parametrize("number", ["own", "0", "999999999"])
def test_others_cannot_tell_whether_an_account_exists(hoa, path, number):
    other = person("pao", "Giàng A Páo")
    making.position(other, "member", making.agency("Sở Y tế Mường Lay"))
    browser = signed_in(other)
    assert browser.get(path.format(hoa.pk if number == "own" else number)).status_code == 404


def test_the_first_administrator_gets_a_card_and_there_is_only_one_first():
    card = cards.first_administrator("  Lò  Thị Đầu ", "LoThiDau")
    assert (card.name, card.username) == ("Lò Thị Đầu", "lothidau")
    assert show(Browser(), card).status_code == 302
    with pytest.raises(Refusal, match="not-first"):
        cards.first_administrator("Người Thứ Hai", "hai")


def test_issuing_needs_a_fresh_proof_and_comes_back_to_it(admin, hoa):
    browser = signed_in(admin)
    with scope.acting(JOB):
        Session.objects.update(stepped_up_at=timezone.now() - timedelta(minutes=6))
    answer = browser.get(f"/tai-khoan/{hoa.pk}/the/")
    assert answer.headers["Location"].startswith("/dang-nhap/xac-nhan/?next=")
    assert PASSWORD not in answer.headers["Location"]
