"""Urine tests: when one is due, so that nobody can foresee the day, and what results come to."""

import hashlib
import hmac
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from phoihop.kernel.calendars import months_later
from phoihop.programmes.ost.rules.parameters import Decision, Rulebook, Weighing

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """Days within which one test is due, both included."""

    first: date
    last: date


def windows(start: date, every: int, count: int) -> tuple[Window, ...]:
    """So many spans of ``every`` months, one after another, from the first day of treatment."""
    edges = [months_later(start, every * n) for n in range(count + 1)]
    return tuple(Window(a, b - _DAY) for a, b in pairwise(edges))


def day_in(window: Window, seed: bytes, not_on: Collection[date] = ()) -> date:
    """The day of a window's test: any day of it is as likely, and only who holds the seed can tell which.

    ``not_on``: days without one (the facility is closed); if no other is left, the window's last day. The
    same seed and window give the same day, so that it need not be kept.
    """
    length = (window.last - window.first).days + 1
    days = [day for n in range(length) if (day := window.first + _DAY * n) not in not_on]
    if not days:
        return window.last
    drawn = hmac.new(seed, f"{window.first}/{window.last}".encode(), hashlib.sha256).digest()
    return days[int.from_bytes(drawn, "big") % len(days)]


@dataclass(frozen=True, slots=True)
class Plan:
    """The days on which tests are due; what nobody signed gives none, and is named in the decision."""

    days: tuple[date, ...]
    decision: Decision


def plan(start: date, seed: bytes, book: Rulebook, not_on: Collection[date] = ()) -> Plan:
    """Tests of a client who began on a day: one at the beginning, then one a window."""
    weighing = Weighing(book, start)
    baseline = weighing.value("urine.baseline")
    every = weighing.value("urine.window_months")
    count = weighing.value("urine.windows")
    days = [start] if baseline else []
    if every and count:
        days += [day_in(each, seed, not_on) for each in windows(start, int(every), int(count))]
    return Plan(tuple(dict.fromkeys(days)), weighing.decision())


class Substance(StrEnum):
    OPIOIDS = "opioids"
    AMPHETAMINES = "amphetamines"
    CANNABIS = "cannabis"
    BENZODIAZEPINES = "benzodiazepines"
    OTHER = "other"


class Result(StrEnum):
    """A refused or spoilt test is neither positive nor negative."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    INVALID = "invalid"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class UrineTest:
    """One test with its result for each substance that was looked for."""

    day: date
    results: Mapping[Substance, Result]

    def positive(self, substance: Substance) -> bool:
        return self.results.get(substance) is Result.POSITIVE


def positive_run(tests: Iterable[UrineTest], substance: Substance, first: date, last: date) -> int:
    """The longest run of positive results one after another within a span of days.

    Only a negative result breaks a run; a spoilt or declined test neither breaks nor lengthens it. A test
    that did not look for the substance is not counted at all.
    """
    run = longest = 0
    for test in sorted(tests, key=lambda each: each.day):
        result = test.results.get(substance)
        if not first <= test.day <= last or result is None:
            continue
        if result is Result.POSITIVE:
            run += 1
            longest = max(longest, run)
        elif result is Result.NEGATIVE:
            run = 0
    return longest


def overdue(due: Iterable[date], tests: Iterable[UrineTest], on: date) -> tuple[date, ...]:
    """Days that are past without a test on them or after them and before the next one due."""
    ordered = sorted(due)
    taken = sorted(test.day for test in tests)
    found = []
    for place, day in enumerate(ordered):
        following = ordered[place + 1] if place + 1 < len(ordered) else date.max
        if day < on and not any(day <= each < following for each in taken):
            found.append(day)
    return tuple(found)
