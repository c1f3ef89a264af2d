"""Thirty people at a dispensing point, by keyboard alone; the wrong person; a lost connection."""

import re
import sys
import time
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, Route, expect

from phoihop.registry.rules import codes
from tests.journeys.conftest import Visit
from tests.journeys.looks import LOOKS, enter, walk
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
LINE = """
from phoihop.base.security import scope
from phoihop.programmes.ost.models import Roster
with scope.acting(scope.Scope("letter", places=(({site}, "ost"),))):
    answer = str(Roster.objects.get(code={code!r}, facility={site}).uid)
"""
MAKE = "from tests.journeys import dispensed; answer = dispensed.make()"


def beeped(page: Page) -> str | None:
    return page.locator("html").get_attribute("data-beeped")


def typed(page: Page, text: str) -> None:
    """Keys as a hand or a scanner sends them, into whatever has the focus."""
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def open_day(page: Page) -> None:
    """Today, opened by its button unless somebody did before."""
    button = page.get_by_role("button", name="Mở ngày cấp phát")
    if button.count():
        button.press("Enter")
        expect(button).to_have_count(0)
    expect(page.locator("#card")).to_have_attribute("data-scripted", "yes")
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


# What is known of a birth, what was said, and whether that fits: as the server decides it too.
SAID = [
    ("1988-04-02", "1988", True),
    ("1988-04-02", "1989", False),
    ("1988-04-02", "2/4", True),
    ("1988-04-02", "0204", True),
    ("1988-04-02", "02041988", True),
    ("1988-04-02", "4/2", False),
    ("1988-04-02", "88", False),
    ("1988-04-02", "", False),
    ("1988-04", "4/1988", True),
    ("1988-04", "2/4", False),
    ("1988", "1988", True),
    ("1988", "0102", False),
    ("", "C3D", True),
    ("", "1988", False),
]


def test_the_script_reads_codes_and_births_as_the_server_does(
    visit: Visit, running: House, made: dict[str, Any]
):
    page = enter(visit, running, made["people"]["dispenser"], f"/dt/cap-phat/{made['sites']['a']}/")
    run = """async ([name, calls]) => {
        const script = document.querySelector('script[src*="ost/window"]').src;
        const module = await import(new URL("./identity.js", script));
        return calls.map((call) => module[name](...call));
    }"""
    births = [[born, "A1B2C3C3D", said] for born, said, _ in SAID]
    assert page.evaluate(run, ["sameBirth", births]) == [right for *_, right in SAID]
    right = [codes.code_of(UUID(int=number * 2**67 + 12345)) for number in range(1, 200)]
    wrong = [code[:-1] + ("3" if code[-1] != "3" else "4") for code in right]
    told = page.evaluate(run, ["codeOf", [[codes.shown(code).lower()] for code in [*right, *wrong]]])
    digits = [any(sign.isdigit() for sign in code) for code in [*right, *wrong]]
    wanted = [code if has else None for code, has in zip([*right, *([""] * len(wrong))], digits, strict=True)]
    assert told == wanted


def test_a_lost_answer_is_asked_again_and_gives_no_second_dose(
    visit: Visit, running: House, made: dict[str, Any]
):
    before, one = running.do(DOSES)["events"], made["mover"]
    page = enter(visit, running, made["people"]["dispenser"], "/dt/cap-phat/")
    open_day(page)
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


def test_a_week_of_bottles(visit: Visit, running: House, made: dict[str, Any], screens):
    one = made["homely"]
    doctor = enter(visit, running, made["people"]["doctor"], f"/dt/mang-ve/{one['uid']}/")
    expect(doctor.locator("main")).to_contain_text("Hôm nay chưa đủ điều kiện")
    expect(doctor.locator("main").get_by_text("chưa đối chiếu").first).to_be_visible()
    doctor.get_by_role("link", name="Ghi cam kết").click()
    doctor.get_by_label("Ngày ký cam kết").fill("hôm nay")
    doctor.get_by_label("Ở nhà có chỗ cất khóa được").check()
    doctor.get_by_role("button", name="Ghi", exact=True).click()
    expect(doctor.locator("main")).to_contain_text("Các điều kiện đang có hiệu lực đều đạt")
    doctor.screenshot(path=screens / "takehome-eligible.png", full_page=True)

    page = enter(visit, running, made["people"]["dispenser"], "/dt/cap-phat/")
    open_day(page)
    before = running.do(DOSES)
    typed(page, one["code"])
    page.get_by_role("link", name="Việc khác với người này").click()
    page.get_by_role("link", name="Chai mang về").click()
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_label("Năm sinh, hoặc ngày và tháng sinh").fill(str(one["year"]))
    page.screenshot(path=screens / "takehome-hand-out.png", full_page=True)
    page.get_by_role("button", name="Cấp chai, in nhãn").click()
    expect(page.locator(".label")).to_have_count(7)
    expect(page.locator(".labels")).not_to_contain_text(one["name"])
    page.screenshot(path=screens / "takehome-labels.png", full_page=True)
    after = running.do(DOSES)
    assert (after["bottles"], after["events"]) == (7, before["events"] + 1)
    page.get_by_role("link", name="Chai của người này").click()
    expect(page.locator("main")).to_contain_text("Không có ngày nào còn cấp được")
    page.get_by_role("link", name="Nhận lại, ghi chai").click()
    page.get_by_label("Chai", exact=True).select_option(index=1)
    page.get_by_label("Ghi là").select_option(label="trả chai còn nguyên")
    page.get_by_role("button", name="Ghi", exact=True).click()
    expect(page.locator("main")).to_contain_text("trả chai còn nguyên")
    doctor.reload()
    expect(doctor.get_by_role("row").filter(has_text="đang giữ")).to_have_count(6)
    doctor.goto(visit.site + f"/dt/mang-ve/kiem-tra/{made['sites']['a']}/")
    doctor.get_by_label("Số người gọi kiểm tra").fill("1")
    doctor.get_by_role("button", name="Bốc thăm").click()
    expect(doctor.locator("main")).to_contain_text("chưa đến, phải còn 6 chai")


def test_who_moved_to_another_facility_is_refused_here_and_served_there(
    visit: Visit, running: House, made: dict[str, Any]
):
    one = made["leaver"]
    doctor = enter(visit, running, made["people"]["doctor"], f"/ho-so/dt/{one['uid']}/chuyen/")
    doctor.get_by_label("Cơ sở nhận", exact=True).select_option(label="Cơ sở B")
    doctor.get_by_label("Ngày đầu tiên tại cơ sở nhận").fill("hôm nay")
    for label in ("Liều cuối (mg)", "Ngày uống cuối", "Giai đoạn điều trị", "Số lọ thuốc mang về còn giữ"):
        doctor.get_by_label(label).fill("xem sổ")
    doctor.get_by_role("button", name="Gửi đề nghị").click()
    expect(doctor).to_have_url(re.compile(f"{one['uid']}/$"))
    there = enter(visit, running, made["people"]["doctor_b"], "/ho-so/dt/thu-den/")
    there.get_by_role("button", name="Nhận người này").click()
    expect(there.locator("h1")).to_be_visible()
    running.do(f"from tests.journeys import dispensed; dispensed.order_at_b({one['code']!r})")

    here = enter(visit, running, made["people"]["dispenser"], "/dt/cap-phat/")
    typed(here, one["code"])
    expect(here.locator("#say")).to_contain_text("Không có ai như vậy")
    events = running.do(DOSES)["events"]
    page = enter(visit, running, made["people"]["dispenser_b"], "/dt/cap-phat/")
    open_day(page)
    typed(page, one["code"])
    typed(page, str(one["year"]))
    expect(page.locator("#say")).to_contain_text("Đúng người")
    page.keyboard.press("Enter")
    expect(page.locator("#say")).to_contain_text("Đã ghi")
    assert running.do(DOSES)["events"] == events + 1


@pytest.mark.long
@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look)))
def test_the_pages_in_every_look(visit: Visit, running: House, made: dict[str, Any], screens, look):
    people, sites = made["people"], made["sites"]
    line = running.do(LINE.format(code=made["homely"]["code"], site=sites["a"]))
    pages = [
        ("window", people["dispenser_p"], f"/dt/cap-phat/{sites['p']}/"),
        ("card", people["dispenser"], f"/dt/cap-phat/nguoi/{line}/"),
        ("bottles", people["dispenser"], f"/dt/mang-ve/nguoi/{line}/"),
        ("lending", people["doctor"], f"/dt/noi-uong/co-so/{sites['a']}/"),
        ("lend", people["doctor"], f"/dt/noi-uong/{made['homely']['uid']}/"),
        ("takehome", people["doctor"], f"/dt/mang-ve/{made['homely']['uid']}/"),
        ("recalls", people["doctor"], f"/dt/mang-ve/kiem-tra/{sites['a']}/"),
        ("supply", people["doctor"], f"/dt/noi-tru/{made['homely']['uid']}/"),
        ("supplies", people["doctor"], f"/dt/noi-tru/co-so/{sites['a']}/"),
    ]
    assert walk(visit, running, pages, look, screens / "dispensing") == []
