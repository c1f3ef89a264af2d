"""What new events tell of doses: rows worked out anew, held against those near them and against the rules."""

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from phoihop.base.org.models import Facility
from phoihop.programmes.ost.dosing import keeping, logs
from phoihop.programmes.ost.dosing.incidents import Raised
from phoihop.programmes.ost.dosing.logs import Kept, Times
from phoihop.programmes.ost.models import Device, Dose, Lease, LogEntry, OrderRow, PermitRow
from phoihop.programmes.ost.rules import judging
from phoihop.programmes.ost.rules.clocks import Timing, business_date
from phoihop.programmes.ost.rules.events import (
    Acknowledgement,
    Bottles,
    CameBack,
    Event,
    HandOver,
    Movement,
    Return,
    TakeOver,
)
from phoihop.programmes.ost.rules.incidents import Incident as Found
from phoihop.programmes.ost.rules.incidents import Kind
from phoihop.programmes.ost.rules.judging_bottles import Returned, claims, name_of, returned
from phoihop.programmes.ost.rules.judging_doses import Fact, Taking, doubles, given_again, takings
from phoihop.programmes.ost.rules.judging_logs import read_log

UNTIMED = Timing(0, None, None)
_PAIRS = [Kind.DOUBLE_DOSE.value, Kind.POSSIBLE_DOUBLE.value, Kind.GIVEN_AGAIN.value]
_OF_ONE = [
    kind.value
    for kind in (
        Kind.OUTSIDE_PERMIT,
        Kind.PERMIT_MISMATCH,
        Kind.AFTER_STOP,
        Kind.UNCERTAIN_DATE,
        Kind.MISDATED,
    )
]


@dataclass
class Judged:
    """What new events amount to. ``facts``: all that were held against each other; ``doses``: those worked
    out anew, with the row of each; ``looked``: which known incidents ``found`` may replace."""

    facts: list[Fact] = field(default_factory=list)
    doses: list[tuple[Taking, Dose]] = field(default_factory=list)
    found: list[Raised] = field(default_factory=list)
    looked: Q = field(default_factory=lambda: Q(pk__in=()))


def persons_of(clients: Iterable[str]) -> dict[str, UUID]:
    """Whose pseudonyms these are; somebody of whom nothing is known is who they are called."""
    called = {client: UUID(client) for client in clients}
    known = dict(Lease.objects.filter(client__in=called.values()).values_list("client", "person"))
    left = set(called.values()) - set(known)
    if left:
        known |= dict(
            OrderRow.objects.filter(pseudonym__in=left).order_by().values_list("pseudonym", "person")
        )
    return {client: known.get(pseudonym, pseudonym) for client, pseudonym in called.items()}


def judge(kept: Kept, times: Times) -> Judged:
    """Work out the doses that new events bear on, and what is to be looked at."""
    touched = {digest: event for digest, event in times.events.items() if event.fact is not None}
    judged, same = Judged(), _alike([*kept.sound, *(e for e in touched.values() if _of_a_bottle(e))])
    alike = {digest: event for digest, event in same.items() if event.fact is not None}
    _look_at_keys(kept.sound, same, judged)
    if not touched and not alike:
        return judged
    persons = persons_of(
        event.fact.client
        for event in (*touched.values(), *alike.values())
        if event.fact is not None and not isinstance(event.fact, Movement)
    )
    rows = _near(touched, alike, times, set(persons.values()))
    judged.facts = _facts(rows, {**alike, **touched}, times)
    found = takings(judged.facts)
    back = returned(found, judged.facts)
    moved = touched.keys() | alike.keys()
    fresh = _with_repeated([dose for dose in found if not moved.isdisjoint(dose.sources)], found)
    # A bottle that came back full is no dose: its hand-out is looked at, and no row says that it was taken.
    names = {dose.name for dose in fresh if dose.name not in back.aside}
    there = {row.name: row for row in rows}
    stale = [row for row in rows if row.name not in names and not moved.isdisjoint(row.sources)]
    handed = _rows(fresh, persons)
    judged.doses = [(dose, row) for dose, row in handed if dose.name in names]
    keeping.keep_doses(row for _, row in judged.doses)
    if stale:
        Dose.objects.filter(pk__in=[row.pk for row in stale]).delete()
    of_person = {name: row.person for name, row in there.items()} | {
        dose.name: row.person for dose, row in judged.doses
    }
    near = [d for d in found if d.name in names or (d.name in there and d.name not in back.aside)]
    near += [keeping.taking_of(row) for row in rows if not row.sources]
    # Under whatever name it was written, it is one person.
    near = [replace(dose, client=str(of_person[dose.name])) for dose in near]
    looked = [*(dose.name for dose in fresh), *(row.name for row in stale)]
    judged.looked |= Q(kind__in=[*_PAIRS, *_OF_ONE], keys__overlap=looked)
    judged.found += _doubles(near, names, there, judged.doses)
    judged.found += _of_each(handed, given_again(near))
    _look_at_bottles(back, judged, persons)
    return judged


def _with_repeated(fresh: list[Taking], found: Collection[Taking]) -> list[Taking]:
    """Fresh doses, and those that stand by the key of a vomited one beside them: another part of it said to
    be given again makes a double dose of the first."""
    keys = {dose.repeats or dose.key for dose in fresh} & {dose.repeats for dose in found if dose.repeats}
    names = {dose.name for dose in fresh}
    return fresh + [dose for dose in found if (dose.repeats or dose.key) in keys and dose.name not in names]


def _alike(fresh: Collection[Event]) -> dict[str, Event]:
    """What lies under the same keys already: slips of it, what it is a slip of, what became of a bottle, or
    something else."""
    digests = [event.digest for event in fresh]
    rows = LogEntry.objects.filter(key__in={event.lies_under for event in fresh}, proven=True)
    return {row.digest: keeping.event_of(row) for row in rows.exclude(digest__in=digests)}


def _of_a_bottle(event: Event) -> bool:
    return isinstance(event.fact, (Bottles, CameBack))


def _look_at_keys(fresh: Iterable[Event], same: Mapping[str, Event], judged: Judged) -> None:
    """What else lies under the keys of new events, but for what is said of bottles."""
    told = [event for event in fresh if not isinstance(event.fact, CameBack)]
    keys = {event.lies_under for event in told}
    beside = {digest: event for digest, event in same.items() if event.lies_under in keys}
    judged.found += _clashes([*told, *beside.values()], {event.digest for event in told})
    judged.looked |= Q(kind=Kind.KEY_CLASH.value, keys__overlap=[*beside])


def _look_at_bottles(back: Returned, judged: Judged, persons: Mapping[str, UUID]) -> None:
    """Bottles of which different things are said, at the sites of all who said something."""
    bottles: dict[str, set[str]] = defaultdict(set)
    for bottle, those in claims(judged.facts).items():
        bottles[name_of(bottle)] |= {claim.fact.event.device for claim in those}
        handed = (fact for fact in judged.facts if isinstance(fact.told, Bottles) and fact.key == bottle[0])
        bottles[name_of(bottle)] |= {fact.event.device for fact in handed}
    if not bottles:
        return
    sites = sites_of({device for those in bottles.values() for device in those})
    judged.looked |= Q(kind=Kind.BOTTLE_IN_DOUBT.value, keys__overlap=[*bottles])
    judged.found += [
        Raised(
            incident,
            tuple(sorted({persons[client] for client in incident.clients})),
            frozenset(sites[device] for device in bottles[incident.keys[0]]),
            UUID(incident.clients[0]),
        )
        for incident in back.incidents
    ]


def _near(
    touched: Mapping[str, Event], alike: Mapping[str, Event], times: Times, persons: Collection[UUID]
) -> list[Dose]:
    """The rows that touched events bear on, and those of the same persons that may share a day with them."""
    days = [business_date(times.timings[digest].earliest) for digest in touched]
    for event in (*touched.values(), *alike.values()):
        told = event.fact
        assert told is not None
        if isinstance(told, CameBack):
            days.append(told.label)
        else:
            days += told.days if isinstance(told, Bottles) else (told.day,)
    wanted = Q(person__in=persons, last__gte=min(days) - timedelta(days=1))
    for digest, event in alike.items():
        wanted |= Q(name__startswith=digest) | Q(name__startswith=f"slip:{event.lies_under}")
    return list(Dose.objects.filter(wanted))


def _facts(rows: Iterable[Dose], known: Mapping[str, Event], times: Times) -> list[Fact]:
    timed = {digest: Timing(row.earliest, row.latest, row.moment) for row in rows for digest in row.sources}
    timed |= times.timings
    others = LogEntry.objects.filter(digest__in=timed.keys() - times.timings.keys() - known.keys())
    events = dict(known) | {row.digest: keeping.event_of(row) for row in others}
    split = times.forked | logs.forked({event.device for event in events.values()})
    # Of bottles that all came back no row says any more when they were handed out.
    timed |= {
        digest: _timing(event, times)
        for digest, event in events.items()
        if isinstance(event.body, Bottles) and digest not in timed
    }
    return [
        Fact(event, event.fact, timed.get(digest, UNTIMED), alone=event.log not in split)
        for digest, event in events.items()
        if event.fact is not None
    ]


def _timing(event: Event, times: Times) -> Timing:
    """When an event happened: as it says itself where its clock was the centre's own, or by its log."""
    alone = read_log([event]).timings[event.digest]
    return alone if alone.latest == alone.earliest else logs.timing_of(event, times)


def _rows(fresh: Collection[Taking], persons: Mapping[str, UUID]) -> list[tuple[Taking, Dose]]:
    """The rows of doses. One whose place is no site of ours is kept at its device's."""
    made = []
    sites = sites_of(dose.device for dose in fresh)
    valid = places({dose.place for dose in fresh})
    for dose in fresh:
        place = dose.place if dose.place in valid else str(sites[dose.device])
        made.append((dose, keeping.dose_row(replace(dose, place=place), persons[dose.client])))
    return made


def _doubles(
    near: Iterable[Taking],
    fresh: Collection[str],
    there: Mapping[str, Dose],
    made: Iterable[tuple[Taking, Dose]],
) -> list[Raised]:
    """Pairs of one person of which a fresh dose is one."""
    rows = dict(there) | {dose.name: row for dose, row in made}
    found = []
    for incident in doubles(near):
        if not set(incident.keys).isdisjoint(fresh):
            at = frozenset(rows[key].facility_id for key in incident.keys)
            person = UUID(incident.clients[0])
            found.append(Raised(incident, (person,), at, rows[incident.keys[0]].client))
    return found


def _of_each(made: Collection[tuple[Taking, Dose]], again: Container[str]) -> list[Raised]:
    """What each dose by itself gives reason to look at (rules.judging.about); ``again``: names of doses that
    repeat another one."""
    numbers = {number for dose, _ in made for number in dose.permits}
    permits = {
        row.number: (keeping.permit_of(row, row.device.name), row)
        for row in PermitRow.objects.filter(number__in=numbers).select_related("device")
    }
    stopped = OrderRow.objects.filter(uid__in={row.order for _, row in made}).exclude(stopped=None)
    stops = {str(row.uid): row.stopped for row in stopped if row.stopped is not None}
    register = judging.Register({}, {number: permit for number, (permit, _) in permits.items()}, stops)
    oldest = min((row.issued for _, row in permits.values()), default=0)
    taken = _handed({dose.device for dose, _ in made if _foreign(dose, register)}, oldest)
    back = _given_back(made, oldest)
    found = []
    for dose, row in made:
        gone = {
            number
            for seq, number, first, last in back[dose.log]
            if seq < dose.seq and first <= dose.day <= last
        }
        for kind in judging.about(dose, register, taken[dose.device], gone, again=dose.name in again):
            incident = Found(kind, (dose.name,), (dose.client,), dose.device, (dose.on,))
            found.append(Raised(incident, (row.person,), frozenset({row.facility_id}), row.client))
    return found


def _foreign(dose: Taking, register: judging.Register) -> bool:
    """Whether a dose names a permit that was made for another device."""
    named = (register.permits.get(number) for number in dose.permits)
    return any(permit is not None and permit.device != dose.device for permit in named)


def _handed(devices: Collection[str], since: int) -> dict[str, set[str]]:
    """For each of the devices the permits that were handed over to it."""
    taken: dict[str, set[str]] = defaultdict(set)
    if not devices:
        return taken
    sites = Device.objects.filter(name__in=devices).values("facility")
    rows = LogEntry.objects.filter(
        facility__in=sites,
        kind__in=[HandOver.KIND, TakeOver.KIND],
        proven=True,
        received_at__gte=datetime.fromtimestamp(since, UTC),
    )
    for event in map(keeping.event_of, rows):
        body = event.body.handed.body if isinstance(event.body, TakeOver) else event.body
        if isinstance(body, HandOver):
            taken[body.to_device].update(number for number, _ in body.held)
    return taken


def _given_back(
    made: Iterable[tuple[Taking, Dose]], since: int
) -> dict[tuple[str, str], list[tuple[int, str, date, date]]]:
    """For each log of doses under permits: what was given back in it, under which number of the log."""
    found: dict[tuple[str, str], list[tuple[int, str, date, date]]] = defaultdict(list)
    devices = {dose.device for dose, _ in made if dose.permits}
    if not devices:
        return found
    rows = LogEntry.objects.filter(
        device__in=devices,
        kind__in=[Return.KIND, Acknowledgement.KIND],
        proven=True,
        received_at__gte=datetime.fromtimestamp(since, UTC),
    )
    for event in map(keeping.event_of, rows):
        body = event.body
        if isinstance(body, Acknowledgement):
            found[event.log] += [(event.seq, r.number, r.first, date.max) for r in body.revocations]
        elif isinstance(body, Return):
            found[event.log] += [(event.seq, body.number, day, day) for day in body.days]
    return found


def _clashes(events: Iterable[Event], fresh: Collection[str]) -> list[Raised]:
    """Keys under which different things were written, a fresh one among them."""
    by_digest = {event.digest: event for event in events}
    clashes = [each for each in judging.clashes(by_digest.values()) if not set(each.keys).isdisjoint(fresh)]
    if not clashes:
        return []
    persons = persons_of({client for incident in clashes for client in incident.clients})
    sites = sites_of(event.device for event in by_digest.values())
    found = []
    for incident in clashes:
        whose = tuple(sorted({persons[client] for client in incident.clients}))
        at = frozenset(sites[by_digest[digest].device] for digest in incident.keys)
        called = UUID(incident.clients[0]) if incident.clients else None
        found.append(Raised(incident, whose, at, called))
    return found


def renamed(dose: Taking, client: str) -> Taking:
    """A dose under another name of the same person."""
    return replace(dose, client=client)


def sites_of(devices: Iterable[str]) -> dict[str, int]:
    """The facilities of devices."""
    return dict(Device.objects.filter(name__in=set(devices)).values_list("name", "facility"))


def places(said: Collection[str]) -> set[str]:
    """Those of some names of places that are facilities of ours."""
    numbers = {int(text) for text in said if text.isascii() and text.isdigit() and len(text) < 10}
    return {str(pk) for pk in Facility.objects.filter(pk__in=numbers).values_list("pk", flat=True)}
