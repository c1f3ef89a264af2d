"""Requests of outside bodies. These pages exist only where the operator has switched them on."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from phoihop.base.org.models import Facility
from phoihop.base.org.page import page, viewer_of
from phoihop.base.release import finding, queries
from phoihop.base.release.actions import disclosures as actions
from phoihop.base.release.care import KINDS
from phoihop.base.release.models import Request
from phoihop.base.release.pages.shared import choices, day_of, number_of, saved, words
from phoihop.base.release.rules import disclosures as rules
from phoihop.base.release.rules.disclosures import State
from phoihop.base.security.outgoing.names import neutral_name
from phoihop.base.security.uploads.intake import KINDS as FILES

_FIELDS = frozenset({"letter", "asked_on", "article", "question", "day", "subject", "body"})


def _row(request: Request) -> dict[str, Any]:
    ground = rules.articles()[request.article]
    return {
        "it": request,
        "number": rules.numbered(request.number, request.year),
        "question": words(rules.QUESTIONS[request.question]),
        "ground": f"{ground.article}, {ground.law}",
        "unsure": ground.certainty != "V",
        "state": {
            State.RECEIVED: _("Đã nhận"),
            State.PROPOSED: _("Chờ người thứ hai duyệt"),
            State.ANSWERED: _("Đã trả lời"),
            State.DECLINED: _("Không trả lời"),
            State.EXPIRED: _("Đã hết hạn"),
        }[State(request.state)],
        "ready": request.state == State.ANSWERED and request.fetches_left > 0,
        "received": request.state == State.RECEIVED,
    }


@page("release.see_own_requests")
def own(request: HttpRequest) -> HttpResponse:
    """What the viewer filed."""
    rows = [_row(found) for found in queries.own_requests(viewer_of(request))]
    given = {"rows": rows, "facilities": finding.askable(viewer_of(request))}
    return render(request, "release/requests_own.html", given)


@page("release.file_request", of=Facility, load=finding.facility, post=True, fields=_FIELDS)
def ask(request: HttpRequest, facility: Facility) -> HttpResponse:
    """The form of a request to one facility, and what it sends."""
    viewer = viewer_of(request)
    if request.method == "POST":
        actions.file_request(
            by=viewer,
            facility=facility,
            letter=request.POST.get("letter", ""),
            asked_on=day_of(request, "asked_on"),
            article=request.POST.get("article", ""),
            question=request.POST.get("question", ""),
            day=day_of(request, "day"),
            subject=request.POST.get("subject", ""),
            body=request.POST.get("body", ""),
        )
        inside = facility.agency_id in viewer.agencies
        return redirect("requests" if inside else "requests-own")
    today = timezone.localdate()
    given = {
        "facility": facility,
        "inside": facility.agency_id in viewer.agencies,
        "questions": choices(rules.QUESTIONS),
        "articles": [
            (a.code, f"{a.article}, {a.law}") for a in rules.articles().values() if a.holds_on(today)
        ],
    }
    return render(request, "release/request_ask.html", given)


@page("release.see_requests")
def of_agency(request: HttpRequest) -> HttpResponse:
    """Requests to the viewer's agencies."""
    rows = [_row(found) for found in queries.requests(viewer_of(request))]
    return render(request, "release/requests.html", {"rows": rows})


@page(
    "release.case_answer_request",
    of=Request,
    arg="uid",
    load=finding.request,
    post=True,
    fields=frozenset({"kind", "thing"}),
)
def answer(request: HttpRequest, asked: Request) -> HttpResponse:
    """Whom the letter names, and the form that says which file is theirs, if any."""
    if request.method == "POST":
        actions.answer(
            by=viewer_of(request),
            request=asked,
            kind=request.POST.get("kind", ""),
            thing=number_of(request, "thing") or None,
        )
        return redirect("requests")
    kinds = [
        (code, words(kind.title))
        for code, kind in KINDS.items()
        if not kind.closed and asked.question in kind.answers
    ]
    return render(request, "release/request_answer.html", {"row": _row(asked), "kinds": kinds})


@page("release.decline_request", of=Request, arg="uid", load=finding.request, only_post=True)
def decline(request: HttpRequest, asked: Request) -> HttpResponse:
    """Close a request without an answer."""
    actions.decline(by=viewer_of(request), request=asked)
    return redirect("requests")


@page("release.fetch_own_answer", of=Request, arg="uid", load=finding.own_request, only_post=True)
def fetch(request: HttpRequest, asked: Request) -> HttpResponse:
    """The paper."""
    data = actions.fetch(by=viewer_of(request), request=asked)
    name = neutral_name("answer", timezone.localdate(), asked.code, "docx")
    return saved(data, name, FILES["docx"][1])
