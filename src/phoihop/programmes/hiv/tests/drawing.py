"""Invented facts for tests: rows of every table, and histories of treatment that a register could hold."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from phoihop.engines.indicators.facts import Cell, Kind, Row, Table
from phoihop.engines.indicators.parts import Given
from phoihop.engines.indicators.rows import Store
from phoihop.kernel.calendars import Calendar, Period, Span
from phoihop.programmes.hiv.facts import ALL, PERSON, WORDS
from phoihop.programmes.hiv.indicators.samples import death, end, person, pickup, start

PEOPLE = "pqr"
PLACES = "ab"
# A fact lies some days from this one, so windows about it have rows on both sides of their borders.
MIDDLE = date(2024, 3, 14)
PERIODS = (
    Period(Calendar.CIVIL, Span.QUARTER, 2024, 1),
    Period(Calendar.HIV, Span.QUARTER, 2024, 1),
    Period(Calendar.STATE, Span.MONTH, 2024, 3),
    Period(Calendar.FISCAL, Span.YEAR, 2024),
    Period(Calendar.CIVIL, Span.YEAR, 2024),
)


def store_of(given: Sequence[Given]) -> Store:
    """Rows by the name of their table."""
    found: dict[str, list[Row]] = {}
    for name, row in given:
        found.setdefault(name, []).append(row)
    return found


def _cells(table: Table, name: str, kind: Kind, days: st.SearchStrategy[date]) -> st.SearchStrategy[Cell]:
    words = WORDS.get((table.name, name))
    if name == "person":
        return st.sampled_from(PEOPLE)
    if name == "facility":
        return st.sampled_from(PLACES)
    if words is not None:
        return st.sampled_from([None, *words])
    if kind is Kind.NUMBER:
        return st.sampled_from([None, *map(Decimal, (0, 20, 28, 90, 199, 200, 999, 1000))])
    if kind is Kind.FLAG:
        return st.sampled_from([None, True, False])
    return st.none() | days


def rows(table: Table, days: st.SearchStrategy[date], most: int = 5) -> st.SearchStrategy[list[Row]]:
    """Rows of a table, good ones and silly ones; its days from a strategy."""
    row = st.fixed_dictionaries({name: _cells(table, name, kind, days) for name, kind in table.columns})
    return st.lists(row, max_size=most)


def about(day: date, before: int, after: int) -> st.SearchStrategy[date]:
    """Days from so many before one to so many after it."""
    return st.integers(-before, after).map(lambda away: day + timedelta(days=away))


# Most days lie in the windows or at their borders.
NEAR_AND_FAR = about(MIDDLE, 90, 20) | about(MIDDLE, 800, 400)
# Any rows at all, everybody once in PERSON.
STORES: st.SearchStrategy[Store] = st.fixed_dictionaries(
    {table.name: rows(table, NEAR_AND_FAR) for table in ALL if table is not PERSON}
    | {
        PERSON.name: st.tuples(
            *(
                st.builds(
                    lambda who, sex, born: person(who, sex, born)[1],
                    st.just(who),
                    st.sampled_from(["female", "male"]),
                    about(date(2000, 1, 1), 15000, 8800),
                )
                for who in PEOPLE
            )
        )
    }
)


@st.composite
def _history(draw: st.DrawFn, who: str) -> list[Given]:
    """One person's treatment: begun with the first pickup, anywhere; moved, stopped, died as it comes."""
    given = [
        person(who, draw(st.sampled_from(["female", "male"])), draw(about(date(1990, 1, 1), 9000, 9000)))
    ]
    days = sorted(draw(st.lists(about(MIDDLE, 500, 60), max_size=7)))
    for number, day in enumerate(days):
        place = draw(st.sampled_from(PLACES))
        if number == 0:
            kind = draw(st.sampled_from(["new", "new", "transfer"]))
            since = None if kind == "new" else draw(about(day, 400, 0))
            given.append(start(who, day, kind, place, since))
        given.append(pickup(who, day, draw(st.sampled_from([0, 30, 60, 90])), place))
    # What ends a treatment comes on the day of a pickup or some days about it: there the borders are.
    late = st.sampled_from(days or [MIDDLE]).flatmap(lambda day: about(day, 1, 40))
    for day in draw(st.lists(late, max_size=3)):
        how = draw(st.sampled_from(["transferred", "stopped"]))
        given.append(end(who, day, how, draw(st.sampled_from(PLACES))))
    if draw(st.integers(0, 3)) == 0:
        given.append(death(who, draw(late), "aids"))
    return given


# Histories of treatment without a contradiction: nobody's first start lies after their first pickup.
HISTORIES: st.SearchStrategy[Store] = st.tuples(*(_history(who) for who in PEOPLE)).map(
    lambda each: store_of([row for one in each for row in one])
)
