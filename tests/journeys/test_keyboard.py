"""Everything by keyboard, and the page as a screen reader or a narrow screen finds it."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit


def active(page: Page) -> str:
    return page.evaluate("document.activeElement.id")


def selected(page: Page) -> str | None:
    rows = page.locator(".row.selected")
    return rows.first.get_attribute("data-i") if rows.count() else None


def test_items_filters_search_outline_and_help_need_no_mouse(visit: Visit) -> None:
    page = visit()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert active(page) == "main"

    page.keyboard.press("3")
    expect(page.locator('.chip[data-kind="target"]')).to_have_attribute("aria-pressed", "true")
    expect(page.locator('[data-panel="cite"]')).to_be_hidden()
    expect(page.locator(".paper .tag-cite").first).to_be_hidden()
    page.keyboard.press("5")
    expect(page.locator('[data-panel="cite"]')).to_be_visible()
    page.keyboard.press("5")

    page.keyboard.press("j")
    assert (selected(page), active(page)) == ("t1", "t1")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert selected(page) == "t2"
    assert "2" in page.locator("#say").text_content()
    page.keyboard.press("Enter")
    assert active(page) == "src-t2"
    page.keyboard.press("j")
    assert active(page) == "src-t3"
    page.keyboard.press("Enter")
    assert active(page) == "t3"
    page.keyboard.press("Escape")
    assert selected(page) is None
    page.keyboard.press("0")
    expect(page.locator('[data-panel="cite"]')).to_be_visible()

    page.keyboard.press("/")
    assert active(page) == "find-text"
    page.keyboard.type("ke hoach")
    page.keyboard.press("Enter")
    expect(page.locator(".find-count")).to_have_text(re.compile(r"1/\d+"))
    page.keyboard.press("Enter")
    expect(page.locator(".find-count")).to_have_text(re.compile(r"2/\d+"))
    page.keyboard.type("j3?")
    assert page.input_value("#find-text") == "ke hoachj3?"
    page.keyboard.press("Escape")

    page.keyboard.press("o")
    section = page.evaluate("document.activeElement.dataset.section")
    assert section.startswith("s")
    page.keyboard.press("Enter")
    assert active(page) == section
    assert page.evaluate("document.activeElement.closest('.paper') !== null")

    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#help")).to_be_hidden()


def test_letters_of_an_input_method_are_no_commands(visit: Visit) -> None:
    page = visit()
    page.evaluate(
        """() => document.body.dispatchEvent(
            new KeyboardEvent("keydown", { key: "j", isComposing: true, bubbles: true, cancelable: true }))"""
    )
    assert selected(page) is None


def test_accents_typed_must_agree_and_accents_left_out_need_not(visit: Visit) -> None:
    page = visit()
    counts = {}
    for query in ("ke hoach", "kế hoạch", "kè hoạch"):
        page.fill("#find-text", query)
        page.keyboard.press("Enter")
        counts[query] = page.locator(".find-count").text_content()
    assert counts["ke hoach"].startswith("1/")
    assert counts["kế hoạch"].startswith("1/")
    assert counts["kè hoạch"] == "Không thấy"


def test_a_link_to_an_item_opens_on_it_and_a_change_of_language_keeps_it(visit: Visit) -> None:
    page = visit("/doc/mau-1/#t4")
    assert selected(page) == "t4"
    page.click("form.language button")
    page.wait_for_url("**/doc/mau-1/#t4")
    assert page.evaluate("document.documentElement.lang") == "en"
    assert selected(page) == "t4"


def test_back_returns_to_the_document_before(visit: Visit) -> None:
    page = visit()
    before = page.locator("h1").text_content()
    page.click(".menu summary")
    page.locator(".sample-list a").nth(1).click()
    page.wait_for_url("**/doc/mau-2/")
    expect(page.locator("h1")).not_to_have_text(before)
    page.go_back()
    expect(page.locator("h1")).to_have_text(before)


def test_the_theme_changes_at_once_and_is_remembered(visit: Visit) -> None:
    page = visit(theme="system")
    ground = "getComputedStyle(document.body.querySelector('.topbar')).backgroundColor"
    light = page.evaluate(ground)
    with page.expect_response("**/choose/"):
        page.click('#theme [value="dark"]')
        dark = page.evaluate(ground)
    page.reload()
    assert light != dark
    assert page.evaluate(ground) == dark


def test_at_360_the_two_panes_are_two_tabs(visit: Visit) -> None:
    page = visit(width=360, height=740)
    expect(page.locator(".understood")).to_be_visible()
    expect(page.locator(".source")).to_be_hidden()
    page.locator(".targets .row .what").first.click()
    expect(page.locator(".source")).to_be_visible()
    expect(page.locator('.paper .m[data-i="t1"].selected').first).to_be_in_viewport()
    page.locator("#src-t1").click()
    expect(page.locator(".understood")).to_be_visible()
    expect(page.locator('.targets .row[data-i="t1"]')).to_be_in_viewport()
