"""A vomited dose, part of which is given again: one part of one dose is no double, and everything else is."""

from decimal import Decimal
from typing import Any

import pytest

from phoihop.programmes.ost.rules.events import GIVEN, Dose, Paper, Repeats
from phoihop.programmes.ost.rules.incidents import Kind
from phoihop.programmes.ost.tests.test_protocol_judging import EIGHT, Log, dose, judgement, kinds


def again(of: str = "k", **changes: Any) -> Dose:
    usual: dict[str, Any] = {"mg": Decimal(30), "ml": Decimal(3), "repeats": Repeats(of, "doctor")}
    return dose(**(usual | changes))


@pytest.mark.parametrize(
    ("others", "raised"),
    [
        ([again()], [Kind.GIVEN_AGAIN]),
        ([again(mg=Decimal("60.00"))], [Kind.GIVEN_AGAIN]),
        ([again(mg=Decimal("60.01"))], [Kind.DOUBLE_DOSE]),
        ([again("another")], [Kind.DOUBLE_DOSE]),
        ([again(drug="E")], [Kind.DOUBLE_DOSE]),
        ([again(place="B")], [Kind.DOUBLE_DOSE]),
        ([again(repeats=Repeats("k", ""))], [Kind.DOUBLE_DOSE]),
        ([again(), again()], [Kind.DOUBLE_DOSE] * 3),
        ([again(), dose()], [Kind.DOUBLE_DOSE] * 2 + [Kind.GIVEN_AGAIN]),
        ([again(client="d")], []),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_one_part_of_a_dose_given_again_is_no_double(others: list[Dose], raised: list[Kind], turned: bool):
    log = Log()
    log.mark(EIGHT)
    told = [(dose(), "k"), *((each, "") for each in others)]
    for number, (each, key) in enumerate(reversed(told) if turned else told):
        log.write(each, EIGHT + 60 * number, key=key)
    assert sorted(kinds(judgement(log))) == sorted(raised)


def test_only_what_is_given_again_needs_no_permit():
    log = Log()
    log.mark(EIGHT)
    log.write(dose(), EIGHT, key="k")
    log.write(again(), EIGHT + 60)
    log.write(again("unknown", client="d"), EIGHT + 120)
    outside = [each for each in judgement(log).incidents if each.kind is Kind.OUTSIDE_PERMIT]
    assert sorted(each.clients for each in outside) == [("c",), ("d",)]
    assert len(judgement(log).doses) == 3


def test_a_dose_of_which_a_key_tells_twice_is_repeated_by_none():
    here, there = Log("a1"), Log("a2")
    for log in (here, there):
        log.mark(EIGHT)
        log.write(dose(), EIGHT + 60, key="k")
    here.write(again(), EIGHT + 120)
    assert kinds(judgement(here, there), Kind.KEY_CLASH) == [Kind.DOUBLE_DOSE] * 3


def test_a_slip_of_a_dose_given_again_says_nothing_more():
    log = Log()
    log.mark(EIGHT)
    log.write(dose(), EIGHT, key="k")
    part = log.write(again(), EIGHT + 60)
    log.write(Paper(part.key, again()), EIGHT + 3_600)
    log.mark(EIGHT + 3_700)
    found = judgement(log)
    assert kinds(found) == [Kind.GIVEN_AGAIN]
    assert sum(ml for (place, _), ml in found.stock.items() if place == GIVEN) == Decimal(9)
