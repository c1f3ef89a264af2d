"""Told apart in several ways at once, figures are what each way gives by itself."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phoihop.engines.indicators.batching import Size
from phoihop.engines.indicators.definitions import PLACE
from phoihop.engines.indicators.engine import Engine, duck, held
from phoihop.engines.indicators.facts import Kind
from phoihop.engines.indicators.reference import UNIT
from phoihop.engines.indicators.rows import Count, Facts, Persons, Where
from phoihop.engines.indicators.tests.drawing import EMPTY, GIVEN, STORES, TABLES, TEXTS, WINDOWS, definitions
from phoihop.engines.indicators.tests.making import indicator
from phoihop.engines.indicators.values import Column, within

SIZES = st.dictionaries(st.sampled_from([each.name for each in TABLES]), st.just(Size(10**12, 10**10)))
BORDERS = st.dictionaries(st.sampled_from(TEXTS), st.lists(st.sampled_from("uvw"), max_size=3))
FEW = settings(max_examples=settings().max_examples // 4)


@pytest.fixture(scope="module")
def backend():
    return duck()


def alike(backend, some, store, windows, borders, splits, sizes):
    engine = Engine(backend, held(TABLES, store), sizes=sizes)
    ways = [(*by, *split) for by in ((), (PLACE,), (UNIT,)) for split in ((), *((each,) for each in splits))]
    found = engine.compute_ways(some, windows, ways, borders)
    for number, by in enumerate(ways):
        alone = engine.compute_all(some, windows, by, borders if UNIT in by else None)
        for which in range(len(some)):
            for window in windows:
                assert shown(found[which][number][window]) == shown(alone[which][window]), by


def shown(figures):
    """Without groups in which nothing was counted."""
    return {
        group: figure
        for group, figure in figures.items()
        if figure.numerator or figure.denominator
    }  # fmt: skip


@FEW
@given(definitions(), STORES, WINDOWS, BORDERS, SIZES)
def test_any_definition_gives_the_same(backend, definition, store, windows, borders, sizes):
    columns = [set(measure.rows.columns().items()) for measure in definition.measures]
    texts = {name for name, kind in set.intersection(*columns) if kind is Kind.TEXT}
    splits = sorted(texts - {PLACE})[:2]
    alike(backend, [definition], store, windows, borders, splits, sizes)


@FEW
@given(STORES, WINDOWS, BORDERS, SIZES)
def test_people_of_two_facilities_and_groups_count_once(backend, store, windows, borders, sizes):
    rows = Where(Facts(GIVEN), within(Column("day")))
    people = indicator(numerator=Persons(rows), examples=EMPTY)
    events = replace(people, code="EVENTS", numerator=Count(rows))
    alike(backend, [people, events], store, windows, borders, ["sex"], sizes)
