"""A definition in writing: what is counted of which rows, line by line, as the manual and a page show it.

The notation is one for both languages. Each line is a step; what a step draws on stands deeper.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from phoihop.engines.indicators.rows import (
    Among,
    Count,
    Facts,
    Joined,
    Keys,
    Latest,
    Measure,
    Persons,
    Rows,
    Summed,
    Where,
    With,
)
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
    Value,
)

_DEEPER = "    "


def measured(measure: Measure) -> str:
    """A measure and its rows, over several lines."""
    match measure:
        case Count(rows):
            head = "count rows of"
        case Persons(rows):
            head = "count persons of"
        case _:
            head, rows = f"sum {measure.column} of", measure.rows
    return "\n".join((head, *(f"{_DEEPER}{line}" for line in _lines(rows))))


def valued(value: Value) -> str:
    """A value on one line."""
    match value:
        case Edge():
            return f"window.{value.value}"
        case Column(name):
            return name
        case Literal(known):
            return _known(known)
        case DaysAfter(day, Literal(Decimal() as days)) if days < 0:
            return f"{valued(day)} - {_known(-days)} days"
        case DaysAfter(day, days):
            return f"{valued(day)} + {valued(days)} days"
        case MonthsAfter(day, months):
            return f"{valued(day)} {'-' if months < 0 else '+'} {abs(months)} months"
        case DaysBetween(first, second):
            return f"days from {valued(first)} to {valued(second)}"
        case Compare(left, sign, right):
            return f"{valued(left)} {sign.value} {valued(right)}"
        case OneOf(one, (option,)):
            return f"{valued(one)} = {_known(option)}"
        case OneOf(one, options):
            return f"{valued(one)} in ({', '.join(map(_known, options))})"
        case Missing(one):
            return f"{valued(one)} unknown"
        case Not(one):
            return f"not ({valued(one)})"
        case AllOf(these):
            return " and ".join(_closed(each, AnyOf) for each in these)
        case AnyOf(these):
            return " or ".join(_closed(each, AllOf) for each in these)
        case Choose(cases, otherwise):
            told = [f"{valued(then)} if {valued(when)}" for when, then in cases]
            return f"({'; '.join((*told, f'else {valued(otherwise)}'))})"


def _closed(value: Value, other: type) -> str:
    said = valued(value)
    return f"({said})" if isinstance(value, other) else said


def _known(value: str | Decimal | date | bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else str(value)


def _lines(rows: Rows) -> Iterator[str]:
    """Steps in the order in which they are taken, the facts first."""
    match rows:
        case Facts(table):
            yield table.name
        case Where(inner, condition):
            yield from _lines(inner)
            these = condition.of_these if isinstance(condition, AllOf) else (condition,)
            yield from (f"where {_closed(each, AnyOf)}" for each in these)
        case With(inner, name, value):
            yield from _lines(inner)
            yield f"with {name} = {valued(value)}"
        case Latest(inner, per, order):
            yield from _lines(inner)
            yield f"last by {_named(order)} of each {_named(per)}"
        case Summed(inner, per, sums):
            yield from _lines(inner)
            told = (f"{name} = {f'sum of {column}' if column else 'number of rows'}" for name, column in sums)
            yield f"for each {_named(per)}: {', '.join(told)}"
        case Among(inner, others, on, present):
            yield from _lines(inner)
            yield f"{'that have' if present else 'that have no'} {_named(on)} among"
            yield from (f"{_DEEPER}{line}" for line in _lines(others))
        case Joined(inner, others, on, bring):
            yield from _lines(inner)
            brought = ", ".join(new if new == old else f"{new} = {old}" for new, old in bring)
            yield f"with {brought} by {_named(on)} from"
            yield from (f"{_DEEPER}{line}" for line in _lines(others))


def _named(keys: Keys) -> str:
    return ", ".join(keys)
