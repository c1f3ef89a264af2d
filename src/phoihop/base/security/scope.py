"""The signed scope: which agencies, and which programmes at which facilities, a transaction may touch.

The database's row security believes only what is signed with a key that no database role can read
(sql/scope.sql). A scope lives 30 seconds, belongs to one connection, and is set inside a transaction, so
that a pooled connection never carries it to the next request. Without one, protected tables are empty.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import connection, transaction

from phoihop.base.security import keyring, origin

LIFE = 30.0  # seconds
_RENEW = 10.0  # seconds before the end
_ALWAYS = 0  # executions before a statement is prepared
_BLOCK = 64  # bytes, SHA-256's block


@dataclass(frozen=True, slots=True)
class Scope:
    """Who acts and over what; ids are the database's own. ``purpose`` is never empty.

    ``places``: facility and programme, always together. Purposes: "door" (a visitor signing in), "work"
    (the daily one), "care", "audit", "job", "install".
    """

    purpose: str
    account: int | None = None
    agencies: tuple[int, ...] = ()
    places: tuple[tuple[int, str], ...] = ()


DOOR = Scope("door")


def key() -> bytes:
    """The key that scopes are signed with, 32 bytes."""
    return keyring.scope_key()[1]


def sign(scope: Scope, *, pid: int, now: float, with_key: bytes) -> tuple[str, str]:
    """The scope as text and its HMAC-SHA-256 in hex; ``pid`` of the connection, ``now`` in Unix time."""
    said = json.dumps(
        {
            "account": scope.account,
            "agencies": sorted(scope.agencies),
            "places": [f"{facility}:{programme}" for facility, programme in sorted(scope.places)],
            "purpose": scope.purpose,
            "pid": pid,
            "exp": round(now + LIFE, 3),
        },
        separators=(",", ":"),
    )
    return said, hmac.new(with_key, said.encode(), hashlib.sha256).hexdigest()


def pads(secret: bytes) -> tuple[bytes, bytes]:
    """A key's inner and outer pad (RFC 2104), which is how the database keeps it."""
    if len(secret) > _BLOCK:
        secret = hashlib.sha256(secret).digest()
    block = secret.ljust(_BLOCK, b"\0")
    return bytes(b ^ 0x36 for b in block), bytes(b ^ 0x5C for b in block)


class _Keeper:
    """Puts the scope before the first statement of a transaction, and again before it gets too old."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.until = 0.0

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        if _keeper.get() is not self:
            return execute(sql, params, many, context)  # an inner scope counts
        said = sql if isinstance(sql, str) else ""  # else it is composed, and no statement of Django's own
        if said.startswith("ROLLBACK TO SAVEPOINT"):
            self.until = 0.0  # what was set after the savepoint is undone with it
        elif not said.startswith(("SAVEPOINT", "RELEASE SAVEPOINT")):
            self.keep()
        return execute(sql, params, many, context)

    def keep(self) -> None:
        """Put the scope where it is not there, or gets too old."""
        if time.time() > self.until - _RENEW:
            self.put()

    def put(self) -> None:
        if not connection.in_atomic_block:
            raise RuntimeError("a scope lives in a transaction")
        connection.ensure_connection()
        raw = connection.connection
        said, mac = sign(self.scope, pid=raw.info.backend_pid, now=time.time(), with_key=key())
        _put(said, mac, str(origin.current().request), json.dumps({"account": self.scope.account}))
        self.until = time.time() + LIFE


_PUT = (
    "select set_config('phoihop.scope', %s, true), set_config('phoihop.mac', %s, true), "
    "set_config('pghistory.context_id', %s, true), set_config('pghistory.context_metadata', %s, true)"
)


def _put(said: str, mac: str, request: str, by: str) -> None:
    # Past Django's cursor: this statement is not one of the program's, and asks for no scope itself. The last
    # two are what field history notes of who changed something, in the same words as the audit.
    with connection.connection.cursor() as cursor:
        cursor.execute(_PUT, (said, mac, request, by))


_keeper: ContextVar[_Keeper | None] = ContextVar("keeper", default=None)


def current() -> Scope | None:
    """The scope in whose name the present code acts."""
    keeper = _keeper.get()
    return keeper.scope if keeper is not None else None


def prepared(sql: str, given: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """Execute a statement under the present scope, with a plan that the connection keeps; its first row.

    For the few statements that would take longer to plan than to execute: Django's own are planned anew each
    time. The values are bound by the server, so those whose type does not show have to be cast.
    """
    keeper = _keeper.get()
    if keeper is None:
        raise RuntimeError("nothing acts under a scope here")
    keeper.keep()
    raw = connection.connection
    raw.prepare_threshold = _ALWAYS  # None, as Django sets it, forbids it even where it is asked for
    with connection.wrap_database_errors, psycopg.Cursor(raw) as cursor:
        cursor.execute(sql, given, prepare=True)
        return cursor.fetchone() if cursor.description is not None else None


@contextmanager
def acting(scope: Scope, *, savepoint: bool = True) -> Iterator[None]:
    """Do everything inside in one transaction under this scope; afterwards the outer scope counts again.

    Without a ``savepoint`` what fails inside undoes the outer part of the transaction too: for whoever lets
    every failure through.
    """
    keeper, outer = _Keeper(scope), _keeper.get()
    token = _keeper.set(keeper)
    try:
        with transaction.atomic(savepoint=savepoint), connection.execute_wrapper(keeper):
            yield
    finally:
        _keeper.reset(token)
        if outer is not None:
            outer.until = 0.0
        elif connection.in_atomic_block and not connection.needs_rollback:
            _put("", "", "", "")


def change(scope: Scope) -> None:
    """From here on the present transaction acts under another scope (a visitor has signed in)."""
    keeper = _keeper.get()
    if keeper is None:
        raise RuntimeError("nothing acts under a scope here")
    keeper.scope = scope
    keeper.until = 0.0
