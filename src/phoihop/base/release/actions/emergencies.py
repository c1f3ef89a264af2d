"""Opening a file in an emergency, and judging afterwards whether it was one."""

from django.utils import timezone

from phoihop.base.org import notices, proposals, viewers
from phoihop.base.org.doors import action
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.release import finding
from phoihop.base.release.models import Emergency
from phoihop.base.release.rules import emergencies as rules
from phoihop.base.release.rules.emergencies import Verdict
from phoihop.base.security import scope, throttle
from phoihop.base.security.audit.entries import Kind
from phoihop.kernel.refusals import Refusal

_OPEN = "release.case_open_emergency"
A_DAY = 6  # files a person may open in this way


@action(_OPEN, "Mở hồ sơ khẩn cấp", "Open a file in an emergency", kind=Kind.BREAKGLASS, step_up=True)
def open_emergency(*, by: Viewer, kind: str, thing: int, reason: str) -> Emergency:
    """Let the viewer read one file of another facility for half an hour; its heads are told at once.

    NotAllowed, in the same words: the kind is closed or unknown, there is no such file, or the viewer does
    not care for people. Refusal: "reason-missing", "not-needed" (the file is within reach already),
    "too-many".
    """
    rules.check_reason(reason)
    declared = finding.care_kind(by, kind, _OPEN)
    if not finding.cares(by):
        raise finding.unseen(by, _OPEN)
    place = finding.file_of(declared, thing)
    if place is None or place.facility is None or place.agency is None:
        raise finding.unseen(by, _OPEN)
    if (place.facility, place.programme) in viewers.scope_of(by).places:
        raise Refusal(
            "not-needed",
            "Hồ sơ này thuộc phần việc của anh/chị, mở được như thường ngày.",
            "This file belongs to your own work; open it as on any day.",
        )
    if not throttle.take("emergency", by.account, A_DAY, 86_400.0):
        raise Refusal(
            "too-many",
            f"Đã mở khẩn cấp {A_DAY} hồ sơ trong 24 giờ. Hãy gọi cơ sở đang giữ hồ sơ.",
            f"You have opened {A_DAY} files in 24 hours. Call the facility that keeps the file.",
        )
    now = timezone.now()
    before = [old.said for old in _latest(by)]
    made = Emergency(
        who_id=finding.account_of(by),
        agency_id=by.now[0].agency if by.now else None,
        owner_agency_id=place.agency,
        facility_id=place.facility,
        programme=place.programme,
        kind=kind,
        thing=thing,
        flags=["copied"] if rules.is_copied(reason, before) else [],
        opened_at=now,
        ends_at=now + rules.LASTS,
        review_due_at=now + rules.REVIEW,
    )
    made.say_why(reason.strip())
    made.save()
    finding.record_on_file(by, made, "release.open_in_emergency")
    _tell(made, "emergency-opened")
    return made


def _latest(by: Viewer) -> list[Emergency]:
    return list(Emergency.objects.filter(who_id=by.account).order_by("-opened_at")[: rules.LAST])


def _tell(emergency: Emergency, code: str) -> None:
    """Tell the heads of whoever keeps the file; where there is none, the data protection officer."""
    heads = set(proposals.deciders("release.review_emergency", emergency.owner_agency_id))
    told = heads - {emergency.who_id} or protectors()
    notices.tell(told - {emergency.who_id}, code, f"release.Emergency:{emergency.pk}")


def protectors() -> set[int]:
    """Accounts that look after what nobody reviewed."""
    return set(proposals.deciders("release.review_overdue_emergency", None))


@action(
    "release.review_emergency",
    "Xét lần mở khẩn cấp",
    "Review an emergency",
    of="emergency",
    kind=Kind.BREAKGLASS,
)
def review(*, by: Viewer, emergency: Emergency, verdict: str) -> Emergency:
    """Say whether it was one. Refusal: "second-person", "already-reviewed", "no-such-verdict"."""
    return _review(by, emergency, verdict)


@action(
    "release.review_overdue_emergency",
    "Xét lần mở khẩn cấp quá hạn",
    "Review an emergency whose review is overdue",
    of="emergency",
    kind=Kind.BREAKGLASS,
)
def review_overdue(*, by: Viewer, emergency: Emergency, verdict: str) -> Emergency:
    """As ``review``, by the data protection officer, once it is overdue. Refusal also "not-overdue"."""
    if emergency.escalated_at is None:
        raise Refusal(
            "not-overdue",
            "Thủ trưởng cơ sở còn trong hạn để xét lần mở này.",
            "The head of the facility still has time to review this.",
        )
    return _review(by, emergency, verdict)


def _review(by: Viewer, emergency: Emergency, verdict: str) -> Emergency:
    if verdict not in list(Verdict):
        raise Refusal(
            "no-such-verdict", "Hãy chọn phù hợp hay không phù hợp.", "Choose justified or not justified."
        )
    with scope.acting(finding.JOB):
        locked = Emergency.objects.select_for_update().get(pk=emergency.pk)
        if locked.who_id == by.account:
            raise Refusal(
                "second-person",
                "Người đã mở hồ sơ không tự xét việc mình làm.",
                "Whoever opened the file does not review it.",
            )
        if locked.reviewed_at is not None:
            raise Refusal("already-reviewed", "Lần mở này đã được xét.", "This has been reviewed already.")
        locked.reviewed_at, locked.reviewed_by_id, locked.verdict = timezone.now(), by.account, verdict
        locked.save(update_fields=["reviewed_at", "reviewed_by", "verdict"])
        notices.tell([locked.who_id], "emergency-reviewed", f"release.Emergency:{locked.pk}")
        if verdict == Verdict.NOT_FITTING:
            notices.tell(protectors(), "emergency-not-fitting", f"release.Emergency:{locked.pk}")
    return locked


def escalate() -> int:
    """Hand what nobody reviewed in 72 hours to the data protection officer; how many. In a job's scope."""
    now = timezone.now()
    late = Emergency.objects.select_for_update(skip_locked=True).filter(
        review_due_at__lte=now, reviewed_at__isnull=True, escalated_at__isnull=True
    )
    found = list(late)
    for emergency in found:
        emergency.escalated_at = now
        emergency.save(update_fields=["escalated_at"])
        notices.tell(
            protectors() - {emergency.who_id}, "emergency-overdue", f"release.Emergency:{emergency.pk}"
        )
    return len(found)


def end_all(account: int) -> int:
    """End every open emergency of an account; how many there were. In a job's scope."""
    now = timezone.now()
    still = Emergency.objects.filter(who_id=account, ended_at__isnull=True, ends_at__gt=now)
    return still.update(ended_at=now)
