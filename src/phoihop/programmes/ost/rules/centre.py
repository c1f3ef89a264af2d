"""What the centre decides, one device, one client, one event at a time; the caller keeps what is decided.

Nothing here knows a table. The caller loads the state of the device that made an offer and the files of the
clients whose lease its site has, asks, and writes the outcome in the same transaction as the events.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.rules.clocks import business_date, midnight
from phoihop.programmes.ost.rules.events import (
    Acknowledgement,
    Bottles,
    Dose,
    Event,
    HandOver,
    Return,
    Revocation,
    TakeOver,
)
from phoihop.programmes.ost.rules.permits import (
    LONGEST,
    ClientFile,
    Draft,
    Holding,
    Receiver,
    allot,
)
from phoihop.programmes.ost.rules.transport import Held, Offer, Verdict

# Events


@dataclass(frozen=True, slots=True)
class Known:
    """What the centre has beside an event that was offered.

    ``proven``: the device is enrolled and signed it; ``kept``: this very event is there; ``same_key``:
    another one is under its key; ``same_place``: another one is under its number in its log; ``before``:
    digests under the number before it, and only "" for the first.
    """

    proven: bool
    kept: bool
    same_key: bool
    same_place: bool
    before: tuple[str, ...]


def verdict(event: Event, known: Known) -> Verdict:
    """What to say of an offered event. It is kept in any case, beside whatever is there."""
    if known.kept:
        return Verdict.DUPLICATE
    if not known.proven or known.same_key or known.same_place:
        return Verdict.QUARANTINED
    if known.before and event.previous not in known.before:
        return Verdict.QUARANTINED
    return Verdict.ACCEPTED


@dataclass(frozen=True, slots=True)
class Used:
    """A client's day is used up, as a device tells."""

    client: str
    day: date
    device: str
    incarnation: str


@dataclass(frozen=True, slots=True)
class Freed:
    """Days of a permit that a device holds no longer: from ``first`` to ``last``."""

    number: str
    device: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Moved:
    """Days of a permit that went from one device of a site to another."""

    number: str
    days: tuple[date, ...]
    device: str
    to_device: str
    to_incarnation: str


Effect = Used | Freed | Moved


def effects(event: Event, *, stopped: bool) -> tuple[Effect, ...]:
    """What a proven event changes in what is outstanding.

    What a ``stopped`` device gives back frees nothing: another one may hold the same permits.
    """
    fact = event.fact
    if isinstance(fact, Dose):
        return (Used(fact.client, fact.day, *event.log),)
    if isinstance(fact, Bottles):
        return tuple(Used(fact.client, day, *event.log) for day in fact.days)
    body = event.body.handed.body if isinstance(event.body, TakeOver) else event.body
    if isinstance(body, HandOver):
        giver = event.body.handed.device if isinstance(event.body, TakeOver) else event.device
        return tuple(
            Moved(number, days, giver, body.to_device, body.to_incarnation) for number, days in body.held
        )
    if stopped:
        return ()
    if isinstance(body, Return):
        return tuple(Freed(body.number, event.device, day, day) for day in body.days)
    if isinstance(body, Acknowledgement):
        return tuple(Freed(gone.number, event.device, gone.first, date.max) for gone in body.revocations)
    return ()


def after(outstanding: Mapping[date, Holding], effect: Effect) -> dict[date, Holding]:
    """A client's outstanding days after an effect. One that concerns other permits changes nothing.

    A device that tells of a dose or bottle holds that day no longer. Another one may still hold it, and goes
    on doing so here: should the bottle come back full, the day must not be given to a third.
    """
    match effect:
        case Used(_, day, device, incarnation):
            return {
                at: holding
                for at, holding in outstanding.items()
                if at != day or (holding.device, holding.incarnation) != (device, incarnation)
            }
        case Freed(number, device, first, last):
            return {
                at: holding
                for at, holding in outstanding.items()
                if (holding.number, holding.device) != (number, device) or not first <= at <= last
            }
        case Moved(number, days, device, to_device, to_incarnation):
            return {
                at: replace(holding, device=to_device, incarnation=to_incarnation)
                if (holding.number, holding.device) == (number, device) and at in days
                else holding
                for at, holding in outstanding.items()
            }


def lapsed(
    outstanding: Mapping[date, Holding], today: date, heard: Mapping[str, date]
) -> dict[date, Holding]:
    """A client's outstanding days without those that are over and whose device was heard of since.
    ``heard``: for each device the business date on which it last synchronised."""
    return {
        day: holding
        for day, holding in outstanding.items()
        if day >= today or heard.get(holding.device, day) <= day
    }


# Devices


@dataclass(frozen=True, slots=True)
class DeviceState:
    """What the centre knows of a device.

    ``epoch`` and ``version``: those of the latest answer that it showed to have taken. ``superseded``: its
    former incarnations. ``unchecked``: its memory was put back when the answers stood at this version, and
    nobody has compared the paper list yet. ``excused``: a supervisor said that a recovery need not wait for
    it. ``stopped``: two of it may be at work.
    """

    device: str
    site: str
    incarnation: str | None = None
    superseded: frozenset[str] = frozenset()
    epoch: str = ""
    version: int = 0
    unchecked: int | None = None
    excused: bool = False
    stopped: bool = False


def heard(state: DeviceState, offer: Offer, epoch: str, version: int) -> DeviceState:
    """The state of a device after a genuine offer of it. ``version``: that of the last answer given out.

    An incarnation never seen before replaces the one before; what comes from a former one changes nothing.
    """
    if offer.incarnation in state.superseded:
        return state
    if offer.incarnation != state.incarnation:
        former = frozenset() if state.incarnation is None else frozenset({state.incarnation})
        state = replace(
            state,
            incarnation=offer.incarnation,
            superseded=state.superseded | former,
            unchecked=version if former else None,
            epoch="",
            version=0,
        )
    if offer.epoch == epoch and (state.epoch != epoch or offer.version > state.version):
        state = replace(state, epoch=epoch, version=offer.version)
    return state


def heard_since(state: DeviceState, epoch: str, version: int) -> bool:
    """Whether a device has certainly taken an answer given out after that version, and come back."""
    return state.epoch == epoch and state.version > version


def checked(
    state: DeviceState, others: Iterable[DeviceState], epoch: str, *, no_other_at_work: bool
) -> DeviceState:
    """A restored device after a person said that all lines of its site's paper list are entered.

    Refusal("others-unheard"): another device of the site has not synchronised since, and might work on with
    permits handed over to it in the time that was lost; the person must look, and say ``no_other_at_work``.
    """
    since = state.unchecked
    if since is None:
        return state
    if not no_other_at_work and not all(heard_since(other, epoch, since) for other in others):
        raise Refusal(
            "others-unheard",
            "Thiết bị khác của điểm chưa đồng bộ từ đó. Hãy đồng bộ nó, hoặc xác nhận nó không được dùng.",
            "Another device of the site has not synchronised since. Synchronise it, or confirm it is unused.",
        )
    return replace(state, unchecked=None)


def without_former(outstanding: Mapping[date, Holding], state: DeviceState) -> dict[date, Holding]:
    """A client's outstanding days when a restored device was checked: what its former selves held is void."""
    return {
        day: holding
        for day, holding in outstanding.items()
        if holding.device != state.device or holding.incarnation not in state.superseded
    }


def without_device(outstanding: Mapping[date, Holding], device: str) -> dict[date, Holding]:
    """A client's outstanding days when a person has every machine in hand that works under a device's name,
    and all of them have shown what they wrote."""
    return {day: holding for day, holding in outstanding.items() if holding.device != device}


def recovering(restored: int | None, devices: Iterable[DeviceState], epoch: str, now: int) -> bool:
    """Whether the centre, restored at that moment (None: never), may still have forgotten permits that are
    in use: not every device was heard in the new epoch, and the longest permit is not over."""
    if restored is None or now >= midnight(business_date(restored) + timedelta(LONGEST)):
        return False
    return not all(state.epoch == epoch or state.excused for state in devices)


def adopted(file: ClientFile, held: Held, state: DeviceState, today: date) -> dict[date, Holding]:
    """A client's outstanding days when a device showed a permit after the centre was restored.

    Only one permit for a day can be live: the one issued last. What the centre remembers of an earlier one
    was given back in the time that it forgot. A day on which a dose is known stays with the device as well,
    for the device does not know of it yet.
    """
    found = dict(file.outstanding)
    permit = held.permit
    mine = Holding(permit.number, permit.order, state.device, state.incarnation or "", permit.issued)
    for day in held.days:
        if day < today:
            continue
        there = found.get(day)
        if there is None or there.issued < permit.issued or there.number == permit.number:
            found[day] = mine
    return found


# Answers


@dataclass(frozen=True, slots=True)
class Settlement:
    """What an answer says: permits that the device keeps, revocations, permits to be made (by client), days
    known to be spent, and clients whom a doctor must see."""

    keep: tuple[str, ...]
    revoke: tuple[Revocation, ...]
    make: tuple[tuple[str, Draft], ...]
    spent: tuple[tuple[str, date], ...]
    alerts: tuple[str, ...]


def receiver(state: DeviceState, offer: Offer, *, active: bool, epoch: str, recovering: bool) -> Receiver:
    """What a device that made an offer may be given."""
    trusted = not state.stopped and state.unchecked is None and offer.incarnation == state.incarnation
    return Receiver(
        device=state.device,
        incarnation=offer.incarnation,
        site=state.site,
        may_hold=trusted and active,
        may_get_new=trusted and active and not recovering and offer.asks and offer.epoch == epoch,
    )


def settle(files: Iterable[ClientFile], to: Receiver, today: date, *, recovering: bool) -> Settlement:
    """What a device is told of all the clients whose lease its site has, or of whom it holds a permit."""
    keep: list[str] = []
    revoke: list[Revocation] = []
    make: list[tuple[str, Draft]] = []
    spent: list[tuple[str, date]] = []
    alerts: list[str] = []
    for file in files:
        allotted = allot(file, to, today, recovering=recovering)
        keep += allotted.keep
        revoke += allotted.revoke
        make += [(file.client, draft) for draft in allotted.make]
        spent += [(file.client, day) for day in sorted(file.spent) if day >= today]
        if file.waiting:
            alerts.append(file.client)
    return Settlement(tuple(keep), tuple(revoke), tuple(make), tuple(spent), tuple(alerts))
