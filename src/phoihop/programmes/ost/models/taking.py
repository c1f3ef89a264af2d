"""Paper books that somebody sends in as sheets: how far each has come."""

from typing import Any, ClassVar
from uuid import uuid4

from django.db import models

from phoihop.base.org.models import Account, Facility
from phoihop.base.org.rules.permissions import Place
from phoihop.base.security.columns import internal
from phoihop.base.security.rows import PURPOSE, RowAccess
from phoihop.programmes.ost.models.shared import OST, OWN, place_of


class TakingOver(models.Model):
    """Sheets of one kind ("people", "stock", "book") that were sent in together, about one site.

    The rows, and what is said of each, are a file in the vault (``file``), gone once it is of no more use;
    here are numbers alone. ``site``: a point of the facility, or the facility itself. ``done`` of ``rows``:
    how far the step that runs has come. ``why``, ``why_en``: what stands against all of it.
    """

    CHECKING, CHECKED, TAKING, TAKEN, DROPPED = "checking", "checked", "taking", "taken", "dropped"

    uid = internal(models.UUIDField(default=uuid4, editable=False, unique=True))
    programme = internal(models.CharField(max_length=20, default=OST, editable=False))
    facility = internal(models.ForeignKey(Facility, models.PROTECT, related_name="+"))
    site = internal(models.ForeignKey(Facility, models.PROTECT, related_name="+"))
    kind = internal(models.CharField(max_length=10))
    state = internal(models.CharField(max_length=10, default=CHECKING))
    file = internal(models.CharField(max_length=40, blank=True))
    rows = internal(models.PositiveIntegerField(default=0))
    new = internal(models.PositiveIntegerField(default=0))
    known = internal(models.PositiveIntegerField(default=0))
    wrong = internal(models.PositiveIntegerField(default=0))
    done = internal(models.PositiveIntegerField(default=0))
    why = internal(models.TextField(blank=True))
    why_en = internal(models.TextField(blank=True))
    by = internal(models.ForeignKey(Account, models.PROTECT, related_name="+"))
    at = internal(models.DateTimeField(auto_now_add=True))
    heard_at = internal(models.DateTimeField(auto_now=True))
    attempts = internal(models.PositiveSmallIntegerField(default=0))

    # A worker finds it before it knows whose it is; no word of a person stands here.
    row_access = RowAccess(f"({OWN.read}) or {PURPOSE} = 'job'")

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["facility", "at"], name="ost_taking_over_of_site"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def moves(self) -> bool:
        """Whether a worker is at it, or will be."""
        return self.state in (self.CHECKING, self.TAKING)

    def place(self) -> Place:
        return place_of(self.facility)
