"""Handing tasks on when agencies, duties and units change. Nothing is dropped, nothing is deleted.

Every open part of every open task is followed through the registers (``courses``): a part that moved ends
the day before, and the next one begins with why and by which paper.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import DatabaseError, transaction
from django.db.models import Q, QuerySet

from phoihop.base.org.models import Agency
from phoihop.coordination.plans.courses import Registers, State, course, is_still
from phoihop.coordination.plans.models import Plan, Share, Task
from phoihop.coordination.plans.owing import owe
from phoihop.coordination.plans.rules import fields
from phoihop.coordination.plans.rules.states import TaskState
from phoihop.coordination.plans.rules.whys import kept

log = logging.getLogger(__name__)

_DAY = timedelta(days=1)
_TOGETHER = 500  # parts read together


@dataclass(frozen=True, slots=True)
class Followed:
    """How many parts were handed on, how many found somebody, and how many sub-plans became owed."""

    moved: int
    filled: int
    owed: int


def follow_changes(today: date) -> Followed:
    """Hand on every open part that has moved by a day. Done again it changes nothing.

    All parts are looked at in one go, and only those that may have moved are locked and followed: on most
    days none. A part that cannot be followed is said to the operators, and keeps no other from being handed
    on.
    """
    registers, moved, filled = Registers(), 0, 0
    for numbers in _batched(_moving(today, registers)):
        shares = _open().filter(pk__in=numbers).select_for_update(of=("self",)).order_by("pk")
        for share in shares.select_related("task__plan__document"):
            begun, found = _follow_alone(share, today, registers)
            moved, filled = moved + begun, filled + found
    running = Plan.objects.filter(ended_on=None).select_related("document", "unit")
    return Followed(moved, filled, owe(running.order_by("pk"), today, registers))


def _moving(today: date, registers: Registers) -> list[int]:
    """The open parts that something may have happened to: one statement, and two for their units."""
    rows = [
        (pk, since, State(kind, group, unit, agency, gone))
        for pk, since, kind, group, unit, agency, gone in _open().values_list(
            "pk", "since", "kind", "group", "unit", "agency", "gone"
        )
    ]
    registers.expect(state.unit for _, _, state in rows if state.unit is not None)
    return sorted(pk for pk, since, state in rows if not is_still(state, since, today, registers))


def _batched(numbers: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(numbers), _TOGETHER):
        yield numbers[start : start + _TOGETHER]


def _follow_alone(share: Share, today: date, registers: Registers) -> tuple[int, int]:
    number = share.pk
    try:
        with transaction.atomic():
            return follow(share, today, registers)
    except (DatabaseError, LookupError, ValueError) as error:
        # Its number and the sort of fault alone: the words of a task are nobody's outside the product.
        log.error("part %s of a task cannot be handed on: %s", number, type(error).__name__)
        return 0, 0


def _open() -> QuerySet[Share]:
    running = Q(task__plan=None) | Q(task__plan__ended_on=None)
    return Share.objects.filter(running, until=None, task__state=TaskState.OPEN.value)


def follow(share: Share, today: date, registers: Registers) -> tuple[int, int]:
    """Follow one part; how many new ones it made, and whether it found somebody in its own place (0 or 1)."""
    begun = filled = 0
    state = State(share.kind, share.group, share.unit_id, share.agency_id, share.gone_id)
    if is_still(state, share.since, today, registers):
        return 0, 0
    for turn in course(state, duties_of(share.task), share.since, today, registers):
        if turn.day <= share.since:
            filled += 1
            _put(share, turn.state)
            share.because = share.because or kept(turn.whys)
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
            because=kept(turn.whys),
            basis=turn.basis,
            # What was not checked on the way here makes all that follows from it no surer.
            certain=share.certain and turn.certain,
        )
        _put(share, turn.state)
        share.save()
    return begun, filled


def _put(share: Share, state: State) -> None:
    share.kind, share.group = state.kind, state.group
    share.unit_id, share.agency_id, share.gone_id = state.unit, state.agency, state.gone


def duties_of(task: Task) -> tuple[str, ...]:
    """What a task may be about: the duty that was set for it, and what its words speak of."""
    title = task.plan.document.title if task.plan is not None else ""
    spoken = fields.concerns(task.text, task.section, title)
    return tuple(dict.fromkeys((*([task.duty] if task.duty else []), *spoken)))


def hand_on(
    share: Share, agency: Agency, day: date, *, why: str, basis: str, position: int | None = None
) -> Share:
    """End a part the day before and let another agency begin; on its own first day it only changes hands.

    ``position``: the one in which somebody decided so.
    """
    given = {"agency": agency, "kind": agency.kind, "unit_id": agency.unit_id, "why": why, "basis": basis}
    if day > share.since:
        share.until = day - _DAY
        share.save(update_fields=["until"])
        share = Share(task=share.task, part=share.part, slot=share.slot, named=share.named, since=day)
    for name, value in given.items():
        setattr(share, name, value)
    share.group, share.gone, share.because, share.certain = False, None, [], True
    share.decided_in_id = position
    share.save()
    return share
