"""Word documents: order, automatic numbers, tables, tracked changes, text boxes, notes."""

import io

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from phoihop.engines.reading import extract
from phoihop.engines.reading.intake.numbering import numeral
from phoihop.engines.reading.tests.intake import builders


def read(data: bytes) -> str:
    return extract(data, "plan.docx").text


def lines(data: bytes) -> list[str]:
    return [line for line in read(data).split("\n") if line]


def p(text: str, properties: str = "") -> str:
    return f'<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def numbered(levels: list[tuple[str, str]], nums: str = "") -> dict[str, bytes]:
    """A numbering.xml with one list of these (format, text) levels, as list 1."""
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{fmt}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for n, (fmt, text) in enumerate(levels)
    )
    xml = (
        f'<w:numbering xmlns:w="{w}"><w:abstractNum w:abstractNumId="0">{body}</w:abstractNum>'
        f'<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>{nums}</w:numbering>'
    )
    return {"word/numbering.xml": xml.encode()}


def item(text: str, depth: int = 0, list_id: int = 1) -> str:
    return p(text, f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{list_id}"/></w:numPr>')


def test_paragraphs_and_tables_keep_their_order_and_their_places():
    document = docx.Document()
    document.add_paragraph("Trước bảng")
    table = document.add_table(2, 3, style="Table Grid")
    for n, cell in enumerate(table.rows[0].cells):
        cell.text = f"ô {n}"
    table.rows[1].cells[1].text = "hai\ndòng"
    document.add_paragraph("Sau\tbảng")
    found = extract(builders.saved(document), "x.docx")
    assert found.text == "Trước bảng\nô 0 | ô 1 | ô 2\n | hai dòng | \nSau\tbảng"
    assert found.format == "docx"
    assert found.pages is None
    assert [(found.text[slice(*a.span)], a.kind, a.place) for a in found.anchors] == [
        ("Trước bảng", "paragraph", (1,)),
        ("ô 0 | ô 1 | ô 2", "table", (1, 1)),
        (" | hai dòng | ", "table", (1, 2)),
        ("Sau\tbảng", "paragraph", (2,)),
    ]


def test_the_letterhead_reads_cell_after_cell():
    document = docx.Document()
    table = document.add_table(2, 2)
    table.cell(0, 0).text = "ỦY BAN NHÂN DÂN\nTỈNH PHÌN SƠN"
    table.cell(0, 1).text = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"
    table.cell(1, 0).text = "Số: 12/KH-UBND"
    table.cell(1, 1).text = "Phìn Sơn, ngày 05 tháng 01 năm 2026"
    assert lines(builders.saved(document)) == [
        "ỦY BAN NHÂN DÂN",
        "TỈNH PHÌN SƠN",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 12/KH-UBND",
        "Phìn Sơn, ngày 05 tháng 01 năm 2026",
    ]


@pytest.mark.parametrize(("style", "expected"), [(None, ["a", "b", "c"]), ("Table Grid", ["a b | c"])])
def test_borders_tell_a_table_of_data_from_two_blocks_side_by_side(style, expected):
    document = docx.Document()
    table = document.add_table(1, 2, style=style)
    table.cell(0, 0).text = "a\nb"
    table.cell(0, 1).text = "c"
    assert lines(builders.saved(document)) == expected


LEVELS = [
    ("upperRoman", "%1."),
    ("decimal", "%2."),
    ("decimal", "%2.%3."),
    ("lowerLetter", "%4)"),
    ("bullet", "-"),
]


def test_automatic_numbers_are_written_out():
    depths = [0, 1, 2, 2, 3, 3, 4, 1, 2, 0, 1]
    body = "".join(item(f"mục {n}", depth) for n, depth in enumerate(depths))
    assert [line.split(" mục")[0] for line in lines(builders.body_docx(body, numbered(LEVELS)))] == [
        "I.", "1.", "1.1.", "1.2.", "a)", "b)", "-", "2.", "2.1.", "II.", "1.",
    ]  # fmt: skip


def test_lists_over_one_definition_count_on_unless_told_to_start_anew():
    more = (
        '<w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="0"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    )
    body = (
        item("a") + item("b", list_id=2) + item("c", list_id=3) + item("d", list_id=3) + item("e", list_id=9)
    )
    assert lines(builders.body_docx(body, numbered([("decimal", "%1.")], more))) == [
        "1. a", "2. b", "1. c", "2. d", "e",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("bullet", "shown"), [("\uf0b7", "- x"), ("\uf0a7", "- x"), ("o", "- x"), ("+", "+ x"), ("–", "– x")]
)
def test_bullets_of_symbol_fonts_become_dashes(bullet, shown):
    assert lines(builders.body_docx(item("x"), numbered([("bullet", bullet)]))) == [shown]


def test_numbers_come_from_styles_too_and_a_paragraph_may_refuse_them():
    document = docx.Document()
    document.add_paragraph("một", style="List Number")
    refused = document.add_paragraph("không số", style="List Number")
    properties = refused._p.get_or_add_pPr()
    zero = OxmlElement("w:numPr")
    number = OxmlElement("w:numId")
    number.set(qn("w:val"), "0")
    zero.append(number)
    properties.append(zero)
    document.add_paragraph("hai", style="List Number")
    assert lines(builders.saved(document)) == ["1. một", "không số", "2. hai"]


@pytest.mark.parametrize(
    ("n", "style", "shown"),
    [
        (4, "upperRoman", "IV"), (1994, "lowerRoman", "mcmxciv"), (0, "upperRoman", "0"),
        (2, "lowerLetter", "b"), (27, "upperLetter", "AA"), (28, "lowerLetter", "bb"),
        (99999, "lowerLetter", "99999"), (7, "decimalZero", "07"), (7, "decimal", "7"), (7, "none", ""),
    ],
)  # fmt: skip
def test_numerals(n, style, shown):
    assert numeral(n, style) == shown


def test_deleted_text_goes_and_inserted_text_stays():
    body = (
        '<w:p><w:r><w:t xml:space="preserve">trên </w:t></w:r>'
        '<w:del w:id="1" w:author="a"><w:r><w:delText>80</w:delText></w:r></w:del>'
        '<w:ins w:id="2" w:author="a"><w:r><w:t>90</w:t></w:r></w:ins><w:r><w:t>%</w:t></w:r></w:p>'
        '<w:p><w:moveFrom w:id="3"><w:r><w:t>dời đi</w:t></w:r></w:moveFrom></w:p>'
        '<w:p><w:moveTo w:id="4"><w:r><w:t>dời đến</w:t></w:r></w:moveTo></w:p>'
    )
    assert lines(builders.body_docx(body)) == ["trên 90%", "dời đến"]


@pytest.mark.parametrize(
    ("run", "shown"),
    [
        ("<w:t>a</w:t><w:br/><w:t>b</w:t>", "a\nb"),
        ("<w:t>a</w:t><w:tab/><w:t>b</w:t>", "a\tb"),
        ("<w:t>12</w:t><w:noBreakHyphen/><w:t>CT</w:t>", "12-CT"),
        ("<w:t>a</w:t><w:softHyphen/><w:t>b</w:t>", "ab"),
        ('<w:sym w:font="Wingdings" w:char="F0D8"/><w:t> b</w:t>', "- b"),
        ("<w:rPr><w:vanish/></w:rPr><w:t>ẩn</w:t></w:r><w:r><w:t>hiện</w:t>", "hiện"),
        ("<w:rPr><w:caps/></w:rPr><w:t>kế hoạch</w:t>", "KẾ HOẠCH"),
        ('<w:rPr><w:caps w:val="0"/></w:rPr><w:t>kế hoạch</w:t>', "kế hoạch"),
        ("<w:instrText>PAGE</w:instrText><w:t>3</w:t>", "3"),
        (
            '<w:rPr><w:rFonts w:ascii=".VnTime" w:hAnsi=".VnTime"/></w:rPr><w:t>TØnh \xadu tiªn</w:t>',
            "Tỉnh ưu tiên",
        ),
        ('<w:rPr><w:rFonts w:hAnsi=".VnTimeH"/></w:rPr><w:t>KÕ ho¹ch</w:t>', "KẾ HOẠCH"),
        ("<w:t>a&#xA0;b</w:t>", "a\xa0b"),
        ("<w:t>d\u1ecb\u200bch te\u0302\u0323\ufeff</w:t>", "dịch tệ"),
    ],
)
def test_inside_a_run(run, shown):
    assert read(builders.body_docx(f"<w:p><w:r>{run}</w:r></w:p>")) == shown


def test_text_boxes_are_read_once_after_their_paragraph():
    box = "<w:txbxContent><w:p><w:r><w:t>DỰ THẢO</w:t></w:r></w:p></w:txbxContent>"
    body = (
        "<w:p><w:r><mc:AlternateContent>"
        f"<mc:Choice Requires='wps'><w:drawing>{box}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback>"
        "</mc:AlternateContent><w:t>Kính gửi</w:t></w:r></w:p>"
    )
    assert lines(builders.body_docx(body)) == ["Kính gửi", "DỰ THẢO"]


def test_content_controls_are_looked_into():
    body = f"<w:sdt><w:sdtPr/><w:sdtContent>{p('bên trong')}</w:sdtContent></w:sdt>"
    assert lines(builders.body_docx(body)) == ["bên trong"]


def test_footnotes_come_last_and_their_marks_do_not_touch_the_text():
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    relationship = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    notes = (
        f'<w:footnotes xmlns:w="{w}"><w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>'
        f'<w:footnote w:id="2">{p("theo báo cáo")}</w:footnote></w:footnotes>'
    )
    base = docx.Document()
    base.add_paragraph("Có 30 xã")
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    base.part.relate_to(
        Part(PackURI("/word/footnotes.xml"), kind, notes.encode(), base.part.package), relationship
    )
    base.add_paragraph("Hết")
    found = extract(builders.saved(base), "x.docx")
    assert found.text.split("\n") == ["Có 30 xã", "Hết", "theo báo cáo"]
    assert (found.anchors[-1].kind, found.anchors[-1].place) == ("footnote", (1,))


def test_headers_and_footers_are_left_out():
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "đầu trang"
    document.sections[0].footer.paragraphs[0].text = "chân trang"
    document.add_paragraph("thân")
    buffer = io.BytesIO()
    document.save(buffer)
    assert read(buffer.getvalue()) == "thân"
