"""The one way by which entries are written.

An entry belongs to the transaction of what it records: both are kept or neither is. Nothing here asks a
setting whether to write. If the database does not take the entry, what it records fails with it.
"""

import json
from collections.abc import Sequence
from functools import cache, partial
from typing import Any

from django.db import connection, transaction

from phoihop.base.security.audit import canary
from phoihop.base.security.audit.entries import Entry
from phoihop.base.security.scope import Scope, acting

COLUMNS = (
    "kind", "action", "outcome", "account", "position", "agency", "purpose", "thing_kind", "thing_id",
    "owner_agency", "programme", "request", "source", "count", "detail",
)  # fmt: skip
TOGETHER = 500  # entries in one statement


def record(*entries: Entry) -> None:
    """Write entries into the caller's transaction, in one statement for every 500 of them.

    What touches a canary gets an alarm beside it. RuntimeError outside a transaction; whatever the
    database raises, the caller must let through.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an audit entry is written in the transaction of what it records")
    watch = canary.watching()
    alarms = watch.canaries().alarms(entries) if watch is not None else []
    everything = [*entries, *alarms]
    for start in range(0, len(everything), TOGETHER):
        some = everything[start : start + TOGETHER]
        with connection.cursor() as cursor:
            cursor.execute(insertion(len(some)), parameters(some))
    if watch is not None and alarms:
        transaction.on_commit(partial(watch.told, alarms))


def record_apart(scope: Scope, *entries: Entry) -> None:
    """Write entries in a transaction of their own: of what was refused or failed, and is rolled back.

    RuntimeError inside a transaction, with which the entries might be rolled back too.
    """
    if connection.in_atomic_block:
        raise RuntimeError("what is recorded apart needs a transaction of its own")
    with acting(scope):
        record(*entries)


@cache
def insertion(count: int) -> str:
    """The statement that adds so many entries. It returns nothing: who writes may not be allowed to read."""
    row = "(" + ", ".join("%s::jsonb" if name == "detail" else "%s" for name in COLUMNS) + ")"
    rows = ", ".join([row] * count)
    return f"insert into security_auditentry ({', '.join(COLUMNS)}) values {rows}"  # noqa: S608  # our own names


def parameters(entries: Sequence[Entry]) -> list[Any]:
    """What goes into ``insertion(len(entries))``."""
    found: list[Any] = []
    for e in entries:
        found += (
            e.kind.value, e.action, e.outcome.value, e.account, e.position, e.agency, e.purpose,
            e.thing_kind, e.thing_id, e.owner_agency, e.programme, e.request, e.source, e.count,
            json.dumps(dict(e.detail), default=list) if e.detail else "{}",
        )  # fmt: skip
    return found
