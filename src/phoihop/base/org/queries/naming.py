"""Names of places, for rooms that know them by their numbers alone."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from phoihop.base.org.models import Agency, Facility, Unit
from phoihop.base.org.queries.placing import units_now
from phoihop.base.org.queries.units import full_name, stood
from phoihop.base.org.rules.permissions import Viewer


@dataclass(frozen=True, slots=True)
class Named:
    """A unit or facility: its name, its unit's code, and where that lies, in degrees; None: not known."""

    name: str
    code: str
    longitude: Decimal | None
    latitude: Decimal | None


def units_named(keys: Collection[int]) -> dict[int, Named]:
    """Units by their numbers: one statement. Names of units are public."""
    return {key: _named(full_name(unit), unit) for key, unit in Unit.objects.in_bulk(keys).items()}


def facilities_named(keys: Collection[int]) -> dict[int, Named]:
    """Those facilities that the present scope may know of, each with the unit in which it stands today: four
    statements."""
    rows = Facility.objects.filter(pk__in=keys)
    units = units_now(rows)
    return {facility.pk: _named(facility.name, units.get(facility.pk)) for facility in rows}


def facilities_of(viewer: Viewer) -> tuple[Facility, ...]:
    """The facilities where the viewer holds a position today."""
    held = [each.facility for each in viewer.now if each.facility is not None]
    return tuple(Facility.objects.filter(pk__in=held).order_by("name"))


def units_of(agency: Agency, day: date) -> tuple[Unit, ...]:
    """An agency's own unit and those right below it on a day; empty of one without a unit."""
    if agency.unit is None:
        return ()
    below = Unit.objects.filter(stood(day), parent=agency.unit).order_by("name")
    return (agency.unit, *below)


def _named(name: str, unit: Unit | None) -> Named:
    if unit is None:
        return Named(name, "", None, None)
    return Named(name, unit.code, _degrees(unit.longitude), _degrees(unit.latitude))


def _degrees(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))
