"""Forecasts of targets against what happened, over programmes made up to be like those of provinces.

    ./run bench forecast [SERIES] [SEED] [--ours]

Each series is eight years of months (2020 to 2027) from its own seed: people in treatment that grow towards a
ceiling and come and go by chance; events counted since January, fewer around Tết, more before the year's end,
scarce or many, in campaigns; shares of 20 to 2,000 people that near their ceiling. Half of them jump when
districts end in July 2025. From origins at the ends of quarters, with three to sixty figures behind them,
monthly or quarterly, every method forecasts the end of that year and of the next one.

Printed for each: the mean error, set against that of the naive method; how many of what happened lay in
the intervals of 80 and of 95 in 100; the mean interval score of 80 in 100 against naive (width, and ten times
what was missed; less is better). Then, of the product's method: coverage by how many figures there were and
by how far off the deadline was, and how often targets were met that it gave a small, middling or good chance.
``--ours``: naive and the product's method alone, which is far sooner done. Ends with 1 if the product's
coverage is not within 76..86 and 92..98 in 100 for any kind of series.
"""

import math
import sys
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import NormalDist

import numpy as np

from phoihop.engines.indicators import forecasting_method as method
from phoihop.engines.indicators.definitions import Better
from phoihop.engines.indicators.forecasting import DISTRICTS_ENDED, DOUBTFUL, LEAST, SURE
from phoihop.engines.indicators.forecasting_series import Kind, Point, Running, Standing, ahead
from phoihop.kernel.calendars import Calendar, Period, Span

FIRST, MONTHS = 2020, 96
TET = (1, 2, 2, 1, 2, 1, 2, 2)  # its month, each year
JUMP = (2025 - FIRST) * 12 + 6
FIGURES = (3, 4, 5, 6, 8, 10, 12, 15, 18, 24, 36, 48, 60)
PARTS = (0.80, 0.95)
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

    @property
    def steps(self) -> int:
        return len(self.coming)


def cases(kind: Kind, seed: int, series: int) -> Iterator[Case]:
    """Two origins of each series, two deadlines of each origin."""
    rng = np.random.default_rng([seed, list(Kind).index(kind)])
    for _ in range(series):
        monthly = MAKERS[kind](rng)
        for _ in range(2):
            span = Span.MONTH if rng.random() < 0.7 else Span.QUARTER
            width = span.months
            if kind is Kind.FLOW:
                values = [sum(monthly[i : i + width]) for i in range(0, MONTHS, width)]
            else:
                values = monthly[width - 1 :: width]
            figures = int(rng.choice([n for n in FIGURES if n * width <= 48]))
            origin = int(rng.integers(max(figures * width, 48) // 3, (MONTHS - 12) // 3)) * 3 // width
            yield from _of(kind, rng, values, origin - figures, origin, Span(span))


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
            _target(kind, rng, values[:origin], of_year), better,
        )  # fmt: skip


def _target(kind: Kind, rng: Rng, past: Sequence[float], of_year: int) -> float:
    """What a plan would ask: some more than there was, or a round share."""
    if kind is Kind.SHARE:
        return float(rng.choice([70, 80, 90, 95, 100, min(100, round(past[-1] + rng.uniform(-1, 4), 1))]))
    was = past[-1] if kind is Kind.LEVEL else sum(past[-of_year:])
    return float(max(0, round(was * rng.uniform(0.9, 1.25))))


@dataclass(frozen=True, slots=True)
class Answer:
    """The middle, and the intervals of 80 and of 95 in 100."""

    middle: float
    intervals: tuple[tuple[float, float], ...]
    chance: float | None = None


Method = Callable[[Case], Answer]


def normal(case: Case, middle: float, spread: float) -> Answer:
    """The intervals of a normal law, cut off where the series can have no value."""
    most = 100.0 if case.kind is Kind.SHARE else math.inf

    def cut(value: float) -> float:
        return case.counted + min(most, max(0.0, value))

    reaches = [NormalDist().inv_cdf((1 + part) / 2) * spread for part in PARTS]
    return Answer(cut(middle), tuple((cut(middle - reach), cut(middle + reach)) for reach in reaches))


def summed(case: Case, path: Sequence[float]) -> float:
    """What a path of coming values comes to at the deadline."""
    return math.fsum(path[i - 1] for i in case.summed) if case.kind is Kind.FLOW else float(path[-1])


def grown(case: Case, spread: float) -> float:
    """How the spread of one step grows when steps are independent of one another."""
    return spread * math.sqrt(len(case.summed) if case.kind is Kind.FLOW else case.steps)


def naive(case: Case) -> Answer:
    """As it was last; a flow as it was a year ago, or last where no year is known."""
    values = np.array(case.values)
    if case.kind is Kind.FLOW and len(values) > case.of_year:
        path = [values[-case.of_year + i % case.of_year] for i in range(case.steps)]
        errors = values[case.of_year :] - values[: -case.of_year]
    else:
        path, errors = [values[-1]] * case.steps, np.diff(values)
    return normal(case, summed(case, path), grown(case, float(np.sqrt((errors**2).mean()))))


def line(case: Case) -> Answer:
    """A straight line through all values, with the textbook's interval around it."""
    values = np.array(case.values)
    times, n = np.arange(len(values)), len(values)
    slope, start = np.polyfit(times, values, 1)
    path = start + slope * (n - 1 + np.arange(1, case.steps + 1))
    left = values - start - slope * times
    spread = math.sqrt(float((left**2).sum()) / max(1, n - 2))
    far = (
        1 + 1 / n + (n - 1 + case.steps - times.mean()) ** 2 / max(1e-9, ((times - times.mean()) ** 2).sum())
    )
    width = spread * math.sqrt(far)
    return normal(case, summed(case, list(path)), grown(case, spread) if case.kind is Kind.FLOW else width)


def drift(case: Case) -> Answer:
    """As last, and on by the mean step of all; a flow as a year ago, times how this year stands to it."""
    values = np.array(case.values)
    if case.kind is not Kind.FLOW:
        steps = np.diff(values)
        return normal(case, values[-1] + steps.mean() * case.steps, grown(case, float(steps.std())))
    year = case.of_year
    if len(values) < 2 * year:
        return normal(case, values.mean() * len(case.summed), grown(case, float(values.std())))
    before = values[-2 * year : -year].sum()
    ratio = min(2.0, max(0.5, values[-year:].sum() / before)) if before else 1.0
    path = [ratio * values[-year + i % year] for i in range(case.steps)]
    return normal(case, summed(case, path), grown(case, float((values[year:] - values[:-year]).std())))


def damped(case: Case) -> Answer:
    """Holt's method with a damped trend, as state-space ETS(A,Ad,N), with its own intervals."""
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    values = np.array(case.values)
    if len(values) < 8 or np.ptp(values) == 0:
        return naive(case)
    try:
        fitted = ETSModel(values, error="add", trend="add", damped_trend=True).fit(disp=False)
    except (ValueError, np.linalg.LinAlgError):
        return naive(case)
    path = np.asarray(fitted.forecast(case.steps))
    lives = np.asarray(
        fitted.simulate(case.steps, anchor="end", repetitions=300, rng=np.random.default_rng(1))
    )
    ends = lives[[i - 1 for i in case.summed]].sum(axis=0) if case.kind is Kind.FLOW else lives[-1]
    return normal(case, summed(case, list(path)), float(ends.std()))


def theta(case: Case) -> Answer:
    """The Theta method as published, with the library's intervals."""
    from statsmodels.tsa.forecasting.theta import ThetaModel

    values = np.array(case.values)
    if np.ptp(values) == 0:
        return naive(case)
    try:
        fitted = ThetaModel(values, period=1, deseasonalize=False).fit()
        path, spread = np.asarray(fitted.forecast(case.steps)), math.sqrt(float(fitted.sigma2))
        if case.kind is Kind.FLOW:
            return normal(case, summed(case, list(path)), grown(case, spread))
        said = np.asarray(fitted.prediction_intervals(case.steps, alpha=0.05))
    except (ValueError, IndexError, np.linalg.LinAlgError):
        return naive(case)
    return normal(case, float(path[-1]), max(spread, float(said[-1, 1] - said[-1, 0]) / 3.92))


def middle_of_ours(case: Case, values: Sequence[float], steps: int, summed: Sequence[int]) -> float:
    if case.kind is Kind.FLOW:
        return method.flowing(values, case.begins, case.of_year, summed)
    return values[-1] + method.moved(values, steps)


def conformal(case: Case) -> Answer:
    """The product's middle, with intervals from its own errors at earlier origins of the same series."""
    values = case.values if case.kind is Kind.FLOW else method.without_jump(case.values, case.at)
    errors = []
    for origin in range(max(4, len(values) - 12), len(values)):
        steps = min(case.steps, len(values) - origin)
        wanted = range(1, steps + 1)
        was = sum(values[origin : origin + steps]) if case.kind is Kind.FLOW else values[origin + steps - 1]
        error = was - middle_of_ours(case, values[:origin], steps, wanted)
        errors.append(abs(error) * math.sqrt(case.steps / steps))
    middle = middle_of_ours(case, values, case.steps, case.summed)
    ranked = sorted(errors) or [0.0]
    reaches = [ranked[min(len(ranked), math.ceil((len(ranked) + 1) * part)) - 1] for part in PARTS]
    inner = [normal(case, middle, reach / NormalDist().inv_cdf((1 + part) / 2)).intervals[i]
             for i, (part, reach) in enumerate(zip(PARTS, reaches, strict=True))]  # fmt: skip
    return Answer(normal(case, middle, 0).middle, tuple(inner))


def ours(case: Case) -> Answer:
    """The product's method, as a target gets it."""
    target = Decimal(str(case.target))
    course = (
        Running(case.points, case.coming, target)
        if case.kind is Kind.FLOW
        else Standing(case.points, case.coming, target, case.kind, DISTRICTS_ENDED)
    )
    intervals = tuple((float(i.low), float(i.high)) for i in map(course.interval, PARTS))
    decided = course.decided(case.better)
    chance = course.chance(case.better) if decided is None else float(decided)
    return Answer(float(course.expected), intervals, chance)


METHODS: dict[str, Method] = {
    "naive": naive, "straight line": line, "drift": drift, "damped trend (ETS)": damped,
    "Theta": theta, "ours, conformal": conformal, "ours": ours,
}  # fmt: skip


@dataclass(slots=True)
class Tally:
    """What came of one method, or of one slice of it."""

    number: int = 0
    error: float = 0.0
    score: float = 0.0
    inside: list[int] = None  # type: ignore[assignment]

    def add(self, answer: Answer, truth: float, unit: float) -> None:
        self.inside = self.inside or [0, 0]
        self.number += 1
        self.error += abs(answer.middle - truth) / unit
        low, high = answer.intervals[0]
        missed = max(0.0, low - truth, truth - high)
        self.score += (high - low + 10 * missed) / unit
        for i, (low, high) in enumerate(answer.intervals):
            self.inside[i] += low - 1e-9 <= truth <= high + 1e-9

    def coverage(self) -> tuple[float, float]:
        return (100 * self.inside[0] / self.number, 100 * self.inside[1] / self.number)


def unit_of(case: Case) -> float:
    """What errors are measured by, so that small and large programmes count alike."""
    if case.kind is Kind.SHARE:
        return 1.0
    return math.sqrt(
        max(1.0, case.values[-1] if case.kind is Kind.LEVEL else sum(case.values[-case.of_year :]))
    )


def main() -> int:
    numbers = [int(word.replace(",", "")) for word in sys.argv[1:] if not word.startswith("--")]
    series, seed = numbers + [300, 2][len(numbers) :]
    chosen = {"naive": naive, "ours": ours} if "--ours" in sys.argv else METHODS
    bad = []
    for kind in Kind:
        tallies: dict[str, Tally] = defaultdict(Tally)
        slices: dict[tuple[str, int], Tally] = defaultdict(Tally)
        chances: dict[str, list[bool]] = defaultdict(list)
        for case in cases(kind, seed, series):
            unit = unit_of(case)
            enough = len(case.points) >= LEAST
            for name, answer_of in chosen.items():
                if not enough and name != "ours":
                    continue
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    answer = answer_of(case)
                if enough:
                    tallies[name].add(answer, case.truth, unit)
                if name != "ours":
                    continue
                slices["figures", len(case.points)].add(answer, case.truth, unit)
                if enough:
                    slices["periods ahead", min(24, case.steps)].add(answer, case.truth, unit)
                    met = (
                        case.truth >= case.target if case.better is Better.MORE else case.truth <= case.target
                    )
                    chance = round(answer.chance or 0.0, 2)
                    said = "good" if chance >= SURE else ("middling" if chance > DOUBTFUL else "small")
                    chances["decided" if chance in (0, 1) else said].append(met)
        base = tallies["naive"]
        print(f"\n{kind}: {base.number} forecasts            error  80 in 100  95 in 100  score")
        for name, tally in tallies.items():
            low, high = tally.coverage()
            error, score = tally.error / base.error, tally.score / base.score
            print(f"  {name:24} {error:15.2f} {low:9.1f} {high:10.1f} {score:8.2f}")
        for what in ("figures", "periods ahead"):
            print(f"  by {what}: ", end="")
            for (which, key), tally in sorted(slices.items()):
                if which == what:
                    low, high = tally.coverage()
                    print(f"{key}: {low:.0f}/{high:.0f} ({tally.error / tally.number:.2f})", end="  ")
            print()
        for said, met in sorted(chances.items()):
            print(f"  chance {said:9} {len(met):5} targets, {100 * sum(met) / len(met):.0f} in 100 met")
        sys.stdout.flush()
        low, high = tallies["ours"].coverage()
        if not (76 <= low <= 86 and 92 <= high <= 98):
            bad.append(kind)
    print("\ncoverage out of bounds: " + ", ".join(bad) if bad else "\ncoverage within bounds")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
