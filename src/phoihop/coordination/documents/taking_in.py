"""A file taken in from beginning to end by one person: sent, read, ruled on, confirmed. For commands.

The steps are the actions that people use. Each is kept by itself, so that what was cut short goes on where it
was; done again, nothing is done twice.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from phoihop.base.org.models import Agency
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security import scope
from phoihop.base.security.scope import Scope
from phoihop.coordination.documents import work
from phoihop.coordination.documents.actions import reviewing, sending
from phoihop.coordination.documents.actions.sending import AlreadySent
from phoihop.coordination.documents.models import Document, Item, Upload
from phoihop.coordination.documents.rules.review import Kind, Ruling, Stage
from phoihop.coordination.documents.rules.uploads import State
from phoihop.kernel.refusals import Refusal

JOB = Scope("job")
_PATIENCE = 600.0  # seconds for a reading that a worker has taken
_LOOK = 0.2

Checked = Callable[[Document], None]


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of a file: its documents, and how many of them were confirmed now, not before."""

    upload: Upload
    documents: tuple[Document, ...]
    confirmed: int


def take_in(*, by: Viewer, agency: Agency, data: bytes, name: str, check: Checked | None = None) -> TakenIn:
    """Send a file, read it here, let ``check`` rule on what it wants to, accept the rest and confirm.

    Refusal as ``send`` and ``confirm`` give it, and with the reader's own reason where it could not be read.
    """
    upload = read_in(by=by, agency=agency, data=data, name=name)
    with scope.acting(JOB):
        documents = list(Document.objects.filter(upload=upload).order_by("order"))
    confirmed = 0
    for document in documents:
        if document.stage == Stage.REVIEW:
            if check is not None:
                check(document)
            reviewing.accept_rest(by=by, document=document, kinds=set(Kind))
            reviewing.confirm(by=by, document=document)
            confirmed += 1
    with scope.acting(JOB):
        found = tuple(Document.objects.filter(upload=upload).order_by("order"))
    return TakenIn(upload, found, confirmed)


def read_in(*, by: Viewer, agency: Agency, data: bytes, name: str) -> Upload:
    """Send a file and have it read, by this process or by the worker that took it first; the same file sent
    before is taken up. Refusal with the reader's reason, or of ``send``."""
    try:
        upload: Upload = sending.send(by=by, agency=agency, data=data, name=name)
    except AlreadySent as known:
        upload = known.upload
    work.run(upload.pk)
    upload = _ended(upload.pk)
    if upload.state == State.REFUSED:
        raise Refusal(upload.refused, upload.vi, upload.en)
    if upload.state != State.READ:
        raise Refusal(
            "reading-stopped",
            "Việc đọc tệp này đã dừng giữa chừng. Hãy chạy lại.",
            "The reading of this file was stopped. Run it again.",
        )
    return upload


def numbers_of(upload: Upload) -> list[int]:
    """The documents of a file, in their order."""
    with scope.acting(JOB):
        return list(Document.objects.filter(upload=upload).order_by("order").values_list("pk", flat=True))


def _ended(number: int) -> Upload:
    """The upload once nobody reads it any more."""
    until = time.monotonic() + _PATIENCE
    while True:
        with scope.acting(JOB):
            upload = Upload.objects.get(pk=number)
        if upload.state not in (State.WAITING, State.READING) or time.monotonic() > until:
            return upload
        time.sleep(_LOOK)
        if upload.state == State.WAITING:
            work.run(number)


def put_right(*, by: Viewer, document: Document, field: str, value: object) -> None:
    """Put one field of the header right, unless somebody has ruled on it."""
    for item in Item.objects.filter(document=document, kind=Kind.HEAD, ruling=Ruling.OPEN):
        if item.value["name"] == field:
            reviewing.rule(
                by=by, item=item, ruling=Ruling.CORRECTED, version=item.version, value={"value": value}
            )


def reject(*, by: Viewer, document: Document, kind: Kind, words: str = "") -> None:
    """Reject every open item of a kind whose sentence holds these words."""
    for item in Item.objects.filter(document=document, kind=kind, ruling=Ruling.OPEN):
        if words in str(item.value.get("text", "")):
            reviewing.rule(by=by, item=item, ruling=Ruling.REJECTED, version=item.version)
