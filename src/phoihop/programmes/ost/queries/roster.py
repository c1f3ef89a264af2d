"""Today's list of a site: who takes a dose there, how much, and how far each of them is."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from phoihop.base.org import caseload
from phoihop.base.org.caseload import FileKind
from phoihop.base.org.doors import query
from phoihop.base.org.models import Facility
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security import sealed
from phoihop.base.security.audit.entries import Kind as Recorded
from phoihop.kernel.refusals import Refusal
from phoihop.kernel.text import plain
from phoihop.programmes.ost.dosing import clients, giving, ledger, reaching
from phoihop.programmes.ost.dosing.giving import Held, Part
from phoihop.programmes.ost.models import Day, Device, Dose, OrderRow, Roster
from phoihop.programmes.ost.queries import missed
from phoihop.programmes.ost.rules.orders import Rhythm
from phoihop.programmes.ost.rules.permits import ClientFile, Order, holder
from phoihop.registry.models import Client
from phoihop.registry.rules import born, codes

# A list of today's doses is the work of whoever serves at the site; nobody's commune stands on it.
caseload.declare(Roster, FileKind(mine=lambda viewer, row: True, kin=lambda viewer, row: False))


class State(StrEnum):
    """How far somebody on the list is today."""

    WAITING = "waiting"
    GIVEN = "given"
    COVERED = "covered"  # a bottle was handed out for today
    NOT_DUE = "not-due"
    NO_ORDER = "no-order"
    LOCKED = "locked"  # too many days were missed
    DOCTOR = "doctor"  # an incident waits for a doctor's finding
    HELD = "held"  # another device holds today's right
    ELSEWHERE = "elsewhere"  # today's right is another site's


@dataclass(frozen=True, slots=True)
class Known:
    """Who somebody is, as far as the site has to know: ``born`` as rules.born keeps it, ``sex`` a code."""

    name: str
    born: str
    sex: str


@dataclass(frozen=True, slots=True)
class Line:
    """One of the list. ``origin``: "home"; "point", of the facility that this is a point of; "guest".

    ``mg`` and ``parts`` are today's; both empty where there is nothing to give, the parts alone where the
    stock does not hold it. ``at``: when it was given.
    """

    uid: UUID
    code: str
    known: Known
    origin: str
    state: State
    at: datetime | None = None
    mg: Decimal | None = None
    drug: str = ""
    parts: tuple[Part, ...] = ()

    @property
    def code_said(self) -> str:
        """The code in groups, as it stands on the card."""
        return codes.shown(self.code)

    @property
    def quantity(self) -> Decimal:
        """How many ml or tablets."""
        return sum((part.quantity for part in self.parts), Decimal(0))


class Opening(StrEnum):
    """Whether doses can be given at a site now."""

    OPEN = "open"
    NOT_YET = "not-yet"  # the day is not opened
    YESTERDAY = "yesterday"  # an earlier day was not counted
    CLOSED = "closed"  # today was counted already
    NO_DESK = "no-desk"
    TABLET = "tablet"  # a tablet holds the site's rights


@dataclass(frozen=True, slots=True)
class Today:
    """The list of a site, and whether its window is open."""

    facility: Facility
    day: date
    opening: Opening
    lines: tuple[Line, ...]

    @property
    def counts(self) -> Mapping[State, int]:
        """How many are in each state."""
        return Counter(line.state for line in self.lines)


@query("ost.case_see_list", "Xem danh sách cấp hôm nay", "See today's list of a site", of="facility")
def today(viewer: Viewer, *, facility: Facility) -> Today:
    """Today's list of a site, by given name. Its number of statements does not grow with it."""
    return Today(facility, viewer.day, opening(viewer, facility), _lines(viewer, facility))


# A window without a script opens everybody's line twice, and gives to 150 people in an hour.
_AT_THE_WINDOW = ((30, 60.0), (250, 1200.0))


@query(
    "ost.case_give_line",
    "Xem một người trong danh sách",
    "See one of the list",
    of="roster",
    pace=_AT_THE_WINDOW,
)
def line(viewer: Viewer, *, roster: Roster) -> Today:
    """One of those whom the site serves, as today's list shows them, even where today is another site's."""
    facility = roster.facility
    return Today(facility, viewer.day, opening(viewer, facility), _lines(viewer, facility, roster))


@query(
    "ost.case_find_roster",
    "Tìm người trong danh sách",
    "Find somebody on the list",
    of="facility",
    kind=Recorded.SEARCH,
    needle="text",
)
def find(viewer: Viewer, *, facility: Facility, text: str) -> Today:
    """Those of today's list whose code is the text, or whose names hold all its words, marks or not."""
    code, words = codes.typed(text), plain(text).split()
    lines = _lines(viewer, facility)
    found = [
        line
        for line in lines
        if (line.code == code if code else set(words) <= set(plain(line.known.name).split()))
    ]
    return Today(facility, viewer.day, opening(viewer, facility), tuple(found))


def opening(viewer: Viewer, facility: Facility) -> Opening:
    """Whether doses can be given at a site now. Nothing of a client."""
    with reaching.centre(viewer.account, facility.pk):
        desk = Device.objects.filter(facility=facility, kind=Device.DESK, withdrawn_on=None).first()
        if desk is None:
            return Opening.NO_DESK
        if not desk.active or desk.stopped:
            return Opening.TABLET
        last = Day.objects.filter(facility=facility).order_by("-day").first()
    if last is None or (last.closed_at is not None and last.day < viewer.day):
        return Opening.NOT_YET
    if last.closed_at is not None:
        return Opening.CLOSED
    return Opening.OPEN if last.day == viewer.day else Opening.YESTERDAY


def load(viewer: Viewer, text: str) -> Roster | None:
    """A line of a list by the id that an address names, of which row security shows only one's own sites'."""
    try:
        uid = UUID(text)
    except ValueError:
        uid = UUID(int=0)
    rows = Roster.objects.select_related("facility", "home", "client")
    return rows.filter(uid=uid).first()


def same_birth(roster: Roster, said: str) -> bool:
    """Whether what somebody says of their birth is that of a line: the year, the day with its month, or all.

    Where no birth is known, the last three signs of the code on their card.
    """
    kept = born.read(known_of([roster])[roster.pk].born)
    text = "".join(sign if sign.isalnum() else " " for sign in said).split()
    if kept is None:
        return "".join(text).upper() == roster.code[-3:]
    if any(not part.isdigit() for part in text):
        return False
    if len(text) == 1 and len(text[0]) in {4, 8} and text[0] != f"{kept.year:04}":
        # Typed without marks: a day and its month, or a whole date; never a year that is another one.
        whole = text[0]
        text = [whole[:2], whole[2:4], whole[4:]] if len(whole) == 8 else [whole[:2], whole[2:]]
    numbers = [int(part) for part in text]
    if len(numbers) == 1:
        return numbers[0] == kept.year
    if not kept.whole:
        return len(numbers) == 2 and numbers == [kept.month, kept.year]
    return numbers in ([kept.day, kept.month], [kept.day, kept.month, kept.year])


def known_of(rows: Collection[Roster]) -> dict[int, Known]:
    """Who each of some lines is, by the line's id: from the file at home, elsewhere from the line's own copy.

    Two statements, however many they are. Somebody who was forgotten has no name.
    """
    own = [row.client for row in rows if row.client is not None]
    sealed.fetch_keys([*own, *(row for row in rows if row.client is None)])
    return {row.pk: _read(row.client or row) for row in rows}


def _read(row: Roster | Client) -> Known:
    try:
        name = row.text("name") or (row.text("alias") if isinstance(row, Client) else "")
        return Known(name, row.text("born"), row.text("sex"))
    except Refusal as refusal:
        if refusal.reason != "erased":
            raise
        return Known("", "", "")


def _lines(viewer: Viewer, facility: Facility, only: Roster | None = None) -> tuple[Line, ...]:
    day = viewer.day
    rows = Roster.objects.select_related("client", "facility").filter(facility=facility, since__lte=day)
    rows = rows.filter(Q(until=None) | Q(until__gte=day))
    if only is not None:
        rows = rows.filter(pk=only.pk)
    listed = list(rows)
    persons = {row.person for row in listed}
    with reaching.centre(viewer.account, facility.pk):
        files = clients.files(persons, day)
        ours = {person for person in persons if holder(files[person].leases, day) == str(facility.pk)}
        here = listed if only is not None else [row for row in listed if row.person in ours]
        persons = {row.person for row in here}
        given = _given(persons, day)
        rhythms = _rhythms(persons, day)
        there = ledger.held(facility.pk, ledger.serving(facility))
        locked = missed.locked(persons, day)
    known = known_of(here)
    found = []
    for row in here:
        file = files[row.person]
        order = file.order_on(day)
        dose = given.get(row.person)
        state, at = _state(file, order, dose, rhythms, day)
        if state is State.WAITING and row.person in locked:
            state = State.LOCKED
        # Of somebody whose day is another site's, this one knows what it gave itself, and no more.
        if row.person not in ours and (dose is None or dose.facility_id != facility.pk):
            state, at = State.ELSEWHERE, None
        mg, drug = (order.mg, order.drug) if order is not None and state is not State.NOT_DUE else (None, "")
        found.append(
            Line(
                uid=row.uid,
                code=row.code,
                known=known[row.pk],
                origin=_origin(row, facility),
                state=state,
                at=at,
                mg=mg,
                drug=drug,
                parts=_parts(there, drug, mg, day) if mg is not None else (),
            )
        )
    return tuple(sorted(found, key=lambda line: (sorted_by(line.known.name), line.code)))


def _state(
    file: ClientFile,
    order: Order | None,
    given: Dose | None,
    rhythms: Mapping[str, tuple[Rhythm, date]],
    day: date,
) -> tuple[State, datetime | None]:
    if given is not None:
        if given.bottle:
            return State.COVERED, None
        at = datetime.fromtimestamp(given.moment, timezone.get_current_timezone()) if given.moment else None
        return State.GIVEN, at
    if day in file.spent:
        return State.GIVEN, None
    if file.waiting:
        return State.DOCTOR, None
    if day in file.outstanding:
        return State.HELD, None
    if order is None:
        return State.NO_ORDER, None
    rhythm, start = rhythms[order.number]
    return (State.WAITING if rhythm.due(start, day) else State.NOT_DUE), None


def _given(persons: Collection[UUID], day: date) -> dict[UUID, Dose]:
    """Today's dose of each person; one before the eyes of staff weighs more than a bottle."""
    rows = Dose.objects.filter(Q(on=day) | Q(day=day), person__in=persons, again=False)
    return {row.person: row for row in rows.order_by("-bottle", "-moment")}


def _rhythms(persons: Collection[UUID], day: date) -> dict[str, tuple[Rhythm, date]]:
    rows = OrderRow.objects.filter(person__in=persons, start__lte=day, end__gte=day)
    told = rows.values_list("uid", "every", "weekdays", "start")
    return {str(uid): (Rhythm(every, frozenset(week)), start) for uid, every, week, start in told}


def _parts(there: Held, drug: str, mg: Decimal, day: date) -> tuple[Part, ...]:
    try:
        return giving.measured(there, giving.at_hand(there, drug, day), mg, day)
    except Refusal:
        return ()


def _origin(row: Roster, facility: Facility) -> str:
    if row.home_id == facility.pk:
        return "home"
    return "point" if facility.parent_id == row.home_id else "guest"


def sorted_by(name: str) -> tuple[str, Iterable[str]]:
    """Given name first, as people are called."""
    words = plain(name).split()
    return (words[-1] if words else "", tuple(words))
