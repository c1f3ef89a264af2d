"""Twenty bombs sent in at once to be read, and what pages and memory do meanwhile."""

import http.client
import json
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from phoihop.base.org.tests.signin import CHROME
from phoihop.base.security.uploads.tests import builders
from tests.support.house import House

TOKEN = "t" * 32
AT_ONCE = 20
# Somebody who may send documents in: their session, and the agency they send for.
SENDER = """
from django.conf import settings
from django.test.utils import setup_test_environment
setup_test_environment()
from phoihop.base.org.tests import making
from tests.support.world import signed_in
with scope.acting(Scope("install")):
    agency = making.agency("Ủy ban nhân dân tỉnh Mường Lay", "people.province")
    account = making.account(f"Người Gửi {agency.pk}")
    making.position(account, "planning-officer", agency)
    answer = [signed_in(account).cookies[settings.SESSION_COOKIE_NAME].value, agency.pk]
"""


@dataclass
class Raid:
    """``ends``: why each bomb was refused; ``pages``: seconds of each page asked for meanwhile; ``peak``:
    bytes of the largest process of the server's that was seen."""

    house: House
    ends: list[str] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)
    peak: int = 0
    cookie: str = ""
    agency: int = 0

    def __post_init__(self) -> None:
        self.cookie, self.agency = self.house.do(SENDER)

    def run(self) -> None:
        """Throw them, and look until the last has ended."""
        bombs = [("a.xlsx", builders.excel_bomb()), ("b.docx", builders.word_bomb())]
        throwers = [threading.Thread(target=self._throw, args=(n, *bombs[n % 2])) for n in range(AT_ONCE)]
        over = threading.Event()
        lookers = [threading.Thread(target=look, args=(over,)) for look in (self._ask, self._weigh)]
        for thread in (*lookers, *throwers):
            thread.start()
        for thread in throwers:
            thread.join()
        over.set()
        for thread in lookers:
            thread.join()

    def _request(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(self.house.address.removeprefix("http://"), timeout=60)
        try:
            cookies = f"phoihop_csrf={TOKEN}; phoihop_session={self.cookie}"
            given = {
                "Accept": "application/json",
                "Cookie": cookies,
                "X-CSRFToken": TOKEN,
                "User-Agent": CHROME,
            }
            connection.request(method, path, body, given | headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def _throw(self, n: int, name: str, data: bytes) -> None:
        # No two alike, by the comment of the archive: a file sent twice is known before it is opened.
        data = data[:-2] + b"\x02\x00%02d" % n
        edge = uuid4().hex
        field = f"--{edge}\r\nContent-Disposition: form-data; name="
        head = f'{field}"agency"\r\n\r\n{self.agency}\r\n{field}"file"; filename="{name}"\r\n\r\n'.encode()
        body = head + data + f"\r\n--{edge}--\r\n".encode()
        kind = {"Content-Type": f"multipart/form-data; boundary={edge}"}
        status, said = self._request("POST", "/van-ban/gui/tep/", body, **kind)
        self.ends.append(json.loads(said)["reason"] if status == 409 else f"answered {status}")

    def _ask(self, over: threading.Event) -> None:
        while not over.is_set():
            began = time.monotonic()
            status, _ = self._request("GET", "/hom-nay/", Accept="text/html")
            self.pages.append(time.monotonic() - began)
            if status != 200:
                self.broken.append(status)
            time.sleep(0.02)

    def _weigh(self, over: threading.Event) -> None:
        while not over.is_set():
            for pid in _family(self.house.server):
                try:
                    status = Path(f"/proc/{pid}/status").read_text()
                except OSError:
                    continue
                line = next((each for each in status.splitlines() if each.startswith("VmHWM")), "VmHWM: 0 kB")
                self.peak = max(self.peak, int(line.split()[1]) * 1024)
            time.sleep(0.05)


def _family(parent: int) -> set[int]:
    """A process and all that came from it."""
    found, children = {parent}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    todo = [parent]
    while todo:
        for child in children.get(todo.pop(), []):
            found.add(child)
            todo.append(child)
    return found
