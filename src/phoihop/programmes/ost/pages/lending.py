"""Who takes doses elsewhere, who is a guest, and lending a client's days or calling them back."""

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from phoihop.base.org.doors import may
from phoihop.base.org.models import Facility
from phoihop.base.org.page import page, viewer_of
from phoihop.base.org.pages.shared import Day, Form
from phoihop.programmes.ost.actions import lending as acts
from phoihop.programmes.ost.pages.asking import saying
from phoihop.programmes.ost.pages.care_shared import head_of, of_client, sent
from phoihop.programmes.ost.pages.choosing import choose, homes
from phoihop.programmes.ost.queries import lending
from phoihop.registry.models import Client

_AT = {"same-site": "to", "not-offered": "to", "lend-not-own-point": "to", "lend-days": "first"}
_AT |= {"lend-needs-end": "last", "lend-used": "first"}


class Lend(Form):
    """Where to, and on which days."""

    to = forms.ChoiceField(label=gettext_lazy("Nơi uống thuốc"))
    first = Day(label=gettext_lazy("Từ ngày"), help_text=gettext_lazy("Ví dụ: ngày mai."))
    last = Day(
        label=gettext_lazy("Đến hết ngày"),
        required=False,
        help_text=gettext_lazy(
            "Điểm của cơ sở: có thể để trống, đến khi gọi về. Cơ sở khác: phải có ngày cuối."
        ),
    )


class CallBack(Form):
    """From when."""

    first = Day(label=gettext_lazy("Uống lại tại cơ sở từ ngày"))


@page("ost.case_see_lent")
def start(request: HttpRequest) -> HttpResponse:
    """The one facility where the viewer serves; of several, which."""
    found = homes(viewer_of(request), "ost.case_see_lent")
    return choose(request, _("Uống ở nơi khác"), found, "ost-lending")


@page("ost.case_see_lent", of=Facility)
def board(request: HttpRequest, facility: Facility) -> HttpResponse:
    """Who of a facility is elsewhere, and who is a guest."""
    viewer = viewer_of(request)
    it = lending.board(viewer, facility=facility)
    lends = bool(may(viewer, "ost.case_lend", facility))
    out = [
        (line, reverse("ost-lend", args=[line.client]) if lends and line.client is not None else "")
        for line in it.out
    ]
    known = {"facility": facility, "out": out, "guests": it.guests, "today": viewer.day}
    return render(request, "ost/lending.html", known)


@of_client("ost.case_lend", Lend.base_fields)
def lend(request: HttpRequest, client: Client) -> HttpResponse:
    """Where a client's days are, what was given there, and lending more of them."""
    by = viewer_of(request)
    offered = {str(each.pk): each for each in lending.places(client)}
    own = [(pk, each.name) for pk, each in offered.items() if each.parent_id is not None]
    others = [(pk, each.name) for pk, each in offered.items() if each.parent_id is None]
    choices: list[Any] = [("", _("— chọn —"))]
    choices += [(_("Điểm của cơ sở"), own)] if own else []
    choices += [(_("Cơ sở khác, uống nhờ"), others)] if others else []
    form = Lend(sent(request), {"to": choices})
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        with saying(form, _AT):
            acts.lend(by=by, client=client, to=offered[given["to"]], first=given["first"], last=given["last"])
            return redirect("ost-lend", client.uid)
    return _shown(request, client, form, CallBack(None))


@of_client("ost.case_call_back", CallBack.base_fields)
def call_back(request: HttpRequest, client: Client) -> HttpResponse:
    """Call a client's days back."""
    form = CallBack(sent(request))
    if form.is_bound and form.is_valid():
        first: date = form.cleaned_data["first"]
        with saying(form, otherwise="first"):
            acts.call_back(by=viewer_of(request), client=client, first=first)
            return redirect("ost-lend", client.uid)
    return _shown(request, client, None, form)


def _shown(request: HttpRequest, client: Client, form: Lend | None, back: CallBack) -> HttpResponse:
    """The page with one form or the other; 422 where something in it is wrong."""
    it = lending.lent(viewer_of(request), client=client)
    asks = form if form is not None else back
    known = head_of(it.who) | {
        "it": it,
        "form": asks,
        "calls_back": form is None,
        "back_address": reverse("ost-call-back", args=[client.uid]),
        "lend_address": reverse("ost-lend", args=[client.uid]),
        "board": reverse("ost-lending", args=[client.facility_id]),
    }
    wrong = asks.is_bound and bool(asks.errors)
    return render(request, "ost/lending_client.html", known, status=422 if wrong else 200)
