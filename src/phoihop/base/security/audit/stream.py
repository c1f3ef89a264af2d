"""Entries as the database keeps them, many a second: each one's id, place and canonical bytes.

PostgreSQL's binary COPY already sends each column as a length and its content, in the very form that
``entries.canonical`` defines; only detail, whose text is the database's own, is packed again.
"""

import struct
from collections.abc import Generator
from functools import lru_cache
from typing import Any, NamedTuple

import psycopg
from psycopg import sql

from phoihop.base.security.audit.entries import packed, parsed, part

# Detail first, so that what follows it can be taken as it is; then every part in its canonical order.
_QUERY = """
copy (
    select detail::text, id, epoch::int8, txid, at, kind::text, action::text, outcome::text, account,
        position, agency, purpose::text, thing_kind::text, thing_id::text, owner_agency, programme::text,
        request, source::text, count::int8
    from public.security_auditentry
    where {}
    order by epoch, txid, id
) to stdout (format binary)
"""
_SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"
_COLUMNS = 19
_HEAD = struct.Struct(">hi")
_NUMBERS = struct.Struct(">iqiqiq")  # id, epoch and txid, each after its length
Place = tuple[int, int]  # (epoch, txid)


class Row(NamedTuple):
    """An entry: its id, its (epoch, txid) and its canonical bytes."""

    id: int
    place: Place
    canonical: bytes


def rows(
    connection: "psycopg.Connection[Any]", begin: Place | None, end: Place
) -> Generator[Row, None, None]:
    """Entries from ``begin`` (None: from the very first) up to, not including, ``end``, in sealing order.

    The connection serves nothing else until the last one is taken or the generator closed; leaving either
    to the garbage collector can lock the process up.
    """
    condition = sql.SQL("(epoch, txid) < ({}, {})").format(*map(sql.Literal, end))
    if begin is not None:
        condition += sql.SQL(" and (epoch, txid) >= ({}, {})").format(*map(sql.Literal, begin))
    with connection.cursor() as cursor, cursor.copy(sql.SQL(_QUERY).format(condition)) as copy:
        first = True
        for message in copy:
            data = bytes(message)
            if first:
                if not data.startswith(_SIGNATURE):
                    raise ValueError("the database sent no binary copy")
                data, first = data[len(_SIGNATURE) :], False
            if data not in (b"", _TRAILER):
                yield _row(data)


def _row(data: bytes) -> Row:
    columns, length = _HEAD.unpack_from(data)
    if columns != _COLUMNS:
        raise ValueError("the database sent another row than was asked for")
    start = _HEAD.size + length
    _, number, _, epoch, _, txid = _NUMBERS.unpack_from(data, start)
    return Row(number, (epoch, txid), data[start:] + _detail(data[_HEAD.size : start]))


@lru_cache(maxsize=4_096)
def _detail(text: bytes) -> bytes:
    """The last part of the canonical bytes, from the database's text; most entries share a few."""
    try:
        return part(packed(parsed(text.decode())))
    except (ValueError, RecursionError):
        # JSON that Python will not read (a number of 5,000 digits): only tampering puts it there, and the
        # entry must still be told from the one that was sealed.
        return part(b"x" + text)
