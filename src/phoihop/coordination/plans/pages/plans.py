"""The list of plans, and the pages of one plan."""

import re
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from phoihop.base.org.doors import may
from phoihop.base.org.page import CODE, NUMBER, page, viewer_of
from phoihop.base.org.pages.shared import number_asked, pages
from phoihop.coordination.plans.models import Plan
from phoihop.coordination.plans.pages.shared import of_plan, tabs, uid_of
from phoihop.coordination.plans.queries import comparing, plans, tables
from phoihop.coordination.plans.queries import history as past
from phoihop.coordination.plans.queries.plans import Head

FILTERS = ("nam", "dia-ban", "co-quan")


# What a form sends of a field that is left at "all" is empty.
_ANY = {"nam": re.compile(r"(?:(?:19|20)[0-9]{2})?"), "dia-ban": CODE, "co-quan": re.compile(r"[0-9]{0,9}")}


@page("plans.see_plans", params={**_ANY, "page": NUMBER})
def index(request: HttpRequest) -> HttpResponse:
    """Plans with how far each is."""
    asked = {name: request.GET.get(name, "") for name in FILTERS}
    number = number_asked(request)
    listed = plans.plans(
        viewer_of(request),
        year=int(asked["nam"]) if asked["nam"] else None,
        unit=asked["dia-ban"],
        agency=int(asked["co-quan"]) if asked["co-quan"] else None,
        page=number,
    )
    known = {
        "listed": listed,
        "year": asked["nam"],
        "unit": asked["dia-ban"],
        "agency": asked["co-quan"],
        "narrowed": any(asked.values()),
        "kept": urlencode({name: value for name, value in asked.items() if value}),
        "pages": pages(number, listed.total, plans.PAGE),
    }
    return render(request, "plans/plans.html", known)


def _shown(request: HttpRequest, name: str, head: Head, **known: Any) -> HttpResponse:
    template = f"plans/{name.replace('-', '_')}.html"
    beside = tabs(head, name)
    here = next((tab.words for tab in beside if tab.current), "")
    common = {"head": head, "tabs": beside, "page_title": f"{here} · {head.number or head.name}"}
    return render(request, template, common | known)


@of_plan("plans.see_plan")
def plan(request: HttpRequest, plan: Plan) -> HttpResponse:
    """A plan at a glance."""
    found = plans.plan(viewer_of(request), plan=plan)
    return _shown(request, "plan", found.head, it=found)


@of_plan("plans.see_plan")
def targets(request: HttpRequest, plan: Plan) -> HttpResponse:
    """All targets."""
    found = tables.targets(viewer_of(request), plan=plan)
    return _shown(request, "plan-targets", found.head, it=found)


@of_plan("plans.see_plan")
def by_agency(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Tasks by who leads them."""
    head, groups = tables.by_agency(viewer_of(request), plan=plan)
    return _shown(request, "plan-agencies", head, groups=groups)


@of_plan("plans.see_plan")
def by_period(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Tasks by quarter."""
    head, quarters = tables.by_period(viewer_of(request), plan=plan)
    return _shown(request, "plan-periods", head, quarters=quarters)


@of_plan("plans.see_plan")
def timeline(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Tasks along time."""
    found = tables.timeline(viewer_of(request), plan=plan)
    return _shown(request, "plan-timeline", found.head, it=found)


@of_plan("plans.see_plan")
def sub_plans(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Who owes a plan, and who has one."""
    found = tables.sub_plans(viewer_of(request), plan=plan)
    owes = bool(may(viewer_of(request), "plans.owe_sub_plan", plan))
    return _shown(request, "plan-sub-plans", found.head, it=found, owes=owes)


@of_plan("plans.see_plan", params={"page": NUMBER})
def history(request: HttpRequest, plan: Plan) -> HttpResponse:
    """What happened to the plan."""
    number = number_asked(request)
    found = past.history(viewer_of(request), plan=plan, page=number)
    turns = pages(number, found.total, past.EVENTS)
    return _shown(request, "plan-history", found.head, it=found, pages=turns)


@of_plan("plans.see_plan")
def loose(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Tasks without an owner."""
    head, rows = tables.loose(viewer_of(request), plan=plan)
    hands = bool(may(viewer_of(request), "plans.hand_over", plan))
    return _shown(request, "plan-loose", head, rows=rows, hands=hands)


@of_plan("plans.see_plan", params={"voi": CODE})
def compare(request: HttpRequest, plan: Plan) -> HttpResponse:
    """The plan beside another one, the year before unless told otherwise."""
    asked = request.GET.get("voi", "")
    found = comparing.comparison(viewer_of(request), plan=plan, other=uid_of(asked))
    links = bool(may(viewer_of(request), "plans.link_before", plan))
    return _shown(request, "plan-compare", found.head, it=found, links=links)
