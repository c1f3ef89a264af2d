"""Where facilities stand, on the maps of all days: what was said of it, and what follows from it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.db.models import QuerySet
from django.utils import timezone

from phoihop.base.org import reach
from phoihop.base.org.doors import query
from phoihop.base.org.models import Facility, Placement, Unit
from phoihop.base.org.queries.reaching import within
from phoihop.base.org.queries.units import stood
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.org.rules.placing import Lying, Said, grounds, in_order
from phoihop.kernel.sorting import sort_key

_SMALLEST = ("commune", "district", "province")
see = partial(query, "org.see_placements", "Xem địa bàn của các cơ sở", "See where facilities stand")


@dataclass(frozen=True, slots=True)
class Step:
    """In which unit a facility stands from a day on, None: from its first. ``row``: who said so; None: it was
    set up there."""

    unit: Unit
    since: date | None
    moved: bool
    row: Placement | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a facility stands. ``now``: the smallest unit of today's map that is known; ``told``: somebody
    said it, else it follows from what became of the units.

    ``waits``: what was said ended, and nobody has said what it is now; ``choices``: the units one of which it
    must be then, where that is known. ``coarse``: no unit below the province is known.
    """

    facility: Facility
    steps: tuple[Step, ...]
    now: Unit | None
    told: bool
    waits: bool
    coarse: bool
    choices: tuple[Unit, ...]


def said_of(facilities: QuerySet[Facility]) -> dict[int, tuple[Said, ...]]:
    """What was said of some facilities, as far as it counts, in the order of days: two statements."""
    return {pk: _said(unit, rows.values()) for pk, (unit, rows) in _rows(facilities).items()}


def _rows(facilities: QuerySet[Facility]) -> dict[int, tuple[int | None, dict[date | None, Placement]]]:
    """Of each facility the unit in which it was set up, and by day the last row."""
    found: dict[int, tuple[int | None, dict[date | None, Placement]]] = {
        pk: (unit, {}) for pk, unit in facilities.values_list("pk", "unit_id")
    }
    for row in Placement.objects.filter(facility__in=list(found)).order_by("pk"):
        found[row.facility_id][1][row.since] = row
    return found


def _said(unit: int | None, rows: Collection[Placement]) -> tuple[Said, ...]:
    said = {row.since: Said(row.unit_id, row.since, row.moved) for row in rows if row.unit_id is not None}
    if unit is not None:
        said.setdefault(None, Said(unit))
    return in_order(said.values())


def units_now(facilities: QuerySet[Facility]) -> dict[int, Unit]:
    """Of each facility the smallest unit of today's map that it is known to stand in: three statements."""
    today = timezone.localdate()
    found = {pk: _smallest(_place(said, today)) for pk, said in said_of(facilities).items()}
    units = Unit.objects.in_bulk({unit for unit in found.values() if unit is not None})
    return {pk: units[unit] for pk, unit in found.items() if unit is not None}


def facilities_in(unit: Unit, facilities: QuerySet[Facility]) -> frozenset[int]:
    """Those of some facilities that stand in a unit: on today's map, or on the last one that has it."""
    today = timezone.localdate()
    on = today if unit.valid_to is None else min(today, unit.valid_to)
    return frozenset(pk for pk, said in said_of(facilities).items() if unit.pk in _place(said, on).values())


def _place(said: tuple[Said, ...], on: date) -> Lying:
    """Where a facility stands last, on the map of a day."""
    return reach.atlas(each.unit for each in said).place(grounds(said)[-1], on)


def _smallest(place: Mapping[str, int]) -> int | None:
    return next((place[level] for level in _SMALLEST if level in place), None)


def standings(facilities: QuerySet[Facility], today: date) -> tuple[Standing, ...]:
    """Where some facilities stand, in the order of their names."""
    rows, found = _rows(facilities), {row.pk: row for row in facilities.select_related("agency")}
    said = {pk: _said(unit, own.values()) for pk, (unit, own) in rows.items()}
    atlas = reach.atlas(each.unit for some in said.values() for each in some)
    known = {}
    for pk, some in said.items():
        now = _smallest(_place(some, today))
        last = some[-1].unit if some else None
        waits = last is not None and not atlas.areas[last].stood(today)
        waits = waits and (now is None or atlas.areas[now].level == _SMALLEST[-1])
        choices = atlas.choices(last, today) if waits and last is not None else None
        known[pk] = now, last, waits, choices.units if choices is not None and choices.every else frozenset()
    wanted = {each.unit for some in said.values() for each in some}
    wanted |= {unit for now, _, _, choices in known.values() for unit in (now, *choices) if unit is not None}
    units = Unit.objects.select_related("parent").in_bulk(wanted)

    def standing(pk: int) -> Standing:
        now, last, waits, choices = known[pk]
        own = rows[pk][1]
        steps = [
            Step(units[each.unit], each.since, each.moved, row if row is not None and row.unit_id else None)
            for each in said[pk]
            for row in (own.get(each.since),)
        ]
        return Standing(
            found[pk],
            tuple(steps),
            units[now] if now is not None else None,
            now is not None and now == last,
            waits,
            now is None or units[now].level == _SMALLEST[-1],
            tuple(sorted((units[unit] for unit in choices), key=lambda unit: sort_key(unit.name))),
        )

    return tuple(sorted(map(standing, found), key=lambda each: sort_key(each.facility.name)))


def standing_of(facility: Facility, today: date) -> Standing:
    """Where one facility stands."""
    return standings(Facility.objects.filter(pk=facility.pk), today)[0]


@see(recorded=False)
def placements(viewer: Viewer) -> tuple[Standing, ...]:
    """Where the facilities in the viewer's reach stand; those of which somebody must say it come first."""
    reached = within(viewer, "org.see_placements", agency="agency", facility="pk", unit="unit")
    found = standings(Facility.objects.filter(reached, stood(viewer.day)), viewer.day)
    return tuple(sorted(found, key=lambda each: (not each.waits, not each.coarse)))
