"""A filled-in workbook, judged row by row: taken, taken once its reason is given, or refused with the cell.

Nothing is written here. ``Sheet.lines`` gives what to write, only when every row is acceptable, so a workbook
is taken whole or not at all. Rows are read anew each time they are asked for, never held together.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from phoihop.base.security.uploads import intake, worker
from phoihop.engines.forms import sheet_child, sheet_layout
from phoihop.engines.forms.definition import Form, Value
from phoihop.engines.forms.desk import Explained, NewLine
from phoihop.engines.forms.reading import Given, Reading, Reason, Typed, Warned, read, read_line
from phoihop.engines.forms.refusing import refuse
from phoihop.kernel.refusals import Bilingual

ROWS = 50_000
# Computing takes a slow machine 20 s for 50,000 rows of ten cells; a file made to be slow ends here.
_LIMITS = worker.Limits(cpu=20, cpu_most=60, seconds=120.0)
Verdict = Literal["accepted", "warned", "refused"]


@dataclass(frozen=True, slots=True)
class Note:
    """What is said of one cell: its address ("C12") and the column it is in."""

    address: str
    code: str
    message: Bilingual


@dataclass(frozen=True, slots=True)
class Row:
    """One row. ``number`` as the spreadsheet counts; ``texts`` as they came, the reason last."""

    number: int
    texts: Sequence[str]
    values: Mapping[str, Value | None]
    verdict: Verdict
    notes: tuple[Note, ...]
    explained: tuple[Explained, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A workbook that was let in. ``above``: texts of what stands above the table; ``data``: its rows."""

    form: Form
    above: Mapping[str, str]
    data: bytes

    def head(self, given: Given) -> Reading:
        """What stands above the table, by itself."""
        return read(self.form, Typed(self.above), given)

    def rows(self, given: Given) -> Iterator[Row]:
        """Every row with its verdict, in order."""
        columns = sheet_layout.columns(self.form)
        head = self.head(given).head if self.form.table is not None else {}
        first: dict[tuple[Value | None, ...], int] = {}
        unique = self.form.table.unique if self.form.table is not None else ()
        for line in self.data.splitlines():
            number, texts = json.loads(line)
            typed = {column.code: text for column, text in zip(columns, texts, strict=False)}
            reading, row = self._read(number, typed, head, given)
            explained = self._explained(reading.warnings, texts[-1])
            notes = [self._note(number, f.code, f.message) for f in reading.faults]
            key = tuple(row.get(code) for code in unique)
            if unique and None not in key and (before := first.setdefault(key, number)) != number:
                notes.append(self._note(number, unique[0], refuse("same-row", row=str(before)).message))
            if notes:
                yield Row(number, texts, row, "refused", tuple(notes))
            elif reading.warnings and not explained:
                odd = tuple(self._note(number, w.code, w.message) for w in reading.warnings)
                yield Row(number, texts, row, "warned", odd)
            else:
                yield Row(number, texts, row, "accepted", (), explained)

    def lines(self, given: Given) -> Iterator[NewLine]:
        """What to write, row after row. Whoever asks has seen that every row is accepted."""
        for row in self.rows(given):
            assert row.verdict == "accepted"
            yield NewLine("", row.values, row.explained, row.number)

    def _read(
        self, number: int, typed: Mapping[str, str], head: Mapping[str, Value | None], given: Given
    ) -> tuple[Reading, Mapping[str, Value | None]]:
        if self.form.table is None:
            reading = read(self.form, Typed(typed), given)
            return reading, reading.head
        reading = read_line(self.form, number, typed, head, given)
        return reading, reading.rows[0]

    @staticmethod
    def _explained(warnings: Sequence[Warned], words: str) -> tuple[Explained, ...]:
        """The reason of a row, which stands for all that is unlikely in it."""
        reason = Reason("other", " ".join(words.split())[:200])
        return tuple(Explained(w.code, w.check, reason) for w in warnings) if len(reason.words) >= 3 else ()

    def _note(self, number: int, code: str, message: Bilingual) -> Note:
        places = [column.code for column in sheet_layout.columns(self.form)]
        column = places.index(code) if code in places else 0
        return Note(sheet_layout.address(number, column), code, message)


def take(form: Form, data: bytes, name: str, *, most: int = ROWS) -> Sheet:
    """Let a filled-in workbook in: looked at as any file from outside, then read in a child process.

    Raises Refusal: those of ``uploads.intake.take``, "no-sheet", "other-form", "too-many-rows",
    "nothing-written" for one without rows.
    """
    purpose = replace(intake.SPREADSHEET, kinds=frozenset({"xlsx"}))
    taken = intake.take(data, name, purpose)
    given = {
        "form": sheet_layout.identity(form),
        "columns": [column.code for column in sheet_layout.columns(form)],
        "above": [field.code for field in sheet_layout.above(form)],
        "most": most,
    }
    answer = worker.run(worker.name_of(sheet_child.cells), taken.data, given, _LIMITS)
    if not answer.data:
        raise refuse("nothing-written")
    return Sheet(form, answer.value["above"], answer.data)
