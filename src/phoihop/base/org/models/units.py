"""Administrative units: each row is one unit between two dates. Never overwritten: a reform adds rows."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from phoihop.base.security.columns import public


class Unit(models.Model):
    """A province, district or commune while it stood.

    ``key`` names it for good ("2025:00004"); ``code`` is the official number, which the next reform gives
    to another place, so it is no key. ``valid_to`` is the last day.
    """

    key = public(models.CharField(max_length=32, unique=True))
    system = public(models.CharField(max_length=8))
    code = public(models.CharField(max_length=8))
    name = public(models.TextField())
    kind = public(models.CharField(max_length=24))
    level = public(models.CharField(max_length=12))
    parent = public(models.ForeignKey("self", models.PROTECT, null=True, related_name="children"))
    valid_from = public(models.DateField(null=True))
    valid_to = public(models.DateField(null=True))
    basis = public(models.TextField(blank=True))
    latitude = public(models.FloatField(null=True))
    longitude = public(models.FloatField(null=True))

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
                name="unit_ends_after_it_begins",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["system", "code"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class Succession(models.Model):
    """What an old unit, or a part of it, became. ``share`` is of the old unit's area, 0 to 1.

    ``certainty``: V where the paper's text was compared; anything else is shown as "chưa đối chiếu".
    """

    old = public(models.ForeignKey(Unit, models.PROTECT, related_name="became"))
    new = public(models.ForeignKey(Unit, models.PROTECT, related_name="came_from"))
    whole = public(models.BooleanField())
    share = public(models.DecimalField(max_digits=9, decimal_places=8, null=True))
    day = public(models.DateField())
    basis = public(models.TextField(blank=True))
    certainty = public(models.CharField(max_length=1, blank=True))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["old", "new", "day"], name="succession_said_once"),
            models.CheckConstraint(
                condition=Q(share__isnull=True) | Q(share__gt=0, share__lte=1), name="succession_share"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old_id} → {self.new_id}"
