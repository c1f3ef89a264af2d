"""One at a time: locks of PostgreSQL that belong to no row, held to the end of the transaction."""

from enum import IntEnum

from django.db import connection


class Work(IntEnum):
    """What only one worker may be at; the numbers are the locks' own and stay."""

    ROUND = 7_204_001
    MAIL = 7_204_002


def alone(work: Work) -> None:
    """Wait until nobody else is at it."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [work.value])


def is_mine(work: Work, number: int) -> bool:
    """Whether nobody else is at this piece of it; without waiting."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s, %s)", [work.value, number % 2**31])
        (mine,) = cursor.fetchone()
    return bool(mine)
