"""Slips that change the meaning, spelling, and damage from converting a file."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from phoihop.engines.reading.findings.wording import found, listing, place, quote
from phoihop.engines.reading.model import Document, Finding, Severity, Span


@dataclass(frozen=True, slots=True)
class Slip:
    """One known slip; see ``slips.toml`` for what the fields mean."""

    needle: str
    pattern: re.Pattern[str]
    meant: str
    severity: Severity
    vi: str = ""
    en: str = ""


@cache
def _table() -> tuple[tuple[Slip, ...], re.Pattern[str]]:
    """All slips, and one pattern for a number standing inside a compound word."""
    raw = tomllib.loads(files(__package__).joinpath("slips.toml").read_text("utf-8"))
    slips = tuple(
        Slip(**{**s, "pattern": re.compile(s["pattern"]), "severity": Severity(s["severity"])})
        for s in raw["slip"]
    )
    pairs = [word.split() for word in raw["compounds"]["words"]]
    inside = "|".join(rf"{re.escape(a)} {{1,3}}\d{{1,3}} {{1,3}}{re.escape(b)}" for a, b in pairs)
    return slips, re.compile(rf"\b(?:{inside})\b", re.IGNORECASE)


def _hits(slip: Slip, text: str, lowered: str, within: Span) -> list[Span]:
    if slip.needle not in lowered:
        return []
    return [m.span(1) for m in slip.pattern.finditer(text, *within)]


def meaning(document: Document, text: str, lowered: str) -> Iterator[Finding]:
    """Slips that reverse or damage the meaning, one finding a kind of slip."""
    for slip in _table()[0]:
        if slip.severity is Severity.NOTE:
            continue
        spans = _hits(slip, text, lowered, document.span)
        if not spans:
            continue
        at = place(document, spans[0][0])
        said = quote(text[slice(*spans[0])])
        yield found(
            "meaning-slip",
            f"{said}{at.vi}: có lẽ là “{slip.meant}”. {_sentence(slip.vi)} Hãy đối chiếu bản gốc và đính"
            " chính.",
            f"{said}{at.en}: probably “{slip.meant}” is meant. {_sentence(slip.en)} Check the original and"
            " correct it.",
            spans,
            slip.severity,
        )


def _sentence(reason: str) -> str:
    return f"{reason[:1].upper()}{reason[1:]}."


def spelling(document: Document, text: str, lowered: str) -> Iterator[Finding]:
    """Slips that leave the meaning intact, all in one finding."""
    spans: list[Span] = []
    shown: list[str] = []
    for slip in _table()[0]:
        if slip.severity is not Severity.NOTE:
            continue
        for span in _hits(slip, text, lowered, document.span):
            spans.append(span)
            shown.append(f"“{text[slice(*span)]}” → “{slip.meant}”")
    if spans:
        yield found(
            "spelling",
            f"Lỗi chính tả hoặc lỗi nhận dạng chữ: {listing(shown, 'và', 8)}. Không làm sai nghĩa nhưng"
            " tìm kiếm"
            " sẽ bỏ sót; nên sửa.",
            f"Spelling or recognition errors: {listing(shown, 'and', 8)}. The meaning survives, but"
            " searches miss"
            " these words; correct them.",
            spans,
        )


def page_numbers(document: Document, text: str) -> Iterator[Finding]:
    """Numbers in the middle of a compound word on one line."""
    spans = [m.span() for m in _table()[1].finditer(text, *document.span)]
    if spans:
        shown = [quote(text[slice(*span)]) for span in spans]
        yield found(
            "page-number-inside-sentence",
            f"Số trang lẫn vào giữa câu khi chuyển đổi tệp: {listing(shown, 'và')}. Dễ bị đọc thành số liệu;"
            " hãy xóa.",
            f"A page number was pushed into the sentence by conversion: {listing(shown, 'and')}. It may"
            " be read"
            " as a figure; delete it.",
            spans,
        )


_WORD = re.compile(r"[^\W\d_]+")
_LAWFUL_REPEATS = frozenset({"từng bước", "ngày càng", "từng ngày", "dần dần", "nhiều hơn"})
_LONGEST = 4


def repeated(document: Document, text: str) -> Iterator[Finding]:
    """The same two to four words twice in a row, with single blanks between."""
    words = list(_WORD.finditer(text, *document.span))
    spelt = [w[0] for w in words]
    joined = [
        i + 1 < len(words) and text[words[i].end() : words[i + 1].start()] == " " for i in range(len(words))
    ]
    # breaks[k]: how many gaps that are no single blank lie before word k
    breaks = [0]
    for one in joined:
        breaks.append(breaks[-1] + (not one))
    spans: list[Span] = []
    i = 0
    while i < len(words):
        n = next((n for n in range(_LONGEST, 1, -1) if _repeats(spelt, breaks, i, n)), 0)
        if n:
            spans.append((words[i].start(), words[i + 2 * n - 1].end()))
        i += 2 * n or 1
    if spans:
        shown = [quote(text[slice(*span)]) for span in spans]
        yield found(
            "repeated-words",
            f"Từ bị lặp: {listing(shown, 'và')}. Hãy xóa phần lặp.",
            f"Repeated words: {listing(shown, 'and')}. Delete the repetition.",
            spans,
        )


def _repeats(spelt: list[str], breaks: list[int], i: int, n: int) -> bool:
    """Whether words i … i+n stand again right after; table cells in capitals do not count."""
    if i + 2 * n > len(spelt) or breaks[i + 2 * n - 1] != breaks[i]:
        return False
    first, second = spelt[i : i + n], spelt[i + n : i + 2 * n]
    if second[0][0].isupper() or len(set(first)) == 1 or " ".join(first) in _LAWFUL_REPEATS:
        return False
    return [first[0].lower(), *first[1:]] == second


_BROKEN = re.compile(
    r"Error! (?:Reference source not found|Bookmark not defined)|Lỗi! (?:Không tìm thấy nguồn tham chiếu|"
    r"Thẻ đánh dấu không được xác định)"
    r"|(?:Kế hoạch|Quyết định|Nghị quyết|Chỉ thị|Công văn|Thông báo|Nghị định|Thông tư) số[ \t]{0,3}"
    r"(?:\.{2,}|…+|_{2,})[ \t.…_]{0,40}/[A-ZĐ]{2,}",
)


def broken_references(document: Document, text: str) -> Iterator[Finding]:
    """References whose number was never filled in, or whose link broke."""
    spans = [m.span() for m in _BROKEN.finditer(text, *document.span)]
    if spans:
        shown = [quote(text[slice(*span)]) for span in spans]
        yield found(
            "broken-reference",
            f"Viện dẫn chưa hoàn chỉnh: {listing(shown, 'và')}. Người đọc không tìm được văn bản; hãy"
            " điền số.",
            f"Unfinished reference: {listing(shown, 'and')}. Readers cannot find the document; fill in the"
            " number.",
            spans,
        )
