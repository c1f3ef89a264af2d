"""The head of a document: number, date, place, issuing body, type, title.

Three kinds of evidence are weighed, in this order: the letterhead of the document itself, the
metadata block that a legal portal prints above it, and the sentence of a news item. Stamps of
incoming mail and a portal's own time stamps are no evidence at all.
"""

import re

from phoihop.engines.reading.understanding import citations, issuers, letterhead, portal, prose, titles
from phoihop.engines.reading.understanding.clean import Piece
from phoihop.engines.reading.understanding.head import Head
from phoihop.engines.reading.understanding.patterns import vi


def head_of(lines: list[Piece], blocks: list[Piece]) -> Head:
    """Read the head of one document from its lines (as broken in the file) and its paragraphs."""
    head = Head()
    meta = portal.metadata(lines)
    anchor = letterhead.letterhead_of(lines, head)
    portal.take(head, meta)
    type_at = titles.type_and_title(lines, head, anchor)
    if head.number is None and anchor is None:
        prose.from_annex_note(head, blocks)
    news = head.number is None or head.issued is None or (anchor is None and type_at is None)
    if news:
        prose.from_prose(head, lines, blocks, strong=anchor is None and not meta and type_at is None)
    if head.type is None and head.number is None:
        blank = next(
            (x for x in lines[:60] if vi(r"(?i)số\s*:?\s*[.…_]*\s*[/-]\s*[A-ZĐ]").match(x.text)), None
        )
        if blank and (
            kind := citations.type_of_number("1" + re.sub(r"(?i)^số\s*:?\s*[.…_]*\s*", "", blank.text))
        ):
            head.type = kind
            head.note("type", blank.span(), 0.8)
    if head.type is None and head.number:
        kind = citations.type_of_number(head.number)
        if kind:
            head.type = kind
    if head.type is None and anchor is not None and type_at is None:
        head.type = titles.type_from_body(blocks)
    if head.type is None and any(re.match(r"(?i)kính gửi\s*:?", b.text) for b in blocks[:25]):
        head.type = "công văn"
    issuers.settle(head, lines, blocks, anchor, type_at, meta)
    if head.place:
        # A place that is in no gazetteer is spelled as the date line spells it.
        spelled = vi(rf"(?i)(?<!\w){re.escape(head.place)}(?!\w)")
        head.title = spelled.sub(head.place, head.title) if head.title else None
        head.issuer = spelled.sub(head.place, head.issuer) if head.issuer else None
    if head.title is None:
        titles.title_elsewhere(head, lines, blocks, anchor, meta)
    return head
