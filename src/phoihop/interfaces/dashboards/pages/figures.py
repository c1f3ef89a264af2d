"""The work on figures: how the builds stand, to whom figures are let out, what a release would tell."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from phoihop.base.org.explain import words as said
from phoihop.base.org.page import NUMBER, endpoint, page, viewer_of
from phoihop.base.org.pages.shared import Form, Text, form_page, number_asked, pages
from phoihop.base.org.queries.reaching import granted
from phoihop.engines.publishing import actions, finding
from phoihop.engines.publishing import queries as published
from phoihop.engines.ui.formats import number
from phoihop.interfaces.dashboards.queries import releases
from phoihop.kernel.refusals import Refusal

PAGE = 40  # lines of a preview
NEXT = {"internal": "cleared", "cleared": "public"}
STATES = {
    "waiting": gettext_lazy("đang chờ"),
    "running": gettext_lazy("đang tính"),
    "done": gettext_lazy("đã xong"),
    "partly": gettext_lazy("xong một phần"),
    "failed": gettext_lazy("không xong"),
}
FOR = {
    "internal": gettext_lazy("chưa cho ai xem"),
    "cleared": gettext_lazy("các cơ quan xem được"),
    "public": gettext_lazy("mọi người xem được"),
}


class Let(Form):
    """Why figures should be let out."""

    reason = Text(
        label=gettext_lazy("Lý do"),
        max_length=400,
        help_text=gettext_lazy("Người duyệt đọc dòng này trước khi quyết định."),
    )


@page("publishing.see_builds")
def index(request: HttpRequest) -> HttpResponse:
    """How far the work is, what failed, which releases there are, how fresh each figure is."""
    viewer = viewer_of(request)
    builds = published.builds(viewer)
    going = next((each for each in builds if each.ended_at is None), None)
    known: dict[str, Any] = {
        "builds": [(each, STATES[each.state], releases.faults(each)) for each in builds],
        "going": going,
        "stage": releases.stage(going) if going is not None else None,
        "releases": [(each, FOR[each.release.released_to]) for each in published.releases(viewer)],
        "figures": published.known(viewer) if granted(viewer, "publishing.see_figures") else (),
        "starts": going is None and granted(viewer, "publishing.start_build"),
        "begins": going is None and granted(viewer, "publishing.begin_release"),
        "previews": granted(viewer, "publishing.see_proposed"),
    }
    return render(request, "dashboards/figures.html", known)


@page("publishing.start_build", only_post=True)
def start(request: HttpRequest) -> HttpResponse:
    """Work the figures out now."""
    actions.start_build(by=viewer_of(request))
    return redirect("figures")


@page("publishing.begin_release", only_post=True)
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a release with pseudonyms of its own."""
    actions.begin_release(by=viewer_of(request))
    return redirect("figures")


@page("publishing.see_proposed", load=finding.release, params={"page": NUMBER, "so": NUMBER})
def release(request: HttpRequest, release: Any) -> HttpResponse:
    """What a release tells, or would tell, figure by figure: every line as others will see it."""
    viewer = viewer_of(request)
    outline = published.outline(viewer, release=release)
    chosen = outline[min(int(request.GET.get("so") or 0), len(outline) - 1)] if outline else None
    told = published.proposed(viewer, release=release, codes=(chosen.about.code,)) if chosen else ()
    lines = sorted(told, key=lambda each: each.period.window.last, reverse=True)
    turn = number_asked(request)
    shown = lines[(turn - 1) * PAGE : turn * PAGE]
    known = {
        "release": release,
        "for": FOR[release.released_to],
        "outline": outline,
        "chosen": chosen,
        "at": outline.index(chosen) if chosen else 0,
        "rows": releases.named(shown),
        "total": len(lines),
        "pages": pages(turn, len(lines), PAGE),
        "wants": NEXT.get(release.released_to, "") if granted(viewer, "publishing.propose_release") else "",
    }
    return render(request, "dashboards/release.html", known)


@page("publishing.propose_release", load=finding.release, post=True, fields=frozenset({"reason"}))
def propose(request: HttpRequest, release: Any) -> HttpResponse:
    """Ask a second person to let a release out one step further."""
    viewer = viewer_of(request)
    wanted = NEXT.get(release.released_to, "")
    form = Let(request.POST or None)
    if form.is_valid():
        try:
            made = actions.propose_release(
                by=viewer, release=release, wanted=wanted, reason=form.cleaned_data["reason"]
            )
            return redirect("proposal", pk=made.pk)
        except Refusal as refusal:
            form.refuse(refusal)
    title = _("Đề nghị công bố cho mọi người") if wanted == "public" else _("Đề nghị cho các cơ quan xem")
    return form_page(request, "dashboards/propose.html", form, {"release": release, "title": title})


@endpoint("publishing.see_builds")
def progress(request: HttpRequest) -> dict[str, Any]:
    """How far the build is that is under way."""
    going = next((each for each in published.builds(viewer_of(request)) if each.ended_at is None), None)
    if going is None:
        return {"ended": True}
    stage = said(releases.stage(going))
    told = f"{number(going.done)}/{number(going.whole)} · {stage}"
    return {"ended": False, "done": going.done, "whole": going.whole, "words": told}
