"""How well a facility keeps those it treats: retention, doses, take-home beside the others."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from phoihop.base.org.page import page, viewer_of
from phoihop.programmes.ost.pages.care_shared import DRUGS
from phoihop.programmes.ost.queries import quality
from phoihop.programmes.ost.queries.quality import COMPARED, LOOKS, Quality


def _shown(it: Quality) -> dict[str, object]:
    return {
        "it": it,
        "doses": [(DRUGS[drug], found) for drug, found in it.doses if found.of],
        "groups": (it.compared.takehome, it.compared.others),
    }


@page("ost.case_see_quality")
def index(request: HttpRequest) -> HttpResponse:
    """Each facility of the viewer."""
    sites = [_shown(each) for each in quality.quality(viewer_of(request))]
    return render(request, "ost/quality.html", {"sites": sites, "months": COMPARED, "days": LOOKS})
