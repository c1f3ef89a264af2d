"""Requirements of ASVS that ask the same of every page, form and source file, named in docs/asvs.csv."""

import ast
import math
import re
import socket

import pytest
from django.conf import settings

from phoihop.base.org.signin import cards
from phoihop.base.org.signin.hashing import Argon2id
from phoihop.base.org.signin.rules.passwords import LONGEST, weakness
from tests.abuse.conftest import spare, workshop  # noqa: F401 - fixtures
from tests.house.test_urls import GUARDED, _right, ask, example_of, methods_of
from tests.support import house
from tests.support import world as worlds
from tools.tree import shown, with_ending

SOURCES = [
    path
    for path in with_ending(".py")
    if shown(path).startswith("src/") and "tests" not in path.parts and "bench" not in path.parts
]
TEMPLATES = [path for path in with_ending(".html") if "templates" in path.parts]


@pytest.fixture
def world(db):
    return worlds.build()


def opened(world):
    """Every guarded page with somebody who may open it, and what they get."""
    known = worlds.examples(world)
    for address in GUARDED:
        if "GET" in methods_of(address):
            browser = _right(world, address, known).browser()
            yield address, ask(browser, "GET", address.to(example_of(address, known).path))


# What is said of every page


def test_every_page_has_a_type_and_every_text_its_letters(world):
    wrong = [
        f"{address.name}: {said}"
        for address, answer in opened(world)
        if answer.status_code == 200
        and not (said := answer.headers.get("Content-Type", "")).endswith("charset=utf-8")
        and not re.fullmatch(r"application/(json|vnd\.[\w.-]+|octet-stream|pdf|zip)|image/png", said)
    ]
    assert wrong == []


def test_every_page_has_the_way_out(world):
    pages = [
        (address.name, answer.content)
        for address, answer in opened(world)
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")
    ]
    assert len(pages) > 25
    assert [name for name, body in pages if b"/dang-xuat/" not in body] == []


@pytest.mark.parametrize(
    "method", ["TRACE", "TRACK", "CONNECT", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"]
)
def test_methods_that_no_page_has_are_refused(world, method):
    known, wrong = worlds.examples(world), []
    for address in GUARDED:
        browser = _right(world, address, known).browser()
        path = address.to(example_of(address, known).path)
        answer = ask(browser, method, path, HTTP_X_WITNESS="seven-oxen")
        if answer.status_code not in (400, 403, 404, 405) or b"seven-oxen" in answer.content:
            wrong.append(f"{address.name}: {answer.status_code}")
    assert wrong == []


@pytest.mark.parametrize(
    ("typed", "shown_as"),
    [("%2541", "%41"), ("%25252e", "%252e"), ("%26lt%3Bb%26gt%3B", "&amp;lt;b&amp;gt;"), ("a%2Bb", "a+b")],
)
def test_what_is_typed_is_decoded_once(world, typed, shown_as):
    answer = world.people["head@here"].browser().get(f"/dia-ban/?q={typed}")
    assert answer.status_code == 200
    assert f'value="{shown_as}"' in answer.text


@pytest.mark.parametrize(
    "query", ["q=a&q=b", "on=01/01/2024&on=02/01/2024", "q=a&Q=b", "q[]=a", "q=a;q=b&q=c"]
)
def test_a_parameter_is_given_once(world, query):
    assert world.people["head@here"].browser().get(f"/dia-ban/?{query}").status_code == 400


# Passwords


def test_every_field_for_a_password_hides_it_and_lets_a_manager_fill_it():
    fields = [
        field
        for path in TEMPLATES
        for field in re.findall(r"<input[^>]*>", path.read_text(encoding="utf-8"))
        if re.search(r'name="[^"]*password', field) or 'type="password"' in field
    ]
    assert fields
    assert all('type="password"' in field for field in fields)
    assert all('autocomplete="off"' not in field and "readonly" not in field for field in fields)
    # A form of the engine has no field for a password: the table of a register takes whole blocks.
    scripts = [
        path
        for path in with_ending(".js", ".mjs")
        if "vendor" not in path.parts and "src" in path.parts and "forms" not in path.parts
    ]
    assert scripts
    assert [
        shown(path) for path in scripts if re.search(r"""["']paste["']|onpaste""", path.read_text())
    ] == []


@pytest.mark.parametrize("length", [64, 100, LONGEST])
def test_long_passwords_are_taken(length):
    assert weakness(("bốn con trâu lội sông, " * 20)[: length - 8] + "x7!Kqz#w") is None


def test_a_password_counts_as_it_was_typed():
    hasher, password = Argon2id(), "Bốn con trâu Lội sông " + "x" * 170 + " "
    kept = hasher.encode(password, hasher.salt())
    others = [password.strip(), password.lower(), password[:72], password[:-1], password.replace("ố", "o")]
    assert hasher.verify(password, kept)
    assert [other for other in others if hasher.verify(other, kept)] == []


# What may not be guessed


def test_secrets_are_long_enough_for_what_they_guard(world):
    cookie = world.people["head@here"].browser().cookies[settings.SESSION_COOKIE_NAME].value
    assert len(set(cookie)) > 16
    assert len(cookie) * math.log2(64) >= 128
    assert cards._LENGTH * math.log2(len(set(cards._LETTERS))) >= 50
    assert settings.MFA_RECOVERY_CODE_DIGITS * math.log2(10) >= 20


def test_nothing_is_drawn_from_what_can_be_foretold():
    """Only ``secrets`` and ``os.urandom``: no source of the product has the other one, but for the demo's,
    whose story is to be the same each time."""
    ours = [path for path in SOURCES if "demo" not in path.parts]
    assert [shown(path) for path in ours if "random" in imported(path)] == []
    drawing = {shown(path) for path in SOURCES if "secrets" in imported(path)}
    assert {"src/phoihop/base/org/signin/cards.py", "src/phoihop/base/org/signin/store.py"} <= drawing


def imported(path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
    return names | {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


# Text that becomes a pattern or a format


def test_no_format_is_made_of_what_somebody_typed():
    """A format is written in the source; only its values come from elsewhere."""
    found = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            if called and node.func.attr in ("format", "format_map") and not is_literal(node.func.value):
                found.append(f"{shown(path)}:{node.lineno}")
    assert [place for place in found if place.partition(":")[0] not in REVIEWED] == []


# Formats that are constants under a name; read before they were listed.
REVIEWED = {
    "src/phoihop/base/security/audit/findings.py",
    "src/phoihop/base/security/audit/sealing.py",
    "src/phoihop/base/security/audit/stream.py",
    "src/phoihop/base/security/audit/unusual.py",
    "src/phoihop/base/security/audit/verifying.py",
    "src/phoihop/base/security/law.py",
    "src/phoihop/base/security/outgoing/scanner.py",
    "src/phoihop/coordination/plans/rules/comparing.py",
    "src/phoihop/coordination/plans/rules/whys.py",
}


def is_literal(node: ast.expr) -> bool:
    if isinstance(node, ast.Call) and ast.unparse(node.func) in ("sql.SQL", "SQL"):
        return all(isinstance(argument, ast.Constant) for argument in node.args)
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id.isupper())


# Where one message ends and the next begins


SMUGGLED = {
    "two lengths": b"POST /dang-nhap/ HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
    "length and chunks": b"POST /dang-nhap/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /witness/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "strange chunks": b"POST /dang-nhap/ HTTP/1.1\r\nHost: localhost\r\n"
    b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "blank before the colon": b"GET /dang-nhap/ HTTP/1.1\r\nHost: localhost\r\nContent-Length : 3\r\n\r\nabc",
    "a length that is none": b"POST /dang-nhap/ HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Length: +5\r\n\r\nabcde",
    "a folded header": b"GET /dang-nhap/ HTTP/1.1\r\nHost: localhost\r\nX-A: b\r\n c\r\n\r\n",
}


@pytest.fixture(scope="module")
def served(spare, workshop):  # noqa: F811
    with house.opened(spare) as running:
        yield int(running.address.rpartition(":")[2])


@pytest.mark.parametrize("name", SMUGGLED)
def test_a_message_whose_end_is_in_doubt_is_not_taken(served, name):
    said = exchange(served, SMUGGLED[name])
    assert said == b"" or re.match(rb"HTTP/1.1 (400|403)", said), said[:200]
    assert said.count(b"HTTP/1.1 ") <= 1, "nothing is taken for a second message"


def test_a_whole_message_is_taken(served):
    said = exchange(served, b"GET /dang-nhap/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert said.startswith(b"HTTP/1.1 200")


def exchange(port: int, sent: bytes) -> bytes:
    with socket.create_connection(("localhost", port), 10) as plain:
        plain.settimeout(3)
        plain.sendall(sent)
        said = b""
        try:
            while part := plain.recv(65536):
                said += part
        except (TimeoutError, ConnectionError):
            pass
    return said
