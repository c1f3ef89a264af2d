"""The evening count: a sheet without a quantity, a second look, minutes, and the day is closed."""

from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from phoihop.base.org.doors import may
from phoihop.base.org.models import Facility
from phoihop.base.org.page import page, said, viewer_of
from phoihop.kernel.quantities import parse_number
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.actions import counting
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import LotRow
from phoihop.programmes.ost.pages import stock_forms as forms
from phoihop.programmes.ost.pages.stock_forms import sent
from phoihop.programmes.ost.queries import counts, holding
from phoihop.programmes.ost.queries.counts import Sheet, State
from phoihop.programmes.ost.rules.stock import Kind

_MOST = 60  # lots on one sheet
_FIELDS = frozenset(f"{part}-{n}" for part in ("lot", "row") for n in range(_MOST))


def _kind(place: str) -> Kind:
    found = forms.kind_said(place)
    if found is None:
        raise refuse("count-not-here")
    return found


@page("ost.stock_count", of=Facility, post=True, fields=_FIELDS)
def sheet(request: HttpRequest, facility: Facility, place: str) -> HttpResponse:
    """The sheet of a place; what is typed into it is what was found, lot by lot."""
    by, kind = viewer_of(request), _kind(place)
    it = counts.sheet(by, facility=facility, kind=kind)
    if request.method != "POST":
        return _shown(request, facility, place, it)
    typed, found, faults = _typed(request)
    fault = _("Hãy ghi số cho từng lô; lô nào hết thì ghi 0.") if faults else ""
    must = {row.pk for row in it.lots}
    faults |= dict.fromkeys(must - found.keys(), fault)
    if faults:
        return _shown(request, facility, place, it, typed, faults)
    try:
        done = counting.count(by=by, facility=facility, kind=kind, found=found)
    except Refusal as refusal:
        if refusal.reason == "not-found":
            raise
        return _shown(request, facility, place, it, typed, {0: said(refusal)})
    if done.state is State.DONE and may(by, "ost.stock_see_store", facility):
        return redirect(f"{reverse('ost-stock-store', args=[facility.pk])}")
    return redirect("ost-stock-count", pk=facility.pk, place=place)


def _typed(request: HttpRequest) -> tuple[dict[int, str], dict[int, Decimal], dict[int, str]]:
    """What was typed by lot, the numbers among it, and what is no number."""
    typed: dict[int, str] = {}
    found: dict[int, Decimal] = {}
    faults: dict[int, str] = {}
    for n in range(_MOST):
        pk, text = request.POST.get(f"row-{n}", ""), request.POST.get(f"lot-{n}", "").strip()
        if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
            continue
        typed[int(pk)] = text[:20]
        if text:
            try:
                found[int(pk)] = parse_number(text[:20])
            except ValueError:
                faults[int(pk)] = _("Hãy ghi một số, ví dụ 848 hoặc 2,5.")
    return typed, found, faults


def _shown(
    request: HttpRequest,
    facility: Facility,
    place: str,
    it: Sheet,
    typed: dict[int, str] | None = None,
    faults: dict[int, str] | None = None,
) -> HttpResponse:
    state = it.standing.state
    counts_now = state in (State.COUNT, State.AGAIN) and not it.own
    differ = [row for row in it.standing.rows if row.found != row.book]
    told, wrong = typed or {}, faults or {}
    rows = [
        (n, row, _name(row), holding.unit_of(row.drug), told.get(row.pk, ""), wrong.get(row.pk, ""))
        for n, row in enumerate((*it.lots, *it.others))
    ]
    known = {
        "facility": facility,
        "place": place,
        "where": holding.PLACES[_kind(place)],
        "it": it.standing,
        "rows": rows[: len(it.lots)],
        "others": rows[len(it.lots) : _MOST],
        "counts": counts_now,
        "own": it.own and state in (State.COUNT, State.AGAIN),
        "again": [row.lot for row in differ] if state is State.AGAIN else [],
        "differ": [_difference(row.lot, row.book, row.found) for row in differ]
        if state in (State.DIFFERS, State.WAITS)
        else [],
        "form": forms.Cause(None) if state is State.DIFFERS else None,
        "fault": wrong.get(0, ""),
        "wrong": bool(wrong),
        "back": reverse("ost-stock-store", args=[facility.pk]),
    }
    return render(request, "ost/count_sheet.html", known, status=422 if wrong else 200)


def _name(row: LotRow) -> str:
    return holding.name_of(row.drug, row.strength)


def _difference(row: LotRow, book: Decimal, found: Decimal) -> dict[str, object]:
    return {
        "name": _name(row),
        "batch": row.batch,
        "unit": holding.unit_of(row.drug),
        "book": forms.plain(book),
        "found": forms.plain(found),
        "loss": forms.plain(max(Decimal(0), book - found)),
        "surplus": forms.plain(max(Decimal(0), found - book)),
    }


@page("ost.stock_count_minutes", of=Facility, only_post=True, fields=frozenset(forms.Cause.base_fields))
def minutes(request: HttpRequest, facility: Facility, place: str) -> HttpResponse:
    """Write minutes about what the second count showed."""
    by, kind = viewer_of(request), _kind(place)
    form = forms.Cause(sent(request))
    if not form.is_valid():
        it = counts.sheet(by, facility=facility, kind=kind)
        return _shown(request, facility, place, it, faults={0: _("Hãy ghi nguyên nhân.")})
    row = counting.write_minutes(by=by, facility=facility, kind=kind, cause=form.cleaned_data["cause"])
    return redirect("ost-stock-minutes", uid=row.uid)
