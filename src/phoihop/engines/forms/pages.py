"""The page of a form: shown, kept as a draft while somebody types, pasted into, saved.

A programme's own page asks who may come in and then hands over: ``return entry_page(request, desk)``, with
``page(…, post=True, fields=names(form))`` around it. Everything a person typed travels in bodies of requests,
never in an address.
"""

import json
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from phoihop.engines.forms import posted
from phoihop.engines.forms.desk import (
    Changed,
    Desk,
    Saved,
    Work,
    entry_of,
    typed_json,
    typed_of,
    work_from,
)
from phoihop.engines.forms.merging import Clash, merge
from phoihop.engines.forms.pasting import Cell, paste
from phoihop.engines.forms.reading import Given, Reading, Typed, read
from phoihop.engines.forms.shown import Shown, place_id
from phoihop.engines.forms.words import filled, in_language, said
from phoihop.kernel.refusals import Bilingual, Refusal

_LISTED = 200  # cells of a paste that its preview lists


def entry_page(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The page, or the answer to what was sent from it. 422: not acceptable as it is; 409: somebody else
    saved meanwhile."""
    if request.method != "POST":
        return _opened(request, desk)
    match posted.does(request):
        case "drop":
            desk.drop()
            return HttpResponseRedirect(request.path)
        case "draft":
            return _kept(request, desk)
        case "paste":
            return _pasted(request, desk)
        case _:
            return _saved(request, desk)


def _opened(request: HttpRequest, desk: Desk) -> HttpResponse:
    saved, draft = desk.load(), desk.draft()
    if draft is not None:
        try:
            work = work_from(desk.form, draft.text)
        except ValueError:
            draft = None  # of a form that is no more
        else:
            return _page(request, desk, *_on_top(desk, work, saved), saved=saved, drafted=draft.at)
    typed = typed_of(desk.form, saved)
    return _page(request, desk, Work(typed, {}, saved.version, typed), (), saved=saved)


def _on_top(desk: Desk, work: Work, saved: Saved) -> tuple[Work, tuple[Clash, ...]]:
    """The work put on top of what is saved now, and where the two differ."""
    if work.seen == saved.version:
        return work, ()
    theirs = typed_of(desk.form, saved)
    merged = merge(desk.form, work.base, work.typed, theirs)
    return Work(merged.typed, work.reasons, saved.version, theirs), merged.clashes


def _saved(request: HttpRequest, desk: Desk) -> HttpResponse:
    work, saved = posted.work(desk.form, request.POST), desk.load()
    if work.seen != saved.version:
        return _conflict(request, desk, work, saved)
    reading = _read(desk, work)
    if not reading.accepted:
        return _page(request, desk, work, (), saved=saved, told=True, status=422)
    try:
        desk.save(entry_of(desk.form, work.typed, reading), work.seen)
    except Changed:
        return _conflict(request, desk, work, desk.load())
    except Refusal as refusal:
        return _page(request, desk, work, (), saved=saved, refused=refusal.message, told=True, status=409)
    desk.drop()
    return HttpResponseRedirect(desk.after)


def _conflict(request: HttpRequest, desk: Desk, work: Work, saved: Saved) -> HttpResponse:
    on_top, clashes = _on_top(desk, work, saved)
    return _page(request, desk, on_top, clashes, saved=saved, conflict=True, status=409)


def _kept(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A draft is kept, and what was found so far told: for the page's script, which asks at every pause."""
    work, lang = posted.work(desk.form, request.POST), get_language() or "vi"
    at, saved, reading = desk.keep(work.text(desk.form)), desk.load(), _read(desk, work)
    shown = Shown(desk.form, work.typed, reading, lang, work.reasons, told=False)
    return JsonResponse(
        {
            "at": _time(at),
            "others": list(desk.others()),
            "newer": _who(saved, lang) if saved.version != work.seen else "",
            **_found(shown),
        }
    )


def _found(shown: Shown) -> dict[str, Any]:
    """What a script marks on the page: faults, warnings, numbers calculated and how others were taken."""
    reading, lang = shown.reading, shown.lang
    results = {}
    for row, values in ((-1, reading.head), *zip(reading.lines, reading.rows, strict=True)):
        for code in shown.calculated:
            if code in values:
                results[place_id(row, code)] = shown.result(code, values[code])
    return {
        "faults": {id_: message for id_, _, message in shown.problems},
        "asks": [
            {"key": ask.key, "id": ask.id, "place": ask.place, "title": ask.title, "message": ask.message}
            for ask in shown.asks
        ],
        "understood": {
            place_id(row, code): said(filled("taken_as", text=text), lang)
            for (row, code), text in reading.understood.items()
        },
        "results": results,
    }


def _pasted(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What would become of pasted cells. Nothing is kept: the person looks first."""
    work, lang = posted.work(desk.form, request.POST), get_language() or "vi"
    text, at = request.POST.get("paste", ""), posted.place(desk.form, request.POST)
    try:
        found = paste(desk.form, work.typed, at, text, _given(desk, work))
    except Refusal as refusal:
        return JsonResponse({"reason": refusal.reason, "message": said(refusal.message, lang)}, status=422)
    shown = Shown(desk.form, found.typed, found.reading, lang, work.reasons, told=False)
    counts = dict.fromkeys(("accepted", "understood", "warned", "refused", "skipped"), 0)
    for cell in found.cells:
        counts[cell.verdict] += 1
    telling = [cell for cell in found.cells if cell.verdict != "accepted"]
    return JsonResponse(
        {
            "plain": found.plain,
            "counts": counts | {"beyond": found.beyond},
            "put": [[cell.row, cell.code, cell.text] for cell in found.cells if cell.verdict != "skipped"],
            "cells": [_told(shown, cell) for cell in telling[:_LISTED]],
            "more": max(0, len(telling) - _LISTED),
            **_found(shown),
        }
    )


def _told(shown: Shown, cell: Cell) -> dict[str, str]:
    message = said(cell.message, shown.lang) if cell.message is not None else ""
    if not message and cell.understood:
        message = said(filled("taken_as", text=cell.understood), shown.lang)
    return {
        "place": shown.name_of(cell.row, cell.code),
        "typed": cell.typed[:80],
        "verdict": cell.verdict,
        "message": message,
    }


def _given(desk: Desk, work: Work) -> Given:
    return Given(
        today=desk.today, last=desk.last, last_of=desk.last_of, people=desk.people, reasons=work.reasons
    )


def _read(desk: Desk, work: Work) -> Reading:
    return read(desk.form, work.typed, _given(desk, work))


def _page(
    request: HttpRequest,
    desk: Desk,
    work: Work,
    clashes: tuple[Clash, ...],
    *,
    saved: Saved,
    drafted: datetime | None = None,
    refused: Bilingual | None = None,
    conflict: bool = False,
    told: bool = False,
    status: int = 200,
) -> HttpResponse:
    lang = get_language() or "vi"
    reading = _read(desk, work)
    shown = Shown(desk.form, work.typed, reading, lang, work.reasons, clashes, told=told)
    known = {
        "desk": desk,
        "shown": shown,
        "words": in_language(lang),
        "title": said(desk.form.title, lang),
        "basis": said(desk.form.basis, lang) if desk.form.basis else "",
        "table_title": said(desk.form.table.title, lang) if desk.form.table else "",
        "drafted": _time(drafted) if drafted is not None else "",
        "refused": said(refused, lang) if refused is not None else "",
        "conflict": conflict or bool(clashes),
        "told": told,
        "who": _who(saved, lang),
        "others": desk.others(),
        "seen": work.seen,
        "base": json.dumps(typed_json(_plain_base(work.base)), ensure_ascii=False),
    }
    return render(request, "forms/entry.html", known, status=status)


def _plain_base(base: Typed) -> Typed:
    """What was saved, for the page to send back: only what is not empty."""
    rows = [{code: text for code, text in row.items() if text} for row in base.rows]
    return Typed({code: text for code, text in base.head.items() if text}, rows, base.keys)


def _who(saved: Saved, lang: str) -> str:
    """Who saved last, and when."""
    who = saved.by or said(filled("somebody"), lang)
    return f"{who}, {_time(saved.at)}" if saved.at is not None else who


def _time(moment: datetime | None) -> str:
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    today = timezone.localdate()
    return f"{local:%H:%M}" if local.date() == today else f"{local:%H:%M %d/%m/%Y}"
