"""What happened to clients, from the rows to what the rules ask: orders, days with a dose, cover, phases.

Whatever spans sites is read as the centre of the dose protocol reads it: by person, without a name.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import connection
from django.utils import timezone

from phoihop.base.security import scope
from phoihop.programmes.ost.models import BottleNote, BottleRow, Dose, OrderRow, PhaseStep, Supply
from phoihop.programmes.ost.rules.amounts import Drug
from phoihop.programmes.ost.rules.clocks import business_date
from phoihop.programmes.ost.rules.orders import LastDose, Order, Rhythm
from phoihop.programmes.ost.rules.phases import Phase, Step
from phoihop.programmes.ost.rules.takehome import Fate
from phoihop.registry.models import Client, Enrolment, Tie
from phoihop.registry.models.enrolments import served_on

DAY = timedelta(days=1)
BEHIND = timedelta(days=120)  # how far back missed days are looked for; longer than any of their rules reach
_NOT_TAKEN = (Fate.FULL.value, Fate.SPILT.value, Fate.LOST_FULL.value)


@dataclass(frozen=True, slots=True)
class Had:
    """The days of one person on which a dose was given, and those covered otherwise."""

    dosed: frozenset[date]
    cover: frozenset[date]


def order_of(row: OrderRow) -> Order:
    """An order as the rules know it. One that was stopped ends on the day before."""
    end = row.end
    if row.stopped is not None:
        end = min(end, business_date(row.stopped) - DAY)
    return Order(
        number=str(row.uid),
        drug=Drug(row.drug),
        phase=Phase(row.phase),
        mg=row.mg,
        start=row.start,
        end=end,
        issued=row.issued,
        rhythm=Rhythm(row.every, frozenset(row.weekdays)),
        in_person=row.in_person,
    )


def standing_orders(rows: Iterable[OrderRow]) -> tuple[Order, ...]:
    """The orders that have a day at all: those that were dropped or stopped before their first have none."""
    found = (order_of(row) for row in rows)
    return tuple(order for order in found if order.length > 0)


def rows_of(persons: Collection[UUID], since: date) -> dict[UUID, list[OrderRow]]:
    """Every order row that reaches past a day, wherever it was signed, in the order of signing. In the
    centre's scope; one statement."""
    found: dict[UUID, list[OrderRow]] = defaultdict(list)
    rows = OrderRow.objects.filter(person__in=persons, signed_end__gte=since)
    for row in rows.order_by("signed_at", "pk"):
        found[row.person].append(row)
    return found


def had(persons: Collection[UUID], since: date) -> dict[UUID, Had]:
    """Days with a dose and days covered, from a day on, wherever they were. In the centre's scope, with the
    facilities of the persons' files: bottles and supplies are rows of those. Four statements."""
    given: dict[UUID, set[date]] = defaultdict(set)
    cover: dict[UUID, set[date]] = defaultdict(set)
    called: dict[UUID, UUID] = {}
    doses = Dose.objects.filter(person__in=persons, on__gte=since)
    for person, client, on, bottle in doses.values_list("person", "client", "on", "bottle"):
        called[client] = person
        # What a bottle covers, the bottle says: it may have come back full.
        if not bottle:
            given[person].add(on)
    names = OrderRow.objects.filter(person__in=persons).order_by().values_list("pseudonym", "person")
    called |= dict(names.distinct())
    gone = BottleNote.standing.filter(pseudonym__in=called, fate__in=_NOT_TAKEN)
    bottles = BottleRow.objects.filter(pseudonym__in=called, take_on__gte=since)
    kept = bottles.exclude(serial__in=gone.values("serial"))
    for client, day in kept.values_list("pseudonym", "take_on"):
        cover[called[client]].add(day)
    supplies = Supply.objects.filter(pseudonym__in=called, last__gte=since).exclude(handed_on=None)
    for client, first, last in supplies.values_list("pseudonym", "first", "last"):
        cover[called[client]] |= {first + DAY * n for n in range((last - first).days + 1)}
    return {person: Had(frozenset(given[person]), frozenset(cover[person])) for person in persons}


def last_had(persons: Collection[UUID], since: date, until: date) -> dict[UUID, date]:
    """The last day with a dose before a day has passed, for many at once: one statement, a row a person."""
    return {person: day for person, day, _, _ in _last(persons, since, until, bottles=False)}


# By the index, one row of each person: sorting the doses of months for it takes a hundred times as long.
_LAST = """
    select w.person, d."on", d.drug, d.mg
    from unnest(%s::uuid[]) w(person) cross join lateral (
        select "on", drug, mg from ost_dose
        where person = w.person and "on" between %s and %s and (%s or not bottle) and not again
        order by "on" desc, id desc limit 1
    ) d
"""


def _last(
    persons: Collection[UUID], since: date, until: date, *, bottles: bool
) -> list[tuple[UUID, date, str, Decimal]]:
    with connection.cursor() as cursor:
        cursor.execute(_LAST, [list(persons), since, until, bottles])
        found: list[tuple[UUID, date, str, Decimal]] = cursor.fetchall()
        return found


_WITHIN = """
    select (select max(d."on") from ost_dose d
            where d.person = w.person and d."on" between w.first and w.last)
    from unnest(%s::uuid[], %s::date[], %s::date[]) with ordinality as w(person, first, last, n) order by w.n
"""


def last_within(spans: list[tuple[UUID, date, date]]) -> list[date | None]:
    """The last day with a dose or a bottle in each span of a person. One statement, by the index; in the
    centre's scope."""
    if not spans:
        return []
    persons, first, last = (list(column) for column in zip(*spans, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_WITHIN, [persons, first, last])
        return [row[0] for row in cursor.fetchall()]


def last_dose(person: UUID, until: date) -> LastDose | None:
    """The last dose that somebody really had by a day, at any site. In the centre's scope."""
    return last_doses([person], date.min, until).get(person)


def last_doses(persons: Collection[UUID], since: date, until: date) -> dict[UUID, LastDose]:
    """The same for many at once, from one day to another: a bottle for tomorrow is none."""
    return {
        person: LastDose(Drug(drug), mg, day)
        for person, day, drug, mg in _last(persons, since, until, bottles=True)
    }


def steps_of(rows: Iterable[PhaseStep]) -> tuple[Step, ...]:
    """Steps in the order in which they were given."""
    ordered = sorted(rows, key=lambda row: (row.day, row.at, row.pk))
    return tuple(Step(row.day, Phase(row.phase)) for row in ordered)


def homes_of(persons: Collection[UUID]) -> tuple[int, ...]:
    """The facilities at which persons have orders, as far as the centre knows them."""
    rows = OrderRow.objects.filter(person__in=persons).order_by().values_list("facility", flat=True)
    return tuple(sorted(set(rows.distinct())))


def person_of(client: Client) -> UUID:
    """The programme's person that a file of the own facility is of."""
    ties = Tie.objects.filter(programme=client.programme, facility=client.facility_id, client=client.pk)
    found: UUID = ties.values_list("person", flat=True).get()
    return found


def treated_since(client: Client, day: date) -> date | None:
    """Since when a file's client has been treated here, on a day; None: not treated then."""
    own = Enrolment.objects.filter(served_on(day), programme=client.programme, facility=client.facility_id)
    return own.filter(client=client).values_list("since", flat=True).first()


def today() -> date:
    """The day that counts, for what nobody asked for in person."""
    return timezone.localdate()


def account() -> int | None:
    """Who the present scope is of."""
    now = scope.current()
    return now.account if now is not None else None


def standing_on(orders: Iterable[Order], day: date) -> Order | None:
    """The order that counts on a day: of those that cover it, the one signed last. Orders that are put here
    never share a day; what came from elsewhere might."""
    found = [order for order in orders if order.covers(day)]
    return found[-1] if found else None


def alone(orders: Iterable[Order]) -> tuple[Order, ...]:
    """The same orders with each day left to the one signed last, so that no day has two."""
    kept: list[Order] = []
    for order in orders:
        kept = [cut for one in kept for cut in _without(one, order)]
        kept.append(order)
    return tuple(kept)


def _without(order: Order, newer: Order) -> list[Order]:
    if order.end < newer.start or newer.end < order.start:
        return [order]
    pieces = []
    if order.start < newer.start:
        pieces.append(replace(order, end=newer.start - DAY))
    return pieces
