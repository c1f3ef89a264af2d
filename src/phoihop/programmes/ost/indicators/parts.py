"""What the definitions of this room have in common: days, words, examples."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from phoihop.engines.indicators.definitions import Better, Example, Hiding, Indicator, Unit
from phoihop.engines.indicators.facts import PERSON as WHO
from phoihop.engines.indicators.facts import Cell, Row, Table
from phoihop.engines.indicators.rows import Facts, Joined, Latest, Measure, Rows, With
from phoihop.engines.indicators.values import (
    AllOf,
    AnyOf,
    Choose,
    Column,
    Compare,
    DaysAfter,
    Edge,
    Literal,
    Missing,
    MonthsAfter,
    Not,
    OneOf,
    Sign,
    Value,
)
from phoihop.kernel.calendars import Calendar, Period, Span
from phoihop.kernel.refusals import Bilingual
from phoihop.programmes.ost.indicators.tables import BANDS, SPELL

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


def from_on(day: str, at: Value = Edge.FIRST) -> Value:
    """Whether a day is not before another one: the window's first."""
    return Compare(Column(day), Sign.AT_LEAST, at)


def holds(flag: str, value: bool = True) -> Value:
    """Whether a flag says so."""
    return Compare(Column(flag), Sign.EQUAL, Literal(value))


def known(column: str) -> Value:
    return Not(Missing(Column(column)))


def open_or(column: str, condition: Value) -> Value:
    """Whether something holds of a column, or nothing stands there."""
    return AnyOf((Missing(Column(column)), condition))


def every(*conditions: Value) -> Value:
    return AllOf(conditions)


def later(one: str, other: str) -> Value:
    """The later one of two days; the one that is known where only one is."""
    first = every(known(one), open_or(other, Compare(Column(one), Sign.AT_LEAST, Column(other))))
    return Choose(((first, Column(one)),), Column(other))


def before(days: int, at: Value = Edge.LAST) -> Value:
    """So many days before a day: the window's last."""
    return DaysAfter(at, number(-days))


def age_band(at: Value) -> Value:
    """The age band on a day (tables.BANDS)."""
    bands = tuple(
        (Compare(MonthsAfter(Column("born"), years * 12), Sign.AT_MOST, at), Literal(band))
        for years, band in reversed(BANDS)
    )
    return Choose(bands, Literal("unknown"))


def aged(rows: Rows, at: Value = Edge.LAST) -> Rows:
    """Rows that know of a birth, with the age band on a day."""
    return With(rows, "age", age_band(at))


# What is known of each person: the file of their last treatment says it.
PEOPLE = Latest(Facts(SPELL), (WHO,), ("began",))


def described(rows: Rows, at: Value = Edge.LAST) -> Rows:
    """The rows with the sex and the age band of their person."""
    return aged(Joined(rows, PEOPLE, (WHO,), (("sex", "sex"), ("born", "born"))), at)


def read(vi: str, en: str) -> Bilingual:
    """A source whose words were seen."""
    return Bilingual(f"{vi} (đã đọc)", f"{en} (read)")


def unchecked(vi: str, en: str) -> Bilingual:
    """A source that nobody compared with its paper yet: what it says is from memory or at second hand."""
    return Bilingual(f"{vi} (chưa đối chiếu)", f"{en} (not checked)")


def chosen(vi: str, en: str) -> Bilingual:
    """A choice of this program, of no paper."""
    return Bilingual(f"{vi} (quy ước của chương trình)", f"{en} (a choice of this program)")


Given = tuple[str, Row]  # a row, and the name of its table


def given(table: Table, **cells: Cell | int) -> Given:
    """A row of an example: what is not said is empty, whole numbers are exact."""
    row: dict[str, Cell] = {name: None for name, _ in table.columns}
    for name, cell in cells.items():
        row[name] = Decimal(cell) if isinstance(cell, int) and not isinstance(cell, bool) else cell
    return table.name, row


def example(
    vi: str,
    en: str,
    period: Period,
    rows: Iterable[Given],
    numerator: int | str,
    denominator: int | str | None = None,
) -> Example:
    """A worked example of rows of several tables."""
    by_table: dict[str, list[Row]] = defaultdict(list)
    for name, row in rows:
        by_table[name].append(row)
    expected = (Decimal(numerator), None if denominator is None else Decimal(denominator))
    rows_of = {name: tuple(each) for name, each in by_table.items()}
    return Example(Bilingual(vi, en), period, rows_of, expected)


MARCH = Period(Calendar.CIVIL, Span.MONTH, 2026, 3)  # 01/03 to 31/03/2026
FIRST_QUARTER = Period(Calendar.CIVIL, Span.QUARTER, 2026, 1)  # 01/01 to 31/03/2026
STATE_MONTH = Period(Calendar.STATE, Span.MONTH, 2026, 3)  # 15/02 to 14/03/2026
STATE_QUARTER = Period(Calendar.STATE, Span.QUARTER, 2026, 1)  # 15/12/2025 to 14/03/2026
FISCAL_YEAR = Period(Calendar.FISCAL, Span.YEAR, 2026)  # 01/10/2025 to 30/09/2026


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
    splits: tuple[str, ...] = (),
    spans: frozenset[Span] = ANY_SPAN,
    hiding: Hiding = Hiding.PEOPLE,
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
        spans=spans,
        hiding=hiding,
        examples=examples,
        splits=splits,
    )
