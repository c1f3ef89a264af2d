"""How pages find what an address names: within the viewer's reach, by the opaque id that stands in it."""

from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet

from phoihop.base.org.queries.reaching import within
from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.documents.models import Document, Item, Upload


def document(code: str) -> "Finder":
    """A document that the viewer may do ``code`` to."""
    rows = Document.objects.select_related("upload", "agency")
    return Finder(rows.defer("upload__text", "upload__reading"), code, "agency")


def item(code: str) -> "Finder":
    """An item of such a document."""
    rows = Item.objects.select_related("document__upload", "document__agency", "ruled_by__person")
    return Finder(rows.defer("document__upload__text", "document__upload__reading"), code, "document__agency")


def upload(code: str) -> "Finder":
    """A file sent in."""
    rows = Upload.objects.select_related("file", "agency").defer("text", "reading")
    return Finder(rows, code, "agency")


class Finder:
    """Called with a viewer and the text of an address, as ``page`` wants it of ``load``."""

    def __init__(self, rows: QuerySet[Any], code: str, agency: str) -> None:
        self._rows, self._code, self._agency = rows, code, agency

    def __call__(self, viewer: Viewer, text: str) -> Model | None:
        try:
            uid = UUID(text)
        except ValueError:
            # As much work as for one that is there.
            uid = UUID(int=0)
        found: Model | None = self._rows.filter(
            within(viewer, self._code, agency=self._agency), uid=uid
        ).first()
        return found
