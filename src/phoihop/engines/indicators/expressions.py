"""Values of one row as Ibis expressions: the same on DuckDB as on a cluster, and as in plain Python.

Where the engines differ among themselves, an expression is written so that they cannot: a number of days is
cut, not rounded; a day with days added is a day again, not a time.
"""

from decimal import Decimal

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from phoihop.engines.indicators.facts import DECIMALS, DIGITS, Cell, DefinitionError, Kind, Table, kind_of
from phoihop.engines.indicators.values import (
    AllOf,
    AnyOf,
    Choose,
    Column,
    Compare,
    DaysAfter,
    DaysBetween,
    Edge,
    Literal,
    Missing,
    MonthsAfter,
    Not,
    OneOf,
    Sign,
    Value,
)

NUMBER = dt.Decimal(DIGITS + DECIMALS, DECIMALS)
SUM = dt.Decimal(38, DECIMALS)  # what numbers sum up to
TYPES: dict[Kind, dt.DataType] = {
    Kind.TEXT: dt.string,
    Kind.NUMBER: NUMBER,
    Kind.DAY: dt.date,
    Kind.FLAG: dt.boolean,
}

# Columns that rows laid out over windows have besides their own; no table of facts names one so.
WINDOW = "window:number"
EDGES = {Edge.FIRST: "window:first", Edge.LAST: "window:last"}


def schema(table: Table) -> ibis.Schema:
    """What a table of facts looks like to an engine."""
    return ibis.schema({name: TYPES[kind] for name, kind in table.columns})


def literal(value: Cell) -> ir.Scalar:
    """A value of its kind's own type, so that none is guessed."""
    assert value is not None
    return ibis.literal(value, type=TYPES[kind_of(value)])


def expression(value: Value, table: ir.Table) -> ir.Value:
    """A value over the columns of a table, which has those of the window where it asks for them."""
    match value:
        case Column(name):
            return table[name]
        case Literal(plain):
            return literal(plain)
        case Edge():
            return table[EDGES[value]]
        case DaysAfter(day, days):
            return _later(expression(day, table), _whole(expression(days, table)).as_interval("D"))
        case MonthsAfter(day, months):
            return _later(expression(day, table), ibis.interval(months=months))
        case DaysBetween(first, second):
            return expression(second, table).delta(expression(first, table), unit="day").cast(NUMBER)
        case Compare(left, sign, right):
            return _compared(expression(left, table), sign, expression(right, table))
        case OneOf(inner, options):
            return expression(inner, table).isin([literal(option) for option in options])
        case Missing(inner):
            return expression(inner, table).isnull()
        case AllOf(parts):
            return ibis.and_(*(expression(part, table) for part in parts))
        case AnyOf(parts):
            return ibis.or_(*(expression(part, table) for part in parts))
        case Not(inner):
            return ~expression(inner, table)
        case Choose((), otherwise):
            return expression(otherwise, table)
        case Choose(cases, otherwise):
            pairs = [(expression(when, table), expression(then, table)) for when, then in cases]
            return ibis.cases(*pairs, else_=expression(otherwise, table))
    raise DefinitionError(f"{value} is no value")


def _later(day: ir.Value, interval: ir.Value) -> ir.Value:
    # A day with an interval added is a time on DuckDB; as a time from the start it is so everywhere.
    return (day.cast("timestamp") + interval).cast("date")


def _whole(number: ir.Value) -> ir.Value:
    """A number cut towards zero, as Python does; a cast alone would round it."""
    return ibis.ifelse(number < literal(Decimal(0)), number.ceil(), number.floor()).cast("int64")


def _compared(left: ir.Value, sign: Sign, right: ir.Value) -> ir.Value:
    match sign:
        case Sign.EQUAL:
            return left == right
        case Sign.UNEQUAL:
            return left != right
        case Sign.LESS:
            return left < right
        case Sign.AT_MOST:
            return left <= right
        case Sign.MORE:
            return left > right
    return left >= right
