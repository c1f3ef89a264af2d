"""The figures of treatment, built as the product builds them: from the books to what is told."""

from dataclasses import replace

import pytest

from phoihop.base.org.doors import NotAllowed
from phoihop.base.security import scope
from phoihop.engines.publishing import building, queries, registering
from phoihop.engines.publishing.fences import JOB
from phoihop.engines.publishing.models import Build, Number, Told
from phoihop.kernel.calendars import Span
from phoihop.programmes.ost.publishing import PROGRAMME
from phoihop.programmes.ost.tests.making import TODAY
from phoihop.programmes.ost.tests.telling import DAY, tell

FEW = ("OST_CURR", "OST_DOSES", "OST_STOCK_ML")


@pytest.fixture
def house(kept):
    return kept


def build(tmp_path, monkeypatch, programme) -> Build:
    monkeypatch.setattr(building, "default_folder", lambda: tmp_path)
    monkeypatch.setattr(registering, "PROGRAMMES", {programme.code: programme})
    with scope.acting(JOB):
        asked = building.ask(None, TODAY - DAY)
    building.run(asked.pk)
    with scope.acting(JOB):
        return Build.objects.get(pk=asked.pk)


def test_it_is_registered():
    assert registering.PROGRAMMES[PROGRAMME.code] is PROGRAMME


def test_the_books_become_figures_and_few_people_are_hidden(house, tmp_path, monkeypatch):
    tell(house)
    some = tuple(each for each in PROGRAMME.indicators if each.code in FEW)
    done = build(tmp_path, monkeypatch, replace(PROGRAMME, indicators=some))
    assert (done.state, done.faults, done.done) == ("done", [], len(FEW) + len(registering.REPORTED))
    with scope.acting(JOB):
        assert set(Number.objects.values_list("code", flat=True)) == set(FEW)
        treated = Number.objects.filter(code="OST_CURR", split="{}", facility=None, unit=None)
        last = treated.filter(span="month").latest("last")
        parts = Number.objects.filter(
            code="OST_CURR", split="{}", facility__isnull=False, span="month", last=last.last,
            calendar=last.calendar,
        )  # fmt: skip
        assert 0 < last.numerator <= sum(part.numerator for part in parts)
        told = {key(row): row.numerator for row in Told.objects.filter(code="OST_CURR")}
        true = {key(row): row.numerator for row in Number.objects.filter(code="OST_CURR")}
        shown = set(Told.objects.filter(code="OST_STOCK_ML").values_list("numerator_state", flat=True))
    assert set(told.values()) == {None, 10}
    assert all(true[line] >= 8 for line, value in told.items() if value is not None)
    assert shown == {"shown"}, "medicine is nobody"
    own = queries.own(house.doctor, facility=house.a, codes=["OST_CURR"], span=Span.MONTH)
    here = house.a.pk, None, "state", "month"
    wanted = {row[4:6]: value for row, value in true.items() if row[:4] == here and row[6] == "{}"}
    assert {(each.period.year, each.period.number): each.value for each in own} == wanted
    assert max(wanted.values()) > 0
    with pytest.raises(NotAllowed):
        queries.own(house.doctor, facility=house.b, codes=["OST_CURR"], span=Span.MONTH)


def key(row):
    return row.facility_id, row.unit_id, row.calendar, row.span, row.year, row.number, row.split


@pytest.mark.long
def test_every_figure_of_treatment_can_be_built(house, tmp_path, monkeypatch):
    tell(house)
    done = build(tmp_path, monkeypatch, PROGRAMME)
    assert (done.state, done.faults) == ("done", [])
