"""People who work here: the list, one person, a new one, giving and ending positions."""

import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from phoihop.base.org import actions
from phoihop.base.org.describing import abilities
from phoihop.base.org.doors import may
from phoihop.base.org.explain import words
from phoihop.base.org.models import Agency, Facility, Person, Position, Proposal, Unit
from phoihop.base.org.page import NUMBER, Seen, page, viewer_of
from phoihop.base.org.pages.shared import (
    Day,
    Form,
    Text,
    form_page,
    kept_search,
    number_asked,
    pages,
    search_kept,
)
from phoihop.base.org.queries import people, units
from phoihop.base.org.queries.people import Places
from phoihop.base.org.queries.reaching import granted
from phoihop.base.org.roles import ROLES
from phoihop.base.org.rules.permissions import Viewer
from phoihop.kernel.refusals import Refusal
from phoihop.kernel.text import nfc


class NewPerson(Form):
    """Somebody who begins to work here."""

    name = Text(label=gettext_lazy("Họ và tên"), max_length=100)
    username = forms.CharField(
        label=gettext_lazy("Tên đăng nhập"),
        max_length=60,
        help_text=gettext_lazy("Chữ không dấu và chữ số, ví dụ nvan."),
        widget=forms.TextInput({"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}),
    )
    phone = forms.CharField(label=gettext_lazy("Điện thoại (nếu có)"), max_length=20, required=False)
    email = forms.EmailField(label=gettext_lazy("Thư điện tử (nếu có)"), required=False)


class GivePosition(Form):
    """A role for somebody at a place; the units are found by name and ticked."""

    role = forms.ChoiceField(label=gettext_lazy("Vai trò"))
    place = forms.ChoiceField(label=gettext_lazy("Nơi làm việc"))
    units = forms.MultipleChoiceField(
        label=gettext_lazy("Địa bàn (nếu có)"), required=False, widget=forms.CheckboxSelectMultiple
    )
    search = Text(
        label=gettext_lazy("Tìm địa bàn"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("Gõ tên xã, phường hoặc tỉnh, không cần dấu, rồi bấm Tìm."),
    )
    since = Day(label=gettext_lazy("Từ ngày"), help_text=gettext_lazy("Ví dụ 01/4/2026, hoặc: hôm nay."))
    until = Day(
        label=gettext_lazy("Đến hết ngày (nếu biết)"),
        required=False,
        help_text=gettext_lazy("Để trống nếu chưa có ngày kết thúc."),
    )
    basis = Text(
        label=gettext_lazy("Theo văn bản"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Số và ngày của quyết định."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Lý do"),
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("Cần ghi nếu vai trò phải có người thứ hai duyệt."),
    )

    def __init__(self, data: Any, places: Places, known: list[Unit]) -> None:
        none = ("", _("— chọn —"))
        groups: list[Any] = [
            none,
            (_("Các cơ quan"), [(f"agency:{each.pk}", each.name) for each in places.agencies]),
        ]
        if places.facilities:
            sites = [
                (f"facility:{each.pk}", f"{each.name} · {each.agency.name}") for each in places.facilities
            ]
            groups.append((_("Cơ sở"), sites))
        choices = {
            "role": [none, *((code, words(role.name)) for code, role in ROLES.items())],
            "place": groups,
            "units": [(unit.key, _named(unit)) for unit in known],
        }
        super().__init__(data, choices, initial={"since": f"{timezone.localdate():%d/%m/%Y}"})


def _named(unit: Unit) -> str:
    above = f", {units.full_name(unit.parent)}" if unit.parent else ""
    return units.full_name(unit) + above


GIVING = frozenset(GivePosition.base_fields) | {"find"}


SEALED = re.compile(r"[A-Za-z0-9_-]{0,800}")


@page("org.see_people", params={"tim": SEALED, "page": NUMBER}, post=True, fields=frozenset({"q"}))
def index(request: HttpRequest) -> HttpResponse:
    """The people one oversees. A name is sent, not put into an address; the address one is then led to
    carries it sealed, so that paging and going back work."""
    viewer, number = viewer_of(request), number_asked(request)
    if request.method == "POST":
        text = " ".join(nfc(request.POST.get("q", "")).split())[:100]
        return redirect(f"{reverse('people')}?tim={kept_search(viewer, text)}" if text else reverse("people"))
    sealed = request.GET.get("tim", "")
    text = search_kept(viewer, sealed)
    listed = people.people(viewer, text=text, page=number)
    return render(
        request,
        "org/people.html",
        {
            "listed": listed,
            "text": text,
            "kept": urlencode({"tim": sealed}) if text else "",
            "pages": pages(number, listed.total, people.PAGE),
            "makes": granted(viewer, "org.create_account"),
        },
    )


@page("org.create_account", post=True, fields=frozenset(NewPerson.base_fields))
def new(request: HttpRequest) -> HttpResponse:
    """Somebody new; the next step is to print their card."""
    form = NewPerson(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            account = actions.create_account(by=viewer_of(request), **form.cleaned_data)
        except Refusal as refusal:
            form.refuse(refusal, "username" if refusal.reason == "username-taken" else None)
        else:
            return redirect("person", pk=account.person_id)
    return form_page(request, "org/person_new.html", form)


@page("org.see_people", of=Person, load=people.of_reach)
def person(request: HttpRequest, person: Person) -> HttpResponse:
    """One person, with what they hold and who gave it."""
    viewer = viewer_of(request)
    request.seen = Seen("org.see_people", people.agency_to_explain(viewer, person))  # type: ignore[attr-defined]
    found = people.person(viewer, person=person)
    known = {
        "it": found,
        "now": [(each, people.role_of(each), _may_end(viewer, each)) for each in found.now],
        "other": [(each, people.role_of(each), each.since > viewer.day) for each in found.other],
        "blocks": [(each, _may_lift(viewer, each)) for each in found.blocks],
        "ended": sum(not each.counts for each in found.blocks),
        "may_block": granted(viewer, "org.block") and person.pk != viewer.person,
        "gives": granted(viewer, "org.propose_position"),
        "issues": found.account is not None and granted(viewer, "org.issue_card"),
        "off_boards": found.account is not None and granted(viewer, "org.off_board"),
    }
    return render(request, "org/person.html", known)


def _may_lift(viewer: Viewer, blocked: people.Blocked) -> bool:
    proved = replace(viewer, stepped_up=True)
    own = blocked.block.person_id == viewer.person
    return blocked.counts and not own and bool(may(proved, "org.lift_block", blocked.block))


def _may_end(viewer: Viewer, position: Position) -> bool:
    return bool(may(viewer, "org.end_position", position))


@page("org.propose_position", of=Person, load=people.of_reach, post=True, fields=GIVING)
def give(request: HttpRequest, person: Person) -> HttpResponse:
    """Give somebody a position. What was typed stays; a search for units sends nothing."""
    viewer, data = viewer_of(request), request.POST if request.method == "POST" else None
    places = people.places_to_give(viewer)
    form = GivePosition(data, places, _units(viewer, request))
    known = {
        "person": person,
        "roles": [(role, abilities(role.grants)) for role in ROLES.values() if role.sensitive],
    }
    if data is None:
        return form_page(request, "org/give.html", form, known)
    if "find" in data:
        form.only_searched()
        return render(request, "org/give.html", {"form": form, "searched": True, **known})
    if form.is_valid():
        try:
            made = _given(viewer, person, places, form.cleaned_data)
        except Refusal as refusal:
            form.refuse(refusal, _FIELDS.get(refusal.reason))
        else:
            if isinstance(made, Proposal):
                return redirect("proposal", pk=made.pk)
            return redirect("person", pk=person.pk)
    return form_page(request, "org/give.html", form, known)


_FIELDS = {"days-wrong": "until", "reason-missing": "reason", "no-such-role": "role", "position-held": "role"}


def _units(viewer: Viewer, request: HttpRequest) -> list[Unit]:
    """The units ticked so far, and those that the search finds."""
    ticked = request.POST.getlist("units")[:50]
    known = list(Unit.objects.filter(key__in=ticked).select_related("parent"))
    text = request.POST.get("search", "").strip()[:60]
    if text:
        found = units.search(viewer, text=text, on=viewer.day)
        known += [each.unit for each in found if each.unit.key not in ticked]
    return known


def _given(viewer: Viewer, person: Person, places: Places, said: dict[str, Any]) -> Position | Proposal:
    kind, _, number = said["place"].partition(":")
    choices: tuple[Agency | Facility, ...] = places.agencies if kind == "agency" else places.facilities
    return actions.give_position(
        by=viewer,
        person=person,
        role=said["role"],
        place=next(each for each in choices if each.pk == int(number)),
        units=list(Unit.objects.filter(key__in=said["units"])),
        since=said["since"],
        until=said["until"],
        basis=said["basis"],
        reason=said["reason"],
    )


class EndPosition(Form):
    """The last day of a position."""

    last_day = Day(
        label=gettext_lazy("Ngày làm việc cuối cùng"),
        required=False,
        help_text=gettext_lazy("Để trống: kết thúc ngay, kể từ hôm nay không còn hiệu lực."),
    )


@page("org.end_position", of=Position, post=True, fields=frozenset(EndPosition.base_fields))
def end(request: HttpRequest, position: Position) -> HttpResponse:
    """End a position; its consequences are told first."""
    form = EndPosition(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        person = position.person_id
        actions.end_position(by=viewer_of(request), position=position, last_day=form.cleaned_data["last_day"])
        return redirect("person", pk=person)
    return form_page(request, "org/end.html", form, {"position": position, "role": people.role_of(position)})
