"""How a form lies in a workbook: which sheets, which columns, in which words. Shared by writing and reading.

A register's lines are the rows of the first sheet, and what stands above its table is a second one. A form
without a table is one row for each time it is filled in. Calculated fields are left out: the program knows
them. The last column takes the reason for what is unlikely in its row.
"""

from phoihop.engines.forms.definition import Field, Form, Kind
from phoihop.engines.forms.words import filled, said

DATA_ROW = 3  # the first row of values, as a spreadsheet counts: codes (hidden), headings, then these
REASON = "_reason"
MARKS = "_marks"  # a column of what is to be put right, in a sheet that was sent back


def columns(form: Form) -> tuple[Field, ...]:
    """The fields that are columns."""
    found = form.columns if form.table is not None else form.fields
    return tuple(field for field in found if field.kind is not Kind.CALCULATED)


def above(form: Form) -> tuple[Field, ...]:
    """The fields of the second sheet."""
    return tuple(f for f in form.fields if f.kind is not Kind.CALCULATED) if form.table is not None else ()


def identity(form: Form) -> str:
    """What a sheet calls its form: "visit.v1"."""
    return f"{form.code}.v{form.version}"


def heading(field: Field, lang: str) -> str:
    """A column's words: title, unit, whether it must be filled in."""
    unit = f" ({field.unit})" if field.unit else ""
    must = f" {said(filled('required'), lang)}" if field.required else ""
    return said(field.title, lang) + unit + must


def address(row: int, column: int) -> str:
    """A cell as spreadsheets call it: row from 1, column from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"
