"""A plan, made from a confirmed document, and its targets."""

from typing import Any, ClassVar
from uuid import uuid4

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q, Value

from phoihop.base.org.models import Account, Agency, Person, Position, Unit
from phoihop.base.org.models.positions import Days
from phoihop.base.org.rules.permissions import Place
from phoihop.base.security.columns import internal, public
from phoihop.coordination.documents.models import Document, Item


@pghistory.track()
class Plan(models.Model):
    """What one confirmed document sets out to do. ``agency`` looks after it; ``unit`` is where it holds, as
    of the day it was issued. ``first`` and ``last``: the days it runs from and to. ``before``: the plan
    that it follows, for the comparison of two years. ``trial``: demonstration, to be labelled wherever shown.
    ``decided_in``: the position in which its document was withdrawn.
    """

    uid = internal(models.UUIDField(default=uuid4, unique=True, editable=False))
    document = internal(models.OneToOneField(Document, models.PROTECT, related_name="plan"))
    agency = internal(models.ForeignKey(Agency, models.PROTECT, related_name="plans"))
    unit = public(models.ForeignKey(Unit, models.PROTECT, null=True, related_name="plans"))
    name = public(models.TextField())
    first = public(models.DateField(null=True))
    last = public(models.DateField(null=True))
    before = internal(models.ForeignKey("self", models.SET_NULL, null=True, related_name="after"))
    trial = internal(models.BooleanField(default=False))
    made_by = internal(models.ForeignKey(Account, models.PROTECT, related_name="+"))
    made_at = internal(models.DateTimeField(auto_now_add=True))
    ended_on = internal(models.DateField(null=True))
    decided_in = internal(models.ForeignKey(Position, models.PROTECT, null=True, related_name="+"))

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(first__isnull=True) | Q(last__isnull=True) | Q(first__lte=F("last")),
                name="plan_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(before__isnull=True) | ~Q(before=F("id")), name="plan_before_is_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def place(self) -> Place:
        return Place(agency=self.agency_id, unit=self.unit_id)


@pghistory.track()
class Target(models.Model):
    """A number to reach, with the sentence it stands in (``item``; its span is the item's).

    The words are those of the document; ``due`` is the day that ``deadline`` comes to, or the plan's last.
    What computes or reports its number stands in its bindings.
    ``decided_in``: the position in which somebody took it out.
    """

    uid = internal(models.UUIDField(default=uuid4, unique=True, editable=False))
    plan = internal(models.ForeignKey(Plan, models.PROTECT, related_name="targets"))
    item = internal(models.OneToOneField(Item, models.PROTECT, related_name="target"))
    order = internal(models.PositiveIntegerField())
    section = public(models.TextField(blank=True))
    text = public(models.TextField())
    comparator = public(models.CharField(max_length=2))
    value = public(models.DecimalField(max_digits=20, decimal_places=6, null=True))
    value_max = public(models.DecimalField(max_digits=20, decimal_places=6, null=True))
    measure = public(models.CharField(max_length=80, blank=True))
    numerator = public(models.TextField(blank=True))
    denominator = public(models.TextField(blank=True))
    over = public(models.TextField(blank=True))
    baseline = public(models.TextField(blank=True))
    direction = public(models.CharField(max_length=10, blank=True))
    deadline = public(models.CharField(max_length=80, blank=True))
    due = public(models.DateField(null=True))
    kind = public(models.CharField(max_length=10))
    dropped_on = internal(models.DateField(null=True))
    dropped_why = internal(models.TextField(blank=True))
    decided_in = internal(models.ForeignKey(Position, models.PROTECT, null=True, related_name="+"))

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["plan", "order"], name="target_order"),
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["due"], name="target_due")]

    def __str__(self) -> str:
        return f"{self.pk}"

    def place(self) -> Place:
        found: Place = self.plan.place()
        return found


@pghistory.track()
class Holder(models.Model):
    """Who answers in person for a target, between two days (M005)."""

    target = internal(models.ForeignKey(Target, models.PROTECT, related_name="holders"))
    person = internal(models.ForeignKey(Person, models.PROTECT, related_name="+"))
    since = internal(models.DateField())
    until = internal(models.DateField(null=True))
    basis = internal(models.TextField(blank=True))
    named_by = internal(models.ForeignKey(Account, models.PROTECT, related_name="+"))

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="holder_ends_after"
            ),
            ExclusionConstraint(
                name="holder_one_at_a_time",
                expressions=[
                    ("target", RangeOperators.EQUAL),
                    (Days("since", "until", Value("[]")), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def place(self) -> Place:
        found: Place = self.target.place()
        return found
