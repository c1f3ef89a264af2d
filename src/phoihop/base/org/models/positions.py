"""Positions: who may act as what, where, from when until when. Blocks. Proposals, for a second person."""

from typing import ClassVar

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from phoihop.base.org.models.agencies import Agency, Facility
from phoihop.base.org.models.people import Account, Person
from phoihop.base.org.models.units import Unit
from phoihop.base.org.rules.permissions import Place
from phoihop.base.security.columns import internal


class Days(Func):
    """The days of a position as a range; PostgreSQL counts the last one out, hence ``[]``."""

    function = "daterange"
    output_field = DateRangeField()


@pghistory.track()
class Position(models.Model):
    """A role held by a person at an agency or a facility, over units. ``until`` is the last day."""

    person = internal(models.ForeignKey(Person, models.PROTECT, related_name="positions"))
    role = internal(models.CharField(max_length=60))
    agency = internal(models.ForeignKey(Agency, models.PROTECT, null=True, related_name="positions"))
    facility = internal(models.ForeignKey(Facility, models.PROTECT, null=True, related_name="positions"))
    units = internal(models.ManyToManyField(Unit, related_name="positions", blank=True))
    since = internal(models.DateField())
    until = internal(models.DateField(null=True, blank=True))
    basis = internal(models.TextField(blank=True))
    given_by = internal(models.ForeignKey(Account, models.PROTECT, null=True, related_name="+"))
    approved_by = internal(models.ForeignKey(Account, models.PROTECT, null=True, related_name="+"))
    given_at = internal(models.DateTimeField(auto_now_add=True))

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="position_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("given_by")),
                name="position_second_person",
            ),
            # The same role at the same place twice at once would make ending it once useless.
            ExclusionConstraint(
                name="position_held_once",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (Func("agency", Value(0), function="coalesce"), RangeOperators.EQUAL),
                    (Func("facility", Value(0), function="coalesce"), RangeOperators.EQUAL),
                    (Days("since", "until", Value("[]")), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.person_id}"

    def place(self) -> Place:
        return Place(agency=self.agency_id, facility=self.facility_id)


@pghistory.track()
class Block(models.Model):
    """What one person must not do: a pattern of actions, over one thing or at all. Beats every grant.

    ``agency``: on whose behalf it was laid, and who may lift it. One that was lifted keeps its row: ``until``
    is then the day before.
    """

    person = internal(models.ForeignKey(Person, models.PROTECT, related_name="blocks"))
    actions = internal(models.CharField(max_length=80))
    thing = internal(models.CharField(max_length=80, blank=True))
    until = internal(models.DateField(null=True, blank=True))
    given_by = internal(models.ForeignKey(Account, models.PROTECT, related_name="+"))
    given_at = internal(models.DateTimeField(auto_now_add=True))
    agency = internal(models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+"))
    lifted_by = internal(models.ForeignKey(Account, models.PROTECT, null=True, related_name="+"))
    lifted_at = internal(models.DateTimeField(null=True))

    def __str__(self) -> str:
        return f"{self.actions} {self.person_id}"

    def place(self) -> Place:
        return Place(agency=self.agency_id)


class Proposal(models.Model):
    """Something one person asks for and another must allow before it happens.

    ``action`` is the code of the action that then runs, with ``arguments`` (ids, dates and codes only).
    """

    class State(models.TextChoices):
        OPEN = "open"
        ALLOWED = "allowed"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"
        LAPSED = "lapsed"

    action = internal(models.CharField(max_length=80))
    arguments = internal(models.JSONField(default=dict))
    agency = internal(models.ForeignKey(Agency, models.PROTECT, null=True, related_name="proposals"))
    reason = internal(models.TextField())
    proposed_by = internal(models.ForeignKey(Account, models.PROTECT, related_name="proposals"))
    proposed_at = internal(models.DateTimeField(auto_now_add=True))
    proposed_from = internal(models.CharField(max_length=64, blank=True))  # the device, hashed
    expires_at = internal(models.DateTimeField())
    state = internal(models.CharField(max_length=12, choices=State.choices, default=State.OPEN))
    decided_by = internal(models.ForeignKey(Account, models.PROTECT, null=True, related_name="+"))
    decided_at = internal(models.DateTimeField(null=True))
    same_device = internal(models.BooleanField(default=False))

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")) | Q(state="withdrawn"),
                name="proposal_second_person",
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True)
                | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="proposal_decided_when_closed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.state}"

    def place(self) -> Place:
        return Place(account=self.proposed_by_id, agency=self.agency_id)
