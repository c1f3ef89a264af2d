"""Paper books, a new epoch and a tablet's days in a browser: what a head does before and beside the work."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visit
from tests.journeys.looks import LOOKS, enter, walk
from tests.support.house import House

MAKE = "from tests.journeys import taken_over; answer = taken_over.make()"


def test_people_are_pasted_looked_at_and_taken(visit: Visit, running: House, made, screens) -> None:
    head = enter(visit, running, made["head"], f"/dt/nhap-so/co-so/{made['a']}/")
    head.get_by_role("link", name=re.compile("Gửi lên.*Người đang điều trị")).click()
    head.get_by_label("Hoặc dán các ô").fill(made["pasted"])
    head.get_by_role("button", name="Gửi và kiểm tra").click()
    main = head.locator("main")
    expect(main).to_contain_text("đã kiểm tra, chưa nhận")
    expect(main).to_contain_text("“chín”")
    head.screenshot(path=screens / "taking-looked.png", full_page=True)
    with head.expect_download() as waits:
        head.get_by_role("link", name="Tải các dòng sai kèm lý do").click()
    assert waits.value.suggested_filename == "people-v1.xlsx"
    head.get_by_role("button", name="Nhận 2 dòng").click()
    expect(main.locator("[data-words]")).to_have_text("đã nhận")
    head.screenshot(path=screens / "taking-taken.png", full_page=True)


def test_a_tablets_days_come_back_by_telephone(visit: Visit, running: House, made, screens) -> None:
    head = enter(visit, running, made["head"], f"/dt/thiet-bi/may/{made['tablet']}/")
    main = head.locator("main")
    expect(main).to_contain_text("Đưa việc cấp phát về bàn")
    head.screenshot(path=screens / "tablet-back.png", full_page=True)
    head.get_by_role("button", name="Thu lại qua điện thoại").first.click()
    expect(main).to_contain_text("Đọc cho họ mã hỏi")
    head.get_by_label("Mã trả quyền").fill("1234 5678")
    head.get_by_role("button", name="Nhận mã").click()
    expect(main).to_contain_text("không đúng")
    head.screenshot(path=screens / "tablet-code.png", full_page=True)
    visit.complaints.clear()  # the browser notes the 422


@pytest.mark.long
@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look)))
def test_the_pages_in_every_look(visit: Visit, running: House, made, screens, look) -> None:
    who, a = made["head"], made["a"]
    pages = [
        ("index", who, f"/dt/nhap-so/co-so/{a}/"),
        ("people", who, f"/dt/nhap-so/co-so/{a}/nguoi/"),
        ("book", who, f"/dt/nhap-so/co-so/{a}/so/"),
        ("looked", who, f"/dt/nhap-so/{made['looked']}/"),
        ("devices", who, "/dt/thiet-bi/"),
        ("tablet", who, f"/dt/thiet-bi/may/{made['tablet']}/"),
        ("recovery", who, f"/dt/thiet-bi/{a}/khoi-phuc/"),
        ("return", made["keeper"], f"/dt/kho/{a}/tra-lai/"),
    ]
    assert walk(visit, running, pages, look, screens / "head") == []
