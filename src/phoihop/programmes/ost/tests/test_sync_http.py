"""Synchronising over HTTP: a device is known by its signature, whoever else asks learns nothing, and no body
breaks anything."""

import json
import time
from dataclasses import replace

import pytest
from django.test import Client as Browser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phoihop.base.security import scope
from phoihop.base.security.models import AuditEntry
from phoihop.programmes.ost.dosing import border, reaching
from phoihop.programmes.ost.models import Dose, LogEntry
from phoihop.programmes.ost.rules.clocks import business_date
from phoihop.programmes.ost.rules.events_wire import decoded, encoded
from phoihop.programmes.ost.rules.transport import Answer, Offer
from phoihop.programmes.ost.tests import tablets
from phoihop.programmes.ost.tests.tablets import give, ready

clock, tablet, served = tablets.clock, tablets.tablet, tablets.served
PATH = "/dt/dong-bo/"


def post(body: bytes, **more):
    return Browser(HTTP_HOST="localhost", raise_request_exception=False, **more).post(
        PATH, body, content_type="application/json"
    )


class OverHttp:
    """A tablet's way to the server, as far as it goes without a socket."""

    def exchange(self, offer: Offer, /) -> Answer | None:
        answered = post(encoded(offer), enforce_csrf_checks=True)
        return decoded(Answer, answered.content) if answered.status_code == 200 else None


@pytest.fixture
def line():
    return OverHttp()


def test_a_day_over_http(house, served, tablet, line):
    ready(tablet, line)
    event = give(tablet, served)
    assert tablet.replica.synchronise(line)
    with reaching.centre(None):
        assert Dose.objects.get().name == event.digest
    with scope.acting(scope.Scope("job")):
        said = AuditEntry.objects.filter(action="ost.sync")
        assert {(each.account, each.thing_kind, each.thing_id) for each in said} == {
            (None, "ost.Device", tablet.name)
        }


def test_unknown_and_forged_hear_the_same(house, served, tablet, line, clock):
    ready(tablet, line)
    stranger = tablets.make(house.a.pk, tablet.centre, clock)
    forged = replace(tablet.replica.offer(), signature=bytes(64))
    answers = [post(encoded(offer)) for offer in (stranger.replica.offer(), forged)]
    assert {answer.status_code for answer in answers} == {403}
    assert len({answer.content for answer in answers}) == 1


def test_who_asks_as_a_stranger_again_and_again_has_to_wait(house, tablet, clock):
    stranger = tablets.make(house.a.pk, tablet.centre, clock)
    seen = [post(encoded(stranger.replica.offer())).status_code for _ in range(24)]
    assert seen[:20] == [403] * 20
    assert 429 in seen[20:]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{}", 400),
        (b"[" * 10_000, 400),
        (b"\xff\xfe", 400),
        (b" " * (border.MOST_BYTES + 1), 413),
    ],
)
def test_what_is_no_offer(house, body, status):
    answer = post(body)
    assert answer.status_code == status
    assert set(json.loads(answer.content)) == {"reason", "message"}


def test_only_post(house):
    assert Browser(HTTP_HOST="localhost").get(PATH).status_code == 405


def test_no_cookie_is_set_and_none_is_needed(house, tablet):
    answer = post(encoded(tablet.replica.offer()))
    assert answer.status_code == 200
    assert not answer.cookies


# What stands in the place of a value somewhere in an offer that a device signed all the same.
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.text(max_size=50),
    st.sampled_from(["", "\x00", "9" * 500, "-1", "1E+99", "NaN", "0001-01-01", "9999-12-31", "zz", "../.."]),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=2),
)


def paths(value, at=()):
    """Every place in a JSON value."""
    yield at
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from paths(item, (*at, key))


def mutated(value, at, odd):
    if not at:
        return odd
    if isinstance(value, dict):
        return {key: mutated(item, at[1:], odd) if key == at[0] else item for key, item in value.items()}
    return [mutated(item, at[1:], odd) if n == at[0] else item for n, item in enumerate(value)]


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_no_body_breaks_anything(house, served, tablet, line, data):
    """Mutated, and signed anew where that still is an offer: a device gone mad holds a right key."""
    if not tablet.replica.memory.active:
        ready(tablet, line)
        give(tablet, served)
        tablet.replica.from_paper(
            "slip-1", tablet.replica.listed(str(served.pseudonym), business_date(int(time.time()))).body
        )
    offer = tablet.replica.offer()
    told = json.loads(encoded(offer))
    at = data.draw(st.sampled_from(list(paths(told))))
    body = as_bytes(mutated(told, at, data.draw(ODD)))
    try:
        made = decoded(Offer, body)
    except Exception:  # noqa: BLE001 - then it goes as it is
        made = None
    if made is not None:
        made = again_signed(tablet, made)
        body = encoded(made)
    assert post(body).status_code in (200, 400, 403, 413, 429)


def again_signed(tablet, offer: Offer) -> Offer:
    """The offer and its events with right signatures, whatever they say."""
    events = []
    for event in offer.events:
        bare = replace(event, signature=b"")
        events.append(replace(bare, signature=tablet.sign(bare.signed)))
    bare_offer = replace(offer, events=tuple(events), signature=b"")
    return replace(bare_offer, signature=tablet.sign(bare_offer.signed))


def as_bytes(value) -> bytes:
    try:
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(value, sort_keys=True).encode()


def test_an_offer_of_thousands_of_events_is_taken_in_pieces(house, served, tablet, line):
    ready(tablet, line)
    for _ in range(30):
        give(tablet, served, insist=True)
    offer = tablet.replica.offer()
    for start in range(0, len(offer.events), 10):
        part = again_signed(
            tablet, replace(offer, events=offer.events[start : start + 10], nonce=f"p{start}")
        )
        assert post(encoded(part)).status_code == 200
    with reaching.centre(None):
        assert Dose.objects.count() == 30
        assert LogEntry.objects.filter(kind="dose").count() == 30
    assert tablet.replica.synchronise(line)
