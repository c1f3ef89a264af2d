"""Forgetting a person: their data keys are destroyed, what is not under a key is emptied or removed.

What the law keeps stays and is still counted: the rows themselves, dates, quantities. The list of erasures
outside the database (``erasures``) lets a restored backup forget the person again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone

from phoihop.base.security import erasures, keyring, origin, places, retention, rows, scope, vaults
from phoihop.base.security.audit.entries import Entry, Kind
from phoihop.base.security.audit.recording import record
from phoihop.base.security.columns import Erase
from phoihop.base.security.crypto.keys import Purpose, Wrapped, audit_signer
from phoihop.base.security.crypto.people import PersonKey
from phoihop.base.security.models.files import StoredFile
from phoihop.base.security.models.keys import DataKeyRow
from phoihop.base.security.scope import Scope
from phoihop.kernel.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did: data keys destroyed, rows emptied, rows removed."""

    keys: int
    blanked: int
    deleted: int


def erase_person(
    programme: str, facility: int, person: UUID, *, ground: str, by: int | None, listed: bool = True
) -> Erased:
    """Erase one person of one programme at one facility, in one transaction with its entry in the audit.

    ``ground`` is the code of the legal article, ``by`` the account that decided (None: the program itself,
    after a restore). Doing it again empties what was written since. Refusal("not-found") if no such person
    has a key here; Refusal("erasure-list") if it is done but the list could not be written: the hourly job
    writes it again.
    """
    with scope.acting(Scope("keys", by, places=((facility, programme),))):
        keys = list(
            DataKeyRow.objects.select_for_update().filter(
                programme=programme, facility=facility, person=person
            )
        )
        if not keys:
            raise Refusal(
                "not-found",
                "Không có hồ sơ này, hoặc anh/chị không có quyền xem.",
                "There is no such record, or you may not see it.",
            )
        blanked, deleted = _forget(programme, facility, person)
        done = Erased(_destroy(keys), blanked, deleted)
        here = origin.current()
        record(
            Entry(
                kind=Kind.WRITE,
                action="security.erase_person",
                request=here.request,
                source=here.source,
                account=by,
                purpose="keys",
                thing_kind=DataKeyRow._meta.label,
                thing_id=str(keys[0].pk),
                programme=programme,
                count=done.keys + done.blanked + done.deleted,
                detail={"article": ground},
            )
        )
        if listed:
            mark = erasures.mark(keyring.store().blind_key(programme), facility, person)
            transaction.on_commit(partial(_list, [mark]))
    return done


def _destroy(keys: Iterable[DataKeyRow]) -> int:
    people, now, count = keyring.people(), timezone.now(), 0
    for row in keys:
        if row.wrapped is None:
            continue
        wrapped = Wrapped(row.version, bytes(row.wrapped))
        people.erase(PersonKey(row.programme, str(row.person), row.number, wrapped))
        row.wrapped, row.erased_at = None, now
        row.save(update_fields=["wrapped", "erased_at"])
        count += 1
    return count


def _forget(programme: str, facility: int, person: UUID) -> tuple[int, int]:
    """Empty and remove what is not under a key, in the tables of every room."""
    blanked = deleted = 0
    things: list[str] = []
    for model, theirs in _rows_of(programme, facility, person):
        things += [f"{model._meta.label}:{key}" for key in theirs.values_list("pk", flat=True)]
        blank = retention.erased_by(model, Erase.BLANK)
        if retention.erased_by(model, Erase.DELETE):
            deleted += theirs.delete()[1].get(model._meta.label, 0)
        elif blank:
            blanked += theirs.update(**{field.name: retention.blank_of(field) for field in blank})
    return blanked + _forget_files(things), deleted


def _forget_files(things: list[str]) -> int:
    """Files that hang on what was forgotten: names are emptied now, bytes go after the commit."""
    count = 0
    for file in StoredFile.objects.filter(about__in=things).exclude(name=""):
        file.name = ""
        file.save(update_fields=["name"])
        transaction.on_commit(partial(_remove, file.vault))
        count += 1
    return count


def _remove(name: str) -> None:
    try:
        vaults.vault().delete(name)
    except Refusal as refusal:
        if refusal.reason != "not-found":
            raise


def _rows_of(
    programme: str, facility: int, person: UUID
) -> "Iterator[tuple[type[models.Model], models.QuerySet[Any]]]":
    told = {"programme": programme, "facility": facility, "person": person}
    for model in rows.tables():
        path = retention.path_to_person(model)
        if path is not None and model is not DataKeyRow:
            yield model, model._default_manager.filter(**{path[what]: value for what, value in told.items()})


def _list(marks: list[bytes]) -> None:
    try:
        erasures.append(places.erasures(), marks, audit_signer(keyring.store())[1])
    except OSError:
        raise Refusal(
            "erasure-list",
            "Đã xóa, nhưng chưa ghi được vào danh sách xóa nằm ngoài cơ sở dữ liệu. Việc nền hằng giờ sẽ "
            "ghi lại; hãy kiểm tra ổ đĩa của thư mục witness trước khi khôi phục bản sao lưu nào.",
            "It is erased, but the list of erasures outside the database could not be written. The hourly "
            "job writes it again; look at the disk of the folder witness before restoring any backup.",
        ) from None


def listed() -> erasures.Listed:
    """The list of erasures, checked with every key the audit ever had. OSError if it cannot be read."""
    store = keyring.store()
    newest = store.secret(Purpose.AUDIT).version
    keys = [audit_signer(store, version)[1].public_key() for version in range(1, newest + 1)]
    return erasures.read(places.erasures(), keys)


def relist() -> int:
    """Write into the list the erasures that it lacks; how many. For the hourly job."""
    known = listed().marks
    with scope.acting(Scope("keys")):
        gone = DataKeyRow.objects.filter(wrapped__isnull=True)
        missing = sorted({_mark(row) for row in gone.iterator()} - known)
    if missing:
        _list(missing)
    return len(missing)


def erase_again() -> int:
    """After a restore: erase everybody whom the list names and the backup still knew; how many people."""
    known = listed().marks
    if not known:
        return 0
    with scope.acting(Scope("keys")):
        there = DataKeyRow.objects.filter(wrapped__isnull=False)
        back = {(r.programme, r.facility, r.person) for r in there.iterator() if _mark(r) in known}
    for programme, facility, person in sorted(back, key=str):
        erase_person(programme, facility, person, ground="restored", by=None, listed=False)
    return len(back)


def _mark(row: DataKeyRow) -> bytes:
    return erasures.mark(keyring.store().blind_key(row.programme), row.facility, row.person)
