"""The steering room: a plan's targets with their lights, what lies beneath one, plans beside one another."""

import re
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from phoihop.base.org.page import CODE, NUMBER, page, viewer_of
from phoihop.base.org.pages.shared import number_asked, pages
from phoihop.coordination.plans.pages.shared import find_plan, of_plan, of_target, uid_of
from phoihop.coordination.plans.queries import comparing, plans
from phoihop.coordination.plans.rules.binding import comparable
from phoihop.coordination.plans.rules.live import Light
from phoihop.interfaces.dashboards import drawing, tables
from phoihop.interfaces.dashboards.charts.values import Chart
from phoihop.interfaces.dashboards.charts.writing import file_name, to_csv
from phoihop.interfaces.dashboards.queries import beneath, room

_LIGHTS = frozenset(light.value for light in Light) | {""}
_FILE = re.compile(r"[a-z-]{0,16}")


@page("plans.see_plans", params={"page": NUMBER})
def index(request: HttpRequest) -> HttpResponse:
    """Every plan, with how far its targets are."""
    turn = number_asked(request)
    listed = plans.plans(viewer_of(request), page=turn)
    known = {"listed": listed, "pages": pages(turn, listed.total, plans.PAGE)}
    return render(request, "dashboards/plans.html", known)


@of_plan("plans.see_plan", params={"xem": _LIGHTS, "tep": _FILE})
def plan(request: HttpRequest, plan: Any) -> HttpResponse:
    """The table of targets: light, number, target, window, trend, completeness, forecast, source."""
    found = room.room(viewer_of(request), plan)
    chosen = request.GET.get("xem", "")
    rows = [each for each in found.rows if not chosen or each.light.value == chosen]
    if request.GET.get("tep"):
        return _file(tables.targets(found.head, rows, _lang()), f"chi-tieu-{plan.pk}.csv")
    known = {"it": found, "rows": [tables.line(each) for each in rows], "chosen": chosen, "here": "targets"}
    return render(request, "dashboards/room.html", known)


@of_target(
    "plans.see_target",
    params={"ky": NUMBER, "theo": NUMBER, "tep": _FILE},
)
def target(request: HttpRequest, target: Any) -> HttpResponse:
    """One target: its sentence, its number through time, by place and by group, its definition."""
    viewer = viewer_of(request)
    found = beneath.beneath(
        viewer, target, back=int(request.GET.get("ky") or 0), by=int(request.GET.get("theo") or 0)
    )
    if found is None:
        raise Http404
    if wanted := request.GET.get("tep"):
        return _chart_file(next((each for each in found.charts if each.key == wanted), None))
    return render(request, "dashboards/target.html", {"it": found})


@of_plan("plans.see_plan", params={"voi": CODE, "tep": _FILE})
def years(request: HttpRequest, plan: Any) -> HttpResponse:
    """The plan's targets beside those of the plan before: how much of what was asked each reached."""
    viewer = viewer_of(request)
    asked = request.GET.get("voi", "")
    found = comparing.comparison(viewer, plan=plan, other=uid_of(asked))
    other = find_plan(viewer, str(found.other.uid)) if found.other is not None else None
    both = beneath.in_two_plans(viewer, found, plan, other)
    if request.GET.get("tep"):
        return _chart_file(both.chart)
    known = {"it": found, "both": both, "here": "years", "voi": asked, "head": found.head}
    return render(request, "dashboards/years.html", known)


@of_plan(
    "plans.see_plan",
    params={"a": CODE, "b": CODE, "tep": _FILE},
)
def beside(request: HttpRequest, plan: Any) -> HttpResponse:
    """Two targets in one chart, where their denominators allow it; else why not."""
    found = room.room(viewer_of(request), plan)
    drawable = [each for each in found.rows if each.series and each.bound.entry is not None]
    chosen = [next((row for row in drawable if row.uid == _uid(request, name)), None) for name in "ab"]
    chart, refused = None, None
    if chosen[0] is not None and chosen[1] is not None:
        entries = [row.bound.entry for row in chosen if row is not None]
        refused = comparable(entry.code for entry in entries if entry is not None)
        chart = None if refused else drawing.together(chosen[0], chosen[1])
    if request.GET.get("tep"):
        return _chart_file(chart)
    csv = f"?{urlencode({'a': request.GET.get('a', ''), 'b': request.GET.get('b', ''), 'tep': 'beside'})}"
    known = {"it": found, "rows": drawable, "chosen": chosen, "chart": chart, "refused": refused,
             "csv": csv, "here": "beside"}  # fmt: skip
    return render(request, "dashboards/beside.html", known)


@of_plan("plans.see_plan", params={"tep": _FILE})
def cascade(request: HttpRequest, plan: Any) -> HttpResponse:
    """The steps of care of the plan's place, each with what is asked of it."""
    found = beneath.cascades(viewer_of(request), plan)
    if wanted := request.GET.get("tep"):
        return _chart_file(
            next((each.chart for each in found if each.chart and each.chart.key == wanted), None)
        )
    head = plans.head_of(plan, viewer_of(request).day)
    return render(request, "dashboards/cascade.html", {"head": head, "cascades": found, "here": "cascade"})


def _uid(request: HttpRequest, name: str) -> UUID | None:
    return uid_of(request.GET.get(name, ""))


def _lang() -> str:
    return "en" if get_language() == "en" else "vi"


def _chart_file(chart: Chart | None) -> HttpResponse:
    if chart is None:
        raise Http404(_("Không có biểu đồ này."))
    return _file(to_csv(chart, _lang()), file_name(chart, "csv"))


def _file(data: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(data, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
