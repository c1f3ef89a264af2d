"""The page for everyone: no accessibility fault, nothing cut off, in each theme, width and language."""

import hashlib
from pathlib import Path

import pytest

from tests.journeys.conftest import Visit
from tests.journeys.making import drop

VENDOR = Path(__file__).parent / "vendor"
AXE = (VENDOR / "axe.min.js").read_text(encoding="utf-8")
LOOKS = [
    (width, theme, language)
    for width in (1280, 360)
    for theme in ("light", "dark")
    for language in ("vi", "en")
]


def faults(page) -> list[str]:
    """What axe-core calls serious or critical, each with the element it is about."""
    page.evaluate(AXE)
    # What was never in sight has no settled style: look at all of it, as a person would.
    page.evaluate(
        """async () => {
            for (const part of document.querySelectorAll(".chunk, .panel")) {
                part.scrollIntoView();
                await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
            }
            window.scrollTo(0, 0);
        }"""
    )
    found = page.evaluate(
        """async () => (await axe.run(document, {
            runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
        })).violations"""
    )
    return [
        f"{v['id']}: {v['nodes'][0]['html'][:200]} {v['nodes'][0]['failureSummary']}"
        for v in found
        if v["impact"] in ("serious", "critical")
    ]


def widest(page) -> int:
    return page.evaluate("document.documentElement.scrollWidth")


@pytest.mark.parametrize(("width", "theme", "language"), LOOKS)
def test_no_serious_fault_and_no_sideways_scroll(
    visit: Visit, screens: Path, width: int, theme: str, language: str
) -> None:
    page = visit(width=width, height=800 if width > 500 else 740, theme=theme, language=language)
    page.screenshot(path=screens / f"reader-{width}-{theme}-{language}.png")
    assert faults(page) == []
    assert widest(page) <= width
    drop(page, ("rong.docx", b""), ("khong-phai-van-ban.bin", bytes(range(256))))
    page.locator(".queue-row[data-final]").nth(1).wait_for()
    page.keyboard.press("j")
    if width < 500:
        page.click('[data-show="source"]')
    page.screenshot(path=screens / f"reader-{width}-{theme}-{language}-2.png")
    assert faults(page) == []
    assert widest(page) <= width
    page.keyboard.press("?")
    assert faults(page) == []


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (360, "dark")])
def test_an_error_page_has_the_same_look_and_no_fault(visit: Visit, width: int, theme: str) -> None:
    page = visit("/nowhere/", width=width, theme=theme)
    visit.complaints.clear()  # the browser notes every 404
    assert "Không có trang này" in page.locator("h1").text_content()
    assert faults(page) == []
    assert widest(page) <= width


@pytest.mark.parametrize("sample", [1, 2, 3, 4, 5])
def test_every_sample_fits_the_narrow_screen(visit: Visit, sample: int) -> None:
    page = visit(f"/doc/mau-{sample}/", width=360)
    assert widest(page) <= 360
    page.click('[data-show="source"]')
    assert widest(page) <= 360


def test_twice_the_size_loses_nothing(visit: Visit, screens: Path) -> None:
    # A zoom of 200 % on a 1280 screen leaves 640 CSS pixels.
    page = visit(width=640, height=400)
    page.screenshot(path=screens / "reader-zoomed.png")
    assert widest(page) <= 640
    for name in ("#pick", ".chip", ".document-acts .button", "#open-help"):
        page.locator(name).first.scroll_into_view_if_needed()
        assert page.locator(name).first.is_visible()


def test_controls_are_large_enough_to_hit(visit: Visit) -> None:
    page = visit(width=360, height=740)
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, summary, input, .button, .sample-list a, .tabs a")]
            .filter((e) => e.offsetParent)
            .map((e) => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
            .filter(([, box]) => box.width < 24 || box.height < 24).map(([html]) => html)"""
    )
    assert small == []


def test_paper_shows_findings_tables_and_text_without_controls(visit: Visit, screens: Path) -> None:
    page = visit(theme="dark")
    page.emulate_media(media="print")
    page.screenshot(path=screens / "reader-print.png", full_page=True)
    assert page.locator(".understood .panel").first.is_visible()
    assert page.locator(".paper").is_visible()
    for control in ("#pick", ".document-acts", "#find", ".chips", ".topbar"):
        assert not page.locator(control).is_visible()
    above = page.evaluate(
        """document.querySelector(".understood").getBoundingClientRect().top
            < document.querySelector(".paper").getBoundingClientRect().top"""
    )
    assert above
    assert page.evaluate("getComputedStyle(document.querySelector('.paper')).color") == "rgb(26, 35, 39)"


def test_the_vendored_checker_is_the_one_that_was_reviewed() -> None:
    for line in (VENDOR / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split()
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest
