"""A site takes over its paper book of medicine that was taken home: what was handed out, what became of each
bottle, who was called back with theirs.

Taken over before the site's book of doses of the same days, for what left the cabinet as bottles belongs to
what an evening counted. Told again it changes nothing.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from phoihop.base.org.doors import action
from phoihop.base.org.models import Facility
from phoihop.base.org.rules.permissions import Viewer
from phoihop.programmes.ost.actions.takehome import GOES, MINUTED
from phoihop.programmes.ost.actions.taking_over import Paper, Shown, faulty, lots_of, minutes_of, speak
from phoihop.programmes.ost.dosing import books, ledger, reaching, takehome
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import (
    BottleNote,
    BottleRow,
    Day,
    Dose,
    Minutes,
    MinutesLine,
    Recall,
)
from phoihop.programmes.ost.models.shared import OST, about
from phoihop.programmes.ost.rules.books import Dosed, Row, read
from phoihop.programmes.ost.rules.stock import Kind, Lot, Movement
from phoihop.programmes.ost.rules.takehome import NOT_TAKEN, Fate
from phoihop.registry.models import Client

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Bottle:
    """One bottle of a hand-out, for a day. ``fate`` with the day it was noted on; of what was spilt or lost
    full the minutes. ``fate`` None: the book says no more of it."""

    serial: str
    take_on: date
    fate: Fate | None = None
    noted_on: date | None = None
    paper: Paper | None = None


@dataclass(frozen=True, slots=True)
class HandOut:
    """A line of the book: on a day ``by`` handed a client bottles of ``mg`` each, of one batch."""

    client: UUID
    handed_on: date
    mg: Decimal
    batch: str
    by: int
    bottles: tuple[Bottle, ...]


@dataclass(frozen=True, slots=True)
class Called:
    """Somebody was called back with their bottles, and showed these full ones; ``came_on`` None: they
    never came."""

    client: UUID
    called_on: date
    by_day: date
    came_on: date | None
    shown: tuple[str, ...] = ()


@action(
    "ost.case_take_over_bottles",
    "Nhập sổ thuốc mang về giấy",
    "Take over a paper book of take-home medicine",
    of="facility",
)
def take_over_bottles(
    *,
    by: Viewer,
    facility: Facility,
    site: Facility,
    hand_outs: Sequence[HandOut],
    called: Sequence[Called] = (),
) -> int:
    """Bottles as they were handed out at a site of the facility and came back, with the movements that they
    make, and who was called back; how many bottles were new.

    Whether somebody should have had them is not asked: they had. Refusal: "not-offered"; "book-faulty" with
    the lines (rules.books.read; "book-days" for a day that is not after the hand-out, or a note that lies
    before it or to come; "takehome-one-order"; "book-twice" where a dose of that day is known and the bottle
    counts as taken; "book-paper" for what was spilt or lost without minutes); "book-other" where a serial is
    known with other content; "book-days" where the site's book of these days was taken over already;
    "stock-short".
    """
    if not books.serves(facility, site):
        raise refuse("not-offered")
    clients = {
        row.pseudonym: row
        for row in Client.objects.filter(
            programme=OST,
            facility=facility,
            pseudonym__in={each.client for each in hand_outs} | {each.client for each in called},
            merged_into=None,
        ).select_related("facility")
    }
    with reaching.sites(by, (facility.pk, site.pk)):
        persons = books.persons_of(site.pk, set(clients))
    with reaching.centre(by.account, facility.pk, site.pk):
        fresh = _fresh(hand_outs)
        made = _write(by, site, fresh, clients, persons) if fresh else 0
        _call(by, facility, called, clients)
    return made


def _fresh(hand_outs: Sequence[HandOut]) -> list[HandOut]:
    """The hand-outs that are not there yet. Refusal("book-other")."""
    serials = [bottle.serial for each in hand_outs for bottle in each.bottles]
    rows = BottleRow.objects.filter(serial__in=serials)
    there = {
        serial: rest
        for serial, *rest in rows.values_list("serial", "pseudonym", "handed_on", "take_on", "mg", "batch")
    }
    fresh = []
    for each in hand_outs:
        known = [
            there.get(bottle.serial) == [each.client, each.handed_on, bottle.take_on, each.mg, each.batch]
            for bottle in each.bottles
            if bottle.serial in there
        ]
        if known and (len(known) != len(each.bottles) or not all(known)):
            raise refuse("book-other")
        if not known:
            fresh.append(each)
    return fresh


def _write(
    by: Viewer,
    site: Facility,
    hand_outs: Sequence[HandOut],
    clients: Mapping[UUID, Client],
    persons: Mapping[UUID, UUID],
) -> int:
    first = min(each.handed_on for each in hand_outs)
    if Day.objects.filter(facility=site, day__gte=first).exists():
        raise refuse("book-days")
    lots = lots_of({each.batch for each in hand_outs})
    by_batch = {lot.batch: lot for lot in lots}
    kept = _read(by, site, hand_outs, persons, by_batch)
    minutes: dict[str, Minutes] = {}
    movements: list[Movement] = []
    for each in hand_outs:
        lot = by_batch[each.batch]
        quantity = lot.presentation.quantity(each.mg)
        movements += _movements(site, each, lot, quantity)
        for bottle in each.bottles:
            paper = minutes_of(by, site, bottle.paper)
            if paper is not None:
                minutes[paper.number] = paper
    spoken = set(MinutesLine.objects.filter(minutes__in=minutes.values()).values_list("minutes", flat=True))
    books.post_all(movements, lots=lots, account=by.account, minutes=minutes)
    for number, paper in minutes.items():
        if paper.pk not in spoken:
            speak(paper, [each for each in movements if each.paper == number], lots, {})
    _keep(site, hand_outs, kept, clients, by_batch)
    return sum(len(each.bottles) for each in hand_outs)


def _read(
    by: Viewer,
    site: Facility,
    hand_outs: Sequence[HandOut],
    persons: Mapping[UUID, UUID],
    by_batch: Mapping[str, Lot],
) -> dict[int, Dosed]:
    """Each hand-out by its place in the list, under the order it was made by. Refusal("book-faulty")."""
    rows = [
        Row(each.client, each.mg, each.batch, tuple(bottle.take_on for bottle in each.bottles))
        for each in hand_outs
    ]
    first = min(each.handed_on for each in hand_outs)
    last = max(day for row in rows for day in row.days)
    days = [first + _DAY * n for n in range((last - first).days + 1)]
    supplied = {batch: lot.presentation for batch, lot in by_batch.items()}
    reading = read(rows, books.known(persons, first, last), supplied, str(site.pk), days)
    faults = [_shown(fault.line, fault.day, fault.reason) for fault in reading.faults]
    had = set(
        Dose.objects.filter(person__in=persons.values(), on__range=(first, last)).values_list("client", "on")
    )
    for line, each in enumerate(hand_outs, 1):
        faults += [
            _shown(line, bottle.take_on, reason)
            for bottle in each.bottles
            if (reason := _wrong(each, bottle, had, by.day)) is not None
        ]
    found: dict[int, Dosed] = {}
    lines = {id(row): line for line, row in enumerate(rows)}
    for dosed in reading.kept:
        line = lines[id(dosed.row)]
        if line in found:
            faults.append(_shown(line + 1, dosed.days[0], "takehome-one-order"))
        found[line] = dosed
    if faults:
        raise faulty("book-faulty", faults)
    return found


def _shown(line: int, day: date | None, reason: str) -> Shown:
    return Shown(line, day, refuse(reason).message, reason)


def _wrong(each: HandOut, bottle: Bottle, had: Collection[tuple[UUID, date]], today: date) -> str | None:
    if each.handed_on >= min(bottle.take_on, today):
        return "book-days"
    if (bottle.fate is None) != (bottle.noted_on is None):
        return "book-days"
    if bottle.noted_on is not None and not each.handed_on <= bottle.noted_on < today:
        return "book-days"
    if bottle.fate not in NOT_TAKEN and (each.client, bottle.take_on) in had:
        return "book-twice"
    return "book-paper" if (bottle.fate in MINUTED) != (bottle.paper is not None) else None


def issue_of(site: Facility, each: HandOut) -> str:
    """What a hand-out of a book is called: one a day and client."""
    return f"home:{site.pk}:{each.handed_on.isoformat()}:{each.client}"


def _movements(site: Facility, each: HandOut, lot: Lot, quantity: Decimal) -> Iterator[Movement]:
    """The same as at the desk: all bottles leave the cabinet together, and each one is booked to where it
    went as it comes back."""
    held = ledger.place(Kind.BOTTLE, site.pk)
    here = ledger.place(ledger.serving(site), site.pk)
    yield Movement(issue_of(site, each), each.handed_on, lot, here, held, quantity * len(each.bottles))
    for bottle in each.bottles:
        if bottle.fate is None or bottle.noted_on is None:
            continue
        paper = bottle.paper
        yield Movement(
            f"bottle:{bottle.serial}:0",
            bottle.noted_on,
            lot,
            held,
            ledger.place(GOES[bottle.fate], site.pk),
            quantity,
            paper.number if paper else "",
            frozenset(map(str, paper.signers)) if paper else frozenset(),
        )


def _keep(
    site: Facility,
    hand_outs: Sequence[HandOut],
    kept: Mapping[int, Dosed],
    clients: Mapping[UUID, Client],
    by_batch: Mapping[str, Lot],
) -> None:
    """Rows of bottles, of what was noted of them, and of the doses that they were for."""
    bottles, notes, doses = [], [], []
    for line, each in enumerate(hand_outs):
        lot, dosed, issue = by_batch[each.batch], kept[line], issue_of(site, each)
        quantity, own = lot.presentation.quantity(each.mg), about(clients[each.client])
        for number, bottle in enumerate(each.bottles, 1):
            row = BottleRow(
                **own,
                serial=bottle.serial,
                issue=issue,
                number=number,
                of=len(each.bottles),
                handed_on=each.handed_on,
                take_on=bottle.take_on,
                drug=lot.presentation.drug.value,
                mg=each.mg,
                quantity=quantity,
                batch=each.batch,
                by_id=each.by,
            )
            bottles.append(row)
            # The day of one that came back full was free again.
            if bottle.fate is not Fate.FULL:
                doses.append(takehome.dose_of_book(row, dosed.person, site.pk, UUID(dosed.order)))
            if bottle.fate is not None and bottle.noted_on is not None:
                notes.append(
                    BottleNote(
                        **own,
                        serial=bottle.serial,
                        fate=bottle.fate.value,
                        day=bottle.noted_on,
                        by_id=each.by,
                    )
                )
    BottleRow.objects.bulk_create(bottles, batch_size=1000)
    Dose.objects.bulk_create(doses, batch_size=1000)
    BottleNote.objects.bulk_create(notes, batch_size=1000)


def _call(by: Viewer, facility: Facility, called: Iterable[Called], clients: Mapping[UUID, Client]) -> None:
    """Who was called back; told before, it stays. Refusal("book-stranger", "book-days")."""
    rows = Recall.objects.filter(facility=facility, client__in=[row.pk for row in clients.values()])
    known = set(rows.values_list("pseudonym", "called_on"))
    fresh = []
    for each in called:
        if each.client not in clients:
            raise refuse("book-stranger")
        if each.called_on >= by.day or not each.called_on <= (each.came_on or each.called_on) <= by.day:
            raise refuse("book-days")
        if (each.client, each.called_on) not in known:
            fresh.append(
                Recall(
                    **about(clients[each.client]),
                    called_on=each.called_on,
                    by_day=each.by_day,
                    came_on=each.came_on,
                    shown=sorted(each.shown),
                    by_id=by.account or 0,
                )
            )
    Recall.objects.bulk_create(fresh)
