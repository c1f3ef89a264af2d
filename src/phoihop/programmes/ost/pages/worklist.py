"""What waits for the doctors of a facility today, each line leading to the client's treatment."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from phoihop.base.org.explain import words
from phoihop.base.org.page import page, viewer_of
from phoihop.programmes.ost import menu
from phoihop.programmes.ost.pages.care_shared import PHASES, dose_of
from phoihop.programmes.ost.queries import worklist
from phoihop.programmes.ost.queries.worklist import Somebody
from phoihop.programmes.ost.rules.incidents import MEANINGS, Kind


def _line(each: Somebody) -> dict[str, Any]:
    return {
        "who": each,
        "address": reverse("ost-care", args=[each.uid]),
        "dose": dose_of(each.order) if each.order is not None else "",
        "phase": PHASES[each.order.phase] if each.order is not None else "",
    }


@page("ost.case_see_worklist")
def work(request: HttpRequest) -> HttpResponse:
    """Incidents, the locked, the missing, ending orders, tests, applications; then everybody in treatment."""
    it = worklist.worklist(viewer_of(request))
    parts = [
        ("locked", _("Đang khóa, chờ y lệnh mới"), it.locked),
        ("missing", _("Bỏ liều, chưa khóa"), it.missing),
        ("expiring", _("Y lệnh sắp hết hoặc không còn"), it.expiring),
        ("testing", _("Đến hạn xét nghiệm"), it.testing),
    ]
    known = {
        "parts": [(code, title, [_line(each) for each in some]) for code, title, some in parts],
        "incidents": [
            (each, words(MEANINGS[Kind(each.kind)].says), reverse("ost-incident", args=[each.pk]))
            for each in it.incidents
        ],
        "applicants": [(each, reverse("ost-care", args=[each.uid])) for each in it.applicants],
        "everybody": [_line(each) for each in it.everybody],
        "untested": it.untested,
        "today": viewer_of(request).day,
        "beside": [(address, words(said)) for address, said in menu.by_worklist(viewer_of(request))],
    }
    return render(request, "ost/worklist.html", known)
