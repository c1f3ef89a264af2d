"""Indicators worked out in plain Python: slow, short, and what every faster engine has to agree with."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from phoihop.engines.indicators.definitions import Indicator
from phoihop.engines.indicators.facts import Cell, Row
from phoihop.engines.indicators.rows import Measure, Store
from phoihop.kernel.calendars import Window

Group = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """What was counted, and of what; the denominator is None where there is none to be had."""

    numerator: Decimal
    denominator: Decimal | None = None

    @property
    def share(self) -> Decimal | None:
        """The numerator's part of the denominator; None of nothing."""
        return self.numerator / self.denominator if self.denominator else None


def compute(
    indicator: Indicator, store: Store, window: Window, by: Sequence[str] = ()
) -> dict[Group, Figure]:
    """The figure of each group that has rows, by some columns; of everything under () without columns.

    A person who is in several groups counts in each, so groups of people need not sum up to the whole.
    """
    counted = [_grouped(measure, store, window, by) for measure in indicator.measures]
    groups = {group for each in counted for group in each} | (set() if by else {()})
    nothing = Decimal(0)
    return {group: Figure(*(each.get(group, nothing) for each in counted)) for group in groups}


def _grouped(measure: Measure, store: Store, window: Window, by: Sequence[str]) -> dict[Group, Decimal]:
    groups: dict[Group, list[Row]] = defaultdict(list)
    for row in measure.rows.of(store, window):
        groups[tuple(row[name] for name in by)].append(row)
    return {group: measure.of(rows) for group, rows in groups.items()}


def check(indicator: Indicator) -> list[str]:
    """The worked examples that come out otherwise, each with what came; none: the definition does as it
    says."""
    wrong = []
    for number, example in enumerate(indicator.examples, 1):
        (figure,) = compute(indicator, example.rows, example.period.window).values()
        if (figure.numerator, figure.denominator) != example.expected:
            wrong.append(f"{indicator.code} v{indicator.version}, example {number}: {figure}")
    return wrong
