"""What the planning officer changes of a plan: who has a task, when it is due, who answers for a target,
which plan came before, who owes one."""

from collections.abc import Callable
from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from phoihop.base.org.doors import may
from phoihop.base.org.explain import words
from phoihop.base.org.page import page, viewer_of
from phoihop.base.org.pages.shared import Form, form_page
from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.plans.actions import binding, changing, reporting
from phoihop.coordination.plans.models import Committee, Plan, Share, SubPlan, Target, Task
from phoihop.coordination.plans.pages import forms
from phoihop.coordination.plans.pages.reporting import refuse
from phoihop.coordination.plans.pages.shared import Allows, by_uid
from phoihop.coordination.plans.queries import planning, tables
from phoihop.coordination.plans.rules.states import Part, TaskState
from phoihop.engines.ui.formats import day as written
from phoihop.kernel.refusals import Refusal

Does = Callable[[dict[str, Any]], object]


def over_plan(code: str) -> Allows:
    """Whether the viewer may do this to the plan that a thing is of; a meeting's task has none."""

    def allows(viewer: Viewer, thing: Any) -> bool:
        plan = thing if isinstance(thing, Plan) else thing.plan
        return plan is not None and bool(may(viewer, code, plan))

    return allows


def owner_of(task: Task) -> Plan | Committee:
    """Who gave a task out: the plan that it is of, or the committee whose meeting concluded it."""
    if task.conclusion is not None:
        committee: Committee = task.conclusion.meeting.committee
        return committee
    return _plan(task)


def over_owner(code: str) -> Allows:
    """Whether the viewer may do this to tasks of whoever gave one out."""
    return lambda viewer, task: bool(may(viewer, code, owner_of(task)))


def _load(model: type[models.Model], code: str) -> Any:
    related = () if model is Plan else ("plan",)
    return by_uid(model, *related, allows=over_plan(code))


def _load_owned(code: str) -> Any:
    return by_uid(Task, "plan", "conclusion__meeting__committee", allows=over_owner(code))


def _answer(
    request: HttpRequest, form: Form, does: Does, thing: Any, *, title: str, back: str, then: str = ""
) -> HttpResponse:
    """Do what a whole form says and go back; a form that is refused comes back as it was typed."""
    if form.is_valid():
        try:
            does(form.cleaned_data)
            return redirect(then or back, uid=thing.uid)
        except Refusal as refusal:
            refuse(form, refusal)
    return form_page(request, "plans/form.html", form, {"title": title, "thing": thing, "back": back})


@page("plans.hand_over", of=Task, arg="uid", load=_load(Task, "plans.hand_over"), post=True,
      fields=frozenset({"share", "agency", "day", "reason", "basis"}))  # fmt: skip
def hand_over(request: HttpRequest, task: Task) -> HttpResponse:
    """Give a part of a task to an agency: one that nobody has, or from one to another."""
    viewer, plan = viewer_of(request), _plan(task)
    shares = {str(each.pk): each for each in planning.parts_of(viewer, task)}
    agencies = {str(each.pk): each for each in tables.candidates(viewer, plan=plan)}
    form = forms.HandOver(
        request.POST or None,
        choices={
            "share": [(pk, _part(share)) for pk, share in shares.items()],
            "agency": [("", _("— chọn —")), *((pk, each.name) for pk, each in agencies.items())],
        },
        initial={"share": next(iter(shares), "")},
    )

    def does(given: dict[str, Any]) -> object:
        share, agency = shares[given["share"]], agencies[given["agency"]]
        if given["day"] is None and not given["basis"]:
            return changing.assign(by=viewer, plan=plan, share=share, agency=agency, reason=given["reason"])
        return changing.hand_over(
            by=viewer,
            plan=plan,
            share=share,
            agency=agency,
            day=given["day"] or viewer.day,
            reason=given["reason"],
            basis=given["basis"],
        )

    return _answer(request, form, does, task, title=_("Giao nhiệm vụ cho cơ quan"), back="task")


def _plan(thing: Task | Target) -> Plan:
    found: Plan | None = thing.plan
    assert found is not None  # the loader lets nothing else through
    return found


def _part(share: Share) -> str:
    part = _("chủ trì") if share.part == Part.LEAD else _("phối hợp")
    who = (
        share.agency.name
        if share.agency is not None
        else f"{share.named} ({_('chưa có ai phụ trách')})".strip()
    )
    return f"{part}: {who}"


@page("plans.set_due", of=Task, arg="uid", load=_load(Task, "plans.set_due"), post=True,
      fields=frozenset({"due"}))  # fmt: skip
def task_due(request: HttpRequest, task: Task) -> HttpResponse:
    """When a task is due."""
    form = forms.Due(request.POST or None, initial={"due": written(task.due)})

    def does(given: dict[str, Any]) -> object:
        return changing.set_due(by=viewer_of(request), plan=_plan(task), due=given["due"], task=task)

    return _answer(request, form, does, task, title=_("Đặt hạn"), back="task")


@page("plans.close_task", of=Task, arg="uid", load=_load_owned("plans.close_task"), post=True,
      fields=frozenset({"state", "day", "why"}))  # fmt: skip
def close(request: HttpRequest, task: Task) -> HttpResponse:
    """End a task by word."""
    viewer = viewer_of(request)
    ends = [(TaskState.DONE.value, _("đã xong")), (TaskState.DROPPED.value, _("không làm nữa"))]
    form = forms.Close(request.POST or None, choices={"state": ends}, initial={"day": written(viewer.day)})

    def does(given: dict[str, Any]) -> object:
        state = TaskState(given["state"])
        return reporting.close_task(
            by=viewer, owner=owner_of(task), task=task, day=given["day"], state=state, why=given["why"]
        )

    return _answer(request, form, does, task, title=_("Đóng nhiệm vụ"), back="task")


@page("plans.reopen_task", of=Task, arg="uid", load=_load_owned("plans.reopen_task"), only_post=True)
def reopen(request: HttpRequest, task: Task) -> HttpResponse:
    """Take that word back."""
    reporting.reopen_task(by=viewer_of(request), owner=owner_of(task), task=task)
    return redirect("task", uid=task.uid)


@page("plans.set_due", of=Target, arg="uid", load=_load(Target, "plans.set_due"), post=True,
      fields=frozenset({"due"}))  # fmt: skip
def target_due(request: HttpRequest, target: Target) -> HttpResponse:
    """When a target is due."""
    form = forms.Due(request.POST or None, initial={"due": written(target.due)})

    def does(given: dict[str, Any]) -> object:
        return changing.set_due(by=viewer_of(request), plan=target.plan, due=given["due"], target=target)

    return _answer(request, form, does, target, title=_("Đặt hạn"), back="target")


@page("plans.bind_target", of=Target, arg="uid", load=_load(Target, "plans.bind_target"), post=True,
      fields=frozenset({"code", "why"}))  # fmt: skip
def bind(request: HttpRequest, target: Target) -> HttpResponse:
    """The indicator whose number is the target's; the likeliest stands in the form beforehand."""
    codes = planning.codes(target)
    offered: list[Any] = [("", _("— chọn —"))]
    for title, entries in ((_("Chương trình đề nghị"), codes.suggested), (_("Chỉ số khác"), codes.others)):
        if entries:
            offered.append((title, [(each.code, f"{words(each.name)} ({each.code})") for each in entries]))
    first = codes.confirmed or (codes.suggested[0].code if codes.suggested else "")
    form = forms.Bind(request.POST or None, choices={"code": offered}, initial={"code": first})

    def does(given: dict[str, Any]) -> object:
        return binding.bind_target(
            by=viewer_of(request), plan=target.plan, target=target, code=given["code"], why=given["why"]
        )

    return _answer(request, form, does, target, title=_("Chọn chỉ số cho chỉ tiêu"), back="target")


@page("plans.unbind_target", of=Target, arg="uid", load=_load(Target, "plans.unbind_target"), post=True,
      fields=frozenset({"why"}))  # fmt: skip
def unbind(request: HttpRequest, target: Target) -> HttpResponse:
    """The target is no indicator's; agencies report its number by hand."""
    form = forms.Why(request.POST or None)

    def does(given: dict[str, Any]) -> object:
        return binding.unbind_target(by=viewer_of(request), plan=target.plan, target=target, why=given["why"])

    return _answer(request, form, does, target, title=_("Không chỉ số nào đúng"), back="target")


@page("plans.name_holder", of=Target, arg="uid", load=_load(Target, "plans.name_holder"), post=True,
      fields=frozenset({"person", "since", "basis"}))  # fmt: skip
def holder(request: HttpRequest, target: Target) -> HttpResponse:
    """Who answers in person for a target."""
    viewer = viewer_of(request)
    people = {str(each.pk): each for each in planning.people(viewer, plan=target.plan)}
    named = [("", _("— chọn —")), *((pk, each.name) for pk, each in people.items())]
    form = forms.Name(request.POST or None, choices={"person": named})

    def does(given: dict[str, Any]) -> object:
        return changing.name_holder(
            by=viewer,
            plan=target.plan,
            target=target,
            person=people[given["person"]],
            since=given["since"],
            basis=given["basis"],
        )

    return _answer(request, form, does, target, title=_("Giao người chịu trách nhiệm"), back="target")


@page("plans.drop_target", of=Target, arg="uid", load=_load(Target, "plans.drop_target"), post=True,
      fields=frozenset({"why"}))  # fmt: skip
def drop(request: HttpRequest, target: Target) -> HttpResponse:
    """Take a target out of its plan."""
    form = forms.Why(request.POST or None)

    def does(given: dict[str, Any]) -> object:
        return changing.drop_target(by=viewer_of(request), plan=target.plan, target=target, why=given["why"])

    return _answer(request, form, does, target, title=_("Đưa chỉ tiêu ra khỏi kế hoạch"), back="target")


@page("plans.link_before", of=Plan, arg="uid", load=_load(Plan, "plans.link_before"), post=True,
      fields=frozenset({"before"}))  # fmt: skip
def before(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Which plan this one follows."""
    plans = {str(each.uid): each for each in planning.earlier_plans(plan)}
    named = [
        ("", _("— không —")),
        *((uid, f"{each.document.number} {each.name}"[:120]) for uid, each in plans.items()),
    ]
    known = str(plan.before.uid) if plan.before is not None else ""
    form = forms.Before(request.POST or None, choices={"before": named}, initial={"before": known})

    def does(given: dict[str, Any]) -> object:
        return changing.link_before(by=viewer_of(request), plan=plan, before=plans.get(given["before"]))

    return _answer(
        request, form, does, plan, title=_("Chọn kế hoạch trước"), back="plan", then="plan-compare"
    )


@page("plans.owe_sub_plan", of=Plan, arg="uid", load=_load(Plan, "plans.owe_sub_plan"), post=True,
      fields=frozenset({"agency", "due"}))  # fmt: skip
def owe(request: HttpRequest, plan: Plan) -> HttpResponse:
    """An agency owes a plan."""
    viewer = viewer_of(request)
    agencies = {str(each.pk): each for each in tables.candidates(viewer, plan=plan)}
    named = [("", _("— chọn —")), *((pk, each.name) for pk, each in agencies.items())]
    form = forms.Owe(request.POST or None, choices={"agency": named})

    def does(given: dict[str, Any]) -> object:
        agency = agencies[given["agency"]]
        return changing.owe_sub_plan(by=viewer, plan=plan, agency=agency, due=given["due"])

    title = _("Yêu cầu một cơ quan lập kế hoạch")
    return _answer(request, form, does, plan, title=title, back="plan-sub-plans")


def _sub_plan(code: str) -> Any:
    def load(viewer: Viewer, text: str) -> SubPlan | None:
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
        found = SubPlan.objects.select_related("plan", "agency").filter(pk=number).first()
        return found if found is not None and may(viewer, code, found.plan) else None

    return load


@page("plans.fulfil_sub_plan", of=SubPlan, load=_sub_plan("plans.fulfil_sub_plan"), post=True,
      fields=frozenset({"document"}))  # fmt: skip
def fulfil(request: HttpRequest, sub_plan: SubPlan) -> HttpResponse:
    """Which document is the plan that was owed."""
    viewer, plan = viewer_of(request), sub_plan.plan
    documents = {str(each.pk): each for each in planning.documents_of(sub_plan, viewer)}
    named = [
        ("", _("— chọn —")),
        *((pk, f"{each.number} {each.title}"[:120]) for pk, each in documents.items()),
    ]
    form = forms.SubPlanMade(request.POST or None, choices={"document": named})

    def does(given: dict[str, Any]) -> object:
        document = documents[given["document"]]
        return changing.fulfil_sub_plan(by=viewer, plan=plan, sub_plan=sub_plan, document=document)

    title = _("Kế hoạch của %(agency)s") % {"agency": sub_plan.agency.name}
    return _answer(request, form, does, plan, title=title, back="plan-sub-plans")


@page("plans.excuse_sub_plan", of=SubPlan, load=_sub_plan("plans.excuse_sub_plan"), post=True,
      fields=frozenset({"why"}))  # fmt: skip
def excuse(request: HttpRequest, sub_plan: SubPlan) -> HttpResponse:
    """Let an agency off."""
    form, plan = forms.Why(request.POST or None), sub_plan.plan

    def does(given: dict[str, Any]) -> object:
        by = viewer_of(request)
        return changing.excuse_sub_plan(by=by, plan=plan, sub_plan=sub_plan, why=given["why"])

    title = _("Miễn lập kế hoạch: %(agency)s") % {"agency": sub_plan.agency.name}
    return _answer(request, form, does, plan, title=title, back="plan-sub-plans")
