"""Rows as .xlsx and .csv: what is text stays text, whatever it begins with."""

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, Literal

from phoihop.base.security.outgoing import formulas
from phoihop.base.security.outgoing.marks import PROPERTY, Lang, Mark
from phoihop.base.security.outgoing.refusing import refuse

Value = str | int | Decimal | date | None
LONGEST = 32_767  # characters in a cell of Excel
ROWS = 1_048_570
_DIGITS = 15  # that Excel keeps of a number
_BEGINS = date(1900, 3, 1)  # Excel believes in a 29 February 1900
_UNWRITABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")
_SHEET = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
# 42A is Vietnamese: the point groups thousands and the comma starts decimals, whatever the settings
# of the program that opens the file.
_LOCALE: dict[Lang, str] = {"vi": "[$-42A]", "en": "[$-409]"}
_FORMATS = {"number": "#,##0.##########", "whole": "#,##0", "percent": '0.0#" %"', "date": "dd/mm/yyyy"}
_PAPER_A4 = 9
# Kept in memory by the system, where it has such a place: what leaves never touches a disk in the clear.
_IN_MEMORY = Path("/dev/shm")  # noqa: S108


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, how numbers in it look, its width in characters.

    A percentage is given in per cent: 92.5 is shown as "92,5 %".
    """

    title: str
    kind: Literal["text", "number", "whole", "percent", "date"] = "text"
    width: int = 20


@contextmanager
def workbook(target: BinaryIO) -> Iterator[Any]:
    """A workbook in which text is text, written row by row in memory alone; dropped if filling it fails."""
    from xlsxwriter import Workbook

    with tempfile.TemporaryDirectory(dir=_IN_MEMORY if _IN_MEMORY.is_dir() else None) as folder:
        plain = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
        book = Workbook(target, {"constant_memory": True, "tmpdir": folder, **plain})
        try:
            yield book
        except BaseException:
            # XlsxWriter closes its own files only when the book is finished, which it shall not be.
            for page in book.worksheets():
                page.row_data_fh.close()
            raise
        book.close()


def write_xlsx(
    target: BinaryIO,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Value]],
    *,
    title: str = "",
    sheet: str = "Dữ liệu",
    mark: Mark | None = None,
    created: datetime | None = None,
    lang: Lang = "vi",
) -> int:
    """Write one sheet to ``target``, row by row in constant memory; how many rows there were.

    A str is always text; int, Decimal and date are what they are unless Excel would round them or has no
    such day, when they become text. The file says nothing of who made it: of its properties only
    ``title`` and ``created`` (year 2000 when left out) are filled, and the mark's code. Raises Refusal
    "too-long" for a text above LONGEST, "too-many-rows".
    """
    with workbook(target) as book:
        page = book.add_worksheet(_SHEET.sub(" ", sheet)[:31] or "1")
        _properties(book, page, title, mark, created, lang)
        text = book.add_format({"text_wrap": True, "valign": "top"})
        # Excel shows such a cell as text also after somebody has edited it.
        quoted = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        looks = {
            kind: book.add_format(
                {"num_format": ("" if kind == "date" else _LOCALE[lang]) + pattern, "valign": "top"}
            )
            for kind, pattern in _FORMATS.items()
        }
        for n, column in enumerate(columns):
            page.set_column(n, n, column.width)
            page.write_string(0, n, _text(column.title), bold)
        count = 0
        for count, row in enumerate(rows, start=1):
            if count > ROWS:
                raise refuse("too-many-rows")
            for n, (column, value) in enumerate(zip(columns, row, strict=True)):
                if value is None:
                    continue
                plain = _plain(value)
                if isinstance(value, str) or plain is None:
                    written = _text(value if isinstance(value, str) else _shown(value))
                    page.write_string(count, n, written, quoted if formulas.acts(written) else text)
                elif isinstance(value, date):
                    page.write_datetime(count, n, plain, looks["date"])
                else:
                    page.write_number(
                        count, n, plain, looks[column.kind if column.kind in looks else "number"]
                    )
    return count


def _properties(
    book: Any, page: Any, title: str, mark: Mark | None, created: datetime | None, lang: Lang
) -> None:
    book.set_properties(
        {"author": "", "title": title, "created": created or datetime(2000, 1, 1, tzinfo=UTC)}
    )
    page.freeze_panes(1, 0)
    page.repeat_rows(0)
    page.set_landscape()
    page.set_paper(_PAPER_A4)
    page.fit_to_pages(1, 0)
    if mark is not None:
        book.set_custom_property(PROPERTY, mark.code)
        # "&" begins a command in a header of Excel.
        line = mark.line(lang).replace("&", "&&")
        page.set_header(f"&C{line}")
        page.set_footer(f"&L{line}&R&P/&N")


def _plain(value: Value) -> Any:
    """The value as XlsxWriter takes a number or a date; None where Excel would change it."""
    if isinstance(value, datetime):
        return None
    if isinstance(value, date):
        return value if value >= _BEGINS else None
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        number = Decimal(value)
        if (
            number.is_finite()
            and len(number.normalize().as_tuple().digits) <= _DIGITS
            and abs(number) < 10**_DIGITS
        ):
            return float(number)
    return None


def _shown(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return str(value)


def _text(text: str) -> str:
    if len(text) > LONGEST:
        raise refuse("too-long")
    return _UNWRITABLE.sub("\ufffd", text)


def csv_lines(
    columns: Sequence[Column], rows: Iterable[Sequence[Value]], *, mark: Mark | None = None, lang: Lang = "vi"
) -> Iterator[bytes]:
    """Lines of a .csv in UTF-8 with its mark, every field in quotes, formulas made harmless.

    With a mark, the first line is the mark's and nothing else. Numbers are written for programs: no
    groups, a point before decimals; dates as 2026-11-22.
    """
    yield b"\xef\xbb\xbf"
    if mark is not None:
        yield _csv_line([mark.line(lang)])
    yield _csv_line([column.title for column in columns])
    for row in rows:
        yield _csv_line(row)


def _csv_line(row: Sequence[Value]) -> bytes:
    fields = ('"' + _csv_field(value).replace('"', '""') + '"' for value in row)
    return (",".join(fields) + "\r\n").encode("utf-8", "replace")


def _csv_field(value: Value) -> str:
    if isinstance(value, str):
        return formulas.guarded(value)
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def read_csv(data: bytes) -> list[list[str]]:
    """The rows of a .csv of ours, mark and titles among them; every text exactly as it was before.

    Raises Refusal "corrupt".
    """
    try:
        lines = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        return [[formulas.restored(field) for field in line] for line in lines]
    except (csv.Error, UnicodeDecodeError):
        raise refuse("corrupt") from None
