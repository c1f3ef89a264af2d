"""What an order is judged by: everything known of a client on the day it is written."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.models import PhaseStep
from phoihop.programmes.ost.queries import facts, missed
from phoihop.programmes.ost.queries.missed import Missing
from phoihop.programmes.ost.rules import missed as missing_rules
from phoihop.programmes.ost.rules import orders, phases
from phoihop.programmes.ost.rules.amounts import SOLUTION, TABLET_2, Drug
from phoihop.programmes.ost.rules.orders import LastDose, Order, Rhythm, Situation
from phoihop.programmes.ost.rules.parameters import Decision, Rulebook, Weighing
from phoihop.programmes.ost.rules.phases import Phase, Step
from phoihop.registry.models import Client, Enrolment, Transfer
from phoihop.registry.models.letters import RECEIVED
from phoihop.registry.rules.letters import State

TWICE = 2  # times the last dose: most likely a slip of the finger, whatever limits are signed


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
    """What is known. ``orders``: those with a day, no day in two of them. ``absent``: days without a dose or
    cover since the last one, up to yesterday; unlike missed days they count where no order ran, for a body
    does not ask whether there was an order."""

    orders: tuple[Order, ...]
    steps: tuple[Step, ...]
    phase: Phase | None
    last: LastDose | None
    missing: Missing
    absent: int
    transferred: bool


def ground(client: Client, day: date) -> Ground:
    """The facts about a client on a day, from every site."""
    person = facts.person_of(client)
    with reaching.centre(facts.account(), client.facility_id):
        rows = facts.rows_of([person], day - facts.BEHIND).get(person, [])
        last = facts.last_dose(person, day)
    since = _since(client, day)
    steps = _of_present(
        facts.steps_of(PhaseStep.objects.filter(facility=client.facility_id, client=client)), since
    )
    standing_now, missing = facts.alone(facts.standing_orders(rows)), missed.standings([person], day)[person]
    return Ground(
        orders=standing_now,
        steps=steps,
        phase=phases.phase_on(steps, day),
        last=last,
        missing=missing,
        absent=_absent(standing_now, last, missing, day),
        transferred=not steps and _came_by_transfer(client, since),
    )


def _since(client: Client, day: date) -> date | None:
    """When the treatment here that a day belongs to began, or will; None: none goes on."""
    own = _enrolments(client).filter(Q(until=None) | Q(until__gte=day))
    return own.order_by("since").values_list("since", flat=True).last()


def _enrolments(client: Client) -> "QuerySet[Enrolment]":
    return Enrolment.objects.filter(
        programme=client.programme, facility=client.facility_id, client=client, aside=None
    )


def _of_present(steps: tuple[Step, ...], since: date | None) -> tuple[Step, ...]:
    """The phases of the present treatment: who comes back after an end begins anew."""
    if since is None:
        return steps
    return tuple(
        step for step in steps if step.day > since or (step.day == since and step.phase is not Phase.ENDED)
    )


def _absent(known: tuple[Order, ...], last: LastDose | None, missing: Missing, day: date) -> int:
    """Days without a dose since the last one, without those on which an order asks for none."""
    had = [
        each for each in (missing.standing.last, last.day if last is not None else None) if each is not None
    ]
    if not had:
        return 0
    without = (max(had) + facts.DAY * n for n in range(1, (day - max(had)).days))
    return sum((order := facts.standing_on(known, each)) is None or order.due(each) for each in without)


def _came_by_transfer(client: Client, since: date | None) -> bool:
    """Whether the present treatment began by a transfer, and not an earlier one."""
    letters = Transfer.objects.filter(programme=client.programme, facility=client.facility_id, client=client)
    came = letters.filter(side=RECEIVED, state=State.ACCEPTED).order_by("first_day").last()
    if came is None or since is None:
        return came is not None
    earlier = _enrolments(client).filter(since__gte=came.first_day, since__lt=since)
    return came.first_day <= since and not earlier.exists()


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
    """What all rules say of an order, days without a dose before it included."""
    situation = Situation(
        orders=known.orders,
        phase=known.phase,
        last=known.last,
        in_withdrawal=asked.in_withdrawal,
        transferred=known.transferred,
    )
    found = orders.judge(order, situation, book, replaces=True)
    if known.last is not None and known.last.drug is order.drug and order.mg > TWICE * known.last.mg:
        weighing = Weighing(book, order.issued)
        weighing.warn(
            "order-twice",
            "Liều này gấp hơn hai lần liều gần nhất.",
            "This is more than twice the last dose.",
        )
        found += weighing.decision()
    if known.absent and known.last is not None:
        supplied = SOLUTION if order.drug is Drug.METHADONE else TABLET_2
        found += missing_rules.returning(order, known.last.mg, known.absent, supplied, book)
    return found
