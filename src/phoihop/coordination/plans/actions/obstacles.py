"""Obstacles (vướng mắc): raised, routed by field, answered within a time, else taken to the committee."""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from phoihop.base.org import notices
from phoihop.base.org.agencies import Tier, duty
from phoihop.base.org.doors import action
from phoihop.base.org.models import Agency, Position, Succession, Unit
from phoihop.base.org.queries.reaching import holders
from phoihop.base.org.queries.units import stood
from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.plans.actions.urging import write_down
from phoihop.coordination.plans.alone import Work, alone
from phoihop.coordination.plans.models import Committee, Conclusion, Obstacle, Task
from phoihop.coordination.plans.rules import routing
from phoihop.coordination.plans.rules.states import ObstacleState
from phoihop.coordination.plans.taking_part import Agencies
from phoihop.coordination.plans.things import standing_on
from phoihop.kernel.refusals import Refusal
from phoihop.kernel.text import nfc

LONGEST = 4_000  # characters
_OPEN = (ObstacleState.OPEN.value, ObstacleState.ANSWERED.value, ObstacleState.ESCALATED.value)

notices.add_words(
    "obstacle-asked",
    "Có vướng mắc chờ cơ quan anh/chị trả lời.",
    "An obstacle waits for your agency's answer.",
)
notices.add_words(
    "obstacle-answered", "Vướng mắc anh/chị nêu đã có trả lời.", "The obstacle you raised has been answered."
)
notices.add_words(
    "obstacle-escalated",
    "Có vướng mắc được chuyển lên ban chỉ đạo.",
    "An obstacle was taken to the steering committee.",
)
notices.add_words(
    "obstacle-decided", "Vướng mắc anh/chị nêu đã có kết luận.", "The obstacle you raised has been decided."
)


@action("plans.raise_obstacle", "Nêu vướng mắc", "Raise an obstacle", of="agency")
def raise_obstacle(
    *,
    by: Viewer,
    agency: Agency,
    duty_code: str,
    text: str,
    proposes: str = "",
    task: Task | None = None,
    trial: bool = False,
) -> Obstacle:
    """Say what stands in the way, in the name of one's agency, whether or not it is about a task.

    It goes to the agency that answers for the field today, at the agency's own tier or the next one up; where
    none is there, to the committee's standing agency. Refusals: "unknown-duty", "text-missing".
    """
    duty(duty_code)
    if len(text.strip()) < 10:
        raise Refusal(
            "text-missing",
            "Hãy nêu vướng mắc bằng vài câu, để cơ quan trả lời hiểu cần gỡ điều gì.",
            "Describe the obstacle in a few words, so that who answers knows what is needed.",
        )
    assert by.account is not None
    committee = committee_over(agency, by.day)
    routed = route(agency, duty_code, by.day) or (committee.agency if committee is not None else None)
    made = Obstacle.objects.create(
        agency=agency,
        account_id=by.account,
        unit_id=agency.unit_id,
        task=task,
        duty=duty_code,
        text=_words(text),
        proposes=_words(proposes),
        routed=routed,
        due=routing.answer_by(by.day),
        committee=committee,
        trial=trial,
    )
    if routed is None:
        # There is nobody to wait for.
        made.state, made.escalated_at = ObstacleState.ESCALATED.value, timezone.now()
        made.save(update_fields=["state", "escalated_at"])
    else:
        _tell(made, [routed.pk], "obstacle-asked")
    return made


@action("plans.answer_obstacle", "Trả lời vướng mắc", "Answer an obstacle", of="agency")
def answer(*, by: Viewer, agency: Agency, obstacle: Obstacle, text: str) -> Obstacle:
    """Answer for the agency that was asked; also after the obstacle went to the committee, where it stays.

    Refusals: "not-asked", "obstacle-not-open", "text-missing".
    """
    row = _lock(obstacle)
    if row.routed_id is None or row.routed_id not in _line(agency, by.day):
        raise Refusal(
            "not-asked",
            "Vướng mắc này không chuyển tới cơ quan anh/chị.",
            "This obstacle was not sent to your agency.",
        )
    late = row.state == ObstacleState.ESCALATED and not row.answer and row.decided_id is None
    if row.state != ObstacleState.OPEN and not late:
        raise moved_on()
    if len(text.strip()) < 5:
        raise Refusal("text-missing", "Hãy ghi câu trả lời.", "Write the answer.")
    row.answer, row.answered_by_id, row.answered_at = _words(text), by.account, timezone.now()
    if not late:
        row.state = ObstacleState.ANSWERED.value
    row.save(update_fields=["answer", "answered_by", "answered_at", "state"])
    _tell_raiser(row, "obstacle-answered")
    return row


@action("plans.close_obstacle", "Đóng vướng mắc", "Close an obstacle", of="agency")
def close(*, by: Viewer, agency: Agency, obstacle: Obstacle) -> Obstacle:
    """Say, as who raised it, that nothing stands in the way any more. Refusals: "not-yours",
    "obstacle-not-open"."""
    row = _own(by, agency, obstacle)
    row.state, row.closed_at = ObstacleState.CLOSED.value, timezone.now()
    row.save(update_fields=["state", "closed_at"])
    return row


@action("plans.escalate_obstacle", "Chuyển vướng mắc lên ban chỉ đạo", "Take an obstacle up", of="agency")
def escalate(*, by: Viewer, agency: Agency, obstacle: Obstacle) -> Obstacle:
    """Take it to the committee, as who raised it and is not helped by the answer.

    Refusals: "not-yours", "obstacle-not-open", "obstacle-not-answered" while the agency asked has time left,
    "obstacle-decided".
    """
    row = _own(by, agency, obstacle)
    if row.decided_id is not None:
        raise Refusal(
            "obstacle-decided", "Vướng mắc này đã có kết luận.", "This obstacle has been decided already."
        )
    if row.state == ObstacleState.ESCALATED:
        raise moved_on()
    if row.state == ObstacleState.OPEN and by.day <= row.due:
        raise Refusal(
            "obstacle-not-answered",
            "Cơ quan được hỏi còn trong hạn trả lời.",
            "The agency that was asked still has time to answer.",
        )
    _escalate(row, by.day)
    return row


@action("plans.decide_obstacle", "Kết luận về vướng mắc", "Decide an obstacle", of="committee")
def decide(*, by: Viewer, committee: Committee, obstacle: Obstacle, conclusion: Conclusion) -> Obstacle:
    """Say which conclusion of the committee's meetings settles what was taken to it; who raised it closes.

    Refusals: "not-before-committee", "conclusion-elsewhere".
    """
    row = _lock(obstacle)
    if row.state != ObstacleState.ESCALATED or (row.committee_id or committee.pk) != committee.pk:
        raise Refusal(
            "not-before-committee",
            "Vướng mắc này không do ban chỉ đạo đó xem xét.",
            "This obstacle is not before that committee.",
        )
    if conclusion.meeting.committee_id != committee.pk:
        raise Refusal(
            "conclusion-elsewhere",
            "Kết luận này không phải của ban chỉ đạo đó.",
            "This conclusion is not one of that committee's.",
        )
    row.decided, row.committee, row.state = conclusion, committee, ObstacleState.ANSWERED.value
    row.save(update_fields=["decided", "committee", "state"])
    _tell_raiser(row, "obstacle-decided")
    return row


def escalate_overdue(on: date) -> int:
    """Take up what nobody answered in time; how many. In a job's scope."""
    late = (
        Obstacle.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(state=ObstacleState.OPEN.value, due__lt=on)
        .select_related("agency__unit__parent", "committee")
    )
    found = list(late)
    for row in found:
        _escalate(row, on)
    write_down("plans.escalate_obstacles", len(found))
    return len(found)


def follow_agencies(on: date) -> int:
    """Let open obstacles follow their field: where who was asked is gone, or does not answer for it any
    more, who does is asked, with the time that was left. What waits for a committee that has ended goes to
    the one in its place. How many. In a job's scope."""
    alone(Work.ROUND)
    agencies, moved = Agencies(on), _follow_committees(on)
    rows = Obstacle.objects.filter(state=ObstacleState.OPEN.value).select_related(
        "agency", "routed", "committee"
    )
    for row in rows.order_by("pk"):
        now = agencies.today(row.routed_id) if row.routed_id is not None else None
        raiser = Agency.objects.get(pk=agencies.today(row.agency_id))
        right = route(raiser, row.duty, on)
        if right is None and now is not None and _stands(now, on):
            right = Agency.objects.get(pk=now)
        if right is None and row.committee is not None:
            right = Agency.objects.get(pk=agencies.today(row.committee.agency_id))
        if right is not None and right.pk != row.routed_id:
            row.routed = right
            row.save(update_fields=["routed"])
            _tell(row, [right.pk], "obstacle-asked")
            moved += 1
    write_down("plans.follow_obstacles", moved)
    return moved


def _follow_committees(on: date) -> int:
    moved = 0
    waiting = Obstacle.objects.filter(state=ObstacleState.ESCALATED.value, decided=None)
    for row in waiting.filter(committee__valid_to__lt=on).select_related("agency__unit__parent"):
        there = committee_over(row.agency, on)
        if there is not None:
            row.committee = there
            row.save(update_fields=["committee"])
            _tell(row, [there.agency_id], "obstacle-escalated", "plans.decide_obstacle")
            moved += 1
    return moved


def route(agency: Agency, duty_code: str, on: date) -> Agency | None:
    """The agency that answers for a field today, seen from one that asks: of its own tier, else of the next
    one up that is there and is another one. None: nobody."""
    for each in routing.routes(duty_code, routing.tier_of(agency.kind), on):
        unit = _unit_at(agency.unit, each.tier, on)
        if unit is None and each.tier is not Tier.CENTRE:
            continue
        found = Agency.objects.filter(stood(on), kind=each.kind, unit=unit).exclude(pk=agency.pk)
        if (there := found.order_by("pk").first()) is not None:
            return there
    return None


def committee_over(agency: Agency, on: date) -> Committee | None:
    """The committee of the nearest unit that has one: the agency's own, else one that it lies in."""
    for unit in _up(agency.unit, on):
        standing = Committee.objects.filter(standing_on(on), unit=unit).select_related("agency")
        if (there := standing.order_by("-pk").first()) is not None:
            return there
    return None


def _unit_at(unit: Unit | None, tier: Tier, on: date) -> Unit | None:
    return next((each for each in _up(unit, on) if each.level == tier), None)


def _up(unit: Unit | None, on: date) -> Iterable[Unit]:
    """A unit as it is on a day, and those that it lies in."""
    seen: set[int] = set()
    while unit is not None and unit.pk not in seen:
        seen.add(unit.pk)
        if unit.valid_to is not None and unit.valid_to < on:
            after = Succession.objects.filter(old=unit, day__lte=on).order_by("-whole", "-share", "pk")
            first = after.select_related("new").first()
            if first is not None:
                unit = first.new
                continue
        yield unit
        unit = unit.parent


def _stands(agency: int, on: date) -> bool:
    return Agency.objects.filter(stood(on), pk=agency).exists()


def _escalate(row: Obstacle, on: date) -> None:
    row.state, row.escalated_at = ObstacleState.ESCALATED.value, timezone.now()
    if row.committee is None or _is_over(row.committee, on):
        row.committee = committee_over(row.agency, on) or row.committee
    row.save(update_fields=["state", "escalated_at", "committee"])
    _tell_raiser(row, "obstacle-escalated")
    if row.committee is not None:
        _tell(row, [row.committee.agency_id], "obstacle-escalated", "plans.decide_obstacle")


def _is_over(committee: Committee, on: date) -> bool:
    return committee.valid_to is not None and committee.valid_to < on


def _lock(obstacle: Obstacle) -> Obstacle:
    found: Obstacle = (
        Obstacle.objects.select_for_update(of=("self",))
        .select_related("agency__unit__parent", "committee")
        .get(pk=obstacle.pk)
    )
    return found


def _own(by: Viewer, agency: Agency, obstacle: Obstacle) -> Obstacle:
    """One's own agency's obstacle, locked and not closed."""
    row = _lock(obstacle)
    if row.agency_id not in _line(agency, by.day):
        raise Refusal(
            "not-yours",
            "Vướng mắc này không do cơ quan anh/chị nêu.",
            "Your agency did not raise this obstacle.",
        )
    if row.state not in _OPEN:
        raise moved_on()
    return row


def _line(agency: Agency, on: date) -> frozenset[int]:
    """An agency with those that went into it: their obstacles, and what they were asked, are its own now."""
    return Agencies(on).line(agency.pk)


def moved_on() -> Refusal:
    """Somebody has done something about it since the page was opened."""
    return Refusal(
        "obstacle-not-open",
        "Vướng mắc này đã chuyển sang bước khác. Hãy tải lại trang để xem.",
        "This obstacle has moved on. Open the page again to see.",
    )


def _tell(
    row: Obstacle, agencies: Iterable[int], code: str, permission: str = "plans.answer_obstacle"
) -> None:
    """Tell who may answer, or decide, at some agencies; where nobody may, their heads."""
    today = timezone.localdate()
    known = Agencies(today)
    # Those of an agency that went into another one are its people now.
    line = {old for agency in agencies for old in known.line(known.today(agency))}
    held = Position.objects.filter(
        agency__in=line, since__lte=today, person__account__is_active=True
    ).exclude(until__lt=today)
    for roles in (holders(permission), ["head"]):
        accounts = set(held.filter(role__in=roles).values_list("person__account", flat=True))
        if accounts:
            notices.tell(accounts, code, f"plans.Obstacle:{row.pk}")
            return


def _tell_raiser(row: Obstacle, code: str) -> None:
    notices.tell([row.account_id], code, f"plans.Obstacle:{row.pk}")


def _words(text: str) -> str:
    if "\0" in text:
        raise Refusal(
            "text-wrong",
            "Nội dung có ký tự không ghi được. Hãy gõ lại.",
            "There is a character in it that cannot be kept. Type it again.",
        )
    return nfc(text).strip()[:LONGEST]
