"""What agencies say of their work: figures of targets, where tasks stand, answers to check-ins.

A report is a fact. It is never changed; who was wrong takes it back and says it anew. Where a task stands is
worked out from the reports that stand, in whatever order they came (rules.progress).
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from phoihop.base.org.doors import action
from phoihop.base.org.files import actions as files_in
from phoihop.base.org.models import Agency
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security.models import StoredFile
from phoihop.base.security.uploads import intake
from phoihop.coordination.plans.actions.deciding import position
from phoihop.coordination.plans.models import (
    CheckIn,
    Committee,
    Holder,
    Output,
    Plan,
    Target,
    TargetReport,
    Task,
    TaskReport,
)
from phoihop.coordination.plans.rules.progress import task_done_on
from phoihop.coordination.plans.rules.states import Said, TaskState
from phoihop.coordination.plans.taking_part import (
    Agencies,
    parts,
    slots,
    takes_part,
    takes_part_in_plan,
    words,
)
from phoihop.kernel.refusals import Refusal
from phoihop.kernel.text import nfc

LONGEST = 4_000  # characters of a note
MOST_FILES = 10
_MOST = Decimal(10) ** 14

# Name and bytes of a file as it was sent.
Sent = tuple[str, bytes]
Report = TypeVar("Report", TargetReport, TaskReport)


@action("plans.report_target", "Báo cáo số liệu chỉ tiêu", "Report a target's figure", of="agency")
def report_target(
    *,
    by: Viewer,
    agency: Agency,
    target: Target,
    day: date,
    value: Decimal,
    source: str,
    note: str = "",
    trial: bool = False,
    uid: UUID | None = None,
) -> TargetReport:
    """Say what a target's number was on a day, and where it comes from.

    The agency looks after the plan, takes part in a task of it, or is that of the person named for the
    target. ``uid`` is the form's: sent twice, it is one report. Refusals: "not-yours", "day-ahead",
    "target-dropped", "value-wrong", "source-missing".
    """
    if (there := _there(TargetReport, uid, by)) is not None:
        return there
    _not_ahead(day, by)
    if target.dropped_on is not None and day > target.dropped_on:
        raise Refusal(
            "target-dropped",
            "Chỉ tiêu này đã được đưa ra khỏi kế hoạch trước ngày đó.",
            "This target was taken out of the plan before that day.",
        )
    if not answers_for(target, agency, day, Agencies(by.day)):
        raise _not_yours()
    if not source.strip():
        raise Refusal("source-missing", "Hãy ghi số này lấy từ đâu.", "Say where this number was taken from.")
    return _once(
        TargetReport,
        uid,
        by,
        target=target,
        day=day,
        value=_number(value, below_zero=True),
        source=_words(source),
        note=_words(note),
        agency=agency,
        trial=trial,
    )


@action("plans.report_task", "Báo cáo tiến độ nhiệm vụ", "Report on a task", of="agency")
def report_task(
    *,
    by: Viewer,
    agency: Agency,
    task: Task,
    day: date,
    said: Said,
    note: str = "",
    output: Target | None = None,
    count: Decimal | None = None,
    files: Sequence[Sent] = (),
    trial: bool = False,
    uid: UUID | None = None,
) -> TaskReport:
    """Say where a task stands on a day; what was counted since the report before; files that show it.

    Done by every leading agency, the task is done. A report about a day on which a task was closed by word,
    or a later one, is refused; about earlier days it is taken, however late it comes. Refusals: "not-yours",
    "day-ahead", "task-ended", "standing-never-done", "output-of-another", "count-wrong", "too-many-files",
    and those of files that are let in.
    """
    if (there := _there(TaskReport, uid, by)) is not None:
        return there
    locked = _lock(task)
    _may_report(by, agency, locked, day, said)
    return _report(by, agency, locked, day, said, note, output, count, files, trial, uid)


@action("plans.answer_check_in", "Trả lời kỳ rà soát", "Answer a check-in", of="agency")
def answer_check_in(
    *,
    by: Viewer,
    agency: Agency,
    check_in: CheckIn,
    said: Said,
    note: str,
    output: Target | None = None,
    count: Decimal | None = None,
    files: Sequence[Sent] = (),
    trial: bool = False,
) -> TaskReport:
    """Answer one round of a standing duty, before its day or long after: it waits.

    Refusals: as ``report_task``, "check-in-answered", "note-missing".
    """
    locked = _lock(check_in.task)
    row = CheckIn.objects.select_for_update().get(pk=check_in.pk)
    agencies = Agencies(by.day)
    if row.agency_id not in agencies.line(agencies.today(agency.pk)) | {agency.pk}:
        raise _not_yours()
    if row.report_id is not None:
        raise Refusal("check-in-answered", "Kỳ này đã được trả lời.", "This round has been answered already.")
    if not note.strip():
        raise Refusal(
            "note-missing",
            "Hãy ghi vài câu về việc đã làm trong kỳ.",
            "Say in a few words what was done in this round.",
        )
    _not_done_for_ever(locked, said)
    # Of the round's own days, so that an answer given late is not one of the present round.
    day = min(by.day, row.last)
    report = _report(by, agency, locked, day, said, note, output, count, files, trial, None)
    row.report = report
    row.save(update_fields=["report"])
    return report


@action("plans.withdraw_report", "Rút báo cáo", "Take back a report", of="agency")
def withdraw_report(
    *, by: Viewer, agency: Agency, report: TargetReport | TaskReport
) -> TargetReport | TaskReport:
    """Take back a report of one's own agency. It stays to be read, struck out, and counts no more; the
    check-in that it answered waits again. Refusals: "not-yours", "report-withdrawn"."""
    task = _lock(report.task) if isinstance(report, TaskReport) else None
    row: Any = type(report)._default_manager.select_for_update().get(pk=report.pk)
    agencies = Agencies(by.day)
    if row.agency_id not in agencies.line(agencies.today(agency.pk)) | {agency.pk}:
        raise _not_yours()
    if row.withdrawn_at is not None:
        raise Refusal("report-withdrawn", "Báo cáo này đã được rút.", "This report was taken back already.")
    row.withdrawn_at, row.withdrawn_by_id = timezone.now(), by.account
    row.save(update_fields=["withdrawn_at", "withdrawn_by"])
    if task is not None:
        for waiting in CheckIn.objects.filter(report=row):
            waiting.report = None
            waiting.save(update_fields=["report"])
        settle(task, Agencies(by.day))
    return row  # type: ignore[no-any-return]


@action("plans.close_task", "Đóng nhiệm vụ", "Close a task", of="owner")
def close_task(
    *, by: Viewer, owner: Plan | Committee, task: Task, day: date, state: TaskState, why: str
) -> Task:
    """Close a task by word, done or dropped, with the reason; what its agencies say then changes nothing.

    ``owner``: the plan of the task, or the committee whose meeting gave it out. Refusals: "task-elsewhere",
    "task-ended", "day-ahead", "reason-missing", "state-wrong".
    """
    row = _lock(task)
    _of_owner(row, owner)
    _not_ahead(day, by)
    if state not in (TaskState.DONE, TaskState.DROPPED):
        raise Refusal("state-wrong", "Hãy chọn: đã xong hoặc không làm nữa.", "Choose: done, or dropped.")
    if row.ended_why:
        raise _ended()
    if len(why.strip()) < 5:
        raise Refusal(
            "reason-missing",
            "Hãy ghi lý do, ít nhất vài từ.",
            "Give a reason of a few words.",
        )
    row.state, row.ended_on, row.ended_why = state.value, day, _words(why)
    row.decided_in_id = position(by, "plans.close_task", owner)
    row.save(update_fields=["state", "ended_on", "ended_why", "decided_in"])
    return row


@action("plans.reopen_task", "Mở lại nhiệm vụ", "Open a task again", of="owner")
def reopen_task(*, by: Viewer, owner: Plan | Committee, task: Task) -> Task:
    """Take back the word that closed a task: it stands again where its agencies' reports put it.

    Refusals: "task-elsewhere", "not-closed", "plan-ended".
    """
    row = _lock(task)
    _of_owner(row, owner)
    if row.plan is not None and row.plan.ended_on is not None:
        raise Refusal("plan-ended", "Kế hoạch này đã kết thúc.", "This plan is over.")
    if not row.ended_why:
        raise Refusal(
            "not-closed",
            "Nhiệm vụ này hoàn thành theo báo cáo, không phải do ai đóng.",
            "This task was not closed by anybody's word.",
        )
    row.ended_why, row.decided_in = "", None
    row.save(update_fields=["ended_why", "decided_in"])
    settle(row, Agencies(by.day))
    return row


def settle(task: Task, agencies: Agencies) -> None:
    """Put a locked task where its reports say it stands, unless it was closed by word."""
    if task.ended_why:
        return
    day = None  # a standing one goes on
    if not task.standing:
        own = parts([task.pk], agencies)[task.pk]
        day = task_done_on(words([task.pk])[task.pk], slots(own, agencies))
    state = TaskState.OPEN if day is None else TaskState.DONE
    if (task.state, task.ended_on) != (state.value, day):
        task.state, task.ended_on = state.value, day
        task.save(update_fields=["state", "ended_on"])


def _report(
    by: Viewer,
    agency: Agency,
    task: Task,
    day: date,
    said: Said,
    note: str,
    output: Target | None,
    count: Decimal | None,
    files: Sequence[Sent],
    trial: bool,
    uid: UUID | None,
) -> TaskReport:
    """Write a report of a locked task, its files last: nothing else can be refused after them."""
    number = _counted(task, output, count)
    if len(files) > MOST_FILES:
        raise Refusal(
            "too-many-files",
            f"Mỗi báo cáo kèm được nhiều nhất {MOST_FILES} tệp.",
            f"A report takes {MOST_FILES} files at most.",
        )
    kept = [
        files_in.keep(by=by, data=data, name=name, purpose=intake.ATTACHMENT, about=task).pk
        for name, data in files
    ]
    # A task belongs to nobody alone; what shows the work is kept with the agency in whose name it was sent.
    StoredFile.objects.filter(pk__in=kept).update(agency=agency.pk)
    report = _once(
        TaskReport,
        uid,
        by,
        task=task,
        agency=agency,
        day=day,
        said=said.value,
        note=_words(note),
        output=output,
        count=number,
        files=kept,
        trial=trial,
    )
    settle(task, Agencies(by.day))
    return report


def _lock(task: Task) -> Task:
    return (
        Task.objects.select_for_update(of=("self",))
        .select_related("plan", "conclusion__meeting")
        .get(pk=task.pk)
    )


def _may_report(by: Viewer, agency: Agency, task: Task, day: date, said: Said) -> None:
    _not_ahead(day, by)
    agencies = Agencies(by.day)
    if not takes_part(parts([task.pk], agencies)[task.pk], agency.pk, day, agencies):
        raise _not_yours()
    # Closed by word, not by reports: those settle themselves.
    if task.ended_why and task.ended_on is not None and day > task.ended_on:
        raise _ended()
    _not_done_for_ever(task, said)


def _not_done_for_ever(task: Task, said: Said) -> None:
    if task.standing and said is Said.DONE:
        raise Refusal(
            "standing-never-done",
            "Nhiệm vụ thường xuyên không có lúc xong hẳn: hãy báo đang làm hoặc có vướng mắc.",
            "A standing duty is never done for good: say that it is going on, or hindered.",
        )


def _not_ahead(day: date, by: Viewer) -> None:
    if day > by.day:
        raise Refusal(
            "day-ahead", "Ngày này chưa tới. Hãy ghi ngày đã qua hoặc hôm nay.", "That day is still to come."
        )


def _not_yours() -> Refusal:
    return Refusal(
        "not-yours",
        "Cơ quan anh/chị không được giao việc này.",
        "Your agency has no part in this.",
    )


def _ended() -> Refusal:
    return Refusal("task-ended", "Nhiệm vụ này đã kết thúc.", "This task has ended.")


def _of_owner(task: Task, owner: Plan | Committee) -> None:
    meeting = task.conclusion.meeting if task.conclusion is not None else None
    right = (
        task.plan_id == owner.pk if isinstance(owner, Plan) else meeting and meeting.committee_id == owner.pk
    )
    if not right:
        raise Refusal(
            "task-elsewhere",
            "Nhiệm vụ này không do kế hoạch hoặc ban chỉ đạo đó giao.",
            "This task does not belong there.",
        )


def answers_for(target: Target, agency: Agency, day: date, agencies: Agencies) -> bool:
    own = agencies.line(agencies.today(agency.pk)) | {agency.pk}
    if target.plan.agency_id in own:
        return True
    if takes_part_in_plan(target.plan_id, agency.pk, day, agencies):
        return True
    holders = Holder.objects.filter(target=target, since__lte=agencies.on).exclude(until__lt=agencies.on)
    return holders.filter(person__positions__agency__in=own).exists()


def _counted(task: Task, output: Target | None, count: Decimal | None) -> Decimal | None:
    if output is None and count is None:
        return None
    if output is None or not Output.objects.filter(task=task, target=output).exists():
        raise Refusal(
            "output-of-another",
            "Sản phẩm này không thuộc nhiệm vụ đó.",
            "This output is not one of that task.",
        )
    if count is None:
        raise Refusal("count-wrong", "Hãy ghi số lượng.", "Say how many.")
    return _number(count, below_zero=False)


def _number(value: Decimal, *, below_zero: bool) -> Decimal:
    try:
        exact = Decimal(value).quantize(Decimal("0.000001"))
    except InvalidOperation:
        exact = Decimal("NaN")
    if not exact.is_finite() or abs(exact) >= _MOST or (exact < 0 and not below_zero):
        reason = "value-wrong" if below_zero else "count-wrong"
        raise Refusal(reason, "Số này không hợp lệ. Hãy kiểm tra lại.", "This number cannot be taken.")
    return exact


def _words(text: str) -> str:
    return nfc(text).strip()[:LONGEST]


def _there(model: type[Report], uid: UUID | None, by: Viewer) -> Report | None:
    """The report that this very form has made already."""
    if uid is None:
        return None
    return model._default_manager.filter(uid=uid, account=by.account).first()


def _once(model: type[Report], uid: UUID | None, by: Viewer, **given: Any) -> Report:
    """Make a report; of one form sent twice at the same moment, the other's."""
    assert by.account is not None
    if uid is None:
        return model._default_manager.create(account_id=by.account, **given)
    try:
        with transaction.atomic():
            return model._default_manager.create(uid=uid, account_id=by.account, **given)
    except IntegrityError:
        there = _there(model, uid, by)
        if there is None:
            raise
        return there
