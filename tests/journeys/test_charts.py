"""Charts in a browser: drawn, heard, taken along, printed; and what is left where no script runs."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Visit
from tests.journeys.looks import faults
from tests.support import house
from tests.support.house import House

PAGE = "/charted/"
KEYS = ("trend", "bars", "stock", "funnel", "cascade", "pairs", "places", "shapes")
ENGLISH = re.compile(r"\d,\d{3}\b|\d\.\d{1,2}\b(?!\.)|\d%")  # "1,210", "92.5", "95%"
LOOKS = [(1280, "light", "vi"), (1280, "dark", "en"), (360, "dark", "vi"), (360, "light", "en")]


@pytest.fixture(scope="module")
def running() -> Iterator[House]:
    """A server whose addresses have a page of charts among them."""
    settings = {"DJANGO_SETTINGS_MODULE": "tests.journeys.charted_settings"}
    with house.fresh() as own, house.opened(own, **settings) as found:
        yield found


def figure(page: Page, key: str) -> Locator:
    """A chart that has been drawn."""
    found = page.locator(f"#chart-sample-{key}")
    found.scroll_into_view_if_needed()
    expect(found).to_have_attribute("data-state", "drawn")
    return found


def texts(found: Locator) -> list[str]:
    """What stands in a drawing, letter by letter."""
    return [each.replace("\xa0", " ") for each in found.locator("svg text").all_text_contents()]


def cells(found: Locator) -> list[list[str]]:
    """The rows of a chart's table, without the headings."""
    rows: list[list[str]] = found.locator("tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.firstChild?.textContent ?? ''))"
    )
    return [[cell.replace("\xa0", " ") for cell in row] for row in rows]


@pytest.mark.parametrize(
    "look", [*LOOKS[::3], *(pytest.param(each, marks=pytest.mark.long) for each in LOOKS[1:3])]
)
def test_every_kind_is_drawn_without_fault(visit: Visit, screens: Path, look: tuple[int, str, str]) -> None:
    width, theme, language = look
    page = visit(PAGE, width=width, theme=theme, language=language)
    for key in KEYS:
        found = figure(page, key)
        assert found.locator("svg path").count() > 3
        assert found.locator(".chart-table").bounding_box()["width"] <= 1  # there, and not seen
        found.screenshot(path=screens / f"charts-{key}-{width}-{theme}-{language}.png")
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("[data-table]").first.click()
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_drawing_says_what_the_table_says(visit: Visit) -> None:
    page = visit(PAGE)
    for key in ("bars", "pairs", "cascade"):
        found = figure(page, key)
        said = texts(found)
        columns = 2 if key == "pairs" else 1
        for row in cells(found):
            for cell in row[1 : 1 + columns]:
                assert any(cell in each for each in said), (key, cell, said)
    assert "‹8" in texts(figure(page, "trend"))
    for key in ("places", "shapes"):
        said = " ".join(texts(figure(page, key)))
        assert "Hoàng Sa" in said
        assert "Trường Sa" in said


def test_figures_are_written_alike_in_both_languages(visit: Visit) -> None:
    for language in ("vi", "en"):
        page = visit(PAGE, language=language)
        for key in KEYS:
            said = [*texts(figure(page, key)), *(cell for row in cells(figure(page, key)) for cell in row)]
            assert [each for each in said if ENGLISH.search(each)] == []
        assert "1.450" in texts(figure(page, "trend"))


def test_arrows_go_through_the_table_row_by_row_and_each_is_heard(visit: Visit) -> None:
    page = visit(PAGE)
    for key in KEYS:
        found = figure(page, key)
        plot, said = found.locator(".chart-plot"), found.locator("[data-said]")
        rows, before = cells(found), len(texts(found))
        plot.focus()
        heard = []
        for _ in rows:
            plot.press("ArrowRight")
            heard.append(said.text_content().replace("\xa0", " "))
        for row, each in zip(rows, heard, strict=True):
            assert each.startswith(f"{row[0]}.")
            assert [cell for cell in row[1:] if cell not in each] == []
        plot.press("ArrowRight")
        assert said.text_content().replace("\xa0", " ") == heard[-1]  # there is nothing further
        plot.press("Home")
        assert said.text_content().replace("\xa0", " ") == heard[0]
        # The hint beside the mark is drawn too: more words than the chart has by itself.
        page.wait_for_function(
            "([id, before]) => document.querySelectorAll(`${id} svg text`).length > before",
            arg=[f"#chart-sample-{key}", before],
        )
        plot.press("Escape")
        assert said.text_content() == ""
        plot.press("ArrowDown")
        assert said.text_content().replace("\xa0", " ") == heard[0]


def test_a_pointer_over_a_column_shows_its_hint(visit: Visit) -> None:
    page = visit(PAGE)
    for key, said in (("bars", "Chỉ tiêu: 90 %"), ("trend", "Đầy đủ số liệu: 100 %")):
        found = figure(page, key)
        assert said not in texts(found)
        box = found.locator(".chart-canvas").bounding_box()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 90)
        page.mouse.move(box["x"] + box["width"] / 2 + 2, box["y"] + 92)
        expect(found.locator("svg text").filter(has_text=said.split(":")[0]).last).to_be_attached()
        assert said in texts(found)


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (360, "dark")])
def test_a_picture_is_on_white_paper_whatever_the_page(
    visit: Visit, screens: Path, width: int, theme: str
) -> None:
    page = visit(PAGE, width=width, theme=theme)
    for key in KEYS:
        found = figure(page, key)
        with page.expect_download() as downloading:
            found.locator("[data-picture]").click()
        assert downloading.value.suggested_filename == f"sample-{key}.png"
        kept = screens / f"charts-picture-{key}-{theme}.png"
        downloading.value.save_as(kept)
        picture = Image.open(kept).convert("RGB")
        height = page.evaluate(
            "id => JSON.parse(document.getElementById(id).textContent).height", f"chart-sample-{key}-data"
        )
        assert picture.width == 1920
        assert 2 * height < picture.height < 2 * (height + 300)
        assert picture.getpixel((2, 2)) == picture.getpixel((1917, picture.height - 3)) == (255, 255, 255)
        title, drawing = picture.crop((0, 40, 1920, 110)), picture.crop((0, 180, 1920, 2 * height))
        assert min(title.convert("L").getextrema()) < 60  # ink
        assert len(drawing.getcolors(1 << 20)) > 3


def test_figures_are_had_as_a_file(visit: Visit) -> None:
    page = visit(PAGE)
    with page.expect_download() as downloading:
        figure(page, "trend").get_by_text("Tải CSV").click()
    assert downloading.value.suggested_filename == "sample-trend.csv"
    assert downloading.value.path().read_bytes().startswith(b"\xef\xbb\xbf")


def test_the_table_opens_and_shuts(visit: Visit) -> None:
    page = visit(PAGE, width=360)
    found = figure(page, "bars")
    toggle, table = found.locator("[data-table]"), found.locator(".chart-table")
    expect(toggle).to_have_attribute("aria-expanded", "false")
    toggle.click()
    expect(toggle).to_have_attribute("aria-expanded", "true")
    assert table.bounding_box()["width"] > 200
    toggle.click()
    assert table.bounding_box()["width"] <= 1
    # By keyboard one comes to the links in it, and then it is open.
    found.locator("[data-picture]").focus()
    page.keyboard.press("Tab")
    expect(toggle).to_have_attribute("aria-expanded", "true")


def test_the_theme_and_the_width_are_followed_without_a_reload(visit: Visit) -> None:
    page = visit(PAGE)
    found = figure(page, "bars")
    colours = "svg => [...svg.querySelectorAll('path')].map(each => getComputedStyle(each).fill)"
    light = found.locator("svg").evaluate(colours)
    assert "rgb(14, 90, 107)" in light
    page.locator("form#theme button[value=dark]").click()
    assert "rgb(108, 195, 213)" in found.locator("svg").evaluate(colours)
    page.set_viewport_size({"width": 420, "height": 800})
    expect(found.locator("svg")).not_to_have_attribute("width", "1246")
    assert found.locator("svg").bounding_box()["width"] < 420
    assert page.evaluate("document.documentElement.scrollWidth") <= 420


def test_paper_has_every_chart_in_full(visit: Visit, screens: Path) -> None:
    page = visit(PAGE, theme="dark")
    figure(page, "trend")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    for key in KEYS:  # those that nobody scrolled to are drawn as well
        expect(page.locator(f"#chart-sample-{key}")).to_have_attribute("data-state", "drawn")
    printed = page.pdf(path=screens / "charts.pdf", format="A4")
    pages = pypdf.PdfReader(io.BytesIO(printed)).pages
    said = " ".join(each.extract_text() for each in pages)
    for words in ("1.391", "Quần đảo", "97,5", "Kế hoạch 2026"):
        assert words in said
    page.emulate_media(media="print")
    ground = "figure => getComputedStyle(figure).backgroundColor"
    assert page.locator("#chart-sample-trend").evaluate(ground) == "rgb(255, 255, 255)"
    assert not page.locator("#chart-sample-trend .chart-acts").is_visible()


def test_without_a_script_the_table_is_what_one_sees(visit: Visit) -> None:
    context = visit.browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    visit.contexts.append(context)
    page = context.new_page()
    page.goto(visit.site + PAGE)
    found = page.locator("#chart-sample-bars")
    assert found.locator(".chart-table").bounding_box()["width"] > 200
    assert not found.locator(".chart-plot").is_visible()
    assert not found.locator("[data-table]").is_visible()
    assert not found.locator("[data-picture]").is_visible()
    assert found.get_by_text("Tải CSV").is_visible()


def test_where_drawing_fails_the_table_is_left(visit: Visit) -> None:
    page = visit("/dang-nhap/")
    page.route("**/vendor/echarts.js", lambda route: route.abort())
    page.goto(visit.site + PAGE)
    found = page.locator("#chart-sample-trend")
    expect(found).to_have_attribute("data-state", "failed")
    assert found.locator(".chart-table").bounding_box()["width"] > 200
    assert not found.locator(".chart-plot").is_visible()
    visit.complaints.clear()  # the browser notes what it could not fetch
