"""What the day brings by itself: rounds of standing duties are opened and follow their duty, obstacles that
nobody answered go up, and people are reminded. Each may run twice at once and does nothing twice."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from phoihop.base.org import notices
from phoihop.base.org.doors import entry
from phoihop.base.org.models import Position
from phoihop.base.org.queries.reaching import holders
from phoihop.base.org.viewers import visitor
from phoihop.base.security.audit.entries import Kind
from phoihop.base.security.audit.recording import record
from phoihop.coordination.plans.alone import Work, alone
from phoihop.coordination.plans.models import CheckIn, Nudge, Task
from phoihop.coordination.plans.rules import lateness, rounds
from phoihop.coordination.plans.rules.lateness import People, Rung, Thing
from phoihop.coordination.plans.rules.progress import Slot
from phoihop.coordination.plans.rules.states import Part, TaskState
from phoihop.coordination.plans.taking_part import Agencies, Taking, parts, slots
from phoihop.coordination.plans.things import due_things

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
    became one, the first one's open round moves and the others stay under their own names: the new commune's
    people reach, and answer, all three. In a job's scope.
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
            for slot in slots(takings, agencies):
                moved += _follow(there[task.pk], slot, on)
                new += _open(task, takings, slot, there[task.pk] + new, agencies)
        CheckIn.objects.bulk_create(new, ignore_conflicts=True)
        opened += len(new)
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


def _follow(there: list[CheckIn], slot: Slot, on: date) -> int:
    """Give the open rounds of former holders to who holds the part now."""
    moved = 0
    for agency in sorted(slot.now):
        taken = {row.first for row in there if row.agency_id == agency}
        for row in there:
            left = row.report_id is None and row.agency_id not in slot.now
            if left and row.agency_id in slot.line[agency] and row.first not in taken:
                row.came_from_id, row.came_on, row.agency_id = row.agency_id, on, agency
                row.save(update_fields=["came_from", "came_on", "agency"])
                taken.add(row.first)
                moved += 1
    return moved


def _open(
    task: Task, takings: list[Taking], slot: Slot, there: list[CheckIn], agencies: Agencies
) -> Iterator[CheckIn]:
    """The rounds still missing, for each that holds the part now, from when it did."""
    due = _rounds(task, agencies.on)
    for agency in sorted(slot.now):
        line = slot.line[agency]
        had = {row.first for row in there if row.task_id == task.pk and row.agency_id in line}
        since = max(_since(takings, slot, agency, agencies.on), agencies.began(agency) or date.min)
        for each in due:
            if each.first not in had and each.last >= since:
                yield CheckIn(task=task, agency_id=agency, first=each.first, last=each.last, due=each.due)


def _since(takings: list[Taking], slot: Slot, agency: int, on: date) -> date:
    own = [t.since for t in takings if t.part is Part.LEAD and t.agency == agency and t.counts_on(on)]
    return min(own, default=date.min)


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

    One message a person and day, however many things it is about; the e-mail is another job's, so that no
    failing post takes the notice in the product with it.
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
    found = lateness.messages(things, on, people_of(things, agencies), nudged, _told_on(on))
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


def _told_on(on: date) -> frozenset[int]:
    begins = timezone.make_aware(datetime.combine(on, time.min))
    rows = Nudge.objects.filter(at__gte=begins, at__lt=begins + timedelta(days=1))
    return frozenset(rows.values_list("account_id", flat=True))


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
