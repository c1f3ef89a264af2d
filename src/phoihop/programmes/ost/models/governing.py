"""Values that a responsible doctor signed off; visits of supervision."""

from typing import Any, ClassVar
from uuid import uuid4

from django.db import models

from phoihop.base.org.models import Account, Facility
from phoihop.base.org.rules.permissions import Place
from phoihop.base.security.columns import internal
from phoihop.base.security.rows import KNOWN, SIGNED, RowAccess
from phoihop.programmes.ost.models.shared import CENTRE, place_of


class Signed(models.Model):
    """A responsible doctor compared a value with its paper and signed it (rules.parameters.SignOff). The row
    is named by everything it says, so that a changed value is not signed. ``paper``: the number of the paper
    that it was compared with."""

    rule = internal(models.CharField(max_length=60))
    value = internal(models.DecimalField(max_digits=14, decimal_places=4))
    unit = internal(models.CharField(max_length=30, blank=True))
    valid_from = internal(models.DateField())
    source = internal(models.TextField())
    paper = internal(models.CharField(max_length=120))
    account = internal(models.ForeignKey(Account, models.PROTECT, related_name="+"))
    at = internal(models.DateTimeField(auto_now_add=True))

    row_access = RowAccess(SIGNED, KNOWN, append_only=True)

    def __str__(self) -> str:
        return self.rule


class Visit(models.Model):
    """A visit of supervision to a site (rules.supervision): its answers by question, each with what is to be
    done."""

    uid = internal(models.UUIDField(default=uuid4, editable=False, unique=True))
    facility = internal(models.ForeignKey(Facility, models.PROTECT, related_name="+"))
    day = internal(models.DateField())
    visitors = internal(models.TextField())
    answers = internal(models.JSONField(default=dict))
    by = internal(models.ForeignKey(Account, models.PROTECT, related_name="+"))
    at = internal(models.DateTimeField(auto_now_add=True))

    row_access = CENTRE

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["facility", "day"], name="ost_visit_of_site")]

    def __str__(self) -> str:
        return f"{self.pk}"

    def place(self) -> Place:
        return place_of(self.facility)
