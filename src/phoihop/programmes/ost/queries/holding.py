"""What a place really holds, and what the orders will take from it: for the pages and the doors of the stock.

Nothing here asks who looks; it is called by doors that did, in a scope that reaches the rows.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q

from phoihop.kernel.refusals import Bilingual, Refusal
from phoihop.programmes.ost.dosing import keeping, ledger
from phoihop.programmes.ost.models import (
    Balance,
    Dose,
    Lease,
    LogEntry,
    LotRow,
    OrderRow,
    Posting,
    Shipment,
)
from phoihop.programmes.ost.rules import events, forecast
from phoihop.programmes.ost.rules.amounts import SOLUTION, TABLET_2, Drug, Presentation
from phoihop.programmes.ost.rules.orders import Order, Rhythm
from phoihop.programmes.ost.rules.phases import Phase
from phoihop.programmes.ost.rules.stock import Kind, Lot

AHEAD = 60  # days that a stock is followed into the future
_STALE = timedelta(days=30)  # an order that ended longer ago plans nothing
_NOTHING = Decimal(0)
_BASE = {Drug.METHADONE: SOLUTION, Drug.BUPRENORPHINE: TABLET_2}

PLACES: Mapping[Kind, Bilingual] = {
    Kind.TRADER: Bilingual("nhà cung cấp", "trader"),
    Kind.STORE: Bilingual("kho", "store"),
    Kind.DAILY: Bilingual("tủ dùng trong ngày", "daily cabinet"),
    Kind.POINT: Bilingual("điểm cấp phát", "dispensing point"),
    Kind.BOTTLE: Bilingual("chai mang về", "take-home bottles"),
    Kind.RETURNED: Bilingual("thuốc trả lại, chờ hủy", "returned, to be destroyed"),
    Kind.CLIENT: Bilingual("người bệnh", "clients"),
    Kind.SPILL: Bilingual("đổ, vỡ", "spilt"),
    Kind.LOSS: Bilingual("hao hụt", "loss"),
    Kind.SURPLUS: Bilingual("dư thừa", "surplus"),
    Kind.DESTROYED: Bilingual("đã hủy", "destroyed"),
}
_DRUGS = {Drug.METHADONE: "Methadone", Drug.BUPRENORPHINE: "Buprenorphine"}
_UNITS = {Drug.METHADONE: Bilingual("ml", "ml"), Drug.BUPRENORPHINE: Bilingual("viên", "tablets")}


def unit_of(drug: str) -> Bilingual:
    """What a medicine is counted in, in words."""
    return _UNITS[Drug(drug)]


def name_of(drug: str, strength: Decimal) -> str:
    """A medicine with its strength, as labels write it: "Methadone 10 mg/ml"."""
    shown = f"{strength.normalize():f}".replace(".", ",")
    return f"{_DRUGS[Drug(drug)]} {shown} mg" + ("/ml" if Drug(drug) is Drug.METHADONE else "")


def on_hand(facility: int, kind: Kind) -> dict[Lot, tuple[LotRow, Decimal]]:
    """What should be found at a place by whoever looks there now, by lot; nothing left out but nought.

    It is the book without what is still on its way, and with what minutes say that wait for a signature:
    what was spilt is gone from the shelf though it is not booked yet. Three statements.
    """
    there = ledger.held(facility, kind)
    change: dict[int, Decimal] = defaultdict(Decimal)
    rows: dict[int, LotRow] = {row.pk: row for row, _ in there.values()}
    for row, quantity in ledger.unbooked(facility, kind):
        change[row.pk] += quantity
        rows[row.pk] = row
    booked = {row.pk: quantity for row, quantity in there.values()}
    found = {}
    for number, row in rows.items():
        quantity = booked.get(number, _NOTHING) + change[number]
        if quantity:
            found[ledger.lot_of(row)] = (row, quantity)
    return found


def on_way(facility: int) -> list[Shipment]:
    """What was sent to a site and has not been received."""
    rows = Shipment.objects.filter(target_facility=facility, received_on=None)
    return list(rows.select_related("lot", "facility", "target_facility", "sent_by__person").order_by("pk"))


def handed_out_by(facility: int, day: date) -> set[str]:
    """The accounts that gave doses or bottles at a site on a day, as text: who booked them, and the witness
    of each event. In the centre's scope; three statements."""
    rows = Posting.objects.filter(
        facility=facility, day=day, target__in=(Kind.CLIENT.value, Kind.BOTTLE.value)
    )
    found = {str(account) for account in rows.values_list("account", flat=True).distinct() if account}
    sources = Dose.objects.filter(Q(on=day) | Q(day=day), facility=facility).values_list("sources", flat=True)
    digests = {digest for each in sources for digest in each}
    for entry in LogEntry.objects.filter(digest__in=digests):
        told = keeping.event_of(entry).fact
        if isinstance(told, events.Dose | events.Bottles):
            found.add(told.witness)
    return found


@dataclass(frozen=True, slots=True)
class Plan:
    """What orders will take at a site, in units of the drug's weakest form, for each of AHEAD days."""

    clients: int
    use: Mapping[Drug, tuple[Decimal, ...]]


def plans(sites: Collection[int], today: date, days: int = AHEAD) -> dict[int, Plan]:
    """What the orders of those whom each site serves will take. In the centre's scope; two statements.

    Quantities and a count come out, and nothing of anybody.
    """
    at = dict(
        Lease.objects.filter(
            Q(last=None) | Q(last__gte=today), facility__in=sites, first__lte=today, aside=None
        ).values_list("person", "facility")
    )
    newest = (
        OrderRow.objects.filter(person__in=list(at), start__lte=today, end__gte=today - _STALE)
        .order_by("person", "-start", "-pk")
        .distinct("person")
        .values_list("person", "drug", "mg", "start", "end", "every", "weekdays")
    )
    orders: dict[int, list[Order]] = defaultdict(list)
    for person, drug, mg, start, end, every, weekdays in newest:
        rhythm = Rhythm(every, frozenset(weekdays))
        order = Order("", Drug(drug), Phase.MAINTENANCE, mg, start, end, start, rhythm)
        if _measurable(order):
            orders[at[person]].append(order)
    return {
        site: Plan(
            sum(1 for there in at.values() if there == site),
            {drug: use_of(orders[site], base, today, days) for drug, base in _BASE.items()},
        )
        for site in sites
    }


def _measurable(order: Order) -> bool:
    try:
        return _BASE[order.drug].quantity(order.mg) > 0
    except Refusal:
        return False


def use_of(
    orders: Iterable[Order], presentation: Presentation, first: date, days: int
) -> tuple[Decimal, ...]:
    """forecast.planned, with the many orders of every day summed once."""
    those = list(orders)
    daily = [each for each in those if each.rhythm.daily and each.start <= first]
    others = [each for each in those if not (each.rhythm.daily and each.start <= first)]
    each_day = forecast.planned(daily, presentation, first, 1)[0]
    return tuple(each_day + more for more in forecast.planned(others, presentation, first, days))


def in_base(held: Iterable[tuple[Lot, Decimal]], drug: Drug) -> dict[Lot, Decimal]:
    """What is held of a drug, in units of its weakest form: two 2 mg tablets stand for one of 4 mg."""
    base = _BASE[drug]
    found: dict[Lot, Decimal] = defaultdict(Decimal)
    for lot, quantity in held:
        if lot.presentation.drug is drug:
            scale = lot.presentation.strength / base.strength
            found[Lot(base, lot.batch, lot.expiry)] += quantity * scale
    return dict(found)


def base_of(drug: Drug) -> Presentation:
    """The weakest form of a drug, which plans are made in."""
    return _BASE[drug]


def shelves(sites: Collection[int]) -> dict[int, list[tuple[Kind, LotRow, Decimal]]]:
    """What is on the shelves of sites, by the book, in the order of expiry. One statement."""
    kinds = [kind.value for kind in (Kind.STORE, Kind.DAILY, Kind.POINT, Kind.RETURNED)]
    rows = Balance.objects.filter(facility__in=sites, kind__in=kinds).exclude(quantity=0)
    found: dict[int, list[tuple[Kind, LotRow, Decimal]]] = {site: [] for site in sites}
    for row in rows.select_related("lot").order_by("kind", "lot__drug", "lot__expiry", "lot__batch"):
        found[row.facility_id].append((Kind(row.kind), row.lot, row.quantity))
    return found


def days_left(
    held: Iterable[tuple[Kind, LotRow, Decimal]], plan: Plan, today: date
) -> dict[Drug, tuple[Decimal, int]]:
    """Of each drug that is there or will be asked for: how much (weakest form), and for how many days."""
    usable = [
        (ledger.lot_of(row), each) for kind, row, each in held if kind is not Kind.RETURNED and each > 0
    ]
    found = {}
    for drug in _BASE:
        mine, use = in_base(usable, drug), plan.use[drug]
        if mine or any(use):
            found[drug] = (sum(mine.values(), _NOTHING), forecast.days_left(mine, use, today))
    return found
