"""The one centre: its epoch, the number of its last answer, its key.

An epoch belongs to the very database it began in. One that was put back from a copy, or recovered to a
moment, is another one by the server's own account of it, and begins a new epoch by itself: nobody has to
remember.
"""

from secrets import token_hex
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection

from phoihop.programmes.ost.dosing import devices, keys
from phoihop.programmes.ost.models import Centre, Device
from phoihop.programmes.ost.rules import centre as rules

# The server's own name, its timeline (a recovery begins another one) and the database's number (a dump put
# back is another database).
_CLUSTER = """
    select s.system_identifier::text || ':' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) || ':'
           || (select oid from pg_database where datname = current_database())
    from pg_control_system() s
"""


# What a connection was told of its server: that stays as it is while the connection lasts.
_told: WeakKeyDictionary[Any, str] = WeakKeyDictionary()


def cluster() -> str:
    """What tells this database from every other one, copies of it included; asked once a connection."""
    connection.ensure_connection()
    raw = connection.connection
    found = _told.get(raw)
    if found is None:
        with connection.cursor() as cursor:
            cursor.execute(_CLUSTER)
            found = str(cursor.fetchone()[0])
        _told[raw] = found
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


def is_ours(centre: Centre) -> bool:
    """Whether the epoch began in this very database."""
    return centre.cluster == cluster()


def begin_epoch(now: int) -> Centre:
    """A new epoch at somebody's word: a copy was put back in a way that the server does not see."""
    the_centre(now)
    return _begin_anew(cluster(), now, forced=True)


def is_recovering(centre: Centre, now: int) -> bool:
    """Whether the centre may still have forgotten permits that are in use (rules.centre.recovering)."""
    if centre.restored_at is None:
        return False
    return rules.recovering(centre.restored_at, devices.in_use(), centre.epoch, now)


def _begin_anew(here: str, now: int, *, forced: bool = False) -> Centre:
    found = Centre.objects.select_for_update().get()
    if not forced and found.cluster == here:
        return found  # somebody else saw it first
    found.epoch, found.cluster, found.restored_at = _new_epoch(), here, now
    found.save(update_fields=["epoch", "cluster", "restored_at"])
    # That one recovery need not wait for a device says nothing of the next.
    Device.objects.filter(excused=True, withdrawn_on=None).update(excused=False)
    # What a desk wrote is in the database itself. Its log begins anew, so that no number of one that was
    # forgotten is used again.
    for desk in Device.objects.filter(kind=Device.DESK):
        desk.superseded = [*desk.superseded, desk.incarnation or ""]
        desk.incarnation, desk.seq, desk.head = found.epoch, 0, ""
        desk.save(update_fields=["superseded", "incarnation", "seq", "head"])
    return found


def _new_epoch() -> str:
    return token_hex(8)
