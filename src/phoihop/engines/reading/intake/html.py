"""Web pages: the text a browser would show, block by block."""

import re
from collections.abc import Iterator
from typing import Any

from phoihop.engines.reading.intake.decode import decode
from phoihop.engines.reading.intake.numbering import numeral
from phoihop.engines.reading.intake.page import Lines
from phoihop.engines.reading.intake.refusing import refuse
from phoihop.engines.reading.intake.tables import Row, is_layout, row_text
from phoihop.engines.reading.model import Extract

_BLOCKS = frozenset(
    """address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption
    figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol p pre section summary
    ul""".split()  # noqa: SIM905
)
_DROPPED = frozenset(
    """script style head noscript template svg math iframe object embed audio video canvas select option
    textarea button datalist""".split()  # noqa: SIM905
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_BLANKS = re.compile("[ \t\n\r\f]+")
_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_LIST_STYLES = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_NO_BORDER = re.compile(
    r"border(?:-(?:top|bottom|left|right|style|width))?\s*:\s*(?:none|0|medium none)", re.I
)
_BORDER = re.compile(r"border[a-z-]*\s*:\s*[^;]*(?:solid|double|windowtext)", re.I)


def read_html(data: bytes) -> Extract:
    """The text of a web page. Raises Refusal "empty", "unknown-format", "no-text", "legacy-font"."""
    from lxml import etree, html

    text = _XML_DECLARATION.sub("", decode(data, markup=True).replace("\0", ""), count=1)
    if not text.strip():
        raise refuse("empty")
    # Never from the network, and without the entities a page may define for itself.
    parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root = html.document_fromstring(text, parser=parser)
    except etree.ParserError:
        raise refuse("no-text") from None
    if any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log):
        # Nested deeper than the parser follows: it dropped the rest without a word.
        raise refuse("corrupt")
    page = _Page()
    page.walk(root)
    page.flush()
    return page.lines.extract("html")


def _hidden(element: Any) -> bool:
    return element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style") or ""))


class _Page:
    """Fills ``lines`` while walking the tree; a pending line ends where a block does."""

    def __init__(self) -> None:
        self.lines = Lines()
        self._pending: list[str] = []
        self._paragraphs = 0
        self._tables = 0
        self._counters: dict[Any, int] = {}

    def flush(self) -> None:
        if not self._pending:
            return
        text = "".join(self._pending)
        self._pending.clear()
        if "\n" in text:
            text = "\n".join(line.strip(" ") for line in text.split("\n"))
        stripped = text.strip("\n ")
        if stripped:
            self._paragraphs += 1
            self.lines.add(stripped, ("paragraph", (self._paragraphs,)))

    def _inline(self, text: str | None) -> None:
        if text:
            collapsed = _BLANKS.sub(" ", text)
            if collapsed == " " and (not self._pending or self._pending[-1].endswith((" ", "\n"))):
                return
            self._pending.append(collapsed)

    def walk(self, element: Any) -> None:
        """Add what ``element`` shows, without the text after it."""
        tag = element.tag
        if not isinstance(tag, str) or tag in _DROPPED or _hidden(element):
            return
        if tag == "br":
            self._pending.append("\n")
            return
        if tag == "table":
            self.flush()
            self._table(element)
            return
        block = tag in _BLOCKS
        if block:
            self.flush()
        if tag == "li":
            self._pending.append(self._list_label(element))
        if tag == "pre":
            self._pending.append("".join(element.itertext()))
        else:
            self.content(element)
        if block:
            self.flush()

    def content(self, element: Any) -> None:
        """Add what stands inside ``element``."""
        self._inline(element.text)
        for child in element:
            self.walk(child)
            self._inline(child.tail)

    def _list_label(self, item: Any) -> str:
        """The number or bullet a browser draws; none for a menu, whose items are links alone."""
        parent = item.getparent()
        if parent is None or parent.tag not in ("ol", "ul", "menu"):
            return ""
        if parent.tag != "ol":
            children = [child for child in item if isinstance(child.tag, str)]
            menu = len(children) == 1 and children[0].tag == "a" and not (item.text or "").strip()
            return "" if menu else "- "
        number = _count(item.get("value"), self._counters.get(parent, _count(parent.get("start"), 1)))
        self._counters[parent] = number + 1
        return numeral(number, _LIST_STYLES.get(parent.get("type"), "decimal")) + ". "

    def _table(self, table: Any) -> None:
        rows = list(_rows(table))
        if any(cell.find(".//table") is not None for row in rows for cell in row):
            # A table around tables only lays out the page: what it holds reads as if it were not there.
            for cell in (cell for row in rows for cell in row):
                self.content(cell)
                self.flush()
            return
        self._tables += 1
        for caption in table.iterfind("caption"):
            self.walk(caption)
        texts: list[Row] = [[_cell_lines(cell) for cell in row] for row in rows]
        layout = is_layout(texts, _bordered(table, rows))
        for n, row in enumerate(texts, start=1):
            text = row_text(row, layout)
            if text:
                self.lines.add(text, ("table", (self._tables, n)))


def _count(text: str | None, default: int) -> int:
    return int(text) if text and re.fullmatch("[0-9]{1,4}", text) else default


def _rows(table: Any) -> Iterator[list[Any]]:
    for child in table:
        if child.tag == "tr":
            if not _hidden(child):
                yield [cell for cell in child if cell.tag in ("td", "th")]
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from _rows(child)


def _cell_lines(cell: Any) -> list[str]:
    inner = _Page()
    inner.content(cell)
    inner.flush()
    return inner.lines.stripped()


def _bordered(table: Any, rows: list[list[Any]]) -> bool:
    if (table.get("border") or "0").strip() not in ("", "0", "none"):
        return True
    elements = [table, *(cell for row in rows for cell in row)]
    styles = (_NO_BORDER.sub("", element.get("style") or "") for element in elements)
    return any(_BORDER.search(style) for style in styles)
