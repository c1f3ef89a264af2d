"""Definitions of every room: explained, frozen, in the words that there are, one version for a window."""

import csv
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from importlib import import_module
from itertools import combinations, pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from phoihop.engines.indicators import reference
from phoihop.engines.indicators.definitions import Indicator
from phoihop.engines.indicators.facts import Kind
from phoihop.engines.indicators.parts import AGE, BANDS, CHOSEN, READ
from phoihop.engines.indicators.rows import Facts
from phoihop.engines.indicators.values import Column, OneOf
from phoihop.kernel.certainty import UNCHECKED
from tools.tree import ROOT

ROOMS: dict[str, ModuleType] = {
    path.parent.parent.name: import_module(f"phoihop.programmes.{path.parent.parent.name}.indicators")
    for path in sorted((ROOT / "src/phoihop/programmes").glob("*/indicators/__init__.py"))
}
FREE = {"person", "facility", "target_facility"}  # text that is no word of a list


def named(indicator: Indicator) -> str:
    return f"{indicator.code} v{indicator.version}"


OF = [(room, each) for room in ROOMS.values() for each in room.ALL]
EACH: Any = pytest.mark.parametrize(("room", "indicator"), OF, ids=[named(each) for _, each in OF])
OF_A_ROOM: Any = pytest.mark.parametrize("room", ROOMS.values(), ids=list(ROOMS))


def nodes(node: Any) -> Iterator[Any]:
    """A node of a definition and all under it."""
    yield node
    if isinstance(node, tuple):
        for each in node:
            yield from nodes(each)
    elif is_dataclass(node) and not isinstance(node, type):
        for each in fields(node):
            yield from nodes(getattr(node, each.name))


@EACH
def test_it_is_the_definition_for_the_windows_of_its_examples(room, indicator):
    assert [each.period for each in indicator.examples if not indicator.holds(each.period)] == []


@EACH
def test_its_examples_are_not_all_alike(room, indicator):
    """Examples that all expect one figure would let a definition through that counts nothing."""
    assert len({each.expected for each in indicator.examples}) > 1
    assert any(each.expected[0] for each in indicator.examples)


@EACH
def test_it_asks_published_facts_alone(room, indicator):
    assert set(indicator.tables.values()) <= set(room.TABLES)


@EACH
def test_it_says_by_whose_words_and_whether_they_were_read(room, indicator):
    mark = UNCHECKED if indicator in room.UNCHECKED else CHOSEN if indicator in room.CHOSEN else READ
    for said, end in ((indicator.source.vi, mark.vi), (indicator.source.en, mark.en)):
        assert said.endswith(f"({end})")
        assert len(said) > len(end) + 12


@OF_A_ROOM
def test_each_is_of_one_certainty(room):
    assert set(map(named, room.UNCHECKED)).isdisjoint(map(named, room.CHOSEN))
    assert 0 < len(room.UNCHECKED) + len(room.CHOSEN) < len(room.ALL)
    assert set(map(named, (*room.UNCHECKED, *room.CHOSEN))) <= set(map(named, room.ALL))


def test_no_name_and_no_version_stands_for_two():
    for language in ("vi", "en"):
        names = [getattr(each.name, language) for _, each in OF]
        assert len(set(names)) == len(names)
    assert len({(each.code, each.version) for _, each in OF}) == len(OF) > 60


def overlap(one: Indicator, other: Indicator) -> bool:
    """Whether both could be the definition for a window."""
    return (
        one.since <= (other.until or date.max)
        and other.since <= (one.until or date.max)
        and bool(one.spans & other.spans)
    )


def test_a_window_has_one_definition_of_a_code():
    same = [pair for pair in combinations([each for _, each in OF], 2) if pair[0].code == pair[1].code]
    assert same  # TX_CURR has two: otherwise this tries nothing
    assert [tuple(map(named, pair)) for pair in same if overlap(*pair)] == []


def test_versions_follow_one_another_without_a_gap():
    by_code: dict[str, list[Indicator]] = {}
    for _, each in sorted(OF, key=lambda pair: (pair[1].code, pair[1].version)):
        by_code.setdefault(each.code, []).append(each)
    for code, versions in by_code.items():
        assert [each.version for each in versions] == list(range(1, len(versions) + 1)), code
        for before, after in pairwise(versions):
            assert before.until is not None, code
            assert (after.since - before.until).days == 1, code


@OF_A_ROOM
def test_a_published_version_never_changes(room):
    assert room.__file__ is not None
    with Path(room.__file__).with_name("published.csv").open(encoding="utf-8", newline="") as file:
        published = {(row["code"], int(row["version"])): row["checksum"] for row in csv.DictReader(file)}
    now = {(each.code, each.version): each.checksum for each in room.ALL}
    changed = sorted(key for key in published if now.get(key) != published[key])
    assert changed == [], (
        f"{changed}: what was published counts otherwise now, or is gone. Put the old definition back, give "
        "it an 'until', and let the new way of counting be a new version from the day after."
    )
    fresh = [f"{code},{version},{now[code, version]}" for code, version in sorted(set(now) - set(published))]
    assert fresh == [], "published for the first time: add to published.csv:\n" + "\n".join(fresh)


@OF_A_ROOM
def test_every_column_of_text_has_its_words_and_no_other_has(room):
    columns = {
        (table.name, name)
        for table in room.TABLES
        for name, kind in table.columns
        if kind is Kind.TEXT and name not in FREE
    }
    assert columns == set(room.WORDS)


@OF_A_ROOM
def test_no_table_and_no_word_stands_twice_or_without_a_name(room):
    assert len({table.name for table in room.TABLES}) == len(room.TABLES)
    for words in [*room.WORDS.values(), *room.SPLITS.values()]:
        for language in ("vi", "en"):
            names = [getattr(name, language) for name in words.values()]
            assert all(names)
            assert len(set(names)) == len(names)


@OF_A_ROOM
def test_every_band_of_ages_is_a_word(room):
    assert {band for _, band in BANDS} | {"unknown"} == set(AGE) == set(room.SPLITS["age"])


@EACH
def test_its_words_and_those_of_its_examples_are_known(room, indicator):
    """A misspelt word would count nobody, in silence."""
    asked = [table for table in room.TABLES if table.name in indicator.tables]
    assert {node.table for node in nodes(indicator.measures) if isinstance(node, Facts)} == set(asked)
    for node in nodes(indicator.measures):
        if isinstance(node, OneOf):
            assert isinstance(node.value, Column)
            name = node.value.name
            known = set().union(*(room.WORDS.get((table.name, name), {}) for table in asked))
            assert set(node.options) <= known | room.MADE.get(name, set())
    for example in indicator.examples:
        for table, rows in example.rows.items():
            for row in rows:
                for name, cell in row.items():
                    assert cell is None or cell in room.WORDS.get((table, name), {cell: None})


@EACH
def test_what_examples_split_into_has_a_name(room, indicator):
    assert set(indicator.splits) <= set(room.SPLITS)
    for example in indicator.examples:
        for split in indicator.splits:
            groups = reference.compute(indicator, example.rows, example.period.window, (split,))
            assert {group for (group,) in groups} <= {None, *room.SPLITS[split]}
