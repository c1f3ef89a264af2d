"""Incidents with doses and devices: what happened, what to do, what a doctor found."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from phoihop.base.org.doors import may
from phoihop.base.org.explain import words
from phoihop.base.org.page import page, viewer_of
from phoihop.base.org.rules.permissions import Viewer
from phoihop.programmes.ost.actions import answering
from phoihop.programmes.ost.models import Incident
from phoihop.programmes.ost.pages.asking import saying
from phoihop.programmes.ost.pages.care_forms import Finding
from phoihop.programmes.ost.pages.care_shared import sent
from phoihop.programmes.ost.queries import worklist
from phoihop.programmes.ost.rules.incidents import MEANINGS, NEED_A_DOCTOR, Kind, Severity

_FIELDS = frozenset(Finding.base_fields)
_SHOWN = frozenset({"waiting", "answered"})


@page("ost.case_see_incidents", params={"show": _SHOWN})
def index(request: HttpRequest) -> HttpResponse:
    """Those that wait, the most urgent first; or those answered last."""
    answered = request.GET.get("show") == "answered"
    found = worklist.incidents(viewer_of(request), answered=answered)
    rows = [
        (each, words(MEANINGS[Kind(each.kind)].says), reverse("ost-incident", args=[each.pk]))
        for each in found
    ]
    known = {"rows": rows, "answered": answered, "urgent": Severity.AT_ONCE}
    return render(request, "ost/incidents.html", known)


def _load(viewer: Viewer, text: str) -> Incident | None:
    """An incident at one of the viewer's facilities; row security shows no other."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    rows = Incident.objects.select_related("facility__agency", "answered_by__person")
    return rows.filter(pk=number, gone=False).first()


@page("ost.case_see_incident", of=Incident, load=_load)
def one(request: HttpRequest, incident: Incident) -> HttpResponse:
    """One incident, and what was found."""
    return _one(request, incident, Finding(None))


@page("ost.case_answer_incident", of=Incident, load=_load, post=True, fields=_FIELDS)
def answer(request: HttpRequest, incident: Incident) -> HttpResponse:
    """The same for a doctor, who says what was found."""
    form = Finding(sent(request))
    if form.is_bound and form.is_valid():
        with saying(form, {"why-missing": "finding"}):
            answering.answer(by=viewer_of(request), incident=incident, finding=form.cleaned_data["finding"])
            return redirect(reverse("ost-incident", args=[incident.pk]))
    return _one(request, incident, form)


def _one(request: HttpRequest, incident: Incident, form: Finding) -> HttpResponse:
    viewer = viewer_of(request)
    it = worklist.incident(viewer, incident=incident)
    kind = Kind(it.row.kind)
    known: dict[str, Any] = {
        "it": it,
        "says": words(MEANINGS[kind].says),
        "do": words(MEANINGS[kind].do),
        "holds": kind in NEED_A_DOCTOR,
        "form": form,
        "answers": it.row.answered_at is None and bool(may(viewer, "ost.case_answer_incident", incident)),
        "care": reverse("ost-care", args=[it.client]) if it.client is not None else "",
    }
    wrong = form.is_bound and bool(form.errors)
    return render(request, "ost/incidents_one.html", known, status=422 if wrong else 200)
