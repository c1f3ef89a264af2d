"""Whether a target will be met: what is to be expected at its deadline, how sure that is, what pace it takes.

A forecast is worked out in a job and kept with the figure, never in a request: the library behind it takes
seconds to load. By which evidence the method was chosen stands in ``forecasting_method``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from phoihop.engines.indicators.definitions import Better
from phoihop.engines.indicators.forecasting_method import LIKELY, NEARLY_SURE
from phoihop.engines.indicators.forecasting_series import (
    Interval,
    Kind,
    Point,
    Running,
    Standing,
    ahead,
    check,
)

METHOD = 2  # counts up with every change of the method, so that kept forecasts are made anew
LEAST = 6  # figures; fewer are no ground for a forecast
FARTHEST = 3  # a deadline farther off than so many times what was observed is out of sight
DISTRICTS_ENDED = date(2025, 7, 1)  # no districts since: units were merged, reports took other ways
SURE, DOUBTFUL = Decimal("0.80"), Decimal("0.20")  # chances that part on track, hard and will miss


class Outlook(StrEnum):
    """What is to be said of a target."""

    MET = "met"
    ON_TRACK = "on-track"
    HARD = "hard"
    WILL_MISS = "will-miss"
    TOO_FEW = "too-few"


@dataclass(frozen=True, slots=True)
class Forecast:
    """What can be said of a target on the day of its last figure.

    ``last``: that figure; ``months``: from it to the last period that ends by the deadline. ``expected``,
    ``likely`` (80 in 100) and ``nearly_sure`` (95 in 100): the value then; None where figures are too few.
    ``chance``: 0 to 1, that the target is met; known without a forecast where nothing can change it.
    ``needed``: a month from now on to meet it, of a flow of which less is better at most so much; None where
    nothing is left to do, or no time. ``pace``: a month, over the last year; None of a single figure.
    """

    kind: Kind
    better: Better
    target: Decimal
    deadline: date
    last: Point
    months: int
    outlook: Outlook = Outlook.TOO_FEW
    expected: Decimal | None = None
    likely: Interval | None = None
    nearly_sure: Interval | None = None
    chance: Decimal | None = None
    needed: Decimal | None = None
    pace: Decimal | None = None


def forecast(
    series: Sequence[Point],
    target: Decimal,
    deadline: date,
    better: Better,
    kind: Kind,
    jump: date | None = DISTRICTS_ENDED,
) -> Forecast:
    """Whether ``target`` will be met by ``deadline``: at least so much where more is better, at most where
    less is.

    ``series``: the figures so far, the oldest first, of one calendar and span; a period may be missing.
    ``jump``: a day on which a level may have changed for reasons outside the programme. ValueError: no figure
    up to the deadline, figures of several calendars or in no order, a share beyond 0 to 100, no better side.
    """
    if better is Better.NEITHER:
        raise ValueError("a target has a better side")
    check(series, target, kind)
    known = [point for point in series if point.period.window.last <= deadline]
    if not known:
        raise ValueError(f"no figure up to {deadline}")
    last = known[-1]
    coming = ahead(last.period, deadline)
    course = (
        Running(known, coming, target) if kind is Kind.FLOW else Standing(known, coming, target, kind, jump)
    )
    months = len(coming) * last.period.span.months
    made = Forecast(kind, better, target, deadline, last, months, pace=course.pace)
    if not coming:
        value = Interval(last.value, last.value)
        made = replace(made, expected=last.value, likely=value, nearly_sure=value)
        return _certain(made, last.value >= target if better is Better.MORE else last.value <= target)
    if len(known) >= LEAST and len(coming) <= FARTHEST * len(known):
        chance = Decimal(str(course.chance(better))).quantize(Decimal("0.01"), ROUND_HALF_UP)
        made = replace(
            made,
            outlook=_outlook(chance),
            expected=course.expected,
            likely=course.interval(LIKELY),
            nearly_sure=course.interval(NEARLY_SURE),
            chance=chance,
        )
    decided = course.decided(better)
    return replace(made, needed=course.needed(better)) if decided is None else _certain(made, decided)


def _outlook(chance: Decimal) -> Outlook:
    if chance >= SURE:
        return Outlook.ON_TRACK
    return Outlook.HARD if chance > DOUBTFUL else Outlook.WILL_MISS


def _certain(made: Forecast, met: bool) -> Forecast:
    return replace(made, outlook=Outlook.MET if met else Outlook.WILL_MISS, chance=Decimal(int(met)))
