"""A small programme that exists in tests alone: visits of people at three clinics of two communes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
from django.utils import timezone

from phoihop.base.org.tests import making
from phoihop.base.security import scope
from phoihop.engines.indicators.definitions import Better, Example, Hiding, Indicator, Unit
from phoihop.engines.indicators.facts import Kind, Row, Table
from phoihop.engines.indicators.partitions import batches
from phoihop.engines.indicators.rows import Count, Facts, Latest, Measure, Persons, Where
from phoihop.engines.indicators.values import Column, Compare, Edge, Sign, within
from phoihop.engines.publishing.fences import JOB
from phoihop.engines.publishing.models import Build, Release
from phoihop.engines.publishing.registering import Asked, Programme
from phoihop.kernel.calendars import Calendar, Period, Span
from phoihop.kernel.refusals import Bilingual

UNTIL = date(2026, 4, 20)  # a state month ends on 14 April, a calendar month on 31 March
VISIT = Table(
    "alpha.visit",
    (("person", Kind.TEXT), ("facility", Kind.TEXT), ("day", Kind.DAY), ("sex", Kind.TEXT)),
)
STATE = Period(Calendar.STATE, Span.MONTH, 2026, 4)  # 15 March to 14 April
CIVIL = Period(Calendar.CIVIL, Span.MONTH, 2026, 3)
_IN = Where(Facts(VISIT), within(Column("day")))
_EVER = Where(Facts(VISIT), Compare(Column("day"), Sign.AT_MOST, Edge.LAST))


def _examples(expected: int) -> tuple[Example, ...]:
    why = Bilingual("Một lượt trong kỳ.", "One visit within the period.")
    row: Row = {"person": "p", "facility": "1", "day": CIVIL.window.last, "sex": "f"}
    rows = {VISIT.name: (row,)}
    return tuple(Example(why, CIVIL, rows, (Decimal(expected), None)) for _ in range(3))


def indicator(code: str, measure: Measure, unit: Unit = Unit.PERSONS, **more: Any) -> Indicator:
    given: dict[str, Any] = {
        "code": code,
        "version": 1,
        "name": Bilingual("Số thử", "A trial figure"),
        "unit": unit,
        "better": Better.MORE,
        "numerator": measure,
        "source": Bilingual("Bản thử", "A trial"),
        "since": date(2020, 1, 1),
        "spans": frozenset({Span.MONTH, Span.QUARTER}),
        "hiding": Hiding.PEOPLE,
        "examples": _examples(1),
        "splits": ("sex",),
    }
    return Indicator(**given | more)


SEEN = indicator("SEEN", Persons(_IN))
KNOWN = indicator("KNOWN", Persons(Latest(_EVER, ("person",), ("day",))))
VISITS = indicator("VISITS", Count(_IN), Unit.EVENTS, splits=())


@dataclass
class Memory:
    """A source whose rows a test changes; ``broken``: it cannot be read; ``asked``: what the build gave."""

    visits: dict[str, list[Row]] = field(default_factory=dict)
    broken: bool = False
    asked: list[Asked] = field(default_factory=list)
    read: list[str] = field(default_factory=list)

    def __call__(self, asked: Asked) -> "Memory":
        self.asked.append(asked)
        return self

    def add(self, facility: int, many: int, day: date, sex: str = "f", who: str = "") -> None:
        for number in range(many):
            person = f"{who or f'{facility}{sex}'}{number}"
            row: Row = {"person": person, "facility": str(facility), "day": day, "sex": sex}
            self.visits.setdefault(f"{day:%Y-%m}", []).append(row)

    def months(self, table: Table) -> Mapping[str, str]:
        if self.broken:
            raise OSError("the door is locked: 3 people in it")
        return {month: str(sorted(map(str, rows))) for month, rows in self.visits.items()}

    def rows(self, table: Table, month: str) -> Iterable[pa.RecordBatch]:
        self.read.append(month)
        return batches(table, self.visits[month])


def programme(source: Memory, *indicators: Indicator, **more: Any) -> Programme:
    """Told by the calendar's months, unless said otherwise."""
    given: dict[str, Any] = {"heard": Count(_IN), "calendars": (Calendar.CIVIL, Calendar.STATE)} | more
    return Programme("alpha", (VISIT,), indicators or (SEEN, KNOWN), source, **given)


@dataclass
class House:
    """Three clinics, two communes of a province, and people of two agencies."""

    facilities: list[Any]
    communes: list[Any]
    province: Any
    carer: Any
    police: Any
    admin: Any
    officer: Any
    protector: Any
    reporter: Any
    agency: Any


def house() -> House:
    with scope.acting(making.INSTALL):
        province = making.unit("tinh", level="province", kind="tỉnh")
        communes = [making.unit(key, province) for key in ("xa-mot", "xa-hai")]
        agency = making.agency("Trung tâm Y tế Sín Chải", unit=province)
        facilities = [
            making.facility(agency, name, programmes=["alpha"], unit=communes[at])
            for name, at in (("Phòng khám A", 0), ("Phòng khám B", 0), ("Phòng khám C", 1))
        ]
        police = making.agency("Công an xã Sín Chải", "police", communes[0])
    return House(
        facilities,
        communes,
        province,
        making.somebody("Lù Thị Sên", "carer-alpha", facilities[0]),
        making.somebody("Má A Sở", "head", police),
        making.somebody("Hù Cố Xuân", "administrator", agency),
        making.somebody("Chảo Mùi Ghển", "figures-officer", agency),
        making.somebody("Vàng Thị Gầu", "data-protection", agency),
        making.somebody("Sùng A Chứ", "figures-reporter", agency),
        agency,
    )


def filled(made: House) -> Memory:
    """Visits in January to March: many at A, some at B, few at C."""
    source = Memory()
    a, b, c = (each.pk for each in made.facilities)
    for day in (date(2026, 1, 20), date(2026, 2, 20), date(2026, 3, 20)):
        source.add(a, 41, day)
        source.add(a, 22, day, "m")
        source.add(b, 18, day)
        source.add(b, 3, day, "m")
        source.add(c, 4, day)
    return source


def built_release() -> Release:
    """A release of which one build is done."""
    with scope.acting(JOB):
        made = Release.objects.create()
        now = timezone.now()
        Build.objects.create(
            release=made, until=timezone.localdate(), state=Build.State.DONE, heard_at=now, ended_at=now
        )
        return made


def the_release() -> Release:
    """The one there is."""
    with scope.acting(JOB):
        return Release.objects.get()
