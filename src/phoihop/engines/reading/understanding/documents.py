"""From extracted text to everything understood: documents, heads, sections, citations, targets, tasks."""

import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import replace
from itertools import accumulate

from phoihop.engines.reading.findings import examine
from phoihop.engines.reading.intake.refusing import refuse
from phoihop.engines.reading.model import Citation, Document, Extract, Reading, Span, Target, Task
from phoihop.engines.reading.understanding import citations, header, rows, signing
from phoihop.engines.reading.understanding.clean import Piece, blocks_of, lines_of
from phoihop.engines.reading.understanding.head import Head
from phoihop.engines.reading.understanding.patterns import forget, vi
from phoihop.engines.reading.understanding.structure import Paragraph, paragraphs_of, sections_of
from phoihop.engines.reading.understanding.targets import targets_of
from phoihop.engines.reading.understanding.tasks import tasks_of


def understand(source: Extract, name: str) -> Reading:
    """Understand a text. Raises Refusal ("not-official") when nothing in it is an official document's."""
    try:
        lines = lines_of(source.text)
        documents = tuple(_document(part, source.text) for part in _parted(lines))
    finally:
        forget()
    if not any(_official(d) for d in documents) and len(_BODIES.findall(source.text)) < 2:
        raise refuse("not-official")
    return Reading(name, source, documents)


# News that names no document still speaks of the bodies that issue them.
_BODIES = vi(
    r"\b(?:UBND|HĐND|(?:Ủy|Uỷ|ủy) ban nhân dân|Sở\s+[A-ZĐ]|Bộ\s+[A-ZĐ]|Công an\s|Tỉnh ủy|Thành ủy|Ban Chỉ đạo|Chính phủ)"
)


def _official(document: Document) -> bool:
    """Whether a text has anything that only official documents, or news of them, have."""
    named = document.number or document.type or document.issuer
    cites = any(c.number for c in document.citations)
    binds = any(t.value is not None for t in document.targets)
    return bool(named or cites or binds or document.signers or document.tasks)


_LETTERHEAD = re.compile(
    r"(?i)cộng\s*h(?:òa|oà)\s*xã\s*hội\s*chủ\s*nghĩa\s*việt\s*nam|^đảng cộng sản việt nam"
)


_MOST_DOCUMENTS = 200


def _parted(lines: list[Piece]) -> list[list[Piece]]:
    """Several documents in one file, each beginning with its own letterhead, number and date."""
    starts = [
        i
        for i, line in enumerate(lines)
        if _LETTERHEAD.search(line.text)
        and any(re.match(r"(?i)số\s*[:.]?\s*\d", x.text) for x in lines[i : i + 8])
    ]
    if len(starts) < 2:
        return [lines]
    # A gazette holds a few dozen; beyond this the rest is read as one.
    starts = starts[:_MOST_DOCUMENTS]
    cuts = [0]
    for i in starts[1:]:
        # The issuing body stands above or beside the country's name.
        at = i
        while (
            at > cuts[-1] + 3 and i - at < 3 and lines[at - 1].text.isupper() and len(lines[at - 1].text) < 70
        ):
            at -= 1
        cuts.append(at)
    return [lines[a:b] for a, b in zip(cuts, [*cuts[1:], len(lines)], strict=True)]


_IMPLEMENTS = re.compile(
    r"(?i)^\W*(?:căn cứ|thực hiện|triển khai thực hiện|triển khai|theo|quán triệt|trên cơ sở|tiếp tục thực hiện)\b"
)


def _document(lines: list[Piece], text: str) -> Document:
    if not lines:
        return Document(span=(0, len(text)))
    blocks = blocks_of(lines)
    paragraphs = paragraphs_of(blocks)
    head = header.head_of(lines, blocks)
    recipients, recipients_span = signing.recipients_of(lines)
    if recipients_span:
        head.note("recipients", recipients_span, 0.9)
    tasks, targets = _work(paragraphs, lines, head)
    document = Document(
        span=(lines[0].span()[0], lines[-1].span()[1]),
        number=head.number,
        issued=head.issued,
        issuer=head.issuer,
        parent_issuer=head.parent_issuer,
        place=head.place,
        type=head.type,
        title=head.title,
        period=_period(head.title or ""),
        signers=signing.signers_of(lines, head.metadata_signer),
        recipients=recipients,
        where=head.where,
        sections=sections_of(paragraphs),
        citations=_citations(paragraphs, head),
        targets=targets,
        tasks=tasks,
    )
    return replace(document, findings=examine(document, text))


def _work(
    paragraphs: list[Paragraph], lines: list[Piece], head: Head
) -> tuple[tuple[Task, ...], tuple[Target, ...]]:
    """Tasks and targets of the prose and of the tables, in the order of the text."""
    tables = rows.tables_of(lines)
    tasks, targets = tasks_of(
        paragraphs, targets_of(paragraphs, letterhead=_has_letterhead(head), year=_year(head))
    )
    figured = _touching([t.value_span for t in targets])
    told = _touching([t.span for t in tasks])
    both = [*targets, *(t for t in rows.targets_in(tables) if not figured(t.value_span))]
    assigned = [t for t in rows.tasks_in(tables) if not told(t.span)]
    order = sorted(range(len(both)), key=lambda i: (both[i].span, i))
    everything = [both[i] for i in order]
    at = {old: new for new, old in enumerate(order)}
    moved = [replace(t, outputs=tuple(sorted(at[i] for i in t.outputs))) for t in tasks]
    return tuple(sorted([*moved, *assigned], key=lambda t: t.span)), tuple(everything)


def _has_letterhead(head: Head) -> bool:
    """Whether the text is a document itself and not prose about one."""
    number = head.where.get("number")
    return number is not None and number.confidence >= 0.85


_SPAN_OF_YEARS = vi(r"(?P<from>20\d\d)\s*[-–]\s*(?P<to>20\d\d)")
_ONE_YEAR = vi(r"(?i)năm\s+(?P<year>20\d\d)")


def _period(title: str) -> str | None:
    """The years a title gives its document: 'giai đoạn 2021 - 2025', 'năm 2024'."""
    span = _SPAN_OF_YEARS.search(title)
    if span:
        return f"{span['from']}-{span['to']}"
    years = _ONE_YEAR.findall(title)
    return years[-1] if years else None


def _year(head: Head) -> int | None:
    """The document's own year, from its date or, failing that, from its title."""
    if head.issued:
        return head.issued.year
    named = re.search(r"(?i)(?<!đến )(?<!trước )(?<!vào )(?:năm\s+)(?P<year>20\d\d)", head.title or "")
    period = re.search(r"(?P<year>20\d\d)(?=\s*[-–]\s*20\d\d)", head.title or "")
    found = named or period
    return int(found["year"]) if found else None


def _touching(spans: list[Span]) -> Callable[[Span], bool]:
    """Tells whether a span overlaps any of these."""
    spans = sorted(spans)
    reached = list(accumulate((end for _, end in spans), max))

    def touches(span: Span) -> bool:
        before = bisect_left(spans, (span[1], -1))
        return before > 0 and reached[before - 1] > span[0]

    return touches


def _citations(paragraphs: list[Paragraph], head: Head) -> tuple[Citation, ...]:
    mentions: list[citations.Mention] = []
    laws: list[Citation] = []
    implemented: set[str] = set()
    for paragraph in paragraphs:
        here = citations.mentions_in(paragraph.piece)
        mentions += here
        laws += citations.laws_in(paragraph.piece)
        if here and not paragraph.label and _IMPLEMENTS.match(paragraph.text):
            implemented |= {citations.key_of(m.number) for m in here}
    return citations.merge(mentions, laws, head.number, implemented)
