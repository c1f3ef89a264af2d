"""Figures that an agency writes down: what is asked back, what is corrected, what was said already."""

from decimal import Decimal

import pytest
from django.urls import reverse

from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.org.tests import making as org
from phoihop.base.org.viewers import scope_of
from phoihop.base.security import scope
from phoihop.coordination.plans.tests.province import Province
from phoihop.engines.indicators.definitions import Better, Hiding, Unit
from phoihop.engines.publishing import queries, registering
from phoihop.engines.publishing.registering import Reported
from phoihop.interfaces.dashboards.tests.test_room import body, browser_of
from phoihop.kernel.refusals import Bilingual

NAME = Bilingual("Số điểm", "Points")


@pytest.fixture
def house(db, monkeypatch) -> Province:
    for table in ("PROGRAMMES", "REPORTED", "RATIOS"):
        monkeypatch.setattr(registering, table, {})
    for code, unit in (("OST_POINTS", Unit.EVENTS), ("ART_QUOTA", Unit.PERCENT)):
        registering.register_reported(Reported(code, NAME, unit, Better.MORE, NAME, Hiding.NOTHING))
    return Province()


@pytest.fixture
def writer(house) -> Viewer:
    with scope.acting(org.INSTALL):
        return org.somebody("Sùng A Chứ", "figures-reporter", house.health)


@pytest.fixture
def reporter(writer):
    return browser_of(writer)


def form(house, **more) -> dict[str, str]:
    return {
        "code": "OST_POINTS", "place": house.unit.key, "period": f"state-year-{house.plan.first.year}-1",
        "numerator": "1.209", "on": "1/1/2026", "source": "Báo cáo số 12/BC-SYT",
    } | more  # fmt: skip


def kept(writer: Viewer, house) -> list[Decimal]:
    """What was written down, the first first."""
    with scope.acting(scope_of(writer)):
        return [row.numerator for row in reversed(queries.reported(writer, agency=house.health))]


def test_a_figure_is_reported_by_hand_and_stands_with_its_source(house, reporter):
    at = reverse("report-figure", args=[house.health.pk])
    page = body(reporter.get(at))
    assert "Mường Lò" in page
    assert "tử số lớn hơn mẫu số" not in page, "asked for only where the numbers give reason to"
    for wrong in (
        {"numerator": "nhiều"},
        {"on": "31/12/2199"},
        {"denominator": "5000"},
        {"numerator": "92 %"},
    ):
        assert reporter.post(at, form(house, **wrong)).status_code == 422, wrong
    assert "Hãy ghi một con số" in reporter.post(at, form(house, numerator="nhiều")).content.decode()
    assert reporter.post(at, form(house)).status_code == 302
    page = body(reporter.get(reverse("reported", args=[house.health.pk])))
    assert "1.209" in page
    assert "Báo cáo số 12/BC-SYT" in page
    assert reporter.get(reverse("reported", args=[house.police.pk])).status_code == 404


def test_whoever_reports_figures_finds_the_page_in_the_menu(house, reporter):
    address = reverse("reported", args=[house.health.pk])
    assert f'href="{address}"' in body(reporter.get(reverse("steering")))
    assert address not in body(browser_of(house.leader).get(reverse("steering")))


SURE = {
    "vi": "Tử số lớn hơn mẫu số, tức là hơn 100 %",
    "en": "The numerator is above the denominator",
}


@pytest.mark.parametrize("language", SURE)
def test_more_than_there_is_to_reach_has_to_be_confirmed(house, writer, reporter, language):
    reporter.cookies["phoihop_language"] = language
    at = reverse("report-figure", args=[house.health.pk])
    given = form(house, code="ART_QUOTA", numerator="110", denominator="100")
    answer = reporter.post(at, given)
    assert answer.status_code == 422
    assert SURE[language] in answer.content.decode()
    assert 'type="checkbox" name="sure"' in answer.content.decode()
    assert kept(writer, house) == []
    assert reporter.post(at, {**given, "numerator": "100"}).status_code == 302
    assert reporter.post(at, {**given, "sure": "on"}).status_code == 302
    assert kept(writer, house) == [100, 110]


def test_what_was_corrected_stays_in_sight(house, reporter):
    at, seen = (reverse(name, args=[house.health.pk]) for name in ("report-figure", "reported"))
    for numerator in ("1.209", "1.210"):
        assert reporter.post(at, form(house, numerator=numerator)).status_code == 302
    page = body(reporter.get(seen))
    assert page.count("đã được sửa") == 1
    assert page.index('<b class="amount">1.210</b>') < page.index("<s>1.209</s>")
    commune = form(house, place=house.communes[0].key, numerator="7")
    assert reporter.post(at, commune).status_code == 302
    page = body(reporter.get(seen))
    assert page.count("đã được sửa") == 1, "another place's is no correction"
    assert '<b class="amount">7</b>' in page


def test_the_same_said_twice_is_written_down_once(house, writer, reporter):
    at = reverse("report-figure", args=[house.health.pk])
    assert reporter.post(at, form(house)).status_code == 302
    again = reporter.post(at, form(house))
    assert again.status_code == 422
    assert "Số này đã ghi đúng như vậy rồi" in again.content.decode()
    assert kept(writer, house) == [1209]
    assert reporter.post(at, form(house, source="Báo cáo số 13/BC-SYT")).status_code == 302
    assert reporter.post(at, form(house)).status_code == 302, "said after something else it is a correction"
    assert kept(writer, house) == [1209, 1209, 1209]
