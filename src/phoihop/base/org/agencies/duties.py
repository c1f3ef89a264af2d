"""Who answers for a duty on a day, since when, by which paper; and what became of who was named once."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from phoihop.base.org.agencies.model import Assignment, Kind, Tier
from phoihop.base.org.agencies.register import assignments, duty, kind, kind_successions
from phoihop.kernel.certainty import Certainty
from phoihop.kernel.refusals import Bilingual

_LONG_AGO = date.min


@dataclass(frozen=True, slots=True)
class Answer:
    """Who answers for a duty at a tier on a day.

    ``since`` None means from before what is recorded. ``also`` are others who answer for a part, ``history``
    everything recorded of the duty at the tier, the oldest first. Show ``certainty.note`` where there is one.
    """

    kind: Kind
    since: date | None
    basis: str
    source: str
    certainty: Certainty
    part: Bilingual | None
    also: tuple[Assignment, ...]
    history: tuple[Assignment, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One change on the way from the agency named to the one that answers now."""

    day: date
    old: Kind
    new: Kind
    basis: str
    certainty: Certainty

    @property
    def words(self) -> Bilingual:
        """The change as a sentence; it says so where it was not checked."""
        note = self.certainty.note
        vi = f"Từ ngày {self.day:%d/%m/%Y}: {self.old.name.vi} → {self.new.name.vi} ({self.basis})"
        en = f"From {self.day:%d/%m/%Y}: {self.old.name.en} → {self.new.name.en} ({self.basis})"
        return Bilingual(f"{vi}, {note.vi}", f"{en}, {note.en}") if note else Bilingual(vi, en)


@dataclass(frozen=True, slots=True)
class Who:
    """The agency that was named and the one that answers now.

    ``answered`` says whether the one named answered for the duty then: another may have been named to take
    part. ``now`` is None when nobody is recorded. ``also`` are kinds that answer for a part now.
    ``certainty`` is that of the weakest step.
    """

    named: Kind
    answered: bool
    now: Kind | None
    also: tuple[Kind, ...]
    why: tuple[Step, ...]
    certainty: Certainty

    @property
    def changed(self) -> bool:
        """Whether another agency answers now than was named."""
        return self.now != self.named


def history(code: str, tier: Tier) -> tuple[Assignment, ...]:
    """Everything recorded of a duty at a tier, the oldest first. Refusal("unknown-duty")."""
    duty(code)
    found = [a for a in assignments() if (a.duty, a.tier) == (code, tier)]
    return tuple(sorted(found, key=lambda a: a.valid_from or _LONG_AGO))


def answers(code: str, tier: Tier, on: date) -> Answer | None:
    """Who answers for a duty at a tier on a day; None when nobody is recorded. Refusal("unknown-duty")."""
    recorded = history(code, tier)
    held = [a for a in recorded if a.held(on)]
    if not held:
        return None
    first, *others = held
    return Answer(
        kind(first.kind), first.valid_from, first.basis, first.source, first.certainty, first.part,
        tuple(others), recorded,
    )  # fmt: skip


def who(named_kind: str, duty_code: str | None, named_on: date, today: date) -> Who:
    """What became of an agency that a document of a day named, for a duty or for everything else.

    The duty is followed where the agency answered for it then; else the agency itself, to what it became.
    Refusals: "unknown-kind", "unknown-duty".
    """
    named = kind(named_kind)
    recorded = history(duty_code, named.tier) if duty_code else ()
    then = [a for a in recorded if a.held(named_on) and a.kind == named_kind]
    steps = _duty_steps(recorded, then[0], today) if then else _kind_steps(named, today)
    now: Kind | None = steps[-1].new if steps else named
    also: tuple[Kind, ...] = ()
    if then:
        held = [kind(a.kind) for a in recorded if a.held(today)]
        if now not in held:
            now = held[0] if held else None
        also = tuple(k for k in held if k != now)
    elif now is not None and not now.stood(today):
        now = None
    weakest = max((step.certainty for step in steps), key=list(Certainty).index, default=Certainty.READ)
    if then:
        weakest = max(weakest, then[0].certainty, key=list(Certainty).index)
    return Who(named, bool(then), now, also, tuple(steps), weakest)


def _duty_steps(recorded: tuple[Assignment, ...], start: Assignment, today: date) -> list[Step]:
    """The changes of a duty since an assignment; where it was parted, the first part."""
    line = [start]
    while (last := line[-1].valid_to) and last < today:
        after = [a for a in recorded if a.valid_from and last < a.valid_from <= today]
        if not after:
            break
        line.append(after[0])
    return [
        Step(new.valid_from or _LONG_AGO, kind(old.kind), kind(new.kind), new.basis, new.certainty)
        for old, new in pairwise(line)
        if old.kind != new.kind
    ]


def _kind_steps(start: Kind, today: date) -> list[Step]:
    """What an agency became, and what that became."""
    steps: list[Step] = []
    current = start
    while current.valid_to and current.valid_to < today:
        day = current.valid_to + timedelta(days=1)
        following = next((s for s in kind_successions() if s.old == current.code and s.day <= today), None)
        if following is None:
            break
        new = kind(following.new)
        steps.append(Step(max(day, following.day), current, new, following.basis, following.certainty))
        current = new
    return steps
