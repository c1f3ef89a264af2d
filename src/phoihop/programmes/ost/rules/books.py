"""Paper books that a site takes over: what of them can be kept, and what is wrong, line by line.

What happened is never doubted here for being unwise; what is asked is whether it can be true: whose day it
was, by which order, once a day, and out of what the place held.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from phoihop.programmes.ost.rules.amounts import Presentation
from phoihop.programmes.ost.rules.orders import Order
from phoihop.programmes.ost.rules.permits import Lease

_DAY = timedelta(days=1)
_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Row:
    """A client's line in a book: on these days they took ``mg`` from a batch.

    ``client``: the pseudonym under which the site knows them. ``outside``: the book itself says that it was
    given without an order or a right to it.
    """

    client: UUID
    mg: Decimal
    batch: str
    days: tuple[date, ...]
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a client: the person, whose days theirs are, and every order."""

    person: UUID
    leases: tuple[Lease, ...]
    orders: tuple[Order, ...]


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong with a line, counted from 1; ``day`` None: with all of it. ``reason``: of a refusal."""

    line: int
    day: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class Dosed:
    """Days of a line that one order covers: doses as they will be kept."""

    row: Row
    person: UUID
    order: str
    quantity: Decimal
    days: tuple[date, ...]

    def on(self, days: Collection[date]) -> "Dosed":
        """The same on some of its days; perhaps on none."""
        return replace(self, days=tuple(day for day in self.days if day in days))


@dataclass
class Reading:
    """A book as it was read: what can be kept, and what cannot and why."""

    kept: list[Dosed] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read(
    rows: Sequence[Row],
    known: Mapping[UUID, Known],
    supplied: Mapping[str, Presentation],
    site: str,
    open_days: Sequence[date],
) -> Reading:
    """Hold a site's book against what is known; ``supplied``: by batch; ``open_days``: in their order."""
    found = Reading()
    days, first, last = frozenset(open_days), open_days[0], open_days[-1]
    taken: dict[UUID, set[date]] = {}
    covering: dict[UUID, tuple[set[date], dict[date, Order]]] = {}
    for line, row in enumerate(rows, 1):
        about, measured = known.get(row.client), supplied.get(row.batch)
        if about is None or measured is None:
            found.faults.append(Fault(line, None, "book-stranger" if about is None else "book-batch"))
            continue
        if row.client not in covering:
            covering[row.client] = (
                set(_held(about.leases, site, first, last)),
                dict(_due(about.orders, first, last)),
            )
        mine, due = covering[row.client]
        by_order: dict[str, list[date]] = {}
        own = taken.setdefault(row.client, set())
        for day in row.days:
            order = due.get(day)
            reason = _wrong(row, day, order, measured, day in mine, day in own, day in days)
            if reason is not None:
                found.faults.append(Fault(line, day, reason))
                continue
            own.add(day)
            number = order.number if order is not None else _nearest(about.orders, day)
            by_order.setdefault(number, []).append(day)
        quantity = measured.quantity(row.mg)
        found.kept += [
            Dosed(row, about.person, number, quantity, tuple(days)) for number, days in by_order.items()
        ]
    found.faults.sort(key=lambda fault: (fault.line, fault.day or date.min))
    return found


def _wrong(
    row: Row,
    day: date,
    order: Order | None,
    measured: Presentation,
    mine: bool,
    taken: bool,
    inside: bool,
) -> str | None:
    if not inside:
        return "book-day"
    if taken:
        return "book-twice"
    if row.outside:
        return None
    if not mine:
        return "book-elsewhere"
    if order is None:
        return "book-order"
    return None if (order.drug, order.mg) == (measured.drug, row.mg) else "book-amount"


def _held(leases: Iterable[Lease], site: str, first: date, last: date) -> Iterator[date]:
    for lease in leases:
        if lease.site == site:
            yield from _days(max(first, lease.first), min(last, lease.last or last))


def _due(orders: Iterable[Order], first: date, last: date) -> Iterator[tuple[date, Order]]:
    for order in orders:
        for day in _days(max(first, order.start), min(last, order.end)):
            if order.rhythm.due(order.start, day):
                yield day, order


def _nearest(orders: Sequence[Order], day: date) -> str:
    """The order that a dose outside of all is held against; none at all is "" and no order's number."""
    before = [order for order in orders if order.start <= day]
    nearest = max(before, key=lambda order: order.start, default=None)
    return nearest.number if nearest is not None else str(UUID(int=0))


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += _DAY


def first_short(opening: Decimal, changes: Mapping[date, Decimal]) -> date | None:
    """The first day on which a place would hold less than nothing; ``changes``: its sum of each day."""
    held = opening
    for day in sorted(changes):
        held += changes[day]
        if held < _NOTHING:
            return day
    return None
