"""Plans as people see them: accessible, whole on every screen; an agency reports, a leader reads."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys import planned
from tests.journeys.conftest import Visit
from tests.journeys.looks import LOOKS, enter, walk
from tests.support.house import House

MAKE = "from tests.journeys.planned import make; answer = make()"


@pytest.fixture(scope="module")
def made(running: House) -> dict[str, str]:
    return running.do(MAKE)


@pytest.mark.long
@pytest.mark.parametrize(("width", "theme", "language"), LOOKS)
def test_every_page_is_accessible_and_fits(
    visit: Visit, running: House, made: dict[str, str], screens: Path, width: int, theme: str, language: str
) -> None:
    look = (width, theme, language)
    assert walk(visit, running, planned.pages(made), look, screens / "plans") == []


def test_an_agency_reports_from_its_own_page_and_the_leader_sees_it(
    visit: Visit, running: House, made
) -> None:
    page = enter(visit, running, planned.OFFICER)
    page.get_by_role("link", name="Nhiệm vụ quá hạn của cơ quan").click()
    page.get_by_role("link", name="Tổ chức 15 buổi truyền thông").click()
    page.get_by_role("link", name="Báo cáo tiến độ").click()
    page.get_by_label("Việc đã làm, kết quả, khó khăn").fill("Đã làm bù tại hai xã còn lại.")
    page.get_by_label("Sản phẩm đã làm thêm").select_option(label="15 buổi truyền thông")
    page.get_by_label("Số lượng làm thêm").fill("ba")
    page.get_by_label("Tệp minh chứng").set_input_files(
        {"name": "bien-ban.txt", "mimeType": "text/plain", "buffer": b"bien ban hop"}
    )
    page.get_by_role("button", name="Gửi").click()
    expect(page.locator("#faults")).to_be_focused()
    visit.complaints.clear()  # the browser notes the 422
    page.get_by_label("Số lượng làm thêm").fill("3")
    page.get_by_label("Đang làm").check()
    page.get_by_role("button", name="Gửi").click()
    expect(page.locator(".counter").first).to_contain_text("15 / 15")
    expect(page.locator(".steps")).to_contain_text("Đã làm bù tại hai xã còn lại.")
    leader = enter(visit, running, planned.LEADER, f"/ke-hoach/{made['plan']}/")
    leader.get_by_role("link", name="Theo cơ quan").click()
    leader.get_by_role("link", name="Tổ chức 15 buổi truyền thông").click()
    expect(leader.locator(".steps")).to_contain_text("Đã làm bù tại hai xã còn lại.")
    expect(leader.get_by_role("link", name="Báo cáo tiến độ")).to_have_count(0)


def test_a_task_of_nobody_is_given_to_an_agency(visit: Visit, running: House, made) -> None:
    page = enter(visit, running, planned.PLANNER, f"/ke-hoach/{made['plan']}/chua-giao/")
    page.get_by_role("link", name="Giao cho cơ quan").click()
    page.get_by_label("Giao cho cơ quan").select_option(label="Sở Y tế tỉnh Phìn Sơn")
    page.get_by_label("Lý do").fill("đúng lĩnh vực phụ trách")
    page.get_by_role("button", name="Gửi").click()
    expect(page.get_by_role("link", name="Sở Y tế tỉnh Phìn Sơn")).to_be_visible()
    page.goto(visit.site + f"/ke-hoach/{made['plan']}/chua-giao/")
    expect(page.locator("main")).to_contain_text("Mọi nhiệm vụ đang làm đều có cơ quan phụ trách.")
