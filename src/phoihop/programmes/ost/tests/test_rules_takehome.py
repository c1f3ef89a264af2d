"""Take-home: who may have it, the bottles, their cover, what comes back. Most values: M, nobody read them."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.rules.amounts import SOLUTION, Drug
from phoihop.programmes.ost.rules.missed import Standing, standing
from phoihop.programmes.ost.rules.orders import Order
from phoihop.programmes.ost.rules.phases import Phase
from phoihop.programmes.ost.rules.takehome import (
    Collecting,
    Facts,
    Fate,
    Inpatient,
    Note,
    Paper,
    contradictory,
    cover,
    drawn,
    eligibility,
    fill,
    may_hand_out,
    may_supply,
    recall,
    recall_by,
    returned,
    unreturned,
)
from phoihop.programmes.ost.rules.urine import Result, Substance, UrineTest
from phoihop.programmes.ost.tests.rulebooks import ALL_SIGNED, SHIPPED, codes, signed

DAY = timedelta(days=1)
ON = date(2026, 5, 4)
PILOT = date(2022, 5, 4)
NONE_MISSED = Standing((), (), ON - DAY, 1)
STEADY = Facts(
    phase=Phase.MAINTENANCE,
    maintained=date(2025, 1, 1),
    standing=NONE_MISSED,
    commitment=date(2026, 5, 1),
    home_storage=True,
)
POSITIVE = {Substance.OPIOIDS: Result.POSITIVE}


# Commitment and storage: V in the pilot, D since. Months: M.
@pytest.mark.parametrize(
    ("change", "shipped", "signed"),
    [
        ({}, [], []),
        ({"commitment": None}, ["commitment"], ["commitment"]),
        ({"commitment": date(2026, 5, 5)}, ["commitment"], ["commitment"]),  # not signed yet
        ({"home_storage": False}, ["home-storage"], ["home-storage"]),
        ({"incidents": 1}, ["incident"], ["incident"]),
        ({"phase": Phase.ADJUSTMENT, "maintained": None}, [], ["maintenance", "maintenance-months"]),
        ({"maintained": date(2025, 11, 4)}, [], []),  # six months to the day
        ({"maintained": date(2025, 11, 5)}, [], ["maintenance-months"]),
        ({"standing": Standing((date(2026, 4, 4),), (), ON, 0)}, [], ["missed"]),
        ({"standing": Standing((date(2026, 4, 3),), (), ON, 0)}, [], []),
        ({"tests": (UrineTest(date(2026, 1, 1), POSITIVE),)}, [], ["positive"]),
        ({"tests": (UrineTest(date(2025, 11, 3), POSITIVE),)}, [], []),
        ({"tests": (UrineTest(ON, {Substance.OPIOIDS: Result.DECLINED}),)}, [], []),
        ({"lost": (date(2026, 1, 1),)}, [], ["lost"]),
    ],
)
def test_all_that_must_hold_and_none_that_must_not(change, shipped, signed):
    facts = replace(STEADY, **change)
    assert codes(eligibility(facts, ON, SHIPPED).decision.refusals) == [
        f"takehome-{each}" for each in shipped
    ]
    found = eligibility(facts, ON, ALL_SIGNED)
    assert codes(found.decision.refusals) == [f"takehome-{each}" for each in signed]
    assert [each.code for each in found.criteria if not each.passed] == signed


def test_every_criterion_is_shown_and_says_whether_it_counts():
    found = eligibility(STEADY, ON, SHIPPED).criteria
    assert [(each.code, each.include, each.counts) for each in found] == [
        ("commitment", True, True),
        ("home-storage", True, True),
        ("maintenance", True, False),
        ("maintenance-months", True, False),
        ("missed", False, False),
        ("positive", False, False),
        ("lost", False, False),
        ("incident", False, True),
    ]


@pytest.mark.parametrize(("on", "certainty"), [(PILOT, "V"), (ON, "D")])
def test_on_what_the_commitment_rests(on, certainty):
    found = eligibility(STEADY, on, SHIPPED).criteria[0]
    assert found.rule.certainty == certainty


WELL = Collecting(in_person=True, container=True, papers=frozenset(Paper))
ORDER = Order("a", Drug.METHADONE, Phase.MAINTENANCE, Decimal(60), ON, ON + DAY * 29, ON)


def ahead(*numbers):
    return [ON + DAY * n for n in numbers]


@pytest.mark.parametrize(
    ("days", "collecting", "held", "refused"),
    [
        (ahead(1, 2, 3), WELL, [], []),
        (ahead(*range(1, 8)), WELL, [], []),
        (ahead(*range(1, 9)), WELL, [], ["takehome-too-many"]),
        (ahead(1), replace(WELL, in_person=False), [], ["takehome-in-person"]),
        (ahead(1), replace(WELL, container=False), [], ["takehome-container"]),
        (ahead(1), replace(WELL, papers=frozenset({Paper.BOOK})), [], ["takehome-papers"]),
        ([], WELL, [], ["takehome-days"]),
        (ahead(0, 1), WELL, [], ["takehome-days"]),  # today's dose is taken here
        (ahead(2, 1), WELL, [], ["takehome-days"]),
        (ahead(1, 1), WELL, [], ["takehome-days"]),
        (ahead(29, 30), WELL, [], ["takehome-no-order"]),
        (ahead(1, 2), WELL, ahead(2), ["takehome-held"]),
    ],
)
def test_handing_out(days, collecting, held, refused):
    found = may_hand_out(days, collecting, [ORDER], held, ON, ALL_SIGNED)
    assert codes(found.refusals) == refused


def test_nothing_is_handed_out_before_the_longest_span_is_signed():
    found = may_hand_out(ahead(1), WELL, [ORDER], [], ON, SHIPPED)
    assert codes(found.refusals) == ["takehome-days-unsigned"]
    assert [row.value for row in found.unchecked if row.rule_id == "takehome.max_days"] == [7]
    assert may_hand_out(ahead(1), WELL, [ORDER], [], ON, signed("takehome.max_days")).allowed
    before = date(2021, 4, 4)
    assert not may_hand_out([before + DAY], WELL, [ORDER], [], before, ALL_SIGNED).allowed


def bottles(days, issue="i1", prefix="S"):
    return fill(days, [ORDER], [f"{prefix}{n}" for n in range(len(days))], issue, SOLUTION)


def test_the_bottles_of_a_hand_out():
    higher = Order("b", Drug.METHADONE, Phase.MAINTENANCE, Decimal(70), ON + DAY * 3, ON + DAY * 9, ON)
    lower = replace(ORDER, end=ON + DAY * 2)
    found = fill(ahead(2, 3), [lower, higher], ["S1", "S2"], "i1", SOLUTION)
    assert [(each.number, each.of, each.take_on, each.mg, each.quantity) for each in found] == [
        (1, 2, ON + DAY * 2, Decimal(60), Decimal("6.00")),
        (2, 2, ON + DAY * 3, Decimal(70), Decimal("7.00")),
    ]
    with pytest.raises(ValueError, match="serial"):
        fill(ahead(2, 3), [ORDER], ["S1", "S1"], "i1", SOLUTION)
    with pytest.raises(Refusal) as refused:
        fill(ahead(40), [ORDER], ["S1"], "i1", SOLUTION)
    assert refused.value.reason == "takehome-no-order"


@pytest.mark.parametrize(
    ("fate", "covered"),
    [
        (None, True),
        (Fate.EMPTY, True),
        (Fate.LOST_EMPTY, True),
        (Fate.FULL, False),
        (Fate.SPILT, False),
        (Fate.LOST_FULL, False),
    ],
)
def test_what_a_bottle_covers(fate, covered):
    held = bottles(ahead(1, 2))
    notes = [Note("S0", fate, ON + DAY * 3)] if fate else []
    assert (ON + DAY in cover(held, notes)) is covered
    assert ON + DAY * 2 in cover(held, notes)
    # Cover counts as dosed; without it the day is missed.
    found = standing([ORDER], [ON], cover(held, notes), ON + DAY * 2)
    assert found.missed == (() if covered else (ON + DAY,))


def test_a_replacement_covers_the_day_of_a_spilt_bottle():
    held = (*bottles(ahead(1)), *bottles(ahead(1), "i2", "R"))
    assert cover(held, [Note("S0", Fate.SPILT, ON)]) == {ON + DAY}


def test_what_should_have_come_back():
    held = bottles(ahead(1, 2, 3))
    notes = [Note("S0", Fate.EMPTY, ON + DAY * 4), Note("S1", Fate.SPILT, ON + DAY)]
    assert unreturned(held, notes, ON + DAY * 4, SHIPPED) == ()  # the day after the last
    assert [each.serial for each in unreturned(held, notes, ON + DAY * 5, SHIPPED)] == ["S2"]
    assert [each.serial for each in returned(held, notes)] == ["S0"]
    assert contradictory([*notes, Note("S0", Fate.FULL, ON + DAY * 5)]) == ("S0",)
    assert contradictory(notes) == ()


@pytest.mark.parametrize(
    ("shown", "missing", "untaken", "warned"),
    [
        (["S2", "S3"], [], [], []),
        (["S1", "S2", "S3"], [], [], []),  # today's may be full yet
        (["S3"], ["S2"], [], ["recall-missing"]),
        ([], ["S2", "S3"], [], ["recall-missing"]),
        (["S0", "S2", "S3"], [], ["S0"], ["recall-untaken"]),
        (["S2", "S3", "X9"], [], [], ["recall-foreign"]),
    ],
)
def test_a_recall(shown, missing, untaken, warned):
    held = bottles(ahead(1, 2, 3, 4))
    found = recall(held, [], shown, ON + DAY * 2, SHIPPED)
    assert [each.serial for each in found.missing] == missing
    assert [each.serial for each in found.untaken] == untaken
    assert codes(found.decision.warnings) == warned


def test_by_when_to_come():
    assert recall_by(ON, SHIPPED) == ON + DAY


def test_who_is_called_back_cannot_be_foreseen_and_comes_out_the_same():
    clients = [f"P{n:03}" for n in range(100)]
    first = drawn(clients, 10, b"seed", ON)
    assert drawn(reversed(clients), 10, b"seed", ON) == first
    assert len(set(first)) == 10
    assert set(drawn(clients, 10, b"other", ON)) != set(first)
    assert set(drawn(clients, 10, b"seed", ON + DAY)) != set(first)
    assert len(drawn(clients, 200, b"seed", ON)) == 100
    assert drawn(clients, 0, b"seed", ON) == ()


# TT 26/2023, forms 04, 05 (two copies), 06, leak test: V from 15/3/2024.
@pytest.mark.parametrize(
    ("papers", "refused"),
    [
        (Inpatient(True, 2, True, True), []),
        (Inpatient(True, 3, True, True), []),
        (Inpatient(False, 2, True, True), ["inpatient-request"]),
        (Inpatient(True, 1, True, True), ["inpatient-undertaking"]),
        (Inpatient(True, 2, False, True), ["inpatient-label"]),
        (Inpatient(True, 2, True, False), ["inpatient-leak"]),
    ],
)
def test_a_supply_for_the_hospital(papers, refused):
    assert codes(may_supply(papers, date(2024, 3, 15), SHIPPED).refusals) == refused
    assert may_supply(papers, date(2024, 3, 14), SHIPPED).allowed


NOTES = st.lists(
    st.builds(
        Note,
        st.sampled_from([f"S{n}" for n in range(6)]),
        st.sampled_from(Fate),
        st.dates(ON, ON + DAY * 10),
    ),
    max_size=12,
)


@given(NOTES, st.randoms(use_true_random=False))
def test_cover_is_the_same_in_any_order_of_notes(notes, rng):
    held = bottles(ahead(*range(1, 7)))
    shuffled = list(notes)
    rng.shuffle(shuffled)
    found = cover(held, notes)
    assert cover(held, [*shuffled, *notes]) == found
    gone = {each.serial for each in notes if each.fate in {Fate.FULL, Fate.SPILT, Fate.LOST_FULL}}
    assert len(found) == 6 - len(gone)
    assert not set(standing([ORDER], [ON], found, ON + DAY * 6).missed) & found
