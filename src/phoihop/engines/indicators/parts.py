"""What definitions of every room are made of: days, conditions, age bands, sources, worked examples.

A room writes its definitions with these, so that the same thing is said in the same way everywhere, and a
condition that was once wrong is put right once.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal

from phoihop.engines.indicators.definitions import Better, Example, Hiding, Indicator, Unit
from phoihop.engines.indicators.facts import PERSON, Cell, Row, Table
from phoihop.engines.indicators.rows import Latest, Measure, Rows, Where, With
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
from phoihop.kernel.calendars import Calendar, Period, Span
from phoihop.kernel.certainty import UNCHECKED
from phoihop.kernel.refusals import Bilingual

ANY_SPAN = frozenset(Span)
YEARLY = frozenset({Span.YEAR})


def number(value: int) -> Literal:
    return Literal(Decimal(value))


# The day before the window.
EVE = DaysAfter(Edge.FIRST, number(-1))


def before(days: int, at: Value = Edge.LAST) -> Value:
    """So many days before a day: the window's last."""
    return DaysAfter(at, number(-days))


def last_months(months: int) -> Value:
    """The first day of so many months that end with the window. Counted from the day after the window, for
    the month before 30 June begins on 1 June, though no 31 May is a month before it."""
    return MonthsAfter(DaysAfter(Edge.LAST, number(1)), -months)


def months_ago(months: int) -> Value:
    """The window's last day so many months ago: 31 December is two quarters before 30 June."""
    return DaysAfter(last_months(months), number(-1))


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


def first_of(rows: Rows, day: str, *then: str) -> Latest:
    """Of each person the row that comes first in time, of the window or before; a row whose day is not
    known is left out. ``then`` decides between rows of one day: the greater one is taken."""
    ago = f"{day}_ago"
    past = With(Where(rows, up_to(day)), ago, DaysBetween(Column(day), Edge.LAST))
    return Latest(past, (PERSON,), (ago, *then))


# Age bands, the first of each in whole years: wider than those of MER, for a commune has few people.
BANDS = ((0, "0-14"), (15, "15-24"), (25, "25-49"), (50, "50+"))
AGE = {
    "0-14": Bilingual("Dưới 15 tuổi", "Under 15"),
    "15-24": Bilingual("15–24 tuổi", "15–24"),
    "25-49": Bilingual("25–49 tuổi", "25–49"),
    "50+": Bilingual("Từ 50 tuổi", "50 and over"),
    "unknown": Bilingual("Không rõ", "Not known"),
}


def age_band(at: Value) -> Value:
    """The age band, on a day, of who was ``born``; "unknown" before the birth."""
    bands = tuple(
        (Compare(MonthsAfter(Column("born"), years * 12), Sign.AT_MOST, at), Literal(band))
        for years, band in reversed(BANDS)
    )
    return Choose(bands, Literal("unknown"))


def aged(rows: Rows, at: Value = Edge.LAST) -> Rows:
    """Rows that know of a birth, with the age band on a day."""
    return With(rows, "age", age_band(at))


READ = Bilingual("đã đọc", "read")
CHOSEN = Bilingual("quy ước của chương trình", "a choice of this program")


def read(vi: str, en: str) -> Bilingual:
    """A source whose words were seen."""
    return _marked(vi, en, READ)


def unchecked(vi: str, en: str) -> Bilingual:
    """A source that nobody compared with its paper yet: what it says is from memory or at second hand."""
    return _marked(vi, en, UNCHECKED)


def chosen(vi: str, en: str) -> Bilingual:
    """A choice of this program, of no paper."""
    return _marked(vi, en, CHOSEN)


def _marked(vi: str, en: str, mark: Bilingual) -> Bilingual:
    return Bilingual(f"{vi} ({mark.vi})", f"{en} ({mark.en})")


Given = tuple[str, Row]  # a row of an example, and the name of its table


def given(table: Table, **cells: Cell | int) -> Given:
    """A row of an example: what is not said is empty, whole numbers are exact."""
    row: dict[str, Cell] = {name: None for name, _ in table.columns}
    for name, cell in cells.items():
        row[name] = Decimal(cell) if isinstance(cell, int) and not isinstance(cell, bool) else cell
    return table.name, row


def stored(rows: Iterable[Given]) -> dict[str, tuple[Row, ...]]:
    """Rows by the name of their table."""
    by_table: dict[str, list[Row]] = defaultdict(list)
    for name, row in rows:
        by_table[name].append(row)
    return {name: tuple(each) for name, each in by_table.items()}


def example(
    vi: str,
    en: str,
    period: Period,
    rows: Iterable[Given],
    numerator: int | str,
    denominator: int | str | None = None,
) -> Example:
    """A worked example of rows of several tables."""
    expected = (Decimal(numerator), None if denominator is None else Decimal(denominator))
    return Example(Bilingual(vi, en), period, stored(rows), expected)


def both_ends(
    period: Period,
    row: Callable[[str, date], Iterable[Given]],
    numerator: int = 2,
    denominator: int | None = None,
    rest: Iterable[Given] = (),
) -> Example:
    """What happened to four people on the eve of a period, its first, its last and the next day: the two in
    between count. ``row``: what happened to somebody ("p" to "s") on a day; ``rest``: rows besides."""
    window, day = period.window, timedelta(days=1)
    days = (window.first - day, window.first, window.last, window.last + day)
    happened = [each for who, at in zip("pqrs", days, strict=True) for each in row(who, at)]
    return example(
        f"Ngày đầu {days[1]:%d/%m/%Y} và ngày cuối {days[2]:%d/%m/%Y} thuộc kỳ; ngày trước và ngày sau thì "
        "không.",
        f"The first day, {days[1]:%d/%m/%Y}, and the last, {days[2]:%d/%m/%Y}, belong to the period; the day "
        "before and the day after do not.",
        period,
        [*happened, *rest],
        numerator,
        denominator,
    )


MARCH = Period(Calendar.CIVIL, Span.MONTH, 2026, 3)  # 01/03 to 31/03/2026
FIRST_QUARTER = Period(Calendar.CIVIL, Span.QUARTER, 2026, 1)  # 01/01 to 31/03/2026
STATE_MONTH = Period(Calendar.STATE, Span.MONTH, 2026, 3)  # 15/02 to 14/03/2026
STATE_QUARTER = Period(Calendar.STATE, Span.QUARTER, 2026, 1)  # 15/12/2025 to 14/03/2026
HIV_QUARTER = Period(Calendar.HIV, Span.QUARTER, 2026, 1)  # 15/12/2025 to 14/03/2026
WHOLE_YEAR = Period(Calendar.CIVIL, Span.YEAR, 2026)
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
    until: date | None = None,
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
        until=until,
        spans=spans,
        hiding=hiding,
        examples=examples,
        splits=splits,
    )
