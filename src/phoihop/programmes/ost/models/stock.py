"""The ledger of the medicines: lots, what is where, every movement; counts, minutes, deliveries."""

from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from phoihop.base.org.models import Account, Facility
from phoihop.base.org.rules.permissions import Place
from phoihop.base.security.columns import internal
from phoihop.base.security.rows import SIGNED, RowAccess, at_place
from phoihop.programmes.ost.models.shared import CENTRE, OST, place_of
from phoihop.programmes.ost.rules.stock import HOLDING, Kind

_KINDS = [(kind.value, kind.value) for kind in Kind]
_NEVER_SHORT = sorted(kind.value for kind in HOLDING - {Kind.DAILY, Kind.POINT})
_QUANTITY: dict[str, Any] = {"max_digits": 12, "decimal_places": 2}
# A movement is told by who booked it, and lies at both ends.
_BOTH_ENDS = RowAccess(f"({CENTRE.read}) or {at_place('target_facility_id', repr(OST))}", append_only=True)


class LotRow(models.Model):
    """One batch of a medicine (rules.stock.Lot). ``strength``: mg in one ml or tablet."""

    drug = internal(models.CharField(max_length=20))
    strength = internal(models.DecimalField(max_digits=6, decimal_places=2))
    batch = internal(models.CharField(max_length=40))
    expiry = internal(models.DateField())

    row_access = RowAccess(SIGNED)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["drug", "strength", "batch"], name="ost_lot_once"),
            models.CheckConstraint(condition=Q(strength__gt=0), name="ost_lot_of_something"),
        ]

    def __str__(self) -> str:
        return self.batch


class Balance(models.Model):
    """How much of a lot is at a place, in ml or tablets: the sum of its movements, kept with each of them.

    Store, bottles and what came back are never below nought. Cabinet and point can be for a while: a tablet
    reports doses that were given, though the delivery they came from is not booked yet. The desk refuses it.
    """

    facility = internal(models.ForeignKey(Facility, models.PROTECT, related_name="+"))
    kind = internal(models.CharField(max_length=16, choices=_KINDS))
    lot = internal(models.ForeignKey(LotRow, models.PROTECT, related_name="+"))
    quantity = internal(models.DecimalField(default=0, **_QUANTITY))

    row_access = CENTRE

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["facility", "kind", "lot"], name="ost_balance_once"),
            models.CheckConstraint(
                condition=~Q(kind__in=_NEVER_SHORT) | Q(quantity__gte=0),
                name="ost_balance_never_short",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class Minutes(models.Model):
    """A paper about medicine: delivery, difference, spill, destruction, with a line for each movement.

    ``cause`` is what is said of why, and names nobody. ``state``: "open" until as many have signed as must,
    then "booked", and its movements with it; "withdrawn" where it was written in error.
    """

    OPEN, BOOKED, WITHDRAWN = "open", "booked", "withdrawn"

    uid = internal(models.UUIDField(default=uuid4, editable=False, unique=True))
    facility = internal(models.ForeignKey(Facility, models.PROTECT, related_name="+"))
    number = internal(models.CharField(max_length=40))
    kind = internal(models.CharField(max_length=12))
    day = internal(models.DateField())
    cause = internal(models.TextField(blank=True))
    partner = internal(models.TextField(blank=True))
    copies = internal(models.PositiveSmallIntegerField(default=1))
    state = internal(models.CharField(max_length=10, default=BOOKED))
    by = internal(models.ForeignKey(Account, models.PROTECT, related_name="+"))
    at = internal(models.DateTimeField(auto_now_add=True))

    row_access = CENTRE

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["facility", "number"], name="ost_minutes_numbered")
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["facility"], condition=Q(state="open"), name="ost_minutes_waiting"),
        ]

    def __str__(self) -> str:
        return self.number

    def place(self) -> Place:
        return place_of(self.facility)


class Signature(models.Model):
    """One person signed minutes, in their own session."""

    minutes = internal(models.ForeignKey(Minutes, models.PROTECT, related_name="signatures"))
    facility = internal(models.ForeignKey(Facility, models.PROTECT, related_name="+"))
    account = internal(models.ForeignKey(Account, models.PROTECT, related_name="+"))
    at = internal(models.DateTimeField(auto_now_add=True))

    row_access = RowAccess(CENTRE.read, append_only=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["minutes", "account"], name="ost_signed_once")
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class MinutesLine(models.Model):
    """So much of a lot that minutes speak of: from where to where it is booked once they are signed."""

    minutes = internal(models.ForeignKey(Minutes, models.PROTECT, related_name="lines"))
    facility = internal(models.ForeignKey(Facility, models.PROTECT, related_name="+"))
    lot = internal(models.ForeignKey(LotRow, models.PROTECT, related_name="+"))
    source = internal(models.CharField(max_length=16, choices=_KINDS))
    target = internal(models.CharField(max_length=16, choices=_KINDS))
    quantity = internal(models.DecimalField(**_QUANTITY))
    book = internal(models.DecimalField(null=True, **_QUANTITY))
    found = internal(models.DecimalField(null=True, **_QUANTITY))

    row_access = RowAccess(CENTRE.read, append_only=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="ost_minutes_of_something")
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class Posting(models.Model):
    """So much of a lot from one place to another (rules.stock.Movement), for good. ``key`` names it: a
    movement that is booked again is the same one. ``facility``: where it was booked, and its source."""

    key = internal(models.CharField(max_length=160, unique=True))
    day = internal(models.DateField())
    lot = internal(models.ForeignKey(LotRow, models.PROTECT, related_name="+"))
    facility = internal(models.ForeignKey(Facility, models.PROTECT, related_name="+"))
    source = internal(models.CharField(max_length=16, choices=_KINDS))
    target_facility = internal(models.ForeignKey(Facility, models.PROTECT, related_name="+"))
    target = internal(models.CharField(max_length=16, choices=_KINDS))
    quantity = internal(models.DecimalField(**_QUANTITY))
    minutes = internal(models.ForeignKey(Minutes, models.PROTECT, null=True, related_name="+"))
    account = internal(models.ForeignKey(Account, models.PROTECT, null=True, related_name="+"))
    at = internal(models.DateTimeField(auto_now_add=True))

    row_access = _BOTH_ENDS

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="ost_posting_of_something"),
            models.CheckConstraint(
                condition=~Q(facility=F("target_facility"), source=F("target")), name="ost_posting_moves"
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["facility", "day"], name="ost_posting_out_of"),
            models.Index(fields=["target_facility", "day"], name="ost_posting_into"),
        ]

    def __str__(self) -> str:
        return self.key


class Day(models.Model):
    """A business day of a site: opened by somebody, closed by a count of somebody else."""

    facility = internal(models.ForeignKey(Facility, models.PROTECT, related_name="+"))
    day = internal(models.DateField())
    opened_by = internal(models.ForeignKey(Account, models.PROTECT, null=True, related_name="+"))
    opened_at = internal(models.DateTimeField())
    closed_by = internal(models.ForeignKey(Account, models.PROTECT, null=True, related_name="+"))
    closed_at = internal(models.DateTimeField(null=True))

    row_access = CENTRE

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["facility", "day"], name="ost_day_once"),
            models.UniqueConstraint(
                fields=["facility"], condition=Q(closed_at__isnull=True), name="ost_one_day_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def place(self) -> Place:
        return place_of(self.facility)


class CountRow(models.Model):
    """What somebody counted of a lot at a place at a day's end, without having been told the book; ``book``
    is what the book said then. Never changed: who counts again counts another time (``attempt``)."""

    facility = internal(models.ForeignKey(Facility, models.PROTECT, related_name="+"))
    day = internal(models.DateField())
    kind = internal(models.CharField(max_length=16, choices=_KINDS))
    lot = internal(models.ForeignKey(LotRow, models.PROTECT, related_name="+"))
    attempt = internal(models.PositiveSmallIntegerField(default=1))
    found = internal(models.DecimalField(**_QUANTITY))
    book = internal(models.DecimalField(**_QUANTITY))
    minutes = internal(models.ForeignKey(Minutes, models.PROTECT, null=True, related_name="+"))
    by = internal(models.ForeignKey(Account, models.PROTECT, related_name="+"))
    at = internal(models.DateTimeField(auto_now_add=True))

    row_access = RowAccess(CENTRE.read, append_only=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["facility", "day", "kind", "lot", "attempt"], name="ost_counted_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class Shipment(models.Model):
    """Medicine on its way from a facility to a point of its own; booked when it left, checked on arrival."""

    uid = internal(models.UUIDField(default=uuid4, editable=False, unique=True))
    facility = internal(models.ForeignKey(Facility, models.PROTECT, related_name="+"))
    target_facility = internal(models.ForeignKey(Facility, models.PROTECT, related_name="+"))
    lot = internal(models.ForeignKey(LotRow, models.PROTECT, related_name="+"))
    quantity = internal(models.DecimalField(**_QUANTITY))
    number = internal(models.CharField(max_length=40))
    sent_on = internal(models.DateField())
    sent_by = internal(models.ForeignKey(Account, models.PROTECT, related_name="+"))
    received_on = internal(models.DateField(null=True))
    received_by = internal(models.ForeignKey(Account, models.PROTECT, null=True, related_name="+"))
    received = internal(models.DecimalField(null=True, **_QUANTITY))

    row_access = RowAccess(f"({CENTRE.read}) or {at_place('target_facility_id', repr(OST))}")

    def __str__(self) -> str:
        return self.number

    def place(self) -> Place:
        return place_of(self.facility)


class StockSaid(models.Model):
    """A stock report as it was sent: its cells frozen, by whom and when."""

    uid = internal(models.UUIDField(default=uuid4, editable=False, unique=True))
    facility = internal(models.ForeignKey(Facility, models.PROTECT, related_name="+"))
    first = internal(models.DateField())
    last = internal(models.DateField())
    cells = internal(ArrayField(models.CharField(max_length=40)))
    drug = internal(models.CharField(max_length=20))
    strength = internal(models.DecimalField(max_digits=6, decimal_places=2))
    by = internal(models.ForeignKey(Account, models.PROTECT, related_name="+"))
    at = internal(models.DateTimeField(auto_now_add=True))

    row_access = RowAccess(CENTRE.read, append_only=True)

    def __str__(self) -> str:
        return f"{self.pk}"

    def place(self) -> Place:
        return place_of(self.facility)
