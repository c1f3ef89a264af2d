"""Guessing is slowed down and told of; an owner is never kept out."""

import pytest
from django.db import connection

from phoihop.base.org.models import Account
from phoihop.base.org.signin import hashing
from phoihop.base.org.signin.rules import limits
from phoihop.base.org.tests.signin import FIREFOX, PASSWORD, Browser, person
from phoihop.base.security import scope
from phoihop.base.security.models import AuditEntry
from phoihop.base.security.scope import Scope

WRONG = "không phải mật khẩu này"


@pytest.fixture(autouse=True)
def _tables(db):
    person()


@pytest.fixture
def cheap(monkeypatch):
    """Hundreds of wrong tries in a test: what is counted, not what a hash costs."""
    monkeypatch.setattr(hashing.Argon2id, "memory_cost", 8)
    monkeypatch.setattr(hashing.Argon2id, "time_cost", 1)
    person("pao", "Giàng A Páo")


def age(seconds: float) -> None:
    with scope.acting(scope.DOOR), connection.cursor() as cursor:
        cursor.execute(
            "update security_throttle set until = until - %(s)s, "
            "hits = array(select hit - %(s)s from unnest(hits) hit)",
            {"s": seconds},
        )


def wait_of(answer) -> int:
    return int(answer.headers.get("Retry-After", 0))


def entries(**wanted) -> list[AuditEntry]:
    with scope.acting(Scope("job")):
        return list(AuditEntry.objects.filter(**wanted).order_by("pk"))


def test_five_mistakes_are_free_and_then_each_costs_time():
    browser = Browser()
    answers = [browser.sign_in(password=WRONG) for _ in range(6)]
    assert [a.status_code for a in answers] == [422] * 5 + [429]
    assert [wait_of(a) for a in answers] == [0] * 5 + [5]
    assert "5 giây" in answers[-1].content.decode()


def test_the_right_password_is_not_even_tried_before_the_wait_is_over_and_works_after():
    browser = Browser()
    for _ in range(6):
        browser.sign_in(password=WRONG)
    assert browser.sign_in().status_code == 429
    age(6)
    assert browser.sign_in().status_code == 302
    assert browser.is_in


def test_the_wait_grows_and_stays_under_five_minutes():
    browser, waits = Browser(), []
    for _ in range(12):
        waits.append(wait_of(browser.sign_in(password=WRONG)))
        age(waits[-1])
    assert waits[5:] == [5, 10, 20, 40, 80, 160, 300]


def test_an_unknown_name_gets_the_same_answers():
    known, unknown = Browser("192.0.2.1"), Browser("192.0.2.2")
    for _ in range(7):
        one, other = known.sign_in(password=WRONG), unknown.sign_in("chua-ai", WRONG)
        assert (one.status_code, wait_of(one)) == (other.status_code, wait_of(other))
        assert body(one) == body(other)


def body(answer) -> str:
    text = answer.content.decode()
    for changing in ("csrfmiddlewaretoken", 'value="hoa"', 'value="chua-ai"'):
        text = "\n".join(line for line in text.splitlines() if changing not in line)
    return text


@pytest.mark.parametrize("name", ["hoa", "chua-ai", "", "x" * 61, "hoa\0"])
def test_every_name_costs_one_hash(name, monkeypatch):
    counted = []
    verify = hashing.Argon2id.verify

    def count(*given):
        counted.append(1)
        return verify(*given)

    monkeypatch.setattr(hashing.Argon2id, "verify", count)
    Browser().sign_in(name, WRONG)
    assert len(counted) == 1


def test_an_attack_from_fifty_addresses_does_not_keep_the_owner_out(cheap):
    owner = Browser("192.0.2.10")
    owner.sign_in()
    owner.post("/dang-xuat/")
    for n in range(50):
        attacker = Browser(f"198.51.100.{n + 1}", FIREFOX)
        attacker.sign_in(password=WRONG)
    assert Browser("203.0.113.9", FIREFOX).sign_in().status_code == 429
    assert owner.sign_in().status_code == 302


def test_a_stranger_at_a_new_browser_waits_a_minute_at_most(cheap):
    for n in range(60):
        answer = Browser(f"198.51.100.{n + 1}").sign_in(password=WRONG)
        age(wait_of(answer))
    assert Browser("203.0.113.9").sign_in(password=WRONG).headers["Retry-After"] == "60"
    age(61)
    assert Browser("203.0.113.10").sign_in().status_code == 302


def test_one_address_that_tries_many_names_is_slowed_and_an_alarm_goes_up_once(cheap):
    sprayer = Browser("198.51.100.1")
    answers = [sprayer.sign_in(f"ten{n}", WRONG).status_code for n in range(100)]
    assert answers == [422] * limits.BY_ADDRESS.free + [429] * (100 - limits.BY_ADDRESS.free)
    assert [e.detail for e in entries(kind="alarm")] == [{"limit": "sign-in-address"}]
    assert Browser("192.0.2.10").sign_in().status_code == 302


def test_neighbours_in_one_network_of_ipv6_are_counted_as_one(cheap):
    answers = [Browser(f"2001:db8:1:2::{n + 1}").sign_in(password=WRONG) for n in range(6)]
    assert [a.status_code for a in answers] == [422] * 5 + [429]


def test_every_try_is_written_down_without_a_name_or_an_actor():
    browser = Browser()
    browser.sign_in(password=WRONG)
    browser.sign_in("chua-ai", WRONG)
    browser.sign_in()
    found = entries(action="org.sign_in")
    assert [(e.outcome, bool(e.account), e.detail.get("reason")) for e in found] == [
        ("refused", False, "wrong"),
        ("refused", False, "wrong"),
        ("done", True, None),
    ]
    assert ["target" in e.detail for e in found] == [True, False, False]
    assert "chua-ai" not in str([vars(e) for e in found])
    assert {e.source for e in found} == {"192.0.2.10"}


def test_a_hash_is_argon2id_at_the_chosen_cost():
    with scope.acting(scope.DOOR):
        kept = Account.objects.get(username="hoa").password
    assert kept.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert PASSWORD not in kept


def test_a_full_queue_says_so(monkeypatch):
    monkeypatch.setattr(hashing, "PATIENCE", 0.01)
    places = [hashing._Place() for _ in range(hashing.PLACES)]
    for place in places:
        place.__enter__()
    try:
        answer = Browser().sign_in()
    finally:
        for place in places:
            place.__exit__()
    assert answer.status_code == 503
    assert Browser().sign_in().status_code == 302
