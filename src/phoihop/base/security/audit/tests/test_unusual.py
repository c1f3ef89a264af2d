"""What counts as unusual reading: a table of cases, each with what is found and why."""

from datetime import UTC, date, datetime, timedelta

import pytest

from phoihop.base.security.audit.unusual import HERE, Limits, Look, Rule, Unusual, unusual

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=HERE)


def opened(count: int, *, every: timedelta = timedelta(minutes=4), people: int = 0, **more) -> list[Look]:
    """So many openings from Monday nine o'clock on, of ``people`` different files (0: each another)."""
    at = more.pop("at", MONDAY)
    return [Look(7, at + n * every, person=f"p{n % people if people else n}", **more) for n in range(count)]


def searched(count: int, needle: str = "x1") -> list[Look]:
    return [Look(7, MONDAY + timedelta(hours=n), needle=needle) for n in range(count)]


SECOND = timedelta(seconds=1)
CASES: dict[str, tuple[list[Look], list[tuple[Rule, int]]]] = {
    "an ordinary day": (opened(60), []),
    "nothing at all": ([], []),
    "one file of own surname and commune": (opened(1, kin=True), [(Rule.KIN, 1)]),
    "outside the caseload, twice": (opened(2, mine=False), []),
    "outside the caseload, three times": (opened(3, mine=False), [(Rule.OUTSIDE_CASELOAD, 3)]),
    "twelve neighbours in ten minutes": (
        opened(12, every=50 * SECOND, mine=False),
        [(Rule.OUTSIDE_CASELOAD, 12)],
    ),
    "at six in the morning": (opened(1, at=MONDAY.replace(hour=6)), [(Rule.OUTSIDE_HOURS, 1)]),
    "at half past six": (opened(1, at=MONDAY.replace(hour=6, minute=30)), []),
    "at half past six in the evening": (
        opened(1, at=MONDAY.replace(hour=18, minute=30)),
        [(Rule.OUTSIDE_HOURS, 1)],
    ),
    "at night, on call": (opened(1, at=MONDAY.replace(hour=2), on_duty=True), []),
    "on a Sunday": (opened(2, at=MONDAY - timedelta(days=1)), [(Rule.OUTSIDE_HOURS, 2)]),
    "on a holiday": (opened(1, at=MONDAY + timedelta(days=1)), [(Rule.OUTSIDE_HOURS, 1)]),
    "sixty-one people in a day": (opened(61), [(Rule.MANY_PEOPLE, 61)]),
    "one file again and again": (opened(90, people=1), []),
    "sixty-one people in two days": (opened(30) + opened(31, at=MONDAY + timedelta(days=2)), []),
    "the same search four times": (searched(4), []),
    "the same search five times": (searched(5), [(Rule.SAME_SEARCH, 5)]),
    "nine searches, each another": ([look for n in range(9) for look in searched(1, f"x{n}")], []),
    "thirty files in a minute": (opened(30, every=2 * SECOND), []),
    "thirty-one files in a minute": (opened(31, every=1.9 * SECOND), [(Rule.FAST, 31)]),
    "two bursts are told once": (
        opened(35, every=SECOND, people=5)
        + opened(40, every=SECOND, people=5, at=MONDAY + timedelta(hours=2)),
        [(Rule.FAST, 40)],
    ),
    "an evening copying files": (
        opened(80, every=SECOND, mine=False, at=MONDAY.replace(hour=21)),
        [(Rule.OUTSIDE_CASELOAD, 80), (Rule.OUTSIDE_HOURS, 80), (Rule.MANY_PEOPLE, 80), (Rule.FAST, 60)],
    ),
}  # fmt: skip
LIMITS = Limits(holidays={date(2026, 3, 3)})


@pytest.mark.parametrize("case", CASES)
def test_what_is_unusual(case: str) -> None:
    looks, expected = CASES[case]
    found = unusual(reversed(looks), LIMITS)
    assert [(one.rule, one.times) for one in found] == expected
    for one in found:
        assert one.account == 7
        assert str(one.times) in one.words.vi
        assert str(one.times) in one.words.en


def test_each_account_is_judged_by_itself() -> None:
    looks = opened(31, every=SECOND) + [
        Look(8, look.at, person=look.person) for look in opened(40, every=SECOND)
    ]
    assert [(one.account, one.times) for one in unusual(looks)] == [(8, 40), (7, 31)]


def test_hours_are_those_of_the_place_wherever_the_clock_stands() -> None:
    night_there = datetime(2026, 3, 2, 19, 0, tzinfo=UTC)  # two in the morning
    assert [one.rule for one in unusual([Look(7, night_there, person="p")])] == [Rule.OUTSIDE_HOURS]


def test_the_files_concerned_are_named_once_each() -> None:
    (found,) = unusual(opened(6, people=2, kin=True))
    assert (found.rule, found.people, found.first) == (Rule.KIN, ("p0", "p1"), MONDAY)


@pytest.mark.parametrize("rule", list(Rule))
@pytest.mark.parametrize(("times", "plural"), [(1, False), (2, True), (1209, True)])
def test_one_is_one_and_more_are_more(rule, times, plural):
    said = Unusual(1, rule, times, MONDAY).words.en
    words = (
        ("times", "people", "files within") if plural else ("time.", "time in", "person in", "file within")
    )
    assert str(times) in said
    assert any(word in said for word in words)
