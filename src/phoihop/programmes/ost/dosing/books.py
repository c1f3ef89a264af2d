"""Whole paper books at once: doses of months and the movements that belong to them, row for row what the desk
and the ledger would have left, and as much of it refused.

A site that begins with this program has years of doses on paper. One by one through the desk they would take
a day; so the doses go in by one statement, which no constraint is dropped for.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, Q, Sum
from django.utils import timezone

from phoihop.base.org.models import Facility
from phoihop.programmes.ost.dosing import incidents, keeping
from phoihop.programmes.ost.dosing.ledger import lot_of
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import Balance, Dose, Lease, LotRow, Minutes, OrderRow, Posting, Roster
from phoihop.programmes.ost.models.shared import OST
from phoihop.programmes.ost.rules import incidents as kinds
from phoihop.programmes.ost.rules import orders as ordering
from phoihop.programmes.ost.rules import permits, stock
from phoihop.programmes.ost.rules.amounts import Drug
from phoihop.programmes.ost.rules.books import Dosed, Known, first_short
from phoihop.programmes.ost.rules.clocks import business_date
from phoihop.programmes.ost.rules.judging_doses import doubles
from phoihop.programmes.ost.rules.orders import Rhythm
from phoihop.programmes.ost.rules.phases import Phase
from phoihop.programmes.ost.rules.stock import HOLDING, Lot, Movement

DEVICE = "book"  # what a dose says it was recorded with
_DAY = timedelta(days=1)
_NOTHING = Decimal(0)
BEHIND = timedelta(days=40)

# A dose of a book is dated by what people wrote, so somewhere within that day.
_DOSES = """
    insert into ost_dose (name, person, client, facility_id, device, "order", drug, mg, quantity, batch,
        outside, again, bottle, day, "on", first, last, certainty, moment, earliest, latest, sources)
    select 'book:' || %s || ':' || d.day || ':' || s.client, s.person, s.client, %s, %s, s.ordered, s.drug,
        s.mg, s.quantity, s.batch, s.outside, false, false, d.day, d.day, d.day, d.day, 'stated', null,
        extract(epoch from d.day::timestamp at time zone 'Asia/Ho_Chi_Minh')::bigint,
        extract(epoch from (d.day + 1)::timestamp at time zone 'Asia/Ho_Chi_Minh')::bigint, '{}'
    from unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::numeric[], %s::numeric[], %s::text[],
                %s::boolean[], %s::text[])
         as s(person, client, ordered, drug, mg, quantity, batch, outside, days)
    cross join lateral unnest(s.days::date[]) as d(day)
    order by d.day
"""


def name_of(site: int, day: date, client: UUID) -> str:
    """What a dose of a site's book is called: one a day and client."""
    return f"book:{site}:{day.isoformat()}:{client}"


def add_doses(site: int, doses: Sequence[Dosed], drugs: Mapping[str, Drug]) -> int:
    """Write doses of a site's book; how many. In the centre's scope. ``drugs``: by batch."""
    if not doses:
        return 0
    columns: list[list[Any]] = [
        [dosed.person for dosed in doses],
        [dosed.row.client for dosed in doses],
        [UUID(dosed.order) for dosed in doses],
        [drugs[dosed.row.batch].value for dosed in doses],
        [dosed.row.mg for dosed in doses],
        [dosed.quantity for dosed in doses],
        [dosed.row.batch for dosed in doses],
        [dosed.row.outside for dosed in doses],
        ["{" + ",".join(day.isoformat() for day in dosed.days) + "}" for dosed in doses],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_DOSES, [str(site), site, DEVICE, *columns])
        written: int = cursor.rowcount
    return written


def add_orders(rows: Sequence[OrderRow]) -> None:
    """Write new orders by one statement. bulk_create would bind each value of each row by itself, for a
    column of theirs is an array, and take longer for that than for all else."""
    if not rows:
        return
    names, kinds, values = [], [], []
    for column in OrderRow._meta.concrete_fields:
        if column.primary_key:
            continue
        own = [column.get_db_prep_save(column.pre_save(row, True), connection) for row in rows]
        kind, _, _ = (column.db_type(connection) or "").partition("(")
        if kind.endswith("[]"):
            # An array of arrays would have to be even: each goes as text.
            own = [f"{{{','.join(str(int(each)) for each in one)}}}" for one in own]
        names.append(column.column)
        kinds.append(kind)
        values.append(own)
    into = ", ".join(f'"{name}"' for name in names)
    told = ", ".join(
        f'"{name}"::{kind}' if kind.endswith("[]") else f'"{name}"'
        for name, kind in zip(names, kinds, strict=True)
    )
    given = ", ".join("%s::text[]" if kind.endswith("[]") else f"%s::{kind}[]" for kind in kinds)
    statement = (
        f"insert into {OrderRow._meta.db_table} ({into}) select {told} from unnest({given}) as s({into})"  # noqa: S608
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def persons_of(site: int, clients: Collection[UUID]) -> dict[UUID, UUID]:
    """The persons behind those of them who are on a site's list. In a scope that reaches the list."""
    rows = Roster.objects.filter(facility=site, programme=OST, pseudonym__in=clients)
    return dict(rows.values_list("pseudonym", "person"))


_ORDER = (
    "person",
    "uid",
    "drug",
    "phase",
    "mg",
    "start",
    "end",
    "stopped",
    "issued",
    "every",
    "weekdays",
    "in_person",
)


def known(persons: Mapping[UUID, UUID], first: date, last: date) -> dict[UUID, Known]:
    """What is known of clients for the days from ``first`` to ``last``, by pseudonym: two statements. In the
    centre's scope. Orders that ended some weeks before are among them: a dose given outside is held
    against the last one."""
    leases: dict[UUID, list[permits.Lease]] = defaultdict(list)
    held = Lease.objects.filter(person__in=persons.values(), aside=None, first__lte=last)
    held = held.filter(Q(last=None) | Q(last__gte=first))
    for person, facility, begins, ends in held.values_list("person", "facility", "first", "last"):
        leases[person].append(permits.Lease(str(facility), begins, ends))
    orders: dict[UUID, list[ordering.Order]] = defaultdict(list)
    rows = OrderRow.objects.filter(person__in=persons.values(), start__lte=last, end__gte=first - BEHIND)
    for row in rows.order_by("start", "signed_at", "pk").values_list(*_ORDER):
        orders[row[0]].append(_order(*row[1:]))
    return {
        client: Known(person, tuple(leases[person]), tuple(orders[person]))
        for client, person in persons.items()
    }


def _order(
    uid: UUID,
    drug: str,
    phase: str,
    mg: Decimal,
    start: date,
    end: date,
    stopped: int | None,
    issued: date,
    every: int,
    weekdays: list[int],
    in_person: bool,
) -> ordering.Order:
    """An order as treatment knows it; one that was stopped ends with the day of that."""
    if stopped is not None:
        end = min(end, business_date(stopped))
    rhythm = ordering.DAILY if every == 1 and not weekdays else Rhythm(every, frozenset(weekdays))
    return ordering.Order(
        str(uid), Drug(drug), Phase(phase), mg, start, end, issued, rhythm=rhythm, in_person=in_person
    )


def kept_of(site: int, days: Collection[date]) -> dict[tuple[date, UUID], tuple[Decimal, str]]:
    """What of a site's book is there already on these days: amount and batch."""
    rows = Dose.objects.filter(facility=site, on__in=days, device=DEVICE, bottle=False)
    found = rows.values_list("on", "client", "mg", "batch")
    return {(on, client): (mg, batch) for on, client, mg, batch in found}


def look(site: int, doses: Sequence[Dosed], first: date, last: date) -> None:
    """Raise what is found in the doses of a book: given outside, or on a day on which another was given."""
    called = {dosed.person: dosed.row.client for dosed in doses}
    outside = [dosed for dosed in doses if dosed.row.outside]
    for dosed in outside:
        for day in dosed.days:
            names = (name_of(site, day, dosed.row.client),)
            found = kinds.Incident(kinds.Kind.OUTSIDE_PERMIT, names, (str(dosed.row.client),), DEVICE, (day,))
            incidents.raise_it(found, [dosed.person], [site], called=dosed.row.client)
    near = Dose.objects.filter(person__in=list(called), last__gte=first, first__lte=last)
    # Bottles of the site's own book count among those: each day of a client is written there once only by
    # itself.
    elsewhere = set(near.exclude(facility=site, device=DEVICE, bottle=False).values_list("person", flat=True))
    if not elsewhere:
        return
    rows = near.filter(person__in=elsewhere).order_by("person")
    for person, own in groupby(rows, key=lambda row: row.person):
        takings = [replace(keeping.taking_of(row), client=str(person)) for row in own]
        places = {taking.name: int(taking.place) for taking in takings}
        for found in doubles(takings):
            at = {places[key] for key in found.keys}
            incidents.raise_it(found, [person], at, called=called[person])


def post_all(
    movements: Sequence[Movement],
    *,
    lots: Mapping[Lot, LotRow],
    account: int | None,
    minutes: Mapping[str, Minutes],
) -> int:
    """Book movements of whole months; those that are booked already change nothing. How many were new.

    Refusal: as ledger.post, and "stock-short" where a place would have been short on any day, whatever came
    later. ``minutes``: by their number. In the centre's scope.
    """
    before = {
        row.key: row
        for row in Posting.objects.filter(key__in=[movement.key for movement in movements])
        .select_related("lot")
        .defer("minutes", "account")
    }
    fresh: dict[str, Movement] = {}
    for movement in movements:
        there = before.get(movement.key)
        if there is not None:
            said = (there.day, there.source, there.target, there.quantity, lot_of(there.lot))
            same = (movement.day, movement.source.kind.value, movement.target.kind.value)
            if said != (*same, movement.quantity, movement.lot):
                raise refuse("stock-same-key")
            continue
        if fresh.setdefault(movement.key, movement) is not movement:
            raise refuse("stock-same-key")
        stock.check(movement)
    _never_short(fresh.values(), lots)
    Posting.objects.bulk_create(
        (_posting(movement, lots[movement.lot], account, minutes) for movement in fresh.values()),
        batch_size=1000,
    )
    _balance(fresh.values(), lots)
    return len(fresh)


def _posting(movement: Movement, lot: LotRow, account: int | None, minutes: Mapping[str, Minutes]) -> Posting:
    return Posting(
        key=movement.key,
        day=movement.day,
        lot=lot,
        facility_id=int(movement.source.site),
        source=movement.source.kind.value,
        target_facility_id=int(movement.target.site),
        target=movement.target.kind.value,
        quantity=movement.quantity,
        minutes=minutes.get(movement.paper),
        account_id=account,
    )


def balances(site: int, kind: stock.Kind, before: date) -> dict[int, Decimal]:
    """What a place held by the book when a day began, by lot."""
    held: dict[int, Decimal] = defaultdict(Decimal)
    into = Posting.objects.filter(target_facility=site, target=kind.value, day__lt=before)
    out = Posting.objects.filter(facility=site, source=kind.value, day__lt=before)
    for rows, sign in ((into, 1), (out, -1)):
        for lot, quantity in rows.order_by().values_list("lot").annotate(Sum("quantity")):
            held[lot] += sign * quantity
    return held


def changes(site: int, kind: stock.Kind, since: date) -> dict[int, dict[date, Decimal]]:
    """What went in and out of a place on each day from one on, summed, by lot."""
    found: dict[int, dict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    into = Posting.objects.filter(target_facility=site, target=kind.value, day__gte=since)
    out = Posting.objects.filter(facility=site, source=kind.value, day__gte=since)
    for rows, sign in ((into, 1), (out, -1)):
        for lot, day, quantity in rows.order_by().values_list("lot", "day").annotate(Sum("quantity")):
            found[lot][day] += sign * quantity
    return found


def _never_short(movements: Iterable[Movement], lots: Mapping[Lot, LotRow]) -> None:
    """No place that holds stock may have held less than nothing at the end of any day."""
    flows: dict[stock.Place, dict[int, dict[date, Decimal]]] = {}
    for movement in movements:
        lot = lots[movement.lot].pk
        for place, sign in ((movement.source, -1), (movement.target, 1)):
            if place.kind in HOLDING:
                of_place = flows.setdefault(place, {}).setdefault(lot, defaultdict(Decimal))
                of_place[movement.day] += sign * movement.quantity
    for place, by_lot in flows.items():
        since = min(day for days in by_lot.values() for day in days)
        held = balances(int(place.site), place.kind, since)
        there = changes(int(place.site), place.kind, since)
        for lot, days in by_lot.items():
            for day, quantity in there.get(lot, {}).items():
                days[day] = days.get(day, _NOTHING) + quantity
            if first_short(held.get(lot, _NOTHING), days) is not None:
                raise refuse("stock-short")


def _balance(movements: Iterable[Movement], lots: Mapping[Lot, LotRow]) -> None:
    sums: dict[tuple[int, str, int], Decimal] = defaultdict(Decimal)
    for movement in movements:
        lot = lots[movement.lot].pk
        for place, sign in ((movement.source, -1), (movement.target, 1)):
            sums[int(place.site), place.kind.value, lot] += sign * movement.quantity
    Balance.objects.bulk_create(
        [Balance(facility_id=site, kind=kind, lot_id=lot) for site, kind, lot in sorted(sums)],
        ignore_conflicts=True,
    )
    for (site, kind, lot), quantity in sorted(sums.items()):
        rows = Balance.objects.filter(facility=site, kind=kind, lot=lot)
        rows.update(quantity=F("quantity") + quantity)


def moment(day: date, hour: int) -> datetime:
    """An hour of a day, as a book is taken to mean it where it names none."""
    return datetime.combine(day, time(hour), tzinfo=timezone.get_default_timezone())


def serves(facility: Facility, site: Facility) -> bool:
    """Whether a facility answers for a site's books: its own, or a point's of its own."""
    return site.pk == facility.pk or site.parent_id == facility.pk
