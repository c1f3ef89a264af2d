"""A dose at a site's desk, from the right to it to the drop in the ledger, in one transaction."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from phoihop.base.org.models import Facility
from phoihop.programmes.ost.dosing import clients, desk, incidents, keeping, ledger
from phoihop.programmes.ost.dosing.desk import Desk
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import Day, Dose, OrderRow
from phoihop.programmes.ost.rules import events
from phoihop.programmes.ost.rules.amounts import Presentation
from phoihop.programmes.ost.rules.clocks import Timing
from phoihop.programmes.ost.rules.judging_doses import Fact, Taking, takings
from phoihop.programmes.ost.rules.orders import Rhythm
from phoihop.programmes.ost.rules.permits import ClientFile, Order
from phoihop.programmes.ost.rules.stock import Kind, Movement


@dataclass(frozen=True, slots=True)
class Given:
    """A dose that was recorded, with what it was taken from."""

    dose: Dose
    event: events.Event
    batch: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody is about to give at a site. ``witness``: the account before whose eyes it is swallowed;
    ``presentation``: what it is measured from. ``outside``: it was given whatever the rules say, and is
    recorded as such."""

    facility: Facility
    person: UUID
    presentation: Presentation
    witness: int
    outside: bool = False
    mg: Decimal | None = None


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
    file = clients.files([asked.person], here.today)[asked.person]
    order = file.order_on(here.today)
    if not asked.outside:
        reason = desk.why_not(here, file, here.today) or _not_due(order, here.today)
        if reason is not None:
            raise refuse(reason)
    if order is None:
        raise refuse("no-order")
    mg = order.mg if asked.mg is None or not asked.outside else asked.mg
    quantity = asked.presentation.quantity(mg)
    lot, said = ledger.choose(facility, asked.presentation, quantity, here.today)
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
            ml=quantity,
            batch=lot.batch,
            place=str(facility.pk),
            witness=str(asked.witness),
            permit=number,
            outside=number is None,
        ),
    )
    movement = Movement(
        key=event.digest,
        day=here.today,
        lot=said,
        source=ledger.place(ledger.serving(facility), facility.pk),
        target=ledger.place(Kind.CLIENT, facility.pk),
        quantity=quantity,
    )
    ledger.post([movement], lots={said: lot}, account=account)
    return Given(_kept(event, asked.person, here, file), event, lot.batch)


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
