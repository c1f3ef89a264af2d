"""A form on paper: a page to print, and a .docx; blank to be filled in by hand, or filled in."""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from phoihop.engines.forms.definition import Field, Form, Kind, Value, Values
from phoihop.engines.forms.desk import Saved
from phoihop.engines.forms.importing import download
from phoihop.engines.forms.values import YES_NO_WORDS, show
from phoihop.engines.forms.words import filled, in_language, said

BLANK_LINES = 20
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_BOX, _TICKED = "☐", "☒"
_NUMBER = re.compile(r"-?[\d.]+(,\d+)?([ \N{NO-BREAK SPACE}]%)?")


@dataclass(frozen=True, slots=True)
class Printed:
    """One field on paper. ``boxes``: its choices, to be ticked; else ``text``, or room to write."""

    title: str
    help: str
    text: str
    boxes: tuple[tuple[bool, str], ...] = ()
    long: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole form on paper. ``sections``: title and fields; ``heads`` and ``rows``: the table."""

    title: str
    basis: str
    about: str
    sections: tuple[tuple[str, tuple[Printed, ...]], ...]
    table_title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    foot: str

    @property
    def cells(self) -> list[list[tuple[str, bool]]]:
        """The table's texts, each with whether it is a number, whose digits stand one under another."""
        return [[(text, _NUMBER.fullmatch(text) is not None) for text in row] for row in self.rows]


def sheet(form: Form, saved: Saved | None, lang: str, about: str = "") -> Sheet:
    """What stands on the paper; without ``saved`` it is blank. A filled one leaves out what was not asked."""
    values: Values = saved.values if saved is not None else {}
    sections = []
    for section in form.sections:
        fields = [f for f in section.fields if saved is None or _is_asked(form, f, values)]
        if fields:
            printed = tuple(_printed(f, values.get(f.code), saved is None, lang) for f in fields)
            sections.append((said(section.title, lang), printed))
    lines: Sequence[Values] = [line.values for line in saved.lines] if saved is not None else []
    rows = [tuple(show(c, line.get(c.code), lang) for c in form.columns) for line in lines]
    if form.columns and saved is None:
        rows = [("",) * len(form.columns)] * BLANK_LINES
    return Sheet(
        said(form.title, lang),
        said(form.basis, lang) if form.basis else "",
        about,
        tuple(sections),
        said(form.table.title, lang) if form.table else "",
        tuple(_titled(column, lang) for column in form.columns),
        tuple(rows),
        said(filled("paper_foot", code=form.code, version=str(form.version)), lang),
    )


def _is_asked(form: Form, field: Field, values: Values) -> bool:
    if field.when is None:
        return True
    value = values.get(field.when.field)
    answers = value if isinstance(value, tuple) else (value,)
    return _is_asked(form, form.field(field.when.field), values) and any(
        a in field.when.values for a in answers
    )


def _printed(field: Field, value: Value | None, blank: bool, lang: str) -> Printed:
    about = said(field.help, lang) if field.help else ""
    choices: Mapping[str, str] = {o.code: said(o.label, lang) for o in field.options}
    if field.kind is Kind.YES_NO:
        choices = {code: said(label, lang) for code, label in YES_NO_WORDS.items()}
    chosen = value if isinstance(value, tuple) else (value,)
    boxes = tuple((code in chosen, words) for code, words in choices.items())
    return Printed(
        _titled(field, lang),
        about if blank else "",
        "" if boxes else show(field, value, lang),
        boxes,
        field.kind is Kind.LONG,
    )


def _titled(field: Field, lang: str) -> str:
    return said(field.title, lang) + (f" ({field.unit})" if field.unit else "")


def paper_page(
    request: HttpRequest, form: Form, saved: Saved | None, *, about: str = "", word: str = "", back: str = ""
) -> HttpResponse:
    """The page to print. ``word``: the address of the .docx; ``back``: of the form itself."""
    lang = get_language() or "vi"
    known = {
        "sheet": sheet(form, saved, lang, about),
        "words": in_language(lang),
        "blank": saved is None,
        "word": word,
        "back": back,
    }
    return render(request, "forms/paper.html", known)


def word_page(form: Form, saved: Saved | None, *, about: str = "") -> HttpResponse:
    """The .docx, as a download."""
    return download(form, docx(form, saved, get_language() or "vi", about), _DOCX, "docx")


def docx(form: Form, saved: Saved | None, lang: str, about: str = "") -> bytes:
    """The form as a Word document on A4 with the margins of official ones. It does not say who made it."""
    return written(sheet(form, saved, lang, about))


def written(*contents: Sheet) -> bytes:
    """Sheets as one Word document, each beginning a page: the copies of a paper, one after another."""
    from docx import Document
    from docx.shared import Mm, Pt

    document: Any = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin, page.right_margin = Mm(30), Mm(15)
    page.top_margin = page.bottom_margin = Mm(20)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(13)
    for number, content in enumerate(contents):
        if number:
            document.add_page_break()
        _content(document, content)
    about_file = document.core_properties
    about_file.author = about_file.last_modified_by = about_file.comments = ""
    about_file.title = contents[0].title
    about_file.created = about_file.modified = datetime(2000, 1, 1, tzinfo=UTC)
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def _content(document: Any, content: Sheet) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    head = document.add_paragraph()
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = head.add_run(content.title.upper())
    run.bold, run.font.size = True, Pt(14)
    for text in (content.basis, content.about):
        if text:
            line = document.add_paragraph(text)
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for title, fields in content.sections:
        document.add_paragraph().add_run(title).bold = True
        for field in fields:
            _paragraph(document, field)
    if content.heads:
        document.add_paragraph().add_run(content.table_title).bold = True
        _table(document, content)
    document.add_paragraph()
    document.add_paragraph(content.foot).runs[0].font.size = Pt(9)


def _paragraph(document: Any, field: Printed) -> None:
    line = document.add_paragraph()
    line.add_run(f"{field.title}: ")
    if field.boxes:
        line.add_run("   ".join(f"{_TICKED if ticked else _BOX} {words}" for ticked, words in field.boxes))
    else:
        line.add_run(field.text or "." * (300 if field.long else 60))
    if field.help:
        line.add_run(f" ({field.help})").italic = True


def _table(document: Any, content: Sheet) -> None:
    table = document.add_table(rows=1, cols=len(content.heads) + 1, style="Table Grid")
    for cell, text in zip(table.rows[0].cells, ("TT", *content.heads), strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    for number, row in enumerate(content.rows, 1):
        for cell, text in zip(table.add_row().cells, (str(number), *row), strict=True):
            cell.text = text
