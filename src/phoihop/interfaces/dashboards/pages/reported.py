"""Figures that an agency reports by hand: of which place and period, from which paper, on which day."""

from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy

from phoihop.base.org.explain import words as said
from phoihop.base.org.page import page, viewer_of
from phoihop.base.org.pages.shared import Day, Form, Text, form_page
from phoihop.base.org.queries.agencies import reached
from phoihop.base.org.queries.reaching import granted
from phoihop.base.org.rules.permissions import Viewer
from phoihop.engines.publishing import actions, registering
from phoihop.interfaces.dashboards import words
from phoihop.interfaces.dashboards.queries import reporting
from phoihop.kernel.quantities import parse_number
from phoihop.kernel.refusals import Refusal
from phoihop.kernel.text import nfc

_FIELDS = {"value-wrong": "numerator", "source-missing": "source", "no-such-figure": "code"}


class Amount(forms.CharField):
    """A number as Vietnamese writes it: 1.209 and 92,5."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=30, **more)

    def clean(self, value: Any) -> Decimal | None:
        text = nfc(super().clean(value)).strip()
        if not text:
            return None
        try:
            return parse_number(text)
        except ValueError:
            fault = gettext_lazy("Hãy ghi một con số, ví dụ 1.209 hoặc 92,5.")
            raise forms.ValidationError(fault) from None


class Report(Form):
    """One figure of one place and period."""

    code = forms.ChoiceField(label=gettext_lazy("Số liệu"))
    place = forms.ChoiceField(label=gettext_lazy("Của"))
    period = forms.ChoiceField(label=gettext_lazy("Kỳ"))
    numerator = Amount(
        label=gettext_lazy("Số đạt được (tử số nếu là tỷ lệ)"),
        help_text=gettext_lazy("Ghi số đếm, không ghi phần trăm: chương trình tự tính tỷ lệ."),
    )
    denominator = Amount(label=gettext_lazy("Mẫu số"), required=False)
    on = Day(label=gettext_lazy("Số tính đến ngày"), help_text=gettext_lazy("Ví dụ 30/6/2026."))
    source = Text(
        label=gettext_lazy("Lấy từ đâu"),
        max_length=300,
        help_text=gettext_lazy("Báo cáo số nào, hệ thống nào, cuộc khảo sát nào."),
    )


@page("publishing.see_reported", load=partial(reached, code="publishing.see_reported"))
def index(request: HttpRequest, agency: Any) -> HttpResponse:
    """What the agency has reported, figure by figure, and what is still blank."""
    viewer = viewer_of(request)
    known = {
        "agency": agency,
        "rows": reporting.reported(viewer, agency=agency),
        "reports": granted(viewer, "publishing.report_value"),
    }
    return render(request, "dashboards/reported.html", known)


@page(
    "publishing.report_value",
    load=partial(reached, code="publishing.report_value"),
    post=True,
    fields=frozenset(Report.base_fields),
)
def report(request: HttpRequest, agency: Any) -> HttpResponse:
    """Write one figure down."""
    viewer = viewer_of(request)
    places, periods = reporting.places(agency, viewer.day), reporting.periods(viewer.day)
    codes = sorted(registering.REPORTED.values(), key=lambda each: said(each.name))
    form = Report(
        request.POST or None,
        choices={
            "code": [(each.code, said(each.name)) for each in codes],
            "place": [(key, name) for key, (name, _) in places.items()],
            "period": [
                (said(words.SPANS[span]), [(key, label) for key, label in some])
                for span, some in reporting.offered(periods)
            ],
        },
        initial={"place": next(iter(places), "")},
    )
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.report_value(
                by=viewer,
                agency=agency,
                code=given["code"],
                unit=places[given["place"]][1],
                period=periods[given["period"]],
                numerator=given["numerator"],
                denominator=given["denominator"],
                on=_past(given["on"], viewer),
                source=given["source"],
            )
            return redirect("reported", pk=agency.pk)
        except Refusal as refusal:
            form.refuse(refusal, _FIELDS.get(refusal.reason))
    return form_page(request, "dashboards/report.html", form, {"agency": agency})


def _past(day: date, viewer: Viewer) -> date:
    if day > viewer.day:
        raise Refusal("day-ahead", "Ngày này chưa đến.", "That day has not come yet.")
    return day
