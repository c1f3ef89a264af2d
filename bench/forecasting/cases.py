"""Series made up from seeds, each up to an origin, and what it had become at a deadline.

Half of those that are made ``turning`` change their trend in some month between the first and the last year,
for good: that is what no method can know before it happens, and has to notice after.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import numpy as np

from phoihop.engines.indicators.definitions import Better
from phoihop.engines.indicators.forecasting_series import Kind, Point, ahead
from phoihop.kernel.calendars import Calendar, Period, Span

FIRST, MONTHS = 2020, 96
TET = (1, 2, 2, 1, 2, 1, 2, 2)  # its month, each year
JUMP = (2025 - FIRST) * 12 + 6
FIGURES = (3, 4, 5, 6, 8, 10, 12, 15, 18, 24, 36, 48, 60)
Rng = np.random.Generator


def is_tet(month: int) -> bool:
    return TET[month // 12] == month % 12 + 1


def level(rng: Rng) -> list[float]:
    """People in treatment at the end of each month: 15 to 3,000, with a ceiling, some counted with errors."""
    size = float(np.exp(rng.uniform(math.log(15), math.log(3000))))
    ceiling = size * rng.choice([1.0, 1.2, 1.5, 2.5], p=[0.25, 0.25, 0.3, 0.2])
    leaving, coming = rng.uniform(0.008, 0.04), rng.uniform(0.01, 0.06)
    slope = rng.choice([0, 0, 1]) * rng.normal(0, 0.006) * size
    lost = rng.choice([0, 1], p=[0.4, 0.6]) * rng.uniform(-0.25, 0.12)
    careless = rng.choice([0, 0.01, 0.02])
    now, found = size * rng.uniform(0.5, 1.0), []
    for month in range(MONTHS):
        season = 0.55 if is_tet(month) else (1.15 if month % 12 in (2, 5) else 1.0)
        new = (leaving * now + coming * max(0.0, ceiling + slope * month - now)) * season
        gone = now * leaving * (1.3 if is_tet(month) else 1)
        now = max(0.0, now + rng.poisson(max(0.0, new)) - rng.poisson(gone))
        if month == JUMP:
            now = round(now * (1 + lost))
        found.append(float(max(0, round(now * (1 + rng.normal(0, careless))))))
    return found


def flow(rng: Rng) -> list[float]:
    """Events of each month: from one in half a year to 400 a month."""
    mean = float(np.exp(rng.uniform(math.log(0.15), math.log(400))))
    uneven, trend = rng.choice([0.05, 0.2, 0.4]), rng.normal(0, 0.10)
    rush, campaign, low = rng.choice([1, 1.5, 2.5]), rng.choice([1, 1.4]), rng.uniform(0.3, 0.8)
    dip, after = rng.choice([1, 0.5, 0.2], p=[0.4, 0.4, 0.2]), rng.choice([1, rng.uniform(0.6, 1.2)])
    years = rng.lognormal(0, 0.15, MONTHS // 12)
    found = []
    for month in range(MONTHS):
        expected = mean * years[month // 12] * math.exp(trend * month / 12) * (low if is_tet(month) else 1)
        expected *= (rush if month % 12 in (10, 11) else 1) * (campaign if month % 12 == 5 else 1)
        expected *= (dip if JUMP <= month < JUMP + 3 else 1) * (after if month >= JUMP else 1)
        found.append(float(rng.poisson(expected * rng.gamma(1 / uneven, uneven))))
    return found


def share(rng: Rng) -> list[float]:
    """A percentage of some 20 to 2,000 people at the end of each month, counted anew each time."""
    people = float(np.exp(rng.uniform(math.log(20), math.log(2000))))
    top = rng.choice([rng.uniform(0.6, 0.95), rng.uniform(0.93, 1.0)])
    begun, speed, restless = rng.uniform(0.2, 0.95) * top, rng.uniform(0.01, 0.12), rng.uniform(0.002, 0.015)
    jump, wander, found = rng.choice([0, 1]) * rng.normal(0, 0.05), 0.0, []
    for month in range(MONTHS):
        wander = 0.95 * wander + rng.normal(0, restless)
        part = top - (top - begun) * math.exp(-speed * month) + wander
        part += (jump if month >= JUMP else 0) - (0.015 if is_tet(month) else 0)
        of = max(5, rng.poisson(people))
        found.append(round(100 * rng.binomial(of, min(1.0, max(0.0, part))) / of, 1))
    return found


MAKERS = {Kind.LEVEL: level, Kind.FLOW: flow, Kind.SHARE: share}


@dataclass(frozen=True, slots=True)
class Case:
    """A series up to an origin, and what it had become at a deadline. ``values``: levels, or flows of each
    period; ``begins``: the place of the first one in its year; ``at``: the first one after the jump."""

    kind: Kind
    points: tuple[Point, ...]
    values: tuple[float, ...]
    begins: int
    of_year: int
    at: int | None
    coming: tuple[Period, ...]
    summed: tuple[int, ...]
    counted: float
    truth: float
    target: float
    better: Better
    series: int
    turned: int | None

    @property
    def turning(self) -> str:
        """Whether the trend changes, and when: "never", "ahead" of the origin, "lately" within a year before
        it, "long ago", or "after" all."""
        end = (self.points[-1].period.year - FIRST) * 12 + self.points[-1].period.number * self.span.months
        if self.turned is None:
            return "never"
        if self.turned >= end:
            return "ahead" if self.turned < end + self.steps * self.span.months else "after"
        return "lately" if self.turned >= end - 12 else "long ago"

    @property
    def jumping(self) -> bool:
        """Whether districts end between the origin and the deadline."""
        end = (self.points[-1].period.year - FIRST) * 12 + self.points[-1].period.number * self.span.months
        return end <= JUMP < end + self.steps * self.span.months

    @property
    def span(self) -> Span:
        return self.points[-1].period.span

    @property
    def steps(self) -> int:
        return len(self.coming)


def walk(rng: Rng) -> list[float]:
    """People in treatment that come and go with no ceiling and no aim: each month begins where the last one
    ended."""
    size = float(np.exp(rng.uniform(math.log(15), math.log(3000))))
    steps = rng.normal(0, float(rng.uniform(0.2, 1.0)) * math.sqrt(size), MONTHS)
    return [float(max(0, round(size + moved))) for moved in np.cumsum(steps)]


def turned(kind: Kind, rng: Rng, monthly: Sequence[float]) -> tuple[list[float], int]:
    """A series that goes another way from some month on: levels and flows by 15 to 40 in 100 more or less a
    year, shares by 4 to 12 points."""
    month, way = int(rng.integers(24, MONTHS - 6)), float(rng.choice([-1, 1]))
    years = [max(0, each - month) / 12 for each in range(MONTHS)]
    if kind is Kind.SHARE:
        points = way * float(rng.uniform(4, 12))
        bent = [round(min(100.0, max(0.0, v + points * y)), 1) for v, y in zip(monthly, years, strict=True)]
    else:
        pace = way * float(rng.uniform(0.15, 0.40))
        bent = [float(round(v * math.exp(pace * y))) for v, y in zip(monthly, years, strict=True)]
    return bent, month


def cases(
    kind: Kind, seed: int, series: int, *, turning: bool = False, walking: bool = False
) -> Iterator[Case]:
    """Two origins of each series, two deadlines of each origin. ``walking``: of levels that lead nowhere."""
    rng = np.random.default_rng([seed, list(Kind).index(kind), *([2] if walking else [])])
    aside = np.random.default_rng([seed, list(Kind).index(kind), 1])
    for number in range(series):
        monthly, month = walk(rng) if walking else MAKERS[kind](rng), None
        if turning:
            monthly, month = turned(kind, aside, monthly)
        for _ in range(2):
            span = Span.MONTH if rng.random() < 0.7 else Span.QUARTER
            width = span.months
            if kind is Kind.FLOW:
                values = [sum(monthly[i : i + width]) for i in range(0, MONTHS, width)]
            else:
                values = monthly[width - 1 :: width]
            figures = int(rng.choice([n for n in FIGURES if n * width <= 48]))
            origin = int(rng.integers(max(figures * width, 48) // 3, (MONTHS - 12) // 3)) * 3 // width
            for case in _of(kind, rng, values, origin - figures, origin, Span(span)):
                yield replace(case, series=number, turned=month)


def _of(kind: Kind, rng: Rng, values: Sequence[float], begin: int, origin: int, span: Span) -> Iterator[Case]:
    of_year = 12 // span.months
    periods = [
        Period(Calendar.CIVIL, span, FIRST + i // of_year, i % of_year + 1) for i in range(len(values))
    ]
    if kind is Kind.FLOW and begin % of_year:
        begin -= 1  # of a flow counted since January, the first figure within a year tells no flow
    totals = [sum(values[i - i % of_year : i + 1]) for i in range(len(values))]
    shown = totals if kind is Kind.FLOW else values
    points = tuple(
        Point(period, Decimal(str(value)))
        for period, value in zip(periods[begin:origin], shown[begin:origin], strict=True)
    )
    first = begin + (1 if kind is Kind.FLOW and begin % of_year else 0)
    at = JUMP // span.months - first
    for years in (0, 1):
        last = points[-1].period
        deadline = date(last.next().year + years, 12, 31)
        coming = tuple(ahead(last, deadline))
        if not coming or origin + len(coming) > len(values):
            continue
        end = origin + len(coming) - 1
        summed = tuple(i for i, period in enumerate(coming, 1) if period.year == deadline.year)
        counted = totals[origin - 1] if kind is Kind.FLOW and last.year == deadline.year else 0.0
        better = Better.LESS if rng.random() < 0.2 else Better.MORE
        yield Case(
            kind, points, tuple(values[first:origin]), first % of_year, of_year,
            at if 0 < at < origin - first else None, coming, summed, counted, shown[end],
            _target(kind, rng, values[:origin], of_year), better, 0, None,
        )  # fmt: skip


def _target(kind: Kind, rng: Rng, past: Sequence[float], of_year: int) -> float:
    """What a plan would ask: some more than there was, or a round share."""
    if kind is Kind.SHARE:
        return float(rng.choice([70, 80, 90, 95, 100, min(100, round(past[-1] + rng.uniform(-1, 4), 1))]))
    was = past[-1] if kind is Kind.LEVEL else sum(past[-of_year:])
    return float(max(0, round(was * rng.uniform(0.9, 1.25))))


def unit_of(case: Case) -> float:
    """What errors are measured by, so that small and large programmes count alike."""
    if case.kind is Kind.SHARE:
        return 1.0
    return math.sqrt(
        max(1.0, case.values[-1] if case.kind is Kind.LEVEL else sum(case.values[-case.of_year :]))
    )
