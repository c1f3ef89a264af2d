"""What was copied from a spreadsheet goes into the table of a form: first to look at, then to keep.

The clipboard's plain text is cells parted by tabs and lines; a cell that holds either stands in quotes.
Spreadsheets copy hidden columns as nothing at all, merged cells as one filled and others empty.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from phoihop.engines.forms.definition import Form, Kind
from phoihop.engines.forms.reading import Given, Reading, Typed, read
from phoihop.engines.forms.refusing import refuse
from phoihop.engines.forms.values import write
from phoihop.kernel.refusals import Bilingual

CELLS = 20_000
Verdict = Literal["accepted", "understood", "warned", "refused", "skipped"]
# A quoted cell ends at a quote that a tab, a line's end or the end follows; else the quote is the text's own.
_CELL = re.compile(r'"((?:[^"]|"")*)"(?=\t|\n|\Z)|([^\t\n]*)')


@dataclass(frozen=True, slots=True)
class Cell:
    """What becomes of one pasted cell. ``text`` is what the control is to hold: a code for a choice."""

    row: int
    code: str
    text: str
    typed: str
    verdict: Verdict
    message: Bilingual | None = None
    understood: str = ""


@dataclass(frozen=True, slots=True)
class Pasted:
    """The table as it would be, and each pasted cell. ``beyond``: cells that fell outside of the table."""

    typed: Typed
    reading: Reading
    cells: tuple[Cell, ...]
    beyond: int = 0

    @property
    def plain(self) -> bool:
        """Whether nothing needs to be looked at: every cell was taken as it stands."""
        return not self.beyond and all(cell.verdict == "accepted" for cell in self.cells)


def block(text: str) -> list[list[str]]:
    """The cells of a clipboard's text; lines and columns that are empty to the end are left out."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    rows: list[list[str]] = [[]]
    at = 0
    while True:
        match = _CELL.match(text, at)
        assert match is not None
        quoted, plain = match.groups()
        rows[-1].append(plain if quoted is None else quoted.replace('""', '"'))
        at = match.end()
        if at >= len(text):
            break
        if text[at] == "\n":
            rows.append([])
        at += 1
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    width = max((n + 1 for row in rows for n, cell in enumerate(row) if cell.strip()), default=0)
    return [row[:width] for row in rows]


def paste(form: Form, typed: Typed, at: tuple[int, int], text: str, given: Given) -> Pasted:
    """The table once ``text`` was put into it at (row, column), counted from 0. Refusal "too-many-cells"."""
    rows = block(text)
    if sum(map(len, rows)) > CELLS or len(text) > CELLS * 100:
        raise refuse("too-many-cells", most=f"{CELLS:,}".replace(",", "."))
    first, left = at
    most = form.table.most if form.table is not None else 0
    after = [dict(row) for row in typed.rows]
    put: list[tuple[int, str, str]] = []
    skipped: list[Cell] = []
    beyond = 0
    for n, cells in enumerate(rows, start=first):
        for m, cell in enumerate(cells, start=left):
            if m >= len(form.columns) or n >= most:
                beyond += bool(cell.strip())
                continue
            column = form.columns[m]
            if column.kind is Kind.CALCULATED:
                if cell.strip():
                    skipped.append(Cell(n, column.code, "", cell, "skipped"))
                continue
            while len(after) <= n:
                after.append({})
            after[n][column.code] = cell
            put.append((n, column.code, cell))
    whole = Typed(typed.head, after, typed.keys)
    reading = read(form, whole, given)
    return Pasted(whole, reading, (*_verdicts(form, put, reading), *skipped), beyond)


def _verdicts(form: Form, put: list[tuple[int, str, str]], reading: Reading) -> list[Cell]:
    faults = {(fault.row, fault.code): fault.message for fault in reading.faults}
    warned = {(each.row, each.code): each.message for each in reading.unexplained}
    values: Mapping[int, int] = {row: n for n, row in enumerate(reading.lines)}
    columns = {column.code: column for column in form.columns}
    found = []
    for row, code, typed in put:
        place, column = (row, code), columns[code]
        value = reading.rows[values[row]][code] if row in values else None
        choice = column.kind in (Kind.CHOICE, Kind.YES_NO)
        # A control with a list of choices can hold nothing else.
        text = write(column, value) if choice else typed
        understood = reading.understood.get(place, "")
        if place in faults:
            found.append(Cell(row, code, text, typed, "refused", faults[place]))
        elif place in warned:
            found.append(Cell(row, code, text, typed, "warned", warned[place], understood))
        else:
            found.append(
                Cell(row, code, text, typed, "understood" if understood else "accepted", None, understood)
            )
    return found
