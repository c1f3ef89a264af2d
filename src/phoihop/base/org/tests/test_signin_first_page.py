"""Where signing in leads: the work page, or what is left to who works nowhere today."""

from datetime import timedelta

import pytest
from django.utils import timezone

from phoihop.base.org import notices
from phoihop.base.org.models import Account
from phoihop.base.org.tests import making
from phoihop.base.org.tests.signin import PASSWORD, Browser, person
from phoihop.base.security import scope
from phoihop.base.security.scope import Scope

EMPTY = "Hiện không giữ nhiệm vụ nào"


@pytest.fixture
def hoa(db) -> Account:
    return person()


@pytest.fixture
def browser(hoa) -> Browser:
    signed_in = Browser()
    assert signed_in.sign_in()["Location"] == "/hom-nay/"
    return signed_in


def works(hoa: Account, **days) -> None:
    with scope.acting(making.INSTALL):
        making.position(hoa, "member", making.agency("Sở Y tế Mường Lay"), **days)


def today(**later):
    return timezone.localdate() + timedelta(**later)


def test_who_holds_no_position_is_told_so_and_whom_to_ask(browser):
    page = browser.get("/hom-nay/")
    assert page.status_code == 200
    assert EMPTY in page.text
    assert "Hãy hỏi thủ trưởng cơ quan" in page.text


@pytest.mark.parametrize("path", ["/co-quan/", "/can-bo/1/", "/thong-bao/", "/toi/", "/khong-co-gi/"])
def test_every_other_page_says_the_same_whether_it_is_there_or_not(browser, path):
    answer = browser.get(path)
    assert answer.status_code == 404
    assert EMPTY in answer.text
    led = [to for to in ("/toi/", "/thong-bao/", "/co-quan/", "/can-bo/") if f'href="{to}"' in answer.text]
    assert led == []


def test_they_can_still_sign_out_see_their_notices_and_change_how_they_sign_in(browser, hoa):
    with scope.acting(Scope("job")):
        notices.tell([hoa.pk], "position-ended")
    page = browser.get("/hom-nay/").text
    for path in ("/toi/thiet-bi/", "/toi/dang-nhap/"):
        assert f'href="{path}"' in page
    assert "Một nhiệm vụ của anh/chị đã kết thúc." in browser.get("/toi/thiet-bi/").text
    assert browser.get("/toi/dang-nhap/ung-dung/").status_code == 200
    assert 'action="/dang-xuat/"' in page
    browser.post("/dang-xuat/")
    assert not browser.is_in


@pytest.mark.parametrize(("since", "until", "said"), [(-9, -1, ""), (3, None, "bắt đầu ngày")])
def test_a_position_that_ended_or_is_to_come_opens_nothing_today(hoa, since, until, said):
    works(hoa, since=today(days=since), until=today(days=until) if until is not None else None)
    browser = Browser()
    browser.sign_in()
    page = browser.get("/hom-nay/").text
    assert EMPTY in page
    assert ("bắt đầu ngày" in page) is bool(said)


def test_who_holds_one_gets_the_work_page(hoa):
    works(hoa)
    browser = Browser()
    assert browser.sign_in()["Location"] == "/hom-nay/"
    assert EMPTY not in browser.get("/hom-nay/").text
    assert EMPTY not in browser.get("/khong-co-gi/").text


def test_a_visitor_gets_neither(db):
    assert EMPTY not in Browser().get("/khong-co-gi/").text


def test_an_address_asked_for_comes_before_the_work_page(hoa):
    answer = Browser().post("/dang-nhap/", {"login": "hoa", "password": PASSWORD, "next": "/co-quan/"})
    assert answer["Location"] == "/co-quan/"
