"""What a device offers, taken in whole: kept, timed, judged, booked, and answered, in one transaction.

One offer after another: the centre's row is locked from the first to the last statement, so that the number
of an answer says what was known when it was given. Rows are locked in one order everywhere: centre, device,
leases, balances.
"""

from datetime import UTC, datetime

from django.db.models import Q

from phoihop.programmes.ost.dosing import (
    answering,
    booking,
    days,
    devices,
    facts,
    incidents,
    logs,
    outstanding,
    reaching,
    restores,
    takehome,
)
from phoihop.programmes.ost.dosing.answering import Locked
from phoihop.programmes.ost.dosing.centres import is_recovering, the_centre
from phoihop.programmes.ost.dosing.devices import Enrolled
from phoihop.programmes.ost.dosing.incidents import Raised
from phoihop.programmes.ost.dosing.logs import Kept
from phoihop.programmes.ost.models import Device
from phoihop.programmes.ost.rules import centre as rules
from phoihop.programmes.ost.rules.clocks import business_date
from phoihop.programmes.ost.rules.events import Event, HandOver, TakeOver
from phoihop.programmes.ost.rules.incidents import STOP_DEVICE, Kind
from phoihop.programmes.ost.rules.transport import Answer, Offer


def receive(offer: Offer, now: int, locked: Locked) -> Answer | None:
    """Take in an offer and answer it; None, and nothing kept, if no enrolled tablet signed it.

    ``locked``: who gets nothing before a doctor signed anew. Nothing in an offer is refused: what proves
    nothing, or contradicts what is known, is kept and raised as an incident.
    """
    with reaching.centre(None):
        centre = the_centre(now, lock=True)
        known = devices.enrolled(centre, _names(offer), lock=True)
        device = known.rows.get(offer.device)
        if device is None or device.kind != Device.TABLET or not offer.genuine(known.check):
            return None
        today = business_date(now)
        persons = answering.concerned(device, today)
        kept = _take_in(offer, known, device)
        state = rules.heard(devices.state_of(device), offer, centre.epoch, centre.version)
        devices.put_state(device, state)
        if offer.incarnation == state.incarnation and offer.epoch == centre.epoch:
            device.heard_on = today
            answering.adopt(centre, device, offer.held or (), state, today)
        device.heard_at = datetime.fromtimestamp(now, UTC)
        device.save(update_fields=["heard_on", "heard_at"])
        return answering.answer(
            centre,
            device,
            offer,
            tuple(kept.verdicts),
            persons=persons if not offer.held else answering.concerned(device, today),
            now=now,
            today=today,
            recovering=is_recovering(centre, now),
            locked=locked,
        )


def _names(offer: Offer) -> set[str]:
    """Every device that an offer names."""
    names = {offer.device}
    for event in offer.events:
        names.add(event.device)
        if isinstance(event.body, TakeOver):
            names.add(event.body.handed.device)
            if isinstance(event.body.handed.body, HandOver):
                names.add(event.body.handed.body.to_device)
        elif isinstance(event.body, HandOver):
            names.add(event.body.to_device)
    return names


def _take_in(offer: Offer, known: Enrolled, device: Device) -> Kept:
    """Keep, time and judge the events, and do what follows from them."""
    kept = logs.keep(offer.events, known, device)
    if not kept.new:
        return kept
    found, looked = logs.faults(kept)
    raised = [Raised(each, (), frozenset({_site(each.device, known, device)})) for each in found]
    incidents.settle(raised, looked)
    _stop({each.device for each in found if each.kind in STOP_DEVICE}, known)
    times = logs.times(kept.sound)
    judged = facts.judge(kept, times)
    fresh = {event.digest for event in kept.sound}
    held, tried = booking.book(judged.facts, fresh)
    takehome.keep(judged.facts, fresh)
    again, of_restores = restores.look({event.device for event in kept.sound}, device.facility_id, times)
    incidents.settle(
        [*judged.found, *held, *again],
        judged.looked | of_restores | Q(kind=Kind.UNBOOKED.value, keys__overlap=tried),
    )
    _stop({each.incident.device for each in again if each.incident.kind in STOP_DEVICE}, known)
    booking.book_held(device.facility_id)
    _follow(kept, known)
    days.keep(kept.sound, times, device.facility_id)
    return kept


def _site(name: str, known: Enrolled, otherwise: Device) -> int:
    return known.rows.get(name, otherwise).facility_id


def _stop(names: set[str], known: Enrolled) -> None:
    """Two machines may be at work under one name: it gets nothing more, and frees nothing."""
    for name in names & known.rows.keys():
        row = known.rows[name]
        if not row.stopped:
            row.stopped = True
            row.save(update_fields=["stopped"])


def _follow(kept: Kept, known: Enrolled) -> None:
    """Apply to outstanding days what new events change, and let the right to dispense go where it was
    handed over to."""
    effects = []
    clients: set[str] = set()
    for event in kept.sound:
        for effect in rules.effects(event, stopped=known.rows[event.device].stopped):
            effects.append(effect)
            if isinstance(effect, rules.Used):
                clients.add(effect.client)
        _handed(event, known)
    outstanding.apply(effects, facts.persons_of(clients))


def _handed(event: Event, known: Enrolled) -> None:
    """The device that took a hand-over, or was to, is its site's active one."""
    moved = event.body.handed.body if isinstance(event.body, TakeOver) else event.body
    if not isinstance(moved, HandOver):
        return
    giver, to = known.rows[event.device], known.rows.get(moved.to_device)
    if to is None or to.facility_id != giver.facility_id or to.withdrawn_on is not None or to.active:
        return
    if to.kind != Device.TABLET:
        return
    Device.objects.filter(facility=to.facility_id, active=True).update(active=False)
    for row in known.rows.values():
        if row.facility_id == to.facility_id:
            row.active = row is to
    to.save(update_fields=["active"])
