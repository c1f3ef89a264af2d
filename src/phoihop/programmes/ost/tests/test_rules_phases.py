"""Phases: NĐ 90/2016 names them (V); which may follow which is ours (D)."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.programmes.ost.rules.phases import (
    FOLLOWS,
    Phase,
    Stay,
    Step,
    first_maintained,
    maintained_since,
    move,
    phase_on,
    stays,
)
from phoihop.programmes.ost.tests.rulebooks import SHIPPED, codes

IN, ADJ, KEEP, TAPER, END = Phase
ON = date(2026, 5, 1)


@pytest.mark.parametrize(
    ("now", "to", "refused"),
    [
        (None, IN, []),
        (None, KEEP, ["phase-not-first"]),
        (None, END, ["phase-not-first"]),
        (IN, ADJ, []),
        (IN, IN, []),
        (IN, KEEP, ["phase-not-next"]),
        (ADJ, KEEP, []),
        (KEEP, TAPER, []),
        (KEEP, ADJ, []),
        (KEEP, IN, []),  # after a long break, or with another medicine
        (TAPER, KEEP, []),  # somebody changes their mind
        (TAPER, END, []),
        (END, IN, ["phase-not-next"]),  # admitted anew
        (END, KEEP, ["phase-not-next"]),
    ],
)
def test_what_may_follow(now, to, refused):
    assert codes(move(now, to, ON, SHIPPED).refusals) == refused


def test_who_is_transferred_goes_on():
    assert move(None, KEEP, ON, SHIPPED, transferred=True).allowed
    assert not move(None, END, ON, SHIPPED, transferred=True).allowed


@pytest.mark.parametrize(
    ("on", "source"), [(date(2020, 1, 1), "NĐ 90/2016/NĐ-CP; thukyluat.vn 54158"), (date(2026, 1, 1), "")]
)
def test_on_what_it_rests(on, source):
    assert [row.source for row in move(IN, ADJ, on, SHIPPED).rested_on] == [source]


COURSE = [
    Step(date(2025, 1, 6), IN),
    Step(date(2025, 1, 20), ADJ),
    Step(date(2025, 3, 3), KEEP),
    Step(date(2025, 9, 1), ADJ),
    Step(date(2025, 9, 15), KEEP),
    Step(date(2026, 2, 2), END),
]


def test_phases_one_after_another():
    assert stays(COURSE)[0] == Stay(IN, date(2025, 1, 6), date(2025, 1, 19))
    assert stays(COURSE)[-1] == Stay(END, date(2026, 2, 2), None)
    assert [each.phase for each in stays(COURSE)] == [IN, ADJ, KEEP, ADJ, KEEP, END]
    assert stays([*COURSE, Step(date(2025, 4, 1), KEEP)]) == stays(COURSE)  # nothing new


@pytest.mark.parametrize(
    ("day", "phase", "since"),
    [
        (date(2025, 1, 5), None, None),
        (date(2025, 1, 19), IN, None),
        (date(2025, 3, 3), KEEP, date(2025, 3, 3)),
        (date(2025, 8, 31), KEEP, date(2025, 3, 3)),
        (date(2025, 9, 14), ADJ, None),
        (date(2025, 12, 1), KEEP, date(2025, 9, 15)),
        (date(2026, 3, 1), END, None),
    ],
)
def test_the_phase_of_a_day(day, phase, since):
    assert phase_on(COURSE, day) is phase
    assert maintained_since(COURSE, day) == since


def test_when_maintenance_was_first_reached():
    assert first_maintained(COURSE) == date(2025, 3, 3)
    assert first_maintained(COURSE[:2]) is None


STEPS = st.lists(st.builds(Step, st.dates(date(2025, 1, 1), date(2025, 2, 28)), st.sampled_from(Phase)))


@given(STEPS)
def test_every_day_has_one_phase_from_the_first_on(steps):
    found = stays(steps)
    for one, other in pairwise(found):
        assert one.last is not None
        assert one.last + timedelta(days=1) == other.first
        assert one.phase is not other.phase
    if found:
        assert found[-1].last is None


@given(st.lists(st.sampled_from(Phase), max_size=12))
def test_nothing_leads_out_of_an_end(wanted):
    now = None
    for to in wanted:
        if move(now, to, ON, SHIPPED).allowed:
            assert now is not END or to is END
            assert now is None or to is now or to in FOLLOWS[now]
            now = to
