"""The logs of devices as they arrive: every event kept, and when those of a log happened."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise

from django.db.models import Count, Q, QuerySet

from phoihop.programmes.ost.dosing import keeping
from phoihop.programmes.ost.dosing.devices import Enrolled
from phoihop.programmes.ost.models import Device, Incident, LogEntry
from phoihop.programmes.ost.rules import centre as rules
from phoihop.programmes.ost.rules.clocks import Timing, time_log
from phoihop.programmes.ost.rules.events import CameBack, Event, Mark, Paper, Restart
from phoihop.programmes.ost.rules.incidents import Incident as Found
from phoihop.programmes.ost.rules.incidents import Kind
from phoihop.programmes.ost.rules.judging import Register, unproven
from phoihop.programmes.ost.rules.judging_logs import joins, read_log
from phoihop.programmes.ost.rules.transport import Verdict

Log = tuple[str, str]


@dataclass
class Kept:
    """What became of offered events. ``new``: those not known before, in the order of their logs; of these
    ``proven`` were signed by an enrolled device. ``split``: logs in which a number came twice."""

    new: list[Event] = field(default_factory=list)
    proven: set[str] = field(default_factory=set)
    verdicts: list[tuple[str, Verdict]] = field(default_factory=list)
    split: set[Log] = field(default_factory=set)
    found: list[Found] = field(default_factory=list)

    @property
    def sound(self) -> list[Event]:
        return [event for event in self.new if event.digest in self.proven]


def keep(events: Iterable[Event], devices: Enrolled, giver: Device) -> Kept:
    """Keep all of them, beside whatever is there. ``giver``: the device that offers them."""
    ordered = sorted(events, key=lambda event: (event.log, event.seq))
    register, kept = Register(devices.sites), Kept()
    known = set(
        LogEntry.objects.filter(digest__in={event.digest for event in ordered}).values_list(
            "digest", flat=True
        )
    )
    by_key = _keys({event.key for event in ordered if event.digest not in known})
    by_place = _places(event for event in ordered if event.digest not in known)
    rows = []
    for event in ordered:
        fault = unproven(event, register, devices.check)
        place = (*event.log, event.seq)
        alone = event.lies_under == event.key  # what tells of something else lies under the key of that
        beside = rules.Known(
            proven=fault is None,
            kept=event.digest in known,
            same_key=alone and event.key in by_key,
            same_place=bool(by_place.get(place)),
            before=tuple(by_place.get((*event.log, event.seq - 1), ())) if event.seq > 1 else ("",),
        )
        verdict = rules.verdict(event, beside)
        kept.verdicts.append((event.digest, verdict))
        if beside.kept:
            continue
        known.add(event.digest)
        kept.new.append(event)
        owner = devices.rows.get(event.device)
        site = owner.facility_id if owner is not None else giver.facility_id
        rows.append(keeping.log_row(event, site, proven=fault is None, verdict=verdict.value))
        if fault is not None:
            kept.found.append(Found(fault, (event.digest,), device=event.device))
            continue
        kept.proven.add(event.digest)
        if alone:
            by_key.add(event.key)
        by_place[place].append(event.digest)
        if beside.same_place:
            kept.split.add(event.log)
    LogEntry.objects.bulk_create(rows, batch_size=500)
    return kept


def _keys(wanted: Collection[str]) -> set[str]:
    """The keys under which a device wrote something else already."""
    rows = LogEntry.objects.filter(key__in=wanted, proven=True).exclude(kind__in=[Paper.KIND, CameBack.KIND])
    return set(rows.values_list("key", flat=True))


def _places(events: Iterable[Event]) -> dict[tuple[str, str, int], list[str]]:
    """Digests under the numbers of these events and those before them."""
    spans: dict[Log, tuple[int, int]] = {}
    for event in events:
        low, high = spans.get(event.log, (event.seq, event.seq))
        spans[event.log] = (min(low, event.seq), max(high, event.seq))
    found: dict[tuple[str, str, int], list[str]] = defaultdict(list)
    for (device, incarnation), (low, high) in spans.items():
        rows = _of_log((device, incarnation)).filter(seq__range=(low - 1, high))
        for seq, digest in rows.values_list("seq", "digest"):
            found[device, incarnation, seq].append(digest)
    return found


def _of_log(log: Log) -> QuerySet[LogEntry]:
    return LogEntry.objects.filter(device=log[0], incarnation=log[1], proven=True)


# When it happened


@dataclass
class Times:
    """The stretches of logs that new events bear on: the events, when they happened, and the logs of which
    several machines may have written."""

    events: dict[str, Event] = field(default_factory=dict)
    timings: dict[str, Timing] = field(default_factory=dict)
    forked: set[Log] = field(default_factory=set)


def times(events: Iterable[Event]) -> Times:
    """Time new events of devices, with all those of their logs that they may tell something about."""
    first: dict[Log, int] = {}
    for event in events:
        first[event.log] = min(event.seq, first.get(event.log, event.seq))
    found = Times(forked=forked({device for device, _ in first}))
    for log, seq in first.items():
        _time(found, log, seq)
    # A restart closes what was left open in the log that it succeeds.
    restarted = [(e.device, e.body.incarnation) for e in found.events.values() if isinstance(e.body, Restart)]
    for old in restarted:
        if old not in first:
            _time(found, old, None)
    for log in {event.log for event in found.events.values()}:
        _close(found, log)
    return found


def forked(devices: Collection[str]) -> set[Log]:
    """The logs of devices that are known to have split."""
    rows = Incident.objects.filter(device__in=devices, kind=Kind.FORKED_LOG.value, gone=False)
    return {_log(keys[0]) for keys in rows.values_list("keys", flat=True) if keys}


def _log(said: str) -> Log:
    device, _, incarnation = said.partition("/")
    return device, incarnation


def _time(found: Times, log: Log, seq: int | None) -> None:
    """Time a log from the last mark before a number on (None: from its last mark), for a mark's own anchor
    tells all that the time before it could."""
    marks = _of_log(log).filter(kind=Mark.KIND)
    before = marks.order_by("-seq") if seq is None else marks.filter(seq__lt=seq).order_by("-seq")
    start = before.values_list("seq", flat=True).first() or 1
    window = events_of(_of_log(log).filter(seq__gte=start))
    chained = all(after.previous == one.digest for one, after in pairwise(window))
    if chained and log not in found.forked:
        timings = dict(
            zip(
                (event.digest for event in window),
                time_log([event.time for event in window]),
                strict=True,
            )
        )
    else:
        window = events_of(_of_log(log))
        timings = dict(read_log(window).timings)
    found.events.update((event.digest, event) for event in window)
    found.timings.update(timings)


def events_of(rows: Iterable[LogEntry]) -> list[Event]:
    """The events of entries, in the order of their log."""
    return sorted(map(keeping.event_of, rows), key=lambda event: (event.seq, event.digest))


def _close(found: Times, log: Log) -> None:
    """The open ends of a log that another incarnation succeeded end with its restart."""
    ends = [end for _, end in restarts_of(log, found) if end is not None]
    if not ends:
        return
    for digest, event in found.events.items():
        timing = found.timings[digest]
        if event.log == log and timing.latest is None:
            found.timings[digest] = replace(timing, latest=max(min(ends), timing.earliest))


def restarts_of(log: Log, found: Times) -> list[tuple[Event, int | None]]:
    """The restarts after a log, each with the latest moment at which it may have been."""
    rows = LogEntry.objects.filter(device=log[0], kind=Restart.KIND, proven=True)
    restarts = [event for event in events_of(rows) if getattr(event.body, "incarnation", None) == log[1]]
    return [(event, timing_of(event, found).latest) for event in restarts]


def timing_of(event: Event, found: Times) -> Timing:
    """When an event happened; one outside the stretches at hand is timed by those up to the next mark."""
    if event.digest not in found.timings:
        later = _of_log(event.log).filter(seq__gte=event.seq)
        mark = later.filter(kind=Mark.KIND).order_by("seq").values_list("seq", flat=True).first()
        stretch = events_of(later if mark is None else later.filter(seq__lte=mark))
        found.events.update((each.digest, each) for each in stretch)
        found.timings.update(read_log(stretch).timings)
    return found.timings[event.digest]


def tail(log: Log, found: Times) -> dict[str, Timing]:
    """When the last events of a log happened, from its last mark on."""
    if not any(event.log == log for event in found.events.values()):
        _time(found, log, None)
    return {digest: found.timings[digest] for digest, event in found.events.items() if event.log == log}


# Whether it hangs together


def faults(kept: Kept) -> tuple[list[Found], Q]:
    """What is wrong with the logs of new events, and which incidents that are known it may replace."""
    sound = kept.sound
    found = list(kept.found)
    spans: dict[Log, list[Event]] = defaultdict(list)
    for event in sound:
        spans[event.log].append(event)
    looked = Q(pk__in=())
    for log, fresh in spans.items():
        name, device = "/".join(log), log[0]
        broken, checked, hole = _joined(log, fresh)
        if hole or Incident.objects.filter(kind=Kind.MISSING_EVENTS.value, keys=[name], gone=False).exists():
            found += _missing(log, name)
            looked |= Q(kind=Kind.MISSING_EVENTS.value, keys=[name])
        if log in kept.split:
            found.append(Found(Kind.FORKED_LOG, (name, str(_split_at(log))), device=device))
            looked |= Q(kind=Kind.FORKED_LOG.value, keys__0=name)
        found += broken
        looked |= Q(kind=Kind.BROKEN_CHAIN.value, keys__overlap=checked)
        found += read_marks(name, fresh)
    return list(dict.fromkeys(found)), looked


def read_marks(log: str, fresh: Iterable[Event]) -> list[Found]:
    """Clocks that were far off at a mark."""
    alone = [event for event in fresh if isinstance(event.body, Mark)]
    said = read_log(alone).incidents
    return [
        replace(incident, keys=(log, *incident.keys[1:]))
        for incident in said
        if incident.kind is Kind.FAR_CLOCK
    ]


def _missing(log: Log, name: str) -> list[Found]:
    """Numbers that are not there."""
    rows = _of_log(log)
    last = rows.order_by("-seq").values_list("seq", flat=True).first() or 0
    there: int = rows.aggregate(there=Count("seq", distinct=True))["there"]
    return [Found(Kind.MISSING_EVENTS, (name,), device=log[0])] if there < last else []


def _split_at(log: Log) -> int:
    twice = _of_log(log).values("seq").annotate(there=Count("pk")).filter(there__gt=1).order_by("seq")
    return int(twice.values_list("seq", flat=True)[0])


def _joined(log: Log, fresh: list[Event]) -> tuple[list[Found], list[str], bool]:
    """What does not join of the new events and those that follow on them; which were looked at; and whether
    there is nothing under the number before one of them."""
    low, high = fresh[0].seq, fresh[-1].seq
    by_seq: dict[int, list[Event]] = defaultdict(list)
    for event in events_of(_of_log(log).filter(seq__range=(low - 1, high + 1))):
        by_seq[event.seq].append(event)
    looked = [event for seq, those in by_seq.items() if seq >= low for event in those]
    found = [
        Found(Kind.BROKEN_CHAIN, (event.digest,), device=log[0])
        for event in looked
        if not joins(event, by_seq.get(event.seq - 1, ()))
    ]
    hole = any(event.seq > 1 and event.seq - 1 not in by_seq for event in looked)
    return found, [event.digest for event in looked], hole
