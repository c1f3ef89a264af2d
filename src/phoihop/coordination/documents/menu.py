"""What of this room stands in a person's menu, and where a notice of it leads."""

from collections.abc import Iterator

from django.urls import reverse

from phoihop.base.org.queries.reaching import granted
from phoihop.base.org.rules.permissions import Viewer
from phoihop.kernel.refusals import Bilingual

_MENU = (
    ("documents.see_register", "documents", Bilingual("Văn bản", "Documents")),
    ("documents.see_uploads", "sending", Bilingual("Gửi văn bản", "Send documents")),
)


def entries(viewer: Viewer) -> Iterator[tuple[str, Bilingual]]:
    """Address and words of each page the viewer may open."""
    for code, name, words in _MENU:
        if granted(viewer, code):
            yield reverse(name), words


def leads_to(notice: str) -> str:
    """The address behind a notice of this room; empty for others."""
    return ""
