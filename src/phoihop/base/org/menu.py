"""What stands in a person's menu. A room tells its own pages in ``<room>/menu.py``; all are found.

``entries(viewer)`` yields address and words of each page the viewer may open, ``leads_to(code)`` the
address behind a notice of the room, or nothing.
"""

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from types import ModuleType

from django.apps import apps
from django.http import HttpRequest
from django.urls import reverse

from phoihop.base.org.explain import words
from phoihop.base.org.queries.reaching import granted
from phoihop.base.org.rules.permissions import Viewer
from phoihop.kernel.refusals import Bilingual


@dataclass(frozen=True, slots=True)
class Link:
    """A page of the menu as this viewer gets it."""

    address: str
    words: str
    current: bool


FIRST = (
    ("org.see_own_page", "today", Bilingual("Hôm nay", "Today")),
    ("org.see_own_proposals", "proposals", Bilingual("Đề nghị", "Proposals")),
)
LAST = (
    ("org.see_people", "people", Bilingual("Cán bộ", "People")),
    ("org.see_agencies", "agencies", Bilingual("Cơ quan", "Agencies")),
    ("org.see_units", "units", Bilingual("Địa bàn", "Areas")),
    ("org.see_placements", "placements", Bilingual("Địa bàn cơ sở", "Where facilities stand")),
    ("org.see_merger_effects", "mergers", Bilingual("Hợp nhất", "Mergers")),
    ("security.see_digest", "digests", Bilingual("Bản tin tuần", "Weekly digest")),
    ("security.see_alarms", "alarms", Bilingual("Cảnh báo", "Alarms")),
    ("security.see_audit", "audit", Bilingual("Nhật ký", "Audit log")),
    ("org.explain", "roles", Bilingual("Vai trò", "Roles")),
)
_NOTICES = {
    "digest-ready": "digests",
    "opened-outside": "digests",
    "alarm": "alarms",
    "position-given": "mine",
    "position-ended": "mine",
}


@cache
def _rooms() -> tuple[ModuleType, ...]:
    """The menus of the other rooms."""
    names = [f"{config.name}.menu" for config in apps.get_app_configs() if config.name.startswith("phoihop.")]
    return tuple(importlib.import_module(name) for name in names if name != __name__ and find_spec(name))


def _own(viewer: Viewer, which: tuple[tuple[str, str, Bilingual], ...]) -> Iterator[tuple[str, Bilingual]]:
    for door, name, said in which:
        if granted(viewer, door):
            yield reverse(name), said


def links(viewer: Viewer, request: HttpRequest) -> list[Link]:
    """The pages that this viewer may open; asks the rules alone, never the database."""
    found = list(_own(viewer, FIRST))
    for room in _rooms():
        found += room.entries(viewer)
    found += _own(viewer, LAST)
    # Of two addresses above the present page, the nearer one is where the person is.
    # A page that is not there is nowhere: it must not tell by the menu what it might have been.
    path = request.path if hasattr(request, "seen") else ""
    over = [address for address, _ in found if path.startswith(address) and address != "/"]
    here = max(over, key=len, default=path)
    return [Link(address, words(said), address == here) for address, said in found]


def leads_to(code: str, thing: str) -> str:
    """The address behind a notice; empty where there is nothing more to see."""
    kind, _, number = thing.partition(":")
    if kind == "org.Proposal" and number.isdigit():
        return reverse("proposal-decide" if code == "proposal-waits" else "proposal", args=[number])
    if kind == "org.Agency" and number.isdigit() and code == "digest-ready":
        return reverse("digest", args=[number])
    if code in _NOTICES:
        return reverse(_NOTICES[code])
    return next((found for room in _rooms() if (found := room.leads_to(code))), "")
