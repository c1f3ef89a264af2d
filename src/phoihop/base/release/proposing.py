"""What of this room takes two people, and what the second one reads before deciding."""

from collections.abc import Callable
from typing import Any

from phoihop.base.org import describing, notices, proposals
from phoihop.base.org.describing import Described
from phoihop.base.org.models import Proposal
from phoihop.base.org.proposals import Kind
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.release import finding, outward
from phoihop.base.release.actions import disclosures, documents, exports
from phoihop.base.release.datasets import DATASETS
from phoihop.base.release.models import Document, Export, Request
from phoihop.base.release.rules.disclosures import QUESTIONS, articles, numbered
from phoihop.base.release.rules.documents import Audience
from phoihop.base.release.rules.exports import PURPOSES
from phoihop.base.security import scope
from phoihop.kernel.refusals import Bilingual

KINDS = {
    exports.EXPORT: Kind(
        Bilingual("Xuất danh sách có tên người", "Export a list that names people"),
        run=exports.allowed,
        gains=lambda arguments: [arguments["owner"]],
    ),
    disclosures.DISCLOSURE: Kind(
        Bilingual("Trả lời yêu cầu của cơ quan ngoài", "Answer a request of an outside body"),
        run=disclosures.allowed,
        gains=lambda arguments: [arguments["filed_by"]],
    ),
    documents.DOCUMENT: Kind(
        Bilingual("Phát hành văn bản", "Release a document"),
        run=documents.allowed,
        gains=lambda arguments: [arguments["by"]],
    ),
}

NOTICES = {
    "export-ready": ("Tệp anh/chị đề nghị xuất đã sẵn sàng.", "The file you asked for is ready."),
    "export-ended": ("Một lần xuất dữ liệu của anh/chị đã kết thúc.", "An export of yours has ended."),
    "emergency-opened": (
        "Một hồ sơ của cơ quan anh/chị vừa được mở khẩn cấp. Hãy xét trong 72 giờ.",
        "A file of your agency was just opened in an emergency. Review it within 72 hours.",
    ),
    "emergency-overdue": (
        "Một lần mở khẩn cấp quá 72 giờ chưa được xét.",
        "An emergency opening has gone unreviewed for 72 hours.",
    ),
    "emergency-reviewed": (
        "Lần mở khẩn cấp của anh/chị đã được xét.",
        "An emergency opening of yours has been reviewed.",
    ),
    "emergency-not-fitting": (
        "Một lần mở khẩn cấp bị xét là không phù hợp.",
        "An emergency opening was found not fitting.",
    ),
    "request-came": (
        "Có yêu cầu cung cấp thông tin gửi tới cơ quan anh/chị.",
        "A request for information has come to your agency.",
    ),
    "request-answered": ("Yêu cầu của anh/chị đã có trả lời.", "Your request has been answered."),
    "request-closed": ("Yêu cầu của anh/chị đã được khép lại.", "Your request has been closed."),
}


def register() -> None:
    """Make the kinds of proposal and the notices known; may be called again."""
    for code, kind in KINDS.items():
        if code not in proposals.KINDS:
            proposals.register(code, kind)
        describing.add(code, described)
    for code, (vi, en) in NOTICES.items():
        notices.add_words(code, vi, en)


def described(viewer: Viewer, proposal: Proposal) -> Described:
    """For the page of proposals, which asks first whether the viewer may decide this one."""
    return Described(describe(proposal))


def describe(proposal: Proposal) -> tuple[Bilingual, ...]:
    """The lines a decider reads: what, how much, for what, why. Empty for a proposal of another room."""
    found = _DESCRIBED.get(proposal.action)
    if found is None:
        return ()
    with scope.acting(finding.JOB):
        return found(proposal.arguments)


def _export(given: dict[str, Any]) -> tuple[Bilingual, ...]:
    export = Export.objects.select_related("owner__person", "agency").get(pk=given["export"])
    dataset, purpose = DATASETS.get(export.dataset), PURPOSES[export.purpose]
    said = [
        Bilingual(f"Người đề nghị: {export.owner.person.name}", f"Asked by: {export.owner.person.name}"),
        Bilingual(f"Cơ quan: {export.agency.name}", f"Agency: {export.agency.name}"),
        Bilingual(f"Số dòng: {export.rows}", f"Rows: {export.rows}"),
        Bilingual(f"Mục đích: {purpose.vi}", f"Purpose: {purpose.en}"),
        Bilingual(f"Lý do: {export.said}", f"Reason: {export.said}"),
    ]
    if dataset is not None:
        vi, en = (", ".join(getattr(c.title, lang) for c in dataset.columns) for lang in ("vi", "en"))
        said[2:2] = [
            Bilingual(f"Danh sách: {dataset.title.vi}", f"List: {dataset.title.en}"),
            Bilingual(f"Các cột: {vi}", f"Columns: {en}"),
        ]
    return tuple(said)


def _disclosure(given: dict[str, Any]) -> tuple[Bilingual, ...]:
    request = Request.objects.select_related("facility").get(pk=given["request"])
    ground, question = articles()[request.article], QUESTIONS[request.question]
    number = numbered(request.number, request.year)
    return (
        Bilingual(f"Yêu cầu số {number} của {request.body}", f"Request {number} of {request.body}"),
        Bilingual(
            f"Công văn {request.letter} ngày {request.asked_on:%d/%m/%Y}",
            f"Letter {request.letter} of {request.asked_on:%d/%m/%Y}",
        ),
        Bilingual(f"Cơ sở: {request.facility.name}", f"Facility: {request.facility.name}"),
        Bilingual(f"Câu hỏi: {question.vi}", f"Question: {question.en}"),
        Bilingual(f"Ngày được hỏi: {request.day:%d/%m/%Y}", f"Day asked about: {request.day:%d/%m/%Y}"),
        Bilingual(f"Căn cứ: {ground.article}, {ground.law}", f"Legal basis: {ground.article}, {ground.law}"),
    )


def _document(given: dict[str, Any]) -> tuple[Bilingual, ...]:
    document = Document.objects.select_related("agency", "drafted_by__person").get(pk=given["document"])
    name = document.drafted_by.person.name
    public = document.wanted == Audience.PUBLIC
    return (
        Bilingual(f"Văn bản: {document.title}", f"Document: {document.title}"),
        Bilingual(f"Cơ quan: {document.agency.name}", f"Agency: {document.agency.name}"),
        Bilingual(f"Người đưa vào: {name}", f"Brought in by: {name}"),
        Bilingual(
            "Phát hành cho: " + ("công chúng" if public else "các cơ quan"),
            "For: " + ("the public" if public else "the agencies"),
        ),
        Bilingual(f"Dấu của tệp: {document.sha256[:12]}", f"Mark of the file: {document.sha256[:12]}"),
        *(
            Bilingual(
                f"Cần xem lại: {found.what().vi}, {found.place().vi} ({found.masked})",
                f"Look again: {found.what().en}, {found.place().en} ({found.masked})",
            )
            for found in outward.as_findings(document.findings)
        ),
    )


_DESCRIBED: dict[str, Callable[[dict[str, Any]], tuple[Bilingual, ...]]] = {
    exports.EXPORT: _export,
    disclosures.DISCLOSURE: _disclosure,
    documents.DOCUMENT: _document,
}
