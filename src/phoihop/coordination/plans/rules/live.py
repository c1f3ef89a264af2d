"""Where a target stands by its number: one way of judging it, whoever computed or reported the number.

A light is a word with an icon, never a colour alone: đạt from the whole of what is asked, sắp đạt from nine
tenths of it, chậm below that. What is asked at the most is turned round: two allowed
of three had is two thirds. What is counted through a year is held against the whole of what is asked; while
it is no less than the part of the year that is gone, it is not called late.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Protocol

from phoihop.coordination.plans.rules.binding import Better, Bound, Unit, Way, unit_of
from phoihop.engines.indicators.forecasting_series import Kind
from phoihop.kernel.calendars import Calendar, Period, Span, months_later, period_of
from phoihop.kernel.quantities import format_number
from phoihop.kernel.refusals import Bilingual

NEARLY = Decimal("0.9")
POINTS = 13  # of a series: a year of months and the same month before it
_FULL = Decimal(1)
_APART = timedelta(days=17)  # from the end of a state's period, the 14th, to that of its calendar month
# Counted through a year and begun anew; what else is counted is how many there are. Table: Kind by code.
_FLOWING = (Unit.EVENTS, Unit.COPIES, Unit.DAYS, Unit.ML)
_FLOWS = frozenset(
    {
        "CLASS_COMMUNES", "CLASS_OFFICES", "COMMUNES_LEFT_COMPLEX", "DRUG_SPOTS_NEW", "HIV_DETECTED",
        "HIV_MTCT_CASES", "REHAB_PERSONS", "SESSION_COMMUNES",
    }
)  # fmt: skip


class Asked(Protocol):
    """What a target asks for, as its document has it: "<=", 2, None, "giảm"."""

    @property
    def comparator(self) -> str: ...
    @property
    def value(self) -> Decimal | None: ...
    @property
    def value_max(self) -> Decimal | None: ...
    @property
    def direction(self) -> str: ...


class Judged(StrEnum):
    """Whether a target is reached. UNKNOWN: nothing was reported, or no number says when it would be."""

    MET = "met"
    BEHIND = "behind"
    UNKNOWN = "unknown"


class Light(StrEnum):
    """Where a target stands, for people. RUNNING: a count that goes on through the year, and keeps up with
    it; LOOK: a number is known, and the target does not say whether it is enough."""

    MET = "met"
    NEAR = "near"
    RUNNING = "running"
    LATE = "late"
    LOOK = "look"
    EMPTY = "empty"
    SURVEY = "survey"
    UNBOUND = "unbound"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Shown:
    """How a light is shown. ``icon``: its name among the icons of pages."""

    icon: str
    words: Bilingual


LIGHTS = {
    Light.MET: Shown("tick", Bilingual("đạt", "met")),
    Light.NEAR: Shown("up", Bilingual("sắp đạt", "nearly met")),
    Light.RUNNING: Shown("arrow", Bilingual("kịp tiến độ", "keeping up")),
    Light.LATE: Shown("clock", Bilingual("chậm", "behind")),
    Light.LOOK: Shown("check-me", Bilingual("cần người xem", "needs a person to look")),
    Light.EMPTY: Shown("note", Bilingual("chưa có số liệu", "no figure yet")),
    Light.SURVEY: Shown("search", Bilingual("cần khảo sát", "survey needed")),
    Light.UNBOUND: Shown("pen", Bilingual("chưa gắn", "not bound")),
    Light.HIDDEN: Shown("lock", Bilingual("số bị ẩn", "figure hidden")),
}
OLD = Shown("again", Bilingual("số cũ", "old figure"))  # a mark beside the light


def judge(asked: Asked, value: Decimal | None, better: Better = Better.NEITHER) -> Judged:
    """Whether a number reaches a target.

    "70 %" asks for that much or more, unless the target is to go down, is nought, or is bound to what is
    ``better`` low: then for no more. To "keep" a number is kept by the number itself; for better or worse, a
    person has to say of any other.
    """
    if value is None or asked.value is None:
        return Judged.UNKNOWN
    goal = asked.value
    match asked.comparator:
        case ">=":
            met = value >= goal
        case ">":
            met = value > goal
        case "<=":
            met = value <= goal
        case "<":
            met = value < goal
        case _ if asked.direction == "giữ" and goal and value != goal:
            return Judged.UNKNOWN
        case _ if goes_down(asked, better):
            met = value <= (asked.value_max if asked.value_max is not None else goal)
        case _:
            met = value >= goal
    return Judged.MET if met else Judged.BEHIND


def goes_down(asked: Asked, better: Better = Better.NEITHER) -> bool:
    """Whether no more than the number is asked for."""
    if asked.comparator in (">", ">="):
        return False
    if asked.comparator in ("<", "<=") or asked.direction in ("giảm", "không để"):
        return True
    return not asked.value or (better is Better.LESS and not asked.direction)


def bound_of(asked: Asked, better: Better = Better.NEITHER) -> Decimal | None:
    """The number to be reached: of "từ 2 đến 5" the easier end."""
    if asked.value_max is not None and asked.comparator == "=" and goes_down(asked, better):
        return asked.value_max
    return asked.value


def reached(asked: Asked, value: Decimal, better: Better = Better.NEITHER) -> Decimal | None:
    """Which part of a target a number is: 0.92 of it, above 1 where it is more. Of a ceiling the other way
    round, and at most 1: three where two are allowed is two thirds. None where no number is asked for."""
    goal = bound_of(asked, better)
    if goal is None:
        return None
    if goes_down(asked, better):
        return _FULL if value <= goal else max(Decimal(0), goal) / value
    return value / goal if goal > 0 else _FULL


def light(
    asked: Asked, value: Decimal | None, better: Better = Better.NEITHER, gone: Decimal | None = None
) -> Light:
    """The light of a number. ``gone``: which part of its year is over, of what is counted through one; None
    of anything else. EMPTY without a number."""
    if value is None:
        return Light.EMPTY
    judged, part = judge(asked, value, better), reached(asked, value, better)
    if judged is Judged.MET:
        return Light.MET
    if judged is Judged.UNKNOWN or part is None:
        return Light.LOOK
    if part >= NEARLY:
        return Light.NEAR
    if gone is not None and gone < 1 and part >= gone and not goes_down(asked, better):
        return Light.RUNNING
    return Light.LATE


def blank(entry: Bound | None, *, hidden: bool) -> Light:
    """The light where no number can be said."""
    if hidden:
        return Light.HIDDEN
    if entry is None:
        return Light.UNBOUND
    return Light.SURVEY if entry.way is Way.SURVEY else Light.EMPTY


def compared(
    asked: Asked, value: Decimal, better: Better = Better.NEITHER, gone: Decimal | None = None
) -> Bilingual:
    """Why a number has its light, in a sentence; with how much of the year is over, of a count through it."""
    vi, en = _against(asked, value, better)
    if gone is not None and gone < 1:
        share = _percent(gone, ROUND_HALF_UP)
        vi += f" Đã qua {format_number(share)} % thời gian của năm."
        en += f" {format_number(share)} % of the year is gone."
    return Bilingual(vi, en)


def _against(asked: Asked, value: Decimal, better: Better) -> tuple[str, str]:
    goal, part = bound_of(asked, better), reached(asked, value, better)
    if goal is None or part is None:
        return "Chỉ tiêu không nêu con số.", "The target gives no number."
    judged = judge(asked, value, better)
    if judged is Judged.UNKNOWN:
        return ("Chỉ tiêu là giữ nguyên; số đã khác, cần người xem xét.",
                "The target is to keep the number; it has changed, and a person has to look.")  # fmt: skip
    if goes_down(asked, better):
        if judged is Judged.MET:
            return "Không vượt mức cho phép.", "Within what is allowed."
        if goal <= 0:
            return "Phải bằng 0 mà đã có.", "Should be nought and is not."
        if value <= goal:
            return "Vừa bằng mức phải thấp hơn.", "Exactly what it should be below."
        over = (value - goal) / goal
        share = _percent(over, ROUND_HALF_UP)
        return (f"Vượt mức cho phép {format_number(share)} %.",
                f"{format_number(share)} % above what is allowed.")  # fmt: skip
    if judged is Judged.BEHIND and part >= _FULL:
        return "Vừa bằng mức phải vượt.", "Exactly what it should exceed."
    share = _percent(part, ROUND_DOWN)
    return (f"Bằng {format_number(share)} % mức phải đạt.",
            f"{format_number(share)} % of what is asked.")  # fmt: skip


def _percent(part: Decimal, rounding: str) -> Decimal:
    """Whole percent; downwards what is to be reached, so that 99.9 is not said to be the whole."""
    return (part * 100).quantize(Decimal(1), rounding)


def kind_of(entry: Bound) -> Kind:
    """How a code is counted: a share; how many there are; or how many through a year, from nothing again."""
    if entry.unit is Unit.PERCENT:
        return Kind.SHARE
    return Kind.FLOW if entry.code in _FLOWS or entry.unit in _FLOWING else Kind.LEVEL


def is_counted_through(entry: Bound | None, measure: str) -> bool:
    """Whether a target counts through a year; of one that is bound to nothing, by its own measure."""
    return unit_of(measure) in _FLOWING if entry is None else kind_of(entry) is Kind.FLOW


def year_of(calendar: Calendar, day: date) -> Period | None:
    """The year of a calendar that a day lies in; None before its first."""
    try:
        return period_of(calendar, Span.YEAR, day)
    except ValueError:
        return None


def gone(first: date, last: date, day: date) -> Decimal:
    """Which part of the days from ``first`` to ``last`` is over at the end of a day: 0 to 1."""
    part = Decimal((day - first).days + 1) / Decimal((last - first).days + 1)
    return min(_FULL, max(Decimal(0), part))


def is_old(reported: date, span: Span, day: date) -> bool:
    """Whether a number reported by hand is older than the time after which a new one is due."""
    return months_later(reported, span.months) < day


@dataclass(frozen=True, slots=True)
class Point:
    """One place of a series: what was known at the end of a period. ``value`` None: nothing, or it is
    ``hidden``. Of what is counted through a year: since the year began. ``part``: said long before the period
    was over, so that more of it may come."""

    period: Period
    value: Decimal | None
    hidden: bool = False
    completeness: Decimal | None = None
    part: bool = False


def running(points: Sequence[Point]) -> tuple[Point, ...]:
    """Counts of single periods, the oldest first, as counts since their year began.

    Where an earlier period of the year is missing or hidden, so is all of the year after it: a sum without a
    part would be taken for the whole.
    """
    found: list[Point] = []
    for point in points:
        first = point.period.number == 1
        before = found[-1] if found and found[-1].period.next() == point.period else None
        if first or point.value is None:
            found.append(point)
        elif before is None or before.value is None:
            hidden = before is not None and before.hidden
            found.append(Point(point.period, None, hidden, point.completeness))
        else:
            both = [each for each in (before.completeness, point.completeness) if each is not None]
            found.append(Point(point.period, before.value + point.value, False, min(both, default=None)))
    return tuple(found)


def by_period(reported: Sequence[tuple[date, Decimal]], calendar: Calendar, span: Span) -> tuple[Point, ...]:
    """Numbers with their days, in the order of these, as the last that was said of each period.

    Who counts at the end of a month reports on a state period that ended in its middle: a number is of the
    period that ended so little before, else of the one that runs.
    """
    last: dict[Period, tuple[date, Decimal]] = {}
    for day, value in reported:
        try:
            period = period_of(calendar, span, day)
            if day - period.window.first < _APART:
                period = period.next(-1)
        except ValueError:
            continue  # the calendar had none yet
        last[period] = day, value
    return tuple(
        Point(period, value, part=period.window.last - day > _APART)
        for period, (day, value) in sorted(last.items())
    )
