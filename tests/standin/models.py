from typing import ClassVar
from uuid import uuid4

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from phoihop.base.org.models import Account, Facility, Unit
from phoihop.base.org.rules.permissions import Place
from phoihop.base.security.columns import internal, personal, sensitive
from phoihop.base.security.rows import RowAccess, at_place
from phoihop.base.security.sealed import Sealed, SealedText
from phoihop.base.security.together import SameOwner

FILE = {"keep": "programme", "ground": "NĐ 141/2024/NĐ-CP"}
_OWN = RowAccess(at_place())


# What is blanked when a person is forgotten must not live on in the history.
@pghistory.track(exclude=["number_index", "name_tokens", "home"])
class Client(Sealed):
    """One person in one programme at one facility. ``carer``: whose work it is; None: everybody's there.
    ``home``: the commune."""

    uid = internal(models.UUIDField(default=uuid4, editable=False))
    programme = sensitive(models.CharField(max_length=20), erase="keep", **FILE)
    facility = internal(models.ForeignKey(Facility, models.PROTECT, related_name="+"))
    pseudonym = sensitive(models.UUIDField(default=uuid4), erase="keep", **FILE)
    name = personal(SealedText(null=True), erase="shred", **FILE)
    number = personal(SealedText(null=True), erase="shred", **FILE)
    state = sensitive(SealedText(null=True, bucket=32), erase="shred", **FILE)
    number_index = sensitive(models.BinaryField(null=True), erase="blank", **FILE)
    name_tokens = sensitive(ArrayField(models.BigIntegerField(), default=list), erase="blank", **FILE)
    since = internal(models.DateField())
    carer = internal(models.ForeignKey(Account, models.PROTECT, null=True, related_name="+"))
    home = sensitive(
        models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+"), erase="blank", **FILE
    )

    row_access = _OWN

    class Meta:
        constraints: ClassVar = [
            # Never over the number alone: a clash would tell another facility that the person is known.
            models.UniqueConstraint(
                fields=["programme", "facility", "number_index"], name="standin_known_once"
            ),
            models.UniqueConstraint(fields=["id", "facility", "programme"], name="standin_client_owner"),
        ]
        indexes: ClassVar = [GinIndex(fields=["name_tokens"], name="standin_names")]

    def __str__(self) -> str:
        return f"{self.pk}"

    def place(self) -> Place:
        return Place(facility=self.facility_id, agency=self.facility.agency_id, programme=self.programme)


class Visit(models.Model):
    """Something that happened to a client on a day."""

    client = internal(models.ForeignKey(Client, models.PROTECT, related_name="visits", db_constraint=False))
    facility = internal(models.ForeignKey(Facility, models.PROTECT, related_name="+"))
    programme = sensitive(models.CharField(max_length=20), erase="keep", **FILE)
    event = internal(models.UUIDField(default=uuid4))
    day = sensitive(models.DateField(), erase="keep", **FILE)
    amount = sensitive(models.IntegerField(default=0), erase="keep", **FILE)

    row_access = _OWN

    class Meta:
        constraints: ClassVar = [
            SameOwner(
                field="client",
                to="standin.Client",
                owner=("facility", "programme"),
                name="standin_visit_of_own_client",
            ),
            models.UniqueConstraint(fields=["programme", "facility", "event"], name="standin_event_once"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def place(self) -> Place:
        return Place(facility=self.facility_id, agency=self.facility.agency_id, programme=self.programme)
