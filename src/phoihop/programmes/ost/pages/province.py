"""The pages of the province: every facility in figures, and visits of supervision."""

from collections.abc import Mapping
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from phoihop.base.org.doors import may_somewhere
from phoihop.base.org.models import Facility
from phoihop.base.org.page import page, viewer_of
from phoihop.programmes.ost.actions import supervising
from phoihop.programmes.ost.pages import head as shared
from phoihop.programmes.ost.queries import holding, province
from phoihop.programmes.ost.rules import disclosing
from phoihop.programmes.ost.rules.supervision import Given


@page(province.SEE)
def overview(request: HttpRequest) -> HttpResponse:
    """Every facility in figures."""
    viewer = viewer_of(request)
    known = {
        "it": province.province(viewer),
        "small": disclosing.SMALL,
        "step": disclosing.STEP,
        "missed": province.MISSED,
        "beyond": holding.AHEAD,
        "supervises": may_somewhere(viewer, "ost.supervise_province"),
    }
    return render(request, "ost/province.html", known)


@page("ost.supervise_province", of=Facility, post=True, fields=shared.FIELDS)
def visit_new(request: HttpRequest, facility: Facility) -> HttpResponse:
    """Answer the checklist at a facility or a point."""
    by = viewer_of(request)
    if province.site(by, number=facility.pk) is None:
        raise Http404

    def keep(day: date, visitors: str, given: Mapping[str, Given]) -> str:
        row = supervising.supervise_province(
            by=by, facility=facility, day=day, visitors=visitors, given=given
        )
        return reverse("ost-province-visit", args=[row.uid])

    return shared.checklist(request, facility, reverse("ost-province"), keep)


@page(province.SEE)
def visit(request: HttpRequest, uid: str) -> HttpResponse:
    """What a visit found."""
    it = province.visit(viewer_of(request), uid=uid)
    if it is None:
        raise Http404
    return render(request, "ost/head_visit.html", shared.shown(it) | {"back": reverse("ost-province")})
