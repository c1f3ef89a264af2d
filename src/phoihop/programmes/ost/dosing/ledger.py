"""The ledger of the medicines in the database: movements as the rules allow them, balances kept with each."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from django.db.models import F

from phoihop.base.org.models import Facility
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import Balance, LotRow, Minutes, Posting
from phoihop.programmes.ost.rules import stock
from phoihop.programmes.ost.rules.amounts import Drug, Presentation
from phoihop.programmes.ost.rules.stock import HOLDING, Kind, Lot, Movement, Place


def lot_of(row: LotRow) -> Lot:
    """A batch as the rules know it."""
    return Lot(Presentation(Drug(row.drug), row.strength), row.batch, row.expiry)


def place(kind: Kind, facility: int) -> Place:
    """A place of a site as the rules know it."""
    return Place(kind, str(facility))


def serving(facility: Facility) -> Kind:
    """The place that a site gives doses from: its own cabinet, or all that a point has."""
    return Kind.DAILY if facility.parent_id is None else Kind.POINT


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
    made = []
    for movement in movements:
        source, target = int(movement.source.site), int(movement.target.site)
        known = Posting.objects.filter(key=movement.key).first()
        if known is not None:
            _same(known, movement, lots[movement.lot])
            continue
        if not happened:
            stock.check(movement)
        _take(movement, lots[movement.lot], at_least=not happened)
        _give(movement, lots[movement.lot])
        row = Posting(
            key=movement.key,
            day=movement.day,
            lot=lots[movement.lot],
            facility_id=source,
            source=movement.source.kind.value,
            target_facility_id=target,
            target=movement.target.kind.value,
            quantity=movement.quantity,
            minutes=minutes,
            account_id=account,
        )
        row.save(force_insert=True)
        made.append(row)
    return made


def _same(known: Posting, movement: Movement, lot: LotRow) -> None:
    said = (movement.source.kind.value, movement.target.kind.value, movement.quantity, lot.pk)
    if (known.source, known.target, known.quantity, known.lot_id) != said:
        raise refuse("stock-same-key")


def _take(movement: Movement, lot: LotRow, *, at_least: bool) -> None:
    kind = movement.source.kind
    rows = Balance.objects.filter(facility=int(movement.source.site), kind=kind.value, lot=lot)
    if at_least and kind in HOLDING:
        if not rows.filter(quantity__gte=movement.quantity).update(
            quantity=F("quantity") - movement.quantity
        ):
            raise refuse("stock-short")
        return
    if not rows.update(quantity=F("quantity") - movement.quantity):
        _begin(int(movement.source.site), kind, lot, -movement.quantity)


def _give(movement: Movement, lot: LotRow) -> None:
    kind, site = movement.target.kind, int(movement.target.site)
    rows = Balance.objects.filter(facility=site, kind=kind.value, lot=lot)
    if not rows.update(quantity=F("quantity") + movement.quantity):
        _begin(site, kind, lot, movement.quantity)


def _begin(site: int, kind: Kind, lot: LotRow, quantity: Decimal) -> None:
    """The first movement of a lot at a place; two at once add up."""
    Balance.objects.bulk_create([Balance(facility_id=site, kind=kind.value, lot=lot)], ignore_conflicts=True)
    Balance.objects.filter(facility=site, kind=kind.value, lot=lot).update(quantity=F("quantity") + quantity)


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
