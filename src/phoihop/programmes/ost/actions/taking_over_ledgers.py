"""The sheets of a store's book, and of a dispensing book with its evening counts."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from phoihop.base.org.models import Facility, Position
from phoihop.base.org.rules.permissions import Viewer
from phoihop.kernel.dates import typed_day
from phoihop.kernel.refusals import Bilingual, Refusal
from phoihop.programmes.ost.actions import taking_over
from phoihop.programmes.ost.actions.taking_over import Batch, Book, Close, Delivery, Faulty, Paper
from phoihop.programmes.ost.actions.taking_over_register import key_of
from phoihop.programmes.ost.actions.taking_over_sheets import (
    Entered,
    Fault,
    Rows,
    Said,
    Sort,
    Weighed,
    form,
    register,
)
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import Day, LotRow, Posting, Roster, TakingOver
from phoihop.programmes.ost.models.shared import OST
from phoihop.programmes.ost.queries import values
from phoihop.programmes.ost.rules.amounts import SOLUTION, TABLET_2, TABLET_8, Presentation, exact
from phoihop.programmes.ost.rules.books import Row
from phoihop.programmes.ost.rules.parameters import Rulebook
from phoihop.programmes.ost.rules.stock import Kind, Lot, receipt
from phoihop.registry.rules.identity import same_key

_DAY = timedelta(days=1)
_SPAN = 14  # days of a dispensing book taken in one transaction
_SUPPLIED = {"methadone-10": SOLUTION, "buprenorphine-2": TABLET_2, "buprenorphine-8": TABLET_8}
_WAYS = {
    "in": (Kind.TRADER, Kind.STORE),
    "cabinet": (Kind.STORE, Kind.DAILY),
    "store": (Kind.DAILY, Kind.STORE),
    "point": (Kind.STORE, Kind.POINT),
}
_COLUMNS = {"book-stranger": "number", "book-batch": "batch", "book-amount": "mg"}
Names = Mapping[str, int | None]


def workers_of(*sites: int) -> dict[str, int | None]:
    """Who ever worked at these sites, by name; None for a name that two of them bear."""
    held = Position.objects.filter(Q(facility__in=sites) | Q(facility__points__in=sites))
    found: dict[str, int | None] = {}
    people = held.order_by("person").values_list("person__name", "person__account").distinct()
    for name, account in people:
        if account is not None:
            found[same_key(name)] = None if found.get(same_key(name), account) != account else account
    return found


def _accounts(names: Names, text: str | None) -> tuple[int, ...]:
    """Those named, parted by semicolons. Refusal("book-worker")."""
    found = []
    for name in (text or "").split(";"):
        if name.strip():
            account = names.get(same_key(name.strip()))
            if account is None:
                raise refuse("book-worker")
            found.append(account)
    return tuple(found)


@dataclass
class _Faults:
    """What is wrong in the rows of a sheet."""

    code: str
    found: list[Fault] = field(default_factory=list)

    def note(self, number: int, column: str, refusal: Refusal) -> None:
        self.found.append((self.code, number, Said(column, refusal.message)))

    def asked(self, number: int, column: str, ask: Callable[..., Any], *given: Any) -> Any:
        """What ``ask`` gives; None where it refuses, which is noted."""
        try:
            return ask(*given)
        except Refusal as refusal:
            self.note(number, column, refusal)
            return None


def _stock(
    by: Viewer, facility: Facility, rows: Sequence[Entered], faults: _Faults
) -> tuple[list[Batch], list[Delivery]]:
    """Rows of a store's book as what they say."""
    names = workers_of(facility.pk)
    points = {same_key(each.name): each for each in facility.points.filter(programmes__contains=[OST])}
    rulebook = values.book()
    lots = {row.batch: row for row in LotRow.objects.filter(batch__in={_of(row)["batch"] for row in rows})}
    batches: dict[str, Batch] = {}
    deliveries = []
    for row in rows:
        given = _of(row)
        supplied: Presentation = _SUPPLIED[given["medicine"]]
        batch = Batch(supplied, given["batch"], given["expiry"])
        known = lots.get(batch.batch)
        was = (known.drug, known.strength, known.expiry) if known is not None else None
        if batches.setdefault(batch.batch, batch) != batch or was not in (
            None,
            (supplied.drug.value, supplied.strength, batch.expiry),
        ):
            faults.note(row.number, "batch", refuse("book-batch"))
        quantity = faults.asked(row.number, "quantity", exact, given["quantity"], supplied.unit.step)
        source, target = _WAYS[given["kind"]]
        paper, to = None, facility
        if target is Kind.POINT:
            to = points.get(same_key(given.get("site") or ""), facility)
            if to == facility:
                faults.note(row.number, "site", refuse("book-point"))
        if source is Kind.TRADER:
            signers = faults.asked(row.number, "signers", _accounts, names, given.get("signers"))
            copies = int(given.get("copies") or 0)
            if not given.get("trader") or not copies or signers == ():
                faults.note(row.number, "trader", refuse("book-receipt-half"))
            elif not _delivered(given, supplied, copies, rulebook):
                faults.note(row.number, "copies", refuse("book-paper"))
            paper = Paper(
                given["paper"],
                "delivery",
                given["day"],
                signers or (),
                partner=given.get("trader") or "",
                copies=copies,
            )
        if given["day"] > by.day:
            faults.note(row.number, "day", refuse("book-days"))
        deliveries.append(
            Delivery(
                key=f"{given['paper']}:{batch.batch}:{given['kind']}",
                day=given["day"],
                batch=batch.batch,
                quantity=quantity or Decimal(0),
                source=source,
                target=target,
                site=facility,
                to=to,
                paper=paper,
                number=given["paper"],
            )
        )
    return list(batches.values()), deliveries


def _delivered(given: Mapping[str, Any], supplied: Presentation, copies: int, rulebook: Rulebook) -> bool:
    """Whether a trader's delivery was as the day's rule asked."""
    lot = Lot(supplied, given["batch"], given["expiry"])
    return receipt(lot, given["day"], copies, rulebook).allowed


def _weigh_stock(by: Viewer, taking: TakingOver, rows: Rows) -> Weighed:
    faults = _Faults("deliveries")
    batches, deliveries = _stock(by, taking.facility, rows["deliveries"], faults)
    names = [f"store:{taking.facility_id}:{each.key}" for each in deliveries]
    with reaching.centre(by.account, taking.facility_id):
        there = set(Posting.objects.filter(key__in=names).values_list("key", flat=True))
    numbered = zip(rows["deliveries"], names, strict=True)
    found = Weighed(faults.found, {("deliveries", row.number) for row, name in numbered if name in there})
    if not found.faults:
        found.against = _tried(
            lambda: taking_over.take_over_stock(
                by=by, facility=taking.facility, batches=batches, deliveries=deliveries
            )
        )
    return found


def _tried(do: Callable[[], object]) -> Refusal | None:
    """What is refused when it is done; it is undone."""
    with transaction.atomic():
        try:
            with transaction.atomic():
                do()
        except Refusal as refusal:
            return refusal
        finally:
            transaction.set_rollback(True)
    return None


def _take_stock(by: Viewer, taking: TakingOver, rows: Rows) -> int:
    faults = _Faults("deliveries")
    batches, deliveries = _stock(by, taking.facility, rows["deliveries"], faults)
    if faults.found:
        raise refuse("taking-wrong")
    return taking_over.take_over_stock(
        by=by, facility=taking.facility, batches=batches, deliveries=deliveries
    )


@dataclass
class _Doses:
    """A dispensing book as its rows say it; ``numbers``: of the dose rows, in the order of ``rows``."""

    rows: list[Row] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    days: list[Close] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def _doses(by: Viewer, taking: TakingOver, rows: Rows) -> _Doses:
    found, faults = _Doses(), _Faults("book")
    clients = _clients(by, taking, {_of(row)["number"] for row in rows["book"]})
    for row in rows["book"]:
        given = _of(row)
        client = clients.get(given["number"])
        if client is None:
            faults.note(row.number, "number", refuse("book-file"))
        days = faults.asked(row.number, "not_taken", _days_of, given)
        if days == ():
            faults.note(row.number, "first", refuse("days-wrong"))
        if client is not None and days:
            found.rows.append(Row(client, given["mg"], given["batch"], days, given.get("outside") == "yes"))
            found.numbers.append(row.number)
    found.days, wrong = _evenings(taking, rows["evenings"])
    found.faults = [*faults.found, *wrong]
    return found


def _clients(by: Viewer, taking: TakingOver, numbers: set[str]) -> dict[str, UUID]:
    """The pseudonyms behind numbers of paper files, or codes of the program, on the site's list."""
    keys = {key_of(taking.facility_id, number): number for number in numbers}
    codes = {"".join(number.upper().replace("-", "").split()): number for number in numbers}
    with reaching.sites(by, (taking.facility_id, taking.site_id)):
        rows = Roster.objects.filter(
            Q(pseudonym__in=list(keys)) | Q(code__in=list(codes)), facility=taking.site, programme=OST
        )
        found = {}
        for pseudonym, code in rows.values_list("pseudonym", "code"):
            number = keys.get(pseudonym) or codes.get(code)
            if number is not None:
                found[number] = pseudonym
    return found


def _days_of(given: Mapping[str, Any]) -> tuple[date, ...]:
    """The days of a row, from the first to the last without those named. Refusal("book-days-list")."""
    first, last = given["first"], given.get("until") or given["first"]
    out = set()
    for text in (given.get("not_taken") or "").replace(",", ";").split(";"):
        if text.strip():
            try:
                out.add(typed_day(text.strip(), last))
            except Refusal:
                raise refuse("book-days-list") from None
    return tuple(day for n in range((last - first).days + 1) if (day := first + _DAY * n) not in out)


_OF_DAY = ("opened_by", "given_by", "counted_by", "paper", "cause", "signers")


def _evenings(taking: TakingOver, rows: Sequence[Entered]) -> tuple[list[Close], list[Fault]]:
    faults, names = _Faults("evenings"), workers_of(taking.facility_id, taking.site_id)
    of_day: dict[date, list[Entered]] = defaultdict(list)
    for row in rows:
        of_day[_of(row)["day"]].append(row)
    found = []
    for day, own in sorted(of_day.items()):
        first = _of(own[0])
        for row in own:
            for column in _OF_DAY:
                if _of(row).get(column) != first.get(column):
                    faults.note(row.number, column, refuse("book-evenings"))
        number = own[0].number
        told = {
            column: faults.asked(number, column, _accounts, names, first.get(column))
            for column in ("opened_by", "given_by", "counted_by", "signers")
        }
        if None in told.values():
            continue
        paper = None
        if first.get("paper"):
            paper = Paper(first["paper"], "count", day, told["signers"], first.get("cause") or "", copies=2)
        found.append(
            Close(
                day,
                told["opened_by"][0],
                told["given_by"],
                told["counted_by"][0],
                {_of(row)["batch"]: _of(row)["found"] for row in own},
                paper,
            )
        )
    return found, faults.found


def _weigh_book(by: Viewer, taking: TakingOver, rows: Rows) -> Weighed:
    said = _doses(by, taking, rows)
    with reaching.centre(by.account, taking.facility_id, taking.site_id):
        there = set(Day.objects.filter(facility=taking.site).values_list("day", flat=True))
    known = {("evenings", row.number) for row in rows["evenings"] if _of(row)["day"] in there}
    known |= {
        ("book", number)
        for number, row in zip(said.numbers, said.rows, strict=True)
        if there.issuperset(row.days)
    }
    found = Weighed(said.faults, known)
    if found.faults:
        return found
    refusal = _tried(lambda: _take_over(by, taking, said))
    if isinstance(refusal, Faulty):
        found.faults = [
            ("book", said.numbers[each.line - 1], Said(_COLUMNS.get(each.reason, "first"), _on(each)))
            for each in refusal.faults
        ]
    else:
        found.against = refusal
    return found


def _on(each: taking_over.Shown) -> Bilingual:
    if each.day is None:
        return each.said
    return Bilingual(f"{each.day:%d/%m/%Y}: {each.said.vi}", f"{each.day:%d/%m/%Y}: {each.said.en}")


def _take_over(by: Viewer, taking: TakingOver, said: _Doses) -> int:
    book = Book(taking.site, said.rows, said.days)
    return taking_over.take_over_doses(by=by, facility=taking.facility, book=book)


def _take_book(by: Viewer, taking: TakingOver, rows: Rows) -> int:
    said = _doses(by, taking, rows)
    if said.faults:
        raise refuse("taking-wrong")
    return _take_over(by, taking, said)


def _weeks(rows: Rows) -> Iterator[Rows]:
    """So many days at a time, in their order; a run of doses is parted where the days are."""
    days = sorted({_of(row)["day"] for row in rows["evenings"]})
    for start in range(0, len(days), _SPAN):
        first = days[start] if start else date.min
        after = days[start + _SPAN] if start + _SPAN < len(days) else date.max
        own = [row for row in rows["evenings"] if first <= _of(row)["day"] < after]
        yield {"evenings": own, "book": [*_within(rows["book"], first, after)]}


def _within(rows: Sequence[Entered], first: date, after: date) -> Iterator[Entered]:
    for row in rows:
        given = _of(row)
        begins, ends = given["first"], given.get("until") or given["first"]
        if begins < after and ends >= first:
            last = ends if after == date.max else min(ends, after - _DAY)
            cut = {"first": max(begins, first), "until": last}
            yield replace(row, values={**row.values, **cut})


def _of(row: Entered) -> dict[str, Any]:
    return cast(dict[str, Any], row.values)


def _at_once(rows: Rows) -> Iterator[Rows]:
    yield rows


register(Sort("stock", (form("deliveries"),), True, _weigh_stock, _at_once, _take_stock))
register(Sort("book", (form("book"), form("evenings")), True, _weigh_book, _weeks, _take_book))
