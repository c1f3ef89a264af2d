"""Figures after a change of facts, without counting everything again.

Of two states of the files only those of months that changed are compared, row by row. Where many people's
rows changed (a day of doses), the windows that these can touch are counted anew; ``touching.py`` says which.
Where few did (somebody's treatment of three years ago was corrected today), what they added to each figure
before is taken away and what they add now is added: each person is counted by themselves, so that is what
counting anew would give.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from phoihop.engines.indicators.compiling import Query
from phoihop.engines.indicators.definitions import PLACE, Indicator
from phoihop.engines.indicators.engine import Engine, Figures
from phoihop.engines.indicators.expressions import schema
from phoihop.engines.indicators.facts import PERSON, Table
from phoihop.engines.indicators.laying import memory
from phoihop.engines.indicators.reference import UNIT, Borders, Figure, Group
from phoihop.engines.indicators.touching import Reading, alone, asked, readings
from phoihop.kernel.calendars import Window

Files = Mapping[str, Sequence[Path]]  # of each table
FEW = 20  # one in so many of the most whom the changed months of a table are of
LARGE = 20  # a table of more than one in so many of the bytes is not searched for rows that are level
_SIGN = "state:sign"
NOW = "state:now"  # no table of facts names a column so
MOST = 2  # one in so many of the bytes: of more, everything is counted anew


@dataclass(frozen=True, slots=True)
class Plan:
    """Of which windows figures may differ: of everybody, or of some people alone."""

    everyone: tuple[Window, ...]
    some: tuple[Window, ...]
    people: frozenset[str]


@dataclass
class Refresh:
    """Two states of some tables of facts. ``changed``: the rows that are gone, and those that are new;
    ``crowd``: how many people the months that changed are of."""

    backend: ibis.BaseBackend
    tables: Mapping[str, Table]
    before: Files
    after: Files
    size: int  # in bytes, of the state of now
    changed: dict[str, pa.Table] = field(default_factory=dict)
    crowd: dict[str, int] = field(default_factory=dict)
    _sides: tuple[frozenset[str], "Sides"] | None = None
    _levels: dict[tuple[str, frozenset[str]], bool] = field(default_factory=dict)
    _differences: dict[tuple[str, frozenset[str]], pa.Table] = field(default_factory=dict)
    _touched: dict[Any, list[frozenset[str] | None]] = field(default_factory=dict)

    def plan(
        self, indicators: Iterable[Indicator], windows: Sequence[Window], by: Collection[str] = ()
    ) -> Plan:
        """Which of some windows the figures of definitions may differ in, told apart by place, by what each
        can be told apart by, and by more."""
        found: list[set[str] | None] = [set() for _ in windows]
        wanted = {
            (measure, asked(measure, {PLACE, *each.splits, *by}))
            for each in indicators
            for measure in each.measures
        }
        for measure, columns in wanted:
            apart = alone(measure.rows)
            for reading in readings(measure.rows, columns):
                for number, people in enumerate(self._people(reading, windows)):
                    known = found[number]
                    if known is None or people == frozenset():
                        continue
                    if people is None or not apart:
                        found[number] = None
                    else:
                        known |= people
        few = frozenset(person for people in found if people for person in people)
        if self._many(few):
            found, few = [None if people != set() else people for people in found], frozenset()
        pairs = list(zip(windows, found, strict=True))
        return Plan(
            tuple(window for window, people in pairs if people is None),
            tuple(window for window, people in pairs if people),
            few,
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
        by = {name for way in ways for name in way} - {UNIT}
        plan = self.plan(indicators, [window for window in windows if window in there], by)
        anew = [window for window in windows if window not in there or window in plan.everyone]
        whole = now.compute_ways(indicators, anew, ways, borders) if anew else None
        moved = None
        if plan.some:
            moved = self.sides(plan.people).compute_ways(indicators, plan.some, ways, borders)
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
                        if moved is not None and window in plan.some:
                            _move(indicator, told, moved[which][number][window])
                    figures[window] = told
                found[-1].append(figures)
        return found

    def sides(self, people: frozenset[str]) -> "Sides":
        """Facts of some people before and now, and perhaps of some more who are the same in both."""
        if self._sides is None or not people <= self._sides[0]:
            wanted = people | (self._sides[0] if self._sides else frozenset())
            self._sides = (wanted, self._of(wanted))
        return self._sides[1]

    def _of(self, people: frozenset[str]) -> "Sides":
        some = memory({PERSON: "string"}, [(each,) for each in sorted(people)])
        tables, states = {}, {}
        for name, table in self.tables.items():
            before, after = self.before.get(name, ()), self.after.get(name, ())
            parts = [
                [path for path in after if path in {*before}],
                [path for path in before if path not in {*after}],
                [path for path in after if path not in {*before}],
            ]
            if PERSON in dict(table.columns):
                same, gone, come = (self._some(self._read(table, paths), some) for paths in parts)
                was, now = same.union(gone), same.union(come)
            else:
                was, now = self._read(table, before), self._read(table, after)
            view = ibis.util.gen_name("facts")
            tables[name] = self.backend.create_view(view, now)
            if parts[1] or parts[2]:
                states[view] = (was, now)
        return Sides(self.backend, tables, (NOW,), states)

    def _some(self, table: ir.Table, people: ir.Table) -> ir.Table:
        found = table.semi_join(people, PERSON)
        return self.backend.create_table(ibis.util.gen_name("some"), found, temp=True)

    def _read(self, table: Table, paths: Sequence[Path]) -> ir.Table:
        return _read(self.backend, table, paths)

    def _people(self, reading: Reading, windows: Sequence[Window]) -> list[frozenset[str] | None]:
        """Of each window the people whose rows of a reading changed; None where they are many or nobody's."""
        if reading.table.name not in self.changed:
            return [frozenset()] * len(windows)
        columns = self._mattering(reading)
        rows = self._differing(reading.table, columns)
        reaches = tuple((name, reach.lows, reach.highs) for name, reach in reading.reaches(windows))
        key = (reading.table.name, columns, tuple(windows), reaches)
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

    def _mattering(self, reading: Reading) -> frozenset[str]:
        """The columns that matter at a reading, and who the row is of."""
        every = frozenset(name for name, _ in reading.table.columns)
        if any(not key <= every or self._level(reading.table, key) for key in reading.keys):
            return every
        return reading.columns | ({PERSON} & every)

    def _level(self, table: Table, key: frozenset[str]) -> bool:
        """Whether two rows of a table agree in a key, in one of the two states; of a large one that is taken
        for true."""
        found = table.name, key
        if found not in self._levels:
            sides = [[*side.get(table.name, ())] for side in (self.before, self.after)]
            self._levels[found] = any(_size(side) * LARGE > self.size for side in sides) or any(
                _any(
                    self.backend,
                    rows.group_by(sorted(key))
                    .aggregate(many=rows.count())
                    .filter(lambda found: found.many > 1),
                )
                for rows in (self._read(table, side) for side in sides)
            )
        return self._levels[found]

    def _differing(self, table: Table, columns: frozenset[str]) -> pa.Table:
        """Of the rows that changed those that did in some columns."""
        key = table.name, columns
        if key not in self._differences:
            rows = self.changed[table.name]
            told = rows.group_by(sorted(columns)).aggregate([(_SIGN, "sum")])
            self._differences[key] = told.filter(pc.not_equal(told[f"{_SIGN}_sum"], 0))
        return self._differences[key]

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
    found = Refresh(backend, named, before, after, whole)
    different = {
        name: ([each for each in before.get(name, ()) if each not in set(after.get(name, ()))],
               [each for each in after.get(name, ()) if each not in set(before.get(name, ()))])
        for name in found.tables
    }  # fmt: skip
    if sum(_size(new) for _, new in different.values()) * MOST > whole:
        return None
    for name, (gone, new) in different.items():
        table = found.tables[name]
        if any(pq.read_schema(path) != schema(table).to_pyarrow() for path in gone):
            return None
        if gone or new:
            found.changed[name] = _apart(backend, table, gone, new)
            if PERSON in dict(table.columns):
                people = _read(backend, table, [*gone, *new])[PERSON].nunique()
                found.crowd[name] = int(backend.to_pyarrow(people).as_py())
    return found


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


def _move(indicator: Indicator, told: dict[Group, Figure], moved: Mapping[Group, Figure]) -> None:
    """Take away what some people added before, and add what they add now."""
    for (now, *group), figure in moved.items():
        was = told.get((*group,), Figure(Decimal(0)))
        sign = 1 if now else -1
        whole = None
        if indicator.denominator is not None:
            whole = (was.denominator or Decimal(0)) + sign * (figure.denominator or Decimal(0))
        told[(*group,)] = Figure(was.numerator + sign * figure.numerator, whole)


def _apart(backend: ibis.BaseBackend, table: Table, gone: Sequence[Path], new: Sequence[Path]) -> pa.Table:
    """The rows that stand in one of two states alone, as often as they do, each with 1 where it is new."""
    one, other = (_read(backend, table, paths) for paths in (gone, new))
    # A month that is new, or gone, has nothing to be compared with.
    lost = one.difference(other, distinct=False) if gone and new else one
    come = other.difference(one, distinct=False) if gone and new else other
    names = [name for name, _ in table.columns]
    signed = (
        side.select(*names).mutate(**{_SIGN: ibis.literal(by, "int64")})
        for side, by in ((lost, -1), (come, 1))
    )
    return backend.to_pyarrow(ibis.union(*signed))


def _size(paths: Iterable[Path]) -> int:
    return sum(path.stat().st_size for path in paths)


def _any(backend: ibis.BaseBackend, rows: ir.Table) -> bool:
    return bool(backend.to_pyarrow(rows.limit(1)).num_rows)


def _read(backend: ibis.BaseBackend, table: Table, paths: Sequence[Path]) -> ir.Table:
    if not paths:
        return memory(dict(schema(table).items()), ())
    return backend.read_parquet([str(path) for path in paths])


def _days(column: Any) -> Any:
    """Days as numpy has them; what is unknown is no day."""
    return column.combine_chunks().cast(pa.date32()).to_numpy(zero_copy_only=False).astype("datetime64[D]")
