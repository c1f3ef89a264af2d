"""Columns that the administrator of the database cannot read: ciphertext, bound to its row, under a key of
the person it is about."""

from collections.abc import Collection
from typing import Any, ClassVar
from uuid import UUID, uuid4

from django.db import connection, models

from phoihop.base.security import keyring
from phoihop.base.security.crypto.fields import Bound, DataKey, seal, unseal
from phoihop.base.security.crypto.keys import Wrapped
from phoihop.base.security.crypto.people import PersonKey
from phoihop.base.security.models.keys import DataKeyRow


class SealedText(models.BinaryField):  # type: ignore[type-arg]  # Django's fields take none at run time
    """A text kept as ciphertext; read and written by ``Sealed.text`` and ``Sealed.put`` alone.

    ``bucket`` rounds lengths up, for values whose length would tell which of a few they are.
    """

    def __init__(self, *args: Any, bucket: int = 16, **kwargs: Any) -> None:
        self.bucket = bucket
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        # Migrations need the column only: how it is filled is the program's affair of the day.
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.BinaryField", args, kwargs


class Sealed(models.Model):
    """A row about one person of one programme at one facility, some of whose columns are sealed.

    ``uid`` is what ciphertexts are bound to: unlike the id it is known before the row is written. A room's
    model says ``programme`` (a code), ``pseudonym`` (UUID) and ``facility_id``.
    """

    uid = models.UUIDField(default=uuid4, editable=False)

    class Meta:
        abstract = True

    programme: ClassVar[str]
    pseudonym: UUID
    facility_id: int

    def put(self, **texts: str) -> None:
        """Seal texts into columns of these names; the row still has to be saved."""
        key = self._data_key()
        for name, text in texts.items():
            field: Any = self._meta.get_field(name)
            setattr(self, name, seal(key, text, self._bound(name), bucket=field.bucket))

    def text(self, name: str) -> str:
        """What a column says; empty where nothing was put. DataKeyRow.DoesNotExist where the scope does not
        reach the key; Refusal("erased"); Tampered, which is an alarm."""
        sealed = getattr(self, name)
        return unseal(self._data_key(), sealed, self._bound(name)) if sealed else ""

    def _bound(self, column: str) -> Bound:
        return Bound(self._meta.db_table, column, self.uid, self.programme)

    def _data_key(self) -> DataKey:
        held: DataKey | None = self.__dict__.get("_key")
        if held is None:
            if "_wrapped" not in self.__dict__:
                fetch_keys([self])
            wrapped: PersonKey | None = self.__dict__.get("_wrapped")
            if wrapped is None:
                raise DataKeyRow.DoesNotExist
            held = keyring.people().open(wrapped)
            self.__dict__["_key"] = held
        return held


def make_key(programme: str, facility: int, person: UUID) -> DataKey:
    """A data key for a person new to a programme; the programme's own keys are made at its first person."""
    keyring.store().add_programme(programme)
    row, key = keyring.people().make(programme, str(person))
    assert row.wrapped is not None
    DataKeyRow.objects.create(
        programme=programme,
        facility=facility,
        person=person,
        number=row.number,
        version=row.wrapped.version,
        wrapped=row.wrapped.sealed,
    )
    return key


def hold(row: Sealed, key: DataKey) -> None:
    """Let a row that is being made use a key that was made with it, which no table has yet."""
    row.__dict__["_key"] = key


_NEWEST = """
    select distinct on (programme, facility, person) programme, facility, person, number, version, wrapped
    from security_datakeyrow
    where programme = any(%s) and facility = any(%s) and person = any(%s)
    order by programme, facility, person, number desc
"""


def fetch_keys(rows: Collection[Sealed]) -> None:
    """Fetch the newest data key of every row's person, in one statement; a list is read after this.

    Where the scope reaches no key, or it was destroyed, reading that row still says so.
    """
    wanted = {(row.programme, row.facility_id, row.pseudonym) for row in rows}
    if not wanted:
        return
    with connection.cursor() as cursor:
        # Every page of a file asks this; written out, it costs half of what the mapper takes.
        cursor.execute(_NEWEST, [list(column) for column in zip(*wanted, strict=True)])
        found = {(line[0], line[1], line[2]): line[3:] for line in cursor.fetchall()}
    for row in rows:
        line = found.get((row.programme, row.facility_id, row.pseudonym))
        if line is not None:
            number, version, sealed = line
            wrapped = Wrapped(version, bytes(sealed)) if sealed is not None else None
            row.__dict__["_wrapped"] = PersonKey(row.programme, str(row.pseudonym), number, wrapped)
