"""Steering committees through time, their meetings, and what became of what these concluded."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import partial
from uuid import UUID

from django.db.models import Count, F, Q
from django.utils import timezone

from phoihop.base.org.doors import may, query
from phoihop.base.org.queries.units import full_name
from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.plans.models import Committee, Conclusion, Meeting, Member, Obstacle, Share, Task
from phoihop.coordination.plans.queries.answers import current
from phoihop.coordination.plans.queries.obstacles import visible
from phoihop.coordination.plans.rules.lateness import Lateness, state
from phoihop.coordination.plans.rules.states import ObstacleState, Part, TaskState

PAGE = 25
see = partial(query, "plans.see_committees", "Xem ban chỉ đạo", "See committees", recorded=False)
see_meetings = partial(query, "plans.see_meetings", "Xem cuộc họp", "See meetings", recorded=False)


@dataclass(frozen=True, slots=True)
class CommitteeRow:
    """A committee in the list. ``waiting``: obstacles before it that the viewer may see."""

    uid: UUID
    name: str
    unit: str
    agency: str
    members: int
    meetings: int
    waiting: int
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Committees:
    """One page of committees and how many there are."""

    rows: tuple[CommitteeRow, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Seat:
    """One place on a committee in one of its compositions. ``new``: not there in the one before; ``left``:
    not there in the next."""

    role: str
    office: str
    agency: str
    person: str
    new: bool
    left: bool


@dataclass(frozen=True, slots=True)
class Composition:
    """Who was on a committee from a day to a day, by which decision."""

    since: date
    until: date | None
    basis: str
    seats: tuple[Seat, ...]


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """A meeting in a list: how many conclusions, how many of them still open or late."""

    uid: UUID
    day: date
    title: str
    committee: str
    conclusions: int
    open: int
    late: int


@dataclass(frozen=True, slots=True)
class Whole:
    """A committee: its compositions, the present first; a page of its meetings (``held`` in all), the latest
    first; the longest waiting of the obstacles before it (``waits`` in all); what the viewer may do."""

    committee: Committee
    unit: str
    compositions: tuple[Composition, ...]
    meetings: tuple[MeetingRow, ...]
    waiting: tuple[tuple[UUID, str, date], ...]
    waits: int
    held: int
    mans: bool
    meets: bool
    ends: bool


@dataclass(frozen=True, slots=True)
class Concluded:
    """One conclusion with its task: who carries it out today, by when, how it stands."""

    order: int
    text: str
    task: UUID | None
    leads: tuple[str, ...]
    joins: tuple[str, ...]
    due: date | None
    stands: Lateness
    done: bool
    settles: int


@dataclass(frozen=True, slots=True)
class WholeMeeting:
    """A meeting with its conclusions."""

    meeting: Meeting
    conclusions: tuple[Concluded, ...]
    concludes: bool


@dataclass(frozen=True, slots=True)
class Meetings:
    """One page of meetings and how many there are."""

    rows: tuple[MeetingRow, ...]
    total: int


@see()
def committees(viewer: Viewer, *, page: int = 1) -> Committees:
    """Every committee, those of today first; three statements."""
    seats = Count("members", filter=current(viewer.day, "members__"), distinct=True)
    rows = Committee.objects.select_related("unit", "agency").annotate(
        seats=seats, held=Count("meetings", distinct=True)
    )
    shown = rows.order_by(F("valid_to").desc(nulls_first=True), "name", "pk")[(page - 1) * PAGE : page * PAGE]
    found = list(shown)
    waiting = dict(
        Obstacle.objects.filter(visible(viewer), state=ObstacleState.ESCALATED.value, committee__in=found)
        .values_list("committee")
        .annotate(n=Count("pk"))
    )
    return Committees(
        tuple(
            CommitteeRow(
                each.uid,
                each.name,
                full_name(each.unit) if each.unit is not None else "",
                each.agency.name,
                each.seats,
                each.held,
                waiting.get(each.pk, 0),
                each.valid_from,
                each.valid_to,
            )
            for each in found
        ),
        Committee.objects.count(),
    )


@see()
def committee(viewer: Viewer, *, committee: Committee, page: int = 1) -> Whole:
    """One committee, with every composition it had and one page of its meetings; a fixed number of
    statements."""
    row = Committee.objects.select_related("unit", "agency").get(pk=committee.pk)
    waiting = Obstacle.objects.filter(
        visible(viewer), committee=row, state=ObstacleState.ESCALATED.value
    ).order_by("escalated_at")
    going = row.valid_to is None or row.valid_to >= viewer.day
    meetings = _meetings(viewer, Q(committee=row), page)
    return Whole(
        row,
        full_name(row.unit) if row.unit is not None else "",
        compositions(row),
        meetings.rows,
        tuple((each.uid, each.text, timezone.localtime(each.escalated_at).date()) for each in waiting[:PAGE]),
        waiting.count(),
        meetings.total,
        going and bool(may(viewer, "plans.reconstitute", row)),
        going and bool(may(viewer, "plans.hold_meeting", row)),
        row.valid_to is None and bool(may(viewer, "plans.end_committee", row)),
    )


def compositions(committee: Committee) -> tuple[Composition, ...]:
    """Who was on a committee when, the latest first; beside each seat whether it is new, and whether it was
    given up: one statement."""
    by_day: dict[date, list[Member]] = defaultdict(list)
    rows = Member.objects.filter(committee=committee).select_related("agency", "person")
    for member in rows.order_by("since", "rank", "pk"):
        by_day[member.since].append(member)
    days = sorted(by_day)
    keys = [{_seat(member) for member in by_day[day]} for day in days]
    found = []
    for place, day in enumerate(days):
        before = keys[place - 1] if place else keys[place]
        after = keys[place + 1] if place + 1 < len(days) else keys[place]
        members = by_day[day]
        seats = tuple(
            Seat(
                member.role,
                member.office,
                member.agency.name if member.agency is not None else "",
                member.person.name if member.person is not None else "",
                _seat(member) not in before,
                _seat(member) not in after,
            )
            for member in members
        )
        until = max((m.until for m in members if m.until), default=None)
        still = any(member.until is None for member in members)
        found.append(Composition(day, None if still else until, members[0].basis, seats))
    return tuple(reversed(found))


def _seat(member: Member) -> tuple[str, str, int | None, int | None]:
    return member.role, member.office, member.agency_id, member.person_id


@see_meetings()
def meetings(viewer: Viewer, *, page: int = 1) -> Meetings:
    """Every committee's meetings, the latest first."""
    return _meetings(viewer, Q(), page)


def _meetings(viewer: Viewer, where: Q, page: int) -> Meetings:
    going = Q(conclusions__task__state=TaskState.OPEN.value)
    rows = (
        Meeting.objects.filter(where)
        .select_related("committee")
        .annotate(
            concluded=Count("conclusions", distinct=True),
            going=Count("conclusions", filter=going, distinct=True),
            late=Count("conclusions", filter=going & Q(conclusions__task__due__lt=viewer.day), distinct=True),
        )
        .order_by("-day", "-pk")
    )
    shown = tuple(
        MeetingRow(
            each.uid,
            each.day,
            each.title,
            each.committee.name,
            each.concluded,
            each.going,
            each.late,
        )
        for each in rows[(page - 1) * PAGE : page * PAGE]
    )
    return Meetings(shown, Meeting.objects.filter(where).count())


@see_meetings()
def meeting(viewer: Viewer, *, meeting: Meeting) -> WholeMeeting:
    """One meeting: what it concluded, who carries that out today, and how it stands."""
    row = Meeting.objects.select_related("committee__agency", "document").get(pk=meeting.pk)
    found = list(
        Conclusion.objects.filter(meeting=row)
        .select_related("task")
        .annotate(settles=Count("obstacles"))
        .order_by("order")
    )
    tasks = {each.pk: _task(each) for each in found}
    parts = _parts([task.pk for task in tasks.values() if task is not None], viewer.day)
    return WholeMeeting(
        row,
        tuple(_concluded(each, tasks[each.pk], parts, viewer.day) for each in found),
        row.day <= viewer.day and bool(may(viewer, "plans.conclude", row.committee)),
    )


def _task(conclusion: Conclusion) -> Task | None:
    # What stands on the other side of a one-to-one may be missing, and Django raises then.
    return getattr(conclusion, "task", None)


def _parts(tasks: list[int], day: date) -> dict[tuple[int, Part], list[str]]:
    found: dict[tuple[int, Part], list[str]] = defaultdict(list)
    rows = Share.objects.filter(current(day), task__in=tasks).select_related("agency").order_by("slot", "pk")
    for share in rows:
        name = share.agency.name if share.agency is not None else share.named
        found[share.task_id, Part(share.part)].append(name)
    return found


def _concluded(
    each: Conclusion, task: Task | None, parts: dict[tuple[int, Part], list[str]], day: date
) -> Concluded:
    ended = task is not None and task.state != TaskState.OPEN
    return Concluded(
        each.order + 1,
        each.text,
        task.uid if task is not None else None,
        tuple(parts.get((task.pk, Part.LEAD), ())) if task is not None else (),
        tuple(parts.get((task.pk, Part.JOIN), ())) if task is not None else (),
        task.due if task is not None else None,
        state(task.due if task is not None else None, day, ended=ended),
        task is not None and task.state == TaskState.DONE,
        each.settles,  # type: ignore[attr-defined]
    )
