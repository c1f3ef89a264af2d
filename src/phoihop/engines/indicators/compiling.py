"""Definitions become Ibis expressions, over many windows, units and groups at once.

Measures of the same rows are counted together, in one pass: those that differ only in conditions of no
window, as the part and the whole of a share do. To tell people apart within a group, rows are first brought
together by person: an engine does that piece by piece, where to count them apart it has to hold everybody.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir

from phoihop.engines.indicators.batching import Size, batches
from phoihop.engines.indicators.bounds import asks, named, once, spine
from phoihop.engines.indicators.definitions import PLACE, Indicator
from phoihop.engines.indicators.expressions import SUM, WINDOW, expression
from phoihop.engines.indicators.facts import PERSON, DefinitionError
from phoihop.engines.indicators.laying import Layout, memory
from phoihop.engines.indicators.reference import UNIT, Borders
from phoihop.engines.indicators.rows import Count, Joined, Keys, Measure, Persons, Rows, Total, With
from phoihop.engines.indicators.values import Value
from phoihop.kernel.calendars import Window

FIGURE = "figure:"  # and its measure's place in the query
_ROWS, _PLACED = "rows:", "unit:facility"


@dataclass(frozen=True)
class Query:
    """What counts some measures: a row for each window and group in which one of them has rows, with the
    window's number from 0 (``WINDOW``), the group's columns, and each measure's figure (``FIGURE`` and its
    place here); None where it has no rows in the group."""

    table: ir.Table
    measures: tuple[Measure, ...]


@dataclass(frozen=True)
class _Counted:
    """One of the measures of the same rows: its place, and what has to hold besides of a row that counts.
    ``apart``: people of a group have to be told apart."""

    place: int
    measure: Measure
    conditions: tuple[Value, ...]
    apart: bool

    @property
    def rows(self) -> str:
        return f"{_ROWS}{self.place}"

    @property
    def figure(self) -> str:
        return self.rows if isinstance(self.measure, Count) else f"{FIGURE}{self.place}"


def compiled(
    indicators: Iterable[Indicator],
    tables: Mapping[str, ir.Table],
    windows: Sequence[Window],
    by: Sequence[str] = (),
    borders: Borders | None = None,
    sizes: Mapping[str, Size] | None = None,
) -> tuple[Query, ...]:
    """The queries that count every measure of some indicators, each once of every window.

    ``tables``: facts by name; one that is not there is empty. With ``borders``, ``UNIT`` stands among ``by``:
    a facility in no unit counts under None, one in several units in each. ``sizes``: of tables,
    where they are known; of large ones, several queries read some windows' rows each. DefinitionError where a
    column is not there, or a table of facts is of other kinds than the definition says.
    """
    if not windows or len(set(windows)) != len(windows):
        raise DefinitionError("no window, or one twice")
    if (borders is not None) != (UNIT in by):
        raise DefinitionError("units without borders, or borders without units")
    alike: dict[tuple[Rows, frozenset[Value]], dict[Measure, tuple[Value, ...]]] = {}
    for indicator in indicators:
        for measure in indicator.measures:
            own = set(measure.rows.columns())
            if not set(by) - {UNIT} <= own or len(set(by)) != len(by) or UNIT in own & set(by):
                raise DefinitionError(f"{tuple(by)} are not columns of {indicator.code}, each once")
            core, conditions = spine(measure.rows)
            asked = frozenset(each for each in conditions if asks(each))
            alike.setdefault((core, asked), {})[measure] = conditions
    return tuple(
        _numbered(_query(Layout(tables, tuple(some)), core, found, tuple(by), borders), first)
        for (core, _), found in alike.items()
        for first, some in batches(found, windows, sizes or {})
    )


def again(fine: ir.Table, query: Query, by: Keys, borders: Borders) -> ir.Table:
    """What a query found, of which each row is of one person where people are counted, told apart in fewer
    ways. With ``UNIT`` among ``by``, somebody who went to several facilities of a unit counts once in it."""
    if UNIT in by:
        fine = _on_units(fine, borders)
    figures = {}
    for place, measure in enumerate(query.measures):
        figure = fine[f"{FIGURE}{place}"]
        if isinstance(measure, Persons):
            # Who is counted in no row of a group has no figure there, or nought.
            people = fine[PERSON].nunique(where=figure > 0)
            found = ibis.ifelse(figure.count() > 0, people, None)
        else:
            found = figure.sum()
        figures[f"{FIGURE}{place}"] = found.cast(SUM)
    return fine.group_by(WINDOW, *by).aggregate(**figures)


def _query(
    layout: Layout,
    core: Rows,
    measures: Mapping[Measure, tuple[Value, ...]],
    by: Keys,
    borders: Borders | None,
) -> Query:
    first, *others = measures.values()
    shared = [each for each in first if all(each in other for other in others)]
    placed = tuple(name for name in by if name not in (UNIT, PLACE)) if borders is not None else by
    counted = [
        _Counted(
            place,
            measure,
            tuple(each for each in conditions if each not in shared),
            not _single(measure, placed),
        )
        for place, (measure, conditions) in enumerate(measures.items())
    ]
    people = (PERSON,) if any(each.apart for each in counted) else ()
    read = _read(shared, counted)
    needed = {*by, *people, PLACE} - {UNIT} if borders is not None else {*by, *people}
    core, late = _late(core, read) if PERSON in needed else (core, [])
    early, late = _sources(needed, late)
    rows = layout.sifted(core, shared, early | read)
    table = _brought(rows, counted, (*_window(rows), *sorted(early)))
    for step in late:
        if isinstance(step, Joined):
            table = layout.joined(step, table)
        else:
            table = layout.valued(table, step.name, step.value)
    if borders is not None:
        table = _on_units(table, borders)
    of_window = _window(table)
    if late or borders is not None:
        table = _again(table, (*of_window, *dict.fromkeys((*by, *people))))
    if people:
        table = _people(table, counted, (*of_window, *by))
    if all(each.conditions for each in counted):
        table = table.filter(ibis.or_(*(table[each.rows] > 0 for each in counted)))
    if not of_window:
        table = table.cross_join(layout.windows.select(WINDOW))
    figures = {
        f"{FIGURE}{each.place}": ibis.ifelse(table[each.rows] > 0, table[each.figure], None).cast(SUM)
        for each in counted
    }
    return Query(table.select(WINDOW, *by, **figures), tuple(measures))


def _numbered(query: Query, first: int) -> Query:
    """The query with the numbers that its windows have among all."""
    if not first:
        return query
    return Query(query.table.mutate(**{WINDOW: query.table[WINDOW] + first}), query.measures)


def _late(core: Rows, read: frozenset[str]) -> tuple[Rows, list[With | Joined]]:
    """The rows without the columns that only tell groups apart, and what gives these, in its order: where
    rows are brought together by person there are far fewer to work them out for. What a person is like is
    asked once for each person, facility and window, and not for each of their doses."""
    late: list[With | Joined] = []
    while True:
        match core:
            case With(_, name) if name not in read:
                late.insert(0, core)
            case Joined(_, _, on, bring) if on == (PERSON,) and not read & {name for name, _ in bring}:
                late.insert(0, core)
            case _:
                return core, late
        core = core.rows


def _read(shared: Iterable[Value], counted: Iterable[_Counted]) -> frozenset[str]:
    """The columns that are needed of each row."""
    conditions = [*shared, *(one for each in counted for one in each.conditions)]
    totals = {each.measure.column for each in counted if isinstance(each.measure, Total)}
    people = {PERSON for each in counted if isinstance(each.measure, Persons)}
    return frozenset({*people, *totals, *(name for each in conditions for name in named(each))})


def _sources(
    names: Iterable[str], late: Sequence[With | Joined]
) -> tuple[frozenset[str], list[With | Joined]]:
    """The columns from which those that are wanted can be worked out, and what has to be done for it."""
    found = frozenset(names)
    wanted: list[With | Joined] = []
    for step in reversed(late):
        gives = {name for name, _ in step.bring} if isinstance(step, Joined) else {step.name}
        if found & gives:
            asks_for = {*step.on} if isinstance(step, Joined) else named(step.value)
            found = found - gives | asks_for
            wanted.insert(0, step)
    return found, wanted


def _brought(rows: ir.Table, counted: Sequence[_Counted], keys: Keys) -> ir.Table:
    """Rows brought together: of each measure how many, and what they come to."""
    found = {}
    for each in counted:
        holds = ibis.and_(*(expression(one, rows) for one in each.conditions)) if each.conditions else None
        found[each.rows] = rows.count(where=holds)
        if isinstance(each.measure, Total):
            found[each.figure] = rows[each.measure.column].sum(where=holds).cast(SUM).fill_null(0)
        elif isinstance(each.measure, Persons) and not each.apart:
            found[each.figure] = rows[PERSON].count(where=holds)
    return _by(rows, keys).aggregate(**found)


def _on_units(table: ir.Table, borders: Borders) -> ir.Table:
    """What was brought together by facility, once for each unit that it lies in."""
    pairs = [(place, unit) for place, units in sorted(borders.items()) for unit in sorted(set(units))]
    places = memory({_PLACED: "string", UNIT: "string"}, pairs)
    return table.left_join(places, table[PLACE] == places[_PLACED])


def _again(table: ir.Table, keys: Keys) -> ir.Table:
    """What was brought together, brought together further."""
    sums = {name: table[name].sum() for name in table.columns if name.startswith((FIGURE, _ROWS))}
    return _by(table, keys).aggregate(**sums)


def _people(table: ir.Table, counted: Sequence[_Counted], keys: Keys) -> ir.Table:
    """What was brought together by person, brought together over people, each of whom counts once."""
    sums = {name: table[name].sum() for name in table.columns if name.startswith((FIGURE, _ROWS))}
    there = table[PERSON].notnull()
    apart = {
        each.figure: ((table[each.rows] > 0) & there).cast("int64").sum() for each in counted if each.apart
    }
    return _by(table, keys).aggregate(**sums, **apart)


def _by(table: ir.Table, keys: Keys) -> Any:
    return table.group_by(*keys) if keys else table


def _window(table: ir.Table) -> Keys:
    return (WINDOW,) if WINDOW in table.columns else ()


def _single(measure: Measure, by: Keys) -> bool:
    """Whether nobody has to be told apart: what is counted is no people, or each has at most one row in a
    group."""
    if not isinstance(measure, Persons):
        return True
    apart = once(measure.rows)
    return bool(apart) and {*apart} <= {PERSON, *by}
