"""Which figures a changed row can change: read off a definition, without counting anything.

A definition reads a table at one or several places. Whatever it does with the rows afterwards, at each place
there are conditions that every row has to fulfil to matter at all; those on a day of the row say of which
windows it can be. What is not understood restricts nothing, so that a window is counted once too often and
never once too few.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from phoihop.engines.indicators.bounds import Reach, named, parts, reaches
from phoihop.engines.indicators.facts import PERSON, Table
from phoihop.engines.indicators.rows import Among, Facts, Joined, Latest, Rows, Summed, Where, With
from phoihop.engines.indicators.values import Column, Value
from phoihop.kernel.calendars import Window


@dataclass(frozen=True, slots=True)
class Reading:
    """One place at which a table is read, and what each row has to fulfil to matter there."""

    table: Table
    conditions: tuple[Value, ...]

    def reaches(self, windows: Sequence[Window]) -> list[tuple[str, Reach]]:
        """Of columns of the table: from where and up to where they have to lie in each window."""
        found = reaches(self.conditions, windows)
        return [(each.of.name, each) for each in found if isinstance(each.of, Column)]


def readings(rows: Rows, conditions: tuple[Value, ...] = ()) -> Iterator[Reading]:
    """Every place at which rows read a table. ``conditions``: on their columns, without which a row is of no
    use to whoever asks."""
    match rows:
        case Facts(table):
            yield Reading(table, conditions)
        case Where():
            yield from readings(rows.rows, (*conditions, *parts(rows.condition)))
        case With(_, name):
            yield from readings(rows.rows, tuple(each for each in conditions if name not in named(each)))
        case Among(_, others, on) | Joined(_, others, on):
            # What is brought may be missing where a row of others goes: that is no condition on the others.
            own = frozenset(rows.rows.columns())
            yield from readings(rows.rows, _on(conditions, own))
            # Both agree in these columns, or the other row is not asked for.
            yield from readings(others, _on((*conditions, *_sifting(rows.rows)), frozenset(on)))
        case Latest(_, per) | Summed(_, per):
            # A condition on what they are told apart by takes all of somebody's rows, or none.
            yield from readings(rows.rows, _on(conditions, frozenset(per)))


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
