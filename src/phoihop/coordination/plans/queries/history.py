"""What happened to a plan, who decided it, and as whom: newest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils import timezone

from phoihop.base.org.models import Position
from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.plans.models import Binding, Plan, Share, SubPlan, Target, Task
from phoihop.coordination.plans.queries.plans import Head, head_of, see
from phoihop.coordination.plans.rules import whys
from phoihop.coordination.plans.rules.binding import catalogue
from phoihop.coordination.plans.rules.states import TaskState
from phoihop.kernel.refusals import Bilingual

EVENTS = 50
# Whom a thing's decider is read with: who they are, in which role, where.
_WHO = ("decided_in__person", "decided_in__agency", "decided_in__facility")


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decided something: their name, and the role and place in which they did, which may be past now."""

    name: str
    role: str
    place: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a plan. ``kind`` picks the words; the rest is what they tell of. ``by``
    None: the program did it by itself, or it was done before the program kept who does."""

    day: date
    kind: str
    task: UUID | None = None
    target: UUID | None = None
    text: str = ""
    agency: str = ""
    before: str = ""
    because: Bilingual | None = None
    why: str = ""
    basis: str = ""
    certain: bool = True
    by: Decider | None = None


@dataclass(frozen=True, slots=True)
class History:
    """What happened to a plan, newest first; ``total`` of all."""

    head: Head
    events: tuple[Event, ...]
    total: int


@see()
def history(viewer: Viewer, *, plan: Plan, page: int = 1) -> History:
    """What happened to the plan: made, parts moved, targets bound, dropped, tasks ended, sub-plans come."""
    events = [*_plan(plan), *_moves(plan), *_bindings(plan), *_ends(plan), *_sub_plans(plan)]
    events.sort(key=lambda event: event.day, reverse=True)
    shown = tuple(events[(page - 1) * EVENTS : page * EVENTS])
    return History(head_of(plan, viewer.day), shown, len(events))


def _plan(plan: Plan) -> Iterable[Event]:
    row = Plan.objects.select_related("made_by__person", *_WHO).get(pk=plan.pk)
    made = timezone.localtime(row.made_at).date()
    yield Event(made, "made", by=_confirmed(row, made))
    if row.ended_on is not None:
        yield Event(row.ended_on, "ended", by=_decider(row.decided_in))


def _confirmed(plan: Plan, day: date) -> Decider:
    """Who confirmed the document, in a position that they held then at the plan's agency."""
    held = Position.objects.filter(person=plan.made_by.person_id, agency=plan.agency_id, since__lte=day)
    position = held.exclude(until__lt=day).select_related("person", "agency").order_by("since", "pk").first()
    return _decider(position) or Decider(plan.made_by.person.name, "", "")


def _decider(position: Position | None) -> Decider | None:
    if position is None:
        return None
    place = position.agency or position.facility
    return Decider(position.person.name, position.role, place.name if place is not None else "")


def _moves(plan: Plan) -> Iterable[Event]:
    """Each share that followed another one in its place, and each that somebody gave on its first day."""
    shares = Share.objects.filter(task__plan=plan).select_related("agency", "task", *_WHO)
    last: dict[tuple[int, str, int], Share] = {}
    for share in shares.order_by("since", "pk"):
        slot = (share.task_id, share.part, share.slot)
        old = last.get(slot)
        if old is not None or share.decided_in_id is not None:
            yield Event(
                share.since,
                "moved" if old is not None and old.agency_id is not None else "assigned",
                task=share.task.uid,
                text=share.task.text,
                agency=share.agency.name if share.agency is not None else share.named,
                before=_name(old),
                because=whys.said(share.because),
                why=share.why,
                basis=share.basis,
                certain=share.certain,
                by=_decider(share.decided_in),
            )
        last[slot] = share


def _name(share: Share | None) -> str:
    if share is None:
        return ""
    return share.agency.name if share.agency is not None else share.named


def _bindings(plan: Plan) -> Iterable[Event]:
    """What a person bound a target to, and ended; suggestions of the program decide nothing."""
    rows = Binding.objects.filter(target__plan=plan, by__isnull=False)
    for row in rows.select_related("target", "ended_by__person", *_WHO).order_by("since", "pk"):
        entry = catalogue().get(row.code)
        given = {
            "target": row.target.uid,
            "text": row.target.text,
            "because": entry.name if entry is not None else Bilingual(row.code, row.code),
        }
        yield Event(timezone.localtime(row.since).date(), "bound", by=_decider(row.decided_in), **given)
        if row.until is not None:
            by = Decider(row.ended_by.person.name, "", "") if row.ended_by is not None else None
            yield Event(timezone.localtime(row.until).date(), "unbound", why=row.why, by=by, **given)


def _ends(plan: Plan) -> Iterable[Event]:
    ended = Task.objects.filter(plan=plan, ended_on__isnull=False).exclude(state=TaskState.OPEN.value)
    for task in ended.select_related(*_WHO):
        if task.ended_on is not None:
            yield Event(
                task.ended_on,
                f"task-{task.state}",
                task=task.uid,
                text=task.text,
                why=task.ended_why,
                by=_decider(task.decided_in),
            )
    for target in Target.objects.filter(plan=plan, dropped_on__isnull=False).select_related(*_WHO):
        if target.dropped_on is not None:
            yield Event(
                target.dropped_on,
                "target-dropped",
                target=target.uid,
                text=target.text,
                why=target.dropped_why,
                by=_decider(target.decided_in),
            )


def _sub_plans(plan: Plan) -> Iterable[Event]:
    came = SubPlan.objects.filter(plan=plan, document__confirmed_at__isnull=False)
    for row in came.select_related("agency", "document", *_WHO):
        if row.document is not None and row.document.confirmed_at is not None:
            day = timezone.localtime(row.document.confirmed_at).date()
            yield Event(day, "sub-plan", agency=row.agency.name, by=_decider(row.decided_in))
