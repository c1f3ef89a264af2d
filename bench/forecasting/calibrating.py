"""How wide intervals have to be, learnt from what happened in series that are used for nothing else.

Of each forecast the distance is kept by which what happened was missed, past the rounding of an interval's
ends. A spread's growth (and of flows its sway) is the one with the least interval scores, its scale that at
which 80 in 100 lay within, taken as the next higher rank, as conformal prediction does, so that few series do
not promise too much. How many spreads then held 95 in 100 shows whether Student's law fits (2.57). Series for
which the districts' end was still to come are left out: it lies behind us, and nobody could know it before.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

import numpy as np

from forecasting.cases import Case, cases, unit_of
from phoihop.engines.indicators import forecasting_method as method
from phoihop.engines.indicators.forecasting import DISTRICTS_ENDED, LEAST
from phoihop.engines.indicators.forecasting_series import Kind, Running, Standing

Numbers = np.ndarray[tuple[int], np.dtype[np.float64]]
LAWS = {Kind.LEVEL: method.LEVEL, Kind.FLOW: method.FLOW, Kind.SHARE: method.SHARE}
GROWTHS = [round(0.10 + 0.05 * each, 2) for each in range(13)]
MEMORIES = [0.0, 0.25, 0.5, 0.75, 1.0]
FEWS = [0.0, 1.0, 2.0, 4.0, 6.0]
SWAYS = [0.0, 0.02, 0.04, 0.06, 0.08, 0.10, 0.12]


@dataclass(frozen=True, slots=True)
class Missed:
    """By how much one forecast missed, on the scale on which its kind is spread, and what a spread is made
    of. ``unit``: what makes small and large programmes count alike."""

    error: float
    unrest: float
    seen: int
    steps: int
    size: float
    wanders: float
    unit: float


def missed(case: Case) -> Missed:
    """What a case teaches; the private parts of the product's course are what is calibrated here."""
    target = Decimal(str(case.target))
    if case.kind is Kind.FLOW:
        run = Running(case.points, case.coming, target)
        was, middle, step = case.truth - case.counted, run._centre, float(run._step)
        ends = (method.root(middle) - method.root(was + step), method.root(was - step) - method.root(middle))
        unrest, size = method.unrest_of_flow(run._flows), method.root(middle)
        return Missed(max(0.0, *ends), unrest, len(run._flows), len(run._steps), size, 1.0, 1.0)
    stand = Standing(case.points, case.coming, target, case.kind, DISTRICTS_ENDED)
    error = abs(case.truth - float(case.points[-1].value) - stand._moved) - float(stand._step)
    seen = len(stand._offsets)
    unrest, wanders = method.unrest(stand._offsets), method.wandering(stand._offsets, case.steps)
    return Missed(max(0.0, error), unrest, seen, case.steps, 0.0, wanders, unit_of(case))


def learnt(kind: Kind, some: Sequence[Missed]) -> tuple[method.Spread, float]:
    """The law of a kind that these forecasts ask for, and how many spreads then hold 95 in 100."""
    names = ("error", "steps", "size", "wanders", "unit")
    error, steps, size, wanders, unit = (np.array([getattr(each, name) for each in some]) for name in names)
    law, tried = LAWS[kind], list[tuple[float, method.Spread, float]]()
    calm = [max(each.unrest, law.least / math.sqrt(each.seen)) for each in some]
    seen = np.array([each.seen for each in some])
    flow = kind is Kind.FLOW
    for growth, sway, memory, few in product(
        GROWTHS, SWAYS if flow else [0.0], [0.0] if flow else MEMORIES, FEWS
    ):
        own = law.scale * np.array(calm) * steps**growth * wanders**memory
        spread = (1 + few / seen) * np.hypot(own, sway * size)
        likely, nearly = (_rank(error / spread, part) for part in (method.LIKELY, method.NEARLY_SURE))
        score = sum(
            float(np.mean(_score(error, reach * spread, part) / unit))
            for part, reach in ((method.LIKELY, likely), (method.NEARLY_SURE, nearly))
        )
        much = likely / method.within(method.LIKELY)
        made = method.Spread(
            scale=round(law.scale * much, 2),
            growth=growth,
            sway=round(sway * much, 3),
            memory=memory,
            few=few,
        )
        tried.append((score, made, nearly / much))
    return min(tried, key=lambda each: each[0])[1:]


def _score(error: Numbers, half: Numbers, part: float) -> Numbers:
    """The interval scores of intervals of so much to either side."""
    return np.asarray(2 * half + 2 / (1 - part) * np.maximum(0, error - half))


def _rank(values: Numbers, part: float) -> float:
    """The value below which so many of the next ones lie, of as many as there are."""
    ranked = np.sort(values)
    return float(ranked[min(len(ranked), math.ceil((len(ranked) + 1) * part)) - 1])


def _taught(kind: Kind, seed: int, series: int) -> Iterator[Case]:
    """A third of levels lead nowhere: what grows towards a ceiling is more easily foreseen than real counts
    may be."""
    yield from cases(kind, seed, series)
    if kind is Kind.LEVEL:
        yield from cases(kind, seed, series // 2, walking=True)


def calibrate(series: int, seeds: Iterable[int]) -> None:
    """Print the laws that series of these seeds ask for, beside those in force."""
    some = list(seeds)
    for kind in Kind:
        found = [
            missed(case)
            for seed in some
            for case in _taught(kind, seed, series)
            if len(case.points) >= LEAST and not case.jumping
        ]
        law, nearly = learnt(kind, found)
        print(
            f"{kind}: {len(found)} forecasts\n  in force {LAWS[kind]}\n  learnt   {law}; 95 in {nearly:.2f}"
        )
