"""Series of figures as a forecast sees them: levels and shares that move on, flows that begin anew a year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

from phoihop.engines.indicators import forecasting_method as method
from phoihop.engines.indicators.definitions import Better
from phoihop.kernel.calendars import Period

_WHOLE, _TENTH = Decimal(1), Decimal("0.1")
_NOTHING, _FULL = Decimal(0), Decimal(100)


class Kind(StrEnum):
    """How a series is counted."""

    LEVEL = "level"  # how many there are at the end of a period: people in treatment
    FLOW = "flow"  # how many since the year began: tests, new clients; from nothing again each year
    SHARE = "share"  # a percentage, 0 to 100


@dataclass(frozen=True, slots=True)
class Point:
    """What was counted at the end of a period; of a flow, since the year of its calendar began."""

    period: Period
    value: Decimal


@dataclass(frozen=True, slots=True)
class Interval:
    """Where a value is expected to lie, both ends among it."""

    low: Decimal
    high: Decimal

    def __contains__(self, value: Decimal) -> bool:
        return self.low <= value <= self.high


def check(series: Sequence[Point], target: Decimal, kind: Kind) -> None:
    """ValueError unless the figures follow one another in one calendar and span, each of its kind."""
    for earlier, later in pairwise(series):
        a, b = earlier.period, later.period
        if (a.calendar, a.span) != (b.calendar, b.span) or not a < b:
            raise ValueError(f"{b} does not follow {a}")
    for value in (target, *(point.value for point in series)):
        if not value.is_finite() or (kind is Kind.SHARE and not 0 <= value <= _FULL):
            raise ValueError(f"{value} is no {kind}")


def ahead(last: Period, deadline: date) -> list[Period]:
    """The periods after the last one that end by the deadline."""
    found: list[Period] = []
    following = last.next()
    while following.window.last <= deadline:
        found.append(following)
        following = following.next()
    return found


def _between(first: Period, last: Period) -> int:
    """How many periods from one to another."""
    return (last.year - first.year) * _of_year(first) + last.number - first.number


def _of_year(period: Period) -> int:
    return 12 // period.span.months


def _whole(values: Sequence[Decimal]) -> bool:
    return all(value % 1 == 0 for value in values)


def _nearest(value: float, step: Decimal) -> Decimal:
    return Decimal(value).quantize(step, ROUND_HALF_UP)


def _down(value: Decimal, step: Decimal) -> Decimal:
    return value.quantize(step, ROUND_FLOOR)


def _up(value: Decimal, step: Decimal) -> Decimal:
    return value.quantize(step, ROUND_CEILING)


def _monthly(value: Decimal, step: Decimal) -> Decimal:
    """What is still needed a month: to the next whole where that is no more than a tenth of it, else finer;
    always to the side that is enough."""
    return _up(value, step if abs(value) >= 10 else _TENTH)


class Standing:
    """A level or a share: where it stands and how far it may move over some periods."""

    def __init__(
        self, known: Sequence[Point], coming: Sequence[Period], target: Decimal, kind: Kind, jump: date | None
    ) -> None:
        whole = kind is not Kind.SHARE and _whole((target, *(point.value for point in known)))
        self._last, self._target, self._kind = known[-1].value, target, kind
        self._step = _WHOLE if whole else _TENTH
        self._half = 0.5 if whole else 0.05  # a count is met where it rounds to the target, and so a share
        self._span = known[-1].period.span.months
        self._coming = len(coming)
        self._offsets = method.without_jump(self._offsets_of(known), _place(known, jump))

    def _offsets_of(self, known: Sequence[Point]) -> list[float]:
        """How far each period's value lies from the last one; a missing one on the line between."""
        offsets = [float(known[0].value - self._last)]
        for earlier, later in pairwise(known):
            gap, start = _between(earlier.period, later.period), earlier.value - self._last
            rise = later.value - earlier.value
            offsets += [float(start + rise * each / gap) for each in range(1, gap + 1)]
        return offsets

    @cached_property
    def _spread(self) -> float:
        law = method.SHARE if self._kind is Kind.SHARE else method.LEVEL
        wanders = method.wandering(self._offsets, self._coming)
        return law.of(method.unrest(self._offsets), len(self._offsets), self._coming, wanders=wanders)

    @cached_property
    def _moved(self) -> float:
        return method.moved(self._offsets, self._coming)

    @property
    def pace(self) -> Decimal | None:
        """A month, over the last year; None of a single figure."""
        steps = min(12 // self._span, len(self._offsets) - 1)
        if not steps:
            return None
        return _nearest((self._offsets[-1] - self._offsets[-1 - steps]) / (steps * self._span), _TENTH)

    def _bounded(self, value: Decimal) -> Decimal:
        return max(_NOTHING, min(value, _FULL) if self._kind is Kind.SHARE else value)

    @property
    def expected(self) -> Decimal:
        return self._bounded(self._last + _nearest(self._moved, self._step))

    def interval(self, part: float) -> Interval:
        """Where the value lies in a part of all cases; it holds what is expected."""
        moved, reach = self._moved, method.within(part) * self._spread
        low = self._last + _down(Decimal(moved - reach), self._step)
        high = self._last + _up(Decimal(moved + reach), self._step)
        return Interval(self._bounded(low), self._bounded(high))

    def chance(self, better: Better) -> float:
        """How likely the target is met."""
        sign = 1 if better is Better.MORE else -1
        short = float(self._target - self._last) - self._moved
        return method.below((self._half - sign * short) / self._spread)

    def decided(self, better: Better) -> bool | None:
        """Whether the target is met whatever comes; None while both can be: a level moves both ways."""
        return None

    def needed(self, better: Better) -> Decimal | None:
        """A month from now on, to meet the target; None where it stands met."""
        short = self._target - self._last
        if short == 0 or (short < 0) == (better is Better.MORE):
            return None
        monthly = short / (self._coming * self._span)
        return _monthly(monthly, self._step) if short > 0 else -_monthly(-monthly, self._step)


class Running:
    """A flow, counted since the year began: what is counted already, how much may come by the deadline."""

    def __init__(self, known: Sequence[Point], coming: Sequence[Period], target: Decimal) -> None:
        last = known[-1]
        whole = _whole((target, *(point.value for point in known)))
        self._step, self._half = (_WHOLE, 0.5) if whole else (_TENTH, 0.05)
        self._of_year, self._span = _of_year(last.period), last.period.span.months
        year = coming[-1].year if coming else last.period.year
        self._counted = last.value if year == last.period.year else _NOTHING
        self._steps = [step for step, period in enumerate(coming, 1) if period.year == year]
        self._left = target - self._counted
        self._begins, self._flows = _flows(known)

    @cached_property
    def _centre(self) -> float:
        return method.flowing(self._flows, self._begins, self._of_year, self._steps)

    @cached_property
    def _spread(self) -> float:
        unrest, seen = method.unrest_of_flow(self._flows), len(self._flows)
        return method.FLOW.of(unrest, seen, len(self._steps), method.root(self._centre))

    @property
    def pace(self) -> Decimal | None:
        """A month, over the last year; None where no flow is known."""
        recent = self._flows[-self._of_year :]
        return _nearest(sum(recent) / (len(recent) * self._span), _TENTH) if recent else None

    @property
    def expected(self) -> Decimal:
        return self._counted + _nearest(self._centre, self._step)

    def interval(self, part: float) -> Interval:
        """Where the count lies in a part of all cases: never below what is counted already."""
        centre = self._centre
        reach, root = method.within(part) * self._spread, method.root(centre)
        low = min(centre, method.unroot(root - reach))
        high = max(centre, method.unroot(root + reach))
        return Interval(
            self._counted + _down(Decimal(low), self._step), self._counted + _up(Decimal(high), self._step)
        )

    def chance(self, better: Better) -> float:
        """How likely the target is met."""
        sign = 1 if better is Better.MORE else -1
        border = method.root(float(self._left) - sign * self._half)
        return method.below(sign * (method.root(self._centre) - border) / self._spread)

    def decided(self, better: Better) -> bool | None:
        """Whether the target is met whatever comes: what is counted is never taken back."""
        if better is Better.MORE:
            return True if self._left <= 0 else None
        return False if self._left < 0 else None

    def needed(self, better: Better) -> Decimal | None:
        """A month from now on, at least or at most."""
        monthly = self._left / (len(self._steps) * self._span)
        if better is Better.MORE:
            return _monthly(monthly, self._step)
        return -_monthly(-monthly, self._step)


def _place(known: Sequence[Point], jump: date | None) -> int | None:
    """Which value is the first after a jump, counted with the missing ones; None where none lies before."""
    if jump is None:
        return None
    after = next((point.period for point in known if point.period.window.last >= jump), None)
    return None if after is None else _between(known[0].period, after) or None


def _flows(known: Sequence[Point]) -> tuple[int, list[float]]:
    """Place of the first flow in its year, from 0, and the flows of all periods from then on.

    What a missing period had is spread evenly; where a year's end is missing, its periods had the mean of
    all others, and so has the time before the first figure of a series that begins within a year.
    """
    first = known[0]
    begins = first.period if first.period.number == 1 else first.period.next()
    flows: list[float | None] = [float(first.value)] if begins is first.period else []
    for earlier, later in pairwise(known):
        if earlier.period.year == later.period.year:
            gap, rise = _between(earlier.period, later.period), later.value - earlier.value
        else:
            gap, rise = later.period.number, later.value
            flows += [None] * (_between(earlier.period, later.period) - gap)
        flows += [float(rise / gap)] * gap
    seen = [flow for flow in flows if flow is not None]
    mean = sum(seen) / len(seen) if seen else 0.0
    return begins.number - 1, [mean if flow is None else flow for flow in flows]
