"""A site's devices: which there are, when each was heard, and the days that they hold."""

import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count
from django.utils import timezone

from phoihop.base.org.doors import query
from phoihop.base.org.models import Facility
from phoihop.base.org.queries.reaching import within
from phoihop.base.org.rules.permissions import Viewer
from phoihop.programmes.ost.dosing import centres, reaching
from phoihop.programmes.ost.models import Device, Outstanding, Roster
from phoihop.programmes.ost.models.shared import OST
from phoihop.programmes.ost.rules.permits import LONGEST
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


@query("ost.see_desk", "Xem bàn cấp phát của điểm", "See a site's desk", of="facility", recorded=False)
def desk_of(viewer: Viewer, *, facility: Facility) -> Device | None:
    """The program's own pages as the site's device, if they were set up."""
    rows = Device.objects.select_related("facility__agency")
    return rows.filter(facility=facility, kind=Device.DESK, withdrawn_on=None).first()


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


@dataclass(frozen=True, slots=True)
class Recovery:
    """Where the centre stands after a restore. ``since``: when its present epoch began by one, None: never;
    ``over``: from which day it waits for nobody any more; ``waits``: whether it still does.

    ``missing``: tablets in the viewer's reach that have not shown what they hold; ``elsewhere``: how many
    more.
    """

    since: datetime | None
    over: date | None
    waits: bool
    missing: tuple[Device, ...] = ()
    elsewhere: int = 0


@query("ost.see_epoch", "Xem tình trạng khôi phục của trung tâm", "See how the centre's recovery stands",
       of="facility")  # fmt: skip
def recovery(viewer: Viewer, *, facility: Facility) -> Recovery:
    """Whether new permits wait for devices, for which, and how long at most."""
    now = int(time.time())
    reach = within(viewer, SEE, facility="pk", agency="agency")
    mine = set(Facility.objects.filter(reach).values_list("pk", flat=True))
    with reaching.centre(viewer.account, facility.pk):
        centre = centres.the_centre(now)
        if centre.restored_at is None:
            return Recovery(None, None, False)
        rows = Device.objects.filter(kind=Device.TABLET, excused=False, withdrawn_on=None)
        unheard = list(
            rows.exclude(epoch=centre.epoch).select_related("facility").order_by("facility", "label")
        )
        waits = centres.is_recovering(centre, now)
    since = datetime.fromtimestamp(centre.restored_at, timezone.get_default_timezone())
    here = tuple(row for row in unheard if row.facility_id in mine)
    over = since.date() + timedelta(LONGEST)
    return Recovery(since, over, waits, here, len(unheard) - len(here))
