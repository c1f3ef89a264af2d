"""sqlmap against the running product: every parameter that a search, a list or a form takes.

What it is pointed at is on this machine and made for the test; so is the careless page that shows that it
would have found something.
"""

import contextlib
import http.server
import re
import subprocess
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from phoihop.base.org.tests.signin import CHROME
from tests.abuse.conftest import FOUND
from tests.support import house
from tools.tree import ROOT

pytestmark = pytest.mark.long

TRIED = re.compile(r"testing '")
CLOSED = re.compile(r"(?m)^(?:401|403|429|5\d\d) \(")
# Past rows that a request is at: waiting for two of them in another order than it does would end one of both.
FORGET = """
delete from security_throttle
where key in (select key from security_throttle for update skip locked)
"""
FOUND_ONE = "the following injection point"
# Who, where, and what is sent: parameters of the address first, then those of a form.
TARGETS = {
    "units": ("head", "/dia-ban/?q=bat&on=01/01/2024", ""),
    "units suggested": ("head", "/dia-ban/goi-y/?q=bat&on=01/01/2024", ""),
    "agencies": ("head", "/co-quan/?q=trung&page=1", ""),
    "duties": ("head", "/co-quan/phan-cong/?on=01/03/2022&tier=province", ""),
    "people": ("head", "/can-bo/", "q=nguoi"),
    "people, on a page": ("head", "/can-bo/?tim=x&page=1", ""),
    "record": ("auditor", "/nhat-ky/?kind=read&thing=org.Agency:1&since=01/01/2026&before=9", ""),
    "files": ("carer-alpha", "/standin/a/search/", "text=vang"),
    "a file": ("carer-alpha", "/standin/a/{x}*/", ""),
    "signing in": ("", "/dang-nhap/", "login=nguoi&password=mot+hai+ba+bon"),
}


def sqlmap(address: str, form: str, headers: dict[str, str], folder: Path) -> str:
    """What sqlmap says of one address. Bounded: its first level, one thread, two minutes."""
    asking = [
        ROOT / ".venv" / "bin" / "sqlmap",
        *("-u", address, "--batch", "--disable-coloring", "--flush-session", f"--output-dir={folder}"),
        *(
            "--dbms=PostgreSQL",
            "--timeout=20",
            "--level=1",
            "--risk=1",
            "--technique=BEUSTQ",
            "--time-sec=2",
            "--retries=0",
        ),
        # What is no address of a page is answered 400, and that is an answer too.
        *("--ignore-code=400,404,409,429", "--skip-waf", "--drop-set-cookie", f"--user-agent={CHROME}"),
        *("--skip=csrfmiddlewaretoken,user-agent,referer,host", "--csrf-retries=0"),
        *(f"--header={name}: {value}" for name, value in headers.items()),
        *(("--data", form) if form else ()),
    ]
    return subprocess.run(asking, capture_output=True, text=True, check=True, timeout=120, cwd=folder).stdout


@pytest.fixture(scope="module")
def served(spare, workshop) -> Iterator[tuple[house.House, dict[str, Any]]]:
    people = {who: f"Người {who} here" for _, (who, _, _) in TARGETS.items() if who}
    with house.opened(spare) as running, unhurried(spare):
        asked = f"answer = {{who: cookie(name) for who, name in {people!r}.items()}} | {{'x': x.pk}}"
        yield running, running.do(f"{FOUND}{asked}")


@contextlib.contextmanager
def unhurried(access) -> Iterator[None]:
    """Nobody is slowed meanwhile: a refusal for haste would hide what lies behind it."""
    stop = threading.Event()

    def forget() -> None:
        with psycopg.connect(**access.params("setup"), autocommit=True) as setup:
            while not stop.wait(0.2):
                setup.execute(FORGET)

    thread = threading.Thread(target=forget)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def token(address: str, cookie: str) -> tuple[str, str]:
    """The form token of a page, and the cookies that go with it."""
    given = {"User-Agent": CHROME} | ({"Cookie": cookie} if cookie else {})
    with urllib.request.urlopen(urllib.request.Request(address, headers=given)) as answer:
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', answer.read().decode())
        set_now = (answer.headers.get("Set-Cookie") or "").partition(";")[0]
    assert found
    return found[1], "; ".join(filter(None, (cookie, set_now)))


@pytest.mark.parametrize("name", TARGETS)
def test_a07_sqlmap_finds_no_way_in(served, name, tmp_path):
    running, known = served
    who, path, form = TARGETS[name]
    path, cookie = path.format(x=known["x"]), f"phoihop_session={known[who]}" if who else ""
    if form:
        page = "/dang-nhap/" if not who else "/hom-nay/"
        value, cookie = token(running.address + page, cookie)
        form = f"{form}&csrfmiddlewaretoken={value}"
    headers = {"Origin": running.address} | ({"Cookie": cookie} if cookie else {})
    plain = {"User-Agent": CHROME} | headers
    opened = urllib.request.Request(running.address + path.replace("*", ""), form.encode() or None, plain)
    try:
        with urllib.request.urlopen(opened) as answer:
            status = answer.status
    except urllib.error.HTTPError as refused:
        status = refused.code
    assert status == (200 if who else 422), "what is tried is a page that opens, and a form that is read"
    said = sqlmap(running.address + path, form, headers, tmp_path)
    assert FOUND_ONE not in said, said
    assert "do not appear to be injectable" in said, said
    assert CLOSED.search(said) is None, "a closed door tells nothing of what is behind it"
    assert len(TRIED.findall(said)) > 3, said


class Careless(http.server.BaseHTTPRequestHandler):
    """A page of the kind that nobody should write."""

    def do_GET(self) -> None:
        asked = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query).get("id", ["0"])[0]
        try:
            with psycopg.connect(**self.server.given) as connection:
                rows = connection.execute(f"select 'found' from generate_series(1, 3) n where n = {asked}")
                text = repr(rows.fetchall())
        except psycopg.Error as error:
            text = str(error)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"<p>{text}</p>".encode())

    def log_message(self, *_: object) -> None:
        pass


def test_a07_sqlmap_finds_the_way_into_a_careless_page(spare, tmp_path):
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Careless) as server:
        server.given = spare.params("setup")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        said = sqlmap(f"http://127.0.0.1:{server.server_port}/?id=1", "", {}, tmp_path)
        server.shutdown()
    assert FOUND_ONE in said
