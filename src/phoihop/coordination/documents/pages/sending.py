"""Sending files in: drop them, see how far each is, stop one, open what was read in it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import ensure_csrf_cookie

from phoihop.base.org.explain import words as in_words
from phoihop.base.org.models import Agency
from phoihop.base.org.page import NUMBER, endpoint, page, said, viewer_of
from phoihop.base.org.pages.shared import number_asked, pages
from phoihop.base.org.queries.reaching import granted, within
from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.documents import words
from phoihop.coordination.documents.actions import sending as acts
from phoihop.coordination.documents.middleware import too_large
from phoihop.coordination.documents.models import Upload
from phoihop.coordination.documents.pages import finding
from phoihop.coordination.documents.queries import sending as asks
from phoihop.coordination.documents.queries.sending import PAGE, Sent
from phoihop.coordination.documents.rules.review import Stage
from phoihop.coordination.documents.rules.uploads import ENDED, State
from phoihop.engines.ui import formats
from phoihop.kernel.refusals import Bilingual, Refusal

SEE, SEND, CANCEL = "documents.see_uploads", "documents.send", "documents.cancel"
FILES = 50  # in one form without script; the script sends one by one
_MANY = Bilingual(
    f"Mỗi lần gửi được tối đa {FILES} tệp. Hãy gửi tệp này ở lần sau.",
    f"At most {FILES} files are taken at a time. Send this one next time.",
)


@ensure_csrf_cookie
@page(SEE, params={"page": NUMBER})
def index(request: HttpRequest) -> HttpResponse:
    """Where files are dropped, and every file that was."""
    return _page(request)


@page(SEND, only_post=True, fields=frozenset({"agency"}))
def send(request: HttpRequest) -> HttpResponse:
    """Take files. A script sends one and is told its id (201) or why not; a form may hold several."""
    viewer, files = viewer_of(request), request.FILES.getlist("file")
    agency = next((a for a in _agencies(viewer) if str(a.pk) == request.POST.get("agency")), None)
    refused: list[dict[str, str]] = []
    uid = ""
    for nth, file in enumerate(files):
        large = file.size is None or file.size > words.largest()
        if large and _scripted(request):
            return too_large(request)  # type: ignore[return-value]
        try:
            # Each file is answered for by itself: what else came in the same form is taken.
            if large:
                raise Refusal("too-large", words.too_large(), words.too_large())
            if nth >= FILES:
                raise Refusal("too-many-files", _MANY.vi, _MANY.en)
            if agency is None:
                raise Refusal("no-agency", "Hãy chọn cơ quan gửi.", "Choose the agency that sends.")
            made = acts.send(by=viewer, agency=agency, data=file.read(), name=file.name or "")
        except acts.AlreadySent as refusal:
            place = reverse("upload-open", args=[refusal.upload.uid])
            refused.append(_refusal(refusal, file.name or "") | {"address": place})
        except Refusal as refusal:
            refused.append(_refusal(refusal, file.name or ""))
        else:
            uid = str(made.uid)
    if _scripted(request):
        if not files:
            return JsonResponse({"reason": "no-file", "message": _("Chưa có tệp nào được gửi.")}, status=400)
        return JsonResponse(refused[0], status=409) if refused else JsonResponse({"id": uid}, status=201)
    if refused or not files:
        return _page(request, refused=refused, empty=not files)
    return redirect("sending")


@endpoint(SEE)
def progress(request: HttpRequest) -> dict[str, Any]:
    """How far one's own files are, cheap enough to be asked often."""
    return {
        "files": [
            {
                "id": str(each.uid),
                "state": each.state,
                "words": stage_words(each.state, each.stage),
                "fraction": round(each.fraction, 3),
                "ended": each.state in ENDED,
            }
            for each in asks.progress(viewer_of(request))
        ]
    }


@page(CANCEL, of=Upload, arg="uid", load=finding.upload(CANCEL), only_post=True)
def cancel(request: HttpRequest, upload: Upload) -> HttpResponse:
    """Stop a file; what is over already stays as it is."""
    try:
        acts.cancel(by=viewer_of(request), upload=upload)
    except Refusal as refusal:
        if _scripted(request):
            return JsonResponse({"reason": refusal.reason, "message": said(refusal)}, status=409)
    return JsonResponse({"id": str(upload.uid)}) if _scripted(request) else redirect("sending")


@page(SEE, of=Upload, arg="uid", load=finding.upload(SEE))
def opened(request: HttpRequest, upload: Upload) -> HttpResponse:
    """From a file to what was read in it: its first document, or the list while there is none."""
    first = upload.documents.order_by("order").first()
    if first is None:
        return redirect(f"{reverse('sending')}#u-{upload.uid}")
    return redirect("document-review" if first.stage == Stage.REVIEW else "document", first.uid)


def stage_words(state: str, stage: str) -> str:
    """Where a file is, as a person would say it."""
    if state == State.READING:
        said_of = {"open": _("Đang mở tệp"), "ocr": _("Đang nhận chữ từ ảnh quét")}
        return said_of.get(stage) or _("Đang đọc văn bản")
    return {
        State.WAITING: _("Đang chờ đến lượt"),
        State.READ: _("Đã đọc xong"),
        State.REFUSED: _("Không đọc được"),
        State.CANCELLED: _("Đã dừng"),
    }[State(state)]


def _page(request: HttpRequest, refused: Any = (), *, empty: bool = False) -> HttpResponse:
    viewer = viewer_of(request)
    number = number_asked(request)
    found = asks.uploads(viewer, page=number)
    may_send = granted(viewer, SEND)
    known = {
        "rows": [_row(sent) for sent in found.rows],
        "pages": pages(found.page, found.total, PAGE),
        "total": found.total,
        "agencies": _agencies(viewer) if may_send else [],
        "extensions": ",".join(words.EXTENSIONS),
        "limit_mb": words.largest() // 2**20,
        "refused": refused,
        "empty": empty,
        "words": words.for_sending(),
    }
    return render(request, "documents/sending.html", known, status=422 if refused or empty else 200)


def _row(sent: Sent) -> dict[str, Any]:
    documents = [
        {
            "uid": each.uid,
            "name": " ".join(filter(None, (formats.sentence(each.kind), each.number))) or _("Văn bản"),
            "title": each.title,
            "review": each.stage == Stage.REVIEW,
            "withdrawn": each.stage == Stage.WITHDRAWN,
            "items": each.items,
            "checked": each.items - each.open,
        }
        for each in sent.documents
    ]
    return {
        "sent": sent,
        "ended": sent.state in ENDED,
        "words": stage_words(sent.state, sent.stage),
        "why": in_words(sent.why) if sent.why else "",
        "fraction": f"{sent.fraction:.3f}",
        "documents": documents,
    }


def _agencies(viewer: Viewer) -> list[Agency]:
    """For which agencies the viewer may send: those of the positions held now, not their forerunners."""
    held = {position.agency for position in viewer.now if position.agency is not None}
    return list(Agency.objects.filter(within(viewer, SEND, agency="pk"), pk__in=held).order_by("name"))


def _refusal(refusal: Refusal, name: str) -> dict[str, str]:
    return {"reason": refusal.reason, "message": said(refusal), "name": name}


def _scripted(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")
