"""The indicators of treatment: in the words and by the values of its rules, in balance, on DuckDB too."""

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phoihop.engines.indicators import reference
from phoihop.engines.indicators.definitions import Hiding, Indicator
from phoihop.engines.indicators.engine import Engine, duck, held
from phoihop.programmes.ost import indicators
from phoihop.programmes.ost.indicators import days, treatment
from phoihop.programmes.ost.indicators.tables import WORDS
from phoihop.programmes.ost.registering import PROGRAMME
from phoihop.programmes.ost.rules.amounts import Drug
from phoihop.programmes.ost.rules.parameters import Rulebook, shipped
from phoihop.programmes.ost.rules.phases import Phase
from phoihop.programmes.ost.rules.stock import HOLDING, ON_SHELVES
from phoihop.programmes.ost.rules.stock import Kind as Place
from phoihop.programmes.ost.tests.drawing_facts import PERIODS, STORES
from phoihop.registry.registering import endings

# The numerator is not among the denominator.
LOOSE = {"OST_STOCK_30"}


def named(indicator: Indicator) -> str:
    return f"{indicator.code} v{indicator.version}"


EACH: Any = pytest.mark.parametrize("indicator", indicators.ALL, ids=named)
EVERY = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


def test_words_are_those_of_the_rules():
    assert set(WORDS["ost.dose", "drug"]) == set(Drug)
    assert set(WORDS["ost.order", "phase"]) == set(Phase) - {Phase.ENDED}
    assert set(WORDS["ost.spell", "how"]) == set(endings(PROGRAMME.code)) - {"error"}
    assert set(WORDS["ost.move", "source"]) == set(Place)
    assert set(WORDS["ost.shelf", "place"]) == set(HOLDING)


@pytest.mark.parametrize("drug", Drug)
def test_the_mark_of_an_adequate_dose_is_the_rule_in_force(drug):
    found = Rulebook(shipped(), ()).find(f"quality.adequate_above.{drug}", days.OST_DOSE_ADEQUATE.since)
    assert found is not None
    assert found.counts
    assert found.value == days.ADEQUATE_ABOVE[drug.value]


def test_who_is_away_is_as_the_rule_says():
    found = Rulebook(shipped(), ()).find("quality.gone_after", date(2026, 1, 1))
    assert found is not None
    assert found.value == treatment.GONE_AFTER


def test_only_stock_is_of_no_person():
    shown = {each.code for each in indicators.ALL if each.hiding is Hiding.NOTHING}
    assert shown == {"OST_STOCK_ML"}
    assert {place.value for place in ON_SHELVES} == {"store", "daily-cabinet", "point"}


@given(STORES, st.sampled_from(PERIODS))
@EVERY
def test_a_part_is_no_more_than_its_whole(store, period):
    for each in indicators.ALL:
        if each.denominator is not None and each.code not in LOOSE:
            for figure in reference.compute(each, store, period.window, ("facility",)).values():
                assert figure.denominator is not None
                assert 0 <= figure.numerator <= figure.denominator, each.code


@given(STORES, st.sampled_from(PERIODS))
@EVERY
def test_days_with_and_without_a_dose_are_all_days(store, period):
    dosed, missed = (
        reference.compute(each, store, period.window)[()]
        for each in (days.OST_DAYS_DOSED, days.OST_DAYS_MISSED)
    )
    assert dosed.denominator == missed.denominator == dosed.numerator + missed.numerator


@given(STORES, st.sampled_from(PERIODS))
@EVERY
def test_with_take_home_medicine_and_without_are_all(store, period):
    parts = [
        reference.compute(each, store, period.window)[()]
        for each in (days.OST_TH_MISSED_ANY, days.OST_OTHER_MISSED_ANY)
    ]
    whole = reference.compute(days.OST_MISSED_ANY, store, period.window)[()]
    assert sum(each.numerator for each in parts) == whole.numerator
    assert sum(each.denominator or 0 for each in parts) == whole.denominator


@pytest.fixture(scope="module")
def backend() -> Any:
    return duck(threads=1)


@pytest.mark.long
@EACH
@given(store=STORES, periods=st.lists(st.sampled_from(PERIODS), min_size=1, max_size=3, unique=True))
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
def test_it_comes_out_on_duckdb_as_in_plain_python(backend, indicator, store, periods):
    windows = list({period.window: None for period in periods})
    engine = Engine(backend, held(indicator.tables.values(), store))
    for by in ((), ("facility", *indicator.splits)):
        found = engine.compute(indicator, windows, by)
        assert found == {window: reference.compute(indicator, store, window, by) for window in windows}
