"""The label-value block that a legal portal prints above a document."""

import re
from functools import cache

from phoihop.engines.reading.model import Span
from phoihop.engines.reading.understanding import citations
from phoihop.engines.reading.understanding.clean import Piece
from phoihop.engines.reading.understanding.gazetteers import load
from phoihop.engines.reading.understanding.head import Head
from phoihop.engines.reading.understanding.patterns import vi
from phoihop.kernel.periods import DATE_RE, date_of
from phoihop.kernel.text import fold


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
    return vi("|".join(rf"(?P<{k}>\b(?:{v}))" for k, v in labels.items()))


Meta = dict[str, tuple[str, Span]]


def metadata(lines: list[Piece]) -> Meta:
    """The label-value block of a legal portal: 'Số hiệu 30/KH-UBND', 'Người ký: …'."""
    found: Meta = {}
    hits = 0
    for i, line in enumerate(lines[:120]):
        # A label counts only at the beginning of a line, and such lines are rare.
        if (len(line.text) > 200 and not line.cell) or not _meta().match(line.text):
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


def take(head: Head, meta: Meta) -> None:
    if "number" in meta and head.number is None:
        match = citations.NUMBER_RE.search(meta["number"][0])
        if match:
            head.number = citations.tidy_number(match.group())
            head.note("number", meta["number"][1], 0.95)
    if "issued" in meta and head.issued is None:
        match = DATE_RE.search(meta["issued"][0])
        if match and (when := date_of(match)):
            head.issued = when
            head.note("issued", meta["issued"][1], 0.93)
    if "type" in meta and head.type is None:
        key = fold(meta["type"][0])
        head.type = next((t["name"] for t in load("types")["type"] if fold(t["name"]) == key), None)
        if head.type:
            head.note("type", meta["type"][1], 0.93)
    if "signer" in meta:
        head.metadata_signer = meta["signer"]
