"""The HIV indicators as a whole: each worked out by its examples, frozen, of one version for a window."""

import csv
from datetime import date
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest

from phoihop.engines.indicators import reference
from phoihop.engines.indicators.definitions import Indicator
from phoihop.programmes.hiv import indicators
from phoihop.programmes.hiv.facts import ALL as TABLES

PUBLISHED = Path(indicators.__file__).with_name("published.csv")


def named(indicator: Indicator) -> str:
    return f"{indicator.code} v{indicator.version}"


EACH: Any = pytest.mark.parametrize("indicator", indicators.ALL, ids=named)


@EACH
def test_its_worked_examples_come_out(indicator):
    assert reference.check(indicator) == []


@EACH
def test_it_is_the_definition_for_the_windows_of_its_examples(indicator):
    assert [each.period for each in indicator.examples if not indicator.holds(each.period)] == []


@EACH
def test_an_example_tells_it_from_counting_nothing_or_everything(indicator):
    """Examples that all expect one figure would let a definition through that counts nothing."""
    assert len({each.expected for each in indicator.examples}) > 1
    assert any(each.expected[0] for each in indicator.examples)


@EACH
def test_it_asks_published_facts_alone(indicator):
    assert set(indicator.tables.values()) <= set(TABLES)


@EACH
def test_it_says_by_whose_words_and_whether_they_were_read(indicator):
    told = {True: ("(chưa đối chiếu)", "(not checked)"), False: ("(đã đọc)", "(read)")}
    vi, en = told[indicator in indicators.UNCHECKED]
    for said, mark in ((indicator.source.vi, vi), (indicator.source.en, en)):
        assert said.endswith(mark)
        assert len(said) > len(mark) + 10


def test_whose_words_were_not_read_are_among_all():
    assert 0 < len(indicators.UNCHECKED) < len(indicators.ALL)
    assert set(map(named, indicators.UNCHECKED)) <= set(map(named, indicators.ALL))


def test_no_name_stands_for_two():
    for language in ("vi", "en"):
        names = [getattr(each.name, language) for each in indicators.ALL]
        assert len(set(names)) == len(names)


def overlap(one: Indicator, other: Indicator) -> bool:
    """Whether both could be the definition for a window."""
    return (
        one.since <= (other.until or date.max)
        and other.since <= (one.until or date.max)
        and bool(one.spans & other.spans)
    )


def test_a_window_has_one_definition_of_a_code():
    assert len({(each.code, each.version) for each in indicators.ALL}) == len(indicators.ALL)
    same = [pair for pair in combinations(indicators.ALL, 2) if pair[0].code == pair[1].code]
    assert same  # TX_CURR has two: otherwise this tries nothing
    assert [tuple(map(named, pair)) for pair in same if overlap(*pair)] == []


def test_versions_follow_one_another_without_a_gap():
    by_code: dict[str, list[Indicator]] = {}
    for each in sorted(indicators.ALL, key=lambda one: (one.code, one.version)):
        by_code.setdefault(each.code, []).append(each)
    for code, versions in by_code.items():
        assert [each.version for each in versions] == list(range(1, len(versions) + 1)), code
        for before, after in pairwise(versions):
            assert before.until is not None, code
            assert (after.since - before.until).days == 1, code


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
