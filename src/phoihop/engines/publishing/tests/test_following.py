"""Figures counted on after what changed are those of counting everything anew, in the tables themselves."""

from datetime import date
from decimal import Decimal
from random import Random

import pytest

from phoihop.base.security import scope
from phoihop.engines.indicators.definitions import Unit
from phoihop.engines.indicators.engine import Engine
from phoihop.engines.indicators.refreshing import Refresh
from phoihop.engines.indicators.rows import Count, Persons, Where
from phoihop.engines.indicators.values import Column, OneOf
from phoihop.engines.publishing import registering, telling
from phoihop.engines.publishing.fences import JOB
from phoihop.engines.publishing.models import Number, Standing, Told
from phoihop.engines.publishing.tests import making
from phoihop.engines.publishing.tests.making import KNOWN, SEEN, VISITS
from phoihop.engines.publishing.tests.test_building import rows, true

WOMEN = making.indicator("WOMEN", Persons(Where(making._IN, OneOf(Column("sex"), ("f",)))))
MET = making.indicator("MET", Count(Where(making._EVER, OneOf(Column("sex"), ("f", "m")))), Unit.EVENTS)


@pytest.fixture
def source(made):
    found = making.filled(made)
    registering.register(making.programme(found, SEEN, KNOWN, VISITS, WOMEN, MET))
    return found


@pytest.fixture
def counted(monkeypatch):
    """What engines were asked: codes and windows."""
    asked = []
    real = Engine.compute_ways

    def compute_ways(self, indicators, windows, *given):
        asked.append((indicators[0].code, len(windows)))
        return real(self, indicators, windows, *given)

    monkeypatch.setattr(Engine, "compute_ways", compute_ways)
    return asked


def anew(built):
    """Everything counted as if nothing had been before."""
    with scope.acting(JOB):
        Standing.objects.update(counted="")
    assert built().state == "done"


def alter(source, made, chance):
    """Some rows are corrected, moved, taken out or come late."""
    month = chance.choice(sorted(source.visits))
    for _ in range(chance.randrange(1, 4)):
        rows = source.visits[month]
        at = chance.randrange(len(rows))
        match chance.randrange(4):
            case 0:
                del rows[at]
            case 1:
                rows[at] = {**rows[at], "sex": chance.choice(["f", "m", None])}
            case 2:
                rows[at] = {**rows[at], "facility": str(chance.choice(made.facilities).pk)}
            case 3:
                day = date.fromisoformat(f"{month}-{chance.randrange(1, 28):02}")
                source.add(chance.choice(made.facilities).pk, 1, day, chance.choice("fm"), who=f"new{at}-")


@pytest.mark.parametrize("seed", range(3))
def test_after_any_corrections_the_tables_are_those_of_a_rebuild(made, source, built, counted, seed):
    chance = Random(seed)
    built()
    for _ in range(2):
        alter(source, made, chance)
        counted.clear()
        assert built().state == "done"
        some = sum(windows for code, windows in counted if code == "SEEN")
        on = rows(Number), rows(Told)
        counted.clear()
        anew(built)
        assert on == (rows(Number), rows(Told))
        assert some < sum(windows for code, windows in counted if code == "SEEN"), "it was counted on"


def test_what_touches_no_window_costs_nothing(made, source, built, counted, monkeypatch):
    """The running month is not over: tonight's rows are of no figure yet."""
    built()
    counted.clear()
    source.add(made.facilities[0].pk, 3, date(2026, 4, 19), who="today")
    monkeypatch.setattr(telling, "told", lambda cells: pytest.fail("told again"))
    with scope.acting(JOB):
        before = dict(Standing.objects.values_list("code", "counted"))
    assert built().state == "done"
    assert counted == []
    with scope.acting(JOB):
        after = dict(Standing.objects.values_list("code", "counted"))
    assert all(after[code] != before[code] for code in before), "and it is known of which facts they are"


def test_a_correction_is_not_missed_after_a_night_of_none(made, source, built):
    built()
    source.add(made.facilities[0].pk, 3, date(2026, 4, 19), who="today")
    built()
    source.add(made.facilities[0].pk, 1, date(2026, 3, 3), who="late")
    built()
    assert true().numerator == 89


def test_figures_two_states_behind_are_counted_anew(made, source, built, monkeypatch):
    """A figure failed while facts changed twice: what it was counted from is gone."""
    built()
    with scope.acting(JOB):
        kept = Standing.objects.get(code="SEEN").counted
    for day in (3, 4):
        source.add(made.facilities[0].pk, 1, date(2026, 3, day), who=f"late{day}-")
        built()
    with scope.acting(JOB):
        Standing.objects.filter(code="SEEN").update(counted=kept)
        Number.objects.filter(code="SEEN").update(numerator=Decimal(1))
    source.add(made.facilities[0].pk, 1, date(2026, 3, 5), who="late5-")
    built()
    assert true().numerator == 91


def test_a_facility_that_moved_is_counted_anew(made, source, built, monkeypatch):
    built()
    monkeypatch.setattr(Refresh, "plan", lambda *given: pytest.fail("other places, other figures"))
    with scope.acting(JOB):
        moved = made.facilities[2]
        moved.unit = made.communes[0]
        moved.save()
    built()
    assert true(unit=made.communes[0]).numerator == 88
