"""A tab closed again and again while its words are on their way: each is kept whole, or not at all."""

import contextlib
import random
import re
import shutil
import socket
import struct
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest

from phoihop.base.org.tests.signin import CHROME
from tests.support import house
from tests.support.house import House

TOKEN = "t" * 32
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
BEGIN = "from phoihop.coordination.documents.tests.closing import begin; answer = begin({agent!r})"
CAME_OF = "from phoihop.coordination.documents.tests.closing import came_of; answer = came_of({uid!r})"
CARD = re.compile(
    r'<li class="card row[^>]*? data-uid="([0-9a-f-]{36})" data-kind="(\w+)" data-version="(\d+)"'
)
LONGEST = 0.12  # seconds: a word is heard, written and answered in less


@dataclass
class Review:
    """A document under review on a running server, and every word that was ever sent of it."""

    running: House
    uid: str
    session: str
    sent: list[tuple[str, int, str, str]] = field(default_factory=list)  # item, version, ruling, mark
    added: list[str] = field(default_factory=list)  # marks of what was to be added
    halves: int = 0  # rulings that were cut off before the server had all of them

    @property
    def page(self) -> str:
        return f"/van-ban/{self.uid}/doi-chieu/"

    @property
    def headers(self) -> dict[str, str]:
        cookie = f"phoihop_session={self.session}; phoihop_csrf={TOKEN}"
        return {"Cookie": cookie, "User-Agent": CHROME, "Host": self.running.address.partition("//")[2]}

    @property
    def port(self) -> int:
        return int(self.running.address.rpartition(":")[2])

    def look(self) -> list[tuple[str, str, int]]:
        """The page as it opens now: uid, kind and version of each card."""
        connection = HTTPConnection("localhost", self.port, timeout=20)
        with contextlib.closing(connection):
            connection.request("GET", self.page, headers=self.headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        assert answer.status == 200
        return [(uid, kind, int(version)) for uid, kind, version in CARD.findall(text)]

    def word(self, chance: random.Random, number: int) -> tuple[str, dict[str, str]]:
        """Something to say of what the page shows now, and the address that it is sent to."""
        cards = self.look()
        if chance.random() < 0.15:
            mark = f"{number:032x}"
            self.added.append(mark)
            place = {"start": str(chance.randrange(300, 400)), "end": str(chance.randrange(420, 600))}
            return f"{self.page}them/", {"kind_of": chance.choice(["target", "task"]), "token": mark, **place}
        # Few items, so that a word often meets one that is still being written.
        one_of_each = {card[1]: card for card in cards if card[1] != "head"}
        uid, kind, version = chance.choice(list(one_of_each.values()))
        ruling = chance.choice(["accepted", "rejected", "open", "corrected"])
        form = {"ruling": ruling, "version": str(version)}
        if ruling == "corrected":
            form |= {"text": f"lời {number}", "title": f"lời {number}", "comparator": "=", "kind": "goal"}
            # Each kind of item has fields of its own, and takes no other.
            own = {"target": {"text", "comparator", "kind"}, "task": {"text"}, "cite": {"title"}}[kind]
            form = {name: form[name] for name in form if name in own | {"ruling", "version"}}
        self.sent.append((uid, version, ruling, f"lời {number}" if ruling == "corrected" else ""))
        return f"{self.page}{uid}/", form

    def cut(self, path: str, form: dict[str, str], chance: random.Random) -> None:
        """Send a word, and be gone in the middle of sending it or while it is worked on."""
        body = urlencode({**form, "csrfmiddlewaretoken": TOKEN}).encode()
        headers = {
            **self.headers,
            "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded",
            "Content-Length": str(len(body)),
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        request = f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body
        whole = chance.random() < 0.8
        self.halves += not whole and "ruling" in form
        with socket.create_connection(("localhost", self.port), timeout=20) as connection:
            # What is closed so is not ended politely: the other side hears of a broken connection.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.sendall(request if whole else request[: chance.randrange(len(request))])
            time.sleep(chance.random() * LONGEST if whole else 0)


@pytest.fixture
def review() -> Iterator[Review]:
    """Afterwards the server has ended, so that nothing is on its way any more, and every word is sought."""
    with house.fresh() as access:
        with house.opened(access) as running:
            found = Review(running, **running.do(BEGIN.format(agent=CHROME)))
            yield found
            assert len(found.look()) == len({uid for uid, _, _ in found.look()})
        check(found, running.do(CAME_OF.format(uid=found.uid)))


def check(review: Review, told: dict[str, Any]) -> None:
    """Every item has the one ruling that was heard last, of those sent; no word stands twice."""
    history: dict[str, list[tuple[int, str, dict[str, Any]]]] = {}
    for uid, version, ruling, value in told["history"]:
        history.setdefault(uid, []).append((version, ruling, value))
    said: dict[tuple[str, int], list[tuple[str, str]]] = defaultdict(list)
    for uid, version, ruling, mark in review.sent:
        said[uid, version].append((ruling, mark))
    heard = added = 0
    for uid, (version, ruling, value, _) in told["items"].items():
        rows = history[uid]
        assert [row[0] for row in rows] == list(range(1, version + 1)), "a row is missing, or there twice"
        assert rows[-1] == (version, ruling, value)
        was_added = rows[0][1] == "added"
        added += was_added
        for before, (_, kept, held) in enumerate(rows[1:], start=1):
            heard += 1
            assert any(fits(word, kept, held, added=was_added) for word in said[uid, before])
    assert told["version"] == 1 + heard + added
    assert told["recorded"] == {"rule": heard, "add": added}
    assert added <= len(review.added)
    assert 0 < heard <= len(review.sent) - review.halves, "nothing was heard, or what was never wholly said"


def fits(word: tuple[str, str], kept: str, held: dict[str, Any], *, added: bool) -> bool:
    """Whether a row of history is what came of a word."""
    ruling, mark = word
    if mark:
        return mark in (held.get("text"), held.get("title"))
    if added:
        return kept == ("rejected" if ruling == "rejected" else "added")
    # What was put right and rejected stands again as it was put right.
    return kept == ruling or (ruling == "accepted" and kept == "corrected")


def closed(review: Review, times: int, seed: int) -> None:
    chance = random.Random(seed)
    for number in range(1, times + 1):
        review.cut(*review.word(chance, number), chance)


def test_a_tab_closed_again_and_again_loses_nothing_and_doubles_nothing(review: Review) -> None:
    closed(review, 25, seed=11)
    assert review.halves > 0


@pytest.mark.long
def test_a_tab_closed_a_hundred_times(review: Review) -> None:
    closed(review, 100, seed=12)
    assert 0 < Counter(ruling for _, _, ruling, _ in review.sent)["corrected"] < len(review.sent)


@pytest.mark.long
@pytest.mark.skipif(CHROMIUM is None, reason="NO CHROMIUM ON THIS MACHINE: no real tab was closed.")
def test_a_real_tab_closed_a_hundred_times(review: Review) -> None:
    from playwright.sync_api import sync_playwright

    chance = random.Random(13)

    def noted(request: Any) -> None:
        if request.method != "POST":
            return
        form = {name: values[0] for name, values in parse_qs(request.post_data or "").items()}
        if "token" in form:
            review.added.append(form["token"])
        else:
            mark = form.get("text") or form.get("title") or ""
            uid = request.url.rstrip("/").rpartition("/")[2]
            review.sent.append((uid, int(form["version"]), form["ruling"], mark))

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(user_agent=CHROME)
        context.add_cookies(
            [{"name": "phoihop_session", "value": review.session, "url": review.running.address}]
        )
        for number in range(1, 101):
            tab = context.new_page()
            tab.on("request", noted)
            tab.goto(review.running.address + review.page)
            before = len(review.sent) + len(review.added)
            speak(tab, chance, number)
            while len(review.sent) + len(review.added) == before:
                tab.wait_for_timeout(1)
            tab.wait_for_timeout(chance.random() * LONGEST * 1000)
            tab.close()
        browser.close()


def speak(tab: Any, chance: random.Random, number: int) -> None:
    """One word, by the keys that people use."""
    cards = tab.locator(".card:not([data-kind=head])")
    card = cards.nth(chance.randrange(cards.count()))
    card.click(position={"x": 4, "y": 4})
    act = chance.choice(["x", "e", "a", "Enter", "u"])
    if act in ("x", "Enter", "u") and card.get_attribute("data-ruling") == {"x": "rejected"}.get(act, "open"):
        act = "x" if act == "u" else act
    if act == "Enter" and card.get_attribute("data-ruling") != "open":
        act = "u"
    if act == "x" and card.get_attribute("data-ruling") == "rejected":
        act = "u"
    tab.keyboard.press(act)
    if act == "a":
        tab.keyboard.press(chance.choice(["2", "3"]))
    if act == "e":
        name = "title" if card.get_attribute("data-kind") == "cite" else "text"
        tab.locator(f".edit [name={name}]").fill(f"lời {number}")
        tab.keyboard.press("Control+Enter")
