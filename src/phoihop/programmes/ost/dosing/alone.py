"""What only one may do at a time at a site, held until the transaction ends.

No row of a site is locked for it, for a new site has none."""

from django.db import connection


def alone(what: str, facility: int) -> None:
    """Wait until nobody else is at this there."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"ost {what} {facility}"])
