"""Figures after a change of facts, without counting everything again.

Of two states of the files only those of months that changed are compared, row by row. Where many people's
rows changed (a day of doses), the windows that these can touch are counted anew; ``touching.py`` says which.
Where few did (somebody's treatment of three years ago was corrected today), what they added to each figure
before is taken away and what they add now is added: each person is counted by themselves, so that is what
counting anew would give.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from phoihop.engines.indicators.comparing import SIGN, apart, read
from phoihop.engines.indicators.compiling import Query
from phoihop.engines.indicators.definitions import PLACE, Indicator
from phoihop.engines.indicators.engine import Engine, Figures
from phoihop.engines.indicators.expressions import schema
from phoihop.engines.indicators.facts import PERSON, Table
from phoihop.engines.indicators.laying import Layout, memory
from phoihop.engines.indicators.partitions import greatest, holding
from phoihop.engines.indicators.reference import UNIT, Borders, Figure, Group
from phoihop.engines.indicators.rows import Latest, Measure
from phoihop.engines.indicators.touching import Reading, alone, asked, readings
from phoihop.kernel.calendars import Window

Files = Mapping[str, Sequence[Path]]  # of each table
HANDFUL = 100  # people, or less
FEW = 20  # one in so many of the most whom the changed months of a table are of
Limit = tuple[tuple[str, date | None, date | None], ...]  # of some columns from what day on, and up to what
Wanted = tuple[Measure, frozenset[str]]  # and of its rows the columns that are asked for
Limits = frozenset[Limit]  # a row that keeps to one of them can matter
NOW = "state:now"  # no table of facts names a column so
MOST = 2  # one in so many of the bytes: of more, everything is counted anew


class Some(NamedTuple):
    """In these windows figures may differ, of these people alone."""

    windows: tuple[Window, ...]
    people: frozenset[str]


@dataclass(frozen=True, slots=True)
class Plan:
    """Of which windows figures may differ: of everybody, or of some people alone."""

    everyone: tuple[Window, ...]
    some: tuple[Some, ...]


@dataclass
class Refresh:
    """Two states of some tables of facts. ``changed``: the rows that are gone, and those that are new;
    ``crowd``: how many people the months that changed are of."""

    backend: ibis.BaseBackend
    tables: Mapping[str, Table]
    before: Files
    after: Files
    changed: dict[str, pa.Table] = field(default_factory=dict)
    crowd: dict[str, int] = field(default_factory=dict)
    _held: dict[str, list["_Held"]] = field(default_factory=dict)
    _lists: dict[frozenset[str], ir.Table] = field(default_factory=dict)
    _levels: dict[tuple[str, frozenset[str]], bool] = field(default_factory=dict)
    _differences: dict[tuple[str, frozenset[str]], pa.Table] = field(default_factory=dict)
    _others: dict[Any, pa.Table | None] = field(default_factory=dict)
    _greatest: dict[tuple[str, str], Decimal | None] = field(default_factory=dict)
    _touched: dict[Any, list[frozenset[str] | None]] = field(default_factory=dict)

    def plan(
        self, indicators: Iterable[Indicator], windows: Sequence[Window], by: Collection[str] | None = None
    ) -> Plan:
        """Which of some windows the figures of definitions may differ in, told apart by place and by some
        columns; None: by all that each can be told apart by."""
        found: list[set[str] | None] = [set() for _ in windows]
        for measure, columns in _wanted(indicators, by):
            apart = alone(measure.rows)
            for reading in readings(measure.rows, columns, most=self._most):
                for number, people in enumerate(self._people(reading, windows)):
                    known = found[number]
                    if known is None or people == frozenset():
                        continue
                    if people is None or not apart:
                        found[number] = None
                    else:
                        known |= people
        some = []
        # Yesterday's people are many in one window, those of an old correction few in many.
        for few in (True, False):
            numbers = [at for at, people in enumerate(found) if people and (len(people) <= HANDFUL) is few]
            together = frozenset(person for at in numbers for person in found[at] or ())
            if self._many(together):
                for at in numbers:
                    found[at] = None
            elif numbers:
                some.append(Some(tuple(windows[at] for at in numbers), together))
        return Plan(
            tuple(window for window, people in zip(windows, found, strict=True) if people is None),
            tuple(some),
        )

    def compute_ways(
        self,
        now: Engine,
        indicators: Sequence[Indicator],
        windows: Sequence[Window],
        ways: Sequence[Sequence[str]],
        borders: Borders,
        known: Sequence[Sequence[Figures]],
    ) -> list[list[Figures]]:
        """What ``now.compute_ways`` gives; ``known``: the same of the state before, of whichever windows it
        was worked out for; groups of nothing may be missing there."""
        there = {window for ways_of in known for figures in ways_of for window in figures}
        by = {name for way in ways for name in way}
        plan = self.plan(indicators, [window for window in windows if window in there], by)
        anew = [window for window in windows if window not in there or window in plan.everyone]
        whole = now.compute_ways(indicators, anew, ways, borders) if anew else None
        moved = [
            (
                each.windows,
                self.sides(indicators, *each, by).compute_ways(indicators, each.windows, ways, borders),
            )
            for each in plan.some
        ]
        found: list[list[Figures]] = []
        for which, indicator in enumerate(indicators):
            found.append([])
            for number in range(len(ways)):
                figures: Figures = {}
                for window in windows:
                    if whole is not None and window in anew:
                        told = whole[which][number][window]
                    else:
                        told = dict(known[which][number].get(window, {}))
                        for of, differing in moved:
                            if window in of:
                                _move(indicator, told, differing[which][number][window])
                    figures[window] = told
                found[-1].append(figures)
        return found

    def sides(
        self,
        indicators: Iterable[Indicator],
        windows: Sequence[Window],
        people: frozenset[str],
        by: Collection[str] | None = None,
    ) -> "Sides":
        """What definitions read of some people in some windows, before and now, to be told apart by place
        and by some columns; None: by all that each can be."""
        limited = self._limits(_wanted(indicators, by), windows).items()
        held = {name: self._side(name, people, limits) for name, limits in limited if name in self.tables}
        listed = self._listed(people)
        tables = {
            name: each.view if each.people <= people else each.view.semi_join(listed, PERSON)
            for name, each in held.items()
        }
        return Sides(
            self.backend,
            tables,
            (NOW,),
            states={each.shown: each.states for name, each in held.items() if name in self.changed},
        )

    def _limits(self, wanted: Iterable[Wanted], windows: Sequence[Window]) -> dict[str, Limits]:
        """Of each table that measures read: between what days a row can matter in any of some windows."""
        found: dict[str, set[Limit]] = {}
        for measure, columns in wanted:
            for reading in readings(measure.rows, columns, most=self._most):
                limit = tuple(
                    (name, min(reach.lows) if reach.lows else None, max(reach.highs) if reach.highs else None)
                    for name, reach in reading.reaches(windows)
                )
                found.setdefault(reading.table.name, set()).add(limit)
        return {name: frozenset(limits) for name, limits in found.items()}

    def _most(self, table: Table, column: str) -> Decimal | None:
        """The greatest number that a column has in either of the two states, as the files themselves say."""
        key = table.name, column
        if key not in self._greatest:
            paths = {*self.before.get(table.name, ()), *self.after.get(table.name, ())}
            self._greatest[key] = greatest(paths, column)
        return self._greatest[key]

    def _listed(self, people: frozenset[str]) -> ir.Table:
        if people not in self._lists:
            rows = memory({PERSON: "string"}, [(each,) for each in sorted(people)])
            self._lists[people] = self.backend.create_table(ibis.util.gen_name("people"), rows, temp=True)
        return self._lists[people]

    def _side(self, name: str, people: frozenset[str], limits: Limits) -> "_Held":
        """Rows of a table that lie in memory for some people at least, and within some limits at least."""
        known = [each for each in self._held.get(name, ()) if limits <= each.limits or () in each.limits]
        for each in known:
            if people <= each.people or limits == each.limits:
                each.take(self.backend, people)
                return each
        found = _Held(self.backend, self.tables[name], limits, _parted(name, self.before, self.after))
        found.take(self.backend, people)
        self._held.setdefault(name, []).append(found)
        return found

    def _people(self, reading: Reading, windows: Sequence[Window]) -> list[frozenset[str] | None]:
        """Of each window the people whose rows of a reading changed; None where they are many or nobody's."""
        if reading.table.name not in self.changed:
            return [frozenset()] * len(windows)
        every = frozenset(name for name, _ in reading.table.columns)
        if reading.chosen is not None:
            changed = self._differing(reading.table, every)
            key = reading.table.name, reading.chosen
            if key not in self._others:
                self._others[key] = self._otherwise(reading.table, changed, *reading.chosen)
            rows = self._others[key]
            if rows is not None:
                return self._of_windows(key, rows, reading, windows)
        found = []
        for columns in (every, reading.columns | ({PERSON} & every)):
            rows = self._differing(reading.table, columns)
            found.append(self._of_windows((reading.table.name, columns), rows, reading, windows))
        whole, narrow = found
        # Whether rows may be level is worth asking only where it makes a difference.
        if whole != narrow and any(
            not key <= every or self._level(reading.table, key) for key in reading.keys
        ):
            return whole
        return narrow

    def _of_windows(
        self, kind: tuple[Any, ...], rows: pa.Table, reading: Reading, windows: Sequence[Window]
    ) -> list[frozenset[str] | None]:
        """``_people`` by the rows that changed; ``kind``: which these are."""
        reaches = tuple((name, reach.lows, reach.highs) for name, reach in reading.reaches(windows))
        key = (kind, tuple(windows), reaches)
        if key not in self._touched:
            days = {name: _days(rows[name]) for name, _, _ in reaches}
            self._touched[key] = [
                self._of_window(
                    rows,
                    [
                        (days[name], lows and lows[number], highs and highs[number])
                        for name, lows, highs in reaches
                    ],
                )
                for number in range(len(windows))
            ]
        return self._touched[key]

    def _many(self, people: Collection[object]) -> bool:
        return len(people) * FEW > max(self.crowd.values(), default=0)

    def _level(self, table: Table, key: frozenset[str]) -> bool:
        """Whether two rows agree in a key, in one of the two states, among those whom rows that changed are
        of; of many that is taken for true."""
        found = table.name, key
        if found not in self._levels:
            if PERSON in key:
                changed = pc.unique(self.changed[table.name][PERSON])
                if changed.null_count or self._many(changed):
                    self._levels[found] = True
                    return True
                people = frozenset(changed.to_pylist())
                sides = self._side(table.name, people, frozenset({()})).states
            else:
                states = self.before, self.after
                sides = tuple(read(self.backend, table, each.get(table.name, ())) for each in states)
            self._levels[found] = any(
                _any(
                    self.backend,
                    rows.group_by(sorted(key))
                    .aggregate(many=rows.count())
                    .filter(lambda found: found.many > 1),
                )
                for rows in sides
            )
        return self._levels[found]

    def _differing(self, table: Table, columns: frozenset[str]) -> pa.Table:
        """Of the rows that changed those that did in some columns."""
        key = table.name, columns
        if key not in self._differences:
            rows = self.changed[table.name]
            told = rows.group_by(sorted(columns)).aggregate([(SIGN, "sum")])
            self._differences[key] = told.filter(pc.not_equal(told[f"{SIGN}_sum"], 0))
        return self._differences[key]

    def _otherwise(
        self, table: Table, rows: pa.Table, chosen: Latest, columns: frozenset[str]
    ) -> pa.Table | None:
        """Of rows that changed those of people whose last row is another one now, in some columns; None
        where they are many, or nobody's."""
        changed = pc.unique(rows[PERSON])
        if changed.null_count or self._many(changed):
            return None
        people = frozenset(changed.to_pylist())
        parts = []
        for sign, state in zip((-1, 1), self._side(table.name, people, frozenset({()})).states, strict=True):
            whose = state.semi_join(self._listed(people), PERSON)
            last = Layout({table.name: whose}, ()).lay(chosen, columns).select(*sorted(columns))
            found = self.backend.to_pyarrow(last)
            parts.append(found.append_column(SIGN, pa.array([sign] * len(found), pa.int64())))
        told = pa.concat_tables(parts).group_by(sorted(columns)).aggregate([(SIGN, "sum")])
        other = told.filter(pc.not_equal(told[f"{SIGN}_sum"], 0))[PERSON]
        return rows.filter(pc.is_in(rows[PERSON], other.combine_chunks()))

    def _of_window(self, rows: pa.Table, bounds: Iterable[tuple[Any, Any, Any]]) -> frozenset[str] | None:
        within = np.ones(len(rows), bool)
        for days, low, high in bounds:
            within &= ~np.isnat(days)
            if low is not None:
                within &= days >= np.datetime64(low)
            if high is not None:
                within &= days <= np.datetime64(high)
        if not within.any():
            return frozenset()
        if PERSON not in rows.column_names:
            return None
        people = pc.unique(rows[PERSON].filter(pa.array(within)))
        if people.null_count or self._many(people):
            return None
        return frozenset(people.to_pylist())


def refresh(
    backend: ibis.BaseBackend, tables: Iterable[Table], before: Files, after: Files
) -> Refresh | None:
    """What changed between two states of tables; None where that is so much, or of such another form, that
    everything is counted anew."""
    named = {table.name: table for table in tables}
    whole = sum(_size(after.get(name, ())) for name in named)
    found = Refresh(backend, named, before, after)
    different = {name: _parted(name, before, after)[1:] for name in found.tables}
    if sum(_size(new) for _, new in different.values()) * MOST > whole:
        return None
    for name, (gone, new) in different.items():
        table = found.tables[name]
        if any(pq.read_schema(path) != schema(table).to_pyarrow() for path in gone):
            return None
        if gone or new:
            found.changed[name], found.crowd[name] = apart(table, gone, new)
    return found


def _parted(name: str, before: Files, after: Files) -> tuple[list[Path], list[Path], list[Path]]:
    """The files of a table that are the same in two states, those that are gone, and those that are new."""
    was, now = before.get(name, ()), after.get(name, ())
    there, here = {*was}, {*now}
    return (
        [path for path in now if path in there],
        [path for path in was if path not in here],
        [path for path in now if path not in there],
    )


class _Held:
    """Rows of a table that are asked for, of some people and within some limits: those that are the same in
    two states, those that are gone, and those that are new."""

    def __init__(
        self, backend: ibis.BaseBackend, table: Table, limits: Limits, parts: Sequence[Sequence[Path]]
    ) -> None:
        self.limits, self.people = limits, frozenset[str]()
        self._table, self._parts = table, parts
        self._names = [ibis.util.gen_name("some") for _ in parts]
        if PERSON in dict(table.columns):
            shape = schema(table)
            views = [backend.create_table(name, schema=shape, temp=True) for name in self._names]
        else:
            self._names = []
            views = [self._within(read(backend, table, paths)) for paths in parts]
        same, gone, come = views
        self.states = same.union(gone), same.union(come)
        self.shown = ibis.util.gen_name("facts")
        self.view = backend.create_view(self.shown, self.states[True])

    def take(self, backend: ibis.BaseBackend, people: frozenset[str]) -> None:
        """Have the rows of these people too."""
        more = people - self.people
        if more and self._names:
            some = memory({PERSON: "string"}, [(each,) for each in sorted(more)])
            for name, paths in zip(self._names, self._parts, strict=True):
                there = holding(paths, more)
                if there:
                    rows = self._within(read(backend, self._table, there))
                    backend.insert(name, rows.semi_join(some, PERSON))
            self.people |= people

    def _within(self, rows: ir.Table) -> ir.Table:
        # Where a reading is limited by nothing, every day may be asked for.
        if () in self.limits:
            return rows
        return rows.filter(ibis.or_(*(_within(rows, each) for each in self.limits)))


@dataclass(frozen=True)
class Sides(Engine):
    """Two states of facts: every group begins with whether it is of the one of now (``NOW``). A query is made
    once and asked of both, by views that are turned. ``states``: of the views that differ what they show."""

    states: Mapping[str, tuple[ir.Table, ir.Table]] = field(default_factory=dict)

    def arrow(self, queries: Sequence[Query]) -> Iterator[pa.Table]:
        asked = [self.backend.create_view(ibis.util.gen_name("asked"), query.table) for query in queries]
        found: list[list[pa.Table]] = [[] for _ in queries]
        for now in (False, True):
            for view, shown in self.states.items():
                self.backend.create_view(view, shown[now], overwrite=True)
            for at, each in enumerate(asked):
                rows = self.backend.to_pyarrow(each)
                found[at].append(rows.append_column(NOW, pa.array([now] * len(rows), pa.bool_())))
        yield from map(pa.concat_tables, found)


def _wanted(indicators: Iterable[Indicator], by: Collection[str] | None) -> set[Wanted]:
    """The measures of definitions, each with the columns of its rows that are asked for."""
    return {
        (measure, asked(measure, {PLACE, *(each.splits if by is None else by)} - {UNIT}))
        for each in indicators
        for measure in each.measures
    }


def _within(rows: ir.Table, limit: Limit) -> ir.BooleanValue:
    return ibis.and_(
        *(rows[name] >= ibis.literal(low) for name, low, _ in limit if low is not None),
        *(rows[name] <= ibis.literal(high) for name, _, high in limit if high is not None),
    )


def _move(indicator: Indicator, told: dict[Group, Figure], moved: Mapping[Group, Figure]) -> None:
    """Take away what some people added before, and add what they add now."""
    for (now, *group), figure in moved.items():
        was = told.get((*group,), Figure(Decimal(0)))
        sign = 1 if now else -1
        whole = None
        if indicator.denominator is not None:
            whole = (was.denominator or Decimal(0)) + sign * (figure.denominator or Decimal(0))
        told[(*group,)] = Figure(was.numerator + sign * figure.numerator, whole)


def _size(paths: Iterable[Path]) -> int:
    return sum(path.stat().st_size for path in paths)


def _any(backend: ibis.BaseBackend, rows: ir.Table) -> bool:
    return bool(backend.to_pyarrow(rows.limit(1)).num_rows)


def _days(column: Any) -> Any:
    """Days as numpy has them; what is unknown is no day."""
    return column.combine_chunks().cast(pa.date32()).to_numpy(zero_copy_only=False).astype("datetime64[D]")
