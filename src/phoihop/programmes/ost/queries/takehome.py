"""Medicine to take home: whether a client may have it, the bottles they hold, what became of each."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from phoihop.base.org.doors import query
from phoihop.base.org.models import Facility
from phoihop.base.org.rules.permissions import Viewer
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.models import (
    BottleNote,
    BottleRow,
    Commitment,
    Incident,
    LotRow,
    PhaseStep,
    Recall,
    Roster,
)
from phoihop.programmes.ost.queries import facts, records, values
from phoihop.programmes.ost.queries.care import Who, who_is
from phoihop.programmes.ost.queries.roster import Known, known_of
from phoihop.programmes.ost.rules import labels, missed, phases
from phoihop.programmes.ost.rules import takehome as rules
from phoihop.programmes.ost.rules.amounts import Drug, Presentation
from phoihop.programmes.ost.rules.orders import Order
from phoihop.programmes.ost.rules.parameters import Rulebook
from phoihop.programmes.ost.rules.permits import LONGEST
from phoihop.programmes.ost.rules.takehome import Bottle, Eligibility, Fate, Note
from phoihop.registry.models import Client
from phoihop.registry.rules import codes

BEHIND = timedelta(days=400)  # longer than any criterion looks back
_LOST = {Fate.LOST_FULL.value, Fate.LOST_EMPTY.value}


@dataclass(frozen=True, slots=True)
class BottleSaid:
    """A bottle with what is known of it. ``fate``: None while it is out; ``late``: it should be back."""

    bottle: Bottle
    handed_on: date
    drug: str
    fate: Fate | None
    noted_on: date | None
    late: bool
    contradictory: bool


@dataclass(frozen=True, slots=True)
class Care:
    """What a doctor looks at before medicine is taken home. ``bottles``: the latest first."""

    who: Who
    eligibility: Eligibility
    commitment: Commitment | None
    commitments: tuple[Commitment, ...]
    bottles: tuple[BottleSaid, ...]
    recalls: tuple[Recall, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """What the one who hands out or takes back sees: who it is, the days that may be handed out, bottles."""

    known: Known
    code: str
    days: tuple[date, ...]
    committed: bool
    bottles: tuple[BottleSaid, ...]


@dataclass(frozen=True, slots=True)
class Called:
    """Somebody who was called back with their bottles."""

    recall: Recall
    client: UUID
    known: Known
    code: str
    holds: int


@query("ost.case_see_takehome", "Xem điều kiện cấp thuốc mang về", "See take-home eligibility", of="client")
def care(viewer: Viewer, *, client: Client) -> Care:
    """Every criterion with what it says today, the commitment, the bottles and the recalls of a client."""
    book = values.book()
    with reaching.centre(viewer.account, client.facility_id):
        judged = judge(client, facts.person_of(client), viewer.day, book)
        own = {"facility": client.facility_id, "client": client}
        commitments = tuple(Commitment.objects.filter(**own).order_by("-signed_on", "-pk"))
        recalls = tuple(Recall.objects.filter(**own).order_by("-called_on"))
        bottles = said(client.facility_id, client.pk, viewer.day, book)
    running = next((each for each in commitments if each.ended_on is None), None)
    return Care(who_is(client), judged, running, commitments, bottles, recalls)


@query("ost.case_take_back_list", "Xem chai của một người", "See somebody's bottles", of="roster")
def held(viewer: Viewer, *, roster: Roster) -> Held:
    """The bottles of somebody on the site's list, and the days of the running order to come."""
    book = values.book()
    with reaching.centre(viewer.account, roster.facility_id, roster.home_id):
        client = home_file(roster)
        orders = facts.alone(facts.standing_orders(facts.rows_of([roster.person], viewer.day)[roster.person]))
        found = said(client.facility_id, client.pk, viewer.day, book)
        covered = {each.bottle.take_on for each in found if each.fate is None}
        committed = Commitment.objects.filter(facility=client.facility_id, client=client, ended_on=None)
        has_signed = committed.exists()
    days = tuple(day for day in _ahead(orders, viewer.day) if day not in covered)
    return Held(known_of([roster])[roster.pk], codes.shown(roster.code), days, has_signed, found)


@query("ost.case_print_label", "In nhãn chai", "Print labels of bottles", of="roster")
def printed(viewer: Viewer, *, roster: Roster, issue: str, lang: str) -> list[tuple[str, ...]]:
    """The labels of one hand-out, each as lines that name no medicine and nobody."""
    with reaching.centre(viewer.account, roster.facility_id, roster.home_id):
        client = home_file(roster)
        rows = BottleRow.objects.filter(facility=client.facility_id, client=client, issue=issue)
        bottles = list(rows.order_by("number"))
        units = {drug: _presentation(drug) for drug in {row.drug for row in bottles}}
    return [
        labels.lines(
            labels.Label(
                code=codes.shown(roster.code),
                serial=row.serial,
                presentation=units[row.drug],
                mg=row.mg,
                quantity=row.quantity,
                take_on=row.take_on,
                number=row.number,
                of=row.of,
                by=f"{row.by_id}",
            ),
            lang,
        )
        for row in bottles
    ]


@query("ost.case_see_recalls", "Xem người được gọi kiểm tra chai", "See who was called back", of="facility")
def recalls(viewer: Viewer, *, facility: Facility) -> tuple[Called, ...]:
    """Who was called lately and has not come yet, and those who came in the last two weeks."""
    since = viewer.day - timedelta(days=14)
    rows = list(
        Recall.objects.filter(facility=facility, called_on__gte=since)
        .select_related("client")
        .order_by("-called_on", "pk")
    )
    lines = {
        row.client_id: row
        for row in Roster.objects.select_related("client").filter(
            facility=facility, client__in=[row.client_id for row in rows]
        )
    }
    known = known_of(list(lines.values()))
    out = holding(facility.pk, viewer.day)
    return tuple(
        Called(
            row,
            row.client.uid,
            known[lines[row.client_id].pk],
            codes.shown(row.client.code),
            out.get(row.client_id, 0),
        )
        for row in rows
        if row.client_id in lines
    )


def judge(client: Client, person: UUID, day: date, book: Rulebook) -> Eligibility:
    """Whether a client may have medicine to take home on a day. In the centre's scope with their facility."""
    own = {"facility": client.facility_id, "client": client}
    steps = facts.steps_of(PhaseStep.objects.filter(**own))
    since, yesterday = day - BEHIND, day - facts.DAY
    orders = facts.alone(facts.standing_orders(facts.rows_of([person], since).get(person, [])))
    had = facts.had([person], since).get(person, facts.Had(frozenset(), frozenset()))
    lost = BottleNote.standing.filter(**own, fate__in=_LOST).values_list("day", flat=True)
    waiting = Incident.objects.filter(persons__contains=[person], answered_at=None, gone=False)
    running = Commitment.objects.filter(**own, ended_on=None).first()
    known = rules.Facts(
        phase=phases.phase_on(steps, day),
        maintained=phases.maintained_since(steps, day),
        standing=missed.standing(orders, had.dosed, had.cover, yesterday),
        tests=records.counted(records.tests_of(client)),
        lost=(*lost, *_missing(client, book)),
        incidents=len(set(waiting.values_list("identity", flat=True))),
        commitment=running.signed_on if running is not None else None,
        home_storage=running is not None and running.storage,
    )
    return rules.eligibility(known, day, book)


def home_file(roster: Roster) -> Client:
    """The file behind a line of a list, at the facility whose client it is."""
    rows = Client.objects.select_related("facility")
    found: Client = rows.get(programme=roster.programme, facility=roster.home_id, pseudonym=roster.pseudonym)
    return found


def bottle_of(row: BottleRow) -> Bottle:
    """A bottle as the rules know it."""
    return Bottle(row.serial, row.issue, row.number, row.of, row.take_on, row.mg, row.quantity)


def said(facility: int, client: int, day: date, book: Rulebook) -> tuple[BottleSaid, ...]:
    """The bottles of a client of the last weeks and to come, each with what was noted; the latest first."""
    rows = list(
        BottleRow.objects.filter(facility=facility, client=client, take_on__gte=day - BEHIND).order_by(
            "-take_on", "serial"
        )
    )
    bottles = {row.serial: bottle_of(row) for row in rows}
    notes = _notes(facility, client)
    late = {each.serial for each in rules.unreturned(list(bottles.values()), notes, day, book)}
    doubtful = set(rules.contradictory(notes))
    last = {note.serial: note for note in notes}
    return tuple(
        BottleSaid(
            bottles[row.serial],
            row.handed_on,
            row.drug,
            last[row.serial].fate if row.serial in last else None,
            last[row.serial].day if row.serial in last else None,
            row.serial in late,
            row.serial in doubtful,
        )
        for row in rows
    )


def _notes(facility: int, client: int) -> list[Note]:
    rows = BottleNote.standing.filter(facility=facility, client=client).order_by("at", "pk")
    return [Note(row.serial, Fate(row.fate), row.day) for row in rows]


def _missing(client: Client, book: Rulebook) -> list[date]:
    """Days on which a bottle was missing at a recall."""
    own = {"facility": client.facility_id, "client": client}
    came = list(Recall.objects.filter(**own).exclude(came_on=None))
    if not came:
        return []
    rows, notes = list(BottleRow.objects.filter(**own)), _notes(client.facility_id, client.pk)
    found = []
    for each in came:
        assert each.came_on is not None
        out = [bottle_of(row) for row in rows if row.handed_on <= each.came_on]
        before = [note for note in notes if note.day <= each.came_on]
        if rules.recall(out, before, each.shown, each.came_on, book).missing:
            found.append(each.came_on)
    return found


def holding(facility: int, day: date) -> dict[int, int]:
    """How many full bottles for days to come each client of a facility should hold."""
    noted = BottleNote.standing.filter(facility=facility).values("serial")
    rows = BottleRow.objects.filter(facility=facility, take_on__gt=day).exclude(serial__in=noted)
    return dict(Counter(rows.values_list("client", flat=True)))


def _ahead(orders: Collection[Order], today: date) -> Iterable[date]:
    """The dose days to come, no further than a permit reaches."""
    return sorted({day for order in orders for day in order.dose_days() if day > today})[:LONGEST]


def _presentation(drug: str) -> Presentation:
    strength = LotRow.objects.filter(drug=drug).order_by("strength").values_list("strength", flat=True)[0]
    return Presentation(Drug(drug), strength)
