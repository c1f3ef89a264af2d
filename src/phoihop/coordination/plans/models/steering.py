"""Steering committees through time, their meetings, and what these concluded."""

from typing import Any, ClassVar
from uuid import uuid4

import pghistory
from django.db import models
from django.db.models import F, Q

from phoihop.base.org.models import Account, Agency, Person, Unit
from phoihop.base.org.rules.permissions import Place
from phoihop.base.security.columns import internal, public
from phoihop.coordination.documents.models import Document


@pghistory.track()
class Committee(models.Model):
    """A steering committee of a unit; ``agency`` is its standing office."""

    uid = internal(models.UUIDField(default=uuid4, unique=True, editable=False))
    name = public(models.TextField())
    unit = public(models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+"))
    agency = internal(models.ForeignKey(Agency, models.PROTECT, related_name="committees"))
    valid_from = public(models.DateField(null=True))
    valid_to = public(models.DateField(null=True))
    basis = public(models.TextField(blank=True))

    def __str__(self) -> str:
        return self.name

    def place(self) -> Place:
        return Place(agency=self.agency_id, unit=self.unit_id)


@pghistory.track()
class Member(models.Model):
    """Somebody on a committee between two days (kiện toàn): by office, and by person where one is known."""

    committee = internal(models.ForeignKey(Committee, models.PROTECT, related_name="members"))
    agency = internal(models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+"))
    person = internal(models.ForeignKey(Person, models.PROTECT, null=True, related_name="+"))
    office = public(models.TextField())
    role = public(models.CharField(max_length=80))
    rank = internal(models.PositiveSmallIntegerField(default=0))
    since = public(models.DateField())
    until = public(models.DateField(null=True))
    basis = public(models.TextField(blank=True))

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="member_ends_after"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def place(self) -> Place:
        found: Place = self.committee.place()
        return found


class Meeting(models.Model):
    """A meeting of a committee; ``document`` is the notice of what it concluded, where there is one."""

    uid = internal(models.UUIDField(default=uuid4, unique=True, editable=False))
    committee = internal(models.ForeignKey(Committee, models.PROTECT, related_name="meetings"))
    day = public(models.DateField())
    title = public(models.TextField())
    document = internal(models.ForeignKey(Document, models.PROTECT, null=True, related_name="+"))
    made_by = internal(models.ForeignKey(Account, models.PROTECT, related_name="+"))
    made_at = internal(models.DateTimeField(auto_now_add=True))

    def __str__(self) -> str:
        return f"{self.pk}"

    def place(self) -> Place:
        found: Place = self.committee.place()
        return found


class Conclusion(models.Model):
    """One thing that a meeting concluded; it becomes a task."""

    meeting = internal(models.ForeignKey(Meeting, models.PROTECT, related_name="conclusions"))
    order = internal(models.PositiveSmallIntegerField())
    text = public(models.TextField())

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["meeting", "order"], name="conclusion_order")
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def place(self) -> Place:
        found: Place = self.meeting.place()
        return found
