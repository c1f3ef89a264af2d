"""Obstacles: the list, raising one, one with its timeline and what the viewer may do about it."""

import re
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from phoihop.base.org.explain import words
from phoihop.base.org.page import NUMBER, page, said, viewer_of
from phoihop.base.org.pages.shared import Form, form_page, number_asked, pages
from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.plans.actions import obstacles as acts
from phoihop.coordination.plans.models import Obstacle, Task
from phoihop.coordination.plans.pages.shared import by_uid
from phoihop.coordination.plans.queries import obstacles
from phoihop.coordination.plans.queries.acting import Hands
from phoihop.coordination.plans.queries.obstacles import Which, Whole
from phoihop.kernel.refusals import Refusal

RAISE = "plans.raise_obstacle"
UID = re.compile(r"[0-9a-f-]{36}|")
_SORTS = {
    Which.WAITING: gettext_lazy("Chưa đóng"),
    Which.ASKED: gettext_lazy("Chờ cơ quan tôi trả lời"),
    Which.RAISED: gettext_lazy("Cơ quan tôi nêu"),
    Which.ABOVE: gettext_lazy("Ở ban chỉ đạo"),
    Which.CLOSED: gettext_lazy("Đã đóng"),
    Which.ALL: gettext_lazy("Tất cả"),
}


@page(
    "plans.see_obstacles",
    params={"xem": frozenset(Which), "linh-vuc": re.compile(r"[0-9]{0,2}"), "page": NUMBER},
)
def index(request: HttpRequest) -> HttpResponse:
    """Obstacles in sight, by sort and field. A field stands in the address by its number."""
    viewer, number = viewer_of(request), number_asked(request)
    which, field = Which(request.GET.get("xem", Which.WAITING)), int(request.GET.get("linh-vuc") or 0)
    listed = obstacles.obstacles(viewer, which=which, field=field, page=number)
    kept = f"xem={which}&linh-vuc={field}" if field else f"xem={which}"
    sorts = [(sort, name, listed.counts[sort], sort is which) for sort, name in _SORTS.items()]
    known = {
        "listed": listed,
        "sorts": sorts,
        "which": which,
        "field": field,
        "fields": [(n, words(name)) for n, name in enumerate(obstacles.fields(), 1)],
        "raises": bool(Hands(viewer).own(RAISE)),
        "pages": pages(number, listed.total, obstacles.PAGE),
        "kept": kept,
    }
    return render(request, "plans/obstacles.html", known)


class NewObstacle(Form):
    """What stands in the way, and what about."""

    agency = forms.ChoiceField(label=gettext_lazy("Thay mặt cơ quan"))
    field = forms.ChoiceField(
        label=gettext_lazy("Thuộc lĩnh vực"),
        help_text=gettext_lazy("Vướng mắc được chuyển tới cơ quan thường trực của lĩnh vực này."),
    )
    text = forms.CharField(
        label=gettext_lazy("Điều đang vướng"),
        max_length=acts.LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Không ghi tên hay thông tin của người dân được phục vụ."),
    )
    proposes = forms.CharField(
        label=gettext_lazy("Đề xuất (nếu có)"),
        required=False,
        max_length=acts.LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


_AT = {"text-missing": "text", "unknown-duty": "field"}


@page(
    RAISE,
    post=True,
    params={"viec": UID},
    fields=frozenset(NewObstacle.base_fields),
)
def new(request: HttpRequest) -> HttpResponse:
    """Raise an obstacle, of a task where the address names one."""
    viewer, task = viewer_of(request), _task(request)
    agencies = Hands(viewer).own(RAISE)
    named = [(str(n), words(name)) for n, name in enumerate(obstacles.fields(), 1)]
    form = NewObstacle(
        request.POST if request.method == "POST" else None,
        {
            "agency": [(str(each.pk), each.name) for each in agencies],
            "field": [("", _("— chọn —")), *named],
        },
        initial={"field": str(obstacles.field_number(task.duty))} if task is not None else None,
    )
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            made = acts.raise_obstacle(
                by=viewer,
                agency=next(each for each in agencies if str(each.pk) == given["agency"]),
                duty_code=obstacles.field_code(int(given["field"])),
                text=given["text"],
                proposes=given["proposes"],
                task=task,
            )
        except Refusal as refusal:
            _refuse(form, refusal)
        else:
            return redirect("obstacle", uid=made.uid)
    return form_page(request, "plans/obstacle_new.html", form, {"task": task})


def _refuse(form: Form, refusal: Refusal) -> None:
    if refusal.reason == "not-found":
        raise refusal
    form.refuse(refusal, _AT.get(refusal.reason))


def _task(request: HttpRequest) -> Task | None:
    text = request.GET.get("viec", "")
    found = by_uid(Task)(viewer_of(request), text) if text else None
    return found if isinstance(found, Task) else None


def _load(viewer: Viewer, text: str) -> Obstacle | None:
    return obstacles.find(viewer, text)


@page(
    "plans.see_obstacle",
    of=Obstacle,
    arg="uid",
    load=_load,
    post=True,
    fields=frozenset({"act", "text", "conclusion"}),
)
def one(request: HttpRequest, obstacle: Obstacle) -> HttpResponse:
    """One obstacle; a form sent to it answers, closes, takes up or decides."""
    viewer = viewer_of(request)
    it = obstacles.obstacle(viewer, obstacle=obstacle)
    assert it is not None  # the loader has seen it
    fault = ""
    if request.method == "POST":
        try:
            _do(viewer, obstacle, it, request.POST)
        except Refusal as refusal:
            if refusal.reason == "not-found":
                raise
            fault = said(refusal)
        else:
            return redirect("obstacle", uid=obstacle.uid)
    known = {"it": it, "fault": fault, "typed": request.POST.get("text", "") if fault else ""}
    return render(request, "plans/obstacle.html", known, status=422 if fault else 200)


def _do(viewer: Viewer, obstacle: Obstacle, it: Whole, sent: Any) -> None:
    """What the form asks for. What is not offered is refused as by then impossible: the page was old."""
    match sent.get("act", ""):
        case "answer" if it.answers_as is not None:
            acts.answer(by=viewer, agency=it.answers_as, obstacle=obstacle, text=sent.get("text", ""))
        case "close" if it.closes_as is not None:
            acts.close(by=viewer, agency=it.closes_as, obstacle=obstacle)
        case "escalate" if it.escalates_as is not None:
            acts.escalate(by=viewer, agency=it.escalates_as, obstacle=obstacle)
        case "decide" if it.decides_for is not None:
            chosen = next((c for c in it.conclusions if str(c.pk) == sent.get("conclusion")), None)
            if chosen is None:
                raise Refusal("conclusion-missing", "Hãy chọn một kết luận.", "Choose a conclusion.")
            acts.decide(by=viewer, committee=it.decides_for, obstacle=obstacle, conclusion=chosen)
        case _:
            raise acts.moved_on()
