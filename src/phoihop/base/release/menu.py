"""What of this room stands in a person's menu, and where a notice of it leads."""

from collections.abc import Iterator
from dataclasses import replace

from django.urls import reverse

from phoihop.base.org import doors
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.release import finding
from phoihop.kernel.refusals import Bilingual

_MENU = (
    ("release.see_own_exports", "exports", Bilingual("Xuất dữ liệu của tôi", "My exports")),
    (
        "release.case_open_emergency",
        "emergency-ask",
        Bilingual("Mở hồ sơ khẩn cấp", "Open a file in an emergency"),
    ),
    (
        "release.see_emergencies",
        "emergencies",
        Bilingual("Hồ sơ bị mở khẩn cấp", "Files opened in emergencies"),
    ),
    (
        "release.see_overdue_emergencies",
        "emergencies-overdue",
        Bilingual("Lần mở khẩn cấp chưa được xét", "Emergencies with overdue review"),
    ),
    ("release.see_documents", "documents-out", Bilingual("Phát hành văn bản", "Release documents")),
    ("release.see_released", "documents-released", Bilingual("Văn bản đã phát hành", "Released documents")),
)
_ANSWERING = (
    (
        "release.see_own_requests",
        "requests-own",
        Bilingual("Yêu cầu tôi đã gửi", "Requests I have submitted"),
    ),
    (
        "release.see_requests",
        "requests",
        Bilingual("Yêu cầu của cơ quan ngoài", "Requests of outside bodies"),
    ),
)
# Where each kind of notice leads; a list is enough, and tells no more than the notice does.
_NOTICES = {
    "export-ready": "exports",
    "export-ended": "exports",
    "emergency-opened": "emergencies",
    "emergency-overdue": "emergencies-overdue",
    "emergency-reviewed": "emergencies-own",
    "emergency-not-fitting": "emergencies-overdue",
    "request-came": "requests",
    "request-answered": "requests-own",
    "request-closed": "requests-own",
}


def entries(viewer: Viewer) -> Iterator[tuple[str, Bilingual]]:
    """Address and words of each page the viewer may open. What is switched off is not there."""
    stepped = replace(viewer, strong=True, stepped_up=True)
    for code, name, words in (*_MENU, *(_ANSWERING if finding.disclosure_on() else ())):
        if doors.may_somewhere(stepped, code):
            yield reverse(name), words


def leads_to(notice: str) -> str:
    """The address behind a notice of this room; empty for others, and for what is switched off."""
    name = _NOTICES.get(notice, "")
    if not name or (name.startswith("requests") and not finding.disclosure_on()):
        return ""
    return reverse(name)
