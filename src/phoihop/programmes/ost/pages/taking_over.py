"""Taking over paper books: sending them in, seeing what would become of each row, taking them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from phoihop.base.org.doors import may
from phoihop.base.org.explain import words
from phoihop.base.org.models import Facility
from phoihop.base.org.page import NUMBER, endpoint, page, said, viewer_of
from phoihop.base.org.pages.shared import number_asked, pages
from phoihop.base.org.rules.permissions import Viewer
from phoihop.engines.forms import importing, sheet_out
from phoihop.engines.forms.definition import Form
from phoihop.engines.forms.sheet_layout import address, columns
from phoihop.engines.ui.formats import number as number_shown
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.actions import taking_over_sheets as sheets
from phoihop.programmes.ost.actions.taking_over_sheets import SORTS, Fate, Line, Sort
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import TakingOver
from phoihop.programmes.ost.pages.choosing import choose, homes
from phoihop.programmes.ost.pages.taking_over_reading import lines
from phoihop.programmes.ost.queries import taking_over as seeing

_SEND = "ost.case_take_over_send"
_PAGE = 100  # rows on one page
# How addresses call each kind of book, what it is called on screen, and what it holds.
WAYS: dict[str, tuple[str, Any, Any]] = {
    "nguoi": (
        "people",
        gettext_lazy("Người đang điều trị"),
        gettext_lazy("Hồ sơ, giấy đồng ý, ngày bắt đầu và y lệnh đang hiệu lực của từng người."),
    ),
    "kho": (
        "stock",
        gettext_lazy("Sổ kho"),
        gettext_lazy("Thuốc đã nhập, đã đưa ra tủ, đã giao cho điểm; cần trước khi nhập sổ cấp phát."),
    ),
    "so": (
        "book",
        gettext_lazy("Sổ cấp phát"),
        gettext_lazy("Các liều đã uống và kiểm kê cuối từng ngày; cần người và sổ kho đã nhập."),
    ),
}
_WAY_OF = {kind: (way, title) for way, (kind, title, _about) in WAYS.items()}
STATES = {
    TakingOver.CHECKING: gettext_lazy("đang kiểm tra"),
    TakingOver.CHECKED: gettext_lazy("đã kiểm tra, chưa nhận"),
    TakingOver.TAKING: gettext_lazy("đang nhận"),
    TakingOver.TAKEN: gettext_lazy("đã nhận"),
    TakingOver.DROPPED: gettext_lazy("đã bỏ"),
}
FATES = {
    Fate.NEW: gettext_lazy("sẽ nhận"),
    Fate.KNOWN: gettext_lazy("đã có, không đổi"),
    Fate.WRONG: gettext_lazy("sai, không nhận"),
}
_SHOWN = frozenset(fate.value for fate in Fate)
_FIELDS = frozenset(
    {
        "site",
        *(
            f"{part}_{form.code}"
            for sort in SORTS.values()
            for form in sort.forms
            for part in ("file", "paste")
        ),
    }
)


@page(_SEND)
def start(request: HttpRequest) -> HttpResponse:
    """The one facility whose books the viewer takes over; of several, which."""
    return choose(request, _("Nhập sổ giấy"), homes(viewer_of(request), _SEND), "ost-taking")


@page("ost.see_taking_over", of=Facility)
def index(request: HttpRequest, facility: Facility) -> HttpResponse:
    """Which books there are to send in, and what was sent before."""
    viewer = viewer_of(request)
    known = {
        "facility": facility,
        "ways": [(way, title, about) for way, (_kind, title, about) in WAYS.items()],
        "sends": may(viewer, _SEND, facility),
        "rows": [
            (each, _WAY_OF[each.kind][1], STATES[each.state])
            for each in seeing.sent_in(viewer, facility=facility)
        ],
    }
    return render(request, "ost/taking.html", known)


@page(_SEND, of=Facility)
def template(request: HttpRequest, facility: Facility, sheet: str) -> HttpResponse:
    """An empty workbook to fill in."""
    for sort in SORTS.values():
        for form in sort.forms:
            if form.code == sheet:
                return importing.template_page(form)
    raise Http404


@page(_SEND, of=Facility, post=True, fields=_FIELDS)
def send(request: HttpRequest, facility: Facility, way: str) -> HttpResponse:
    """Send sheets in, as files or pasted."""
    if way not in WAYS:
        raise Http404
    sort = SORTS[WAYS[way][0]]
    viewer, faults = viewer_of(request), dict[str, str]()
    sites = _sites(facility) if sort.code == "book" else [facility]
    chosen = next((each for each in sites if str(each.pk) == request.POST.get("site")), facility)
    if request.method == "POST":
        found = _sent(request, sort, faults)
        if not faults:
            try:
                row = sheets.send(by=viewer, facility=facility, site=chosen, kind=sort.code, lines=found)
            except Refusal as refusal:
                if refusal.reason == "not-found":
                    raise
                faults[sort.forms[0].code] = said(refusal)
            else:
                return redirect("ost-taking-one", row.uid)
    known = {
        "facility": facility,
        "way": way,
        "title": WAYS[way][1],
        "about": WAYS[way][2],
        "sites": sites,
        "chosen": chosen,
        "faults": faults,
        "whole": sort.whole,
        "sheets": [
            {
                "code": form.code,
                "title": words(form.title),
                "pasted": request.POST.get(f"paste_{form.code}", ""),
                "fault": faults.get(form.code, ""),
                "columns": [(words(each.title), each.required) for each in columns(form)],
            }
            for form in sort.forms
        ],
    }
    return render(request, "ost/taking_send.html", known, status=422 if faults else 200)


def _sites(facility: Facility) -> list[Facility]:
    return [facility, *facility.points.filter(programmes__contains=["ost"]).order_by("name")]


def _sent(request: HttpRequest, sort: Sort, faults: dict[str, str]) -> dict[str, list[Line]]:
    found = {}
    for form in sort.forms:
        try:
            file, pasted = request.FILES.get(f"file_{form.code}"), request.POST.get(f"paste_{form.code}", "")
            found[form.code] = lines(form, file, pasted)
            if not found[form.code]:
                raise refuse("book-empty")
        except Refusal as refusal:
            faults[form.code] = said(refusal)
    return found


@dataclass(frozen=True, slots=True)
class Shown:
    """A row as a page shows it: where it stood, what it begins with, its fate, and what is wrong where."""

    number: int
    begins: str
    fate: Fate | None
    fate_said: str
    wrong: tuple[tuple[str, str, str, str], ...]  # cell, column, what was typed, why


@page(seeing.SEE, of=TakingOver, arg="uid", load=seeing.found, params={"show": _SHOWN, "page": NUMBER})
def one(request: HttpRequest, row: TakingOver) -> HttpResponse:
    """What would become of each row, or how far it has come."""
    viewer = viewer_of(request)
    it = seeing.opened(viewer, taking=row)
    shown = request.GET.get("show", "") or ("wrong" if it.wrong else "")
    rows = list(_shown(it, shown)) if it.file and not it.moves else []
    number = number_asked(request)
    sort = SORTS[it.kind]
    known = {
        "it": it,
        "title": _WAY_OF[it.kind][1],
        "way": _WAY_OF[it.kind][0],
        "state": STATES[it.state],
        "fates": [
            (fate.value, FATES[fate], count)
            for fate, count in ((Fate.NEW, it.new), (Fate.KNOWN, it.known), (Fate.WRONG, it.wrong))
        ],
        "shown": shown,
        "rows": rows[(number - 1) * _PAGE : number * _PAGE],
        "pages": pages(number, len(rows), _PAGE),
        "why": it.why_en if get_language() == "en" else it.why,
        "takes": it.state == TakingOver.CHECKED and it.new and not it.why and not (sort.whole and it.wrong),
        "stopped": it.state == TakingOver.CHECKED and it.new and (it.why or (sort.whole and it.wrong)),
        "drops": it.state == TakingOver.CHECKED or (it.state == TakingOver.TAKEN and it.file),
        "refused": [(form.code, words(form.title)) for form in sort.forms] if it.wrong and it.file else [],
    }
    return render(request, "ost/taking_one.html", known)


def _shown(it: TakingOver, only: str) -> Iterator[Shown]:
    for code, own in sheets.kept(it).items():
        form = sheets.form(code)
        places = {field.code: n for n, field in enumerate(columns(form))}
        for line in own:
            if only and line.fate != only:
                continue
            wrong = []
            for each in line.said:
                at = places.get(each.column, 0)
                cell = address(line.number, at)
                title = words(columns(form)[at].title) if each.column in places else ""
                wrong.append((cell, title, line.texts[at][:80] if title else "", words(each.message)))
            fate = line.fate
            yield Shown(
                line.number,
                ", ".join(text for text in line.texts[:2] if text),
                fate,
                str(FATES[fate]) if fate is not None else "",
                tuple(wrong),
            )


@endpoint(
    seeing.PROGRESS,
    of=TakingOver,
    arg="uid",
    load=lambda viewer, text: seeing.found(viewer, text, seeing.PROGRESS),
)
def progress(request: HttpRequest, row: TakingOver) -> dict[str, Any]:
    """How far it has come, for the page's script."""
    it = seeing.progress(viewer_of(request), taking=row)
    told = {"done": number_shown(it.done), "rows": number_shown(it.rows)}
    said_now = _("%(done)s trong %(rows)s dòng") % told if it.state == TakingOver.TAKING else ""
    return {
        "rows": it.rows,
        "done": it.done if it.state == TakingOver.TAKING else 0,
        "moves": it.moves,
        "words": f"{STATES[it.state]} {said_now}".strip(),
    }


def _confirmable(viewer: Viewer, text: str) -> TakingOver | None:
    return seeing.found(replace(viewer, stepped_up=True), text, "ost.case_take_over_confirm")


@page("ost.case_take_over_confirm", of=TakingOver, arg="uid", load=_confirmable, only_post=True)
def confirm(request: HttpRequest, row: TakingOver) -> HttpResponse:
    """Take what nothing stands against."""
    sheets.confirm(by=viewer_of(request), taking=row)
    return redirect("ost-taking-one", row.uid)


@page(
    "ost.case_take_over_drop",
    of=TakingOver,
    arg="uid",
    load=lambda viewer, text: seeing.found(viewer, text, "ost.case_take_over_drop"),
    only_post=True,
)
def drop(request: HttpRequest, row: TakingOver) -> HttpResponse:
    """Forget what was sent."""
    sheets.drop(by=viewer_of(request), taking=row)
    return redirect("ost-taking", row.facility_id)


@page(seeing.SEE, of=TakingOver, arg="uid", load=seeing.found)
def refused(request: HttpRequest, row: TakingOver, sheet: str) -> HttpResponse:
    """The rows that are wrong, with why, as a workbook that can be put right and sent in again."""
    it = seeing.opened(viewer_of(request), taking=row)
    form = next((each for each in SORTS[it.kind].forms if each.code == sheet), None)
    if form is None:
        raise Http404
    own = sheets.kept(it).get(sheet, ())
    marked = (_marked(form, line) for line in own if line.fate is Fate.WRONG)
    data = sheet_out.marked(form, {}, marked, get_language() or "vi")
    return importing.download(form, data)


def _marked(form: Form, line: Line) -> sheet_out.Marked:
    places = {field.code: words(field.title) for field in columns(form)}
    why = "; ".join(
        f"{places[each.column]}: {words(each.message)}" if each.column in places else words(each.message)
        for each in line.said
    )
    return (*line.texts, ""), {}, why, frozenset(each.column for each in line.said)
