"""What of this room stands in a person's menu."""

from collections.abc import Iterator

from django.urls import reverse

from phoihop.base.org.queries.agencies import reached
from phoihop.base.org.queries.reaching import granted
from phoihop.base.org.rules.permissions import Viewer
from phoihop.kernel.refusals import Bilingual


def entries(viewer: Viewer) -> Iterator[tuple[str, Bilingual]]:
    """Address and words of each page the viewer may open."""
    if granted(viewer, "plans.see_plans"):
        yield reverse("steering"), Bilingual("Phòng điều hành", "Steering room")
    if granted(viewer, "publishing.see_builds"):
        yield reverse("figures"), Bilingual("Việc tính số liệu", "Work on figures")
    if granted(viewer, "publishing.see_reported"):
        for agency in sorted({held.agency for held in viewer.now if held.agency is not None}):
            if reached(viewer, str(agency), "publishing.see_reported") is not None:
                yield reverse("reported", args=[agency]), Bilingual("Số liệu báo cáo", "Reported figures")


def leads_to(notice: str) -> str:
    """No notice comes from this room."""
    return ""
