"""A site begins with this program and takes over its paper books: doses, and the medicine they came from.

Each door takes a book whole or not at all. Who tells the same thing twice changes nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from phoihop.base.org.doors import action
from phoihop.base.org.models import Facility
from phoihop.base.org.rules.permissions import Viewer
from phoihop.kernel.quantities import format_number
from phoihop.kernel.refusals import Bilingual, Refusal
from phoihop.programmes.ost.dosing import books, ledger, reaching
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import CountRow, Day, LotRow, Minutes, MinutesLine, Shipment, Signature
from phoihop.programmes.ost.queries import values
from phoihop.programmes.ost.rules import counting
from phoihop.programmes.ost.rules.amounts import Presentation
from phoihop.programmes.ost.rules.books import Dosed, Fault, Row, read
from phoihop.programmes.ost.rules.parameters import Rulebook
from phoihop.programmes.ost.rules.stock import Kind, Lot, Movement, Place, receipt

_SHOWN = 20  # faulty lines that a refusal names; the first ones show what is wrong with the others
_OPENED, _CLOSED = 7, 17  # the hours that a day of a book is taken to have begun and ended


@dataclass(frozen=True, slots=True)
class Paper:
    """Minutes as they lie in the file: ``signers`` are accounts, ``by`` wrote them."""

    number: str
    kind: str
    day: date
    signers: tuple[int, ...]
    cause: str = ""
    partner: str = ""
    copies: int = 1


@dataclass(frozen=True, slots=True)
class Close:
    """A day of a book: who opened it, who gave, who counted what, by batch, in ml or tablets."""

    day: date
    opened_by: int
    given_by: tuple[int, ...]
    counted_by: int
    found: Mapping[str, Decimal]
    paper: Paper | None = None


@dataclass(frozen=True, slots=True)
class Book:
    """A site's book of doses; the days that it closes are all its days, in their order."""

    site: Facility
    rows: Sequence[Row]
    days: Sequence[Close]


@dataclass(frozen=True, slots=True)
class Delivery:
    """A batch of medicine that went from one place to another, by a numbered paper of the store.

    ``key``: what it is told again under. ``paper``: its minutes, where it came from a trader or was written
    off. ``site``: where it was taken from, ``to``: where it went; from a trader both are the facility.
    """

    key: str
    day: date
    batch: str
    quantity: Decimal
    source: Kind
    target: Kind
    site: Facility
    to: Facility
    paper: Paper | None = None
    number: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as its label says."""

    presentation: Presentation
    batch: str
    expiry: date


@action("ost.case_take_over_doses", "Nhập sổ cấp phát giấy", "Take over a paper book of doses", of="facility")
def take_over_doses(*, by: Viewer, facility: Facility, book: Book) -> int:
    """Write the doses of a site's paper book, the movements they make, and its days as they were counted.

    ``book.site``: the facility, or a point of its own. How many doses were new. Days that were taken over
    before have to say the same, and change nothing. A dose on a day of which another one is known is kept and
    raised as an incident. Refusal: "not-offered"; "book-faulty" with the lines; "book-other" for other
    content of a known day; "day-not-counted"; "stock-short"; those of rules.counting as "book-count".
    """
    site = book.site
    if not books.serves(facility, site):
        raise refuse("not-offered")
    if not book.days:
        return 0
    days = [close.day for close in book.days]
    if days != sorted(set(days)) or days[-1] >= by.day:
        raise refuse("book-days")
    with reaching.sites(by, (facility.pk, site.pk)):
        persons = books.persons_of(site.pk, {row.client for row in book.rows})
    with reaching.centre(by.account, facility.pk, site.pk):
        lots = lots_of({row.batch for row in book.rows} | {b for close in book.days for b in close.found})
        supplied = {lot.batch: lot.presentation for lot in lots}
        reading = read(book.rows, books.known(persons, days[0], days[-1]), supplied, str(site.pk), days)
        if reading.faults:
            raise _faulty(reading.faults)
        fresh = _fresh(site, book, reading.kept)
        return _write(by, site, fresh, reading.kept, lots) if fresh else 0


def _fresh(site: Facility, book: Book, kept: Sequence[Dosed]) -> list[Close]:
    """The days that are not there yet. Refusal: "book-other" where a day says something else than before,
    "day-not-counted" where one before them is still open, "day-closed" where a later one is there."""
    known = dict(
        Day.objects.select_for_update(of=("self",)).filter(facility=site).values_list("day", "closed_at")
    )
    there = [close.day for close in book.days if close.day in known]
    fresh = [close for close in book.days if close.day not in known]
    if there:
        old, wanted = books.kept_of(site.pk, there), set(there)
        said = {
            (day, dosed.row.client): (dosed.row.mg, dosed.row.batch)
            for dosed in kept
            for day in dosed.days
            if day in wanted
        }
        if said != old:
            raise refuse("book-other")
    if fresh and any(closed is None and day <= fresh[-1].day for day, closed in known.items()):
        raise refuse("day-not-counted")
    return fresh


def _write(
    by: Viewer, site: Facility, fresh: Sequence[Close], kept: Sequence[Dosed], lots: Mapping[Lot, LotRow]
) -> int:
    days = {close.day for close in fresh}
    doses = [dosed.on(days) for dosed in kept]
    doses = [dosed for dosed in doses if dosed.days]
    by_batch = {lot.batch: lot for lot in lots}
    used: dict[tuple[date, str], Decimal] = defaultdict(Decimal)
    for dosed in doses:
        for day in dosed.days:
            used[day, dosed.row.batch] += dosed.quantity
    here, client = ledger.place(ledger.serving(site), site.pk), ledger.place(Kind.CLIENT, site.pk)
    taken = [
        Movement(f"book:{site.pk}:{day}:{batch}", day, by_batch[batch], here, client, quantity)
        for (day, batch), quantity in sorted(used.items())
    ]
    lots = {**lots, **_lying_there(site, here, fresh)}
    evenings = _close(by, site, fresh, here, lots, taken)
    papers = {minutes.number: minutes for minutes, _ in evenings.differences}
    entries = [entry for _, found in evenings.differences for entry in found]
    books.post_all([*taken, *entries], lots=lots, account=by.account, minutes=papers)
    CountRow.objects.bulk_create(evenings.counts, batch_size=1000)
    for minutes, found in evenings.differences:
        own = [row for row in evenings.counts if row.minutes_id == minutes.pk]
        speak(minutes, found, lots, {row.lot_id: row for row in own})
    Day.objects.bulk_create(_day(site, close) for close in fresh)
    written = books.add_doses(site.pk, doses, {lot.batch: lot.presentation.drug for lot in lots})
    books.look(site.pk, doses, fresh[0].day, fresh[-1].day)
    return written


@dataclass
class _Evenings:
    """What the evenings of a book come to: the counts, and minutes with the movements that they speak of."""

    counts: list[CountRow] = field(default_factory=list)
    differences: list[tuple[Minutes, tuple[Movement, ...]]] = field(default_factory=list)


def _lying_there(site: Facility, here: Place, fresh: Sequence[Close]) -> dict[Lot, LotRow]:
    """The lots at a place that the book may be silent of; who counts is not."""
    before, since = fresh[0].day, books.changes(site.pk, here.kind, fresh[0].day)
    wanted = {*books.balances(site.pk, here.kind, before), *since}
    return {ledger.lot_of(row): row for row in LotRow.objects.filter(pk__in=wanted)}


def _close(
    by: Viewer,
    site: Facility,
    fresh: Sequence[Close],
    here: Place,
    lots: Mapping[Lot, LotRow],
    taken: Iterable[Movement],
) -> _Evenings:
    """The days with their counts; a difference is booked by its minutes. What a count found is where the next
    day begins. Refusal("stock-short") where nothing could have been counted."""
    found = _Evenings()
    rulebook = values.book()
    by_number = {row.pk: lot for lot, row in lots.items()}
    held = books.balances(site.pk, here.kind, fresh[0].day)
    moved = books.changes(site.pk, here.kind, fresh[0].day)
    for movement in taken:
        moved[lots[movement.lot].pk][movement.day] -= movement.quantity
    for close in fresh:
        for lot, days in moved.items():
            for day in [day for day in days if day <= close.day]:
                held[lot] += days.pop(day)
        if any(quantity < 0 for quantity in held.values()):
            raise refuse("stock-short")
        minutes = minutes_of(by, site, close.paper)
        entries = _counted(close, here, {by_number[n]: q for n, q in held.items() if q}, rulebook)
        found.counts += [
            CountRow(
                facility=site,
                day=close.day,
                kind=here.kind.value,
                lot=row,
                found=close.found[lot.batch],
                book=held[row.pk],
                minutes=minutes,
                by_id=close.counted_by,
            )
            for lot, row in lots.items()
            if lot.batch in close.found
        ]
        if entries and minutes is not None:
            found.differences.append((minutes, entries))
            for entry in entries:
                held[lots[entry.lot].pk] += entry.quantity if entry.target == here else -entry.quantity
    return found


def _day(site: Facility, close: Close) -> Day:
    return Day(
        facility=site,
        day=close.day,
        opened_by_id=close.opened_by,
        opened_at=books.moment(close.day, _OPENED),
        closed_by_id=close.counted_by,
        closed_at=books.moment(close.day, _CLOSED),
    )


def _counted(
    close: Close, here: Place, held: Mapping[Lot, Decimal], rulebook: Rulebook
) -> tuple[Movement, ...]:
    """What a count comes to, by the rules of an evening count. Refusal: the first that they find."""
    book = [counting.Line(lot, opening=quantity) for lot, quantity in held.items()]
    by_batch = {lot.batch: lot for lot in held}
    unknown = close.found.keys() - by_batch.keys()
    if any(close.found[batch] for batch in unknown):
        raise refuse("book-batch")
    found = {by_batch[batch]: quantity for batch, quantity in close.found.items() if batch in by_batch}
    paper = close.paper
    ended = counting.close(
        here,
        close.day,
        book,
        counting.Count(str(close.counted_by), found),
        [str(account) for account in close.given_by],
        counting.Minutes(paper.number, paper.cause, frozenset(map(str, paper.signers))) if paper else None,
        rulebook,
    )
    if not ended.decision.allowed:
        first = ended.decision.refusals[0]
        raise Refusal("book-count", first.message.vi, first.message.en)
    return ended.entries


def speak(
    minutes: Minutes,
    movements: Iterable[Movement],
    lots: Mapping[Lot, LotRow],
    counted: Mapping[int, CountRow],
) -> None:
    """The lines of minutes: what was moved; of a count also what the book said and what was found."""
    rows = []
    for movement in movements:
        lot = lots[movement.lot]
        row = MinutesLine(
            minutes=minutes,
            facility_id=minutes.facility_id,
            lot=lot,
            source=movement.source.kind.value,
            target=movement.target.kind.value,
            quantity=movement.quantity,
        )
        if lot.pk in counted:
            row.book, row.found = counted[lot.pk].book, counted[lot.pk].found
        rows.append(row)
    MinutesLine.objects.bulk_create(rows)


def minutes_of(by: Viewer, site: Facility, paper: Paper | None) -> Minutes | None:
    """The minutes of a paper, with the signatures under it; those that are there stay as they are."""
    if paper is None:
        return None
    made, new = Minutes.objects.get_or_create(
        facility=site,
        number=paper.number,
        defaults={
            "kind": paper.kind,
            "day": paper.day,
            "cause": paper.cause,
            "partner": paper.partner,
            "copies": paper.copies,
            "by_id": _who(by),
        },
    )
    if new:
        Signature.objects.bulk_create(
            Signature(minutes=made, facility=site, account_id=signer) for signer in paper.signers
        )
    return made


@action("ost.stock_take_over", "Nhập sổ kho giấy", "Take over the paper book of a store", of="facility")
def take_over_stock(
    *, by: Viewer, facility: Facility, batches: Collection[Batch], deliveries: Sequence[Delivery]
) -> int:
    """Write what came in, went to cabinet and points, and was written off, in the order of its days.

    How many were new; what was told before changes nothing. Refusal: "not-offered" (not this facility's nor
    a point's of its own), "book-batch", "book-days", "book-paper" (minutes in too few copies, or of a batch
    past its day); those of rules.stock.check; "stock-short".
    """
    for each in deliveries:
        if not (books.serves(facility, each.site) and books.serves(facility, each.to)):
            raise refuse("not-offered")
        if each.day > by.day:
            raise refuse("book-days")
    sites = {facility.pk, *(each.site.pk for each in deliveries), *(each.to.pk for each in deliveries)}
    with reaching.centre(by.account, *sites):
        lots = _with_new(batches)
        by_batch = {lot.batch: lot for lot in lots}
        if any(each.batch not in by_batch for each in deliveries):
            raise refuse("book-batch")
        rulebook = values.book()
        minutes: dict[str, Minutes] = {}
        movements = []
        for each in sorted(deliveries, key=lambda each: each.day):
            lot, paper = by_batch[each.batch], each.paper
            if each.source is Kind.TRADER:
                _received(each, lot, rulebook)
            made = minutes_of(by, each.site, paper)
            if made is not None:
                minutes[made.number] = made
            movements.append(
                Movement(
                    f"store:{facility.pk}:{each.key}",
                    each.day,
                    lot,
                    ledger.place(each.source, each.site.pk),
                    ledger.place(each.target, each.to.pk),
                    each.quantity,
                    paper.number if paper else "",
                    frozenset(map(str, paper.signers)) if paper else frozenset(),
                )
            )
        spoken = set(
            MinutesLine.objects.filter(minutes__in=minutes.values()).values_list("minutes", flat=True)
        )
        new = books.post_all(movements, lots=lots, account=by.account, minutes=minutes)
        for number, made in minutes.items():
            if made.pk not in spoken:
                speak(made, [each for each in movements if each.paper == number], lots, {})
        _ship(by, deliveries, {lot.batch: row for lot, row in lots.items()})
    return new


def _who(by: Viewer) -> int:
    if by.account is None:
        raise refuse("not-offered")
    return by.account


def _received(delivery: Delivery, lot: Lot, rulebook: Rulebook) -> None:
    paper = delivery.paper
    if paper is None or not receipt(lot, delivery.day, paper.copies, rulebook).allowed:
        raise refuse("book-paper")


def _ship(by: Viewer, deliveries: Iterable[Delivery], lots: Mapping[str, LotRow]) -> None:
    """What went to a point left a paper of its own; it was received on the day it was sent."""
    out = [each for each in deliveries if each.target is Kind.POINT]
    known = set(
        Shipment.objects.filter(number__in=[each.number for each in out]).values_list("facility", "number")
    )
    Shipment.objects.bulk_create(
        Shipment(
            facility=each.site,
            target_facility=each.to,
            lot=lots[each.batch],
            quantity=each.quantity,
            number=each.number,
            sent_on=each.day,
            sent_by_id=_who(by),
            received_on=each.day,
            received_by_id=_who(by),
            received=each.quantity,
        )
        for each in out
        if (each.site.pk, each.number) not in known
    )


def lots_of(batches: Collection[str]) -> dict[Lot, LotRow]:
    """The batches that the book of the store knows, of some."""
    return {ledger.lot_of(row): row for row in LotRow.objects.filter(batch__in=batches)}


def _with_new(batches: Collection[Batch]) -> dict[Lot, LotRow]:
    """The batches; "book-batch" where one is known with another medicine or day of expiry."""
    LotRow.objects.bulk_create(
        (
            LotRow(
                drug=each.presentation.drug.value,
                strength=each.presentation.strength,
                batch=each.batch,
                expiry=each.expiry,
            )
            for each in batches
        ),
        ignore_conflicts=True,
    )
    found = lots_of({each.batch for each in batches})
    if any(Lot(each.presentation, each.batch, each.expiry) not in found for each in batches):
        raise refuse("book-batch")
    return found


@dataclass(frozen=True, slots=True)
class Shown:
    """A faulty line, counted from 1, with the day it is about and why, as a person reads it."""

    line: int
    day: date | None
    said: Bilingual
    reason: str = ""


class Faulty(Refusal):
    """No to a whole list; ``faults``: every line that is wrong."""

    def __init__(self, reason: str, vi: str, en: str, faults: Sequence[Shown]) -> None:
        super().__init__(reason, vi, en)
        self.faults = tuple(faults)


def faulty(reason: str, faults: Sequence[Shown]) -> Faulty:
    """No to a whole list: which lines are wrong and why; of many the first ones, and how many there are."""
    many = Decimal(len(faults))
    vi = [f"Chưa nhận gì: có {format_number(many)} dòng sai."]
    en = [f"Nothing was taken: {format_number(many)} lines are wrong."]
    for fault in faults[:_SHOWN]:
        on = f", {fault.day:%d/%m/%Y}" if fault.day else ""
        vi.append(f"Dòng {fault.line}{on}: {fault.said.vi}")
        en.append(f"Line {fault.line}{on}: {fault.said.en}")
    return Faulty(reason, "\n".join(vi), "\n".join(en), faults)


def _faulty(faults: Sequence[Fault]) -> Faulty:
    return faulty(
        "book-faulty",
        [Shown(fault.line, fault.day, refuse(fault.reason).message, fault.reason) for fault in faults],
    )
