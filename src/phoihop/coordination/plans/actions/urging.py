"""What the day brings by itself: rounds of standing duties are opened and follow their duty, obstacles that
nobody answered go up, and people are reminded. Each may run twice at once and does nothing twice."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from phoihop.base.org import notices
from phoihop.base.org.doors import action, entry
from phoihop.base.org.models import Position
from phoihop.base.org.queries.reaching import holders
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.org.viewers import visitor
from phoihop.base.security.audit.entries import Kind
from phoihop.base.security.audit.recording import record
from phoihop.coordination.plans.alone import Work, alone
from phoihop.coordination.plans.models import CheckIn, Nudge, Pace, Task
from phoihop.coordination.plans.rules import lateness, rounds
from phoihop.coordination.plans.rules.lateness import People, Rung, Thing
from phoihop.coordination.plans.rules.progress import Slot
from phoihop.coordination.plans.rules.states import Part, TaskState
from phoihop.coordination.plans.taking_part import Agencies, Taking, parts, slots
from phoihop.coordination.plans.things import due_things
from phoihop.kernel import working_days

log = logging.getLogger(__name__)

_CHUNK = 500  # tasks looked at together

notices.add_words(
    "plans-due",
    "Có việc sắp đến hạn hoặc quá hạn cần anh/chị xem.",
    "Something that is due soon or late needs your attention.",
)


def tend_check_ins(on: date) -> tuple[int, int]:
    """Open the rounds that are to be open by a day, and let open ones follow their duty; how many of each.

    A round goes with the duty to whoever answers now, and says from whom it came. Where three communes
    became one, the new one has the round of each, and answers for each. In a job's scope.
    """
    alone(Work.ROUND)
    agencies, opened, moved = Agencies(on), 0, 0
    for tasks in _chunks(_standing(on)):
        own = parts([task.pk for task in tasks], agencies)
        there: dict[int, list[CheckIn]] = defaultdict(list)
        for row in CheckIn.objects.filter(task__in=tasks).order_by("first", "pk"):
            there[row.task_id].append(row)
        new: list[CheckIn] = []
        for task in tasks:
            takings = own.get(task.pk, [])
            leading = slots(takings, agencies)
            moved += _follow(there[task.pk], leading, on)
            new += _missing(task, takings, leading, there[task.pk], agencies)
        opened += len(CheckIn.objects.bulk_create(new, ignore_conflicts=True))
    write_down("plans.tend_check_ins", opened + moved)
    return opened, moved


def _standing(on: date) -> Iterator[Task]:
    rows = Task.objects.filter(state=TaskState.OPEN.value, standing=True).select_related("plan__document")
    going = Q(plan__isnull=True) | Q(plan__ended_on__isnull=True) | Q(plan__ended_on__gt=on)
    return rows.filter(going).order_by("pk").iterator(chunk_size=_CHUNK)


def _chunks(tasks: Iterable[Task]) -> Iterator[list[Task]]:
    held: list[Task] = []
    for task in tasks:
        held.append(task)
        if len(held) == _CHUNK:
            yield held
            held = []
    if held:
        yield held


def _follow(there: list[CheckIn], leading: tuple[Slot, ...], on: date) -> int:
    """Give the open rounds of former holders to who holds the part now; who holds another part of the same
    task keeps its own."""
    heirs = {old: agency for slot in leading for agency in sorted(slot.now) for old in slot.line[agency]}
    holding = frozenset(agency for slot in leading for agency in slot.now)
    only = next(iter(holding)) if len(holding) == 1 else None
    taken = {(row.first, row.agency_id, row.came_from_id) for row in there}
    moved = 0
    for row in there:
        # Who was put right on the day it was given left no trace among the parts: the round goes back.
        heir = heirs.get(row.agency_id) or heirs.get(row.came_from_id or 0) or only
        if heir is None or row.report_id is not None or row.agency_id in holding:
            continue
        # Who was asked first, however often it moved; where it comes back to them it is theirs as before.
        asked = row.came_from_id or row.agency_id
        came_from = asked if asked != heir else None
        if (row.first, heir, came_from) in taken:
            continue
        taken.add((row.first, heir, came_from))
        row.agency_id, row.came_from_id, row.came_on = heir, came_from, on if came_from else None
        row.save(update_fields=["agency", "came_from", "came_on"])
        moved += 1
    return moved


def _missing(
    task: Task,
    takings: list[Taking],
    leading: tuple[Slot, ...],
    there: list[CheckIn],
    agencies: Agencies,
) -> Iterator[CheckIn]:
    """The rounds still missing, for each that holds a part now, from when it did; one for each agency."""
    due, held = _rounds(task, agencies.on), _held_since(takings, agencies.on)
    had: dict[int, set[date]] = defaultdict(set)
    for row in there:
        had[row.agency_id].add(row.first)
    for slot in leading:
        for agency in sorted(slot.now):
            since = max(held.get(agency, date.min), agencies.began(agency) or date.min)
            asked = set().union(*(had[old] for old in slot.line[agency] if old in had))
            for each in due:
                if each.first not in asked and each.last >= since:
                    had[agency].add(each.first)
                    yield CheckIn(task=task, agency_id=agency, first=each.first, last=each.last, due=each.due)


def _held_since(takings: list[Taking], on: date) -> dict[int, date]:
    """Since when each agency that leads on a day has."""
    found: dict[int, date] = {}
    for taking in takings:
        if taking.part is Part.LEAD and taking.counts_on(on):
            found[taking.agency] = min(found.get(taking.agency, taking.since), taking.since)
    return found


def _rounds(task: Task, on: date) -> tuple[rounds.Round, ...]:
    plan = task.plan
    if plan is None:
        starts = task.starts or on
        return rounds.rounds(starts=starts, ends=None, known=starts, on=on, every=task.every)
    known = timezone.localtime(plan.made_at).date()
    starts = task.starts or plan.first or plan.document.issued or known
    ends = min((day for day in (plan.last, plan.ended_on) if day is not None), default=None)
    return rounds.rounds(starts=starts, ends=ends, known=known, on=on, every=task.every)


def remind(on: date) -> int:
    """Tell everybody what is due, once a step of the ladder; how many people. In a job's scope.

    One message a person and day, or week for who wants that, however many things it is about; the e-mail is
    another job's, so that no failing post takes the notice in the product with it.
    """
    alone(Work.ROUND)
    agencies = Agencies(on)
    things = tuple(due_things(agencies))
    nudged = frozenset(
        lateness.Nudge(*row)
        for row in Nudge.objects.filter(thing__in={t.label for t in things}).values_list(
            "thing", "step", "account_id"
        )
    )
    weekly = frozenset(Pace.objects.values_list("account_id", flat=True))
    told = _told_since(on) | (_told_since(working_days.monday(on)) & weekly)
    found = lateness.messages(things, on, people_of(things, agencies), nudged, told, weekly)
    rows = [
        Nudge(thing=nudge.thing, step=nudge.step, account_id=account)
        for account, nudges in found.messages.items()
        for nudge in nudges
    ]
    Nudge.objects.bulk_create(rows)
    notices.tell(found.messages, "plans-due")
    if found.unheard:
        log.warning("%s things are due and nobody is there to be reminded", len(found.unheard))
    write_down("plans.remind", len(rows))
    return len(found.messages)


def _told_since(day: date) -> frozenset[int]:
    begins = timezone.make_aware(datetime.combine(day, time.min))
    return frozenset(Nudge.objects.filter(at__gte=begins).values_list("account_id", flat=True))


@action("plans.change_own_pace", "Chọn nhịp nhắc việc", "Choose how often to be reminded")
def change_pace(*, by: Viewer, weekly: bool) -> None:
    """Be told of what is due once a week, or once a day as everybody is."""
    if by.account is None:
        raise RuntimeError("a visitor is not reminded")
    if weekly:
        Pace.objects.get_or_create(account_id=by.account)
    else:
        Pace.objects.filter(account=by.account).delete()


def people_of(things: Iterable[Thing], agencies: Agencies) -> People:
    """Who works at the agencies concerned, by rung: one statement."""
    wanted = {agency for thing in things for agency in (thing.agency, thing.standing) if agency is not None}
    wanted = {old for agency in wanted for old in agencies.line(agency)}
    roles = {
        **dict.fromkeys(holders("plans.report_task"), Rung.OFFICER),
        **dict.fromkeys(holders("plans.close_task"), Rung.STANDING),
        "head": Rung.HEAD,
    }
    held = (
        Position.objects.annotate(at=Coalesce("agency", "facility__agency"))
        .filter(
            at__in=wanted,
            role__in=roles,
            since__lte=agencies.on,
            person__account__is_active=True,
        )
        .exclude(until__lt=agencies.on)
        .values_list("role", "at", "person__account")
    )
    by: dict[Rung, dict[int, set[int]]] = {rung: defaultdict(set) for rung in Rung}
    for role, at, account in held:
        by[roles[role]][agencies.today(at)].add(account)
    return People(
        {rung: {at: frozenset(found) for at, found in places.items()} for rung, places in by.items()}
    )


def write_down(code: str, count: int) -> None:
    """What the program did by itself is in the record too, with nobody's name."""
    if count:
        record(entry(Kind.JOB, code, visitor(), count=count))
