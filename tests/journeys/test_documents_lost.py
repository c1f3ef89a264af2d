"""What gets lost on the way between a review and its server: answers, others' words, what was refused."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import Visit
from tests.journeys.looks import enter
from tests.journeys.test_documents import MAKE, RULE, SECOND, fresh, rulings, saved
from tests.support.house import House

SETTLE = "from tests.journeys.documented import settle; settle({uid!r})"
OFFICER = "canbo"


@pytest.fixture(scope="module")
def made(running: House) -> Any:
    return running.do(MAKE)


def reviewing(visit: Visit, running: House, uid: str, who: str = OFFICER) -> Page:
    return enter(visit, running, who, f"/van-ban/{uid}/doi-chieu/")


def lose_first_answer(page: Page, pattern: str) -> list[int]:
    """The server hears the first word sent to such an address, and its answer never comes."""
    statuses: list[int] = []

    def lost(route: Route) -> None:
        if route.request.method != "POST" or statuses:
            route.continue_()
            return
        statuses.append(route.fetch().status)
        route.abort()

    page.route(pattern, lost)
    return statuses


def test_a_ruling_whose_answer_was_lost_is_no_quarrel_with_oneself(
    visit: Visit, running: House, made
) -> None:
    uid = fresh(running, "81")
    page = reviewing(visit, running, uid)
    lost = lose_first_answer(page, "**/doi-chieu/*/")
    page.locator("#t1").click()
    page.keyboard.press("x")
    expect(page.locator("#saved")).to_contain_text("Mất mạng")
    saved(page)
    assert lost == [200]
    expect(page.locator("#t1")).to_have_class(re.compile("is-rejected"))
    expect(page.locator(".conflict")).to_have_count(0)
    assert rulings(running, uid)["target0"] == "rejected"
    visit.complaints.clear()  # the browser notes what was cut off, and the 409


def test_what_was_added_is_there_once_though_its_answer_was_lost(visit: Visit, running: House, made) -> None:
    uid = fresh(running, "82")
    page = reviewing(visit, running, uid)
    lost = lose_first_answer(page, "**/doi-chieu/them/")
    page.keyboard.press("2")
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("3")
    expect(page.locator("#saved")).to_contain_text("Mất mạng")
    saved(page)
    assert lost == [200]
    expect(page.locator(".card.is-added")).to_have_count(1)
    page.reload()
    expect(page.locator(".card.is-added")).to_have_count(1)
    assert list(rulings(running, uid).values()).count("added") == 1
    visit.complaints.clear()  # the browser notes what was cut off


def test_a_word_of_ones_own_does_not_hide_the_others_before_it(visit: Visit, running: House, made) -> None:
    uid = fresh(running, "83")
    page = reviewing(visit, running, uid)
    page.route("**/thay-doi/**", lambda route: route.abort())
    running.do(RULE.format(who=SECOND, uid=uid, kind="target", order=0))
    page.locator("#t2").click()
    page.keyboard.press("Enter")
    saved(page)
    page.unroute("**/thay-doi/**")
    expect(page.locator("#t1")).to_have_class(re.compile("is-rejected"))
    visit.complaints.clear()  # the browser notes what was cut off


def test_what_was_refused_is_not_said_to_be_written(visit: Visit, running: House, made) -> None:
    uid = fresh(running, "84")
    page = reviewing(visit, running, uid)
    page.route("**/thay-doi/**", lambda route: route.abort())
    running.do(SETTLE.format(uid=uid))
    page.locator("#t1").click()
    page.keyboard.press("x")
    expect(page.locator("#saved")).to_contain_text("không sửa được nữa")
    expect(page.locator("#t1")).to_have_class(re.compile("is-accepted"))
    page.unroute("**/thay-doi/**")
    visit.complaints.clear()  # the browser notes what was cut off, and the 409


def test_of_two_words_of_one_item_the_last_is_put_to_the_choice(visit: Visit, running: House, made) -> None:
    uid = fresh(running, "85")
    page = reviewing(visit, running, uid)
    page.route("**/thay-doi/**", lambda route: route.abort())
    page.context.set_offline(True)
    page.locator("#t1").click()
    page.keyboard.press("e")
    page.locator(".edit [name=unit]").fill("xã")
    page.keyboard.press("Control+Enter")
    page.locator("#t1").click()
    page.keyboard.press("u")
    expect(page.locator("#saved")).to_contain_text("2 mục chưa ghi được")
    running.do(RULE.format(who=SECOND, uid=uid, kind="target", order=0))
    page.context.set_offline(False)
    expect(page.locator("#t1 .conflict")).to_contain_text("Anh/chị định ghi: chưa kiểm")
    page.locator("#t1 .conflict").get_by_role("button", name="Ghi theo ý tôi").click()
    saved(page)
    assert rulings(running, uid)["target0"] == "open"
    page.unroute("**/thay-doi/**")
    visit.complaints.clear()  # the browser notes what was cut off, and the 409


def test_a_file_on_another_page_of_the_list_is_not_asked_for_again_and_again(
    visit: Visit, running: House, made
) -> None:
    page = enter(visit, running, OFFICER, "/hom-nay/")
    asked: list[str] = []
    there = {"id": "0" * 36, "state": "waiting", "words": "", "fraction": 0, "ended": False}
    page.route(
        "**/gui/dang-doc/", lambda route: (asked.append("progress"), route.fulfill(json={"files": [there]}))
    )
    page.on(
        "request",
        lambda request: (
            asked.append("list")
            if request.headers.get("x-background") and request.url.endswith("/gui/")
            else None
        ),
    )
    page.goto(f"{visit.site}/van-ban/gui/")
    while asked.count("progress") < 4:
        page.wait_for_timeout(50)
    assert asked.count("list") == 1
