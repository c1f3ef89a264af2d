"""A form as a workbook: empty, to be filled in without a network; or sent back with what is wrong in it.

Text is always text. Headings are locked, choices come from a list, and the file says nothing of who made it.
"""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from phoihop.base.security.outgoing import formulas
from phoihop.base.security.outgoing.spreadsheets import workbook
from phoihop.engines.forms.definition import Field, Form, Kind, Limit, Value
from phoihop.engines.forms.sheet_layout import DATA_ROW, MARKS, REASON, above, columns, heading, identity
from phoihop.engines.forms.values import YES_NO_WORDS
from phoihop.engines.forms.words import filled, said

_CHECKED_ROWS = 5_000  # rows for which the workbook itself checks what is typed
_PAPER_A4 = 9
_MESSAGE = 255  # characters that a hint in Excel may have; its title 32
_WIDTHS = {Kind.LONG: 40, Kind.TEXT: 28, Kind.CHOICES: 30}

Marked = tuple[Sequence[str], Mapping[str, Value | None], str, frozenset[str]]


def template(form: Form, lang: str) -> bytes:
    """The empty workbook of a form."""
    with _book(form, lang) as (target, sheet):
        sheet.finish()
    return target.getvalue()


def marked(form: Form, head: Mapping[str, str], rows: Iterable[Marked], lang: str) -> bytes:
    """A workbook as it came, each row with what is to be put right in its last column.

    A row: its texts as they came (the reason last), its values as far as they were understood, what is
    wrong, and the codes of the cells that it is about.
    """
    with _book(form, lang, head=head, with_marks=True) as (target, sheet):
        for texts, values, words, wrong in rows:
            sheet.row(texts, values, words, wrong)
        sheet.finish()
    return target.getvalue()


@contextmanager
def _book(
    form: Form, lang: str, *, head: Mapping[str, str] | None = None, with_marks: bool = False
) -> Iterator[tuple[io.BytesIO, "_Sheet"]]:
    target = io.BytesIO()
    with workbook(target) as book:
        book.set_properties(
            {"author": "", "title": said(form.title, lang), "created": datetime(2000, 1, 1, tzinfo=UTC)}
        )
        yield target, _Sheet(book, form, lang, head or {}, with_marks)


class _Sheet:
    """The first sheet while its rows are written, from the top to the bottom."""

    def __init__(self, book: Any, form: Form, lang: str, head: Mapping[str, str], with_marks: bool) -> None:
        self.book, self.form, self.lang, self._head = book, form, lang, head
        self.columns = columns(form)
        self._marks = with_marks
        free: dict[str, Any] = {"locked": False, "valign": "top", "text_wrap": True}
        looks: dict[str, dict[str, Any]] = {
            "text": {"num_format": "@"},
            # Excel shows such a cell as text also after somebody has edited it.
            "quoted": {"num_format": "@", "quote_prefix": True},
            "number": {"num_format": "[$-42A]#,##0.##########"},
            "whole": {"num_format": "[$-42A]#,##0"},
            "date": {"num_format": "dd/mm/yyyy"},
            "wrong": {"bg_color": "#FDEAE7", "num_format": "@"},
        }
        self._looks = {name: book.add_format(free | more) for name, more in looks.items()}
        self._head_look = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E9EDEF", "border": 1}
        )
        self.page = book.add_worksheet(said(filled("sheet_data"), lang))
        self._next = DATA_ROW - 1
        self._titles()

    def _titles(self) -> None:
        page = self.page
        for n, field in enumerate(self.columns):
            # An empty cell looks as its column does.
            look = {Kind.DECIMAL: "number", Kind.WHOLE: "whole"}.get(field.kind, "text")
            page.set_column(n, n, _WIDTHS.get(field.kind, 18), self._looks[look])
        last = len(self.columns)
        page.set_column(last, last, 40, self._looks["text"])
        if self._marks:
            page.set_column(last + 1, last + 1, 60, self._looks["text"])
        page.set_row(0, None, None, {"hidden": True})
        codes = [field.code for field in self.columns] + [REASON] + [MARKS] * self._marks
        words = [heading(field, self.lang) for field in self.columns]
        words += [said(filled("sheet_reason"), self.lang)]
        words += [said(filled("sheet_marks"), self.lang)] * self._marks
        for n, code in enumerate(codes):
            page.write_string(0, n, code)
        for n, text in enumerate(words):
            page.write_string(1, n, text, self._head_look)
        page.freeze_panes(DATA_ROW - 1, 0)
        page.repeat_rows(1)
        page.set_landscape()
        page.set_paper(_PAPER_A4)
        page.fit_to_pages(1, 0)
        # Not against the person, who may lift it: against a heading overwritten by mistake.
        page.protect("", {"format_columns": True, "format_rows": True, "insert_rows": True, "sort": True})

    def row(
        self, texts: Sequence[str], values: Mapping[str, Value | None], words: str, wrong: frozenset[str]
    ) -> None:
        """One row, numbers and days as such where they were understood."""
        for n, field in enumerate(self.columns):
            text, value = texts[n], values.get(field.code)
            if field.code in wrong:
                self.page.write_string(self._next, n, text, self._looks["wrong"])
            elif isinstance(value, Decimal):
                look = "whole" if field.kind is Kind.WHOLE else "number"
                self.page.write_number(self._next, n, float(value), self._looks[look])
            elif isinstance(value, date) and value >= date(1900, 3, 1):
                self.page.write_datetime(self._next, n, value, self._looks["date"])
            elif text:
                self._text(n, text)
        self._text(len(self.columns), texts[len(self.columns)])
        self._text(len(self.columns) + 1, words)
        self._next += 1

    def _text(self, column: int, text: str) -> None:
        if text:
            look = self._looks["quoted" if formulas.acts(text) else "text"]
            self.page.write_string(self._next, column, text[:32_767], look)

    def finish(self) -> None:
        """The other sheets, and the checks that lead to them."""
        lists = _Lists(self.book, self.form, self.lang)
        for n, field in enumerate(self.columns):
            if rule := self._rule(field, lists):
                self.page.data_validation(DATA_ROW - 1, n, DATA_ROW - 2 + _CHECKED_ROWS, n, rule)
        if fields := above(self.form):
            page = self.book.add_worksheet(said(filled("sheet_above"), self.lang))
            page.set_column(0, 0, 40, None)
            page.set_column(1, 1, 40, self._looks["text"])
            page.set_column(2, 2, 20, None, {"hidden": True})
            for n, field in enumerate(fields):
                page.write_string(n, 0, heading(field, self.lang), self._head_look)
                page.write_string(n, 1, self._head.get(field.code, ""), self._looks["text"])
                page.write_string(n, 2, field.code)
                if rule := self._rule(field, lists):
                    page.data_validation(n, 1, n, 1, rule)
            page.protect("", {"format_columns": True})
        lists.write()

    def _rule(self, field: Field, lists: "_Lists") -> dict[str, Any]:
        """What the workbook checks of a cell. It only warns: the program says the last word, with reasons."""
        rule: dict[str, Any] = {}
        if field.kind in (Kind.CHOICE, Kind.YES_NO):
            rule = {"validate": "list", "source": lists.of(field)}
        elif field.kind in (Kind.WHOLE, Kind.DECIMAL):
            rule = {"validate": "integer" if field.kind is Kind.WHOLE else "decimal"}
            rule |= _between(field.possible.least, field.possible.most)
        else:
            rule = {"validate": "any"}
        if field.help is not None:
            rule |= {"input_message": said(field.help, self.lang)[:_MESSAGE]}
        elif rule["validate"] == "any":
            return {}
        return rule | {"error_type": "warning"}


def _between(least: Limit | None, most: Limit | None) -> dict[str, Any]:
    low, high = (float(end.number) if end and end.number is not None else None for end in (least, most))
    if low is not None and high is not None:
        return {"criteria": "between", "minimum": low, "maximum": high}
    if high is not None:
        return {"criteria": "<=", "value": high}
    return {"criteria": ">=", "value": low if low is not None else -(10**15)}


class _Lists:
    """The last sheet: which form this is, and the choices of each field, in a column."""

    def __init__(self, book: Any, form: Form, lang: str) -> None:
        self._book, self._form, self._lang = book, form, lang
        self._name = said(filled("sheet_lists"), lang)
        self._columns: list[tuple[Field, list[str]]] = []

    def of(self, field: Field) -> str:
        """Where the choices of a field stand, as a formula of a list."""
        words = [option.label for option in field.options] or list(YES_NO_WORDS.values())
        self._columns.append((field, [said(each, self._lang) for each in words]))
        letter = chr(ord("A") + len(self._columns))
        return f"='{self._name}'!${letter}$3:${letter}${2 + len(words)}"

    def write(self) -> None:
        page = self._book.add_worksheet(self._name)
        page.set_column(0, len(self._columns), 24)
        longest = max((len(words) for _, words in self._columns), default=0)
        # Row after row, because the book is written so.
        page.write_string(0, 0, identity(self._form))
        page.write_string(0, 1, said(self._form.title, self._lang))
        for n, (field, _) in enumerate(self._columns, 1):
            page.write_string(1, n, said(field.title, self._lang))
        for row in range(longest):
            for n, (_, words) in enumerate(self._columns, 1):
                if row < len(words):
                    page.write_string(2 + row, n, words[row])
        page.protect("")
