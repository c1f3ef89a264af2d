"""What the targets of a plan are bound to: as the program suggests, and as a person confirmed."""

from typing import Any, ClassVar

import pghistory
from django.db import models
from django.db.models import F, Q

from phoihop.base.org.models import Account, Position
from phoihop.base.org.rules.permissions import Place
from phoihop.base.security.columns import internal
from phoihop.coordination.plans.models.plans import Target


@pghistory.track()
class Binding(models.Model):
    """A code that a target is bound to, between two moments; or that it may mean, until a person decides.

    ``code`` is one of the catalogue (rules/binding.py). ``by`` is who confirmed it, None while the program
    only suggests it; ``decided_in``, as whom. ``rank``: which of several suggestions it is, from 0.
    ``found``: the words of the target that speak for it; ``edition``: the day of the catalogue. ``until``,
    ``ended_by`` and ``why``: when it was over, and who ended it for which reason. Nothing is deleted.
    """

    target = internal(models.ForeignKey(Target, models.PROTECT, related_name="bindings"))
    code = internal(models.CharField(max_length=80))
    rank = internal(models.PositiveSmallIntegerField(default=0))
    found = internal(models.JSONField(default=list, blank=True))
    edition = internal(models.DateField())
    since = internal(models.DateTimeField(auto_now_add=True))
    by = internal(models.ForeignKey(Account, models.PROTECT, null=True, related_name="+"))
    decided_in = internal(models.ForeignKey(Position, models.PROTECT, null=True, related_name="+"))
    until = internal(models.DateTimeField(null=True))
    ended_by = internal(models.ForeignKey(Account, models.PROTECT, null=True, related_name="+"))
    why = internal(models.TextField(blank=True))

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["target"], condition=Q(until=None, by__isnull=False), name="binding_one_confirmed"
            ),
            models.UniqueConstraint(fields=["target", "code"], condition=Q(until=None), name="binding_once"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="binding_ends_after"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def place(self) -> Place:
        found: Place = self.target.place()
        return found
