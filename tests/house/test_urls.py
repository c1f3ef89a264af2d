"""Every address of every room, tried by a visitor, by each role in two agencies, and by who holds no role.

Who may is computed from the rows of the reviewed permission matrix (`./run check` compares the file with
them), not asked of the program. What leads where is told by
the rooms (tests/support/world.py); a room added later is walked without this file being edited.
"""

import functools
import re
import statistics
import time
import zlib
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from phoihop.base.org.doors import DOORS, place_of
from phoihop.base.org.models import Facility
from phoihop.base.org.roles import ROLES
from phoihop.base.org.rules.permissions import Place
from phoihop.base.org.tests.signin import Browser
from tests.support import world as worlds
from tests.support.world import NOBODY, Address, Example, Somebody, World, told
from tools import matrix

# Views that no permission guards, and why: they are how one gets in, or one's own ways of getting in.
DOOR, OWN = "for visitors", "for whoever is signed in, about themselves"
REVIEWED = {
    "account_login": DOOR,
    "mfa_login_webauthn": DOOR,
    "mfa_authenticate": DOOR,  # after a right password, else back to the sign-in page
    "account_reauthenticate": DOOR,  # sends visitors to the sign-in page
    "signin_carried": DOOR,  # the same
    "signin_card": DOOR,
    "signin_choose": DOOR,  # after a right card, else back to it
    "signin_choose_password": DOOR,
    "account_logout": DOOR,
    "signin_status": DOOR,  # tells a visitor that nobody is signed in
    "signin_resume": DOOR,  # needs the cookie of an idle session
    "choose": DOOR,  # language and theme
    "ost-sync": DOOR,  # asked by devices, each known by its own signature; nobody is signed in there
    "mfa_index": OWN,
    "mfa_add_webauthn": OWN,
    "mfa_activate_totp": OWN,
    "signin_remove": OWN,
    "mfa_view_recovery_codes": OWN,
    "mfa_generate_recovery_codes": OWN,
    "account_change_password": OWN,
    "signin_devices": OWN,
    "signin_end": OWN,
}
if settings.PHOIHOP_MODE == "demo":
    # Its way in that asks nothing, which stands before two addresses of the house's own.
    del REVIEWED["account_reauthenticate"]
    REVIEWED |= {"demo": DOOR, "demo-enter": DOOR, "demo-prove": DOOR}
OF_OWN = {"signin_remove": {"number": worlds.NOT_THERE}}
SENDING_AWAY = ("account_login", "account_reauthenticate", "mfa_index", "signin_card")
ADDRESSES = worlds.addresses()
GUARDED = [address for address in ADDRESSES if address.code and not address.is_open]
# What is sent here stands under the sender's own signature (programmes/ost/tests/test_sync_http.py): there is
# no session that somebody else's page could use.
SIGNED = {"ost-sync"}
METHODS = ("GET", "POST")


@cache
def reaches() -> dict[tuple[str, str], set[str]]:
    """The matrix: over what each role may pass each door. All of them are declared when the tests begin."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in matrix.rows():
        found[row["door"], row["role"]].add(row["reach"])
    return found


def may(reach: set[str], somebody: Somebody, place: Place | None) -> bool:
    """What the matrix says of one person and one place, in our own words."""
    if "refused" in reach or somebody.place is None:
        return False
    at = somebody.place
    facility = at.pk if isinstance(at, Facility) else None
    agency = at.agency_id if isinstance(at, Facility) else at.pk
    mine = {
        "self": ("account", somebody.account.pk),
        "facility": ("facility", facility),
        "agency": ("agency", agency),
        "units": ("unit", somebody.unit.pk if somebody.unit else None),
    }
    if "all" in reach or (reach and place is None):
        return True
    return any(name in reach and value is not None and getattr(place, part) == value
               for name, (part, value) in mine.items())  # fmt: skip


@pytest.fixture
def world(db) -> World:
    return worlds.build()


def example_of(address: Address, known: dict[str, Example]) -> Example:
    found = known.get(address.name, Example())
    assert set(found.path) == set(address.arguments), f"{address.name}: no example leads there"
    return found


def ask(browser: Browser, method: str, address: str, form: Any = None, **more: Any) -> Any:
    """One request; whatever it changed is undone."""
    with transaction.atomic():
        answer = (
            browser.generic(method, address, **more) if form is None else browser.post(address, form, **more)
        )
        transaction.set_rollback(True)
    return answer


def is_sent_away(answer: Any) -> bool:
    if answer.status_code in (401, 404):
        return True
    doors = [reverse(name) for name in SENDING_AWAY]
    return answer.status_code == 302 and answer.headers["Location"].partition("?")[0] in doors


def tried(address: Address, example: Example) -> Iterator[tuple[str, Any]]:
    """The methods of an address, each with what is sent. One it has not is refused before anything else."""
    for method in methods_of(address):
        yield method, dict(example.form) if method == "POST" else None


@functools.cache
def methods_of(address: Address) -> tuple[str, ...]:
    """GET, POST or both. Asked as a visitor, who gets no further."""
    visitor, path = Browser(raise_request_exception=False), address.to(dict.fromkeys(address.arguments, 1))
    found = tuple(method for method in METHODS if ask(visitor, method, path).status_code != 405)
    assert found, f"{address.name} answers neither GET nor POST"
    return found


def test_every_address_is_guarded_or_reviewed():
    loose = {address.name for address in ADDRESSES if not address.code}
    assert loose == set(REVIEWED)


def test_no_two_addresses_share_a_name():
    names = [address.name for address in ADDRESSES]
    assert len(names) == len(set(names))


def test_every_guarded_address_names_a_door():
    assert {address.code for address in ADDRESSES if address.code} <= set(DOORS)


def test_nothing_behind_a_door_is_open_to_everybody():
    """tests/house/test_production.py walks again where it is not the demo."""
    assert {address.code for address in ADDRESSES if address.is_open} == set()


def _drawn(address: Address, who: str, one_in: int) -> bool:
    return zlib.crc32(f"{address.name}/{who}".encode()) % one_in == 0


@pytest.mark.parametrize("one_in", [16, pytest.param(1, marks=pytest.mark.long)])
def test_every_address_by_everybody(world, one_in):
    """Nobody gets more than the matrix gives; a no is the one page that is not there.

    Whoever may is asked everywhere. Of those who may not, one in so many: all of them are 20.000 questions.
    In the fast walk the first who may is asked at each address, and every sixth of the others.
    """
    known, given, asked, wrong = worlds.examples(world), reaches(), 0, []
    passed: dict[str, set[str]] = defaultdict(set)
    for who, somebody in world.people.items():
        browser = somebody.browser()
        nothing = told(ask(browser, "GET", "/khong-co-gi-o-day/"))
        for address in GUARDED:
            example = example_of(address, known)
            place = place_of(example.thing) if example.thing is not None else None
            allowed = may(given[address.code, somebody.role], somebody, place)
            sure = allowed and (one_in == 1 or not passed[address.name] or _drawn(address, who, 6))
            if not sure and not _drawn(address, who, one_in):
                continue
            there = address.to(example.path)
            for method, form in tried(address, example):
                answer = ask(browser, method, there, form)
                asked += 1
                said = f"{method} {address.name} as {who}: {answer.status_code}"
                if answer.status_code >= 500:
                    wrong.append(f"{said}, broken")
                elif allowed:
                    passed[address.name].add(who)
                    if is_sent_away(answer):
                        wrong.append(f"{said}, though the matrix says yes")
                elif who == NOBODY and there == settings.LOGIN_REDIRECT_URL and method == "GET":
                    if (answer.status_code, told(answer)[1]) != (200, nothing[1]):
                        wrong.append(f"{said}, but who holds no position has one page, the same for all")
                elif answer.status_code != 404:
                    wrong.append(f"{said}, though the matrix says no")
                elif told(answer) != nothing:
                    wrong.append(f"{said}, but it looks otherwise than nothing")
    assert "\n".join(wrong) == ""
    assert {address.name for address in GUARDED} == {name for name, who in passed.items() if who}, (
        "an address that nobody passes was not tried"
    )
    assert asked * one_in >= len(world.people) * len(GUARDED)


def test_a_visitor_is_sent_to_the_door_and_a_script_is_told(world):
    known, own = worlds.examples(world), [a for a in ADDRESSES if REVIEWED.get(a.name) == OWN]
    browser, wrong = Browser(raise_request_exception=False), []
    for address in [*GUARDED, *own]:
        example = known.get(address.name) or Example(OF_OWN.get(address.name, {}))
        for path in (example.path, example.nowhere):
            for method, form in tried(address, example):
                page = ask(browser, method, address.to(path), form)
                script = ask(browser, method, address.to(path), form, headers={"Accept": "application/json"})
                if page.status_code == script.status_code == 405:
                    continue
                if page.status_code != 302 or not page.headers["Location"].startswith("/dang-nhap/?next="):
                    wrong.append(f"{method} {address.name}: {page.status_code}")
                if script.status_code != 401:
                    wrong.append(f"{method} {address.name} as a script: {script.status_code}")
    assert "\n".join(wrong) == ""


def test_who_is_signed_in_with_a_password_alone_gets_no_further(world):
    """A role that asks for a second factor gives nothing before one."""
    known, given, wrong = worlds.examples(world), reaches(), []
    for who, somebody in world.people.items():
        if who == NOBODY or not ROLES[somebody.role].strong:
            continue
        browser = somebody.browser(strong=False)
        for address in GUARDED:
            example = example_of(address, known)
            place = place_of(example.thing) if example.thing is not None else None
            if not may(given[address.code, somebody.role], somebody, place):
                continue
            for method, form in tried(address, example):
                answer = ask(browser, method, address.to(example.path), form)
                if answer.status_code != 405 and not is_sent_away(answer):
                    wrong.append(f"{method} {address.name} as {who}: {answer.status_code}")
    assert "\n".join(wrong) == ""


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_is_missing_and_what_is_hidden_look_alike_in_either_language(world, language):
    known = worlds.examples(world)
    browser = world.people["officer@there"].browser()
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    bodies = set()
    for address in GUARDED:
        example = example_of(address, known)
        for path in (example.path, example.nowhere) if example.path else ():
            for method, form in tried(address, example):
                answer = ask(browser, method, address.to(path), form)
                if answer.status_code == 404:
                    bodies.add(told(answer))
    unknown = ask(browser, "GET", "/khong-co-gi-o-day/")
    assert bodies == {told(unknown)}


def shape(queries: list[dict[str, str]]) -> list[str]:
    """Statements without their values: digits, quoted texts and the names of savepoints."""
    return [re.sub(r"'(?:[^']|'')*'| *-?\b\d+\b|\"s\d+_x\d+\"", "?", query["sql"]) for query in queries]


def _work(browser: Browser, method: str, paths: list[str], form: Any) -> list[list[str]]:
    seen = []
    for path in paths:
        connection.queries_log.clear()  # it holds 9,000 statements, and this walk makes more
        with CaptureQueriesContext(connection) as caught:
            ask(browser, method, path, form)
        seen.append(shape(caught.captured_queries))
    return seen


def test_a_hidden_thing_costs_the_database_what_a_missing_one_does(world):
    """The same statements in the same order: no difference that a clock could see."""
    known, wrong = worlds.examples(world), []
    for who in ("officer@there", "carer-beta@here", "carer-alpha@there", "head@there", NOBODY):
        somebody, browser = world.people[who], world.people[who].browser()
        given = reaches()
        for address in GUARDED:
            example = example_of(address, known)
            place = place_of(example.thing) if example.thing is not None else None
            if not example.path or may(given[address.code, somebody.role], somebody, place):
                continue
            paths = [address.to(example.path), address.to(example.nowhere)]
            for method, form in tried(address, example):
                # Three tries: a session grown a minute older meanwhile, or a cold cache, is no difference.
                pairs = (_work(browser, method, paths, form) for _ in range(3))
                if not any(hidden == missing for hidden, missing in pairs):
                    wrong.append(f"{method} {address.name} as {who}")
    assert "\n".join(wrong) == ""


def test_what_only_shows_takes_nothing_sent(world):
    """A page answers the methods it has; no address answers a method nobody wrote it for."""
    known, wrong = worlds.examples(world), []
    right = {a.name: _right(world, a, known) for a in GUARDED}
    for address in ADDRESSES:
        who = right.get(address.name)
        browser = who.browser() if who else world.people["member@here"].browser()
        path = known.get(address.name, Example(OF_OWN.get(address.name, {"token": "x", "fmt": "json"}))).path
        path = {name: path[name] for name in address.arguments}
        for method in ("PUT", "PATCH", "DELETE", "TRACE"):
            answer = ask(browser, method, address.to(path))
            if answer.status_code not in (404, 405) and not is_sent_away(answer):
                wrong.append(f"{method} {address.name}: {answer.status_code}")
    assert "\n".join(wrong) == ""


def _right(world: World, address: Address, known: dict[str, Example]) -> Somebody:
    """Somebody whom the matrix lets in."""
    example, given = example_of(address, known), reaches()
    place = place_of(example.thing) if example.thing is not None else None
    for somebody in world.people.values():
        if may(given[address.code, somebody.role], somebody, place):
            return somebody
    raise AssertionError(f"{address.name}: nobody of the world may pass")


def test_nothing_is_written_from_elsewhere(world):
    """No token, a foreign origin, or a browser that says another site asks: 403."""
    known, wrong = worlds.examples(world), []
    token = "t" * 32
    cases = {
        "no token": ({}, {}),
        "foreign origin": ({"csrfmiddlewaretoken": token}, {"Origin": "https://elsewhere.example"}),
        "hidden origin": ({"csrfmiddlewaretoken": token}, {"Origin": "null"}),
        "cross-site": ({"csrfmiddlewaretoken": token}, {"Sec-Fetch-Site": "cross-site"}),
        "neighbour": ({"csrfmiddlewaretoken": token}, {"Sec-Fetch-Site": "same-site"}),
    }
    for address in ADDRESSES:
        if address.name in SIGNED:
            continue
        guarded = address in GUARDED
        example = known.get(address.name, Example(OF_OWN.get(address.name, {"token": "x", "fmt": "json"})))
        path = address.to({name: example.path[name] for name in address.arguments})
        who = _right(world, address, known) if guarded else world.people["member@here"]
        browser = who.browser(enforce_csrf_checks=True)
        browser.cookies[settings.CSRF_COOKIE_NAME] = token
        own = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
        honest = ask(browser, "POST", path, {**example.form, "csrfmiddlewaretoken": token}, headers=own)
        if honest.status_code == 405:
            continue
        if honest.status_code == 403:
            wrong.append(f"{address.name}: an honest form is refused")
        for case, (more, headers) in cases.items():
            answer = ask(browser, "POST", path, {**example.form, **more}, headers=headers)
            if answer.status_code != 403:
                wrong.append(f"{address.name}, {case}: {answer.status_code}")
    assert "\n".join(wrong) == ""


@pytest.mark.long
def test_no_clock_tells_a_hidden_thing_from_a_missing_one(world):
    """Medians of 400 requests in turns. The bound is wide: half of one's own spread or a fifth of the median,
    whichever is more; that the work is the same is proved above, statement by statement."""
    client = worlds.examples(world)["standin-alpha-see"]
    address = next(a for a in ADDRESSES if a.name == "standin-alpha-see")
    browser = world.people["officer@there"].browser()
    took: dict[str, list[float]] = {"hidden": [], "missing": []}
    for turn in range(420):
        for name, path in (("hidden", client.path), ("missing", client.nowhere)):
            began = time.perf_counter()
            assert ask(browser, "GET", address.to(path)).status_code == 404
            if turn >= 20:
                took[name].append(time.perf_counter() - began)
    hidden, missing = (statistics.median(took[name]) for name in ("hidden", "missing"))
    low, _, high = statistics.quantiles(took["hidden"] + took["missing"], n=4)
    assert abs(hidden - missing) <= max(0.5 * (high - low), 0.2 * missing)
