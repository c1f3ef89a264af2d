"""Reaching for what belongs to others: ids, parameters, forms, doubles, clocks."""

from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from phoihop.base.org.models import Block, Position
from phoihop.base.org.viewers import scope_of
from phoihop.base.security import scope
from tests.abuse.conftest import NAME, NUMBER, STATE
from tests.house.test_urls import ADDRESSES, GUARDED, _right, ask, example_of, methods_of, shape, tried
from tests.standin.models import Client, Visit
from tests.support import world as worlds
from tests.support.world import HERE, THERE, told

EVIL = (
    "id;select pg_sleep(5)",
    "1) or (1=1",
    "' or 1=1 --",
    '"; drop table standin_client; --',
    "state",
    "-state",
)
OUTSIDERS = ("officer@there", "carer-alpha@there", "carer-beta@here", "administrator@here", "auditor@here")
FORMS = [address for address in GUARDED if address.name.startswith("standin-")]


def test_a02_an_id_changed_in_an_address_leads_nowhere(clinic):
    """Every id there is, and some beside them, at every address of a file."""
    client = clinic("officer@there")
    bodies = set()
    for number in range(clinic.x.pk - 5, clinic.x.pk + 6):
        for path in (
            f"/standin/a/{number}/",
            f"/standin/b/{number}/",
            f"/tep/{number}/",
            f"/tep/{number}/x/",
        ):
            bodies.add(told(client.get(path)))
        path = f"/standin/a/{number}/visit/"
        bodies.add(told(client.post(path, {"day": "2026-11-21"})))
    assert len(bodies) == 1
    assert {status for status, _ in bodies} == {404}


ASKED = ("fields=*", "expand=client", "ordering=state", "filter[state]=pos", "search=a")


def test_a03_no_page_takes_a_parameter_it_does_not_know(clinic):
    """Each address is asked one of them; what refuses them is the same for all."""
    known, wrong = worlds.examples(clinic.world), []
    for turn, address in enumerate(GUARDED):
        example, asked = example_of(address, known), ASKED[turn % len(ASKED)]
        browser = _right(clinic.world, address, known).browser()
        for method, form in tried(address, example):
            answer = ask(browser, method, f"{address.to(example.path)}?{asked}", form)
            if answer.status_code != 400:
                wrong.append(f"{method} {address.name}?{asked}: {answer.status_code}")
    assert "\n".join(wrong) == ""


@pytest.mark.parametrize("who", OUTSIDERS)
def test_a04_no_byte_of_a_file_reaches_who_may_not_see_it(clinic, who):
    known, browser = worlds.examples(clinic.world), clinic(who)
    secrets = [NAME, "Vang Thi My", NUMBER, STATE, str(clinic.x.pseudonym)]
    for address in ADDRESSES:
        path = known[address.name].path if address.name in known else {}
        if set(path) != set(address.arguments):
            continue
        for method in ("GET", "POST"):
            answer = ask(browser, method, address.to(path), {"text": "vang"} if method == "POST" else None)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            told_of = f"{answer.headers} {body.decode()}"
            assert not [secret for secret in secrets if secret in told_of], f"{method} {address.name}"


def test_a05_scripts_get_no_more_than_pages_give(clinic):
    """The same answers where JSON is asked for, and to HEAD."""
    known, wrong = worlds.examples(clinic.world), []
    for who in ("officer@there", "head@here", "carer-alpha@here"):
        browser = clinic(who)
        for address in GUARDED:
            path = address.to(example_of(address, known).path)
            page = ask(browser, "GET", path).status_code
            script = ask(browser, "GET", path, headers={"Accept": "application/json"}).status_code
            head = ask(browser, "HEAD", path).status_code
            if not page == script == head:
                wrong.append(f"{address.name} as {who}: {page}, {script}, {head}")
    assert wrong == []


def block(clinic, who, actions, thing=""):
    somebody = clinic.world.people[who]
    head = clinic.world.people["head@here"].account
    with scope.acting(scope_of(clinic.world.viewer("head@here"))):
        Block.objects.create(person=somebody.account.person, actions=actions, thing=thing, given_by=head)
    return somebody.browser()


def test_a06_a_block_beats_a_grant_at_every_address(clinic):
    assert clinic.see("carer-alpha@here").status_code == 200
    known = worlds.examples(clinic.world)
    browser = block(clinic, "carer-alpha@here", "standin.case_alpha_*")
    clinic.world.viewer("carer-alpha@here")  # reads the block
    for address in GUARDED:
        if address.name.startswith("standin-alpha"):
            example = example_of(address, known)
            statuses = {
                ask(browser, "GET", address.to(example.path)).status_code,
                ask(browser, "POST", address.to(example.path), dict(example.form)).status_code,
            }
            assert statuses <= {404, 405}, address.name


def test_a06_a_block_on_one_file_hides_it_from_the_search_too(clinic):
    browser = block(clinic, "carer-alpha@here", "standin.case_alpha_*", f"standin.Client:{clinic.x.pk}")
    clinic.world.viewer("carer-alpha@here")
    assert browser.get(f"/standin/a/{clinic.x.pk}/").status_code == 404
    assert browser.post(f"/standin/a/{clinic.x.pk}/visit/", {"day": "2026-11-21"}).status_code == 404
    assert browser.post("/standin/a/search/", {"text": "vang thi my"}).json() == {"found": []}


def test_a07_what_is_typed_never_becomes_sql(clinic):
    """As the name of a parameter, as a sort key, and as the value of parameters that pages do take."""
    known, wrong = worlds.examples(clinic.world), []
    for turn, address in enumerate(GUARDED):
        example, text = example_of(address, known), EVIL[turn % len(EVIL)]
        browser = _right(clinic.world, address, known).browser()
        for name in ("sort", text, "q", "on", "page"):
            answer = ask(
                browser, "GET", address.to(example.path), QUERY_STRING=f"{quote(name)}={quote(text)}"
            )
            if answer.status_code not in (200, 302, 400, 404, 405, 409):
                wrong.append(f"{address.name}?{name}: {answer.status_code}")
            elif name in ("sort", text) and answer.status_code not in (400, 405):
                wrong.append(f"{address.name} takes {name}: {answer.status_code}")
    assert "\n".join(wrong) == ""


@pytest.mark.parametrize("text", EVIL)
def test_a07_a_search_finds_what_was_typed_and_no_more(clinic, text):
    assert clinic.search("carer-alpha@here", text).json() == {"found": []}
    with scope.acting(scope_of(clinic.world.viewer("carer-alpha@here"))):
        assert Client.objects.filter(pk=clinic.x.pk).exists()


STUFFED = {
    "_connector": "OR 1=1 --",
    "__class__": "x",
    "client__state__startswith": "d",
    "role": "administrator",
    "org_id": "1",
    "agency": "1",
    "facility": "1",
    "programme": "alpha",
    "created_by": "1",
    "account": "1",
    "verified": "1",
    "is_active": "1",
    "authz_version": "99",
    "approved_by": "1",
}


# Forms that are about these very things; what is asked for there waits for a second person where it must, and
# whoever speaks for an agency must work there.
MEANT = {
    "position-give": {"role"},
    "target-report": {"agency"},
    "task-report": {"agency"},
    "task-hand-over": {"agency"},
    "sub-plan-owe": {"agency"},
    "send": {"agency"},
    "obstacle-new": {"agency"},
    "committee-new": {"agency"},
}


def _stuffed(clinic, names: list[str]) -> str:
    """Every form of every room with two of these fields more, in turn, each alone."""
    known, wrong = worlds.examples(clinic.world), []
    for turn, address in enumerate(a for a in GUARDED if "POST" in methods_of(a)):
        example = example_of(address, known)
        browser = _right(clinic.world, address, known).browser()
        for name in (names[turn % len(names)], names[(turn + 1) % len(names)]):
            form = {**example.form, name: STUFFED[name]}
            answer = ask(browser, "POST", address.to(example.path), form)
            if answer.status_code != 400 and name not in MEANT.get(address.name, ()):
                wrong.append(f"{address.name} takes {name}: {answer.status_code}")
    return "\n".join(wrong)


def test_a08_no_form_takes_a_filter_of_the_database(clinic):
    assert _stuffed(clinic, ["_connector", "__class__", "client__state__startswith"]) == ""


def test_a08_a_body_of_json_is_no_form(clinic):
    browser = clinic("carer-alpha@here")
    sent = '{"text": "vang", "_connector": "OR 1=1 --"}'
    answer = browser.post("/standin/a/search/", sent, content_type="application/json")
    assert answer.status_code in (200, 400)
    assert NAME not in answer.content.decode()


def test_a59_no_form_takes_a_field_it_does_not_show(clinic):
    assert _stuffed(clinic, [n for n in STUFFED if not n.startswith("_") and "__" not in n]) == ""


def test_a59_ones_own_pages_change_nothing_they_do_not_show(clinic):
    """The pages of signing in ignore what they do not know: nobody gains a role or another name."""
    somebody = clinic.world.people["member@here"]
    account = somebody.account

    def held():
        with scope.acting(scope.DOOR):
            account.refresh_from_db()
            positions = list(Position.objects.filter(person=account.person_id).values_list("role", "agency"))
            return (account.username, account.is_active, account.authz_version, account.person_id, positions)

    before, browser = held(), somebody.browser()
    for address in ADDRESSES:
        if address.code or address.arguments or address.name in ("account_logout", "signin_end"):
            continue
        assert ask(browser, "POST", address.to({}), STUFFED | {"username": "root"}).status_code < 500, (
            address.name
        )
    assert held() == before


def _enrol(clinic, who, place, number):
    facility = clinic.world.facilities[THERE if who.endswith("there") else HERE]
    sent = {"name": NAME, "number": number, "since": "2026-11-21"}
    with CaptureQueriesContext(connection) as caught:
        answer = ask(clinic(who), "POST", f"/standin/{place}/enrol/{facility.pk}/", sent)
    return answer, shape(caught.captured_queries)


@pytest.mark.parametrize(("who", "place"), [("carer-alpha@there", "a"), ("carer-beta@here", "b")])
def test_a09_a_number_known_elsewhere_is_answered_like_an_unknown_one(clinic, who, place):
    _enrol(clinic, who, place, "035199000999")  # keys of the programme are there from here on
    known, same = _enrol(clinic, who, place, NUMBER)
    unknown, work = _enrol(clinic, who, place, "035199000777")
    assert known.status_code == unknown.status_code == 201
    assert known.json().keys() == unknown.json().keys()
    assert same == work


def test_a10_nothing_is_attached_to_a_file_of_another(clinic):
    for who, place in (("carer-alpha@there", "a"), ("carer-beta@here", "b"), ("carer-beta@here", "a")):
        path = f"/standin/{place}/{clinic.x.pk}/visit/"
        answer = clinic(who).post(path, {"day": "2026-11-21"})
        missing = f"/standin/{place}/{worlds.NOT_THERE}/visit/"
        assert told(answer) == told(clinic(who).post(missing, {"day": "2026-11-21"}))
        assert answer.status_code == 404
    with scope.acting(scope_of(clinic.world.viewer("carer-alpha@here"))):
        assert not Visit.objects.exists()


@pytest.mark.parametrize(("who", "place"), [("carer-alpha@there", "a"), ("carer-beta@here", "b")])
def test_a11_a_search_does_not_tell_who_is_known_elsewhere(clinic, who, place):
    _enrol(clinic, who, place, "")

    def seen(text: str) -> tuple[object, ...]:
        with CaptureQueriesContext(connection) as caught:
            answer = clinic.search(who, text, place)
        return answer.status_code, answer.content, shape(caught.captured_queries)

    # Three tries: a session grown a minute older meanwhile is no difference.
    assert any(seen("vang thi my") == seen("cang thi ny") for _ in range(3))


def test_a03_a_language_is_no_way_around(clinic):
    """Nor is anything else a browser may set for itself."""
    browser = clinic("officer@there")
    for cookie in (settings.LANGUAGE_COOKIE_NAME, "phoihop_theme", "role", "agency"):
        browser.cookies[cookie] = "administrator"
    headers = {"X-Forwarded-User": "root", "X-Original-URL": "/", "X-HTTP-Method-Override": "GET"}
    assert browser.get(f"/standin/a/{clinic.x.pk}/", headers=headers).status_code == 404
