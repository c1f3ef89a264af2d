"""How a part in a task goes from agency to agency through time: worked out from what the registers know.

A part is worked out from a first day on, event by event: agencies that merge, are renamed or end, duties
that move, kinds of agencies that end, units that merge, agencies that are set up. The same registers give
the same course however often it is asked for, so that nothing is handed over twice.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from phoihop.base.org.agencies import Tier
from phoihop.base.org.models import Agency, AgencySuccession, Succession, Unit
from phoihop.coordination.plans.rules import answering
from phoihop.coordination.plans.rules.whys import Why, why

_DAY = timedelta(days=1)
Whys = list[tuple[Why, str, bool]]  # why, by which paper, whether that was checked


@dataclass(frozen=True, slots=True)
class State:
    """Who answers: the kind of agency, over which unit, and which agency that is; see the model ``Share``.

    ``gone``: where nobody answers because an agency ended without an heir, that agency: one may be recorded
    later.
    """

    kind: str
    group: bool
    unit: int | None
    agency: int | None
    gone: int | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """From a day on it is another state; ``basis`` is the paper."""

    day: date
    state: State
    whys: tuple[Why, ...]
    basis: str
    certain: bool


class Registers:
    """Agencies and units with what became of them, read once for many parts."""

    def __init__(self) -> None:
        self.agencies = {agency.pk: agency for agency in Agency.objects.all()}
        self._at: dict[tuple[str, int | None], list[Agency]] = defaultdict(list)
        for agency in sorted(self.agencies.values(), key=lambda a: (a.valid_from or date.min, a.pk)):
            self._at[agency.kind, agency.unit_id].append(agency)
        self._became: dict[int, list[AgencySuccession]] = defaultdict(list)
        for line in AgencySuccession.objects.order_by("day", "pk"):
            self._became[line.old_id].append(line)
        self._units: dict[int, Unit] = {}
        self._after: dict[int, list[Succession]] = {}

    def expect(self, units: Iterable[int]) -> None:
        """Read units that will be asked for, and what became of them: two statements for all."""
        missing = set(units) - self._units.keys()
        if missing:
            self._units |= Unit.objects.in_bulk(missing)
            self._after |= {pk: [] for pk in missing}
            for line in Succession.objects.filter(old__in=missing):
                self._after[line.old_id].append(line)
            for pk in missing:
                self._after[pk].sort(key=_largest_first)

    def unit(self, pk: int) -> Unit:
        """A unit by its id."""
        if pk not in self._units:
            self._units[pk] = Unit.objects.get(pk=pk)
        return self._units[pk]

    def after(self, unit: int) -> list[Succession]:
        """What a unit became, the largest part first."""
        if unit not in self._after:
            self._after[unit] = sorted(Succession.objects.filter(old=unit), key=_largest_first)
        return self._after[unit]

    def answering(self, kind: str, unit: int | None, on: date) -> Agency | None:
        """The agency of a kind and unit on a day; of several the one that was there first."""
        return next((agency for agency in self._at[kind, unit] if _stands(agency, on)), None)

    def stands(self, agency: int, on: date) -> bool:
        """Whether an agency is there on a day."""
        return _stands(self.agencies[agency], on)

    def knows(self, kind: str, unit: int | None) -> bool:
        """Whether there is or was an agency of a kind and unit."""
        return bool(self._at.get((kind, unit)))

    def begun(self, kind: str, unit: int | None) -> Iterator[date]:
        """The first days of the agencies of a kind and unit."""
        for agency in self._at[kind, unit]:
            if agency.valid_from is not None:
                yield agency.valid_from

    def followed(self, agency: int, on: date) -> AgencySuccession | None:
        """What took an agency's place, wholly, by a day: the last that is recorded."""
        lines = [line for line in self._became[agency] if not line.duty and line.day <= on]
        return lines[-1] if lines else None

    def heir(self, agency: int, on: date) -> AgencySuccession | None:
        """The last step of what an agency that ended became and goes on by a day; None: nothing recorded."""
        seen, line = {agency}, self.followed(agency, on)
        while line is not None and line.new_id not in seen and not _stands(self.agencies[line.new_id], on):
            seen.add(line.new_id)
            line = self.followed(line.new_id, on)
        return line if line is not None and line.new_id not in seen else None

    def moved(self, agency: int, duties: Collection[str], since: date, on: date) -> AgencySuccession | None:
        """Where one duty of an agency went by a day, after ``since``."""
        for line in self._became[agency]:
            if line.duty and line.duty in duties and since < line.day <= on:
                return line
        return None

    def days_of_heirs(self, agency: int | None) -> Iterator[date]:
        """Every day on which something became of an agency that ended, or of what it became."""
        seen: set[int] = set()
        while agency is not None and agency not in seen:
            seen.add(agency)
            yield from self.days(agency)
            lines = [line for line in self._became[agency] if not line.duty]
            agency = lines[-1].new_id if lines else None

    def days(self, agency: int) -> Iterator[date]:
        """Every day on which something became of an agency."""
        yield from (line.day for line in self._became[agency])
        ends = self.agencies[agency].valid_to
        if ends is not None:
            yield ends + _DAY


def _largest_first(line: Succession) -> tuple[bool, Any, int]:
    return not line.whole, -(line.share or 0), line.pk


def _stands(thing: Agency | Unit, on: date) -> bool:
    return (thing.valid_from is None or thing.valid_from <= on) and (
        thing.valid_to is None or on <= thing.valid_to
    )


def is_still(state: State, since: date, today: date, registers: Registers) -> bool:
    """Whether nothing can have happened to a part, whatever it is about: for most parts on most days."""
    if state.kind and answering.may_move(state.kind, since, today):
        return False
    if state.group:
        return True
    if state.kind and state.unit is not None and not _stands(registers.unit(state.unit), today):
        return False
    if state.agency is None:
        if state.gone is not None and registers.heir(state.gone, today) is not None:
            return False
        return not state.kind or not registers.knows(state.kind, state.unit)
    agency = registers.agencies[state.agency]
    return (
        _stands(agency, since)
        and _stands(agency, today)
        and not any(since < day <= today for day in registers.days(agency.pk))
    )


def course(
    state: State, duties: Collection[str], since: date, today: date, registers: Registers
) -> Iterator[Turn]:
    """Every change of a part that stood so from ``since`` on, up to a day; in order, none on the same day.

    A first one may be on ``since`` itself: somebody now known to have answered from the beginning.
    """
    turn = _on(state, duties, since, since, registers)
    if turn.state != state:
        yield turn
        state = turn.state
    while (later := _next(state, duties, since, today, registers)) is not None:
        yield later
        state, since = later.state, later.day


def _next(
    state: State, duties: Collection[str], since: date, today: date, registers: Registers
) -> Turn | None:
    for day in sorted(set(_days(state, duties, since, today, registers))):
        if since < day <= today:
            turn = _on(state, duties, since, day, registers)
            if turn.state != state:
                return turn
    return None


def _days(
    state: State, duties: Collection[str], since: date, today: date, registers: Registers
) -> Iterator[date]:
    """The days on which the part may change."""
    if state.agency is not None:
        yield from registers.days(state.agency)
    elif state.kind and not state.group:
        yield from registers.begun(state.kind, state.unit)
    yield from registers.days_of_heirs(state.gone)
    if state.kind:
        yield from answering.days_of(state.kind, duties)
    if state.unit is not None and state.kind and not state.group:
        ends = registers.unit(state.unit).valid_to
        if ends is not None:
            yield ends + _DAY


def _on(state: State, duties: Collection[str], since: date, day: date, registers: Registers) -> Turn:
    """What a part that stood so from ``since`` on is on a day, with everything that changed until then: of
    what happens on one day, one thing after the other, until nothing more does or it comes round again."""
    whys: Whys = []
    more: Whys = []
    seen, given = {state}, since
    while (after := _once(state, duties, since, given, day, registers, more := [])) not in seen:
        seen.add(after)
        whys += more
        # From here on it is another agency's: what it had before that day, it did not have of this part. What
        # is given on from it on the day itself is.
        state, since, given = after, day, day - _DAY
    return Turn(
        day,
        state,
        tuple(dict.fromkeys(why for why, _, _ in whys)),
        "; ".join(dict.fromkeys(basis for _, basis, _ in whys if basis)),
        all(certain for _, _, certain in whys),
    )


def _once(
    state: State,
    duties: Collection[str],
    since: date,
    given: date,
    day: date,
    registers: Registers,
    whys: Whys,
) -> State:
    """One change after the other, in the order of their weight: what was decided for one duty of one agency
    (after ``given``), where duties went by law, what became of the agency, of its kind, and of its unit."""
    state = _duty_given(state, duties, given, day, registers, whys)
    state = _moved(state, duties, since, day, registers, whys, by_duty=True)
    state = _followed(state, day, registers, whys)
    state = _moved(state, duties, since, day, registers, whys, by_duty=False)
    state = _unit_followed(state, day, registers, whys)
    return _found(state, day, registers, whys)


def _duty_given(
    state: State, duties: Collection[str], since: date, day: date, registers: Registers, whys: Whys
) -> State:
    if state.agency is None:
        return state
    line = registers.moved(state.agency, duties, since, day)
    return _to(state, line, registers, whys, "duty-taken") if line is not None else state


def _followed(state: State, day: date, registers: Registers, whys: Whys) -> State:
    """What an agency that ended became, and what that became."""
    seen: set[int] = set()
    while state.agency is not None and not _stands(registers.agencies[state.agency], day):
        line = registers.followed(state.agency, day)
        if line is None or line.new_id in seen:
            ended = registers.agencies[state.agency]
            whys.append((why("ended", day=day, old=ended.name), ended.end_basis, True))
            return replace(state, agency=None, gone=state.agency)
        seen.add(line.new_id)
        state = _to(state, line, registers, whys, "followed")
    return state


def _to(state: State, line: AgencySuccession, registers: Registers, whys: Whys, code: str) -> State:
    old, new = registers.agencies[line.old_id], registers.agencies[line.new_id]
    whys.append((why(code, day=line.day, old=old.name, new=new.name), line.basis, True))
    return State(new.kind, False, new.unit_id if new.unit_id is not None else state.unit, new.pk)


def _moved(
    state: State,
    duties: Collection[str],
    since: date,
    day: date,
    registers: Registers,
    whys: Whys,
    *,
    by_duty: bool,
) -> State:
    """The kinds of agencies that a duty, or what an ended kind had, went to by a day."""
    while state.kind and (move := answering.next_move(state.kind, duties, since, day)) is not None:
        if move.by_duty is not by_duty:
            break
        whys.append((move.why, move.basis, move.certain))
        since = max(since, move.day)
        state = placed(state, move.kind, since, registers)
    return state


def placed(state: State, kind: str, on: date, registers: Registers) -> State:
    """The part with a kind of agency in the stead of another: over the unit whose tier fits the kind."""
    tier = answering.tier_of(kind)
    if not kind or tier is None:
        return State(kind, False, state.unit, None)
    if tier is Tier.CENTRE:
        return State(kind, False, None, None)
    if state.unit is None:
        return State(kind, False, None, None)
    unit = registers.unit(state.unit)
    if answering.is_group(kind, Tier(unit.level)):
        return State(kind, True, unit.pk, None)
    while unit.level != tier.value and unit.parent_id is not None:
        unit = registers.unit(unit.parent_id)
    return State(kind, False, _standing_unit(unit.pk, on, registers), None)


def _standing_unit(unit: int, on: date, registers: Registers) -> int:
    """What a unit was by a day: itself, or the largest part of what it became; where that is not known,
    itself."""
    seen = {unit}
    while not _stands(registers.unit(unit), on):
        line = next((line for line in registers.after(unit) if line.day <= on), None)
        if line is None or line.new_id in seen:
            break
        unit = line.new_id
        seen.add(unit)
    return unit


def _unit_followed(state: State, day: date, registers: Registers, whys: Whys) -> State:
    if state.unit is None or state.group or not state.kind:
        return state
    now = _standing_unit(state.unit, day, registers)
    if now == state.unit:
        return state
    old, new = registers.unit(state.unit), registers.unit(now)
    line = registers.after(state.unit)[0]
    code = "unit-listed" if str(old) == str(new) else "unit-became"
    reason = why(code, day=line.day, old=str(old), new=str(new))
    whys.append((reason, line.basis, line.certainty != "P"))
    there = registers.answering(state.kind, now, day)
    if there is not None:
        return replace(state, unit=now, agency=there.pk, gone=None)
    return replace(state, unit=now)


def _found(state: State, day: date, registers: Registers, whys: Whys) -> State:
    """Somebody for a part that nobody has: an agency of its kind that is there now, or the heir of the one
    that ended."""
    if state.agency is not None or state.group:
        return state
    somewhere = state.unit is not None or answering.tier_of(state.kind) is Tier.CENTRE
    there = registers.answering(state.kind, state.unit, day) if state.kind and somewhere else None
    if there is not None:
        if not whys:
            whys.append((why("found", new=there.name), there.basis, True))
        return replace(state, agency=there.pk, gone=None)
    line = registers.heir(state.gone, day) if state.gone is not None else None
    return _to(state, line, registers, whys, "followed") if line is not None else state
