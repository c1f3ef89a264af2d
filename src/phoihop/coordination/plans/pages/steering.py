"""Steering committees: who is on them and was, their meetings, and what these concluded."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from phoihop.base.org.doors import may
from phoihop.base.org.explain import words
from phoihop.base.org.models import Agency
from phoihop.base.org.page import NUMBER, page, viewer_of
from phoihop.base.org.pages.shared import Day, Form, Text, form_page, number_asked, pages
from phoihop.base.org.queries import agencies
from phoihop.base.org.queries.units import stood
from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.plans.actions import steering as acts
from phoihop.coordination.plans.actions.steering import Seat
from phoihop.coordination.plans.models import Committee, Meeting
from phoihop.coordination.plans.pages.shared import by_uid
from phoihop.coordination.plans.queries import obstacles, steering
from phoihop.coordination.plans.queries.acting import Hands
from phoihop.kernel.refusals import Refusal
from phoihop.kernel.text import plain

SET_UP = "plans.set_up_committee"
_FOUND = 20  # agencies that a search offers


def _may(code: str) -> Callable[[Viewer, Any], bool]:
    return lambda viewer, thing: bool(may(viewer, code, thing))


@page("plans.see_committees", params={"page": NUMBER})
def index(request: HttpRequest) -> HttpResponse:
    """Every committee."""
    viewer, number = viewer_of(request), number_asked(request)
    listed = steering.committees(viewer, page=number)
    known = {
        "rows": listed.rows,
        "pages": pages(number, listed.total, steering.PAGE),
        "sets_up": bool(Hands(viewer).own(SET_UP)),
    }
    return render(request, "plans/committees.html", known)


@page("plans.see_committees", of=Committee, arg="uid", load=by_uid(Committee), params={"page": NUMBER})
def one(request: HttpRequest, committee: Committee) -> HttpResponse:
    """One committee: today's members beside those before, its meetings, what waits before it."""
    number = number_asked(request)
    it = steering.committee(viewer_of(request), committee=committee, page=number)
    known = {"it": it, "pages": pages(number, it.held, steering.PAGE)}
    return render(request, "plans/committee.html", known)


class NewCommittee(Form):
    """A committee of the unit of one's own agency, which stands for it."""

    agency = forms.ChoiceField(label=gettext_lazy("Cơ quan thường trực"))
    name = Text(label=gettext_lazy("Tên ban chỉ đạo"), max_length=200)
    since = Day(label=gettext_lazy("Từ ngày"), help_text=gettext_lazy("Ví dụ 01/7/2026, hoặc: hôm nay."))
    basis = Text(
        label=gettext_lazy("Theo văn bản"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Số và ngày của quyết định."),
    )


@page(SET_UP, post=True, fields=frozenset(NewCommittee.base_fields))
def new(request: HttpRequest) -> HttpResponse:
    """Set up a committee."""
    viewer = viewer_of(request)
    own = Hands(viewer).own(SET_UP)
    form = NewCommittee(
        request.POST if request.method == "POST" else None,
        {"agency": [(str(each.pk), each.name) for each in own]},
    )
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        agency = next(each for each in own if str(each.pk) == given.pop("agency"))
        try:
            made = acts.set_up(by=viewer, agency=agency, unit=agency.unit, **given)
        except Refusal as refusal:
            _refuse(form, refusal)
        else:
            return redirect("committee", uid=made.uid)
    return form_page(request, "plans/committee_new.html", form)


# At which field each refusal stands.
_FIELDS = {
    "name-missing": "name",
    "committee-there": "name",
    "members-missing": "members",
    "too-many-members": "members",
    "agency-unknown": "members",
    "basis-missing": "basis",
    "manned-later": "since",
    "committee-ended": "last_day",
    "title-missing": "title",
    "committee-not-then": "day",
    "text-missing": "text",
    "agency-missing": "find_leads",
    "agency-twice": "find_joins",
    "agency-not-then": "find_leads",
    "days-wrong": "due",
}


def _refuse(form: Form, refusal: Refusal) -> None:
    """The fault beside its field; what may not be seen stays the one page that is not there."""
    if refusal.reason == "not-found":
        raise refusal
    field = _FIELDS.get(refusal.reason)
    form.refuse(refusal, field if field in form.fields else None)


class Manning(Form):
    """Who is on the committee from a day on: one a line."""

    since = Day(label=gettext_lazy("Từ ngày"), help_text=gettext_lazy("Ví dụ 01/7/2026, hoặc: hôm nay."))
    basis = Text(
        label=gettext_lazy("Theo văn bản"),
        max_length=200,
        help_text=gettext_lazy("Số và ngày của quyết định."),
    )
    members = forms.CharField(
        label=gettext_lazy("Thành viên"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "Mỗi dòng một người: vai trò; chức vụ; cơ quan (nếu có, đúng tên trong danh mục). "
            "Ví dụ: Trưởng ban; Phó Chủ tịch Ủy ban nhân dân tỉnh"
        ),
    )


@page(
    "plans.reconstitute",
    of=Committee,
    arg="uid",
    load=by_uid(Committee, allows=_may("plans.reconstitute")),
    post=True,
    fields=frozenset(Manning.base_fields),
)
def man(request: HttpRequest, committee: Committee) -> HttpResponse:
    """Newly man a committee. The form begins with today's members: a decision mostly changes a few."""
    viewer = viewer_of(request)
    found = steering.compositions(committee)
    form = Manning(
        request.POST if request.method == "POST" else None,
        initial={"members": _typed(found[0]) if found else ""},
    )
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            acts.reconstitute(
                by=viewer,
                committee=committee,
                since=given["since"],
                basis=given["basis"],
                seats=_seats(given["members"], viewer.day),
            )
        except Refusal as refusal:
            _refuse(form, refusal)
        else:
            return redirect("committee", uid=committee.uid)
    return form_page(request, "plans/committee_man.html", form, {"committee": committee})


def _typed(now: steering.Composition) -> str:
    rows = ((seat.role, seat.office, seat.agency) for seat in now.seats)
    return "\n".join("; ".join(row).rstrip("; ") for row in rows)


def _seats(text: str, on: date) -> list[Seat]:
    """Seats from lines as they are typed. Refusal("agency-unknown"): a line names none of today's."""
    lines = [[part.strip() for part in line.split(";", 2)] for line in text.splitlines() if line.strip()]
    wanted = {plain(line[2]) for line in lines if len(line) == 3 and line[2]}
    known: dict[str, Agency] = {}
    if wanted:
        rows = Agency.objects.filter(stood(on)).only("pk", "name")
        known = {name: each for each in rows if (name := plain(each.name)) in wanted}
    found = []
    for place, line in enumerate(lines, 1):
        role, office, agency = (["", *line] if len(line) == 1 else line) + [""] * (3 - max(2, len(line)))
        if agency and plain(agency) not in known:
            raise Refusal(
                "agency-unknown",
                f"Dòng {place}: không có cơ quan nào tên như vậy đang hoạt động.",
                f"Line {place}: there is no agency of that name today.",
            )
        found.append(Seat(role, office, known.get(plain(agency)) if agency else None))
    return found


class EndCommittee(Form):
    """A committee's last day, by which decision."""

    last_day = Day(label=gettext_lazy("Ngày hoạt động cuối cùng"), help_text=gettext_lazy("Ví dụ 30/6/2026."))
    basis = Text(
        label=gettext_lazy("Theo văn bản"),
        max_length=200,
        help_text=gettext_lazy("Số và ngày của quyết định."),
    )


@page(
    "plans.end_committee",
    of=Committee,
    arg="uid",
    load=by_uid(Committee, allows=_may("plans.end_committee")),
    post=True,
    fields=frozenset(EndCommittee.base_fields),
)
def end(request: HttpRequest, committee: Committee) -> HttpResponse:
    """End a committee."""
    form = EndCommittee(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            acts.end(by=viewer_of(request), committee=committee, **form.cleaned_data)
        except Refusal as refusal:
            _refuse(form, refusal)
        else:
            return redirect("committee", uid=committee.uid)
    return form_page(request, "plans/committee_end.html", form, {"committee": committee})


class NewMeeting(Form):
    """A meeting's day and subject."""

    day = Day(label=gettext_lazy("Ngày họp"), help_text=gettext_lazy("Ví dụ 01/7/2026, hoặc: hôm nay."))
    title = Text(label=gettext_lazy("Nội dung"), max_length=300)


@page(
    "plans.hold_meeting",
    of=Committee,
    arg="uid",
    load=by_uid(Committee, allows=_may("plans.hold_meeting")),
    post=True,
    fields=frozenset(NewMeeting.base_fields),
)
def new_meeting(request: HttpRequest, committee: Committee) -> HttpResponse:
    """Write down a meeting."""
    form = NewMeeting(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = acts.hold_meeting(by=viewer_of(request), committee=committee, **form.cleaned_data)
        except Refusal as refusal:
            _refuse(form, refusal)
        else:
            return redirect("meeting", uid=made.uid)
    return form_page(request, "plans/meeting_new.html", form, {"committee": committee})


@page("plans.see_meetings", params={"page": NUMBER})
def meetings(request: HttpRequest) -> HttpResponse:
    """Every meeting, the latest first."""
    number = number_asked(request)
    listed = steering.meetings(viewer_of(request), page=number)
    known = {"listed": listed, "pages": pages(number, listed.total, steering.PAGE)}
    return render(request, "plans/meetings.html", known)


@page("plans.see_meetings", of=Meeting, arg="uid", load=by_uid(Meeting))
def meeting(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """One meeting and what became of what it concluded."""
    it = steering.meeting(viewer_of(request), meeting=meeting)
    return render(request, "plans/meeting.html", {"it": it})


class NewConclusion(Form):
    """One conclusion, and who is to carry it out by when."""

    text = forms.CharField(
        label=gettext_lazy("Nội dung kết luận"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 4})
    )
    leads = forms.MultipleChoiceField(
        label=gettext_lazy("Cơ quan chủ trì"), required=False, widget=forms.CheckboxSelectMultiple
    )
    find_leads = Text(label=gettext_lazy("Tìm cơ quan chủ trì"), required=False, max_length=60)
    joins = forms.MultipleChoiceField(
        label=gettext_lazy("Cơ quan phối hợp"), required=False, widget=forms.CheckboxSelectMultiple
    )
    find_joins = Text(label=gettext_lazy("Tìm cơ quan phối hợp"), required=False, max_length=60)
    due = Day(
        label=gettext_lazy("Hạn hoàn thành"),
        required=False,
        help_text=gettext_lazy("Ví dụ 31/12/2026. Để trống nếu là việc thường xuyên, rà soát hằng quý."),
    )
    field = forms.ChoiceField(
        label=gettext_lazy("Thuộc lĩnh vực"),
        required=False,
        help_text=gettext_lazy("Để việc đi theo lĩnh vực khi lĩnh vực chuyển sang cơ quan khác."),
    )


@page(
    "plans.conclude",
    of=Meeting,
    arg="uid",
    load=by_uid(Meeting, "committee", allows=_may("plans.conclude")),
    post=True,
    fields=frozenset(NewConclusion.base_fields) | {"find"},
)
def conclude(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Write down a conclusion and give it out. A search sends nothing."""
    viewer, sent = viewer_of(request), request.POST if request.method == "POST" else None
    offered = {name: _offered(viewer, sent, name) for name in ("leads", "joins")}
    named = [(str(n), words(name)) for n, name in enumerate(obstacles.fields(), 1)]
    form = NewConclusion(
        sent,
        {
            "field": [("", _("— không —")), *named],
            **{name: [(str(each.pk), each.name) for each in found] for name, found in offered.items()},
        },
    )
    known = {"meeting": meeting, "searched": sent.get("find", "") if sent is not None else ""}
    if sent is not None and "find" in sent:
        form.only_searched()
        return render(request, "plans/conclude.html", {"form": form, **known})
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            acts.conclude(
                by=viewer,
                committee=meeting.committee,
                meeting=meeting,
                text=given["text"],
                leads=[each for each in offered["leads"] if str(each.pk) in given["leads"]],
                joins=[each for each in offered["joins"] if str(each.pk) in given["joins"]],
                due=given["due"],
                duty_code=obstacles.field_code(int(given["field"] or 0)),
            )
        except Refusal as refusal:
            _refuse(form, refusal)
        else:
            return redirect("meeting", uid=meeting.uid)
    return form_page(request, "plans/conclude.html", form, known)


def _offered(viewer: Viewer, sent: Any, name: str) -> list[Agency]:
    """The agencies chosen so far, and those of today that the search finds."""
    if sent is None:
        return []
    numbers = [
        int(text) for text in sent.getlist(name) if text.isascii() and text.isdigit() and len(text) < 19
    ]
    chosen = list(Agency.objects.filter(pk__in=numbers).order_by("name"))
    text = sent.get(f"find_{name}", "").strip()[:60]
    if text:
        found = agencies.agencies(viewer, text=text, on=viewer.day).agencies[:_FOUND]
        chosen += [each for each in found if each not in chosen]
    return chosen
