"""What stands in a document, and who said what of it: for its text, its downloads, its history."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps

from phoihop.base.org.doors import query
from phoihop.base.org.models import Account
from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.documents.models import Document, Item
from phoihop.coordination.documents.queries.sight import insist
from phoihop.coordination.documents.rules.review import STANDS, Kind, Ruling

PAGE = 100


@dataclass(frozen=True, slots=True)
class Contents:
    """A document with the items that stand in it."""

    document: Document
    items: tuple[Item, ...]

    @property
    def text(self) -> str:
        """The text of the file with blanks for all that is before the document, and without what is behind:
        offsets hold, and of the other documents of the file, which may be under review, nothing is told."""
        start, end, whole = self.document.start, self.document.end, str(self.document.upload.text)
        return " " * start + whole[start:end]


@dataclass(frozen=True, slots=True)
class Said:
    """One word about one item: who, when, what; ``value`` as it stood from then on."""

    kind: Kind
    order: int
    ruling: Ruling
    value: dict[str, Any]
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SaidList:
    """One page of words, the newest first."""

    rows: tuple[Said, ...]
    total: int
    page: int
    pages: int


@query("documents.see_document", "Xem một văn bản", "See a document", of="document")
def contents(viewer: Viewer, *, document: Document) -> Contents:
    """The text and what stands in it. NotAllowed where the document is not in sight."""
    insist(viewer, "documents.see_document", document)
    held = Document.objects.select_related("upload", "agency", "unit").get(pk=document.pk)
    items = Item.objects.filter(document=held, ruling__in=STANDS).select_related("ruled_by__person")
    return Contents(held, tuple(items.order_by("kind", "order")))


@query("documents.see_review", "Xem việc kiểm một văn bản", "See the review of a document", of="document")
def history(viewer: Viewer, *, document: Document, page: int = 1) -> SaidList:
    """Every word that was ever said of the document's items; nothing of it is lost by a later one."""
    events = apps.get_model("documents", "ItemEvent").objects.filter(document_id=document.pk, version__gt=1)
    added = apps.get_model("documents", "ItemEvent").objects.filter(
        document_id=document.pk, version=1, ruling=Ruling.ADDED
    )
    found = (events | added).order_by("-pgh_created_at", "-pgh_id")
    total = found.count()
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    rows = list(found[(page - 1) * PAGE : page * PAGE])
    names = {
        account.pk: account.person.name
        for account in Account.objects.filter(pk__in={row.ruled_by_id for row in rows}).select_related(
            "person"
        )
    }
    said = (
        Said(
            Kind(row.kind),
            row.order,
            Ruling(row.ruling),
            row.value,
            names.get(row.ruled_by_id, ""),
            row.pgh_created_at,
        )
        for row in rows
    )
    return SaidList(tuple(said), total, page, pages)
