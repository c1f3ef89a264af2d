"""A dose at a desk in few statements: what is asked of the tables at once, what is written at once.

The desk gives hundreds of doses in a morning, each under a lock on its own row; what each statement costs is
time for which the next in the queue waits. So this is SQL, and everything else of this folder is not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from phoihop.programmes.ost.dosing.clients import BEHIND
from phoihop.programmes.ost.dosing.ledger import lot_of
from phoihop.programmes.ost.models import Device, Dose, LogEntry, LotRow, PermitRow
from phoihop.programmes.ost.rules.incidents import NEED_A_DOCTOR
from phoihop.programmes.ost.rules.orders import Rhythm
from phoihop.programmes.ost.rules.permits import ClientFile, Holding, Lease, Order
from phoihop.programmes.ost.rules.stock import Kind, Lot, Movement

_MISSED = timedelta(days=120)  # how far back an order may have days that were missed

_ASK = """
select
  exists(select from ost_day where facility_id = %(site)s and day = %(today)s and closed_at is null),
  (select json_agg(json_build_array(client, facility_id, first, last) order by first) from ost_lease
    where person = %(person)s and aside is null and (last is null or last >= %(behind)s)),
  (select json_agg(json_build_array(uid, drug, mg::text, start, "end", stopped, every, weekdays)
                   order by signed_at, id)
    from ost_orderrow where person = %(person)s and "end" >= %(today)s and start <= "end"),
  (select json_agg(json_build_array(day, number, "order", device, incarnation, issued))
    from ost_outstanding where person = %(person)s),
  (select json_agg(json_build_array("on", day, last, bottle)) from ost_dose
    where person = %(person)s and last >= %(behind)s),
  exists(select from ost_incident where persons && array[%(person)s]::uuid[] and kind = any(%(kinds)s)
    and answered_at is null and not gone),
  exists(select from ost_orderrow where person = %(person)s and start < %(today)s
    and signed_end >= %(missed)s),
  (select json_agg(json_build_array(b.quantity::text, t.id, t.drug, t.strength::text, t.batch, t.expiry))
    from ost_balance b join ost_lotrow t on t.id = b.lot_id
    where b.facility_id = %(site)s and b.kind = %(kind)s and b.quantity <> 0)
"""

_WRITE = """
with permit as (
    insert into ost_permitrow (number, epoch, person, client, facility_id, device_id, "order", drug, mg, days,
                               issued, signature)
    select %(number)s, %(epoch)s, %(person)s, %(client)s, %(site)s, %(device)s, %(order)s, %(drug)s, %(mg)s,
           %(days)s::date[], %(issued)s, %(signature)s where %(number)s <> ''
), moved as (
    update ost_device set seq = %(seq)s, head = %(digest)s where id = %(device)s
)
insert into ost_logentry (digest, facility_id, device, incarnation, seq, key, kind, body, proven, verdict,
                          received_at)
values (%(digest)s, %(site)s, %(name)s, %(incarnation)s, %(seq)s, %(key)s, %(kind)s, %(body)s, %(proven)s,
        %(verdict)s, clock_timestamp())
"""

_BOOK = """
with taken as (
    update ost_balance set quantity = quantity - %(quantity)s
    where facility_id = %(site)s and kind = %(source)s and lot_id = %(lot)s and quantity >= %(quantity)s
    returning id
), given as (
    insert into ost_balance (facility_id, kind, lot_id, quantity)
    select %(site)s, %(target)s, %(lot)s, %(quantity)s from taken
    on conflict (facility_id, kind, lot_id) do update set quantity = ost_balance.quantity + excluded.quantity
), posted as (
    insert into ost_posting (key, day, lot_id, facility_id, source, target_facility_id, target, quantity,
                             account_id, at)
    select %(key)s, %(day)s, %(lot)s, %(site)s, %(source)s, %(site)s, %(target)s, %(quantity)s, %(account)s,
           clock_timestamp() from taken
), dosed as (
    insert into ost_dose (name, person, client, facility_id, device, "order", drug, mg, quantity, batch,
                          outside, bottle, day, "on", first, last, certainty, moment, earliest, latest,
                          sources)
    select %(name)s, %(person)s, %(client)s, %(site)s, %(device)s, %(order)s, %(drug)s, %(mg)s, %(ml)s,
           %(batch)s, %(outside)s, false, %(dated)s, %(on)s, %(first)s, %(last)s, %(certainty)s, %(moment)s,
           %(earliest)s, %(latest)s, %(sources)s::text[] from taken
    returning id
)
select id from dosed
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a dose needs to know. ``open``: the day is. ``rhythms``: on which days each order by its number is
    due, from its first day on. ``here``: what is at the serving place (ledger.held). ``missable``: days
    before today may have been missed. ``near``: a known dose may share today."""

    open: bool
    file: ClientFile
    rhythms: Mapping[str, tuple[date, Rhythm]]
    here: dict[Lot, tuple[LotRow, Decimal]]
    missable: bool
    near: bool


def ask(person: UUID, site: int, kind: Kind, today: date) -> Asked:
    """What the tables say of a person and a site today; in the centre's scope, after the person's leases were
    held."""
    given: dict[str, Any] = {
        "person": person,
        "site": site,
        "kind": kind.value,
        "today": today,
        "behind": today - BEHIND,
        "missed": today - _MISSED,
        "kinds": [each.value for each in NEED_A_DOCTOR],
    }
    with connection.cursor() as cursor:
        cursor.execute(_ASK, given)
        row: tuple[Any, ...] = cursor.fetchone()
    is_open, leases, orders, held, doses, waiting, ordered, there = row
    known = [(_day(on), _day(day), _day(last), bottle) for on, day, last, bottle in doses or ()]
    eve = today - timedelta(days=1)
    came = any(on == eve and not bottle for on, _, _, bottle in known)
    file = ClientFile(
        client=leases[-1][0] if leases else str(person),
        leases=tuple(Lease(str(at), _day(first), _day(last) if last else None) for _, at, first, last in
                     leases or ()),
        orders=tuple(
            Order(uid, drug, Decimal(mg), _day(start), _day(end), stopped)
            for uid, drug, mg, start, end, stopped, _, _ in orders or ()
        ),
        outstanding={
            _day(day): Holding(number, order, device, incarnation, issued)
            for day, number, order, device, incarnation, issued in held or ()
        },
        spent=frozenset(each for on, day, _, _ in known for each in (on, day)),
        waiting=waiting,
    )  # fmt: skip
    rhythms = {
        uid: (_day(start), Rhythm(every, frozenset(weekdays)))
        for uid, _, _, start, _, _, every, weekdays in orders or ()
    }
    return Asked(
        is_open,
        file,
        rhythms,
        _held(there),
        ordered and not came,
        any(last >= today for _, _, last, _ in known),
    )


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _held(there: list[Any] | None) -> dict[Lot, tuple[LotRow, Decimal]]:
    found = {}
    for quantity, pk, drug, strength, batch, expiry in there or ():
        row = LotRow(pk=pk, drug=drug, strength=Decimal(strength), batch=batch, expiry=_day(expiry))
        found[lot_of(row)] = (row, Decimal(quantity))
    return found


def write(entry: LogEntry, device: Device, permit: PermitRow | None) -> None:
    """An event at the end of a desk's log, and the permit that it uses."""
    given: dict[str, Any] = {
        name: getattr(entry, name)
        for name in ("digest", "incarnation", "seq", "key", "kind", "body", "proven", "verdict")
    }
    given |= {"site": entry.facility_id, "name": entry.device, "device": device.pk}
    columns = ("number", "epoch", "person", "client", "order", "drug", "mg", "days", "issued", "signature")
    given |= {name: getattr(permit, name) if permit is not None else None for name in columns}
    given["number"] = given["number"] or ""
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, given)


def book(dose: Dose, movement: Movement, lot: LotRow, account: int) -> bool:
    """A dose of one lot and its drop in the ledger; False, and nothing written, where the book shows too
    little. The dose's row gets its number."""
    names = (
        "name", "person", "client", "device", "order", "drug", "mg", "batch", "outside", "on", "first",
        "last", "certainty", "moment", "earliest", "latest", "sources",
    )  # fmt: skip
    given: dict[str, Any] = {name: getattr(dose, name) for name in names}
    given |= {
        "site": dose.facility_id,
        "ml": dose.quantity,
        "dated": dose.day,
        "lot": lot.pk,
        "key": movement.key,
        "day": movement.day,
        "source": movement.source.kind.value,
        "target": movement.target.kind.value,
        "quantity": movement.quantity,
        "account": account,
    }
    with connection.cursor() as cursor:
        cursor.execute(_BOOK, given)
        found = cursor.fetchone()
    if found is None:
        return False
    dose.pk = found[0]
    return True
