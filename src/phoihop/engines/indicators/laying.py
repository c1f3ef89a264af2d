"""Rows that a definition counts as Ibis tables, laid out over many windows at once.

Rows that depend on no window are laid out once. What depends on it stands once for each window that it is of,
with the window's number (``WINDOW``), and is kept from standing there more often than it has to:

* a day between two days of the window meets the windows that it lies in, by a join over single days;
* the latest of each person up to a day of the window is found once for each stretch between two windows'
  ends, and holds until the next one;
* the first of each person up to a day of the window is the first of all, from its day on;
* whether somebody has a row up to a day of the window is asked of the first such row.

Everything else meets every window, which is always right. Only columns that somebody asks for are carried
along: where of the latest row of each only the day is wanted, it is the last day, and no row is chosen.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import pairwise
from typing import NamedTuple

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from phoihop.engines.indicators.bounds import Days, Reach, asks, named, reaches, single, spine
from phoihop.engines.indicators.expressions import EDGES, SUM, WINDOW, expression, literal, schema
from phoihop.engines.indicators.facts import Cell, DefinitionError, Table
from phoihop.engines.indicators.rows import Among, Facts, Joined, Keys, Latest, Rows, Summed, Where, With
from phoihop.engines.indicators.values import (
    AllOf,
    Column,
    Compare,
    DaysBetween,
    Edge,
    Literal,
    Sign,
    Value,
)
from phoihop.kernel.calendars import Window

_ON, _OTHER, _BROUGHT = "window:on", "other:", "brought:"
_STRETCH, _UNTIL = "window:stretch", "window:until"
_DAY = timedelta(days=1)
_MOST_CUT = 12  # windows
_MOST_DAYS = 1_000_000  # of all windows together, that a join over single days is worth


class _First(NamedTuple):
    """The first row of each by a day, and in which windows it is the one: where the day is not after theirs
    of ``highs``. ``aged``: how many days that is."""

    table: ir.Table
    aged: With
    day: str
    highs: Days


@dataclass(frozen=True)
class Layout:
    """Tables of facts by name, and the windows, each once; numbered in their order from 0."""

    tables: Mapping[str, ir.Table]
    spans: tuple[Window, ...]
    windows: ir.Table = field(init=False)

    def __post_init__(self) -> None:
        rows = [(number, span.first, span.last) for number, span in enumerate(self.spans)]
        kinds = {WINDOW: "int64", EDGES[Edge.FIRST]: "date", EDGES[Edge.LAST]: "date"}
        object.__setattr__(self, "windows", memory(kinds, rows))

    def lay(self, rows: Rows, wanted: Iterable[str]) -> ir.Table:
        """Rows with the columns that are wanted at least, and the window's number where they depend on it.
        DefinitionError where a table is not what the definition says."""
        core, conditions = spine(rows)
        return self.sifted(core, conditions, wanted)

    def sifted(self, core: Rows, conditions: Sequence[Value], wanted: Iterable[str]) -> ir.Table:
        """The rows of a ``spine`` of which all conditions are true, each tried as early as it can be."""
        asked = frozenset(wanted).union(*map(named, conditions))
        match core:
            case Facts(table):
                return self._where(self._facts(table), conditions)
            case With(rows, name, value):
                early, late = _parted(conditions, lambda each: name not in named(each))
                table = self.sifted(rows, early, asked - {name} | named(value))
                return self._where(self.valued(table, name, value), late)
            case Joined(rows, bring=bring) if bring and asked.isdisjoint(new for new, _ in bring):
                # To each row others bring one at most: of which nothing is asked.
                return self.sifted(rows, conditions, asked)
            case Among(rows, others, on) | Joined(rows, others, on):
                # A condition on the window makes more rows of them: not before those that are few are chosen.
                own, many = frozenset(rows.columns()), asks(others) or asks(rows)
                early, late = _parted(
                    conditions, lambda each: named(each) <= own and (many or not asks(each))
                )
                table = self.sifted(rows, early, asked & own | {*on})
                if isinstance(core, Joined):
                    table = self.joined(replace(core, others=self._freed(core, conditions)), table)
                else:
                    table = self._among(core, table)
                return self._where(table, late)
            case Latest():
                return self._where(self._latest(core, asked), conditions)
            case Summed():
                return self._where(self._summed(core), conditions)
            case Where():
                return self.sifted(core.rows, (core.condition, *conditions), wanted)
        raise DefinitionError(f"{core} are no rows")

    def valued(self, table: ir.Table, name: str, value: Value) -> ir.Table:
        """Rows with one column more."""
        if asks(value):
            table = self._edged(table)
        return table.mutate(**{name: expression(value, table)})

    def _facts(self, table: Table) -> ir.Table:
        shape = schema(table)
        found = self.tables.get(table.name)
        if found is None:
            return memory(dict(shape.items()), ())
        there = found.schema()
        if any(there.get(name) != kind for name, kind in shape.items()):
            raise DefinitionError(f"{table.name}: {dict(there.items())} is not {dict(shape.items())}")
        return found.select(*shape.names)

    def _where(self, table: ir.Table, conditions: Sequence[Value]) -> ir.Table:
        asked, plain = _parted(conditions, asks)
        if plain:
            table = table.filter(*(expression(each, table) for each in plain))
        if not asked:
            return table
        if WINDOW not in table.columns:
            table, asked = self._met(table, asked)
        if asked:
            table = self._edged(table)
            table = table.filter(*(expression(each, table) for each in asked))
        return table

    def _met(self, table: ir.Table, conditions: Sequence[Value]) -> tuple[ir.Table, list[Value]]:
        """Rows of no window with the windows that they may be of, and the conditions still to be tried."""
        for reach in reaches(conditions, self.spans):
            if reach.lows and reach.highs:
                met = self._within(table, reach, reach.lows, reach.highs)
                if met is not None:
                    return met, [each for each in conditions if each not in reach.told]
        return table.cross_join(self.windows), [*conditions]

    def _within(self, table: ir.Table, reach: Reach, lows: Days, highs: Days) -> ir.Table | None:
        spans = list(zip(lows, highs, strict=True))
        if sum((high - low).days + 1 for low, high in spans if low <= high) > _MOST_DAYS:
            return None
        days = [
            (low + timedelta(days=after), number)
            for number, (low, high) in enumerate(spans)
            for after in range((high - low).days + 1)
        ]
        day = expression(reach.of, table)
        # Says nothing new, but lets whoever reads files pass over most of them.
        table = table.filter(day >= literal(min(lows)), day <= literal(max(highs)))
        table = table.mutate(**{_ON: expression(reach.of, table)})
        single = memory({_ON: "date", WINDOW: "int64"}, days)
        return table.inner_join(single, [_ON]).drop(_ON)

    def _edged(self, table: ir.Table) -> ir.Table:
        """Rows with their window's days beside them; of every window, where they were of none."""
        if WINDOW not in table.columns:
            return table.cross_join(self.windows)
        if EDGES[Edge.FIRST] in table.columns:
            return table
        return table.inner_join(self.windows, [WINDOW])

    def _latest(self, rows: Latest, wanted: frozenset[str]) -> ir.Table:
        core, conditions = spine(rows.rows)
        asked, plain = _parted(conditions, asks)
        found = reaches(asked, self.spans)
        # What is wanted of the rows before one of each is chosen: where only the day is, its last is enough.
        few = wanted <= {*rows.per, rows.order[0]}
        needed = {*rows.per, rows.order[0]} if few else rows.columns()
        if asked and len(found) == 1 and {*found[0].told} == {*asked}:
            (reach,) = found
            if reach.highs and not asks(core) and reach.of == Column(rows.order[0]):
                table = self.sifted(core, plain, needed)
                # Of many windows nearly every row is the last of one: that would be looked for in vain.
                cut = single(core) and len({*reach.highs}) <= _MOST_CUT
                table = self._up_to(table, rows, reach.highs, reach.lows, few, cut)
                return self._where(table, asked) if reach.lows else table
        first = self._first_of(rows)
        if first is not None:
            ends = memory({WINDOW: "int64", _UNTIL: "date"}, list(enumerate(first.highs)))
            table = first.table.inner_join(ends, [first.table[first.day] <= ends[_UNTIL]]).drop(_UNTIL)
            return self.valued(table, first.aged.name, first.aged.value)
        table = self.sifted(core, conditions, needed)
        of_window = (WINDOW,) if WINDOW in table.columns else ()
        if single(core) and not of_window and not few:
            table = _cut(table, rows.per, rows.order[0], table[rows.order[0]].max())
        return _last(table, (*rows.per, *of_window), rows, few)

    def _first_of(self, rows: Latest) -> "_First | None":
        """The row of each that is the most days before every window's last, where it is that."""
        core, conditions = spine(rows.rows)
        asked, plain = _parted(conditions, asks)
        found = reaches(asked, self.spans)
        if not isinstance(core, With) or asks(core.rows) or len(found) != 1 or {*found[0].told} != {*asked}:
            return None
        (reach,) = found
        match core.value:
            case DaysBetween(Column(day), Edge()) if reach.of == Column(day) and rows.order[0] == core.name:
                if reach.lows or not reach.highs:
                    return None
            case _:
                return None
        table = self.sifted(core.rows, plain, core.rows.columns())
        table = table.filter(table[day] <= literal(max(reach.highs)))
        if single(core.rows):
            table = _cut(table, rows.per, day, table[day].min())
        rest = [name for name in _order(rows) if name not in (core.name, day)]
        order = [ibis.asc(table[day]), *(ibis.desc(table[name], nulls_first=False) for name in rest)]
        place = ibis.row_number().over(group_by=list(rows.per), order_by=order)
        table = table.mutate(**{_ON: place}).filter(lambda found: found[_ON] == 0).drop(_ON)
        return _First(table, core, day, reach.highs)

    def _up_to(
        self, table: ir.Table, rows: Latest, highs: Days, lows: Days | None, few: bool, cut: bool
    ) -> ir.Table:
        """The last row of each up to a day of every window. Between the days of two windows no other row can
        come to hold, so the last of each such stretch is enough; it holds until the stretch of the next.
        ``lows``: before the first of them nothing counts. ``cut``: whether to leave out beforehand what is
        not of the last day."""
        ends = sorted(set(highs))
        day = rows.order[0]
        table = table.filter(table[day] <= literal(ends[-1]))
        if lows:
            table = table.filter(table[day] >= literal(min(lows)))
        starts = [
            (end + _DAY * after, number)
            for number, (end, later) in enumerate(pairwise(ends), 1)
            for after in range(1, (later - end).days + 1)
        ]
        stretches = memory({_ON: "date", _STRETCH: "int64"}, starts)
        table = table.left_join(stretches, table[day] == stretches[_ON]).drop(_ON)
        table = table.mutate(**{_STRETCH: table[_STRETCH].fill_null(0)})
        if cut and not few:
            table = _cut(table, (*rows.per, _STRETCH), day, table[day].max())
        table = _last(table, (*rows.per, _STRETCH), rows, few)
        until = table[_STRETCH].lead().over(group_by=list(rows.per), order_by=_STRETCH)
        table = table.mutate(**{_UNTIL: until.fill_null(len(ends))})
        table = table.mutate(**{_STRETCH: ibis.range(table[_STRETCH], table[_UNTIL]).unnest()}).drop(_UNTIL)
        numbers = memory(
            {_STRETCH: "int64", WINDOW: "int64"},
            [(ends.index(high), number) for number, high in enumerate(highs)],
        )
        return table.inner_join(numbers, [_STRETCH]).drop(_STRETCH)

    def _summed(self, rows: Summed) -> ir.Table:
        table = self.lay(rows.rows, {*rows.per, *(name for _, name in rows.sums if name)})
        per = (*rows.per, *((WINDOW,) if WINDOW in table.columns else ()))
        sums = {name: summed(table, column) for name, column in rows.sums}
        return table.group_by(*per).aggregate(**sums) if sums else table.select(*per).distinct()

    def _freed(self, rows: Joined, conditions: Sequence[Value]) -> Rows:
        """Others without what they are asked of the window, where they are joined on that very column to rows
        that are asked the same: whoever agrees in it has passed already."""
        others = rows.others
        if not isinstance(others, Latest):
            return others
        core, theirs = spine(others.rows)
        asked, plain = _parted(theirs, asks)
        if (
            not asked
            or asks(core)
            or not all(each in conditions and named(each) <= {*rows.on} for each in asked)
        ):
            return others
        spans: list[Value] = []
        for reach in reaches(asked, self.spans):
            # Says nothing new, but lets whoever reads files pass over most of them.
            spans += [Compare(reach.of, Sign.AT_LEAST, Literal(min(reach.lows)))] if reach.lows else []
            spans += [Compare(reach.of, Sign.AT_MOST, Literal(max(reach.highs)))] if reach.highs else []
        kept = (*spans, *plain)
        return replace(others, rows=Where(core, AllOf(kept)) if kept else core)

    def joined(self, rows: Joined, table: ir.Table) -> ir.Table:
        """Rows, be they brought together already, with the columns that are brought to them."""
        first = self._first_of(rows.others) if isinstance(rows.others, Latest) else None
        if first is not None and first.aged.name not in {*rows.on, *(name for _, name in rows.bring)}:
            return self._joined_first(rows, table, first)
        others = self.lay(rows.others, {*rows.on, *(name for _, name in rows.bring)})
        on = list(rows.on)
        if WINDOW in others.columns:
            table = table if WINDOW in table.columns else self._edged(table)
            on.append(WINDOW)
        picked = others.select(**{_OTHER + name: others[name] for name in on},
                               **{new: others[old] for new, old in rows.bring})  # fmt: skip
        found = table.left_join(picked, [table[name] == picked[_OTHER + name] for name in on])
        return found.drop(*(_OTHER + name for name in on))

    def _joined_first(self, rows: Joined, table: ir.Table, first: "_First") -> ir.Table:
        """Rows with what is brought from one row of each, which holds in each window from its day on. It is
        found by whose it is alone, and stands once and not for each window."""
        others = first.table
        picked = others.select(**{_OTHER + name: others[name] for name in rows.on},
                               **{_ON: others[first.day]},
                               **{_BROUGHT + new: others[old] for new, old in rows.bring})  # fmt: skip
        table = table if WINDOW in table.columns else self._edged(table)
        found = table.left_join(picked, [table[name] == picked[_OTHER + name] for name in rows.on])
        ends = memory({WINDOW: "int64", _UNTIL: "date"}, list(enumerate(first.highs)))
        found = found.inner_join(ends, [WINDOW])
        holds = found[_ON] <= found[_UNTIL]
        brought = {new: ibis.ifelse(holds, found[_BROUGHT + new], None) for new, _ in rows.bring}
        return found.select(*table.columns, **brought)

    def _among(self, rows: Among, table: ir.Table) -> ir.Table:
        first = self._first(rows)
        if first is not None:
            return self._since(rows, table, *first)
        others = self.lay(rows.others, rows.on)
        on = list(rows.on)
        if WINDOW in others.columns and WINDOW in table.columns:
            on.append(WINDOW)
        elif WINDOW in others.columns:
            if rows.present:
                return table.inner_join(others.select(*on, WINDOW).distinct(), on)
            table = self._edged(table)
            on.append(WINDOW)
        join = table.semi_join if rows.present else table.anti_join
        return join(others.select(*on).distinct(), on)

    def _first(self, rows: Among) -> tuple[ir.Table, Days] | None:
        """Where the others have only to lie before a day of the window: of each key the first day, and up to
        which day of each window it counts."""
        core, conditions = spine(rows.others)
        asked, plain = _parted(conditions, asks)
        found = reaches(asked, self.spans)
        if asks(core) or len(found) != 1 or {*found[0].told} != {*asked}:
            return None
        (reach,) = found
        if reach.lows or not reach.highs:
            return None
        others = self.sifted(core, plain, {*rows.on, *named(reach.of)})
        others = others.select(**{_OTHER + name: others[name] for name in rows.on},
                               **{_ON: expression(reach.of, others)})  # fmt: skip
        keys = [_OTHER + name for name in rows.on]
        return others.group_by(*keys).aggregate(**{_ON: others[_ON].min()}), reach.highs

    def _since(self, rows: Among, table: ir.Table, others: ir.Table, highs: Days) -> ir.Table:
        columns = table.columns
        table = table.left_join(others, [table[name] == others[_OTHER + name] for name in rows.on])
        ends = memory({WINDOW: "int64", _UNTIL: "date"}, list(enumerate(highs)))
        table = table.inner_join(ends, [WINDOW]) if WINDOW in columns else table.cross_join(ends)
        there = (table[_ON] <= table[_UNTIL]).fill_null(False)
        found = table.filter(there if rows.present else ~there)
        return found.select(*columns, *(() if WINDOW in columns else (WINDOW,)))


def summed(table: ir.Table, column: str | None) -> ir.Value:
    """The sum of a column, nothing where all is unknown; how many rows without one."""
    return table.count().cast(SUM) if column is None else table[column].sum().cast(SUM).fill_null(0)


def memory(kinds: Mapping[str, str], rows: Sequence[tuple[Cell | int, ...]]) -> ir.Table:
    """A small table that goes with the query."""
    shape = ibis.schema(kinds).to_pyarrow()
    columns = [pa.array([row[at] for row in rows], type=kind) for at, kind in enumerate(shape.types)]
    return ibis.memtable(pa.Table.from_arrays(columns, schema=shape))


def _cut(table: ir.Table, per: Keys, name: str, best: ir.Value) -> ir.Table:
    """Rows of each that are of its best day: to find that day and then these rows costs a fraction of putting
    all rows in order, where each has many."""
    if name in per:
        return table
    days = table.group_by(*per).aggregate(**{_ON: best})
    alike = [table[each].identical_to(days[each]) for each in per]
    return table.semi_join(days, [*alike, table[name].identical_to(days[_ON])])


def _last(table: ir.Table, per: Keys, rows: Latest, few: bool) -> ir.Table:
    """One row of each: what is unknown comes first, and the other columns decide by their names. ``few``: of
    it no more is wanted than by what it is chosen first."""
    if few:
        day = rows.order[0]
        kept = table.group_by(*per)
        return kept.aggregate(**({} if day in per else {day: table[day].max()}))
    order = [ibis.desc(table[name], nulls_first=False) for name in _order(rows)]
    place = ibis.row_number().over(group_by=list(per), order_by=order)
    return table.mutate(**{_ON: place}).filter(lambda found: found[_ON] == 0).drop(_ON)


def _order(rows: Latest) -> Keys:
    return (*rows.order, *sorted(set(rows.columns()) - {*rows.per, *rows.order}))


def _parted(conditions: Sequence[Value], choose: Callable[[Value], bool]) -> tuple[list[Value], list[Value]]:
    """Those that are chosen, and the others."""
    return [each for each in conditions if choose(each)], [each for each in conditions if not choose(each)]
