"""Handing tasks on when agencies, duties and units change. Nothing is dropped, nothing is deleted.

Every open part of every open task is followed through the registers (``courses``): a part that moved ends
the day before, and the next one begins with why and by which paper.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from django.db import transaction
from django.db.models import Q, QuerySet

from phoihop.base.org.models import Agency
from phoihop.coordination.plans.courses import Registers, State, course, is_still
from phoihop.coordination.plans.models import Plan, Share, Task
from phoihop.coordination.plans.owing import owe
from phoihop.coordination.plans.rules import fields
from phoihop.coordination.plans.rules.states import TaskState

_DAY = timedelta(days=1)
_TOGETHER = 500  # parts in one transaction


@dataclass(frozen=True, slots=True)
class Followed:
    """How many parts were handed on, how many found somebody, and how many sub-plans became owed."""

    moved: int
    filled: int
    owed: int


def follow_changes(today: date) -> Followed:
    """Hand on every open part that has moved by a day. Done again it changes nothing."""
    registers = Registers()
    moved = filled = 0
    waiting = iter(_open().values_list("pk", flat=True).order_by("pk").iterator())
    while numbers := list(islice(waiting, _TOGETHER)):
        with transaction.atomic():
            shares = _open().filter(pk__in=numbers).select_for_update(of=("self",)).order_by("pk")
            for share in shares.select_related("task__plan__document"):
                begun, found = follow(share, today, registers)
                moved, filled = moved + begun, filled + found
    running = Plan.objects.filter(ended_on=None).select_related("document", "unit")
    owed = sum(owe(plan, today, registers) for plan in running.order_by("pk"))
    return Followed(moved, filled, owed)


def _open() -> QuerySet[Share]:
    running = Q(task__plan=None) | Q(task__plan__ended_on=None)
    return Share.objects.filter(running, until=None, task__state=TaskState.OPEN.value)


def follow(share: Share, today: date, registers: Registers) -> tuple[int, int]:
    """Follow one part; how many new ones it made, and whether it found somebody in its own place (0 or 1)."""
    begun = filled = 0
    state = State(share.kind, share.group, share.unit_id, share.agency_id)
    if is_still(state, share.since, today, registers):
        return 0, 0
    for turn in course(state, duties_of(share.task), share.since, today, registers):
        if turn.day <= share.since:
            filled += 1
            _put(share, turn.state)
            share.why = share.why or turn.why
            share.basis = share.basis or turn.basis
            share.certain = share.certain and turn.certain
            share.save()
            continue
        Share.objects.filter(pk=share.pk).update(until=turn.day - _DAY)
        begun += 1
        share = Share(
            task=share.task,
            part=share.part,
            slot=share.slot,
            named=share.named,
            since=turn.day,
            why=turn.why,
            basis=turn.basis,
            # What was not checked on the way here makes all that follows from it no surer.
            certain=share.certain and turn.certain,
        )
        _put(share, turn.state)
        share.save()
    return begun, filled


def _put(share: Share, state: State) -> None:
    share.kind, share.group = state.kind, state.group
    share.unit_id, share.agency_id = state.unit, state.agency


def duties_of(task: Task) -> tuple[str, ...]:
    """What a task may be about: the duty that was set for it, and what its words speak of."""
    title = task.plan.document.title if task.plan is not None else ""
    spoken = fields.concerns(task.text, task.section, title)
    return tuple(dict.fromkeys((*([task.duty] if task.duty else []), *spoken)))


def hand_on(share: Share, agency: Agency, day: date, *, why: str, basis: str) -> Share:
    """End a part the day before and let another agency begin; on its own first day it only changes hands."""
    if day <= share.since:
        share.kind, share.group, share.unit_id = agency.kind, False, agency.unit_id
        share.agency, share.why, share.basis, share.certain = agency, why, basis, True
        share.save()
        return share
    share.until = day - _DAY
    share.save(update_fields=["until"])
    return Share.objects.create(
        task=share.task,
        part=share.part,
        slot=share.slot,
        named=share.named,
        kind=agency.kind,
        unit_id=agency.unit_id,
        agency=agency,
        since=day,
        why=why,
        basis=basis,
    )
