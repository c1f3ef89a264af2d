"""A dose at a site's desk, from the right to it to the drop in the ledger, in one transaction."""

from collections.abc import Callable, Collection, Container, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from phoihop.base.org.models import Facility
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.dosing import desk, incidents, keeping, leasing, ledger, statements
from phoihop.programmes.ost.dosing.desk import Desk
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import Dose, LotRow
from phoihop.programmes.ost.rules import events, stock
from phoihop.programmes.ost.rules.amounts import Presentation, tablets
from phoihop.programmes.ost.rules.clocks import Timing
from phoihop.programmes.ost.rules.judging_doses import Fact, Taking, takings
from phoihop.programmes.ost.rules.orders import Rhythm
from phoihop.programmes.ost.rules.permits import Order
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


# Who gets nothing before a doctor signed anew (rules.missed), of some persons on a day.
Locked = Callable[[Collection[UUID], date], Container[UUID]]


def give(asked: Asked, account: int, *, here: Desk | None = None, locked: Locked | None = None) -> Given:
    """Record today's dose of a person. In the centre's scope. ``here``: the site's desk, where it is locked
    already; ``locked``: who stayed away too long, asked only of those who can have missed a day.

    Refusal: those of desk.at; "day-not-open"; "locked", "used", "doctor-first", "not-yours",
    "held-elsewhere", "no-order", "not-due"; "recovering"; "amount-…"; "stock-short". With ``outside`` only
    the desk's, the day's and the stock's, and "no-order": an event names the order that it was given by.
    """
    facility = asked.facility
    here = here or desk.at(facility.pk)
    leasing.hold([asked.person])
    known = statements.ask(asked.person, facility.pk, ledger.serving(facility), here.today)
    if not known.open:
        raise refuse("day-not-open")
    file, order = known.file, known.file.order_on(here.today)
    if not asked.outside:
        if known.missable and locked is not None and asked.person in locked([asked.person], here.today):
            raise refuse("locked")
        reason = desk.why_not(here, file, here.today) or _not_due(order, known.rhythms, here.today)
        if reason is not None:
            raise refuse(reason)
    if order is None:
        raise refuse("no-order")
    mg = order.mg if asked.mg is None or not asked.outside else asked.mg
    supplied = asked.presentations or at_hand(known.here, order.drug, here.today)
    parts = measured(known.here, supplied, mg, here.today)
    batch = "+".join(dict.fromkeys(part.row.batch for part in parts))[:_BATCH]
    permit = None if asked.outside else desk.made(here, asked.person, file, order, (here.today,))
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
            permit=None if permit is None else permit.number,
            outside=permit is None,
        ),
        asked.key,
        permit,
    )
    (taking,) = taken(event, here.now)
    row = keeping.dose_row(taking, asked.person)
    movements = _movements(event.digest, parts, here, Kind.CLIENT, facility)
    if len(parts) == 1:
        stock.check(movements[0])
        if not statements.book(row, movements[0], parts[0].row, account):
            raise refuse("stock-short")
    else:
        ledger.post(movements, lots={part.lot: part.row for part in parts}, account=account)
        row.save(force_insert=True)
    if taking.outside or known.near:
        incidents.look(asked.person, row.client, [taking], outside=[taking] if taking.outside else [])
    return Given(row, event, batch)


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
    movements = _movements(key, parts, here, target, facility)
    ledger.post(movements, lots={part.lot: part.row for part in parts}, account=account)


def _movements(
    key: str, parts: Collection[Part], here: Desk, target: Kind, facility: Facility
) -> list[Movement]:
    return [
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


def taken(event: events.Event, now: int) -> list[Taking]:
    """What an event of the desk tells of; the server's clock dates it to the second."""
    told = event.fact
    assert told is not None
    return takings([Fact(event, told, Timing(now, now, now))])


def _not_due(order: Order | None, rhythms: Mapping[str, tuple[date, Rhythm]], day: date) -> str | None:
    """An order may leave out days: then there is nothing to give, and nothing missed."""
    if order is None:
        return "no-order"
    first, rhythm = rhythms[order.number]
    return None if rhythm.due(first, day) else "not-due"
