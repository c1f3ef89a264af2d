"""Between what least and most each count must lie: ranges, drawn together through all that adds up.

What adds up says of each part that it is the whole without the others, so no more than the most of the
whole without the least of the others. That is repeated till nothing gets narrower. Bounds may be too wide,
never too narrow: where they are too close for a small count, no world needs to be looked for.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Bounds = tuple[Numbers, Numbers]  # of each count its least and its most
_ROUNDS = 40  # what is not narrow by then stays a little wide


class Narrowing:
    """What adds up, laid out for drawing bounds together."""

    def __init__(self, sums: Sequence[tuple[int, Sequence[int]]]) -> None:
        sums = [(whole, parts) for whole, parts in sums if parts]
        self._wholes = np.array([whole for whole, _ in sums], dtype=np.int64)
        self._parts = np.array([part for _, parts in sums for part in parts], dtype=np.int64)
        self._sizes = np.array([len(parts) for _, parts in sums], dtype=np.int64)
        self._begins = np.cumsum(self._sizes) - self._sizes
        self._of = np.repeat(np.arange(len(sums)), self._sizes)  # of each part its sum
        every = np.concatenate([self._wholes, self._parts])
        self._order = np.argsort(every, kind="stable")
        self._named, self._starts = np.unique(every[self._order], return_index=True)

    def drawn(self, low: Sequence[int], high: Sequence[int]) -> Bounds:
        """Between what each count lies, where it is known to lie between two and is no less than nought."""
        found = np.maximum(np.array(low, dtype=np.int64), 0), np.array(high, dtype=np.int64)
        self.narrow(*found)
        return found

    def narrow(self, low: Numbers, high: Numbers) -> None:
        """Draws bounds together, in place."""
        if not len(self._wholes):
            return
        parts, wholes, of = self._parts, self._wholes, self._of
        for _ in range(_ROUNDS):
            least, most = low[parts], high[parts]
            bottom, top = np.add.reduceat(least, self._begins), np.add.reduceat(most, self._begins)
            above = np.concatenate([bottom, low[wholes][of] - (top[of] - most)])
            below = np.concatenate([top, high[wholes][of] - (bottom[of] - least)])
            lowest = np.maximum.reduceat(above[self._order], self._starts)
            highest = np.minimum.reduceat(below[self._order], self._starts)
            was_low, was_high = low[self._named], high[self._named]
            if (lowest <= was_low).all() and (highest >= was_high).all():
                return
            low[self._named] = np.maximum(was_low, lowest)
            high[self._named] = np.minimum(was_high, highest)
