"""Build the demo documents that are not plain text: ``python -m phoihop.demo.build``.

Each comes from a file in ``sources``: plans from marked text, letters from Typst. The same sources give
the same bytes on every machine: time stamps are fixed, the .docx archives are stored uncompressed, and the
.pdf files use only fonts that Typst brings. The notice is a picture of its page under what was recognised.

Layout follows Decree 30/2020/NĐ-CP, annex I: A4, letterhead and signature in borderless
two-column tables, Times New Roman 13 to 14, page number centred in the top margin from page 2.
"""

import io
import re
import unicodedata
import zipfile
from base64 import b64encode
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypdfium2
import typst
from docx import Document
from docx.document import Document as DocumentType
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from PIL import Image

FOLDER = Path(__file__).parent / "documents"
FONT = "Times New Roman"
BUILT = {
    "01-ke-hoach-50.docx": "01.txt",
    "05-cong-van-231.pdf": "05.typ",
    "later/06-ke-hoach-46.docx": "06.txt",
    "later/07-ke-hoach-58.docx": "07.txt",
    "later/09-thong-bao-64.pdf": "09.typ",
}

_ISSUED = {
    "01.txt": datetime(2024, 1, 29, 8, tzinfo=UTC),
    "05.typ": datetime(2024, 5, 16, 8, tzinfo=UTC),
    "06.txt": datetime(2025, 1, 22, 8, tzinfo=UTC),
    "07.txt": datetime(2026, 1, 19, 8, tzinfo=UTC),
    "09.typ": datetime(2026, 8, 14, 8, tzinfo=UTC),
}
_SCANNED = {"09.typ"}
_SCAN_SCALE = 1.35  # of 72 dots an inch
_TILT = 0.35  # degrees: the sheet never lies quite straight
_TABLE_WIDTHS = (1.1, 6.0, 1.9, 2.2, 2.2, 2.9)
_TABLE_STYLES = ("TableNormal", "TableGrid")
_DECOMPOSED = re.compile(r"⟦(.*?)⟧", re.S)


def build(name: str) -> bytes:
    """The bytes of one built document; ``name`` is a key of ``BUILT``."""
    source = BUILT[name]
    text = (FOLDER / "sources" / source).read_text(encoding="utf-8")
    issued = _ISSUED[source]
    if name.endswith(".docx"):
        return _docx(text, issued)
    return _scan(text, issued) if source in _SCANNED else _pdf(text, issued)


def main() -> None:
    for name in BUILT:
        content = build(name)
        (FOLDER / name).write_bytes(content)
        print(f"{name}: {len(content)} bytes")


def _pdf(text: str, issued: datetime) -> bytes:
    # Part of the letter keeps its accents as combining marks, as some office programs write them.
    text = _DECOMPOSED.sub(lambda m: unicodedata.normalize("NFD", m[1]), text)
    content: bytes = typst.compile(text.encode(), ignore_system_fonts=True, timestamp=issued, pdf_tags=False)
    return content


def _scan(text: str, issued: datetime) -> bytes:
    """The page as a scanner saw it, with the recognised words unseen above."""
    page = pypdfium2.PdfDocument(_pdf(text, issued))[0]
    image = page.render(scale=_SCAN_SCALE, grayscale=True).to_pil()
    image = image.rotate(_TILT, Image.Resampling.BICUBIC, fillcolor=250)
    kept = io.BytesIO()
    image.quantize(8).save(kept, "PNG", optimize=True)
    # Typst takes files of text alone: a drawing that holds the picture is one.
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {image.width} {image.height}">'
        f'<image width="{image.width}" height="{image.height}" '
        f'href="data:image/png;base64,{b64encode(kept.getvalue()).decode()}"/></svg>'
    )
    content: bytes = typst.compile(  # type: ignore[call-overload]  # takes several files, untold by its types
        {"main": text.encode(), "page.svg": drawn.encode()},
        ignore_system_fonts=True,
        timestamp=issued,
        pdf_tags=False,
        sys_inputs={"picture": "page.svg"},
    )
    return content


def _docx(text: str, issued: datetime) -> bytes:
    document = Document()
    _slim(document)
    _set_page(document)
    _write(document, text.splitlines())
    core = document.core_properties
    title = f"Kế hoạch {text.partition('@number Số: ')[2].partition('/')[0]}"
    core.author, core.title, core.language = "UBND tỉnh Phìn Sơn", title, "vi-VN"
    core.created = core.modified = issued
    raw = io.BytesIO()
    document.save(raw)
    return _stored(raw.getvalue())


def _slim(document: DocumentType) -> None:
    """Drop what python-docx's template brings and this document never uses (three quarters of a MB)."""
    for relation, target in list(document.part.rels.items()):
        if target.reltype.endswith("/stylesWithEffects"):
            document.part.drop_rel(relation)
    for style in document.styles.element.findall(qn("w:style")):
        if style.get(qn("w:type")) == "table" and style.styleId not in _TABLE_STYLES:
            document.styles.element.remove(style)


def _stored(archive: bytes) -> bytes:
    """The same archive without times and without compression, which differ between machines."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            if name != "docProps/thumbnail.jpeg":
                info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
                info.create_system, info.external_attr = 3, 0o644 << 16
                content = old.read(name)
                if name == "_rels/.rels":
                    content = re.sub(rb"<Relationship [^>]*thumbnail[^>]*/>", b"", content)
                new.writestr(info, content)
    return out.getvalue()


def _set_page(document: DocumentType) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin = section.bottom_margin = Cm(2)
    section.left_margin, section.right_margin = Cm(3), Cm(1.7)
    section.header_distance = Cm(1)
    section.different_first_page_header_footer = True
    header = section.header.paragraphs[0]
    header.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _field(header, "PAGE")
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(14)
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), FONT)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = 1.0


def _write(document: DocumentType, lines: Iterable[str]) -> None:
    """Lay out the marked lines of a source; README.md lists the marks."""
    lines = list(lines)
    marked: dict[str, list[str]] = {}
    for line in lines:
        if line.startswith("@"):
            mark, _, rest = line[1:].partition(" ")
            marked.setdefault(mark, []).append(rest)
    _letterhead(document, marked)
    dash, decimal = _numbering(document, "-"), _numbering(document, "%1.")
    rows: list[list[str]] = []
    for line in (line for line in lines if line and not line.startswith("@")):
        if line.startswith("|"):
            rows.append(line.strip("|").split("|"))
            continue
        if rows:
            _targets_table(document, rows)
            rows = []
        mark, _, rest = line.partition(" ")
        if mark in ("#", "##", "###"):
            _body(document, f"**{rest}**" if mark != "###" else f"***{rest}***", keep=True)
        elif mark == "+":
            _number(_body(document, rest), decimal)
        elif mark == "*":
            _number(_body(document, rest), dash)
        else:
            _body(document, line)
    _signature(document, marked)


def _letterhead(document: DocumentType, marked: dict[str, list[str]]) -> None:
    table = _borderless(document, 2, (6.1, 10.2))
    left, right = table.rows[0].cells
    for cell, texts, sizes in ((left, marked["left"], (13, 13)), (right, marked["right"], (13, 14))):
        for text, size in zip(texts, sizes, strict=True):
            _line(cell, text, size)
    _rule(left, 2.0)
    _rule(right, 1.9)
    _line(table.rows[1].cells[0], marked["number"][0], 13)
    _line(table.rows[1].cells[1], f"_{marked['date'][0]}_", 14)
    for text, before in ((marked["type"][0], 12), (marked["subject"][0], 0)):
        paragraph = _inline(document.add_paragraph(), f"**{text}**", 14)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.space_before = Pt(before)
    _border(document.add_paragraph(), 6.2)


def _signature(document: DocumentType, marked: dict[str, list[str]]) -> None:
    document.add_paragraph()
    table = _borderless(document, 1, (8.0, 8.3))
    left, right = table.rows[0].cells
    _line(left, "_**Nơi nhận:**_", 12, WD_ALIGN_PARAGRAPH.LEFT)
    for text in marked["to"]:
        _line(left, f"- {text}", 11, WD_ALIGN_PARAGRAPH.LEFT)
    for text in marked["sign"]:
        _line(right, f"**{text}**", 14)
    for text in ("", "", f"_{marked['signed'][0]}_", "", "", f"**{marked['name'][0]}**"):
        _line(right, text, 14)
    for row in table.rows:
        cannot_split = OxmlElement("w:cantSplit")
        row._tr.get_or_add_trPr().append(cannot_split)


def _targets_table(document: DocumentType, rows: list[list[str]]) -> None:
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    table.style = "Table Grid"
    table.autofit = False
    for column, width in zip(table.columns, _TABLE_WIDTHS, strict=True):
        column.width = Cm(width)
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            cell = table.cell(number, column)
            cell.width = Cm(_TABLE_WIDTHS[column])
            centred = number == 0 or column != 1
            _line(
                cell,
                f"**{text}**" if number == 0 else text,
                12,
                WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.LEFT,
            )
    repeat = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeat)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _borderless(document: DocumentType, rows: int, widths: tuple[float, float]) -> Table:
    table: Table = document.add_table(rows=rows, cols=2)
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Cm(width)
    return table


def _line(
    cell: _Cell, text: str, size: int, align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.CENTER
) -> Paragraph:
    fresh = cell.paragraphs[-1]
    paragraph: Paragraph = fresh if not fresh.runs and len(cell.paragraphs) == 1 else cell.add_paragraph()
    _inline(paragraph, text, size)
    paragraph.alignment = align
    if not text:
        paragraph.add_run(" ").font.size = Pt(size)
    return paragraph


def _rule(cell: _Cell, inset: float) -> None:
    _border(cell.add_paragraph(), inset)


def _border(paragraph: Paragraph, inset: float) -> None:
    """A short rule, as letterheads have it: an empty line with a top border, drawn in from both sides."""
    form = paragraph.paragraph_format
    form.left_indent = form.right_indent = Cm(inset)
    form.space_before, form.space_after = Pt(2), Pt(4)
    form.line_spacing = Pt(6)
    borders = OxmlElement("w:pBdr")
    top = OxmlElement("w:top")
    for key, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{key}"), value)
    borders.append(top)
    properties: Any = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def _body(document: DocumentType, text: str, keep: bool = False) -> Paragraph:
    paragraph = _inline(document.add_paragraph(), text, 14)
    form = paragraph.paragraph_format
    form.first_line_indent = Cm(1.27)
    form.space_before = form.space_after = Pt(3)
    form.keep_with_next = keep
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    return paragraph


def _inline(paragraph: Paragraph, text: str, size: int) -> Paragraph:
    for words, bold, italic in _runs(text):
        run = paragraph.add_run(words)
        run.font.size, run.bold, run.italic = Pt(size), bold, italic
    return paragraph


def _runs(text: str) -> Iterator[tuple[str, bool, bool]]:
    """Cut ``**bold**`` and ``_italic_`` marks into (words, bold, italic)."""
    bold = italic = False
    for piece in re.split(r"(\*{2,3}|_)", text):
        if piece in ("**", "***"):
            bold = not bold
            italic ^= piece == "***"
        elif piece == "_":
            italic = not italic
        elif piece:
            yield piece, bold, italic


def _numbering(document: DocumentType, pattern: str) -> int:
    """Add a list format (a dash, or running numbers) and return its numId."""
    numbering = document.part.numbering_part.element
    ids = [int(n.get(qn("w:abstractNumId"))) for n in numbering.findall(qn("w:abstractNum"))]
    abstract_id = str(max(ids, default=-1) + 1)
    abstract = OxmlElement("w:abstractNum")
    abstract.set(qn("w:abstractNumId"), abstract_id)
    level = OxmlElement("w:lvl")
    level.set(qn("w:ilvl"), "0")
    kind = "bullet" if "%" not in pattern else "decimal"
    for tag, value in (("start", "1"), ("numFmt", kind), ("suff", "space"), ("lvlText", pattern)):
        child = OxmlElement(f"w:{tag}")
        child.set(qn("w:val"), value)
        level.append(child)
    abstract.append(level)
    numbering.insert(0, abstract)
    number_id: int = numbering.add_num(int(abstract_id)).numId
    return number_id


def _number(paragraph: Paragraph, num_id: int) -> None:
    paragraph_properties: Any = paragraph._p.get_or_add_pPr()
    properties = paragraph_properties.get_or_add_numPr()
    properties.get_or_add_ilvl().val = 0
    properties.get_or_add_numId().val = num_id


def _field(paragraph: Paragraph, code: str) -> None:
    """A field that the word processor fills in, such as the page number."""
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("end", "")):
        run = paragraph.add_run()
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)


if __name__ == "__main__":
    main()
