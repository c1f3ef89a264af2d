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

    needles: tuple[str, ...]
    pattern: re.Pattern[str]
    meant: str
    severity: Severity
    vi: str = ""
    en: str = ""


@cache
def _table() -> tuple[tuple[Slip, ...], frozenset[tuple[str, str]]]:
    """All slips, and the compound words as pairs of syllables."""
    raw = tomllib.loads(files(__package__).joinpath("slips.toml").read_text("utf-8"))
    slips = tuple(
        Slip(
            needles=tuple(slip["needles"]),
            pattern=re.compile(slip["pattern"]),
            meant=slip["meant"],
            severity=Severity(slip["severity"]),
            vi=slip.get("vi", ""),
            en=slip.get("en", ""),
        )
        for slip in raw["slip"]
    )
    pairs = (word.split() for word in raw["compounds"]["words"])
    return slips, frozenset((first, second) for first, second in pairs)


def _hits(slip: Slip, text: str, lowered: str, within: Span) -> list[Span]:
    if not any(needle in lowered for needle in slip.needles):
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


_LONE_NUMBER = re.compile(r" (?<=[^\W\d_] ) {0,2}\d{1,3} {1,3}(?=[^\W\d_])")
_SYLLABLE = re.compile(r"[^\W\d_]{1,8}")
_LAST_SYLLABLE = re.compile(r"(?<![^\W\d_])[^\W\d_]{1,8}$")


def page_numbers(document: Document, text: str) -> Iterator[Finding]:
    """Numbers in the middle of a compound word on one line."""
    compounds = _table()[1]
    spans: list[Span] = []
    for number in _LONE_NUMBER.finditer(text, *document.span):
        first = _LAST_SYLLABLE.search(text[max(0, number.start() - 9) : number.start()])
        second = _SYLLABLE.match(text, number.end())
        if first and second and (first[0].lower(), second[0].lower()) in compounds:
            spans.append((number.start() - len(first[0]), second.end()))
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


_TWICE = re.compile(r"\b([^\W\d_]{1,12}(?: [^\W\d_]{1,12}){1,3}) (\1)\b", re.IGNORECASE)
_LAWFUL_REPEATS = frozenset({"từng bước", "ngày càng", "từng ngày", "dần dần", "nhiều hơn"})


def repeated(document: Document, text: str) -> Iterator[Finding]:
    """The same two to four words twice in a row, with single blanks between."""
    spans: list[Span] = []
    start, end = document.span
    for line in text[start:end].split("\n"):
        if _may_repeat(line):
            found_here = _TWICE.finditer(text, start, start + len(line))
            spans += [m.span() for m in found_here if _is_slip(m[1], m[2])]
        start += len(line) + 1
    if spans:
        shown = [quote(text[slice(*span)]) for span in spans]
        yield found(
            "repeated-words",
            f"Từ bị lặp: {listing(shown, 'và')}. Hãy xóa phần lặp.",
            f"Repeated words: {listing(shown, 'and')}. Delete the repetition.",
            spans,
        )


def _may_repeat(line: str) -> bool:
    """Whether two words come back two to four words later, which is quicker to tell than the rest."""
    words = line.split(" ")
    for ahead in (2, 3, 4):
        # Nearly every line ends here, without a step in Python for each of its words.
        if any(map(str.startswith, words[ahead + 1 :], words[1:])) and any(
            later.startswith(second) and first.endswith(again[1:])
            for first, second, again, later in zip(
                words, words[1:], words[ahead:], words[ahead + 1 :], strict=False
            )
        ):
            return True
    return False


def _is_slip(first: str, second: str) -> bool:
    """Table cells begin with a capital and may repeat; so may "ngày ngày" and fixed expressions."""
    same = second[:1].islower() and first[1:] == second[1:]
    return same and len(set(second.split())) > 1 and second not in _LAWFUL_REPEATS


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
