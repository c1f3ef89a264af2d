"""An agency's work."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from phoihop.base.org.models import Agency
from phoihop.base.org.page import NUMBER, page, viewer_of
from phoihop.base.org.pages.shared import number_asked, pages
from phoihop.coordination.plans.queries import agencies
from phoihop.coordination.plans.queries.agencies import Which

SORTS = frozenset(which.value for which in Which)


def _words() -> dict[Which, str]:
    return {
        Which.NOW: _("Cần làm"),
        Which.LATE: _("Quá hạn"),
        Which.SOON: _("Sắp đến hạn"),
        Which.LED: _("Chủ trì"),
        Which.JOINED: _("Phối hợp"),
        Which.STANDING: _("Thường xuyên"),
        Which.GROUP: _("Giao theo nhóm"),
        Which.DONE: _("Đã xong"),
    }


@page("plans.see_agency", of=Agency, params={"xem": SORTS, "page": NUMBER})
def work(request: HttpRequest, agency: Agency) -> HttpResponse:
    """What an agency has to do, did, owes and asked for."""
    which, number = Which(request.GET.get("xem") or Which.NOW), number_asked(request)
    found = agencies.work(viewer_of(request), agency=agency, which=which, page=number)
    known = {
        "it": found,
        "page_title": f"{_('Việc của cơ quan')} · {agency.name}",
        "which": which,
        "sorts": [(each.value, words, found.counts[each], each is which) for each, words in _words().items()],
        "kept": urlencode({"xem": which.value}),
        "pages": pages(number, found.total, agencies.PAGE),
    }
    return render(request, "plans/agency.html", known)
