"""A page that holds one chart of each kind, and its files; served to the journeys alone."""

from django.http import Http404, HttpRequest, HttpResponse
from django.template import RequestContext, Template
from django.urls import path
from django.utils.translation import get_language
from django_cotton.compiler_regex import CottonCompiler

from phoihop.config.urls import handler400, handler404, handler500
from phoihop.config.urls import urlpatterns as product
from phoihop.interfaces.dashboards.charts.writing import file_name, to_csv
from phoihop.interfaces.dashboards.tests import charting

__all__ = ["handler400", "handler404", "handler500", "urlpatterns"]

PAGE = """{% load charts %}<c-layout title="Biểu đồ">
<c-slot name="styles"><link rel="stylesheet" href="{% static 'dashboards/charts.css' %}"></c-slot>
<c-slot name="scripts"><script type="module" src="{% static 'dashboards/charts.js' %}"></script></c-slot>
<main id="main" class="page charted" tabindex="-1"><h1>Biểu đồ</h1><h2>Mẫu</h2>
{% for each in charts %}{% chart each csv=each.key|add:".csv" %}{% endfor %}</main></c-layout>"""


def _made() -> dict[str, charting.Chart]:
    return {chart.key: chart for chart in (make() for make in charting.ALL)}


def page(request: HttpRequest) -> HttpResponse:
    given = RequestContext(request, {"charts": list(_made().values())})
    return HttpResponse(Template(CottonCompiler().process(PAGE)).render(given))


def file(request: HttpRequest, key: str) -> HttpResponse:
    chart = _made().get(key)
    if chart is None:
        raise Http404
    answer = HttpResponse(to_csv(chart, get_language() or "vi"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{file_name(chart, "csv")}"'
    return answer


urlpatterns = [
    path("charted/", page),
    path("charted/<str:key>.csv", file),
    *product,
]
