"""Pages as people see them: signed in as somebody, at every width, theme and language, without fault."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.journeys.conftest import Visit
from tests.support.house import House

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
LOOKS = [
    (width, theme, language)
    for width in (1280, 360)
    for theme in ("light", "dark")
    for language in ("vi", "en")
]
SESSION = """
from phoihop.base.org.models import Account
from phoihop.base.org.signin.rules.browsers import family
from phoihop.base.org.signin.store import SessionStore
with scope.acting(Scope("door")):
    session = SessionStore()
    session.family = family({agent!r})
    session.begin(Account.objects.get(username={name!r}), ["password", "totp"])
    session.save()
    answer = session.session_key
"""


def enter(visit: Visit, running: House, name: str, path: str = "/hom-nay/", **look: Any) -> Page:
    """A page as somebody who has just signed in with a second factor sees it."""
    page = visit("/dang-nhap/", **look)
    key = running.do(SESSION.format(agent=page.evaluate("navigator.userAgent"), name=name))
    page.context.add_cookies([{"name": "phoihop_session", "value": key, "url": visit.site}])
    page.goto(visit.site + path)
    return page


def faults(page: Page) -> list[tuple[str, str, str]]:
    """What axe-core finds wrong beyond trifles: the rule, the element, what to do."""
    page.evaluate(AXE)
    found = page.evaluate("async () => (await axe.run(document)).violations")
    return [
        (v["id"], v["nodes"][0]["html"][:160], v["nodes"][0]["failureSummary"])
        for v in found
        if v["impact"] != "minor"
    ]


def _nothing_more(name: str, page: Page) -> list[Any]:
    return []


def walk(
    visit: Visit,
    running: House,
    pages: Iterable[tuple[str, str, str]],
    look: tuple[int, str, str],
    picture: Path,
    also: Callable[[str, Page], list[Any]] = _nothing_more,
) -> list[Any]:
    """What is wrong with pages in one look: an answer that is no page, a fault, wider than the screen.

    ``pages``: a name for the picture, who opens it, the path. ``picture``: where to, and how the names begin.
    ``also``: what more is tried on a page, and what that finds wrong.
    """
    wrong: list[Any] = []
    open_as: dict[str, Page] = {}
    width, theme, language = look
    for name, who, path in pages:
        if who not in open_as:
            open_as[who] = enter(visit, running, who, width=width, theme=theme, language=language)
        page = open_as[who]
        answer = page.goto(visit.site + path)
        page.wait_for_load_state("networkidle")
        wrong += [(name, *fault) for fault in faults(page)]
        if answer is None or answer.status != 200:
            wrong.append((name, answer and answer.status))
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wrong.append((name, "wider than the screen"))
        wrong += also(name, page)
        shot = picture.with_name(f"{picture.name}-{name}-{width}-{theme}-{language}.png")
        page.screenshot(path=shot, full_page=True)
    return wrong
