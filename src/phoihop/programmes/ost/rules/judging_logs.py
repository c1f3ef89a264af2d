"""One device's log as the centre has it: when its events happened, and whether it hangs together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from phoihop.programmes.ost.rules.clocks import FAR_OFF, Timing, business_date, time_log
from phoihop.programmes.ost.rules.events import Event, Mark
from phoihop.programmes.ost.rules.incidents import Incident, Kind


@dataclass(frozen=True, slots=True)
class LogReading:
    """Timings by digest, what is wrong with the log, and the events that this puts in doubt: another machine
    may have written them."""

    timings: Mapping[str, Timing]
    incidents: tuple[Incident, ...] = ()
    doubtful: frozenset[str] = field(default=frozenset())


def read_log(events: Iterable[Event]) -> LogReading:
    """What the genuine events of one log say together, in whatever order they are given.

    A log with two events of one number has split: from where they part all of them are in doubt.
    """
    ordered = sorted(events, key=lambda event: (event.seq, event.digest))
    if not ordered:
        return LogReading({})
    by_seq: dict[int, list[Event]] = {}
    for event in ordered:
        by_seq.setdefault(event.seq, []).append(event)
    log = "/".join(ordered[0].log)
    device = ordered[0].device
    incidents: list[Incident] = []
    doubtful: set[str] = set()
    split = next((seq for seq, found in by_seq.items() if len(found) > 1), None)
    if len(by_seq) < ordered[-1].seq:
        incidents.append(Incident(Kind.MISSING_EVENTS, (log,), device=device))
    if split is not None:
        incidents.append(Incident(Kind.FORKED_LOG, (log, str(split)), device=device))
        doubtful |= {event.digest for event in ordered if event.seq >= split}
    for event in ordered:
        if not joins(event, by_seq.get(event.seq - 1, ())):
            incidents.append(Incident(Kind.BROKEN_CHAIN, (event.digest,), device=device))
            doubtful.add(event.digest)
        if isinstance(event.body, Mark) and event.time.anchor and abs(event.time.anchor.offset) > FAR_OFF:
            day = business_date(event.time.anchor.server)
            incidents.append(Incident(Kind.FAR_CLOCK, (log, day.isoformat()), device=device, days=(day,)))
    return LogReading(_timings(ordered), tuple(dict.fromkeys(incidents)), frozenset(doubtful))


def joins(event: Event, before: Sequence[Event]) -> bool:
    """Whether an event hangs on what is known under the number before it, if anything is."""
    if event.seq == 1:
        return event.previous == ""
    return not before or any(event.previous == other.digest for other in before)


def _timings(ordered: Sequence[Event]) -> dict[str, Timing]:
    """When a log's events happened: what any unbroken chain through an event says of it, put together.

    Only a chain tells before from after. Events of one name that do not hang together may be of two machines.
    """
    known = {event.digest: event for event in ordered}
    continued = {event.previous for event in ordered}
    found: dict[str, Timing] = {}
    for leaf in ordered:
        if leaf.digest in continued:
            continue
        branch = [leaf]
        while (before := known.get(branch[-1].previous)) is not None:
            branch.append(before)
        branch.reverse()
        for event, timing in zip(branch, time_log([event.time for event in branch]), strict=True):
            other = found.get(event.digest)
            found[event.digest] = timing if other is None else _together(other, timing)
    return found


def _together(one: Timing, other: Timing) -> Timing:
    latest = [moment for moment in (one.latest, other.latest) if moment is not None]
    best = one.best if one.best is not None else other.best
    return Timing(max(one.earliest, other.earliest), min(latest, default=None), best)
