"""What answers and logs give away, and what they carry."""

import json
import logging
import re
import subprocess
import sys
from pathlib import Path

import pytest

from phoihop.base.org.models import Agency, Facility, Person
from phoihop.base.org.tests import making
from phoihop.base.security import scope
from phoihop.config.logs import Wordless
from tests.abuse.conftest import NAME, NUMBER, STATE
from tests.house.test_urls import ADDRESSES, GUARDED, _right, ask
from tests.standin import queries
from tests.support import database
from tests.support import world as worlds
from tools.tree import ROOT, shown, with_ending

PAYLOADS = (
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "<math><mtext><table><mglyph><style><!--</style><img title='--><img src=x onerror=alert(1)>'>",
    "javascript:alert(1)",
    "{{7*7}}{% load i18n %}${7*7}#{7*7}",
)
CSP = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
)


def _poisoned(clinic) -> None:
    """Every text of the house that somebody may type holds every payload."""
    poison = " ".join(PAYLOADS)
    with scope.acting(making.INSTALL):
        Person.objects.update(name=poison)
        for model in (Agency, Facility):
            model.objects.update(name=poison)
    with scope.acting(making.viewers.scope_of(clinic.world.viewer("carer-alpha@here"))):
        clinic.x.put(name=poison, state=poison)
        clinic.x.save(update_fields=["name", "state"])


def test_a36_a37_what_people_type_is_shown_as_typed(clinic):
    """On every page of every room: no tag of it, and no template of it, comes to life."""
    _poisoned(clinic)
    known, met, live = worlds.examples(clinic.world), 0, []
    known["standin-alpha-see"] = worlds.Example({"pk": clinic.x.pk}, clinic.x)
    for address in ADDRESSES:
        example = known.get(address.name, worlds.Example())
        if set(example.path) != set(address.arguments):
            continue
        who = (
            _right(clinic.world, address, known) if address in GUARDED else clinic.world.people["member@here"]
        )
        answer = ask(who.browser(), "GET", address.to(example.path))
        if answer.streaming or not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        body = answer.content.decode()
        met += "&lt;img src=x" in body
        live += [f"{address.name}: {p}" for p in PAYLOADS[:4] if p in body]
        live += [f"{address.name}: 49" for _ in re.findall(r"49\{%|49#|\b49\$", body)]
        if "javascript:alert(1)" in body:
            live += re.findall(r"(?:href|src|action)=[\"']?\s*javascript:", body)
    assert live == []
    assert met >= 1


def test_a37_a_template_of_a_page_holds_no_text_of_a_person(clinic):
    """Names reach pages as values; nothing that was typed is ever compiled."""
    _poisoned(clinic)
    body = clinic.see("carer-alpha@here").content.decode()
    assert "{{7*7}}{% load i18n %}${7*7}#{7*7}" in body


def test_a36_what_scripts_are_given_is_no_page(clinic):
    """JSON says that it is JSON, and a browser is told not to guess."""
    _poisoned(clinic)
    answer = clinic.search("carer-alpha@here", "img")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert json.loads(answer.content)["found"] is not None


def _every_class(clinic, monkeypatch) -> dict[str, object]:
    """One answer of each class, by what it is."""
    carer, officer, x = clinic("carer-alpha@here"), clinic("officer@there"), clinic.x.pk
    visitor = worlds.Browser(raise_request_exception=False, enforce_csrf_checks=True)
    found = {
        "200": carer.get(f"/standin/a/{x}/"),
        "200 open": visitor.get("/dang-nhap/"),
        "200 json": carer.post("/standin/a/search/", {"text": "vang"}),
        "201": carer.post(
            f"/standin/a/enrol/{clinic.x.facility_id}/", {"name": "A", "number": "", "since": "2026-11-21"}
        ),
        "302": visitor.get(f"/standin/a/{x}/"),
        "400": carer.get(f"/standin/a/{x}/?fields=*"),
        "400 host": visitor.get("/", HTTP_HOST="evil.example"),
        "401": visitor.get(f"/standin/a/{x}/", headers={"Accept": "application/json"}),
        "403": visitor.post("/choose/", {"theme": "dark"}),
        "404": officer.get(f"/standin/a/{x}/"),
        "404 unknown": visitor.get("/nowhere/"),
        "404 static": visitor.get("/static/ui/nothing.css"),
        "405": carer.get("/standin/a/search/"),
        "413": carer.post("/van-ban/gui/tep/", b"x", content_type="text/plain", CONTENT_LENGTH="900000000"),
        "422": worlds.Browser().post("/dang-nhap/", {"login": "ai", "password": "sai"}),
        "200 static": visitor.get("/static/ui/tokens.css"),
    }
    monkeypatch.setattr(queries, "see", lambda *given: 1 / 0)
    found["500"] = carer.get(f"/standin/a/{x}/")
    return found


def test_a42_every_class_of_answer_carries_the_headers(clinic, monkeypatch):
    wrong = []
    for name, answer in _every_class(clinic, monkeypatch).items():
        answer.close()
        if str(answer.status_code) != name[:3]:
            wrong.append(f"{name}: answered {answer.status_code}")
        headers = answer.headers
        policy = headers.get("Content-Security-Policy", "")
        wrong += [f"{name}: no {rule}" for rule in CSP if rule not in policy]
        wrong += [f"{name}: {word}" for word in ("unsafe", "http:", "*") if word in policy]
        wanted = {
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Referrer-Policy": "same-origin",
        }
        wrong += [
            f"{name}: {key} is {headers.get(key)}"
            for key, value in wanted.items()
            if headers.get(key) != value
        ]
        if "static" not in name and headers.get("Cache-Control") != "no-store":
            wrong.append(f"{name}: may be kept")
        if {"Server", "X-Powered-By", "Access-Control-Allow-Origin", "ETag"} & set(
            headers
        ) and "static" not in name:
            wrong.append(f"{name}: says too much")
    assert wrong == []


def test_a42_over_https_browsers_are_told_to_stay_there(db):
    """A process of its own, since https changes cookies and headers at the start."""
    asking = """
import django; django.setup()
from django.conf import settings
from django.test import Client
settings.MIDDLEWARE = [m for m in settings.MIDDLEWARE if "base.org" not in m]
client = Client(HTTP_HOST="phoihop.example", HTTP_X_FORWARDED_PROTO="https", raise_request_exception=False)
answer = client.post("/choose/", {"theme": "dark"}, headers={"Origin": "https://phoihop.example"})
print(answer.headers["Strict-Transport-Security"], answer.status_code)
foreign = client.post("/choose/", {"theme": "dark"}, headers={"Origin": "http://phoihop.example"})
print(foreign.status_code)
print(settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_NAME)
"""
    access, name = database.current[-1]
    done = subprocess.run(
        [sys.executable, "-c", asking],
        env={
            "PATH": "",
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
            "DJANGO_SETTINGS_MODULE": "phoihop.config.settings",
            "PHOIHOP_PUBLIC_URL": "https://phoihop.example",
            "DATABASE_URL": access.url("app", name),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines() == [
        "max-age=31536000; includeSubDomains 302",
        "403",
        "__Host-phoihop_session True __Host-phoihop_csrf",
    ], done.stderr


def test_a41_no_dangerous_call_outside_the_reviewed_list():
    """Pickles, yaml, eval, shells, safe text, requests without an end; SQL by hand is tools/lint.py's."""
    forbidden = re.compile(
        r"^\s*(?:import|from) (?:pickle|marshal|shelve|dill|yaml)\b|\beval\(|(?<!\.)\bexec\(|shell=True"
        r"|\bmark_safe\b|autoescape off|\|\s*safe\b|\.extra\(|os\.system\(|verify=False",
        re.MULTILINE,
    )
    bounded = re.compile(r"(?:urlopen|HTTPConnection|HTTPSConnection|create_connection)\((?P<given>[^)]*)\)")
    found = []
    for path in with_ending(".py", ".html"):
        name = shown(path)
        if not name.startswith("src/") or "/tests/" in name or "/bench/" in name or "/vendor/" in name:
            continue
        text = path.read_text(encoding="utf-8")
        found += [f"{name}: {match[0].strip()}" for match in forbidden.finditer(text)]
        found += [
            f"{name}: waits for ever: {m[0]}" for m in bounded.finditer(text) if "timeout" not in m["given"]
        ]
    assert found == []


@pytest.fixture
def logged():
    """Everything that a log would hold, formatted as the product does."""
    lines: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    handler = Kept()
    handler.setFormatter(Wordless())
    logging.getLogger().addHandler(handler)
    yield lines
    logging.getLogger().removeHandler(handler)


def test_a51_no_error_repeats_what_was_typed(clinic, monkeypatch, logged, recorded, capfd):
    """Fifty faults: dates that are none, doubles that the database refuses, views that break."""
    carer, x = clinic("carer-alpha@here"), clinic.x
    facility = x.facility_id

    def breaking(*given: object) -> None:
        raise ValueError(f"cannot show {NAME} {NUMBER} {STATE}")

    answers = []
    for turn in range(10):
        answers.append(carer.post(f"/standin/a/{x.pk}/visit/", {"day": f"{NAME} {NUMBER}"}))
        answers.append(
            carer.post(
                f"/standin/a/enrol/{facility}/", {"name": NAME, "number": NUMBER, "since": "2026-11-21"}
            )
        )
        answers.append(
            carer.post(
                f"/standin/a/enrol/{facility}/", {"name": NAME, "number": STATE, "since": "2026-11-21"}
            )
        )
        answers.append(
            carer.post(f"/standin/a/enrol/{facility}/", {"name": NAME, "since": f"2026-99-{turn}"})
        )
        with monkeypatch.context() as patched:
            patched.setattr(queries, "see", breaking)
            answers.append(carer.get(f"/standin/a/{x.pk}/", headers={"User-Agent": worlds.CHROME}))
    assert len(answers) == 50
    assert sum(answer.status_code >= 400 for answer in answers) == 50
    assert any(answer.status_code == 500 for answer in answers)
    out, err = capfd.readouterr()
    said = "\n".join([*logged, out, err])
    assert "ValueError" in said
    entries = " ".join(f"{e.action} {e.thing_kind} {e.thing_id} {e.detail}" for e in recorded())
    bodies = "".join(answer.content.decode() + str(answer.headers) for answer in answers)
    for secret in (NAME, "Vàng", NUMBER, STATE, "dương"):
        assert secret not in said
        assert secret not in entries
        assert secret not in bodies


def test_a51_the_database_writes_no_value_into_its_own_log(clinic):
    """The server's own log, of all that these tests did to it."""
    carer = clinic("carer-alpha@here")
    carer.post(
        f"/standin/a/enrol/{clinic.x.facility_id}/", {"name": NAME, "number": NUMBER, "since": "2026-11-21"}
    )
    logs = [path for path in Path(database.folder()).rglob("*.log") if path.is_file()]
    assert logs
    for path in logs:
        text = path.read_text(encoding="utf-8", errors="replace")
        assert NUMBER not in text
        assert NAME not in text


def test_a51_no_address_takes_what_is_searched_for():
    """What is looked for goes in a body: an address stands in histories, logs and referrers."""
    words = re.compile(r"name|text|query|phone|number_of|q\b")
    searching = [address for address in ADDRESSES if address.code.endswith("_search")]
    assert searching
    assert not [address.name for address in ADDRESSES for part in address.arguments if words.fullmatch(part)]
