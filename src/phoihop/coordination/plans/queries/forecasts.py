"""Forecasts of targets as they were kept: made by a job, read by pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from phoihop.coordination.plans.models import Forecast as Row
from phoihop.coordination.plans.rules.binding import Bound, Unit, catalogue
from phoihop.engines.indicators.definitions import Better
from phoihop.engines.indicators.forecasting import Forecast, Outlook
from phoihop.engines.indicators.forecasting_series import Interval, Kind, Point
from phoihop.engines.indicators.forecasting_words import explained, words
from phoihop.kernel.calendars import Calendar, Period, Span
from phoihop.kernel.refusals import Bilingual

# What is counted, where the target has no word of its own for it.
_COUNTED = {
    Unit.PERCENT: Bilingual("%", "%"),
    Unit.RATE: Bilingual("trên 100.000 dân", "per 100,000 residents"),
    Unit.PERSONS: Bilingual("người", "people"),
    Unit.EVENTS: Bilingual("lần", "times"),
    Unit.DAYS: Bilingual("ngày", "days"),
    Unit.ML: Bilingual("ml", "ml"),
    Unit.PLACES: Bilingual("nơi", "places"),
    Unit.COPIES: Bilingual("bản", "copies"),
    Unit.OTHER: Bilingual("đơn vị", "units"),
}


@dataclass(frozen=True, slots=True)
class Kept:
    """A forecast of a target and when it was made. ``words``: the cell of a table ("khó đạt: cần thêm 31
    người mỗi tháng"); ``explained``: one sentence more."""

    made_at: datetime
    made: Forecast
    words: Bilingual
    explained: Bilingual


class _Asked(Protocol):
    @property
    def pk(self) -> int: ...
    @property
    def target_value(self) -> Decimal | None: ...
    @property
    def code(self) -> str: ...


def kept_of(targets: Iterable[_Asked]) -> dict[int, Kept]:
    """By target, what was kept of those that are still bound to the same and ask for the same: one statement.

    What is due on another day than it was made for is not shown either, until the job has looked again.
    """
    asked = {each.pk: each for each in targets}
    found = {}
    for row in Row.objects.filter(target__in=asked).select_related("target"):
        now = asked[row.target_id]
        same = (row.code, row.asked, row.deadline) == (now.code, now.target_value, row.target.due)
        if same and (entry := catalogue().get(row.code)) is not None:
            made, unit = forecast_of(row), counted(entry, row.measure)
            found[row.target_id] = Kept(row.made_at, made, words(made, unit), explained(made, unit))
    return found


def counted(entry: Bound, measure: str) -> Bilingual:
    """What a figure counts: in the target's own word where that is of people and things ("buổi", "lớp")."""
    unit = _COUNTED[entry.unit]
    own = measure.strip()
    if not own or own == "%" or "/" in own or entry.unit in (Unit.PERCENT, Unit.RATE):
        return unit
    return Bilingual(own, unit.en)


def forecast_of(row: Row) -> Forecast:
    """What a row keeps, as the engine made it."""
    period = Period(Calendar(row.calendar), Span(row.span), row.year, row.number)
    return Forecast(
        Kind(row.kind),
        Better(row.better),
        row.asked,
        row.deadline,
        Point(period, row.value),
        row.months,
        Outlook(row.outlook),
        row.expected,
        _interval(row.likely_low, row.likely_high),
        _interval(row.sure_low, row.sure_high),
        row.chance,
        row.needed,
        row.pace,
    )


def _interval(low: Decimal | None, high: Decimal | None) -> Interval | None:
    return None if low is None or high is None else Interval(low, high)
