"""The source text as blocks of HTML with marks in it. Plain functions over offsets.

Offsets are into the whole extracted text. The text between the tags of a block is the source,
character by character: what the page shows is what the file says.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

Span = tuple[int, int]

# Outermost first: a task holds its targets, a target holds what it cites.
NESTING = {"task": 0, "target": 1, "head": 2, "cite": 3, "finding": 4}
CHUNK_BLOCKS = 40
WRAPPED_LINE = 50  # characters; a shorter line was ended by its author, not by the page's width
HEADING_SHARE = 0.7  # of a block's letters: below this the heading runs into its sentence
HEADING_LENGTH = 160  # characters; a longer one is a numbered sentence and is printed as text
_NEW_BLOCK = re.compile(
    r"\s*(?:[-–+•*|#]|\(?[a-zđ\d]{1,3}[.)]|[IVXLC]+[.)]|(?:Điều|Chương|Phần|Mục|Nơi nhận|Kính gửi)\b)"
)
_SENTENCE_END = re.compile(r"[.;:!?…]\s*$")


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of text that belongs to an item. ``tag`` is the short name shown before it."""

    kind: str
    item: str
    span: Span
    tag: str
    label: str
    place: int = 0
    weak: bool = False
    state: str = ""  # what people said of the item


@dataclass(frozen=True, slots=True)
class Heading:
    """A section's heading, its depth from 1, and the id the outline points at."""

    id: str
    span: Span
    level: int


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph: ``level`` 0 for running text, ``anchor`` for the margin, ``html`` safe to print.

    ``start``: where it stands in the whole text, so that a place a person points at is found again.
    """

    level: int
    id: str | None
    anchor: str
    gap: bool
    outside: bool
    html: str
    start: int = 0

    @property
    def tag(self) -> str:
        return f"h{min(self.level + 2, 6)}" if self.level else "p"

    @property
    def markup(self) -> str:
        """The whole element, safe to print."""
        names = ["b"] + [
            name
            for name, given in (("heading", self.level), ("gap", self.gap), ("outside", self.outside))
            if given
        ]
        anchor = f' data-a="{escape(self.anchor)}"' if self.anchor else ""
        own = f' id="{self.id}"' if self.id else ""
        told = f'class="{" ".join(names)}" data-s="{self.start}"{anchor}'
        return f"<{self.tag}{own} {told}>{self.html}</{self.tag}>"


def flow(
    text: str,
    shown: Span,
    document: Span,
    marks: Iterable[Mark],
    headings: Sequence[Heading],
    anchors: Sequence[tuple[int, str]],
    *,
    rejoin: bool,
) -> list[list[Block]]:
    """The blocks of ``text`` within ``shown``, in chunks that a browser can lay out one by one.

    ``anchors`` are (offset, words for the margin) in order. ``rejoin`` joins lines that the
    width of a page broke, as in a PDF. What lies outside ``document`` (the chrome of a web
    page) is flagged, not dropped.
    """
    ordered = sorted(
        (m for m in marks if m.span[0] < m.span[1]),
        key=lambda m: (m.span[0], NESTING[m.kind], -m.span[1]),
    )
    by_start = sorted(headings, key=lambda h: h.span)
    starts = [h.span[0] for h in by_start]
    anchor_starts = [offset for offset, _ in anchors]
    blocks: list[Block] = []
    open_marks: list[Mark] = []
    next_mark = 0
    gap = False
    last_anchor = ""
    depth = 0
    for start, end in paragraphs(text, shown, rejoin=rejoin):
        if not text[start:end].strip():
            gap = True
            continue
        while next_mark < len(ordered) and ordered[next_mark].span[0] < end:
            open_marks.append(ordered[next_mark])
            next_mark += 1
        open_marks = [m for m in open_marks if m.span[1] > start]
        last = _first_at(starts, end) - 1
        heading = by_start[last] if last >= 0 and by_start[last].span[1] > start else None
        plain = heading is not None and _is_sentence(text, heading.span)
        whole = heading is not None and not plain and _covers(text, heading.span, (start, end))
        found = bisect_right(anchor_starts, max(start, _first_letter(text, start))) - 1
        anchor = anchors[found][1] if found >= 0 else ""
        lead = None if heading is None or whole or plain else heading.span
        # No level is left out on the way down: whoever hears the page would look for what is missing.
        level = min(heading.level, depth + 1) if heading is not None and whole else 0
        depth = level or depth
        blocks.append(
            Block(
                level=level,
                id=heading.id if heading is not None and heading.span[0] >= start else None,
                anchor="" if anchor == last_anchor else anchor,
                gap=gap,
                outside=end <= document[0] or start >= document[1],
                html="".join(_marked(text, (start, end), open_marks, lead)),
                start=start,
            )
        )
        gap = False
        last_anchor = anchor
    return [blocks[i : i + CHUNK_BLOCKS] for i in range(0, len(blocks), CHUNK_BLOCKS)]


def paragraphs(text: str, shown: Span, *, rejoin: bool) -> Iterator[Span]:
    """Spans that tile ``shown``: a line each, or several when a page's width broke them."""
    start, end = shown
    while start < end:
        stop = _line_end(text, start, end)
        while rejoin and stop < end and _continues(text, start, stop, end):
            stop = _line_end(text, stop, end)
        yield start, stop
        start = stop


def _line_end(text: str, start: int, end: int) -> int:
    found = text.find("\n", start, end)
    return end if found < 0 else found + 1


def _continues(text: str, start: int, stop: int, end: int) -> bool:
    line = (
        text[text.rfind("\n", start, stop - 1) + 1 : stop]
        if "\n" in text[start : stop - 1]
        else text[start:stop]
    )
    following = text[stop : _line_end(text, stop, end)]
    return (
        len(line) >= WRAPPED_LINE
        and bool(following.strip())
        and not _SENTENCE_END.search(line)
        and not _NEW_BLOCK.match(following)
    )


def _first_at(starts: Sequence[int], offset: int) -> int:
    return bisect_right(starts, offset - 1)


def _first_letter(text: str, start: int) -> int:
    while start < len(text) and text[start].isspace():
        start += 1
    return start


def _covers(text: str, heading: Span, block: Span) -> bool:
    inside = text[max(heading[0], block[0]) : min(heading[1], block[1])].strip()
    return len(inside) >= HEADING_SHARE * len(text[block[0] : block[1]].strip())


def _is_sentence(text: str, heading: Span) -> bool:
    words = text[heading[0] : heading[1]].strip()
    return len(words) > HEADING_LENGTH or (words.endswith((".", ";", ",")) and not words.isupper())


def _marked(text: str, block: Span, marks: Sequence[Mark], lead: Span | None) -> Iterator[str]:
    """The block's text with nested spans; marks that overlap without nesting are split."""
    start, end = block
    inside = [(m, max(m.span[0], start), min(m.span[1], end)) for m in marks if m.span[0] < end]
    cuts = {start, end}
    cuts.update(a for _, a, _ in inside)
    cuts.update(b for _, _, b in inside)
    if lead is not None:
        cuts.update((max(lead[0], start), min(lead[1], end)))
    edges = sorted(cuts)
    opened: list[Mark] = []
    for a, b in pairwise(edges):
        active = sorted(
            (m for m, s, e in inside if s <= a and b <= e),
            key=lambda m: (NESTING[m.kind], m.span[0], -m.span[1], m.item),
        )
        shared = 0
        while shared < min(len(opened), len(active)) and opened[shared] is active[shared]:
            shared += 1
        yield "</span>" * (len(opened) - shared)
        for mark in active[shared:]:
            yield _open(mark, first=mark.span[0] == a)
        opened = active
        piece = escape(text[a:b])
        yield f"<b>{piece}</b>" if lead is not None and lead[0] <= a and b <= lead[1] else piece
    yield "</span>" * len(opened)


def _open(mark: Mark, *, first: bool) -> str:
    more = (" weak" if mark.weak else "") + (f" is-{mark.state}" if mark.state else "")
    span = f'<span class="m m-{mark.kind}{more}" data-i="{mark.item}" data-n="{mark.place}">'
    if not first:
        return span
    anchor = f"src-{mark.item}" + (f"-{mark.place}" if mark.place else "")
    return (
        f'{span}<a class="tag tag-{mark.kind}" id="{anchor}" href="#{mark.item}" tabindex="-1"'
        f' aria-label="{escape(mark.tag)}: {escape(mark.label)}">{escape(mark.tag)}</a>'
    )
