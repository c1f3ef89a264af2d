"""Sending files in to be read, and stopping a reading."""

import hashlib

from django.utils import timezone

from phoihop.base.org.doors import action
from phoihop.base.org.files.actions import keep
from phoihop.base.org.models import Agency
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security.uploads.intake import READABLE
from phoihop.coordination.documents import alone, work
from phoihop.coordination.documents.models import Document, Upload
from phoihop.coordination.documents.rules.review import Stage
from phoihop.coordination.documents.rules.uploads import ENDED, State, may_move
from phoihop.kernel.refusals import Refusal

WAITING = 200  # files of one agency that wait or are being read; more are refused until some are done


class AlreadySent(Refusal):
    """The very same file was sent by this agency before; ``upload`` is that one."""

    def __init__(self, upload: Upload) -> None:
        refusal = Refusal(
            "already-sent",
            "Cơ quan đã gửi chính tệp này rồi. Hãy mở lần gửi trước.",
            "Your agency has sent this very file before. Open what was sent then.",
        )
        super().__init__(refusal.reason, refusal.message.vi, refusal.message.en)
        self.upload = upload


@action("documents.send", "Gửi văn bản vào để đọc", "Send a document in to be read", of="agency")
def send(*, by: Viewer, agency: Agency, data: bytes, name: str) -> Upload:
    """Let a file in, seal it and queue its reading, which begins once the transaction is kept.

    Refusal with intake's reasons, "disk-full", "quota", "busy"; AlreadySent for bytes that this agency has
    sent before, unless that reading ended in nothing or all its documents were withdrawn.
    """
    assert by.account is not None
    digest = hashlib.sha256(data).hexdigest()
    # Two who send the same file for the same agency at once come here one after the other.
    alone.alone(f"send {agency.pk} {digest}")
    _refuse_known(agency, digest)
    stored = keep(by=by, data=data, name=name, purpose=READABLE, about=agency)
    upload = Upload.objects.create(account_id=by.account, agency=agency, file=stored, sha256=digest)
    work.queue(upload.pk)
    return upload


@action("documents.cancel", "Dừng đọc văn bản", "Stop reading a document", of="upload")
def cancel(*, by: Viewer, upload: Upload) -> Upload:
    """Stop a file that waits or is being read; its child ends within about a second.

    Refusal("upload-over").
    """
    now = Upload.objects.select_for_update(no_key=True).get(pk=upload.pk)
    if State(now.state) in ENDED or not may_move(State(now.state), State.CANCELLED):
        raise Refusal(
            "upload-over",
            "Tệp này đã đọc xong hoặc đã dừng rồi.",
            "This file has been read or stopped already.",
        )
    now.state, now.ended_at = State.CANCELLED, timezone.now()
    now.save(update_fields=["state", "ended_at"])
    return now


def _refuse_known(agency: Agency, digest: str) -> None:
    own = Upload.objects.filter(agency=agency)
    before = own.filter(sha256=digest, state__in=[State.WAITING, State.READING, State.READ]).order_by("-pk")
    for upload in before:
        stands = Document.objects.filter(upload=upload).exclude(stage=Stage.WITHDRAWN).exists()
        if upload.state != State.READ or stands:
            raise AlreadySent(upload)
    if own.filter(state__in=[State.WAITING, State.READING]).count() >= WAITING:
        raise Refusal(
            "busy",
            "Đang có quá nhiều tệp chờ đọc. Hãy đợi vài tệp đọc xong rồi thả lại.",
            "Too many files are waiting. Let some of them finish, then drop this one again.",
        )
