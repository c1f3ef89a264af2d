"""Which of one's sites a page is about: at once where there is one, else asked."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from phoihop.base.org.doors import may
from phoihop.base.org.models import Facility
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.org.viewers import facilities_of
from phoihop.programmes.ost.models.shared import OST


def sites(viewer: Viewer, door: str = "ost.case_see_list") -> list[Facility]:
    """Where the viewer may pass a door of this programme."""
    here = Facility.objects.filter(pk__in=facilities_of(viewer, OST)).select_related("agency")
    return [each for each in here.order_by("name") if may(viewer, door, each)]


def homes(viewer: Viewer, door: str) -> list[Facility]:
    """The same without dispensing points: where clients have their files."""
    return [each for each in sites(viewer, door) if each.parent_id is None]


def choose(request: HttpRequest, title: str, found: Sequence[Facility], name: str) -> HttpResponse:
    """The page called ``name`` of the one site there is; of several, which."""
    if len(found) == 1:
        return redirect(name, found[0].pk)
    rows = [(each, reverse(name, args=[each.pk])) for each in found]
    return render(request, "ost/sites.html", {"title": title, "rows": rows})
