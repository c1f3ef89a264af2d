"""The clean view: the extracted text as it was meant, each character knowing where it came from.

Files bring markdown marks, glued words, hard line breaks, page numbers between lines, table
cells parted by "|". Rules written against such text would each have to survive all of it, so the
damage is undone once, here, and every later span is mapped back to the extracted text.
"""

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from phoihop.engines.reading.model import Span
from phoihop.engines.reading.understanding.labels import starts_item
from phoihop.engines.reading.understanding.patterns import vi
from phoihop.engines.reading.understanding.syllables import split_glued
from phoihop.kernel.text import is_upper

# What is taken out of a line or turned into one blank.
_NOISE = vi(
    r"(?P<drop>\*+|`+|_{2,}|\\(?=[-.#*_()\[\]>+])|⁽[⁰¹²³⁴-⁹]+⁾(?!\w))"
    r"|(?P<blank>⁽[⁰¹²³⁴-⁹]+⁾(?=\w)|<br\s*/?>"
    r"|[\s\u00a0\u2000-\u200a\u202f\u3000]{2,}|[\t\u00a0\u2000-\u200a\u202f\u3000])"
)
_MAYBE_NOISE = vi(r"[*`\\⁽<\t\u00a0\u2000-\u200a\u202f\u3000]|__|\s\s")
_LONG_WORD = vi(r"[^\W\d_]{5,}")
# An abbreviation glued to the word after it: "UBNDtỉnh".
_SHORT = ("UBND", "HĐND", "MTTQ", "LĐTBXH", "THCS", "THPT")
_GLUED_SHORT = vi(r"\b(?:UBND|HĐND|MTTQ|UBMTTQ|LĐTBXH|THCS|THPT)(?=[a-zđà-ỹ])")
# A feed's stamp before the text: "date 2021-02 Kế hoạch …".
_FEED_STAMP = vi(r"\s*date\s+\d{4}-\d{2}(?:-\d{2})?\s+")
# A figure glued to the word before it: "bắt buộc93 người".
_LETTER_AND_FIGURE = vi(r"\d\d(?<=[a-zđà-ỹ]\d\d)")
_GLUED_FIGURE = vi(r"(?<![^\W\d_])[a-zđà-ỹ]{3,}(?=\d{2})")
_MARKDOWN_LEAD = vi(r"\s*(?:#{1,6}\s*|>\s+)+")
_PAGE_NUMBER = vi(r"[-–\s]*(?:(?i:trang)\s+)?\d{1,4}(?:\s*/\s*\d{1,4})?[-–\s]*\Z")
_NO_CONTENT = vi(r"[\W_]*\Z")
# A table's unit column may hold nothing but the sign.
_UNIT_SIGNS = ("%", "‰")
_CLOSING = '"”’)]'
_SENTENCE_END = (".", ";", ":", "!", "?", "…")
_SMALL_START = vi(r"[\"“(]?[a-zàáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ]")
# A line that ends in one of these words has its sentence on the next line.
_OPEN_END = vi(
    r"(?:,|\(|/|–|-|\b(?:và|của|về|cho|các|những|số|ngày|tháng|năm|trên|dưới|từ|đến|tại|với|theo|là|được|có"
    r"|bằng|hoặc|do|khi|trong|để|đạt|ít nhất|Quyết định|Nghị định|Kế hoạch|Chỉ thị|Công văn|tham mưu|trình|báo cáo|giúp|giao|gửi|chủ|phối hợp|chủ trì|hướng dẫn))\Z"
)
_KEEP_APART = vi(
    r"(?:Số|Ngày|Căn cứ|Kính gửi|Nơi nhận|Điều\s+\d|Thực hiện|Theo |Xét |Độc lập|CỘNG H|TM\.|KT\.|T/M|V/v)"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of clean text; ``at[i]`` is the source offset of its i-th character."""

    text: str
    at: Sequence[int]
    cell: bool = False
    after_gap: bool = False
    row: int = -1

    def span(self, start: int = 0, end: int | None = None) -> Span:
        """The source span of a stretch of this piece; blanks at its ends are left out."""
        end = len(self.text) if end is None else end
        while start < end and self.text[start] == " ":
            start += 1
        while end > start and self.text[end - 1] == " ":
            end -= 1
        if start >= end:
            here = self.at[min(start, len(self.at) - 1)] if len(self.at) else 0
            return (here, here)
        return (self.at[start], self.at[end - 1] + 1)

    def part(self, start: int, end: int) -> "Piece":
        return Piece(self.text[start:end], self.at[start:end], self.cell, self.after_gap, self.row)


def lines_of(text: str) -> list[Piece]:
    """The cleaned lines that say something, table cells apart, page numbers left out."""
    pieces: list[Piece] = []
    position = 0
    gap = False
    for row, raw in enumerate(text.split("\n")):
        start, position = position, position + len(raw) + 1
        if not raw.strip() or _NO_CONTENT.match(raw):
            gap = True
            continue
        if "|" in raw or "    " in raw or "\t" in raw or "\u00a0" in raw or "CHỦ NGHĨA" in raw:
            cells = [c for c in _cells(raw) if raw[c[0] : c[1]].strip()]
        else:
            cells = [(0, len(raw))]
        for a, b in cells:
            piece = _clean(
                raw[a:b], start + a, cell="|" in raw or (len(cells) > 1 and len(raw) < 200), after_gap=gap
            )
            if piece.text and (not _NO_CONTENT.match(piece.text) or piece.text in _UNIT_SIGNS):
                pieces.append(replace(piece, row=row) if piece.cell else piece)
                gap = False
    return pieces


# The letterhead and the foot, set in two columns by blanks: "HUYỆN ỦY …        ĐẢNG CỘNG SẢN …".
_COLUMN_GAP = vi(r"(?<=\S)[ \u00a0\t]{4,}(?=\S)")
_BLANK_DAY = vi(r"ngày\s{3,}|tháng\s{3,}|Số:?\s{3,}", re.IGNORECASE)
# A page whose line ends were lost: the fixed parts of a letterhead show where they stood.
_RUN_TOGETHER = vi(
    r"\s(?=(CỘNG H(?:ÒA|OÀ) XÃ HỘI CHỦ NGHĨA|Độc lập\s*[-–]|Số\s*:\s*\d|[A-ZĐ]\w+(?:\s[A-ZĐ]\w+){0,3}, ngày \d|(?:KẾ HOẠCH|QUYẾT ĐỊNH|CHỈ THỊ|NGHỊ QUYẾT|THÔNG TƯ|CHƯƠNG TRÌNH|HƯỚNG DẪN)(?=:|\s[A-ZĐ]{2})"
    r"|(?:BỘ TRƯỞNG|CHỦ TỊCH|THỦ TƯỚNG|(?:ỦY|UỶ) BAN NHÂN DÂN)\s[A-ZĐ]|Căn cứ\s[A-ZĐ]|Xét đề nghị|Theo đề nghị|Điều \d+\s*\.|Chương [IVX]+\b|Nơi nhận:|TM\.|KT\.\s|(?:I|II|III|IV|V|VI)\.\s[A-ZĐ]{2}))"
)


def _cells(raw: str) -> Iterator[Span]:
    """The cells of a line: parted by "|", by wide gaps, or where lost line ends must have stood."""
    if "|" in raw:
        bars = [m.span() for m in re.finditer(r"\|", raw)]
    elif len(raw) <= 200 and not _BLANK_DAY.search(raw):
        bars = [m.span() for m in _COLUMN_GAP.finditer(raw)]
    else:
        bars = []
    if "CHỦ NGHĨA VIỆT NAM" in raw:
        reach = 0
        for mark in _RUN_TOGETHER.finditer(raw):
            if mark.start() >= reach:
                bars.append(mark.span())
                reach = mark.end(1)
        bars.sort()
    start = 0
    for a, b in bars:
        yield (start, a)
        start = b
    yield (start, len(raw))


def _clean(raw: str, offset: int, *, cell: bool, after_gap: bool) -> Piece:
    lead = _MARKDOWN_LEAD.match(raw)
    if lead and "#" in lead.group() + raw[:1]:
        offset, raw = offset + lead.end(), raw[lead.end() :]
    stamp = _FEED_STAMP.match(raw)
    if stamp:
        offset, raw = offset + stamp.end(), raw[stamp.end() :]
    stripped = raw.strip()
    offset += raw.find(stripped) if stripped else 0
    raw = stripped
    edits: list[tuple[int, int, str]] = []
    if _MAYBE_NOISE.search(raw):
        edits += [(m.start(), m.end(), " " if m.lastgroup == "blank" else "") for m in _NOISE.finditer(raw)]
    for word in _LONG_WORD.finditer(raw):
        parts = split_glued(word.group())
        cut = word.start()
        for part in parts[:-1]:
            cut += len(part)
            edits.append((cut, cut, " "))
    if any(short in raw for short in _SHORT):
        edits += [(m.end(), m.end(), " ") for m in _GLUED_SHORT.finditer(raw)]
    if _LETTER_AND_FIGURE.search(raw):
        edits += [(m.end(), m.end(), " ") for m in _GLUED_FIGURE.finditer(raw)]
    if not edits:
        return Piece(raw, range(offset, offset + len(raw)), cell, after_gap)
    edits.sort()
    out: list[str] = []
    at = array("L")
    done = 0
    for start, end, put in edits:
        if start < done:
            continue
        out.append(raw[done:start])
        at.extend(range(offset + done, offset + start))
        if put and out and not out[-1].endswith(" "):
            out.append(put)
            at.append(offset + min(start, len(raw) - 1))
        done = end
    out.append(raw[done:])
    at.extend(range(offset + done, offset + len(raw)))
    text = "".join(out)
    left = len(text) - len(text.lstrip())
    right = len(text.rstrip())
    return Piece(text[left:right], at[left:right], cell, after_gap)


def blocks_of(lines: list[Piece]) -> list[Piece]:
    """Paragraphs: lines that a converter broke are joined, page numbers between them dropped."""
    width = _usual_width(lines)
    blocks: list[list[Piece]] = []
    for i, line in enumerate(lines):
        if not line.cell and _PAGE_NUMBER.match(line.text) and _is_page_number(lines, i):
            continue
        if blocks and _continues(blocks[-1][-1], line, width):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return [part for b in blocks for part in _bounded(_unnumbered(_joined(b)))]


# Many rules look back over their sentence at every figure in it, so a page of text without a line
# end would take them for ever. The longest paragraphs of real documents have some 1,500 characters.
_LONGEST = 4_500


def _bounded(piece: Piece) -> Iterator[Piece]:
    """The piece in parts of at most ``_LONGEST`` characters, cut where a sentence or at least a word ends."""
    start, length = 0, len(piece.text)
    while length - start > _LONGEST:
        ends = (piece.text.rfind(mark, start + _LONGEST // 2, start + _LONGEST) for mark in (". ", "; ", " "))
        end = next((e + 1 for e in ends if e >= 0), start + _LONGEST)
        yield piece.part(start, end)
        start = end
        while start < length and piece.text[start] == " ":
            start += 1
    if start < length:
        yield piece.part(start, length) if start else piece


def _usual_width(lines: list[Piece]) -> int:
    """The length of a full line, if the text looks hard-wrapped; 0 when lines are paragraphs."""
    lengths = sorted(len(line.text) for line in lines if not line.cell)
    if len(lengths) < 6:
        lengths = sorted(len(line.text) for line in lines)
    if not lengths:
        return 0
    # A hard-wrapped text has no long line; a text of paragraphs has some far longer than a page is wide.
    if lengths[-1] > 200 or lengths[int(len(lengths) * 0.9)] > 130:
        return 0
    return max(lengths[int(len(lengths) * 0.9)], 25)


def _is_page_number(lines: list[Piece], i: int) -> bool:
    before = lines[i - 1] if i else None
    # "Số:" or a table cell may really stand alone above a number.
    return not (before and (before.cell or before.text.rstrip(":").casefold().endswith("số")))


# A name with a dash broken before it: "Sở Lao động" / "- Thương binh và Xã hội".
_BROKEN_NAME = vi(
    r"(?:Lao động|Phát thanh|Văn hóa|Văn hoá|Giáo dục|kinh tế|chính trị|Kế hoạch|Thông tin|Thể thao|Thương binh)\s*\Z"
)
_NAME_REST = vi(r"[-–]\s*(?:Thương|Truyền|Đào|xã hội|Xã hội|Thông tin|Thể thao|Đầu tư|Du lịch)")

_WHOLE_DATE = re.compile(r"\d{1,2}(?:[/.-]\d{1,2}[/.-]\d{4}|\s+tháng\s)")
# "UBND các huyện:" / "Nậm Xoong, Tả Sín": the names may begin on the next line.
_SPREADS = vi(
    r"(?i)\bcác\s+(?:sở|bộ|ban|ngành|huyện|xã|phường|thị|thành phố|đoàn thể|hội|tổ chức)(?:,?\s+[^\W\d]+){0,5}\s*:\Z"
)


def _continues(before: Piece, line: Piece, width: int) -> bool:
    if before.cell != line.cell:
        return False
    if _BROKEN_NAME.search(before.text) and _NAME_REST.match(line.text):
        return True
    if before.text.endswith(" ngày") and _WHOLE_DATE.match(line.text):
        return True
    if starts_item(line.text) or _KEEP_APART.match(line.text):
        return _is_open(before.text) and bool(re.match(r"Số\s+\d|Điều\s+\d", line.text))
    if before.cell and not _is_open(before.text) and not _SMALL_START.match(line.text):
        return False
    if re.match(r"[-–]{3,}|Độc lập", before.text):
        return False
    ended = before.text.rstrip(_CLOSING).endswith(_SENTENCE_END)
    if is_upper(before.text):
        return _joins_capitals(before, line)
    if _SMALL_START.match(line.text) and not line.text.startswith(("đ)", "a)", "b)")):
        return not ended or before.text.endswith(";")
    if ended and not (width and _SPREADS.search(before.text, max(0, len(before.text) - 60))):
        return False
    if line.after_gap and _is_heading(before.text):
        return False
    if _is_open(before.text):
        return True
    if is_upper(line.text) and len(line.text) > 12:
        return False
    if width:
        return not line.after_gap and len(before.text) >= 0.72 * width
    return line.after_gap and len(before.text) > 60 and not _is_heading(before.text)


def _is_open(text: str) -> bool:
    """Whether a line breaks off in the middle of its sentence; its last words tell."""
    return _OPEN_END.search(text, max(0, len(text) - 20)) is not None


def _joins_capitals(before: Piece, line: Piece) -> bool:
    """A heading in capitals broken over lines: 'I. ĐẶC ĐIỂM' / 'CHUNG'."""
    if line.after_gap or not starts_item(before.text):
        return False
    return is_upper(line.text) and len(line.text) < 80


def _is_heading(text: str) -> bool:
    return starts_item(text) and len(text) < 120


def _joined(parts: list[Piece]) -> Piece:
    if len(parts) == 1:
        return parts[0]
    at = array("L")
    for i, part in enumerate(parts):
        if i:
            at.append(part.at[0])
        at.extend(part.at)
    return Piece(" ".join(p.text for p in parts), at, parts[0].cell, parts[0].after_gap)


# A page number caught between the two halves of a compound: "thực hiện Kết 3 luận".
_COMPOUNDS = (
    "kết luận|kế hoạch|nghị quyết|nghị định|quyết định|chỉ thị|thông báo|thông tư|hướng dẫn|chương trình"
    "|công văn|phòng chống|tổ chức|thực hiện|triển khai|quản lý|công tác|tuyên truyền|xã hội|ma túy|mại dâm"
    "|cai nghiện|điều trị|dự phòng|hoạt động|nhân dân|cơ quan|đơn vị|địa phương|trách nhiệm|phối hợp|tăng cường"
)
_LONE_NUMBER = vi(r" \d{1,3} ")
_CAUGHT = vi(
    "|".join(rf"\b{a} (\d{{1,3}}) {b}\b" for a, b in (c.split() for c in _COMPOUNDS.split("|"))),
    re.IGNORECASE,
)


def _unnumbered(piece: Piece) -> Piece:
    if not _LONE_NUMBER.search(piece.text):
        return piece
    kept: list[Span] = []
    position = 0
    while found := _CAUGHT.search(piece.text, position):
        start, end = found.span(found.lastindex or 0)
        kept.append((position, start))
        # The second half of one compound may be the first half of the next.
        position = end + 1
    if not kept:
        return piece
    kept.append((position, len(piece.text)))
    at = array("L")
    for start, end in kept:
        at.extend(piece.at[start:end])
    return Piece("".join(piece.text[a:b] for a, b in kept), at, piece.cell, piece.after_gap)
