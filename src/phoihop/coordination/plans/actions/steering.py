"""Steering committees: set up, newly manned by decision (kiện toàn), meetings, conclusions as tasks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max, Q

from phoihop.base.org.agencies import duty
from phoihop.base.org.doors import action
from phoihop.base.org.models import Agency, Person, Unit
from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.documents.models import Document
from phoihop.coordination.plans.models import Committee, Conclusion, Meeting, Member, Share, Task
from phoihop.coordination.plans.rules.states import Part
from phoihop.kernel.refusals import Refusal
from phoihop.kernel.text import nfc

_DAY = timedelta(days=1)
MOST = 100  # members of a committee


@dataclass(frozen=True, slots=True)
class Seat:
    """One place on a committee, as a decision words it: the role there ("Trưởng ban"), and whose it is, by
    office; with agency and person where they are known."""

    role: str
    office: str
    agency: Agency | None = None
    person: Person | None = None


@action("plans.set_up_committee", "Lập ban chỉ đạo", "Set up a committee", of="agency")
def set_up(*, by: Viewer, agency: Agency, name: str, unit: Unit | None, since: date, basis: str) -> Committee:
    """Set up a committee whose standing agency is one's own. Refusals: "name-missing", "committee-there"."""
    said = _line(name)
    if not said:
        raise Refusal("name-missing", "Hãy ghi tên ban chỉ đạo.", "Give the committee's name.")
    if Committee.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=since), name=said, unit=unit
    ).exists():
        raise Refusal(
            "committee-there",
            "Địa bàn này đã có ban chỉ đạo cùng tên.",
            "There is a committee of this name there already.",
        )
    return Committee.objects.create(name=said, unit=unit, agency=agency, valid_from=since, basis=_line(basis))


@action("plans.reconstitute", "Kiện toàn ban chỉ đạo", "Newly man a committee", of="committee")
def reconstitute(
    *, by: Viewer, committee: Committee, since: date, basis: str, seats: Sequence[Seat]
) -> tuple[Member, ...]:
    """Let a decision say who is on the committee from a day on. Who was before stays on record until the day
    before. Refusals: "members-missing", "too-many-members", "basis-missing", "manned-later",
    "committee-not-then"."""
    locked = Committee.objects.select_for_update().get(pk=committee.pk)
    _stands(locked, since)
    wanted = [seat for seat in seats if _line(seat.office) or seat.person is not None]
    if not wanted:
        raise Refusal("members-missing", "Hãy ghi ít nhất một thành viên.", "Name at least one member.")
    if len(wanted) > MOST:
        raise Refusal(
            "too-many-members", f"Ban chỉ đạo có nhiều nhất {MOST} thành viên.", f"{MOST} members at most."
        )
    if not _line(basis):
        raise Refusal(
            "basis-missing", "Hãy ghi số và ngày của quyết định.", "Give the decision's number and day."
        )
    members = Member.objects.filter(committee=locked)
    if members.filter(Q(since__gte=since) | Q(until__gte=since)).exists():
        raise Refusal(
            "manned-later",
            "Đã có lần kiện toàn vào ngày đó hoặc muộn hơn. Quyết định mới phải sau quyết định trước.",
            "It was manned on that day or later. Each decision has to come after the one before.",
        )
    for before in members.filter(until=None):
        before.until = since - _DAY
        before.save(update_fields=["until"])
    return tuple(
        Member.objects.create(
            committee=locked,
            agency=seat.agency,
            person=seat.person,
            office=_line(seat.office),
            role=_line(seat.role)[:80],
            rank=rank,
            since=since,
            basis=_line(basis),
        )
        for rank, seat in enumerate(wanted)
    )


@action("plans.end_committee", "Kết thúc ban chỉ đạo", "End a committee", of="committee")
def end(*, by: Viewer, committee: Committee, last_day: date, basis: str) -> Committee:
    """Say a committee's last day; its members' too. What it gave out goes on. Refusals: "committee-ended",
    "committee-not-then", "manned-later", "basis-missing"."""
    row = Committee.objects.select_for_update().get(pk=committee.pk)
    if row.valid_to is not None:
        raise Refusal("committee-ended", "Ban chỉ đạo này đã kết thúc.", "This committee has ended.")
    _stands(row, last_day)
    if not _line(basis):
        raise Refusal(
            "basis-missing", "Hãy ghi số và ngày của quyết định.", "Give the decision's number and day."
        )
    if Member.objects.filter(committee=row, since__gt=last_day).exists():
        raise Refusal(
            "manned-later", "Có thành viên tham gia sau ngày đó.", "There are members from after that day."
        )
    for member in Member.objects.filter(committee=row, until=None):
        member.until = last_day
        member.save(update_fields=["until"])
    row.valid_to, row.basis = last_day, "; ".join(filter(None, (row.basis, _line(basis))))
    row.save(update_fields=["valid_to", "basis"])
    return row


@action("plans.hold_meeting", "Ghi cuộc họp", "Record a meeting", of="committee")
def hold_meeting(
    *, by: Viewer, committee: Committee, day: date, title: str, document: Document | None = None
) -> Meeting:
    """Write down a meeting of the committee. Refusals: "title-missing", "committee-not-then"."""
    if not _line(title):
        raise Refusal("title-missing", "Hãy ghi nội dung cuộc họp.", "Say what the meeting was about.")
    assert by.account is not None
    _stands(committee, day)
    return Meeting.objects.create(
        committee=committee, day=day, title=_line(title), document=document, made_by_id=by.account
    )


@action("plans.conclude", "Ghi kết luận và giao việc", "Record a conclusion and give it out", of="committee")
def conclude(
    *,
    by: Viewer,
    committee: Committee,
    meeting: Meeting,
    text: str,
    leads: Sequence[Agency],
    joins: Sequence[Agency] = (),
    due: date | None,
    duty_code: str = "",
) -> Conclusion:
    """Write down one conclusion, which is a task of those who are to carry it out, from the meeting's day.

    Without ``due`` it is a standing duty. Refusals: "meeting-elsewhere", "meeting-ahead", "text-missing",
    "agency-missing", "agency-twice", "agency-not-then", "days-wrong", "unknown-duty".
    """
    if meeting.committee_id != committee.pk:
        raise Refusal(
            "meeting-elsewhere",
            "Cuộc họp này không phải của ban chỉ đạo đó.",
            "This meeting is not one of that committee's.",
        )
    _can_conclude(by, meeting, text, leads, joins, due)
    if duty_code:
        duty(duty_code)
    Meeting.objects.select_for_update().get(pk=meeting.pk)
    last = Conclusion.objects.filter(meeting=meeting).aggregate(last=Max("order"))["last"]
    order = 0 if last is None else last + 1
    made = Conclusion.objects.create(meeting=meeting, order=order, text=nfc(text).strip())
    task = Task.objects.create(
        conclusion=made,
        order=order,
        text=made.text,
        duty=duty_code,
        standing=due is None,
        starts=meeting.day,
        due=due,
    )
    for part, agencies in ((Part.LEAD, leads), (Part.JOIN, joins)):
        for slot, agency in enumerate(agencies):
            Share.objects.create(
                task=task,
                part=part.value,
                slot=slot,
                named=agency.name,
                kind=agency.kind,
                unit=agency.unit,
                agency=agency,
                # An agency set up since the meeting answers from its own first day.
                since=max(meeting.day, agency.valid_from or meeting.day),
            )
    return made


def _can_conclude(
    by: Viewer,
    meeting: Meeting,
    text: str,
    leads: Sequence[Agency],
    joins: Sequence[Agency],
    due: date | None,
) -> None:
    if meeting.day > by.day:
        raise Refusal("meeting-ahead", "Cuộc họp này chưa diễn ra.", "This meeting is still to come.")
    if len(text.strip()) < 5:
        raise Refusal("text-missing", "Hãy ghi kết luận.", "Write the conclusion.")
    if not leads:
        raise Refusal(
            "agency-missing", "Hãy chọn cơ quan chủ trì.", "Choose the agency that is to carry it out."
        )
    everybody = [agency.pk for agency in (*leads, *joins)]
    if len(set(everybody)) != len(everybody):
        raise Refusal("agency-twice", "Một cơ quan được chọn hai lần.", "An agency was chosen twice.")
    for agency in (*leads, *joins):
        begun = agency.valid_from is None or agency.valid_from <= by.day
        if not begun or (agency.valid_to is not None and agency.valid_to < by.day):
            raise Refusal(
                "agency-not-then",
                "Có cơ quan hiện không còn hoạt động.",
                "One of the agencies does not exist today.",
            )
    if due is not None and due < meeting.day:
        raise Refusal("days-wrong", "Hạn phải sau ngày họp.", "The day it is due comes after the meeting.")


def _stands(committee: Committee, day: date) -> None:
    begins, ends = committee.valid_from or day, committee.valid_to or day
    if not begins <= day <= ends:
        raise Refusal(
            "committee-not-then",
            "Ban chỉ đạo không hoạt động vào ngày đó.",
            "The committee did not exist on that day.",
        )


def _line(text: str) -> str:
    return " ".join(nfc(text).split())
