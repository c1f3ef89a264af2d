"""Which agencies take part in tasks on a day: single ones and groups, and those whose part they took over.

Read once for many tasks, at a number of statements that does not grow with them.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from phoihop.base.org import reach
from phoihop.base.org.models import Agency, AgencySuccession, Succession
from phoihop.base.org.queries.units import stood
from phoihop.coordination.plans.models import Share, TaskReport
from phoihop.coordination.plans.rules.answering import group_kinds
from phoihop.coordination.plans.rules.progress import Slot, Word
from phoihop.coordination.plans.rules.states import Part, Said


class Agencies:
    """Agencies as they are on a day: which stand, what those that ended became, who belongs to a group."""

    def __init__(self, on: date) -> None:
        self.on = on
        self._followed = dict(
            AgencySuccession.objects.filter(duty="", day__lte=on)
            .order_by("day")
            .values_list("old_id", "new_id")
        )
        self._went_into: dict[int, list[int]] = defaultdict(list)
        for old, new in self._followed.items():
            self._went_into[new].append(old)
        self._lines: dict[int, frozenset[int]] = {}
        self._groups: dict[tuple[str, int], frozenset[int]] = {}
        self._standing: dict[str, list[tuple[int, int | None]]] = {}
        self._moved: dict[int, list[int]] | None = None
        self._began: dict[int, date | None] | None = None

    def began(self, agency: int) -> date | None:
        """An agency's first day; None where it is not recorded."""
        if self._began is None:
            rows = Agency.objects.filter(valid_from__isnull=False)
            self._began = dict(rows.values_list("pk", "valid_from"))
        return self._began.get(agency)

    def today(self, agency: int) -> int:
        """What an agency became, wholly; itself where it goes on, or where nothing followed it."""
        seen = {agency}
        while (after := self._followed.get(agency)) is not None and after not in seen:
            seen.add(after)
            agency = after
        return agency

    def line(self, agency: int) -> frozenset[int]:
        """An agency and all that went into it whole, by the day."""
        if agency not in self._lines:
            found, waiting = {agency}, [agency]
            while waiting:
                new = [old for old in self._went_into.get(waiting.pop(), ()) if old not in found]
                found.update(new)
                waiting += new
            self._lines[agency] = frozenset(found)
        return self._lines[agency]

    def members(self, kind: str, unit: int) -> frozenset[int]:
        """The agencies of a kind that stand on the day in a unit, or in what it became."""
        key = (kind, unit)
        if key not in self._groups:
            inside = self._inside(unit)
            self._groups[key] = frozenset(pk for pk, where in self._of(kind) if where in inside)
        return self._groups[key]

    def _of(self, kind: str) -> list[tuple[int, int | None]]:
        if kind not in self._standing:
            rows = Agency.objects.filter(stood(self.on), kind__in=group_kinds(kind))
            self._standing[kind] = list(rows.values_list("pk", "unit_id"))
        return self._standing[kind]

    def _inside(self, unit: int) -> set[int]:
        """A unit, all that lies or lay in it, and what these became: three old communes are one new one."""
        if self._moved is None:
            self._moved = defaultdict(list)
            rows = Succession.objects.filter(day__lte=self.on)
            for old, new in rows.values_list("old_id", "new_id"):
                self._moved[old].append(new)
        # What became of the unit itself may be larger than it was, so what lies in that does not belong here.
        inside = set(reach.lineage().covered([unit]))
        waiting = list(inside)
        while waiting:
            for new in self._moved.get(waiting.pop(), ()):
                if new not in inside:
                    inside.add(new)
                    waiting.append(new)
        return inside


@dataclass(frozen=True, slots=True)
class Taking:
    """An agency's part in a task between two days, one agency at a time. ``slot`` is one of the document."""

    part: Part
    slot: int
    agency: int
    since: date
    until: date | None

    def counts_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


def parts(tasks: Iterable[int], agencies: Agencies) -> dict[int, list[Taking]]:
    """Every agency's parts in each task, groups opened up: one statement and those of the groups."""
    found: dict[int, list[Taking]] = defaultdict(list)
    rows = Share.objects.filter(task__in=list(tasks)).order_by("task", "part", "slot", "since")
    for share in rows:
        found[share.task_id] += _takings(share, agencies)
    return found


def _takings(share: Share, agencies: Agencies) -> Iterable[Taking]:
    part, since, until = Part(share.part), share.since, share.until
    if share.group and share.unit_id is not None:
        for kind in sorted(group_kinds(share.kind)):
            for agency in agencies.members(kind, share.unit_id):
                yield Taking(part, share.slot, agency, since, until)
    elif share.agency_id is not None:
        yield Taking(part, share.slot, share.agency_id, since, until)


def takes_part(takings: Iterable[Taking], agency: int, day: date, agencies: Agencies) -> bool:
    """Whether an agency, or one that it went into or that went into it, has a part on a day or today."""
    own = agencies.line(agencies.today(agency)) | {agency}
    return any(
        taking.agency in own and (taking.counts_on(day) or taking.counts_on(agencies.on))
        for taking in takings
    )


def takes_part_in_plan(plan: int, agency: int, day: date, agencies: Agencies) -> bool:
    """As ``takes_part``, in any task of a plan: reads the shares of these agencies and of groups alone."""
    own = agencies.line(agencies.today(agency)) | {agency}
    shares = Share.objects.filter(Q(agency__in=own) | Q(group=True), task__plan=plan).order_by("group")
    return any(takes_part(_takings(share, agencies), agency, day, agencies) for share in shares)


def slots(takings: Iterable[Taking], agencies: Agencies) -> tuple[Slot, ...]:
    """The leading parts as the rules know them: who holds each today, and after whom."""
    by_slot: dict[int, list[Taking]] = defaultdict(list)
    for taking in takings:
        if taking.part is Part.LEAD:
            by_slot[taking.slot].append(taking)
    return tuple(_slot(held, agencies) for _, held in sorted(by_slot.items()))


def _slot(held: list[Taking], agencies: Agencies) -> Slot:
    now = frozenset(t.agency for t in held if t.counts_on(agencies.on))
    past = frozenset(t.agency for t in held) - now
    # A single holder speaks with the words of all who held the part before; one of a group only with those
    # of agencies that went into it, for each of the group answers for itself.
    heirs = past if len(now) == 1 else frozenset()
    line = {agency: agencies.line(agency) | heirs for agency in now}
    return Slot(now, line, past)


def words(tasks: Iterable[int]) -> dict[int, list[Word]]:
    """What stands of what was said of each task."""
    found: dict[int, list[Word]] = defaultdict(list)
    rows = TaskReport.objects.filter(task__in=list(tasks), withdrawn_at=None)
    for task, agency, day, said in rows.values_list("task_id", "agency_id", "day", "said"):
        found[task].append(Word(agency, day, Said(said)))
    return found
