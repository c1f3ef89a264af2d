"""What a set of events amounts to: doses with their days, stock, incidents. A pure fold: the order in which
events arrived, and how often, makes no difference."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from phoihop.programmes.ost.rules.clocks import DAY, TOLERANCE, business_date, midnight
from phoihop.programmes.ost.rules.events import (
    GIVEN,
    RETURNED,
    Acknowledgement,
    CameBack,
    Checker,
    Event,
    HandOver,
    Movement,
    Paper,
    Restart,
    Return,
    TakeOver,
    genuine,
)
from phoihop.programmes.ost.rules.incidents import Incident, Kind
from phoihop.programmes.ost.rules.judging_bottles import Claim, returned
from phoihop.programmes.ost.rules.judging_doses import (
    Certainty,
    Fact,
    Taking,
    doubles,
    given_again,
    merged,
    takings,
)
from phoihop.programmes.ost.rules.judging_logs import LogReading, read_log
from phoihop.programmes.ost.rules.permits import Permit

NOTHING = Decimal("0.00")


class Standing(StrEnum):
    """What the centre says of an event that it keeps."""

    ACCEPTED = "accepted"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True)
class Register:
    """What the centre knows beside events: sites of enrolled devices, permits by number, and the moments at
    which orders were stopped."""

    devices: Mapping[str, str]
    permits: Mapping[str, Permit] = field(default_factory=dict)
    stops: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the events amount to. ``doses`` count; ``aside`` are bottles that came back full, which nobody
    took. ``stock``: ml by place and batch, what was ``GIVEN`` or ``RETURNED`` among the places."""

    standing: Mapping[str, Standing]
    doses: tuple[Taking, ...]
    aside: tuple[Taking, ...]
    stock: Mapping[tuple[str, str], Decimal]
    incidents: tuple[Incident, ...]


def judge(events: Iterable[Event], register: Register, checker: Checker) -> Judgement:
    """The judgement of a set of events, given in any order and any number of times."""
    kept = {event.digest: event for event in events}
    incidents: set[Incident] = set()
    doubtful: set[str] = set()
    sound: list[Event] = []
    for digest, event in kept.items():
        fault = unproven(event, register, checker)
        if fault is None:
            sound.append(event)
        else:
            incidents.add(Incident(fault, (digest,), device=event.device))
            doubtful.add(digest)
    logs: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for event in sound:
        logs[event.log].append(event)
    readings = _succeeded(logs, {log: read_log(found) for log, found in logs.items()})
    for reading in readings.values():
        incidents.update(reading.incidents)
        doubtful |= reading.doubtful
    for incident in clashes(sound):
        incidents.add(incident)
        doubtful.update(incident.keys)
    facts = [
        Fact(
            event,
            event.fact,
            readings[event.log].timings[event.digest],
            event.digest not in readings[event.log].doubtful,
        )
        for event in sound
        if event.fact is not None
    ]
    handed = takings(facts)
    back = returned(handed, facts)
    doses = [dose for dose in handed if dose.name not in back.aside]
    incidents.update(back.incidents)
    incidents.update(doubles(doses))
    # That a bottle was handed out against the rules stays so when it came back.
    incidents.update(of_doses(handed, sound, register))
    incidents.update(unaccounted(doses, logs, readings, register))
    incidents.update(old_logs(logs, readings))
    standing = {digest: Standing.QUARANTINED if digest in doubtful else Standing.ACCEPTED for digest in kept}
    return Judgement(
        standing,
        tuple(sorted(doses, key=_order)),
        tuple(sorted((dose for dose in handed if dose.name in back.aside), key=_order)),
        stock(handed, back.moved, facts),
        tuple(sorted(incidents, key=lambda incident: incident.identity)),
    )


def _order(dose: Taking) -> tuple[str, date, str]:
    return dose.client, dose.on, dose.identity


def _succeeded(
    logs: Mapping[tuple[str, str], list[Event]], readings: Mapping[tuple[str, str], LogReading]
) -> dict[tuple[str, str], LogReading]:
    """The readings, with the open ends of logs that another incarnation succeeded closed by its restart: of
    several that began anew from one log, the first.

    A former self that works on nevertheless will synchronise, and its own marks then tell the time.
    """
    restarts: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for events in logs.values():
        for event in events:
            if isinstance(event.body, Restart):
                restarts[event.device, event.body.incarnation].append(event)
    closed: dict[tuple[str, str], LogReading] = {}

    def close(log: tuple[str, str]) -> LogReading:
        if log not in closed:
            closed[log] = readings[log]
            # When a restart was is known only once the end of its own log is.
            ends = [close(event.log).timings[event.digest].latest for event in restarts[log]]
            if known := [end for end in ends if end is not None]:
                closed[log] = _ended(readings[log], min(known))
        return closed[log]

    for log in sorted(readings):
        close(log)
    return closed


def _ended(reading: LogReading, end: int) -> LogReading:
    timings = {
        digest: replace(timing, latest=max(end, timing.earliest)) if timing.latest is None else timing
        for digest, timing in reading.timings.items()
    }
    return replace(reading, timings=timings)


def unproven(event: Event, register: Register, checker: Checker) -> Kind | None:
    """Why an event proves nothing: its device is not known, or did not sign it."""
    if event.device not in register.devices:
        return Kind.UNKNOWN_DEVICE
    return None if genuine(event, checker) else Kind.BAD_SIGNATURE


def clashes(events: Iterable[Event]) -> list[Incident]:
    """Keys under which different things were written: two events of devices, or a slip that says something
    else than the device or another entry of it. What is said of a bottle lies under the bottle's key, and
    contradicts nothing there by itself."""
    by_key: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        if not isinstance(event.fact, CameBack):
            by_key[event.lies_under].append(event)
    found = []
    for same in by_key.values():
        if len(same) == 1:
            continue
        original = [event for event in same if not isinstance(event.body, Paper)]
        contents = {
            (Fact.content_of(event.fact), None if original else event.fact.day)
            if event.fact
            else event.digest
            for event in same
        }
        if len(original) > 1 or len(contents) > 1:
            clients = {client for event in same if (client := getattr(event.fact, "client", ""))}
            keys = sorted(event.digest for event in same)
            found.append(Incident(Kind.KEY_CLASH, tuple(keys), tuple(sorted(clients))))
    return found


def of_doses(doses: Iterable[Taking], events: Iterable[Event], register: Register) -> list[Incident]:
    """What each dose by itself gives reason to look at."""
    known = list(doses)
    again = given_again(known)
    taken: dict[str, set[str]] = defaultdict(set)
    given_back: dict[tuple[str, str], list[tuple[int, str, date, date]]] = defaultdict(list)
    for event in events:
        body = event.body.handed.body if isinstance(event.body, TakeOver) else event.body
        if isinstance(body, HandOver):
            taken[body.to_device].update(number for number, _ in body.held)
        elif isinstance(body, Return):
            given_back[event.log] += [(event.seq, body.number, day, day) for day in body.days]
        elif isinstance(body, Acknowledgement):
            given_back[event.log] += [(event.seq, r.number, r.first, date.max) for r in body.revocations]
    found = []
    for dose in known:
        gone = {
            number
            for seq, number, first, last in given_back[dose.log]
            if seq < dose.seq and first <= dose.day <= last
        }
        kinds = about(dose, register, taken[dose.device], gone, again=dose.name in again)
        found += [Incident(kind, (dose.name,), (dose.client,), dose.device, (dose.on,)) for kind in kinds]
    return found


def about(dose: Taking, register: Register, taken: set[str], gone: set[str], *, again: bool) -> list[Kind]:
    """The kinds of incident that a dose is by itself. ``taken``: permits that were handed over to its
    device; ``gone``: those of which it had given back this day; ``again``: it is part of a vomited one, for
    which nobody needs a permit."""
    kinds = []
    if again:
        pass
    elif dose.outside:
        kinds.append(Kind.OUTSIDE_PERMIT)
    elif not any(_permits(register.permits.get(n), dose, taken) for n in dose.permits if n not in gone):
        kinds.append(Kind.PERMIT_MISMATCH)
    stop = register.stops.get(dose.order)
    if stop is not None and _may_follow(dose, stop):
        kinds.append(Kind.AFTER_STOP)
    if dose.certainty is Certainty.POSSIBLE:
        kinds.append(Kind.UNCERTAIN_DATE)
    elif dose.on != dose.day:
        kinds.append(Kind.MISDATED)
    return kinds


def _permits(permit: Permit | None, dose: Taking, taken: set[str]) -> bool:
    """Whether a permit covers a dose."""
    return (
        permit is not None
        and (permit.device == dose.device or permit.number in taken)
        and (permit.client, permit.drug, permit.mg) == (dose.client, dose.drug, dose.mg)
        and dose.day in permit.days
    )


def _may_follow(dose: Taking, stop: int) -> bool:
    """Whether a dose may have been given after a moment."""
    if dose.certainty is Certainty.PROBABLE and dose.moment is not None:
        return dose.moment + TOLERANCE > stop
    return dose.latest is None or dose.latest > stop


def unaccounted(
    doses: Iterable[Taking],
    logs: Mapping[tuple[str, str], list[Event]],
    readings: Mapping[tuple[str, str], LogReading],
    register: Register,
) -> list[Incident]:
    """Restored devices, with the days that they held permits for and that no dose is known of: from the last
    that was heard of the old log to the restart."""
    known = {(dose.client, on) for dose in doses for on in (dose.day, dose.on)}
    mine: dict[str, list[Permit]] = defaultdict(list)
    for permit in register.permits.values():
        mine[permit.device].append(permit)
    found = []
    for log, events in logs.items():
        for event in events:
            if not isinstance(event.body, Restart):
                continue
            old = (event.device, event.body.incarnation)
            again = readings[log].timings[event.digest]
            heard = [timing.earliest for timing in readings[old].timings.values()] if old in readings else []
            first = business_date(max(heard, default=again.earliest))
            last = business_date(again.latest if again.latest is not None else again.earliest)
            lacking = {
                (permit.client, day)
                for permit in mine[event.device]
                for day in permit.days
                if first <= day <= last and permit.issued <= midnight(last) + DAY
                if (permit.client, day) not in known
            }
            if lacking:
                clients = tuple(sorted({client for client, _ in lacking}))
                days = tuple(sorted({day for _, day in lacking}))
                found.append(Incident(Kind.UNACCOUNTED, old, clients, event.device, days))
    return found


def old_logs(
    logs: Mapping[tuple[str, str], list[Event]], readings: Mapping[tuple[str, str], LogReading]
) -> list[Incident]:
    """Logs that went on after the device's memory was put back: the former self is still at work."""
    found = []
    for log, events in logs.items():
        for event in events:
            if not isinstance(event.body, Restart):
                continue
            old = (event.device, event.body.incarnation)
            again = readings[log].timings[event.digest].latest
            if again is None or old not in readings:
                continue
            if any(timing.earliest > again + TOLERANCE for timing in readings[old].timings.values()):
                found.append(Incident(Kind.OLD_LOG, old, device=event.device))
    return found


def stock(
    handed: Iterable[Taking], back: Iterable[Claim], facts: Iterable[Fact]
) -> dict[tuple[str, str], Decimal]:
    """ml by place and batch, as the sum of all movements: what went out of a place is below zero unless it
    came in. Never what somebody counted. ``handed``: every dose and bottle, those that came back as well."""
    total: dict[tuple[str, str], Decimal] = defaultdict(lambda: NOTHING)
    for dose in handed:
        total[dose.place, dose.batch] -= dose.ml
        total[GIVEN, dose.batch] += dose.ml
    for claim in back:
        total[GIVEN, claim.told.batch] -= claim.told.ml
        total[RETURNED, claim.told.batch] += claim.told.ml
    for _, fact, _ in merged(fact for fact in facts if isinstance(fact.told, Movement)):
        if isinstance(fact.told, Movement):
            total[fact.told.source, fact.told.batch] -= fact.told.ml
            total[fact.told.target, fact.told.batch] += fact.told.ml
    return dict(total)
