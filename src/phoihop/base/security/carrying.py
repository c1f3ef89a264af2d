"""Many rows at once, as Arrow: by a connection of their own, under the signed scope of whoever asks.

A Python object for each cell takes seven times as long as the database needs to give the rows. This
connection has the same role as the other one, so row security holds for it too; it signs the scope for
itself, in a transaction that reads alone and ends with the reading. It sees what has been committed.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import psycopg
from django.db import connection
from psycopg.conninfo import make_conninfo

from phoihop.base.security import scope

_PUT = "select set_config('phoihop.scope', $1, true), set_config('phoihop.mac', $2, true)"
# Statements of this kind read whole tables: a planner that takes one for small (nothing was counted since it
# grew) would look each of its rows up in the other one, row by row, and take fifteen times as long.
_SETTINGS = ("set transaction read only", "set local enable_nestloop = off")


_held: ContextVar[list[Any] | None] = ContextVar("held", default=None)


@contextmanager
def reading(sql: str, given: Mapping[str, Any]) -> Iterator[Iterator[Any]]:
    """What a statement finds, in record batches, while the block lasts.

    RuntimeError where nothing acts under a scope. What the database refuses goes on as it comes.
    """
    acting = scope.current()
    if acting is None:
        raise RuntimeError("nothing acts under a scope here")
    connection.ensure_connection()
    # With parameters the driver would hold the whole answer before it gives the first row.
    asked = psycopg.ClientCursor(connection.connection).mogrify(sql, given)
    with held(), _carrier() as carrier, carrier.cursor() as cursor:
        for setting in _SETTINGS:
            cursor.execute(setting)
        cursor.execute("select pg_backend_pid()")
        (pid,) = cursor.fetchone() or (0,)
        said, mac = scope.sign(acting, pid=pid, now=time.time(), with_key=scope.key())
        cursor.execute(_PUT, (said, mac))
        cursor.fetchall()
        cursor.execute(asked)
        yield iter(cursor.fetch_record_batch())


@contextmanager
def held() -> Iterator[None]:
    """Let everything that is read inside be read by one connection, each reading in a transaction and under a
    scope of its own."""
    if _held.get() is not None:
        yield
        return
    carriers: list[Any] = []
    token = _held.set(carriers)
    try:
        yield
    finally:
        _held.reset(token)
        for carrier in carriers:
            carrier.close()


@contextmanager
def _carrier() -> Iterator[Any]:
    carriers = _held.get()
    assert carriers is not None
    if not carriers:
        # Loads half a hundred megabytes, which only a process that works figures out has a use for.
        from adbc_driver_postgresql import dbapi

        info = connection.connection.info
        carriers.append(dbapi.connect(make_conninfo(**info.get_parameters(), password=info.password)))
    try:
        yield carriers[0]
    finally:
        carriers[0].rollback()
