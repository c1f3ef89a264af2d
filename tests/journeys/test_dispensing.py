"""Thirty people at a dispensing point, by keyboard alone; the wrong person; a lost connection."""

import re
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import Visit
from tests.journeys.looks import LOOKS, enter, walk
from tests.support import house
from tests.support.house import House

DOSES = """
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.models import Balance, Dose, LogEntry
with reaching.centre(None):
    answer = {
        "doses": Dose.objects.filter(bottle=False).count(),
        "bottles": Dose.objects.filter(bottle=True).count(),
        "events": LogEntry.objects.count(),
        "point": str(sum(Balance.objects.filter(kind="point").values_list("quantity", flat=True))),
    }
"""
MAKE = "from tests.journeys import dispensed; answer = dispensed.make()"


@pytest.fixture(scope="module")
def running() -> Iterator[House]:
    with house.fresh() as own, house.opened(own) as found:
        yield found


@pytest.fixture(scope="module")
def made(running: House) -> dict[str, Any]:
    return running.do(MAKE)


def beeped(page: Page) -> str | None:
    return page.locator("html").get_attribute("data-beeped")


def typed(page: Page, text: str) -> None:
    """Keys as a hand or a scanner sends them, into whatever has the focus."""
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def open_day(page: Page) -> None:
    button = page.get_by_role("button", name="Mở ngày cấp phát")
    button.press("Enter")
    expect(button).to_have_count(0)
    expect(page.locator("#find")).to_be_focused()


def test_a_day_of_thirty_by_keyboard_alone(visit: Visit, running: House, made: dict[str, Any], screens):
    page = enter(visit, running, made["people"]["dispenser_p"], "/dt/cap-phat/")
    open_day(page)
    expect(page.locator("#find")).to_be_focused()
    page.screenshot(path=screens / "dispensing-opened.png", full_page=True)
    took = []
    for number, client in enumerate(made["clients"]):
        began = time.monotonic()
        # Every third card is not at hand: then the name is typed, without marks, as far as it takes.
        typed(page, client["code"] if number % 3 else _plain(client["name"]))
        expect(page.locator("#said")).to_be_focused()
        expect(page.locator("#card-name")).to_have_text(client["name"])
        if number == 1:
            page.screenshot(path=screens / "dispensing-asked.png", full_page=True)
        typed(page, str(client["year"]))
        expect(page.locator("#card-do")).to_be_focused()
        expect(page.locator("#say")).to_contain_text("Đúng người")
        if number == 1:
            page.screenshot(path=screens / "dispensing-right.png", full_page=True)
        page.keyboard.press("Enter")
        expect(page.locator("#say")).to_contain_text(re.compile(r"^Đã ghi \d\d:\d\d"))
        if number == 1:
            page.screenshot(path=screens / "dispensing-done.png", full_page=True)
        page.keyboard.press("Enter")
        expect(page.locator("#find")).to_be_focused()
        took.append(time.monotonic() - began)
    sys.stdout.write(f"\nseconds a person, by script: {sum(took) / len(took):.2f}, at most {max(took):.2f}\n")
    found = running.do(DOSES)
    assert (found["doses"], found["events"]) == (30, 30)
    expect(page.locator('.window-counts [data-state="given"] b')).to_have_text("30")
    page.screenshot(path=screens / "dispensing-all.png", full_page=True)
    page.reload()
    expect(page.locator('.window-rows > li[data-state="given"]')).to_have_count(30)
    typed(page, made["clients"][4]["code"])
    expect(page.locator("#say")).to_contain_text("Hôm nay người này đã được cấp")
    assert beeped(page) == "no"


def _plain(name: str) -> str:
    from phoihop.kernel.text import plain

    return plain(name)


def test_the_wrong_person_gets_no_card_and_a_low_tone(visit: Visit, running: House, made: dict[str, Any]):
    before = running.do(DOSES)["events"]
    one = made["mover"]
    page = enter(visit, running, made["people"]["dispenser"], "/dt/cap-phat/")
    open_day(page)
    typed(page, one["code"])
    typed(page, str(one["year"] + 1))
    expect(page.locator("#say")).to_contain_text("Có thể nhầm người")
    assert beeped(page) == "no"
    expect(page.locator("#card-do")).to_be_hidden()
    expect(page.locator("#said")).to_be_focused()
    typed(page, "1/2")
    expect(page.locator("#say")).to_contain_text("Không khớp hai lần")
    expect(page.locator("#card")).to_be_hidden()
    expect(page.locator("#find")).to_be_focused()
    wrong_code = one["code"][:-1] + ("3" if one["code"][-1] != "3" else "4")
    typed(page, wrong_code)
    expect(page.locator("#say")).to_contain_text("Mã đọc sai")
    page.locator("#find").fill("")
    typed(page, "khong co ai")
    expect(page.locator("#say")).to_contain_text("Không có ai như vậy")
    assert running.do(DOSES)["events"] == before


def test_a_lost_answer_is_asked_again_and_gives_no_second_dose(
    visit: Visit, running: House, made: dict[str, Any]
):
    before, one = running.do(DOSES)["events"], made["mover"]
    page = enter(visit, running, made["people"]["dispenser"], "/dt/cap-phat/")
    lost = []

    def lose(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            route.fetch()  # the server hears it; the answer is lost on the way back
            lost.append(route.request.post_data)
            route.abort()
        else:
            route.fallback()

    page.route("**/dt/cap-phat/nguoi/**", lose)
    typed(page, one["code"])
    typed(page, str(one["year"]))
    page.keyboard.press("Enter")
    expect(page.locator("#say")).to_contain_text("chưa rõ đã ghi hay chưa")
    assert running.do(DOSES)["events"] == before + 1
    visit.complaints.clear()  # the browser told of the answer that was lost
    page.keyboard.press("Enter")
    expect(page.locator("#say")).to_contain_text("Đã ghi")
    assert running.do(DOSES)["events"] == before + 1


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look)))
def test_the_pages_in_every_look(visit: Visit, running: House, made: dict[str, Any], screens, look):
    people, sites = made["people"], made["sites"]
    pages = [
        ("window", people["dispenser_p"], f"/dt/cap-phat/{sites['p']}/"),
        ("window-empty", people["dispenser_b"], f"/dt/cap-phat/{sites['b']}/"),
    ]
    assert walk(visit, running, pages, look, screens / "dispensing") == []
