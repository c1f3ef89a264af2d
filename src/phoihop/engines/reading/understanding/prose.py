"""A document told of in prose: a news item or a portal's page that quotes it without its letterhead."""

import re

from phoihop.engines.reading.model import Span
from phoihop.engines.reading.understanding import citations, naming
from phoihop.engines.reading.understanding.clean import Piece
from phoihop.engines.reading.understanding.gazetteers import load
from phoihop.engines.reading.understanding.head import Head
from phoihop.engines.reading.understanding.labels import label_of
from phoihop.engines.reading.understanding.patterns import vi
from phoihop.kernel.periods import DATE_RE, date_of
from phoihop.kernel.text import fold

# A document that is only carried out or leaned on is not the one the text is about.
_LEANS = vi(
    r"(?i)(?:thực hiện|căn cứ|triển khai|trên cơ sở|của|về việc|xét|kèm theo|thi hành|quán triệt|kết luận|nêu trong|bổ sung|thay thế)"
    r"\s+(?:\w+\s+){0,4}$"
)
_ISSUES = vi(r"(?i)(?:ban hành|ký ban hành)\s+(?:\w+\s+){0,3}$")
_MAKES = vi(
    r"(?i)(?:ban hành|ký ban hành|ký|có|ra|vừa có|phê duyệt|xây dựng|gửi|phát hành)\s+(?:\w+\s+){0,3}$"
)
_TITLE_AFTER = vi(
    r"(?:[^.;:]{0,80}?\s)??(?P<title>(?:(?i:về việc|về|v/v)\s+[^.;:]{12,260}|(?:(?i:ban hành|phê duyệt|quy định|triển khai|tổ chức|thực hiện|đẩy mạnh|tăng cường)\s)[^.;:]{12,300}))"
)
_CHROME_LINE = vi(
    r"(?i)^(?:thứ (?:hai|ba|tư|năm|sáu|bảy)|chủ nhật|ngày đăng|đăng lúc|cập nhật|trang chủ|tin tức|mặc định|cỡ chữ|lượt xem|đăng nhập|để (?:dùng|sử dụng)|thành viên|hệ thống pháp luật"
    r"|văn bản khác|nội dung toàn văn|tư vấn|in bài|ảnh|chia sẻ|tác giả|nguồn|theo dõi|\d+[\s/:-])"
)


def from_prose(head: Head, lines: list[Piece], blocks: list[Piece], *, strong: bool) -> None:
    """Fill what the letterhead left open from the sentence that names the document."""
    lost = head.number is None and head.issued is None
    own = _own_mention(blocks[:14], allow_first=strong) if strong or lost else None
    if own:
        piece, mention = own
        if head.number is None:
            head.number = mention.number
            head.note("number", mention.span, 0.8)
        kind = (
            citations.type_of_number(mention.number)
            if (mention.type or "văn bản") == "văn bản"
            else mention.type
        )
        if head.type is None and kind:
            head.type = kind
            head.note("type", mention.span, 0.8)
        if head.issued is None:
            _date_beside(head, piece, mention)
        if head.issuer is None and mention.issuer:
            head.issuer = naming.body_name(mention.issuer)
            head.note("issuer", mention.span, 0.8)
        if head.title is None:
            _title_after(head, piece, mention)
    if not strong:
        return
    if own is None:
        _unnumbered(head, blocks)
    headline = _headline(lines)
    named = _type_at_start(headline[0]) if headline else None
    if headline and (
        head.title is None
        or (
            named
            and head.type
            and fold(named) == fold(head.type)
            and own is not None
            and own[0].span() != headline[1]
        )
    ):
        text, span = headline
        kind = _type_at_start(text)
        title = (
            text[len(kind) :].strip(" :") if kind and head.type and fold(kind) == fold(head.type) else text
        )
        title = vi(rf"^(?:số\s+)?(?:{citations.NUMBER})\s*").sub("", title)
        head.title = naming.title_case(re.sub(r"^(?i:về việc|v/v|về)\s+", "", title))
        head.note("title", span, 0.6)
        if head.type is None and kind:
            head.type = citations.canonical_type(kind)
            head.note("type", span, 0.6)
    if head.type is None:
        text = " ".join(b.text for b in blocks[:6])
        kinds = r"(?i:(?P<type>kế hoạch|chỉ thị|quyết định|nghị quyết|công điện|công văn|thông báo|hướng dẫn|chương trình hành động|văn bản))"
        match = re.search(rf"(?i:ban hành|ký|có|ra|gửi|vừa)\s+(?:\w+\s+)?{kinds}\b", text) or re.search(
            rf"\b{kinds}\b(?=\s+(?:có|phân|nêu|đề|đặt|xác|này|yêu|được|cũng|nhằm|tập|số|triển|thực|phòng|ban hành|gửi|chỉ đạo))",
            text,
        )
        if match:
            name = citations.canonical_type(match["type"])
            head.type = "công văn" if name == "văn bản" else name
            head.note("type", blocks[0].span(), 0.5)


_AIM = re.compile(
    r",?\s+(?:nhằm|với (?:chủ đề|mục tiêu|mục đích|các)|để (?:tiến tới|thực hiện|triển khai)|trong đó|theo đó|(?:mới|vừa|đã)\s+(?:được\s+)?ban hành)[\s,].*$"
)


def _cut(title: str) -> str:
    """A title told in a sentence ends where the sentence tells the purpose: 'Kế hoạch … năm 2022 nhằm …'."""
    return _AIM.sub("", title)


_TOLD = vi(
    r"(?i)(?:vừa|đã|mới)?\s*(?:ban hành|xây dựng|có)\s+(?P<type>kế hoạch|chỉ thị|chương trình hành động|chương trình|đề án|quyết định|nghị quyết)\s+(?:số\s+)?(?:\d{1,5}\s+)?(?:ngày\s+[\d/.]+\s+)?(?:(?:về việc|về)\s+)?(?P<title>(?!này|có|phân|nêu|gửi|được|của|đã|khi)[^.;\d][^.;]{14,250})(?=[.;]|$)"
)


def _unnumbered(head: Head, blocks: list[Piece]) -> None:
    """'UBND tỉnh vừa ban hành kế hoạch về …': a news item that gives no number."""
    for block in blocks[:4]:
        match = _TOLD.search(block.text)
        if match:
            if head.type is None:
                head.type = citations.canonical_type(match["type"])
                head.note("type", block.span(match.start("type"), match.end("type")), 0.7)
            if head.title is None:
                head.title = naming.title_case(_cut(match["title"]))
                head.note("title", block.span(match.start("title"), match.end("title")), 0.65)
            # "Ngày 25/10/2021, Sở … đã ban hành Kế hoạch": the date that opens the sentence.
            opening = DATE_RE.search(block.text, 0, min(match.start(), 90))
            if head.issued is None and opening and re.search(r"(?i)ngày\s*$", block.text[: opening.start()]):
                head.issued = date_of(opening)
                head.note("issued", block.span(opening.start(), opening.end()), 0.6)
            return


_ANNEX = vi(r"(?i)\(?\s*(?:ban hành )?kèm theo\s+(?=quyết định|công văn|văn bản|nghị quyết)")


def from_annex_note(head: Head, blocks: list[Piece]) -> None:
    """An annex alone: '(Ban hành kèm theo Quyết định số 70/2006/QĐ-UBND ngày …)' carries number and date."""
    for block in blocks[:12]:
        note = _ANNEX.match(block.text)
        if not note:
            continue
        for mention in citations.mentions_in(block):
            head.number = mention.number
            head.note("number", mention.span, 0.85)
            if head.issued is None and mention.date:
                head.issued = mention.date
                head.note("issued", mention.span, 0.85)
            if head.issuer is None and mention.issuer:
                head.issuer = naming.body_name(mention.issuer)
                head.note("issuer", mention.span, 0.8)
            return


def _own_mention(blocks: list[Piece], *, allow_first: bool) -> tuple[Piece, citations.Mention] | None:
    first: tuple[Piece, citations.Mention] | None = None
    for block in blocks:
        for mention in citations.mentions_in(block):
            before = block.text[max(0, mention.start - 90) : mention.start]
            before = re.sub(rf"(?i)(?:{citations.type_pattern()})\s*(?:số)?\s*:?\s*$", "", before)
            if (_MAKES if allow_first else _ISSUES).search(before) or _named_in_aside(block.text, mention):
                return block, mention
            opens = not before.strip() or re.search(r"[.!?]\s*$|\b(?:[Tt]ại|[Tt]heo|[Tt]rong)\s*$", before)
            if opens and first is None and not _LEANS.search(before):
                first = (block, mention)
            elif first is None and not opens:
                # The first document named is one that the text leans on: the text has none of its own.
                allow_first = allow_first and not _LEANS.search(before)
    return first if allow_first else None


def _named_in_aside(text: str, mention: citations.Mention) -> bool:
    """'… vừa ra Quyết định về việc … (Quyết định số 1167/QĐ-TTg, ngày 28/6/2016)'."""
    opened = text.rfind("(", 0, mention.start)
    if (
        opened < 0
        or text.find(")", opened) < mention.start
        or not mention.type
        or len(text[opened : mention.start]) > 30
    ):
        return False
    sentence = text[max(text.rfind(". ", 0, opened), 0) : opened]
    return bool(
        re.search(
            rf"(?i)(?:ban hành|ký|ra|có|vừa)\s+(?:\w+\s+)?{mention.type}\b|quyết định phê duyệt|phê duyệt",
            sentence,
        )
    )


def _date_beside(head: Head, piece: Piece, mention: citations.Mention) -> None:
    if mention.date:
        head.issued = mention.date
        head.note("issued", mention.span, 0.8)
        return
    # "ngày 31 tháng 3 năm 2022 Ủy ban nhân dân tỉnh ban hành Kế hoạch số …": the same clause, before it.
    start = max(0, mention.start - 140)
    for match in reversed(list(DATE_RE.finditer(piece.text, start, mention.start))):
        between = piece.text[match.end() : mention.start]
        if citations.NUMBER_RE.search(piece.text[max(0, match.start() - 40) : match.start()]):
            return
        if re.search(r"[.;]\s", between) or citations.NUMBER_RE.search(between):
            return
        if (
            re.search(r"(?i)ngày\s*$", piece.text[: match.start()])
            and re.search(r"(?i)ban hành|ký|có|ra", between)
            and date_of(match)
        ):
            head.issued = date_of(match)
            head.note("issued", piece.span(match.start(), match.end()), 0.75)
            return


def _title_after(head: Head, piece: Piece, mention: citations.Mention) -> None:
    rest = piece.text[mention.end :]
    match = _TITLE_AFTER.match(rest)
    if not match or not re.match(
        r"\s*,?\s*(?:(?:của|do)\s[^.;:]{3,60}?\s)?(?:mới đây\s+|vừa\s+|đã\s+)?$", rest[: match.start("title")]
    ):
        return
    title = _cut(re.sub(r"^(?i:về việc|v/v|về)\s+", "", match["title"])).strip(' ,“”"')
    if head.type and head.type != "quyết định":
        title = re.sub(rf"^(?i:ban hành|triển khai)\s+(?i:{head.type})\s+(?:(?i:về)\s+)?", "", title)
    head.title = naming.title_case(title)
    head.note("title", piece.span(mention.end + match.start("title"), mention.end + match.end("title")), 0.7)


def _headline(lines: list[Piece]) -> tuple[str, Span] | None:
    """The first line that reads as a headline, with the lines it is broken over: no chrome, no sentence, no label."""
    for i, line in enumerate(lines[:8]):
        text, end = line.text, line.span()[1]
        for after in lines[i + 1 : i + 6]:
            if not _goes_on(text, after.text):
                break
            text, end = f"{text} {after.text}", after.span()[1]
        if _CHROME_LINE.match(text) or len(text) < 25 or label_of(text):
            continue
        if len(text) > 220 or text.endswith((".", ":", ";")) or DATE_RE.search(text):
            return None
        return text, (line.span()[0], end)
    return None


def _goes_on(text: str, after: str) -> bool:
    """Whether a page's edge parted two lines: the first is about as long as a page is wide, the second goes on."""
    return len(text) > 60 and not text.endswith((".", ":", ";")) and after[:1].islower()


def _type_at_start(text: str) -> str | None:
    for t in load("types")["type"]:
        name = str(t["name"])
        if fold(text).startswith(fold(name) + " ") or re.match(rf"(?i){re.escape(name)}\s*:", text):
            return text[: len(name)]
    return None
