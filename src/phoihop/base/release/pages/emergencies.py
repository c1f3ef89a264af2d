"""Emergencies: opened, read for half an hour, reviewed by whoever keeps the file."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from phoihop.base.org import doors
from phoihop.base.org.page import CODE, NUMBER, page, viewer_of
from phoihop.base.release import finding, queries
from phoihop.base.release.actions import emergencies as actions
from phoihop.base.release.care import KINDS
from phoihop.base.release.models import Emergency
from phoihop.base.release.pages.shared import number_of, words
from phoihop.base.release.rules import emergencies as rules
from phoihop.base.release.rules.emergencies import Standing, Verdict


def _row(emergency: Emergency) -> dict[str, Any]:
    now = timezone.now()
    standing = rules.standing(emergency.opened_at, emergency.reviewed_at, now)
    return {
        "it": emergency,
        "open": rules.is_open(emergency.ends_at, emergency.ended_at, now),
        "standing": {
            Standing.DUE: _("Chờ xét"),
            Standing.OVERDUE: _("Quá hạn xét"),
            Standing.REVIEWED: _("Đã xét"),
        }[standing],
        "late": standing is Standing.OVERDUE,
        "verdict": _verdict(emergency.verdict),
        "copied": "copied" in emergency.flags,
    }


def _verdict(code: str) -> str:
    if not code:
        return ""
    return _("phù hợp") if code == Verdict.FITTING else _("không phù hợp")


@page("release.case_open_emergency", params={"kind": CODE, "thing": NUMBER})
def ask(request: HttpRequest) -> HttpResponse:
    """The form: which file, and why. Whoever comes from a file's page finds it filled in."""
    kinds = [(code, words(kind.title)) for code, kind in KINDS.items() if not kind.closed]
    given = {"kinds": kinds, "kind": request.GET.get("kind", ""), "thing": request.GET.get("thing", "")}
    minutes = int(rules.LASTS.total_seconds() // 60)
    return render(
        request, "release/emergency_ask.html", given | {"minutes": minutes, "shortest": rules.SHORTEST}
    )


@page("release.case_open_emergency", only_post=True, fields=frozenset({"kind", "thing", "reason"}))
def start(request: HttpRequest) -> HttpResponse:
    """Open a file in an emergency. The reason is in the body of the request and in no address."""
    made = actions.open_emergency(
        by=viewer_of(request),
        kind=request.POST.get("kind", ""),
        thing=number_of(request, "thing"),
        reason=request.POST.get("reason", ""),
    )
    return redirect("emergency", uid=made.uid)


@page("release.case_read_emergency", of=Emergency, arg="uid", load=finding.emergency)
def read(request: HttpRequest, emergency: Emergency) -> HttpResponse:
    """The file, while it lasts."""
    shown = queries.read_emergency(viewer_of(request), emergency=emergency)
    return render(request, "release/emergency.html", {"shown": shown, "row": _row(emergency)})


@page("release.see_own_emergencies")
def own(request: HttpRequest) -> HttpResponse:
    """What the viewer opened."""
    rows = [_row(emergency) for emergency in queries.own_emergencies(viewer_of(request))]
    return render(request, "release/emergencies_own.html", {"rows": rows})


@page("release.see_emergencies")
def of_agency(request: HttpRequest) -> HttpResponse:
    """Files of the viewer's agencies that others opened."""
    viewer = viewer_of(request)
    rows = [_row(emergency) for emergency in queries.emergencies(viewer)]
    given = {"rows": rows, "reviews": bool(doors.may_somewhere(viewer, "release.review_emergency"))}
    return render(request, "release/emergencies.html", given | {"address": "emergency-review"})


@page("release.see_overdue_emergencies")
def overdue(request: HttpRequest) -> HttpResponse:
    """What nobody reviewed in time, of every agency."""
    rows = [_row(emergency) for emergency in queries.overdue_emergencies(viewer_of(request))]
    given = {"rows": rows, "reviews": True, "address": "emergency-review-overdue"}
    return render(request, "release/emergencies.html", given)


@page(
    "release.review_emergency",
    of=Emergency,
    arg="uid",
    load=finding.to_review,
    only_post=True,
    fields=frozenset({"verdict"}),
)
def review(request: HttpRequest, emergency: Emergency) -> HttpResponse:
    """Say whether it was an emergency."""
    actions.review(by=viewer_of(request), emergency=emergency, verdict=request.POST.get("verdict", ""))
    return redirect("emergencies")


@page(
    "release.review_overdue_emergency",
    of=Emergency,
    arg="uid",
    load=finding.overdue,
    only_post=True,
    fields=frozenset({"verdict"}),
)
def review_overdue(request: HttpRequest, emergency: Emergency) -> HttpResponse:
    """The same, of what went unreviewed."""
    verdict = request.POST.get("verdict", "")
    actions.review_overdue(by=viewer_of(request), emergency=emergency, verdict=verdict)
    return redirect("emergencies-overdue")
