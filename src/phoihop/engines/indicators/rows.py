"""Rows that a definition counts: facts, sifted, joined, the latest of each person, summed by person."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from phoihop.engines.indicators.facts import PERSON, Cell, Columns, DefinitionError, Kind, Row, Table
from phoihop.engines.indicators.values import Value
from phoihop.kernel.calendars import Window

Store = Mapping[str, Sequence[Row]]  # rows by the name of their table
Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Every row of a table."""

    table: Table

    def columns(self) -> Columns:
        return dict(self.table.columns)

    def of(self, store: Store, window: Window) -> list[Row]:
        return list(store.get(self.table.name, ()))


@dataclass(frozen=True, slots=True)
class Where:
    """Those rows of which a condition is true; not those of which it is unknown."""

    rows: "Rows"
    condition: Value

    def __post_init__(self) -> None:
        self.columns()

    def columns(self) -> Columns:
        columns = self.rows.columns()
        if self.condition.kind(columns) is not Kind.FLAG:
            raise DefinitionError(f"{self.condition} is neither true nor false")
        return columns

    def of(self, store: Store, window: Window) -> list[Row]:
        return [row for row in self.rows.of(store, window) if self.condition.of(row, window) is True]


@dataclass(frozen=True, slots=True)
class With:
    """The rows with one column more."""

    rows: "Rows"
    name: str
    value: Value

    def __post_init__(self) -> None:
        self.columns()

    def columns(self) -> Columns:
        columns = self.rows.columns()
        if self.name in columns:
            raise DefinitionError(f"{self.name} is there already")
        return {**columns, self.name: self.value.kind(columns)}

    def of(self, store: Store, window: Window) -> list[Row]:
        found = self.rows.of(store, window)
        return [{**row, self.name: self.value.of(row, window)} for row in found]


@dataclass(frozen=True, slots=True)
class Latest:
    """Of the rows that agree in some columns the one that comes last in an order. What is unknown comes
    first; where all that is named is equal, the other columns decide by their names, so that it is one row
    whatever order they arrive in."""

    rows: "Rows"
    per: Keys
    order: Keys

    def __post_init__(self) -> None:
        _there(self.rows.columns(), self.per, self.order)

    def columns(self) -> Columns:
        return self.rows.columns()

    def of(self, store: Store, window: Window) -> list[Row]:
        rest = tuple(sorted(set(self.columns()) - {*self.per, *self.order}))
        last: dict[tuple[Cell, ...], Row] = {}
        for row in self.rows.of(store, window):
            key = _cells(row, self.per)
            if key not in last or _rank(row, self.order + rest) > _rank(last[key], self.order + rest):
                last[key] = row
        return list(last.values())

    @property
    def unique(self) -> Keys:
        return self.per


@dataclass(frozen=True, slots=True)
class Among:
    """Those rows for which others have a row that agrees in some columns; or for which they have none."""

    rows: "Rows"
    others: "Rows"
    on: Keys
    present: bool = True

    def __post_init__(self) -> None:
        _alike(self.rows.columns(), self.others.columns(), self.on)

    def columns(self) -> Columns:
        return self.rows.columns()

    def of(self, store: Store, window: Window) -> list[Row]:
        # As in SQL, what is unknown agrees with nothing.
        there = {_cells(row, self.on) for row in self.others.of(store, window)}
        return [
            row
            for row in self.rows.of(store, window)
            if (None not in (key := _cells(row, self.on)) and key in there) is self.present
        ]


@dataclass(frozen=True, slots=True)
class Joined:
    """The rows with columns of the one row of others that agrees in some columns; empty where none does.

    ``bring``: the new name and the others' own. DefinitionError where others may have several such rows, for
    then a person would be counted twice in silence.
    """

    rows: "Rows"
    others: "Rows"
    on: Keys
    bring: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        self.columns()

    def columns(self) -> Columns:
        mine, theirs = self.rows.columns(), self.others.columns()
        _alike(mine, theirs, self.on)
        unique = self.others.unique if isinstance(self.others, (Latest, Summed)) else ()
        if set(unique) != set(self.on):
            raise DefinitionError(f"one row for each {unique}, not for each {self.on}")
        _there(theirs, tuple(name for _, name in self.bring))
        new = {name: theirs[old] for name, old in self.bring}
        if set(new) & set(mine) or len(new) != len(self.bring):
            raise DefinitionError(f"{sorted(new)} would stand twice")
        return {**mine, **new}

    def of(self, store: Store, window: Window) -> list[Row]:
        there = {_cells(row, self.on): row for row in self.others.of(store, window)}
        found: list[Row] = []
        for row in self.rows.of(store, window):
            key = _cells(row, self.on)
            other = there.get(key, {}) if None not in key else {}
            found.append({**row, **{name: other.get(old) for name, old in self.bring}})
        return found


@dataclass(frozen=True, slots=True)
class Summed:
    """One row for each that agree in some columns, with how many they are or what a column of them sums to.

    ``sums``: the new name, and the column; None: their number. What is unknown adds nothing.
    """

    rows: "Rows"
    per: Keys
    sums: tuple[tuple[str, str | None], ...]

    def __post_init__(self) -> None:
        self.columns()

    def columns(self) -> Columns:
        columns = self.rows.columns()
        _there(columns, self.per)
        names = [*self.per, *(name for name, _ in self.sums)]
        if len(set(names)) != len(names):
            raise DefinitionError(f"a name stands twice among {names}")
        for _, column in self.sums:
            if column is not None:
                _number(columns, column)
        return {name: columns[name] for name in self.per} | {name: Kind.NUMBER for name, _ in self.sums}

    def of(self, store: Store, window: Window) -> list[Row]:
        groups: dict[tuple[Cell, ...], list[Row]] = defaultdict(list)
        for row in self.rows.of(store, window):
            groups[_cells(row, self.per)].append(row)
        return [
            dict(zip(self.per, key, strict=True)) | {name: total(rows, column) for name, column in self.sums}
            for key, rows in groups.items()
        ]

    @property
    def unique(self) -> Keys:
        return self.per


Rows = Facts | Where | With | Latest | Among | Joined | Summed


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows there are."""

    rows: Rows

    def __post_init__(self) -> None:
        self.rows.columns()

    def of(self, rows: Sequence[Row]) -> Decimal:
        return Decimal(len(rows))


@dataclass(frozen=True, slots=True)
class Persons:
    """How many people the rows are of."""

    rows: Rows

    def __post_init__(self) -> None:
        if self.rows.columns().get(PERSON) is not Kind.TEXT:
            raise DefinitionError("rows of nobody")

    def of(self, rows: Sequence[Row]) -> Decimal:
        return Decimal(len({row[PERSON] for row in rows} - {None}))


@dataclass(frozen=True, slots=True)
class Total:
    """What a column sums to; what is unknown adds nothing."""

    rows: Rows
    column: str

    def __post_init__(self) -> None:
        _number(self.rows.columns(), self.column)

    def of(self, rows: Sequence[Row]) -> Decimal:
        return total(rows, self.column)


Measure = Count | Persons | Total


def total(rows: Iterable[Row], column: str | None) -> Decimal:
    """The sum of a column of rows; their number without one."""
    found = Decimal(0)
    for row in rows:
        value = Decimal(1) if column is None else row[column]
        if value is not None:
            assert isinstance(value, Decimal)
            found += value
    return found


def _cells(row: Row, names: Keys) -> tuple[Cell, ...]:
    return tuple(row[name] for name in names)


def _rank(row: Row, names: Keys) -> tuple[tuple[bool, Cell], ...]:
    return tuple((row[name] is not None, row[name]) for name in names)


def _there(columns: Columns, *keys: Keys) -> None:
    for name in (each for names in keys for each in names):
        if name not in columns:
            raise DefinitionError(f"there is no column {name}, only {', '.join(sorted(columns))}")
    if any(not names or len(set(names)) != len(names) for names in keys):
        raise DefinitionError("no column named, or one twice")


def _alike(mine: Columns, theirs: Columns, on: Keys) -> None:
    _there(mine, on)
    _there(theirs, on)
    for name in on:
        if mine[name] is not theirs[name]:
            raise DefinitionError(f"{name} is a {mine[name]} here and a {theirs[name]} there")


def _number(columns: Columns, name: str) -> None:
    _there(columns, (name,))
    if columns[name] is not Kind.NUMBER:
        raise DefinitionError(f"{name} is a {columns[name]}, no number")
