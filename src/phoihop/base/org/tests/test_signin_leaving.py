"""Somebody leaves, or a form is sent too late: no leaver gets in, and nothing that was typed is lost."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone

from phoihop.base.org.models import Account, Device, Position, Proposal, Session, SignInCard
from phoihop.base.org.signin import actions, cards
from phoihop.base.org.signin.leaving import HOLDINGS
from phoihop.base.org.signin.rules import limits
from phoihop.base.org.tests import making
from phoihop.base.org.tests.signin import PASSWORD, Browser, code, person, with_app
from phoihop.base.security import scope
from phoihop.base.security.models import AuditEntry
from phoihop.base.security.scope import Scope
from phoihop.kernel.refusals import Refusal

JOB = Scope("job")


pytestmark = [pytest.mark.django_db, pytest.mark.urls("phoihop.base.org.tests.late")]


@pytest.fixture
def admin() -> Account:
    account = person("quan", "Lù Văn Quản")
    making.position(account, "administrator", making.agency("Sở Y tế Mường Lay"))
    return account


@pytest.fixture
def hoa() -> Account:
    """Somebody who holds one of everything."""
    account = person()
    agency = making.agency("Bệnh viện Mường Lay")
    making.position(account, "member", agency)
    making.position(account, "head", agency, since=timezone.localdate() + timedelta(days=3))
    with scope.acting(JOB):
        Proposal.objects.create(
            action="org.give_position",
            agency=agency,
            reason="cần thêm người",
            proposed_by=account,
            expires_at=timezone.now() + timedelta(days=1),
        )
    return account


@pytest.fixture
def browser(hoa) -> Browser:
    signed_in = Browser()
    signed_in.sign_in()
    with_app(hoa)
    with scope.acting(JOB):
        cards.made_for(hoa, issued_by=None)
    return signed_in


def test_one_screen_lists_everything_a_person_holds(browser, admin, hoa):
    held = actions.holdings(making.viewer(admin), account=hoa)
    counts = {kind.about.en: len(kind.lines) for kind in held}
    assert (
        counts.items()
        >= {
            "Open sessions": 1,
            "Known browsers": 1,
            "Passkeys and codes": 2,
            "Unused sign-in cards": 1,
            "Positions": 2,
            "Open proposals": 1,
        }.items()
    )


def test_leaving_ends_it_all_at_once(browser, admin, hoa):
    actions.off_board(by=making.viewer(admin), account=hoa)
    assert not browser.is_in
    assert Browser().sign_in().status_code == 422
    assert sum(len(k.lines) for k in actions.holdings(making.viewer(admin), account=hoa)) == 0
    with scope.acting(JOB):
        hoa.refresh_from_db()
        assert (hoa.is_active, hoa.person.left_on) == (False, timezone.localdate())
        assert not Authenticator.objects.filter(user=hoa).exists()
        assert not Device.objects.filter(account=hoa).exists()
        assert not SignInCard.objects.filter(account=hoa, revoked_at=None).exists()
        assert [p.until for p in Position.objects.filter(person=hoa.person)] == [making.yesterday()]
        assert Proposal.objects.get().state == "withdrawn"
        entry = AuditEntry.objects.get(action="org.off_board")
    assert (entry.kind, entry.account, entry.thing_id) == ("grant", admin.pk, str(hoa.pk))


def test_if_one_part_fails_nothing_has_ended(browser, admin, hoa, monkeypatch):
    def broken(account, by):
        raise RuntimeError("the disk is full")

    last = list(HOLDINGS)[-1]
    monkeypatch.setitem(HOLDINGS, last, type(HOLDINGS[last])(HOLDINGS[last].about, lambda a: [], broken))
    with pytest.raises(RuntimeError):
        actions.off_board(by=making.viewer(admin), account=hoa)
    assert browser.is_in
    with scope.acting(JOB):
        assert Position.objects.filter(person=hoa.person, until=None).count() == 2


def test_nobody_off_boards_themselves(admin):
    with pytest.raises(Refusal, match="own-account"):
        actions.off_board(by=making.viewer(admin), account=admin)


def test_the_page_shows_and_does_it(admin, hoa):
    secret = with_app(admin)
    browser = Browser()
    browser.sign_in("quan")
    browser.post("/dang-nhap/buoc-hai/", {"code": code(secret)})
    address = f"/tai-khoan/{hoa.pk}/nghi/"
    assert "Vừ Thị Hoa" in browser.get(address).content.decode()
    done = browser.post(address)
    assert done.status_code == 200
    assert "Tài khoản đã đóng" in done.content.decode()


def idle() -> None:
    with scope.acting(JOB):
        Session.objects.update(seen_at=timezone.now() - timedelta(minutes=16))


def sent_too_late(browser: Browser, **fields):
    idle()
    return browser.post("/ghi-chu/", fields)


def packed_in(answer) -> str:
    found = re.search(r'name="carried" value="([^"]*)"', answer.content.decode())
    assert found
    return found[1]


NOTE = 'Ghi chú của tổ công tác: "đã gặp", <2 lần> & hẹn thứ Năm'


def test_what_was_sent_too_late_is_there_after_signing_in_again(hoa):
    browser = Browser()
    browser.sign_in()
    answer = sent_too_late(browser, note=NOTE, tick=["1", "2"])
    assert answer.status_code == 401
    packed = packed_in(answer)
    assert "tổ công tác" not in packed
    assert browser.sign_in(carried=packed).headers["Location"] == "/dang-nhap/giu-lai/"
    page = browser.get("/dang-nhap/giu-lai/")
    carried = page.context["carried"]
    assert carried.path == "/ghi-chu/"
    assert carried.fields == [("note", NOTE), ("tick", "1"), ("tick", "2")]
    assert "&lt;2 lần&gt; &amp; hẹn" in page.content.decode()
    sent = browser.post(carried.path, dict(carried.fields))
    assert sent.content == str(len(NOTE)).encode()


def test_it_waits_through_the_second_step_too(hoa):
    browser = Browser()
    browser.sign_in()
    secret = with_app(hoa)
    packed = packed_in(sent_too_late(browser, note=NOTE))
    browser.sign_in(carried=packed)
    answer = browser.post("/dang-nhap/buoc-hai/", {"code": code(secret)})
    assert answer.headers["Location"] == "/dang-nhap/giu-lai/"
    assert browser.get("/dang-nhap/giu-lai/").context["carried"].fields == [("note", NOTE)]


def test_somebody_else_does_not_get_it(hoa):
    person("pao", "Giàng A Páo")
    browser = Browser()
    browser.sign_in()
    packed = packed_in(sent_too_late(browser, note=NOTE))
    browser.sign_in("pao", carried=packed)
    page = browser.get("/dang-nhap/giu-lai/")
    assert page.context["carried"] is None
    assert "tổ công tác" not in page.content.decode()


@pytest.mark.parametrize(
    "change", [lambda p: p[:-4] + "AAAA", lambda p: "AAAA" + p[4:], lambda p: "x", lambda p: ""]
)
def test_what_was_changed_on_the_way_is_not_taken(hoa, change):
    browser = Browser()
    browser.sign_in()
    packed = change(packed_in(sent_too_late(browser, note=NOTE)))
    browser.sign_in(carried=packed)
    assert browser.get("/dang-nhap/giu-lai/").context["carried"] is None


def test_it_is_kept_for_half_an_hour(hoa, monkeypatch):
    browser = Browser()
    browser.sign_in()
    packed = packed_in(sent_too_late(browser, note=NOTE))
    browser.sign_in(carried=packed)
    monkeypatch.setattr(limits, "CARRIED", timedelta(seconds=-1))
    assert browser.get("/dang-nhap/giu-lai/").context["carried"] is None


def test_a_script_that_sends_too_late_is_told_so(hoa):
    browser = Browser()
    browser.sign_in()
    idle()
    answer = browser.post("/ghi-chu/", {"note": NOTE}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["reason"]) == (401, "session-over")


def test_a_visitor_who_never_signed_in_carries_nothing(hoa):
    answer = Browser().post("/ghi-chu/", {"note": NOTE})
    assert answer.headers["Location"].startswith("/dang-nhap/?next=")


def test_the_password_is_never_carried(hoa):
    browser = Browser()
    browser.sign_in()
    idle()
    answer = browser.sign_in(password="không phải")
    assert packed_in(answer) == ""
    assert PASSWORD not in answer.content.decode()
