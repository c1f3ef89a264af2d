"""Figures that an agency reports by hand: of which place and period, from which paper, on which day."""

from datetime import date
from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy

from phoihop.base.org.explain import words as said
from phoihop.base.org.page import page, viewer_of
from phoihop.base.org.pages.shared import Day, Form, Number, Text, form_page
from phoihop.base.org.queries.agencies import reached
from phoihop.base.org.queries.reaching import granted
from phoihop.base.org.rules.permissions import Viewer
from phoihop.engines.publishing import actions, registering
from phoihop.interfaces.dashboards import words
from phoihop.interfaces.dashboards.queries import reporting
from phoihop.kernel.refusals import Bilingual, Refusal

_FIELDS = {"value-wrong": "numerator", "source-missing": "source", "no-such-figure": "code"}
_ABOVE = Bilingual(
    "Tử số lớn hơn mẫu số, tức là hơn 100 %. Hãy xem lại hai số. Nếu đúng như vậy, hãy đánh dấu ô ở cuối rồi "
    "ghi lại.",
    "The numerator is above the denominator, which is over 100 %. Look at both again. If it is so, tick the "
    "last box and record it once more.",
)
_TWICE = Bilingual(
    "Số này đã ghi đúng như vậy rồi, nên không ghi thêm lần nữa.",
    "This figure was recorded just so already; it is not recorded twice.",
)


class Report(Form):
    """One figure of one place and period."""

    code = forms.ChoiceField(label=gettext_lazy("Số liệu"))
    place = forms.ChoiceField(label=gettext_lazy("Của"))
    period = forms.ChoiceField(label=gettext_lazy("Kỳ"))
    numerator = Number(
        label=gettext_lazy("Số đạt được (tử số nếu là tỷ lệ)"),
        help_text=gettext_lazy("Ghi số đếm, không ghi phần trăm: chương trình tự tính tỷ lệ."),
    )
    denominator = Number(label=gettext_lazy("Mẫu số"), required=False)
    on = Day(label=gettext_lazy("Số tính đến ngày"), help_text=gettext_lazy("Ví dụ 30/6/2026."))
    source = Text(
        label=gettext_lazy("Lấy từ đâu"),
        max_length=300,
        help_text=gettext_lazy("Báo cáo số nào, hệ thống nào, cuộc khảo sát nào."),
    )
    # Asked for only where the numbers give reason to.
    sure = forms.BooleanField(
        label=gettext_lazy("Tôi đã xem lại: tử số lớn hơn mẫu số"), required=False, widget=forms.HiddenInput
    )

    def clean(self) -> None:
        """More reached than there is to reach may be a slip, and may be so: of a quota, or of an estimate."""
        over, under = self.cleaned_data.get("numerator"), self.cleaned_data.get("denominator")
        if over is None or under is None or over <= under:
            return
        self.fields["sure"].widget = forms.CheckboxInput()
        if not self.cleaned_data.get("sure"):
            self.add_error("numerator", said(_ABOVE))


@page("publishing.see_reported", load=partial(reached, code="publishing.see_reported"))
def index(request: HttpRequest, agency: Any) -> HttpResponse:
    """What the agency has reported, figure by figure, what was corrected, and what is still blank."""
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
        told = {
            "code": given["code"],
            "unit": places[given["place"]][1],
            "period": periods[given["period"]],
            "numerator": given["numerator"],
            "denominator": given["denominator"],
            "on": given["on"],
            "source": given["source"],
        }
        try:
            if reporting.stands(viewer, agency=agency, **told):
                form.add_error(None, said(_TWICE))
                return form_page(request, "dashboards/report.html", form, {"agency": agency})
            _past(given["on"], viewer)
            actions.report_value(by=viewer, agency=agency, **told)
            return redirect("reported", pk=agency.pk)
        except Refusal as refusal:
            form.refuse(refusal, _FIELDS.get(refusal.reason))
    return form_page(request, "dashboards/report.html", form, {"agency": agency})


def _past(day: date, viewer: Viewer) -> None:
    if day > viewer.day:
        raise Refusal("day-ahead", "Ngày này chưa đến.", "That day has not come yet.")
