"""The HIV indicators on DuckDB: as in plain Python, on their examples and on any rows, of several windows."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phoihop.engines.indicators import reference
from phoihop.engines.indicators.engine import Engine, check, duck, held
from phoihop.programmes.hiv import indicators
from phoihop.programmes.hiv.tests.drawing import PERIODS, STORES

pytestmark = pytest.mark.long

EACH: Any = pytest.mark.parametrize(
    "indicator", indicators.ALL, ids=lambda each: f"{each.code} v{each.version}"
)
SOME = settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def backend() -> Any:
    return duck(threads=1)


@EACH
def test_its_worked_examples_come_out(backend, indicator):
    assert check(indicator, backend) == []


@EACH
@given(store=STORES, periods=st.lists(st.sampled_from(PERIODS), min_size=1, max_size=3, unique=True))
@SOME
def test_it_comes_out_as_in_plain_python(backend, indicator, store, periods):
    windows = list({period.window: None for period in periods})
    engine = Engine(backend, held(indicator.tables.values(), store))
    for by in ((), ("facility", *indicator.splits)):
        found = engine.compute(indicator, windows, by)
        assert found == {window: reference.compute(indicator, store, window, by) for window in windows}
