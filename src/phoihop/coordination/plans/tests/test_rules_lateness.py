"""The ladder of reminders: which step on which day, who is told, nothing twice, nobody left out."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.coordination.plans.rules import lateness
from phoihop.coordination.plans.rules.lateness import LADDER, Nudge, People, Rung, Thing, messages, reached
from phoihop.kernel import working_days

OFFICER, HEAD, STANDING = 1, 2, 3
ABOVE = {90: frozenset({STANDING})}
SOMEBODY = People(
    {
        Rung.OFFICER: {10: frozenset({OFFICER})},
        Rung.HEAD: {10: frozenset({HEAD})},
        Rung.STANDING: {90: frozenset({STANDING})},
    }
)
# A Wednesday without a holiday near.
DUE = date(2026, 6, 17)
THING = Thing("plans.Task:1", DUE, 10, 90)


def told(on, thing=THING, people=SOMEBODY, nudged=frozenset(), already=frozenset()):
    return {
        account: {nudge.step.split("@")[0] for nudge in said}
        for account, said in messages([thing], on, people, nudged, already).messages.items()
    }


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 6, 2), {}),
        (date(2026, 6, 3), {OFFICER: {"d-14"}}),
        (date(2026, 6, 11), {OFFICER: {"d-14"}}),  # a round was missed
        (date(2026, 6, 12), {OFFICER: {"d-3"}}),  # the 14th is a Sunday
        (date(2026, 6, 16), {OFFICER: {"d-3"}}),
        (date(2026, 6, 17), {OFFICER: {"d0"}}),
        (date(2026, 6, 19), {OFFICER: {"d0"}}),
        (date(2026, 6, 22), {OFFICER: {"d+3"}, HEAD: {"d+3"}}),  # the 20th is a Saturday
        (date(2026, 6, 29), {OFFICER: {"d+3"}, HEAD: {"d+10"}}),
        (date(2026, 7, 17), {OFFICER: {"d+3"}, HEAD: {"d+10"}, STANDING: {"d+30"}}),
    ],
)
def test_each_step_goes_to_its_rung(on, expected):
    assert told(on) == expected


@pytest.mark.parametrize(
    ("due", "step", "day", "why"),
    [
        (date(2026, 6, 21), "d0", date(2026, 6, 19), "a Sunday: the Friday before"),
        (date(2026, 4, 30), "d0", date(2026, 4, 29), "a holiday: the day before"),
        (date(2026, 2, 18), "d0", date(2026, 2, 13), "Tết: the last working day before it"),
        (date(2026, 2, 13), "d+3", date(2026, 2, 23), "not called late during Tết"),
        (date(2026, 6, 18), "d+3", date(2026, 6, 22), "a Sunday: the Monday after"),
    ],
)
def test_a_step_falls_on_a_working_day(due, step, day, why):
    assert next(each for each in LADDER if each.code == step).day(due) == day, why


def test_nobody_is_told_on_a_day_off():
    assert told(date(2026, 6, 21)) == {}
    assert told(date(2026, 9, 2)) == {}


def test_one_message_holds_everything_and_comes_once_a_day():
    things = [Thing(f"plans.Task:{n}", DUE, 10, 90) for n in range(3)]
    first = messages(things, DUE, SOMEBODY)
    assert {account: len(said) for account, said in first.messages.items()} == {OFFICER: 3}
    again = messages(things, DUE, SOMEBODY, frozenset(first.messages[OFFICER]), frozenset({OFFICER}))
    assert again.messages == {}
    more = [*things, Thing("plans.Task:9", DUE, 10, 90)]
    known = frozenset(first.messages[OFFICER])
    assert messages(more, DUE, SOMEBODY, known, frozenset({OFFICER})).messages == {}
    next_day = messages(more, DUE + timedelta(days=1), SOMEBODY, known)
    assert [nudge.thing for nudge in next_day.messages[OFFICER]] == ["plans.Task:9"]


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        (SOMEBODY, {OFFICER: {"d0"}}),
        (People({Rung.HEAD: {10: frozenset({HEAD})}, Rung.STANDING: ABOVE}), {HEAD: {"d0"}}),
        (People({Rung.STANDING: ABOVE}), {STANDING: {"d0"}}),
        (People({}), {}),
    ],
)  # fmt: skip
def test_where_nobody_stands_the_next_one_up_is_told(people, expected):
    assert told(DUE, people=people) == expected
    assert messages([THING], DUE, people).unheard == (() if expected else (THING.label,))


def test_a_thing_that_nobody_answers_for_is_told_above():
    assert told(DUE, thing=Thing("plans.Task:1", DUE, None, 90)) == {STANDING: {"d0"}}


def test_who_is_given_more_time_is_reminded_anew():
    on = DUE + timedelta(days=15)
    nudged = frozenset(messages([THING], DUE, SOMEBODY).messages[OFFICER])
    later = Thing(THING.label, on, 10, 90)
    assert told(on, thing=later, nudged=nudged) == {OFFICER: {"d0"}}


def test_a_person_who_answers_for_a_target_is_told_too():
    thing = Thing("plans.Target:1", DUE, 10, 90, frozenset({7}))
    assert told(DUE, thing=thing) == {OFFICER: {"d0"}, 7: {"d0"}}


DAYS = st.dates(date(2025, 3, 1), date(2026, 12, 31))


@given(
    due=DAYS,
    ran=st.lists(st.integers(-20, 60), min_size=1, max_size=30),
    doubled=st.sets(st.integers(0, 29)),
)
def test_whenever_the_rounds_run_each_step_is_said_once_and_none_too_early(due, ran, doubled):
    """Rounds may be missed for weeks, and run twice on a day."""
    nudged: set[Nudge] = set()
    count = 0
    for place, offset in enumerate(sorted(ran)):
        on = due + timedelta(days=offset)
        for _ in range(2 if place in doubled else 1):
            thing = Thing("plans.Task:1", due, 10, 90)
            found = messages([thing], on, SOMEBODY, frozenset(nudged))
            for said in found.messages.values():
                for nudge in said:
                    step = next(s for s in LADDER if nudge.step == lateness.step_code(s, due))
                    assert step.day(due) <= on
                    assert step.days <= 0 or on > due
                    count += 1
                    nudged.add(nudge)
    assert count == len(nudged)
    # Whatever was missed, at the last round everybody had been told of the last step that is theirs.
    last = due + timedelta(days=max(ran))
    if working_days.works(last):
        for rung, account in ((Rung.OFFICER, OFFICER), (Rung.HEAD, HEAD), (Rung.STANDING, STANDING)):
            due_step = reached(due, last, rung)
            if due_step is not None:
                assert Nudge("plans.Task:1", lateness.step_code(due_step, due), account) in nudged


@given(day=DAYS, number=st.integers(1, 30))
def test_working_days_are_counted_one_by_one(day, number):
    end = working_days.after(day, number)
    between = [day + timedelta(days=n) for n in range(1, (end - day).days + 1)]
    assert sum(map(working_days.works, between)) == number
    assert working_days.works(end)


@pytest.mark.parametrize(
    ("due", "on", "ended", "expected"),
    [
        (None, DUE, False, lateness.Lateness.NO_DAY),
        (DUE, DUE, False, lateness.Lateness.SOON),
        (DUE, DUE + timedelta(days=1), False, lateness.Lateness.LATE),
        (DUE, DUE - timedelta(days=15), False, lateness.Lateness.AHEAD),
        (DUE, DUE + timedelta(days=90), True, lateness.Lateness.ENDED),
    ],
)
def test_how_a_thing_stands(due, on, ended, expected):
    assert lateness.state(due, on, ended=ended) is expected


def test_a_fixed_day_off_at_a_weekend_closes_offices_on_the_next_working_day():
    for closed, opened in (
        (date(2027, 5, 3), date(2027, 5, 4)),  # 1 May 2027 is a Saturday
        (date(2028, 1, 3), date(2028, 1, 4)),
        (date(2028, 5, 2), date(2028, 5, 3)),  # 30 April a Sunday, and 1 May after it
    ):
        assert not working_days.works(closed)
        assert working_days.works(opened)


@given(due=DAYS, begins=st.integers(-40, 40), missed=st.sets(st.integers(0, 9)))
def test_once_a_week_is_told_all_that_is_told_daily_and_of_no_deadline_too_late(due, begins, missed):
    """Whichever Mondays are missed: one message a week, nothing twice, and in the end all has been said."""
    weekly, told = frozenset({OFFICER}), set()
    nudged: set[Nudge] = set()
    start = due + timedelta(days=begins)
    for offset in range(70):
        on = start + timedelta(days=offset)
        if on.weekday() == 0 and offset // 7 in missed:
            continue
        week = working_days.monday(on)
        found = messages(
            [Thing("plans.Task:1", due, 10, 90)], on, SOMEBODY, frozenset(nudged),
            weekly if week in told else frozenset(), weekly,
        ).messages.get(OFFICER, ())  # fmt: skip
        if found:
            assert week not in told, "two messages in a week"
            told.add(week)
        assert not nudged & set(found), "said twice"
        nudged |= set(found)
    last = reached(due, start + timedelta(days=69 - 7), Rung.OFFICER)
    if last is not None:
        assert Nudge("plans.Task:1", lateness.step_code(last, due), OFFICER) in nudged


def test_on_monday_the_week_is_told_beforehand():
    monday, friday = date(2026, 6, 1), date(2026, 6, 5)
    thing = Thing("plans.Task:1", friday, 10, 90)
    daily = messages([thing], monday, SOMEBODY).messages[OFFICER]
    weekly = messages([thing], monday, SOMEBODY, weekly=frozenset({OFFICER})).messages[OFFICER]
    assert [nudge.step.split("@")[0] for nudge in daily] == ["d-14"]
    assert [nudge.step.split("@")[0] for nudge in weekly] == ["d0"]
