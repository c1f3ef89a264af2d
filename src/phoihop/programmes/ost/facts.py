"""What leaves this room for counting: rows of its tables of facts (indicators/tables.py), month by month.

A release has a secret, and people have another pseudonym in each: two releases cannot be joined. No name, no
code of anybody, no number of an event leaves, and of a birth no more than the month.

Everything is asked in a scope that reaches the facilities of the release (``Release.reaching``). What a
treatment was before it came to a facility, and which treatment a guest's dose is of, is known only where the
facility of that is among them: a release of a province names all its facilities and points.
"""

import base64
import hashlib
import hmac
import json
from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from phoihop.base.security import carrying, scope, sealed
from phoihop.engines.indicators import partitions
from phoihop.engines.indicators.facts import PERSON, Cell, Kind, Row, Table
from phoihop.engines.indicators.partitions import UNDATED
from phoihop.kernel.calendars import months_later
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.indicators import tables
from phoihop.programmes.ost.models import UrineTestRow
from phoihop.programmes.ost.models.shared import OST
from phoihop.programmes.ost.rules.clocks import ZONE
from phoihop.programmes.ost.rules.stock import HOLDING
from phoihop.programmes.ost.rules.takehome import NOT_TAKEN
from phoihop.programmes.ost.rules.urine import Result, Substance
from phoihop.registry.marking import born_of
from phoihop.registry.models import Client
from phoihop.registry.rules.identity import Sex

SECRET = 32  # bytes of a release's secret, at least
# Bytes that a pseudonym says, in twelve letters: two of a million people share one less than once in a
# thousand million releases, and what is no longer than that an engine holds within a row, not beside it.
_SAID = 9
_BATCH = 2000

# The treatments that count. Read once and held: by its index of days the database would look each dose up.
_STAYS = """
    with counted as materialized (
        select person, facility_id, client_id, since, until, ending from registry_enrolment
        where programme = 'ost' and aside is null and ending <> 'error'
    ) select * from counted
"""
_SPELLS = """
    with stay as ({stays}), after as (
        select *, lag(ending) over (partition by person order by since) as before from stay
    ), called as (
        select *, case when before is null then 'new' when before = 'moved' then 'transfer' else 'again' end
            as came from after
    ), chained as (
        select *, max(since) filter (where came <> 'transfer') over (partition by person order by since)
            as first from called
    )
    select s.person, s.facility_id::text, s.client_id, s.since, s.until, nullif(s.ending, ''), s.came,
        coalesce(s.first, s.since), k.known
    from chained s left join (
        select facility_id, min(day) as known from ost_day
        where facility_id = any(%(facilities)s) group by facility_id
    ) k on k.facility_id = s.facility_id
    where s.facility_id = any(%(facilities)s) and s.since between %(first)s and %(last)s
    order by s.since, s.facility_id, s.person
"""
_DOSES = """
    select d.person, d.facility_id::text as facility, s.since as began, d."on" as day, d.drug, d.mg,
        d.bottle, d.outside, d.again
    from ost_dose d left join ({stays}) s
        on s.person = d.person and d."on" between s.since and coalesce(s.until, 'infinity')
    where d.facility_id = any(%(facilities)s) and d."on" between %(first)s and %(last)s
"""
# A note that was taken back says nothing of its bottle, and neither does the one that takes it back.
_COVER = """
    select c.person, c.facility_id::text as facility, s.since as began, c.day, c.kind, c.drug, c.mg,
        c.handed, c.gone
    from (
        select t.person, b.facility_id, b.take_on as day, 'bottle' as kind, b.drug, b.mg,
            b.handed_on as handed, exists (
                select from ost_bottlenote n where n.serial = b.serial and n.fate = any(%(not_taken)s)
                and n.voids_id is null and not exists (select from ost_bottlenote v where v.voids_id = n.id)
            ) as gone
        from ost_bottlerow b join registry_tie t on t.client_id = b.client_id and t.programme = 'ost'
        where b.facility_id = any(%(facilities)s) and b.take_on between %(first)s and %(last)s
        union all
        select t.person, u.facility_id, u.first + n, 'inpatient', u.drug, u.mg, u.handed_on, false
        from ost_supply u join registry_tie t on t.client_id = u.client_id and t.programme = 'ost'
        cross join lateral generate_series(0, u.last - u.first) n
        where u.facility_id = any(%(facilities)s) and u.handed_on is not null
            and u.first + n between %(first)s and %(last)s
    ) c left join ({stays}) s
        on s.person = c.person and c.day between s.since and coalesce(s.until, 'infinity')
"""
# Orders with their last day as it came to be: none goes on where one that was signed later began, not even
# after that one (queries.facts.alone); those that have no day left are none.
_STANDING = """
    with dated as (
        select id, person, facility_id, drug, phase, mg, every, weekdays, start, issued, signed_at,
            least("end", date '1970-01-01' + ((stopped + %(zone)s) / 86400)::int - 1) as last
        from ost_orderrow
    ), cut as (
        select o.id, min(n.start) - 1 as last from dated o join dated n on n.person = o.person
            and (n.signed_at, n.id) > (o.signed_at, o.id) and n.last >= n.start
            and n.start <= o.last and n.last >= o.start
        group by o.id
    ), standing as (
        select d.id, person, facility_id, drug, phase, mg, every, weekdays, start, issued,
            least(d.last, c.last) as last
        from dated d left join cut c on c.id = d.id
    )
    select * from standing where last >= start
"""
_ORDERS = """
    select person, facility_id::text as facility, drug, phase, mg,
        case when cardinality(weekdays) > 0 then round(mg * cardinality(weekdays) / 7, 6)
            else round(mg / every, 6) end as daily,
        case when cardinality(weekdays) = 0 then every end as every, start, last as "end", issued as signed
    from ({standing}) o
    where facility_id = any(%(facilities)s) and start between %(first)s and %(last)s
"""
# Nothing is due of somebody whose treatment ended, though the order was stopped days later.
_DUE = """
    select o.person, o.facility_id::text as facility, start + n as day, drug, phase
    from ({standing}) o join ({stays}) s on s.person = o.person
    cross join lateral generate_series(
        greatest(start, since, %(first)s::date) - start,
        least(o.last, until, %(last)s::date, %(until)s::date) - start
    ) n
    where o.facility_id = any(%(facilities)s) and case when cardinality(weekdays) > 0
        then extract(isodow from start + n) = any(weekdays) else n %% every = 0 end
"""
_COMMITMENTS = """
    select t.person, c.facility_id::text as facility, c.signed_on as signed, c.ended_on as ended
    from ost_commitment c join registry_tie t on t.client_id = c.client_id and t.programme = 'ost'
    where c.facility_id = any(%(facilities)s) and c.signed_on between %(first)s and %(last)s
"""
_APPLICATIONS = """
    select t.person, a.facility_id::text as facility, a.complete_on as complete, a.decided_on as decided,
        a.state
    from ost_admission a join registry_tie t on t.client_id = a.client_id and t.programme = 'ost'
    where a.facility_id = any(%(facilities)s)
        and (a.decided_on between %(first)s and %(last)s or a.decided_on is null and %(undated)s)
"""
_URINE = """
    select t.person, u.facility_id::text as facility, u.id, u.day
    from ost_urinetestrow u join registry_tie t on t.client_id = u.client_id and t.programme = 'ost'
    where u.facility_id = any(%(facilities)s) and u.voids_id is null
        and not exists (select from ost_urinetestrow v where v.voids_id = u.id)
        and u.day between %(first)s and %(last)s
    order by u.day, u.id
"""
_MOVES = """
    select p.facility_id::text as facility, p.target_facility_id::text as target_facility, p.day, l.drug,
        l.strength, p.source, p.target, sum(p.quantity) as quantity
    from ost_posting p join ost_lotrow l on l.id = p.lot_id
    where p.facility_id = any(%(facilities)s) and p.day between %(first)s and %(last)s
    group by p.facility_id, p.target_facility_id, p.day, l.drug, l.strength, p.source, p.target
"""
_SHELVES = """
    select facility_id::text as facility, day, place, drug, strength, sum(change) as change from (
        select p.facility_id, p.day, p.source as place, l.drug, l.strength, -p.quantity as change
        from ost_posting p join ost_lotrow l on l.id = p.lot_id
        where p.facility_id = any(%(facilities)s) and p.source = any(%(holding)s)
            and p.day between %(first)s and %(last)s
        union all
        select p.target_facility_id, p.day, p.target, l.drug, l.strength, p.quantity
        from ost_posting p join ost_lotrow l on l.id = p.lot_id
        where p.target_facility_id = any(%(facilities)s) and p.target = any(%(holding)s)
            and p.day between %(first)s and %(last)s
    ) both_ends group by facility_id, day, place, drug, strength having sum(change) <> 0
"""

# Of each table the statement that has its rows, and the column whose month they are of.
_OPEN = {
    tables.DOSE.name: (_DOSES, "day"),
    tables.COVER.name: (_COVER, "day"),
    tables.ORDER.name: (_ORDERS, "start"),
    tables.DUE.name: (_DUE, "day"),
    tables.COMMITMENT.name: (_COMMITMENTS, "signed"),
    tables.APPLICATION.name: (_APPLICATIONS, "decided"),
    tables.MOVE.name: (_MOVES, "day"),
    tables.SHELF.name: (_SHELVES, "day"),
}
# A row whose content changed counts for another number; the same rows in another order for the same.
_WORDS = """
    select to_char({day}, 'YYYY-MM'), count(*), sum(hashtextextended(r::text, 0)) from ({rows}) r group by 1
"""
_EVER = (date.min, date.max)


@dataclass(frozen=True, slots=True)
class Release:
    """For whom and of what facts leave. ``secret``: random bytes of this release alone, kept until its last
    build; ``facilities``: whose rows; ``until``: the last day that is over entirely. ValueError for a secret
    that is too short to keep anybody apart."""

    secret: bytes
    facilities: tuple[int, ...]
    until: date

    def __post_init__(self) -> None:
        if len(self.secret) < SECRET:
            raise ValueError(f"a release's secret has {SECRET} bytes or more")

    @contextmanager
    def reaching(self) -> Iterator[None]:
        """The scope in which its facts are asked: its facilities' own rows, and no other's."""
        places = tuple(sorted((facility, OST) for facility in self.facilities))
        with scope.acting(scope.Scope("facts", places=places)), carrying.held():
            yield

    def pseudonym(self, person: UUID) -> str:
        """What a person of the programme is called within this release."""
        said = self._keyed(b"person", OST.encode(), person.bytes)[:_SAID]
        return base64.urlsafe_b64encode(said).decode()

    def word(self, table: Table, *said: object) -> str:
        """What stands for a version of a table's month, and is no use to compare two releases by."""
        # With what pseudonyms look like: files of others do not go with it.
        told = json.dumps([_SAID, *(str(each) for each in said)])
        return self._keyed(b"month", table.name.encode(), told.encode()).hex()

    def _keyed(self, *parts: bytes) -> bytes:
        return hmac.new(self.secret, b"\0".join(parts), hashlib.sha256).digest()


def months(table: Table, release: Release) -> dict[str, str]:
    """The months that a table has rows of ("2026-03", ``UNDATED``), each with a word that is another one
    whenever a row of the month was added, changed or removed: it is worked out from the rows themselves, so
    a late or corrected event moves it like any other, and what leaves no trace in them does not. One
    statement; what is sealed is opened for it."""
    if table.name not in _OPEN:
        return _opened_words(table, release)
    sql, day = _OPEN[table.name]
    with connection.cursor() as cursor, _whole_tables():
        cursor.execute(_WORDS.format(rows=_whole(sql), day=day), _asked(release, None))
        found = [(month or UNDATED, count, total) for month, count, total in cursor]
    return {month: release.word(table, month, count, total) for month, count, total in found}


def batches(table: Table, month: str, release: Release) -> Iterator[Any]:
    """The rows of a table in a month as Arrow record batches, in no order, while the scope lasts. One
    statement. What is sealed in the database goes through Python row by row, everything else does not.
    ValueError for a month that is none."""
    asked = _asked(release, month)
    if table.name not in _OPEN:
        yield from partitions.batches(table, _named(table, asked, release))
        return
    with carrying.reading(_carried(table), asked) as found:
        yield from partitions.carried(table, found, lambda key: release.pseudonym(UUID(bytes=key)))


def _carried(table: Table) -> str:
    """The statement of a table with its columns as they are carried: a person as 16 bytes, numbers as text,
    in which they are exact."""
    ways = {Kind.NUMBER: "::numeric::text", Kind.TEXT: "::text", Kind.DAY: "", Kind.FLAG: ""}
    columns = ", ".join(
        (f'uuid_send(person) as "{name}"' if name == PERSON else f'"{name}"{ways[kind]} as "{name}"')
        for name, kind in table.columns
    )
    sql, _ = _OPEN[table.name]
    return f"select {columns} from ({_whole(sql)}) r"  # noqa: S608 - names of columns that are declared here


def _named(table: Table, asked: dict[str, Any], release: Release) -> Iterator[Row]:
    """Rows of what is sealed, with the pseudonyms of the release."""
    names = [name for name, _ in table.columns]
    for told in _opened(table, asked):
        row = dict(zip(names, told, strict=True))
        yield {**row, PERSON: release.pseudonym(row[PERSON])}


def _opened(table: Table, asked: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Rows of what is sealed in the order of a table's columns, with the programme's own person."""
    if table == tables.SPELL:
        yield from _spells(asked)
    elif table == tables.URINE:
        yield from _urine(asked)


def _asked(release: Release, month: str | None) -> dict[str, Any]:
    first, last = _EVER
    if month == UNDATED:
        first, last = last, first
    elif month is not None:
        first = date.fromisoformat(f"{month}-01")
        last = months_later(first, 1) - timedelta(days=1)
    return {
        "facilities": list(release.facilities),
        "first": first,
        "last": last,
        "undated": month in (None, UNDATED),
        "until": release.until,
        "zone": ZONE,
        "holding": [kind.value for kind in HOLDING],
        "not_taken": [fate.value for fate in NOT_TAKEN],
    }


def _whole(sql: str) -> str:
    return sql.replace("{stays}", _STAYS).replace("{standing}", _STANDING)


@contextmanager
def _whole_tables() -> Iterator[None]:
    """Statements inside read whole tables, and are planned for it (security.carrying says why)."""
    with connection.cursor() as cursor:
        cursor.execute("set local enable_nestloop = off")
        yield
        cursor.execute("set local enable_nestloop to default")


def _read(sql: str, asked: dict[str, Any]) -> Iterator[list[tuple[Any, ...]]]:
    """What a statement finds, a batch after another."""
    with connection.chunked_cursor() as cursor:
        with _whole_tables():
            cursor.execute(_whole(sql), asked)
        while some := cursor.fetchmany(_BATCH):
            yield some


def _spells(asked: dict[str, Any]) -> Iterator[tuple[Cell | UUID, ...]]:
    """Treatments with the sex and the month of birth that the file of each says."""
    for some in _read(_SPELLS, asked):
        who = _described({line[2] for line in some})
        for person, facility, client, *rest in some:
            yield person, facility, *who[client], *rest


def _described(clients: Collection[int]) -> dict[int, tuple[str, date | None]]:
    rows = list(Client.objects.filter(pk__in=clients, programme=OST).select_related(None))
    sealed.fetch_keys(rows)
    return {row.pk: _who(row) for row in rows}


def _who(client: Client) -> tuple[str, date | None]:
    try:
        born, sex = born_of(client), Sex(client.text("sex"))
    except Refusal as refusal:
        if refusal.reason != "erased":
            raise
        return "unknown", None
    return sex.value or "unknown", born.earliest.replace(day=1) if born else None


def _urine(asked: dict[str, Any]) -> Iterator[tuple[Cell | UUID, ...]]:
    """Urine tests that count, with whether opioids or anything else were found."""
    for some in _read(_URINE, asked):
        tests = list(UrineTestRow.objects.filter(pk__in=[line[2] for line in some]))
        sealed.fetch_keys(tests)
        said = {test.pk: _results(test) for test in tests}
        for person, facility, key, day in some:
            results = said.get(key, {})
            others = [_found(results.get(each)) for each in Substance if each is not Substance.OPIOIDS]
            known = [each for each in others if each is not None]
            yield person, facility, day, _found(results.get(Substance.OPIOIDS)), any(known) if known else None


def _results(test: UrineTestRow) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads(test.text("results") or "{}")
    except Refusal as refusal:
        if refusal.reason != "erased":
            raise
        return {}
    return found


def _found(result: str | None) -> bool | None:
    """Whether something was found; None where nobody can tell."""
    return {Result.POSITIVE.value: True, Result.NEGATIVE.value: False}.get(result or "")


def _opened_words(table: Table, release: Release) -> dict[str, str]:
    """Words of months whose rows are sealed in the database: they are opened, for what seals them changes
    where nothing of them does."""
    at = [name for name, _ in table.columns].index("began" if table == tables.SPELL else "day")
    totals: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in _opened(table, _asked(release, None)):
        said = hashlib.sha256(repr([str(cell) for cell in row]).encode()).digest()
        count = totals[f"{row[at]:%Y-%m}"]
        count[0] += 1
        count[1] += int.from_bytes(said)
    return {month: release.word(table, month, count, total) for month, (count, total) in totals.items()}
