"""Documents on their way out: brought in, cleaned, scanned, let out by a second person."""

import hashlib

from django.utils import timezone

from phoihop.base.org import proposals
from phoihop.base.org.doors import action
from phoihop.base.org.models import Agency, Proposal
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.release import files, finding, outward
from phoihop.base.release.models import Document
from phoihop.base.release.rules import documents as rules
from phoihop.base.release.rules.documents import Audience, Step
from phoihop.base.security import scope
from phoihop.base.security.audit.entries import Kind
from phoihop.base.security.outgoing.scrub import scrub
from phoihop.base.security.uploads import intake
from phoihop.kernel.refusals import Refusal
from phoihop.kernel.text import nfc

DOCUMENT = "release.document"
_PURPOSE = intake.Purpose(frozenset({"docx", "xlsx", "pdf"}), 20 * 2**20)


@action("release.draft_document", "Đưa văn bản vào để phát hành", "Bring in a document", of="agency")
def draft(*, by: Viewer, agency: Agency, title: str, wanted: str, data: bytes, name: str) -> Document:
    """Take a file that somebody wants out, without what tells of its making; then it is scanned.

    Refusal: what intake and scrub say, "title-missing", "no-audience".
    """
    if not title.strip():
        raise Refusal("title-missing", "Hãy ghi tên văn bản.", "Give the document a title.")
    if wanted not in (Audience.CLEARED, Audience.PUBLIC):
        raise Refusal(
            "no-audience",
            "Hãy chọn phát hành cho các cơ quan hay cho công chúng.",
            "Choose whether it is for the agencies or for the public.",
        )
    taken = intake.take(data, name, _PURPOSE)
    clean = scrub(taken.data)
    made = Document.objects.create(
        agency=agency,
        title=nfc(title).strip()[:200],
        wanted=wanted,
        step=Step.DRAFT,
        kind=taken.kind,
        file=files.keep(clean).id,
        sha256=hashlib.sha256(clean).hexdigest(),
        drafted_by_id=finding.account_of(by),
        drafted_at=timezone.now(),
    )
    return _scanned(made, clean)


@action("release.scan_document", "Quét lại văn bản", "Scan a document again", of="document")
def scan(*, by: Viewer, document: Document) -> Document:
    """Look at the file again: names that were not known yesterday may be today. Refusal("document-step")."""
    locked = _locked(document, Step.CLEAN)
    return _scanned(locked, files.whole(locked.file))


def _scanned(document: Document, data: bytes) -> Document:
    document.findings = outward.findings(data, document.title)
    document.scanned_at = timezone.now()
    document.step = Step.BLOCKED if outward.blocks(document.findings) else Step.CLEAN
    document.save()
    return document


@action(
    "release.propose_document",
    "Đề nghị phát hành",
    "Propose to release a document",
    of="document",
    kind=Kind.WRITE,
    step_up=True,
)
def propose(*, by: Viewer, document: Document, reason: str) -> Proposal:
    """Ask a second person to let it out. Refusal("document-step") unless the scanner found nothing."""
    locked = _locked(document, Step.PROPOSED)
    proposal = proposals.open_one(
        by,
        DOCUMENT,
        {"document": locked.pk, "sha256": locked.sha256, "wanted": locked.wanted, "by": locked.drafted_by_id},
        reason=reason,
        agency=locked.agency_id,
    )
    locked.step, locked.proposal = Step.PROPOSED, proposal
    locked.save(update_fields=["step", "proposal"])
    return proposal


def allowed(proposal: Proposal, by: Viewer) -> None:
    """Runs when the second person allows it: the very file that was scanned is out, after one more look."""
    with scope.acting(finding.JOB):
        document = _locked(Document.objects.get(pk=proposal.arguments["document"]), Step.RELEASED)
        data = files.whole(document.file)
        if hashlib.sha256(data).hexdigest() != proposal.arguments["sha256"]:
            raise Refusal("changed", "Tệp không còn như lúc đề nghị.", "The file is not as it was proposed.")
        if outward.blocks(outward.findings(data, document.title)):
            raise Refusal(
                "identifier",
                "Máy quét thấy thông tin về người trong văn bản. Hãy quét lại và sửa trước khi phát hành.",
                "The scanner sees something about a person. Scan it again and mend it before it goes out.",
            )
        document.step, document.released_to = Step.RELEASED, document.wanted
        document.second_id, document.released_at, document.scanned_at = (
            by.account,
            timezone.now(),
            timezone.now(),
        )
        document.save()


@action("release.withdraw_document", "Thu hồi văn bản", "Withdraw a document", of="document")
def withdraw(*, by: Viewer, document: Document) -> Document:
    """Take a document back: nobody outside its agency sees it any more. Refusal("document-step")."""
    locked = _locked(document, Step.WITHDRAWN)
    if locked.proposal_id is not None:
        Proposal.objects.filter(pk=locked.proposal_id, state=Proposal.State.OPEN).update(
            state=Proposal.State.LAPSED, decided_at=timezone.now()
        )
    files.forget([locked.file])
    locked.step, locked.released_to, locked.file = Step.WITHDRAWN, Audience.INTERNAL, ""
    locked.withdrawn_at = timezone.now()
    locked.save()
    return locked


def _locked(document: Document, after: Step) -> Document:
    found = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
    if after not in rules.MOVES[Step(found.step)]:
        raise Refusal(
            "document-step",
            "Văn bản chưa tới bước này: phải quét sạch trước khi đề nghị, và đề nghị trước khi phát hành.",
            "The document has not reached that step: it has to be found clean, then proposed, then released.",
        )
    return found


@action("release.fetch_document", "Tải văn bản của cơ quan", "Fetch a document of the agency", of="document")
def fetch(*, by: Viewer, document: Document) -> bytes:
    """The file of a document of one's own agency, released or not. Refusal("not-found")."""
    return files.whole(document.file)


@action("release.fetch_released", "Tải văn bản đã phát hành", "Fetch a released document", of="document")
def fetch_released(*, by: Viewer, document: Document) -> bytes:
    """The file of a document that is out. Refusal("not-found") for any other."""
    if document.released_to == Audience.INTERNAL:
        raise Refusal("not-found", "Không có văn bản này.", "There is no such document.")
    return files.whole(document.file)
