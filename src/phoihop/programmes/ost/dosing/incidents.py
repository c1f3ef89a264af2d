"""Incidents as rows: raised where they are found, at every site concerned, and told to who must act."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from phoihop.programmes.ost.dosing import keeping
from phoihop.programmes.ost.models import Dose, Incident, Lease, LogEntry, OrderRow
from phoihop.programmes.ost.rules import incidents as rules
from phoihop.programmes.ost.rules.clocks import Timing
from phoihop.programmes.ost.rules.incidents import Kind
from phoihop.programmes.ost.rules.judging_doses import Fact, Taking, doubles, takings

BEHIND = timedelta(days=8)


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
    for incident in found:
        at = {int(dose.place) for dose in known.values() if dose.name in incident.keys}
        raise_it(incident, [person], at, called=called)


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
    return [dose for dose in takings(facts) if dose.name in names]


def raise_it(
    incident: rules.Incident, persons: Collection[UUID], facilities: Collection[int], *, called: UUID | None
) -> list[Incident]:
    """A row at each site concerned: where it happened, where the person is treated. Those that are there
    already stay as they are, answered or not. ``called``: whose key seals what a doctor finds."""
    concerned = set(facilities) | set(
        OrderRow.objects.filter(person__in=persons).order_by().values_list("facility", flat=True).distinct()
    )
    concerned |= set(
        Lease.objects.filter(person__in=persons, aside=None, last=None).values_list("facility", flat=True)
    )
    rows = [
        Incident(
            identity=name_of(incident),
            facility_id=facility,
            pseudonym=called,
            kind=incident.kind.value,
            severity=incident.severity.value,
            keys=list(incident.keys),
            persons=list(persons),
            device=incident.device,
            days=list(incident.days),
        )
        for facility in sorted(concerned)
    ]
    return Incident.objects.bulk_create(rows, ignore_conflicts=True)
