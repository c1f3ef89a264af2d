"""What a document is called: its type, and its title wherever that stands."""

import re
from functools import cache

from phoihop.engines.reading.model import Span
from phoihop.engines.reading.understanding import citations, issuers, naming
from phoihop.engines.reading.understanding.clean import Piece
from phoihop.engines.reading.understanding.gazetteers import alternation, load, province_pattern
from phoihop.engines.reading.understanding.head import COUNTRY, Head
from phoihop.engines.reading.understanding.labels import label_of
from phoihop.engines.reading.understanding.letterhead import DATE_LINE, STAMP
from phoihop.engines.reading.understanding.patterns import vi
from phoihop.engines.reading.understanding.portal import Meta
from phoihop.kernel.text import fold, is_upper

_BODY_START = vi(
    r"(?:Căn cứ|Thực hiện|Theo\s|Xét\s|Triển khai\s|Kính gửi|Để\s|Nhằm|Sau khi|Trong\s|Tiếp tục|Ngày\s|Về\s+(?:công\s*văn|việc)|Trên cơ sở|Qua\s|Hưởng ứng|\(?Ban hành kèm|\(?Kèm theo|Phần\s|PHẦN\s|Chương\s|CHƯƠNG\s|Điều\s|ĐIỀU\s|Lưu hồ sơ)"
)


@cache
def _type_line() -> re.Pattern[str]:
    return vi(
        rf"(?P<type>(?i:{citations.type_pattern()}))(?P<rest>\s*[:.]?\s*$|\s+(?:SỐ|Số)\b.*$|\s+(?=[A-ZĐ]).*$)"
    )


def type_and_title(lines: list[Piece], head: Head, anchor: int | None) -> int | None:
    """The line that names the type ("KẾ HOẠCH") and the title lines below it."""
    start = anchor if anchor is not None else 0
    limit = start + (16 if anchor is not None else 40)
    for i in range(max(0, start - 2), min(len(lines), limit)):
        text = lines[i].text.strip(" .:")
        match = _type_line().match(text)
        if not match or not _looks_like_type_line(text, match, lines, i, anchor):
            subject = re.search(r"\bV/v\b\s*:?|(?:^|\s)(?:Về việc|V/V)\s*:?", lines[i].text)
            if subject and (anchor is not None) and abs(i - anchor) < 8:
                _subject(lines, i, subject.end(), head)
                return i
            continue
        if re.search(r":\s*$", lines[i].text) and any(
            re.match(r"Căn cứ|Theo|Xét", x.text) for x in lines[max(0, i - 12) : i]
        ):
            # "QUYẾT ĐỊNH:" below the grounds is the formula of deciding, not the name of the document.
            head.type = head.type or citations.canonical_type(match.group("type"))
            return None
        kind = next(t["name"] for t in load("types")["type"] if fold(t["name"]) == fold(match.group("type")))
        head.type = str(kind)
        head.note("type", lines[i].span(), 0.97)
        rest = text[match.end("type") :].strip(" :.")
        _title_lines(lines, i, rest, head)
        return i
    return None


def _looks_like_type_line(
    text: str, match: re.Match[str], lines: list[Piece], i: int, anchor: int | None
) -> bool:
    rest = text[match.end("type") :].strip(" :.*")
    if not is_upper(match.group("type")):
        # A mixed-case type line must stand alone right below the letterhead.
        return not rest and anchor is not None and 0 < i - anchor < 6
    if not rest:
        return True
    return is_upper(rest) and anchor is not None


def _subject(lines: list[Piece], i: int, start: int, head: Head) -> None:
    """The subject of an official letter: 'V/v …', over one or more lines."""
    parts = [lines[i].text[start:].strip()]
    span = lines[i].span(start)
    j = i + 1
    while j < len(lines) and len(parts) < 5:
        text = lines[j].text
        if (
            DATE_LINE.search(text)
            or re.match(r"(?i:kính gửi|số\s*:|cộng h|độc lập)", text)
            or _BODY_START.match(text)
            or label_of(text)
        ):
            break
        if parts[-1].endswith((".", ";")) or (lines[j].cell != lines[i].cell):
            break
        if lines[j].after_gap and not re.match(r"[a-zà-ỹđ]", text):
            break
        parts.append(text)
        span = (span[0], lines[j].span()[1])
        j += 1
    title = " ".join(p for p in parts if p).strip(" .;:")
    if title:
        head.title = naming.title_case(title)
        head.note("title", span, 0.92)
        head.type = head.type or "công văn"
        head.title_lines = range(i, j)


def _title_lines(lines: list[Piece], i: int, rest: str, head: Head) -> None:
    if _OF_WHOM.match(rest):
        rest = ""
    parts = [rest] if rest else []
    first: Span | None = lines[i].span() if rest else None
    last = lines[i].span()
    j = i + 1
    upper = is_upper(rest) if rest else None
    while j < len(lines) and len(parts) < 9:
        text = lines[j].text
        if _ends_title(text, lines, j, parts, upper):
            break
        if vi(r"\d{1,5}\s*[/-]\s*[A-ZĐ]").match(text) or COUNTRY.search(text):
            break
        if not parts and _OF_WHOM.match(text):
            j += 1
            continue
        if upper is None:
            upper = is_upper(text)
        parts.append(text)
        first = first or lines[j].span()
        last = lines[j].span()
        j += 1
    title = " ".join(parts)
    title = re.sub(r"\s*\((?:Ban hành|Kèm theo|ban hành|kèm theo).*$", "", title).strip(" .;:-–*")
    title = re.sub(r"^(?i:về việc|v/v|về(?=\s+tăng|\s+đẩy|\s+thực|\s+triển))\s*:?\s+", "", title)
    if len(title) > 5 and first:
        head.title = naming.title_case(title)
        head.note("title", (first[0], last[1]), 0.95 if upper else 0.88)
        head.title_lines = range(i, j)


_NEXT_HEADING = vi(
    r"(?:THỰC TRẠNG|TÌNH HÌNH|ĐẶC ĐIỂM|KẾT QUẢ|MỤC TIÊU|MỤC ĐÍCH|CÁC THÔNG TIN|CĂN CỨ|SỰ CẦN THIẾT|PHẦN\s|QUY ĐỊNH CHUNG)"
)


# "CHỈ THỊ / CỦA CHỦ TỊCH ỦY BAN NHÂN DÂN / TỈNH …" names the issuer before the subject.
_OF_WHOM = vi(
    r"(?i)của\s+(?:chủ tịch|ban thường vụ|ban chấp hành|(?:ủy|uỷ) ban|bộ trưởng|bộ\s|thủ tướng|tỉnh (?:ủy|uỷ)|thành (?:ủy|uỷ)|hội đồng|ban chỉ đạo|giám đốc|sở\s|chính phủ)[^,.;]{0,70}$|(?:TỈNH|THÀNH PHỐ)\s+[A-ZĐ ]{3,24}$"
)


def _ends_title(text: str, lines: list[Piece], j: int, parts: list[str], upper: bool | None) -> bool:
    if text.startswith("(") and re.match(r"\(\s*(?i:ban hành|kèm theo|theo)", text):
        return True
    if re.match(r"(?i:ban hành kèm|kèm theo)", text) and parts:
        return True
    if upper and not is_upper(text) and not re.match(r"\(|\d", text):
        return True
    if issuers.authority_of(text) and is_upper(text):
        return True
    if parts and _NEXT_HEADING.match(text):
        return True
    if not parts:
        return bool(label_of(text)) or bool(
            _BODY_START.match(text) and not is_upper(text) and len(text) > 160
        )
    if lines[j].cell != lines[j - 1].cell:
        return True
    if STAMP.search(text) or (vi(r"SỐ\s+[A-ZĐ]|SỞ\s|ĐẾN|CÔNG VĂN").match(text) and not upper):
        return True
    label = label_of(text)
    if label and label.kind not in ("letter",):
        return True
    if not is_upper(text) and _BODY_START.match(text):
        return True
    if parts[-1].rstrip().endswith((".", ":")) and not upper:
        return True
    # A mixed-case title runs on only while lines are short and close together.
    return not upper and (lines[j].after_gap or len(text) > 160)


def type_from_body(blocks: list[Piece]) -> str | None:
    """'… xây dựng Kế hoạch … như sau' names the type when the line for it is lost."""
    pattern = vi(
        rf"(?:xây dựng|ban hành|lập|đề ra|có)\s+(?:bản\s+)?(?P<type>(?i:{alternation(['kế hoạch', 'chỉ thị', 'chương trình hành động', 'chương trình', 'hướng dẫn', 'quyết định'])}))\b"
    )
    for block in blocks[:25]:
        match = pattern.search(block.text)
        if match:
            return citations.canonical_type(match.group("type"))
    return None


def title_elsewhere(
    head: Head, lines: list[Piece], blocks: list[Piece], anchor: int | None, meta: Meta
) -> None:
    """A title whose line is lost: capitals below the number, the portal's field, Điều 1."""
    if anchor is not None:
        _capitals_below(head, lines, anchor)
    if head.title is None and "title" in meta:
        head.title = naming.title_case(meta["title"][0])
        head.note("title", meta["title"][1], 0.85)
    if head.title is None and head.type == "quyết định":
        for block in blocks[:60]:
            match = re.match(
                r"(?:Điều|ĐIỀU)\s+1\s*[.:]\s*(?P<title>(?:Phê duyệt|Ban hành(?: kèm theo Quyết định này)?|Kèm theo đây là|Quy định|Thành lập|Kiện toàn|Sửa đổi)[^.;]{10,330}?)"
                r"(?=,?\s*(?:với\s+(?:các\s+)?(?:nội dung|những)|gồm|như sau|kèm theo|\(|được ban hành)|[.;:]|$)",
                block.text,
            )
            if match:
                title = re.sub(
                    r"^(?:Ban hành kèm theo Quyết định này|Kèm theo đây là)\s*(?:bản\s+)?[“\"]?",
                    "",
                    match.group("title"),
                )
                head.title = naming.title_case(title.strip(' “”"'))
                head.note("title", block.span(match.start("title"), match.end("title")), 0.7)
                return


def _capitals_below(head: Head, lines: list[Piece], anchor: int) -> None:
    for i in range(anchor, min(len(lines), anchor + 8)):
        text = lines[i].text
        if _BODY_START.match(text) and not is_upper(text):
            return
        if (
            not is_upper(text)
            or len(text) < 20
            or label_of(text)
            or issuers.authority_of(text)
            or COUNTRY.search(text)
            or citations.NUMBER_RE.match(text)
        ):
            continue
        if re.match(
            rf"(?i:(?:ủy|uỷ) ban|bộ\s|tỉnh\s+(?:{province_pattern()})|thành phố\s|ban chỉ|sở\s|cộng|hội đồng)",
            text,
        ):
            continue
        parts, last = [text], i
        while (
            last + 1 < len(lines)
            and not _NEXT_HEADING.match(lines[last + 1].text)
            and is_upper(lines[last + 1].text)
            and not label_of(lines[last + 1].text)
            and not issuers.authority_of(lines[last + 1].text)
        ):
            last += 1
            parts.append(lines[last].text)
        head.title = naming.title_case(" ".join(parts))
        head.note("title", (lines[i].span()[0], lines[last].span()[1]), 0.8)
        head.title_lines = range(i, last + 1)
        return
