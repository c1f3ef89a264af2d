"""The shape of document numbers: years that are missing, signs that are lost or wrong.

State documents write "30/KH-UBND" (normative ones "116/2021/NĐ-CP"), Party documents
"36-CT/TW"; an official letter has no type code ("2420/VPCP-KGVX"). NĐ 30/2020/NĐ-CP, Annex III.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from phoihop.engines.reading.findings.register import find, key, register, year_inside
from phoihop.engines.reading.findings.wording import found, listing, place
from phoihop.engines.reading.model import Citation, Document, Finding, Severity, Span

LAYOUT_DECREE = date(2020, 3, 5)

_STATE_TYPES = r"NQ|QĐ|CT|TB|HD|CTr|KH|ĐA|DA|BC|TTr|PA|CĐ|QC"
_STATE_BODIES = r"UBND|HĐND|BYT|BCA|BLĐTBXH|LĐTBXH|BTC|TTg|BCĐ"

# Central normative acts whose number carries the year. The form without the year was ordinary
# until the first law on promulgating legal documents took effect at the start of 1997, and lingered
# for a year. QĐ-TTg, NQ-HĐND and QĐ-UBND exist in both forms and cannot be judged by their letters.
_NEEDS_YEAR = re.compile(
    r"^(?P<order>\d+[A-Z]?)/(?P<symbol>NĐ-CP|TTLT-[A-ZĐ&-]+|TT-(?:B[A-ZĐ&]+|NHNN|TTCP|UBDT|VPCP)"
    r"|QH1\d|PL-UBTVQH1\d)$"
)
_YEAR_ALWAYS_FROM = 1998

_BLANK = re.compile(r"\d[ \xa0]+/|/[ \xa0]+\w|-[ \xa0]|[ \xa0]-")
_FILLING = r"[\s*_|]{0,12}"
_GAP = re.compile(_FILLING)
_MENDED = re.compile(rf"(?:{_FILLING}[/-]+{_FILLING}[A-ZĐ0-9][\w&]*)+")
_TOKENS = re.compile(r"\d+|[^\W\d_]+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with one number, in words, and the form that was probably meant."""

    vi: str
    en: str
    suggestion: str | None
    severity: Severity = Severity.WARNING


_GLUED = re.compile(rf"^(\d+/(?:\d{{4}}/)?)(KH|QĐ|CTr|NĐ|BC|TTr|HD|NQ|CT|TB)({_STATE_BODIES})$")
_SLASHED = re.compile(rf"^(\d+/(?:\d{{4}}/)?)({_STATE_TYPES})/({_STATE_BODIES})$")
_PARTY_IN_STATE_FORM = re.compile(r"^(\d+)/(NQ|CT|QĐ|KL|HD|TB|KH|CTr|BC|QyĐ|ĐA)-(TW|TU|HU|ĐU|BTGTW|VPTW)$")
_PARTY_GLUED = re.compile(r"^(\d+)(?:-?)(NQ|CT|QĐ|KL|HD|TB|KH|CTr)[-/](TW|TU)$")
_STATE_IN_PARTY_FORM = re.compile(rf"^(\d+)-({_STATE_TYPES})/({_STATE_BODIES})$")
_LOST_STROKE = re.compile(r"\b(?:QD-[A-ZĐ]|ND-CP\b)|\b(?:HDND|BLDTBXH|LDTBXH|BCD)\b")
_SWAPPED = re.compile(r"\b(?:UNBD|UBDN|UNDB|UBNDD)\b")
_RESTORED = {"QD-": "QĐ-", "ND-CP": "NĐ-CP", "HDND": "HĐND", "LDTBXH": "LĐTBXH", "BCD": "BCĐ"}


def _flaw(number: str) -> Flaw | None:
    """The first thing wrong with the letters and signs of a number."""
    if "//" in number:
        return Flaw("thừa dấu gạch chéo", "the slash is doubled", number.replace("//", "/"))
    if m := _GLUED.match(number):
        return Flaw("thiếu dấu gạch nối", "the hyphen is missing", f"{m[1]}{m[2]}-{m[3]}")
    if m := _SLASHED.match(number):
        return Flaw("dùng gạch chéo thay gạch nối", "a slash stands for the hyphen", f"{m[1]}{m[2]}-{m[3]}")
    if (m := _PARTY_IN_STATE_FORM.match(number)) or (m := _PARTY_GLUED.match(number)):
        wanted = f"{m[1]}-{m[2]}/{m[3]}"
        if wanted != number:
            return Flaw(
                "văn bản của Đảng viết theo mẫu của Nhà nước",
                "a Party document is written in the state form",
                wanted,
            )
    if m := _STATE_IN_PARTY_FORM.match(number):
        return Flaw(
            "văn bản của Nhà nước viết theo mẫu của Đảng",
            "a state document is written in the Party form",
            f"{m[1]}/{m[2]}-{m[3]}",
        )
    if _SWAPPED.search(number):
        return Flaw("sai ký hiệu cơ quan", "the body's symbol is mistyped", _SWAPPED.sub("UBND", number))
    if _LOST_STROKE.search(number):
        fixed = number
        for wrong, right in _RESTORED.items():
            fixed = fixed.replace(wrong, right)
        return Flaw("chữ Đ mất dấu", "the letter Đ lost its stroke", fixed, Severity.NOTE)
    if number.endswith("-TTG"):
        return Flaw(
            "ký hiệu TTg viết hoa sai", "TTg is wrongly capitalised", number[:-1] + "g", Severity.NOTE
        )
    return None


def locate(number: str, text: str, span: Span) -> Span:
    """The place of the number itself inside a citing place; the whole place if it is not found.

    A number that the reader mended ("3237/KH-UBND" for "3237/KHUBND") is found by its digits.
    """
    tokens = _TOKENS.findall(number)
    if not tokens or len(tokens) > 40:
        return span
    start, end = max(span[0], 0), max(min(span[1], len(text)), 0)
    at = text.find(tokens[0], start, end)
    while at >= 0:
        if found := _spelt_out(tokens, text, at, end):
            return at, found
        at = text.find(tokens[0], at + 1, end)
    at = text.find(tokens[0], start, end)
    while at >= 0 and tokens[0].isdigit():
        mended = _MENDED.match(text, at + len(tokens[0]), end)
        if mended and not text[max(at - 1, 0) : at].isdigit():
            return at, mended.end()
        at = text.find(tokens[0], at + 1, end)
    return span


def _spelt_out(tokens: list[str], text: str, at: int, end: int) -> int | None:
    """Where the tokens of a number end, if they stand here with no more than blanks and mark-up between."""
    for i, token in enumerate(tokens):
        if i:
            gap = _GAP.match(text, at, end)
            at = gap.end() if gap else at
        stop = at + len(token)
        if stop > end or text[at:stop].casefold() != token.casefold():
            return None
        at = stop
    return at


def _worded(number: str, text: str, place: Span) -> str:
    """The number as the document has it at a place, without blanks and mark-up."""
    raw = re.sub(r"[\s*_|]", "", text[slice(*place)])
    return raw if re.fullmatch(r"\d[\w/&.-]*", raw) else number


def _all_capitals(text: str, span: Span) -> bool:
    """Whether the line around a place is in capitals, where TTG is not a slip."""
    start = text.rfind("\n", 0, span[0]) + 1
    around = text[start : span[0]] + text[span[1] : span[1] + 40]
    letters = [c for c in around if c.isalpha()]
    return len(letters) > 3 and sum(c.isupper() for c in letters) * 10 > len(letters) * 8


def _own(document: Document) -> tuple[tuple[str, tuple[Span, ...], date | None], ...]:
    where = document.where.get("number")
    if document.number is None or where is None:
        return ()
    return ((document.number, (where.span,), document.issued),)


def _cited(document: Document) -> Iterator[tuple[str, tuple[Span, ...], date | None]]:
    for citation in document.citations:
        if citation.number:
            yield citation.number, citation.spans, citation.date


def malformed(document: Document, text: str) -> Iterator[Finding]:
    """Numbers that break their pattern, the document's own and cited ones."""
    blanks: list[Span] = []
    unpadded: list[tuple[str, Span]] = []
    for number, spans, dated in (*_own(document), *_cited(document)):
        places = tuple(locate(number, text, span) for span in spans)
        blanks += [
            p for p in places if re.search(r"[\d/][ \xa0]+/|/[ \xa0]+\w|-[ \xa0]|[ \xa0]-", text[slice(*p)])
        ]
        if re.match(r"^[1-9]/", number) and dated is not None and dated >= LAYOUT_DECREE:
            unpadded += [(number, p) for p in places]
        yield from _malformed(document, text, number, places)
    if blanks:
        shown = [" ".join(text[slice(*p)].replace("*", "").split()) for p in blanks]
        yield found(
            "malformed-number",
            f"Số hiệu có khoảng trống bên trong: {listing(shown, 'và')}. Số hiệu viết liền, không cách"
            " quãng (NĐ 30/2020/NĐ-CP); nên viết lại cho dễ tra cứu.",
            f"Blanks inside the number: {listing(shown, 'and')}. Numbers are written without blanks"
            " (Decree 30/2020/NĐ-CP); close them up so that a search finds the document.",
            blanks,
            Severity.NOTE,
        )
    if unpadded:
        names = [number for number, _ in unpadded]
        yield found(
            "malformed-number",
            f"Số nhỏ hơn 10 phải thêm số 0 phía trước: {listing(names, 'và')} (NĐ 30/2020/NĐ-CP).",
            f"Numbers below 10 take a leading zero: {listing(names, 'and')} (Decree 30/2020/NĐ-CP).",
            [p for _, p in unpadded],
            Severity.NOTE,
        )


def _malformed(document: Document, text: str, number: str, places: tuple[Span, ...]) -> Iterator[Finding]:
    """One finding for each wrong form in which a number is written."""
    forms: dict[str, list[Span]] = {}
    for where in places:
        forms.setdefault(_worded(number, text, where), []).append(where)
    for written, spans in forms.items():
        flaw = _flaw(written)
        if flaw is None:
            continue
        if written.endswith("-TTG"):
            spans = [p for p in spans if not _all_capitals(text, p)]
            if not spans:
                continue
        at = place(document, spans[0][0])
        vi = f"Số hiệu “{written}”{at.vi} sai thể thức: {flaw.vi}."
        en = f"The number “{written}”{at.en} is malformed: {flaw.en}."
        if flaw.suggestion:
            vi += f" Có lẽ là “{flaw.suggestion}”."
            en += f" Probably “{flaw.suggestion}” is meant."
        yield found(
            "malformed-number",
            vi + " Tra cứu theo số sai sẽ không tìm thấy văn bản; hãy sửa theo bản gốc.",
            en + " A search for it finds nothing; correct it from the original.",
            spans,
            flaw.severity,
        )


def letter_with_type_code(document: Document, text: str) -> Iterator[Finding]:
    """The document's own number in the form "1790/CV-BCĐ", which a state letter does not have."""
    for number, spans, dated in _own(document):
        match = re.match(r"^(\d+)/CV-(.+)$", number)
        if match and dated is not None and dated >= LAYOUT_DECREE:
            yield found(
                "malformed-number",
                f"Số “{number}” có chữ CV: công văn không có ký hiệu tên loại, chỉ gồm số, tên viết tắt cơ"
                " quan và đơn vị soạn thảo (NĐ 30/2020/NĐ-CP, từ 05/03/2020). Văn bản vẫn đọc được;"
                " lần ban hành sau nên bỏ CV.",
                f"The number “{number}” contains CV: an official letter has no type code, only the number,"
                " the body and the drafting unit (Decree 30/2020/NĐ-CP, from 05/03/2020). The letter is"
                " still understood; drop CV next time.",
                [locate(number, text, span) for span in spans],
                Severity.NOTE,
            )


def _full_number(order: str, symbol: str, dated: date | None) -> str | None:
    """The number with its year, from the date or from the only such entry in the register."""
    if dated is not None:
        return f"{order}/{dated.year}/{symbol}"
    known = _by_symbol().get((order, symbol), ())
    return known[0] if len(known) == 1 else None


@cache
def _by_symbol() -> dict[tuple[str, str], tuple[str, ...]]:
    """The register's numbers with a year, by what stands before and after the year."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for entries in register().values():
        for known in entries:
            if parts := re.fullmatch(r"(\d+[A-Z]?)/\d{4}/(.+)", known.number):
                found[parts[1], parts[2]] = (*found.get((parts[1], parts[2]), ()), known.number)
    return found


def without_year(document: Document, text: str) -> Iterator[Finding]:
    """Central normative acts cited without the year that belongs into their number."""
    whole = {key(c.number) for c in document.citations if c.number and year_inside(c.number)}
    for citation in document.citations:
        number = citation.number or ""
        match = _NEEDS_YEAR.match(number)
        dated = citation.date
        if match and (dated is None or dated.year >= _YEAR_ALWAYS_FROM):
            full = _full_number(match["order"], match["symbol"], dated)
        else:
            full = _year_from_register(number, dated)
            if full is None:
                continue
        spans = [locate(number, text, span) for span in citation.spans]
        at = place(document, spans[0][0]) if spans else place(document, -1)
        # Once the full number stands elsewhere, the short form is only untidy.
        severity = Severity.NOTE if full and key(full) in whole else None
        hint_vi = f" Số đầy đủ có lẽ là “{full}”." if full else ""
        hint_en = f" The full number is probably “{full}”." if full else ""
        yield found(
            "number-without-year",
            f"“{number}”{at.vi} thiếu năm trong số hiệu.{hint_vi} Mỗi năm số hiệu đánh lại từ 01, nên"
            " không có năm thì không biết là văn bản nào; hãy bổ sung.",
            f"“{number}”{at.en} lacks the year in its number.{hint_en} Numbering restarts every year, so"
            " without it the document is not determined; add it.",
            spans,
            severity,
        )


def _year_from_register(number: str, dated: date | None) -> str | None:
    """The full number of a normative QĐ-TTg cited without year, when date and register prove it."""
    match = re.match(r"^(\d+)/(QĐ-(?:TTg|B[A-ZĐ]+))$", number)
    if match is None or dated is None or find(number, dated) is not None:
        return None
    full = f"{match[1]}/{dated.year}/{match[2]}"
    known = find(full, dated)
    return full if known is not None and known.issued == dated else None


def year_conflicts(document: Document, text: str) -> Iterator[Finding]:
    """Citations whose number carries one year and whose date carries another."""
    for citation in document.citations:
        yield from _year_conflict(document, citation, text)


def _year_conflict(document: Document, citation: Citation, text: str) -> Iterator[Finding]:
    inside = year_inside(citation.number or "")
    if inside is None or citation.date is None or citation.number is None or inside == citation.date.year:
        return
    if len(citation.dates) > 1 or not re.search(r"/(?:NĐ-CP|QH\d+|TT-|TTLT-|QĐ-TTg)", citation.number):
        return
    spans = [locate(citation.number, text, span) for span in citation.spans]
    at = place(document, spans[0][0]) if spans else place(document, -1)
    yield found(
        "year-mismatch",
        f"“{citation.number}”{at.vi} có năm {inside} trong số hiệu nhưng ghi ngày ban hành năm"
        f" {citation.date.year}. Một trong hai chỗ sai; hãy đối chiếu bản gốc.",
        f"“{citation.number}”{at.en} has the year {inside} in its number but a date in"
        f" {citation.date.year}. One of the two is wrong; check the original.",
        spans,
    )
