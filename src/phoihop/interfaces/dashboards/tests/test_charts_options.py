"""What is drawn: figures at their places, hidden ones nowhere, every word in the page's language."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from phoihop.engines.indicators.definitions import Better
from phoihop.engines.indicators.disclosing import State
from phoihop.interfaces.dashboards.charts import outlines
from phoihop.interfaces.dashboards.charts.options import drawn
from phoihop.interfaces.dashboards.charts.parts import ALARM, COLOURS, FIRST, GOOD, QUIET, STRONG_LINE, TARGET
from phoihop.interfaces.dashboards.charts.remarks import remarks
from phoihop.interfaces.dashboards.charts.values import Cell, Place, shown
from phoihop.interfaces.dashboards.tests import charting
from phoihop.kernel.refusals import Bilingual

TOKENS = Path(__file__).parents[3] / "engines/ui/static/ui"


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)


def values(series: dict[str, Any]) -> list[Any]:
    return [item["value"] if isinstance(item, dict) else item for item in series["data"]]


@pytest.mark.parametrize("make", charting.ALL)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_options_are_plain_json_without_motion(make: Any, lang: str):
    made = drawn(make(), lang)
    assert json.loads(json.dumps(made)) == made
    assert made["option"]["animation"] is False
    assert made["option"]["tooltip"]["renderMode"] == "richText"
    assert made["option"]["aria"]["label"]["description"].startswith(made["title"])


@pytest.mark.parametrize("make", charting.ALL)
def test_colours_are_names_that_both_themes_have(make: Any):
    made = drawn(make())
    used = {each[4:-1] for each in strings(made["option"]) if each.startswith("var(")}
    assert used
    for sheet in ("tokens.css", "tokens-dark.css"):
        text = (TOKENS / sheet).read_text(encoding="utf-8")
        assert [name for name in used if f"{name}:" not in text] == []
    assert not [each for each in strings(made["option"]) if each.startswith(("#", "rgb"))]


@pytest.mark.parametrize("make", charting.ALL)
def test_each_row_of_the_table_can_be_stopped_at_and_points_to_what_is_drawn(make: Any):
    chart = make()
    made = drawn(chart)
    assert len(made["stops"]) == len(chart.labels) + (chart.ahead is not None)
    for stop in made["stops"]:
        assert len(stop["lines"]) >= 2
        if stop["at"] is not None and not made["across"]:
            series, item = stop["at"]
            assert item < len(made["option"]["series"][series]["data"])


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("sheet", ["tokens.css", "tokens-dark.css"])
def test_what_is_drawn_stands_out_from_the_paper_in_both_themes(sheet: str):
    known = dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{6});", (TOKENS / sheet).read_text(encoding="utf-8")))
    paper = _luminance(known["--paper"])
    for token in (*COLOURS, FIRST, TARGET, ALARM, GOOD, QUIET, STRONG_LINE):
        both = sorted((_luminance(known[token[4:-1]]), paper))
        assert (both[1] + 0.05) / (both[0] + 0.05) >= 3, token


def test_the_better_side_of_a_funnel_is_no_alarm():
    alarms = {}
    for better in Better:
        outside = drawn(replace(charting.funnel(), better=better))["option"]["series"][1]["data"]
        alarms[better] = [item["itemStyle"].get("color") == ALARM for item in outside]
    assert alarms == {  # two above, one below
        Better.MORE: [False, False, True],
        Better.LESS: [True, True, False],
        Better.NEITHER: [False, False, False],
    }


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (charting.trend, ["Cột gạch chéo", "Hình thoi rỗng"]),
        (charting.bars, ["Ô gạch chéo"]),
        (charting.stock, []),
        (charting.funnel, ["quanh mức chung 87 %"]),
        (charting.places, ["theo tọa độ", "1 đơn vị chưa có tọa độ", "khung riêng"]),
        (charting.shapes, ["khung riêng"]),
    ],
)
def test_a_drawing_that_needs_explaining_is_explained(make: Any, said: list[str]):
    found = remarks(make())
    assert len(found) == len(said)
    for each, part in zip(found, said, strict=True):
        assert part in each.vi
        assert "{" not in each.vi + each.en


def test_a_trend_draws_what_is_known_and_says_the_rest():
    made = drawn(charting.trend())
    line, expected, interval, unshown, target, strip = made["option"]["series"]
    assert values(line)[:5] == [1209, 1240, 1255, None, 1268]
    assert values(line)[-1] is None
    assert values(expected) == [[12, 1391], [13, 1412]]
    assert values(interval) == [[13, 1386], [13, 1441]]
    assert [(item["value"][0], item["label"]["formatter"]) for item in unshown["data"]] == [(3, "‹8")]
    assert set(values(target)) == {1450}
    assert len(values(target)) == 14
    assert values(strip)[3] == 62
    assert strip["data"][9]["label"]["formatter"] == "?"
    assert made["option"]["xAxis"][0]["data"][0] == "10/25"


def test_targets_that_change_are_a_step_line():
    chart = replace(charting.trend(), target=None, targets=(None, *[Decimal(1300)] * 6, *[Decimal(1450)] * 6))
    target = drawn(chart)["option"]["series"][4]
    assert target["step"] == "middle"
    assert values(target) == [None, *[1300] * 6, *[1450] * 6, None]


def test_a_bar_has_no_length_where_nothing_is_shown_and_a_band_floats():
    made = drawn(charting.bars())
    before, bars, ticks = made["option"]["series"]
    assert values(before) == [0, 0, 0, 25, 0, 0, 0, 0]
    assert values(bars) == [97.5, 92, 88.4, 20, 71, 40, 0, 0]
    assert values(ticks) == [[90, row] for row in range(8)]
    assert made["option"]["yAxis"][1]["data"][3:] == [
        "25–45",
        "71\u00a0%",
        "40\u00a0%",
        "‹8",
        "chưa có số liệu",
    ]


def test_a_band_without_an_end_is_drawn_to_its_least_in_a_broken_line():
    words = Bilingual("từ 25 trở lên", "25 and more")
    cell = Cell(None, words, Bilingual("x", "x"), least=Decimal(25), state=State.BAND)
    chart = replace(charting.bars(), series=charting.one(*[cell] * 8))
    bars = drawn(chart)["option"]["series"][0]
    assert values(bars) == [25] * 8
    assert bars["data"][0]["itemStyle"]["borderType"] == "dashed"


def test_stock_under_the_target_is_marked_by_pattern_and_word():
    made = drawn(charting.stock())
    items = made["option"]["series"][0]["data"]
    assert ["itemStyle" in item for item in items] == [True, True, False, False, False]
    assert items[0]["itemStyle"]["decal"]
    assert made["option"]["yAxis"][1]["data"][:3] == [
        "4\u00a0ngày · dưới mức",
        "12\u00a0ngày · dưới mức",
        "31\u00a0ngày",
    ]


def test_two_series_differ_in_pattern_and_colour():
    first, second = drawn(charting.pairs())["option"]["series"][:2]
    assert first["itemStyle"]["color"] != second["itemStyle"]["color"]
    assert "decal" not in first["itemStyle"]
    assert "decal" in second["itemStyle"]


def test_words_of_a_pair_stand_behind_their_bars_and_the_target():
    chart = replace(charting.pairs(), target=Decimal(500))
    said = [each for each in drawn(chart)["option"]["series"] if each.get("z") == 7]
    for series, words in zip(chart.series, said, strict=True):
        assert [each["label"]["formatter"] for each in words["data"]] == [
            cell.words.vi for cell in series.cells
        ]
        for cell, (across, _) in zip(series.cells, values(words), strict=True):
            assert across >= max(500, cell.value or 0)
    assert said[0]["label"]["offset"][1] < said[1]["label"]["offset"][1]


def test_what_is_written_beneath_a_line_has_room_and_no_axis_goes_below_nothing():
    def gap(chart):
        return drawn(chart)["option"]["yAxis"][0].get("boundaryGap")

    assert gap(charting.trend()) == ["15%", 0]
    low = replace(charting.trend().series[0], cells=(shown(1), *charting.trend().series[0].cells[1:]))
    assert gap(replace(charting.trend(), series=(low,))) is None
    known = tuple(cell for cell in charting.trend().series[0].cells if not cell.hidden and cell.value)
    plain = replace(
        charting.trend(),
        labels=charting.trend().labels[: len(known)],
        completeness=(),
        series=(replace(charting.trend().series[0], cells=known),),
        ahead=None,
    )
    assert gap(plain) is None


def test_a_cascade_has_a_target_of_its_own_for_each_step():
    made = drawn(charting.cascade(), "en")
    bars, ticks = made["option"]["series"]
    assert values(bars) == [1890, 1520, 1475]
    assert values(ticks) == [[0, 1900], [1, 1805], [2, 1715]]
    assert made["option"]["xAxis"][0]["data"][0].splitlines() == [
        "{figure|1.890\u00a0people}", "Know their status", "Target:", "1.900\u00a0people"
    ]  # fmt: skip


def test_a_funnel_tells_units_apart_by_shape():
    made = drawn(charting.funnel())
    within, outside, far = made["option"]["series"][:3]
    assert {each["symbol"] for each in (within, outside, far)} == {"circle", "triangle", "diamond"}
    assert values(within) == [[3, 33.3]]
    assert values(outside) == [[100, 96], [190, 93.7], [30, 66.7]]
    assert values(far) == [[60, 100], [300, 80], [20, 55]]
    assert made["stops"][-1]["at"] is None  # hidden: spoken, drawn nowhere
    lines = made["option"]["series"][3:]
    assert [len(line["data"]) > 2 for line in lines] == [False, True, True, True, True]
    assert made["option"]["yAxis"][0]["max"] == 100


def test_a_map_puts_units_at_their_places_and_names_both_archipelagos():
    for make, lang in ((charting.places, "vi"), (charting.shapes, "vi"), (charting.places, "en")):
        made = drawn(make(), lang)
        said = " ".join(strings(made["option"])).replace("\n", " ")
        assert "Hoàng Sa" in said
        assert "Trường Sa" in said
        assert {"hoang-sa", "truong-sa"} < set(made["maps"])
    marks = drawn(charting.places())["option"]["series"]
    assert [len(each["data"]) for each in marks[:5]] == [1, 2, 1, 2, 1]
    assert drawn(charting.places())["stops"][7]["at"] is None


def test_areas_are_filled_by_band_and_hold_nothing_else_of_the_file():
    made = drawn(charting.shapes())
    areas = made["option"]["series"][0]["data"]
    assert areas[4]["label"]["formatter"].endswith("\n‹8")
    assert areas[4]["value"] is None
    fills = [json.dumps(each["itemStyle"], sort_keys=True) for each in areas]
    assert fills[0] == fills[5]  # both at 90 and more
    assert len(set(fills)) == 5  # four bands, and what is not shown
    assert "secret" not in json.dumps(made)


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"type": "FeatureCollection", "features": []},
        {"type": "FeatureCollection", "features": [{"properties": {"code": "a"}, "geometry": None}]},
        {"type": "FeatureCollection", "features": [{"properties": {}, "geometry": {"type": "Polygon"}}]},
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "properties": {"code": "a"},
                    "geometry": {"type": "Polygon", "coordinates": [[[500000, 2400000], [500001, 2400000]]]},
                }
            ],
        },
    ],
)
def test_outlines_that_are_none_are_refused(broken: dict[str, Any]):
    with pytest.raises(ValueError, match=r"features|area|degrees"):
        outlines.cleaned(broken)


def test_a_frame_holds_all_points_with_room_around():
    (west, east), (south, north) = outlines.edges([(103.0, 22.0), (104.0, 22.5)])
    assert west < 103 < 104 < east
    assert south < 22 < 22.5 < north
    (west, east), _ = outlines.edges([(103.0, 22.0)])
    assert round(east - west, 5) == 0.15
    with pytest.raises(ValueError, match="nothing"):
        outlines.frame([])


def test_units_without_any_place_still_have_a_map():
    made = drawn(replace(charting.places(), places=(None,) * 8))
    assert [stop["at"] for stop in made["stops"]] == [None] * 8


def test_one_unit_alone_has_a_map():
    chart = replace(
        charting.places(),
        labels=charting.places().labels[:1],
        series=charting.one(shown(95)),
        places=(Place(Decimal("103.4"), Decimal("22.3")),),
    )
    assert drawn(chart)["stops"][0]["at"] == [3, 0]
