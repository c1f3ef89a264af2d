"""The document doctor: what is wrong with a document, said so that its author can mend it.

``examine`` takes what was understood and the whole extracted text and returns findings. It
prefers silence to a false alarm: whatever ordinary documents do as a matter of course is no finding.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from phoihop.engines.reading.findings import aims, arithmetic, citations, header, numbers, slips
from phoihop.engines.reading.findings.kinds import KINDS, Kind
from phoihop.engines.reading.model import Document, Finding, Severity, Span

__all__ = ["KINDS", "MOST_FINDINGS", "Kind", "examine"]

MOST_FINDINGS = 30

_RANK = {Severity.SERIOUS: 0, Severity.WARNING: 1, Severity.NOTE: 2}


def examine(document: Document, text: str, today: date | None = None) -> tuple[Finding, ...]:
    """Findings on one document, the gravest first and then by place, at most ``MOST_FINDINGS``.

    ``text`` is the whole extracted text that the document's spans point into. With ``today``,
    cited documents that have lost their effect since the issue are named too; without it the
    result does not depend on the day it is asked for.
    """
    start, end = max(0, document.span[0]), min(len(text), document.span[1])
    bounded = replace(document, span=(start, max(start, end)))
    seen: set[Finding] = set()
    findings: list[Finding] = []
    for finding in _all(bounded, text, today):
        kept = replace(finding, spans=_within(finding.spans, len(text)))
        if kept not in seen:
            seen.add(kept)
            findings.append(kept)
    findings.sort(key=lambda f: (_RANK[f.severity], f.spans[:1] or ((len(text), 0),)))
    return tuple(findings[:MOST_FINDINGS])


def _within(spans: Iterable[Span], length: int) -> tuple[Span, ...]:
    """Only spans that mark something; spans given from outside are not trusted."""
    return tuple(sorted({(s, e) for s, e in spans if 0 <= s < e <= length}))


def _all(document: Document, text: str, today: date | None) -> Iterator[Finding]:
    lowered = text.casefold()
    yield from citations.two_dates(document, text)
    yield from citations.from_the_future(document, text)
    yield from citations.against_register(document, text)
    yield from citations.out_of_force(document, text, today)
    yield from numbers.malformed(document, text)
    yield from numbers.letter_with_type_code(document, text)
    yield from numbers.without_year(document, text)
    yield from numbers.year_conflicts(document, text)
    yield from header.own_dates(document, text)
    yield from header.two_numbers(document, text)
    yield from header.impossible_dates(document, text)
    yield from header.missing(document, text)
    yield from header.cut_off(document, text)
    yield from arithmetic.shares(document, text)
    yield from arithmetic.fractions(document, text)
    yield from arithmetic.parts(document, text)
    yield from arithmetic.partitions(document, text)
    yield from arithmetic.money(document, text)
    yield from slips.meaning(document, text, lowered)
    yield from slips.spelling(document, text, lowered)
    yield from slips.page_numbers(document, text)
    yield from slips.repeated(document, text)
    yield from slips.broken_references(document, text)
    yield from aims.without_deadline(document, text)
    yield from aims.without_denominator(document, text)
    yield from aims.conflicting(document, text)
    yield from aims.above_whole(document, text)
    yield from aims.reversed_sense(document, text)
    yield from aims.up_and_down(document, text)
    yield from aims.due_before_issue(document, text)
    yield from aims.without_lead(document, text)
