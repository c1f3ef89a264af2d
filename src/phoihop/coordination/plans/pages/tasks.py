"""One task, and what the viewer can do about it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from phoihop.base.org.doors import may
from phoihop.base.org.page import page, viewer_of
from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.plans.models import Task
from phoihop.coordination.plans.pages.planning import owner_of
from phoihop.coordination.plans.pages.shared import Act, act, by_uid
from phoihop.coordination.plans.queries import tasks
from phoihop.coordination.plans.queries.acting import Hands
from phoihop.coordination.plans.queries.standing import Stand
from phoihop.coordination.plans.queries.tasks import Whole


@page("plans.see_task", of=Task, arg="uid", load=by_uid(Task, "plan", "conclusion__meeting__committee"))
def task(request: HttpRequest, task: Task) -> HttpResponse:
    """A task: its sentence, who answers, all that was said."""
    viewer = viewer_of(request)
    found = tasks.task(viewer, task=task)
    said = [step for step in found.steps if step.reporter is not None and step.withdrawn_on is None]
    hands = Hands(viewer)
    takers = hands.withdrawers({step.reporter for step in said if step.reporter is not None})
    known = {
        "it": found,
        "acts": _acts(hands, task, found),
        "answers": {check_in.uid for check_in in hands.waiting_for(task)} if found.check_ins else (),
        "withdraws": {step.uid for step in said if step.reporter in takers},
        "reopens": _reopens(viewer, task),
    }
    return render(request, "plans/task.html", known)


def _reopens(viewer: Viewer, task: Task) -> bool:
    """Whether the viewer can take the word back that closed a task; a plan that is over stays so."""
    over = task.plan is not None and task.plan.ended_on is not None
    return bool(task.ended_why and not over and may(viewer, "plans.reopen_task", owner_of(task)))


def _acts(hands: Hands, task: Task, found: Whole) -> list[Act]:
    """What the viewer can do about a task; what they most likely came for first."""
    viewer, acts = hands.viewer, []
    if hands.reporters(task):
        acts.append(act("task-report", task, _("Báo cáo tiến độ"), first=True))
    if found.row.stand in (Stand.DONE, Stand.DROPPED):
        return acts
    if task.plan is not None and found.row.lines and may(viewer, "plans.hand_over", task.plan):
        acts.append(act("task-hand-over", task, _("Giao cho cơ quan khác")))
    if task.plan is not None and may(viewer, "plans.set_due", task.plan):
        acts.append(act("task-due", task, _("Đặt hạn")))
    if may(viewer, "plans.close_task", owner_of(task)):
        acts.append(act("task-close", task, _("Đóng nhiệm vụ")))
    return acts
