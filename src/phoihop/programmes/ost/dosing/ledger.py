"""The ledger of the medicines in the database: movements as the rules allow them, balances kept with each."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db.models import F, Q
from django.utils import timezone

from phoihop.base.org.models import Facility
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import Balance, LotRow, Minutes, MinutesLine, Posting, Shipment
from phoihop.programmes.ost.rules import stock
from phoihop.programmes.ost.rules.amounts import Drug, Presentation
from phoihop.programmes.ost.rules.stock import HOLDING, Kind, Lot, Movement, Place

# Cabinet and point may fall short on the book when a device tells of doses before the delivery is booked.
NEVER_SHORT = HOLDING - {Kind.DAILY, Kind.POINT}
_NOTHING = Decimal(0)


def lot_of(row: LotRow) -> Lot:
    """A batch as the rules know it."""
    return Lot(Presentation(Drug(row.drug), row.strength), row.batch, row.expiry)


def place(kind: Kind, facility: int) -> Place:
    """A place of a site as the rules know it."""
    return Place(kind, str(facility))


def serving(facility: Facility) -> Kind:
    """The place that a site gives doses from: its own cabinet, or all that a point has."""
    return Kind.DAILY if facility.parent_id is None else Kind.POINT


def arrives_at(facility: Facility) -> Kind:
    """Where at a site a delivery is put: the store of a facility, or all that a point has."""
    return Kind.STORE if facility.parent_id is None else Kind.POINT


def unbooked(facility: int, kind: Kind, at: datetime | None = None) -> list[tuple[LotRow, Decimal]]:
    """By how much what lies at a place is other than its book, lot for lot: what is on its way has not come,
    and what minutes speak of that wait for a signature is gone already (or was found). Two statements.

    ``at``: as it stood at a moment that has passed; None: now.
    """
    found: list[tuple[LotRow, Decimal]] = []
    sent = Shipment.objects.filter(target_facility=facility).select_related("lot", "target_facility")
    if at is None:
        sent = sent.filter(received_on=None)
    else:
        day = timezone.localdate(at)
        sent = sent.filter(Q(received_on=None) | Q(received_on__gt=day), sent_on__lte=day)
    found += [(row.lot, -row.quantity) for row in sent if kind is arrives_at(row.target_facility)]
    lines = MinutesLine.objects.filter(facility=facility, minutes__state=Minutes.OPEN).select_related("lot")
    if at is not None:
        lines = lines.filter(minutes__at__lt=at)
    for line in lines:
        sign = (line.target == kind.value) - (line.source == kind.value)
        if sign:
            found.append((line.lot, sign * line.quantity))
    return found


def held(facility: int, kind: Kind) -> dict[Lot, tuple[LotRow, Decimal]]:
    """What is at a place, by lot; what is used up is left out."""
    rows = (
        Balance.objects.filter(facility=facility, kind=kind.value).exclude(quantity=0).select_related("lot")
    )
    return {lot_of(row.lot): (row.lot, row.quantity) for row in rows}


def post(
    movements: Iterable[Movement],
    *,
    lots: dict[Lot, LotRow],
    account: int | None,
    minutes: Minutes | None = None,
    happened: bool = False,
) -> list[Posting]:
    """Book movements in the order given; those that are booked already change nothing.

    Refusal: those of rules.stock.check; "stock-short"; "stock-same-key" for a known key with other content.
    ``happened``: a device says that it did, so a place may fall short on the book. In the centre's scope.
    """
    told = {movement.key: movement for movement in movements}
    for known in Posting.objects.filter(key__in=told):
        movement = told.pop(known.key)
        _same(known, movement, lots[movement.lot])
    for movement in () if happened else told.values():
        stock.check(movement)
    for (site, kind, lot), (change, lowest) in sorted(_changes(told.values(), lots).items()):
        guarded = kind in (NEVER_SHORT if happened else HOLDING)
        _change(site, kind, lot, change, least=-lowest if guarded and lowest < 0 else None)
    return Posting.objects.bulk_create(
        Posting(
            key=movement.key,
            day=movement.day,
            lot=lots[movement.lot],
            facility_id=int(movement.source.site),
            source=movement.source.kind.value,
            target_facility_id=int(movement.target.site),
            target=movement.target.kind.value,
            quantity=movement.quantity,
            minutes=minutes,
            account_id=account,
        )
        for movement in told.values()
    )


def _same(known: Posting, movement: Movement, lot: LotRow) -> None:
    said = (movement.source.kind.value, movement.target.kind.value, movement.quantity, lot.pk)
    if (known.source, known.target, known.quantity, known.lot_id) != said:
        raise refuse("stock-same-key")


def _changes(
    movements: Iterable[Movement], lots: Mapping[Lot, LotRow]
) -> dict[tuple[int, Kind, int], tuple[Decimal, Decimal]]:
    """What movements change at each place and lot, and the lowest that it goes on the way."""
    found: dict[tuple[int, Kind, int], tuple[Decimal, Decimal]] = {}
    for movement in movements:
        pk = lots[movement.lot].pk
        for place, change in ((movement.source, -movement.quantity), (movement.target, movement.quantity)):
            at = (int(place.site), place.kind, pk)
            total, lowest = found.get(at, (_NOTHING, _NOTHING))
            found[at] = (total + change, min(lowest, total + change))
    return found


def _change(site: int, kind: Kind, lot: int, change: Decimal, *, least: Decimal | None) -> None:
    """Add to what is at a place, which held ``least`` at least. Refusal("stock-short")."""
    rows = Balance.objects.filter(facility=site, kind=kind.value, lot=lot)
    if least is not None:
        if not rows.filter(quantity__gte=least).update(quantity=F("quantity") + change):
            raise refuse("stock-short")
    elif not rows.update(quantity=F("quantity") + change):
        # The first movement of a lot at a place; two at once add up.
        Balance.objects.bulk_create(
            [Balance(facility_id=site, kind=kind.value, lot_id=lot)], ignore_conflicts=True
        )
        rows.update(quantity=F("quantity") + change)


def choose(
    there: Mapping[Lot, tuple[LotRow, Decimal]], presentation: Presentation, quantity: Decimal, on: date
) -> tuple[LotRow, Lot]:
    """The lot of what is there (``held``) that a dose is taken from: of those that hold all of it, what
    expires first.

    A dose comes from one batch, so that it can be followed. Refusal("stock-short").
    """
    usable = [
        lot
        for lot, (_, left) in there.items()
        if lot.presentation == presentation and lot.expiry >= on and left >= quantity
    ]
    if not usable:
        raise refuse("stock-short")
    lot = min(usable, key=lambda each: each.first_out)
    return there[lot][0], lot
