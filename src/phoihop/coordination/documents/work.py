"""The reading of one file: in a child of its own, told of about once a second, kept at once when it is done.

Every step is a transaction of its own. A job that was given up (cancelled, or silent for too long and begun
again by another) is fenced off by ``attempts``: what it finds afterwards is dropped, and its child ends.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from phoihop import __version__
from phoihop.base.org import doors
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security import origin, scope, vaults
from phoihop.base.security.audit.entries import Detail, Kind, Outcome
from phoihop.base.security.audit.recording import record
from phoihop.base.security.models import StoredFile
from phoihop.base.security.scope import Scope
from phoihop.base.security.uploads import kinds
from phoihop.coordination.documents import heads
from phoihop.coordination.documents.models import Document, Item, Upload
from phoihop.coordination.documents.rules import reading as rules
from phoihop.coordination.documents.rules import uploads
from phoihop.coordination.documents.rules.uploads import State
from phoihop.engines.reading.isolate import IsolatedReading
from phoihop.kernel.refusals import Refusal

JOB = Scope("job")
EVERY = 1.0  # seconds between two words about how far it is
_LOOK = 0.1  # seconds between two looks at the child
_BATCH = 2_000
_REASON = 40  # characters of a reason that are kept


class GivenUp(Exception):
    """The file has gone on without this job: cancelled, or taken by another."""


class GivenBack(Exception):
    """This worker is to end; another shall begin the reading anew."""


def run(number: int, stopping: Callable[[], bool] = lambda: False) -> None:
    """Read one file, if it still waits to be read. Called again, it does nothing.

    ``stopping`` says that this worker is to end: the file is then given back and counts no attempt.
    """
    with origin.beginning():
        claimed = _claim(number)
        if claimed is None:
            return
        attempt, file = claimed
        try:
            result = _read(number, attempt, *_opened(file), stopping)
            refused = rules.refusal_of(result)
            if refused is not None:
                raise refused
            rules.check(result)
            _finish(number, attempt, rules.kept(result))
        except Refusal as refusal:
            _refuse(number, attempt, refusal)
        except GivenBack:
            _give_back(number, attempt)
        except GivenUp:
            return


def _claim(number: int) -> tuple[int, StoredFile] | None:
    with scope.acting(JOB):
        upload = Upload.objects.select_for_update(no_key=True).filter(pk=number, state=State.WAITING).first()
        if upload is None or upload.file is None:
            return None
        upload.state, upload.stage, upload.fraction = State.READING, "open", 0.0
        upload.heard_at = timezone.now()
        upload.attempts += 1
        upload.save(update_fields=["state", "stage", "fraction", "heard_at", "attempts"])
        return upload.attempts, upload.file


def _opened(file: StoredFile) -> tuple[str, bytes]:
    """Name and bytes as the reader gets them. Refusal as ``Vault.open``: asking again helps nothing."""
    data = b"".join(vaults.vault().open(file.vault))
    # A web page is kept under the name of a text; its content says what it is.
    page = kinds.look(data).kind == "html"
    return f"{file.name}.html" if page else file.name, data


def _read(number: int, attempt: int, name: str, data: bytes, stopping: Callable[[], bool]) -> dict[str, Any]:
    reading = IsolatedReading(data, name)
    reading.start()
    try:
        told = time.monotonic()
        while not reading.done():
            time.sleep(_LOOK)
            if stopping():
                raise GivenBack
            if time.monotonic() - told >= EVERY:
                told = time.monotonic()
                stage, fraction = reading.progress
                _say(number, attempt, stage=stage[:10], fraction=fraction)
        return reading.result()
    finally:
        # Whatever went wrong here, the child goes too.
        reading.cancel()


def _say(number: int, attempt: int, **columns: Any) -> None:
    with scope.acting(JOB):
        if not _mine(number, attempt).update(heard_at=timezone.now(), **columns):
            raise GivenUp


def _mine(number: int, attempt: int) -> Any:
    return Upload.objects.filter(pk=number, state=State.READING, attempts=attempt)


def _finish(number: int, attempt: int, result: dict[str, Any]) -> None:
    """Documents, their items and the end of the upload together: all of it is there, or nothing is."""
    with scope.acting(JOB):
        upload = _mine(number, attempt).select_for_update(no_key=True).select_related("agency").first()
        if upload is None:
            raise GivenUp
        upload.text = result.pop("text")
        upload.reading, upload.reader = result, __version__
        _end(upload, State.READ)
        count = sum(_keep(upload, order, read) for order, read in enumerate(result["documents"]))
        _record(upload, count)


def _keep(upload: Upload, order: int, read: dict[str, Any]) -> int:
    start, end = read["span"]
    document = Document(upload=upload, order=order, start=start, end=end, agency=upload.agency)
    heads.fill(document, read)
    document.save()
    found = rules.found_in(read)
    Item.objects.bulk_create(
        (
            Item(
                document=document,
                kind=item.kind,
                order=item.order,
                start=item.start,
                end=item.end,
                read=item.read,
                value=item.read,
            )
            for item in found
        ),
        batch_size=_BATCH,
    )
    return len(found)


def _refuse(number: int, attempt: int, refusal: Refusal) -> None:
    with scope.acting(JOB):
        upload = _mine(number, attempt).select_for_update(no_key=True).first()
        if upload is not None:
            _close(upload, refusal)


def _close(upload: Upload, refusal: Refusal) -> None:
    upload.refused = str(rules.kept(refusal.reason))[:_REASON]
    upload.vi, upload.en = rules.kept(refusal.message.vi), rules.kept(refusal.message.en)
    _end(upload, State.REFUSED)
    _record(upload, 0, Outcome.REFUSED)


def _end(upload: Upload, state: State) -> None:
    upload.state, upload.stage, upload.fraction = state, "", 1.0
    upload.ended_at = upload.heard_at = timezone.now()
    upload.save()


def _give_back(number: int, attempt: int) -> None:
    with scope.acting(JOB):
        if _mine(number, attempt).update(state=State.WAITING, stage="", fraction=0.0, attempts=attempt - 1):
            queue(number)


def _record(upload: Upload, count: int, outcome: Outcome = Outcome.DONE) -> None:
    silent = Viewer(account=upload.account_id, person=None, day=timezone.localdate())
    detail: dict[str, Detail] = {"to": upload.state, "job": upload.attempts}
    record(doors.entry(Kind.JOB, "documents.read", silent, upload, outcome, count=count, detail=detail))


def queue(number: int) -> None:
    """Let a worker read it, once the present transaction is kept."""
    from procrastinate.contrib.django import app

    app.configure_task("documents.read", queue="documents").defer(upload=number)


def pick_up(silent: float = uploads.SILENT) -> int:
    """Queue again what fell silent in the middle and what waits with no job to it; how many.

    What has taken its worker with it three times is refused, and says so.
    """
    with origin.beginning(), scope.acting(JOB):
        before = timezone.now() - timedelta(seconds=silent)
        lost = Upload.objects.select_for_update(skip_locked=True, no_key=True)
        found = 0
        for upload in lost.filter(state=State.READING, heard_at__lt=before):
            found += 1
            if upload.attempts >= uploads.ATTEMPTS:
                _close(upload, _given_up())
                continue
            upload.state, upload.stage, upload.fraction = State.WAITING, "", 0.0
            upload.save(update_fields=["state", "stage", "fraction"])
            queue(upload.pk)
        waiting = set(lost.filter(state=State.WAITING, sent_at__lt=before).values_list("pk", flat=True))
        orphans = waiting - _with_job(waiting)
        for number in orphans:
            queue(number)
        return found + len(orphans)


def _with_job(numbers: set[int]) -> set[int]:
    from procrastinate.contrib.django.models import ProcrastinateJob

    jobs = ProcrastinateJob.objects.filter(task_name="documents.read", status__in=["todo", "doing"])
    given = jobs.filter(args__upload__in=list(numbers)).values_list("args", flat=True)
    return {int(args["upload"]) for args in given}


def _given_up() -> Refusal:
    return Refusal(
        "reading-lost",
        "Chương trình đã thử đọc tệp này ba lần nhưng lần nào cũng bị ngắt giữa chừng. Hãy tách nhỏ tệp "
        "hoặc lưu lại thành .docx rồi gửi lại; nếu vẫn vậy, hãy báo người quản trị.",
        "The program tried three times to read this file and was cut short each time. Split the file, or "
        "save it again as .docx, and send it again; if that does not help, tell the administrator.",
    )
