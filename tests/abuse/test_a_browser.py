"""What only a real browser can tell: what runs, what is fetched from where, and what is left after going."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from phoihop.base.org.tests.signin import CHROME
from tests.abuse.conftest import FOUND, NAME, NUMBER
from tests.journeys.conftest import CHROMIUM, FLAGS
from tests.support import house
from tests.support.house import House

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="NO CHROMIUM ON THIS MACHINE: install chromium.")

EVIL = "<img src=x onerror=window.hit=1><script>window.hit=1</script>"
MORE = f"""
y = actions.enrol("alpha", by=carer, facility=facility, name={EVIL!r}, state={EVIL!r}, since=x.since)
answer = {{"x": x.pk, "y": y.pk, "carer": [cookie("Người carer-alpha here") for _ in range(3)]}}
"""


@dataclass
class Seat:
    """A browser before a running server."""

    house: House
    known: dict[str, Any]
    browser: Browser
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def page(self, cookie: str = "") -> Page:
        """A new window, signed in if there is a cookie. Nothing outside the server is reachable."""
        context = self.browser.new_context(user_agent=CHROME)
        if cookie:
            context.add_cookies([{"name": "phoihop_session", "value": cookie, "url": self.house.address}])
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.route(
            "**/*",
            lambda route: (
                route.continue_() if route.request.url.startswith(self.house.address) else route.abort()
            ),
        )
        return page

    def open(self, path: str, cookie: str = "") -> Page:
        page = self.page(cookie)
        page.goto(f"{self.house.address}{path}")
        return page


@pytest.fixture(scope="module")
def served(spare, workshop) -> Iterator[tuple[House, dict[str, Any]]]:
    with house.opened(spare) as running:
        yield running, running.do(f"{FOUND}{MORE}")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def seat(served, chromium) -> Iterator[Seat]:
    running, known = served
    seat = Seat(running, known, chromium)
    yield seat
    for context in chromium.contexts:
        context.close()


def test_a36_nothing_that_was_typed_runs(seat):
    page = seat.open(f"/standin/a/{seat.known['y']}/", seat.known["carer"][0])
    assert EVIL in page.inner_text("main")
    assert page.evaluate("window.hit") is None
    assert seat.complaints == []


def test_a36_even_code_that_got_onto_a_page_does_not_run(seat):
    """The second line: were a template to let it through, the policy would still stop it."""
    page = seat.open(f"/standin/a/{seat.known['y']}/", seat.known["carer"][0])
    page.evaluate(
        """text => {
        const box = document.createElement("div");
        document.body.append(box);
        box.innerHTML = text;
        const script = document.createElement("script");
        script.textContent = "window.hit = 1";
        document.body.append(script);
    }""",
        EVIL,
    )
    page.wait_for_timeout(300)
    assert page.evaluate("window.hit") is None
    assert any("Content Security Policy" in said for said in seat.complaints)


PAGES = (
    "/dang-nhap/",
    "/dang-nhap/the/",
    "/toi/dang-nhap/",
    "/toi/thiet-bi/",
    "/phat-hanh/da-phat-hanh/",
    "/",
    "/nowhere/",
)


def test_a57_no_page_asks_anybody_else(seat):
    """With everything beyond the server cut off, every page is whole and asks nobody else."""
    for path in (*PAGES, f"/standin/a/{seat.known['x']}/"):
        for cookie in ("", seat.known["carer"][0]):
            page = seat.open(path, cookie)
            assert page.evaluate("getComputedStyle(document.body).fontFamily") != "", path
    assert seat.asked
    assert [url for url in seat.asked if not url.startswith(f"{seat.house.address}/")] == []


def test_a61_nothing_of_a_page_is_kept_in_the_browser(seat):
    page = seat.open(f"/standin/a/{seat.known['x']}/", seat.known["carer"][0])
    assert NAME in page.inner_text("main")
    kept = page.evaluate("""async () => JSON.stringify([
        Object.entries(localStorage), Object.entries(sessionStorage),
        (await indexedDB.databases()).map((each) => each.name),
        await caches.keys().catch(() => []),
        (await navigator.serviceWorker?.getRegistrations?.() ?? []).length])""")
    assert NAME not in kept
    assert NUMBER not in kept


@pytest.mark.parametrize("way", ["back", "back and forward", "typed"])
def test_a61_after_signing_out_nothing_of_a_file_comes_back(seat, way):
    cookie = seat.known["carer"][["back", "back and forward", "typed"].index(way)]
    address = f"/standin/a/{seat.known['x']}/"
    page = seat.open("/toi/thiet-bi/", cookie)
    page.goto(f"{seat.house.address}{address}")
    assert NAME in page.inner_text("main")
    page.goto(f"{seat.house.address}/dang-xuat/")
    page.locator("main form button").first.click()
    page.wait_for_url("**/dang-nhap/**")
    if way == "typed":
        page.goto(f"{seat.house.address}{address}")
    else:
        page.go_back()
        page.go_back()
    if way == "back and forward":
        page.go_forward()
        page.go_back()
    page.emulate_media(media="print")
    for said in (page.content(), page.inner_text("body")):
        assert NAME not in said
        assert NUMBER not in said
