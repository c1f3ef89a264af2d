"""The demo as a visitor meets it: who to be, one click, at work; and out again to be somebody else."""

from collections.abc import Iterator

import pytest

from tests.journeys.conftest import Visit
from tests.journeys.test_everyone import faults, widest
from tests.support import house


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """A house with the demo's people in it."""
    with house.fresh() as access, house.opened(access) as running:
        running.do("from phoihop.demo import people\npeople.build()")
        yield running.address


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (360, "dark")])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_first_page_has_no_fault(visit: Visit, width: int, theme: str, language: str) -> None:
    page = visit("/", width=width, theme=theme, language=language)
    assert page.get_by_role("button").filter(has_text="Sùng Thị Mỷ").count() == 1
    assert faults(page) == []
    assert widest(page) <= width


def test_one_click_and_one_is_at_work_and_out_again(visit: Visit) -> None:
    page = visit("/")
    page.get_by_role("button", name="Vào với vai lãnh đạo").click()
    page.wait_for_url("**/hom-nay/")
    assert "Lường Thị Hiền Mai" in page.locator("header").inner_text()
    page.goto(f"{visit.site}/dang-xuat/")
    page.locator("main form button").click()
    page.wait_for_url("**/dang-nhap/")
    page.get_by_role("link", name="Vào ngay bằng một người dùng thử").click()
    page.get_by_role("button").filter(has_text="Hạng A Pó").click()
    page.wait_for_url("**/hom-nay/")
    assert "Hạng A Pó" in page.locator("header").inner_text()


def test_before_something_grave_one_more_click(visit: Visit) -> None:
    page = visit("/")
    page.get_by_role("button").filter(has_text="Giàng A Tủa").click()
    page.wait_for_url("**/hom-nay/")
    page.goto(f"{visit.site}/dang-nhap/xac-nhan/?next=/can-bo/")
    assert faults(page) == []
    page.get_by_role("button", name="Tiếp tục với tên Giàng A Tủa").click()
    page.wait_for_url("**/can-bo/")


@pytest.mark.parametrize("name", ["Lý Sành Siệu", "Hờ A Nếnh", "Mè Văn Xôm", "Cầm Thị Phượng"])
def test_those_who_treat_come_in_the_same_way(visit: Visit, name: str) -> None:
    page = visit("/")
    page.get_by_role("button").filter(has_text=name).click()
    page.wait_for_url("**/hom-nay/")
    assert name in page.locator("header").inner_text()
    assert faults(page) == []
