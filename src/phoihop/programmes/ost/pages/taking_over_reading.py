"""What somebody sends in of a paper book: a workbook, a .csv, or cells pasted from any spreadsheet.

Pasted cells and a .csv are told by their headings, or by the order of the template's columns.
"""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from phoihop.base.security.uploads import intake
from phoihop.engines.forms import sheet_in
from phoihop.engines.forms.definition import Form
from phoihop.engines.forms.pasting import block
from phoihop.engines.forms.sheet_layout import columns
from phoihop.kernel.text import fold
from phoihop.programmes.ost.actions.taking_over_sheets import Line
from phoihop.programmes.ost.dosing.refusing import refuse

MOST = 20_000  # rows of one sheet
LONGEST = 2_000_000  # characters that can be pasted
_CSV = replace(intake.SPREADSHEET, kinds=frozenset({"text"}))
_ENDS = ("\t", ";", ",")


def lines(form: Form, file: Any, pasted: str) -> list[Line]:
    """The rows of one sheet. Refusal: those of files and of workbooks; "book-one" for file and paste at once;
    "book-csv", "book-columns", "too-many-rows"."""
    if file is not None and pasted.strip():
        raise refuse("book-one")
    if file is None:
        return _arranged(form, block(pasted[:LONGEST])) if pasted.strip() else []
    data, name = file.read(), file.name or ""
    if name.lower().endswith(".csv"):
        return _arranged(form, _of_csv(data, name))
    sheet = sheet_in.take(form, data, name, most=MOST)
    found = (json.loads(each) for each in sheet.data.splitlines())
    return [Line(number, tuple(texts[:-1])) for number, texts in found]


def _of_csv(data: bytes, name: str) -> list[list[str]]:
    taken = intake.take(data, name, _CSV)
    try:
        text = taken.data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refuse("book-csv") from None
    first = text.partition("\n")[0]
    ends = max(_ENDS, key=first.count)
    try:
        return list(csv.reader(io.StringIO(text), delimiter=ends))
    except csv.Error:
        raise refuse("book-csv") from None


def _arranged(form: Form, rows: Sequence[Sequence[str]]) -> list[Line]:
    """Cells in the order of the form's columns."""
    if not rows:
        return []
    wanted, start = columns(form), 1
    order = _headings(form, rows[0])
    if order is None:
        if max(map(len, rows)) > len(wanted):
            raise refuse("book-columns")
        order, start = list(range(len(wanted))), 0
    found = [
        Line(
            number,
            tuple(row[at] if at is not None and at < len(row) else "" for at in order),
        )
        for number, row in enumerate(rows[start:], start + 1)
        if any(cell.strip() for cell in row)
    ]
    if len(found) > MOST:
        raise refuse("too-many-rows")
    return found


def _headings(form: Form, row: Sequence[str]) -> list[int | None] | None:
    """Where each column of the form stands, if this row is one of headings."""
    known = {}
    for n, field in enumerate(columns(form)):
        for name in (field.code, field.title.vi, field.title.en):
            known[_plain(name)] = n
    found: dict[int, int] = {}
    named = 0
    for at, cell in enumerate(row):
        column = known.get(_plain(cell))
        named += column is not None
        if column is not None:
            found.setdefault(column, at)
    if named < 2 or named * 2 < sum(bool(cell.strip()) for cell in row):
        return None
    return [found.get(n) for n in range(len(columns(form)))]


def _plain(text: str) -> str:
    """A heading without its unit and what says that it must be filled in."""
    return fold(text.partition("(")[0]).strip(" *:")
