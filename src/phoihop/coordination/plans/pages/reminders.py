"""What one was reminded of."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from phoihop.base.org.page import page, viewer_of
from phoihop.coordination.plans.queries import reminders


@page("plans.see_own_reminders")
def index(request: HttpRequest) -> HttpResponse:
    """What is due soon or late and the viewer was told of, until it is done."""
    return render(request, "plans/reminders.html", {"rows": reminders.reminders(viewer_of(request))})
