"""The phases of treatment: khởi liều, dò liều, duy trì, giảm liều, and its end.

One state machine. A client who comes back after an end is admitted anew; nothing leads out of an end.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from phoihop.programmes.ost.rules.parameters import Decision, Rulebook, Weighing


class Phase(StrEnum):
    INDUCTION = "induction"
    ADJUSTMENT = "adjustment"
    MAINTENANCE = "maintenance"
    TAPERING = "tapering"
    ENDED = "ended"


# From each phase to those that may follow it. Induction follows any of them after a long break or with
# another medicine; who tapers may change their mind.
FOLLOWS = {
    Phase.INDUCTION: frozenset({Phase.ADJUSTMENT, Phase.TAPERING, Phase.ENDED}),
    Phase.ADJUSTMENT: frozenset({Phase.INDUCTION, Phase.MAINTENANCE, Phase.TAPERING, Phase.ENDED}),
    Phase.MAINTENANCE: frozenset({Phase.INDUCTION, Phase.ADJUSTMENT, Phase.TAPERING, Phase.ENDED}),
    Phase.TAPERING: frozenset({Phase.INDUCTION, Phase.ADJUSTMENT, Phase.MAINTENANCE, Phase.ENDED}),
    Phase.ENDED: frozenset[Phase](),
}


@dataclass(frozen=True, slots=True)
class Step:
    """The day on which a client entered a phase."""

    day: date
    phase: Phase


@dataclass(frozen=True, slots=True)
class Stay:
    """A phase from its first to its last day; None while it lasts."""

    phase: Phase
    first: date
    last: date | None


def move(now: Phase | None, to: Phase, on: date, book: Rulebook, *, transferred: bool = False) -> Decision:
    """Whether a client may go from one phase to another on a day; ``now`` None is before the first one.

    Who comes with another facility's paper goes on in the phase that the paper says (``transferred``).
    """
    weighing = Weighing(book, on)
    rule = weighing.find("phase.order")
    if now is None:
        if to is Phase.ENDED or (to is not Phase.INDUCTION and not transferred):
            weighing.refuse(
                "phase-not-first",
                "Điều trị bắt đầu bằng khởi liều.",
                "Treatment begins with induction.",
                rule,
            )
    elif now is not to and to not in FOLLOWS[now]:
        weighing.refuse(
            "phase-not-next",
            "Giai đoạn này không thể theo sau giai đoạn hiện tại.",
            "This phase cannot follow the present one.",
            rule,
        )
    return weighing.decision()


def stays(steps: Iterable[Step]) -> tuple[Stay, ...]:
    """The phases one after another, as the steps were in time; a step into the same phase changes nothing.

    Of two steps on one day the later one given counts.
    """
    by_day = {step.day: step.phase for step in steps}
    found: list[Stay] = []
    for day in sorted(by_day):
        phase = by_day[day]
        if found and found[-1].phase is phase:
            continue
        if found:
            before = found[-1]
            found[-1] = Stay(before.phase, before.first, date.fromordinal(day.toordinal() - 1))
        found.append(Stay(phase, day, None))
    return tuple(found)


def phase_on(steps: Iterable[Step], day: date) -> Phase | None:
    """The phase on a day; None before the first one."""
    return next(
        (
            each.phase
            for each in stays(steps)
            if each.first <= day and (each.last is None or day <= each.last)
        ),
        None,
    )


def maintained_since(steps: Iterable[Step], day: date) -> date | None:
    """Since when a client has been in maintenance without a break on a day; None if not in maintenance."""
    for each in stays(steps):
        if each.phase is Phase.MAINTENANCE and each.first <= day and (each.last is None or day <= each.last):
            return each.first
    return None


def first_maintained(steps: Iterable[Step]) -> date | None:
    """The day maintenance was first reached; None before."""
    return next((each.first for each in stays(steps) if each.phase is Phase.MAINTENANCE), None)
