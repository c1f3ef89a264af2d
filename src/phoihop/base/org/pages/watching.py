"""Why one sees a page; the record, its alarms and its weekly digest."""

import re
from datetime import timedelta

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from phoihop.base.org import explain, tokens
from phoihop.base.org.doors import DOORS
from phoihop.base.org.models import Agency
from phoihop.base.org.page import DAY, THING, page, viewer_of
from phoihop.base.org.pages.shared import day_asked
from phoihop.base.org.queries import audit
from phoihop.base.org.queries.reaching import everywhere
from phoihop.base.org.rules.permissions import Place, Viewer

BEFORE = re.compile(r"[0-9]{1,18}")
_KINDS = frozenset({"", *(kind.value for kind in audit.KINDS)})


@page("org.explain")
def why(request: HttpRequest, token: str) -> HttpResponse:
    """Why the viewer saw what a page showed, and who else may."""
    opened = tokens.opened(token)
    if opened is None or opened[0] not in DOORS:
        raise Http404
    code, kind, number = opened
    thing = kind._default_manager.filter(pk=number).first() if kind is not None else None
    if kind is not None and thing is None:
        raise Http404
    viewer = viewer_of(request)
    told = explain.why(viewer, code=code, thing=thing if thing is not None else _own(viewer))
    return render(request, "org/why.html", {"it": told})


def _own(viewer: Viewer) -> Place:
    """Lists show things of many places; they are explained by one's own."""
    return Place(
        account=viewer.account,
        agency=viewer.agencies[0] if viewer.agencies else None,
        facility=viewer.facilities[0] if viewer.facilities else None,
    )


@page(
    "security.see_audit",
    params={"kind": _KINDS, "thing": THING, "since": DAY, "until": DAY, "before": BEFORE},
)
def record(request: HttpRequest) -> HttpResponse:
    """The record of one's agencies."""
    viewer = viewer_of(request)
    since = day_asked(request, "since", viewer.day - timedelta(days=30))
    until = day_asked(request, "until")
    kind, thing = request.GET.get("kind", ""), request.GET.get("thing", "")
    found = audit.log(
        viewer,
        kind=kind,
        thing=thing,
        since=since.day,
        until=until.day,
        before=int(request.GET["before"]) if "before" in request.GET else None,
    )
    known = {"it": found, "kinds": audit.KINDS, "kind": kind, "thing": thing, "since": since, "until": until}
    return render(request, "org/record.html", known)


@page("security.see_alarms", params={"before": BEFORE})
def alarms(request: HttpRequest) -> HttpResponse:
    """That somebody opened what nobody has reason to open."""
    before = int(request.GET["before"]) if "before" in request.GET else None
    return render(request, "org/alarms.html", {"it": audit.alarms(viewer_of(request), before=before)})


@page("security.see_digest")
def digests(request: HttpRequest) -> HttpResponse:
    """The agencies whose digest one may read; with one of them, that one."""
    viewer = viewer_of(request)
    which = Q() if everywhere(viewer, "security.see_digest") else Q(pk__in=viewer.agencies)
    found = list(Agency.objects.filter(which, positions__isnull=False).distinct().order_by("name"))
    if len(found) == 1:
        return redirect("digest", pk=found[0].pk)
    return render(request, "org/digests.html", {"agencies": found})


@page("security.see_digest", of=Agency, params={"until": DAY, "thing": THING})
def digest(request: HttpRequest, agency: Agency) -> HttpResponse:
    """The week's unusual reading in an agency; with ``thing``, who looked at one of the things."""
    viewer = viewer_of(request)
    until = day_asked(request, "until", viewer.day + timedelta(days=1))
    known: dict[str, object] = {"until": until, "thing": request.GET.get("thing", "")}
    known["it"] = audit.week(viewer, agency=agency, until=until.day)
    if known["thing"]:
        known["readers"] = audit.readers_of(viewer, agency=agency, thing=str(known["thing"]))
    return render(request, "org/digest.html", known)
