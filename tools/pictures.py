"""The pictures of the documentation, taken from a demo that runs: ``python -m tools.pictures ADDRESS``, or
only some of them: ``python -m tools.pictures ADDRESS window worklist``.

Begin with a fresh demo (``./run demo --fresh``) and wait for its sign-in cards. One document is sent in
again, by another office, so that there is one to be checked.
"""

import io
import shutil
import sys
from collections.abc import Callable, Collection

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from tools.tree import ROOT

FOLDER = ROOT / "docs" / "images"
SIZE = {"width": 1280, "height": 800}
_DOCUMENT = ROOT / "src" / "phoihop" / "demo" / "documents" / "01-ke-hoach-50.docx"
_PLAN = "nạn nhân bị mua bán trở về năm 2026"
_COUNTED = "bằng thuốc thay thế lên 1.400 người"  # a target that the program counts itself


def main(address: str, only: Collection[str] = ()) -> None:
    """Every picture, or some by their names, written over the one before."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, who, go in (each for each in PICTURES if not only or each[0] in only):
            context = browser.new_context(viewport=SIZE, locale="vi-VN", color_scheme="light")  # type: ignore[arg-type]
            page = context.new_page()
            page.set_default_timeout(60_000)
            page.goto(address)
            if who:
                page.click(f"button[value={who}]")
            go(page, address)
            _keep(page, name)
            context.close()
        browser.close()


def _keep(page: Page, name: str) -> None:
    image = Image.open(io.BytesIO(page.screenshot()))
    path = FOLDER / f"{name}.webp"
    image.save(path, "WEBP", quality=70, method=6)
    print(f"{path.name}: {path.stat().st_size} bytes")


def _stay(page: Page, address: str) -> None:
    """The page one comes to."""


def _plan(part: str = "") -> Callable[[Page, str], None]:
    def go(page: Page, address: str) -> None:
        page.goto(address.rstrip("/") + "/ke-hoach/")
        page.get_by_role("link", name=_PLAN).first.click()
        if part:
            page.goto(page.url + part)

    return go


def _review(page: Page, address: str) -> None:
    page.goto(address.rstrip("/") + "/van-ban/gui/")
    page.set_input_files("input[type=file]", _DOCUMENT)
    link = page.locator("a[href$='/doi-chieu/']").first
    expect(link).to_be_visible(timeout=60_000)
    link.click()
    page.wait_for_url("**/doi-chieu/**")
    page.wait_for_load_state("networkidle")


def _agency(page: Page, address: str) -> None:
    _plan()(page, address)
    page.locator("main a[href*='/viec/']").filter(has_text="Công an tỉnh").first.click()


def _at(path: str) -> Callable[[Page, str], None]:
    def go(page: Page, address: str) -> None:
        page.goto(address.rstrip("/") + path)

    return go


def _window(page: Page, address: str) -> None:
    """Somebody who waits is found, and asked."""
    _at("/dt/cap-phat/")(page, address)
    waiting = page.locator("a.window-row[data-state=waiting]").nth(2)
    page.get_by_label("Quét thẻ, gõ mã hoặc tên").fill(waiting.get_attribute("data-code") or "")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Năm sinh")).to_be_focused()
    # The list beside it, whole again.
    page.evaluate("for (const row of document.querySelectorAll('#rows > li')) row.hidden = false")


def _treated(page: Page, address: str) -> None:
    """The first of those who stayed away too long."""
    _at("/dt/bac-si/")(page, address)
    page.locator("#locked li a").first.click()
    page.wait_for_url("**/dt/ho-so/**")


def _steering(page: Page, address: str) -> None:
    _at("/dieu-hanh/")(page, address)
    page.get_by_role("link", name=_PLAN).first.click()
    page.locator("a.light-late").click()
    page.locator(".targets-table").wait_for()
    page.locator("nav.plan-tabs").evaluate("each => each.scrollIntoView()")


def _beneath(page: Page, address: str) -> None:
    """One target through time and by place."""
    _steering(page, address)
    page.get_by_role("link", name=_COUNTED).first.click()
    chart = page.locator("#chart-trend[data-state=drawn]")
    page.locator("#chart-trend").scroll_into_view_if_needed()
    chart.wait_for()
    page.locator("dl.facts").evaluate("each => each.scrollIntoView()")


PICTURES: tuple[tuple[str, str, Callable[[Page, str], None]], ...] = (
    ("demo", "", _stay),
    ("review", "thuongtruc", _review),
    ("plan", "kehoach", _plan()),
    ("compare", "kehoach", _plan("so-sanh/")),
    ("agency", "congan", _agency),
    ("steering", "lanhdao", _steering),
    ("beneath", "lanhdao", _beneath),
    ("window", "capphat", _window),
    ("worklist", "bacsi", _at("/dt/bac-si/")),
    ("treated", "bacsi", _treated),
    ("province", "cdc", _at("/dt/tinh/")),
)

if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8765/", sys.argv[2:])
