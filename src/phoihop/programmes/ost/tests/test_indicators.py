"""The indicators of treatment: each worked out by its examples, frozen, in the words that there are."""

import csv
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phoihop.engines.indicators import reference
from phoihop.engines.indicators.definitions import Hiding, Indicator
from phoihop.engines.indicators.engine import Engine, check, duck, held
from phoihop.engines.indicators.facts import Kind
from phoihop.engines.indicators.rows import Facts
from phoihop.engines.indicators.values import Column, OneOf
from phoihop.programmes.ost import indicators
from phoihop.programmes.ost.indicators import days, reach, treatment
from phoihop.programmes.ost.indicators.tables import ALL, BANDS, REPORTED, WORDS
from phoihop.programmes.ost.registering import PROGRAMME
from phoihop.programmes.ost.rules.amounts import Drug
from phoihop.programmes.ost.rules.parameters import Rulebook, shipped
from phoihop.programmes.ost.rules.phases import Phase
from phoihop.programmes.ost.rules.stock import HOLDING, ON_SHELVES
from phoihop.programmes.ost.rules.stock import Kind as Place
from phoihop.programmes.ost.tests.drawing_facts import PERIODS, STORES
from phoihop.registry.registering import endings

PUBLISHED = Path(indicators.__file__).with_name("published.csv")
FREE = {"person", "facility", "target_facility"}  # text that is no word of a list
DERIVED = {"drug": {"none"}, "phase": {"none"}}
# The numerator is not among the denominator.
LOOSE = {"OST_COVERAGE", "OST_COVERAGE_FILES", "OST_STOCK_30"}


def named(indicator: Indicator) -> str:
    return f"{indicator.code} v{indicator.version}"


EACH: Any = pytest.mark.parametrize("indicator", indicators.ALL, ids=named)
EVERY = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


@EACH
def test_its_worked_examples_come_out(indicator):
    assert reference.check(indicator) == []


@EACH
def test_an_example_tells_it_from_counting_nothing_or_everything(indicator):
    assert len({each.expected for each in indicator.examples}) > 1
    assert any(each.expected[0] for each in indicator.examples)


@EACH
def test_it_asks_published_facts_alone(indicator):
    assert set(indicator.tables.values()) <= set(ALL)


@EACH
def test_it_says_by_whose_words_and_whether_they_were_read(indicator):
    marks = ("(đã đọc)", "(read)")
    if indicator in indicators.UNCHECKED:
        marks = ("(chưa đối chiếu)", "(not checked)")
    elif indicator in indicators.CHOSEN:
        marks = ("(quy ước của chương trình)", "(a choice of this program)")
    for said, mark in zip((indicator.source.vi, indicator.source.en), marks, strict=True):
        assert said.endswith(mark)
        assert len(said) > len(mark) + 10


def test_each_is_of_one_certainty():
    assert set(map(named, indicators.UNCHECKED)).isdisjoint(map(named, indicators.CHOSEN))
    assert 0 < len(indicators.UNCHECKED) + len(indicators.CHOSEN) < len(indicators.ALL)


def test_no_name_stands_for_two_and_no_code():
    for language in ("vi", "en"):
        names = [getattr(each.name, language) for each in indicators.ALL]
        assert len(set(names)) == len(names)
    assert len({(each.code, each.version) for each in indicators.ALL}) == len(indicators.ALL)
    both = [pair for pair in combinations(indicators.ALL, 2) if pair[0].code == pair[1].code]
    assert [pair for pair in both if pair[0].until is None and pair[1].until is None] == []


def test_a_published_version_never_changes():
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        published = {(row["code"], int(row["version"])): row["checksum"] for row in csv.DictReader(file)}
    now = {(each.code, each.version): each.checksum for each in indicators.ALL}
    changed = sorted(key for key in published if now.get(key) != published[key])
    assert changed == [], (
        f"{changed}: what was published counts otherwise now, or is gone. Put the old definition back, give "
        "it an 'until', and let the new way of counting be a new version from the day after."
    )
    fresh = [f"{code},{version},{now[code, version]}" for code, version in sorted(set(now) - set(published))]
    assert fresh == [], "published for the first time: add to published.csv:\n" + "\n".join(fresh)


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
    for words in [*WORDS.values(), *indicators.SPLITS.values()]:
        for language in ("vi", "en"):
            names = [getattr(name, language) for name in words.values()]
            assert all(names)
            assert len(set(names)) == len(names)


def test_words_are_those_of_the_rules():
    assert set(WORDS["ost.dose", "drug"]) == set(Drug)
    assert set(WORDS["ost.order", "phase"]) == set(Phase) - {Phase.ENDED}
    assert set(WORDS["ost.spell", "how"]) == set(endings(PROGRAMME.code)) - {"error"}
    assert set(WORDS["ost.move", "source"]) == set(Place)
    assert set(WORDS["ost.shelf", "place"]) == set(HOLDING)
    assert {band for _, band in BANDS} | {"unknown"} == set(indicators.SPLITS["age"])


@EACH
def test_definitions_and_examples_use_the_words_that_there_are(indicator):
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


@EACH
def test_what_examples_split_into_has_a_name(indicator):
    assert set(indicator.splits) <= set(indicators.SPLITS)
    for example in indicator.examples:
        for split in indicator.splits:
            groups = reference.compute(indicator, example.rows, example.period.window, (split,))
            assert {group for (group,) in groups} <= {None, *indicators.SPLITS[split]}


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


def test_what_is_reported_by_hand_says_so():
    """A number of no records must not pass for one of ours."""
    for each in indicators.ALL:
        if REPORTED.name in each.tables:
            assert "báo cáo tay" in each.source.vi
            assert "by hand" in each.source.en
    assert REPORTED.name in reach.OST_COVERAGE.tables


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
def test_its_worked_examples_come_out_on_duckdb(backend, indicator):
    assert check(indicator, backend) == []


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
