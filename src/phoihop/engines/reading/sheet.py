"""A reading as a spreadsheet: one sheet each for documents, targets, tasks, citations, findings.

Text from the document is written as text and nothing else: a cell that begins with "=", "+",
"-" or "@" is never a formula, and an address never a link.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any, Literal

from xlsxwriter import Workbook

Lang = Literal["vi", "en"]
Row = dict[str, Any]

# Neither the clock nor a name goes into the file: the same reading gives the same bytes.
_PROPERTIES = {"author": "", "title": "Phối Hợp", "created": datetime(2000, 1, 1, tzinfo=UTC)}
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "dd/mm/yyyy",
}
# 42A is Vietnamese: the point groups thousands and the comma starts decimals, where the
# program that opens the file follows the format rather than its own settings.
_NUMBER = "[$-42A]#,##0"
_EXCEL_BEGINS = date(1900, 3, 1)
_EXCEL_DIGITS = 15
_PAPER_A4 = 9
_UNWRITABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")
# A sentence ends at a full stop before a blank, at a semicolon, or at a line that is followed by a
# blank line or by a line that does not go on with a small letter.
_SENTENCE_END = re.compile(r"(?<=[.;!?])\s+|\n\s*\n|\n(?![ \t]*[a-zà-ỹ][^)])")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: key in the row, headings, width in characters, how its cells are written."""

    key: str
    vi: str
    en: str
    width: int
    kind: Literal["text", "number", "date"] = "text"


_DOCUMENT = Column("document", "Văn bản", "Document", 16)
_SENTENCE = Column("sentence", "Câu nguồn", "Source sentence", 60)
_SURE = Column("confidence", "Độ chắc chắn", "Confidence", 10, "number")
_ORDER = Column("order", "STT", "No.", 6, "number")

_WORDS = {
    "goal": ("kết quả", "result"),
    "output": ("hoạt động đếm được", "countable activity"),
    "explicit": ("giao rõ", "in words"),
    "section": ("theo đề mục", "by heading"),
    "serious": ("nghiêm trọng", "serious"),
    "warning": ("cảnh báo", "warning"),
    "note": ("lưu ý", "note"),
    "giữ": ("giữ", "keep"),
    "tăng": ("tăng", "raise"),
    "giảm": ("giảm", "lower"),
    "không để": ("không để", "prevent"),
    ">=": ("≥", "≥"),
    "<=": ("≤", "≤"),
    True: ("có", "yes"),
    False: ("không", "no"),
}


def to_xlsx(reading: dict[str, Any], lang: Lang = "vi") -> bytes:
    """The contract dict of one file as .xlsx; headings in Vietnamese ("vi") or English ("en").

    A refused file gives the same sheets without rows. Cells longer than Excel's 32,767
    characters are cut there.
    """
    out = BytesIO()
    book = Workbook(out, _OPTIONS)
    book.set_properties(_PROPERTIES)
    sheets = _Sheets(book, lang)
    for vi, en, columns, rows in _PLAN:
        sheets.add(en if lang == "en" else vi, columns, rows(reading, lang))
    book.close()
    return out.getvalue()


def sentence(text: str, span: list[int]) -> str:
    """The sentence (or sentences) around a span of the text, on one line."""
    start = min(max(int(span[0]), 0), len(text))
    end = min(max(int(span[1]), start), len(text))
    # Sentences beyond this reach are tables run together; the span itself is always whole.
    low, high = max(0, start - 1000), min(len(text), end + 1000)
    before = [m.end() for m in _SENTENCE_END.finditer(text, low, start)]
    after = _SENTENCE_END.search(text, max(start, end - 1), high)
    return " ".join(text[before[-1] if before else low : after.start() if after else high].split())


class _Sheets:
    """Writes sheets that look alike: frozen headings, wrapped text, A4 landscape."""

    def __init__(self, book: Any, lang: Lang) -> None:
        self._book = book
        self._lang = lang
        cell = {"valign": "top", "text_wrap": True, "border": 1, "border_color": "#B0B8C0"}
        self._text = book.add_format(cell | {"num_format": "@"})
        self._date = book.add_format(cell | {"num_format": "dd/mm/yyyy", "align": "left"})
        self._head = book.add_format(cell | {"bold": True, "bg_color": "#E6ECF2"})
        self._cell = cell
        self._numbers: dict[str, Any] = {}

    def add(self, name: str, columns: tuple[Column, ...], rows: Iterator[Row]) -> None:
        sheet = self._book.add_worksheet(name)
        for c, column in enumerate(columns):
            sheet.set_column(c, c, column.width)
            sheet.write_string(0, c, column.en if self._lang == "en" else column.vi, self._head)
        last = 0
        for last, row in enumerate(rows, 1):
            for c, column in enumerate(columns):
                self._write(sheet, last, c, column, row.get(column.key))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(last, 1), len(columns) - 1)
        sheet.set_landscape()
        sheet.set_paper(_PAPER_A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.repeat_rows(0)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&A&R&P/&N")

    def _write(self, sheet: Any, row: int, c: int, column: Column, value: Any) -> None:
        if value is None or value == "":
            sheet.write_blank(row, c, None, self._text)
        elif column.kind == "number":
            number = Decimal(str(value))
            if len(number.as_tuple().digits) <= _EXCEL_DIGITS:
                sheet.write_number(row, c, float(number), self._number(number))
            else:
                # Excel would round it; the digits matter more than being able to add them.
                sheet.write_string(row, c, str(value), self._text)
        elif column.kind == "date":
            day = date.fromisoformat(value)
            if day >= _EXCEL_BEGINS:
                sheet.write_datetime(row, c, day, self._date)
            else:
                sheet.write_string(row, c, day.strftime("%d/%m/%Y"), self._text)
        else:
            sheet.write_string(row, c, _UNWRITABLE.sub("\ufffd", str(value)), self._text)

    def _number(self, value: Decimal) -> Any:
        """A format with as many decimals as the number has: no "92," and no "92,50"."""
        exponent = value.normalize().as_tuple().exponent
        places = max(0, -exponent) if isinstance(exponent, int) else 0
        code = _NUMBER + ("." + "0" * places if places else "")
        if code not in self._numbers:
            self._numbers[code] = self._book.add_format(self._cell | {"num_format": code})
        return self._numbers[code]


def _word(value: Any, lang: Lang) -> Any:
    known = _WORDS.get(value)
    return known[1 if lang == "en" else 0] if known else value


def _each(reading: dict[str, Any], key: str) -> Iterator[tuple[dict[str, Any], str, int, dict[str, Any]]]:
    """Every (document, its name in the sheets, running number, item) of one list."""
    for i, document in enumerate(reading["documents"], 1):
        for j, item in enumerate(document[key], 1):
            yield document, document["number"] or f"{i}", j, item


def _documents(reading: dict[str, Any], lang: Lang) -> Iterator[Row]:
    for i, d in enumerate(reading["documents"], 1):
        signers = d["signers"]
        yield d | {
            "order": i,
            "file": reading["file"],
            "signed_by": "; ".join(s["name"] for s in signers),
            "office": "; ".join(" ".join(filter(None, (s["prefix"], s["office"]))) for s in signers),
            "sent_to": "; ".join(d["recipients"]),
            **{f"n_{key}": len(d[key]) for key in ("targets", "tasks", "citations", "findings")},
        }


def _targets(reading: dict[str, Any], lang: Lang) -> Iterator[Row]:
    for _, name, j, t in _each(reading, "targets"):
        yield t | {
            "document": name,
            "order": j,
            "comparator": _word(t["comparator"], lang),
            "value": None if t["value"] is None else t.get("value_exact") or t["value"],
            "direction": _word(t["direction"], lang),
            "kind": _word(t["kind"], lang),
            "sentence": sentence(reading["text"], t["span"]),
        }


def _tasks(reading: dict[str, Any], lang: Lang) -> Iterator[Row]:
    for _, name, j, t in _each(reading, "tasks"):
        yield t | {
            "document": name,
            "order": j,
            "leads": "; ".join(t["leads"]),
            "coordinating": "; ".join(t["coordinating"]),
            "outputs": ", ".join(str(n + 1) for n in t["outputs"]),
            "basis": _word(t["basis"], lang),
            "standing": _word(bool(t["standing"]), lang),
            "sentence": sentence(reading["text"], t["span"]),
        }


def _citations(reading: dict[str, Any], lang: Lang) -> Iterator[Row]:
    for _, name, j, c in _each(reading, "citations"):
        days = [c["date"], *c["dates"]] if c["date"] else c["dates"]
        others = [d for d in dict.fromkeys(days) if d != c["date"]]
        yield c | {
            "document": name,
            "order": j,
            "others": "; ".join(date.fromisoformat(d).strftime("%d/%m/%Y") for d in others),
            "times": len(c["spans"]),
            "implemented": _word(bool(c["implemented"]), lang),
            "sentence": sentence(reading["text"], c["spans"][0]) if c["spans"] else None,
        }


def _findings(reading: dict[str, Any], lang: Lang) -> Iterator[Row]:
    for _, name, j, f in _each(reading, "findings"):
        yield {
            "document": name,
            "order": j,
            "severity": _word(f["severity"], lang),
            "message": f["message"][lang],
            "kind": f["kind"],
            "sentence": sentence(reading["text"], f["spans"][0]) if f["spans"] else None,
        }


_Rows = Callable[[dict[str, Any], Lang], Iterator[Row]]
_PLAN: tuple[tuple[str, str, tuple[Column, ...], _Rows], ...] = (
    (
        "Văn bản",
        "Documents",
        (
            _ORDER,
            Column("number", "Số, ký hiệu", "Number", 18),
            Column("issued", "Ngày ban hành", "Date", 12, "date"),
            Column("type", "Loại", "Type", 14),
            Column("title", "Trích yếu", "Title", 50),
            Column("issuer", "Cơ quan ban hành", "Issued by", 30),
            Column("parent_issuer", "Cơ quan cấp trên", "Parent body", 26),
            Column("place", "Nơi ban hành", "Place", 14),
            Column("signed_by", "Người ký", "Signed by", 20),
            Column("office", "Chức vụ", "Office", 20),
            Column("sent_to", "Nơi nhận", "Recipients", 40),
            Column("n_targets", "Số chỉ tiêu", "Targets", 9, "number"),
            Column("n_tasks", "Số nhiệm vụ", "Tasks", 9, "number"),
            Column("n_citations", "Số trích dẫn", "Citations", 9, "number"),
            Column("n_findings", "Số phát hiện", "Findings", 9, "number"),
            Column("file", "Tệp", "File", 24),
        ),
        _documents,
    ),
    (
        "Chỉ tiêu",
        "Targets",
        (
            _DOCUMENT,
            _ORDER,
            Column("text", "Chỉ tiêu", "Target", 40),
            Column("comparator", "So sánh", "Comparison", 9),
            Column("value", "Giá trị", "Value", 11, "number"),
            Column("value_max", "Đến", "Up to", 11, "number"),
            Column("unit", "Đơn vị tính", "Unit", 12),
            Column("numerator", "Tử số", "Numerator", 24),
            Column("denominator", "Mẫu số", "Denominator", 24),
            Column("scope", "Phạm vi", "Scope", 20),
            Column("baseline", "Mốc ban đầu", "Baseline", 14),
            Column("direction", "Chiều", "Direction", 10),
            Column("deadline", "Thời hạn", "Deadline", 14),
            Column("kind", "Loại", "Kind", 12),
            _SURE,
            _SENTENCE,
        ),
        _targets,
    ),
    (
        "Nhiệm vụ",
        "Tasks",
        (
            _DOCUMENT,
            _ORDER,
            Column("text", "Nhiệm vụ", "Task", 50),
            Column("leads", "Chủ trì", "Lead", 26),
            Column("coordinating", "Phối hợp", "Coordinating", 36),
            Column("period", "Thời gian", "Period", 16),
            Column("place", "Địa điểm", "Place", 16),
            Column("outputs", "Chỉ tiêu kèm theo (STT)", "Targets inside (No.)", 12),
            Column("standing", "Thường xuyên", "Standing", 9),
            Column("basis", "Cách giao", "Assigned", 12),
            _SURE,
            _SENTENCE,
        ),
        _tasks,
    ),
    (
        "Trích dẫn",
        "Citations",
        (
            _DOCUMENT,
            _ORDER,
            Column("type", "Loại", "Type", 14),
            Column("number", "Số, ký hiệu", "Number", 20),
            Column("date", "Ngày", "Date", 12, "date"),
            Column("others", "Ngày khác được ghi", "Other dates given", 14),
            Column("issuer", "Cơ quan ban hành", "Issued by", 30),
            Column("title", "Tên văn bản", "Title", 50),
            Column("implemented", "Là căn cứ", "Is a basis", 9),
            Column("times", "Số lần nhắc", "Times named", 9, "number"),
            _SENTENCE,
        ),
        _citations,
    ),
    (
        "Phát hiện",
        "Findings",
        (
            _DOCUMENT,
            _ORDER,
            Column("severity", "Mức độ", "Severity", 13),
            Column("message", "Nội dung", "Message", 60),
            Column("kind", "Mã", "Code", 18),
            _SENTENCE,
        ),
        _findings,
    ),
)
