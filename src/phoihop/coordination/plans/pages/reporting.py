"""What agencies report: where a task stands, a target's figure, the answer to a check-in; taking it back."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from phoihop.base.org.models import Agency
from phoihop.base.org.page import page, viewer_of
from phoihop.base.org.pages.shared import Form, form_page
from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.plans.actions import reporting
from phoihop.coordination.plans.models import CheckIn, Target, TargetReport, Task, TaskReport
from phoihop.coordination.plans.pages import forms
from phoihop.coordination.plans.pages.shared import by_uid
from phoihop.coordination.plans.queries.acting import Hands
from phoihop.coordination.plans.rules.states import Said
from phoihop.engines.ui.formats import day as written
from phoihop.kernel.refusals import Refusal

Choices = list[tuple[Any, Any]]
_TASK_FIELDS = frozenset({"uid", "agency", "day", "said", "note", "output", "count", "files"})
# At which field each refusal stands; what is not here stands above the form.
_FIELDS = {
    "day-ahead": "day",
    "source-missing": "source",
    "value-wrong": "value",
    "count-wrong": "count",
    "output-of-another": "output",
    "standing-never-done": "said",
    "note-missing": "note",
    "not-yours": "agency",
    "target-dropped": "day",
}


def refuse(form: Form, refusal: Refusal) -> None:
    """Put a refusal beside its field, or above the form."""
    field = _FIELDS.get(refusal.reason, "")
    form.refuse(refusal, field if field in form.fields else None)


def target_reporters(hands: Hands, target: Target) -> tuple[Agency, ...]:
    """The viewer's agencies that may say what a target's number is."""
    day = hands.viewer.day
    return tuple(
        each
        for each in hands.own("plans.report_target")
        if reporting.answers_for(target, each, day, hands.agencies)
    )


def _named(agencies: tuple[Agency, ...]) -> Choices:
    return [(agency.pk, agency.name) for agency in agencies]


def _chosen(agencies: tuple[Agency, ...], form: Form) -> Agency:
    return next(each for each in agencies if str(each.pk) == form.cleaned_data["agency"])


def _sayings(task: Task) -> Choices:
    """A standing duty is never done for good."""
    return [
        (said.value, words) for said, words in forms.SAID.items() if not (task.standing and said is Said.DONE)
    ]


def _outputs(task: Task) -> tuple[dict[str, Target], Choices]:
    rows = {str(each.pk): each for each in task.outputs.filter(dropped_on=None).order_by("order")}
    return rows, [("", _("— không —")), *((pk, each.text[:100]) for pk, each in rows.items())]


def _files(request: HttpRequest) -> list[tuple[str, bytes]]:
    return [(sent.name or "", sent.read()) for sent in request.FILES.getlist("files")]


@page(
    "plans.report_task",
    of=Task,
    arg="uid",
    load=by_uid(Task, "plan", allows=lambda viewer, task: bool(Hands(viewer).reporters(task))),
    post=True,
    fields=_TASK_FIELDS,
)
def task(request: HttpRequest, task: Task) -> HttpResponse:
    """Say where a task stands."""
    viewer = viewer_of(request)
    mine, (outputs, offered) = Hands(viewer).reporters(task), _outputs(task)
    form = forms.ReportTask(
        request.POST or None,
        choices={"agency": _named(mine), "said": _sayings(task), "output": offered},
        initial={"day": written(viewer.day), "said": Said.GOING.value, "agency": mine[0].pk},
    )
    if form.is_valid():
        given = form.cleaned_data
        try:
            reporting.report_task(
                by=viewer,
                agency=_chosen(mine, form),
                task=task,
                day=given["day"],
                said=Said(given["said"]),
                note=given["note"],
                output=outputs.get(given["output"]),
                count=given["count"],
                files=_files(request),
                uid=form.own_uid,
            )
            return redirect("task", uid=task.uid)
        except Refusal as refusal:
            refuse(form, refusal)
    known = {"title": _("Báo cáo tiến độ"), "thing": task, "back": "task", "takes_files": True}
    return form_page(request, "plans/form.html", form, known)


def _waits(viewer: Viewer, check_in: Any) -> bool:
    return bool(Hands(viewer).answerers([check_in]))


@page(
    "plans.answer_check_in",
    of=CheckIn,
    arg="uid",
    load=by_uid(CheckIn, "task__plan", "agency", allows=_waits),
    post=True,
    fields=_TASK_FIELDS - {"uid", "agency", "day"},
)
def check_in(request: HttpRequest, check_in: CheckIn) -> HttpResponse:
    """Answer a round of a standing duty."""
    viewer, task = viewer_of(request), check_in.task
    outputs, offered = _outputs(task)
    form = forms.AnswerCheckIn(
        request.POST or None,
        choices={"said": _sayings(task), "output": offered},
        initial={"said": Said.GOING.value},
    )
    if form.is_valid():
        given = form.cleaned_data
        try:
            reporting.answer_check_in(
                by=viewer,
                agency=Hands(viewer).answerers([check_in])[check_in.pk],
                check_in=check_in,
                said=Said(given["said"]),
                note=given["note"],
                output=outputs.get(given["output"]),
                count=given["count"],
                files=_files(request),
            )
            return redirect("task", uid=task.uid)
        except Refusal as refusal:
            refuse(form, refusal)
    spans = {"first": written(check_in.first), "last": written(check_in.last)}
    title = _("Trả lời kỳ rà soát %(first)s – %(last)s") % spans
    known = {"title": title, "thing": task, "back": "task", "takes_files": True}
    return form_page(request, "plans/form.html", form, known)


@page(
    "plans.report_target",
    of=Target,
    arg="uid",
    load=by_uid(Target, "plan", allows=lambda viewer, target: bool(target_reporters(Hands(viewer), target))),
    post=True,
    fields=frozenset({"uid", "agency", "day", "value", "source", "note"}),
)
def target(request: HttpRequest, target: Target) -> HttpResponse:
    """Say what a target's number is."""
    viewer = viewer_of(request)
    mine = target_reporters(Hands(viewer), target)
    form = forms.ReportTarget(
        request.POST or None,
        choices={"agency": _named(mine)},
        initial={"day": written(viewer.day), "agency": mine[0].pk},
    )
    if form.is_valid():
        given = form.cleaned_data
        try:
            reporting.report_target(
                by=viewer,
                agency=_chosen(mine, form),
                target=target,
                day=given["day"],
                value=given["value"],
                source=given["source"],
                note=given["note"],
                uid=form.own_uid,
            )
            return redirect("target", uid=target.uid)
        except Refusal as refusal:
            refuse(form, refusal)
    known = {"title": _("Báo cáo số liệu"), "thing": target, "back": "target", "measure": target.measure}
    return form_page(request, "plans/form.html", form, known)


def _withdrawable(viewer: Viewer, report: Any) -> bool:
    return report.withdrawn_at is None and bool(Hands(viewer).withdrawers({report.agency_id}))


@page(
    "plans.withdraw_report",
    of=TaskReport,
    arg="uid",
    load=by_uid(TaskReport, "task", allows=_withdrawable),
    only_post=True,
)
def withdraw_of_task(request: HttpRequest, report: TaskReport) -> HttpResponse:
    """Take back what was said of a task."""
    viewer = viewer_of(request)
    own = Hands(viewer).withdrawers({report.agency_id})[report.agency_id]
    reporting.withdraw_report(by=viewer, agency=own, report=report)
    return redirect("task", uid=report.task.uid)


@page(
    "plans.withdraw_report",
    of=TargetReport,
    arg="uid",
    load=by_uid(TargetReport, "target", allows=_withdrawable),
    only_post=True,
)
def withdraw_of_target(request: HttpRequest, report: TargetReport) -> HttpResponse:
    """Take back a figure."""
    viewer = viewer_of(request)
    own = Hands(viewer).withdrawers({report.agency_id})[report.agency_id]
    reporting.withdraw_report(by=viewer, agency=own, report=report)
    return redirect("target", uid=report.target.uid)
