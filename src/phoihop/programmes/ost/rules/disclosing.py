"""Counts of people for those who open no file: small ones hidden, the rest rounded, and no way to subtract.

A part of a whole is hidden where it or what is left of the whole is small. A total is told only if no hidden
count of its column could be narrowed down from it. A choice of ours (shared design: OpenSAFELY's limits).
"""

from collections.abc import Sequence
from dataclasses import dataclass

SMALL = 7  # a count of so many or fewer is of people whom somebody may know
STEP = 5
WIDE = 5  # a hidden count must stay possible over a span of at least so many
_SLACK = STEP // 2  # how far a rounded count may lie from the true one


@dataclass(frozen=True, slots=True)
class Told:
    """A count as it is shown; None: hidden."""

    value: int | None

    @property
    def hidden(self) -> bool:
        return self.value is None


HIDDEN = Told(None)


def told(count: int) -> Told:
    """A count of people: hidden where it is small, nought included; else to the nearest five."""
    if count <= SMALL:
        return HIDDEN
    return Told((count + _SLACK) // STEP * STEP)


def part(count: int, whole: int) -> Told:
    """A part of a whole that is shown beside it: hidden where it or the rest is small."""
    return told(count) if whole - count > SMALL else HIDDEN


def percent(count: int, whole: int) -> int | None:
    """A share in whole per cent, of the rounded counts alone; None where one of them is hidden."""
    some, of = part(count, whole), told(whole)
    if some.value is None or of.value is None:
        return None
    return min(100, round(100 * some.value / of.value))


def total(counts: Sequence[int]) -> Told:
    """The total of a column of counts that are each shown by ``told``."""
    return _total([(count, None) for count in counts])


def total_of_parts(counts: Sequence[tuple[int, int]]) -> Told:
    """The total of a column of parts, each with its whole, that are each shown by ``part``."""
    shown = _total([(count, whole) for count, whole in counts])
    rest = sum(whole - count for count, whole in counts)
    return shown if rest > SMALL else HIDDEN


def _total(counts: Sequence[tuple[int, int | None]]) -> Told:
    """Somebody who knows the rules and which counts are hidden for which reason takes the shown ones from the
    total: what is left must not pin any of the hidden ones down."""
    whole = told(sum(count for count, _ in counts))
    if whole.value is None:
        return HIDDEN
    low, high = whole.value - _SLACK, whole.value + _SLACK
    bounds = []
    for count, of in counts:
        shown = told(count) if of is None else part(count, of)
        if shown.value is not None:
            low, high = low - shown.value - _SLACK, high - shown.value + _SLACK
        elif count <= SMALL:
            bounds.append((0, SMALL))
        else:
            assert of is not None
            bounds.append((max(0, of - SMALL), of))
    least, most = sum(b for b, _ in bounds), sum(t for _, t in bounds)
    for bottom, top in bounds:
        lowest = max(bottom, low - (most - top))
        highest = min(top, high - (least - bottom))
        if highest - lowest < WIDE:
            return HIDDEN
    return whole
