"""A client's consent: to which text, in which form, whose, and until when."""

from typing import Any, ClassVar
from uuid import uuid4

from django.db import models

from phoihop.base.org.models import Facility
from phoihop.base.org.rules.permissions import Place
from phoihop.base.security.columns import internal, personal, sensitive
from phoihop.base.security.sealed import Sealed, SealedText
from phoihop.base.security.together import SameOwner
from phoihop.registry.models.clients import Client
from phoihop.registry.models.shared import FILE, OWN, place_of


class Consent(Sealed):
    """One consent. ``wording``: version of the text agreed to; ``form``: how ("written", "fingerprint").

    ``needed``, ``source``, ``certainty``: whose consent the law of that day asked for (rules/consents.py), as
    it was judged then. ``representative`` and ``relation`` are of who consented for the client.
    """

    uid = internal(models.UUIDField(default=uuid4, editable=False))
    programme = sensitive(models.CharField(max_length=20), erase="keep", **FILE)
    facility = internal(models.ForeignKey(Facility, models.PROTECT, related_name="+"))
    pseudonym = sensitive(models.UUIDField(), erase="keep", **FILE)
    client = internal(models.ForeignKey(Client, models.PROTECT, related_name="consents", db_constraint=False))
    wording = internal(models.CharField(max_length=60))
    form = internal(models.CharField(max_length=20))
    given_on = sensitive(models.DateField(), erase="keep", **FILE)
    needed = sensitive(models.CharField(max_length=20), erase="keep", **FILE)
    source = internal(models.TextField(blank=True))
    certainty = internal(models.CharField(max_length=10))
    representative = personal(SealedText(null=True, bucket=32), erase="shred", **FILE)
    relation = personal(SealedText(null=True, bucket=32), erase="shred", **FILE)
    withdrawn_on = sensitive(models.DateField(null=True), erase="keep", **FILE)
    withdrawn_why = personal(SealedText(null=True, bucket=64), erase="shred", **FILE)

    row_access = OWN

    class Meta:
        constraints: ClassVar[list[Any]] = [
            SameOwner(
                field="client",
                to="registry.Client",
                owner=("facility", "programme"),
                name="registry_consent_of_own_client",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_on__isnull=True)
                | models.Q(withdrawn_on__gte=models.F("given_on")),
                name="registry_consent_withdrawn_after_given",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["programme", "facility", "client"], name="registry_consent_of_client")
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def place(self) -> Place:
        return place_of(self.facility, self.programme)
