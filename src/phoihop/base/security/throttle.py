"""Slowing down whoever does something too often, counted in the database, one statement each.

Nothing is ever locked for good: a limit gives way as time passes, and a delay says how long it lasts.
What is counted is known by a keyed hash, so the table tells nobody who searched or tried to sign in.
The counts belong to the caller's transaction: a request that breaks has not counted.
"""

import hashlib
import hmac
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from phoihop.base.security import scope

_NOW = "extract(epoch from clock_timestamp())::double precision"
_RECENT = "array(select hit from unnest(t.hits) hit where hit > now.at - %(per)s order by hit)"
_MOST = 1_000  # times kept in one row
_FORGET = 2 * 86_400.0  # seconds after which a row that nobody touched may go


@dataclass(frozen=True, slots=True)
class Taken:
    """Whether it may be done now, and if not, in how many seconds."""

    allowed: bool
    seconds: int = 0

    def __bool__(self) -> bool:
        return self.allowed


def take(bucket: str, subject: object, limit: int, per: float) -> Taken:
    """Count one more of ``bucket`` for ``subject`` unless it would be more than ``limit`` in ``per`` seconds.

    ``take("search", account, 60, 600)`` is true sixty times in any ten minutes. At most 1,000.
    """
    if not 0 < limit <= _MOST:
        raise ValueError("limit")
    hits, now, refused = _one(_TAKE, key=_key(bucket, subject), limit=limit, per=per)
    return Taken(False, max(1, math.ceil(hits[0] + per - now))) if refused else Taken(True)


def failed(
    bucket: str, subject: object, *, free: int, per: float, first: float, longest: float
) -> tuple[int, int]:
    """Count a failure; returns how many there were in ``per`` seconds, and how many seconds to wait now.

    ``free`` of them cost nothing; the next costs ``first`` seconds, each one after it twice as many, never
    more than ``longest``.
    """
    count, wait = _one(
        _FAILED, key=_key(bucket, subject), per=per, free=free, first=first, longest=longest, most=_MOST
    )
    return count, math.ceil(wait)


def waiting(*subjects: tuple[str, object]) -> int:
    """The seconds that still have to pass for any of these (bucket, subject); 0 if it may be tried now."""
    keys = [_key(bucket, subject) for bucket, subject in subjects]
    if not keys:
        return 0
    wait: float = _one(
        f"select coalesce(max(until - {_NOW}), 0) from security_throttle where key = any(%(keys)s)",  # noqa: S608
        keys=keys,
    )[0]
    return max(0, math.ceil(wait))


def forgive(*subjects: tuple[str, object]) -> None:
    """Forget what was counted for these."""
    with connection.cursor() as cursor:
        keys = [_key(bucket, subject) for bucket, subject in subjects]
        cursor.execute("delete from security_throttle where key = any(%s)", [keys])


def mark(bucket: str, subject: object, at: float) -> None:
    """Remember a moment (seconds since 1970) in place of an earlier one, for two days at least."""
    with connection.cursor() as cursor:
        cursor.execute(_MARK, {"key": _key(bucket, subject), "moment": at})


def marked(bucket: str, subject: object) -> float | None:
    """The moment last remembered; None if there is none."""
    with connection.cursor() as cursor:
        cursor.execute("select hits[1] from security_throttle where key = %s", [_key(bucket, subject)])
        found = cursor.fetchone()
    return found[0] if found else None


def alone(bucket: str, subject: object) -> None:
    """Wait until nobody else is at the same thing, to the end of the transaction.

    Without it a hundred tries at once would all be let in before the first has failed.
    """
    number = int.from_bytes(_key(bucket, subject)[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [number])


def sweep() -> int:
    """Remove rows that count nothing any more; returns how many. For a job, some times a day."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"delete from security_throttle where at < {_NOW} - %s and until < {_NOW}",  # noqa: S608
            [_FORGET],
        )
        return int(cursor.rowcount)


_TAKE = f"""
with now as (select {_NOW} as at)
insert into security_throttle as t (key, hits, until, at)
select %(key)s, array[now.at], 0, now.at from now
on conflict (key) do update set
    hits = (select case when cardinality(recent) < %(limit)s then recent || now.at else recent end
            from now, lateral (select {_RECENT} as recent) r),
    -- Told apart by this alone: refused when the row did not take the moment.
    at = (select now.at from now)
returning hits, at, not hits @> array[at]
"""  # noqa: S608 - our own text; what is counted goes in as parameters

_FAILED = f"""
with now as (select {_NOW} as at)
insert into security_throttle as t (key, hits, until, at)
select %(key)s, array[now.at], case when %(free)s < 1 then now.at + %(first)s else 0 end, now.at from now
on conflict (key) do update set
    hits = (select (recent || now.at)[greatest(1, cardinality(recent) + 2 - %(most)s):]
            from now, lateral (select {_RECENT} as recent) r),
    until = (select case when cardinality(recent) + 1 > %(free)s
                then now.at + least(%(longest)s,
                    %(first)s * power(2, least(30, cardinality(recent) - %(free)s)))
                else t.until end
             from now, lateral (select {_RECENT} as recent) r),
    at = (select now.at from now)
returning cardinality(hits), greatest(0, until - at)
"""  # noqa: S608

_MARK = f"""
insert into security_throttle (key, hits, until, at) values (%(key)s, array[%(moment)s], 0, {_NOW})
on conflict (key) do update set hits = excluded.hits, at = excluded.at
"""  # noqa: S608


def _one(statement: str, **given: Any) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        row: tuple[Any, ...] = cursor.fetchone()
        return row


def _key(bucket: str, subject: object) -> bytes:
    own = hmac.new(scope.key(), b"throttle", hashlib.sha256).digest()
    return hmac.new(own, _said([bucket, subject]), hashlib.sha256).digest()


def _said(parts: Iterable[object]) -> bytes:
    return "\0".join(str(part) for part in parts).encode()
