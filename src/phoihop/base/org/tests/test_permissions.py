"""Who may do what: a table of cases, and what holds for every viewer."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.base.org.rules.permissions import (
    Block,
    Demand,
    Grant,
    Held,
    Place,
    Reach,
    Role,
    Viewer,
    Why,
    decide,
)
from phoihop.kernel.refusals import Bilingual

TODAY = date(2026, 11, 22)
WORDS = Bilingual("vai trò", "role")


def role(code, *grants, refuses=(), strong=True):
    return Role(code, WORDS, WORDS, grants, refuses=refuses, strong=strong)


ROLES = {
    r.code: r
    for r in (
        role("nurse", Grant("care.case_*", Reach.FACILITY)),
        role("head", Grant("care.case_see", Reach.AGENCY)),
        role("planner", Grant("plan.*", Reach.UNITS)),
        role("admin", Grant("*", Reach.ALL), refuses=("*.case_*",)),
        role("member", Grant("me.*", Reach.SELF), strong=False),
    )
}


def viewer(*held, **more):
    given: dict[str, Any] = {"account": 1, "person": 1, "day": TODAY, "held": held}
    given |= {"strong": True, "stepped_up": True}
    return Viewer(**(given | more))


NURSE = Held(1, "nurse", agency=10, facility=100)
HEAD = Held(2, "head", agency=10, facility=None, forerunners=frozenset({8}))
PLANNER = Held(3, "planner", agency=20, facility=None, units=frozenset({5, 6}))
ADMIN = Held(4, "admin", agency=30, facility=None)
MEMBER = Held(5, "member", agency=10, facility=None)

CASES = [
    # who, action, place, allowed, first reason
    ([NURSE], "care.case_see", Place(agency=10, facility=100), True, Why.GRANTED),
    ([NURSE], "care.case_see", Place(agency=10, facility=101), False, Why.NO_GRANT),
    ([NURSE], "care.case_see", Place(), False, Why.NO_GRANT),
    ([NURSE], "plan.change", Place(unit=5), False, Why.NO_GRANT),
    ([HEAD], "care.case_see", Place(agency=10, facility=101), True, Why.GRANTED),
    ([HEAD], "care.case_change", Place(agency=10), False, Why.NO_GRANT),
    ([HEAD], "care.case_see", Place(agency=8), True, Why.GRANTED),
    ([HEAD], "care.case_see", Place(agency=9), False, Why.NO_GRANT),
    ([PLANNER], "plan.change", Place(unit=6), True, Why.GRANTED),
    ([PLANNER], "plan.change", Place(unit=7), False, Why.NO_GRANT),
    ([ADMIN], "org.anything", Place(), True, Why.GRANTED),
    ([ADMIN], "care.case_see", Place(facility=100), False, Why.ROLE_REFUSES),
    ([ADMIN, NURSE], "care.case_see", Place(agency=10, facility=100), False, Why.ROLE_REFUSES),
    ([MEMBER], "me.change", Place(account=1), True, Why.GRANTED),
    ([MEMBER], "me.change", Place(account=2), False, Why.NO_GRANT),
    ([], "me.change", Place(account=1), False, Why.NO_GRANT),
]


@pytest.mark.parametrize(("held", "action", "place", "allowed", "why"), CASES)
def test_cases(held, action, place, allowed, why):
    decision = decide(viewer(*held), action, place, roles=ROLES)
    assert (decision.allowed, decision.reasons[0].why) == (allowed, why)


def test_a_visitor_passes_open_doors_only():
    nobody = viewer(account=None)
    assert decide(nobody, "sign.in", Place(), roles=ROLES, demand=Demand(open=True))
    assert decide(nobody, "me.see", Place(), roles=ROLES).reasons[0].why is Why.NOT_SIGNED_IN


@pytest.mark.parametrize(
    ("since", "until", "allowed"),
    [
        (TODAY, None, True),
        (TODAY + timedelta(days=1), None, False),
        (None, TODAY, True),
        (None, TODAY - timedelta(days=1), False),
    ],
)
def test_a_position_counts_between_its_days(since, until, allowed):
    held = replace(NURSE, since=since, until=until)
    assert decide(viewer(held), "care.case_see", Place(facility=100), roles=ROLES).allowed is allowed


def test_a_strong_role_needs_a_second_factor_and_another_role_does_not():
    weak = viewer(NURSE, MEMBER, strong=False)
    refused = decide(weak, "care.case_see", Place(facility=100), roles=ROLES)
    assert not refused
    assert refused.needs is Why.NEEDS_STRONG
    assert decide(weak, "me.see", Place(account=1), roles=ROLES)


def test_a_step_up_is_asked_for_only_where_it_would_help():
    tired = viewer(NURSE, stepped_up=False)
    demand = Demand(step_up=True)
    assert (
        decide(tired, "care.case_see", Place(facility=100), roles=ROLES, demand=demand).needs
        is Why.NEEDS_STEP_UP
    )
    # Elsewhere the answer gives nothing away about what proving oneself would open.
    assert decide(tired, "care.case_see", Place(facility=7), roles=ROLES, demand=demand).needs is None


@pytest.mark.parametrize(
    ("block", "allowed"),
    [
        (Block("care.*"), False),
        (Block("care.case_see", thing="care.Client:9"), False),
        (Block("care.case_see", thing="care.Client:8"), True),
        (Block("care.case_see", until=TODAY - timedelta(days=1)), True),
        (Block("plan.*"), True),
    ],
)
def test_a_block_beats_every_grant(block, allowed):
    asked = viewer(NURSE, HEAD, blocks=(block,))
    place = Place(agency=10, facility=100)
    assert decide(asked, "care.case_see", place, roles=ROLES, thing="care.Client:9").allowed is allowed


helds = st.builds(
    Held,
    id=st.integers(1, 9),
    role=st.sampled_from([*ROLES, "forgotten"]),
    agency=st.none() | st.integers(1, 4),
    facility=st.none() | st.integers(1, 4),
    forerunners=st.frozensets(st.integers(1, 4), max_size=2),
    units=st.frozensets(st.integers(1, 4)),
)
places = st.builds(
    Place,
    account=st.none() | st.integers(1, 3),
    facility=st.none() | st.integers(1, 4),
    agency=st.none() | st.integers(1, 4),
    unit=st.none() | st.integers(1, 4),
)
actions = st.sampled_from(["care.case_see", "care.case_change", "plan.change", "org.anything", "me.see"])


@given(st.lists(helds, max_size=4), actions, places)
def test_a_block_of_everything_leaves_nothing(held, action, place):
    assert not decide(viewer(*held, blocks=(Block("*"),)), action, place, roles=ROLES)


@given(st.lists(helds, max_size=4), helds, actions, places)
def test_another_position_takes_nothing_away_unless_its_role_refuses(held, more, action, place):
    before = decide(viewer(*held), action, place, roles=ROLES)
    after = decide(viewer(*held, more), action, place, roles=ROLES)
    if before and not after:
        assert after.reasons[0].why is Why.ROLE_REFUSES
        assert more.role == "admin"


@given(st.lists(helds, max_size=4), actions, places)
def test_whoever_may_here_may_somewhere(held, action, place):
    if decide(viewer(*held), action, place, roles=ROLES):
        assert decide(viewer(*held), action, None, roles=ROLES)


@given(st.lists(helds, max_size=4), actions, places)
def test_a_yes_names_a_position_that_is_held_and_a_role_that_grants(held, action, place):
    decision = decide(viewer(*held), action, place, roles=ROLES)
    for reason in decision.reasons if decision else ():
        position = next(h for h in held if h.id == reason.position and h.role == reason.role)
        assert any(grant.names(action) for grant in ROLES[position.role].grants)
