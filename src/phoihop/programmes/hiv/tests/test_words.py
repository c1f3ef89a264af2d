"""Words of columns: a misspelt one would count nobody, in silence."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from phoihop.engines.indicators import reference
from phoihop.engines.indicators.definitions import Indicator
from phoihop.engines.indicators.facts import Kind
from phoihop.engines.indicators.rows import Facts
from phoihop.engines.indicators.values import Column, OneOf
from phoihop.programmes.hiv import indicators
from phoihop.programmes.hiv.facts import ALL, BANDS, WORDS

FREE = {"person", "facility"}  # text that is no word of a list
DERIVED = {"how": {"new", "returned", "arrived"} | set(WORDS["hiv.end", "how"])}


def nodes(node: Any) -> Iterator[Any]:
    """A node of a definition and all under it."""
    yield node
    if isinstance(node, tuple):
        for each in node:
            yield from nodes(each)
    elif is_dataclass(node) and not isinstance(node, type):
        for each in fields(node):
            yield from nodes(getattr(node, each.name))


def test_every_column_of_text_has_its_words_and_no_other_has():
    columns = {
        (table.name, name)
        for table in ALL
        for name, kind in table.columns
        if kind is Kind.TEXT and name not in FREE
    }
    assert columns == set(WORDS)


def test_no_table_and_no_word_stands_twice_or_without_a_name():
    assert len({table.name for table in ALL}) == len(ALL)
    for words in [*WORDS.values(), *indicators.SPLITS.values()]:
        for language in ("vi", "en"):
            names = [getattr(name, language) for name in words.values()]
            assert all(names)
            assert len(set(names)) == len(names)


def test_every_band_of_ages_is_a_word():
    assert {band for _, band in BANDS} | {"unknown"} == set(indicators.SPLITS["age"])


@pytest.mark.parametrize("indicator", indicators.ALL, ids=lambda each: f"{each.code} v{each.version}")
def test_definitions_and_examples_use_the_words_that_there_are(indicator: Indicator):
    asked = [table for table in ALL if table.name in indicator.tables]
    assert {node.table for node in nodes(indicator.measures) if isinstance(node, Facts)} == set(asked)
    for node in nodes(indicator.measures):
        if isinstance(node, OneOf):
            assert isinstance(node.value, Column)
            name = node.value.name
            known = set().union(*(WORDS.get((table.name, name), {}) for table in asked))
            assert set(node.options) <= known | DERIVED.get(name, set())
    for example in indicator.examples:
        for table, rows in example.rows.items():
            for row in rows:
                for name, cell in row.items():
                    assert cell is None or cell in WORDS.get((table, name), {cell: None})


@pytest.mark.parametrize("indicator", indicators.ALL, ids=lambda each: f"{each.code} v{each.version}")
def test_what_examples_split_into_has_a_name(indicator: Indicator):
    assert set(indicator.splits) <= set(indicators.SPLITS)
    for example in indicator.examples:
        for split in indicator.splits:
            groups = reference.compute(indicator, example.rows, example.period.window, (split,))
            assert {group for (group,) in groups} <= {None, *indicators.SPLITS[split]}
