"""Incidents as rows: raised where they are found, at every site concerned, and told to who must act."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q

from phoihop.programmes.ost.dosing import keeping
from phoihop.programmes.ost.models import Dose, Incident, Lease, LogEntry, OrderRow
from phoihop.programmes.ost.rules import incidents as rules
from phoihop.programmes.ost.rules.clocks import Timing
from phoihop.programmes.ost.rules.incidents import Kind, Severity
from phoihop.programmes.ost.rules.judging_doses import Fact, Taking, doubles, takings

BEHIND = timedelta(days=8)

# What is to hear at once that somebody must look; called inside the transaction, so it waits for its end.
LISTENERS: list[Callable[[], None]] = []


def name_of(incident: rules.Incident) -> str:
    """What a row is found by: the rules' identity, of one length."""
    return hashlib.sha256(incident.identity.encode()).hexdigest()


def look(person: UUID, called: UUID, fresh: Collection[Taking], *, outside: Iterable[Taking] = ()) -> None:
    """Hold fresh doses of a person against those near them, and raise what is found."""
    found = [
        rules.Incident(Kind.OUTSIDE_PERMIT, (dose.name,), (dose.client,), dose.device, (dose.on,))
        for dose in outside
    ]
    near = near_doses(person, min(dose.first for dose in fresh) - BEHIND)
    known = {dose.name: dose for dose in (*near, *fresh)}
    # Under whatever name it was written, it is one client.
    found += doubles([replace(dose, client=str(person)) for dose in known.values()])
    raise_all(
        [
            Raised(
                incident,
                (person,),
                frozenset(int(dose.place) for dose in known.values() if dose.name in incident.keys),
                called,
            )
            for incident in found
        ]
    )


def near_doses(person: UUID, since: date) -> list[Taking]:
    """The doses of a person from a day on, as the rules know them."""
    rows = list(Dose.objects.filter(person=person, last__gte=since))
    digests = {digest for row in rows for digest in row.sources}
    events = {entry.digest: keeping.event_of(entry) for entry in LogEntry.objects.filter(digest__in=digests)}
    timings = {digest: Timing(row.earliest, row.latest, row.moment) for row in rows for digest in row.sources}
    facts = [
        Fact(event, event.fact, timings[digest]) for digest, event in events.items() if event.fact is not None
    ]
    names = {row.name for row in rows}
    # What was taken over from a paper book has no event behind it.
    booked = [keeping.taking_of(row) for row in rows if not row.sources]
    return [dose for dose in takings(facts) if dose.name in names] + booked


@dataclass(frozen=True, slots=True)
class Raised:
    """An incident with whom it concerns and where. ``called``: whose key seals what a doctor finds."""

    incident: rules.Incident
    persons: tuple[UUID, ...] = ()
    facilities: frozenset[int] = frozenset()
    called: UUID | None = None


def raise_it(
    incident: rules.Incident, persons: Collection[UUID], facilities: Collection[int], *, called: UUID | None
) -> list[Incident]:
    """A row at each site concerned: where it happened, where the person is treated. Those that are there
    already stay as they are, answered or not. ``called``: whose key seals what a doctor finds."""
    return raise_all([Raised(incident, tuple(persons), frozenset(facilities), called)])


def raise_all(found: Collection[Raised]) -> list[Incident]:
    """The same for many at once; three statements, however many they are."""
    if not found:
        return []
    persons = {person for each in found for person in each.persons}
    treated: dict[UUID, set[int]] = defaultdict(set)
    if persons:
        ordered = OrderRow.objects.filter(person__in=persons).order_by().values_list("person", "facility")
        leased = Lease.objects.filter(person__in=persons, aside=None, last=None)
        for person, facility in (*ordered.distinct(), *leased.values_list("person", "facility")):
            treated[person].add(facility)
    rows = [
        Incident(
            identity=name_of(each.incident),
            facility_id=facility,
            pseudonym=each.called,
            kind=each.incident.kind.value,
            severity=each.incident.severity.value,
            keys=list(each.incident.keys),
            persons=list(each.persons),
            device=each.incident.device,
            days=list(each.incident.days),
        )
        for each in found
        for facility in sorted(each.facilities.union(*(treated[person] for person in each.persons)))
    ]
    if any(row.severity <= Severity.SAME_DAY for row in rows):
        for listener in LISTENERS:
            listener()
    return Incident.objects.bulk_create(rows, ignore_conflicts=True)


def settle(found: Collection[Raised], looked: Q) -> None:
    """Raise what was found. What was looked at anew (``looked``) and is not found any more is explained by
    facts that arrived later; found again, it is there again."""
    identities = {name_of(each.incident) for each in found}
    Incident.objects.filter(looked, gone=False).exclude(identity__in=identities).update(gone=True)
    Incident.objects.filter(identity__in=identities, gone=True).update(gone=False)
    raise_all(found)
