"""What a child process does with a workbook from outside: its cells become text. Nothing else is looked at.

Runs under the limits of base.security.uploads.worker; openpyxl reads row after row and keeps none.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import Any

from phoihop.base.security.uploads import worker_child
from phoihop.engines.forms.refusing import refuse
from phoihop.engines.forms.sheet_layout import DATA_ROW, MARKS, REASON

_LONGEST = 20_000  # characters of a cell
_EMPTY_TO_THE_END = 2_000  # empty rows after which nothing more is expected
_LISTS = 20  # sheets that are looked at


def cells(data: bytes, given: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """The rows of a filled-in form as lines of JSON: [row, [text, …]], reason last; and what stands above.

    ``given``: "form" (its identity), "columns", "above" (codes), "most" (rows). Refusals: "no-sheet",
    "other-form", "too-many-rows", "corrupt".
    """
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    from phoihop.base.security.uploads.refusing import refuse as refuse_file

    worker_child.more_time()
    try:
        book = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheets = book.worksheets[:_LISTS]
        if not any(_says(sheet, given["form"]) for sheet in sheets):
            raise refuse("other-form" if any(_codes(sheet) for sheet in sheets) else "no-sheet")
        wanted = [*given["columns"], REASON]
        for sheet in sheets:
            places = _codes(sheet)
            if set(wanted) <= places.keys() and set(places) <= {*wanted, MARKS}:
                break
        else:
            raise refuse("no-sheet")
        order = [places[code] for code in wanted]
        lines = b"".join(_lines(sheet, order, given["most"]))
        return {"above": _above(sheets, set(given["above"]))}, lines
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, InvalidFileException, SyntaxError):
        # What a library says of a file that is not what it seems is as manifold as such files are.
        raise refuse_file("corrupt") from None


def _first_rows(sheet: Any, count: int) -> Iterable[tuple[Any, ...]]:
    if not hasattr(sheet, "reset_dimensions"):
        return ()  # a chart
    # What a sheet says of its own size is often wrong.
    sheet.reset_dimensions()
    found: Iterable[tuple[Any, ...]] = sheet.iter_rows(max_row=count, values_only=True)
    return found


def _says(sheet: Any, form: str) -> bool:
    return any(row[:1] == (form,) for row in _first_rows(sheet, 1))


def _codes(sheet: Any) -> dict[str, int]:
    """The codes of a sheet's first row and where they stand, where it is the one with the data."""
    for row in _first_rows(sheet, 1):
        found = {str(cell): n for n, cell in enumerate(row) if cell is not None}
        return found if REASON in found else {}
    return {}


def _lines(sheet: Any, order: list[int], most: int) -> Iterator[bytes]:
    count = empty = 0
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(min_row=DATA_ROW, values_only=True), DATA_ROW):
        texts = [text_of(row[n]) if n < len(row) else "" for n in order]
        if not any(texts):
            empty += 1
            if empty > _EMPTY_TO_THE_END:
                return
            continue
        count, empty = count + 1, 0
        if count > most:
            raise refuse("too-many-rows", most=f"{most:,}".replace(",", "."))
        if count % 1_000 == 0:
            worker_child.report("rows", min(0.99, count / most))
        yield json.dumps([number, texts]).encode() + b"\n"


def _above(sheets: list[Any], wanted: set[str]) -> dict[str, str]:
    """What stands beside the codes of the fields above the table."""
    found: dict[str, str] = {}
    for sheet in sheets:
        for row in _first_rows(sheet, 200):
            if len(row) > 2 and row[2] in wanted:
                found.setdefault(str(row[2]), text_of(row[1]))
    return found


def text_of(cell: Any) -> str:
    """A cell as somebody would have typed it: decimals with a comma, days as dd/mm/yyyy."""
    match cell:
        case None:
            return ""
        case bool():
            return "1" if cell else "0"
        case float():
            # As many digits as spreadsheets show: 0.1 + 0.2 is 0.3 to whoever typed it.
            exact = f"{Decimal(f'{cell:.15g}'):f}"
            return (exact.rstrip("0").rstrip(".") if "." in exact else exact).replace(".", ",")
        case datetime():
            return f"{cell:%d/%m}/{cell.year:04}" + (f" {cell:%H:%M}" if cell.time() != time() else "")
        case date():
            return f"{cell:%d/%m}/{cell.year:04}"
        case _:
            return str(cell)[:_LONGEST]
