"""The fast engine gives what the plain one gives, whatever the definition and the facts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.engines.indicators import reference
from phoihop.engines.indicators.engine import Engine, check, duck, held
from phoihop.engines.indicators.tests.drawing import STORES, TABLES, WINDOWS, definitions
from phoihop.engines.indicators.tests.making import indicator


@pytest.fixture(scope="module")
def backend():
    return duck()


def test_the_worked_examples_come_out(backend):
    assert check(indicator(), backend) == []


@given(definitions(), STORES, WINDOWS, st.data())
def test_any_definition_comes_out_as_in_plain_python(backend, definition, store, windows, data):
    shared = set.intersection(*({*each.rows.columns()} for each in definition.measures))
    by = data.draw(st.lists(st.sampled_from(sorted(shared)), max_size=2, unique=True))
    found = Engine(backend, held(TABLES, store)).compute(definition, windows, by)
    assert found == {window: reference.compute(definition, store, window, by) for window in windows}
