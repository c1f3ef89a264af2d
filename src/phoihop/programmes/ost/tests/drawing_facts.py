"""Invented facts for tests: rows of every table about one day, good ones and silly ones."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from phoihop.engines.indicators.facts import Cell, Kind, Row, Table
from phoihop.engines.indicators.rows import Store
from phoihop.kernel.calendars import Calendar, Period, Span
from phoihop.programmes.ost.indicators.tables import ALL, WORDS

MIDDLE = date(2024, 3, 14)
PERIODS = (
    Period(Calendar.CIVIL, Span.MONTH, 2024, 3),
    Period(Calendar.STATE, Span.MONTH, 2024, 3),
    Period(Calendar.HIV, Span.QUARTER, 2024, 1),
    Period(Calendar.FISCAL, Span.YEAR, 2024),
)
# Few days, so that doses, orders and treatments meet; those of treatments lie half a year and a year back.
_DAYS = st.integers(-45, 30).map(lambda away: MIDDLE + timedelta(days=away))
_BEGAN = st.sampled_from([MIDDLE - timedelta(days=ago) for ago in (370, 366, 182, 180, 30)])
_NUMBERS = st.sampled_from([Decimal(number) for number in (8, 60, 61, 80)])


def _cell(table: Table, name: str, kind: Kind) -> st.SearchStrategy[Cell]:
    words = WORDS.get((table.name, name))
    if name == "person":
        return st.sampled_from("pqr")
    if "facility" in name:
        return st.sampled_from("ab")
    if words is not None:
        return st.sampled_from([None, *words])
    if kind is Kind.NUMBER:
        return st.none() | _NUMBERS
    if kind is Kind.FLAG:
        return st.sampled_from([None, False, False, True])
    if name in {"began", "since"}:
        return _BEGAN
    return st.none() | (_DAYS if name != "born" else st.just(date(2000, 3, 1)))


def rows(table: Table, most: int) -> st.SearchStrategy[list[Row]]:
    """Rows of a table."""
    return st.lists(
        st.fixed_dictionaries({name: _cell(table, name, kind) for name, kind in table.columns}), max_size=most
    )


STORES: st.SearchStrategy[Store] = st.fixed_dictionaries({table.name: rows(table, 6) for table in ALL})
