"""What leads to a person is found wherever it stands; what official documents are full of raises nothing."""

import io
import re

import docx
import pytest
import xlsxwriter
from docx.oxml import parse_xml
from hypothesis import given
from hypothesis import strategies as st

from phoihop.base.security.outgoing import scan_patterns, scan_people
from phoihop.base.security.outgoing.scanner import Finding, scan
from phoihop.base.security.uploads.tests import builders
from phoihop.kernel.refusals import Refusal
from phoihop.kernel.text import plain

# All invented: built as such numbers are, and given to nobody we know of.
CITIZEN, OLD, CARD, MOBILE = "001085012345", "045123987", "GD4979712345678", "0912345678"
PERSON = "Lò Văn Ví Dụ"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def found(text: str) -> set[tuple[str, str]]:
    readable = scan_patterns.readable(text)
    hits = (*scan_patterns.numbers(readable), *scan_people.births(readable))
    return {(hit.kind, hit.certainty) for hit in hits}


@pytest.mark.parametrize(
    ("text", "kind", "certainty"),
    [
        (CITIZEN, "citizen-id", "certain"),
        ("số 001 085 012 345.", "citizen-id", "certain"),
        ("001.085.012.345", "citizen-id", "certain"),
        ("số CCCD: 0 0 1 0 8 5 0 1 2 3 4 5", "citizen-id", "certain"),
        ("００１０８５０１２３４５", "citizen-id", "certain"),
        ("001085\u200b012345", "citizen-id", "certain"),
        ("(001085012345)", "citizen-id", "certain"),
        ("001385012345", "citizen-id", "possible"),  # born in 2085
        ("999999123456", "citizen-id", "possible"),
        ("CCCD: 999999123456", "citizen-id", "certain"),
        ("số định danh cá nhân 123456789012", "citizen-id", "certain"),
        (OLD, "old-id", "possible"),
        (f"CMND số {OLD}", "old-id", "certain"),
        (f"Chứng minh nhân dân: {OLD}", "old-id", "certain"),
        (CARD, "insurance", "certain"),
        ("thẻ GD 4 97 97 12345 678", "insurance", "certain"),
        ("mã thẻ BHYT 0112345678", "phone", "possible"),
        ("BHXH 1212345678", "insurance", "certain"),
        (MOBILE, "phone", "certain"),
        ("0912.345.678", "phone", "certain"),
        ("091 234 5678", "phone", "certain"),
        ("+84 912 345 678", "phone", "certain"),
        ("84912345678", "phone", "certain"),
        ("(0912) 345-678", "phone", "certain"),
        ("02133 876 543", "phone", "possible"),
        ("ví dụ.nguoi@gmail.example", "email", "possible"),
        ("STK 19001234567890", "account", "possible"),
        ("số tài khoản: 0123456789012", "account", "possible"),
        (f"ông {PERSON}, sinh năm 1985", "birth", "certain"),
        (f"{PERSON} (sinh ngày 05/6/1985)", "birth", "certain"),
        (f"{PERSON} - SN 1985, trú tại bản Na", "birth", "certain"),
        ("LÒ VĂN VÍ DỤ SINH NĂM 1985", "birth", "certain"),
        ("Lo Van Vi Du sinh nam 1985".replace("nam", "năm"), "birth", "certain"),
    ],
)
def test_what_leads_to_a_person_is_found(text, kind, certainty):
    hits = found(text)
    if kind == "phone" and "BHYT" in text:
        # Ten digits that begin with 01 are an insurance number under that word, and nothing else.
        kind, certainty = "insurance", "certain"
    assert hits == {(kind, certainty)}


OFFICIAL = """ỦY BAN NHÂN DÂN TỈNH PHÌN SƠN
Số: 1209/QĐ-UBND
Phìn Sơn, ngày 26 tháng 4 năm 2023
Căn cứ Luật Tổ chức chính quyền địa phương số 77/2015/QH13 ngày 19/6/2015 và Nghị định 30/2020/NĐ-CP;
Căn cứ Quyết định số 2188/QĐ-TTg ngày 15 tháng 11 năm 2021 của Thủ tướng Chính phủ (khoản 3 Điều 12);
Tổng kinh phí 1.209.000.000.000 đồng, trong đó ngân sách 500.000.000.000 đồng; năm 2024: 120000000000 đồng.
Kinh phí: 12.345.678.901 đồng, 150000000 đồng, 150000000, 1 250 000 000 đồng; 092,5 %; 0,125; 41,13.
Mục tiêu 2021-2025, 2026-2030; giai đoạn 2021–2030; từ 01/01/2023 đến 31/12/2025; 20/11/2023 07:30:00.
Mã hồ sơ 1.004.123; thửa đất số 123, tờ bản đồ số 45; diện tích 12345,67 m2; mã chương 2-423-10.
Công tác vệ sinh năm 2023; phòng, chống dịch cho học sinh năm 2024. VỆ SINH NĂM 2023. HỌC SINH NĂM 2024
Chủ tịch Ủy ban nhân dân tỉnh, Giám đốc Sở Y tế Nguyễn Văn Ví Dụ chịu trách nhiệm thi hành.
Nơi nhận: - Như Điều 3; - Lưu: VT, KGVX (12b). Thư điện tử: ubnd@phinson.gov.vn. Mã: 000.00.19.H30-230426-0012
Trên 90% (1.209/1.343 người); 95-95-95; tỷ lệ 1/1.000.000; QCVN 01-1:2018/BYT; TCVN ISO 9001:2015.
Biểu: 0 0 1 0 8 5 0 1 2 3 4 5; 0 24 0 85 0 12; 3 4 5 6 7 8 9 0 1
"""
OFFICIAL_ROWS = [
    ["STT", "Tỉnh", "Năm 2021", "Năm 2022"],
    ["1", "Hà Giang", "1.209", "2021"],
    ["2", "Lâm Đồng", "953", "2022"],
    ["3", "Cao Bằng", "1.343", "2023"],
    ["4", "Thừa Thiên Huế", "12", "2024"],
]


@pytest.mark.parametrize("line", OFFICIAL.splitlines())
def test_official_sentences_raise_nothing(line):
    assert found(line) == set()


def test_an_official_document_raises_nothing():
    document = docx.Document()
    for line in OFFICIAL.splitlines():
        document.add_paragraph(line)
    table(document, OFFICIAL_ROWS)
    assert scan(saved(document)) == []
    assert scan(OFFICIAL.encode()) == []
    assert scan(builders.excel([*[[line] for line in OFFICIAL.splitlines()], *OFFICIAL_ROWS])) == []


@given(st.integers(0, 10**15), st.sampled_from(["đồng", " đồng", " người", " %", ""]))
def test_no_amount_written_with_points_is_a_number_of_a_person(amount, unit):
    text = f"{amount:,}".replace(",", ".")
    assert found(f"kinh phí {text}{unit}") == set() or amount < 10**12


@given(
    st.dates().filter(lambda d: d.year > 999),
    st.sampled_from(["%d/%m/%Y", "%d-%m-%Y", "ngày %d tháng %m năm %Y", "%d.%m.%Y"]),
)
def test_no_date_alone_is_a_birth(day, form):
    assert found(f"Căn cứ kết luận {day.strftime(form)} của Thủ tướng Chính phủ") == set()


@given(st.text(max_size=200))
def test_any_text_can_be_looked_through(text):
    readable = scan_patterns.readable(text)
    for hit in (*scan_patterns.numbers(readable), *scan_people.births(readable)):
        assert 0 <= hit.start < hit.end <= len(readable)
    assert all(name == plain(name) for name in scan_people.candidates(readable, cell=True))


@given(st.from_regex(r"[0-9 .,/()+-]{1,60}", fullmatch=True))
def test_a_mask_shows_four_digits_at_most(text):
    for hit in scan_patterns.numbers(scan_patterns.readable(text)):
        assert len(re.sub(r"\D", "", hit.masked)) <= 4


# Files.


def saved(document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def table(document, rows) -> None:
    made = document.add_table(len(rows), len(rows[0]))
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            made.cell(r, c).text = text


def where(findings: list[Finding]) -> set[tuple]:
    return {(f.kind, f.part, f.where) for f in findings}


def test_every_corner_of_a_docx():
    document = docx.Document()
    split = document.add_paragraph("Số ")
    for part in ("001085", "0123", "45"):
        split.add_run(part)
    table(document, [["a", f"thẻ {CARD}"], ["b", "c"]])
    document.sections[0].header.paragraphs[0].text = f"gọi {MOBILE}"
    document.sections[0].footer.paragraphs[0].text = f"CMND {OLD}"
    document.add_comment(split.runs[0], text=f"hỏi {MOBILE}", author="x", initials="x")
    box = document.add_paragraph("khung")
    box.runs[0]._r.append(parse_xml(
        f'<w:pict {W} xmlns:v="urn:schemas-microsoft-com:vml">'
            f'<v:shape alt="{CITIZEN}"><v:textbox><w:txbxContent>'
        f"<w:p><w:r><w:t>{MOBILE}</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict>"
    ))  # fmt: skip
    document.add_paragraph()._p.append(parse_xml(
        f'<w:del {W} w:id="1" w:author="x"><w:r><w:delText>{CITIZEN}</w:delText></w:r></w:del>'
    ))  # fmt: skip
    document.core_properties.subject = f"hồ sơ {CITIZEN}"
    note = f'<w:footnote w:id="2"><w:p><w:r><w:t>{OLD}, CMND {OLD}</w:t></w:r></w:p></w:footnote>'
    notes = f"<w:footnotes {W}>{note}</w:footnotes>"
    data = builders.zip_of({"word/footnotes.xml": notes.encode()}, saved(document))
    found = where(scan(data))
    assert {
        ("citizen-id", "body", (1,)),
        ("insurance", "table", (1, 1, 2)),
        ("citizen-id", "body", (3,)),
    } <= found
    assert {("phone", "header", (1,)), ("old-id", "footer", (1,)), ("old-id", "note", (1,))} <= found
    assert {
        ("phone", "comment"),
        ("phone", "text-box"),
        ("citizen-id", "alt-text"),
        ("citizen-id", "properties"),
    } <= {(kind, part) for kind, part, _ in found}


def test_every_corner_of_an_xlsx():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet("Biểu")
        page.write_string("A1", f"gọi {MOBILE}")
        page.write_number("B2", int(CITIZEN))
        page.write_comment("A3", f"CMND {OLD}")
        page.set_header(f"&C{CARD}")
        hidden = book.add_worksheet("2")
        hidden.hide()
        hidden.write_string("C4", CITIZEN)
        page.insert_textbox("D1", f"hộp {MOBILE}")
        book.set_properties({"comments": CITIZEN})
    found = where(scan(buffer.getvalue()))
    assert {
        ("phone", "sheet", (1, "A1")),
        ("citizen-id", "sheet", (1, "B2")),
        ("citizen-id", "sheet", (2, "C4")),
    } <= found
    assert {
        ("old-id", "comment"),
        ("insurance", "header"),
        ("phone", "chart"),
        ("citizen-id", "properties"),
    } <= {(kind, part) for kind, part, _ in found}


def test_a_pdf_and_a_text():
    pdf = builders.pdf(f'#set document(title: "{MOBILE}")\nSố {CITIZEN}\n\ngọi {MOBILE}')
    assert {
        ("citizen-id", "page", (1, 1)),
        ("phone", "page", (1, 2)),
        ("phone", "properties", (1,)),
    } <= where(scan(pdf))
    assert where(scan(f"a\nSố {CITIZEN}".encode("utf-16"))) == {("citizen-id", "line", (2,))}


PEOPLE = [
    ["STT", "Họ và tên", "Năm sinh", "Địa chỉ"],
    ["1", "Lò Văn Ví Dụ", "1985", "Bản Na"],
    ["2", "Vàng Thị Mẫu", "1990", "Bản Pa"],
    ["3", "Giàng A Thử", "2001", "Bản Tả"],
]


def test_a_table_of_people_is_found():
    document = docx.Document()
    table(document, PEOPLE)
    assert where(scan(saved(document))) == {("people", "table", (1,))}
    assert where(scan(builders.excel(PEOPLE))) == {("people", "sheet", (1,))}


@pytest.mark.parametrize(
    ("rows", "people"),
    [
        (PEOPLE[1:], True),
        ([[row[1].upper(), row[2]] for row in PEOPLE[1:]], True),
        ([[row[1], CITIZEN] for row in PEOPLE[1:]], True),
        ([[row[1], f"0{row[2]}12345"] for row in PEOPLE[1:]], False),
        ([[row[1], f"05/06/{row[2]}"] for row in PEOPLE[1:]], True),
        (PEOPLE[:3], False),
        (OFFICIAL_ROWS, False),
        ([["Họ và tên", "Chức vụ"], *[[row[1], "Phó Giám đốc"] for row in PEOPLE[1:]]], False),
        ([["Việc", "Hạn"], ["Mở lớp tập huấn", "2023"], ["In tờ rơi", "2024"], ["Sơ kết", "2025"]], False),
    ],
)  # fmt: skip
def test_which_tables_are_lists_of_people(rows, people):
    assert scan_people.is_list(rows) == people


def test_a_list_of_people_in_lines_is_found():
    lines = [f"{row[0]}. {row[1]}, {row[2]}, {row[3]}" for row in PEOPLE[1:]]
    assert where(scan("\n".join(["Danh sách kèm theo", *lines, "Hết"]).encode())) == {
        ("people", "line", (2,))
    }
    assert scan("\n".join(lines[:2]).encode()) == []


KNOWN = {"lo van vi du", "vang thi mau"}


@pytest.mark.parametrize(
    ("text", "hit"),
    [
        ("Ông Lò Văn Ví Dụ ở bản Na", True),
        ("ÔNG LÒ VĂN VÍ DỤ Ở BẢN NA", True),
        ("Lo Van Vi Du", True),
        ("Lò  Văn\u00a0Ví Dụ", True),
        ("Gửi Vàng Thị\nMẫu", True),
        ("lò văn ví dụ trong câu", False),
        ("Lò Văn Thử", False),
    ],
)
def test_known_names_are_found(text, hit):
    findings = scan(text.encode(), known=KNOWN.__contains__)
    assert {f.kind for f in findings} == ({"name"} if hit else set())
    assert all(f.masked in ("L. V. V. D.", "V. T. M.") for f in findings)


def test_a_known_name_in_small_letters_is_found_in_a_cell():
    data = builders.excel([["lò văn ví dụ", 1]])
    assert where(scan(data, known=KNOWN.__contains__)) == {("name", "sheet", (1, "A1"))}


def test_no_finding_shows_what_it_found():
    document = docx.Document()
    document.add_paragraph(f"{PERSON}, sinh ngày 05/6/1985, {CITIZEN}, CMND {OLD}, {CARD}, {MOBILE}")
    table(document, PEOPLE)
    findings = scan(saved(document), known=KNOWN.__contains__)
    assert {f.kind for f in findings} == {
        "birth",
        "citizen-id",
        "old-id",
        "insurance",
        "phone",
        "name",
        "people",
    }
    shown = " ".join(
        f"{f.masked} {f.place().vi} {f.place().en} {f.what().vi} {f.what().en}" for f in findings
    )
    for value in (PERSON, "1985", CITIZEN, OLD, CARD, MOBILE):
        assert value not in shown
    assert "bảng 1, dòng 2, cột 2" in shown
    assert "********2345" in shown


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (builders.picture(), "cannot-scan"),
        (builders.pdf_with(lambda w: w.encrypt("x", algorithm="AES-256")), "encrypted"),
        (builders.pdf("#rect()"), "cannot-scan"),
        (b"<html>", "cannot-scan"),
        (builders.zip_of({"word/vbaProject.bin": b"x"}, builders.word()), "macro"),
        (builders.word_bomb(), "too-large"),
    ],
)
def test_what_cannot_be_read_is_refused(data, expected):
    with pytest.raises(Refusal, match=expected):
        scan(data)
