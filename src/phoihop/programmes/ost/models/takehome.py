"""Medicine to take home: the commitment, bottles with serials, what became of each; supply to a hospital."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from phoihop.base.org.models import Account
from phoihop.base.security.columns import internal, personal, sensitive
from phoihop.base.security.sealed import SealedText
from phoihop.programmes.ost.models.shared import ADDED, FILE, OWN, Case
from phoihop.programmes.ost.models.stock import Minutes


class Commitment(Case):
    """A client's signed commitment to take medicine home, and when it was ended. ``storage``: somebody saw or
    was told how it is locked away at home."""

    signed_on = sensitive(models.DateField(), erase="keep", **FILE)
    storage = sensitive(models.BooleanField(), erase="keep", **FILE)
    ended_on = sensitive(models.DateField(null=True), erase="keep", **FILE)
    by = internal(models.ForeignKey(Account, models.PROTECT, related_name="+"))
    why = personal(SealedText(null=True, bucket=64), erase="shred", **FILE)

    row_access = OWN

    class Meta(Case.Meta):
        constraints: ClassVar[tuple[Any, ...]] = (
            *Case.Meta.constraints,
            models.UniqueConstraint(
                fields=["facility", "client"],
                condition=Q(ended_on__isnull=True),
                name="ost_commitment_one_running",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("signed_on")),
                name="ost_commitment_ends_after_it_begins",
            ),
        )


class BottleRow(Case):
    """One bottle (or packet of tablets) for one day (rules.takehome.Bottle). ``issue``: key of the event that
    handed it out; ``batch``: of the medicine in it."""

    serial = internal(models.CharField(max_length=24, unique=True))
    issue = internal(models.CharField(max_length=60))
    number = internal(models.PositiveSmallIntegerField())
    of = internal(models.PositiveSmallIntegerField())
    handed_on = sensitive(models.DateField(), erase="keep", **FILE)
    take_on = sensitive(models.DateField(), erase="keep", **FILE)
    drug = sensitive(models.CharField(max_length=20), erase="keep", **FILE)
    mg = sensitive(models.DecimalField(max_digits=7, decimal_places=2), erase="keep", **FILE)
    quantity = sensitive(models.DecimalField(max_digits=7, decimal_places=2), erase="keep", **FILE)
    batch = internal(models.CharField(max_length=40))
    by = internal(models.ForeignKey(Account, models.PROTECT, related_name="+"))

    row_access = ADDED

    class Meta(Case.Meta):
        constraints: ClassVar[tuple[Any, ...]] = (
            *Case.Meta.constraints,
            models.CheckConstraint(
                condition=Q(take_on__gte=F("handed_on")), name="ost_bottle_not_for_before"
            ),
            models.UniqueConstraint(fields=["facility", "issue", "number"], name="ost_bottle_once"),
        )


class _Standing(models.Manager["BottleNote"]):
    """Notes that stand: none that was taken back, and none that only takes another one back."""

    def get_queryset(self) -> models.QuerySet["BottleNote"]:
        return super().get_queryset().filter(voids=None, voided_by=None)


class BottleNote(Case):
    """One thing written down of a bottle (rules.takehome.Note). ``minutes``: about what was in it, where it
    was spilt or lost; ``voids``: an earlier note whose minutes were withdrawn as written in error."""

    serial = internal(models.CharField(max_length=24))
    fate = sensitive(models.CharField(max_length=20), erase="keep", **FILE)
    day = sensitive(models.DateField(), erase="keep", **FILE)
    by = internal(models.ForeignKey(Account, models.PROTECT, related_name="+"))
    at = internal(models.DateTimeField(auto_now_add=True))
    minutes = internal(models.ForeignKey(Minutes, models.PROTECT, null=True, related_name="+"))
    voids = internal(models.ForeignKey("self", models.PROTECT, null=True, related_name="voided_by"))

    objects = models.Manager()
    standing = _Standing()

    row_access = ADDED


class Recall(Case):
    """A client drawn to come back with the bottles: called on a day, and what was found."""

    called_on = sensitive(models.DateField(), erase="keep", **FILE)
    by_day = sensitive(models.DateField(null=True), erase="keep", **FILE)
    came_on = sensitive(models.DateField(null=True), erase="keep", **FILE)
    shown = sensitive(ArrayField(models.CharField(max_length=24), default=list), erase="keep", **FILE)
    by = internal(models.ForeignKey(Account, models.PROTECT, related_name="+"))

    row_access = OWN


class Supply(Case):
    """Medicine for a client who lies in a hospital: days, papers (forms 04, 05, 06), what was handed over.

    ``hospital`` and ``carrier``: who asked for it and who carries it, in words. ``returned``: ml or tablets
    that came back.
    """

    hospital = personal(SealedText(null=True, bucket=64), erase="shred", **FILE)
    carrier = personal(SealedText(null=True, bucket=64), erase="shred", **FILE)
    first = sensitive(models.DateField(), erase="keep", **FILE)
    last = sensitive(models.DateField(), erase="keep", **FILE)
    handed_on = sensitive(models.DateField(null=True), erase="keep", **FILE)
    confirmed = internal(models.BooleanField())
    copies = internal(models.PositiveSmallIntegerField())
    labelled = internal(models.BooleanField())
    leak_tested = internal(models.BooleanField())
    drug = sensitive(models.CharField(max_length=20), erase="keep", **FILE)
    mg = sensitive(models.DecimalField(max_digits=7, decimal_places=2), erase="keep", **FILE)
    quantity = sensitive(models.DecimalField(max_digits=9, decimal_places=2), erase="keep", **FILE)
    returned = sensitive(models.DecimalField(max_digits=9, decimal_places=2, default=0), erase="keep", **FILE)
    by = internal(models.ForeignKey(Account, models.PROTECT, related_name="+"))

    row_access = OWN

    class Meta(Case.Meta):
        constraints: ClassVar[tuple[Any, ...]] = (
            *Case.Meta.constraints,
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="ost_supply_days"),
        )
