"""The forms of the stock, and the one page that asks with them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from phoihop.base.org.explain import words
from phoihop.base.org.models import Facility
from phoihop.base.org.pages.shared import Day, Form, Text
from phoihop.engines.ui.formats import day as day_shown
from phoihop.engines.ui.formats import number
from phoihop.kernel.quantities import parse_number
from phoihop.programmes.ost.pages.asking import saying
from phoihop.programmes.ost.queries import holding
from phoihop.programmes.ost.queries.stock import Choice
from phoihop.programmes.ost.rules.amounts import SOLUTION, TABLET_2, TABLET_8, Presentation
from phoihop.programmes.ost.rules.stock import Kind

TYPED = {"autocomplete": "off", "spellcheck": "false"}
NUMBERS = {**TYPED, "inputmode": "decimal"}
SUPPLIED = {f"{each.drug}-{each.strength}": each for each in (SOLUTION, TABLET_2, TABLET_8)}
NONE = ("", "—")


class Quantity(forms.CharField):
    """So many ml or tablets as people write it: 1.000 is a thousand, 2,5 two and a half."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=20, widget=forms.TextInput(NUMBERS), **more)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_number(text)
        except ValueError:
            raise forms.ValidationError(_("Hãy ghi một số, ví dụ 848 hoặc 2,5.")) from None


class Once(Form):
    """A form that is taken once, however often it is sent: ``once`` names this showing of it."""

    once = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, choices: Mapping[str, Any] | None = None, **more: Any) -> None:
        super().__init__(data, choices, initial={"once": uuid4(), **more.pop("initial", {})}, **more)

    @property
    def named(self) -> UUID | None:
        """What names the form that was sent."""
        found: UUID | None = self.cleaned_data.get("once")
        return found


class Receive(Once):
    """What came, from whom, with how many copies of the minutes."""

    medicine = forms.ChoiceField(label=gettext_lazy("Thuốc"))
    batch = Text(label=gettext_lazy("Số lô"), max_length=40, widget=forms.TextInput(TYPED))
    expiry = Day(label=gettext_lazy("Hạn dùng (ngày cuối còn dùng được)"))
    quantity = Quantity(label=gettext_lazy("Số lượng"))
    unit = forms.ChoiceField(
        label=gettext_lazy("Tính theo"),
        choices=[("bottles", gettext_lazy("chai nguyên")), ("units", gettext_lazy("ml hoặc viên"))],
    )
    trader = Text(label=gettext_lazy("Đơn vị giao"), max_length=200, widget=forms.TextInput(TYPED))
    day = Day(label=gettext_lazy("Ngày nhận"), help_text=gettext_lazy("Ví dụ: hôm nay."))
    copies = forms.IntegerField(label=gettext_lazy("Số bản biên bản giao nhận"), min_value=1, max_value=9)
    looked = forms.BooleanField(label=gettext_lazy("Tôi đã xem lại nhãn"), required=False)

    def __init__(self, data: Any, copies: int) -> None:
        offered = [(code, holding.name_of(each.drug, each.strength)) for code, each in SUPPLIED.items()]
        today = f"{timezone.localdate():%d/%m/%Y}"
        super().__init__(data, {"medicine": [NONE, *offered]}, initial={"copies": copies, "day": today})
        if data is None or "looked" not in data:
            # Asked for only where the label gives reason to.
            self.fields["looked"].widget = forms.HiddenInput()

    @property
    def presentation(self) -> Presentation:
        """The medicine that was chosen."""
        return SUPPLIED[self.cleaned_data["medicine"]]


class Move(Once):
    """Which lot, from where, and how much."""

    what = forms.ChoiceField(label=gettext_lazy("Lô, nơi đang để"))
    quantity = Quantity(label=gettext_lazy("Số lượng (ml hoặc viên)"))

    def __init__(self, data: Any, offered: Iterable[Choice], **more: Any) -> None:
        self.offered = {each.code: each for each in offered}
        shown = [(code, shown_choice(each)) for code, each in self.offered.items()]
        super().__init__(data, {"what": [NONE, *shown], **more})

    @property
    def chosen(self) -> Choice:
        """The lot at its place."""
        return self.offered[self.cleaned_data["what"]]


class Send(Move):
    """The same, and where to."""

    to = forms.ChoiceField(label=gettext_lazy("Giao tới"))

    def __init__(self, data: Any, offered: Iterable[Choice], sites: Iterable[Facility]) -> None:
        self.sites = {str(each.pk): each for each in sites}
        super().__init__(data, offered, to=[NONE, *((pk, each.name) for pk, each in self.sites.items())])

    @property
    def target(self) -> Facility:
        """The site that was chosen."""
        return self.sites[self.cleaned_data["to"]]


class WriteOff(Move):
    """The same, and why."""

    cause = Text(
        label=gettext_lazy("Nguyên nhân"),
        max_length=500,
        help_text=gettext_lazy("Không ghi tên người bệnh."),
        widget=forms.TextInput(TYPED),
    )


class GiveBack(WriteOff):
    """The same, and to whom."""

    trader = Text(label=gettext_lazy("Đơn vị nhận lại"), max_length=200, widget=forms.TextInput(TYPED))


class Confirm(Form):
    """What was counted on arrival."""

    counted = Quantity(label=gettext_lazy("Số lượng đếm được"))
    cause = Text(
        label=gettext_lazy("Nguyên nhân, nếu khác số đã giao"),
        max_length=500,
        required=False,
        widget=forms.TextInput(TYPED),
    )


class Cause(Form):
    """Why the count differs."""

    cause = Text(
        label=gettext_lazy("Nguyên nhân"),
        max_length=500,
        help_text=gettext_lazy("Không ghi tên người bệnh. Chưa rõ thì ghi là chưa rõ."),
        widget=forms.TextInput(TYPED),
    )


def shown_choice(each: Choice) -> str:
    """A lot at a place in a list of choices."""
    told = {
        "place": words(holding.PLACES[each.kind]),
        "name": holding.name_of(each.lot.drug, each.lot.strength),
        "batch": each.lot.batch,
        "expiry": day_shown(each.lot.expiry),
    }
    if each.quantity is None:
        return _("%(place)s: %(name)s, lô %(batch)s, hạn %(expiry)s") % told
    told |= {"quantity": plain(each.quantity), "unit": words(holding.unit_of(each.lot.drug))}
    return _("%(place)s: %(name)s, lô %(batch)s, hạn %(expiry)s, còn %(quantity)s %(unit)s") % told


def plain(quantity: Decimal) -> str:
    """848.00 as 848, 2.50 as 2,5."""
    return number(f"{quantity.normalize():f}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A page with a form: its title, what the button says, where one goes back, what stands above."""

    title: str
    does: str
    facility: Facility
    back: str
    notes: tuple[str, ...] = ()
    warns: tuple[str, ...] = ()


def ask(
    request: HttpRequest,
    form: Form,
    asked: Asked,
    do: Callable[[Form], str],
    at: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Show a form; once it is filled, do it and go to the address that comes back. ``at``: the field of each
    refusal."""
    if form.is_bound and form.is_valid():
        address = ""
        with saying(form, at) as refused:
            address = do(form)
        if address:
            return HttpResponseRedirect(address)
        if "look-again" in refused:
            form.fields["looked"].widget = forms.CheckboxInput()
    wrong = form.is_bound and bool(form.errors)
    return render(
        request, "ost/stock_form.html", {"form": form, "asked": asked}, status=422 if wrong else 200
    )


def sent(request: HttpRequest) -> Any:
    """What a form gets: the data sent, or nothing."""
    return request.POST if request.method == "POST" else None


def kind_said(text: str) -> Kind | None:
    """The place that an address names."""
    return {"kho": Kind.STORE, "tu": Kind.DAILY, "diem": Kind.POINT}.get(text)


WORDS_OF = {Kind.STORE: "kho", Kind.DAILY: "tu", Kind.POINT: "diem"}
