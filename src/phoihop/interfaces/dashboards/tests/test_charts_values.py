"""Values that do not fit together refuse to exist, each saying why."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from phoihop.engines.indicators.disclosing import State
from phoihop.interfaces.dashboards.charts.values import (
    Ahead,
    Band,
    Cell,
    Chart,
    Kind,
    Place,
    not_known,
    shown,
)
from phoihop.interfaces.dashboards.tests import charting
from phoihop.kernel.refusals import Bilingual

WORDS = Bilingual("x", "x")
ONE = Decimal(1)


@pytest.mark.parametrize(
    "given",
    [
        {"value": ONE, "state": State.SMALL, "why": WORDS},
        {"value": None, "state": State.SMALL},
        {"value": None, "state": State.PROTECTING},
        {"value": None, "state": State.WITHHELD, "why": WORDS, "least": ONE},
        {"value": ONE, "state": None},
        {"value": None},
        {"value": None, "state": State.ROUNDED},
        {"value": ONE, "least": ONE},
        {"value": ONE, "state": State.BAND, "least": ONE},
        {"value": None, "state": State.BAND},
        {"value": None, "state": State.BAND, "least": Decimal(2), "most": ONE},
        {"value": Decimal("NaN")},
        {"value": Decimal("Infinity")},
    ],
)
def test_a_cell_that_says_two_things_is_refused(given: dict[str, Any]):
    with pytest.raises(ValueError, match=r"."):
        Cell(words=WORDS, **given)


@pytest.mark.parametrize(
    ("value", "unit", "vi", "en"),
    [
        (1209, None, "1.209", "1.209"),
        (Decimal("92.5"), charting.PERCENT, "92,5\u00a0%", "92,5\u00a0%"),
        (Decimal("92.50"), charting.PERCENT, "92,5\u00a0%", "92,5\u00a0%"),
        (1210, charting.PEOPLE, "1.210\u00a0người", "1.210\u00a0people"),
        (0, charting.DAYS, "0\u00a0ngày", "0\u00a0days"),
    ],
)
def test_figures_are_written_alike_in_both_languages(value: Any, unit: Bilingual | None, vi: str, en: str):
    assert shown(value, unit).words == Bilingual(vi, en)


def test_what_is_hidden_is_known_and_what_is_not_known_is_not_hidden():
    assert charting.HIDDEN.hidden
    assert not not_known().hidden
    assert not charting.BETWEEN.hidden


BANDS = charting.BANDS


@pytest.mark.parametrize(
    ("make", "change", "said"),
    [
        (charting.bars, {"key": ""}, "a key"),
        (charting.bars, {"key": "a b"}, "a key"),
        (charting.bars, {"key": "số-liệu"}, "a key"),
        (charting.bars, {"key": "../x"}, "a key"),
        (charting.bars, {"labels": ()}, "labels and series"),
        (charting.bars, {"series": ()}, "labels and series"),
        (charting.bars, {"labels": charting.bars().labels[1:]}, "one for each label"),
        (charting.bars, {"targets": (ONE,)}, "one for each label"),
        (charting.bars, {"targets": (ONE,) * 8}, "one target or one for each"),
        (charting.bars, {"series": charting.bars().series * 5}, "4 series at most"),
        (charting.trend, {"completeness": (Decimal(101),) * 13}, "share of reports"),
        (charting.trend, {"completeness": (Decimal(100),) * 12}, "one for each label"),
        (charting.stock, {"series": charting.stock().series * 2}, "one series"),
        (charting.cascade, {"series": charting.cascade().series * 2}, "one series"),
        (charting.pairs, {"series": charting.pairs().series[:1]}, "two series"),
        (charting.funnel, {"around": None}, "the share of the whole"),
        (charting.funnel, {"around": Decimal(101)}, "the share of the whole"),
        (charting.funnel, {"series": charting.one(*[shown(101)] * 8)}, "shares, in percent"),
        (charting.places, {"bands": ()}, "bands"),
        (charting.places, {"bands": BANDS * 2}, "bands"),
        (charting.places, {"bands": (BANDS[0], BANDS[2])}, "follow one another"),
        (charting.places, {"places": ()}, "places, or shapes"),
        (charting.places, {"shapes": {}}, "places, or shapes"),
        (charting.shapes, {"codes": ()}, "a code for each shape"),
    ],
)
def test_a_chart_that_does_not_fit_is_refused(make: Any, change: dict[str, Any], said: str):
    with pytest.raises(ValueError, match=said):
        replace(make(), **change)


@pytest.mark.parametrize("make", charting.ALL)
def test_the_samples_of_every_kind_stand(make: Any):
    assert isinstance(make(), Chart)


def test_there_is_a_sample_of_every_kind():
    assert {make().kind for make in charting.ALL} == set(Kind)


def test_what_is_expected_lies_in_its_interval():
    with pytest.raises(ValueError, match="within its interval"):
        Ahead(charting.label("x"), shown(5), Decimal(6), Decimal(7))
    with pytest.raises(ValueError, match="within its interval"):
        Ahead(charting.label("x"), not_known(), Decimal(6), Decimal(7))


@pytest.mark.parametrize(("x", "y"), [("181", "0"), ("0", "-91")])
def test_no_place_beyond_the_earth(x: str, y: str):
    with pytest.raises(ValueError, match="no place"):
        Place(Decimal(x), Decimal(y))


@pytest.mark.parametrize(
    ("value", "inside"), [("49.9", False), ("50", True), ("79.9", True), ("80", False), ("0", False)]
)
def test_a_band_begins_at_its_least(value: str, inside: bool):
    assert (Decimal(value) in BANDS[1]) is inside


def test_the_last_band_has_no_end():
    assert Decimal(10**9) in Band(ONE, None, WORDS)
