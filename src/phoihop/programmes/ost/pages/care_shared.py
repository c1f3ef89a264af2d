"""What the pages of treatment do alike: loading a file, asking with a form, words for codes."""

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from phoihop.base.org.explain import words
from phoihop.base.org.page import View, page
from phoihop.base.org.pages.shared import Form
from phoihop.base.org.rules.permissions import Viewer
from phoihop.engines.ui import formats
from phoihop.kernel.quantities import parse_number
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.models.shared import OST
from phoihop.programmes.ost.pages.asking import saying
from phoihop.programmes.ost.queries.care import Who
from phoihop.programmes.ost.rules.amounts import Drug
from phoihop.programmes.ost.rules.orders import Order, Rhythm
from phoihop.programmes.ost.rules.parameters import Decision, Reason, names
from phoihop.programmes.ost.rules.phases import Phase
from phoihop.registry.models import Client
from phoihop.registry.pages.shared import uid_of
from phoihop.registry.queries import files
from phoihop.registry.rules.identity import SEXES

DRUGS = {Drug.METHADONE: "methadone", Drug.BUPRENORPHINE: "buprenorphine"}
PHASES: dict[Phase, Promise] = {
    Phase.INDUCTION: gettext_lazy("Khởi liều"),
    Phase.ADJUSTMENT: gettext_lazy("Dò liều"),
    Phase.MAINTENANCE: gettext_lazy("Duy trì"),
    Phase.TAPERING: gettext_lazy("Giảm liều"),
    Phase.ENDED: gettext_lazy("Đã kết thúc"),
}
WEEKDAYS = (
    (1, gettext_lazy("Thứ hai")),
    (2, gettext_lazy("Thứ ba")),
    (3, gettext_lazy("Thứ tư")),
    (4, gettext_lazy("Thứ năm")),
    (5, gettext_lazy("Thứ sáu")),
    (6, gettext_lazy("Thứ bảy")),
    (7, gettext_lazy("Chủ nhật")),
)


def load_client(viewer: Viewer, text: str) -> Client | None:
    """A file of this programme within reach."""
    return files.find(viewer, OST, uid_of(text))


def of_client(code: str, fields: Collection[str] = ()) -> Callable[[View], View]:
    """A page about one client; with fields, one with a form."""
    return page(code, of=Client, arg="uid", load=load_client, post=bool(fields), fields=frozenset(fields))


def to_care(client: Client) -> HttpResponse:
    """Back to the treatment."""
    return redirect(reverse("ost-care", args=[client.uid]))


def sent(request: HttpRequest) -> Any:
    """What a form gets: the data sent, or nothing."""
    return request.POST if request.method == "POST" else None


def head_of(who: Who) -> dict[str, Any]:
    """What stands above every page about a client."""
    return {
        "head": who.head,
        "born": "/".join(reversed(who.born.split("-"))) if who.born else "",
        "sex": words(SEXES[who.sex]),
        "care": reverse("ost-care", args=[who.head.uid]),
        "start": reverse("ost-worklist"),
    }


def rhythm_of(rhythm: Rhythm) -> str:
    """On which days, in words."""
    if rhythm.weekdays:
        return ", ".join(str(name) for number, name in WEEKDAYS if number in rhythm.weekdays)
    if rhythm.every == 1:
        return _("hằng ngày")
    if rhythm.every == 2:
        return _("cách ngày")
    return _("mỗi %(days)s ngày") % {"days": rhythm.every}


def dose_of(order: Order) -> str:
    """Medicine and amount."""
    return f"{DRUGS[order.drug]} {formats.quantity(order.mg.normalize(), 'mg')}"


@dataclass(frozen=True, slots=True)
class Told:
    """A reason of a decision as a page shows it: ``code`` for its tick, where its value comes from, and
    whether somebody compared that with its paper."""

    code: str
    said: str
    source: str


def told(reasons: Collection[Reason]) -> list[Told]:
    """Reasons with their sources."""
    return [
        Told(each.code, words(each.message), each.rule.source if each.rule is not None else "")
        for each in reasons
    ]


@dataclass(frozen=True, slots=True)
class Judged:
    """A decision as a page shows it. ``would``: what values nobody signed would say; ``unchecked``: what
    rules lack, in words."""

    refusals: list[Told]
    warnings: list[Told]
    would: list[Told]
    unchecked: list[str]


def shown(decision: Decision) -> Judged:
    """A decision for a template."""
    lacking = dict.fromkeys(row.rule_id for row in decision.unchecked)
    return Judged(
        told(decision.refusals),
        told(decision.warnings),
        told(decision.would),
        [words(names()[each]) for each in lacking if each in names()],
    )


class Amount(forms.CharField):
    """A number as people type it, "62,5" or "62.5"."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=20, **more)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return Decimal(parse_number(text))
        except (Refusal, ValueError):
            raise forms.ValidationError(_("Hãy ghi một số, ví dụ 62,5.")) from None


class Several(forms.MultipleChoiceField):
    """Some of what a page offers; what it does not know is left to the action."""

    widget = forms.CheckboxSelectMultiple

    def valid_value(self, value: Any) -> bool:
        return len(str(value)) < 64


class Weighed(Form):
    """A form whose warnings are ticked one by one, with one reason for all.

    ``looked``: what was filled in when the rules' words were last shown, so that nobody signs unseen what
    values nobody compared would say.
    """

    looked = forms.CharField(required=False, max_length=64)
    seen = Several(required=False)
    why = forms.CharField(
        label=gettext_lazy("Lý do của bác sĩ"),
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
    )


WEIGHED = frozenset(Weighed.base_fields)


@dataclass(frozen=True, slots=True)
class Asks:
    """A page with a form about a client: title, button, what stands above the form, and the way on."""

    title: str
    does: str
    notes: tuple[str, ...] = ()
    warns: tuple[str, ...] = ()
    panel: tuple[tuple[str, str], ...] = ()
    danger: bool = False


def _digest(given: Mapping[str, Any]) -> str:
    """What was filled in, for comparing."""
    said = [f"{name}={given[name]}" for name in sorted(given) if name not in WEIGHED]
    return hashlib.sha256("&".join(said).encode()).hexdigest()


def ask(
    request: HttpRequest,
    who: Who,
    form: Form,
    asks: Asks,
    do: Callable[[Mapping[str, Any]], object],
    *,
    client: Client,
    at: Mapping[str, str] | None = None,
    judge: Callable[[Mapping[str, Any]], Decision | None] = lambda given: None,
) -> HttpResponse:
    """Show a form about a client; once it is filled, do it and go back to the treatment.

    ``at``: the field of each refusal. ``judge``: what rules say of what was filled in, told where it was
    refused, and once before anything is done where values nobody compared have something to say.
    """
    decision: Decision | None = None
    looked, looks = "", False
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        if isinstance(form, Weighed):
            decision, looked = judge(given), _digest(given)
            looks = decision is not None and bool(decision.would) and not decision.refusals
            looks = looks and given["looked"] != looked
        if not looks:
            with saying(form, at) as refused:
                do(given)
            if not refused:
                return to_care(client)
            decision = decision or judge(given)
    known = head_of(who) | {
        "form": form,
        "asks": asks,
        "judged": shown(decision) if decision is not None else None,
        "looked": looked,
        "looks": looks,
        "ticked": set(request.POST.getlist("seen")),
        "weighs": isinstance(form, Weighed),
    }
    wrong = form.is_bound and bool(form.errors)
    return render(request, "ost/care_form.html", known, status=422 if wrong else 200)
