"""Control limits of a funnel plot: how far a unit's share may lie from the whole's by chance alone.

Source: D. J. Spiegelhalter, Funnel plots for comparing institutional performance, Statistics in Medicine 24
(2005) 1185-1202, doi 10.1002/sim.1970, appendix A.1.1: exact binomial limits, interpolated between whole
counts; 95 % and 99.8 % (about two and three standard deviations) as there. The upper limit is taken as the
lower one of those not counted. So a count lies outside only where it, or one further out, has less than the
chance left over: of a unit with a single client nothing is ever made. What lies within is no reason to rank
one unit before another. Each unit is judged by itself: of many units some lie outside by chance.

Worked out here by adding up the distribution's terms: a page needs a few hundred limits, which take less time
than loading a library for them.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate, pairwise
from math import exp, floor, lgamma, log, log1p, sqrt

WARNING = Decimal("0.95")
ALARM = Decimal("0.998")

# Terms further from the middle than this many standard deviations and a few more sum to less than 1e-15.
_FAR, _FEW = 9.0, 40.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Shares in percent between which a unit of a size lies by chance."""

    low: Decimal
    high: Decimal

    def __contains__(self, share: Decimal) -> bool:
        return self.low <= share <= self.high


class Standing(StrEnum):
    """Where a unit lies beside the whole."""

    FAR_BELOW = "far_below"  # outside 99.8 %
    BELOW = "below"  # outside 95 %
    WITHIN = "within"
    ABOVE = "above"
    FAR_ABOVE = "far_above"


@lru_cache(maxsize=4096)
def limits(around: Decimal, size: int, inside: Decimal) -> Limits:
    """Where a share of ``size`` lies with a chance of ``inside`` if it is ``around`` (percent) in truth.

    ValueError of a share outside 0 to 100, a size below 1, or a chance not between 0 and 1.
    """
    if not 0 <= around <= 100 or size < 1 or not 0 < inside < 1:
        raise ValueError(f"no limits around {around} % of {size} inside {inside}")
    if around in (0, 100):
        return Limits(around, around)
    tail = float((1 - inside) / 2)
    share = float(around) / 100
    return Limits(_percent(_lower(share, size, tail)), _percent(1 - _lower(1 - share, size, tail)))


def standing(value: Decimal, size: int, around: Decimal) -> Standing:
    """Where a unit's share of ``size`` lies beside the whole's. ValueError as ``limits``."""
    alarm, warning = (limits(around, size, inside) for inside in (ALARM, WARNING))
    if value in warning:
        return Standing.WITHIN
    if value < around:
        return Standing.BELOW if value in alarm else Standing.FAR_BELOW
    return Standing.ABOVE if value in alarm else Standing.FAR_ABOVE


def sizes(largest: int, about: int = 60) -> list[int]:
    """Denominators at which a curve is drawn, close together where it bends. ValueError below 1."""
    if largest < 1:
        raise ValueError("a unit has at least one")
    last = max(largest, 2)
    return sorted({max(1, round(last ** (step / about))) for step in range(about + 1)} | {1, last})


def _lower(share: float, size: int, tail: float) -> float:
    """The share below which no more than the tail lies."""
    first, terms = _terms(share, size)
    for count, (before, upto) in enumerate(pairwise(accumulate(terms, initial=0.0)), first):
        if upto >= tail:
            return max((count - (upto - tail) / (upto - before)) / size, 0.0)
    return 1.0


@lru_cache(maxsize=1024)
def _terms(share: float, size: int) -> tuple[int, tuple[float, ...]]:
    """The first count that is at all likely, and the chances of it and those after it."""
    middle, spread = share * size, sqrt(size * share * (1 - share))
    first = max(0, floor(middle - _FAR * spread - _FEW))
    last = min(size, floor(middle + _FAR * spread + _FEW))
    top = lgamma(size + 1)
    odds, none = log(share) - log1p(-share), size * log1p(-share)
    return first, tuple(
        exp(top - lgamma(count + 1) - lgamma(size - count + 1) + count * odds + none)
        for count in range(first, last + 1)
    )


def _percent(share: float) -> Decimal:
    return Decimal(repr(round(share * 100, 6)))
