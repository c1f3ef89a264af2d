"""The text of a document as elements, with its marks inside. Nothing of the text is lost."""

import re
from typing import Any

from phoihop.engines.reading.akn.layout import SIGNING, Layout, Part, is_ground, recipients_start
from phoihop.engines.reading.akn.marks import Mark
from phoihop.engines.reading.akn.plain import paragraphs, trim
from phoihop.engines.reading.akn.xml import Element, Ids, add
from phoihop.engines.reading.model import Span
from phoihop.engines.reading.understanding.labels import label_of

_ELEMENT = {
    "part": "part",
    "chapter": "chapter",
    "division": "section",
    "letter": "division",
    "roman": "section",
    "article": "article",
    "single": "paragraph",
    "number": "subparagraph",
    "point": "point",
    "dash": "indent",
    "plus": "alinea",
}
_KEYWORD = re.compile(r"^(?:phần|chương|mục|điều)\s+(?:thứ\s+)?", re.IGNORECASE)


class Body:
    """Writes the regions of one document, front to back.

    ``spots`` lists the paragraphs written, as (start, end, eId) in order; ``made`` maps the key
    of a mark to the eIds of its elements.
    """

    def __init__(self, text: str, marks: list[Mark], ids: Ids, prefix: str) -> None:
        self.spots: list[tuple[int, int, str]] = []
        self.made: dict[str, list[str]] = {}
        self._text = text
        self._marks = marks
        self._next = 0
        self._open: list[Mark] = []
        self._ids = ids
        self._prefix = prefix

    def write(self, root: Element, shape: Layout, main: str) -> None:
        """Adds preface, preamble, ``main`` ("mainBody" or "body") and conclusions to ``root``."""
        self._region(root, "preface", shape.start, shape.preface_end)
        self._preamble(root, shape.preface_end, shape.body)
        body = add(root, main)
        self._top(body, shape, bare=main == "mainBody")
        self._conclusions(root, shape.conclusions, shape.end)

    def _eid(self, parent: str, tag: str, number: str | None = None) -> str:
        return self._ids.give(parent or self._prefix, tag, number)

    def _named(self, name: str) -> str:
        return f"{self._prefix}__{name}" if self._prefix else name

    def _region(self, root: Element, name: str, start: int, end: int) -> None:
        spans = list(paragraphs(self._text, start, end))
        if spans:
            region = add(root, name)
            for span in spans:
                self._paragraph(region, span, self._named(name))

    def _preamble(self, root: Element, start: int, end: int) -> None:
        spans = list(paragraphs(self._text, start, end))
        if not spans:
            return
        region = add(root, "preamble")
        group = None
        for span in spans:
            if not is_ground(self._text[span[0] : span[1]]):
                group = None
                self._paragraph(region, span, self._named("preamble"))
                continue
            if group is None:
                group = add(region, "citations", eId=self._eid(self._named("preamble"), "citations"))
            eid = self._eid(group.get("eId"), "citation")
            self._paragraph(add(group, "citation", eId=eid), span, eid)

    def _top(self, body: Element, shape: Layout, bare: bool) -> None:
        at = shape.body
        for part in shape.parts:
            self._loose(body, at, part.start, bare)
            self._part(body, part, "")
            at = part.end
        self._loose(body, at, shape.conclusions, bare)
        if not len(body):
            # The schema wants something in a body; an empty one says that there was nothing.
            if bare:
                add(body, "p", eId=self._eid("", "p"))
            else:
                add(body, "hcontainer", eId=self._eid("", "hcontainer"), name="text")

    def _loose(self, parent: Element, start: int, end: int, bare: bool, prefix: str = "") -> None:
        """Text between sections: plain paragraphs where the schema allows, else in a container."""
        spans = list(paragraphs(self._text, start, end))
        if spans and not bare:
            prefix = self._eid(prefix, "hcontainer")
            parent = add(add(parent, "hcontainer", eId=prefix, name="text"), "content")
        for span in spans:
            self._paragraph(parent, span, prefix)

    def _part(self, parent: Element, part: Part, prefix: str) -> None:
        found = label_of(f"{part.label} X") if part.label else None
        kind = found.kind if found else None
        tag = _ELEMENT[kind] if kind else "hcontainer"
        number = "-".join(re.findall(r"[^\W_]+", _KEYWORD.sub("", part.label))) if kind else None
        eid = self._eid(prefix, tag, number or None)
        element = add(parent, tag, eId=eid, **({} if kind else {"name": "section"}))
        at = self._num(element, part)
        if not part.item:
            span = trim(self._text, at, part.heading_end)
            if span[0] < span[1]:
                self._inline(add(element, "heading"), span, eid)
            at = part.heading_end
        if part.children:
            self._children(element, part, at, eid)
            return
        content = add(element, "content")
        for span in paragraphs(self._text, at, part.end):
            self._paragraph(content, span, eid)

    def _num(self, element: Element, part: Part) -> int:
        """Writes the label, where the heading really begins with it; returns where it ends."""
        start, _ = trim(self._text, part.start, part.heading_end)
        # Leftover markup such as "**" may stand before the label.
        at = self._text.find(part.label, start, min(start + len(part.label) + 8, part.heading_end))
        if not part.label or at < 0 or any(c.isalnum() for c in self._text[start:at]):
            return part.start
        self._inline(add(element, "num"), (start, at + len(part.label)), element.get("eId"))
        return at + len(part.label)

    def _children(self, element: Element, part: Part, at: int, eid: str) -> None:
        intro = list(paragraphs(self._text, at, part.children[0].start))
        if intro:
            block = add(element, "intro")
            for span in intro:
                self._paragraph(block, span, eid)
        at = part.children[0].start
        for child in part.children:
            self._loose(element, at, child.start, bare=False, prefix=eid)
            self._part(element, child, eid)
            at = child.end
        rest = list(paragraphs(self._text, at, part.end))
        if rest:
            block = add(element, "wrapUp")
            for span in rest:
                self._paragraph(block, span, eid)

    def _conclusions(self, root: Element, start: int, end: int) -> None:
        spans = list(paragraphs(self._text, start, end))
        if not spans:
            return
        region = add(root, "conclusions")
        name = self._named("conclusions")
        first = recipients_start(self._text, start, end)
        stop = min((s for s in self._signed(spans) if first is not None and s > first), default=end)
        box = None
        for span in spans:
            if first is None or not first <= span[0] < stop:
                self._paragraph(region, span, name)
                continue
            if box is None:
                box = add(region, "container", eId=self._eid(name, "container"), name="recipients")
            self._paragraph(box, span, box.get("eId"))

    def _signed(self, spans: list[Span]) -> list[int]:
        """Where signatures and the blocks above them begin."""
        blocks = [low for low, high in spans if SIGNING.match(self._text[low:high])]
        return blocks + [m.start for m in self._marks if m.tag in ("signature", "role")]

    def _paragraph(self, parent: Element, span: Span, prefix: str) -> None:
        eid = self._eid(prefix, "p")
        self._inline(add(parent, "p", eId=eid), span, eid)
        self.spots.append((*span, eid))

    def _inline(self, element: Element, span: Span, prefix: str) -> None:
        """Fills an element with the text of a span and the marks that stand in it."""
        start, end = span
        stack: list[tuple[Element, int]] = [(element, end)]
        for mark in self._within(start, end):
            low, high = trim(self._text, max(mark.start, start), min(mark.end, end))
            if low >= high:
                continue
            while stack[-1][1] <= low:
                inner, stop = stack.pop()
                self._append(inner, start, stop)
                start = max(start, stop)
            top = stack[-1][0]
            self._append(top, start, low)
            start = max(start, low)
            eid = self._eid(prefix, mark.tag)
            child = add(top, mark.tag, eId=eid, **dict(mark.attributes))
            if mark.key:
                self.made.setdefault(mark.key, []).append(eid)
            stack.append((child, high))
        while stack:
            inner, stop = stack.pop()
            self._append(inner, start, stop)
            start = max(start, stop)

    def _within(self, start: int, end: int) -> list[Mark]:
        """The marks that touch a span. Spans are asked for front to back, so each mark is met once."""
        while self._next < len(self._marks) and self._marks[self._next].start < end:
            self._open.append(self._marks[self._next])
            self._next += 1
        touching = [m for m in self._open if m.end > start]
        self._open = [m for m in touching if m.end > end]
        return touching

    def _append(self, element: Element, start: int, end: int) -> None:
        """Adds text after what an element already holds; a line's end becomes ``eol``."""
        for i, line in enumerate(self._text[start:end].split("\n")):
            if i:
                add(element, "eol")
                line = "\n" + line
            last: Any = next(element.iterchildren(reversed=True), None)
            if last is None:
                element.text = (element.text or "") + line
            else:
                last.tail = (last.tail or "") + line
