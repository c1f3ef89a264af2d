"""Every write to agencies and facilities; two becoming one is in ``mergers``."""

from collections.abc import Iterable
from datetime import date

from phoihop.base.org.doors import action
from phoihop.base.org.models import Agency, Facility, Unit
from phoihop.base.org.rules.permissions import Viewer
from phoihop.kernel.text import nfc


@action("org.change_agencies", "Lập cơ quan", "Set up an agency")
def create_agency(
    *,
    by: Viewer,
    kind: str,
    name: str,
    unit: Unit | None,
    parent: Agency | None = None,
    since: date | None = None,
    basis: str = "",
) -> Agency:
    """An office of a unit from a day on."""
    return Agency.objects.create(
        kind=kind, name=nfc(name).strip(), unit=unit, parent=parent, valid_from=since, basis=basis
    )


@action("org.change_facilities", "Lập cơ sở", "Set up a facility", of="agency")
def create_facility(
    *,
    by: Viewer,
    agency: Agency,
    kind: str,
    name: str,
    unit: Unit | None = None,
    parent: Facility | None = None,
    programmes: Iterable[str] = (),
    since: date | None = None,
) -> Facility:
    """A place where the agency serves people; a dispensing point names the facility it belongs to."""
    return Facility.objects.create(
        agency=agency,
        kind=kind,
        name=nfc(name).strip(),
        unit=unit,
        parent=parent,
        programmes=sorted(programmes),
        valid_from=since,
    )
