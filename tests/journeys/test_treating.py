"""A doctor's pages as people see them, and a morning's work at them."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys import treated
from tests.journeys.conftest import Visit
from tests.journeys.looks import LOOKS, enter, walk
from tests.support.house import House

MAKE = "from tests.journeys import treated; answer = treated.make()"


def test_who_is_locked_gets_a_new_order_by_keyboard(
    visit: Visit, running: House, made: dict[str, Any]
) -> None:
    page = enter(visit, running, made["doctor"], "/dt/bac-si/")
    expect(page.locator("#locked")).to_contain_text("bỏ 5 ngày")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#locked a").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Đang khóa cấp thuốc")
    page.get_by_role("link", name="Kê y lệnh").click()
    page.fill("#f-mg", "30")
    page.fill("#f-start", "hôm nay")
    page.fill("#f-end", "hôm nay")
    page.check("#f-in_person")
    page.get_by_role("button", name="Ký y lệnh").click()
    expect(page.locator("main")).to_contain_text("Chưa có gì được ghi")
    expect(page.locator("main")).to_contain_text("chưa đối chiếu")
    page.get_by_role("button", name="Ký y lệnh").click()
    expect(page.locator("main")).not_to_contain_text("Đang khóa cấp thuốc")
    expect(page.locator(".dose")).to_contain_text("30")


@pytest.mark.long
@pytest.mark.parametrize(("width", "theme", "language"), LOOKS)
def test_every_page_is_accessible_and_fits(
    visit: Visit,
    running: House,
    made: dict[str, Any],
    screens: Path,
    width: int,
    theme: str,
    language: str,
) -> None:
    look = (width, theme, language)
    assert walk(visit, running, treated.pages(made, LOOKS.index(look)), look, screens / "treating") == []
