"""Take-home bottles between the protocol and the pages: what a page sees of one becomes an event of the
site's desk, judged at once; what tablets hand out and take back becomes rows, so that lists know it.
"""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from django.db.models import Q

from phoihop.base.org.models import Account
from phoihop.programmes.ost.dosing import books, desk, incidents, keeping, reaching
from phoihop.programmes.ost.dosing.desk import Desk
from phoihop.programmes.ost.dosing.writing import judged
from phoihop.programmes.ost.models import BottleNote, BottleRow, Device, Dose, LogEntry, OrderRow
from phoihop.programmes.ost.rules.clocks import DAY
from phoihop.programmes.ost.rules.events import Bottles, CameBack, Event, Paper
from phoihop.programmes.ost.rules.judging_bottles import Bottle, name_of, serial_of
from phoihop.programmes.ost.rules.judging_doses import Certainty, Fact
from phoihop.programmes.ost.rules.takehome import Fate

_HANDED = [Bottles.KIND, Paper.KIND]


def handed_out(issue: str) -> list[Event]:
    """What tells of a hand-out: the event of it, and slips. Nothing where it was taken over from a book."""
    entries = LogEntry.objects.filter(key=issue, kind__in=_HANDED, proven=True).order_by("kind", "pk")
    return [event for event in map(keeping.event_of, entries) if isinstance(event.fact, Bottles)]


def look_at(here: Desk, handed: Collection[Event], row: BottleRow, witness: int, *, full: bool) -> Event:
    """Write down that a bottle came back full and sealed, or that there is nothing of it; judged at once.

    A full one's day is free again from here on, unless something else was said of that bottle before.
    """
    told = next(event.fact for event in handed if isinstance(event.fact, Bottles))
    nothing = told.ml * 0
    event = desk.write(
        here,
        CameBack(
            client=told.client,
            bottle=row.issue,
            label=row.take_on,
            day=here.today,
            drug=told.drug,
            mg=told.mg if full else nothing,
            ml=told.ml if full else nothing,
            batch=told.batch,
            place=str(here.facility),
            witness=str(witness),
            sealed=full,
        ),
    )
    judged(here, event)
    return event


def dose_of_book(row: BottleRow, person: UUID, site: int, order: UUID) -> Dose:
    """The dose that a bottle out of a paper book is, which no event tells of."""
    began = int(books.moment(row.handed_on, 0).timestamp())
    return Dose(
        name=name_of((row.issue, row.take_on)),
        person=person,
        client=row.pseudonym,
        facility_id=site,
        device=books.DEVICE,
        order=order,
        drug=row.drug,
        mg=row.mg,
        quantity=row.quantity,
        batch=row.batch,
        outside=False,
        bottle=True,
        day=row.take_on,
        on=row.take_on,
        first=row.take_on,
        last=row.take_on,
        certainty=Certainty.STATED.value,
        sources=[],
        earliest=began,
        latest=began + DAY,
    )


def say_of_book(row: BottleRow, person: UUID, *, full: bool) -> None:
    """A bottle out of a paper book came back full, so that its day is free; or something else was said of it
    as well: then it counts as taken, whatever was given since."""
    known = Dose.objects.filter(name=name_of((row.issue, row.take_on)), sources=[])
    if full:
        known.delete()
        return
    if known.exists():
        return
    orders = OrderRow.objects.filter(person=person, start__lte=row.take_on).order_by("end", "pk")
    order = orders.values_list("uid", flat=True).last() or UUID(int=0)
    dose = dose_of_book(row, person, row.facility_id, order)
    dose.save(force_insert=True)
    incidents.look(person, row.pseudonym, [keeping.taking_of(dose)])


def keep(known: Collection[Fact], fresh: Collection[str]) -> None:
    """Make rows of what fresh events tell of bottles; ``known``: all facts under their keys.

    A hand-out is known by its key: told again, on a slip or by another order of arrival, it is there once. A
    bottle is a row of the file of whoever has the order. In the centre's scope.
    """
    handed, said = _handed(known), _said(known)
    keys = {key for key, (fact, _) in handed.items() if fact.event.digest in fresh}
    keys |= {told.bottle for fact, told in said if fact.event.digest in fresh}
    wanted = {key: each for key, each in handed.items() if key in keys}
    files = _files(told for _, told in wanted.values())
    if not files:
        return
    accounts = _accounts([*wanted.values(), *said])
    rows = [
        row
        for key, (fact, told) in wanted.items()
        if (order := files.get(told)) is not None
        for row in _rows(key, told, order, accounts[fact.event.digest])
    ]
    with reaching.centre(None, *{row.facility_id for row in rows}):
        BottleRow.objects.bulk_create(rows, ignore_conflicts=True)
        _note({(row.issue, row.take_on): row for row in rows}, said, accounts)


def _handed(known: Iterable[Fact]) -> dict[str, tuple[Fact, Bottles]]:
    """The hand-outs by key, each as the device tells it, or else the slip."""
    found: dict[str, tuple[Fact, Bottles]] = {}
    for fact in sorted(known, key=lambda fact: (fact.slip is not None, fact.event.digest)):
        if isinstance(fact.told, Bottles):
            found.setdefault(fact.key, (fact, fact.told))
    return found


def _said(known: Iterable[Fact]) -> list[tuple[Fact, CameBack]]:
    """What tablets say of bottles; what a desk says its page has noted."""
    said = [(fact, fact.told) for fact in known if isinstance(fact.told, CameBack)]
    names = {fact.event.device for fact, _ in said}
    desks = Device.objects.filter(name__in=names, kind=Device.DESK).values_list("name", flat=True)
    mine = set(desks) if names else set()
    return [each for each in said if each[0].event.device not in mine]


def _files(handed: Iterable[Bottles]) -> dict[Bottles, OrderRow]:
    """Whose file the bottles of each hand-out belong to: that of the order it names, or else of the client's
    last one."""
    told = list(handed)
    if not told:
        return {}
    named = Q(uid__in={UUID(each.order) for each in told})
    called = Q(pseudonym__in={UUID(each.client) for each in told})
    rows = OrderRow.objects.filter(named | called).order_by("signed_at", "pk")
    by_name, last = {str(row.uid): row for row in rows}, {str(row.pseudonym): row for row in rows}
    found = {each: by_name.get(each.order) or last.get(each.client) for each in told}
    return {each: row for each, row in found.items() if row is not None}


def _accounts(known: Iterable[tuple[Fact, Bottles | CameBack]]) -> dict[str, int]:
    """Who stands behind each record: the witness it names, or whoever enrolled the device."""
    said = {fact.event.digest: (told.witness, fact.event.device) for fact, told in known}
    numbers = {int(text) for text, _ in said.values() if text.isascii() and text.isdigit() and len(text) < 10}
    there = {str(pk): pk for pk in Account.objects.filter(pk__in=numbers).values_list("pk", flat=True)}
    devices = Device.objects.filter(name__in={name for _, name in said.values()})
    makers = dict(devices.values_list("name", "enrolled_by"))
    return {digest: there.get(text) or makers[name] for digest, (text, name) in said.items()}


def _rows(issue: str, told: Bottles, order: OrderRow, by: int) -> list[BottleRow]:
    days = sorted(set(told.days))
    return [
        BottleRow(
            programme=order.programme,
            facility_id=order.facility_id,
            pseudonym=order.pseudonym,
            client_id=order.client_id,
            serial=serial_of((issue, day)),
            issue=issue,
            number=number,
            of=len(days),
            handed_on=min(told.day, days[0]),  # a clock may have been ahead
            take_on=day,
            drug=told.drug,
            mg=told.mg,
            quantity=told.ml,
            batch=told.batch,
            by_id=by,
        )
        for number, day in enumerate(days, 1)
    ]


def _note(
    rows: Mapping[Bottle, BottleRow], said: Iterable[tuple[Fact, CameBack]], accounts: Mapping[str, int]
) -> None:
    """Note each thing that is said of a bottle once; one that was opened is for a person to note."""
    serials = [row.serial for row in rows.values()]
    there = set(BottleNote.objects.filter(serial__in=serials).values_list("serial", "fate"))
    notes = []
    for fact, told in sorted(said, key=lambda each: each[0].event.digest):
        row = rows.get((told.bottle, told.label))
        fate = _fate(told, row) if row is not None else None
        if row is None or fate is None or (row.serial, fate.value) in there:
            continue
        there.add((row.serial, fate.value))
        notes.append(
            BottleNote(
                programme=row.programme,
                facility_id=row.facility_id,
                pseudonym=row.pseudonym,
                client_id=row.client_id,
                serial=row.serial,
                fate=fate.value,
                day=told.day,
                by_id=accounts[fact.event.digest],
            )
        )
    BottleNote.objects.bulk_create(notes)


def _fate(told: CameBack, row: BottleRow) -> Fate | None:
    if told.ml == 0:
        return Fate.EMPTY
    return Fate.FULL if told.sealed and told.ml == row.quantity else None
