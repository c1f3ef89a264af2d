"""Definitions become Ibis expressions, over many windows, units and groups at once.

Measures of the same rows are counted together, in one pass: those that differ only in conditions of no
window, as the part and the whole of a share do. To tell people apart within a group, rows are first brought
together by person: an engine does that piece by piece, where to count them apart it has to hold everybody.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
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
_ROWS, _TIMES, _PLACED, _CALLED = "rows:", "times", "unit:facility", "unit:called"


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
    own = (WINDOW, *(name for name in by if name != UNIT))
    people = (PERSON,) if any(isinstance(each, Persons) for each in query.measures) else ()
    sums: dict[str, ir.Value] = {}
    for place in range(len(query.measures)):
        figure = fine[f"{FIGURE}{place}"]
        sums |= {f"{_ROWS}{place}": figure.count(), f"{FIGURE}{place}": figure.sum()}
    table = fine.group_by(*_each(*own, *((PLACE,) if UNIT in by else ()), *people)).aggregate(**sums)
    apart = [f"{FIGURE}{place}" for place, each in enumerate(query.measures) if isinstance(each, Persons)]
    # Who is counted in no row of a group has no figure there, or nought.
    table = _each_once(table, {name: table[name] > 0 for name in apart})
    table = _on_units(table, own, apart, borders) if UNIT in by else _again(table, own)
    if UNIT in by:
        table = _named_units(table, borders)
    figures = {place: (f"{_ROWS}{place}", f"{FIGURE}{place}") for place in range(len(query.measures))}
    return table.select(WINDOW, *by, **_told(table, figures))


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
    own = (*_window(table), *(name for name in by if name != UNIT))
    if late:
        table = _again(table, _each(*own, *((PLACE,) if borders is not None else ()), *people))
    apart = [each for each in counted if each.apart]
    table = _each_once(table, {each.figure: table[each.rows] > 0 for each in apart})
    if borders is not None:
        table = _on_units(table, own, [each.figure for each in apart], borders)
    elif people:
        table = _again(table, own)
    if all(each.conditions for each in counted):
        table = table.filter(ibis.or_(*(table[each.rows] > 0 for each in counted)))
    if WINDOW not in table.columns:
        table = table.cross_join(layout.windows.select(WINDOW))
    if borders is not None:
        table = _named_units(table, borders)
    figures = _told(table, {each.place: (each.rows, each.figure) for each in counted})
    return Query(table.select(WINDOW, *by, **figures), tuple(measures))


def _told(table: ir.Table, columns: Mapping[int, tuple[str, str]]) -> dict[str, ir.Value]:
    """What measures come to, by the columns of how many rows they have and of their figures; None in a group
    in which they have no rows."""
    return {
        f"{FIGURE}{place}": ibis.ifelse(table[rows] > 0, table[figure], None).cast(SUM)
        for place, (rows, figure) in columns.items()
    }


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


def _each_once(table: ir.Table, holds: Mapping[str, ir.BooleanValue]) -> ir.Table:
    """Rows of one person each, with 1 as a figure where somebody is counted, else 0."""
    if not holds:
        return table
    there = table[PERSON].notnull()
    return table.mutate(
        **{name: (each.fill_null(False) & there).cast("int64") for name, each in holds.items()}
    )


def _on_units(table: ir.Table, own: Keys, apart: Collection[str], borders: Borders) -> ir.Table:
    """What was brought together by facility, and by person where figures count people ``apart``, brought
    together by unit. Nearly everybody was at one facility, so facilities are added up; who was at several of
    a unit is counted there too often, and that is taken away."""
    added = _again(_placed(_again(table, _each(*own, PLACE)), borders), (*own, UNIT))
    if not apart:
        return added
    whose = _each(*own, PERSON)
    several = table.group_by(*whose).aggregate(**{_TIMES: table.count()})
    several = several.filter(several[_TIMES] > 1, several[PERSON].notnull()).drop(_TIMES)
    # What is unknown is a group too.
    alike = [table[name].identical_to(several[name]) for name in whose]
    theirs = _again(_placed(table.semi_join(several, alike), borders), (*whose, UNIT))
    less = {
        name: (1 - ibis.greatest(theirs[name], 1) if name in apart else theirs[name] * 0).cast(kind)
        for name, kind in added.schema().items()
        if name.startswith((FIGURE, _ROWS))
    }
    return _again(added.union(theirs.select(*own, UNIT, **less).select(*added.columns)), (*own, UNIT))


def _placed(table: ir.Table, borders: Borders) -> ir.Table:
    """Rows of a facility, once for each unit that it lies in: the unit's number, which costs less than its
    name to tell many rows apart by."""
    numbers = {unit: number for number, unit in enumerate(_units(borders))}
    pairs = [
        (place, numbers[unit]) for place, units in sorted(borders.items()) for unit in sorted(set(units))
    ]
    places = memory({_PLACED: "string", UNIT: "int32"}, pairs)
    return table.left_join(places, table[PLACE] == places[_PLACED])


def _named_units(table: ir.Table, borders: Borders) -> ir.Table:
    """The units' own names in place of their numbers."""
    names = memory({_PLACED: "int32", _CALLED: "string"}, list(enumerate(_units(borders))))
    found = table.left_join(names, table[UNIT] == names[_PLACED])
    return found.mutate(**{UNIT: found[_CALLED]}).drop(_PLACED, _CALLED)


def _units(borders: Borders) -> list[str]:
    return sorted({unit for units in borders.values() for unit in units})


def _again(table: ir.Table, keys: Keys) -> ir.Table:
    """What was brought together, brought together further."""
    sums = {name: table[name].sum() for name in table.columns if name.startswith((FIGURE, _ROWS))}
    return _by(table, keys).aggregate(**sums)


def _each(*names: str) -> Keys:
    return tuple(dict.fromkeys(names))


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
