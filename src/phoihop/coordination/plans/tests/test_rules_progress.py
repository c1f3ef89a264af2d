"""Where a task stands by what was said of it: the same whatever the order of arrival; rounds; routing."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.base.org.agencies import Tier, answers, duties
from phoihop.coordination.plans.rules import routing
from phoihop.coordination.plans.rules.progress import Slot, Word, done_on, still_owed, task_done_on
from phoihop.coordination.plans.rules.rounds import round_of, rounds
from phoihop.coordination.plans.rules.states import Said

G, D, H = Said.GOING, Said.DONE, Said.HINDERED


def day(n):
    return date(2026, 5, n)


def alone(*agencies):
    """A part of one agency."""
    return Slot(frozenset(agencies), {a: frozenset({a}) for a in agencies})


@pytest.mark.parametrize(
    ("words", "slots", "expected"),
    [
        ([], [alone(1)], None),
        ([Word(1, day(3), D)], [alone(1)], day(3)),
        ([Word(1, day(3), D)], [], None),  # a task without an owner ends by no one's word
        ([Word(1, day(3), D)], [alone(1), alone(2)], None),
        ([Word(1, day(3), D), Word(2, day(9), D)], [alone(1), alone(2)], day(9)),
        ([Word(1, day(3), D), Word(1, day(5), G)], [alone(1)], None),
        ([Word(1, day(3), D), Word(1, day(5), G), Word(1, day(8), D)], [alone(1)], day(8)),
        ([Word(1, day(3), D), Word(1, day(3), G)], [alone(1)], day(3)),
        ([Word(1, day(3), D), Word(1, day(4), D)], [alone(1)], day(3)),
        # Each of a group answers for itself.
        ([Word(1, day(3), D)], [alone(1, 2)], None),
        ([Word(1, day(3), D), Word(2, day(4), D)], [alone(1, 2)], day(4)),
        # Who took a part over speaks after who had it: done stays done until they say otherwise.
        ([Word(1, day(3), D)], [Slot(frozenset({2}), {2: frozenset({1, 2})}, frozenset({1}))], day(3)),
        (
            [Word(1, day(3), D), Word(2, day(9), H)],
            [Slot(frozenset({2}), {2: frozenset({1, 2})}, frozenset({1}))],
            None,
        ),
        # A part that nobody holds is done only if its last holder said so.
        ([Word(1, day(3), D)], [Slot(frozenset(), {}, frozenset({1}))], day(3)),
        ([], [Slot(frozenset(), {}, frozenset({1}))], None),
    ],
)
def test_a_task_is_done_when_every_leading_part_is(words, slots, expected):
    assert task_done_on(words, slots) == expected
    assert (task_done_on(words, slots) is None) or not still_owed(words, slots)


WORDS = st.lists(
    st.builds(Word, st.integers(1, 4), st.dates(day(1), day(20)), st.sampled_from(list(Said))), max_size=12
)
SLOTS = st.lists(st.sets(st.integers(1, 4), min_size=1).map(lambda found: alone(*found)), max_size=3)


@given(words=WORDS, slots=SLOTS, shuffled=st.randoms(use_true_random=False))
def test_any_order_of_arrival_comes_to_the_same(words, slots, shuffled):
    other = list(words)
    shuffled.shuffle(other)
    assert task_done_on(words, slots) == task_done_on(other, slots)
    assert still_owed(words, slots) == still_owed(other, slots)


@given(words=WORDS, slots=SLOTS)
def test_it_is_done_exactly_when_nobody_owes_anything(words, slots):
    assert (task_done_on(words, slots) is not None) == (bool(slots) and not still_owed(words, slots))


@given(words=WORDS)
def test_it_is_done_since_a_day_on_which_it_was_said(words):
    since = done_on(words, {1})
    if since is not None:
        assert Word(1, since, D) in words
        assert all(Word(1, w.day, D) in words for w in words if w.agency == 1 and w.day >= since)


@pytest.mark.parametrize(
    ("on", "every", "first", "last"),
    [
        (date(2026, 11, 22), 3, date(2026, 10, 1), date(2026, 12, 31)),
        (date(2026, 1, 1), 1, date(2026, 1, 1), date(2026, 1, 31)),
        (date(2026, 6, 30), 6, date(2026, 1, 1), date(2026, 6, 30)),
        (date(2028, 2, 29), 12, date(2028, 1, 1), date(2028, 12, 31)),
    ],
)
def test_rounds_go_by_the_calendar(on, every, first, last):
    found = round_of(on, every)
    assert (found.first, found.last) == (first, last)
    assert found.due > last


def test_rounds_from_before_the_program_knew_of_the_duty_are_asked_about_once():
    found = rounds(starts=date(2021, 1, 1), ends=None, known=date(2026, 5, 10), on=date(2026, 8, 1), every=3)
    assert [each.first for each in found] == [date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1)]


def test_rounds_end_with_the_duty():
    found = rounds(
        starts=date(2025, 2, 1), ends=date(2025, 12, 31), known=date(2025, 2, 1), on=date(2026, 8, 1), every=3
    )
    assert [each.first.month for each in found] == [1, 4, 7, 10]
    asked = {"starts": date(2022, 1, 1), "ends": date(2022, 12, 31), "known": date(2026, 8, 1)}
    assert rounds(**asked, on=date(2026, 8, 1), every=3) == ()


@given(
    starts=st.dates(date(2024, 1, 1), date(2026, 1, 1)),
    known=st.dates(date(2024, 1, 1), date(2026, 6, 1)),
    ahead=st.integers(0, 500),
    every=st.sampled_from([1, 2, 3, 4, 6, 12]),
)
def test_rounds_follow_one_another_without_a_gap(starts, known, ahead, every):
    on = known + timedelta(days=ahead)
    found = rounds(starts=starts, ends=None, known=known, on=on, every=every)
    for before, after in pairwise(found):
        assert after.first == before.last + timedelta(days=1)
    if found:
        assert found[-1].first <= on <= found[-1].last


@pytest.mark.parametrize("duty", [each.code for each in duties()])
@pytest.mark.parametrize("tier", [Tier.COMMUNE, Tier.PROVINCE])
def test_every_field_goes_to_somebody_who_answers_for_it_today(duty, tier):
    on = date(2026, 11, 22)
    found = routing.routes(duty, tier, on)
    recorded = [answers(duty, each, on) for each in (Tier.COMMUNE, Tier.DISTRICT, Tier.PROVINCE, Tier.CENTRE)]
    if any(recorded):
        assert {route.kind for route in found} <= {each.kind.code for each in recorded if each}
    if tier is Tier.COMMUNE:
        assert bool(found) == any(recorded)


def test_the_field_of_rehabilitation_moved_and_so_does_what_is_asked():
    then = routing.routes("recovery", Tier.PROVINCE, date(2022, 6, 1))[0]
    now = routing.routes("recovery", Tier.PROVINCE, date(2026, 6, 1))[0]
    assert then.kind != now.kind
    assert now.kind == "police.province"


def test_there_are_ten_working_days_to_answer():
    assert routing.answer_by(date(2026, 6, 17)) == date(2026, 7, 1)
    assert routing.clock(date(2026, 6, 17)).certainty.note is not None
