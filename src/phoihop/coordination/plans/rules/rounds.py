"""The rounds in which a standing duty is checked in on: quarters, half years, by the calendar."""

from dataclasses import dataclass
from datetime import date, timedelta

from phoihop.kernel import working_days

ANSWER_DAYS = 5  # working days after a round's last day; no document sets them


@dataclass(frozen=True, slots=True)
class Round:
    """From a first day to a last one, to be answered by ``due``."""

    first: date
    last: date
    due: date


def _start(day: date, every: int) -> date:
    months = (day.year * 12 + day.month - 1) // every * every
    return date(months // 12, months % 12 + 1, 1)


def _next(first: date, every: int) -> date:
    months = first.year * 12 + first.month - 1 + every
    return date(months // 12, months % 12 + 1, 1)


def round_of(day: date, every: int) -> Round:
    """The round that a day lies in; ``every`` is its number of months, at least 1."""
    first = _start(day, max(1, every))
    last = _next(first, max(1, every)) - timedelta(days=1)
    return Round(first, last, working_days.after(last, ANSWER_DAYS))


def rounds(*, starts: date, ends: date | None, known: date, on: date, every: int) -> tuple[Round, ...]:
    """The rounds to be open by a day, the earliest first.

    Not before the duty began nor after it ended; and, of what lies before the day from which this program
    knows of it, the last one only: nobody is asked in 2026 how the spring of 2021 went.
    """
    end = min(on, ends) if ends is not None else on
    first = max(starts, round_of(round_of(known, every).first - timedelta(days=1), every).first)
    found = []
    day = first
    while day <= end:
        each = round_of(day, every)
        found.append(each)
        day = each.last + timedelta(days=1)
    return tuple(found)
