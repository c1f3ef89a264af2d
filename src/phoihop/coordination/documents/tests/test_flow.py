"""The text on the page is the text of the file, whatever is marked in it."""

import re
from collections.abc import Sequence
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.coordination.documents.flow import CHUNK_BLOCKS, NESTING, Block, Heading, Mark, flow, paragraphs

VOID_OF_TAGS = re.compile(r'<a class="tag.*?</a>')


def words(blocks: list[Block]) -> str:
    return unescape(re.sub(r"<[^>]+>", "", VOID_OF_TAGS.sub("", "".join(b.html for b in blocks))))


def blocks_of(
    text: str,
    marks: Sequence[Mark] = (),
    *,
    headings: Sequence[Heading] = (),
    anchors: Sequence[tuple[int, str]] = (),
    rejoin: bool = False,
) -> list[Block]:
    span = (0, len(text))
    return [b for chunk in flow(text, span, span, marks, headings, anchors, rejoin=rejoin) for b in chunk]


def mark(kind: str, item: str, start: int, end: int) -> Mark:
    return Mark(kind, item, (start, end), item.upper(), kind)


class Balance(HTMLParser):
    """Raises on a tag closed out of turn."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


LETTERS = st.text(alphabet=st.sampled_from("aâđ <&>\"'\n\tẤ.5"), max_size=120)
MARKS = st.lists(
    st.tuples(st.sampled_from(sorted(NESTING)), st.integers(0, 120), st.integers(1, 60)), max_size=8
)


@given(LETTERS, MARKS, st.booleans())
def test_marks_change_no_letter_and_nest_properly(text: str, spans: list, rejoin: bool) -> None:
    marks = [
        mark(kind, f"{kind[0]}{n}", a, min(a + size, len(text)))
        for n, (kind, a, size) in enumerate(spans)
        if a < len(text)
    ]
    blocks = blocks_of(text, marks, rejoin=rejoin)
    assert re.sub(r"\s", "", words(blocks)) == re.sub(r"\s", "", text)
    for block in blocks:
        balance = Balance()
        balance.feed(block.html)
        assert balance.open == []
    html = "".join(b.html for b in blocks)
    for m in marks:
        covered = text[m.span[0] : m.span[1]]
        shown = "".join(words([Block(0, None, "", False, False, inner)]) for inner in _inside(html, m.item))
        assert re.sub(r"\s", "", shown) == re.sub(r"\s", "", covered)


def _inside(html: str, item: str) -> list[str]:
    """What stands inside each element of an item."""
    found = []
    for opening in re.finditer(rf'<span class="[^"]*" data-i="{item}" data-n="0">', html):
        depth, at = 1, opening.end()
        while depth:
            step = re.compile(r"<(/?)span").search(html, at)
            assert step is not None
            depth += -1 if step.group(1) else 1
            at = step.end()
        found.append(html[opening.end() : at - len("</span")])
    return found


@given(LETTERS, st.booleans())
def test_paragraphs_tile_the_text(text: str, rejoin: bool) -> None:
    spans = list(paragraphs(text, (0, len(text)), rejoin=rejoin))
    assert "".join(text[a:b] for a, b in spans) == text


def test_a_mark_over_two_paragraphs_has_its_tag_once() -> None:
    blocks = blocks_of("một hai\nba bốn", [mark("task", "k1", 4, 10)])
    assert [b.html.count("<a ") for b in blocks] == [1, 0]
    assert [b.html.count('data-i="k1"') for b in blocks] == [1, 1]


def test_overlapping_marks_are_split_and_each_keeps_one_tag() -> None:
    [block] = blocks_of("abcdef", [mark("task", "k1", 0, 4), mark("target", "t1", 2, 6)])
    assert block.html.count('id="src-k1"') == block.html.count('id="src-t1"') == 1
    assert block.html.count('data-i="t1"') == 2


BROKEN = "Tiếp tục nâng cao hiệu quả tư vấn và điều trị tại các\nđiểm; mở rộng tới các bản xa.\n- Mục khác\n"


@pytest.mark.parametrize(("rejoin", "count"), [(True, 2), (False, 3)])
def test_lines_broken_by_the_page_are_joined_where_the_format_breaks_lines(rejoin: bool, count: int) -> None:
    assert len(blocks_of(BROKEN, rejoin=rejoin)) == count


@pytest.mark.parametrize(
    ("text", "span", "tag"),
    [
        ("II. NHIỆM VỤ\n", (0, 12), "h3"),
        ("1. Truyền thông: in tờ gấp và phát tới từng hộ ở các xã\n", (0, 16), "p"),
        ("2.1. Đạt 90% xã có cán bộ.\n", (0, 26), "p"),
    ],
)
def test_a_heading_is_told_from_a_numbered_sentence(text: str, span: tuple[int, int], tag: str) -> None:
    [block] = blocks_of(text, headings=[Heading("s1", span, 1)])
    assert (block.tag, block.id) == (tag, "s1")


def test_a_heading_that_runs_into_its_sentence_is_bold_only_so_far() -> None:
    [block] = blocks_of("1. Y tế: làm việc gì đó rất dài", headings=[Heading("s1", (0, 8), 2)])
    assert block.html.startswith("<b>1. Y tế:</b>")


def test_margin_anchors_are_said_once() -> None:
    blocks = blocks_of("a\nb\nc", anchors=[(0, "tr. 1"), (4, "tr. 2")])
    assert [b.anchor for b in blocks] == ["tr. 1", "", "tr. 2"]


def test_what_is_outside_the_document_is_flagged() -> None:
    chunks = flow("menu\nvăn bản\n", (0, 13), (5, 12), [], [], [], rejoin=False)
    assert [b.outside for b in chunks[0]] == [True, False]


def test_a_long_text_comes_in_chunks() -> None:
    text = "dòng\n" * (CHUNK_BLOCKS * 2 + 1)
    chunks = flow(text, (0, len(text)), (0, len(text)), [], [], [], rejoin=False)
    assert [len(c) for c in chunks] == [CHUNK_BLOCKS, CHUNK_BLOCKS, 1]
