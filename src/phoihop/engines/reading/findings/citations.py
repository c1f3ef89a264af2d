"""Citations against themselves, against the document that cites them, and against the register."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from phoihop.engines.reading.findings.numbers import locate
from phoihop.engines.reading.findings.register import Known, find, key, register, same_run, year_inside
from phoihop.engines.reading.findings.wording import (
    as_date,
    date_text,
    dates_in,
    enclosing,
    fold,
    found,
    listing,
    place,
)
from phoihop.engines.reading.model import Citation, Document, Finding, Severity, Span

_CENTRAL = re.compile(
    r"^\d+[A-Z]?(?:/(?:(?:19|20)\d{2}/)?(?:NĐ-CP|NQ-CP|QĐ-TTg|CT-TTg|QH\d+|PL-UBTVQH\d+|TT-B[A-ZĐ]+)"
    r"|-(?:CT|NQ|KL|QĐ)/TW)$"
)

# Looking back at a document, or naming it in order to end it, is no reliance on it.
_LOOKING_BACK = re.compile(
    r"(?:tong ket|so ket|danh gia|ket qua|thay the|bai bo|het hieu luc|sua doi|truoc day|da duoc)[^.;]*$"
)
_SITUATION = re.compile(r"ket qua|thuc trang|tinh hinh|danh gia|dac diem|su can thiet")


def _named(citation: Citation) -> str:
    """The document as a message names it: "Kế hoạch số 30/KH-UBND"."""
    kind = (citation.type or "văn bản").strip()
    return f"{kind[:1].upper()}{kind[1:]} số {citation.number}"


def _spans(citation: Citation, text: str) -> tuple[Span, ...]:
    return tuple(locate(citation.number or "", text, span) for span in citation.spans)


def _at(document: Document, spans: tuple[Span, ...]) -> tuple[str, str]:
    at = place(document, spans[0][0] if spans else -1)
    return at.vi, at.en


def _is_other_body(one: Citation, other: Citation) -> bool:
    a, b = fold(one.issuer or ""), fold(other.issuer or "")
    return bool(a and b) and a not in b and b not in a


def two_dates(document: Document, text: str) -> Iterator[Finding]:
    """One number with several dates, whether merged into one citation or kept as several."""
    groups: dict[str, list[Citation]] = {}
    for citation in document.citations:
        if citation.number:
            groups.setdefault(key(citation.number), []).append(citation)
    for group in groups.values():
        first = group[0]
        if any(_is_other_body(first, other) for other in group[1:]):
            continue
        dates = sorted({d for c in group for d in (*c.dates, *((c.date,) if c.date else ()))})
        if len(dates) < 2:
            continue
        clash = any(same_run(first.number or "", a, b) for i, a in enumerate(dates) for b in dates[i + 1 :])
        spans = _dated_places(first.number or "", [s for c in group for s in c.spans], dates, text)
        at_vi, at_en = _at(document, spans)
        written = [date_text(d) for d in dates]
        if clash:
            yield found(
                "two-dates",
                f"{_named(first)}{at_vi} được ghi nhiều ngày khác nhau: {listing(written, 'và')}. Một văn bản"
                " chỉ có một ngày ban hành, người đọc có thể tìm nhầm; hãy đối chiếu bản gốc và sửa thống"
                " nhất.",
                f"{first.number}{at_en} is given with different dates: {listing(written, 'and')}. A document"
                " has one date of issue, and readers may look up the wrong one; check the original.",
                spans,
            )
        else:
            yield found(
                "two-dates",
                f"{_named(first)}{at_vi} được ghi ngày {listing(written, 'và')}. Số đánh lại từ đầu theo từng"
                " thời kỳ nên đây có thể là các văn bản khác nhau trùng số; hãy kiểm tra.",
                f"{first.number}{at_en} is given with the dates {listing(written, 'and')}. Numbering"
                " restarts,"
                " so these may be different documents with the same number; check.",
                spans,
                Severity.NOTE,
            )


def _dated_places(number: str, spans: list[Span], dates: list[date], text: str) -> tuple[Span, ...]:
    """The first place where each date stands beside the number; all places if none is found."""
    places: dict[date, Span] = {}
    for span in sorted(spans):
        start, end = locate(number, text, span)
        limit = max(span[1], end + 40)
        for parts, where in dates_in(text, end, limit):
            dated = as_date(parts)
            if dated in dates and dated is not None:
                places.setdefault(dated, (start, where[1]))
                break
    return tuple(places.values()) if len(places) > 1 else tuple(spans)


def _header(document: Document) -> int:
    """Where the document proper begins: a portal lists related documents before it."""
    return min((w.span[0] for n, w in document.where.items() if n in ("number", "issued")), default=0)


def from_the_future(document: Document, text: str) -> Iterator[Finding]:
    """Documents dated after the one that cites them."""
    if document.issued is None:
        return
    where = document.where.get("issued")
    if where is not None and where.confidence < 0.7:
        return
    header = _header(document)
    for citation in document.citations:
        if citation.number is None or citation.date is None or citation.date <= document.issued:
            continue
        if len(citation.dates) > 1 or all(span[0] < header for span in citation.spans):
            continue
        spans = _spans(citation, text)
        at_vi, at_en = _at(document, spans)
        yield found(
            "cited-from-future",
            f"{_named(citation)}{at_vi} ghi ngày {date_text(citation.date)}, sau ngày của chính văn bản này"
            f" ({date_text(document.issued)}). Không thể viện dẫn văn bản chưa ban hành; hãy kiểm tra hai"
            " ngày.",
            f"{citation.number}{at_en} is dated {date_text(citation.date)}, after this document itself"
            f" ({date_text(document.issued)}). One cannot cite what is not yet issued; check both dates.",
            spans,
        )


def _unchecked(certain: bool) -> tuple[str, str]:
    if certain:
        return "", ""
    return " (thông tin danh mục chưa đối chiếu)", " (register entry not yet checked against the original)"


def _meant(citation: Citation) -> Known | None:
    """The register's entry for a citation, also when the year is missing from its number."""
    number = citation.number or ""
    known = find(number, citation.date)
    if known is None and citation.date is not None and year_inside(number) is None and "/" in number:
        order, symbol = number.split("/", 1)
        known = find(f"{order}/{citation.date.year}/{symbol}", citation.date)
    return known


def against_register(document: Document, text: str) -> Iterator[Finding]:
    """Dates and issuers that contradict the register, and central documents it does not hold."""
    unknown: list[tuple[str, Span]] = []
    for citation in document.citations:
        if citation.number is None:
            continue
        known = _meant(citation)
        spans = _spans(citation, text)
        if known is None:
            if _CENTRAL.match(citation.number) and key(citation.number) != key(document.number or ""):
                ambiguous = citation.date is None and key(citation.number) in register()
                unknown += [] if ambiguous else [(citation.number, span) for span in spans]
            continue
        at_vi, at_en = _at(document, spans)
        mark_vi, mark_en = _unchecked(known.certain)
        if citation.date is not None and citation.date != known.issued and known.issued not in citation.dates:
            yield found(
                "date-mismatch",
                f"{_named(citation)}{at_vi} ghi ngày {date_text(citation.date)}; danh mục đi kèm ghi ngày"
                f" {date_text(known.issued)} ({known.title}){mark_vi}. Hãy đối chiếu và sửa ngày hoặc số.",
                f"{citation.number}{at_en} is dated {date_text(citation.date)}; the register has"
                f" {date_text(known.issued)}{mark_en}. Check, and correct the date or the number.",
                spans,
                None if known.certain else Severity.NOTE,
            )
        if _other_issuer(citation.issuer, known.issuer):
            yield found(
                "issuer-mismatch",
                f"{_named(citation)}{at_vi} ghi của {citation.issuer}; theo danh mục là của {known.issuer}"
                f"{mark_vi}. Hãy đối chiếu.",
                f"{citation.number}{at_en} is attributed to {citation.issuer}; the register has"
                f" {known.issuer}{mark_en}. Check.",
                spans,
                None if known.certain else Severity.NOTE,
            )
    if unknown:
        names = [number for number, _ in unknown]
        yield found(
            "unknown-document",
            f"Chưa có trong danh mục đi kèm, hãy kiểm tra số và ngày: {listing(names, 'và', 8)}."
            " Danh mục chỉ gồm các văn bản thường gặp, nên điều này không có nghĩa là văn bản không có thật.",
            f"Not in the register that comes with the program, check number and date:"
            f" {listing(names, 'and', 8)}. The register holds common documents only; a document missing"
            " from it may well exist.",
            [span for _, span in unknown],
        )


_RIVALS = (frozenset({"bo chinh tri", "ban bi thu"}), frozenset({"quoc hoi", "chinh phu"}))


def _other_issuer(given: str | None, known: str) -> bool:
    """Only pairs that are never loose wording for each other count as a contradiction."""
    a, b = fold(given or ""), fold(known)
    for pair in _RIVALS:
        mine = {name for name in pair if name in a}
        theirs = {name for name in pair if name in b}
        if len(mine) == 1 and len(theirs) == 1 and mine != theirs:
            return True
    return False


def _issued_no_earlier_than(document: Document) -> date | None:
    """The date of issue, or the first day of the year that the title names alone."""
    if document.issued is not None:
        return document.issued
    years = set(re.findall(r"(?<!\d)20\d{2}(?!\d)", document.title or ""))
    return date(int(years.pop()), 1, 1) if len(years) == 1 else None


def _looks_back(document: Document, text: str, span: Span) -> bool:
    before = fold(text[max(0, span[0] - 90) : max(span[0], 0)])
    headings = (fold(f"{s.label} {s.heading}") for s in enclosing(document, span[0]))
    return bool(_LOOKING_BACK.search(before)) or any(_SITUATION.search(h) for h in headings)


def out_of_force(document: Document, text: str, today: date | None) -> Iterator[Finding]:
    """Cited documents that had ended before this one, and those that have ended since."""
    issued, header = _issued_no_earlier_than(document), _header(document)
    later: list[tuple[Known, Span]] = []
    for citation in document.citations:
        known = _meant(citation) if citation.number else None
        if known is None or known.valid_to is None:
            continue
        spans = tuple(
            s for s in _spans(citation, text) if s[0] >= header and not _looks_back(document, text, s)
        )
        if not spans:
            continue
        if issued is not None and known.valid_to < issued:
            yield _ended(document, citation, known, spans)
        elif today is not None and known.valid_to < today:
            later += [(known, span) for span in spans]
    if later:
        yield _ended_since(later)


def _ended(document: Document, citation: Citation, known: Known, spans: tuple[Span, ...]) -> Finding:
    at_vi, at_en = _at(document, spans)
    mark_vi, mark_en = _unchecked(known.end_certain)
    assert known.valid_to is not None
    end = date_text(known.valid_to)
    if known.ended == "period":
        successor = f"; tiếp theo là {known.replaced_by}" if known.replaced_by else ""
        successor_en = f"; followed by {known.replaced_by}" if known.replaced_by else ""
        return found(
            "repealed-document",
            f"{_named(citation)}{at_vi} ({known.title}) chỉ áp dụng đến {end}{successor}{mark_vi}. Nếu"
            " dùng làm"
            " căn cứ cho nhiệm vụ mới, hãy viện dẫn chương trình của giai đoạn hiện hành.",
            f"{citation.number}{at_en} covered a period that ended on {end}{successor_en}{mark_en}. If new"
            " work rests on it, cite the programme of the current period.",
            spans,
            Severity.NOTE,
        )
    by = f", thay bằng {known.replaced_by}" if known.replaced_by else ""
    by_en = f", replaced by {known.replaced_by}" if known.replaced_by else ""
    severity = Severity.SERIOUS if citation.implemented and known.end_certain else Severity.WARNING
    return found(
        "repealed-document",
        f"{_named(citation)}{at_vi} đã hết hiệu lực sau ngày {end}{by}{mark_vi}, trước khi văn bản này"
        " ban hành."
        " Việc làm theo quy định cũ có thể bị coi là không có căn cứ; hãy viện dẫn văn bản thay thế.",
        f"{citation.number}{at_en} lost its effect after {end}{by_en}{mark_en}, before this document was"
        " issued. Acting on an old rule may be held to lack a basis; cite the successor.",
        spans,
        severity if known.end_certain else Severity.NOTE,
    )


def _ended_since(later: list[tuple[Known, Span]]) -> Finding:
    items_vi: list[str] = []
    items_en: list[str] = []
    for known, _ in later:
        assert known.valid_to is not None
        star = "" if known.end_certain else "*"
        successor = f" → {known.replaced_by}" if known.replaced_by else ""
        if known.ended == "period":
            end = date_text(known.valid_to)
            items_vi.append(f"{known.number}{star} (giai đoạn đến {end}){successor}")
            items_en.append(f"{known.number}{star} (period to {end}){successor}")
        else:
            gone = date_text(known.valid_to + timedelta(days=1))
            items_vi.append(f"{known.number}{star} (từ {gone}){successor}")
            items_en.append(f"{known.number}{star} (from {gone}){successor}")
    unchecked = any(not known.end_certain for known, _ in later)
    return found(
        "superseded-later",
        f"Đến nay đã được thay thế hoặc hết giai đoạn: {listing(items_vi, 'và', 8)}. Khi dùng lại văn bản"
        " này,"
        " hãy xem văn bản thay thế." + (" Dấu *: chưa đối chiếu với bản gốc." if unchecked else ""),
        f"Replaced or run out by now: {listing(items_en, 'and', 8)}. Before using this document again, read"
        " the successors." + (" *: not yet checked against the original." if unchecked else ""),
        [span for _, span in later],
    )
