"""What only one may do at a time, held until the transaction ends. PostgreSQL keeps such locks in no row."""

from django.db import connection

REGISTER = "register"


def alone(what: str) -> None:
    """Wait until nobody else is at this."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"documents {what}"])


def free(what: str) -> bool:
    """Whether nobody was at this; from now on the present transaction is."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"documents {what}"])
        return bool(cursor.fetchone()[0])
