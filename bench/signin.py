"""Signing in: how long a first time takes with a printed card, and three hundred people within a minute.

    ./run bench signin [workers]

A real server on a database of its own, on this machine with everything else it does. The aims: from the
card to the first page within 30 seconds; 300 logins in 60 s with a 95th percentile of 1.5 s at most, and
no more than 400 MB of memory for hashing.
"""

import http.client
import os
import re
import statistics
import sys
import threading
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

PEOPLE = 300
WITHIN = 60.0  # seconds
PASSWORD = "bốn con trâu lội sông"
PEOPLE_MADE = f"""
from django.contrib.auth.hashers import make_password
from phoihop.base.org.accounts import new_account
from phoihop.base.org.signin import cards
kept = make_password({PASSWORD!r})
with scope.acting(Scope("install")):
    for n in range({PEOPLE}):
        account = new_account(f"Người Thứ {{n}}", f"nguoi{{n}}")
        account.password = kept
        account.save()
"""
CARD_MADE = """
from phoihop.base.org.accounts import new_account
from phoihop.base.org.signin import cards
with scope.acting(Scope("install")):
    answer = cards.made_for(new_account("Vừ Thị Hoa", {name!r}), issued_by=None).address
"""


def main() -> None:
    import django

    django.setup()  # the journeys, whose passkeys are used here, take the time of codes from a library
    from tests.support import house

    workers = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    with house.fresh() as access, house.opened(access, workers=workers) as running:
        running.do(PEOPLE_MADE)
        for name in ("hoa1", "hoa2", "hoa3"):
            print(f"card to first page: {_card(running.do(CARD_MADE.format(name=name))):.1f} s")
        for within in (WITHIN, 0.0):
            _logins(running, workers, within)


def _card(address: str) -> float:
    """Seconds from opening the card's address to the first page; a second's pause before each press."""
    from playwright.sync_api import sync_playwright

    from tests.journeys.conftest import CHROMIUM, FLAGS
    from tests.journeys.test_signin import authenticator

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(locale="vi-VN")
        page.goto("about:blank")
        with authenticator(page):
            began = time.monotonic()
            page.goto(address)
            for button in ("Tiếp tục", "Khóa của máy này", "Tôi đã cất mã"):
                page.wait_for_timeout(1000)
                page.get_by_role("button", name=button).click()
            page.wait_for_url(re.compile(r"//[^/]+/$"))
            took = time.monotonic() - began
        browser.close()
    return took


@dataclass
class Watch:
    """Memory and processor time of a process and its children."""

    root: int
    most: int = 0
    first: int = 0
    stop: threading.Event = field(default_factory=threading.Event)

    def processes(self) -> list[int]:
        found = [self.root]
        for number in found:
            for path in Path(f"/proc/{number}/task").glob("*/children"):
                found += [int(child) for child in path.read_text().split()]
        return found

    def memory(self) -> int:
        """Bytes in memory, pages shared by several counted once for each."""
        pages = sum(int(Path(f"/proc/{n}/statm").read_text().split()[1]) for n in self.processes())
        return pages * os.sysconf("SC_PAGE_SIZE")

    def seconds(self) -> float:
        ticks = 0
        for number in self.processes():
            said = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
            ticks += int(said[11]) + int(said[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def run(self) -> None:
        self.first = self.most = self.memory()
        while not self.stop.wait(0.05):
            self.most = max(self.most, self.memory())


def _logins(running: object, workers: int, within: float) -> None:
    watch = Watch(running.server)
    watching = threading.Thread(target=watch.run)
    watching.start()
    busy, began = watch.seconds(), time.monotonic()
    with ThreadPoolExecutor(64 if not within else PEOPLE) as pool:
        done = list(
            pool.map(lambda n: _login(running.address, n, began + n * within / PEOPLE), range(PEOPLE))
        )
    took, busy = time.monotonic() - began, watch.seconds() - busy
    watch.stop.set()
    watching.join()
    statuses = {status: sum(s == status for s, _ in done) for status in {s for s, _ in done}}
    times = sorted(seconds for _, seconds in done)
    print(
        f"{PEOPLE} logins in {took:.0f} s, {workers} worker(s): {statuses}; "
        f"median {statistics.median(times):.2f} s, p95 {times[int(PEOPLE * 0.95)]:.2f} s, "
        f"most {times[-1]:.2f} s; "
        f"memory {watch.first / 2**20:.0f} → {watch.most / 2**20:.0f} MB; "
        f"processors {busy:.0f} s, {busy / took / (os.cpu_count() or 1):.0%} of the machine"
    )


def _login(address: str, number: int, at: float) -> tuple[int, float]:
    """One person: the page, then name and password. The status, and seconds from sending to the answer."""
    time.sleep(max(0.0, at - time.monotonic()))
    host = urllib.parse.urlsplit(address).netloc
    connection = http.client.HTTPConnection(host, timeout=120)
    connection.request("GET", "/dang-nhap/")
    page = connection.getresponse()
    cookie = (page.headers.get("Set-Cookie") or "").partition(";")[0]
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.read().decode())
    assert token
    form = {"login": f"nguoi{number}", "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
    began = time.monotonic()
    connection.request(
        "POST",
        "/dang-nhap/",
        urllib.parse.urlencode(form),
        {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie},
    )
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, time.monotonic() - began


if __name__ == "__main__":
    main()
