"""What a definition says in writing, and that it says everything."""

import typing
from decimal import Decimal

import pytest

from phoihop.engines.indicators import rows, values
from phoihop.engines.indicators.facts import Kind, Table
from phoihop.engines.indicators.rows import (
    Among,
    Count,
    Facts,
    Joined,
    Latest,
    Persons,
    Summed,
    Total,
    Where,
    With,
)
from phoihop.engines.indicators.saying import measured, valued
from phoihop.engines.indicators.tests.making import TREATED
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
)

DAY, SEX = Column("day"), Column("sex")
LATE = Compare(DAY, Sign.MORE, Edge.LAST)
WOMEN = OneOf(SEX, ("f",))
VALUES = [
    (DAY, "day"),
    (Literal("f"), '"f"'),
    (Literal(Decimal("2.5")), "2.5"),
    (Literal(True), "true"),
    (Edge.FIRST, "window.first"),
    (DaysAfter(DAY, Literal(Decimal(28))), "day + 28 days"),
    (DaysAfter(DAY, Literal(Decimal(-30))), "day - 30 days"),
    (MonthsAfter(DAY, 6), "day + 6 months"),
    (MonthsAfter(Edge.LAST, -3), "window.last - 3 months"),
    (DaysBetween(DAY, Edge.LAST), "days from day to window.last"),
    (LATE, "day > window.last"),
    (WOMEN, 'sex = "f"'),
    (OneOf(SEX, ("f", "m")), 'sex in ("f", "m")'),
    (Missing(SEX), "sex unknown"),
    (Not(LATE), "not (day > window.last)"),
    (AllOf((LATE, AnyOf((WOMEN, Missing(SEX))))), 'day > window.last and (sex = "f" or sex unknown)'),
    (AnyOf((LATE, AllOf((WOMEN, LATE)))), 'day > window.last or (sex = "f" and day > window.last)'),
    (Choose(((LATE, Literal("a")),), Literal("b")), '("a" if day > window.last; else "b")'),
]


@pytest.mark.parametrize(("value", "said"), VALUES)
def test_a_value_is_said_on_one_line(value: values.Value, said: str):
    assert valued(value) == said


def test_every_kind_of_value_is_tried():
    assert {type(value) for value, _ in VALUES} == set(typing.get_args(values.Value))


def test_rows_are_said_step_by_step():
    assert measured(Persons(TREATED)).splitlines() == [
        "count persons of",
        "    tx.pickup",
        "    where day <= window.last",
        "    last by day of each person",
        "    where day + days days + 28 days >= window.last",
        "    that have no person among",
        "        tx.ended",
        "        where day <= window.last",
    ]


def test_joined_summed_and_told_rows_are_said():
    table = Table("t", (("person", Kind.TEXT), ("number", Kind.NUMBER), ("place", Kind.TEXT)))
    of_each = Summed(Facts(table), ("person",), (("times", None), ("much", "number")))
    told = Joined(
        With(Facts(table), "here", Column("place")),
        of_each,
        ("person",),
        (("times", "times"), ("all", "much")),
    )
    assert measured(Total(told, "all")).splitlines() == [
        "sum all of",
        "    t",
        "    with here = place",
        "    with times, all = much by person from",
        "        t",
        "        for each person: times = number of rows, much = sum of number",
    ]
    assert measured(Count(Among(Facts(table), Facts(table), ("place",)))).splitlines()[2] == (
        "    that have place among"
    )


def test_every_kind_of_rows_is_said():
    """A node that nobody wrote down here would say nothing at all of itself."""
    known = {Facts, Where, With, Latest, Among, Joined, Summed}
    assert set(typing.get_args(rows.Rows)) == known
    assert set(typing.get_args(rows.Measure)) == {Count, Persons, Total}
