"""Pages for everyone: what is shown when there is nothing to show has no accessibility fault either."""

import hashlib
from pathlib import Path

import pytest

from tests.journeys.conftest import Visit

VENDOR = Path(__file__).parent / "vendor"
AXE = (VENDOR / "axe.min.js").read_text(encoding="utf-8")


def faults(page) -> list[str]:
    """What axe-core calls serious or critical, each with the element it is about."""
    page.evaluate(AXE)
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


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (360, "dark")])
def test_an_error_page_has_the_same_look_and_no_fault(visit: Visit, width: int, theme: str) -> None:
    page = visit("/nowhere/", width=width, theme=theme)
    visit.complaints.clear()  # the browser notes every 404
    assert "Không có trang này" in page.locator("h1").text_content()
    assert faults(page) == []
    assert widest(page) <= width


def test_the_vendored_checker_is_the_one_that_was_reviewed() -> None:
    for line in (VENDOR / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split()
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest
