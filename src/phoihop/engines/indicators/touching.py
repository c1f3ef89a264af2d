"""Which figures a changed row can change: read off a definition, without counting anything.

A definition reads a table at one or several places. Whatever it does with the rows afterwards, at each place
there are conditions that every row has to fulfil to matter at all; those on a day of the row say of which
windows it can be. What is not understood restricts nothing, so that a window is counted once too often and
never once too few.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from phoihop.engines.indicators.bounds import Reach, asks, named, parts, reaches, rising, single
from phoihop.engines.indicators.facts import PERSON, Kind, Table
from phoihop.engines.indicators.rows import (
    Among,
    Facts,
    Joined,
    Latest,
    Measure,
    Persons,
    Rows,
    Summed,
    Total,
    Where,
    With,
)
from phoihop.engines.indicators.values import Column, Value
from phoihop.kernel.calendars import Window

Most = Callable[[Table, str], Decimal | None]  # of a column the greatest number that stands there, if known


def _unknown(table: Table, column: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Reading:
    """One place at which a table is read: what each row has to fulfil to matter there, and which of its
    columns matter, as long as no two rows agree in one of the ``keys``; else all do.

    ``chosen``: the last row of each person, where nothing else of the table is seen there and no window has
    a say in which it is, and the columns of it that matter."""

    table: Table
    conditions: tuple[Value, ...]
    columns: frozenset[str]
    keys: frozenset[frozenset[str]] = frozenset()
    chosen: tuple[Latest, frozenset[str]] | None = None

    def reaches(self, windows: Sequence[Window]) -> list[tuple[str, Reach]]:
        """Of columns of the table: from where and up to where they have to lie in each window."""
        found = reaches(self.conditions, windows)
        return [(each.of.name, each) for each in found if isinstance(each.of, Column)]


def readings(
    rows: Rows,
    wanted: frozenset[str] | None = None,
    conditions: tuple[Value, ...] = (),
    keys: frozenset[frozenset[str]] = frozenset(),
    most: Most = _unknown,
) -> Iterator[Reading]:
    """Every place at which rows read a table. ``wanted``: the columns of them that somebody asks for, None:
    all; ``conditions``: on these, without which a row is of no use; ``keys``: of which no two rows may agree
    in all, or else every column is asked for."""
    known = frozenset(rows.columns())
    wanted = known if wanted is None else wanted
    match rows:
        case Facts(table):
            yield Reading(table, conditions, wanted, keys)
        case Where():
            sifting = tuple(parts(rows.condition))
            needed = wanted.union(*map(named, sifting))
            yield from readings(rows.rows, needed, (*conditions, *sifting), keys, most)
        case With(_, name, value):
            needed = wanted - {name} | named(value) if name in wanted else wanted
            kept = tuple(each for each in conditions if name not in named(each))
            yield from readings(rows.rows, needed, kept, keys, most)
        case Among(_, others, on) | Joined(_, others, on):
            own = frozenset(rows.rows.columns())
            brought = rows.bring if isinstance(rows, Joined) else ()
            if brought and not keys and wanted.isdisjoint(new for new, _ in brought):
                yield from readings(rows.rows, wanted, conditions, most=most)
                return
            # What is brought may be missing where a row of others goes: that is no condition on the others.
            yield from readings(rows.rows, wanted & own | {*on}, _on(conditions, own), keys, most)
            # Both agree in these columns, or the other row is not asked for.
            shared = _on((*conditions, *_sifting(rows.rows)), frozenset(on))
            # Where rows may be level, what is brought decides too.
            asked = frozenset({*on, *(old for new, old in brought if new in wanted or keys)})
            yield from readings(others, asked, shared, most=most)
        case Latest(_, per, order):
            # Where rows are level in the order, the other columns decide which is the last.
            key = frozenset({*per, *order})
            needed = wanted | key
            more = frozenset() if wanted <= key else frozenset({key})
            # A condition on what they are told apart by takes all of somebody's rows, or none; and if rows
            # are of no use up to some place in the order, then the last one is, or none beneath matters.
            taking = (*_on(conditions, frozenset(per)), *_since(rows, conditions, most))
            beneath = readings(rows.rows, needed, taking, keys | more, most)
            # Where these rows may be level themselves, every column of them decides.
            seen = wanted | {*per} if not keys else known
            plain = PERSON in per and not asks(rows) and single(rows.rows)
            yield from (replace(each, chosen=(rows, seen)) for each in beneath) if plain else beneath
        case Summed(_, per, sums):
            # A sum is of several rows: whether two of these are level says nothing of it.
            needed = frozenset(
                {*per, *(name for new, name in sums if name is not None and (new in wanted or keys))}
            )
            yield from readings(rows.rows, needed, _on(conditions, frozenset(per)), most=most)


def asked(measure: Measure, by: Iterable[str]) -> frozenset[str]:
    """The columns of its rows that a measure needs, told apart by some."""
    own = (
        {measure.column}
        if isinstance(measure, Total)
        else {PERSON}
        if isinstance(measure, Persons)
        else set()
    )
    return frozenset({*own, *by})


def alone(rows: Rows) -> bool:
    """Whether what is found of a person hangs on no other person's rows: then a figure is the sum of what
    each person adds to it. Tables without people may be joined to them."""
    match rows:
        case Facts(table):
            return _of_people(table)
        case Where() | With():
            return alone(rows.rows)
        case Among(_, others, on) | Joined(_, others, on):
            if not alone(rows.rows):
                return False
            return (PERSON in on and alone(others)) or not any(
                _of_people(each.table) for each in readings(others)
            )
        case Latest(_, per) | Summed(_, per):
            return PERSON in per and alone(rows.rows)


def _of_people(table: Table) -> bool:
    return PERSON in dict(table.columns)


def _on(conditions: tuple[Value, ...], columns: frozenset[str]) -> tuple[Value, ...]:
    return tuple(each for each in conditions if named(each) <= columns)


def _since(rows: Latest, conditions: Iterable[Value], most: Most) -> Iterator[Value]:
    """Conditions on the day that orders rows of one table, which every row fulfils that fulfils some: from
    when on medicine was fetched that may still last."""
    if not rows.order:
        return
    day, valued, beneath = rows.order[0], dict[str, Value](), rows.rows
    while isinstance(beneath, Where | With):
        if isinstance(beneath, With):
            valued[beneath.name] = beneath.value
        beneath = beneath.rows
    if not isinstance(beneath, Facts) or dict(beneath.table.columns).get(day) is not Kind.DAY:
        return
    table = beneath.table
    for condition in conditions:
        yield from rising(condition, Column(day), valued, lambda column: most(table, column))


def _sifting(rows: Rows) -> tuple[Value, ...]:
    """Conditions that every one of some rows fulfils."""
    match rows:
        case Where():
            return (*parts(rows.condition), *_sifting(rows.rows))
        case With() | Among() | Joined():
            return _sifting(rows.rows)
        case Latest() | Summed():
            return _on(_sifting(rows.rows), frozenset(rows.per))
    return ()
