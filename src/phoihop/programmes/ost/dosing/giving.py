"""A dose at a site's desk, from the right to it to the drop in the ledger, in one transaction."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from phoihop.base.org.models import Facility
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.dosing import clients, desk, incidents, keeping, leasing, ledger
from phoihop.programmes.ost.dosing.desk import Desk
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import Day, Dose, LotRow, OrderRow
from phoihop.programmes.ost.rules import events
from phoihop.programmes.ost.rules.amounts import Presentation, tablets
from phoihop.programmes.ost.rules.clocks import Timing
from phoihop.programmes.ost.rules.judging_doses import Fact, Taking, takings
from phoihop.programmes.ost.rules.orders import Rhythm
from phoihop.programmes.ost.rules.permits import ClientFile, Order
from phoihop.programmes.ost.rules.stock import Kind, Lot, Movement

_BATCH = 40  # letters of a record's batch; the ledger says each lot in full


@dataclass(frozen=True, slots=True)
class Given:
    """A dose that was recorded, with what it was taken from. ``batch``: all of them, where a dose was put
    together from tablets of several."""

    dose: Dose
    event: events.Event
    batch: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody is about to give at a site. ``witness``: the account before whose eyes it is swallowed;
    ``presentations``: what it is measured from, or put together of; none: whatever is there of the medicine.
    ``outside``: it was given whatever the rules say, and is recorded as such. ``key``: of the event, where
    the page that asks made one."""

    facility: Facility
    person: UUID
    presentations: tuple[Presentation, ...]
    witness: int
    outside: bool = False
    mg: Decimal | None = None
    key: str = ""


def give(asked: Asked, account: int) -> Given:
    """Record today's dose of a person. In the centre's scope.

    Refusal: those of desk.at; "day-not-open"; "used", "doctor-first", "not-yours", "held-elsewhere",
    "no-order", "not-due"; "amount-…"; "stock-short". With ``outside`` only the desk's, the day's and the
    stock's, for what happened is never refused.
    """
    facility = asked.facility
    here = desk.at(facility.pk)
    if not Day.objects.filter(facility=facility, day=here.today, closed_at=None).exists():
        raise refuse("day-not-open")
    leasing.hold([asked.person])
    file = clients.files([asked.person], here.today)[asked.person]
    order = file.order_on(here.today)
    if not asked.outside:
        reason = desk.why_not(here, file, here.today) or _not_due(order, here.today)
        if reason is not None:
            raise refuse(reason)
    if order is None:
        raise refuse("no-order")
    mg = order.mg if asked.mg is None or not asked.outside else asked.mg
    there = ledger.held(facility.pk, ledger.serving(facility))
    supplied = asked.presentations or at_hand(there, order.drug, here.today)
    parts = measured(there, supplied, mg, here.today)
    batch = "+".join(dict.fromkeys(part.row.batch for part in parts))[:_BATCH]
    number = None
    if not asked.outside:
        number = desk.permit(here, asked.person, file, order, (here.today,)).number
    event = desk.write(
        here,
        events.Dose(
            client=file.client,
            order=order.number,
            day=here.today,
            drug=order.drug,
            mg=mg,
            ml=sum((part.quantity for part in parts), Decimal(0)),
            batch=batch,
            place=str(facility.pk),
            witness=str(asked.witness),
            permit=number,
            outside=number is None,
        ),
        asked.key,
    )
    book(event.digest, parts, here, Kind.CLIENT, facility, account)
    return Given(_kept(event, asked.person, here, file), event, batch)


@dataclass(frozen=True, slots=True)
class Part:
    """So much of one lot, as a part of a dose."""

    row: LotRow
    lot: Lot
    quantity: Decimal


Held = Mapping[Lot, tuple[LotRow, Decimal]]


def measured(there: Held, presentations: Collection[Presentation], mg: Decimal, on: date) -> tuple[Part, ...]:
    """What a dose is taken from of what is there (ledger.held): one lot for each strength that it takes.

    Put together of all strengths, the fewest tablets; where one of them runs short, of one alone, the
    strongest first. Refusal: "amount-…"; "stock-short".
    """
    mixed = [tablets(mg, presentations)] if len(presentations) > 1 else []
    alone = sorted(presentations, key=lambda each: -each.strength)
    tries: list[dict[Presentation, Decimal]] = [
        *({each: Decimal(count) for each, count in counts.items()} for counts in mixed),
        *({each: each.quantity(mg)} for each in alone if not mixed or mg % each.strength == 0),
    ]
    short = refuse("stock-short")
    for wanted in tries:
        try:
            return tuple(_part(there, each, quantity, on) for each, quantity in wanted.items())
        except Refusal as refusal:
            short = refusal
    raise short


def at_hand(there: Held, drug: str, on: date) -> tuple[Presentation, ...]:
    """The strengths of a medicine among what is there that may be used on a day."""
    return tuple(
        dict.fromkeys(
            lot.presentation
            for lot, (_, left) in there.items()
            if lot.presentation.drug == drug and left > 0 and lot.expiry >= on
        )
    )


def _part(there: Held, presentation: Presentation, quantity: Decimal, on: date) -> Part:
    row, lot = ledger.choose(there, presentation, quantity, on)
    return Part(row, lot, quantity)


def book(
    key: str, parts: Collection[Part], here: Desk, target: Kind, facility: Facility, account: int
) -> None:
    """The drop in the ledger: one movement, called as its event, or one for each part."""
    movements = [
        Movement(
            key=key if len(parts) == 1 else f"{key}/{number}",
            day=here.today,
            lot=part.lot,
            source=ledger.place(ledger.serving(facility), facility.pk),
            target=ledger.place(target, facility.pk),
            quantity=part.quantity,
        )
        for number, part in enumerate(parts, 1)
    ]
    ledger.post(movements, lots={part.lot: part.row for part in parts}, account=account)


def _kept(event: events.Event, person: UUID, here: Desk, file: ClientFile) -> Dose:
    (taking,) = taken(event, here.now)
    row = keeping.dose_row(taking, person)
    row.save(force_insert=True)
    incidents.look(person, row.client, [taking], outside=[taking] if taking.outside else [])
    return row


def taken(event: events.Event, now: int) -> list[Taking]:
    """What an event of the desk tells of; the server's clock dates it to the second."""
    told = event.fact
    assert told is not None
    return takings([Fact(event, told, Timing(now, now, now))])


def _not_due(order: Order | None, day: date) -> str | None:
    """An order may leave out days: then there is nothing to give, and nothing missed."""
    if order is None:
        return "no-order"
    row = OrderRow.objects.only("start", "every", "weekdays").get(uid=order.number)
    due = Rhythm(row.every, frozenset(row.weekdays)).due(row.start, day)
    return None if due else "not-due"
