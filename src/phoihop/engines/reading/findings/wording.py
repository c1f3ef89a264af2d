"""Figures, dates, quotations and places as the messages word them, and dates found in text."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from phoihop.engines.reading.findings.kinds import KINDS
from phoihop.engines.reading.model import Document, Finding, Section, Severity, Span
from phoihop.kernel.refusals import Bilingual

_DATE = re.compile(
    r"(?P<d>\d(?<![\d/.]\d)\d?)(?:"
    r"\s*[/.-]\s*(?P<m>\d{1,2})\s*[/.-]\s*(?P<y>(?:19|20)\d{2})"
    r"|[*_]*\s+tháng\s+[*_]*(?P<m2>\d{1,2})[*_]*\s+năm\s+[*_]*(?P<y2>(?:19|20)\d{2})"
    r")(?![\d/])",
    re.IGNORECASE,
)


def number(value: int | Decimal) -> str:
    """The same form in both languages: 1209 → "1.209"; Decimal("41.13") → "41,13"."""
    return f"{value:,}".translate(str.maketrans(",.", ".,"))


def date_text(value: date) -> str:
    """The same form in both languages: "05/03/2020"."""
    return f"{value.day:02}/{value.month:02}/{value.year}"


def fold(text: str) -> str:
    """Lower case, no diacritics, single blanks: for comparing wordings, never for showing."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def quote(text: str, limit: int = 70) -> str:
    """A stretch of the document on one line, shortened, in quotation marks."""
    flat = " ".join(text.split())
    return f"“{flat if len(flat) <= limit else flat[: limit - 1].rstrip() + '…'}”"


def listing(items: Iterable[str], conjunction: str, limit: int = 6) -> str:
    """ "a, b và c"; beyond ``limit`` items the rest is counted: "a, b, … (+3)"."""
    seen = list(dict.fromkeys(items))
    if len(seen) > limit:
        return f"{', '.join(seen[:limit])}, … (+{len(seen) - limit})"
    if len(seen) < 2:
        return "".join(seen)
    return f"{', '.join(seen[:-1])} {conjunction} {seen[-1]}"


def dates_in(text: str, start: int, end: int) -> Iterator[tuple[tuple[int, int, int], Span]]:
    """Day, month and year as written (perhaps impossible), with the place of each."""
    for match in _DATE.finditer(text, max(start, 0), max(min(end, len(text)), 0)):
        d, m, y = match["d"], match["m"] or match["m2"], match["y"] or match["y2"]
        yield (int(d), int(m), int(y)), match.span()


def as_date(parts: tuple[int, int, int]) -> date | None:
    """The calendar date of (day, month, year), or None where there is no such day."""
    day, month, year = parts
    try:
        return date(year, month, day)
    except ValueError:
        return None


def enclosing(document: Document, offset: int) -> tuple[Section, ...]:
    """The sections around an offset, outermost first."""
    path: list[Section] = []
    sections: Sequence[Section] = document.sections
    while True:
        inner = next((s for s in sections if s.span[0] <= offset < s.span[1]), None)
        if inner is None:
            return tuple(path)
        path.append(inner)
        sections = inner.children


_ENGLISH_LABEL = {
    "phần": "Part",
    "chương": "Chapter",
    "mục": "Section",
    "điều": "Article",
    "khoản": "Clause",
}
_LABEL = re.compile(r"^(?:[IVXLC]+|\d+(?:\.\d+)*|[a-zđ]|(?:Phần|Chương|Mục|Điều|Khoản) \w+)$", re.IGNORECASE)


def place(document: Document, offset: int) -> Bilingual:
    """ " (mục 2.3)" after the label of the innermost numbered section, or nothing."""
    for section in reversed(enclosing(document, offset)):
        label = section.label.strip(" .)*#-–+•")
        if not _LABEL.match(label):
            continue
        if label[0].isalpha() and " " in label:
            english = _ENGLISH_LABEL[label.split()[0].casefold()] + label[label.index(" ") :]
            return Bilingual(f" ({label})", f" ({english})")
        return Bilingual(f" (mục {label})", f" (section {label})")
    return Bilingual("", "")


def found(kind: str, vi: str, en: str, spans: Iterable[Span], severity: Severity | None = None) -> Finding:
    """A finding of a declared kind; ``severity`` overrides the kind's usual one."""
    usual = KINDS[kind].severity
    return Finding(
        kind, usual if severity is None else severity, Bilingual(vi, en), tuple(sorted(set(spans)))
    )
