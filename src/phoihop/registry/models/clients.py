"""A client's file: one person, in one programme, at one facility; the blind marks by which it is found."""

from typing import Any, ClassVar
from uuid import uuid4

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from phoihop.base.org.models import Account, Facility, Unit
from phoihop.base.org.rules.permissions import Place
from phoihop.base.security.columns import internal, personal, sensitive
from phoihop.base.security.sealed import Sealed, SealedText
from phoihop.base.security.together import SameOwner
from phoihop.registry.models.shared import COMPARED, FILE, OWN, place_of


# What is blanked when a person is forgotten must not live on in the history.
@pghistory.track(exclude=["name_tokens", "born_token", "home", "uid"])
class Client(Sealed):
    """One person in one programme at one facility.

    ``pseudonym`` is the person in this programme: made with the first file, and carried along by a transfer
    inside the programme, never elsewhere. ``code`` is the same for reading aloud (rules/codes.py). ``born``:
    rules/born.py. ``carer``: whose work it is, None: everybody's. ``merged_into``: the file that goes on.
    """

    uid = internal(models.UUIDField(default=uuid4, editable=False, db_index=True))
    programme = sensitive(models.CharField(max_length=20), erase="keep", **FILE)
    facility = internal(models.ForeignKey(Facility, models.PROTECT, related_name="+"))
    pseudonym = sensitive(models.UUIDField(default=uuid4), erase="keep", **FILE)
    code = sensitive(models.CharField(max_length=12), erase="keep", **FILE)
    name = personal(SealedText(null=True, bucket=32), erase="shred", **FILE)
    alias = personal(SealedText(null=True, bucket=32), erase="shred", **FILE)
    born = personal(SealedText(null=True), erase="shred", **FILE)
    sex = personal(SealedText(null=True), erase="shred", **FILE)
    identity = personal(SealedText(null=True), erase="shred", **FILE)
    insurance = personal(SealedText(null=True), erase="shred", **FILE)
    phone = personal(SealedText(null=True), erase="shred", **FILE)
    address = personal(SealedText(null=True, bucket=64), erase="shred", **FILE)
    home = sensitive(
        models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+"), erase="blank", **FILE
    )
    name_tokens = sensitive(ArrayField(models.BigIntegerField(), default=list), erase="blank", **FILE)
    born_token = sensitive(models.BigIntegerField(null=True), erase="blank", **FILE)
    carer = internal(models.ForeignKey(Account, models.PROTECT, null=True, related_name="+"))
    opened_on = internal(models.DateField())
    merged_into = internal(
        models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_constraint=False)
    )

    row_access = OWN

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["programme", "facility", "pseudonym"], name="registry_client_once"
            ),
            models.UniqueConstraint(fields=["id", "facility", "programme"], name="registry_client_owner"),
            SameOwner(
                field="merged_into",
                to="registry.Client",
                owner=("facility", "programme"),
                name="registry_client_merged_with_own",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            GinIndex(fields=["name_tokens"], name="registry_client_names"),
            models.Index(fields=["programme", "facility", "code"], name="registry_client_code"),
            models.Index(fields=["programme", "facility", "born_token"], name="registry_client_born"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def place(self) -> Place:
        return place_of(self.facility, self.programme)


class Tie(models.Model):
    """Which person of the programme a file is of: its own pseudonym, until files are merged.

    One row for each file. Apart from the file, so that a merge reaches those of every facility of the
    programme without reaching the files themselves.
    """

    client = internal(models.ForeignKey(Client, models.PROTECT, related_name="ties", db_constraint=False))
    programme = sensitive(models.CharField(max_length=20), erase="keep", **FILE)
    facility = internal(models.ForeignKey(Facility, models.PROTECT, related_name="+"))
    person = sensitive(models.UUIDField(), erase="keep", **FILE)

    row_access = COMPARED

    class Meta:
        constraints: ClassVar[list[Any]] = [
            SameOwner(
                field="client",
                to="registry.Client",
                owner=("facility", "programme"),
                name="registry_tie_of_own_client",
            ),
            models.UniqueConstraint(fields=["programme", "facility", "client"], name="registry_tie_once"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["programme", "person"], name="registry_tie_of_person")
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class Mark(models.Model):
    """A blind index of one thing that is said of a client (actions/marking.py): never the thing itself.

    The key is the programme's, so marks of two programmes never agree; and nothing here is unique, so that
    nobody learns from a clash that somebody is known.
    """

    client = internal(models.ForeignKey(Client, models.PROTECT, related_name="marks", db_constraint=False))
    programme = sensitive(models.CharField(max_length=20), erase="keep", **FILE)
    facility = internal(models.ForeignKey(Facility, models.PROTECT, related_name="+"))
    pseudonym = sensitive(models.UUIDField(), erase="keep", **FILE)
    kind = internal(models.CharField(max_length=12))
    index = sensitive(models.BinaryField(), erase="delete", **FILE)

    row_access = COMPARED

    class Meta:
        constraints: ClassVar[list[Any]] = [
            SameOwner(
                field="client",
                to="registry.Client",
                owner=("facility", "programme"),
                name="registry_mark_of_own_client",
            ),
            models.UniqueConstraint(
                fields=["programme", "facility", "client", "kind"], name="registry_mark_once"
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["programme", "kind", "index"], name="registry_mark_found")
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
