"""What a review shows: the document, its text, its items; and what others have ruled since."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from phoihop.base.org.doors import query
from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.documents.models import Document, Item
from phoihop.coordination.documents.rules.review import Kind, Ruling, Stage


@dataclass(frozen=True, slots=True)
class Review:
    """One document with its upload, its items in order, and the findings of the reader as it gave them.

    ``open``: how many items of each kind are still to be ruled on; ``siblings``: the documents of the same
    file in order, this one among them.
    """

    document: Document
    items: tuple[Item, ...]
    findings: tuple[dict[str, Any], ...]
    open: dict[Kind, int]
    siblings: tuple[Document, ...]

    @property
    def text(self) -> str:
        text: str = self.document.upload.text
        return text


@dataclass(frozen=True, slots=True)
class Changes:
    """The items that changed after a version of the document; ``version`` is the present one."""

    version: int
    stage: Stage
    items: tuple[Item, ...]
    open: int


@query("documents.see_review", "Xem việc kiểm một văn bản", "See the review of a document", of="document")
def review(viewer: Viewer, *, document: Document) -> Review:
    """Everything that the review of one document shows, in three statements whatever its length."""
    held = Document.objects.select_related("upload", "agency", "unit", "confirmed_by__person").get(
        pk=document.pk
    )
    items = _items(held)
    read = (held.upload.reading or {}).get("documents") or ()
    own = read[held.order] if held.order < len(read) else {}
    siblings = tuple(Document.objects.filter(upload=held.upload_id).order_by("order"))
    return Review(held, items, tuple(own.get("findings", ())), open_of(items), siblings)


@query(
    "documents.see_changes",
    "Xem thay đổi của người cùng kiểm",
    "See what others changed in a review",
    of="document",
    recorded=False,
)
def changes(viewer: Viewer, *, document: Document, after: int) -> Changes:
    """What was ruled since version ``after`` of the document, by whomever, in three statements."""
    now = Document.objects.only("version", "stage").get(pk=document.pk)
    items = _items(now, at__gt=after) if after < now.version else ()
    still = Item.objects.filter(document=now, ruling=Ruling.OPEN).count()
    return Changes(now.version, Stage(now.stage), items, still)


def open_of(items: Iterable[Item]) -> dict[Kind, int]:
    """How many items of each kind are open; every kind is there."""
    found = dict.fromkeys(Kind, 0)
    for item in items:
        if item.ruling == Ruling.OPEN:
            found[Kind(item.kind)] += 1
    return found


def _items(document: Document, **more: Any) -> tuple[Item, ...]:
    found = Item.objects.filter(document=document, **more).select_related("ruled_by__person")
    return tuple(found.order_by("kind", "order"))
