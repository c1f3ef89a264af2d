"""One target, and its numbers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from phoihop.base.org.page import page, viewer_of
from phoihop.coordination.plans.models import Target
from phoihop.coordination.plans.pages.shared import by_uid
from phoihop.coordination.plans.queries import targets


@page("plans.see_target", of=Target, arg="uid", load=by_uid(Target, "plan"))
def target(request: HttpRequest, target: Target) -> HttpResponse:
    """A target: its sentence, its number and what was reported, who answers."""
    return render(request, "plans/target.html", {"it": targets.target(viewer_of(request), target=target)})
