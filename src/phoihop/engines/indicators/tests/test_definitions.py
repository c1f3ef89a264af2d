"""Definitions that fit together, and those that do not exist."""

from dataclasses import FrozenInstanceError, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from phoihop.engines.indicators.definitions import Unit
from phoihop.engines.indicators.facts import DefinitionError, Kind, Table, kind_of
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
from phoihop.engines.indicators.tests.making import (
    ENDED,
    EXAMPLES,
    LAST_PICKUP,
    ONE,
    PICKUP,
    QUARTER,
    TREATED,
    indicator,
    pickup,
)
from phoihop.engines.indicators.values import (
    AllOf,
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
from phoihop.kernel.calendars import Calendar, Period, Span

DAY, DAYS, SEX = Column("day"), Column("days"), Column("sex")
ALL = Facts(PICKUP)
HALF: Any = 0.5


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Where(ALL, Missing(Column("born"))), "no column born"),
        (lambda: Where(ALL, DAY), "neither true nor false"),
        (lambda: Where(ALL, Compare(DAY, Sign.EQUAL, DAYS)), "not a day"),
        (lambda: Where(ALL, Compare(SEX, Sign.LESS, Literal("m"))), "has no order"),
        (lambda: Where(ALL, OneOf(SEX, ("f", Decimal(1)))), "not all of the kind"),
        (lambda: Where(ALL, OneOf(SEX, ())), "not all of the kind"),
        (lambda: Where(ALL, AllOf(())), "nothing to hold"),
        (lambda: Where(ALL, Not(SEX)), "not a flag"),
        (lambda: With(ALL, "late", DaysAfter(DAYS, DAYS)), "not a day"),
        (lambda: With(ALL, "late", DaysBetween(DAY, DAYS)), "not a day"),
        (lambda: With(ALL, "late", MonthsAfter(SEX, 1)), "not a day"),
        (lambda: With(ALL, "sex", Literal("f")), "there already"),
        (lambda: With(ALL, "half", Literal(HALF)), "no text, exact number"),
        (lambda: With(ALL, "x", Choose(((Missing(SEX), Literal("?")),), DAYS)), "not a number"),
        (lambda: Latest(ALL, ("who",), ("day",)), "no column who"),
        (lambda: Latest(ALL, (), ("day",)), "no column named"),
        (lambda: Among(ALL, Facts(ENDED), ("facility",)), "no column facility"),
        (lambda: Among(ALL, With(Facts(ENDED), "days", Literal("x")), ("days",)), "is a number here"),
        (lambda: Joined(ALL, Facts(ENDED), ("person",), (("how", "how"),)), "one row for each"),
        (
            lambda: Joined(ALL, Latest(Facts(ENDED), ("how",), ("day",)), ("person",), (("how", "how"),)),
            "one row for each",
        ),
        (lambda: Joined(ALL, LAST_PICKUP, ("person",), (("sex", "sex"),)), "stand twice"),
        (lambda: Summed(ALL, ("person",), (("n", "sex"),)), "no number"),
        (lambda: Summed(ALL, ("person",), (("person", None),)), "stands twice"),
        (lambda: Summed(ALL, ("person",), (("n", None), ("n", "days"))), "stands twice"),
        (lambda: Persons(Summed(ALL, ("facility",), (("n", None),))), "rows of nobody"),
        (lambda: Total(ALL, "day"), "no number"),
        (lambda: Table("x", (("a", Kind.DAY), ("a", Kind.DAY))), "stands twice"),
        (lambda: kind_of(None), "no text, exact number"),
        (lambda: kind_of(Decimal("0.0000001")), "no text, exact number"),
        (lambda: kind_of(Decimal("-1e12")), "no text, exact number"),
        (lambda: kind_of(Decimal("1.0000000000000000000000000000001")), "no text, exact number"),
        (lambda: kind_of(Decimal("nan")), "no text, exact number"),
        (lambda: indicator(version=0), "no code, version"),
        (lambda: indicator(spans=frozenset()), "no code, version or span"),
        (lambda: indicator(until=date(2019, 1, 1)), "ends before"),
        (lambda: indicator(denominator=Count(TREATED)), "a share has a denominator"),
        (lambda: indicator(unit=Unit.PERCENT), "a share has a denominator"),
        (lambda: indicator(unit=Unit.RATE), "a share has a denominator"),
        (lambda: indicator(splits=("days",)), "is no text"),
        (lambda: indicator(splits=("age",)), "is no text"),
        (lambda: indicator(splits=("sex", "sex")), "stands twice"),
        (lambda: indicator(numerator=Count(Facts(ENDED)), splits=()), "facility is no text"),
        (lambda: indicator(examples=EXAMPLES[:2]), "2 worked examples"),
        (lambda: indicator(examples=(*EXAMPLES, replace(EXAMPLES[0], expected=(ONE, ONE)))), "another denom"),
        (
            lambda: indicator(
                examples=(*EXAMPLES, replace(EXAMPLES[0], period=Period(Calendar.CIVIL, Span.YEAR, 2026)))
            ),
            "an example of a year",
        ),
        (
            lambda: indicator(examples=(*EXAMPLES, replace(EXAMPLES[0], rows={"tx.other": ()}))),
            "does not ask",
        ),
        (
            lambda: indicator(
                examples=(*EXAMPLES, replace(EXAMPLES[0], rows={"tx.pickup": ({"person": "p"},)}))
            ),
            "a row with columns",
        ),
        (
            lambda: indicator(
                examples=(
                    *EXAMPLES,
                    replace(EXAMPLES[0], rows={"tx.pickup": (pickup("p", 1) | {"days": 30},)}),
                )
            ),
            "no text, exact number",
        ),
    ],
)
def test_what_does_not_fit_does_not_exist(make, said):
    with pytest.raises(DefinitionError, match=said):
        make()


@pytest.mark.parametrize("number", ["0", "-0.000001", "1.50000000", "999999999999.999999", "-1E+11"])
def test_a_number_that_every_engine_holds_is_a_number(number):
    assert kind_of(Decimal(number)) is Kind.NUMBER


def test_it_never_changes():
    made: Any = indicator()
    with pytest.raises(FrozenInstanceError):
        made.version = 2


def test_it_says_which_tables_it_asks():
    assert set(indicator().tables) == {"tx.pickup", "tx.ended"}


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ({}, True),
        ({"examples": (*EXAMPLES, EXAMPLES[0])}, True),
        ({"until": date(2030, 1, 1)}, True),
        ({"version": 2}, False),
        ({"code": "TX"}, False),
        ({"splits": ()}, False),
        ({"unit": Unit.EVENTS}, False),
        ({"numerator": Count(TREATED)}, False),
        ({"numerator": Persons(Where(TREATED, OneOf(SEX, ("f", "m"))))}, False),
        ({"numerator": Persons(Where(TREATED, OneOf(SEX, ("m", "f"))))}, False),
    ],
)
def test_the_checksum_is_of_what_changes_a_figure(other, same):
    assert (indicator(**other).checksum == indicator().checksum) is same


def test_the_checksum_tells_every_part_of_a_condition():
    told = {Persons(Where(ALL, Compare(DAY, sign, edge))) for sign in Sign for edge in (*Edge, Column("day"))}
    assert len({indicator(numerator=each).checksum for each in told}) == len(told) == 18


@pytest.mark.parametrize(
    ("since", "until", "holds"),
    [
        (date(2020, 1, 1), None, True),
        (date(2026, 3, 31), None, True),
        (date(2026, 4, 1), None, False),
        (date(2020, 1, 1), date(2026, 3, 31), True),
        (date(2020, 1, 1), date(2026, 3, 30), False),
    ],
)
def test_a_definition_is_that_of_the_windows_last_day(since, until, holds):
    assert indicator(since=since, until=until).holds(QUARTER) is holds
    assert not indicator(since=since, until=until).holds(Period(Calendar.CIVIL, Span.YEAR, 2026))
