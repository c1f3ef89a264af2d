"""The HIV indicators on DuckDB: as in plain Python, on their examples and on any rows, of several windows."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phoihop.engines.indicators import reference
from phoihop.engines.indicators.engine import Engine, check, duck, held
from phoihop.programmes.hiv import indicators
from phoihop.programmes.hiv.facts import ALL
from phoihop.programmes.hiv.tests.drawing import PERIODS, STORES

pytestmark = pytest.mark.long

SOME = settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def backend() -> Any:
    return duck(threads=1)


@pytest.mark.parametrize("indicator", indicators.ALL, ids=lambda each: f"{each.code} v{each.version}")
def test_the_worked_examples_come_out(backend, indicator):
    assert check(indicator, backend) == []


@pytest.mark.parametrize("splits", sorted({each.splits for each in indicators.ALL}), ids=" ".join)
@given(store=STORES, periods=st.lists(st.sampled_from(PERIODS), min_size=1, max_size=3, unique=True))
@SOME
def test_any_rows_come_out_as_in_plain_python(backend, splits, store, periods):
    """All indicators that are split alike, asked together, as many windows are."""
    windows = list({period.window: None for period in periods})
    asked = [each for each in indicators.ALL if each.splits == splits]
    engine = Engine(backend, held(ALL, store))
    for by in ((), ("facility", *splits)):
        for indicator, found in zip(asked, engine.compute_all(asked, windows, by), strict=True):
            expected = {window: reference.compute(indicator, store, window, by) for window in windows}
            assert found == expected, indicator.code
