"""A client's treatment on one page: orders, the last thirty days, tests, notes, incidents."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from phoihop.base.org.doors import query
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security import sealed
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.models import Admission, Dose, Ended, Incident, OrderRow, Vomit
from phoihop.programmes.ost.models.shared import OST
from phoihop.programmes.ost.queries import facts, missed, records, values
from phoihop.programmes.ost.queries.admissions import Said, file_of, said_of
from phoihop.programmes.ost.queries.ordering import Ground, ground
from phoihop.programmes.ost.queries.records import NoteSaid, TestSaid
from phoihop.programmes.ost.rules import admission as admission_rules
from phoihop.programmes.ost.rules import missed as missed_rules
from phoihop.programmes.ost.rules.admission import Consent
from phoihop.programmes.ost.rules.missed import Advice, Day
from phoihop.programmes.ost.rules.orders import Order
from phoihop.programmes.ost.rules.parameters import Decision
from phoihop.programmes.ost.rules.phases import Stay, stays
from phoihop.registry import marking
from phoihop.registry.models import Client
from phoihop.registry.queries.files import Head, head_of
from phoihop.registry.rules.identity import Sex

STRIP = 30  # days


@dataclass(frozen=True, slots=True)
class Who:
    """Who a page is about: ``born`` as rules.born keeps it."""

    head: Head
    born: str
    sex: Sex


@dataclass(frozen=True, slots=True)
class OrderLine:
    """An order as it was signed and as it stands. ``state``: "running", "ahead", "over", "replaced",
    "stopped"."""

    uid: UUID
    order: Order
    signed_end: date
    state: str
    by: str
    at: datetime
    note: str
    stopped_why: str


@dataclass(frozen=True, slots=True)
class IncidentLine:
    """An incident about the client. ``finding``: empty while nobody answered, or where it was elsewhere."""

    pk: int
    kind: str
    severity: int
    days: tuple[date, ...]
    answered_at: datetime | None
    finding: str


@dataclass(frozen=True, slots=True)
class VomitLine:
    """A dose that was vomited. ``given``: how much was given again, nought while nobody decided that."""

    uid: UUID
    day: date
    minutes: int
    seen: bool
    given: Decimal
    by: str
    open: bool


@dataclass(frozen=True, slots=True)
class AdmissionLine:
    """An application. ``left``: days until it has to be decided, None without a day."""

    uid: UUID
    state: str
    complete_on: date | None
    decide_by: date | None
    decided_on: date | None
    reasons: str
    left: int | None


@dataclass(frozen=True, slots=True)
class EndLine:
    """How a treatment ended here."""

    day: date
    ending: str
    why: str
    by: str


@dataclass(frozen=True, slots=True)
class Care:
    """The page. ``strip``: the last days, today the last. ``due``: since when a test is due. ``advice`` and
    ``lock`` follow from the days up to yesterday."""

    who: Who
    since: date | None
    phases: tuple[Stay, ...]
    known: Ground
    now: OrderLine | None
    orders: tuple[OrderLine, ...]
    strip: tuple[tuple[date, Day], ...]
    advice: Advice
    lock: Decision
    due: date | None
    unplanned: bool
    tests: tuple[TestSaid, ...]
    notes: tuple[NoteSaid, ...]
    vomits: tuple[VomitLine, ...]
    incidents: tuple[IncidentLine, ...]
    admissions: tuple[AdmissionLine, ...]
    ended: tuple[EndLine, ...]


def who_is(client: Client) -> Who:
    """Who a file is about."""
    told = marking.told_of(client)
    return Who(head_of(client, told), told.born.kept if told.born else "", told.sex)


@query("ost.case_see_basis", "Xem căn cứ kê đơn", "See what an order rests on", of="client")
def basis(viewer: Viewer, *, client: Client) -> tuple[Who, Ground]:
    """Who it is and all that an order is judged by, for a form."""
    return who_is(client), ground(client, viewer.day)


@query("ost.case_see_treatment", "Xem việc điều trị", "See a treatment", of="client")
def treatment(viewer: Viewer, *, client: Client) -> Care:
    """The whole treatment of a client. NeedsPurpose where the file is not of the viewer's own work. As many
    statements for three years as for a day."""
    today, book = viewer.day, values.book()
    known = ground(client, today)
    lines = tuple(_orders(client, today))
    since = facts.treated_since(client, today)
    tests = records.tests_of(client)
    plan = records.plan_of(OST, client.pseudonym, since, book) if since is not None else None
    due = records.due(plan, [each.day for each in tests if each.voided is None], today) if plan else None
    found = stays(known.steps)
    return Care(
        who=who_is(client),
        since=since,
        phases=found,
        known=known,
        now=next((line for line in lines if line.state == "running"), None),
        orders=lines,
        strip=_strip(client, known, today),
        advice=missed_rules.advice(known.absent, today, book),
        lock=missed.lock(known.missing, today, book),
        due=due,
        unplanned=plan is not None and bool(plan.decision.unchecked),
        tests=tuple(tests),
        notes=tuple(records.notes_of(client)),
        vomits=tuple(_vomits(client, today)),
        incidents=tuple(_incidents(client)),
        admissions=tuple(_admissions(client, today)),
        ended=tuple(_ended(client)),
    )


def _orders(client: Client, today: date) -> Iterable[OrderLine]:
    mine = OrderRow.objects.filter(facility=client.facility_id, client=client)
    rows = list(mine.select_related("signed_by__person").order_by("-signed_at", "-pk"))
    sealed.fetch_keys(rows)
    for row in rows:
        order = facts.order_of(row)
        yield OrderLine(
            row.uid,
            order,
            row.signed_end,
            _state(row, order, today),
            row.signed_by.person.name,
            row.signed_at,
            row.text("note"),
            row.text("stopped_why"),
        )


def _state(row: OrderRow, order: Order, today: date) -> str:
    if row.stopped is not None:
        return "stopped"
    if order.length < 1:
        return "replaced"
    if order.start > today:
        return "ahead"
    if order.end >= today:
        return "running"
    return "replaced" if row.end < row.signed_end else "over"


def _strip(client: Client, known: Ground, today: date) -> tuple[tuple[date, Day], ...]:
    first = today - facts.DAY * (STRIP - 1)
    person = facts.person_of(client)
    with reaching.centre(facts.account(), client.facility_id):
        had = facts.had([person], first)[person]
    days = [first + facts.DAY * n for n in range(STRIP)]
    return tuple((day, missed_rules.day_of(known.orders, had.dosed, had.cover, day)) for day in days)


def _vomits(client: Client, today: date) -> Iterable[VomitLine]:
    mine = Vomit.objects.filter(facility=client.facility_id, client=client)
    rows = list(mine.select_related("by__person").order_by("-day", "-pk"))
    given = {row.dose: row.mg for row in rows if row.mg}
    for row in rows:
        if not row.mg:
            again = given.get(row.dose, Decimal(0))
            may = row.seen and not again and row.day == today
            yield VomitLine(row.uid, row.day, row.minutes, row.seen, again, row.by.person.name, may)


def _incidents(client: Client) -> Iterable[IncidentLine]:
    rows = list(
        Incident.objects.filter(
            facility=client.facility_id, persons__contains=[facts.person_of(client)], gone=False
        ).order_by("-raised_at", "-pk")
    )
    sealed.fetch_keys([row for row in rows if row.pseudonym is not None])
    for row in rows:
        finding = row.text("finding") if row.finding else row.remark
        yield IncidentLine(row.pk, row.kind, row.severity, tuple(row.days), row.answered_at, finding)


def _admissions(client: Client, today: date) -> Iterable[AdmissionLine]:
    mine = Admission.objects.filter(facility=client.facility_id, client=client)
    rows = list(mine.order_by("-pk"))
    sealed.fetch_keys(rows)
    for row in rows:
        left = (row.decide_by - today).days if row.decide_by and row.state == Admission.OPEN else None
        yield AdmissionLine(
            row.uid, row.state, row.complete_on, row.decide_by, row.decided_on, row.text("reasons"), left
        )


def _ended(client: Client) -> Iterable[EndLine]:
    mine = Ended.objects.filter(facility=client.facility_id, client=client)
    rows = list(mine.select_related("by__person").order_by("-day", "-pk"))
    sealed.fetch_keys(rows)
    for row in rows:
        yield EndLine(row.day, row.ending, row.text("why"), row.by.person.name)


@dataclass(frozen=True, slots=True)
class Application:
    """An application with what rules say of it on the day. ``consent``: whose is needed; None, as
    ``decision``, where no birth is known."""

    who: Who
    row: Admission | None
    said: Said
    consent: Consent | None
    signed: frozenset[admission_rules.Signer]
    decision: Decision | None
    by: str


@query("ost.case_see_application", "Xem đơn xin điều trị", "See an application", of="client")
def application(viewer: Viewer, *, client: Client) -> Application:
    """The application that waits, or the one decided last, as it is judged today."""
    mine = Admission.objects.filter(facility=client.facility_id, client=client)
    rows = mine.select_related("decided_by__person", "facility__agency").order_by("-pk")
    row = next((each for each in rows if each.state == Admission.OPEN), None) or rows.first()
    said = said_of(row) if row is not None else Said()
    file, book = file_of(client, said, viewer.day), values.book()
    return Application(
        who=who_is(client),
        row=row,
        said=said,
        consent=admission_rules.consent(file.born, viewer.day, book) if file is not None else None,
        signed=file.consented if file is not None else frozenset(),
        decision=admission_rules.judge(file, viewer.day, book) if file is not None else None,
        by=row.decided_by.person.name if row is not None and row.decided_by is not None else "",
    )


@query("ost.case_see_dose_vomited", "Xem liều bị nôn", "See a vomited dose", of="client")
def vomited(viewer: Viewer, *, client: Client, uid: UUID) -> tuple[Who, Vomit | None, Dose | None]:
    """A vomited dose that a doctor is to decide on, and the dose itself if it was of today."""
    rows = Vomit.objects.select_related("client__facility__agency", "facility")
    row = rows.filter(facility=client.facility_id, client=client, uid=uid, mg=0).first()
    dose = None
    if row is not None:
        person = facts.person_of(client)
        with reaching.centre(facts.account(), client.facility_id):
            dose = Dose.objects.filter(name=row.dose, person=person, on=viewer.day).first()
    return who_is(client), row, dose
