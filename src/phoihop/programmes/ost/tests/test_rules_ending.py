"""How treatment ends, by which ground, and what of it may leave the house."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.programmes.ost.rules.ending import (
    OUTWARD,
    Ending,
    Ground,
    Outward,
    Proposal,
    Record,
    TransferPaper,
    grounds,
    judge,
    may_tell,
)
from phoihop.programmes.ost.rules.phases import Phase
from phoihop.programmes.ost.rules.urine import Result, Substance, UrineTest
from phoihop.programmes.ost.tests.rulebooks import ALL_SIGNED, SHIPPED, codes

DAY = timedelta(days=1)
THEN, NOW = date(2024, 12, 14), date(2024, 12, 15)  # the last day of NĐ 90/2016, the first of NĐ 141/2024


def ago(days):
    return THEN - DAY * days


def positive(day, substance=Substance.OPIOIDS):
    return UrineTest(day, {substance: Result.POSITIVE})


# NĐ 90/2016, until 14/12/2024: V.
@pytest.mark.parametrize(
    ("record", "found"),
    [
        (Record(), ()),
        (Record(breaches=(ago(10),)), ()),
        (Record(breaches=(ago(10), ago(100))), (Ground.PROTOCOL,)),
        (Record(breaches=(ago(10), ago(200))), ()),  # not within six months
        (Record(breaches=(ago(10), date(2024, 6, 15))), (Ground.PROTOCOL,)),
        (Record(breaches=(ago(10), date(2024, 6, 14))), ()),  # six months to the day are over
        (Record(breaches=(ago(-1), ago(10))), ()),  # not before it happened
        (Record(tests=(positive(ago(10)), positive(date(2023, 12, 15))), maintained=ago(500)),
         (Ground.OPIOIDS,)),
        (Record(tests=(positive(ago(10)), positive(date(2023, 12, 14))), maintained=ago(500)), ()),
        (Record(tests=(positive(ago(0), Substance.AMPHETAMINES),)), (Ground.OTHER_DRUGS,)),
        (Record(tests=(positive(ago(-1), Substance.AMPHETAMINES),)), ()),
        (Record(violence=(ago(0),)), (Ground.VIOLENCE,)),
        (Record(violence=(ago(-1),)), ()),
        (Record(tests=(positive(ago(10)), positive(ago(40))), maintained=ago(400)), (Ground.OPIOIDS,)),
        (Record(tests=(positive(ago(10)), positive(ago(40)))), ()),  # never in maintenance
        (Record(tests=(positive(ago(10)), positive(ago(40))), maintained=ago(20)), ()),
        (Record(tests=(positive(ago(10)), positive(ago(380))), maintained=ago(500)), ()),
        (Record(tests=(positive(ago(10)),), maintained=ago(400)), ()),
        (Record(tests=(positive(ago(10), Substance.AMPHETAMINES),)), (Ground.OTHER_DRUGS,)),
        (Record(violence=(ago(3),)), (Ground.VIOLENCE,)),
    ],
)  # fmt: skip
def test_grounds_of_the_old_decree(record, found):
    assert grounds(record, THEN, SHIPPED).found == found
    # Under the new decree none was read; nothing stands, whatever was signed of other rules.
    assert grounds(record, NOW, ALL_SIGNED).found == ()


def test_an_ending_for_breach_by_its_day():
    record = Record(violence=(ago(3),))
    proposal = Proposal(Ending.BREACH, THEN, "account-1", record=record, chosen=frozenset({Ground.VIOLENCE}))
    assert judge(proposal, SHIPPED).allowed
    assert codes(judge(replace(proposal, day=NOW), ALL_SIGNED).refusals) == ["ending-without-ground"]
    for chosen in (frozenset(), frozenset({Ground.PROTOCOL}), frozenset(Ground)):
        assert not judge(replace(proposal, chosen=chosen), SHIPPED).allowed


@pytest.mark.parametrize("on", [THEN, NOW, date(2026, 8, 1)])
def test_by_wish_at_any_time(on):
    assert judge(Proposal(Ending.WISH, on, "account-1", wish_signed=True), SHIPPED).allowed
    assert codes(judge(Proposal(Ending.WISH, on, "account-1"), SHIPPED).refusals) == ["ending-wish-unsigned"]


FULL = TransferPaper(Decimal(80), NOW, Phase.MAINTENANCE, 0)


@pytest.mark.parametrize(
    ("paper", "whole"),
    [
        (FULL, True),
        (None, False),
        (replace(FULL, last_mg=None), False),
        (replace(FULL, last_day=None), False),
        (replace(FULL, phase=None), False),
        (replace(FULL, bottles=None), False),
    ],
)
def test_a_transfer_and_its_paper(paper, whole):
    proposal = Proposal(Ending.TRANSFER, NOW, "account-1", paper=paper)
    assert judge(proposal, ALL_SIGNED).allowed is whole
    assert judge(proposal, SHIPPED).allowed  # the paper's fields are P
    assert bool(judge(proposal, SHIPPED).would) is not whole


def test_death_custody_and_bottles():
    death = judge(Proposal(Ending.DEATH, NOW, "account-1"), SHIPPED)
    assert death.allowed
    assert death.warnings == ()
    held = judge(Proposal(Ending.CUSTODY, NOW, "account-1", bottles_out=2), SHIPPED)
    assert held.allowed
    assert codes(held.warnings) == ["ending-custody-go-on", "ending-bottles-out"]


@pytest.mark.parametrize("ending", list(Ending))
def test_no_treatment_ends_by_itself(ending):
    proposal = Proposal(ending, NOW, "", wish_signed=True, paper=FULL)
    assert "ending-by-nobody" in codes(judge(proposal, ALL_SIGNED).refusals)


PAPER = Outward("12/TB-CSĐT", "NĐ 141/2024/NĐ-CP Điều 33", ("account-1", "account-2"), NOW)


@pytest.mark.parametrize(
    ("ending", "paper", "refused"),
    [
        (Ending.WISH, PAPER, []),
        (Ending.BREACH, PAPER, []),
        (Ending.TRANSFER, PAPER, ["outward-nothing"]),
        (Ending.DEATH, PAPER, ["outward-nothing"]),
        (Ending.CUSTODY, PAPER, ["outward-nothing"]),
        (None, PAPER, ["outward-nothing"]),  # somebody stopped coming
        (Ending.WISH, None,
         ["outward-without-paper", "outward-one-signer", "outward-client-not-told"]),
        (Ending.WISH, replace(PAPER, number=""), ["outward-without-paper"]),
        (Ending.WISH, replace(PAPER, ground=""), ["outward-without-paper"]),
        (Ending.WISH, replace(PAPER, signers=("account-1", "account-1")), ["outward-one-signer"]),
        (Ending.WISH, replace(PAPER, client_told=None), ["outward-client-not-told"]),
        (Ending.WISH, replace(PAPER, client_told=NOW + DAY), ["outward-client-not-told"]),
    ],
)  # fmt: skip
def test_what_may_leave_the_house(ending, paper, refused):
    assert codes(may_tell(ending, paper, NOW, SHIPPED).refusals) == refused


def test_what_leaves_says_no_more_than_that_it_ended():
    assert set(OUTWARD) == {Ending.WISH, Ending.BREACH}


@given(st.lists(st.dates(date(2023, 1, 1), THEN), max_size=6), st.dates(date(2022, 1, 1), THEN))
def test_more_on_record_never_takes_a_ground_away(days, maintained):
    tests = tuple(positive(day) for day in days)
    some = grounds(Record(tuple(days[:2]), tests[:2], tuple(days[:1]), maintained), THEN, SHIPPED)
    more = grounds(Record(tuple(days), tests, tuple(days), maintained), THEN, SHIPPED)
    assert set(some.found) <= set(more.found)
