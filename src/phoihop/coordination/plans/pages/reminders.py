"""What one was reminded of, and how often one wants to be."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from phoihop.base.org.page import NUMBER, page, viewer_of
from phoihop.base.org.pages.shared import number_asked, pages
from phoihop.coordination.plans.actions import urging
from phoihop.coordination.plans.queries import reminders


@page("plans.see_own_reminders", params={"page": NUMBER})
def index(request: HttpRequest) -> HttpResponse:
    """What is due soon or late and the viewer was told of, until it is done."""
    viewer, number = viewer_of(request), number_asked(request)
    found = reminders.reminders(viewer)
    known = {
        "rows": found[(number - 1) * reminders.PAGE : number * reminders.PAGE],
        "pages": pages(number, len(found), reminders.PAGE),
        "weekly": reminders.weekly(viewer),
    }
    return render(request, "plans/reminders.html", known)


@page("plans.change_own_pace", only_post=True, fields=frozenset({"weekly"}))
def pace(request: HttpRequest) -> HttpResponse:
    """Once a day or once a week."""
    urging.change_pace(by=viewer_of(request), weekly=request.POST.get("weekly") == "yes")
    return redirect("reminders")
