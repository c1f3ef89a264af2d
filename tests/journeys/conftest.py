"""A real server, a real browser, and the promises that hold on every page."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.support import house
from tests.support.house import House

ROOT = Path(__file__).resolve().parents[2]
SCREENS = ROOT / "var" / "screens"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

expect.set_options(timeout=30_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM is None:
        reason = "NO CHROMIUM ON THIS MACHINE: the journeys were not walked. Install the package chromium."
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="module")
def running() -> Iterator[House]:
    """A server of its own, with nothing in it yet."""
    with house.fresh() as own, house.opened(own) as found:
        yield found


@pytest.fixture(scope="module")
def made(running: House, request: pytest.FixtureRequest) -> dict[str, Any]:
    """What a file's ``MAKE`` put into the server, as it tells of it."""
    found: dict[str, Any] = running.do(request.module.MAKE)
    return found


@pytest.fixture(scope="module")
def site(running: House) -> str:
    return running.address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Closed after each file: beside it Django refuses to touch a database, which the next file may do."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Visit:
    """Opens pages as one person would see them, and keeps what must never happen."""

    site: str
    browser: Browser
    elsewhere: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def __call__(
        self,
        path: str = "/",
        *,
        width: int = 1280,
        height: int = 800,
        theme: str = "light",
        language: str = "vi",
    ) -> Page:
        context = self.browser.new_context(
            viewport={"width": width, "height": height}, accept_downloads=True, locale="en-US"
        )
        self.contexts.append(context)
        context.add_cookies(
            [
                {"name": "phoihop_theme", "value": theme, "url": self.site},
                {"name": "phoihop_language", "value": language, "url": self.site},
            ]
        )
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.route("**/*", self._guard)
        page.on(
            "console", lambda m: self.complaints.append(m.text) if m.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda e: self.complaints.append(str(e)))
        page.goto(self.site + path)
        return page

    def _guard(self, route) -> None:
        if route.request.url.startswith((self.site + "/", "blob:", "data:")):
            route.continue_()
        else:
            self.elsewhere.append(route.request.url)
            route.abort()


@pytest.fixture
def visit(site: str, browser: Browser) -> Iterator[Visit]:
    """Afterwards: no request left this machine, and the browser had nothing to complain of."""
    visit = Visit(site, browser)
    yield visit
    for context in visit.contexts:
        context.close()
    assert visit.elsewhere == []
    assert visit.complaints == []


@pytest.fixture(scope="session")
def screens() -> Path:
    SCREENS.mkdir(parents=True, exist_ok=True)
    return SCREENS
