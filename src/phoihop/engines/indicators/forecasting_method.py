"""How far a series has moved some periods on, and how sure that is: the numbers behind a forecast.

A level or a share moves by the Theta method of statsmodels with a weight of our own; a flow by the mean of
the last year and the usual course of one. Errors follow Student's law; how they grow was learnt from made-up
series (``bench/forecast.py 130 101 102 103 104 105 --calibrate``) and checked on others. Real ones are not
ours to keep: the figures say what the method does of such series, no more.

Of series that nothing was learnt from (150 of each kind, seeds 5 to 8; six figures or more, districts' end
behind them) so many in 100 of what happened lay in the intervals of 80 and of 95 in 100, and so many in 100
targets were met that were given a good, a small chance; by chance alone each moves by 1 to 3:

    levels   84  97  of   954   met  93  10
    flows    80  94  of 1,089   met  87  22
    shares   79  95  of 1,000   met  92   8

What nobody can foresee is not in them. With the districts' end still to come they held 72 and 90 of levels,
77 and 97 of flows, 72 and 87 of shares; of levels that lead nowhere 75 and 94. After a trend had turned for
good, by 15 to 40 in 100 a year, they held 41 and 63 of levels, 73 and 88 of flows, and 65 and 81 of shares
(that turned by 4 to 12 points a year): a level that turns is followed too slowly, and too much is said of it.

Error and interval score (80 in 100) against the naive method, and coverage, 35 series of each kind, seed 5,
the districts' end ahead or behind; a few large ones decide the mean error of flows:

                              100 levels             118 flows              100 shares
    naive                 1.00  1.00   75  92    1.00  1.00   51  66    1.00  1.00   89  94
    straight line         1.52  1.99   34  58    1.25  1.57   32  45    1.47  0.94   63  78
    drift                 1.52  1.56   70  85    0.82  0.82   48  70    1.95  1.10   84  90
    damped trend (ETS)    1.26  1.65   38  58    0.97  1.06   36  51    1.23  0.87   58  63
    Theta as published    1.13  1.12   72  88    1.04  1.27   36  48    1.06  0.96   88  90
    ours, conformal       0.91  0.82   69  75    0.67  0.59   69  74    0.89  0.84   79  82
    ours                  0.91  0.82   73  95    0.67  0.54   79  94    0.89  0.65   75  88

"Conformal" takes its intervals from a series' own errors at earlier origins, of which there are too few.

The library: statsforecast 2.1 asks for pandas before 3, which the figures' engine has left behind, and
skforecast brings numba and scikit-learn; statsmodels has wheels for every platform and takes 3.4 seconds to
load, so it is imported when a forecast is made, and not before.
"""

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_THETA = 4 / 3  # the fitted line's slope counts by (theta - 1) / theta, a quarter; 1 none, 2 half of it
_YEAR = 12  # steps of which the recent mean of a flow is taken, where they are months
_FADING = 0.9  # how much less a step of a flow counts than the next one
LIKELY, NEARLY_SURE = 0.80, 0.95  # which parts of what happens the two intervals hold
_ROOT = 3 / 8  # added before the root of a count, so that its spread depends little on its size


@dataclass(frozen=True, slots=True)
class Spread:
    """How an error grows: with the series' own unrest and with steps, and, of what is summed, with its size.

    ``memory``: how much it counts whether a series swings back or keeps its way (``wandering``). ``few``:
    what was learnt of so many figures is half as sure as it looks. ``least``: the unrest of what was seen
    once; what never moved counts as calmer, the longer it was seen.
    """

    scale: float
    growth: float
    sway: float = 0.0
    memory: float = 0.0
    few: float = 0.0
    least: float = 0.5

    def of(self, unrest: float, seen: int, steps: int, size: float = 0.0, wanders: float = 1.0) -> float:
        own = self.scale * max(unrest, self.least / math.sqrt(seen)) * float(steps**self.growth)
        own *= wanders**self.memory
        return (1 + self.few / seen) * math.hypot(own, self.sway * size)


LEVEL = Spread(0.75, 0.50, memory=0.25, few=1)  # persons
SHARE = Spread(0.62, 0.40, memory=0.75, few=1)  # points of a percentage
FLOW = Spread(0.87, 0.15, sway=0.098)  # on the scale of roots, where pure chance has a spread of a half


def without_jump(values: Sequence[float], at: int | None) -> list[float]:
    """The series as if it had moved into its place ``at`` by its usual step: what lies before is lifted or
    lowered, so that neither slope nor unrest takes a change of borders for one of the programme."""
    moved = list(values)
    steps = [later - earlier for earlier, later in pairwise(moved)]
    if at is None or not 1 <= at < len(moved) or len(steps) < 4:
        return moved
    near = sorted(steps[max(0, at - 7) : at - 1] + steps[at : at + 6])
    half = len(near) // 2
    usual = near[half] if len(near) % 2 else (near[half - 1] + near[half]) / 2
    lift = steps[at - 1] - usual
    return [value + lift for value in moved[:at]] + moved[at:]


def moved(values: Sequence[float], steps: int) -> float:
    """How far a level is from its last value after some steps: exponential smoothing with a part of the slope
    of a straight line (the Theta method with a weight of our own)."""
    last = values[-1]
    if len(values) < 2 or all(value == last for value in values):
        return 0.0
    import numpy as np
    from statsmodels.tsa.forecasting.theta import ThetaModel

    offsets = np.array([value - last for value in values])
    size = float(np.abs(offsets).max())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a short series often has no one best fit; any near it will do
        fitted = ThetaModel(offsets / size, period=1, deseasonalize=False).fit()
        found = float(np.asarray(fitted.forecast(steps, theta=_THETA))[-1]) * size
    return found if math.isfinite(found) else 0.0


def unrest(values: Sequence[float]) -> float:
    """How far a series moves in one step, as the root of the mean square."""
    steps = [later - earlier for earlier, later in pairwise(values)]
    return math.sqrt(math.fsum(step * step for step in steps) / len(steps)) if steps else 0.0


def wandering(values: Sequence[float], steps: int) -> float:
    """How far a series moves over some steps, against what its single steps would come to if each were
    independent of the others: below 1 what swings back, as counts with errors do; above 1 what keeps its way.

    Over as many steps as are forecast, at most a third of what was seen, and two at least.
    """
    lag = max(2, min(steps, (len(values) - 1) // 3))
    once = unrest(values)
    if not once or len(values) <= lag:
        return 1.0
    leaps = [later - earlier for earlier, later in zip(values, values[lag:], strict=False)]
    far = math.sqrt(math.fsum(each * each for each in leaps) / len(leaps))
    return min(3.0, max(0.2, far / (once * math.sqrt(lag))))


def flowing(flows: Sequence[float], begins: int, of_year: int, steps: Sequence[int]) -> float:
    """The sum of a flow over coming steps: half by the mean of the last year, half by the level of now and
    the usual course of a year.

    ``begins``: the place of the first flow in its year, from 0; ``of_year``: places in a year; ``steps``:
    which steps after the last flow are summed, from 1.
    """
    year = max(of_year, 1)
    recent = flows[-year:]
    mean = math.fsum(recent) / len(recent)
    course = _course(flows, begins, year)
    places = [(begins + each) % year for each in range(len(flows))]
    fade = _FADING ** (_YEAR / year)
    weights = [fade ** (len(flows) - 1 - each) for each in range(len(flows))]
    above = math.fsum(weight * flow for weight, flow in zip(weights, flows, strict=True))
    below = math.fsum(weight * course[place] for weight, place in zip(weights, places, strict=True))
    level = above / below if below > 0 else mean
    coming = [course[(begins + len(flows) - 1 + step) % year] for step in steps]
    return max(0.0, (mean * len(steps) + level * math.fsum(coming)) / 2)


def _course(flows: Sequence[float], begins: int, year: int) -> list[float]:
    """How each place of a year usually stands to the year's mean; 1 each before a whole year is known. A
    place seen once or twice is drawn towards 1."""
    mean = math.fsum(flows) / len(flows)
    if len(flows) <= year or mean <= 0:
        return [1.0] * year
    half = year // 2
    above, below = [mean] * year, [mean] * year
    for each, flow in enumerate(flows):
        around = flows[max(0, each - half) : each + half]
        above[(begins + each) % year] += flow
        below[(begins + each) % year] += math.fsum(around) / len(around)
    course = [up / down for up, down in zip(above, below, strict=True)]
    whole = math.fsum(course) / year
    return [each / whole for each in course]


def root(value: float) -> float:
    """A count on the scale where its spread depends little on its size."""
    return math.sqrt(max(0.0, value) + _ROOT)


def unroot(value: float) -> float:
    return max(0.0, max(0.0, value) ** 2 - _ROOT)


def unrest_of_flow(flows: Sequence[float]) -> float:
    """How far single flows lie from their mean, on the scale of roots."""
    roots = [root(flow) for flow in flows]
    mean = math.fsum(roots) / len(roots)
    return math.sqrt(math.fsum((each - mean) ** 2 for each in roots) / max(1, len(roots) - 1))


def below(distance: float) -> float:
    """How likely an error is less than so many spreads, by Student's law with five degrees of freedom."""
    angle = math.atan(distance / math.sqrt(5))
    bend = math.cos(angle)
    return 0.5 + (angle + math.sin(angle) * bend * (1 + 2 / 3 * bend * bend)) / math.pi


def within(part: float) -> float:
    """How many spreads to either side hold a part of all errors: 1.476 hold 80 in 100, 2.571 hold 95."""
    low, high = 0.0, 100.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) < (1 + part) / 2 else (low, middle)
    return high
