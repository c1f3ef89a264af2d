"""A doctor's orders: written, replaced by a newer one, stopped; never edited."""

import time
from collections.abc import Collection
from datetime import date
from uuid import uuid4

from phoihop.base.org.doors import action
from phoihop.base.org.rules.permissions import Viewer
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import OrderRow, PhaseStep
from phoihop.programmes.ost.models.shared import about
from phoihop.programmes.ost.queries import facts, values
from phoihop.programmes.ost.queries.ordering import Asked, Ground, as_order, ground, judged
from phoihop.programmes.ost.rules import orders
from phoihop.programmes.ost.rules.orders import Order
from phoihop.programmes.ost.rules.parameters import Reason
from phoihop.programmes.ost.rules.phases import Phase, phase_on
from phoihop.registry.alone import one_at_a_time
from phoihop.registry.models import Client


def refused(reasons: Collection[Reason]) -> Refusal:
    """What rules refuse, as one refusal that says all of it; its reason is the first one's."""
    said = list(dict.fromkeys((each.message.vi, each.message.en) for each in reasons))
    return Refusal(next(iter(reasons)).code, " ".join(vi for vi, _ in said), " ".join(en for _, en in said))


def signer(viewer: Viewer) -> int:
    """The account that a row is signed with. Refusal("not-offered") for a visitor."""
    if viewer.account is None:
        raise refuse("not-offered")
    return viewer.account


@action("ost.case_order", "Kê y lệnh", "Write an order", of="client")
def order(*, by: Viewer, client: Client, asked: Asked, seen: Collection[str] = (), why: str = "") -> OrderRow:
    """Sign an order from today or a later day on. What ran before ends the day before it, and what lay ahead
    falls away; the phase changes with it.

    ``seen``: the codes of the warnings that the doctor has weighed, ``why`` their reason, kept with the
    order. Refusal: whatever the rules refuse; "order-warned" for a warning that was not weighed,
    "why-missing", "not-treated".
    """
    person = facts.person_of(client)
    one_at_a_time(person, ())
    if facts.treated_since(client, by.day) is None:
        raise refuse("not-treated")
    known, number = ground(client, by.day), uuid4()
    new = as_order(asked, str(number), by.day)
    decision = judged(asked, new, known, values.book())
    if decision.refusals:
        raise refused(decision.refusals)
    warned = {each.code for each in decision.warnings}
    if warned - set(seen):
        raise refuse("order-warned")
    why = why.strip()
    if warned and not why:
        raise refuse("why-missing")
    with reaching.centre(by.account, client.facility_id):
        _make_room(known, new)
        row = OrderRow(
            **about(client),
            uid=number,
            person=person,
            drug=new.drug.value,
            phase=new.phase.value,
            mg=new.mg,
            start=new.start,
            end=new.end,
            signed_end=new.end,
            every=new.rhythm.every,
            weekdays=sorted(new.rhythm.weekdays),
            in_person=new.in_person,
            issued=by.day,
            signed_by_id=signer(by),
        )
        if why:
            row.put(note=why)
        row.save(force_insert=True)
    _enter(by, client, known, new)
    return row


def _make_room(known: Ground, new: Order) -> None:
    """End what shares days with a new order, as rules.orders.put says."""
    done = orders.put(known.orders, new)
    for cut in done.cut:
        OrderRow.objects.filter(uid=cut.number).update(end=cut.end)
    for gone in done.dropped:
        OrderRow.objects.filter(uid=gone.number).update(end=gone.start - facts.DAY)


def _enter(by: Viewer, client: Client, known: Ground, new: Order) -> None:
    """The client enters the order's phase on its first day. Steps that lay ahead are answered by a step on
    the same day: steps are only ever added."""
    days: list[date] = []
    if phase_on(known.steps, new.start) is not new.phase:
        days.append(new.start)
    days += sorted({step.day for step in known.steps if step.day > new.start})
    for day in days:
        step(by, client, new.phase, day)


def step(viewer: Viewer, client: Client, phase: Phase, day: date) -> None:
    """Write down that a client enters a phase on a day."""
    row = PhaseStep(**about(client), day=day, phase=phase.value, by_id=signer(viewer))
    row.save(force_insert=True)


@action("ost.case_stop_order", "Dừng y lệnh", "Stop an order", of="order")
def stop_order(*, by: Viewer, order: OrderRow, why: str) -> OrderRow:
    """From this moment on nothing is given by an order. Refusal: "why-missing", "order-not-running"."""
    if not why.strip():
        raise refuse("why-missing")
    one_at_a_time(order.person, ())
    with reaching.centre(by.account, order.facility_id):
        row = OrderRow.objects.select_for_update(of=("self",)).get(pk=order.pk)
        if row.stopped is not None or row.end < max(by.day, row.start):
            raise refuse("order-not-running")
        row.stopped, row.stopped_by_id = int(time.time()), by.account
        row.put(stopped_why=why.strip())
        row.save(update_fields=["stopped", "stopped_by", "stopped_why"])
    return row
