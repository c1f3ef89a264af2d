"""Word documents: paragraphs, tables and automatic numbers, in the order a person reads them."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from phoihop.base.security.uploads import zipguard
from phoihop.engines.reading.intake import legacy
from phoihop.engines.reading.intake.numbering import Numbering, W, value
from phoihop.engines.reading.intake.page import Lines
from phoihop.engines.reading.intake.refusing import refuse
from phoihop.engines.reading.intake.tables import Cell, Row, is_layout, row_text
from phoihop.engines.reading.model import Extract

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_TEXT = {W + "t", _MATH + "t"}
_AS_TEXT = {W + "tab": "\t", W + "ptab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-"}
_WRAPPERS = {W + n for n in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")}
# The second drawing of an AlternateContent repeats the first for old programs.
_SKIPPED = {W + n for n in ("del", "moveFrom", "pPr", "rPr", "sdtPr", "instrText", "delText")} | {
    _MC + "Fallback"
}
_OFF = {"0", "false", "off"}
_NO_LINE = {None, "nil", "none"}


def read_docx(data: bytes) -> Extract:
    """The text of a .docx. Raises Refusal; errors of the library pass through to the caller."""
    _check(data)
    import docx

    package = docx.Document(io.BytesIO(data)).part
    related: dict[str, Any] = {
        relation.reltype.rpartition("/")[2]: relation.target_part
        for relation in package.rels.values()
        if not relation.is_external
    }
    reader = _Reader(_root(related.get("styles")), _root(related.get("numbering")))
    reader.body(package.element.find(W + "body"))
    for kind in ("footnotes", "endnotes"):
        reader.notes(_root(related.get(kind)), kind.removesuffix("s"))
    return reader.lines.extract("docx")


def _check(data: bytes) -> None:
    with zipguard.check(data) as archive:
        entries = {entry.filename: entry for entry in archive.infolist()}
        if any(entry.flag_bits & 0x1 for entry in entries.values()):
            raise refuse("encrypted")
        if any(name.lower().endswith(("vbaproject.bin", "vbadata.xml")) for name in entries):
            raise refuse("macro")
        if "[Content_Types].xml" not in entries or not any(name.startswith("word/") for name in entries):
            raise refuse("unknown-format/office")
        if b"macroEnabled" in archive.read("[Content_Types].xml"):
            raise refuse("macro")
        zipguard.weigh(data, archive)


def _root(part: Any) -> Any:
    """The parsed XML of a package part; the library parses only the parts it knows."""
    if part is None:
        return None
    element = getattr(part, "element", None)
    if element is None:
        from docx.oxml.parser import parse_xml

        element = parse_xml(part.blob)
    return element


@dataclass(frozen=True, slots=True)
class _Look:
    """What a style says about the text set in it; None where it says nothing."""

    font: str | None = None
    capitals: bool | None = None
    hidden: bool | None = None
    list_id: str | None = None
    depth: int | None = None
    borders: bool | None = None

    def over(self, base: "_Look") -> "_Look":
        pairs = ((getattr(self, n), getattr(base, n)) for n in self.__slots__)
        return _Look(*(mine if mine is not None else below for mine, below in pairs))


def _switch(properties: Any, name: str) -> bool | None:
    child = properties.find(W + name)
    return None if child is None else child.get(W + "val") not in _OFF


def _look(element: Any) -> _Look:
    """The look that an element's own rPr, pPr and tblPr give."""
    run, paragraph, table = (element.find(W + n) for n in ("rPr", "pPr", "tblPr"))
    font = capitals = hidden = list_id = depth = None
    if run is not None:
        fonts = run.find(W + "rFonts")
        if fonts is not None:
            # The letters beyond ASCII are set in the "hAnsi" font; a theme's font is a Unicode one.
            font = "" if fonts.get(W + "hAnsiTheme") else fonts.get(W + "hAnsi") or fonts.get(W + "ascii")
        capitals, hidden = _switch(run, "caps"), _switch(run, "vanish")
    numbers = None if paragraph is None else paragraph.find(W + "numPr")
    if numbers is not None:
        list_id, level = value(numbers, "numId"), value(numbers, "ilvl")
        depth = int(level) if level is not None and level.isdecimal() else None
    drawn = None if table is None else table.find(W + "tblBorders")
    borders = None if drawn is None else any(e.get(W + "val") not in _NO_LINE for e in drawn)
    return _Look(font, capitals, hidden, list_id, depth, borders)


class _Styles:
    """Looks by style id, each laid over the style it is based on."""

    def __init__(self, root: Any) -> None:
        self._looks: dict[str | None, _Look] = {}
        self._elements: dict[str, Any] = {}
        self._plain: dict[str | None, str] = {}
        self._default = _Look()
        if root is None:
            return
        defaults = root.find(f"{W}docDefaults/{W}rPrDefault")
        self._default = _Look() if defaults is None else _look(defaults)
        for style in root.iterfind(W + "style"):
            self._elements[style.get(W + "styleId")] = style
            if style.get(W + "default") in ("1", "true"):
                self._plain[style.get(W + "type")] = style.get(W + "styleId")

    def look(self, style: str | None, kind: str) -> _Look:
        """The full look of a style; of the default style of its kind when none is named."""
        style = style if style in self._elements else self._plain.get(kind)
        if style not in self._looks:
            chain: list[str] = []
            step = style
            while step in self._elements and step not in chain:
                chain.append(step)
                step = value(self._elements[step], "basedOn")
            found = self._default
            for name in reversed(chain):
                found = _look(self._elements[name]).over(found)
            self._looks[style] = found
        return self._looks[style]


def _blocks(parent: Any) -> Iterator[Any]:
    """Paragraphs and tables below ``parent``, through content controls and inserted stretches."""
    for child in parent:
        if child.tag in (W + "p", W + "tbl"):
            yield child
        elif child.tag in _WRAPPERS:
            yield from _blocks(child)


def _unwrapped(parent: Any, tag: str) -> Iterator[Any]:
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _unwrapped(child, tag)


class _Reader:
    def __init__(self, styles: Any, numbering: Any) -> None:
        self.lines = Lines()
        self._styles = _Styles(styles)
        self._numbering = Numbering(numbering)

    def body(self, body: Any) -> None:
        paragraphs = tables = 0
        for block in _blocks(body):
            if block.tag == W + "p":
                paragraphs += 1
                for text in self._paragraph(block):
                    self.lines.add(text, ("paragraph", (paragraphs,)))
            else:
                tables += 1
                for row, text in enumerate(self._rows(block), start=1):
                    if text:
                        self.lines.add(text, ("table", (tables, row)))

    def notes(self, root: Any, kind: str) -> None:
        """Footnotes or endnotes, after the body: their marks would glue digits to numbers."""
        real = [] if root is None else [n for n in root.iterfind(W + kind) if n.get(W + "type") is None]
        for n, note in enumerate(real, start=1):
            text = " ".join(line for line in self._cell(note))
            if text:
                self.lines.add(text, (kind, (n,)))

    def _paragraph(self, paragraph: Any) -> list[str]:
        """The paragraph's text with its label, then the lines of text boxes anchored in it."""
        properties = paragraph.find(W + "pPr")
        style = value(properties, "pStyle")
        look = self._styles.look(style, "paragraph")
        pieces: list[str] = []
        boxes: list[Any] = []
        self._collect(paragraph, look, pieces, boxes)
        text = "".join(pieces)
        label = self._label(paragraph, style, look)
        mark = properties is not None and properties.find(f"{W}rPr/{W}del") is not None
        found = [label + text.lstrip() if label and text.strip() else text]
        if mark and not text.strip():
            found = []
        return found + [line for box in boxes for line in self._cell(box)]

    def _label(self, paragraph: Any, style: str | None, base: _Look) -> str:
        look = _look(paragraph).over(base)
        if look.list_id is None or look.list_id == "0":
            return ""
        depth = look.depth
        if depth is None:
            depth = self._numbering.level_of_style(look.list_id, style) if style else 0
        return self._numbering.label(look.list_id, depth)

    def _collect(self, parent: Any, look: _Look, pieces: list[str], boxes: list[Any]) -> None:
        for child in parent:
            tag = child.tag
            if tag in _TEXT:
                pieces.append(_shown(child.text or "", look))
            elif tag == W + "r":
                properties = child.find(W + "rPr")
                own = look
                if properties is not None and len(properties):
                    style = value(properties, "rStyle")
                    own = _look(child).over(
                        self._styles.look(style, "character").over(look) if style else look
                    )
                if not own.hidden:
                    self._collect(child, own, pieces, boxes)
            elif tag in _AS_TEXT:
                pieces.append(_AS_TEXT[tag])
            elif tag == W + "sym":
                code = child.get(W + "char") or ""
                if re.fullmatch("[0-9A-Fa-f]{1,4}", code):
                    pieces.append(chr(int(code, 16)))
            elif tag == W + "txbxContent":
                boxes.append(child)
            elif tag not in _SKIPPED:
                self._collect(child, look, pieces, boxes)

    def _cell(self, parent: Any) -> Cell:
        found: list[str] = []
        for block in _blocks(parent):
            found += self._paragraph(block) if block.tag == W + "p" else self._rows(block)
        return [line.strip() for text in found for line in text.split("\n") if line.strip()]

    def _rows(self, table: Any) -> list[str]:
        rows: list[Row] = []
        bordered = _look(table).borders
        for row in _unwrapped(table, W + "tr"):
            if row.find(f"{W}trPr/{W}del") is not None:
                continue
            cells = list(_unwrapped(row, W + "tc"))
            rows.append([self._cell(cell) for cell in cells])
            edges = (edge for cell in cells for edge in cell.iterfind(f"{W}tcPr/{W}tcBorders/*"))
            if any(edge.get(W + "val") not in _NO_LINE for edge in edges):
                bordered = True
        if bordered is None:
            bordered = self._styles.look(value(table.find(W + "tblPr"), "tblStyle"), "table").borders
        layout = is_layout(rows, bool(bordered))
        return [row_text(row, layout) for row in rows]


def _shown(text: str, look: _Look) -> str:
    """The letters as printed: fonts of the old TCVN3 family draw them from other codes."""
    if look.font and look.font.startswith(".Vn"):
        text = legacy.from_tcvn3(text, capitals=look.font.endswith("H"))
    return text.upper() if look.capitals else text
