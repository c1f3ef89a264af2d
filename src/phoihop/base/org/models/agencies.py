"""Agencies and their facilities, each between two dates, and what an agency became."""

from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from phoihop.base.org.models.units import Unit
from phoihop.base.org.rules.permissions import Place
from phoihop.base.security.columns import internal, public
from phoihop.base.security.rows import SIGNED, RowAccess


def _dated(prefix: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(valid_to__isnull=True) | Q(valid_from__isnull=True) | Q(valid_to__gte=F("valid_from")),
        name=f"{prefix}_ends_after_it_begins",
    )


@pghistory.track()
class Agency(models.Model):
    """One office of one unit: Công an tỉnh, Sở Y tế, Ủy ban nhân dân xã. ``kind``: a code of the register."""

    kind = public(models.CharField(max_length=40))
    name = public(models.TextField())
    unit = public(models.ForeignKey(Unit, models.PROTECT, null=True, related_name="agencies"))
    parent = public(models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="offices"))
    valid_from = public(models.DateField(null=True))
    valid_to = public(models.DateField(null=True))
    basis = public(models.TextField(blank=True))
    end_basis = public(models.TextField(blank=True, default=""))

    class Meta:
        verbose_name_plural = "agencies"
        constraints: ClassVar = [_dated("agency")]

    def __str__(self) -> str:
        return self.name

    def place(self) -> Place:
        return Place(agency=self.pk, unit=self.unit_id)


class AgencySuccession(models.Model):
    """What an agency was merged into or followed by, wholly (``duty`` empty) or for one duty."""

    old = public(models.ForeignKey(Agency, models.PROTECT, related_name="became"))
    new = public(models.ForeignKey(Agency, models.PROTECT, related_name="came_from"))
    duty = public(models.CharField(max_length=40, blank=True))
    day = public(models.DateField())
    basis = public(models.TextField(blank=True))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["old", "new", "duty", "day"], name="agency_succession_said_once")
        ]

    def __str__(self) -> str:
        return f"{self.old_id} → {self.new_id}"


@pghistory.track()
class Facility(models.Model):
    """A place where an agency serves people: a treatment facility, a dispensing point, a shelter, a centre.

    A facility's address is not a column here: some must not be found. ``unit`` is that in which it was set
    up: who may see the facility hangs on it, and stays as it is whatever ``Placement`` says later.
    """

    agency = public(models.ForeignKey(Agency, models.PROTECT, related_name="facilities"))
    kind = internal(models.CharField(max_length=40))
    name = internal(models.TextField())
    unit = internal(models.ForeignKey(Unit, models.PROTECT, null=True, related_name="facilities"))
    parent = internal(models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="points"))
    programmes = internal(ArrayField(models.CharField(max_length=20), default=list))
    valid_from = public(models.DateField(null=True))
    valid_to = public(models.DateField(null=True))

    class Meta:
        verbose_name_plural = "facilities"
        constraints: ClassVar = [_dated("facility")]

    def __str__(self) -> str:
        return self.name

    def place(self) -> Place:
        return Place(agency=self.agency_id, facility=self.pk, unit=self.unit_id)


class Placement(models.Model):
    """That a facility stands in a unit from a day on, None: from its first; the last row of a day counts.

    ``moved``: it went there itself; else the map changed around it, or what was said before was wrong.
    ``unit`` None: what was said for that day is taken back.
    """

    facility = internal(models.ForeignKey(Facility, models.PROTECT, related_name="placements"))
    unit = internal(models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+"))
    since = internal(models.DateField(null=True))
    moved = internal(models.BooleanField(default=False))
    basis = internal(models.TextField(blank=True))
    said_by = internal(models.ForeignKey("org.Account", models.PROTECT, related_name="+"))
    said_at = internal(models.DateTimeField(auto_now_add=True))

    row_access = RowAccess(SIGNED, append_only=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(moved=False) | Q(since__isnull=False, unit__isnull=False),
                name="placement_moved_on_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.facility_id} → {self.unit_id}"

    def place(self) -> Place:
        found: Place = self.facility.place()
        return found
