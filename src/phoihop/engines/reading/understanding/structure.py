"""Paragraphs and sections: what stands under what, and what a part of the document is about."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from phoihop.engines.reading.model import Section
from phoihop.engines.reading.understanding.clean import Piece
from phoihop.engines.reading.understanding.labels import Label, label_of
from phoihop.engines.reading.understanding.patterns import remembered, vi
from phoihop.kernel.text import is_upper


class Topic(StrEnum):
    """What a section is for, as far as its heading tells."""

    GOALS = "goals"
    SITUATION = "situation"
    WORK = "work"
    ASSIGNMENT = "assignment"
    MONEY = "money"
    BASIS = "basis"
    NONE = "none"


# The word that comes first in a heading decides: "Kết quả thực hiện mục tiêu" reports, "Mục tiêu và kết quả cần đạt" aims.
_TOPICS = [
    (Topic.SITUATION, r"tình hình|thực trạng|đặc điểm|kết quả(?! đầu ra)|đánh giá (?:kết quả|tình hình|chung)|bối cảnh|sự cần thiết|khái quát|tồn tại|hạn chế|khó khăn|nguyên nhân|bài học|vị trí địa lý|^\W*dân số\b|nhận định|thuận lợi|ưu điểm|cơ sở thực tiễn"),
    (Topic.MONEY, r"kinh phí|ngân sách|nguồn vốn|dự toán|mức (?:hỗ trợ|chi|đóng góp|thu)|nguồn lực tài chính"),
    (Topic.BASIS, r"căn cứ|cơ sở pháp lý"),
    (Topic.ASSIGNMENT, r"tổ chức thực hiện|phân công|trách nhiệm (?:của|thực hiện|các)|giao nhiệm vụ"),
    (Topic.GOALS, r"mục tiêu|chỉ tiêu|phấn đấu|kết quả đầu ra|tầm nhìn"),
    (Topic.WORK, r"nhiệm vụ|giải pháp|biện pháp|phương hướng|mục đích|quan điểm"),
]  # fmt: skip
_TOPIC_RES = [(topic, vi(p, re.IGNORECASE)) for topic, p in _TOPICS]
# Words that name a field of work and no more: "1. Công tác tuyên truyền" stands under goals as well as under results.
_FIELD = vi(r"nội dung|hoạt động|công tác|triển khai|trọng tâm|yêu cầu", re.IGNORECASE)


@remembered
def topic_of(heading: str) -> Topic:
    """The topic that a heading's own words tell; NONE when they tell none."""
    best, at = Topic.NONE, len(heading)
    for topic, pattern in _TOPIC_RES:
        match = pattern.search(heading, 0, at)
        if match and match.start() < at:
            best, at = topic, match.start()
    return best


@dataclass(slots=True)
class Paragraph:
    """One paragraph with its label and the headings above it, outermost first."""

    piece: Piece
    label: Label | None
    heading: bool
    above: tuple["Paragraph", ...] = ()
    index: int = 0
    known: Topic | None = None

    @property
    def text(self) -> str:
        return self.piece.text

    @property
    def body(self) -> str:
        """The text without its label."""
        return self.piece.text[self.body_start :]

    @property
    def body_start(self) -> int:
        return self.label.end if self.label else 0

    @property
    def level(self) -> int:
        if self.label:
            return self.label.level
        if self.heading:
            return 3
        # "Phấn đấu đến năm 2025:" without a label stands over the points and dashes that follow it.
        return 9 if self.text.rstrip().endswith(":") and len(self.text) < 240 else 99

    def topic(self) -> Topic:
        """The topic of the nearest heading (or lead-in) that has one; a mere field of work counts last."""
        if self.known is None:
            self.known = self._topic()
        return self.known

    def _topic(self) -> Topic:
        field = False
        for paragraph in reversed(self.above):
            lead_in = paragraph.text.rstrip().endswith(":") and not (
                paragraph.label and paragraph.label.kind == "article"
            )
            if not (paragraph.heading or lead_in):
                continue
            found = topic_of(paragraph.body[:160])
            if found is not Topic.NONE:
                return found
            field = field or bool(_FIELD.search(paragraph.body[:160]))
        return Topic.WORK if field else Topic.NONE


_HEADING_END = vi(r"[;,]\s*\Z|\./\.\s*\Z")
_SENTENCE = vi(r"[.;]\s+\S")


def paragraphs_of(blocks: list[Piece]) -> list[Paragraph]:
    """Blocks with labels and headings found, a heading glued to the next one parted."""
    result: list[Paragraph] = []
    for block in blocks:
        for piece in _unglued(block):
            label = label_of(piece.text)
            result.append(Paragraph(piece, label, False))
    for i, paragraph in enumerate(result):
        following = result[i + 1] if i + 1 < len(result) else None
        paragraph.heading = _is_heading(paragraph, following)
    _nest(result)
    return result


# "I. MỤC ĐÍCH YÊU CẦU1. Mục đích": a capital heading run into the next label.
_GLUED_HEADING = vi(r"(?<=[A-ZĐ])\s*(?=1\.\s?[A-ZĐ])")


def _unglued(block: Piece) -> list[Piece]:
    label = label_of(block.text)
    if label and label.kind in ("roman", "letter", "part"):
        cut = _GLUED_HEADING.search(block.text, label.end)
        if cut and is_upper(block.text[: cut.start()]):
            return [block.part(0, cut.start()), block.part(cut.end(), len(block.text))]
    return [block]


def _is_heading(paragraph: Paragraph, following: Paragraph | None) -> bool:
    label, body = paragraph.label, paragraph.body
    if label is None:
        return is_upper(body) and 3 < len(body) < 160 and not paragraph.piece.cell and "|" not in body
    if label.kind in ("dash", "plus"):
        return False
    if label.kind in ("part", "chapter", "division", "roman", "letter"):
        return len(body) < 300
    if label.kind == "article":
        return len(body) < 120 and not body.rstrip().endswith((".", ";"))
    if len(body) > 220 or _HEADING_END.search(body) or _SENTENCE.search(body):
        return False
    if body.rstrip().endswith(":"):
        return True
    if body.rstrip().endswith("."):
        return len(body) < 90 and following is not None and _lower(following, paragraph)
    # A numbered line without a full stop stands over something if the next line is not its sibling.
    if following is None:
        return len(body) < 90
    return following.label is None or following.label.level > label.level or len(body) < 60


def _lower(following: Paragraph, paragraph: Paragraph) -> bool:
    return following.label is not None and following.label.level > paragraph.level


def _nest(paragraphs: list[Paragraph]) -> None:
    """Give every paragraph the headings above it; "-" items stand under "2. Chỉ tiêu:" and so on."""
    stack: list[Paragraph] = []
    for i, paragraph in enumerate(paragraphs):
        paragraph.index = i
        if paragraph.label or paragraph.heading or paragraph.level == 9:
            while stack and stack[-1].level >= paragraph.level:
                stack.pop()
        elif paragraph.level == 99 and stack and stack[-1].level >= 10 and not stack[-1].heading:
            # A paragraph without a label ends a list of items unless the item called for it by ":".
            while stack and stack[-1].level >= 10 and not stack[-1].text.rstrip().endswith(":"):
                stack.pop()
        paragraph.above = tuple(stack)
        if paragraph.label or paragraph.heading or paragraph.level == 9:
            stack.append(paragraph)


@dataclass(slots=True)
class _Node:
    paragraph: Paragraph
    last: Piece
    children: list["_Node"] = field(default_factory=list)


def sections_of(paragraphs: list[Paragraph]) -> tuple[Section, ...]:
    """The tree of everything labelled; items have an empty heading."""
    roots: list[_Node] = []
    stack: list[_Node] = []
    # Capitals above the first numbered part are letterhead and title; they head no section.
    first = next((p.index for p in paragraphs if p.label), len(paragraphs))
    for paragraph in paragraphs:
        if not (paragraph.label or (paragraph.heading and paragraph.index > first)):
            for node in stack:
                node.last = paragraph.piece
            continue
        while stack and stack[-1].paragraph.level >= paragraph.level:
            stack.pop()
        node = _Node(paragraph, paragraph.piece)
        (stack[-1].children if stack else roots).append(node)
        stack.append(node)
        for above in stack:
            above.last = paragraph.piece
    return tuple(_section(n) for n in roots)


def _section(node: _Node) -> Section:
    p = node.paragraph
    start, heading_end = p.piece.span()
    return Section(
        label=p.label.text if p.label else "",
        heading=p.body.strip().rstrip(":").strip() if p.heading else "",
        span=(start, max(node.last.span()[1], heading_end)),
        heading_span=(start, heading_end),
        level=p.level,
        kind="heading" if p.heading else "item",
        children=tuple(_section(c) for c in node.children),
    )
