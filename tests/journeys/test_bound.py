"""The planning office sees what a target may mean, says which indicator it is, and everybody reads it."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys import planned
from tests.journeys.conftest import Visit
from tests.journeys.looks import enter, faults
from tests.support.house import House

MAKE = """
from phoihop.coordination.plans.actions.binding import suggest_for
from phoihop.coordination.plans.models import Plan
from phoihop.base.org.tests.making import INSTALL
from tests.journeys.planned import make
answer = make()
with scope.acting(INSTALL):
    suggest_for(Plan.objects.get(uid=answer["plan"]))
"""


@pytest.mark.parametrize("width", [1280, 360])
def test_a_suggestion_is_confirmed_by_a_person(
    visit: Visit, running: House, made: dict[str, str], screens: Path, width: int
) -> None:
    folder = screens / "bound"
    folder.mkdir(parents=True, exist_ok=True)
    page = enter(visit, running, planned.PLANNER, f"/chi-tieu/{made['target']}/", width=width)

    def looks(name: str) -> None:
        page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert faults(page) == []

    if page.get_by_role("link", name="Xác nhận hoặc chọn chỉ số khác").count():
        expect(page.get_by_text("Chưa ai xác nhận.")).to_be_visible()
        looks("suggested")
        page.get_by_role("link", name="Xác nhận hoặc chọn chỉ số khác").click()
        expect(page.get_by_label("Chỉ số")).to_have_value("COMMUNES_COMMUNICATION")
        looks("choosing")
        page.get_by_role("button", name="Gửi").click()
    expect(page.get_by_text("tất cả xã, phường trên địa bàn")).to_be_visible()
    looks("confirmed")
    page.get_by_role("link", name="Bỏ gắn chỉ số").click()
    page.get_by_label("Lý do").fill("đếm theo cách khác")
    page.get_by_role("button", name="Gửi").click()
    expect(page.get_by_text("Chưa gắn với chỉ số nào.")).to_be_visible()
    expect(page.get_by_text("Trước đây gắn với")).to_be_visible()
    page.get_by_role("link", name="Chọn chỉ số").click()
    page.get_by_label("Chỉ số").select_option("COMMUNES_COMMUNICATION")
    page.get_by_role("button", name="Gửi").click()
    expect(page.get_by_text("Trước đây gắn với")).to_be_visible()
    looks("again")
