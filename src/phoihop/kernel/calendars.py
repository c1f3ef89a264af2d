"""The calendars that official figures are counted by: which days a period has, and which period a day is of.

State reports end on the 14th (Decree 09/2019/NĐ-CP, article 12). HIV reports followed the calendar's quarters
until Circular 05/2023/TT-BYT moved them to the same days on 1 May 2023. The fiscal year of PEPFAR begins in
October. A number without its window is no number: two "2022" of the same thing may be of different days.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import total_ordering

from phoihop.kernel.refusals import Bilingual

_DAY = timedelta(days=1)
_CUT = 14  # the last day of a month that belongs to it, where reports are cut there
_MOVED = (2023, 2)  # the quarter of HIV reports in which the cut moved


class Calendar(StrEnum):
    STATE = "state"
    HIV = "hiv"
    CIVIL = "civil"
    FISCAL = "fiscal"


class Span(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"

    @property
    def months(self) -> int:
        """How many months long."""
        return _MONTHS[self]


_MONTHS = {Span.MONTH: 1, Span.QUARTER: 3, Span.HALF: 6, Span.YEAR: 12}

# By whose words a calendar counts, and since when (what lies before has no window in it).
BASIS = {
    Calendar.STATE: Bilingual("Nghị định 09/2019/NĐ-CP, Điều 12", "Decree 09/2019/NĐ-CP, article 12"),
    Calendar.HIV: Bilingual("Thông tư 03/2015/TT-BYT; từ 01/05/2023: 05/2023/TT-BYT",
                            "Circular 03/2015/TT-BYT; from 1 May 2023: 05/2023/TT-BYT"),
    Calendar.CIVIL: Bilingual("Năm dương lịch (GAM)", "Calendar year (GAM)"),
    Calendar.FISCAL: Bilingual("Năm tài chính PEPFAR", "PEPFAR fiscal year"),
}  # fmt: skip
SINCE = {Calendar.STATE: 2019, Calendar.HIV: 2015, Calendar.CIVIL: 1, Calendar.FISCAL: 2003}
SPANS = {
    Calendar.STATE: frozenset(Span),
    Calendar.HIV: frozenset({Span.QUARTER, Span.YEAR}),
    Calendar.CIVIL: frozenset(Span),
    Calendar.FISCAL: frozenset({Span.QUARTER, Span.HALF, Span.YEAR}),
}


@dataclass(frozen=True, slots=True)
class Window:
    """The days of a period, both ends among them. ``spliced``: it begins by one rule and ends by another, so
    it is longer or shorter than its neighbours and not to be compared with them as it stands."""

    first: date
    last: date
    spliced: bool = False

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """One period of a calendar: the ``number``-th of its kind in a ``year``, from 1. ValueError where the
    calendar has no such period."""

    calendar: Calendar
    span: Span
    year: int
    number: int = 1

    def __post_init__(self) -> None:
        if self.span not in SPANS[self.calendar]:
            raise ValueError(f"the {self.calendar} calendar has no {self.span}")
        if not 1 <= self.number <= 12 // self.span.months:
            raise ValueError(f"no {self.span} {self.number}")
        if not SINCE[self.calendar] <= self.year < date.max.year:
            raise ValueError(f"the {self.calendar} calendar has no year {self.year}")

    @property
    def window(self) -> Window:
        """Its days."""
        begin = (self.number - 1) * self.span.months
        first, last = (
            _edge(self.calendar, self.year, begin),
            _edge(self.calendar, self.year, begin + self.span.months),
        )
        moved = self.calendar is Calendar.HIV and _moves(self.year, begin, self.span.months)
        return Window(first, last - _DAY, moved)

    def next(self, steps: int = 1) -> "Period":
        """The one so many further on; backwards where negative. ValueError before the calendar's first."""
        of_year = 12 // self.span.months
        year, number = divmod(self.year * of_year + self.number - 1 + steps, of_year)
        return Period(self.calendar, self.span, year, number + 1)


@total_ordering
@dataclass(frozen=True, slots=True)
class Stretch:
    """Days that are no period of any calendar: what two periods have in common, or one leaves over of
    another. In an order with periods they come last."""

    first: date
    last: date

    def __lt__(self, other: object) -> bool:
        if isinstance(other, Stretch):
            return (self.first, self.last) < (other.first, other.last)
        return False if isinstance(other, Period) else NotImplemented


def period_of(calendar: Calendar, span: Span, day: date) -> Period:
    """The period that a day belongs to. ValueError where the calendar had none yet."""
    for year in (day.year + 1, day.year):
        if SINCE[calendar] <= year < date.max.year:
            for number in range(12 // span.months, 0, -1):
                period = Period(calendar, span, year, number)
                if day in period.window:
                    return period
    raise ValueError(f"the {calendar} calendar has no {span} of {day}")


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or earlier where negative; that month's last day where it is
    shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _edge(calendar: Calendar, year: int, months: int) -> date:
    """The first day after so many months of a year: where one period ends, the next one begins, whatever the
    rule of either; so no day is counted twice, and none is left out."""
    if calendar is Calendar.FISCAL:
        months -= 3
    year, month = year + months // 12, months % 12 + 1
    cut = calendar is Calendar.STATE or (
        # Edges up to the first quarter of 2023 are the calendar's; that of the second is the first new one.
        calendar is Calendar.HIV and (year, month) > (_MOVED[0], _MOVED[1] * 3 - 2)
    )
    if not cut:
        return date(year, month, 1)
    year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return date(year, month, _CUT + 1)


def _moves(year: int, begin: int, months: int) -> bool:
    at = (_MOVED[1] - 1) * 3
    return year == _MOVED[0] and begin <= at < begin + months
