"""What a review shows: the document, its text, its items; and what others have ruled since."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from phoihop.base.org.doors import query
from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.documents.models import Document, Item, Upload
from phoihop.coordination.documents.rules.review import Kind, Stage


@dataclass(frozen=True, slots=True)
class Review:
    """One document with its upload and its items in order; ``siblings``: the documents of the same file in
    order, this one among them."""

    document: Document
    items: tuple[Item, ...]
    siblings: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """The items that changed after a version of the document; ``version`` is the present one."""

    version: int
    stage: Stage
    items: tuple[Item, ...]


@query("documents.see_review", "Xem việc kiểm một văn bản", "See the review of a document", of="document")
def review(viewer: Viewer, *, document: Document) -> Review:
    """Everything that the review of one document shows, in three statements whatever its length."""
    held = Document.objects.select_related("upload", "agency", "unit", "confirmed_by__person").get(
        pk=document.pk
    )
    siblings = tuple(Document.objects.filter(upload=held.upload_id).order_by("order"))
    return Review(held, _items(held), siblings)


@query(
    "documents.see_changes",
    "Xem thay đổi của người cùng kiểm",
    "See what others changed in a review",
    of="document",
    recorded=False,
)
def changes(viewer: Viewer, *, document: Document, after: int) -> Changes:
    """What was ruled since version ``after`` of the document, by whomever, in two statements."""
    now = Document.objects.only("version", "stage").get(pk=document.pk)
    items = _items(now, at__gt=after) if after < now.version else ()
    return Changes(now.version, Stage(now.stage), items)


def outputs(document: Document, items: Iterable[Item]) -> tuple[Item, ...]:
    """The targets that these tasks of a document bring about, which whoever asks has been let see."""
    tasks = (item for item in items if item.kind == Kind.TASK)
    orders = {order for task in tasks for order in task.value.get("outputs") or ()}
    if not orders:
        return ()
    return tuple(Item.objects.filter(document=document, kind=Kind.TARGET, order__in=orders))


def findings(document: Document) -> tuple[dict[str, Any], ...]:
    """What the reader found in a document, which whoever asks has been let see: without the rest of the
    reading, which is long."""
    path = f"reading__documents__{document.order}__findings"
    return tuple(Upload.objects.filter(pk=document.upload_id).values_list(path, flat=True)[0] or ())


def _items(document: Document, **more: Any) -> tuple[Item, ...]:
    found = Item.objects.filter(document=document, **more).select_related("ruled_by__person")
    return tuple(found.order_by("kind", "order"))
