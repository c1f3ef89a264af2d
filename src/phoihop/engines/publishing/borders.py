"""In which units a facility lies, on today's map and on those before: what its figures are summed up over.

A facility stands in one unit of one map, because somebody said so. On another map it lies where somebody
said, else where that unit went, or came from; where this was divided, the land does not say in which part the
facility stands, and only what all parts have in common above them (the district, the province) is known. What
is in no unit of a level is in none, and counts in whatever lies above.

One that moved lies on every map where it stands last: as figures of before are shown on the borders of
another day, so they are shown by the places of another day, and of each level every map has it once.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from phoihop.base.org import reach
from phoihop.base.org.models import Facility, Unit
from phoihop.base.org.queries import placing
from phoihop.base.org.rules.placing import grounds


@dataclass(frozen=True)
class Places:
    """The facilities of a programme with the days between which they stand, and by unit those that lie in
    it. ``borders``: of each unit its last day, where that is over; None: it is on today's map."""

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
    facilities = {pk: (begun, ended) for pk, begun, ended in rows.values_list("pk", "valid_from", "valid_to")}
    today = timezone.localdate()
    reach.forget()  # figures rest on the units as they are now, not as they were a minute ago
    atlas = reach.atlas()
    units: dict[int, set[int]] = defaultdict(set)
    for facility, said in placing.said_of(rows).items():
        for unit in atlas.on_every_map(grounds(said)[-1], today):
            units[unit].add(facility)
    rows_of = Unit.objects.in_bulk(list(units))
    return Places(
        facilities,
        {unit: frozenset(some) for unit, some in units.items()},
        {
            pk: unit.valid_to if unit.valid_to is not None and unit.valid_to < today else None
            for pk, unit in rows_of.items()
        },
        frozenset(pk for pk, unit in rows_of.items() if unit.level == "commune"),
    )
