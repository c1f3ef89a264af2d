"""Which documents somebody sees: what counts, everybody; what does not, planning officers of its agency."""

from uuid import UUID

from django.db.models import Q

from phoihop.base.org.doors import DOORS, NotAllowed, may, place_of
from phoihop.base.org.queries.reaching import within
from phoihop.base.org.rules.permissions import Decision, Reason, Viewer, Why
from phoihop.base.security.models import StoredFile
from phoihop.coordination.documents.models import Document, Upload
from phoihop.coordination.documents.rules.review import Stage

REVIEW, UPLOADS = "documents.see_review", "documents.see_uploads"


def seen(viewer: Viewer) -> Q:
    """The documents that a viewer sees, as a condition."""
    return Q(stage=Stage.CONFIRMED) | within(viewer, REVIEW, agency="agency")


def sees(viewer: Viewer, document: Document) -> bool:
    """Whether a viewer sees one document."""
    return document.stage == Stage.CONFIRMED or bool(may(viewer, REVIEW, document))


def may_fetch(viewer: Viewer, file: StoredFile) -> bool:
    """A file that was sent in is for those who see what its agency sent; others are not this room's."""
    upload = Upload.objects.filter(file=file.pk).defer("text", "reading").first()
    return upload is None or bool(may(viewer, UPLOADS, upload))


def insist(viewer: Viewer, code: str, document: Document) -> None:
    """NotAllowed for a document that the viewer does not see, whatever grant opened the door."""
    if not sees(viewer, document):
        decision = may(viewer, REVIEW, document) or Decision(False, (Reason(Why.NO_GRANT),))
        raise NotAllowed(DOORS[code], viewer, decision, document, place_of(document))


def find(viewer: Viewer, text: str) -> Document | None:
    """The document of this uid, if the viewer sees it."""
    try:
        uid = UUID(text)
    except ValueError:
        # As much work as for one that is there.
        uid = UUID(int=0)
    rows = Document.objects.select_related("upload", "agency", "unit").defer(
        "upload__text", "upload__reading"
    )
    return rows.filter(seen(viewer), uid=uid).first()
