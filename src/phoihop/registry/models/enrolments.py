"""Being a programme's client at a facility, between two days."""

from datetime import date
from typing import Any, ClassVar

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q, Value

from phoihop.base.org.models import Facility
from phoihop.base.org.models.positions import Days
from phoihop.base.org.rules.permissions import Place
from phoihop.base.security.columns import internal, sensitive
from phoihop.base.security.together import SameOwner
from phoihop.registry.models.clients import Client
from phoihop.registry.models.shared import COMPARED, FILE, place_of


def served_on(day: date) -> Q:
    """The enrolments by which somebody is served on a day."""
    return Q(since__lte=day, aside=None) & (Q(until=None) | Q(until__gte=day))


@pghistory.track()
class Enrolment(models.Model):
    """One time of being served at one facility; ``until`` is the last day.

    ``person`` is the programme's person: the client's pseudonym, or another file's that was found to be of
    the same person (Tie). One person is served at one facility at a time. ``aside``: the merge since which it
    does not count, for it stands beside another one of the same person.
    """

    client = internal(
        models.ForeignKey(Client, models.PROTECT, related_name="enrolments", db_constraint=False)
    )
    programme = sensitive(models.CharField(max_length=20), erase="keep", **FILE)
    facility = internal(models.ForeignKey(Facility, models.PROTECT, related_name="+"))
    person = sensitive(models.UUIDField(), erase="keep", **FILE)
    since = sensitive(models.DateField(), erase="keep", **FILE)
    until = sensitive(models.DateField(null=True), erase="keep", **FILE)
    ending = sensitive(models.CharField(max_length=30, blank=True), erase="keep", **FILE)
    aside = internal(models.UUIDField(null=True))

    row_access = COMPARED

    class Meta:
        constraints: ClassVar[list[Any]] = [
            SameOwner(
                field="client",
                to="registry.Client",
                owner=("facility", "programme"),
                name="registry_enrolment_of_own_client",
            ),
            models.UniqueConstraint(fields=["id", "facility", "programme"], name="registry_enrolment_owner"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="registry_enrolment_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True, ending="") | (Q(until__isnull=False) & ~Q(ending="")),
                name="registry_enrolment_ends_for_a_reason",
            ),
            ExclusionConstraint(
                name="registry_one_facility_at_a_time",
                expressions=[
                    ("programme", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    (Days("since", "until", Value("[]")), RangeOperators.OVERLAPS),
                ],
                condition=Q(aside__isnull=True),
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["programme", "facility", "client"], name="registry_enrolment_of_client")
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def place(self) -> Place:
        return place_of(self.facility, self.programme)
