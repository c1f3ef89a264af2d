"""The pages of whoever heads a facility: today, and visits of supervision."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from phoihop.base.org.doors import may
from phoihop.base.org.explain import words
from phoihop.base.org.models import Facility
from phoihop.base.org.page import page, said, viewer_of
from phoihop.engines.forms.paper import Printed, Sheet, written
from phoihop.engines.ui.formats import day as day_shown
from phoihop.kernel.dates import typed_day
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.actions import supervising
from phoihop.programmes.ost.models import Visit
from phoihop.programmes.ost.pages.choosing import choose
from phoihop.programmes.ost.pages.stock_papers import download, printed
from phoihop.programmes.ost.queries import head, stock
from phoihop.programmes.ost.queries.head import Held
from phoihop.programmes.ost.rules import supervision
from phoihop.programmes.ost.rules.supervision import Answer, Given, Question

ANSWERS = {
    Answer.YES: gettext_lazy("Đạt"),
    Answer.NO: gettext_lazy("Chưa đạt"),
    Answer.NOT_HERE: gettext_lazy("Không áp dụng"),
}
AREAS = {
    "rooms": gettext_lazy("Phòng"),
    "store": gettext_lazy("Kho, sổ"),
    "papers": gettext_lazy("Hồ sơ, giấy tờ"),
    "orders": gettext_lazy("Y lệnh"),
    "dosing": gettext_lazy("Cấp phát"),
    "clients": gettext_lazy("Người bệnh"),
    "take-home": gettext_lazy("Thuốc mang về"),
}
_CODES = [each.code for each in supervision.questions()]
FIELDS = frozenset(
    {"day", "visitors", *(f"{part}_{code}" for code in _CODES for part in ("answer", "action", "due"))}
)
_LONGEST = 500


@page(head.SEE)
def start(request: HttpRequest) -> HttpResponse:
    """The facilities one heads; with one of them, that one."""
    found = stock.sites_of(viewer_of(request), head.SEE)
    return choose(request, _("Cơ sở của tôi"), found, "ost-head-site")


@page(head.SEE, of=Facility)
def site(request: HttpRequest, facility: Facility) -> HttpResponse:
    """A facility and its points today."""
    viewer = viewer_of(request)
    known = {
        "it": head.overview(viewer, facility=facility),
        "day": viewer.day,
        "store": may(viewer, stock.SEE, facility),
        "supervises": may(viewer, "ost.supervise", facility),
        "takes_over": may(viewer, "ost.case_take_over_send", facility),
    }
    return render(request, "ost/head_site.html", known)


@dataclass(frozen=True, slots=True)
class Line:
    """A question as the form shows it: what was chosen and typed, and what is wrong with it."""

    question: Question
    answer: str
    action: str
    due: str
    fault: str

    @property
    def area(self) -> str:
        """The part of the visit that it belongs to, in words."""
        return str(AREAS[self.question.area])


@page("ost.supervise", of=Facility, post=True, fields=FIELDS)
def visit_new(request: HttpRequest, facility: Facility, site: int) -> HttpResponse:
    """Answer the checklist at the facility or one of its points."""
    visited = next((each for each in head.sites_of(facility) if each.pk == site), None)
    if visited is None:
        raise Http404
    by = viewer_of(request)

    def keep(day: date, visitors: str, given: Mapping[str, Given]) -> str:
        row = supervising.supervise(
            by=by, facility=facility, site=visited, day=day, visitors=visitors, given=given
        )
        return reverse("ost-head-visit", args=[row.uid])

    return checklist(request, visited, reverse("ost-head-site", args=[facility.pk]), keep)


def checklist(
    request: HttpRequest,
    visited: Facility,
    back: str,
    keep: Callable[[date, str, Mapping[str, Given]], str],
) -> HttpResponse:
    """The form of a visit; ``keep`` writes it down and says where to go."""
    today = timezone.localdate()
    place = head.place_of(visited)
    sent = request.POST if request.method == "POST" else None
    day, day_fault = _day(sent.get("day", "") if sent is not None else "", today)
    asked = supervision.checklist(place, day or today)
    if sent is not None and day is None and not day_fault:
        day_fault = _("Hãy ghi ngày giám sát.")
    faults = {"day": day_fault} if day_fault else {}
    given: dict[str, Given] = {}
    lines = []
    for question in asked:
        line, answered = _line(question, sent, today)
        lines.append(line)
        if answered is not None:
            given[question.code] = answered
    if sent is not None and not faults and not any(line.fault for line in lines):
        try:
            assert day is not None
            return HttpResponseRedirect(keep(day, sent.get("visitors", "")[:_LONGEST], given))
        except Refusal as refusal:
            if refusal.reason == "not-found":
                raise
            faults["visitors" if refusal.reason == "visitors-missing" else "all"] = said(refusal)
    wrong = bool(faults) or any(line.fault for line in lines)
    known = {
        "facility": visited,
        "back": back,
        "lines": lines,
        "answers": [(answer.value, words_) for answer, words_ in ANSWERS.items()],
        "day": sent.get("day", "") if sent is not None else f"{today:%d/%m/%Y}",
        "visitors": sent.get("visitors", "")[:_LONGEST] if sent is not None else "",
        "faults": faults,
        "wrong": wrong,
    }
    return render(request, "ost/head_checklist.html", known, status=422 if wrong else 200)


def _day(text: str, today: date) -> tuple[date | None, str]:
    if not text.strip():
        return None, ""
    try:
        return typed_day(text, today), ""
    except Refusal as refusal:
        return None, said(refusal)


def _line(question: Question, sent: object, today: date) -> tuple[Line, Given | None]:
    if not isinstance(sent, Mapping):
        return Line(question, "", "", "", ""), None
    answer, action, due = (
        str(sent.get(f"{part}_{question.code}", ""))[:_LONGEST] for part in ("answer", "action", "due")
    )
    if answer not in {each.value for each in Answer}:
        return Line(question, "", action, due, _("Hãy chọn một câu trả lời.")), None
    day, fault = _day(due, today)
    if answer == Answer.NO.value and (not action.strip() or day is None):
        fault = fault or _("Mục chưa đạt phải ghi việc cần làm và thời hạn.")
    kept = answer == Answer.NO.value
    given = Given(Answer(answer), action if kept else "", day if kept else None)
    return Line(question, answer, action, due, fault), given


@page("ost.see_visit", of=Visit, arg="uid", load=head.visit_of)
def visit(request: HttpRequest, row: Visit) -> HttpResponse:
    """What a visit found."""
    facility = _mine(request, row)
    it = head.visit(viewer_of(request), facility=facility, row=row)
    known = shown(it) | {
        "back": reverse("ost-head-site", args=[facility.pk]),
        "paper": reverse("ost-head-visit-paper", args=[row.uid]),
    }
    return render(request, "ost/head_visit.html", known)


def _mine(request: HttpRequest, row: Visit) -> Facility:
    viewer = viewer_of(request)
    return next(each for each in head.heads(row) if may(viewer, "ost.see_visit", each))


def shown(it: Held) -> dict[str, object]:
    """What the page of a visit shows."""
    share, law = it.outcome.share, it.outcome.law
    return {
        "it": it,
        "share": round(share * 100) if share is not None else None,
        "law": round(law * 100) if law is not None else None,
        "rows": [(each, ANSWERS[each.given.answer], str(AREAS[each.question.area])) for each in it.asked],
    }


def sheet_of(it: Held) -> Sheet:
    """A visit on paper."""
    visit = it.visit
    share = it.outcome.share
    about = (
        Printed(_("Nơi giám sát"), "", visit.facility.name),
        Printed(_("Ngày"), "", day_shown(visit.day)),
        Printed(_("Người tham gia"), "", visit.visitors),
        Printed(_("Tỷ lệ đạt"), "", f"{round(share * 100)} %" if share is not None else "—"),
    )
    rows = tuple(
        (
            words(each.question.asks),
            str(ANSWERS[each.given.answer]),
            each.given.action,
            day_shown(each.given.due) if each.given.due else "",
        )
        for each in it.asked
    )
    heads = (_("Nội dung"), _("Kết quả"), _("Việc cần làm"), _("Thời hạn"))
    return Sheet(
        _("Biên bản giám sát chất lượng"),
        "",
        "",
        (("", about),),
        _("Bảng kiểm"),
        heads,
        rows,
        _("Lập bởi %(who)s") % {"who": visit.by.person.name},
    )


@page("ost.see_visit", of=Visit, arg="uid", load=head.visit_of)
def visit_paper(request: HttpRequest, row: Visit) -> HttpResponse:
    """A visit to be printed."""
    it = head.visit(viewer_of(request), facility=_mine(request, row), row=row)
    word, back = reverse("ost-head-visit-word", args=[row.uid]), reverse("ost-head-visit", args=[row.uid])
    return printed(request, sheet_of(it), word=word, back=back)


@page("ost.see_visit", of=Visit, arg="uid", load=head.visit_of)
def visit_word(request: HttpRequest, row: Visit) -> HttpResponse:
    """A visit as a Word document."""
    it = head.visit(viewer_of(request), facility=_mine(request, row), row=row)
    return download(written(sheet_of(it)), row.day, f"GS{row.pk}", "docx")
