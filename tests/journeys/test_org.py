"""The organisation's pages as people see them: accessible, whole on every screen; tasks done by hand."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.journeys import organised
from tests.journeys.conftest import Visit
from tests.journeys.looks import LOOKS, enter, walk
from tests.support.house import House

MAKE = "from tests.journeys.organised import make; answer = make()"


@pytest.fixture(scope="module")
def made(running: House) -> dict[str, int]:
    return running.do(MAKE)


@pytest.mark.long
@pytest.mark.parametrize(("width", "theme", "language"), LOOKS)
def test_every_page_is_accessible_and_fits(
    visit: Visit, running: House, made: dict[str, int], screens: Path, width: int, theme: str, language: str
) -> None:
    look = (width, theme, language)
    assert walk(visit, running, organised.pages(made), look, screens / "org") == []


def test_a_role_is_asked_for_and_allowed_by_a_second_person(visit: Visit, running: House, made) -> None:
    asking = enter(visit, running, "quantri", f"/can-bo/{made['clerk']}/giao-nhiem-vu/")
    asking.select_option("#f-role", "data-protection")
    asking.select_option("#f-place", label="Sở Y tế tỉnh Phìn Sơn")
    asking.fill("#f-since", "31/2/2026")
    asking.fill("#f-search", "pu lao")
    asking.get_by_role("button", name="Tìm").click()
    expect(asking.locator("#f-since")).to_have_value("31/2/2026")
    asking.get_by_label("Xã Pu Lao, Tỉnh Phìn Sơn").check()
    asking.locator("form.sheet").get_by_role("button", name="Giao nhiệm vụ").click()
    expect(asking.locator("#faults")).to_be_focused()
    asking.locator("#faults a").first.click()
    expect(asking.locator("#f-since")).to_be_focused()
    expect(asking.get_by_label("Xã Pu Lao, Tỉnh Phìn Sơn")).to_be_checked()
    asking.fill("#f-since", "01122026")
    asking.fill("#f-reason", "thay người nghỉ thai sản")
    visit.complaints.clear()  # the browser notes the 422
    asking.locator("form.sheet").get_by_role("button", name="Giao nhiệm vụ").click()
    expect(asking.locator("main")).to_contain_text("Đang chờ người thứ hai quyết định")
    path = urlsplit(asking.url).path
    deciding = enter(visit, running, "baove", path + "quyet-dinh/")
    expect(deciding.locator("main")).to_contain_text("Địa bàn: xã Pu Lao")
    deciding.get_by_role("button", name="Cho phép").click()
    expect(deciding.locator("h1")).to_contain_text("đã cho phép")


def test_who_gains_sight_is_seen_before_a_merger_is_asked_for(visit: Visit, running: House, made) -> None:
    page = enter(visit, running, "quantri", "/hop-nhat/de-nghi/")
    page.fill("#f-search", "so tu phap")
    page.get_by_role("button", name="Tìm").click()
    page.get_by_label("Kết thúc: Sở Tư pháp tỉnh Phìn Sơn").check()
    page.fill("#f-search", "so noi vu")
    page.get_by_role("button", name="Tìm").click()
    expect(page.get_by_label("Kết thúc: Sở Tư pháp tỉnh Phìn Sơn")).to_be_checked()
    page.get_by_label("Nhận: Sở Nội vụ tỉnh Phìn Sơn").check()
    page.fill("#f-day", "1/1/2027")
    page.fill("#f-basis", "Nghị quyết số 9/NQ-HĐND")
    page.get_by_role("button", name="Xem trước ảnh hưởng").click()
    expect(page.locator("#effects")).to_contain_text("+ Sở Nội vụ tỉnh Phìn Sơn")
    expect(page.locator("#effects")).to_contain_text("Hoàng Thị Nhình")
    page.fill("#f-reason", "sắp xếp bộ máy của tỉnh")
    page.get_by_role("button", name="Gửi đề nghị").click()
    expect(page.locator("main")).to_contain_text("Đang chờ người thứ hai quyết định")


def test_an_old_name_finds_its_successor_while_it_is_typed(visit: Visit, running: House, made) -> None:
    page = enter(visit, running, "canbo", "/dia-ban/")
    page.locator("#q").press_sequentially("yen bai", delay=20)
    first = page.locator("#suggestions a").first
    expect(first).to_contain_text("Lào Cai")
    expect(first).to_contain_text("trước 7/2025")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Tỉnh Lào Cai")


def test_every_page_says_why_it_is_seen(visit: Visit, running: House, made) -> None:
    page = enter(visit, running, "giamdoc", f"/can-bo/{made['clerk']}/")
    page.get_by_role("link", name="Vì sao tôi thấy trang này?").click()
    expect(page.locator("main")).to_contain_text("Thủ trưởng đơn vị")
    expect(page.locator("main")).to_contain_text("Quyết định số 12/QĐ-UBND")


def test_an_agency_and_its_facility_are_set_up_by_hand(visit: Visit, running: House, made) -> None:
    page = enter(visit, running, "quantri", "/co-quan/")
    page.get_by_role("link", name="Lập cơ quan").click()
    page.select_option("#f-kind", label="Sở Xây dựng")
    page.fill("#f-name", "Sở Xây dựng tỉnh Phìn Sơn")
    page.fill("#f-since", "1/8/2025")
    page.fill("#f-find_unit", "phin son")
    page.get_by_role("button", name="Tìm Thuộc địa bàn").click()
    page.get_by_label("Tỉnh Phìn Sơn", exact=True).check()
    expect(page.locator("#f-name")).to_have_value("Sở Xây dựng tỉnh Phìn Sơn")
    page.locator("form.sheet").get_by_role("button", name="Lập cơ quan").click()
    expect(page.locator("h1")).to_have_text("Sở Xây dựng tỉnh Phìn Sơn")
    page.get_by_role("link", name="Lập cơ sở").click()
    page.select_option("#f-kind", "point")
    page.fill("#f-name", "Điểm số 9")
    page.fill("#f-since", "1/8/2025")
    page.locator("form.sheet").get_by_role("button", name="Lập cơ sở").click()
    expect(page.locator("#f-parent-fault")).to_contain_text("phải thuộc một cơ sở")
    visit.complaints.clear()  # the browser notes the 422
    page.select_option("#f-kind", "clinic")
    page.locator("form.sheet").get_by_role("button", name="Lập cơ sở").click()
    expect(page.locator("h1")).to_have_text("Điểm số 9")


def test_an_agency_is_found_by_the_name_it_had(visit: Visit, running: House, made) -> None:
    page = enter(visit, running, "quantri", "/co-quan/?q=so+noi+vu")
    page.get_by_role("link", name="Sở Nội vụ tỉnh Phìn Sơn").click()
    page.get_by_role("link", name="Đổi tên").click()
    page.fill("#f-name", "Sở Tổ chức tỉnh Phìn Sơn")
    page.fill("#f-day", "hôm nay")
    page.locator("form.sheet").get_by_role("button", name="Đổi tên").click()
    expect(page.locator("h1")).to_have_text("Sở Tổ chức tỉnh Phìn Sơn")
    expect(page.locator("main")).to_contain_text("Chẻo Ông Nảy")
    page.goto(visit.site + "/co-quan/?q=so+noi+vu")
    expect(page.locator("main")).to_contain_text("(trước đây: Sở Nội vụ tỉnh Phìn Sơn)")


def test_a_search_for_a_person_stays_out_of_the_address_and_back_works(
    visit: Visit, running: House, made
) -> None:
    page = enter(visit, running, "quantri", "/can-bo/")
    page.fill("#q", "pao")
    page.locator("#q").press("Enter")
    expect(page.locator("main")).to_contain_text("Vàng Seo Pao")
    expect(page.locator("main")).not_to_contain_text("Lò Thị Pành")
    # What is sealed may hold any three letters by chance; nothing that stands by itself may be the word.
    assert "pao" not in re.split(r"[^a-z0-9]+", page.url.casefold())
    page.get_by_role("link", name="Vàng Seo Pao").click()
    expect(page.locator("h1")).to_have_text("Vàng Seo Pao")
    page.go_back()
    expect(page.locator("#q")).to_have_value("pao")
    expect(page.locator("main")).not_to_contain_text("Lò Thị Pành")
    page.go_back()
    expect(page.locator("main")).to_contain_text("Lò Thị Pành")


def test_a_block_is_laid_seen_by_the_person_and_lifted(visit: Visit, running: House, made) -> None:
    page = enter(visit, running, "phonggd", "/can-bo/")
    clerk = enter(visit, running, "giamdoc", f"/can-bo/{made['clerk']}/")
    expect(page.locator("main")).not_to_contain_text("Lò Thị Pành")
    clerk.get_by_role("link", name="Chặn làm một việc").click()
    clerk.select_option("#f-actions", label="Xem đơn vị hành chính")
    clerk.locator("form.sheet").get_by_role("button", name="Chặn").click()
    expect(clerk.locator("main")).to_contain_text("người chặn: Tẩn Láo Lở")
    own = enter(visit, running, "canbo", "/toi/")
    expect(own.locator("main")).to_contain_text("Xem đơn vị hành chính")
    clerk.get_by_role("link", name="Bỏ chặn Xem đơn vị hành chính").click()
    clerk.get_by_role("button", name="Bỏ chặn").click()
    expect(clerk.get_by_role("link", name="Bỏ chặn Xem đơn vị hành chính")).to_have_count(0)
