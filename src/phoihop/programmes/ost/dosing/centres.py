"""The one centre: its epoch, the number of its last answer, its key.

An epoch belongs to the very database it began in. One that was put back from a copy, or recovered to a
moment, is another one by the server's own account of it, and begins a new epoch by itself: nobody has to
remember.
"""

from secrets import token_hex

from django.db import connection

from phoihop.programmes.ost.dosing import keys
from phoihop.programmes.ost.models import Centre

# The server's own name, its timeline (a recovery begins another one) and the database's number (a dump put
# back is another database).
_CLUSTER = """
    select s.system_identifier::text || ':' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) || ':'
           || (select oid from pg_database where datname = current_database())
    from pg_control_system() s
"""


def cluster() -> str:
    """What tells this database from every other one, copies of it included."""
    with connection.cursor() as cursor:
        cursor.execute(_CLUSTER)
        found: str = cursor.fetchone()[0]
    return found


def the_centre(now: int, *, lock: bool = False) -> Centre:
    """The centre, made at its first use; ``now`` in seconds since 1970. In a scope.

    ``lock``: nobody else gives out an answer before this transaction ends.
    """
    rows = Centre.objects.select_for_update() if lock else Centre.objects.all()
    found = rows.first()
    here = cluster()
    if found is None:
        secret, public = keys.new_pair()
        kept = keys.wrapped(secret)
        Centre.objects.bulk_create(
            [
                Centre(
                    epoch=_new_epoch(),
                    cluster=here,
                    public=public,
                    key_version=kept.version,
                    secret=kept.sealed,
                )
            ],
            ignore_conflicts=True,
        )
        return the_centre(now, lock=lock)
    if found.cluster != here:
        return _begin_anew(here, now)
    return found


def begin_epoch(now: int) -> Centre:
    """A new epoch at somebody's word: a copy was put back in a way that the server does not see."""
    return _begin_anew(cluster(), now)


def _begin_anew(here: str, now: int) -> Centre:
    found = Centre.objects.select_for_update().get()
    found.epoch, found.cluster, found.restored_at = _new_epoch(), here, now
    found.save(update_fields=["epoch", "cluster", "restored_at"])
    return found


def _new_epoch() -> str:
    return token_hex(8)
