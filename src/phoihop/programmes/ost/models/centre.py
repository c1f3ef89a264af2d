"""The centre of the dose protocol: devices, leases, permits, and the days that somebody may still use."""

from typing import Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Q, Value

from phoihop.base.org.models import Account, Facility
from phoihop.base.org.models.positions import Days
from phoihop.base.org.rules.permissions import Place
from phoihop.base.security.columns import internal, sensitive
from phoihop.base.security.rows import SIGNED, RowAccess
from phoihop.programmes.ost.models.shared import CENTRE, FILE, place_of


class Centre(models.Model):
    """What there is one of. ``cluster`` names the very database that the epoch began in: one that was put
    back is another one, and begins a new epoch. ``restored_at`` in seconds since 1970. ``secret``: the
    signing key, wrapped; ``public``: what its signatures are checked with."""

    only = internal(models.BooleanField(default=True, unique=True))
    epoch = internal(models.CharField(max_length=40))
    version = internal(models.BigIntegerField(default=0))
    cluster = internal(models.CharField(max_length=80))
    restored_at = internal(models.BigIntegerField(null=True))
    public = internal(models.BinaryField())
    key_version = internal(models.IntegerField())
    secret = sensitive(models.BinaryField(), erase="keep", **FILE)

    row_access = RowAccess(SIGNED)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(only=True), name="ost_centre_is_one")
        ]

    def __str__(self) -> str:
        return self.epoch


class Device(models.Model):
    """What doses are recorded with at a site: a desk (the program's own pages) or a tablet.

    The columns from ``incarnation`` to ``stopped`` are those of rules.centre.DeviceState; ``seq`` and
    ``head`` the end of a desk's log. ``public``: checks its signatures. ``secret``: for a desk its signing
    key, for a tablet what it shares with the centre for release codes; wrapped.
    """

    DESK, TABLET = "desk", "tablet"

    facility = internal(models.ForeignKey(Facility, models.PROTECT, related_name="+"))
    name = internal(models.CharField(max_length=40, unique=True))
    label = internal(models.CharField(max_length=80))
    kind = internal(models.CharField(max_length=8, choices=[(DESK, DESK), (TABLET, TABLET)]))
    active = internal(models.BooleanField(default=False))
    public = internal(models.BinaryField())
    key_version = internal(models.IntegerField())
    secret = sensitive(models.BinaryField(), erase="keep", **FILE)
    incarnation = internal(models.CharField(max_length=40, null=True))
    superseded = internal(ArrayField(models.CharField(max_length=40), default=list))
    epoch = internal(models.CharField(max_length=40, default=""))
    version = internal(models.BigIntegerField(default=0))
    unchecked = internal(models.BigIntegerField(null=True))
    excused = internal(models.BooleanField(default=False))
    stopped = internal(models.BooleanField(default=False))
    heard_on = internal(models.DateField(null=True))
    heard_at = internal(models.DateTimeField(null=True))
    seq = internal(models.BigIntegerField(default=0))
    head = internal(models.CharField(max_length=64, default="", blank=True))
    enrolled_by = internal(models.ForeignKey(Account, models.PROTECT, null=True, related_name="+"))
    enrolled_at = internal(models.DateTimeField(auto_now_add=True))
    withdrawn_on = internal(models.DateField(null=True))

    row_access = CENTRE

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["facility"], condition=Q(active=True), name="ost_one_active_device"
            ),
            models.UniqueConstraint(
                fields=["facility"], condition=Q(kind="desk"), name="ost_one_desk_a_site"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def place(self) -> Place:
        return place_of(self.facility)


class Lease(models.Model):
    """The right to a person's doses belongs to a site from ``first`` to ``last`` (None: until moved).

    ``person`` is the programme's (registry.Tie), ``client`` the pseudonym under which they were served then;
    they differ once files were merged. Leases of a person never overlap, whatever the program
    believes. ``aside``: the merge since which it does not count.
    """

    person = sensitive(models.UUIDField(), erase="keep", **FILE)
    client = sensitive(models.UUIDField(), erase="keep", **FILE)
    facility = internal(models.ForeignKey(Facility, models.PROTECT, related_name="+"))
    first = sensitive(models.DateField(), erase="keep", **FILE)
    last = sensitive(models.DateField(null=True), erase="keep", **FILE)
    aside = internal(models.UUIDField(null=True))

    row_access = CENTRE

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(last__isnull=True) | Q(last__gte=F("first")),
                name="ost_lease_ends_after_it_begins",
            ),
            ExclusionConstraint(
                name="ost_one_site_a_day",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    (Days("first", "last", Value("[]")), RangeOperators.OVERLAPS),
                ],
                condition=Q(aside__isnull=True),
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["facility", "last"], name="ost_lease_of_site"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class PermitRow(models.Model):
    """A permit as it was made (rules.permits.Permit), kept whatever became of it."""

    number = internal(models.CharField(max_length=60, unique=True))
    epoch = internal(models.CharField(max_length=40))
    person = sensitive(models.UUIDField(), erase="keep", **FILE)
    client = sensitive(models.UUIDField(), erase="keep", **FILE)
    facility = internal(models.ForeignKey(Facility, models.PROTECT, related_name="+"))
    device = internal(models.ForeignKey(Device, models.PROTECT, related_name="+"))
    order = internal(models.UUIDField())
    drug = sensitive(models.CharField(max_length=20), erase="keep", **FILE)
    mg = sensitive(models.DecimalField(max_digits=7, decimal_places=2), erase="keep", **FILE)
    days = sensitive(ArrayField(models.DateField()), erase="keep", **FILE)
    issued = internal(models.BigIntegerField())
    signature = internal(models.BinaryField())

    row_access = CENTRE

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["person"], name="ost_permit_of_person")]

    def __str__(self) -> str:
        return self.number


class Outstanding(models.Model):
    """A day of a person that one device may still use; nobody else gets it (rules.permits.Holding)."""

    person = sensitive(models.UUIDField(), erase="keep", **FILE)
    client = sensitive(models.UUIDField(), erase="keep", **FILE)
    day = sensitive(models.DateField(), erase="keep", **FILE)
    facility = internal(models.ForeignKey(Facility, models.PROTECT, related_name="+"))
    number = internal(models.CharField(max_length=60))
    order = internal(models.UUIDField())
    device = internal(models.CharField(max_length=40))
    incarnation = internal(models.CharField(max_length=40))
    issued = internal(models.BigIntegerField())

    row_access = CENTRE

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["person", "day"], name="ost_one_holder_a_day")
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["number"], name="ost_outstanding_of_permit"),
            models.Index(fields=["device"], name="ost_outstanding_of_device"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class Challenge(models.Model):
    """What was read out on the telephone to a device that is to give days back (rules.permits.Challenge)."""

    facility = internal(models.ForeignKey(Facility, models.PROTECT, related_name="+"))
    number = internal(models.CharField(max_length=60))
    device = internal(models.CharField(max_length=40))
    value = internal(models.CharField(max_length=40, unique=True))
    made = internal(models.BigIntegerField())
    tries = internal(models.PositiveSmallIntegerField(default=0))
    used = internal(models.BooleanField(default=False))

    row_access = CENTRE

    def __str__(self) -> str:
        return f"{self.pk}"
