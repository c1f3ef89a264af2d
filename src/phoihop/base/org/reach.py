"""What a position covers: its units, all that lies in them, and whatever went into its units or agency whole.

A position over the new province covers the old provinces that went into it whole, and with them their old
districts and communes, so that what was registered there before the reform stays in sight. An old unit
that was divided is covered by none of its successors: nobody gains sight of people by a share of area.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import starmap
from typing import Generic, TypeVar

from django.utils import timezone

from phoihop.base.org.models import AgencySuccession, Succession, Unit
from phoihop.base.org.rules.placing import Area, Atlas, Line

T = TypeVar("T")

_FRESH = 60.0  # seconds that units loaded by this process count as present


@dataclass(frozen=True)
class Lineage:
    """Children of each unit, the old units that went into it whole, and the same for agencies."""

    children: dict[int, list[int]] = field(default_factory=dict)
    forerunners: dict[int, list[int]] = field(default_factory=dict)
    agencies: dict[int, list[int]] = field(default_factory=dict)

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

    def agencies_before(self, agency: int | None) -> frozenset[int]:
        """The agencies that went into this one whole, and into those."""
        found: set[int] = set()
        waiting = list(self.agencies.get(agency, ())) if agency is not None else []
        while waiting:
            old = waiting.pop()
            if old not in found:
                found.add(old)
                waiting += self.agencies.get(old, ())
        return frozenset(found)

    def reaching(self, units: Iterable[int]) -> frozenset[int]:
        """Every unit from which one of these is reached, themselves included."""
        return _everything(units, self._above)

    def agencies_reaching(self, agencies: Iterable[int]) -> frozenset[int]:
        """These agencies and those that they went into whole, and so on."""
        return _everything(agencies, self._agencies_after)

    @cached_property
    def _above(self) -> dict[int, list[int]]:
        return _turned(self.children, self.forerunners)

    @cached_property
    def _agencies_after(self) -> dict[int, list[int]]:
        return _turned(self.agencies)


def _turned(*edges: dict[int, list[int]]) -> dict[int, list[int]]:
    above: dict[int, list[int]] = defaultdict(list)
    for edge in edges:
        for start, stops in edge.items():
            for stop in stops:
                above[stop].append(start)
    return dict(above)


def _everything(starts: Iterable[int], edges: dict[int, list[int]]) -> frozenset[int]:
    """What is reached along the edges, and the starts."""
    found, waiting = set[int](), list(starts)
    while waiting:
        start = waiting.pop()
        if start not in found:
            found.add(start)
            waiting += edges.get(start, ())
    return frozenset(found)


class _Kept(Generic[T]):
    """What is read of all units, the same for everybody: 14,000 rows, at most once a minute."""

    def __init__(self, read: Callable[[], T]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._held: tuple[float, T] | None = None

    def get(self) -> T:
        with self._lock:
            if self._held is None or time.monotonic() - self._held[0] > _FRESH:
                self._held = (time.monotonic(), self._read())
            return self._held[1]

    def forget(self) -> None:
        with self._lock:
            self._held = None


def lineage() -> Lineage:
    """The lineage of all units."""
    return _LINEAGE.get()


def atlas(holding: Iterable[int] = ()) -> Atlas:
    """The units of all days with what became of each; read again where one that is asked for is missing."""
    found = _ATLAS.get()
    if not found.areas.keys() >= set(holding):
        _ATLAS.forget()
        found = _ATLAS.get()
    return found


def forget() -> None:
    """Read the units again at the next question: they have just changed."""
    _LINEAGE.forget()
    _ATLAS.forget()


def _drawn() -> Atlas:
    areas = Unit.objects.values_list("id", "level", "parent_id", "valid_from", "valid_to")
    lines = Succession.objects.values_list("old_id", "new_id", "day", "share", "whole")
    return Atlas(starmap(Area, areas), starmap(Line, lines))


def _read() -> Lineage:
    today = timezone.localdate()
    children, forerunners, agencies = defaultdict(list), defaultdict(list), defaultdict(list)
    for unit, parent in Unit.objects.filter(parent__isnull=False).values_list("id", "parent_id"):
        children[parent].append(unit)
    for old, new in Succession.objects.filter(whole=True, day__lte=today).values_list("old_id", "new_id"):
        forerunners[new].append(old)
    for old, new in AgencySuccession.objects.filter(duty="", day__lte=today).values_list("old_id", "new_id"):
        agencies[new].append(old)
    return Lineage(dict(children), dict(forerunners), dict(agencies))


_LINEAGE, _ATLAS = _Kept(_read), _Kept(_drawn)
