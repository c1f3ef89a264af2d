"""Handing tasks on when agencies, duties and units change. Nothing is dropped, nothing is deleted.

Every open part of every open task is followed through the registers (``courses``): a part that moved ends
the day before, and the next one begins with why and by which paper.
"""

import logging
from collections import defaultdict
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
_TOGETHER = 500  # parts read, and written, together
_OWN = ("kind", "group", "unit", "agency", "gone", "because", "basis", "certain")


@dataclass(frozen=True, slots=True)
class Followed:
    """How many parts were handed on, how many found somebody, and how many sub-plans became owed."""

    moved: int
    filled: int
    owed: int


@dataclass(frozen=True, slots=True)
class Line:
    """A part and those that follow it, in the order of their days; how often it found somebody in its own
    place."""

    shares: list[Share]
    filled: int


def follow_changes(today: date) -> Followed:
    """Hand on every open part that has moved by a day. Done again it changes nothing.

    All parts are looked at in one go, and only those that may have moved are locked and followed: on most
    days none. A part that cannot be followed is said to the operators, and keeps no other from being handed
    on.
    """
    registers = Registers()
    moved = filled = 0
    for numbers in _batched(_moving(today, registers)):
        with transaction.atomic():
            begun, found = _write(list(_lines(numbers, today, registers)))
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


def _lines(numbers: list[int], today: date, registers: Registers) -> Iterator[Line]:
    """The parts of these that do move, locked, each with what follows it."""
    shares = _open().filter(pk__in=numbers).select_for_update(of=("self",)).order_by("pk")
    for share in shares.select_related("task__plan__document"):
        try:
            line = followed(share, today, registers)
        except (LookupError, ValueError) as error:
            _failed(share, error)
        else:
            if line.filled or len(line.shares) > 1:
                yield line


def _write(lines: list[Line]) -> tuple[int, int]:
    """Keep what became of parts: together, or each alone where they cannot be; how many began, how many were
    filled."""
    try:
        with transaction.atomic():
            _save(lines)
    except DatabaseError as error:
        if len(lines) == 1:
            _failed(lines[0].shares[0], error)
            return 0, 0
        done = [_write([line]) for line in lines]
        return sum(begun for begun, _ in done), sum(found for _, found in done)
    return sum(len(line.shares) - 1 for line in lines), sum(line.filled for line in lines)


def _save(lines: list[Line]) -> None:
    """The old parts end before the new ones begin: no day has two."""
    Share.objects.bulk_update([line.shares[0] for line in lines if line.filled], _OWN)
    ended: dict[date, list[int]] = defaultdict(list)
    for line in lines:
        first = line.shares[0]
        if first.until is not None:
            ended[first.until].append(first.pk)
    for day, numbers in ended.items():
        Share.objects.filter(pk__in=numbers).update(until=day)
    Share.objects.bulk_create(share for line in lines for share in line.shares[1:])


def _failed(share: Share, error: Exception) -> None:
    # Its number and the sort of fault alone: the words of a task are nobody's outside the product.
    log.error("part %s of a task cannot be handed on: %s", share.pk, type(error).__name__)


def _open() -> QuerySet[Share]:
    running = Q(task__plan=None) | Q(task__plan__ended_on=None)
    return Share.objects.filter(running, until=None, task__state=TaskState.OPEN.value)


def followed(share: Share, today: date, registers: Registers) -> Line:
    """What becomes of a part by a day; nothing is kept yet."""
    line, filled = [share], 0
    state = State(share.kind, share.group, share.unit_id, share.agency_id, share.gone_id)
    if is_still(state, share.since, today, registers):
        return Line(line, 0)
    for turn in course(state, duties_of(share.task), share.since, today, registers):
        last = line[-1]
        if turn.day <= last.since:
            filled += 1
            _put(last, turn.state)
            last.because = last.because or kept(turn.whys)
            last.basis = last.basis or turn.basis
            last.certain = last.certain and turn.certain
            continue
        last.until = turn.day - _DAY
        after = Share(
            task=last.task,
            part=last.part,
            slot=last.slot,
            named=last.named,
            since=turn.day,
            because=kept(turn.whys),
            basis=turn.basis,
            # What was not checked on the way here makes all that follows from it no surer.
            certain=last.certain and turn.certain,
        )
        _put(after, turn.state)
        line.append(after)
    return Line(line, filled)


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
