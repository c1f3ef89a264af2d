"""Where facilities stand: the list with what somebody must say, and one facility with what was said of it."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from phoihop.base.org import placing as writing
from phoihop.base.org.models import Facility, Unit
from phoihop.base.org.page import DAY, NUMBER, page, viewer_of
from phoihop.base.org.pages.shared import Day, Form, Text, form_page, number_asked, pages
from phoihop.base.org.queries import placing, units
from phoihop.base.org.queries.placing import Standing
from phoihop.base.org.rules.permissions import Viewer
from phoihop.kernel.dates import typed_day
from phoihop.kernel.refusals import Refusal

PAGE = 50
_SAME, _MOVED = "same", "moved"


class PlaceFacility(Form):
    """In which unit a facility stands, from when on, and why."""

    since = Day(
        label=_("Từ ngày"),
        required=False,
        help_text=_("Ví dụ 01/7/2025. Để trống: từ khi cơ sở bắt đầu hoạt động."),
    )
    unit = forms.ChoiceField(label=_("Địa bàn"), widget=forms.RadioSelect)
    find_unit = Text(
        label=_("Tìm địa bàn"),
        required=False,
        max_length=60,
        help_text=_("Gõ tên xã, phường, huyện của ngày ấy, không cần dấu, rồi bấm Tìm."),
    )
    why = forms.ChoiceField(
        label=_("Vì sao"),
        widget=forms.RadioSelect,
        choices=[
            (_SAME, _("Cơ sở vẫn ở chỗ cũ: địa giới thay đổi, hoặc lần ghi trước sai")),
            (_MOVED, _("Cơ sở chuyển đến")),
        ],
    )
    basis = Text(
        label=_("Theo văn bản"),
        required=False,
        max_length=200,
        help_text=_("Số và ngày của quyết định."),
    )


class TakeBack(Form):
    """The day for which something was said; empty: from the first on."""

    since = Day(label=_("Từ ngày"), required=False)


_FIELDS = {
    "placed-so-already": "unit",
    "not-the-same-ground": "unit",
    "unit-not-then": "find_unit",
    "move-without-day": "since",
    "before-it-began": "since",
    "after-it-ended": "since",
    "day-to-come": "since",
}


@page("org.see_placements", params={"page": NUMBER})
def index(request: HttpRequest) -> HttpResponse:
    """Where facilities stand; first those of which somebody must say it."""
    found, number = placing.placements(viewer_of(request)), number_asked(request)
    known = {
        "found": found[(number - 1) * PAGE : number * PAGE],
        "waiting": sum(each.waits for each in found),
        "pages": pages(number, len(found), PAGE),
    }
    return render(request, "org/placements.html", known)


PLACE = frozenset(PlaceFacility.base_fields) | {"find"}


@page("org.place_facility", of=Facility, post=True, fields=PLACE)
def place(request: HttpRequest, facility: Facility) -> HttpResponse:
    """Say where a facility stands. What was typed stays; a search sends nothing."""
    viewer, data = viewer_of(request), request.POST if request.method == "POST" else {}
    standing = placing.standing_of(facility, viewer.day)
    offered = _units(viewer, facility, standing, data)
    form = PlaceFacility(
        data if request.method == "POST" else None,
        {"unit": [(unit.key, _with_above(unit)) for unit in offered]},
        initial=_suggested(standing),
    )
    known = {"it": standing, "facility": facility}
    if "find" in data:
        form.only_searched()
        return render(request, "org/place.html", known | {"form": form, "searched": data.get("find")})
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            writing.place_facility(
                by=viewer,
                facility=facility,
                unit=next(unit for unit in offered if unit.key == said["unit"]),
                since=said["since"],
                moved=said["why"] == _MOVED,
                basis=said["basis"],
            )
        except Refusal as refusal:
            if refusal.reason == "not-found":
                raise
            form.refuse(refusal, _FIELDS.get(refusal.reason))
        else:
            return redirect("facility", pk=facility.pk)
    return form_page(request, "org/place.html", form, known)


@page("org.take_back_placement", of=Facility, params={"since": DAY}, post=True, fields=frozenset({"since"}))
def take_back(request: HttpRequest, facility: Facility) -> HttpResponse:
    """Take back what was said of a facility for a day."""
    viewer = viewer_of(request)
    form = TakeBack(request.POST if request.method == "POST" else None, initial=_asked(request))
    if form.is_bound and form.is_valid():
        try:
            writing.take_back(by=viewer, facility=facility, since=form.cleaned_data["since"])
        except Refusal as refusal:
            if refusal.reason == "not-found":
                raise
            form.refuse(refusal, "since")
        else:
            return redirect("facility", pk=facility.pk)
    return form_page(request, "org/place_back.html", form, {"facility": facility})


def _asked(request: HttpRequest) -> dict[str, str]:
    return {"since": request.GET.get("since", "")}


def _suggested(standing: Standing) -> dict[str, str]:
    """Where the map changed around a facility: from the day after the last one of what was said."""
    if not standing.waits or standing.steps[-1].unit.valid_to is None:
        return {}
    begun = min((unit.valid_from for unit in standing.choices if unit.valid_from), default=None)
    return {"since": f"{begun:%d/%m/%Y}" if begun else "", "why": _SAME}


def _units(viewer: Viewer, facility: Facility, standing: Standing, data: Any) -> list[Unit]:
    """The unit chosen so far, those it must be one of, and those of the day that the search finds."""
    chosen = list(Unit.objects.filter(key=data.get("unit", "")[:32]).select_related("parent"))
    text = data.get("find_unit", "").strip()[:60]
    today = timezone.localdate()
    try:
        on = typed_day(data.get("since", ""), today) if data.get("since", "").strip() else None
    except Refusal:  # the day is told to be wrong when the form is sent; until then today's units are shown
        on = today
    found = units.search(viewer, text=text, on=on or facility.valid_from or today) if text else ()
    every = [*chosen, *standing.choices, *(each.unit for each in found)]
    return list({unit.pk: unit for unit in every}.values())


def _with_above(unit: Unit) -> str:
    above = units.full_name(unit.parent) if unit.parent else ""
    return ", ".join(part for part in (units.full_name(unit), above) if part)
