"""Every read of this room."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from phoihop.base.org import doors
from phoihop.base.org.doors import query
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.release import finding
from phoihop.base.release.care import KINDS, Shown
from phoihop.base.release.models import Document, Emergency, Export, Request, Told
from phoihop.base.release.rules import emergencies as emergency_rules
from phoihop.base.release.rules.documents import Audience
from phoihop.base.security import scope
from phoihop.base.security.audit.entries import Kind
from phoihop.kernel.refusals import Refusal

MOST = 200  # rows on one page


@query("release.see_own_exports", "Xem lần xuất của mình", "See one's own exports", recorded=False)
def exports(viewer: Viewer) -> list[Export]:
    """The viewer's exports, newest first."""
    mine = Export.objects.filter(owner_id=viewer.account).select_related("agency", "proposal")
    return list(mine.order_by("-asked_at")[:MOST])


@query(
    "release.case_read_emergency",
    "Đọc hồ sơ khẩn cấp",
    "Read a file opened in an emergency",
    of="emergency",
    kind=Kind.BREAKGLASS,
)
def read_emergency(viewer: Viewer, *, emergency: Emergency) -> Shown:
    """What the file says, for whoever opened it, while it lasts. Refusal("emergency-over")."""
    kind, now = KINDS.get(emergency.kind), timezone.now()
    if emergency.who_id != viewer.account or not finding.cares(viewer):
        raise finding.unseen(viewer, "release.case_read_emergency")
    lasts = emergency_rules.is_open(emergency.ends_at, emergency.ended_at, now)
    if kind is None or kind.closed or not lasts:
        raise Refusal(
            "emergency-over",
            "Đã hết thời gian xem khẩn cấp. Nếu vẫn cần, hãy mở lại và ghi lý do mới.",
            "The time of the emergency is over. If you still need the file, open it anew with a new reason.",
        )
    with scope.acting(finding.narrow(viewer, emergency.facility_id, emergency.programme)):
        shown = kind.read(emergency.thing)
    finding.record_on_file(viewer, emergency, "release.read_in_emergency", len(shown.lines))
    return shown


@query("release.see_own_emergencies", "Xem lần mở khẩn cấp của mình", "See one's own emergencies")
def own_emergencies(viewer: Viewer) -> list[Emergency]:
    """What the viewer opened, newest first."""
    mine = Emergency.objects.filter(who_id=viewer.account).select_related("facility")
    return list(mine.order_by("-opened_at")[:MOST])


@query("release.see_emergencies", "Xem lần mở khẩn cấp của cơ quan", "See the agency's emergencies")
def emergencies(viewer: Viewer) -> list[Emergency]:
    """Files of the viewer's agencies that others opened, those that wait for a review first."""
    theirs = Emergency.objects.filter(owner_agency_id__in=viewer.agencies).exclude(who_id=viewer.account)
    return _with_people(theirs)


@query("release.see_overdue_emergencies", "Xem lần mở chưa được xét", "See emergencies with overdue review")
def overdue_emergencies(viewer: Viewer) -> list[Emergency]:
    """Emergencies of any agency that went unreviewed for 72 hours."""
    with scope.acting(finding.JOB):
        late = Emergency.objects.filter(escalated_at__isnull=False, reviewed_at__isnull=True)
        return _with_people(late.exclude(who_id=viewer.account))


def _with_people(found: QuerySet[Emergency]) -> list[Emergency]:
    rows = found.select_related("who__person", "agency", "facility", "owner_agency")
    return list(rows.order_by("-reviewed_at", "-opened_at")[:MOST])


@query("release.case_see_told", "Xem ai đã được cho biết", "See who was told", of="thing")
def told(viewer: Viewer, *, thing: Any) -> list[Told]:
    """Who was told what of this person, when, by which article, newest first: to be shown to the person."""
    kind, number = doors.label(thing)
    with scope.acting(finding.JOB):
        lines = Told.objects.filter(kind=kind, thing=int(number)).order_by("-told_at")
        return list(lines[:MOST])


@query(
    "release.see_own_requests", "Xem yêu cầu mình đã gửi", "See requests one has submitted", recorded=False
)
def own_requests(viewer: Viewer) -> list[Request]:
    """What the viewer filed, newest first. Nothing is found here by name."""
    return list(_requests().filter(filed_by_id=viewer.account)[:MOST])


@query("release.see_requests", "Xem yêu cầu gửi tới cơ quan", "See requests to the agency")
def requests(viewer: Viewer) -> list[Request]:
    """Requests to the viewer's agencies, newest first."""
    return list(_requests().filter(agency_id__in=viewer.agencies)[:MOST])


def _requests() -> QuerySet[Request]:
    return Request.objects.select_related("facility", "agency", "proposal").order_by("-filed_at")


@query("release.see_documents", "Xem văn bản chờ phát hành", "See documents on their way out")
def documents(viewer: Viewer) -> list[Document]:
    """Documents of the viewer's agencies, newest first."""
    theirs = Document.objects.filter(agency_id__in=viewer.agencies).select_related("agency", "proposal")
    return list(theirs.order_by("-drafted_at")[:MOST])


@query("release.see_released", "Xem văn bản đã phát hành", "See released documents", recorded=False)
def released(viewer: Viewer) -> list[Document]:
    """What is out, newest first."""
    out = Document.objects.exclude(released_to=Audience.INTERNAL).select_related("agency")
    return list(out.order_by("-released_at")[:MOST])
