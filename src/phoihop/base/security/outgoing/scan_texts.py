"""Every text in a file, the hidden and forgotten ones too, with the place where a person finds it."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from lxml import etree

from phoihop.base.security.outgoing.refusing import refuse

Part = Literal[
    "body", "table", "header", "footer", "note", "comment", "text-box", "alt-text", "properties",
    "chart", "link", "sheet", "page", "line",
]  # fmt: skip
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_PARTS: tuple[tuple[str, Part], ...] = (
    (r"word/document\.xml", "body"),
    (r"word/header\d*\.xml", "header"),
    (r"word/footer\d*\.xml", "footer"),
    (r"word/(?:footnotes|endnotes)\.xml", "note"),
    (r"(?:word|xl)/(?:threadedC|c)omments.*\.xml", "comment"),
    (r"docProps/.*\.xml|customXml/.*\.xml|word/(?:settings|people)\.xml", "properties"),
    (r"(?:word|xl)/(?:charts|diagrams|drawings)/.*\.(?:xml|vml)", "chart"),
)
_BREAKS = {_W + "tab": " ", _W + "br": "\n", _W + "cr": "\n", _W + "noBreakHyphen": "-", _W + "ptab": " "}
_TEXTS = {_W + "t", _W + "delText", _W + "instrText"}


# "&C" and the like place the text that follows them; they are no letters of it.
_HEADER_CODE = re.compile(r'&(?:"[^"]*"|\d+|[A-Z])')


@dataclass(frozen=True, slots=True)
class Text:
    """One paragraph, cell, line or property. ``where`` counts from 1 (a cell: table, row, column)."""

    part: Part
    where: tuple[int | str, ...]
    text: str


@dataclass(slots=True)
class Texts:
    """All of a file: single texts, and tables as rows of cells with their place."""

    texts: list[Text] = field(default_factory=list)
    tables: list[tuple[Part, tuple[int | str, ...], list[list[str]]]] = field(default_factory=list)

    def add(self, part: Part, where: tuple[int | str, ...], text: str) -> None:
        if text.strip():
            self.texts.append(Text(part, where, text))


def texts_of(data: bytes, kind: str) -> Texts:
    """The texts of a .docx, .xlsx, .pdf or plain text. Refusal "cannot-scan" where there is none."""
    match kind:
        case "docx" | "xlsx":
            return _office(data, kind)
        case "pdf":
            return _pdf(data)
        case "text":
            return _plain(data)
        case _:
            raise refuse("cannot-scan")


def _office(data: bytes, kind: str) -> Texts:
    found = Texts()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {
            name: archive.read(name)
            for name in archive.namelist()
            if name.endswith((".xml", ".rels", ".vml"))
        }
    if kind == "xlsx":
        _workbook(parts, found)
    for name, part in parts.items():
        if name.endswith(".rels"):
            for n, target in enumerate(re.findall(rb'Target="((?:mailto|tel|https?):[^"]*)"', part), start=1):
                found.add("link", (n,), target.decode("utf-8", "replace"))
            continue
        which = next((p for pattern, p in _PARTS if re.fullmatch(pattern, name, re.I)), None)
        if which is None:
            continue
        root = _root(part)
        if root.tag.startswith(_W) and which != "properties":
            _word(root, which, found)
        else:
            for n, text in enumerate(_all_texts(root), start=1):
                found.add(which, (n,), text)
    return found


def _root(part: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    root = etree.fromstring(part, parser)
    if root is None:
        raise refuse("corrupt")
    return root


def _all_texts(root: Any) -> Iterator[str]:
    """The text of each innermost element, and of attributes in which a name may stand."""
    for element in root.iter(etree.Element):
        if element.text and element.text.strip():
            yield element.text
        for name, value in element.attrib.items():
            if etree.QName(name).localname in (
                "descr",
                "title",
                "alt",
                "author",
                "name",
                "displayName",
                "val",
            ):
                yield str(value)


def _word(root: Any, part: Part, found: Texts) -> None:
    paragraphs = tables = 0
    for element in root.iter(_W + "p", _W + "tbl"):
        if element.tag == _W + "tbl":
            tables += 1
            _table(element, tables, part, found)
            continue
        inside = {ancestor.tag for ancestor in element.iterancestors()}
        boxed = _W + "txbxContent" in inside
        if _W + "tc" in inside and not boxed:
            continue
        if not boxed:
            paragraphs += 1
        found.add("text-box" if boxed else part, (paragraphs or 1,), _paragraph(element))
    for n, element in enumerate(root.iter(etree.Element), start=1):
        if etree.QName(element).localname in ("docPr", "cNvPr", "shape", "tblCaption", "tblDescription"):
            for name in ("descr", "title", "alt", _W + "val"):
                found.add("alt-text", (n,), str(element.get(name) or ""))


def _paragraph(paragraph: Any) -> str:
    """The text of a paragraph without that of text boxes in it, which are paragraphs of their own."""
    out: list[str] = []

    def walk(element: Any) -> None:
        for child in element.iterchildren(etree.Element):
            if child.tag in _TEXTS:
                out.append(child.text or "")
            elif child.tag in _BREAKS:
                out.append(_BREAKS[child.tag])
            elif child.tag not in (_W + "txbxContent", _W + "pPr"):
                walk(child)

    walk(paragraph)
    return "".join(out)


def _table(table: Any, number: int, part: Part, found: Texts) -> None:
    rows: list[list[str]] = []
    for r, row in enumerate(table.iterchildren(_W + "tr"), start=1):
        cells = []
        for c, cell in enumerate(row.iter(_W + "tc"), start=1):
            if next(cell.iterancestors(_W + "tr")) is not row:
                continue
            text = "\n".join(_paragraph(p) for p in cell.iterchildren(_W + "p"))
            cells.append(text)
            found.add("table", (number, r, c), text)
        rows.append(cells)
        _boxes(cells, "table", (number, r), found)
    found.tables.append(("table" if part == "body" else part, (number,), rows))


def _boxes(cells: list[str], part: Part, where: tuple[int | str, ...], found: Texts) -> None:
    """A number written one digit to a cell, as forms ask for it."""
    digits = "".join(cell.strip() if re.fullmatch(r"\s*\d\s*", cell) else " " for cell in cells)
    for run in digits.split():
        if len(run) >= 9:
            found.add(part, where, run)


def _workbook(parts: dict[str, bytes], found: Texts) -> None:
    shared: list[str] = []
    if "xl/sharedStrings.xml" in parts:
        items = _root(parts["xl/sharedStrings.xml"]).iterchildren(_S + "si")
        shared = ["".join(t.text or "" for t in item.iter(_S + "t")) for item in items]
    if "xl/workbook.xml" in parts:
        for element in _root(parts["xl/workbook.xml"]).iter(_S + "sheet", _S + "definedName"):
            found.add(
                "properties", (element.get("name", ""),), f"{element.get('name', '')} {element.text or ''}"
            )
    names = [name for name in parts if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name)]
    for n, name in enumerate(sorted(names, key=lambda s: (len(s), s)), start=1):
        root = _root(parts[name])
        rows: list[list[str]] = []
        for row in root.iter(_S + "row"):
            cells = []
            for cell in row.iterchildren(_S + "c"):
                text = _cell(cell, shared)
                cells.append(text)
                found.add("sheet", (n, cell.get("r", "")), text)
            rows.append(cells)
            _boxes(cells, "sheet", (n, row.get("r", "")), found)
        found.tables.append(("sheet", (n,), rows))
        for element in root.iter(_S + "oddHeader", _S + "oddFooter", _S + "evenHeader", _S + "firstHeader"):
            found.add("header", (n,), _HEADER_CODE.sub(" ", element.text or ""))


def _cell(cell: Any, shared: list[str]) -> str:
    kind = cell.get("t", "n")
    value = cell.findtext(_S + "v") or ""
    if kind == "s":
        return shared[int(value)] if value.isdigit() and int(value) < len(shared) else ""
    if kind == "inlineStr":
        return "".join(t.text or "" for t in cell.iter(_S + "t"))
    if kind != "n":
        return value
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value
    if number == number.to_integral_value() and abs(number) < 10**15:
        digits = f"{number:.0f}"
        # Excel drops the zero with which every citizen's number begins.
        return digits.zfill(12) if len(digits) in (10, 11) and not digits.startswith("-") else digits
    return value


def _pdf(data: bytes) -> Texts:
    import pypdfium2

    found = Texts()
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        raise refuse("cannot-scan") from None
    letters = 0
    try:
        for n, (key, value) in enumerate(document.get_metadata_dict().items(), start=1):
            if key not in ("CreationDate", "ModDate"):
                found.add("properties", (n,), value)
        for n, page in enumerate(document, start=1):
            layer = page.get_textpage()
            text = layer.get_text_range()
            letters += sum(map(str.isalpha, text))
            for line, part in enumerate(text.splitlines(), start=1):
                found.add("page", (n, line), part)
            layer.close()
            page.close()
    finally:
        document.close()
    if not letters:
        raise refuse("cannot-scan")
    return found


def _plain(data: bytes) -> Texts:
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    found = Texts()
    for n, line in enumerate(
        data.decode("utf-16" if utf16 else "utf-8-sig", "replace").splitlines(), start=1
    ):
        found.add("line", (n,), line)
    return found
