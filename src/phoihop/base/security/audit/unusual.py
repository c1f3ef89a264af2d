"""Unusual reading: what the person in charge of an agency is shown once a week, each with its reason.

Pure rules over what somebody opened or searched for. They accuse nobody: most of what they find has a good
explanation, and the page asks for one.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import groupby
from zoneinfo import ZoneInfo

from phoihop.kernel.refusals import Bilingual

HERE = ZoneInfo("Asia/Ho_Chi_Minh")


class Rule(StrEnum):
    """Why reading is unusual."""

    KIN = "kin"
    OUTSIDE_CASELOAD = "outside-caseload"
    OUTSIDE_HOURS = "outside-hours"
    MANY_PEOPLE = "many-people"
    SAME_SEARCH = "same-search"
    FAST = "fast"


@dataclass(frozen=True, slots=True)
class Look:
    """One opening or search. ``person`` is the opaque id of whose file it was, ``needle`` the keyed hash
    of what was searched for; one of the two is empty. ``mine``: in the reader's own caseload. ``kin``:
    surname and commune are the reader's own. ``on_duty``: on a shift or on call, whatever the hour."""

    account: int
    at: datetime
    person: str = ""
    needle: str = ""
    mine: bool = True
    kin: bool = False
    on_duty: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """From how many on reading is unusual; hours are Việt Nam's, weekends and ``holidays`` are free."""

    opens: time = time(6, 30)
    closes: time = time(18, 30)
    holidays: Collection[date] = frozenset()
    people_a_day: int = 60
    same_search_a_week: int = 5
    opens_a_minute: int = 30
    outside_caseload_a_week: int = 3


@dataclass(frozen=True, slots=True)
class Unusual:
    """What one account did that one rule notices: how often, when first, and whose files (opaque ids)."""

    account: int
    rule: Rule
    times: int
    first: datetime
    people: tuple[str, ...] = field(default=())

    @property
    def words(self) -> Bilingual:
        vi, one, more = _WORDS[self.rule]
        return Bilingual(vi.format(self.times), (one if self.times == 1 else more).format(self.times))


_WORDS = {
    Rule.KIN: (
        "Mở hồ sơ của người cùng họ, cùng xã với mình: {} lần.",
        "Opened files of people who share their surname and commune: {} time.",
        "Opened files of people who share their surname and commune: {} times.",
    ),
    Rule.OUTSIDE_CASELOAD: (
        "Mở hồ sơ ngoài phần việc được giao: {} lần.",
        "Opened files outside their own caseload: {} time.",
        "Opened files outside their own caseload: {} times.",
    ),
    Rule.OUTSIDE_HOURS: (
        "Mở hồ sơ ngoài giờ làm việc, không trong ca trực: {} lần.",
        "Opened files out of hours and off duty: {} time.",
        "Opened files out of hours and off duty: {} times.",
    ),
    Rule.MANY_PEOPLE: (
        "Mở hồ sơ của {} người khác nhau trong một ngày.",
        "Opened the files of {} person in one day.",
        "Opened the files of {} different people in one day.",
    ),
    Rule.SAME_SEARCH: (
        "Tìm đi tìm lại cùng một nội dung: {} lần trong tuần.",
        "Searched for the same thing again and again: {} time in the week.",
        "Searched for the same thing again and again: {} times in the week.",
    ),
    Rule.FAST: (
        "Mở {} hồ sơ trong vòng một phút.",
        "Opened {} file within one minute.",
        "Opened {} files within one minute.",
    ),
}


def unusual(looks: Iterable[Look], limits: Limits | None = None) -> list[Unusual]:
    """What is unusual in a week's looks, gravest rule first, then by how often."""
    limits = limits or Limits()
    found: list[Unusual] = []
    ordered = sorted(looks, key=lambda look: (look.account, look.at))
    for _, own in groupby(ordered, key=lambda look: look.account):
        mine = list(own)
        for rule in _RULES:
            found += rule(mine, limits)
    gravity = list(Rule)
    return sorted(found, key=lambda u: (gravity.index(u.rule), -u.times, u.account, u.first))


def _told(rule: Rule, looks: Sequence[Look], at_least: int = 1) -> Iterator[Unusual]:
    if len(looks) >= at_least:
        people = tuple(dict.fromkeys(look.person for look in looks if look.person))
        yield Unusual(looks[0].account, rule, len(looks), looks[0].at, people)


def _kin(looks: list[Look], limits: Limits) -> Iterator[Unusual]:
    yield from _told(Rule.KIN, [look for look in looks if look.kin and look.person])


def _outside_caseload(looks: list[Look], limits: Limits) -> Iterator[Unusual]:
    outside = [look for look in looks if look.person and not look.mine]
    yield from _told(Rule.OUTSIDE_CASELOAD, outside, limits.outside_caseload_a_week)


def _outside_hours(looks: list[Look], limits: Limits) -> Iterator[Unusual]:
    def off(look: Look) -> bool:
        local = look.at.astimezone(HERE)
        working = local.weekday() < 5 and local.date() not in limits.holidays
        return not (working and limits.opens <= local.time() < limits.closes)

    yield from _told(Rule.OUTSIDE_HOURS, [k for k in looks if k.person and not k.on_duty and off(k)])


def _many_people(looks: list[Look], limits: Limits) -> Iterator[Unusual]:
    days: dict[date, dict[str, datetime]] = defaultdict(dict)
    for look in looks:
        if look.person:
            days[look.at.astimezone(HERE).date()].setdefault(look.person, look.at)
    for people in days.values():
        if len(people) > limits.people_a_day:
            yield Unusual(
                looks[0].account, Rule.MANY_PEOPLE, len(people), min(people.values()), tuple(people)
            )


def _same_search(looks: list[Look], limits: Limits) -> Iterator[Unusual]:
    counted = Counter(look.needle for look in looks if look.needle)
    for needle, times in counted.items():
        if times >= limits.same_search_a_week:
            yield from _told(Rule.SAME_SEARCH, [look for look in looks if look.needle == needle])


def _fast(looks: list[Look], limits: Limits) -> Iterator[Unusual]:
    """The fullest sixty seconds, once for an account."""
    opened = [look for look in looks if look.person]
    fullest: list[Look] = []
    start = 0
    for place, look in enumerate(opened):
        while look.at - opened[start].at >= timedelta(minutes=1):
            start += 1
        if place - start + 1 > len(fullest):
            fullest = opened[start : place + 1]
    yield from _told(Rule.FAST, fullest, limits.opens_a_minute + 1)


_RULES: tuple[Callable[[list[Look], Limits], Iterator[Unusual]], ...] = (
    _kin,
    _outside_caseload,
    _outside_hours,
    _many_people,
    _same_search,
    _fast,
)
