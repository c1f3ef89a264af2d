"""In which units a facility lies, on today's map and on those before: what its figures are summed up over.

A facility hangs on one unit of one map. On another map it lies where that unit went, or came from; where this
was divided, the land does not say in which part the facility stands, and only what all parts have in common
above them (the district, the province) is known.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from phoihop.base.org.models import Facility, Succession, Unit


@dataclass(frozen=True)
class Places:
    """The facilities of a programme with the days between which they stand, and by unit those that lie in
    it."""

    facilities: dict[int, tuple[date | None, date | None]]
    units: dict[int, frozenset[int]]
    borders: dict[int, date | None]
    communes: frozenset[int]

    def expected(self, first: date, last: date) -> frozenset[int]:
        """The facilities that stood on a day between two, both among them."""
        return frozenset(
            facility
            for facility, (begun, ended) in self.facilities.items()
            if (begun is None or begun <= last) and (ended is None or ended >= first)
        )

    def of_facilities(self) -> dict[str, list[str]]:
        """For an engine: of each facility, as facts name it, the units that it lies in."""
        found: dict[str, list[str]] = {str(facility): [] for facility in self.facilities}
        for unit, facilities in self.units.items():
            for facility in facilities:
                found[str(facility)].append(str(unit))
        return found


def places(programme: str) -> Places:
    """The facilities of a programme and all units that they lie in, of whatever day."""
    rows = Facility.objects.filter(programmes__contains=[programme])
    facilities, at = {}, {}
    for pk, unit, begun, ended in rows.values_list("pk", "unit_id", "valid_from", "valid_to"):
        facilities[pk] = (begun, ended)
        if unit is not None:
            at[pk] = unit
    known = _Units({*at.values()})
    units: dict[int, set[int]] = defaultdict(set)
    for facility, unit in at.items():
        for found in known.around(unit):
            units[found].add(facility)
    rows_of = Unit.objects.in_bulk(list(units))
    return Places(
        facilities,
        {unit: frozenset(some) for unit, some in units.items()},
        {pk: unit.valid_to for pk, unit in rows_of.items()},
        frozenset(pk for pk, unit in rows_of.items() if unit.level == "commune"),
    )


class _Units:
    """What became of some units and what they came from, with all that they lie in."""

    def __init__(self, units: set[int]) -> None:
        self._other: dict[int, list[set[int]]] = {}
        for unit in units:
            self._other[unit] = [side for side in (_reached(unit, "old"), _reached(unit, "new")) if side]
        every = units | {each for sides in self._other.values() for side in sides for each in side}
        self._parents: dict[int, int | None] = {}
        while every:
            found: dict[int, int | None] = dict(
                Unit.objects.filter(pk__in=every).values_list("pk", "parent_id")
            )
            self._parents |= found
            every = {parent for parent in found.values() if parent is not None} - set(self._parents)

    def around(self, unit: int) -> set[int]:
        """The unit, those that it lies in, and what is known of it on other maps."""
        found = set(self._up(unit))
        for side in self._other[unit]:
            found |= set.intersection(*(set(self._up(each)) for each in side))
        return found

    def _up(self, unit: int) -> Iterable[int]:
        above: int | None = unit
        while above is not None:
            yield above
            above = self._parents.get(above)


def _reached(unit: int, end: str) -> set[int]:
    """The units at the far end of all that a unit became (``old`` is it) or came from (``new`` is it)."""
    other = "new" if end == "old" else "old"
    found: set[int] = set()
    now = {unit}
    while now:
        lines = Succession.objects.filter(**{f"{end}__in": now}).values_list(f"{other}_id", flat=True)
        now = set(lines) - found
        found |= now
    return found
