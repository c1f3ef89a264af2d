"""Setting up agencies and facilities, renaming and ending them."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from phoihop.base.org import offices
from phoihop.base.org.agencies import Tier, kinds
from phoihop.base.org.agencies.facilities import FACILITY_KINDS
from phoihop.base.org.explain import words
from phoihop.base.org.models import Agency, Facility, Unit
from phoihop.base.org.page import page, viewer_of
from phoihop.base.org.pages.shared import Day, Form, Text, form_page
from phoihop.base.org.queries import agencies, units
from phoihop.base.org.roles import ROLES
from phoihop.base.org.rules.permissions import Viewer
from phoihop.kernel.dates import typed_day
from phoihop.kernel.refusals import Refusal

TIERS = {
    Tier.PROVINCE: gettext_lazy("Cấp tỉnh"),
    Tier.COMMUNE: gettext_lazy("Cấp xã"),
    Tier.CENTRE: gettext_lazy("Trung ương"),
    Tier.DISTRICT: gettext_lazy("Cấp huyện (đã kết thúc)"),
}


def _none() -> tuple[str, str]:
    return "", _("— chọn —")


class _Named(Form):
    """What every office has: a name, a first day, a place found by its name."""

    name = Text(label=gettext_lazy("Tên"), max_length=200)
    since = Day(
        label=gettext_lazy("Hoạt động từ ngày"),
        help_text=gettext_lazy("Ví dụ 01/7/2025. Đơn vị hành chính được tìm theo ngày này."),
    )
    unit = forms.ChoiceField(label=gettext_lazy("Thuộc địa bàn"), required=False, widget=forms.RadioSelect)
    find_unit = Text(
        label=gettext_lazy("Tìm địa bàn"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("Gõ tên xã, phường hoặc tỉnh, không cần dấu, rồi bấm Tìm."),
    )


class NewAgency(_Named):
    """An office of a unit."""

    kind = forms.ChoiceField(label=gettext_lazy("Loại cơ quan"))
    parent = forms.ChoiceField(
        label=gettext_lazy("Cơ quan cấp trên (nếu có)"), required=False, widget=forms.RadioSelect
    )
    find_parent = Text(
        label=gettext_lazy("Tìm cơ quan cấp trên"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("Gõ vài chữ của tên, không cần dấu, rồi bấm Tìm."),
    )
    basis = Text(
        label=gettext_lazy("Theo văn bản"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Số và ngày của quyết định."),
    )


class NewFacility(_Named):
    """A place where an agency serves people."""

    kind = forms.ChoiceField(label=gettext_lazy("Loại cơ sở"))
    parent = forms.ChoiceField(
        label=gettext_lazy("Thuộc cơ sở"),
        required=False,
        help_text=gettext_lazy("Điểm cấp phát thuốc phải thuộc một cơ sở."),
    )
    programmes = forms.MultipleChoiceField(
        label=gettext_lazy("Chương trình"), required=False, widget=forms.CheckboxSelectMultiple
    )


class RenameAgency(Form):
    """The name from a day on."""

    name = Text(label=gettext_lazy("Tên mới"), max_length=200)
    day = Day(label=gettext_lazy("Từ ngày"), help_text=gettext_lazy("Ví dụ 01/7/2026, hoặc: hôm nay."))
    basis = Text(
        label=gettext_lazy("Theo văn bản"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Số và ngày của quyết định."),
    )


class EndOffice(Form):
    """The last day of an agency or a facility."""

    last_day = Day(label=gettext_lazy("Ngày hoạt động cuối cùng"), help_text=gettext_lazy("Ví dụ 30/6/2026."))


class EndAgency(EndOffice):
    """With the decision that ends it."""

    basis = Text(
        label=gettext_lazy("Theo văn bản"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Số và ngày của quyết định."),
    )


# At which field each refusal stands.
_FIELDS = {
    "office-name-missing": "name",
    "office-there": "name",
    "name-the-same": "name",
    "unknown-kind": "kind",
    "unknown-facility-kind": "kind",
    "kind-not-then": "kind",
    "unit-missing": "find_unit",
    "unit-not-then": "find_unit",
    "parent-not-then": "find_parent",
    "parent-elsewhere": "parent",
    "parent-is-point": "parent",
    "facility-not-then": "parent",
    "point-alone": "parent",
    "agency-not-then": "since",
    "unknown-programme": "programmes",
    "rename-too-early": "day",
    "days-wrong": "last_day",
    "people-there": "last_day",
    "offices-go-on": "last_day",
    "points-go-on": "last_day",
}


def _refuse(form: Form, refusal: Refusal) -> None:
    """The fault beside its field; what may not be seen stays the one page that is not there."""
    if refusal.reason == "not-found":
        raise refusal
    field = _FIELDS.get(refusal.reason)
    form.refuse(refusal, field if field in form.fields else None)


def _units(viewer: Viewer, data: Any) -> list[Unit]:
    """The unit chosen so far, and those of the first day that the search finds."""
    chosen = list(Unit.objects.filter(key=data.get("unit", "")[:32]).select_related("parent"))
    text = data.get("find_unit", "").strip()[:60]
    try:
        on = typed_day(data.get("since", ""), timezone.localdate())
        found = units.search(viewer, text=text, on=on) if text else ()
    except Refusal:  # the day is told to be wrong when the form is sent; until then today's units are shown
        found = units.search(viewer, text=text, on=viewer.day) if text else ()
    return chosen + [each.unit for each in found if each.unit not in chosen]


def _unit_choices(known: list[Unit]) -> list[tuple[str, str]]:
    return [(unit.key, _with_above(unit)) for unit in known]


def _with_above(unit: Unit) -> str:
    return units.full_name(unit) + (f", {units.full_name(unit.parent)}" if unit.parent else "")


def _agencies(viewer: Viewer, data: Any) -> list[tuple[str, str]]:
    """The parent chosen so far, and the agencies that the search finds."""
    number = data.get("parent", "")
    chosen = list(Agency.objects.filter(pk=int(number))) if number.isdigit() and len(number) < 19 else []
    text = data.get("find_parent", "").strip()[:60]
    if text:
        listed = agencies.agencies(viewer, text=text, on=viewer.day).agencies[:20]
        chosen += [each for each in listed if each not in chosen]
    none = [("", _("— không —"))] if chosen else []
    return [*none, *((str(each.pk), each.name) for each in chosen)]


def _kinds() -> list[Any]:
    """Every kind there is, by tier; those that ended last, each with the year."""
    groups = []
    for tier, name in TIERS.items():
        going = sorted((k for k in kinds() if k.tier is tier), key=lambda k: k.valid_to is not None)
        offered = [
            (
                k.code,
                f"{words(k.name)} ({_('đến hết ngày')} {k.valid_to:%d/%m/%Y})"
                if k.valid_to
                else words(k.name),
            )
            for k in going
        ]
        groups.append((name, offered))
    return [_none(), *groups]


NEW_AGENCY = frozenset(NewAgency.base_fields) | {"find"}


@page("org.change_agencies", post=True, fields=NEW_AGENCY)
def new_agency(request: HttpRequest) -> HttpResponse:
    """Set up an agency. What was typed stays; a search sends nothing."""
    viewer, data = viewer_of(request), request.POST if request.method == "POST" else {}
    known = _units(viewer, data)
    form = NewAgency(
        data if request.method == "POST" else None,
        {"kind": _kinds(), "unit": _unit_choices(known), "parent": _agencies(viewer, data)},
    )
    if "find" in data:
        return _searched(request, "org/agency_new.html", form, {})
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            made = offices.create_agency(
                by=viewer,
                kind=said["kind"],
                name=said["name"],
                unit=next((unit for unit in known if unit.key == said["unit"]), None),
                parent=Agency.objects.get(pk=int(said["parent"])) if said["parent"] else None,
                since=said["since"],
                basis=said["basis"],
            )
        except Refusal as refusal:
            _refuse(form, refusal)
        else:
            return redirect("agency", pk=made.pk)
    return form_page(request, "org/agency_new.html", form)


def _searched(request: HttpRequest, template: str, form: Form, known: dict[str, Any]) -> HttpResponse:
    form.only_searched()
    return render(request, template, {"form": form, "searched": request.POST.get("find"), **known})


@page("org.rename_agency", of=Agency, post=True, fields=frozenset(RenameAgency.base_fields))
def rename(request: HttpRequest, agency: Agency) -> HttpResponse:
    """Give an agency another name from a day on."""
    form = RenameAgency(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            new = offices.rename_agency(by=viewer_of(request), agency=agency, **form.cleaned_data)
        except Refusal as refusal:
            _refuse(form, refusal)
        else:
            return redirect("agency", pk=new.pk)
    return form_page(request, "org/agency_rename.html", form, {"agency": agency})


@page("org.end_agency", of=Agency, post=True, fields=frozenset(EndAgency.base_fields))
def end_agency(request: HttpRequest, agency: Agency) -> HttpResponse:
    """Say an agency's last day."""
    form = EndAgency(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            offices.end_agency(by=viewer_of(request), agency=agency, **form.cleaned_data)
        except Refusal as refusal:
            _refuse(form, refusal)
        else:
            return redirect("agency", pk=agency.pk)
    return form_page(request, "org/office_end.html", form, {"agency": agency, "name": agency.name})


NEW_FACILITY = frozenset(NewFacility.base_fields) | {"find"}


@page("org.change_facilities", of=Agency, post=True, fields=NEW_FACILITY)
def new_facility(request: HttpRequest, agency: Agency) -> HttpResponse:
    """Set up a facility of an agency."""
    viewer, data = viewer_of(request), request.POST if request.method == "POST" else {}
    known, parents = _units(viewer, data), agencies.parents_for_points(agency, viewer.day)
    form = NewFacility(
        data if request.method == "POST" else None,
        {
            "kind": [_none(), *((code, words(name)) for code, name in FACILITY_KINDS.items())],
            "unit": _unit_choices(known),
            "parent": [("", _("— không —")), *((str(each.pk), each.name) for each in parents)],
            "programmes": [(code, _programme(code, roles)) for code, roles in _programmes()],
        },
    )
    if "find" in data:
        return _searched(request, "org/facility_new.html", form, {"agency": agency})
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            made = offices.create_facility(
                by=viewer,
                agency=agency,
                kind=said["kind"],
                name=said["name"],
                unit=next((unit for unit in known if unit.key == said["unit"]), None),
                parent=next((each for each in parents if str(each.pk) == said["parent"]), None),
                programmes=said["programmes"],
                since=said["since"],
            )
        except Refusal as refusal:
            _refuse(form, refusal)
        else:
            return redirect("facility", pk=made.pk)
    return form_page(request, "org/facility_new.html", form, {"agency": agency})


def _programmes() -> list[tuple[str, list[str]]]:
    return list(offices.known_programmes().items())


def _programme(code: str, roles: list[str]) -> str:
    """A programme has a neutral code; who works in it says what it is."""
    return f"{code}: {', '.join(words(ROLES[role].name) for role in roles)}"


@page("org.end_facility", of=Facility, post=True, fields=frozenset(EndOffice.base_fields))
def end_facility(request: HttpRequest, facility: Facility) -> HttpResponse:
    """Say a facility's last day."""
    form = EndOffice(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            offices.end_facility(by=viewer_of(request), facility=facility, **form.cleaned_data)
        except Refusal as refusal:
            _refuse(form, refusal)
        else:
            return redirect("facility", pk=facility.pk)
    return form_page(request, "org/office_end.html", form, {"facility": facility, "name": facility.name})
