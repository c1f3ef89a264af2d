"""The document about itself: what its header lacks, and where header and body disagree."""

import re
from collections.abc import Iterator
from datetime import date

from phoihop.engines.reading.findings.numbers import locate
from phoihop.engines.reading.findings.register import key
from phoihop.engines.reading.findings.wording import (
    as_date,
    date_text,
    dates_in,
    fold,
    found,
    listing,
    place,
)
from phoihop.engines.reading.model import Document, Finding, Span

_ISSUED_LABEL = re.compile(r"ngày\s+(?:ban\s+hành|ký)[ \t]*[:|]?[ \t|]*(?=\d)", re.IGNORECASE)
_NUMBER_LABEL = re.compile(r"(?:số hiệu|số,? ký hiệu)[ \t]*[:|]?[ \t|]*(\d[\w/.-]*)", re.IGNORECASE)
_OMISSION = re.compile(r"(?:\[\s*(?:\.{3,}|…)\s*\]|\(\s*(?:còn nữa|còn tiếp)\s*\))\s*$", re.IGNORECASE)
_DAY_WORD = re.compile(r"ngày[ \t*_]*$", re.IGNORECASE)
_LONG_BEFORE = 40


def missing(document: Document, text: str) -> Iterator[Finding]:
    """Number, date, issuer and signer that were not found, in one finding."""
    lacks: list[tuple[str, str]] = []
    if document.number is None:
        lacks.append(("số hiệu", "number"))
    if document.issued is None:
        lacks.append(("ngày ban hành", "date of issue"))
    if document.issuer is None:
        lacks.append(("cơ quan ban hành", "issuing body"))
    if not document.signers:
        lacks.append(("người ký", "signer"))
    if not lacks:
        return
    yield found(
        "missing-header",
        f"Không tìm thấy {listing((vi for vi, _ in lacks), 'và')} trong tệp. Thiếu các thông tin này thì khó"
        " viện dẫn và lưu trữ; hãy kiểm tra tệp có đủ phần đầu và phần cuối văn bản.",
        f"Not found in the file: {listing((en for _, en in lacks), 'and')}. Without them the document is hard"
        " to cite and to file; check that the file holds the whole document.",
        [_first_line(document, text)],
    )


def _first_line(document: Document, text: str) -> Span:
    start = max(document.span[0], 0)
    while start < len(text) and text[start].isspace():
        start += 1
    end = text.find("\n", start)
    return (start, min(end if end > start else len(text), start + 120))


def cut_off(document: Document, text: str) -> Iterator[Finding]:
    """An omission mark at the very end."""
    end = min(len(text), document.span[1] + 20)
    start = max(document.span[0], document.span[1] - 60)
    match = _OMISSION.search(text[start:end])
    if match is None:
        return
    start += match.start()
    yield found(
        "cut-off",
        "Văn bản kết thúc bằng dấu lược bỏ: phần sau không có trong tệp, nên các chỉ tiêu và nhiệm vụ đọc"
        " được"
        " có thể chưa đủ. Hãy tìm bản đầy đủ.",
        "The text ends with an omission mark: the rest is not in the file, so the targets and tasks read"
        " may be"
        " incomplete. Look for the full document.",
        [(start, start + len(match[0].rstrip()))],
    )


def own_dates(document: Document, text: str) -> Iterator[Finding]:
    """The document's own date in the properties block or beside its own number in the body."""
    if document.issued is None:
        return
    places: dict[date, Span] = {}
    header = document.where.get("issued")
    if header is not None:
        places[document.issued] = header.span
    for label in _ISSUED_LABEL.finditer(text, *document.span):
        if _before_body(document, label.start()):
            _note_date(text, label.end(), label.end() + 12, places)
    for span in _own_mentions(document, text):
        _note_date(text, span[1], span[1] + _LONG_BEFORE, places, span[0], document.issued.year)
    others = {d: s for d, s in places.items() if d != document.issued}
    if not others:
        return
    written = [date_text(document.issued), *(date_text(d) for d in sorted(others))]
    yield found(
        "two-dates",
        f"Chính văn bản này được ghi nhiều ngày ban hành: {listing(written, 'và')}. Ngày ban hành quyết định"
        " hiệu lực và cách viện dẫn; hãy đối chiếu bản ký.",
        f"This document itself is given different dates of issue: {listing(written, 'and')}. The date decides"
        " its effect and how it is cited; check the signed original.",
        [places[document.issued], *others.values()] if document.issued in places else list(others.values()),
    )


def _before_body(document: Document, offset: int) -> bool:
    """Whether a place lies before the first section, where properties blocks stand."""
    first = min((s.span[0] for s in document.sections), default=document.span[1])
    return offset < first


def _note_date(
    text: str,
    start: int,
    end: int,
    places: dict[date, Span],
    since: int | None = None,
    year: int | None = None,
) -> None:
    """Remember the date that begins within a stretch; with ``year``, only one of that year."""
    for parts, span in dates_in(text, start, end + 24):
        dated = as_date(parts)
        between = text[start : span[0]]
        if span[0] > end or dated is None or re.search(r"[;.\n]|của|hiệu lực|số", between):
            return
        # Numbers restart every year: another year is another document with the same number.
        if year is None or dated.year == year:
            places.setdefault(dated, (start if since is None else since, span[1]))
        return


def _own_mentions(document: Document, text: str) -> Iterator[Span]:
    """Places in the body where the document's own number stands, unless another body bears it too."""
    if document.number is None:
        return
    own, issuer = key(document.number), fold(document.issuer or "")
    for citation in document.citations:
        if key(citation.number or "") == own and citation.issuer and fold(citation.issuer) != issuer:
            return
    start = document.span[0]
    for _ in range(12):
        span = locate(document.number, text, (start, document.span[1]))
        if span == (start, document.span[1]):
            return
        if not text[max(0, span[0] - 1) : span[0]].isdigit():
            yield span
        start = span[1]


def two_numbers(document: Document, text: str) -> Iterator[Finding]:
    """The number of the properties block against the number of the letterhead."""
    where = document.where.get("number")
    if document.number is None or where is None:
        return
    for label in _NUMBER_LABEL.finditer(text, *document.span):
        other = label[1].rstrip(".-")
        if not _before_body(document, label.start()) or key(other) == key(document.number):
            continue
        if label.start() <= where.span[0] < label.end() or "/" not in other:
            continue
        yield found(
            "two-numbers",
            f"Bảng thuộc tính ghi số {other}, phần đầu văn bản ghi số {document.number}. Hãy đối chiếu"
            " bản ký.",
            f"The properties block has the number {other}, the letterhead {document.number}. Check the signed"
            " original.",
            [(label.start(1), label.start(1) + len(other)), where.span],
        )
        return


def impossible_dates(document: Document, text: str) -> Iterator[Finding]:
    """Dates after the word "ngày" that are not in the calendar."""
    for parts, span in dates_in(text, *document.span):
        if as_date(parts) is not None or not _DAY_WORD.search(text[max(0, span[0] - 10) : span[0]]):
            continue
        written = " ".join(text[slice(*span)].replace("*", "").split())
        at = place(document, span[0])
        yield found(
            "impossible-date",
            f"Ngày {written}{at.vi} không có trong lịch. Hãy đối chiếu và sửa.",
            f"The date {written}{at.en} is not in the calendar. Check and correct it.",
            [span],
        )
