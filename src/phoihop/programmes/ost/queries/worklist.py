"""What waits for a facility's doctors today, and everybody in treatment there."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F

from phoihop.base.org.doors import may, query
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.org.viewers import facilities_of
from phoihop.base.security import sealed
from phoihop.kernel.sorting import person_key
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.models import Admission, Incident, OrderRow, UrineTestRow
from phoihop.programmes.ost.models.shared import OST
from phoihop.programmes.ost.queries import facts, missed, records, values
from phoihop.programmes.ost.queries.missed import Missing
from phoihop.programmes.ost.rules import missed as missed_rules
from phoihop.programmes.ost.rules.missed import Advice
from phoihop.programmes.ost.rules.orders import LastDose, Order
from phoihop.programmes.ost.rules.parameters import Rulebook
from phoihop.registry import marking
from phoihop.registry.models import Client, Enrolment
from phoihop.registry.models.enrolments import served_on
from phoihop.registry.rules import codes

WITHIN = 3  # days before its end at which an order is shown as expiring
SEE = "ost.case_see_treatment"


@dataclass(frozen=True, slots=True)
class Somebody:
    """One in treatment. ``order``: today's; ``ends``: the last day of the last order, None without any;
    ``missed``: days since the last dose or cover, today not counted; ``test``: since when one is due."""

    uid: UUID
    code: str
    name: str
    facility: str
    order: Order | None
    ends: date | None
    missed: int
    locked: bool
    advice: Advice
    last: LastDose | None
    test: date | None
    waits: int


@dataclass(frozen=True, slots=True)
class Applicant:
    """Somebody whose application waits. ``left``: days to decide; None without a day to decide by."""

    uid: UUID
    code: str
    name: str
    complete_on: date | None
    decide_by: date | None
    left: int | None


@dataclass(frozen=True, slots=True)
class Raised:
    """An incident that waits. ``who``: the client's name where there is a file here."""

    pk: int
    kind: str
    severity: int
    days: tuple[date, ...]
    who: str
    device: str


@dataclass(frozen=True, slots=True)
class Work:
    """The page. ``everybody`` in the order of their names; the others are parts of it."""

    everybody: tuple[Somebody, ...]
    incidents: tuple[Raised, ...]
    locked: tuple[Somebody, ...]
    missing: tuple[Somebody, ...]
    expiring: tuple[Somebody, ...]
    testing: tuple[Somebody, ...]
    applicants: tuple[Applicant, ...]
    untested: bool


@query("ost.case_see_worklist", "Xem việc của bác sĩ", "See the doctors' worklist")
def worklist(viewer: Viewer) -> Work:
    """Everything at the viewer's facilities: as many statements for a hundred clients as for one."""
    here, today, book = facilities_of(viewer, OST), viewer.day, values.book()
    enrolled = Enrolment.objects.filter(served_on(today), programme=OST, facility__in=here)
    of = {row.client_id: row for row in enrolled}
    waiting = list(
        Admission.objects.filter(facility__in=here, state=Admission.OPEN).order_by("decide_by", "pk")
    )
    clients = _named(viewer, {*of, *(row.client_id for row in waiting)})
    persons = {of[pk].person for pk in of if pk in clients}
    standings = missed.standings(persons, today)
    with reaching.centre(facts.account()):
        last = facts.last_doses(persons, today - facts.BEHIND, today)
    raised = list(
        Incident.objects.filter(facility__in=here, answered_at=None, gone=False).order_by("severity", "-pk")
    )
    taken = _taken(here)
    everybody = []
    for pk, (client, name) in clients.items():
        if pk in of:
            row = of[pk]
            waits = sum(row.person in each.persons for each in raised)
            due = _due(client, row.since, taken.get(pk, ()), book, today)
            everybody.append(
                _somebody(client, name, standings[row.person], last.get(row.person), due, waits, today, book)
            )
    everybody.sort(key=lambda each: person_key(each.name))
    names = {of[pk].person: name for pk, (_, name) in clients.items() if pk in of}
    return Work(
        everybody=tuple(everybody),
        incidents=tuple(_raised(row, names) for row in raised),
        locked=tuple(each for each in everybody if each.locked),
        missing=tuple(each for each in everybody if each.missed and not each.locked),
        expiring=tuple(each for each in everybody if _expires(each, today)),
        testing=tuple(each for each in everybody if each.test is not None),
        applicants=tuple(
            _applicant(row, *clients[row.client_id], today) for row in waiting if row.client_id in clients
        ),
        untested=book.find("urine.windows", today) is not None and not _planned(book, today),
    )


def _named(viewer: Viewer, wanted: Collection[int]) -> dict[int, tuple[Client, str]]:
    """The files of these, with their names: those that their page would open, and none who was erased."""
    rows = Client.objects.select_related("facility").filter(pk__in=wanted, merged_into=None)
    seen = [row for row in rows if may(viewer, SEE, row)]
    sealed.fetch_keys(seen)
    told = [(row, marking.told_or_none(row)) for row in seen]
    return {row.pk: (row, each.known_as) for row, each in told if each is not None}


def _taken(here: Sequence[int]) -> dict[int, list[date]]:
    """The days on which tests were taken, by client; those made in error left out."""
    rows = UrineTestRow.objects.filter(facility__in=here, voids=None, voided_by=None)
    found: dict[int, list[date]] = defaultdict(list)
    for client, day in rows.values_list("client", "day"):
        found[client].append(day)
    return found


def _planned(book: Rulebook, today: date) -> bool:
    found = book.find("urine.windows", today)
    return found is not None and found.counts


def _due(client: Client, since: date, taken: Collection[date], book: Rulebook, today: date) -> date | None:
    return records.due(records.plan_of(OST, client.pseudonym, since, book), taken, today)


def _somebody(
    client: Client,
    name: str,
    stands: Missing,
    last: LastDose | None,
    due: date | None,
    waits: int,
    today: date,
    book: Rulebook,
) -> Somebody:
    run = len(stands.standing.run)
    return Somebody(
        uid=client.uid,
        code=codes.shown(client.code),
        name=name,
        facility=client.facility.name,
        order=facts.standing_on(stands.orders, today),
        ends=max((order.end for order in stands.orders), default=None),
        missed=run,
        locked=not missed.lock(stands, today, book).allowed,
        advice=missed_rules.advice(run, today, book),
        last=last,
        test=due,
        waits=waits,
    )


def _expires(each: Somebody, today: date) -> bool:
    """Whether a doctor has to see somebody soon: the last order ends within days, or is over."""
    return each.ends is None or each.ends <= today + facts.DAY * WITHIN


def _applicant(row: Admission, client: Client, name: str, today: date) -> Applicant:
    left = (row.decide_by - today).days if row.decide_by is not None else None
    return Applicant(client.uid, codes.shown(client.code), name, row.complete_on, row.decide_by, left)


def _raised(row: Incident, names: dict[UUID, str]) -> Raised:
    who = next((names[person] for person in row.persons if person in names), "")
    return Raised(row.pk, row.kind, row.severity, tuple(row.days), who, row.device)


@query("ost.case_see_incidents", "Xem sự cố", "See incidents")
def incidents(viewer: Viewer, *, answered: bool = False) -> list[Raised]:
    """Incidents at the viewer's facilities: those that wait, or the two hundred answered last."""
    here = facilities_of(viewer, OST)
    rows = Incident.objects.filter(facility__in=here, gone=False, answered_at__isnull=not answered)
    found = list(rows.order_by("-answered_at", "-pk")[:200] if answered else rows.order_by("severity", "-pk"))
    persons = {person for row in found for person in row.persons}
    enrolled = Enrolment.objects.filter(programme=OST, facility__in=here, person__in=persons, aside=None)
    of = dict(enrolled.values_list("client", "person"))
    names = {of[pk]: name for pk, (_, name) in _named(viewer, of).items()}
    return [_raised(row, names) for row in found]


@dataclass(frozen=True, slots=True)
class OneIncident:
    """An incident with whom it is about here: ``client`` leads to the treatment, None without a file here."""

    row: Incident
    raised: Raised
    client: UUID | None
    finding: str
    by: str


@query("ost.case_see_incident", "Xem một sự cố", "See an incident", of="incident")
def incident(viewer: Viewer, *, incident: Incident) -> OneIncident:
    """One incident, with its finding where it was answered here."""
    here = (incident.facility_id,)
    enrolled = Enrolment.objects.filter(
        programme=OST, facility__in=here, person__in=incident.persons, aside=None
    )
    named = _named(viewer, set(enrolled.values_list("client", flat=True)))
    client, who = next(iter(named.values()), (None, ""))
    finding = incident.text("finding") if incident.finding else incident.remark
    answered_by = incident.answered_by
    return OneIncident(
        row=incident,
        raised=_raised(incident, dict.fromkeys(incident.persons, who)),
        client=client.uid if client is not None else None,
        finding=finding,
        by=answered_by.person.name if answered_by is not None else "",
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits for a doctor."""

    incidents: int
    expiring: int
    applicants: int


@query("ost.case_see_waiting", "Đếm việc chờ bác sĩ", "Count what waits for a doctor", recorded=False)
def waiting(viewer: Viewer) -> Waiting:
    """Three counts, in three statements: of the persons whose last order ends within days or ended lately."""
    here, today = facilities_of(viewer, OST), viewer.day
    treated = Enrolment.objects.filter(served_on(today), programme=OST, facility__in=here)
    orders = OrderRow.objects.filter(facility__in=here, stopped=None, end__gte=F("start"))
    going_on = orders.filter(end__gt=today + facts.DAY * WITHIN)
    return Waiting(
        incidents=Incident.objects.filter(facility__in=here, answered_at=None, gone=False).count(),
        expiring=treated.exclude(client__in=going_on.values("client")).count(),
        applicants=Admission.objects.filter(facility__in=here, state=Admission.OPEN).count(),
    )
