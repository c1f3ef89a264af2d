"""Medicine to take home: what a doctor weighs, handing out, taking back, labels, calling back."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from phoihop.base.org.doors import may
from phoihop.base.org.explain import words
from phoihop.base.org.models import Facility
from phoihop.base.org.page import page, viewer_of
from phoihop.base.org.pages.shared import Day, Form, Text
from phoihop.engines.ui.formats import day as day_said
from phoihop.engines.ui.formats import number
from phoihop.programmes.ost.actions import takehome as acts
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import Roster
from phoihop.programmes.ost.pages.asking import saying
from phoihop.programmes.ost.pages.care_shared import head_of, of_client, sent, shown
from phoihop.programmes.ost.pages.choosing import choose, homes
from phoihop.programmes.ost.pages.window import KEY, Give, quantity_said
from phoihop.programmes.ost.queries import roster as lists
from phoihop.programmes.ost.queries import takehome
from phoihop.programmes.ost.queries.takehome import BottleSaid
from phoihop.programmes.ost.rules.takehome import Collecting, Fate, Paper
from phoihop.registry.models import Client

FATES: dict[Fate, Promise] = {
    Fate.EMPTY: gettext_lazy("trả vỏ chai"),
    Fate.FULL: gettext_lazy("trả chai còn nguyên"),
    Fate.SPILT: gettext_lazy("bị đổ"),
    Fate.LOST_FULL: gettext_lazy("mất, còn thuốc"),
    Fate.LOST_EMPTY: gettext_lazy("mất vỏ, đã uống"),
}
PAPERS: dict[Paper, Promise] = {
    Paper.BOOK: gettext_lazy("Sổ theo dõi cấp nhiều ngày"),
    Paper.CARD: gettext_lazy("Thẻ điều trị"),
    Paper.PRESCRIPTION: gettext_lazy("Đơn thuốc"),
    Paper.ID: gettext_lazy("Giấy tờ tùy thân"),
}


class Commit(Form):
    """That a client signed, and what is known of the place at home."""

    signed_on = Day(label=gettext_lazy("Ngày ký cam kết"))
    storage = forms.BooleanField(label=gettext_lazy("Ở nhà có chỗ cất khóa được, xa trẻ em"), required=False)


class End(Form):
    """Why."""

    why = Text(label=gettext_lazy("Lý do chấm dứt"), max_length=300)


class Bottles(Give):
    """The days, and how the client came for them."""

    days = forms.MultipleChoiceField(
        label=gettext_lazy("Chai cho các ngày"), widget=forms.CheckboxSelectMultiple
    )
    in_person = forms.BooleanField(label=gettext_lazy("Người bệnh tự đến nhận"), required=False)
    container = forms.BooleanField(
        label=gettext_lazy("Có túi hoặc hộp khóa được, không bằng thủy tinh, đựng đủ"), required=False
    )
    papers = forms.MultipleChoiceField(
        label=gettext_lazy("Giấy tờ mang theo"),
        choices=[(paper.value, text) for paper, text in PAPERS.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    field_order = ("days", "in_person", "container", "papers", "said")


class Back(Form):
    """What became of one bottle."""

    serial = forms.ChoiceField(label=gettext_lazy("Chai"))
    fate = forms.ChoiceField(label=gettext_lazy("Ghi là"))
    cause = Text(
        label=gettext_lazy("Vì sao bị đổ, bị mất"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Không ghi tên ai. Biên bản cần người thứ hai ký."),
    )


class Draw(Form):
    """How many."""

    number = forms.IntegerField(label=gettext_lazy("Số người gọi kiểm tra"), min_value=1, max_value=50)


class Came(Form):
    """Which full bottles were shown."""

    shown = forms.MultipleChoiceField(
        label=gettext_lazy("Chai còn nguyên người này đưa ra"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    foreign = Text(
        label=gettext_lazy("Số chai lạ (không cấp cho người này), nếu có"), required=False, max_length=60
    )


@of_client("ost.case_see_takehome")
def care(request: HttpRequest, client: Client) -> HttpResponse:
    """Every criterion as it stands, the commitment, the bottles, the recalls."""
    viewer = viewer_of(request)
    it = takehome.care(viewer, client=client)
    doors = {"commit": "commit_takehome", "end": "end_takehome", "came": "note_recall"}
    able = {name for name, door in doors.items() if may(viewer, f"ost.case_{door}", client)}
    known = head_of(it.who) | {
        "it": it,
        "judged": shown(it.eligibility.decision),
        "criteria": [(each, words(each.about)) for each in it.eligibility.criteria],
        "bottles": [(each, *_bottle_said(each)) for each in it.bottles],
        "may": able,
        "waits": any(each.came_on is None for each in it.recalls),
        "pages": {name: reverse(f"ost-takehome-{name}", args=[client.uid]) for name in doors},
    }
    return render(request, "ost/takehome.html", known)


@of_client("ost.case_commit_takehome", Commit.base_fields)
def commit(request: HttpRequest, client: Client) -> HttpResponse:
    """Record a commitment."""
    return _ask(
        request,
        client,
        Commit(sent(request)),
        (_("Ghi cam kết mang thuốc về"), _("Ghi")),
        lambda given: acts.commit(by=viewer_of(request), client=client, **given),
        {"takehome-days-wrong": "signed_on"},
    )


@of_client("ost.case_end_takehome", End.base_fields)
def end(request: HttpRequest, client: Client) -> HttpResponse:
    """End taking medicine home."""
    return _ask(
        request,
        client,
        End(sent(request)),
        (_("Chấm dứt mang thuốc về"), _("Chấm dứt")),
        lambda given: acts.end_commitment(by=viewer_of(request), client=client, why=given["why"]),
        {"reason-missing": "why"},
    )


@of_client("ost.case_note_recall", Came.base_fields)
def came(request: HttpRequest, client: Client) -> HttpResponse:
    """Record which bottles somebody showed who was called back."""
    viewer = viewer_of(request)
    out = [each for each in takehome.care(viewer, client=client).bottles if each.fate is None]
    choices = [
        (each.bottle.serial, f"{each.bottle.serial} · {day_said(each.bottle.take_on)}") for each in out
    ]
    return _ask(
        request,
        client,
        Came(sent(request), {"shown": choices}),
        (_("Kết quả kiểm tra chai"), _("Ghi")),
        lambda given: acts.came(by=viewer, client=client, shown=[*given["shown"], *given["foreign"].split()]),
        {},
    )


@page(
    "ost.case_give_bottles",
    of=Roster,
    arg="uid",
    load=lists.load,
    post=True,
    fields=frozenset({*Bottles.base_fields, "key"}),
)
def hand_out(request: HttpRequest, row: Roster) -> HttpResponse:
    """Hand bottles out to somebody of the list; the bottles they hold."""
    viewer = viewer_of(request)
    it = takehome.held(viewer, roster=row)
    key = request.POST.get("key", "")
    if request.method == "POST" and not KEY.fullmatch(key):
        raise refuse("same-key")
    offered = {f"{each:%Y-%m-%d}": each for each in it.days}
    form = Bottles(sent(request), {"days": [(code, day_said(each)) for code, each in offered.items()]})
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        with saying(form, {"other-person": "said"}):
            made = acts.give_bottles(
                by=viewer,
                roster=row,
                days=sorted(offered[code] for code in given["days"]),
                collecting=Collecting(
                    given["in_person"], given["container"], frozenset(map(Paper, given["papers"]))
                ),
                said=given["said"],
                key=key,
            )
            return redirect("ost-labels", row.uid, made[0].issue)
    return _bottles_page(request, row, it, form, key)


@page(
    "ost.case_take_back_bottle",
    of=Roster,
    arg="uid",
    load=lists.load,
    post=True,
    fields=frozenset(Back.base_fields),
)
def take_back(request: HttpRequest, row: Roster) -> HttpResponse:
    """Note what became of a bottle."""
    viewer = viewer_of(request)
    it = takehome.held(viewer, roster=row)
    bottles = [
        (each.bottle.serial, f"{day_said(each.bottle.take_on)} · {each.bottle.serial}") for each in it.bottles
    ]
    choices = {
        "serial": [("", _("— chọn —")), *bottles],
        "fate": [("", _("— chọn —")), *((fate.value, text) for fate, text in FATES.items())],
    }
    form = Back(sent(request), choices)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        with saying(form, {"cause-missing": "cause"}, "fate"):
            acts.take_back(
                by=viewer, roster=row, serial=given["serial"], fate=Fate(given["fate"]), cause=given["cause"]
            )
            return redirect("ost-bottle-back", row.uid)
    return _bottles_page(request, row, it, form, "", back=True)


@page("ost.case_print_label", of=Roster, arg="uid", load=lists.load)
def label(request: HttpRequest, row: Roster, issue: str) -> HttpResponse:
    """The labels of one hand-out, to print."""
    lang = "en" if get_language() == "en" else "vi"
    printed = takehome.printed(viewer_of(request), roster=row, issue=issue, lang=lang)
    if not printed:
        raise refuse("no-such-bottle")
    known = {"labels": printed, "back": reverse("ost-bottles", args=[row.uid]), "site": row.facility_id}
    return render(request, "ost/takehome_labels.html", known)


@page("ost.case_see_recalls")
def recall_sites(request: HttpRequest) -> HttpResponse:
    """The one facility where the viewer serves; of several, which."""
    found = homes(viewer_of(request), "ost.case_see_recalls")
    return choose(request, _("Kiểm tra chai mang về"), found, "ost-recalls")


@page("ost.case_see_recalls", of=Facility)
def recalls(request: HttpRequest, facility: Facility) -> HttpResponse:
    """Who was called back lately."""
    return _recalls(request, facility, Draw(None))


@page("ost.case_draw_recall", of=Facility, post=True, fields=frozenset(Draw.base_fields))
def draw(request: HttpRequest, facility: Facility) -> HttpResponse:
    """Draw whom to call back."""
    form = Draw(sent(request))
    if form.is_bound and form.is_valid():
        with saying(form, otherwise="number"):
            acts.draw(by=viewer_of(request), facility=facility, number=form.cleaned_data["number"])
            return redirect("ost-recalls", facility.pk)
    return _recalls(request, facility, form)


def _recalls(request: HttpRequest, facility: Facility, form: Draw) -> HttpResponse:
    viewer = viewer_of(request)
    rows = [
        (each, reverse("ost-takehome", args=[each.client]))
        for each in takehome.recalls(viewer, facility=facility)
    ]
    known = {
        "facility": facility,
        "rows": rows,
        "form": form,
        "draws": bool(may(viewer, "ost.case_draw_recall", facility)),
    }
    wrong = form.is_bound and bool(form.errors)
    return render(request, "ost/takehome_recalls.html", known, status=422 if wrong else 200)


def _bottles_page(
    request: HttpRequest, row: Roster, it: takehome.Held, form: Form, key: str, *, back: bool = False
) -> HttpResponse:
    known = {
        "it": it,
        "row": row,
        "form": form,
        "takes_back": back,
        "key": key or uuid4().hex,
        "bottles": [(each, *_bottle_said(each)) for each in it.bottles],
    }
    wrong = form.is_bound and bool(form.errors)
    return render(request, "ost/takehome_bottles.html", known, status=422 if wrong else 200)


def _bottle_said(said: BottleSaid) -> tuple[str, str]:
    """Amount and fate of a bottle in words."""
    bottle = said.bottle
    amount = f"{number(bottle.mg.normalize())} mg = {quantity_said(bottle.quantity, said.drug)}"
    fate = str(FATES[said.fate]) if said.fate is not None else _("đang giữ")
    return amount, fate


def _ask(
    request: HttpRequest,
    client: Client,
    form: Form,
    titles: tuple[str, str],
    do: Callable[[Mapping[str, Any]], object],
    at: Mapping[str, str],
) -> HttpResponse:
    """A form about a client; once it is filled, do it and go back to what a doctor weighs."""
    if form.is_bound and form.is_valid():
        with saying(form, at):
            do(form.cleaned_data)
            return redirect("ost-takehome", client.uid)
    it = takehome.care(viewer_of(request), client=client)
    known = head_of(it.who) | {
        "title": titles[0],
        "does": titles[1],
        "form": form,
        "back": reverse("ost-takehome", args=[client.uid]),
    }
    wrong = form.is_bound and bool(form.errors)
    return render(request, "ost/takehome_form.html", known, status=422 if wrong else 200)
