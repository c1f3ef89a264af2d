"""Letters from one facility to another. Each side keeps its own copy, under its own key of the person.

A letter that goes to another programme is there about a person of that programme, with a pseudonym of its
own: the two copies share nothing but ``letter``, which says nothing.
"""

from typing import Any, ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q

from phoihop.base.org.models import Facility
from phoihop.base.org.rules.permissions import Place
from phoihop.base.security.columns import internal, personal, sensitive
from phoihop.base.security.sealed import Sealed, SealedText
from phoihop.base.security.together import SameOwner
from phoihop.registry.models.clients import Client
from phoihop.registry.models.shared import FILE, OWN, place_of
from phoihop.registry.rules.letters import State

SENT, RECEIVED = "sent", "received"


class Letter(Sealed):
    """One side's copy. ``other``: the facility at the other end; ``client``: this side's file, once there is
    one. ``content``: the person and the paper as JSON; ``reason``: why it was not accepted."""

    uid = internal(models.UUIDField(default=uuid4, editable=False, db_index=True))
    letter = internal(models.UUIDField())
    side = internal(models.CharField(max_length=8, choices=[(SENT, SENT), (RECEIVED, RECEIVED)]))
    programme = sensitive(models.CharField(max_length=20), erase="keep", **FILE)
    facility = internal(models.ForeignKey(Facility, models.PROTECT, related_name="+"))
    pseudonym = sensitive(models.UUIDField(), erase="keep", **FILE)
    client = internal(
        models.ForeignKey(Client, models.PROTECT, null=True, related_name="+", db_constraint=False)
    )
    other = internal(models.ForeignKey(Facility, models.PROTECT, related_name="+"))
    asked_on = sensitive(models.DateField(), erase="keep", **FILE)
    expires_on = internal(models.DateField())
    state = internal(
        models.CharField(max_length=10, choices=[(s.value, s.value) for s in State], default=State.ASKED)
    )
    answered_on = internal(models.DateField(null=True))
    content = personal(SealedText(null=True, bucket=256), erase="shred", **FILE)
    reason = personal(SealedText(null=True, bucket=64), erase="shred", **FILE)

    row_access = OWN

    class Meta:
        abstract = True
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["programme", "facility", "letter", "side"], name="%(app_label)s_%(class)s_once"
            ),
            models.CheckConstraint(
                condition=Q(side=RECEIVED) | Q(client__isnull=False), name="%(app_label)s_%(class)s_of_client"
            ),
            models.CheckConstraint(
                condition=Q(state=State.ASKED, answered_on__isnull=True)
                | (~Q(state=State.ASKED) & Q(answered_on__isnull=False)),
                name="%(app_label)s_%(class)s_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def place(self) -> Place:
        return place_of(self.facility, self.programme)


class Referral(Letter):
    """Sending a client, who agreed to it, to another facility, of this programme or of another one.

    ``to_programme`` is known to the sender alone; where the letter came from, the receiver's copy tells by
    the facility's agency.
    """

    to_programme = sensitive(models.CharField(max_length=20, blank=True), erase="keep", **FILE)

    class Meta(Letter.Meta):
        abstract = False
        constraints: ClassVar[list[Any]] = [
            *Letter.Meta.constraints,
            SameOwner(
                field="client",
                to="registry.Client",
                owner=("facility", "programme"),
                name="registry_referral_of_own_client",
            ),
        ]


class Transfer(Letter):
    """Moving an enrolment to another facility of the programme, which serves from ``first_day`` on."""

    first_day = sensitive(models.DateField(), erase="keep", **FILE)

    class Meta(Letter.Meta):
        abstract = False
        constraints: ClassVar[list[Any]] = [
            *Letter.Meta.constraints,
            SameOwner(
                field="client",
                to="registry.Client",
                owner=("facility", "programme"),
                name="registry_transfer_of_own_client",
            ),
            # One at a time: two facilities that both accept would both begin.
            models.UniqueConstraint(
                fields=["programme", "facility", "client"],
                condition=Q(side=SENT, state=State.ASKED),
                name="registry_transfer_one_at_a_time",
            ),
        ]
