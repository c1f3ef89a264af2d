"""Entries that must outlive what they tell of; these tests run in no transaction of a test's own."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.db import connection

from phoihop.base.security.audit.entries import Entry, Kind, Outcome
from phoihop.base.security.audit.recording import record, record_apart
from phoihop.base.security.models.audit import AuditEntry
from phoihop.base.security.scope import Scope, acting

DOOR, JOB = Scope("door"), Scope("job")


@pytest.fixture(autouse=True)
def committing(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Straight to the database, as a request does. Nothing of it disturbs other tests: no agency sees it."""
    with django_db_blocker.unblock():
        yield
        connection.close()


def refusal() -> Entry:
    return Entry(
        kind=Kind.REFUSAL,
        action="org.apart",
        outcome=Outcome.REFUSED,
        request=uuid4(),
        detail={"reason": "no-such-grant"},
    )


def kept(entry: Entry) -> bool:
    with acting(JOB):
        return AuditEntry.objects.filter(request=entry.request).exists()


def test_outside_a_transaction_nothing_is_recorded() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        record(refusal())


def test_a_refusal_outlives_what_was_refused() -> None:
    inside, apart = refusal(), refusal()

    def refused() -> None:
        with acting(DOOR):
            record(inside)
            raise PermissionError

    with pytest.raises(PermissionError):
        refused()
    record_apart(DOOR, apart)
    assert (kept(inside), kept(apart)) == (False, True)


def test_inside_a_transaction_nothing_is_apart() -> None:
    apart = refusal()
    with acting(DOOR), pytest.raises(RuntimeError, match="own"):
        record_apart(DOOR, apart)
    assert not kept(apart)
