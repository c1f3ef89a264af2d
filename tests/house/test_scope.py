"""What the database refuses: no scope, a forged one, an old one, one of another connection."""

import time

import pytest
from django.db import DatabaseError, connection, transaction

from phoihop.base.org.models import Person
from phoihop.base.security import scope
from phoihop.base.security.scope import Scope

WORK = Scope("work", account=1)


@pytest.fixture
def person(db):
    with scope.acting(WORK):
        return Person.objects.create(name="Lò Thị Hạnh", sort_key="hanh")


def _raw(scope_text: str, mac: str) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "select set_config('phoihop.scope', %s, true), set_config('phoihop.mac', %s, true)",
            [scope_text, mac],
        )
        cursor.execute("select count(*) from org_person")
        return cursor.fetchone()[0]


def _signed(**changes) -> tuple[str, str]:
    connection.ensure_connection()
    given = {
        "pid": connection.connection.info.backend_pid,
        "now": time.time(),
        "with_key": scope.key(),
    } | changes
    return scope.sign(WORK, **given)


def test_without_a_scope_a_protected_table_is_empty(person):
    assert Person.objects.count() == 0


def test_with_a_scope_it_is_not(person):
    with scope.acting(WORK):
        assert Person.objects.count() == 1
    assert Person.objects.count() == 0


def test_a_write_without_a_scope_is_refused(db):
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        Person.objects.create(name="Vàng A Páo", sort_key="pao")


def test_a_signed_scope_put_by_hand_counts(person):
    assert _raw(*_signed()) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"with_key": b"\1" * 32}, "scope not signed"),
        ({"now": time.time() - scope.LIFE - 1}, "scope expired"),
        ({"pid": 1}, "scope of another connection"),
    ],
)
def test_a_false_scope_is_an_error_not_an_empty_answer(person, changes, said):
    with pytest.raises(DatabaseError, match=said):
        _raw(*_signed(**changes))


def test_a_changed_scope_no_longer_fits_its_signature(person):
    text, mac = _signed()
    with pytest.raises(DatabaseError, match="scope not signed"):
        _raw(text.replace('"account":1', '"account":2'), mac)


def test_the_runtime_role_cannot_read_the_key(db):
    with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("select * from sec.secret")


def _look_and_fail() -> None:
    assert Person.objects.count() == 1
    raise ZeroDivisionError


def test_a_savepoint_undone_does_not_lose_the_scope(person):
    with scope.acting(WORK):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            _look_and_fail()
        assert Person.objects.count() == 1


def test_an_inner_scope_counts_inside_and_the_outer_one_after_it(person):
    with scope.acting(WORK):
        with scope.acting(Scope("work", account=7)), connection.cursor() as cursor:
            cursor.execute("select sec.account()")
            assert cursor.fetchone()[0] == 7
        with connection.cursor() as cursor:
            cursor.execute("select sec.account()")
            assert cursor.fetchone()[0] == 1


def test_a_long_transaction_renews_its_scope(person, monkeypatch):
    # Shorter than the life that the database grants, so that the test need not wait.
    monkeypatch.setattr(scope, "LIFE", 0.4)
    monkeypatch.setattr(scope, "_RENEW", 0.2)
    with scope.acting(WORK):
        for _ in range(6):
            assert Person.objects.count() == 1
            time.sleep(0.15)
