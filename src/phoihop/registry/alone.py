"""Letting those who admit the same person wait for one another, though their files lie apart."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection


def one_at_a_time(person: UUID, marks: Iterable[bytes]) -> None:
    """Until the transaction ends, nobody else comes past here with this person or one of these marks."""
    keys = {_number(person.bytes), *map(_number, marks)}
    with connection.cursor() as cursor:
        for key in sorted(keys):  # always in this order, so that no two wait for each other
            cursor.execute("select pg_advisory_xact_lock(%s)", [key])


def _number(raw: bytes) -> int:
    return int.from_bytes(raw[:8], "big", signed=True)
