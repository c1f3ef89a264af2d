"""How late a thing is on a day, and whom the program reminds of it: a ladder that is data.

Nothing here asks a table. ``messages`` is a function of what is due, the day, who is there to be told, and
what was told already; run twice it says nothing twice, run after a week's silence it leaves nobody out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from phoihop.kernel import working_days

SOON = 14  # days before its day from which a thing is shown as due soon


class Lateness(StrEnum):
    """How a thing stands to its day."""

    NO_DAY = "no-day"
    AHEAD = "ahead"
    SOON = "soon"
    LATE = "late"
    ENDED = "ended"


def state(due: date | None, on: date, *, ended: bool = False) -> Lateness:
    """How a thing that is due on a day stands on another. The day itself is not late."""
    if ended:
        return Lateness.ENDED
    if due is None:
        return Lateness.NO_DAY
    if due < on:
        return Lateness.LATE
    return Lateness.SOON if due <= on + timedelta(days=SOON) else Lateness.AHEAD


def days_late(due: date, on: date) -> int:
    """How many days ago a thing was due; 0 up to its day."""
    return max(0, (on - due).days)


class Rung(StrEnum):
    """Who is told at a step."""

    OFFICER = "officer"
    HEAD = "head"
    STANDING = "standing"


@dataclass(frozen=True, slots=True)
class Step:
    """So many days from a thing's day, these are told. ``code`` stays when the ladder is changed."""

    code: str
    days: int
    rungs: tuple[Rung, ...]

    def day(self, due: date) -> date:
        """The working day of this step: up to the due day none later, and after it none earlier than said.

        A reminder on a Sunday reaches nobody in time, and a thing is not called late before its time.
        """
        day = due + timedelta(days=self.days)
        return working_days.at_or_before(day) if self.days <= 0 else working_days.at_or_after(day)


LADDER = (
    Step("d-14", -14, (Rung.OFFICER,)),
    Step("d-3", -3, (Rung.OFFICER,)),
    Step("d0", 0, (Rung.OFFICER,)),
    Step("d+3", 3, (Rung.OFFICER, Rung.HEAD)),
    Step("d+10", 10, (Rung.HEAD,)),
    Step("d+30", 30, (Rung.STANDING,)),
)


def reached(
    due: date, on: date, rung: Rung, ladder: tuple[Step, ...] = LADDER, ahead: date | None = None
) -> Step | None:
    """The last step at which a rung is told by a day. Earlier ones that were missed are past: one is told of
    how things stand, not of how they stood.

    ``ahead``: who hears nothing more until the day after it is told now of what comes due by then.
    """
    until = ahead or on
    steps = [s for s in ladder if rung in s.rungs and s.day(due) <= (until if s.days <= 0 else on)]
    return steps[-1] if steps else None


def next_week(on: date) -> date:
    """The day before the first on which next week's message can be sent."""
    return working_days.at_or_after(working_days.monday(on) + timedelta(days=7)) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Thing:
    """Something due: ``label`` ("plans.Task:12"), its day, the agency that answers for it today (None: nobody
    does), the agency that stands over it, and people who answer for it in person.

    ``ladder`` is its own where it goes another way than being late.
    """

    label: str
    due: date
    agency: int | None
    standing: int | None
    persons: frozenset[int] = frozenset()
    ladder: tuple[Step, ...] = LADDER


@dataclass(frozen=True, slots=True)
class People:
    """Accounts by agency and rung."""

    by: Mapping[Rung, Mapping[int, frozenset[int]]]

    def of(self, rung: Rung, agency: int | None) -> frozenset[int]:
        return frozenset() if agency is None else self.by.get(rung, {}).get(agency, frozenset())

    def to_tell(self, thing: Thing, rung: Rung) -> frozenset[int]:
        """Who stands on a rung for a thing; where nobody does, the next one up: silence is no answer."""
        own = {
            Rung.OFFICER: self.of(Rung.OFFICER, thing.agency) | thing.persons,
            Rung.HEAD: self.of(Rung.HEAD, thing.agency),
            Rung.STANDING: self.of(Rung.STANDING, thing.standing),
        }
        order = list(Rung)
        for here in order[order.index(rung) :]:
            if own[here]:
                return own[here]
        # Nobody looks after it from above either: its own people are better than none.
        return self.of(Rung.STANDING, thing.agency) or own[Rung.HEAD] or own[Rung.OFFICER]


@dataclass(frozen=True, slots=True)
class Nudge:
    """That an account is told of a thing's step. ``step`` holds the due day too: who is given more time is
    reminded anew."""

    thing: str
    step: str
    account: int


@dataclass(frozen=True, slots=True)
class Round:
    """What one day's round has to say: nudges by account, each account one message; and what nobody at all
    can be told of."""

    messages: Mapping[int, tuple[Nudge, ...]]
    unheard: tuple[str, ...] = field(default=())


def step_code(step: Step, due: date) -> str:
    """The step as it is kept: "d+10@20261130"."""
    return f"{step.code}@{due:%Y%m%d}"


def messages(
    things: Iterable[Thing],
    on: date,
    people: People,
    nudged: frozenset[Nudge] = frozenset(),
    told: frozenset[int] = frozenset(),
    weekly: frozenset[int] = frozenset(),
) -> Round:
    """Whom to tell of what on a day.

    ``nudged``: what was said before; ``told``: accounts that had their message of today, or of the week,
    whose new things wait for the next; ``weekly``: those who get one a week, and are told of all of it
    beforehand.
    On days on which offices are closed there is nothing to say.
    """
    if not working_days.works(on):
        return Round({})
    found: dict[int, list[Nudge]] = {}
    unheard, ahead = [], next_week(on)
    for thing in things:
        said = set()
        for rung in Rung:
            now = reached(thing.due, on, rung, thing.ladder)
            early = reached(thing.due, on, rung, thing.ladder, ahead) if weekly else now
            if early is None:
                continue
            accounts = people.to_tell(thing, rung)
            if not accounts and now is not None:
                unheard.append(thing.label)
            for account in accounts:
                step = early if account in weekly else now
                if step is not None:
                    said.add(Nudge(thing.label, step_code(step, thing.due), account))
        for nudge in said - nudged:
            if nudge.account not in told:
                found.setdefault(nudge.account, []).append(nudge)
    ordered = {
        account: tuple(sorted(set(said), key=lambda n: (n.thing, n.step)))
        for account, said in sorted(found.items())
    }
    return Round(ordered, tuple(dict.fromkeys(unheard)))
