"""A dose at a site's desk, from the right to it to the drop in the ledger, in one transaction."""

import time
from collections.abc import Callable, Collection, Container, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from phoihop.base.org.models import Facility
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.dosing import (
    booking,
    desk,
    incidents,
    keeping,
    leasing,
    ledger,
    statements,
    writing,
)
from phoihop.programmes.ost.dosing.centres import is_ours, the_centre
from phoihop.programmes.ost.dosing.desk import Desk
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import Dose, Incident, LogEntry, LotRow, OrderRow, Posting
from phoihop.programmes.ost.rules import events, stock
from phoihop.programmes.ost.rules.amounts import DOSE, MG, USUAL, Drug, Presentation, exact, tablets
from phoihop.programmes.ost.rules.clocks import Timing, business_date
from phoihop.programmes.ost.rules.incidents import Kind as Sort
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
    ``outside``: it was given whatever the rules say, and is recorded as such; ``mg`` and ``drug``: what it
    was, where no order says so. ``key``: of the event, where the page that asks made one."""

    facility: Facility
    person: UUID
    presentations: tuple[Presentation, ...]
    witness: int
    outside: bool = False
    mg: Decimal | None = None
    drug: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """So much of one lot, as a part of a dose."""

    row: LotRow
    lot: Lot
    quantity: Decimal


Held = Mapping[Lot, tuple[LotRow, Decimal]]

# Who gets nothing before a doctor signed anew (rules.missed), of some persons on a day.
Locked = Callable[[Collection[UUID], date], Container[UUID]]


def give(asked: Asked, account: int, locked: Locked | None = None) -> Given:
    """Record today's dose of a person; asked again with the same key, what was recorded then. In the centre's
    scope, in a transaction that a failure undoes. ``locked``: who stayed away too long, asked only of those
    who can have missed a day.

    Refusal: those of desk.at; "same-key" where the key is that of something else; "day-not-open";
    "locked", "used", "doctor-first", "not-yours", "held-elsewhere", "no-order", "not-due"; "recovering";
    "amount-…"; "stock-short". With ``outside`` only the desk's and the amount's, and "outside-what" where no
    order ever said what they take and nobody says it now: what happened is recorded, whatever the rules and
    the book say.
    """
    here, known = _ready(asked)
    if known.written:
        return _again(asked)
    file, order = known.file, known.file.order_on(here.today)
    if not asked.outside:
        if not known.open:
            raise refuse("day-not-open")
        if known.missable and locked is not None and asked.person in locked([asked.person], here.today):
            raise refuse("locked")
        reason = desk.why_not(here, file, here.today) or _not_due(order, known.rhythms, here.today)
        if reason is not None:
            raise refuse(reason)
    order = order or _last_order(asked)
    mg = order.mg if asked.mg is None or not asked.outside else exact(asked.mg, MG, DOSE)
    parts, enough = _parts(asked, known, order.drug, mg, here.today)
    batch = "+".join(dict.fromkeys(part.row.batch for part in parts))[:_BATCH]
    permit = None if asked.outside else desk.made(here, asked.person, file, order, (here.today,))
    event, entry = desk.drafted(
        here,
        events.Dose(
            client=file.client,
            order=order.number,
            day=here.today,
            drug=order.drug,
            mg=mg,
            ml=sum((part.quantity for part in parts), Decimal(0)),
            batch=batch,
            place=str(asked.facility.pk),
            witness=str(asked.witness),
            permit=None if permit is None else permit.number,
            outside=permit is None,
        ),
        asked.key,
    )
    (taking,) = taken(event, here.now)
    row = keeping.dose_row(taking, asked.person)
    if enough:
        movements = _movements(event.digest, parts, here, Kind.CLIENT, asked.facility)
        for movement in movements:
            stock.check(movement)
        lots = [(movement, part.row) for movement, part in zip(movements, parts, strict=True)]
        if not statements.give(entry, here.row, permit, row, lots, account):
            raise refuse("stock-short")
    else:
        statements.write(entry, here.row, None)
        row.save(force_insert=True)
        incidents.raise_all(booking.book([_fact(event, here.now)], [event.digest])[0])
    if taking.outside or known.near:
        incidents.look(asked.person, row.client, [taking], outside=[taking] if taking.outside else [])
    return Given(row, event, batch)


def again(whole: Dose, mg: Decimal, doctor: int) -> Dose:
    """Record that so much of a dose of today, which was vomited, was given again by a doctor's word, out of
    the stock of the site that gave it. In the centre's scope, in a transaction that a failure undoes.

    Refusal: "no-desk"; "amount-…"; "stock-short".
    """
    facility: Facility = whole.facility
    here = writing.desk_of(facility.pk)
    leasing.hold([whole.person])
    there = ledger.held(facility.pk, ledger.serving(facility))
    parts = measured(there, at_hand(there, whole.drug, here.today), exact(mg, MG, DOSE), here.today)
    event = desk.write(
        here,
        events.Dose(
            client=str(whole.client),
            order=str(whole.order),
            day=here.today,
            drug=whole.drug,
            mg=mg,
            ml=sum((part.quantity for part in parts), Decimal(0)),
            batch="+".join(dict.fromkeys(part.row.batch for part in parts))[:_BATCH],
            place=str(facility.pk),
            witness=str(doctor),
            permit=None,
            outside=True,
            repeats=events.Repeats(_key_of(whole), str(doctor)),
        ),
    )
    book(event.digest, parts, here, Kind.CLIENT, facility, doctor)
    writing.judged(here, event)
    # Whoever decided it need not be asked whether it was decided.
    raised = Incident.objects.filter(kind=Sort.GIVEN_AGAIN.value, keys__contains=[event.digest])
    raised.update(answered_by=doctor, answered_at=timezone.now())
    return Dose.objects.get(name=event.digest)


def _key_of(dose: Dose) -> str:
    """The key that a dose is known by; of one out of a paper book, its name."""
    told = LogEntry.objects.filter(digest__in=dose.sources, proven=True).values_list("key", flat=True)
    return told.first() or dose.name


def _ready(asked: Asked) -> tuple[Desk, statements.Asked]:
    """The site's desk and the person's leases, locked, and what has to be known of both."""
    site = asked.facility.pk
    row = desk.usable(statements.hold(site, asked.person))
    now = int(time.time())
    today = business_date(now)
    known = statements.ask(asked.person, site, ledger.serving(asked.facility), today, asked.key)
    if known is None or not is_ours(known.centre):
        # Who begins a new epoch locks the centre before the desks; should two meet here, the database lets
        # one of them fail.
        the_centre(now)
        return _ready(asked)
    return Desk(known.centre, row, site, now, today), known


def _again(asked: Asked) -> Given:
    """What was recorded under a key."""
    event = keeping.event_of(LogEntry.objects.get(key=asked.key))
    dose = Dose.objects.filter(name=event.digest, person=asked.person, facility=asked.facility).first()
    if dose is None:
        raise refuse("same-key")
    return Given(dose, event, dose.batch)


def _last_order(asked: Asked) -> Order:
    """What a dose without an order names: the one that the person had last, or none; then it has to be said
    what they took."""
    row = OrderRow.objects.filter(person=asked.person).order_by("end", "pk").last()
    if row is not None:
        return Order(str(row.uid), row.drug, row.mg, row.start, row.end, row.stopped)
    if not asked.drug or asked.mg is None:
        raise refuse("outside-what")
    return Order(str(UUID(int=0)), asked.drug, asked.mg, date.min, date.min, None)


def _parts(
    asked: Asked, known: statements.Asked, drug: str, mg: Decimal, on: date
) -> tuple[tuple[Part, ...], bool]:
    """What a dose is taken from, and whether the book shows as much. What was given all the same came from
    the lot that is used next, or from one that nobody booked yet; then it is in no book."""
    supplied = asked.presentations or at_hand(known.here, drug, on)
    try:
        return measured(known.here, supplied, mg, on), True
    except Refusal as refusal:
        if not asked.outside or refusal.reason != "stock-short":
            raise
    usual = next((each for each in USUAL[Drug(drug)] if mg % each.strength == 0), USUAL[Drug(drug)][-1])
    row = _next_lot(asked.facility, known.here, usual)
    return (Part(row, ledger.lot_of(row), usual.quantity(mg)),), False


def _next_lot(facility: Facility, there: Held, usual: Presentation) -> LotRow:
    """The lot that a dose most likely came from: what is there, if less than it took; what came last; or one
    without a name, that is in no book yet."""
    some = sorted((lot for lot in there if lot.presentation == usual), key=lambda each: each.first_out)
    if some:
        return there[some[0]][0]
    came = Posting.objects.filter(target_facility=facility, target=ledger.serving(facility).value)
    last = came.filter(lot__drug=usual.drug.value, lot__strength=usual.strength).select_related("lot")
    found = last.order_by("at", "pk").last()
    return found.lot if found else LotRow(drug=usual.drug, strength=usual.strength, expiry=date.max)


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
    return takings([_fact(event, now)])


def _fact(event: events.Event, now: int) -> Fact:
    told = event.fact
    assert told is not None
    return Fact(event, told, Timing(now, now, now))


def _not_due(order: Order | None, rhythms: Mapping[str, tuple[date, Rhythm]], day: date) -> str | None:
    """An order may leave out days: then there is nothing to give, and nothing missed."""
    if order is None:
        return "no-order"
    first, rhythm = rhythms[order.number]
    return None if rhythm.due(first, day) else "not-due"
