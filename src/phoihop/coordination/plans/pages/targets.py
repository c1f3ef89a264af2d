"""One target, its numbers, and what the viewer can do about it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from phoihop.base.org.doors import may
from phoihop.base.org.page import viewer_of
from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.plans.models import Target
from phoihop.coordination.plans.pages.reporting import target_reporters
from phoihop.coordination.plans.pages.shared import Act, act, of_target
from phoihop.coordination.plans.queries import targets
from phoihop.coordination.plans.queries.acting import Hands
from phoihop.coordination.plans.queries.bindings import BoundTarget


@of_target("plans.see_target")
def target(request: HttpRequest, target: Target) -> HttpResponse:
    """A target: its sentence, its number and what was reported, who answers."""
    viewer = viewer_of(request)
    found = targets.target(viewer, target=target)
    said = [each for each in found.numbers if each.withdrawn_on is None]
    hands = Hands(viewer)
    takers = hands.withdrawers({each.reporter for each in said})
    known = {
        "it": found,
        "acts": _acts(hands, target),
        **_binding(viewer, target, found.bound),
        "withdraws": {each.uid for each in said if each.reporter in takers},
    }
    return render(request, "plans/target.html", known)


def _acts(hands: Hands, target: Target) -> list[Act]:
    """What the viewer can do about a target."""
    viewer = hands.viewer
    if target.dropped_on is not None:
        return []
    words = {
        "target-due": ("plans.set_due", _("Đặt hạn")),
        "target-holder": ("plans.name_holder", _("Giao người chịu trách nhiệm")),
        "target-drop": ("plans.drop_target", _("Đưa ra khỏi kế hoạch")),
    }
    acts = [act(name, target, said) for name, (code, said) in words.items() if may(viewer, code, target.plan)]
    if target_reporters(hands, target):
        acts.insert(0, act("target-report", target, _("Báo cáo số liệu"), first=True))
    return acts


def _binding(viewer: Viewer, target: Target, bound: BoundTarget) -> dict[str, Act]:
    """How the viewer can decide what a target is bound to."""
    if target.dropped_on is not None or target.plan.ended_on is not None:
        return {}
    acts = {}
    if may(viewer, "plans.bind_target", target.plan):
        choose = _("Xác nhận hoặc chọn chỉ số khác") if bound.suggested else _("Chọn chỉ số")
        acts["binds"] = act("target-bind", target, _("Đổi chỉ số") if bound.confirmed else choose)
    if (bound.confirmed or bound.suggested) and may(viewer, "plans.unbind_target", target.plan):
        words = _("Bỏ gắn chỉ số") if bound.confirmed else _("Không chỉ số nào đúng")
        acts["unbinds"] = act("target-unbind", target, words)
    return acts
