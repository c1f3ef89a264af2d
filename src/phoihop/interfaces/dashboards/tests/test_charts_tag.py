"""The tag draws a figure that is whole without a script; the library is the one that was made."""

import re
from html.parser import HTMLParser

import pytest
from django.template import Context, Template
from django.utils import translation

from phoihop.interfaces.dashboards.charts.tabling import table
from phoihop.interfaces.dashboards.charts.values import Kind
from phoihop.interfaces.dashboards.tests import charting
from tools.charts import build


def render(make, lang: str = "vi", tag: str = "{% chart chart csv='/x.csv' %}") -> str:
    with translation.override(lang):
        return Template("{% load charts %}" + tag).render(Context({"chart": make()}))


class Cells(HTMLParser):
    """The text of each cell, row after row, and ids."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.ids: list[str] = []
        self.inside = False

    def handle_starttag(self, tag, attrs):
        self.ids += [value for name, value in attrs if name == "id"]
        if tag == "tr":
            self.rows.append([])
        if tag in ("th", "td"):
            assert tag == "td" or dict(attrs)["scope"] in ("col", "row")
            self.rows[-1].append("")
            self.inside = True

    def handle_endtag(self, tag):
        self.inside = self.inside and tag not in ("th", "td")

    def handle_data(self, data):
        if self.inside:
            self.rows[-1][-1] += data


@pytest.mark.parametrize("make", charting.ALL)
def test_the_page_holds_the_whole_table(make):
    read = Cells()
    read.feed(render(make))
    chart = make()
    whole = table(chart)
    assert read.rows[0] == [chart.heading.vi, *(each.said.vi for each in whole.columns)]
    assert read.rows[1:] == [
        [row.label.said.vi, *(cell.said.vi + (cell.why.vi if cell.why else "") for cell in row.cells)]
        for row in whole.rows
    ]
    assert len(read.ids) == len(set(read.ids))


def test_nothing_stands_in_the_page_that_the_policy_forbids():
    html = render(charting.trend)
    assert "style=" not in html
    assert re.findall(r"\son\w+=", html) == []
    assert re.findall(r"<script(?![^>]*application/json)", html) == []


def test_title_source_and_freshness_stand_around_the_chart():
    html = render(charting.trend, "en")
    for text in (
        "People in treatment rise steadily",
        "Source: records of the facilities",
        "up to 20/11/2026",
    ):
        assert text in html
    assert '<h3 class="chart-title"' in html
    assert '<h2 class="chart-title"' in render(charting.trend, tag="{% chart chart level=2 %}")


def test_without_an_address_there_is_no_file_to_fetch():
    assert 'href="/x.csv"' in render(charting.stock)
    assert "CSV" not in render(charting.stock, tag="{% chart chart %}")


def test_a_label_leads_further_where_there_is_a_page():
    assert render(charting.bars).count('<a href="/nowhere/">') == 8
    assert "<a href=" not in render(charting.stock, tag="{% chart chart %}")


def test_a_text_cannot_end_the_data_block():
    def chart():
        return charting.chart(
            Kind.BARS,
            labels=(charting.label("</script><script>alert(1)</script>"),),
            series=charting.one(charting.HIDDEN),
        )

    assert "<script>alert" not in render(chart)


def test_the_library_is_the_one_that_the_recipe_made():
    assert build.sums(build.VENDOR) == build.SUMS.read_text(encoding="utf-8")


def test_the_licences_of_all_that_went_in_lie_beside_it():
    text = (build.VENDOR / build.LICENCES).read_text(encoding="utf-8")
    for said in (
        "echarts: NOTICE",
        "echarts: LICENSE",
        "zrender: LICENSE",
        "tslib: LICENSE.txt",
        "LICENSE-d3",
    ):
        assert said in text
    assert (build.VENDOR / build.SCRIPT).read_text(encoding="utf-8").startswith(build.BANNER)
