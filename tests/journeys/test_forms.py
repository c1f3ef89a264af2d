"""Forms as people fill them in: by keyboard, pasting from a spreadsheet, in two places at once, on paper."""

import io
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit
from tests.journeys.looks import LOOKS, enter, faults
from tests.support.house import House

MAKE = "from tests.journeys.entering import make; answer = make()"


@pytest.fixture(scope="module")
def made(running: House) -> dict[str, Any]:
    return running.do(MAKE)


def sheet(made: dict[str, Any], n: int) -> str:
    return f"/standin/sheet/{made['clients'][n]}/"


def register(made: dict[str, Any], n: int) -> str:
    return f"/standin/register/{made['facilities'][n]}/"


def kept(page: Page) -> None:
    """Waits until the draft of what was typed lies on the server."""
    expect(page.locator("#entry-state")).to_have_attribute("data-state", "saved")


def paste(page: Page, text: str) -> None:
    """Ctrl+V, with this in the clipboard."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+v")


def typed(page: Page, *keys: str) -> None:
    """Keys by their name in <angles>, everything else as it is typed."""
    for each in keys:
        if each.startswith("<"):
            page.keyboard.press(each.strip("<>"))
        else:
            page.keyboard.type(each)


def test_a_form_is_filled_in_by_keyboard_alone(visit: Visit, running: House, made) -> None:
    page = enter(visit, running, made["first"], sheet(made, 0))
    page.locator("#f-day").focus()
    typed(page, "20112026", "<Enter>", "1985", "<Enter>")
    expect(page.locator("#f-came")).to_be_focused()
    expect(page.locator("#f-why_not")).to_be_hidden()
    typed(page, "Kh", "<Enter>")
    expect(page.locator("#f-why_not")).to_be_focused()
    page.locator("#f-came").select_option("yes")
    expect(page.locator("#f-why_not")).to_be_hidden()
    page.locator("#f-amount").focus()
    typed(page, "45,5", "<Enter>")
    expect(page.locator("#f-volume")).to_have_text("4,55")
    expect(page.locator("#f-taken")).to_be_focused()
    typed(page, "40", "<Enter>", "72", "<Control+Enter>")
    expect(page.locator("main.paper-form")).to_contain_text("20/11/2026")
    expect(page.locator("main.paper-form")).to_contain_text("45,5")
    expect(page.locator("main.paper-form")).to_contain_text("☒ Có")
    page.emulate_media(media="print")
    for on_screen_alone in (".topbar", ".mainnav", ".paper-acts", ".why"):
        expect(page.locator(on_screen_alone)).to_be_hidden()
    expect(page.locator("main.paper-form h1")).to_be_visible()


def test_what_cannot_be_is_refused_and_what_is_unlikely_asks_its_reason(
    visit: Visit, running: House, made
) -> None:
    page = enter(visit, running, made["first"], sheet(made, 1))
    page.fill("#f-day", "31/2/2026")
    page.locator("#f-came").select_option("yes")
    page.fill("#f-amount", "60")
    page.locator("#f-taken").focus()
    ask = page.locator("#why-f-amount-jump")
    expect(ask).to_contain_text("Khác xa lần trước (5 mg)")
    expect(page.locator("#f-day-fault")).to_contain_text("ngày, tháng, năm")
    page.fill("#f-taken", "61")
    page.locator("#f-note").focus()
    expect(page.locator("#f-taken-fault")).to_contain_text("Không thể dùng nhiều hơn")
    visit.complaints.clear()
    page.get_by_role("button", name="Lưu").click()
    expect(page.locator("#faults")).to_be_focused()
    expect(page.locator("#faults li")).to_have_count(3)
    page.locator("#faults a").first.click()
    expect(page.locator("#f-day")).to_be_focused()
    page.fill("#f-day", "20/11/2026")
    page.fill("#f-taken", "60")
    page.locator("#why-f-amount-jump select").select_option("corrects-last")
    page.locator("#f-amount").focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator("main.paper-form")).to_contain_text("60")
    visit.complaints.clear()  # the browser notes the 422


def test_a_reason_goes_with_the_value_that_it_was_given_for(visit: Visit, running: House, made) -> None:
    page = enter(visit, running, made["first"], sheet(made, 2))
    page.fill("#f-day", "20/11/2026")
    page.locator("#f-came").select_option("yes")
    page.fill("#f-amount", "60")
    page.locator("#f-taken").focus()
    page.locator("#why-f-amount-jump select").select_option("checked")
    page.fill("#f-amount", "70")
    page.locator("#f-taken").focus()
    expect(page.locator("#why-f-amount-jump select")).to_have_value("")
    visit.complaints.clear()
    page.get_by_role("button", name="Lưu").click()
    expect(page.locator("#faults")).to_contain_text("Hãy nêu lý do")
    visit.complaints.clear()


def test_a_draft_survives_a_closed_tab_and_another_browser(visit: Visit, running: House, made) -> None:
    page = enter(visit, running, made["first"], sheet(made, 3))
    page.fill("#f-note", "Đang nói dở")
    kept(page)
    page.locator("#f-note").press_sequentially(" thì tắt máy")
    page.close(run_before_unload=False)
    again = enter(visit, running, made["first"], sheet(made, 3))
    expect(again.locator("#f-note")).to_have_value("Đang nói dở thì tắt máy")
    expect(again.locator(".entry-draft")).to_contain_text("bản nháp")
    stored = again.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "Đang" not in stored
    assert "?" not in again.url
    again.get_by_role("button", name="Bỏ bản nháp").click()
    expect(again.locator("#f-note")).to_have_value("")


def test_two_people_are_told_of_each_other_and_lose_nothing(visit: Visit, running: House, made) -> None:
    one = enter(visit, running, made["first"], sheet(made, 4))
    two = enter(visit, running, made["second"], sheet(made, 4))
    for page in (one, two):
        page.fill("#f-day", "20/11/2026")
        page.locator("#f-came").select_option("no")
        page.locator("#f-why_not").select_option("ill")
    one.fill("#f-pulse", "70")
    kept(one)
    two.fill("#f-pulse", "80")
    two.fill("#f-note", "nghe người nhà kể")
    kept(two)
    expect(two.locator("#entry-others")).to_contain_text(made["first"])
    one.keyboard.press("Control+Enter")
    expect(one.locator("main.paper-form")).to_contain_text("70")
    two.locator("#f-note").press_sequentially(".")
    expect(two.locator("#entry-newer")).to_contain_text(made["first"])
    visit.complaints.clear()
    two.get_by_role("button", name="Lưu").click()
    expect(two.locator("#faults")).to_be_focused()
    expect(two.locator("#faults li")).to_have_count(1)
    expect(two.locator("#faults")).to_contain_text("Mạch: Bản đã lưu ghi “70”")
    expect(two.locator("#f-pulse")).to_have_value("80")
    visit.complaints.clear()  # the browser notes the 409
    two.get_by_role("button", name="Lưu").click()
    expect(two.locator("main.paper-form")).to_contain_text("80")
    expect(two.locator("main.paper-form")).to_contain_text("nghe người nhà kể.")


def test_the_table_has_the_keys_of_a_spreadsheet(visit: Visit, running: House, made) -> None:
    page = enter(visit, running, made["first"], register(made, 1))
    page.fill("#f-month", "30/11/2026")
    cell = page.locator
    cell("#c-0-person").focus()
    typed(page, "A-1", "<Tab>", "1/11/26", "<Tab>", "60", "<Enter>")
    expect(cell("#c-1-person")).to_be_focused()  # after a run of tabs Enter goes back to the first column
    typed(page, "<Control+d>")
    expect(cell("#c-1-person")).to_have_value("A-1")
    typed(page, "<Control+z>")
    expect(cell("#c-1-person")).to_have_value("")
    typed(page, "<Control+y>")
    expect(cell("#c-1-person")).to_have_value("A-1")
    typed(page, "<F2>", "0", "<ArrowLeft>", "9")
    expect(cell("#c-1-person")).to_have_value("A-190")
    typed(page, "<Escape>")
    expect(cell("#c-1-person")).to_have_value("A-1")
    typed(page, "B-2", "<ArrowRight>", "2/11/26", "<ArrowRight>", "1.5", "<ArrowRight>")
    expect(cell("#c-1-seen")).to_be_focused()  # over the calculated one
    expect(cell("#c-1-volume")).to_have_text("0,15")
    typed(page, "<Home>")
    expect(cell("#c-1-person")).to_be_focused()
    typed(page, "<End>", "<ArrowUp>", "<Control+ArrowDown>")
    expect(cell("#c-4-note")).to_be_focused()
    typed(page, "<ArrowDown>")
    expect(cell("#c-5-note")).to_be_focused()  # a new line
    typed(page, "<Control+Enter>")
    expect(page.locator(".paper-table tbody tr")).to_have_count(2)
    expect(page.locator(".paper-table")).to_contain_text("A-1")
    expect(page.locator(".paper-table")).to_contain_text("B-2")


def test_a_block_is_pasted_looked_at_first_and_undone_in_one_step(visit: Visit, running: House, made) -> None:
    page = enter(visit, running, made["first"], register(made, 2))
    page.fill("#f-month", "30/11/2026")
    page.locator("#c-0-person").focus()
    paste(page, "C-1\t3-11-26\t60\t\tcó\tTại chỗ\nC-2\t4/11/2026\t7,5\t\tkhông\tmang ve\n")
    expect(page.locator("#paste-preview")).to_be_visible()  # a day was written in another way
    expect(page.locator("#paste-preview")).to_contain_text("Hiểu là 03/11/2026")
    page.keyboard.press("Enter")
    expect(page.locator("#c-1-amount")).to_have_value("7,5")
    expect(page.locator("#c-1-kind")).to_have_value("home")
    expect(page.locator("#c-0-volume")).to_have_text("6")
    page.locator("#c-2-person").focus()
    paste(page, "C-3\t5/11/2026\t500\t50\ncái gì đây\t31/2/2026\tba\t\n\t\t\t\t\t\t\tngoài bảng")
    shown = page.locator("#paste-preview")
    expect(shown).to_contain_text("1 ô cần lý do, 3 ô không nhận, 1 ô bỏ qua, 1 ô nằm ngoài bảng")
    page.get_by_role("button", name="Đưa vào bảng").click()
    expect(page.locator("#cell-asks .ask")).to_have_count(1)
    expect(page.locator("td.is-wrong")).to_have_count(3)
    expect(page.locator("#c-2-person")).to_be_focused()
    page.keyboard.press("Control+z")
    expect(page.locator("#c-3-person")).to_have_value("")
    expect(page.locator("#c-2-amount")).to_have_value("")
    expect(page.locator("#cell-asks .ask")).to_have_count(0)
    expect(page.locator("#c-1-person")).to_have_value("C-2")
    page.keyboard.press("Control+y")
    page.locator("#c-3-person").fill("C-4")
    page.locator("#c-3-day").fill("6/11/2026")
    page.locator("#c-3-amount").fill("3")
    page.locator("#c-3-note").focus()
    page.locator("#cell-asks select").select_option("checked")
    expect(page.locator("td.is-wrong")).to_have_count(0)
    page.locator("#c-0-person").focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".paper-table tbody tr")).to_have_count(4)


def test_the_forms_work_without_scripts(visit: Visit, running: House, made, browser) -> None:
    signed_in = enter(visit, running, made["first"])
    context = browser.new_context(
        java_script_enabled=False, user_agent=signed_in.evaluate("navigator.userAgent")
    )
    visit.contexts.append(context)
    context.add_cookies(signed_in.context.cookies())
    page = context.new_page()
    page.goto(visit.site + register(made, 3))
    page.fill("#f-month", "30/11/2026")
    for row, (person, amount) in enumerate((("D-1", "60"), ("D-2", "500"))):
        page.fill(f"#c-{row}-person", person)
        page.fill(f"#c-{row}-day", "1/11/2026")
        page.fill(f"#c-{row}-amount", amount)
    page.locator("#entry-save").click()
    page.locator("#cell-asks select").select_option("checked")
    page.locator("#entry-save").click()
    assert page.locator(".paper-table tbody tr").count() == 2


def test_a_workbook_goes_out_and_comes_back(visit: Visit, running: House, made) -> None:
    page = enter(visit, running, made["first"], register(made, 4) + "import/")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Tải mẫu bảng tính").click()
    book = openpyxl.load_workbook(io.BytesIO(waiting.value.path().read_bytes()))
    data, above = book.worksheets[0], book.worksheets[1]
    above["B1"] = "30/11/2026"
    for column, value in zip("ABCDEF", ("E-1", "1/11/2026", 60, "Có", "Mang về", ""), strict=True):
        data[f"{column}3"] = value
    data["A4"], data["B4"], data["C4"] = "E-1", "1/11/2026", "sáu mươi"

    def send(name: str) -> None:
        held = io.BytesIO()
        book.save(held)
        page.set_input_files("#file", {"name": "so.xlsx", "mimeType": "", "buffer": held.getvalue()})
        page.get_by_role("button", name=name, exact=True).click()

    send("Kiểm tra và ghi")
    expect(page.locator("#faults")).to_contain_text("Chưa ghi dòng nào")
    expect(page.locator("#faults")).to_be_focused()
    expect(page.locator("table")).to_contain_text("C4")
    expect(page.locator("table")).to_contain_text("E3")
    visit.complaints.clear()  # the browser notes the 422
    data["C4"], data["A4"], data["G3"] = 7.5, "E-2", "người nhà xem"
    send("Kiểm tra và ghi")
    expect(page.locator("main")).to_contain_text("Đã ghi 2 dòng")
    page.goto(visit.site + register(made, 4))
    expect(page.locator("#c-1-amount")).to_have_value("7,5")


@pytest.mark.long
@pytest.mark.parametrize(("width", "theme", "language"), LOOKS)
def test_every_page_of_forms_is_accessible_and_fits(
    visit: Visit, running: House, made, screens, width: int, theme: str, language: str
) -> None:
    page = enter(visit, running, made["second"], sheet(made, 5), width=width, theme=theme, language=language)
    wrong: list[tuple[Any, ...]] = []

    def look(name: str) -> None:
        page.wait_for_load_state("networkidle")
        wrong.extend((name, *fault) for fault in faults(page))
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wrong.append((name, "wider than the screen"))
        page.screenshot(path=screens / f"forms-{name}-{width}-{theme}-{language}.png", full_page=True)

    look("sheet")
    page.locator("#f-came").select_option("yes")
    page.fill("#f-amount", "500")
    page.locator("#entry-save").click()
    expect(page.locator("#faults")).to_be_focused()
    look("sheet-faults")
    page.goto(visit.site + sheet(made, 5) + "paper/")
    look("paper")
    page.goto(visit.site + register(made, 5))
    page.locator("#c-0-person").focus()
    paste(page, "C-3\t5/11/2026\t500\t50\ncái gì đây\t31/2/2026\tba\t")
    expect(page.locator("#paste-preview")).to_be_visible()
    look("paste")
    page.locator("[data-apply]").click()
    expect(page.locator("td.is-wrong").first).to_be_visible()
    look("register")
    page.goto(visit.site + register(made, 5) + "import/")
    page.locator("button[value=try]").click()
    expect(page.locator("#faults")).to_be_visible()
    look("import")
    visit.complaints.clear()  # the browser notes the 422s
    assert wrong == []
