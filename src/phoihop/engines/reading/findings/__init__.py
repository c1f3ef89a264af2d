"""The document doctor: what is wrong with a document, said so that its author can mend it.

``examine`` takes what was understood and the whole extracted text and returns findings. It
prefers silence to a false alarm: whatever ordinary documents do as a matter of course is no finding.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import islice

from phoihop.engines.reading.findings import aims, arithmetic, citations, header, numbers, slips
from phoihop.engines.reading.findings.kinds import KINDS, Kind
from phoihop.engines.reading.model import Document, Finding, Severity, Span

__all__ = ["KINDS", "MOST_FINDINGS", "Kind", "examine"]

MOST_FINDINGS = 30
# What one check may find before the gravest are picked; a text made of errors has no end of them.
_MOST_OF_A_KIND = 300

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
    lowered = text[slice(*document.span)].casefold()
    yield from islice(citations.two_dates(document, text), _MOST_OF_A_KIND)
    yield from islice(citations.from_the_future(document, text), _MOST_OF_A_KIND)
    yield from islice(citations.against_register(document, text), _MOST_OF_A_KIND)
    yield from islice(citations.out_of_force(document, text, today), _MOST_OF_A_KIND)
    yield from islice(numbers.malformed(document, text), _MOST_OF_A_KIND)
    yield from islice(numbers.letter_with_type_code(document, text), _MOST_OF_A_KIND)
    yield from islice(numbers.without_year(document, text), _MOST_OF_A_KIND)
    yield from islice(numbers.year_conflicts(document, text), _MOST_OF_A_KIND)
    yield from islice(header.own_dates(document, text), _MOST_OF_A_KIND)
    yield from islice(header.two_numbers(document, text), _MOST_OF_A_KIND)
    yield from islice(header.impossible_dates(document, text), _MOST_OF_A_KIND)
    yield from islice(header.missing(document, text), _MOST_OF_A_KIND)
    yield from islice(header.cut_off(document, text), _MOST_OF_A_KIND)
    yield from islice(arithmetic.shares(document, text), _MOST_OF_A_KIND)
    yield from islice(arithmetic.fractions(document, text), _MOST_OF_A_KIND)
    yield from islice(arithmetic.parts(document, text), _MOST_OF_A_KIND)
    yield from islice(arithmetic.partitions(document, text), _MOST_OF_A_KIND)
    yield from islice(arithmetic.money(document, text), _MOST_OF_A_KIND)
    yield from islice(slips.meaning(document, text, lowered), _MOST_OF_A_KIND)
    yield from islice(slips.spelling(document, text, lowered), _MOST_OF_A_KIND)
    yield from islice(slips.page_numbers(document, text), _MOST_OF_A_KIND)
    yield from islice(slips.repeated(document, text), _MOST_OF_A_KIND)
    yield from islice(slips.broken_references(document, text), _MOST_OF_A_KIND)
    yield from islice(aims.without_deadline(document, text), _MOST_OF_A_KIND)
    yield from islice(aims.without_denominator(document, text), _MOST_OF_A_KIND)
    yield from islice(aims.conflicting(document, text), _MOST_OF_A_KIND)
    yield from islice(aims.above_whole(document, text), _MOST_OF_A_KIND)
    yield from islice(aims.reversed_sense(document, text), _MOST_OF_A_KIND)
    yield from islice(aims.up_and_down(document, text), _MOST_OF_A_KIND)
    yield from islice(aims.due_before_issue(document, text), _MOST_OF_A_KIND)
    yield from islice(aims.without_lead(document, text), _MOST_OF_A_KIND)
