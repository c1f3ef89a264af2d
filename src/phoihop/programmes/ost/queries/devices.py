"""A site's devices: which there are, when each was heard, and the days that they hold."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from phoihop.base.org.doors import query
from phoihop.base.org.models import Facility
from phoihop.base.org.queries.reaching import within
from phoihop.base.org.rules.permissions import Viewer
from phoihop.programmes.ost.models import Device, Outstanding, Roster
from phoihop.programmes.ost.models.shared import OST
from phoihop.registry.rules import codes

SEE = "ost.see_devices"


@dataclass(frozen=True, slots=True)
class Line:
    """A device and how many days, from today on, it may still use."""

    row: Device
    held: int

    @property
    def tablet(self) -> bool:
        return self.row.kind == Device.TABLET


@dataclass(frozen=True, slots=True)
class Site:
    """A site with its devices, the one that dispenses first."""

    facility: Facility
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Permit:
    """Days of one permit that a device may still use. ``code``: whose, where the site's list has them."""

    number: str
    code: str
    days: tuple[date, ...]


@query(SEE, "Xem thiết bị cấp phát", "See the devices that doses are recorded with")
def devices(viewer: Viewer) -> tuple[Site, ...]:
    """The sites in the viewer's reach with their devices; three statements, however many they are."""
    reach = within(viewer, SEE, facility="pk", agency="agency")
    sites = list(Facility.objects.filter(reach, programmes__contains=[OST], valid_to=None).order_by("name"))
    there: dict[int, list[Device]] = defaultdict(list)
    rows = Device.objects.filter(facility__in=sites).select_related("facility")
    for row in rows.order_by("-active", "withdrawn_on", "label", "pk"):
        there[row.facility_id].append(row)
    days = Outstanding.objects.filter(facility__in=sites, day__gte=viewer.day).order_by()
    held = dict(days.values_list("device").annotate(there=Count("pk")).values_list("device", "there"))
    return tuple(
        Site(site, tuple(Line(row, held.get(row.name, 0)) for row in there[site.pk])) for site in sites
    )


@query(
    "ost.case_see_permits", "Xem các ngày thiết bị đang giữ", "See the days that a device holds", of="device"
)
def permits(viewer: Viewer, *, device: Device) -> tuple[Permit, ...]:
    """The permits of which a device may still use days; two statements."""
    days: dict[str, list[date]] = defaultdict(list)
    clients = {}
    rows = Outstanding.objects.filter(facility=device.facility_id, device=device.name, day__gte=viewer.day)
    for row in rows.order_by("number", "day"):
        days[row.number].append(row.day)
        clients[row.number] = row.client
    lines = Roster.objects.filter(facility=device.facility_id, pseudonym__in=set(clients.values()))
    called = dict(lines.values_list("pseudonym", "code"))
    return tuple(
        Permit(number, codes.shown(called.get(clients[number], "")), tuple(those))
        for number, those in days.items()
    )
