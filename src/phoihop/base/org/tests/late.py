"""The product's addresses, and a form of our own that somebody may send too late."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from phoihop.base.org.page import page


@page("org.explain", post=True, fields=frozenset({"note", "tick"}))
def note(request: HttpRequest) -> HttpResponse:
    """Takes a note from whoever is signed in."""
    return HttpResponse(f"{len(request.POST.get('note', ''))}")


urlpatterns = [path("", include("phoihop.config.urls")), path("ghi-chu/", note)]
