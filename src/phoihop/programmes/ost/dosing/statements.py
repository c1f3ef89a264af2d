"""A dose at a desk in few statements: what is asked of the tables at once, what is written at once.

The desk gives hundreds of doses in a morning, each under a lock on its own row; what each statement costs is
time for which the next in the queue waits. So this is SQL, and everything else of this folder is not.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from phoihop.base.security.scope import prepared
from phoihop.programmes.ost.dosing.clients import BEHIND
from phoihop.programmes.ost.dosing.ledger import lot_of
from phoihop.programmes.ost.models import Centre, Device, Dose, LogEntry, LotRow, PermitRow
from phoihop.programmes.ost.rules.incidents import NEED_A_DOCTOR
from phoihop.programmes.ost.rules.orders import Rhythm
from phoihop.programmes.ost.rules.permits import ClientFile, Holding, Lease, Order
from phoihop.programmes.ost.rules.stock import Kind, Lot, Movement

_MISSED = timedelta(days=120)  # how far back an order may have days that were missed

# What is no text: the server binds the values, and has to know.
_TYPES = {
    "bigint": "site device seq issued account moment earliest latest",
    "uuid": "person client order",
    "date": "today behind missed day dated on first last",
    "numeric": "mg ml",
    "boolean": "proven outside",
    "bytea": "body permit_signature",
    "text[]": "kinds sources keys",
    "date[]": "days",
    "bigint[]": "lots",
    "numeric[]": "quantities",
}
_OF = {name: kind for kind, names in _TYPES.items() for name in names.split()}


def _typed(sql: str) -> str:
    return re.sub(r"%\((\w+)\)s", lambda found: f"{found[0]}::{_OF.get(found[1], 'text')}", sql)


# The desk's row first, then the leases: in this order everywhere. What is asked afterwards is another
# statement, because one that waited for a lock still sees the rest as it was before.
_HOLD = _typed("""
with desk as materialized (
    select * from ost_device where facility_id = %(site)s and kind = 'desk' for update
), held as materialized (
    select lease.id from desk cross join lateral (
        select id from ost_lease where person = %(person)s and aside is null and desk.id is not null
        order by first for update
    ) lease
)
select id, name, active, key_version, secret, incarnation, epoch, stopped, seq, head, withdrawn_on,
       (select count(*) from held)
from desk
""")

_ASK = _typed("""
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
  exists(select from ost_incident where persons && array[%(person)s] and kind = any(%(kinds)s)
    and answered_at is null and not gone),
  exists(select from ost_orderrow where person = %(person)s and start < %(today)s
    and signed_end >= %(missed)s),
  (select json_agg(json_build_array(b.quantity::text, t.id, t.drug, t.strength::text, t.batch, t.expiry))
    from ost_balance b join ost_lotrow t on t.id = b.lot_id
    where b.facility_id = %(site)s and b.kind = %(kind)s and b.quantity <> 0),
  exists(select from ost_logentry where key = %(key)s and %(key)s <> ''),
  id, epoch, version, cluster, restored_at, key_version, secret
from ost_centre
""")

_LOGGED = """
permit as (
    insert into ost_permitrow (number, epoch, person, client, facility_id, device_id, "order", drug, mg, days,
                               issued, signature)
    select %(permit)s, %(epoch)s, %(person)s, %(client)s, %(site)s, %(device)s,
           %(order)s, %(drug)s, %(mg)s, %(days)s, %(issued)s,
           %(permit_signature)s
    from going where %(permit)s is not null
), moved as (
    update ost_device set seq = %(seq)s, head = %(digest)s from going where id = %(device)s
), logged as (
    insert into ost_logentry (digest, facility_id, device, incarnation, seq, key, kind, body, proven, verdict,
                              received_at)
    select %(digest)s, %(site)s, %(name)s, %(incarnation)s, %(seq)s, %(key)s, %(event)s,
           %(body)s, %(proven)s, %(verdict)s, clock_timestamp()
    from going
)
"""

_WRITE = _typed(f"with going as (select), {_LOGGED} select")

_GIVE = _typed(f"""
with part as materialized (
    select * from unnest(%(lots)s, %(quantities)s, %(keys)s)
             as part (lot, quantity, key)
), taken as (
    update ost_balance b set quantity = b.quantity - part.quantity from part
    where b.facility_id = %(site)s and b.kind = %(source)s and b.lot_id = part.lot
          and b.quantity >= part.quantity
    returning b.lot_id
), going as (
    select where (select count(*) from taken) = (select count(*) from part)
), {_LOGGED}, given as (
    insert into ost_balance (facility_id, kind, lot_id, quantity)
    select %(site)s, %(target)s, part.lot, part.quantity from part, going
    on conflict (facility_id, kind, lot_id) do update set quantity = ost_balance.quantity + excluded.quantity
), posted as (
    insert into ost_posting (key, day, lot_id, facility_id, source, target_facility_id, target, quantity,
                             account_id, at)
    select part.key, %(day)s, part.lot, %(site)s, %(source)s, %(site)s, %(target)s,
           part.quantity, %(account)s, clock_timestamp()
    from part, going
), dosed as (
    insert into ost_dose (name, person, client, facility_id, device, "order", drug, mg, quantity, batch,
                          outside, again, bottle, day, "on", first, last, certainty, moment, earliest, latest,
                          sources)
    select %(dose)s, %(person)s, %(client)s, %(site)s, %(name)s, %(order)s,
           %(drug)s, %(mg)s, %(ml)s, %(batch)s, %(outside)s, false, false,
           %(dated)s, %(on)s, %(first)s, %(last)s, %(certainty)s, %(moment)s,
           %(earliest)s, %(latest)s, %(sources)s
    from going
    returning id
)
select id from dosed
""")  # noqa: S608 - our own words


# In the order of the models.
_DEVICE = (
    "id", "name", "active", "key_version", "secret", "incarnation", "epoch", "stopped", "seq", "head",
    "withdrawn_on",
)  # fmt: skip
_CENTRE = ("id", "epoch", "version", "cluster", "restored_at", "key_version", "secret")
_ENTRY = ("digest", "incarnation", "seq", "key", "body", "proven", "verdict")
_PERMIT = ("epoch", "person", "client", "order", "drug", "mg", "days", "issued")
_DOSED = (
    "person", "client", "order", "drug", "mg", "batch", "outside", "on", "first", "last", "certainty",
    "moment", "earliest", "latest", "sources",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What a dose needs to know. ``open``: the day is. ``rhythms``: on which days each order by its number is
    due, from its first day on. ``here``: what is at the serving place (ledger.held). ``missable``: days
    before today may have been missed. ``near``: a known dose may share today. ``written``: something is,
    under the page's key."""

    centre: Centre

    open: bool
    file: ClientFile
    rhythms: Mapping[str, tuple[date, Rhythm]]
    here: dict[Lot, tuple[LotRow, Decimal]]
    missable: bool
    near: bool
    written: bool


def hold(site: int, person: UUID) -> Device | None:
    """A site's desk, locked, and with it the leases of a person, until the transaction ends."""
    row = prepared(_HOLD, {"site": site, "person": person})
    return Device.from_db(None, _DEVICE, row[:-1]) if row is not None else None


def ask(person: UUID, site: int, kind: Kind, today: date, key: str) -> Asked | None:
    """What the tables say of a person, a site and the key of an event today; None before the first use of the
    centre. In its scope, after ``hold``."""
    given: dict[str, Any] = {
        "person": person,
        "site": site,
        "kind": kind.value,
        "today": today,
        "behind": today - BEHIND,
        "missed": today - _MISSED,
        "kinds": [each.value for each in NEED_A_DOCTOR],
        "key": key,
    }
    row = prepared(_ASK, given)
    if row is None:
        return None
    is_open, leases, orders, held, doses, waiting, ordered, there, written, *centre = row
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
        Centre.from_db(None, _CENTRE, centre),
        is_open,
        file,
        rhythms,
        _held(there),
        ordered and not came,
        any(last >= today for _, _, last, _ in known),
        written,
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
    prepared(_WRITE, _told(entry, device, permit))


def give(
    entry: LogEntry,
    device: Device,
    permit: PermitRow | None,
    dose: Dose,
    movements: Sequence[tuple[Movement, LotRow]],
    account: int,
) -> bool:
    """The same, with the dose that the event tells of and its drop in the ledger, of one place and a lot in
    each movement. False, and nothing written that counts, where the book shows too little: the transaction
    has to end then. The dose's row gets its number."""
    given = _told(entry, device, permit) | {name: getattr(dose, name) for name in _DOSED}
    moved = movements[0][0]
    given |= {
        "dose": dose.name,
        "ml": dose.quantity,
        "dated": dose.day,
        "lots": [lot.pk for _, lot in movements],
        "quantities": [movement.quantity for movement, _ in movements],
        "keys": [movement.key for movement, _ in movements],
        "day": moved.day,
        "source": moved.source.kind.value,
        "target": moved.target.kind.value,
        "account": account,
    }
    found = prepared(_GIVE, given)
    if found is None:
        return False
    dose.pk = found[0]
    return True


def _told(entry: LogEntry, device: Device, permit: PermitRow | None) -> dict[str, Any]:
    given = {name: getattr(entry, name) for name in _ENTRY} | {
        name: getattr(permit, name, None) for name in _PERMIT
    }
    return given | {
        "site": entry.facility_id,
        "name": entry.device,
        "device": device.pk,
        "event": entry.kind,
        "permit": permit.number if permit is not None else None,
        "permit_signature": permit.signature if permit is not None else None,
    }
