"""Small tables of facts, and an indicator over them that is like those of treatment."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from phoihop.engines.indicators.definitions import Better, Example, Hiding, Indicator, Unit
from phoihop.engines.indicators.facts import Kind, Table
from phoihop.engines.indicators.rows import Among, Facts, Latest, Persons, Where
from phoihop.engines.indicators.values import Column, Compare, DaysAfter, Edge, Literal, Sign
from phoihop.kernel.calendars import Calendar, Period, Span
from phoihop.kernel.refusals import Bilingual

PICKUP = Table(
    "tx.pickup",
    (
        ("person", Kind.TEXT),
        ("facility", Kind.TEXT),
        ("day", Kind.DAY),
        ("days", Kind.NUMBER),
        ("sex", Kind.TEXT),
    ),
)
ENDED = Table("tx.ended", (("person", Kind.TEXT), ("day", Kind.DAY), ("how", Kind.TEXT)))
QUARTER = Period(Calendar.CIVIL, Span.QUARTER, 2026, 1)  # 1 January to 31 March
LAST = QUARTER.window.last


def pickup(person: str, ago: int, days: int = 30, facility: str = "a", sex: str | None = "f"):
    """Medicine for so many days, fetched so many days before the window's last."""
    day = LAST - timedelta(days=ago)
    return {"person": person, "facility": facility, "day": day, "days": Decimal(days), "sex": sex}


def ended(person: str, ago: int, how: str = "died"):
    return {"person": person, "day": LAST - timedelta(days=ago), "how": how}


def until(day: str) -> Compare:
    return Compare(Column(day), Sign.AT_MOST, Edge.LAST)


# Of each person the last pickup up to the window's end; treated while the medicine and 28 days more last.
LAST_PICKUP = Latest(Where(Facts(PICKUP), until("day")), ("person",), ("day",))
IN_HAND = DaysAfter(DaysAfter(Column("day"), Column("days")), Literal(Decimal(28)))
SUPPLIED = Where(LAST_PICKUP, Compare(IN_HAND, Sign.AT_LEAST, Edge.LAST))
TREATED = Among(SUPPLIED, Where(Facts(ENDED), until("day")), ("person",), present=False)

ONE = Decimal(1)
NONE = Decimal(0)
EXAMPLES = (
    Example(
        Bilingual("Thuốc 30 ngày lấy cách đây 58 ngày: vừa đủ.", "30 days, 58 days ago: just enough."),
        QUARTER,
        {"tx.pickup": (pickup("p", 58),)},
        (ONE, None),
    ),
    Example(
        Bilingual("Lấy cách đây 59 ngày: muộn quá 28 ngày.", "59 days ago: more than 28 days late."),
        QUARTER,
        {"tx.pickup": (pickup("p", 59),)},
        (NONE, None),
    ),
    Example(
        Bilingual("Có thuốc nhưng đã mất: không tính.", "Supplied but died: not counted."),
        QUARTER,
        {"tx.pickup": (pickup("p", 10), pickup("q", 10)), "tx.ended": (ended("p", 3),)},
        (ONE, None),
    ),
)  # fmt: skip


# The same, for measures that do not ask who ended.
PLAIN = tuple(replace(each, rows={"tx.pickup": each.rows["tx.pickup"]}) for each in EXAMPLES)


def indicator(**other: Any) -> Indicator:
    """Persons in treatment at the end of a quarter, with some parts unlike that."""
    given: dict[str, Any] = {
        "code": "TREATED",
        "version": 1,
        "name": Bilingual("Đang điều trị", "In treatment"),
        "unit": Unit.PERSONS,
        "better": Better.MORE,
        "numerator": Persons(TREATED),
        "source": Bilingual("Bản thử", "A trial"),
        "since": date(2020, 1, 1),
        "spans": frozenset({Span.QUARTER}),
        "hiding": Hiding.PEOPLE,
        "examples": PLAIN if "numerator" in other else EXAMPLES,
        "splits": ("sex",),
    }
    return Indicator(**given | other)
