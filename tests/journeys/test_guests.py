"""A client's days at another place: lent by the doctor, given there, refused at home, and home again."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit
from tests.journeys.looks import enter
from tests.journeys.test_dispensing import LINE, beeped, open_day, typed
from tests.support.house import House

MAKE = "from tests.journeys import guests; answer = guests.make()"
TODAY = """
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.models import Dose, Incident, LogEntry
with reaching.centre(None):
    rows = Dose.objects.filter(name__in=LogEntry.objects.values("digest")).order_by("pk")
    answer = [rows.count(), Incident.objects.count(), list(rows.values_list("facility", flat=True))]
"""
NOBODY = "Không có ai như vậy"
USED = "Hôm nay người này đã được cấp. Không cấp thêm"
ELSEWHERE = "Hôm nay quyền cấp cho người này thuộc nơi khác"


def window(visit: Visit, running: House, who: str) -> Page:
    """Somebody's window, with the day open."""
    page = enter(visit, running, who, "/dt/cap-phat/")
    open_day(page)
    return page


def asked(page: Page, one: dict[str, Any]) -> None:
    """Their card is scanned, and they say when they were born: the screen waits for the dose to be taken."""
    typed(page, one["code"])
    expect(page.locator("#card-name")).to_have_text(one["name"])
    typed(page, str(one["year"]))
    expect(page.locator("#say")).to_contain_text("Đúng người")


def given(page: Page, one: dict[str, Any]) -> None:
    asked(page, one)
    page.keyboard.press("Enter")
    expect(page.locator("#say")).to_contain_text("Đã ghi")
    page.keyboard.press("Enter")
    expect(page.locator("#find")).to_be_focused()


def refused(visit: Visit, page: Page, why: str) -> None:
    """What was about to be given is not: the window says why, with a low tone."""
    page.keyboard.press("Enter")
    expect(page.locator("#say")).to_contain_text("Chưa ghi")
    expect(page.locator("#say")).to_contain_text(why)
    assert beeped(page) == "no"
    visit.complaints.clear()  # the browser tells of the answer that was a no


def test_a_guest_of_another_facility(visit: Visit, running: House, made: dict[str, Any], screens) -> None:
    """Lent while the window at home was open already: there it is still on the screen, and is refused."""
    people, sites, one = made["people"], made["sites"], made["clients"]["guest"]
    home = window(visit, running, people["dispenser"])
    asked(home, one)

    doctor = enter(visit, running, people["doctor"], f"/dt/noi-uong/{one['uid']}/")
    expect(doctor.locator("main")).to_contain_text("Mọi ngày đều uống tại cơ sở")
    doctor.get_by_label("Nơi uống thuốc").select_option(label="Cơ sở B")
    doctor.get_by_label("Từ ngày").fill("hôm nay")
    doctor.get_by_role("button", name="Chuyển nơi uống").click()
    expect(doctor.locator("main")).to_contain_text("ngày cuối")
    doctor.get_by_label("Đến hết ngày").fill("ngày mai")
    doctor.get_by_role("button", name="Chuyển nơi uống").click()
    expect(doctor.locator(".lines")).to_contain_text("Cơ sở B")
    doctor.screenshot(path=screens / "guests-lent.png", full_page=True)
    visit.complaints.clear()  # of the form that was not whole

    refused(visit, home, ELSEWHERE)
    before = running.do(TODAY)
    there = window(visit, running, people["dispenser_b"])
    row = there.locator(f'.window-row[data-code="{one["code"]}"]')
    expect(row).to_contain_text("khách, cơ sở khác")
    given(there, one)
    there.screenshot(path=screens / "guests-given.png", full_page=True)
    assert running.do(TODAY) == [before[0] + 1, 0, [*before[2], sites["b"]]]

    home.goto(visit.site + f"/dt/cap-phat/{sites['a']}/")
    typed(home, one["code"])
    expect(home.locator("#say")).to_contain_text(NOBODY)
    assert running.do(TODAY)[0] == before[0] + 1

    guests = enter(visit, running, people["doctor_b"], f"/dt/noi-uong/co-so/{sites['b']}/")
    expect(guests.get_by_role("row").filter(has_text=one["name"])).to_contain_text("Cơ sở A")
    expect(guests.get_by_role("link", name=one["name"])).to_have_count(0)
    guests.screenshot(path=screens / "guests-list.png", full_page=True)
    doctor.reload()
    expect(doctor.get_by_role("row").filter(has_text="Cơ sở B")).to_contain_text("60 mg")


def test_at_the_point_at_eight_and_refused_at_the_facility_at_nine(
    visit: Visit, running: House, made: dict[str, Any]
) -> None:
    people, sites, one = made["people"], made["sites"], made["clients"]["pointed"]
    home = window(visit, running, people["dispenser"])
    asked(home, one)
    doctor = enter(visit, running, people["doctor"], f"/dt/noi-uong/{one['uid']}/")
    doctor.get_by_label("Nơi uống thuốc").select_option(label="Điểm P")
    doctor.get_by_label("Từ ngày").fill("hôm nay")
    doctor.get_by_role("button", name="Chuyển nơi uống").click()
    expect(doctor.locator(".lines")).to_contain_text("đến khi gọi về")

    point = window(visit, running, people["dispenser_p"])
    given(point, one)
    before = running.do(TODAY)
    refused(visit, home, USED)
    typed(point, one["code"])
    expect(point.locator("#say")).to_contain_text("Hôm nay người này đã được cấp")
    line = running.do(LINE.format(code=one["code"], site=sites["a"]))
    home.goto(visit.site + f"/dt/cap-phat/nguoi/{line}/")
    expect(home.locator("main")).to_contain_text(ELSEWHERE)
    visit.complaints.clear()

    doctor.get_by_role("link", name="Gọi về cơ sở").click()
    doctor.get_by_label("Uống lại tại cơ sở từ ngày").fill("hôm nay")
    doctor.get_by_role("button", name="Gọi về").click()
    expect(doctor.locator("main")).to_contain_text("Có ngày đã được cấp")
    doctor.get_by_label("Uống lại tại cơ sở từ ngày").fill("ngày mai")
    doctor.get_by_role("button", name="Gọi về").click()
    expect(doctor.locator(".lines li")).to_have_count(1)
    visit.complaints.clear()
    assert running.do(TODAY) == before


def test_home_again_after_the_stay(visit: Visit, running: House, made: dict[str, Any]) -> None:
    """The stay ended yesterday: nobody has to call anybody back."""
    people, one = made["people"], made["clients"]["back"]
    there = window(visit, running, people["dispenser_b"])
    typed(there, one["code"])
    expect(there.locator("#say")).to_contain_text(NOBODY)
    before = running.do(TODAY)
    home = window(visit, running, people["dispenser"])
    given(home, one)
    assert running.do(TODAY) == [before[0] + 1, 0, [*before[2], made["sites"]["a"]]]
