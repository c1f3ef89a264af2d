"""The letterhead: number, date and place as the document itself prints them."""

import re
from datetime import date

from phoihop.engines.reading.model import Span
from phoihop.engines.reading.understanding import citations, naming
from phoihop.engines.reading.understanding.clean import Piece
from phoihop.engines.reading.understanding.gazetteers import province_of
from phoihop.engines.reading.understanding.head import COUNTRY, Head
from phoihop.engines.reading.understanding.patterns import vi
from phoihop.kernel.periods import DATE_RE, date_of
from phoihop.kernel.text import is_upper

DATE_LINE = vi(
    r"(?P<place>(?<![A-ZĐ/])(?!(?:UBND|HĐND|BCĐ|VP|TU)\s)[A-ZĐ][^\d,;:|]{1,40}?)\s*[,.]?\s*,\s*(?:ngày|Ngày)\s*(?=\d)",
    re.UNICODE,
)
# A date line whose day was never written in: "Mai Sơn, ngày     tháng 02 năm 2019".
_UNDATED = vi(r"(?P<place>[A-ZĐ][^\d,;:|]{1,30}?)\s*,\s*ngày\s*[.…_]*\s*tháng")
STAMP = vi(r"\bĐẾN\s*(?:Số|Ngày|:|$|\d)|[Cc]ông văn đến|CÔNG VĂN ĐẾN|Giờ:|^\s*Chuyển:")


def letterhead_of(lines: list[Piece], head: Head) -> int | None:
    """Number and date from the letterhead; the index of the line that carries it."""
    anchor = None
    for i, line in enumerate(lines[:160]):
        text = line.text
        if anchor is not None and i - anchor > 14:
            break
        if head.number is None and re.match(r"(?i:số)\s*(?:[:.]|\d|$|/)", text) and not _stamped(lines, i):
            found = _number_at(lines, i)
            if found:
                head.number, span = found
                head.note("number", span, 0.97)
                anchor = i if anchor is None else anchor
        elif (
            head.number is None
            and anchor is None
            and i
            and _bare_number(text)
            and COUNTRY.search(" ".join(x.text for x in lines[max(0, i - 5) : i]))
        ):
            head.number = citations.tidy_number(text)
            head.note("number", line.span(), 0.85)
            anchor = i
        if head.place is None and (undated := _UNDATED.match(text)) and _is_place(undated["place"]):
            head.place = naming.place_name(undated["place"])
            head.note("place", line.span(undated.start("place"), undated.end("place")), 0.9)
        if head.issued is None and (dated := _date_line(lines, i)):
            place, place_span, when, span = dated
            if _stamped(lines, i):
                continue
            if when is not None:
                head.issued = when
                head.note("issued", span, 0.97)
            if place:
                head.place = naming.place_name(place)
                head.note("place", place_span, 0.95)
            anchor = i if anchor is None else anchor
    if anchor is None:
        for i, line in enumerate(lines[:60]):
            if COUNTRY.search(line.text):
                return i
    return anchor


def _stamped(lines: list[Piece], i: int) -> bool:
    """Whether a line belongs to a stamp of incoming mail."""
    near = lines[max(0, i - 1) : i + 2]
    return bool(STAMP.search(lines[i].text)) or (
        i > 0 and bool(re.search(r"\bĐẾN\b", lines[i - 1].text)) and not near[0].cell
    )


def _bare_number(text: str) -> bool:
    match = citations.NUMBER_RE.match(text)
    return bool(match and match.end() >= len(text) - 1 and citations.plausible(match.group(), False))


def _number_at(lines: list[Piece], i: int) -> tuple[str, Span] | None:
    """The number after "Số:", on this line or the next."""
    line = lines[i]
    match = re.match(r"(?i:số)\s*[:.]?\s*", line.text)
    rest = line.text[match.end() :] if match else ""
    if not rest and i + 1 < len(lines):
        following = citations.NUMBER_RE.match(lines[i + 1].text)
        if following:
            return citations.tidy_number(following.group()), lines[i + 1].span(0, following.end())
        return None
    found = citations.NUMBER_RE.search(line.text, match.end() if match else 0)
    if found and match and found.start() - match.end() <= 3 and citations.plausible(found.group(), True):
        return citations.tidy_number(found.group()), line.span(found.start(), found.end())
    broken = re.match(r"\d{1,5}\s*/?\s*$", rest)
    if broken and i + 1 < len(lines) and vi(r"\s*/?\s*[A-ZĐ]{2,}").match(lines[i + 1].text):
        joined = vi(r"\s*/?\s*[A-ZĐa-z0-9/&-]+").match(lines[i + 1].text)
        if joined:
            number = citations.tidy_number(
                rest.strip().rstrip("/") + "/" + joined.group().strip().lstrip("/")
            )
            return number, (line.span()[0], lines[i + 1].span(0, joined.end())[1])
    return None


def _date_line(lines: list[Piece], i: int) -> tuple[str | None, Span, date | None, Span] | None:
    """'Lào Cai, ngày 25 tháng 01 năm 2022', also broken over two or three lines."""
    text, at = lines[i].text, i
    if is_upper(text) and not re.search(r"\d", text):
        return None
    dated_here = len(text) <= 160 and re.search(r"[Nn]gày|,", text)
    if not dated_here and (len(text) > 30 or not vi(r"[A-ZĐ]").match(text)):
        return None
    joined, offsets = text, [(0, i)]
    while at + 1 < len(lines) and at - i < 2 and len(joined) < 60 and not DATE_RE.search(joined):
        at += 1
        if re.match(r"(?i:số|kế hoạch|quyết định|cộng hòa|độc lập|ủy ban|v/v)\b", lines[at].text):
            break
        offsets.append((len(joined) + 1, at))
        joined = f"{joined} {lines[at].text}"
    match = DATE_LINE.search(joined)
    if not match or match.start() > 90 or not _is_place(match.group("place")):
        return None
    # The place stands on this line, or the next line begins the match: then it is that line's turn.
    if match.start() >= len(text) + 1:
        return None
    dated = DATE_RE.match(joined, match.end())
    if not dated:
        return None
    # "Sơn La" / "Hà Nội, ngày …": a line before a whole date line is no part of its place, "Bình" / "Thuận, ngày …" is.
    whole = DATE_LINE.match(lines[at].text) if at > i else None
    if whole and match.start() < len(text) and not province_of(match.group("place")):
        return None
    if (
        match.start() > 0
        and joined[: match.start()].strip()
        and not re.search(
            r"[A-Z/]{2,}\s*$|\d\s*$|[.;|]\s*$|nam\s*$|phúc\s*$", joined[: match.start()], re.IGNORECASE
        )
    ):
        return None
    return (
        match.group("place"),
        _over(lines, offsets, match.start("place"), match.end("place")),
        date_of(dated),
        _over(lines, offsets, match.end(), dated.end()),
    )


def _over(lines: list[Piece], offsets: list[tuple[int, int]], start: int, end: int) -> Span:
    """The source span of a stretch of several joined lines."""

    def locate(position: int, last: bool) -> int:
        base, i = next((o for o in reversed(offsets) if o[0] <= position), offsets[0])
        line = lines[i]
        inside = min(position - base, len(line.text) - 1)
        return line.span(inside, inside + 1)[1 if last else 0]

    return (locate(start, False), locate(max(start, end - 1), True))


def _is_place(text: str) -> bool:
    text = text.strip()
    if re.search(
        r"(?i)\b(?:căn cứ|theo|quyết định|luật|nghị|số|ban hành|ký|từ|đến|kể|hiệu lực|thứ|chủ nhật|đăng|cập nhật|hai|nhật)\b",
        text,
    ):
        return False
    words = text.split()
    # "20-HD/" / "BTGTW, ngày …": the end of a number that a page's edge broke.
    if len(words) == 1 and text.isupper() and text.replace("-", "").isascii() and not text.startswith("TP"):
        return False
    return 1 <= len(words) <= 7 and words[0][0].isupper()
