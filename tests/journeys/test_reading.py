"""A planning officer drops a signed plan, sees what it says, and takes the result away."""

import io
import json
import re
from pathlib import Path

import openpyxl
import pytest
from lxml import etree
from playwright.sync_api import Page, expect

from phoihop.coordination.documents.tests.example import TEXT
from tests.journeys.conftest import Visit
from tests.journeys.making import SEEDS, as_docx, as_pdf, choose, drop

LONG = "\n\n".join(f"{n}. {TEXT}" for n in range(100))


def plain(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text).strip().lower()


def marked(page: Page, item: str) -> str:
    """The words marked for an item in the text, without the tags of this and other items."""
    return page.evaluate(
        """(item) => [...document.querySelectorAll(`.paper .m[data-i="${item}"]`)].map((mark) => {
            const copy = mark.cloneNode(true);
            copy.querySelectorAll(".tag").forEach((tag) => tag.remove());
            return copy.textContent;
        }).join("")""",
        item,
    )


def in_sight(page: Page, selector: str) -> bool:
    return page.evaluate(
        """(selector) => {
            const box = document.querySelector(selector).getBoundingClientRect();
            return box.height > 0 && box.bottom > 0 && box.top < innerHeight;
        }""",
        selector,
    )


def take(page: Page, fmt: str) -> tuple[str, bytes]:
    with page.expect_download() as waiting:
        page.click(f'.document-acts a[href$="/download/{fmt}"]')
    download = waiting.value
    return download.suggested_filename, Path(download.path()).read_bytes()


def read_and_take(page: Page) -> dict:
    """Walk from a target to its sentence and back, then download all three forms."""
    expect(page.locator(".targets .row").first).to_be_visible()
    rows = page.locator(".targets .row")
    assert rows.count() > 3
    chosen = rows.nth(2)
    item = chosen.get_attribute("data-i")
    chosen.locator(".what").click()
    expect(page.locator(f'.paper .m[data-i="{item}"].selected').first).to_be_visible()
    assert in_sight(page, f'.paper .m[data-i="{item}"]')
    assert plain(chosen.locator(".clamp").text_content()) in plain(marked(page, item))
    assert page.url.endswith(f"#{item}")
    assert page.evaluate("document.activeElement.closest('.paper') !== null")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == item
    name, data = take(page, "json")
    result = json.loads(data)
    assert name.startswith("doc-")
    assert len(result["documents"][0]["targets"]) == rows.count()
    _, tree = take(page, "akn")
    assert etree.fromstring(tree).tag.endswith("akomaNtoso")
    _, sheet = take(page, "xlsx")
    assert len(openpyxl.load_workbook(io.BytesIO(sheet)).sheetnames) > 1
    return result


@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_the_plan_of_a_real_province_is_dropped_read_and_exported(visit: Visit, kind: str) -> None:
    seeds = sorted(SEEDS.glob("001*.txt"))
    if not seeds:
        pytest.skip(f"NO SEED DOCUMENTS in {SEEDS}: the journey on a real plan was not walked")
    text = seeds[0].read_text(encoding="utf-8")
    page = visit()
    drop(page, (f"van-ban.{kind}", as_docx(text) if kind == "docx" else as_pdf(text)))
    page.wait_for_url(re.compile(r"/doc/[\w-]{30,}/"))
    result = read_and_take(page)
    assert result["documents"][0]["number"] == "30/KH-UBND"
    assert any(t["value"] == 41.13 for t in result["documents"][0]["targets"])


def test_a_file_chosen_with_the_button_opens_by_itself(visit: Visit) -> None:
    page = visit()
    choose(page, ("ke-hoach.docx", as_docx(TEXT)))
    page.wait_for_url(re.compile(r"/doc/[\w-]{30,}/"))
    expect(page.locator("h1")).to_contain_text("47/KH-UBND")
    assert "ke-hoach" not in page.url
    read_and_take(page)


def test_several_files_are_listed_with_their_states_and_survive_a_reload(visit: Visit) -> None:
    page = visit()
    drop(page, ("mot.docx", as_docx(TEXT)), ("hai.txt", TEXT.encode()), ("rong.docx", b""))
    rows = page.locator(".queue-row")
    expect(rows).to_have_count(3)
    expect(page.locator('.queue-row[data-state="done"]')).to_have_count(2)
    expect(page.locator('.queue-row[data-state="refused"] .queue-words')).not_to_be_empty()
    rows.nth(1).get_by_role("link", name="Mở hai.txt").click()
    expect(rows.nth(1)).to_have_attribute("data-current", "")
    page.reload()
    expect(page.locator(".queue-row")).to_have_count(3)
    expect(page.locator('.queue-row[data-state="done"]')).to_have_count(2)


def test_a_waiting_file_can_be_stopped_and_tried_again(visit: Visit) -> None:
    page = visit()
    drop(page, ("dai.txt", LONG.encode()), ("ngan.txt", TEXT.encode()))
    last = page.locator(".queue-row").nth(1)
    last.get_by_role("button", name="Dừng").click()
    expect(last).to_have_attribute("data-state", "cancelled")
    expect(last.locator(".queue-words")).to_have_text("Đã dừng")
    last.get_by_role("button", name="Thử lại").click()
    expect(last).to_have_attribute("data-state", "done")
    last.get_by_role("button", name="Bỏ").click()
    expect(page.locator(".queue-row")).to_have_count(1)


def test_a_file_being_read_can_be_stopped(visit: Visit) -> None:
    page = visit()
    drop(page, ("dai.txt", (LONG * 3).encode()))
    row = page.locator(".queue-row")
    row.get_by_role("button", name="Dừng").click()
    expect(row).to_have_attribute("data-state", "cancelled")


def test_refusals_are_said_in_place_and_aloud(visit: Visit) -> None:
    page = visit()
    drop(page, ("rong.pdf", b""))
    row = page.locator(".queue-row")
    expect(row).to_have_attribute("data-state", "refused")
    words = row.locator(".queue-words").text_content()
    assert len(words) > 10
    expect(page.locator("#say")).to_contain_text(words)


def test_a_file_above_the_limit_is_refused_without_being_sent(visit: Visit) -> None:
    page = visit()
    sent = []
    page.on("request", lambda request: sent.append(request.method))
    page.evaluate(
        """() => {
            const carried = new DataTransfer();
            carried.items.add(new File([new Uint8Array(21 * 2 ** 20)], "to.pdf"));
            document.querySelector("main").dispatchEvent(
                new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
        }"""
    )
    expect(page.locator(".queue-row .queue-words")).to_contain_text("20 MB")
    assert "POST" not in sent


def test_the_same_item_again_goes_to_its_next_place(visit: Visit) -> None:
    page = visit()
    drop(page, ("ke-hoach.docx", as_docx(TEXT)))
    page.wait_for_url(re.compile(r"/doc/[\w-]{30,}/"))
    row = page.locator(".cites .row", has_text="18-CT/TU")
    row.locator(".what").click()
    first = page.evaluate("document.activeElement.id")
    row.locator(".what").click()
    second = page.evaluate("document.activeElement.id")
    assert (first, second) == (f"src-{row.get_attribute('data-i')}", f"src-{row.get_attribute('data-i')}-1")
