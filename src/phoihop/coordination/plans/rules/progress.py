"""Where a task stands by what its agencies said: from the facts alone, in whatever order they came.

A report may come weeks late, or after one about a later day. So nothing is carried along: the state is worked
out anew from every report that stands, and two orders of arrival come to the same end.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from phoihop.coordination.plans.rules.states import Said

# Which of two words about one day was said later in the world nobody knows: being done weighs more than being
# hindered, and that more than going on. Who was wrong takes the word back.
_WEIGHT = {Said.GOING: 0, Said.HINDERED: 1, Said.DONE: 2}


@dataclass(frozen=True, slots=True)
class Word:
    """What an agency said of a task, about a day."""

    agency: int
    day: date
    said: Said


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of the document among those who lead: ``now`` are the agencies that answer for it today
    (several where it names a group; none where nobody does), ``line`` for each of them itself and those whose
    part it took over."""

    now: frozenset[int]
    line: Mapping[int, frozenset[int]]
    past: frozenset[int] = frozenset()


def latest(words: Iterable[Word], agencies: Collection[int]) -> Word | None:
    """The word that counts among some agencies: about the latest day."""
    said = [word for word in words if word.agency in agencies]
    return max(said, key=lambda word: (word.day, _WEIGHT[word.said], word.agency), default=None)


def done_on(words: Iterable[Word], agencies: Collection[int]) -> date | None:
    """Since which day some agencies' word is that it is done; None where it is not."""
    by_day: dict[date, Said] = {}
    for word in words:
        if word.agency in agencies:
            best = by_day.get(word.day)
            if best is None or _WEIGHT[word.said] > _WEIGHT[best]:
                by_day[word.day] = word.said
    since = None
    for day in sorted(by_day, reverse=True):
        if by_day[day] is not Said.DONE:
            break
        since = day
    return since


def task_done_on(words: Collection[Word], slots: Collection[Slot]) -> date | None:
    """The day on which every leading agency had done its part; None while one has not, and where nobody
    leads: a task without an owner ends by no one's word."""
    days = []
    for slot in slots:
        # A part whose holder is gone without an heir is done if its last word was that.
        groups = [slot.line.get(a, frozenset({a})) for a in slot.now] or [slot.past]
        for agencies in groups:
            day = done_on(words, agencies)
            if day is None:
                return None
            days.append(day)
    return max(days, default=None)


def still_owed(words: Collection[Word], slots: Collection[Slot]) -> frozenset[int]:
    """The leading agencies of today that have not said that their part is done."""
    return frozenset(
        agency
        for slot in slots
        for agency in slot.now
        if done_on(words, slot.line.get(agency, frozenset({agency}))) is None
    )
