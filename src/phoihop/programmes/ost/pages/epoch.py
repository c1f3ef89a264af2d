"""After the database was put back in a way that the server does not see: where the centre stands, and saying
so by hand."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from phoihop.base.org.doors import may
from phoihop.base.org.models import Facility
from phoihop.base.org.page import page, viewer_of
from phoihop.programmes.ost.actions import devices as doing
from phoihop.programmes.ost.queries import devices as seeing
from phoihop.programmes.ost.rules.permits import LONGEST

_EXCUSE = "ost.set_up_device_excused"


@page("ost.see_epoch", of=Facility)
def recovery(request: HttpRequest, facility: Facility) -> HttpResponse:
    """Where the centre stands, which devices it waits for, and until when."""
    return _recovery(request, facility, "")


def _recovery(request: HttpRequest, facility: Facility, fault: str) -> HttpResponse:
    viewer = viewer_of(request)
    proved = replace(viewer, stepped_up=True)
    it = seeing.recovery(viewer, facility=facility)
    known = {
        "facility": facility,
        "it": it,
        "missing": [(row, bool(may(proved, _EXCUSE, row))) for row in it.missing],
        "begins": bool(may(proved, "ost.set_up_new_epoch", facility)),
        "days": LONGEST,
        "fault": fault,
    }
    return render(request, "ost/epoch.html", known, status=422 if fault else 200)


@page("ost.set_up_new_epoch", of=Facility, only_post=True, fields=frozenset({"sure"}))
def begin(request: HttpRequest, facility: Facility) -> HttpResponse:
    """Say that the database was put back."""
    if request.POST.get("sure") != "on":
        return _recovery(
            request, facility, _("Hãy đánh dấu rằng anh/chị đã đọc và dữ liệu thật sự đã được đặt lại.")
        )
    doing.begin_epoch(by=viewer_of(request), facility=facility)
    return redirect("ost-epoch", facility.pk)
