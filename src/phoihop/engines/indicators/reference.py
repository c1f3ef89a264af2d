"""Indicators worked out in plain Python: slow, short, and what every faster engine has to agree with."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from phoihop.engines.indicators.definitions import PLACE, Indicator
from phoihop.engines.indicators.facts import Cell, Row
from phoihop.engines.indicators.rows import Measure, Store
from phoihop.kernel.calendars import Window

Group = tuple[Cell, ...]
Borders = Mapping[str, Iterable[str]]  # of a facility the units that it lies in: of one level, or one of each

UNIT = "unit"  # the column that says in which unit a row is, where borders are given


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
    indicator: Indicator,
    store: Store,
    window: Window,
    by: Sequence[str] = (),
    borders: Borders | None = None,
) -> dict[Group, Figure]:
    """The figure of each group that has rows, by some columns; of everything under () without columns.

    A person who is in several groups counts in each, so groups of people need not sum up to the whole. With
    ``borders``, ``UNIT`` is a column too: a facility in no unit counts under None, one in several in each.
    """
    counted = [_grouped(measure, store, window, by, borders) for measure in indicator.measures]
    groups = {group for each in counted for group in each} | (set() if by else {()})
    nothing = Decimal(0)
    return {group: Figure(*(each.get(group, nothing) for each in counted)) for group in groups}


def _grouped(
    measure: Measure, store: Store, window: Window, by: Sequence[str], borders: Borders | None
) -> dict[Group, Decimal]:
    groups: dict[Group, list[Row]] = defaultdict(list)
    for row in measure.rows.of(store, window):
        for each in [row] if borders is None else _placed(row, borders):
            groups[tuple(each[name] for name in by)].append(row)
    return {group: measure.of(rows) for group, rows in groups.items()}


def _placed(row: Row, borders: Borders) -> list[Row]:
    """The row once for each unit that its facility lies in."""
    place = row[PLACE]
    units: set[str | None] = set(borders.get(place, ())) if isinstance(place, str) else set()
    return [{**row, UNIT: unit} for unit in units or {None}]


def check(indicator: Indicator) -> list[str]:
    """The worked examples that come out otherwise, each with what came; none: the definition does as it
    says."""
    wrong = []
    for number, example in enumerate(indicator.examples, 1):
        (figure,) = compute(indicator, example.rows, example.period.window).values()
        if (figure.numerator, figure.denominator) != example.expected:
            wrong.append(f"{indicator.code} v{indicator.version}, example {number}: {figure}")
    return wrong
