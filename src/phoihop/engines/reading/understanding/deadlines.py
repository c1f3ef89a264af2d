"""By when a target is due: the year or quarter in its clause, its sentence, its lead-in or its heading."""

import re

from phoihop.engines.reading.understanding.amounts import Amount
from phoihop.engines.reading.understanding.patterns import remembered, vi
from phoihop.engines.reading.understanding.structure import Paragraph

_YEAR = vi(
    r"(?P<quarter>(?i:quý)\s+(?:IV|I{1,3}|[1-4])\s*(?:/|\s+năm\s+|,\s*năm\s+|-)\s*20\d\d)"
    r"|(?P<month>(?i:tháng)\s+\d{1,2}\s*(?:/|\s+năm\s+)\s*20\d\d)"
    r"|(?P<day>\d{1,2}/\d{1,2}/20\d\d)"
    r"|(?i:tầm nhìn)(?:\s+đến)?(?:\s+năm)?\s+(?P<vision>20\d\d)"
    r"|(?i:giai đoạn)\s+(?:từ\s+)?(?:năm\s+)?(?:19|20)\d\d\s*(?:[-–]|đến)\s*(?:năm\s+)?(?P<end>(?:19|20)\d\d)"
    r"|(?:(?i:năm|đến|trước|tới)\s+)(?P<year>(?:19|20)\d\d)(?!\s*[-–]\s*\d|/)"
)
# Years that are no deadline: a base of comparison, a period's beginning, a law's or a document's year.
_NO_DEADLINE = vi(
    r"(?i)(?:so với|so với\s+cuối|cùng kỳ|giai đoạn|từ|kể từ|của|luật[^,;]{0,60}|số liệu|tầm nhìn(?:\s+đến)?|như|hơn|bằng|quyết định[^,;]{0,60}|nghị định[^,;]{0,60})\s+(?:cuối\s+|giữa\s+|đầu\s+|hết\s+)?$"
)


@remembered
def _mentions(text: str, *, periods: bool = False) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    if "20" not in text and "19" not in text:
        return found
    for match in _YEAR.finditer(text):
        if _NO_DEADLINE.search(text[max(0, match.start() - 70) : match.start()]):
            continue
        # "từ 15 % năm 2015 lên 30 %": the year of the figure one starts from.
        if re.match(
            r"\s*\)?\s*(?:tăng\s+|giảm\s+)?(?:lên|xuống|còn)\b", text[match.end() : match.end() + 20]
        ):
            continue
        if (match["end"] or match["vision"]) and not periods:
            continue
        value = (
            match["year"]
            or match["end"]
            or match["vision"]
            or match["day"]
            or " ".join((match["quarter"] or match["month"]).split())
        )
        found.append((match.start(), match.end(), value))
    return found


def deadline_of(
    paragraph: Paragraph,
    opening: int,
    start: int,
    left: int,
    right: int,
    amount: Amount,
    year: int | None = None,
) -> str | None:
    """The deadline of an amount, nearest evidence first; None when no year stands near it.

    ``opening`` is where the sentence begins in the paragraph, ``start`` where the part of it that
    holds the amount begins; ``left``, ``right`` and the amount's offsets count from ``start``.
    """
    text = paragraph.text
    period = _WITHIN.match(text, start + left)
    if period and not _past(period["end"], year):
        return period["end"]
    own = [m for m in _mentions(text[start + left : start + right]) if not _past(m[2], year)]
    before = [m for m in own if left + m[1] <= amount.lead]
    after = [m for m in own if left + m[0] >= amount.end]
    if before:
        return before[-1][2]
    if after:
        return after[0][2]
    period = _OPENING_PERIOD.match(text, opening)
    if period:
        return period[1]
    # "đến năm 2015 A đạt 5 %, B đạt 6 %": a year put first holds for what follows; "A đạt 5 % năm 2015, B …" does not.
    earlier = text[max(opening, start + left - _REACH) : start + left]
    for mention in reversed(_mentions(earlier)):
        if not _past(mention[2], year) and not _TRAILING.search(
            earlier, max(0, mention[0] - 150), mention[0]
        ):
            return mention[2]
    lead = _mentions(_paragraph_lead(paragraph, opening))
    if lead:
        return lead[-1][2]
    for above in reversed(paragraph.above):
        if (
            (above.label is None and above.heading)
            or not (above.heading or above.text.rstrip().endswith(":"))
            or len(above.text) > 200
        ):
            continue
        headed = _mentions(above.text, periods=True)
        if headed:
            return headed[-1][2]
    return None


_OPENING_PERIOD = vi(
    r"\W*(?:[^.;]{0,40}:\s*)?(?:(?i:trong)\s+)?(?i:giai đoạn)\s+(?:từ\s+)?(?:năm\s+)?20\d\d\s*(?:[-–]|đến)\s*(?:năm\s+)?(20\d\d)"
)
_REACH = 2_000  # characters over which a year put first holds
# "trong giai đoạn 2021-2025 triệt phá 100% …": the period a clause begins with.
_WITHIN = vi(
    r"\W*(?:phấn đấu\s+)?(?:trong\s+)?giai đoạn\s+(?:từ\s+)?(?:năm\s+)?20\d\d\s*(?:[-–]|đến)\s*(?:năm\s+)?(?P<end>20\d\d)",
    re.IGNORECASE,
)
# A figure and its unit right before a year, with no comma between: the year belongs to that figure.
_TRAILING = vi(r"\d\s*(?:%|‰)?(?:\s+[^\W\d_]+){0,8}\s*\(?$")


def _past(value: str, year: int | None) -> bool:
    """A year before the document's own is a base or a report, never a deadline."""
    found = re.search(r"(?:19|20)\d\d", value)
    return bool(found and year and int(found.group()) < year)


def _paragraph_lead(paragraph: Paragraph, offset: int) -> str:
    """'Đến năm 2021: 90% …; 70% …': what a paragraph says before its first colon holds for all of it."""
    head = paragraph.text[:offset]
    colon = paragraph.text.find(":")
    if 0 <= colon < 160:
        return paragraph.text[: min(colon, max(offset, colon))]
    return (
        head[-_REACH:]
        if re.match(r"\W*(?i:đến|phấn đấu đến|vào|trong)\s+(?i:hết\s+|cuối\s+)?năm", head)
        else ""
    )
