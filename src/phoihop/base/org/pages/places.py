"""Administrative units through time, agencies, facilities, and who answers for what."""

from urllib.parse import urlencode

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from phoihop.base.org import sections
from phoihop.base.org.agencies import Tier
from phoihop.base.org.doors import may
from phoihop.base.org.explain import words
from phoihop.base.org.models import Agency, Facility, Unit
from phoihop.base.org.page import CODE, DAY, NUMBER, TEXT, endpoint, page, viewer_of
from phoihop.base.org.pages.shared import day_asked, number_asked, pages
from phoihop.base.org.queries import agencies, units
from phoihop.base.org.queries.reaching import granted
from phoihop.base.org.rules.permissions import Viewer

TIERS = frozenset(tier.value for tier in Tier)


def _by_key(viewer: Viewer, key: str) -> models.Model | None:
    return Unit.objects.select_related("parent__parent").filter(key=key).first() if _is_key(key) else None


def _is_key(text: str) -> bool:
    return CODE.fullmatch(text.casefold()) is not None


@page("org.see_units", params={"on": DAY, "q": TEXT})
def tree(request: HttpRequest) -> HttpResponse:
    """The provinces of a day, or what a search finds on it."""
    viewer, on, text = viewer_of(request), day_asked(request, "on"), request.GET.get("q", "").strip()
    known = {"on": on, "text": text, "exact": units.is_exact(on.day)}
    if text:
        known["found"] = units.search(viewer, text=text, on=on.day)
    else:
        known["branches"] = units.tree(viewer, on=on.day)
    return render(request, "org/units.html", known)


@endpoint("org.see_units", params={"on": DAY, "q": TEXT})
def suggested(request: HttpRequest) -> dict[str, object]:
    """Units that a name being typed may mean, for the search field."""
    on, text = day_asked(request, "on"), request.GET.get("q", "").strip()
    found = units.search(viewer_of(request), text=text, on=on.day)[:8] if text else ()
    return {
        "units": [
            {
                "key": each.unit.key,
                "name": each.name,
                "above": each.above,
                "via": words(each.via) if each.via else "",
            }
            for each in found
        ]
    }


@page("org.see_units", of=Unit, arg="key", load=_by_key, params={"on": DAY})
def unit(request: HttpRequest, unit: Unit) -> HttpResponse:
    """One unit: what lies in it, what it was, what it became, whose offices stand there."""
    on = day_asked(request, "on", unit.valid_to)
    whole = units.unit_on(viewer_of(request), unit=unit, on=on.day)
    return render(request, "org/unit.html", {"it": whole, "on": on, "exact": units.is_exact(on.day)})


@page("org.see_agencies", params={"q": TEXT, "on": DAY, "page": NUMBER})
def index(request: HttpRequest) -> HttpResponse:
    """Agencies of a day by name."""
    on, text, number = day_asked(request, "on"), request.GET.get("q", "").strip(), number_asked(request)
    listed = agencies.agencies(viewer_of(request), text=text, on=on.day, page=number)
    asked = {"q": text, "on": on.text if request.GET.get("on") else ""}
    known = {
        "listed": listed,
        "on": on,
        "text": text,
        "kept": urlencode({name: value for name, value in asked.items() if value}),
        "pages": pages(number, listed.total, agencies.PAGE),
        "sets_up": granted(viewer_of(request), "org.change_agencies"),
    }
    return render(request, "org/agencies.html", known)


@page("org.see_agencies", of=Agency)
def agency(request: HttpRequest, agency: Agency) -> HttpResponse:
    """One agency: its people, offices and facilities, what it came from and became."""
    viewer = viewer_of(request)
    going = agency.valid_to is None
    known = {
        "it": agencies.agency(viewer, agency=agency),
        "about": list(sections.about(viewer, agency)),
        "renames": going and bool(may(viewer, "org.rename_agency", agency)),
        "ends": going and bool(may(viewer, "org.end_agency", agency)),
        "sets_up": going and bool(may(viewer, "org.change_facilities", agency)),
    }
    return render(request, "org/agency.html", known)


@page("org.see_facilities", of=Facility)
def facility(request: HttpRequest, facility: Facility) -> HttpResponse:
    """One facility, to those who work in its agency."""
    viewer = viewer_of(request)
    known = {
        "it": agencies.facility(viewer, facility=facility),
        "ends": facility.valid_to is None and bool(may(viewer, "org.end_facility", facility)),
        "places": bool(may(viewer, "org.place_facility", facility)),
    }
    return render(request, "org/facility.html", known)


@page("org.see_agencies", params={"on": DAY, "tier": TIERS})
def duties(request: HttpRequest) -> HttpResponse:
    """Who answers for which duty now, and who did on a day."""
    on, tier = day_asked(request, "on"), Tier(request.GET.get("tier") or Tier.PROVINCE)
    found = agencies.duties(viewer_of(request), on=on.day, tier=tier)
    return render(request, "org/duties.html", {"duties": found, "on": on, "tier": tier.value})
