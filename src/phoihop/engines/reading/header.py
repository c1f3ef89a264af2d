"""The head of a document: number, date, place, issuing body, type, title.

Three kinds of evidence are weighed, in this order: the letterhead of the document itself, the
metadata block that a legal portal prints above it, and the sentence of a news item. Stamps of
incoming mail and a portal's own time stamps are no evidence at all.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from phoihop.engines.reading import citations, issuers, naming
from phoihop.engines.reading.clean import Piece
from phoihop.engines.reading.gazetteers import alternation, load, province_pattern
from phoihop.engines.reading.labels import label_of
from phoihop.engines.reading.model import Span, Where
from phoihop.kernel.periods import DATE_RE, date_of
from phoihop.kernel.text import fold, is_upper


@dataclass(slots=True)
class Head:
    """What the head of a document says, each field with its place."""

    number: str | None = None
    issued: date | None = None
    issuer: str | None = None
    parent_issuer: str | None = None
    place: str | None = None
    type: str | None = None
    title: str | None = None
    where: dict[str, Where] = field(default_factory=dict)
    metadata_signer: tuple[str, Span] | None = None
    body_from: int = 0
    title_lines: range = range(0)


_UP = "A-ZÀ-ÝĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ"
_DATE_LINE = re.compile(
    r"(?P<place>[A-ZÀ-ÝĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ][^\d,;:|]{1,40}?)\s*[,.]?\s*,\s*(?:ngày|Ngày)\s*(?=\d)", re.UNICODE
)
# A date line whose day was never written in: "Mai Sơn, ngày     tháng 02 năm 2019".
_UNDATED = re.compile(rf"(?P<place>[{_UP}][^\d,;:|]{{1,30}}?)\s*,\s*ngày\s*[.…_]*\s*tháng")
_OWN_NUMBER = re.compile(r"(?i:số(?:\s*/\s*ký hiệu)?)\s*[:.]?\s*(?P<number>(?:\d|(?=[/-]))[^,;|]{2,60})")
_STAMP = re.compile(r"\bĐẾN\s*(?:Số|Ngày|:|$|\d)|[Cc]ông văn đến|CÔNG VĂN ĐẾN|Giờ:|^\s*Chuyển:")
_QUOC_HIEU = re.compile(
    r"(?i:cộng\s*h(?:òa|oà)\s*xã\s*hội|đảng\s+cộng\s+sản\s+việt\s+nam|^\s*hòa xã hội chủ nghĩa|độc\s*lập\s*-?–?\s*tự\s*do)"
)
_BODY_START = re.compile(
    r"(?:Căn cứ|Thực hiện|Theo\s|Xét\s|Triển khai\s|Kính gửi|Để\s|Nhằm|Sau khi|Trong\s|Tiếp tục|Ngày\s|Về\s+(?:công\s*văn|việc)|Trên cơ sở|Qua\s|Hưởng ứng|\(?Ban hành kèm|\(?Kèm theo|Phần\s|PHẦN\s|Chương\s|CHƯƠNG\s|Điều\s|ĐIỀU\s|Lưu hồ sơ)"
)


@cache
def _type_line() -> re.Pattern[str]:
    return re.compile(
        rf"(?P<type>(?i:{citations.type_pattern()}))(?P<rest>\s*[:.]?\s*$|\s+(?:SỐ|Số)\b.*$|\s+(?=[A-ZÀ-ÝĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ]).*$)"
    )


@cache
def _meta() -> re.Pattern[str]:
    labels = {
        "number": r"Số(?:\s*/\s*|\s+)?(?:ký\s+)?hiệu(?:\s+văn bản)?|Số\s*/\s*Ký hiệu|Số văn bản|Ký hiệu",
        "issued": r"Ngày\s+(?:ban hành|ký)(?:\s+văn bản)?",
        "type": r"(?:Loại|Hình thức|Thể loại)(?:\s+văn bản)?",
        "issuer": r"(?:Cơ quan|Nơi|Đơn vị)\s+ban hành",
        "signer": r"Người ký(?:\s+(?:duyệt|ban hành))?",
        "title": r"Trích yếu(?:\s+nội dung)?",
        "skip": r"Ngày\s+(?:có\s+)?hiệu lực|Ngày\s+(?:công báo|đăng|hết hiệu lực|cập nhật)|Lĩnh vực|Tình trạng(?:\s+hiệu lực)?|Số công báo|Ngành|Phạm vi|Ngày hiệu lực|Thuộc tính|Tải về|Chức vụ|Đính kèm|Tệp",
    }
    return re.compile("|".join(rf"(?P<{k}>\b(?:{v}))" for k, v in labels.items()))


def head_of(lines: list[Piece], blocks: list[Piece]) -> Head:
    """Read the head of one document from its lines (as broken in the file) and its paragraphs."""
    head = Head()
    meta = _metadata(lines)
    anchor = _letterhead(lines, head)
    _from_metadata(head, meta, anchor is not None)
    type_at = _type_and_title(lines, head, anchor)
    news = head.number is None or head.issued is None or (anchor is None and type_at is None)
    if news:
        _from_prose(head, lines, blocks, strong=anchor is None and not meta)
    if head.type is None and head.number is None:
        blank = next((x for x in lines[:60] if re.match(r"(?i)số\s*:?\s*[.…_]*\s*[/-]\s*[A-ZĐ]", x.text)), None)
        if blank and (kind := citations.type_of_number("1" + re.sub(r"(?i)^số\s*:?\s*[.…_]*\s*", "", blank.text))):
            head.type = kind
            _set(head, "type", blank.span(), 0.8)
    if head.type is None and head.number:
        kind = citations.type_of_number(head.number)
        if kind:
            head.type = kind
    if head.type is None and anchor is not None and type_at is None:
        head.type = _type_from_body(blocks)
    if head.type is None and any(re.match(r"(?i)kính gửi\s*:?", b.text) for b in blocks[:25]):
        head.type = "công văn"
    issuers.settle(head, lines, blocks, anchor, type_at, meta)
    if head.title is None:
        _title_elsewhere(head, lines, blocks, anchor, meta)
    return head


def _set(head: Head, name: str, span: Span, confidence: float) -> None:
    head.where[name] = Where(span, confidence)


# --- letterhead -----------------------------------------------------------------------------


def _letterhead(lines: list[Piece], head: Head) -> int | None:
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
                _set(head, "number", span, 0.97)
                anchor = i if anchor is None else anchor
        elif (
            head.number is None
            and anchor is None
            and i
            and _bare_number(text)
            and _QUOC_HIEU.search(" ".join(x.text for x in lines[max(0, i - 5) : i]))
        ):
            head.number = citations.tidy_number(text)
            _set(head, "number", line.span(), 0.85)
            anchor = i
        if head.place is None and (undated := _UNDATED.match(text)) and _is_place(undated["place"]):
            head.place = naming.place_name(undated["place"])
            _set(head, "place", line.span(undated.start("place"), undated.end("place")), 0.9)
        if head.issued is None and (dated := _date_line(lines, i)):
            place, place_span, when, span = dated
            if _stamped(lines, i):
                continue
            if when is not None:
                head.issued = when
                _set(head, "issued", span, 0.97)
            if place:
                head.place = naming.place_name(place)
                _set(head, "place", place_span, 0.95)
            anchor = i if anchor is None else anchor
    if anchor is None:
        for i, line in enumerate(lines[:60]):
            if _QUOC_HIEU.search(line.text):
                return i
    return anchor


def _stamped(lines: list[Piece], i: int) -> bool:
    """Whether a line belongs to a stamp of incoming mail."""
    near = lines[max(0, i - 1) : i + 2]
    return bool(_STAMP.search(lines[i].text)) or (
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
    if broken and i + 1 < len(lines) and re.match(r"\s*/?\s*[A-ZÀ-ÝĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ]{2,}", lines[i + 1].text):
        joined = re.match(r"\s*/?\s*[A-ZÀ-ÝĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸa-z0-9/&-]+", lines[i + 1].text)
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
    if len(text) > 160 or not re.search(r"[Nn]gày|,", text):
        if len(text) > 30 or not re.match(r"[A-ZÀ-ÝĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ]", text):
            return None
    joined, offsets = text, [(0, i)]
    while at + 1 < len(lines) and at - i < 2 and len(joined) < 60 and not DATE_RE.search(joined):
        at += 1
        if re.match(r"(?i:số|kế hoạch|quyết định|cộng hòa|độc lập|ủy ban|v/v)\b", lines[at].text):
            break
        offsets.append((len(joined) + 1, at))
        joined = f"{joined} {lines[at].text}"
    match = _DATE_LINE.search(joined)
    if not match or match.start() > 90 or not _is_place(match.group("place")):
        return None
    # The place stands on this line, or the next line begins the match: then it is that line's turn.
    if match.start() >= len(text) + 1:
        return None
    dated = DATE_RE.match(joined, match.end())
    if not dated:
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
    return 1 <= len(words) <= 7 and words[0][0].isupper()


# --- metadata block -------------------------------------------------------------------------

Meta = dict[str, tuple[str, Span]]


def _metadata(lines: list[Piece]) -> Meta:
    """The label-value block of a legal portal: 'Số hiệu 30/KH-UBND', 'Người ký: …'."""
    found: Meta = {}
    hits = 0
    for i, line in enumerate(lines[:120]):
        if len(line.text) > 200 and not line.cell:
            continue
        marks = [
            m for m in _meta().finditer(line.text) if m.start() == 0 or line.text[m.start() - 1] in " ;.|"
        ]
        if not marks or marks[0].start() > 0 or (len(line.text) > 200 and not line.cell):
            continue
        for k, mark in enumerate(marks):
            kind = mark.lastgroup or ""
            stop = marks[k + 1].start() if k + 1 < len(marks) else len(line.text)
            value = line.text[mark.end() : stop]
            start = mark.end() + len(value) - len(value.lstrip(" :"))
            value = value.strip(" :")
            span = line.span(start, start + len(value))
            if (
                not value
                and k + 1 == len(marks)
                and i + 1 < len(lines)
                and not _meta().match(lines[i + 1].text)
            ):
                value, span = lines[i + 1].text.strip(" :"), lines[i + 1].span()
            if not value or len(value) > 250:
                continue
            hits += 1
            if kind != "skip":
                found.setdefault(kind, (value, span))
    return found if hits >= 2 else {}


def _from_metadata(head: Head, meta: Meta, letterhead: bool) -> None:
    if "number" in meta and head.number is None:
        match = citations.NUMBER_RE.search(meta["number"][0])
        if match:
            head.number = citations.tidy_number(match.group())
            _set(head, "number", meta["number"][1], 0.95)
    if "issued" in meta and head.issued is None:
        match = DATE_RE.search(meta["issued"][0])
        if match and (when := date_of(match)):
            head.issued = when
            _set(head, "issued", meta["issued"][1], 0.93)
    if "type" in meta and head.type is None:
        key = fold(meta["type"][0])
        head.type = next((t["name"] for t in load("types")["type"] if fold(t["name"]) == key), None)
        if head.type:
            _set(head, "type", meta["type"][1], 0.93)
    if "signer" in meta:
        head.metadata_signer = meta["signer"]


# --- type and title -------------------------------------------------------------------------


def _type_and_title(lines: list[Piece], head: Head, anchor: int | None) -> int | None:
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
        if re.search(r":\s*$", lines[i].text) and any(re.match(r"Căn cứ|Theo|Xét", x.text) for x in lines[max(0, i - 12) : i]):
            # "QUYẾT ĐỊNH:" below the grounds is the formula of deciding, not the name of the document.
            head.type = head.type or citations._canonical(match.group("type"))
            return None
        kind = next(t["name"] for t in load("types")["type"] if fold(t["name"]) == fold(match.group("type")))
        head.type = str(kind)
        _set(head, "type", lines[i].span(), 0.97)
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
            _DATE_LINE.search(text)
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
        _set(head, "title", span, 0.92)
        head.type = head.type or "công văn"
        head.title_lines = range(i, j)


def _title_lines(lines: list[Piece], i: int, rest: str, head: Head) -> None:
    parts = [rest] if rest else []
    first: Span | None = lines[i].span() if rest else None
    last = lines[i].span()
    j = i + 1
    upper = is_upper(rest) if rest else None
    while j < len(lines) and len(parts) < 9:
        text = lines[j].text
        if _ends_title(text, lines, j, parts, upper):
            break
        if re.match(r"\d{1,5}\s*[/-]", text) or _QUOC_HIEU.search(text):
            break
        if not parts and re.match(r"CỦA\s", text) and is_upper(text):
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
        _set(head, "title", (first[0], last[1]), 0.95 if upper else 0.88)
        head.title_lines = range(i, j)


_NEXT_HEADING = re.compile(r"(?:THỰC TRẠNG|TÌNH HÌNH|ĐẶC ĐIỂM|KẾT QUẢ|MỤC TIÊU|MỤC ĐÍCH|CÁC THÔNG TIN|CĂN CỨ|SỰ CẦN THIẾT|PHẦN\s|QUY ĐỊNH CHUNG)")


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
    if _STAMP.search(text) or re.match(r"SỐ\s+[A-ZÀ-ÝĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ]|SỞ\s|ĐẾN|CÔNG VĂN", text) and not upper:
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


def _type_from_body(blocks: list[Piece]) -> str | None:
    """'… xây dựng Kế hoạch … như sau' names the type when the line for it is lost."""
    pattern = re.compile(
        rf"(?:xây dựng|ban hành|lập|đề ra|có)\s+(?:bản\s+)?(?P<type>(?i:{alternation(['kế hoạch', 'chỉ thị', 'chương trình hành động', 'chương trình', 'hướng dẫn', 'quyết định'])}))\b"
    )
    for block in blocks[:25]:
        match = pattern.search(block.text)
        if match:
            return citations._canonical(match.group("type"))
    return None


# --- news items and lost letterheads --------------------------------------------------------


def _from_prose(head: Head, lines: list[Piece], blocks: list[Piece], *, strong: bool) -> None:
    """A news item names the document in a sentence: 'ngày … Ủy ban nhân dân tỉnh ban hành Kế hoạch số …'."""
    from phoihop.engines.reading.prose import from_prose

    from_prose(head, lines, blocks, strong=strong)


def _title_elsewhere(
    head: Head, lines: list[Piece], blocks: list[Piece], anchor: int | None, meta: Meta
) -> None:
    """A title whose line is lost: capitals below the number, the portal's field, Điều 1."""
    if anchor is not None:
        _capitals_below(head, lines, anchor)
    if head.title is None and "title" in meta:
        head.title = naming.title_case(meta["title"][0])
        _set(head, "title", meta["title"][1], 0.85)
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
                _set(head, "title", block.span(match.start("title"), match.end("title")), 0.7)
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
            or _QUOC_HIEU.search(text)
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
        _set(head, "title", (lines[i].span()[0], lines[last].span()[1]), 0.8)
        head.title_lines = range(i, last + 1)
        return
