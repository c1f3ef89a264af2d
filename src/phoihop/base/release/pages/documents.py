"""Documents on their way out, and those that are out."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from phoihop.base.org import doors
from phoihop.base.org.models import Agency
from phoihop.base.org.page import page, viewer_of
from phoihop.base.release import finding, outward, queries
from phoihop.base.release.actions import documents as actions
from phoihop.base.release.models import Document
from phoihop.base.release.pages.shared import saved, words
from phoihop.base.release.rules.documents import MOVES, Audience, Step
from phoihop.base.security.outgoing.marks import new_code
from phoihop.base.security.outgoing.names import neutral_name
from phoihop.base.security.uploads.intake import KINDS
from phoihop.kernel.refusals import Refusal


def _row(document: Document) -> dict[str, Any]:
    step = Step(document.step)
    found = outward.as_findings(document.findings)
    return {
        "it": document,
        "step": {
            Step.DRAFT: _("Đã đưa vào"),
            Step.BLOCKED: _("Máy quét giữ lại"),
            Step.CLEAN: _("Đã quét, có thể đề nghị"),
            Step.PROPOSED: _("Chờ người thứ hai duyệt"),
            Step.RELEASED: _("Đã phát hành"),
            Step.WITHDRAWN: _("Đã thu hồi"),
        }[step],
        "audience": _("cho công chúng") if document.wanted == Audience.PUBLIC else _("cho các cơ quan"),
        "findings": [(words(f.what()), words(f.place()), f.masked, f.certainty == "certain") for f in found],
        "can_propose": Step.PROPOSED in MOVES[step],
        "can_scan": Step.CLEAN in MOVES[step] and step is not Step.PROPOSED,
        "can_withdraw": Step.WITHDRAWN in MOVES[step],
        "blocked": step is Step.BLOCKED,
    }


@page("release.see_documents")
def index(request: HttpRequest) -> HttpResponse:
    """Documents of the viewer's agencies, and a form for one more."""
    viewer = viewer_of(request)
    drafts = bool(doors.may_somewhere(viewer, "release.draft_document"))
    agencies = Agency.objects.filter(pk__in=viewer.agencies).order_by("name") if drafts else ()
    return render(
        request,
        "release/documents.html",
        {"rows": [_row(found) for found in queries.documents(viewer)], "agencies": agencies},
    )


@page("release.draft_document", of=Agency, only_post=True, fields=frozenset({"title", "wanted"}))
def draft(request: HttpRequest, agency: Agency) -> HttpResponse:
    """Bring a file in."""
    sent = request.FILES.get("file")
    if sent is None:
        raise Refusal("no-file", "Hãy chọn tệp.", "Choose a file.")
    actions.draft(
        by=viewer_of(request),
        agency=agency,
        title=request.POST.get("title", ""),
        wanted=request.POST.get("wanted", ""),
        data=sent.read(),
        name=sent.name or "",
    )
    return redirect("documents-out")


@page("release.scan_document", of=Document, arg="uid", load=finding.document, only_post=True)
def scan(request: HttpRequest, document: Document) -> HttpResponse:
    """Look at the file again."""
    actions.scan(by=viewer_of(request), document=document)
    return redirect("documents-out")


@page(
    "release.propose_document",
    of=Document,
    arg="uid",
    load=finding.document,
    only_post=True,
    fields=frozenset({"reason"}),
)
def propose(request: HttpRequest, document: Document) -> HttpResponse:
    """Ask a second person to let it out."""
    actions.propose(by=viewer_of(request), document=document, reason=request.POST.get("reason", ""))
    return redirect("documents-out")


@page("release.withdraw_document", of=Document, arg="uid", load=finding.document, only_post=True)
def withdraw(request: HttpRequest, document: Document) -> HttpResponse:
    """Take it back."""
    actions.withdraw(by=viewer_of(request), document=document)
    return redirect("documents-out")


@page("release.fetch_document", of=Document, arg="uid", load=finding.document)
def fetch(request: HttpRequest, document: Document) -> HttpResponse:
    """The file, for those of its agency who judge it."""
    return _saved(document, actions.fetch(by=viewer_of(request), document=document))


@page("release.see_released")
def released(request: HttpRequest) -> HttpResponse:
    """What is out."""
    found = queries.released(viewer_of(request))
    return render(request, "release/released.html", {"rows": [_row(document) for document in found]})


@page("release.fetch_released", of=Document, arg="uid", load=finding.released)
def fetch_released(request: HttpRequest, document: Document) -> HttpResponse:
    """The file of a document that is out."""
    return _saved(document, actions.fetch_released(by=viewer_of(request), document=document))


def _saved(document: Document, data: bytes) -> HttpResponse:
    ending, media_type = KINDS[document.kind][0][0], KINDS[document.kind][1]  # type: ignore[index]
    name = neutral_name("document", timezone.localdate(), new_code(), ending.removeprefix("."))
    return saved(data, name, media_type)
