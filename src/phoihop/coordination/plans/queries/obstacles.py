"""Obstacles: for who raised or was asked them, the committee's standing agency, leaders; for nobody else."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from phoihop.base.org.agencies import duties
from phoihop.base.org.doors import may, query
from phoihop.base.org.models import Agency
from phoihop.base.org.queries.reaching import within
from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.plans.models import Committee, Conclusion, Obstacle, Task
from phoihop.coordination.plans.rules import routing
from phoihop.coordination.plans.rules.lateness import Lateness, days_late, state
from phoihop.coordination.plans.rules.states import ObstacleState
from phoihop.kernel.refusals import Bilingual

PAGE = 25
see_list = partial(
    query, "plans.see_obstacles", "Xem danh sách vướng mắc", "See the list of obstacles", recorded=False
)
see = partial(query, "plans.see_obstacle", "Xem một vướng mắc", "See an obstacle")


class Which(StrEnum):
    """Which of those in sight to list."""

    WAITING = "dang-cho"
    ASKED = "hoi-toi"
    RAISED = "toi-neu"
    ABOVE = "len-ban"
    CLOSED = "da-dong"
    ALL = "tat-ca"


@dataclass(frozen=True, slots=True)
class Row:
    """An obstacle in the list. ``late``: days past the day of an answer."""

    uid: UUID
    text: str
    field: Bilingual
    agency: str
    routed: str
    raised: date
    due: date
    state: ObstacleState
    stands: Lateness
    late: int
    decided: bool
    trial: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of obstacles, how many there are of the sort, and how many of each."""

    rows: tuple[Row, ...]
    total: int
    counts: dict[Which, int]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an obstacle; ``kind``: "raised", "answered", "escalated", "decided",
    "closed"."""

    kind: str
    at: datetime | None
    day: date
    agency: str = ""
    text: str = ""
    by_itself: bool = False


@dataclass(frozen=True, slots=True)
class Whole:
    """One obstacle with its timeline, and what the viewer may do now, in whose name.

    ``checked`` False: no document sets the clock. ``conclusions``: by which the committee may decide it.
    """

    row: Row
    pk: int
    proposes: str
    task: Task | None
    committee: Committee | None
    days: int
    checked: bool
    steps: tuple[Event, ...]
    answers_as: Agency | None
    closes_as: Agency | None
    escalates_as: Agency | None
    decides_for: Committee | None
    conclusions: tuple[Conclusion, ...]


def visible(viewer: Viewer) -> Q:
    """Those a viewer may see: an agency of theirs raised or was asked it, or stands for the committee; for
    leaders, those in their units too."""
    own = viewer.agencies
    return (
        within(viewer, "plans.see_obstacles", agency="agency", unit="unit")
        | Q(routed__in=own)
        | Q(committee__agency__in=own)
    )


def find(viewer: Viewer, uid: str) -> Obstacle | None:
    """The obstacle, if the viewer may see it."""
    try:
        wanted = UUID(uid)
    except ValueError:
        return None
    return _rows().filter(visible(viewer), uid=wanted).first()


def _rows() -> QuerySet[Obstacle]:
    return Obstacle.objects.select_related(
        "agency", "routed", "committee__agency", "task", "decided__meeting"
    )


def fields() -> list[Bilingual]:
    """The fields an obstacle can be about, by the number under which addresses name them: a code or a name
    would tell in an address what somebody works on."""
    return [duty.name for duty in duties()]


def field_code(number: int) -> str:
    """The duty of a number of ``fields``; empty where there is none."""
    codes = [duty.code for duty in duties()]
    return codes[number - 1] if 0 < number <= len(codes) else ""


def field_number(code: str) -> int:
    """The way back; 0 for no field."""
    codes = [duty.code for duty in duties()]
    return codes.index(code) + 1 if code in codes else 0


@see_list()
def obstacles(viewer: Viewer, *, which: Which = Which.WAITING, field: int = 0, page: int = 1) -> Listed:
    """What is in sight, the most urgent first; a fixed number of statements."""
    seen = Obstacle.objects.filter(visible(viewer))
    if code := field_code(field):
        seen = seen.filter(duty=code)
    sorts = {sort: seen.filter(_which(viewer, sort)) for sort in Which}
    rows = sorts[which].select_related("agency", "routed").order_by("closed_at", "due", "pk")
    shown = rows[(page - 1) * PAGE : page * PAGE]
    counts = {sort: found.count() for sort, found in sorts.items()}
    return Listed(tuple(row_of(each, viewer.day) for each in shown), counts[which], counts)


def _which(viewer: Viewer, which: Which) -> Q:
    waiting = (ObstacleState.OPEN.value, ObstacleState.ESCALATED.value, ObstacleState.ANSWERED.value)
    match which:
        case Which.WAITING:
            return Q(state__in=waiting)
        case Which.ASKED:
            return Q(state=ObstacleState.OPEN.value, routed__in=viewer.agencies)
        case Which.RAISED:
            return Q(state__in=waiting, agency__in=viewer.agencies)
        case Which.ABOVE:
            return Q(state=ObstacleState.ESCALATED.value)
        case Which.CLOSED:
            return Q(state=ObstacleState.CLOSED.value)
        case Which.ALL:
            return Q()


def row_of(each: Obstacle, on: date) -> Row:
    """A row of the list, of one read with its agencies."""
    open_now = each.state == ObstacleState.OPEN
    names = {duty.code: duty.name for duty in duties()}
    return Row(
        each.uid,
        each.text,
        names.get(each.duty, Bilingual("Lĩnh vực khác", "Another field")),
        each.agency.name,
        each.routed.name if each.routed is not None else "",
        timezone.localtime(each.raised_at).date(),
        each.due,
        ObstacleState(each.state),
        state(each.due, on, ended=not open_now),
        days_late(each.due, on) if open_now else 0,
        each.decided_id is not None,
        each.trial,
    )


@see()
def obstacle(viewer: Viewer, *, obstacle: Obstacle) -> Whole | None:
    """One obstacle with its timeline; None where the viewer may not see it."""
    each = _rows().filter(visible(viewer), pk=obstacle.pk).first()
    if each is None:
        return None
    row = row_of(each, viewer.day)
    clock = routing.clock(row.raised)
    decides = _decides(viewer, each)
    return Whole(
        row,
        each.pk,
        each.proposes,
        each.task,
        each.committee,
        clock.days,
        clock.certainty.note is None,
        _steps(each),
        _as(viewer, "plans.answer_obstacle", each.routed) if _may_answer(each) else None,
        _as(viewer, "plans.close_obstacle", each.agency) if row.state is not ObstacleState.CLOSED else None,
        _as(viewer, "plans.escalate_obstacle", each.agency) if _may_escalate(each, viewer.day) else None,
        decides,
        _conclusions(decides) if decides is not None else (),
    )


def _steps(each: Obstacle) -> tuple[Event, ...]:
    found = [Event("raised", each.raised_at, _day(each.raised_at), each.agency.name, each.text)]
    if each.answered_at is not None:
        routed = each.routed.name if each.routed is not None else ""
        found.append(Event("answered", each.answered_at, _day(each.answered_at), routed, each.answer))
    if each.escalated_at is not None:
        name = each.committee.name if each.committee is not None else ""
        late = _day(each.escalated_at) > each.due and each.answered_at is None
        found.append(Event("escalated", each.escalated_at, _day(each.escalated_at), name, by_itself=late))
    found.sort(key=lambda event: event.at or each.raised_at)
    if each.decided is not None:
        meeting = each.decided.meeting
        found.append(Event("decided", None, meeting.day, meeting.title, each.decided.text))
    if each.closed_at is not None:
        found.append(Event("closed", each.closed_at, _day(each.closed_at), each.agency.name))
    return tuple(found)


def _day(at: datetime) -> date:
    return timezone.localtime(at).date()


def _may_answer(each: Obstacle) -> bool:
    late = each.state == ObstacleState.ESCALATED and not each.answer and each.decided_id is None
    return each.state == ObstacleState.OPEN or late


def _may_escalate(each: Obstacle, on: date) -> bool:
    answered = each.state == ObstacleState.ANSWERED and each.decided_id is None
    return answered or (each.state == ObstacleState.OPEN and each.due < on)


def _as(viewer: Viewer, code: str, agency: Agency | None) -> Agency | None:
    """The agency in whose name the viewer may do something, if they may."""
    return agency if agency is not None and may(viewer, code, agency) else None


def _decides(viewer: Viewer, each: Obstacle) -> Committee | None:
    if each.state != ObstacleState.ESCALATED or each.committee is None:
        return None
    return each.committee if may(viewer, "plans.decide_obstacle", each.committee) else None


def _conclusions(committee: Committee) -> tuple[Conclusion, ...]:
    rows = Conclusion.objects.filter(meeting__committee=committee).select_related("meeting")
    return tuple(rows.order_by("-meeting__day", "-order")[:50])
