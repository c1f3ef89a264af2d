"""The page on which a filled-in workbook is sent in: judged row by row, written whole or not at all."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from phoihop.engines.forms import sheet_in, sheet_out
from phoihop.engines.forms.definition import Form, Value
from phoihop.engines.forms.desk import NewLine
from phoihop.engines.forms.reading import Given, Reading
from phoihop.engines.forms.refusing import refuse
from phoihop.engines.forms.sheet_in import Row, Sheet
from phoihop.engines.forms.words import filled, in_language, said
from phoihop.kernel.refusals import Refusal

FIELDS = frozenset({"do", "file"})  # of the page; a browser sends a file that was not chosen as an empty text
LISTED = 200
_DOES = frozenset({"try", "mark", "take"})
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """Where workbooks of one form are handed in.

    ``take(head, lines)`` writes all lines or, when it raises, none; it gets them one by one. ``template``:
    the address of the empty workbook.
    """

    form: Form
    given: Given
    take: Callable[[Mapping[str, Value | None], Iterator[NewLine]], int]
    template: str = ""
    back: str = ""
    about: str = ""
    most: int = sheet_in.ROWS


@dataclass(frozen=True, slots=True)
class Verdicts:
    """How many rows are what, and the first of those that cannot be taken."""

    counts: Mapping[str, int]
    notes: tuple[tuple[str, str, str], ...]  # address, verdict, message
    more: bool

    @property
    def fine(self) -> bool:
        return not self.notes


def import_page(request: HttpRequest, counter: Counter) -> HttpResponse:
    """The page, or what became of a workbook sent from it. 422: it cannot be taken as it is."""
    if request.method != "POST":
        return _page(request, counter)
    wanted = request.POST.get("do", "try")
    if wanted not in _DOES:
        raise BadRequest("an act this page does not have")
    sent = request.FILES.get("file")
    try:
        if sent is None:
            raise refuse("no-file")
        sheet = sheet_in.take(counter.form, sent.read(), sent.name or "", most=counter.most)
        if wanted == "mark":
            return _marked(counter, sheet)
        verdicts = judged(counter, sheet)
        if wanted == "take" and verdicts.fine:
            head = sheet.head(counter.given).head
            return _page(request, counter, taken=counter.take(head, sheet.lines(counter.given)))
    except Refusal as refusal:
        return _page(request, counter, fault=said(refusal.message, get_language() or "vi"), status=422)
    return _page(request, counter, verdicts=verdicts, status=200 if verdicts.fine else 422)


def judged(counter: Counter, sheet: Sheet) -> Verdicts:
    """Every row looked at once."""
    lang = get_language() or "vi"
    counts = {"accepted": 0, "warned": 0, "refused": 0}
    notes = [(where, "refused", message) for where, message in _above(counter, sheet, lang)]
    more = False
    for row in sheet.rows(counter.given):
        counts[row.verdict] += 1
        for note in row.notes:
            if len(notes) < LISTED:
                notes.append((note.address, row.verdict, said(note.message, lang)))
            else:
                more = True
    return Verdicts(counts, tuple(notes), more)


def _above(counter: Counter, sheet: Sheet, lang: str) -> list[tuple[str, str]]:
    """What is wrong above the table. A workbook has no place for reasons there: what is unlikely is entered
    on the page."""
    if counter.form.table is None:
        return []
    reading: Reading = sheet.head(counter.given)
    found = [(f.code, f.message) for f in reading.faults] + [(w.code, w.message) for w in reading.warnings]
    place = said(filled("sheet_above_wrong"), lang)
    return [
        (f"{place}, {said(counter.form.field(code).title, lang)}", said(message, lang))
        for code, message in found
    ]


def _marked(counter: Counter, sheet: Sheet) -> HttpResponse:
    lang = get_language() or "vi"
    rows = (_as_marked(row, lang) for row in sheet.rows(counter.given))
    return download(counter.form, sheet_out.marked(counter.form, sheet.above, rows, lang))


def _as_marked(row: Row, lang: str) -> sheet_out.Marked:
    words = "; ".join(f"{note.address}: {said(note.message, lang)}" for note in row.notes)
    return row.texts, row.values, words, frozenset(note.code for note in row.notes)


def template_page(form: Form) -> HttpResponse:
    """The empty workbook of a form."""
    return download(form, sheet_out.template(form, get_language() or "vi"))


def download(form: Form, data: bytes, media_type: str = _XLSX, ending: str = "xlsx") -> HttpResponse:
    """A file named by the form's code alone: what a form is about may say too much of whose it is."""
    answer = HttpResponse(data, content_type=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{form.code}-v{form.version}.{ending}"'
    return answer


def _page(
    request: HttpRequest,
    counter: Counter,
    *,
    verdicts: Verdicts | None = None,
    fault: str = "",
    taken: int | None = None,
    status: int = 200,
) -> HttpResponse:
    lang = get_language() or "vi"
    known: dict[str, Any] = {
        "counter": counter,
        "words": in_language(lang),
        "title": said(counter.form.title, lang),
        "fault": fault,
        "verdicts": verdicts,
    }
    if verdicts is not None:
        counts = {name: str(count) for name, count in verdicts.counts.items()}
        known["counted"] = said(filled("sheet_counts", **counts), lang)
        known["first"] = said(filled("sheet_first", n=str(LISTED)), lang)
    if taken is not None:
        known["taken"] = said(filled("sheet_taken", n=str(taken)), lang)
    return render(request, "forms/import.html", known, status=status)
