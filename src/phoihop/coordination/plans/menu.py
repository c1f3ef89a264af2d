"""What of this room stands in a person's menu, and where a notice of it leads."""

from collections.abc import Iterator

from django.urls import reverse

from phoihop.base.org.queries.reaching import granted
from phoihop.base.org.rules.permissions import Viewer
from phoihop.kernel.refusals import Bilingual

_MENU = (
    ("plans.see_plans", "plans", Bilingual("Kế hoạch", "Plans")),
    ("plans.see_obstacles", "obstacles", Bilingual("Vướng mắc", "Obstacles")),
    ("plans.see_committees", "committees", Bilingual("Ban chỉ đạo", "Committees")),
)
# Where each kind of notice leads; a list is enough, and tells no more than the notice does.
_NOTICES = {
    "plans-due": "reminders",
    "obstacle-asked": "obstacles",
    "obstacle-answered": "obstacles",
    "obstacle-escalated": "obstacles",
    "obstacle-decided": "obstacles",
}


def entries(viewer: Viewer) -> Iterator[tuple[str, Bilingual]]:
    """Address and words of each page the viewer may open."""
    for code, name, words in _MENU:
        if granted(viewer, code):
            yield reverse(name), words


def leads_to(notice: str) -> str:
    """The address behind a notice of this room; empty for others."""
    return reverse(_NOTICES[notice]) if notice in _NOTICES else ""
