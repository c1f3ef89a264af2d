"""Proposals and mergers: what is asked for, what it would do, and a second person's yes or no."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy

from phoihop.base.org import actions, mergers
from phoihop.base.org.describing import merging
from phoihop.base.org.explain import words
from phoihop.base.org.mergers import Effect, Merger
from phoihop.base.org.models import Agency, Proposal, Unit
from phoihop.base.org.page import page, said, viewer_of
from phoihop.base.org.pages.shared import Day, Form, Text
from phoihop.base.org.proposals import KINDS
from phoihop.base.org.queries import agencies, proposals, units
from phoihop.base.org.queries.reaching import granted
from phoihop.base.org.rules.permissions import Viewer
from phoihop.kernel.refusals import Refusal


def _about(rows: tuple[Proposal, ...]) -> list[tuple[Proposal, Any]]:
    return [(row, KINDS[row.action].about) for row in rows if row.action in KINDS]


@page("org.see_own_proposals")
def index(request: HttpRequest) -> HttpResponse:
    """What waits for one's decision, and what one has asked for."""
    found = proposals.lists(viewer_of(request))
    return render(
        request, "org/proposals.html", {"waiting": _about(found.waiting), "mine": _about(found.mine)}
    )


@page("org.see_own_proposals", of=Proposal)
def one(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """One that the viewer asked for."""
    return _shown(request, proposal)


@page("org.decide_proposal", of=Proposal, post=True, fields=frozenset({"decision"}))
def decide(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """One that the viewer may decide. It asks who one is before it opens: a decision is then one press."""
    if request.method != "POST":
        return _shown(request, proposal, decides=True)
    decision = request.POST.get("decision")
    if decision not in ("allow", "refuse"):
        raise Refusal("no-decision", "Hãy chọn cho phép hoặc từ chối.", "Choose to approve or to refuse.")
    if decision == "allow" and not _complete(viewer_of(request), proposal):
        raise Refusal(
            "not-seen",
            "Anh/chị không xem được hết ảnh hưởng của việc này nên không thể cho phép.",
            "You cannot see all that this would do, and so cannot approve it.",
        )
    try:
        actions.decide_proposal(by=viewer_of(request), proposal=proposal, allow=decision == "allow")
    except Refusal as refusal:
        if refusal.reason == "not-found":
            raise
        return _shown(request, proposal, decides=True, fault=said(refusal), status=409)
    return redirect("proposal-decide", pk=proposal.pk)


def _complete(viewer: Viewer, proposal: Proposal) -> bool:
    return proposals.one(viewer, proposal=proposal).described.complete


@page("org.change_own_proposal", of=Proposal, only_post=True)
def withdraw(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """Take back what one asked for."""
    actions.withdraw_proposal(by=viewer_of(request), proposal=proposal)
    return redirect("proposal", pk=proposal.pk)


def _shown(
    request: HttpRequest, proposal: Proposal, *, decides: bool = False, fault: str = "", status: int = 200
) -> HttpResponse:
    shown = proposals.one(viewer_of(request), proposal=proposal)
    about = KINDS[shown.proposal.action].about
    known = {
        "it": shown,
        "about": about,
        "heading": words(about),
        "decides": decides and shown.open and not shown.barred,
        "fault": fault,
    }
    return render(request, "org/proposal.html", known, status=status)


class MergerForm(Form):
    """What merges into what. ``olds`` and ``new`` name agencies by id or units by key."""

    what = forms.ChoiceField(
        label=gettext_lazy("Hợp nhất"),
        choices=[
            ("agencies", gettext_lazy("Các cơ quan")),
            ("units", gettext_lazy("Đơn vị hành chính")),
        ],
        initial="agencies",
    )
    search = Text(
        label=gettext_lazy("Tìm theo tên"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("Gõ vài chữ của tên, không cần dấu, rồi bấm Tìm. Có thể tìm nhiều lần."),
    )
    olds = forms.MultipleChoiceField(label=gettext_lazy("Kết thúc"), required=False)
    new = forms.ChoiceField(label=gettext_lazy("Nhận"), required=False)
    day = Day(label=gettext_lazy("Từ ngày"), help_text=gettext_lazy("Ví dụ 01/7/2026."))
    basis = Text(
        label=gettext_lazy("Theo văn bản"),
        max_length=200,
        help_text=gettext_lazy("Số và ngày của nghị quyết hoặc quyết định."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Lý do"), required=False, max_length=500, widget=forms.Textarea({"rows": 2})
    )

    def __init__(self, data: Any, known: list["Choice"]) -> None:
        offered = [(each.value, each.name) for each in known]
        super().__init__(data, {"olds": offered, "new": offered})


@dataclass(frozen=True, slots=True)
class Choice:
    """An agency or a unit to choose; ``value`` stands in the form, ``ends`` and ``receives`` are ticked."""

    value: str
    pk: int
    name: str
    above: str
    ends: bool
    receives: bool


MERGING = frozenset(MergerForm.base_fields) | {"find", "look", "propose"}


@page("org.see_merger_effects", post=True, fields=MERGING - {"propose"})
def effects(request: HttpRequest) -> HttpResponse:
    """Who would gain or lose sight of whom; nothing is asked for or changed."""
    return _merger(request, proposes=False)


@page("org.propose_merger", post=True, fields=MERGING)
def propose(request: HttpRequest) -> HttpResponse:
    """The same, and to ask for it."""
    return _merger(request, proposes=True)


def _merger(request: HttpRequest, *, proposes: bool) -> HttpResponse:
    viewer, data = viewer_of(request), request.POST if request.method == "POST" else None
    choices = _choices(viewer, request)
    form = MergerForm(data, choices)
    known: dict[str, Any] = {
        "form": form,
        "choices": choices,
        "proposes": proposes,
        "may_propose": granted(viewer, "org.propose_merger"),
        "searched": data is not None and "find" in data,
    }
    status = 200
    if data is not None and "find" in data:
        form.only_searched()
    elif data is not None:
        status = _look(viewer, form, choices, known, proposes=proposes and "propose" in data)
        if isinstance(known.get("made"), Proposal):
            return redirect("proposal", pk=known["made"].pk)
    return render(request, "org/merger.html", known, status=status)


def _look(
    viewer: Viewer, form: MergerForm, choices: list[Choice], known: dict[str, Any], *, proposes: bool
) -> int:
    if form.is_valid() and not (form.cleaned_data["olds"] and form.cleaned_data["new"]):
        form.refuse(
            Refusal(
                "none-chosen",
                "Hãy tìm rồi chọn nơi kết thúc và nơi nhận.",
                "Search, then choose what ends and what receives.",
            ),
            "search",
        )
    if form.errors:
        return 422
    given = form.cleaned_data
    numbers = {each.value: each.pk for each in choices}
    merger = Merger(
        given["what"],
        tuple(numbers[value] for value in given["olds"]),
        numbers[given["new"]],
        given["day"],
        given["basis"],
    )
    try:
        if proposes:
            known["made"] = mergers.propose(by=viewer, merger=merger, reason=given["reason"])
        elif merger.new in merger.olds:
            raise Refusal(
                "merger-of-itself", "Không thể hợp nhất vào chính nó.", "Nothing can merge into itself."
            )
        else:
            found: list[Effect] = mergers.effects(viewer, merger=merger)
            known |= {"effects": found, "lines": merging(merger)}
    except Refusal as refusal:
        if refusal.reason == "not-found":
            raise
        form.refuse(refusal, "reason" if refusal.reason == "reason-missing" else "search")
        return 422
    return 200


def _choices(viewer: Viewer, request: HttpRequest) -> list[Choice]:
    """What is ticked so far, and what the search finds."""
    ends, receives = request.POST.getlist("olds")[:50], request.POST.get("new", "")
    text = " ".join(request.POST.get("search", "").split())[:60]
    reader = _units if request.POST.get("what") == "units" else _agencies
    return [
        Choice(value, pk, name, above, value in ends, value == receives)
        for value, pk, name, above in reader(viewer, text, [*ends, receives])
    ]


Row = tuple[str, int, str, str]


def _agencies(viewer: Viewer, text: str, ticked: list[str]) -> list[Row]:
    chosen = Agency.objects.filter(pk__in=[int(each) for each in ticked if each.isdigit() and len(each) < 19])
    found = list(chosen.select_related("unit"))
    if text:
        listed = agencies.agencies(viewer, text=text, on=viewer.day).agencies[:20]
        found += [each for each in listed if each not in found]
    return [(str(a.pk), a.pk, a.name, units.full_name(a.unit) if a.unit else "") for a in found]


def _units(viewer: Viewer, text: str, ticked: list[str]) -> list[Row]:
    found = list(Unit.objects.filter(key__in=ticked).select_related("parent"))
    if text:
        hits = units.search(viewer, text=text, on=viewer.day)
        found += [each.unit for each in hits if each.unit not in found]
    return [(u.key, u.pk, units.full_name(u), units.full_name(u.parent) if u.parent else "") for u in found]
