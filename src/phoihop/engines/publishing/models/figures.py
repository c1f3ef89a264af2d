"""Figures: as they truly are, as they are told to whoever opens no file, and as people report them.

Two tables and not two columns, because the database lets rows be seen or not: a true number is seen by the
build and where the file of each person whom it counts may be opened, at the facility itself.
"""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from phoihop.base.org.models import Account, Agency, Facility, Unit
from phoihop.base.org.rules.permissions import Place
from phoihop.base.release.models.documents import Releasable
from phoihop.base.security.columns import internal, sensitive
from phoihop.base.security.rows import AGENCIES, KNOWN, PURPOSE, SIGNED, RowAccess, at_place
from phoihop.engines.indicators.disclosing import State
from phoihop.engines.publishing.models.releases import Release

_COUNTED: dict[str, Any] = {"keep": "10y", "ground": "Luật 91/2025/QH15", "erase": "delete"}
_KEY = ["code", "version", "facility", "unit", "calendar", "span", "year", "number", "split"]
_STATES = [(state.value, state.value) for state in State]
_JOB = f"{PURPOSE} = 'job'"


def _decimal(**more: Any) -> "models.DecimalField[Any, Any]":
    return models.DecimalField(max_digits=30, decimal_places=6, **more)


class Line(models.Model):
    """Of which figure a row is. Neither ``facility`` nor ``unit``: everybody of the programme.

    ``borders``: the last day of the map on which the unit stands; None: today's, or no unit. ``split``: what
    it is told apart by, as rules.written. ``completeness``: which part of the facilities that should have
    kept books in the period did; None where nothing tells.
    """

    programme = internal(models.CharField(max_length=20))
    code = internal(models.CharField(max_length=60))
    version = internal(models.PositiveSmallIntegerField())
    facility = internal(models.ForeignKey(Facility, models.PROTECT, null=True, related_name="+"))
    unit = internal(models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+"))
    borders = internal(models.DateField(null=True))
    calendar = internal(models.CharField(max_length=8))
    span = internal(models.CharField(max_length=8))
    year = internal(models.PositiveSmallIntegerField())
    number = internal(models.PositiveSmallIntegerField())
    first = internal(models.DateField())
    last = internal(models.DateField())
    split = internal(models.CharField(max_length=160, default="{}"))
    completeness = internal(models.DecimalField(max_digits=5, decimal_places=4, null=True))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.code} {self.year}/{self.number}"


class Number(Line):
    """A figure as it truly is. ``people``: from how many people a number of days or doses comes.
    ``computed_at``: since when it says so."""

    release = internal(models.ForeignKey(Release, models.PROTECT, related_name="+"))
    numerator = sensitive(_decimal(), **_COUNTED)
    denominator = sensitive(_decimal(null=True), **_COUNTED)
    people = sensitive(models.IntegerField(null=True), **_COUNTED)
    computed_at = internal(models.DateTimeField())

    row_access = RowAccess(read=f"{_JOB} or {at_place()}", write=_JOB)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=_KEY, nulls_distinct=False, name="number_once"),
            models.CheckConstraint(
                condition=Q(facility__isnull=True) | Q(unit__isnull=True), name="number_of_one_place"
            ),
        ]


class Told(Releasable, Line):
    """What is told of a figure, and to whom: as its release. A value or a band, or neither, where it is
    hidden; a band without a most has no upper end."""

    release = internal(models.ForeignKey(Release, models.PROTECT, related_name="told"))
    numerator_state = internal(models.CharField(max_length=12, choices=_STATES))
    numerator = internal(_decimal(null=True))
    numerator_least = internal(models.IntegerField(null=True))
    numerator_most = internal(models.IntegerField(null=True))
    denominator_state = internal(models.CharField(max_length=12, choices=_STATES, blank=True))
    denominator = internal(_decimal(null=True))
    denominator_least = internal(models.IntegerField(null=True))
    denominator_most = internal(models.IntegerField(null=True))
    told_at = internal(models.DateTimeField())

    row_access = RowAccess(
        read=f"{_JOB} or released_to = 'public' and {SIGNED} or released_to = 'cleared' and {KNOWN}",
        write=_JOB,
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["release", *_KEY], nulls_distinct=False, name="told_once"),
            models.CheckConstraint(
                condition=Q(facility__isnull=True) | Q(unit__isnull=True), name="told_of_one_place"
            ),
            # Whatever the program does: no count of people of 1 to 7, and no exact one, stands here.
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{part}__isnull": True})
                    | Q(**{f"{part}_state": "shown"})
                    | Q(**{f"{part}_state": "rounded", f"{part}__gte": 10}),
                    name=f"told_{part}_of_many",
                )
                for part in ("numerator", "denominator")
            ),
        ]


class ReportedValue(models.Model):
    """A figure as somebody reported it for a unit and a period: the last entry counts, the others stay.

    ``on``: the day of which the source speaks; ``source``: the paper or system that it was read from.
    """

    code = internal(models.CharField(max_length=60))
    agency = internal(models.ForeignKey(Agency, models.PROTECT, related_name="+"))
    unit = internal(models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+"))
    calendar = internal(models.CharField(max_length=8))
    span = internal(models.CharField(max_length=8))
    year = internal(models.PositiveSmallIntegerField())
    number = internal(models.PositiveSmallIntegerField())
    numerator = sensitive(_decimal(), **_COUNTED)
    denominator = sensitive(_decimal(null=True), **_COUNTED)
    on = internal(models.DateField())
    source = internal(models.CharField(max_length=300))
    reporter = internal(models.ForeignKey(Account, models.PROTECT, related_name="+"))
    entered_at = internal(models.DateTimeField(auto_now_add=True))

    row_access = RowAccess(
        read=f"agency_id = any({AGENCIES}) or {_JOB}",
        write=_JOB,
        add=f"agency_id = any({AGENCIES}) or {_JOB}",
    )

    class Meta:
        indexes: ClassVar = [models.Index(fields=["code", "unit"], name="reported_by_code")]

    def __str__(self) -> str:
        return f"{self.code} {self.year}/{self.number}"

    def place(self) -> Place:
        return Place(agency=self.agency_id, unit=self.unit_id)
