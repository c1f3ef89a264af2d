"""Which windows are asked about together: of large tables no more is read at once than has room in memory.

Ten years of doses joined with ten years of due days spill onto the disk; a year joined with a year does not.
Where every row that a definition needs of a large table lies within bounds that its window sets, some windows
after others read each row once all the same. What no window bounds is read each time: of that there has to be
little.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from phoihop.engines.indicators.facts import DAY
from phoihop.engines.indicators.rows import Measure
from phoihop.engines.indicators.touching import readings
from phoihop.kernel.calendars import Window

MOST = 8_000_000  # rows within bounds that are read at once
SHARE = 8  # at once so many times as many rows within bounds as there are without, or more
_MONTH = 30  # days, or a few more


class Size(NamedTuple):
    """How many rows a table has, and at most in a month of ``DAY``."""

    rows: int
    month: int


def batches(
    measures: Iterable[Measure], windows: Sequence[Window], sizes: Mapping[str, Size]
) -> Iterator[tuple[int, Sequence[Window]]]:
    """Windows in their order, some after others, each time with the place of the first of them. All at once
    where no size is known, or what is not bounded is much."""
    bounded: list[tuple[Size, Sequence[date], Sequence[date]]] = []
    unbounded = 0
    for reading in {each for measure in measures for each in readings(measure.rows)}:
        size = sizes.get(reading.table.name, Size(0, 0))
        for name, reach in reading.reaches(windows):
            if name == DAY and reach.lows and reach.highs:
                bounded.append((size, reach.lows, reach.highs))
                break
        else:
            unbounded += size.rows
    most, first = max(MOST, SHARE * unbounded), 0
    for last in range(1, len(windows)):
        if (
            sum(_rows(size, lows[first : last + 1], highs[first : last + 1]) for size, lows, highs in bounded)
            > most
        ):
            yield first, windows[first:last]
            first = last
    yield first, windows[first:]


def _rows(size: Size, lows: Sequence[date], highs: Sequence[date]) -> int:
    """How many rows of a table lie within bounds, or somewhat more."""
    days = (max(highs) - min(lows)).days + 1
    return min(size.rows, size.month * max(days, 0) // _MONTH)
