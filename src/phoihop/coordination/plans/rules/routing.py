"""To whom an obstacle goes, and how long they have: by its duty, at the tier where it arose, else the next
one up."""

from dataclasses import dataclass
from datetime import date

from phoihop.base.org.agencies import Tier, answers
from phoihop.base.org.agencies import kind as kind_of
from phoihop.kernel import working_days
from phoihop.kernel.certainty import Certainty
from phoihop.kernel.refusals import Refusal

# Districts ended; a thing of one that stood longer goes to the province.
_UP = (Tier.COMMUNE, Tier.DISTRICT, Tier.PROVINCE, Tier.CENTRE)


@dataclass(frozen=True, slots=True)
class Clock:
    """Working days to answer in, from a day on. No document we know of sets them: a choice of this program,
    shown as not checked until an installation's own regulation says so."""

    valid_from: date
    days: int
    basis: str
    certainty: Certainty


CLOCKS = (Clock(date(2020, 1, 1), 10, "", Certainty.MEMORY),)


def clock(on: date) -> Clock:
    """The clock in force on a day."""
    held = [each for each in CLOCKS if each.valid_from <= on]
    return max(held or CLOCKS, key=lambda each: each.valid_from)


def answer_by(raised: date) -> date:
    """The last day for an answer."""
    return working_days.after(raised, clock(raised).days)


@dataclass(frozen=True, slots=True)
class Route:
    """One agency that may have to answer: its kind, and the tier it is to be looked for at. ``certain`` is
    False where who answers was not checked against the paper."""

    kind: str
    tier: Tier
    basis: str
    certain: bool


def tier_of(kind: str) -> Tier | None:
    """The tier of a kind of agency; None for a kind the tables do not have."""
    try:
        return kind_of(kind).tier
    except Refusal:
        return None


def routes(duty: str, tier: Tier | None, on: date) -> tuple[Route, ...]:
    """Who may have to answer for a duty on a day, the nearest first. Refusal("unknown-duty").

    None where nobody is recorded: then it is the committee's.
    """
    start = _UP.index(tier) if tier in _UP else 0
    found = []
    for each in _UP[start:]:
        answer = answers(duty, each, on)
        if answer is not None:
            certain = answer.certainty is Certainty.READ
            found.append(Route(answer.kind.code, answer.kind.tier, answer.basis, certain))
    return tuple(dict.fromkeys(found))
