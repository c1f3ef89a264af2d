"""What a planning officer changes in a plan that runs. What the document says is never changed here."""

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from phoihop.base.org.doors import action
from phoihop.base.org.models import Agency, Person
from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.documents.models import Document
from phoihop.coordination.documents.rules.review import Stage
from phoihop.coordination.plans.actions.deciding import position
from phoihop.coordination.plans.actions.handing import hand_on
from phoihop.coordination.plans.models import Holder, Plan, Share, SubPlan, Target, Task
from phoihop.coordination.plans.rules.states import TaskState
from phoihop.kernel.refusals import Refusal
from phoihop.kernel.text import nfc

LONGEST = 2_000  # characters of a reason
_DAY = timedelta(days=1)


@action("plans.link_before", "Chọn kế hoạch trước để so sánh", "Choose the plan before", of="plan")
def link_before(*, by: Viewer, plan: Plan, before: Plan | None) -> Plan:
    """The plan that this one is compared with; None takes the link away. Refusal("before-itself"): a plan
    cannot follow itself, nor one that follows it."""
    plan = running(plan)
    seen, each = {plan.pk}, before
    while each is not None:
        if each.pk in seen:
            raise Refusal(
                "before-itself",
                "Một kế hoạch không thể nối tiếp chính nó.",
                "A plan cannot come after itself.",
            )
        seen.add(each.pk)
        each = each.before
    plan.before = before
    plan.save(update_fields=["before"])
    return plan


@action("plans.set_due", "Đặt hạn", "Set the day something is due", of="plan")
def set_due(
    *, by: Viewer, plan: Plan, due: date | None, target: Target | None = None, task: Task | None = None
) -> Target | Task:
    """The last day of a target or of a task; None: no day. Refusals: "not-of-plan", "task-over"; a day before
    the plan begins, or before the task does ("due-too-early")."""
    plan = running(plan)
    if target is not None:
        target = target_of(plan, target)
        _not_before(due, plan.first)
        target.due = due
        target.save(update_fields=["due"])
        return target
    if task is None:
        raise ValueError("a target or a task is due")
    task = _task(plan, task)
    _not_before(due, task.starts or plan.first)
    task.due = due
    task.standing = task.standing and due is None
    task.save(update_fields=["due", "standing"])
    return task


@action("plans.name_holder", "Giao người chịu trách nhiệm", "Name who answers in person", of="plan")
def name_holder(
    *, by: Viewer, plan: Plan, target: Target, person: Person, since: date | None = None, basis: str = ""
) -> Holder:
    """Who answers in person for a target from a day on (today): whoever did before, did until the day before.

    Refusal("holder-there"): the same person answers already; ("holder-too-early"): the day is not after the
    one on which the present holder began.
    """
    if by.account is None:
        raise RuntimeError("a visitor names nobody")
    target = target_of(running(plan), target)
    day = since or timezone.localdate()
    held = Holder.objects.select_for_update().filter(target=target, until=None).first()
    if held is not None:
        if held.person_id == person.pk:
            raise Refusal(
                "holder-there", "Người này đang chịu trách nhiệm.", "This person answers for it already."
            )
        if day <= held.since:
            raise _too_early()
        held.until = day - _DAY
        held.save(update_fields=["until"])
    try:
        with transaction.atomic():
            return Holder.objects.create(
                target=target, person=person, since=day, basis=_said(basis), named_by_id=by.account
            )
    except IntegrityError:
        raise _too_early() from None


def _too_early() -> Refusal:
    return Refusal(
        "holder-too-early",
        "Vào ngày đó đã có người chịu trách nhiệm. Hãy chọn ngày sau.",
        "Somebody answered for it on that day. Choose a later one.",
    )


@action("plans.drop_target", "Bỏ chỉ tiêu", "Drop a target", of="plan")
def drop_target(*, by: Viewer, plan: Plan, target: Target, why: str) -> Target:
    """The target is not pursued any more; it stays to be read. Refusal: no reason, or dropped already."""
    target = target_of(running(plan), target)
    target.dropped_on, target.dropped_why = timezone.localdate(), reasoned(why)
    target.decided_in_id = position(by, "plans.drop_target", plan)
    target.save(update_fields=["dropped_on", "dropped_why", "decided_in"])
    return target


@action("plans.assign", "Giao nhiệm vụ cho cơ quan", "Assign a task to an agency", of="plan")
def assign(*, by: Viewer, plan: Plan, share: Share, agency: Agency, reason: str) -> Share:
    """Let an agency take a part from today on: one that nobody has, or that somebody else had.

    Refusals: "not-of-plan", "task-over", "share-over" (the part has moved meanwhile), "reason-missing",
    "agency-ended", "agency-there".
    """
    decided = position(by, "plans.assign", plan)
    return _hand(running(plan), share, agency, timezone.localdate(), reasoned(reason), "", decided)


@action("plans.hand_over", "Bàn giao nhiệm vụ", "Hand a task over", of="plan")
def hand_over(
    *, by: Viewer, plan: Plan, share: Share, agency: Agency, day: date, reason: str, basis: str
) -> Share:
    """Let an agency take a part from a day on, by a paper. Refusals as for assigning, and "hand-over-early":
    the day is before the part began; "hand-over-ahead": it is yet to come."""
    plan = running(plan)
    if day > timezone.localdate():
        raise Refusal(
            "hand-over-ahead", "Ngày bàn giao chưa đến.", "The day of the handing over is yet to come."
        )
    decided = position(by, "plans.hand_over", plan)
    return _hand(plan, share, agency, day, reasoned(reason), _said(basis), decided)


def _hand(
    plan: Plan, share: Share, agency: Agency, day: date, why: str, basis: str, decided: int | None
) -> Share:
    share = Share.objects.select_for_update(of=("self",)).select_related("task").get(pk=share.pk)
    _task(plan, share.task)
    if share.until is not None:
        raise Refusal(
            "share-over",
            "Phần việc này vừa được chuyển cho cơ quan khác. Hãy xem lại.",
            "This part has just gone to another agency. Look again.",
        )
    if day < share.since:
        raise Refusal(
            "hand-over-early",
            "Ngày bàn giao trước ngày cơ quan hiện nay nhận việc.",
            "The day is before the present agency took the part.",
        )
    if (agency.valid_from is not None and day < agency.valid_from) or (
        agency.valid_to is not None and agency.valid_to < day
    ):
        raise Refusal(
            "agency-ended",
            "Cơ quan này không hoạt động vào ngày đó.",
            "This agency was not in existence on that day.",
        )
    if share.agency_id == agency.pk:
        raise Refusal("agency-there", "Cơ quan này đang giữ phần việc.", "This agency has the part already.")
    return hand_on(share, agency, day, why=why, basis=basis, position=decided)


@action("plans.owe_sub_plan", "Yêu cầu kế hoạch của cơ quan", "Ask an agency for its plan", of="plan")
def owe_sub_plan(
    *, by: Viewer, plan: Plan, agency: Agency, task: Task | None = None, due: date | None = None
) -> SubPlan:
    """An agency owes a plan of its own. Refusal("sub-plan-there"): it owes one already."""
    plan = running(plan)
    if task is not None:
        _task(plan, task)
    try:
        with transaction.atomic():
            return SubPlan.objects.create(
                plan=plan, agency=agency, task=task, due=due,
                decided_in_id=position(by, "plans.owe_sub_plan", plan),
            )  # fmt: skip
    except IntegrityError:
        raise Refusal(
            "sub-plan-there",
            "Cơ quan này đã có trong danh sách.",
            "This agency is on the list already.",
        ) from None


@action("plans.fulfil_sub_plan", "Ghi nhận kế hoạch của cơ quan", "Record an agency's plan", of="plan")
def fulfil_sub_plan(*, by: Viewer, plan: Plan, sub_plan: SubPlan, document: Document) -> SubPlan:
    """The document is the plan that was owed. Refusal("document-not-confirmed"), ("document-the-same")."""
    sub_plan = _sub_plan(running(plan), sub_plan)
    if document.stage != Stage.CONFIRMED:
        raise Refusal(
            "document-not-confirmed",
            "Văn bản này chưa được xác nhận.",
            "This document is not confirmed.",
        )
    if document.pk == plan.document_id:
        raise Refusal(
            "document-the-same",
            "Đây chính là văn bản của kế hoạch này.",
            "This is the document of the plan itself.",
        )
    sub_plan.document, sub_plan.excused_why = document, ""
    sub_plan.decided_in_id = position(by, "plans.fulfil_sub_plan", plan)
    sub_plan.save(update_fields=["document", "excused_why", "decided_in"])
    return sub_plan


@action("plans.excuse_sub_plan", "Miễn kế hoạch của cơ quan", "Excuse an agency from its plan", of="plan")
def excuse_sub_plan(*, by: Viewer, plan: Plan, sub_plan: SubPlan, why: str) -> SubPlan:
    """The agency need not make one. Refusal: no reason, or the plan is there ("sub-plan-done")."""
    sub_plan = _sub_plan(running(plan), sub_plan)
    if sub_plan.document_id is not None:
        raise Refusal("sub-plan-done", "Đã có kế hoạch này.", "This plan is there already.")
    sub_plan.excused_why = reasoned(why)
    sub_plan.decided_in_id = position(by, "plans.excuse_sub_plan", plan)
    sub_plan.save(update_fields=["excused_why", "decided_in"])
    return sub_plan


@action("plans.mark_trial", "Đánh dấu số liệu thử", "Mark as a trial", of="plan")
def mark_trial(*, by: Viewer, plan: Plan) -> Plan:
    """Say that a plan is one of a demonstration: it is labelled so wherever it is shown, from now on."""
    plan = running(plan)
    plan.trial = True
    plan.save(update_fields=["trial"])
    return plan


def running(plan: Plan) -> Plan:
    found: Plan = Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    if found.ended_on is not None:
        raise Refusal("plan-ended", "Kế hoạch này đã kết thúc.", "This plan is over.")
    return found


def target_of(plan: Plan, target: Target) -> Target:
    found: Target = Target.objects.select_for_update(of=("self",)).get(pk=target.pk)
    if found.plan_id != plan.pk:
        raise _elsewhere()
    if found.dropped_on is not None:
        raise Refusal("target-dropped", "Chỉ tiêu này đã bỏ.", "This target has been dropped.")
    return found


def _task(plan: Plan, task: Task) -> Task:
    found: Task = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if found.plan_id != plan.pk:
        raise _elsewhere()
    if found.state != TaskState.OPEN:
        raise Refusal("task-over", "Nhiệm vụ này đã kết thúc.", "This task is over.")
    return found


def _sub_plan(plan: Plan, sub_plan: SubPlan) -> SubPlan:
    found: SubPlan = SubPlan.objects.select_for_update(of=("self",)).get(pk=sub_plan.pk)
    if found.plan_id != plan.pk:
        raise _elsewhere()
    return found


def _elsewhere() -> Refusal:
    return Refusal("not-of-plan", "Mục này không thuộc kế hoạch.", "This is not of the plan.")


def _not_before(due: date | None, first: date | None) -> None:
    if due is not None and first is not None and due < first:
        raise Refusal("due-too-early", "Hạn trước ngày bắt đầu.", "It would be due before it begins.")


def _said(text: str) -> str:
    said = " ".join(nfc(text).split())
    if len(said) > LONGEST:
        raise Refusal(
            "words-long", f"Hãy ghi ngắn hơn {LONGEST} ký tự.", f"Write fewer than {LONGEST} letters."
        )
    return said


def reasoned(text: str) -> str:
    said = _said(text)
    if len(said) < 5:
        raise Refusal(
            "reason-missing",
            "Hãy ghi lý do, ít nhất vài từ.",
            "Give a reason of a few words.",
        )
    return said
