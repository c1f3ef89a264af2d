"""One task, and what its agencies report of it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from phoihop.base.org.page import page, viewer_of
from phoihop.coordination.plans.models import Task
from phoihop.coordination.plans.pages.shared import by_uid
from phoihop.coordination.plans.queries import tasks


@page("plans.see_task", of=Task, arg="uid", load=by_uid(Task, "plan"))
def task(request: HttpRequest, task: Task) -> HttpResponse:
    """A task: its sentence, who answers, all that was said."""
    return render(request, "plans/task.html", {"it": tasks.task(viewer_of(request), task=task)})
