"""What devices wrote, the doses that it tells of, and what somebody must look at."""

from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from phoihop.base.org.models import Account, Facility
from phoihop.base.org.rules.permissions import Place
from phoihop.base.security.columns import internal, personal, sensitive
from phoihop.base.security.sealed import Sealed, SealedText
from phoihop.programmes.ost.models.shared import CENTRE, CENTRE_ADDED, FILE, OST, place_of


class LogEntry(models.Model):
    """An event as a device wrote it (rules.events.Event), never changed and never removed.

    ``facility``: of the device's site; ``body``: the whole event, signature and all, in the one form that
    rules.events_wire knows. ``proven``: an enrolled device signed it. ``verdict``: what was answered.
    """

    digest = internal(models.CharField(max_length=64, unique=True))
    facility = internal(models.ForeignKey(Facility, models.PROTECT, related_name="+"))
    device = internal(models.CharField(max_length=40))
    incarnation = internal(models.CharField(max_length=40))
    seq = internal(models.BigIntegerField())
    key = internal(models.CharField(max_length=60))
    kind = internal(models.CharField(max_length=20))
    body = sensitive(models.BinaryField(), erase="keep", **FILE)
    proven = internal(models.BooleanField())
    verdict = internal(models.CharField(max_length=12))
    received_at = internal(models.DateTimeField(auto_now_add=True))

    row_access = CENTRE_ADDED

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["device", "incarnation", "seq"], name="ost_log_in_order"),
            models.Index(fields=["key"], name="ost_log_by_key"),
        ]

    def __str__(self) -> str:
        return self.digest


class Dose(models.Model):
    """A dose that somebody took, or a bottle for a day, as the events tell it (rules.judging_doses.Taking).

    ``name`` is its identity; ``client`` what devices call the person; ``day`` what people stated, ``on`` the
    business date, certainly from ``first`` to ``last``. ``moment``, ``earliest``, ``latest``: seconds since
    1970. ``again``: part of a vomited dose, given again. It is worked out from the log and may be worked out
    anew, never typed.
    """

    name = internal(models.CharField(max_length=160))
    person = sensitive(models.UUIDField(), erase="keep", **FILE)
    client = sensitive(models.UUIDField(), erase="keep", **FILE)
    facility = internal(models.ForeignKey(Facility, models.PROTECT, related_name="+", db_index=False))
    device = internal(models.CharField(max_length=40))
    order = internal(models.UUIDField())
    drug = sensitive(models.CharField(max_length=20), erase="keep", **FILE)
    mg = sensitive(models.DecimalField(max_digits=7, decimal_places=2), erase="keep", **FILE)
    quantity = sensitive(models.DecimalField(max_digits=7, decimal_places=2), erase="keep", **FILE)
    batch = internal(models.CharField(max_length=40))
    outside = internal(models.BooleanField())
    again = sensitive(models.BooleanField(default=False), erase="keep", **FILE)
    bottle = sensitive(models.BooleanField(), erase="keep", **FILE)
    day = sensitive(models.DateField(), erase="keep", **FILE)
    on = sensitive(models.DateField(), erase="keep", **FILE)
    first = sensitive(models.DateField(), erase="keep", **FILE)
    last = sensitive(models.DateField(), erase="keep", **FILE)
    certainty = internal(models.CharField(max_length=10))
    moment = internal(models.BigIntegerField(null=True))
    earliest = internal(models.BigIntegerField())
    latest = internal(models.BigIntegerField(null=True))
    sources = internal(ArrayField(models.CharField(max_length=64)))

    row_access = CENTRE

    class Meta:
        # A million of them: one index of names, for whole ones and beginnings, and none of facilities alone.
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["name"], opclasses=["varchar_pattern_ops"], name="ost_dose_once")
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["person", "on"], name="ost_dose_of_person"),
            models.Index(fields=["facility", "on"], name="ost_dose_of_site"),
        ]

    def __str__(self) -> str:
        return self.name

    def place(self) -> Place:
        return place_of(self.facility)


class Incident(Sealed):
    """Something that a person must look at (rules.incidents.Incident): one row at each facility concerned.

    ``identity`` is the rules' own, hashed; ``keys`` name the facts it was found in. ``persons``: whom it
    concerns, ``pseudonym`` the one of them whose key seals the finding; none where it is about a device.
    ``gone``: facts that arrived later explain it.
    """

    uid = internal(models.UUIDField(default=uuid4, editable=False))
    identity = internal(models.CharField(max_length=64))
    programme = sensitive(models.CharField(max_length=20, default=OST, editable=False), erase="keep", **FILE)
    facility = internal(models.ForeignKey(Facility, models.PROTECT, related_name="+"))
    pseudonym: Any = sensitive(models.UUIDField(null=True), erase="keep", **FILE)
    kind = sensitive(models.CharField(max_length=20), erase="keep", **FILE)
    severity = internal(models.PositiveSmallIntegerField())
    keys = internal(ArrayField(models.CharField(max_length=160)))
    persons = sensitive(ArrayField(models.UUIDField(), default=list), erase="keep", **FILE)
    device = internal(models.CharField(max_length=40, blank=True))
    days = sensitive(ArrayField(models.DateField(), default=list), erase="keep", **FILE)
    raised_at = internal(models.DateTimeField(auto_now_add=True))
    gone = internal(models.BooleanField(default=False))
    answered_by = internal(models.ForeignKey(Account, models.PROTECT, null=True, related_name="+"))
    answered_at = internal(models.DateTimeField(null=True))
    finding = personal(SealedText(null=True, bucket=128), erase="shred", **FILE)
    remark = internal(models.TextField(blank=True))

    row_access = CENTRE

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["identity", "facility"], name="ost_incident_once"),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True, answered_at__isnull=True)
                | Q(answered_by__isnull=False, answered_at__isnull=False),
                name="ost_incident_answered_by_somebody",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["facility", "answered_at"], name="ost_incident_waiting"),
            models.Index(fields=["pseudonym"], name="ost_incident_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def place(self) -> Place:
        return place_of(self.facility)
