"""Methods of forecasting side by side: each gives the middle and two intervals of a case."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import NormalDist

import numpy as np

from forecasting.cases import Case
from phoihop.engines.indicators import forecasting_method as method
from phoihop.engines.indicators.forecasting import DISTRICTS_ENDED
from phoihop.engines.indicators.forecasting_series import Kind, Running, Standing

PARTS = (method.LIKELY, method.NEARLY_SURE)


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
