"""By when a target is due: the year or quarter in its clause, its sentence, its lead-in or its heading."""

import re

from phoihop.engines.reading.amounts import Amount
from phoihop.engines.reading.structure import Paragraph

_YEAR = re.compile(
    r"(?P<quarter>(?i:quý)\s+(?:IV|I{1,3}|[1-4])\s*(?:/|\s+năm\s+|,\s*năm\s+|-)\s*20\d\d)"
    r"|(?P<month>(?i:tháng)\s+\d{1,2}\s*(?:/|\s+năm\s+)\s*20\d\d)"
    r"|(?i:giai đoạn)\s+(?:19|20)\d\d\s*[-–]\s*(?P<end>(?:19|20)\d\d)"
    r"|(?:(?i:năm|đến|trước|tới)\s+)(?P<year>(?:19|20)\d\d)(?!\s*[-–]\s*\d|/)"
)
# Years that are no deadline: a base of comparison, a period's beginning, a law's or a document's year.
_NO_DEADLINE = re.compile(r"(?i)(?:so với|so với\s+cuối|cùng kỳ|giai đoạn|từ|kể từ|của|luật[^,;]{0,60}|số liệu|tầm nhìn(?:\s+đến)?|như|hơn|bằng|quyết định[^,;]{0,60}|nghị định[^,;]{0,60})\s+(?:cuối\s+|giữa\s+|đầu\s+|hết\s+)?$")


def _mentions(text: str, *, periods: bool = False) -> list[tuple[int, int, str]]:
    found = []
    for match in _YEAR.finditer(text):
        if _NO_DEADLINE.search(text[max(0, match.start() - 70) : match.start()]):
            continue
        if match["end"] and not periods:
            continue
        value = match["year"] or match["end"] or " ".join((match["quarter"] or match["month"]).split())
        found.append((match.start(), match.end(), value))
    return found


def deadline_of(paragraph: Paragraph, offset: int, sentence: str, left: int, right: int, amount: Amount) -> str | None:
    """The deadline of an amount, nearest evidence first; None when no year stands near it."""
    own = _mentions(sentence[left:right])
    before = [m for m in own if left + m[1] <= amount.lead]
    after = [m for m in own if left + m[0] >= amount.end]
    if before:
        return before[-1][2]
    if after:
        return after[0][2]
    opening = re.match(r"\W*(?i:giai đoạn)\s+20\d\d\s*[-–]\s*(20\d\d)", sentence)
    if opening:
        return opening[1]
    earlier = _mentions(sentence[:left])
    if earlier:
        return earlier[-1][2]
    lead = _mentions(_paragraph_lead(paragraph, offset))
    if lead:
        return lead[-1][2]
    for above in reversed(paragraph.above):
        if above.label is None or not (above.heading or above.text.rstrip().endswith(":")) or len(above.text) > 200:
            continue
        headed = _mentions(above.text, periods=True)
        if headed:
            return headed[-1][2]
    return None


def _paragraph_lead(paragraph: Paragraph, offset: int) -> str:
    """'Đến năm 2021: 90% …; 70% …': what a paragraph says before its first colon holds for all of it."""
    head = paragraph.text[:offset]
    colon = paragraph.text.find(":")
    if 0 <= colon < 160:
        return paragraph.text[: min(colon, max(offset, colon))]
    return head if re.match(r"\W*(?i:đến|phấn đấu đến|vào|trong)\s+(?i:hết\s+|cuối\s+)?năm", head) else ""
