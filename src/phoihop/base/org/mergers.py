"""Agencies or units become one: who would gain or lose sight of whom, said beforehand; two people decide.

The proposal carries what its effects were when it was made. If they are others by the time of the decision,
it is refused and has to be made anew: nobody allows what they have not seen (A-12).
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal

from django.db.models import Q
from django.utils import timezone

from phoihop.base.org import proposals, reach
from phoihop.base.org.accounts import cut_off
from phoihop.base.org.doors import action, query
from phoihop.base.org.models import Account, Agency, AgencySuccession, Position, Proposal, Succession, Unit
from phoihop.base.org.reach import Lineage
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security.audit.entries import Kind
from phoihop.kernel.refusals import Bilingual, Refusal

MERGE = "org.merge"


@dataclass(frozen=True, slots=True)
class Merger:
    """These become that one, from a day on, by a decision. ``what``: "agencies" or "units"; ids."""

    what: Literal["agencies", "units"]
    olds: tuple[int, ...]
    new: int
    day: date
    basis: str

    def as_arguments(self) -> dict[str, Any]:
        return {
            "what": self.what,
            "olds": sorted(self.olds),
            "new": self.new,
            "day": self.day.isoformat(),
            "basis": self.basis,
        }


@dataclass(frozen=True, slots=True)
class Effect:
    """What one person's position sees that it did not, and no longer sees: names of agencies or units."""

    position: int
    person: str
    role: str
    gains: tuple[str, ...]
    loses: tuple[str, ...]


@query("org.see_merger_effects", "Xem trước việc hợp nhất", "See what a merger would do")
def effects(viewer: Viewer, *, merger: Merger) -> list[Effect]:
    """Every position whose sight the merger changes, in the order of people's names."""
    return _effects(merger)


@action("org.propose_merger", "Đề nghị hợp nhất", "Propose a merger", kind=Kind.GRANT, step_up=True)
def propose(*, by: Viewer, merger: Merger, reason: str) -> Proposal:
    """Ask for a merger; it happens when somebody who decides for every agency allows it: the heads concerned
    gain by it. Refusal("merger-of-itself")."""
    if not merger.olds or merger.new in merger.olds:
        raise Refusal(
            "merger-of-itself", "Không thể hợp nhất vào chính nó.", "Nothing can merge into itself."
        )
    arguments = merger.as_arguments() | {"effects": _digest(_effects(merger))}
    return proposals.open_one(by, MERGE, arguments, reason=reason, agency=None)


def _effects(merger: Merger) -> list[Effect]:
    today, before = timezone.localdate(), reach.lineage()
    held = (
        Position.objects.filter(_concerned(merger, before), since__lte=today)
        .exclude(until__lt=today)
        .select_related("person")
        .prefetch_related("units")
        .order_by("person__sort_key", "pk")
        .distinct()
    )
    after = _with(before, merger)
    changed = []
    for position in held:
        old = _sight(position, before, merger)
        new = _sight_after(position, after, merger)
        if old != new:
            changed.append((position, new - old, old - new))
    names = _names(merger.what, {thing for _, gains, loses in changed for thing in gains | loses})
    return [
        Effect(
            position.pk,
            position.person.name,
            position.role,
            gains=tuple(sorted(names[thing] for thing in gains)),
            loses=tuple(sorted(names[thing] for thing in loses)),
        )
        for position, gains, loses in changed
    ]


def _concerned(merger: Merger, lineage: Lineage) -> Q:
    """Positions from which one of these is seen: nobody else's sight changes."""
    things = {*merger.olds, merger.new}
    if merger.what == "agencies":
        return Q(agency__in=lineage.agencies_reaching(things))
    return Q(units__in=lineage.reaching(things))


def _sight(position: Position, lineage: Lineage, merger: Merger) -> frozenset[int]:
    """The agencies or units, whichever the merger is of, that a position sees."""
    if merger.what == "agencies":
        return _agencies(position.agency_id, lineage)
    return lineage.covered(unit.pk for unit in position.units.all())


def _sight_after(position: Position, lineage: Lineage, merger: Merger) -> frozenset[int]:
    """Whoever held a position in what ends holds it in what it becomes."""
    if merger.what == "agencies":
        agency = position.agency_id
        return _agencies(merger.new if agency in merger.olds else agency, lineage)
    units = {unit.pk for unit in position.units.all()}
    return lineage.covered(units | {merger.new} if units & set(merger.olds) else units)


def _agencies(agency: int | None, lineage: Lineage) -> frozenset[int]:
    own = frozenset() if agency is None else frozenset({agency})
    return lineage.agencies_before(agency) | own


def _with(lineage: Lineage, merger: Merger) -> Lineage:
    changed = "agencies" if merger.what == "agencies" else "forerunners"
    edges: dict[int, list[int]] = getattr(lineage, changed)
    return replace(lineage, **{changed: {**edges, merger.new: [*edges.get(merger.new, ()), *merger.olds]}})


def _names(what: str, ids: Iterable[int]) -> dict[int, str]:
    model: Any = Agency if what == "agencies" else Unit
    return {thing.pk: str(thing) for thing in model.objects.filter(pk__in=list(ids))}


def _digest(found: list[Effect]) -> str:
    said = [[e.position, e.role, list(e.gains), list(e.loses)] for e in found]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _run(proposal: Proposal, by: Viewer) -> None:
    given = proposal.arguments
    merger = Merger(
        given["what"], tuple(given["olds"]), given["new"], date.fromisoformat(given["day"]), given["basis"]
    )
    if _digest(_effects(merger)) != given["effects"]:
        raise Refusal(
            "effects-changed",
            "Từ khi đề nghị được gửi, danh sách người thấy thêm hoặc thấy bớt đã thay đổi. "
            "Hãy gửi đề nghị mới.",
            "Who would gain or lose sight has changed since the proposal was made. Make a new proposal.",
        )
    if merger.what == "agencies":
        _merge_agencies(merger, proposal, by)
    else:
        _merge_units(merger)
    reach.forget()


def _merge_agencies(merger: Merger, proposal: Proposal, by: Viewer) -> None:
    last = merger.day - timedelta(days=1)
    for old in Agency.objects.filter(pk__in=merger.olds):
        AgencySuccession.objects.create(old=old, new_id=merger.new, day=merger.day, basis=merger.basis)
        Agency.objects.filter(pk=old.pk).update(valid_to=last)
        for position in Position.objects.filter(agency=old).exclude(until__lt=merger.day):
            _move(position, merger, last, proposal, by)
    _cut_off_all(Position.objects.filter(agency=merger.new))


def _move(position: Position, merger: Merger, last: date, proposal: Proposal, by: Viewer) -> None:
    """The same role goes on at the new agency; the old position keeps its days, which tell the history.

    Where the person holds the role there already, only the days between are added, and the units.
    """
    units, since, until = list(position.units.all()), max(position.since, merger.day), position.until
    if position.since > last:  # it had not begun: a position of no day is none
        position.units.clear()
        Position.objects.filter(pk=position.pk).delete()
    else:
        Position.objects.filter(pk=position.pk).update(until=last)
    same = {
        "person_id": position.person_id,
        "role": position.role,
        "agency_id": merger.new,
        "facility_id": position.facility_id,
    }
    there = Position.objects.filter(**same).exclude(until__lt=since).order_by("since")
    for held in [each for each in there if until is None or each.since <= until]:
        held.units.add(*units)
    for first, final in _between([(held.since, held.until) for held in there], since, until):
        moved = Position.objects.create(
            **same,
            since=first,
            until=final,
            basis=merger.basis,
            given_by_id=proposal.proposed_by_id,
            approved_by_id=by.account,
        )
        moved.units.set(units)


Days = tuple[date, date | None]  # the last one included; None: without end


def _between(taken: list[Days], since: date, until: date | None) -> Iterable[Days]:
    """The days from ``since`` to ``until`` that none of these has, which are in order and do not overlap."""
    day = timedelta(days=1)
    for first, final in taken:
        if until is not None and first > until:
            break
        if first > since:
            yield since, first - day
        if final is None:
            return
        since = max(since, final + day)
    if until is None or since <= until:
        yield since, until


def _merge_units(merger: Merger) -> None:
    last = merger.day - timedelta(days=1)
    touched = Position.objects.filter(units__in=[*merger.olds, merger.new]).distinct()
    for old in merger.olds:
        Succession.objects.create(
            old_id=old, new_id=merger.new, whole=True, day=merger.day, basis=merger.basis
        )
        Unit.objects.filter(pk=old).update(valid_to=last)
    for position in list(touched):
        if {unit.pk for unit in position.units.all()} & set(merger.olds):
            position.units.add(merger.new)
    _cut_off_all(touched)


def _cut_off_all(positions: Any) -> None:
    people = list(positions.values_list("person", flat=True))
    for account in Account.objects.filter(person__in=people):
        cut_off(account)


proposals.register(
    MERGE, proposals.Kind(Bilingual("Hợp nhất cơ quan hoặc đơn vị", "Merge agencies or units"), run=_run)
)
