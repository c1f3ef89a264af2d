"""What the definitions of this room have in common: days, words, who somebody is, examples."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from phoihop.engines.indicators.definitions import Better, Example, Hiding, Indicator, Unit
from phoihop.engines.indicators.facts import PERSON as WHO
from phoihop.engines.indicators.facts import Cell, Row, Table
from phoihop.engines.indicators.rows import Facts, Joined, Latest, Measure, Rows, Where, With
from phoihop.engines.indicators.values import (
    Choose,
    Column,
    Compare,
    DaysAfter,
    DaysBetween,
    Edge,
    Literal,
    MonthsAfter,
    OneOf,
    Sign,
    Value,
)
from phoihop.kernel.calendars import Calendar, Period, Span
from phoihop.kernel.refusals import Bilingual
from phoihop.programmes.hiv.facts import BANDS, ESTIMATE, PERSON

ANY_SPAN = frozenset(Span)
YEARLY = frozenset({Span.YEAR})


def number(value: int) -> Literal:
    return Literal(Decimal(value))


# The day before the window.
EVE = DaysAfter(Edge.FIRST, number(-1))


def says(column: str, *words: str) -> Value:
    """Whether a column says one of some words."""
    return OneOf(Column(column), words)


def up_to(day: str, at: Value = Edge.LAST) -> Value:
    """Whether a day is not after another one: the window's last."""
    return Compare(Column(day), Sign.AT_MOST, at)


def last_months(months: int) -> Value:
    """The first day of so many months that end with the window. Counted from the day after the window, for
    the month before 30 June begins on 1 June, though no 31 May is a month before it."""
    return MonthsAfter(DaysAfter(Edge.LAST, number(1)), -months)


def months_ago(months: int) -> Value:
    """The window's last day so many months ago: 31 December is two quarters before 30 June."""
    return DaysAfter(last_months(months), number(-1))


def first_of(rows: Rows, day: str, *then: str) -> Latest:
    """Of each person the row that comes first in time, of the window or before; a row whose day is not
    known is left out. ``then`` decides between rows of one day: the greater one is taken."""
    ago = f"{day}_ago"
    past = With(Where(rows, up_to(day)), ago, DaysBetween(Column(day), Edge.LAST))
    return Latest(past, (WHO,), (ago, *then))


def age_band(born: str, at: Value) -> Value:
    """The age band on a day of who was born on another one (facts.BANDS)."""
    bands = tuple(
        (Compare(MonthsAfter(Column(born), years * 12), Sign.AT_MOST, at), Literal(band))
        for years, band in reversed(BANDS)
    )
    return Choose(bands, Literal("unknown"))


PEOPLE = Latest(Facts(PERSON), (WHO,), ("born",))


def described(rows: Rows, at: Value = Edge.LAST) -> Rows:
    """The rows with the sex, age band and group of their person; the age is that of a day."""
    known = Joined(rows, PEOPLE, (WHO,), (("sex", "sex"), ("born", "born"), ("group", "group")))
    return With(known, "age", age_band("born", at))


WHO_SPLITS = ("sex", "age", "group")


def estimated(what: str) -> Rows:
    """The newest estimate of each place up to the window's end."""
    told = Where(Where(Facts(ESTIMATE), says("of", what)), up_to("day"))
    return Latest(told, ("facility", "of"), ("day",))


def read(vi: str, en: str) -> Bilingual:
    """A source whose words were seen."""
    return Bilingual(f"{vi} (đã đọc)", f"{en} (read)")


def unchecked(vi: str, en: str) -> Bilingual:
    """A source that nobody compared with its paper yet: what it says is from memory or at second hand."""
    return Bilingual(f"{vi} (chưa đối chiếu)", f"{en} (not checked)")


Given = tuple[str, Row]  # a row, and the name of its table


def given(table: Table, **cells: Cell | int) -> Given:
    """A row of an example: what is not said is empty, whole numbers are exact."""
    row: dict[str, Cell] = {name: None for name, _ in table.columns}
    for name, cell in cells.items():
        row[name] = Decimal(cell) if isinstance(cell, int) and not isinstance(cell, bool) else cell
    return table.name, row


def example(
    why: Bilingual, period: Period, rows: Iterable[Given], numerator: int, denominator: int | None = None
) -> Example:
    """A worked example of rows of several tables."""
    by_table: dict[str, list[Row]] = defaultdict(list)
    for name, row in rows:
        by_table[name].append(row)
    expected = (Decimal(numerator), None if denominator is None else Decimal(denominator))
    return Example(why, period, {name: tuple(each) for name, each in by_table.items()}, expected)


FIRST_QUARTER = Period(Calendar.CIVIL, Span.QUARTER, 2026, 1)  # 01/01 to 31/03/2026
HIV_QUARTER = Period(Calendar.HIV, Span.QUARTER, 2026, 1)  # 15/12/2025 to 14/03/2026
WHOLE_YEAR = Period(Calendar.CIVIL, Span.YEAR, 2026)


def on(day: int, month: int, year: int = 2026) -> date:
    """A day as it is written here: on(31, 3) is 31/03/2026."""
    return date(year, month, day)


def indicator(
    code: str,
    name: Bilingual,
    numerator: Measure,
    denominator: Measure | None = None,
    *,
    source: Bilingual,
    since: date,
    examples: tuple[Example, ...],
    version: int = 1,
    unit: Unit | None = None,
    better: Better = Better.MORE,
    splits: tuple[str, ...] = WHO_SPLITS,
    spans: frozenset[Span] = ANY_SPAN,
    until: date | None = None,
) -> Indicator:
    """An indicator of people: how many they are, or with a denominator their share, in percent."""
    return Indicator(
        code=code,
        version=version,
        name=name,
        unit=unit or (Unit.PERSONS if denominator is None else Unit.PERCENT),
        better=better,
        numerator=numerator,
        denominator=denominator,
        source=source,
        since=since,
        until=until,
        spans=spans,
        hiding=Hiding.PEOPLE,
        examples=examples,
        splits=splits,
    )
