"""The table and the file say what the chart says, and no more."""

import csv
import io
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.interfaces.dashboards.charts.tabling import band_of, expected, order, stands, table
from phoihop.interfaces.dashboards.charts.values import Chart, Series, shown
from phoihop.interfaces.dashboards.charts.writing import file_name, guarded, to_csv
from phoihop.interfaces.dashboards.tests import charting
from phoihop.kernel.refusals import Bilingual

COLUMNS = {
    charting.trend: ["Đang điều trị", "Chỉ tiêu", "Đầy đủ số liệu"],
    charting.bars: ["Tỷ lệ", "Chỉ tiêu"],
    charting.stock: ["Còn lại", "Chỉ tiêu"],
    charting.funnel: ["Tỷ lệ", "Tử số", "Mẫu số", "So với toàn bộ"],
    charting.cascade: ["Số người", "Chỉ tiêu"],
    charting.pairs: ["Kế hoạch 2025", "Kế hoạch 2026"],
    charting.places: ["Tỷ lệ", "Nhóm"],
    charting.shapes: ["Tỷ lệ", "Nhóm"],
}


@pytest.mark.parametrize(("make", "columns"), COLUMNS.items())
def test_the_columns_of_each_kind(make: Any, columns: list[str]):
    assert [each.said.vi for each in table(make()).columns] == columns


@pytest.mark.parametrize("make", charting.ALL)
def test_every_figure_of_a_chart_stands_in_its_table(make: Any):
    chart = make()
    for row in table(chart).rows:
        if row.index is not None:
            for place, series in enumerate(chart.series):
                cell = series.cells[row.index]
                assert (row.cells[place].said, row.cells[place].why) == (cell.words, cell.why)
    assert sorted(row.index for row in table(chart).rows if row.index is not None) == list(
        range(len(chart.labels))
    )


def test_a_funnel_ranks_its_units_and_says_where_chance_ends():
    chart = charting.funnel()
    said = {row.label.said.vi: row.cells[-1].said.vi for row in table(chart).rows}
    assert list(said) == [chart.labels[index].said.vi for index in (6, 1, 5, 0, 2, 3, 4, 7)]
    assert said["Trung tâm Y tế Sìn Hồ Đông"] == "trong khoảng ngẫu nhiên"  # 1 of 3, with 87 % around
    assert said["Phòng khám Nam Sông"] == "thấp hơn rõ rệt (ngoài giới hạn 99,8 %)"
    assert said["Trạm Y tế xã Tà Lèng Thượng"] == "thấp hơn (ngoài giới hạn 95 %)"
    assert said["Điểm cấp phát Hua Bum"] == "không so sánh được"
    assert stands(chart, 7) is None


def test_other_kinds_keep_the_order_they_were_given():
    assert order(charting.bars()) == list(range(8))


def test_what_is_expected_stands_last_with_its_interval():
    chart = charting.trend()
    last = table(chart).rows[-1]
    assert chart.ahead is not None
    assert last.cells[0].said == expected(chart.ahead)
    assert last.cells[0].said.vi == "Dự báo: 1.412\u00a0người (khả năng 80 %: 1.386–1.441)"
    assert last.cells[0].said.en == "Forecast: 1.412\u00a0people (80 % likely: 1.386–1.441)"


@pytest.mark.parametrize(("value", "band"), [("0", 0), ("49.9", 0), ("50", 1), ("97.5", 3), ("-1", None)])
def test_a_figure_finds_its_band(value: str, band: int | None):
    assert band_of(charting.places(), shown(Decimal(value))) == band


def test_a_hidden_figure_lies_in_no_band():
    assert band_of(charting.places(), charting.HIDDEN) is None


def rows(chart: Chart, lang: str = "vi") -> list[list[str]]:
    return list(csv.reader(io.StringIO(to_csv(chart, lang).decode("utf-8-sig"), newline="")))


def figures(chart: Chart, lang: str = "vi") -> list[dict[str, str]]:
    """The rows under the headings, by heading."""
    whole = rows(chart, lang)
    begin = whole.index([]) + 1
    return [dict(zip(whole[begin], row, strict=True)) for row in whole[begin + 1 :]]


def test_a_file_begins_with_what_it_is_and_where_from():
    chart = charting.trend()
    assert to_csv(chart).startswith(b"\xef\xbb\xbf")
    assert rows(chart)[:5] == [
        [chart.title.vi],
        [chart.subject.vi],
        ["Nguồn", chart.source.vi],
        [chart.freshness.vi],
        [chart.note.vi],
    ]
    assert rows(chart, "en")[2] == ["Source", chart.source.en]


def test_a_row_has_its_window_its_number_and_how_it_is_published():
    row = figures(charting.trend())[0]
    assert row["Kỳ"] == "Tháng 10/2025"
    assert (row["Từ ngày"], row["Đến ngày"]) == ("15/10/2025", "14/11/2025")
    assert (row["Viết là"], row["Giá trị"]) == ("1.209\u00a0người", "1209")
    assert (row["Chỉ tiêu"], row["Đầy đủ số liệu"]) == ("1450", "100")
    assert row["Cách công bố"] == "làm tròn đến 5"


@pytest.mark.parametrize(
    ("index", "written", "state", "why"),
    [
        (3, "‹8", "ẩn: quá ít người", charting.WHY.vi),
        (9, "chưa có số liệu", "chưa có số liệu", "Kỳ này chưa có báo cáo."),
    ],
)
def test_what_has_no_number_says_why(index: int, written: str, state: str, why: str):
    row = figures(charting.trend())[index]
    assert (row["Viết là"], row["Cách công bố"], row["Lý do"]) == (written, state, why)
    assert (row["Giá trị"], row["Nhỏ nhất"], row["Lớn nhất"]) == ("", "", "")


def test_bands_intervals_and_parts_are_numbers_of_their_own():
    band = figures(charting.bars())[3]
    assert (band["Giá trị"], band["Nhỏ nhất"], band["Lớn nhất"]) == ("", "25", "45")
    ahead = figures(charting.trend())[-1]
    assert (ahead["Giá trị"], ahead["Nhỏ nhất"], ahead["Lớn nhất"]) == ("1412", "1386", "1441")
    unit = figures(charting.funnel(), "en")[0]
    assert (unit["Value"], unit["Numerator"], unit["Denominator"]) == ("100", "60", "60")
    assert unit["Beside the whole"] == "clearly higher (outside the 99,8 % limits)"


@pytest.mark.parametrize("make", charting.ALL)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_figure_has_a_row_of_full_length(make: Any, lang: str):
    chart = make()
    assert len(figures(chart, lang)) == len(chart.labels) * len(chart.series) + (chart.ahead is not None)
    assert to_csv(chart, lang) == to_csv(make(), lang)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+84", "'+84"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("\t=1", "'\t=1"),
        ("  =1", "'  =1"),
        ("＝1", "'＝1"),
        ("xã A", "xã A"),
        ("‹8", "‹8"),
        ("", ""),
    ],
)
def test_no_text_is_taken_for_a_formula(text: str, safe: str):
    assert guarded(text) == safe


@given(st.text(max_size=40))
def test_no_cell_of_a_file_begins_a_formula(text: str):
    said = Bilingual(text, text)
    chart = replace(
        charting.bars(),
        title=said,
        source=said,
        note=said,
        labels=tuple(replace(label, said=said) for label in charting.bars().labels),
        series=(Series(said, charting.bars().series[0].cells),),
    )
    for row in rows(chart):
        for cell in row:
            assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_a_negative_number_stays_a_number():
    chart = replace(charting.bars(), series=charting.one(*[shown(-5)] * 8), target=None)
    assert figures(chart)[0]["Giá trị"] == "-5"


def test_a_file_is_named_by_its_key_alone():
    assert file_name(charting.trend(), "csv") == "sample-trend.csv"
