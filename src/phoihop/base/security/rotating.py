"""Newer keys for old: moving people's data keys to a programme's newest key, and retiring keys of scopes."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, models, transaction
from django.db.models import Q

from phoihop.base.security import keyring, law, scope, vaults
from phoihop.base.security.crypto.keys import Purpose, Wrapped
from phoihop.base.security.crypto.people import PersonKey
from phoihop.base.security.crypto.refusing import Tampered
from phoihop.base.security.models.keys import DataKeyRow
from phoihop.base.security.scope import Scope
from phoihop.kernel.refusals import Refusal

KEYS = Scope("keys")
BATCH = 500  # rows in one transaction
# Every process has asked for the newest key again after so long (crypto.cache.OLDEST).
SETTLED = timedelta(hours=1)


def programmes() -> list[str]:
    """The programmes that have people."""
    with scope.acting(KEYS):
        return sorted(DataKeyRow.objects.values_list("programme", flat=True).distinct())


def pending(programme: str) -> int:
    """How many data keys are not under the programme's newest key yet."""
    with scope.acting(KEYS):
        return _pending(programme).count()


def rewrap(programme: str, tell: Callable[[int, int], None] | None = None) -> int:
    """Move every data key of a programme under its newest key; how many were moved.

    Goes on where an interrupted run ended, beside people at work. ``tell(done, all)`` hears after each batch.
    Tampered for a key that is not the row's own: nothing of its batch is changed.
    """
    people, done, whole = keyring.people(), 0, pending(programme)
    while True:
        with scope.acting(KEYS), transaction.atomic():
            some = list(_pending(programme).select_for_update().order_by("pk")[:BATCH])
            for row in some:
                assert row.wrapped is not None
                old = PersonKey(
                    row.programme, str(row.person), row.number, Wrapped(row.version, bytes(row.wrapped))
                )
                new = people.rewrap(old).wrapped
                assert new is not None
                row.version, row.wrapped = new.version, new.sealed
            DataKeyRow.objects.bulk_update(some, ["version", "wrapped"])
        if not some:
            return done
        done += len(some)
        if tell is not None:
            tell(done, max(whole, done))


def drop_old(programme: str) -> int:
    """Destroy all but the newest key of a programme, for ever; how many were destroyed.

    Refusal("keys-pending") while a data key still needs an older one.
    """
    if left := pending(programme):
        raise Refusal(
            "keys-pending",
            f"Còn {left} khóa hồ sơ nằm dưới khóa cũ nên chưa hủy khóa cũ. Hãy chạy lại phoihop rotate-keys.",
            f"{left} keys of records are still under an older key, so none is destroyed. "
            "Run phoihop rotate-keys again.",
        )
    return _drop(programme)


def files_pending() -> list[str]:
    """The files in the vault that are not under the newest key of files yet; damaged ones among them."""
    return [name for name in vaults.vault().ids() if _is_old(name)]


def reseal_files(tell: Callable[[int, int], None] | None = None) -> int:
    """Seal every file again that is under an older key; how many were. Beside people at work.

    Goes on where an interrupted run ended. Refusal("keys-files") at the end if some cannot be opened:
    the others are done.
    """
    waiting, done, damaged = files_pending(), 0, 0
    for number, name in enumerate(waiting, 1):
        try:
            done += vaults.vault().reseal(name)
        except Tampered:
            damaged += 1
        except Refusal as refusal:
            if refusal.reason not in ("damaged", "not-found"):
                raise
            damaged += refusal.reason == "damaged"
        if tell is not None:
            tell(number, len(waiting))
    if damaged:
        raise Refusal(
            "keys-files",
            f"Có {damaged} tệp trong kho không mở được nên chưa chuyển sang khóa mới; các tệp khác đã xong. "
            "Hãy khôi phục các tệp ấy từ bản sao lưu rồi chạy lại.",
            f"{damaged} files in the vault do not open and stay under the old key; the others are done. "
            "Restore them from a backup and run again.",
        )
    return done


def drop_old_of_files() -> int:
    """Destroy all but the newest key of files, for ever; how many. Refusal as ``drop_old``."""
    if left := len(files_pending()):
        raise Refusal(
            "keys-pending",
            f"Còn {left} tệp nằm dưới khóa cũ nên chưa hủy khóa cũ. Hãy chạy lại phoihop rotate-keys.",
            f"{left} files are still under an older key, so none is destroyed. "
            "Run phoihop rotate-keys again.",
        )
    return _drop(vaults.KEYS)


def _is_old(name: str) -> bool:
    try:
        return vaults.vault().is_old(name)
    except Refusal as refusal:
        return refusal.reason == "damaged"


def _drop(programme: str) -> int:
    store = keyring.store()
    versions = store.versions(programme)
    if len(versions) > 1:
        store.drop(programme, versions[-1])
    return max(0, len(versions) - 1)


def _pending(programme: str) -> "models.QuerySet[DataKeyRow]":
    newest = max(keyring.store().versions(programme), default=0)
    return DataKeyRow.objects.filter(Q(programme=programme, wrapped__isnull=False) & ~Q(version=newest))


def new_scope_key() -> int:
    """Sign scopes with a new key from now on; its version. The owner's affair; older keys stay valid."""
    version = keyring.store().rotate_secret(Purpose.SCOPE)
    law.install_key(keyring.scope_key()[1], version)
    return version


def retire_scope_keys() -> int:
    """Let the database forget all but the newest key of scopes; how many. The owner's affair.

    Refusal("key-too-new") until the newest one is an hour old: processes may still sign with the one before.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select version, since, clock_timestamp(), count(*) over () from sec.secret "
            "order by version desc limit 1"
        )
        newest, since, now, count = cursor.fetchone()
        if count == 1:
            return 0
        ready: datetime = since + SETTLED
        if now < ready:
            minutes = int((ready - now).total_seconds() // 60) + 1
            raise Refusal(
                "key-too-new",
                f"Khóa phạm vi mới chưa đủ một giờ; khóa cũ còn được dùng. Hãy chạy lại sau {minutes} phút.",
                "The new scope key is younger than an hour and older ones are still in use. "
                f"Run again in {minutes} minutes.",
            )
        cursor.execute("delete from sec.secret where version < %s", [newest])
        return int(cursor.rowcount)
