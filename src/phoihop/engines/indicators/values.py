"""Values that a definition works out from one row and the window: plain, typed, without side effects.

What is not known is None, and stays so: a comparison with it is neither true nor false, as in SQL.
"""

import operator
import typing
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from phoihop.engines.indicators.facts import Cell, Columns, DefinitionError, Kind, Row, kind_of
from phoihop.kernel.calendars import Window, months_later


@dataclass(frozen=True, slots=True)
class Column:
    """What stands in a column."""

    name: str

    def kind(self, columns: Columns) -> Kind:
        if self.name not in columns:
            raise DefinitionError(f"there is no column {self.name}, only {', '.join(sorted(columns))}")
        return columns[self.name]

    def of(self, row: Row, window: Window) -> Cell:
        return row[self.name]


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that is always the same."""

    value: str | Decimal | date | bool

    def kind(self, columns: Columns) -> Kind:
        return kind_of(self.value)

    def of(self, row: Row, window: Window) -> Cell:
        return self.value


class Edge(StrEnum):
    """The first or the last day of the window."""

    FIRST = "first"
    LAST = "last"

    def kind(self, columns: Columns) -> Kind:
        return Kind.DAY

    def of(self, row: Row, window: Window) -> Cell:
        return window.first if self is Edge.FIRST else window.last


@dataclass(frozen=True, slots=True)
class DaysAfter:
    """The day so many days after another one; before it, where negative. Parts of a day count for nothing."""

    day: "Value"
    days: "Value"

    def kind(self, columns: Columns) -> Kind:
        _want(self.day, Kind.DAY, columns)
        _want(self.days, Kind.NUMBER, columns)
        return Kind.DAY

    def of(self, row: Row, window: Window) -> Cell:
        day, days = self.day.of(row, window), self.days.of(row, window)
        if day is None or days is None:
            return None
        assert isinstance(day, date)
        assert isinstance(days, Decimal)
        return day + timedelta(days=int(days))


@dataclass(frozen=True, slots=True)
class MonthsAfter:
    """The same day so many months on; the month's last where it has no such day."""

    day: "Value"
    months: int

    def kind(self, columns: Columns) -> Kind:
        _want(self.day, Kind.DAY, columns)
        return Kind.DAY

    def of(self, row: Row, window: Window) -> Cell:
        day = self.day.of(row, window)
        if day is None:
            return None
        assert isinstance(day, date)
        return months_later(day, self.months)


@dataclass(frozen=True, slots=True)
class DaysBetween:
    """How many days the second day is after the first."""

    first: "Value"
    second: "Value"

    def kind(self, columns: Columns) -> Kind:
        _want(self.first, Kind.DAY, columns)
        _want(self.second, Kind.DAY, columns)
        return Kind.NUMBER

    def of(self, row: Row, window: Window) -> Cell:
        first, second = self.first.of(row, window), self.second.of(row, window)
        if first is None or second is None:
            return None
        assert isinstance(first, date)
        assert isinstance(second, date)
        return Decimal((second - first).days)


class Sign(StrEnum):
    """How two values of one kind compare."""

    EQUAL = "="
    UNEQUAL = "<>"
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="


_COMPARED: dict[Sign, Callable[[typing.Any, typing.Any], bool]] = {
    Sign.EQUAL: operator.eq,
    Sign.UNEQUAL: operator.ne,
    Sign.LESS: operator.lt,
    Sign.AT_MOST: operator.le,
    Sign.MORE: operator.gt,
    Sign.AT_LEAST: operator.ge,
}


@dataclass(frozen=True, slots=True)
class Compare:
    """Whether two values stand so to each other. Only days and numbers have an order."""

    left: "Value"
    sign: Sign
    right: "Value"

    def kind(self, columns: Columns) -> Kind:
        kind = self.left.kind(columns)
        _want(self.right, kind, columns)
        if self.sign not in (Sign.EQUAL, Sign.UNEQUAL) and kind not in (Kind.DAY, Kind.NUMBER):
            raise DefinitionError(f"a {kind} has no order")
        return Kind.FLAG

    def of(self, row: Row, window: Window) -> Cell:
        left, right = self.left.of(row, window), self.right.of(row, window)
        return None if left is None or right is None else _COMPARED[self.sign](left, right)


@dataclass(frozen=True, slots=True)
class OneOf:
    """Whether a value is among some. DefinitionError of none, or of several kinds."""

    value: "Value"
    options: tuple[str | Decimal | date, ...]

    def kind(self, columns: Columns) -> Kind:
        kinds = {kind_of(option) for option in self.options}
        if kinds != {self.value.kind(columns)}:
            raise DefinitionError(f"{self.options} are not all of the kind of what is compared")
        return Kind.FLAG

    def of(self, row: Row, window: Window) -> Cell:
        value = self.value.of(row, window)
        return None if value is None else value in self.options


@dataclass(frozen=True, slots=True)
class Missing:
    """Whether a value is not known. Always true or false."""

    value: "Value"

    def kind(self, columns: Columns) -> Kind:
        self.value.kind(columns)
        return Kind.FLAG

    def of(self, row: Row, window: Window) -> Cell:
        return self.value.of(row, window) is None


@dataclass(frozen=True, slots=True)
class AllOf:
    """Whether everything holds."""

    of_these: tuple["Value", ...]

    def kind(self, columns: Columns) -> Kind:
        return _flags(self.of_these, columns)

    def of(self, row: Row, window: Window) -> Cell:
        found = [each.of(row, window) for each in self.of_these]
        return False if False in found else (None if None in found else True)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Whether one of them holds at least."""

    of_these: tuple["Value", ...]

    def kind(self, columns: Columns) -> Kind:
        return _flags(self.of_these, columns)

    def of(self, row: Row, window: Window) -> Cell:
        found = [each.of(row, window) for each in self.of_these]
        return True if True in found else (None if None in found else False)


@dataclass(frozen=True, slots=True)
class Not:
    """Whether it does not hold."""

    value: "Value"

    def kind(self, columns: Columns) -> Kind:
        return _flags((self.value,), columns)

    def of(self, row: Row, window: Window) -> Cell:
        value = self.value.of(row, window)
        return None if value is None else not value


@dataclass(frozen=True, slots=True)
class Choose:
    """The first of some values whose condition holds, or else the last one."""

    cases: tuple[tuple["Value", "Value"], ...]
    otherwise: "Value"

    def kind(self, columns: Columns) -> Kind:
        kind = self.otherwise.kind(columns)
        for condition, value in self.cases:
            _want(condition, Kind.FLAG, columns)
            _want(value, kind, columns)
        return kind

    def of(self, row: Row, window: Window) -> Cell:
        for condition, value in self.cases:
            if condition.of(row, window) is True:
                return value.of(row, window)
        return self.otherwise.of(row, window)


Value = (
    Column
    | Literal
    | Edge
    | DaysAfter
    | MonthsAfter
    | DaysBetween
    | Compare
    | OneOf
    | Missing
    | AllOf
    | AnyOf
    | Not
    | Choose
)


def within(day: Value, first: Value = Edge.FIRST, last: Value = Edge.LAST) -> Value:
    """Whether a day lies in the window, or in another span; both ends belong to it."""
    return AllOf((Compare(day, Sign.AT_LEAST, first), Compare(day, Sign.AT_MOST, last)))


def _want(value: Value, kind: Kind, columns: Columns) -> None:
    found = value.kind(columns)
    if found is not kind:
        raise DefinitionError(f"{value} is a {found}, not a {kind}")


def _flags(values: tuple[Value, ...], columns: Columns) -> Kind:
    if not values:
        raise DefinitionError("nothing to hold")
    for value in values:
        _want(value, Kind.FLAG, columns)
    return Kind.FLAG
