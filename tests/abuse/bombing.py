"""Twenty bombs thrown at the reader at once, and what pages and memory do meanwhile."""

import http.client
import json
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from phoihop.base.security.uploads.tests import builders
from tests.support.house import House

TOKEN = "t" * 32
AT_ONCE = 20


@dataclass
class Raid:
    """``ends``: how each bomb ended; ``pages``: seconds of each page asked for meanwhile; ``peak``: bytes of
    the largest process of the server's that was seen."""

    house: House
    ends: list[str] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)
    peak: int = 0

    def run(self) -> None:
        """Throw them, and look until the last has ended."""
        bombs = [("a.xlsx", builders.excel_bomb()), ("b.docx", builders.word_bomb())]
        throwers = [threading.Thread(target=self._throw, args=bombs[n % 2]) for n in range(AT_ONCE)]
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
            given = {"Accept": "application/json", "Cookie": f"phoihop_csrf={TOKEN}", "X-CSRFToken": TOKEN}
            connection.request(method, path, body, given | headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def _throw(self, name: str, data: bytes) -> None:
        edge = uuid4().hex
        head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
        body = head + data + f"\r\n--{edge}--\r\n".encode()
        kind = {"Content-Type": f"multipart/form-data; boundary={edge}"}
        status, said = self._request("POST", "/doc/", body, **kind)
        while status == 503:  # the queue is full, which is an answer too: come again
            time.sleep(0.5)
            status, said = self._request("POST", "/doc/", body, **kind)
        if status != 201:
            self.ends.append(f"answered {status}")
            return
        token, deadline = json.loads(said)["id"], time.monotonic() + 120
        while time.monotonic() < deadline:
            state = json.loads(self._request("GET", f"/doc/{token}/status")[1])
            if state["state"] not in ("waiting", "reading"):
                self.ends.append(state["state"])
                return
            time.sleep(0.2)
        self.ends.append("never ended")

    def _ask(self, over: threading.Event) -> None:
        while not over.is_set():
            began = time.monotonic()
            status, _ = self._request("GET", "/dang-nhap/", Accept="text/html")
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
