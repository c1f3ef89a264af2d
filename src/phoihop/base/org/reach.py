"""Which units a position over some units covers: they, all that lies in them, and what became of them.

A position over the new province covers the old provinces that went into it whole, and with them their old
districts and communes, so that what was registered there before the reform stays in sight. An old unit
that was divided is covered by none of its successors: nobody gains sight of people by a share of area.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from phoihop.base.org.models import Succession, Unit

_FRESH = 60.0  # seconds that units loaded by this process count as present


@dataclass(frozen=True, slots=True)
class Lineage:
    """Children of each unit, and the old units that went into it whole."""

    children: dict[int, list[int]] = field(default_factory=dict)
    forerunners: dict[int, list[int]] = field(default_factory=dict)

    def covered(self, units: Iterable[int]) -> frozenset[int]:
        """Every unit reached from these, themselves included."""
        found: set[int] = set()
        waiting = list(units)
        while waiting:
            unit = waiting.pop()
            if unit not in found:
                found.add(unit)
                waiting += self.children.get(unit, ())
                waiting += self.forerunners.get(unit, ())
        return frozenset(found)


_lock = threading.Lock()
_held: tuple[float, Lineage] | None = None


def lineage() -> Lineage:
    """The lineage of all units, read at most once a minute."""
    global _held  # noqa: PLW0603 - one table, the same for everybody, of 14,000 rows
    with _lock:
        if _held is None or time.monotonic() - _held[0] > _FRESH:
            _held = (time.monotonic(), _read())
        return _held[1]


def forget() -> None:
    """Read the units again at the next question: they have just changed."""
    global _held  # noqa: PLW0603
    with _lock:
        _held = None


def covered(units: Collection[int]) -> frozenset[int]:
    """Every unit that a position over these covers."""
    return lineage().covered(units) if units else frozenset()


def _read() -> Lineage:
    children, forerunners = defaultdict(list), defaultdict(list)
    for unit, parent in Unit.objects.filter(parent__isnull=False).values_list("id", "parent_id"):
        children[parent].append(unit)
    for old, new in Succession.objects.filter(whole=True).values_list("old_id", "new_id"):
        forerunners[new].append(old)
    return Lineage(dict(children), dict(forerunners))
