"""What a definition reads of a table: from when and up to when, which columns, and of whom."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from phoihop.engines.indicators.definitions import PLACE
from phoihop.engines.indicators.facts import PERSON
from phoihop.engines.indicators.rows import Among, Facts, Joined, Latest, Summed, Where, With
from phoihop.engines.indicators.tests.drawing import ENDED, GIVEN
from phoihop.engines.indicators.tests.rows_read import (
    BROUGHT,
    BY_DAY,
    DATED,
    DAY,
    ENDED_ONCE,
    ENDS_THERE,
    EVER,
    HOLDING,
    IN,
    LIKE,
    MONTHS,
    OF_ALL,
    OF_WHOM,
    PICKED,
)
from phoihop.engines.indicators.touching import alone, readings
from phoihop.engines.indicators.values import Column, Compare, Edge, Literal, Missing, Sign, within

BOTH, END, ANY = ("from", "to"), ("to",), ()
# Rows; what each place at which they read a table asks of the day there; whether people are counted apart.
CASES: dict[str, Any] = {
    "within the window": (IN, [BOTH], True),
    "up to its end": (EVER, [END], True),
    "whoever has another row": (Among(IN, Facts(ENDED), (PERSON,)), [BOTH, ANY], True),
    "whoever has none": (Among(IN, Facts(ENDED), (PERSON,), False), [BOTH, ANY], True),
    "another row of the day": (Among(IN, Facts(ENDED), (PERSON, "day")), [BOTH, BOTH], True),
    "sums of nobody": (Summed(IN, (PLACE,), ()), [BOTH], False),
    "the last of each day": (Where(BY_DAY, within(DAY)), [BOTH], True),
    "the last of all": (Where(OF_ALL, within(DAY)), [("from",)], True),
    "joined by place": (Joined(IN, ENDS_THERE, (PLACE,), BROUGHT), [BOTH, ANY], False),
    "joined by person": (ENDED_ONCE, [BOTH, ANY], True),
    "what is not there": (Where(ENDED_ONCE, Missing(Column("x"))), [BOTH, ANY], True),
    "a day that another table has": (Where(ENDED_ONCE, within(Column("x"))), [BOTH, ANY], True),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_a_definition_reads_of_a_table(case):
    rows, asked, apart = CASES[case]
    told = [dict(each.reaches(MONTHS)).get("day") for each in readings(rows)]
    sides = [each and (*(["from"] if each.lows else []), *(["to"] if each.highs else [])) for each in told]
    assert [each or () for each in sides] == asked
    assert alone(rows) is apart


@pytest.mark.parametrize(
    ("rows", "most", "since"),
    [
        (HOLDING, 30, [date(2023, 12, 29), date(2024, 1, 27)]),  # 33 days before the last of each
        (HOLDING, None, None),
        (HOLDING, 10**8, None),
        (Where(PICKED, Compare(Column("due"), Sign.LESS, Edge.LAST)), 30, None),
        (
            Where(PICKED, Compare(Column("due"), Sign.MORE, Edge.LAST)),
            30,
            [date(2023, 12, 30), date(2024, 1, 28)],
        ),
        (Where(PICKED, Compare(Column("due"), Sign.AT_LEAST, Column("born"))), 30, None),
        # Of two pickups that last equally long the earlier one may be the last in the order.
        (Where(Latest(EVER, (PERSON,), ("days", "day")), within(DAY)), 30, None),
    ],
)
def test_from_when_on_the_last_row_of_somebody_matters(rows, most, since):
    asked = [
        dict(each.reaches(MONTHS)).get("day")
        for each in readings(rows, most=lambda table, column: most and Decimal(most))
    ]
    assert [each and each.lows and list(each.lows) for each in asked] == [since]


LONG = Where(With(IN, "x", Column("days")), Compare(Column("x"), Sign.AT_LEAST, Literal(Decimal(60))))
SUMS = Summed(IN, (PERSON,), (("all", "days"), ("times", None)))
# Rows, what is asked of them, and of each place at which they read a table the columns that matter.
COLUMNS: dict[str, Any] = {
    "what sifts": (IN, {PERSON}, [{PERSON, "day"}]),
    "what a sifting value is made of": (LONG, {PERSON}, [{PERSON, "day", "days"}]),
    "a value that nobody asks for": (With(IN, "x", Column("days")), {PERSON}, [{PERSON, "day"}]),
    "a sum that is asked for": (SUMS, {"all"}, [{PERSON, "day", "days"}]),
    "a sum that is not": (SUMS, {"times"}, [{PERSON, "day"}]),
    "what is brought": (ENDED_ONCE, {"x"}, [{PERSON, "day"}, {PERSON, "day"}]),
    "what is brought to nobody": (ENDED_ONCE, {PLACE}, [{PLACE, "day"}]),
    "what is brought and may decide": (
        Latest(Joined(IN, Latest(Facts(ENDED), (PERSON,), ("days",)), (PERSON,), (("y", "sure"),)),
               (PERSON,), ("day",)),
        {"sex"}, [{PERSON, "day", "sex"}, {PERSON, "days", "sure"}],
    ),
    "the last of sums": (Latest(SUMS, (PERSON,), ("times",)), {"all"}, [{PERSON, "day", "days"}]),
}  # fmt: skip


@pytest.mark.parametrize("case", COLUMNS)
def test_which_columns_matter(case):
    rows, wanted, columns = COLUMNS[case]
    assert [each.columns for each in readings(rows, frozenset(wanted))] == columns


# What can be seen of a table besides a last row, and what a last row may hang on.
ENDS_OF = Latest(Facts(ENDED), (PERSON,), ("day",))
CHOSEN: dict[str, Any] = {
    "a last row": (LIKE, {"sex"}, [frozenset({PERSON, "sex"})]),
    "of a value": (Latest(With(DATED, "x", Column("days")), (PERSON,), ("x",)), {"x"}, [{PERSON, "x"}]),
    "of a last row": (Latest(LIKE, (PERSON,), ("days",)), {"sex"}, [{name for name, _ in GIVEN.columns}]),
    "brought": (OF_WHOM, {PERSON, "sex"}, [None, {PERSON, "sex"}]),
    "of a place": (Latest(DATED, (PLACE,), ("day",)), {"sex"}, [None]),
    "of a window": (Latest(IN, (PERSON,), ("day",)), {"sex"}, [None]),
    "of two tables": (
        Latest(Joined(DATED, ENDS_OF, (PERSON,), (("y", "sure"),)), (PERSON,), ("day",)), {"y"},
        [None, {PERSON, "sure"}],
    ),
    "of rows that may be level": (
        Latest(Where(LIKE, within(DAY)), (PLACE,), ("day",)), {"sex"}, [{name for name, _ in GIVEN.columns}],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CHOSEN)
def test_where_nothing_but_a_last_row_is_seen(case):
    rows, wanted, columns = CHOSEN[case]
    found = [each.chosen and each.chosen[1] for each in readings(rows, frozenset(wanted))]
    assert found == columns
