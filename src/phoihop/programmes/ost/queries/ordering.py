"""What an order is judged by: everything known of a client on the day it is written."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.models import OrderRow, PhaseStep
from phoihop.programmes.ost.queries import facts, missed
from phoihop.programmes.ost.queries.missed import Missing
from phoihop.programmes.ost.rules import missed as missing_rules
from phoihop.programmes.ost.rules import orders, phases
from phoihop.programmes.ost.rules.amounts import SOLUTION, TABLET_2, Drug
from phoihop.programmes.ost.rules.orders import LastDose, Order, Rhythm, Situation
from phoihop.programmes.ost.rules.parameters import Decision, Rulebook
from phoihop.programmes.ost.rules.phases import Phase, Step
from phoihop.registry.models import Client, Transfer
from phoihop.registry.models.letters import RECEIVED
from phoihop.registry.rules.letters import State


@dataclass(frozen=True, slots=True)
class Asked:
    """An order as a doctor writes it. ``in_withdrawal``: signs of it were seen today; None: nobody looked."""

    drug: Drug
    phase: Phase
    mg: Decimal
    start: date
    end: date
    rhythm: Rhythm = orders.DAILY
    in_person: bool = True
    in_withdrawal: bool | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """What is known. ``rows``: the order rows behind ``orders``, by number; ``orders``: those with a day, no
    day in two of them."""

    rows: dict[str, OrderRow]
    orders: tuple[Order, ...]
    steps: tuple[Step, ...]
    phase: Phase | None
    last: LastDose | None
    missing: Missing
    transferred: bool


def ground(client: Client, day: date) -> Ground:
    """The facts about a client on a day, from every site."""
    person = facts.person_of(client)
    with reaching.centre(facts.account(), client.facility_id):
        rows = facts.rows_of([person], day - facts.BEHIND).get(person, [])
        last = facts.last_dose(person)
    steps = facts.steps_of(PhaseStep.objects.filter(facility=client.facility_id, client=client))
    return Ground(
        rows={str(row.uid): row for row in rows},
        orders=facts.alone(facts.standing_orders(rows)),
        steps=steps,
        phase=phases.phase_on(steps, day),
        last=last,
        missing=missed.standings([person], day)[person],
        transferred=not steps and _came_by_transfer(client),
    )


def _came_by_transfer(client: Client) -> bool:
    letters = Transfer.objects.filter(programme=client.programme, facility=client.facility_id, client=client)
    return letters.filter(side=RECEIVED, state=State.ACCEPTED).exists()


def as_order(asked: Asked, number: str, day: date) -> Order:
    """What is asked for, as an order signed on a day."""
    return Order(
        number=number,
        drug=asked.drug,
        phase=asked.phase,
        mg=asked.mg,
        start=asked.start,
        end=asked.end,
        issued=day,
        rhythm=asked.rhythm,
        in_person=asked.in_person,
    )


def judged(asked: Asked, order: Order, known: Ground, book: Rulebook) -> Decision:
    """What all rules say of an order, missed days before it included."""
    situation = Situation(
        orders=known.orders,
        phase=known.phase,
        last=known.last,
        in_withdrawal=asked.in_withdrawal,
        transferred=known.transferred,
    )
    found = orders.judge(order, situation, book, replaces=True)
    run = len(known.missing.standing.run)
    if run and known.last is not None:
        supplied = SOLUTION if order.drug is Drug.METHADONE else TABLET_2
        found += missing_rules.returning(order, known.last.mg, run, supplied, book)
    return found
