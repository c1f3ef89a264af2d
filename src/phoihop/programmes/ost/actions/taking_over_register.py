"""The sheet of people under treatment: a file, a consent, a time of being served and the order that runs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from django.db import transaction

from phoihop.base.org.models import Facility, Position
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security import keyring, sealed
from phoihop.base.security.crypto.blind import digest
from phoihop.base.security.models.keys import DataKeyRow
from phoihop.engines.forms.definition import Value, Year
from phoihop.kernel.refusals import Refusal
from phoihop.kernel.text import nfc
from phoihop.programmes.ost.actions import taking_over_people as people
from phoihop.programmes.ost.actions.taking_over import Faulty
from phoihop.programmes.ost.actions.taking_over_people import Before
from phoihop.programmes.ost.actions.taking_over_people import Line as OrderLine
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
from phoihop.programmes.ost.actions.telling import DOCTOR
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import OrderRow, TakingOver
from phoihop.programmes.ost.models.shared import OST
from phoihop.programmes.ost.rules.amounts import Drug
from phoihop.programmes.ost.rules.orders import LastDose
from phoihop.programmes.ost.rules.phases import Phase
from phoihop.registry import marking
from phoihop.registry.models import Client
from phoihop.registry.rules.born import Born
from phoihop.registry.rules.identity import Sex, Told, letters_key, same_key
from phoihop.registry.taking_over import Entrant, Stay

_DAY = timedelta(days=1)
_PART = 100  # people taken in one transaction
_WORDING = "Giấy đồng ý trong hồ sơ giấy"
_OF_ORDER = ("drug", "mg", "phase", "start", "end", "doctor")  # all of them, or none
# The column that each reason is about; an order's own are about its dose unless they stand here.
_COLUMNS = {
    "nameless": "name",
    "known-here": "name",
    "transfer-needed": "name",
    "consent-form": "wording",
    "consent-nobody": "born",
    "consent-missing": "consented",
    "representative-missing": "representative",
    "days-wrong": "since",
    "not-offered": "since",
    "enrolled-already": "number",
    "identity-not-kept": "identity",
    "book-stranger": "number",
    "book-order-days": "start",
    "order-days": "end",
}


@dataclass
class _Read:
    """What the rows say: by their numbers."""

    keys: dict[int, UUID] = field(default_factory=dict)
    entrants: dict[int, Entrant] = field(default_factory=dict)
    orders: dict[int, OrderLine] = field(default_factory=dict)
    before: dict[UUID, Before] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def wrong(self, number: int, column: str, refusal: Refusal) -> None:
        self.faults.append(("people", number, Said(column, refusal.message)))

    def without(self, numbers: set[int]) -> "tuple[dict[int, Entrant], dict[int, OrderLine]]":
        return (
            {n: each for n, each in self.entrants.items() if n not in numbers},
            {n: each for n, each in self.orders.items() if n not in numbers},
        )


def key_of(facility: int, number: str) -> UUID:
    """The pseudonym of a paper file's number, the same each time it is told; it says nothing to whoever does
    not hold the programme's key."""
    said = "".join(nfc(number).upper().split())
    return _uuid("paper-file", str(facility), said)


def _uuid(kind: str, *parts: str) -> UUID:
    keyring.store().add_programme(OST)  # makes the key of its marks too
    return UUID(bytes=digest(marking.blind_key(OST), kind, *parts)[:16], version=4)


def _weigh(by: Viewer, taking: TakingOver, rows: Rows) -> Weighed:
    """Do it, see what is refused, and undo it."""
    found, read = Weighed(), _read(by, taking.facility, rows["people"])
    found.known = {("people", number) for number in _known(by, taking.facility, read)}
    wrong = {number for _, number, _ in read.faults}
    with transaction.atomic():
        while True:
            entrants, orders = read.without(wrong)
            faults = _faults_of(by, taking.facility, read, entrants, orders)
            if not faults:
                break
            read.faults += faults
            wrong |= {number for _, number, _ in faults}
        transaction.set_rollback(True)
    found.faults = read.faults
    return found


def _faults_of(
    by: Viewer,
    facility: Facility,
    read: _Read,
    entrants: Mapping[int, Entrant],
    orders: Mapping[int, OrderLine],
) -> list[Fault]:
    try:
        with transaction.atomic():
            _take_people(by, facility, entrants)
    except Faulty as faulty:
        return _said(faulty, list(entrants))
    try:
        with transaction.atomic():
            _take_orders(by, facility, read, orders)
    except Faulty as faulty:
        return _said(faulty, list(orders), otherwise="mg")
    return []


def _said(faulty: Faulty, numbers: Sequence[int], otherwise: str = "number") -> list[Fault]:
    return [
        ("people", numbers[each.line - 1], Said(_COLUMNS.get(each.reason, otherwise), each.said))
        for each in faulty.faults
    ]


def _take_people(by: Viewer, facility: Facility, entrants: Mapping[int, Entrant]) -> int:
    if not entrants:
        return 0
    return people.take_over_people(by=by, facility=facility, people=list(entrants.values()))


def _take_orders(by: Viewer, facility: Facility, read: _Read, orders: Mapping[int, OrderLine]) -> int:
    if not orders:
        return 0
    return people.take_over_orders(by=by, facility=facility, orders=list(orders.values()), before=read.before)


def _take(by: Viewer, taking: TakingOver, rows: Rows) -> int:
    read = _read(by, taking.facility, rows["people"])
    if read.faults:
        raise refuse("taking-wrong")
    _take_people(by, taking.facility, read.entrants)
    return _take_orders(by, taking.facility, read, read.orders)


def _parts(rows: Rows) -> Iterator[Rows]:
    own = rows["people"]
    for start in range(0, len(own), _PART):
        yield {"people": own[start : start + _PART]}


def _known(by: Viewer, facility: Facility, read: _Read) -> set[int]:
    """The rows that change nothing: the person is there, and so is the order. A number that is another
    person's by now, or an order that says something else, is wrong."""
    rows = Client.objects.filter(
        programme=OST, facility=facility, pseudonym__in=list(read.keys.values())
    ).select_related("facility")
    there = {client.pseudonym: client for client in rows}
    sealed.fetch_keys(list(there.values()))
    with reaching.centre(by.account, facility.pk):
        orders = {
            row.uid: row for row in OrderRow.objects.filter(uid__in=[o.key for o in read.orders.values()])
        }
    erased = set(
        DataKeyRow.objects.filter(programme=OST, facility=facility.pk, person__in=list(read.keys.values()))
        .exclude(person__in=list(there))
        .values_list("person", flat=True)
    )
    found = set()
    for number, entrant in read.entrants.items():
        client, order = there.get(entrant.key), read.orders.get(number)
        if entrant.key in erased:
            read.wrong(number, "number", refuse("book-number-gone"))
        if client is None:
            continue
        told = marking.told_or_none(client)
        if told is not None and letters_key(told.known_as) != letters_key(entrant.told.known_as):
            read.wrong(number, "number", refuse("book-number-other"))
        was = orders.get(order.key) if order is not None else None
        if was is not None and order is not None and _other(was, order):
            read.wrong(number, "mg", refuse("book-order-other"))
        if order is None or was is not None:
            found.add(number)
    return found


def _other(was: OrderRow, said: OrderLine) -> bool:
    return (was.drug, was.mg, was.signed_end) != (said.drug.value, said.mg, said.end)


def _read(by: Viewer, facility: Facility, rows: Sequence[Entered]) -> _Read:
    """Rows as what they say."""
    read, doctors, seen = _Read(), doctors_of(facility), set[UUID]()
    for row in rows:
        given = cast(dict[str, Any], row.values)
        key = key_of(facility.pk, given["number"])
        read.keys[row.number] = key
        if key in seen:
            read.wrong(row.number, "number", refuse("book-number-twice"))
            continue
        seen.add(key)
        since: date = given["since"]
        read.entrants[row.number] = Entrant(
            key,
            _told(given),
            given.get("wording") or _WORDING,
            "written",
            given["consented"],
            (Stay(since),),
            given.get("representative") or "",
            given.get("relation") or "",
        )
        _order(read, row.number, key, given, doctors, by.day)
    return read


def _order(
    read: _Read,
    number: int,
    key: UUID,
    given: Mapping[str, Any],
    doctors: Mapping[str, int | None],
    today: date,
) -> None:
    missing = [column for column in _OF_ORDER if given.get(column) is None]
    if len(missing) == len(_OF_ORDER):
        return
    for column in missing:
        read.wrong(number, column, refuse("book-order-half"))
    doctor = given.get("doctor")
    account = doctors.get(same_key(doctor)) if doctor else None
    if doctor and account is None:
        read.wrong(number, "doctor", refuse("book-doctor"))
    if (given.get("last_mg") is None) != (given.get("last_day") is None):
        read.wrong(number, "last_day", refuse("book-last-half"))
    if missing or account is None:
        return
    start, issued = given["start"], given.get("issued") or given["start"]
    drug, phase = Drug(given["drug"]), Phase(given["phase"])
    begins, before = _goes_on(given, today)
    if before is None and begins is None:
        read.wrong(number, "last_day", refuse("book-last-missing"))
        return
    begins = begins or start
    if given["end"] < begins:
        read.wrong(number, "end", refuse("book-order-over"))
        return
    if before is not None:
        read.before[key] = Before(phase, LastDose(drug, *before))
    every = given.get("every")
    read.orders[number] = OrderLine(
        _uuid("paper-order", str(key), start.isoformat()),
        key,
        drug,
        phase,
        given["mg"],
        begins,
        given["end"],
        issued,
        account,
        int(every) if isinstance(every, Decimal) else 1,
        f"Nhập từ hồ sơ giấy số {given['number']}.",
    )


def _goes_on(given: Mapping[str, Any], today: date) -> tuple[date | None, tuple[Decimal, date] | None]:
    """From which day an order counts here, and the dose before it.

    Days that the paper book alone knows of would count as missed: so an order that runs already goes on after
    the last dose, unless its doses are taken over too. Neither: it began, and nothing is said of doses.
    """
    start: date = given["start"]
    mg, day, follows = given.get("last_mg"), given.get("last_day"), given.get("with_book") == "yes"
    if mg is None or day is None:
        return (start if follows or start >= today else None), None
    if day < start:
        return start, (mg, day)
    return (start, (given["mg"], start - _DAY)) if follows else (day + _DAY, (mg, day))


def doctors_of(facility: Facility) -> dict[str, int | None]:
    """Who was ever a doctor of a facility, by name; None for a name that two of them bear."""
    held = Position.objects.filter(role=DOCTOR, facility=facility).order_by("person")
    found: dict[str, int | None] = {}
    for name, account in held.values_list("person__name", "person__account").distinct():
        if account is not None:
            found[same_key(name)] = None if same_key(name) in found else account
    return found


def _told(given: Mapping[str, Any]) -> Told:
    texts = {name: given.get(name) or "" for name in ("identity", "insurance", "phone", "address")}
    return Told(name=given["name"], born=_born(given.get("born")), sex=Sex(given.get("sex") or ""), **texts)


def _born(value: Value | None) -> Born | None:
    match value:
        case Year():
            return Born(value.year)
        case date():
            return Born(value.year, value.month, value.day)
        case _:
            return None


PEOPLE = Sort("people", (form("people"),), False, _weigh, _parts, _take)
register(PEOPLE)
