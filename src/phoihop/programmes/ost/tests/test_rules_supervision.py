"""The checklist of a quality visit."""

from datetime import date
from decimal import Decimal

import pytest

from phoihop.kernel.certainty import Certainty
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.rules.supervision import Answer, Given, Place, checklist, outcome, questions

ON = date(2026, 5, 4)
YES, NA = Given(Answer.YES), Given(Answer.NOT_HERE)
NO = Given(Answer.NO, "Lắp khóa tủ", date(2026, 6, 1))


def test_the_questions_are_whole():
    found = questions()
    assert len({each.code for each in found}) == len(found)
    for each in found:
        assert each.asks.vi.endswith("?")
        assert each.asks.en.endswith("?")
        assert bool(each.source) is (each.certainty is not Certainty.OURS), each.code


@pytest.mark.parametrize(
    ("place", "on", "has", "has_not"),
    [
        # NĐ 141/2024 Art 16 from 15/12/2024: V
        (Place.FACILITY, date(2024, 12, 15), "rooms-10m2", "first-dose-watch"),
        (Place.FACILITY, date(2024, 12, 14), "first-dose-watch-2024", "rooms-10m2"),
        (Place.FACILITY, date(2020, 1, 1), "first-dose-watch", "order-30-days"),
        (Place.FACILITY, date(2024, 3, 14), "first-dose-watch", "order-30-days"),
        (Place.FACILITY, date(2024, 3, 15), "order-30-days", "first-dose-watch"),
        (Place.POINT, ON, "two-cabinets", "rooms-10m2"),
        (Place.POINT, ON, "blind-count", "store-book"),
    ],
)
def test_what_is_asked_where_and_when(place, on, has, has_not):
    found = {each.code for each in checklist(place, on)}
    assert has in found
    assert has_not not in found


def answers(**more):
    return {each.code: more.get(each.code.replace("-", "_"), YES) for each in checklist(Place.POINT, ON)}


def test_what_a_visit_comes_to():
    asked = checklist(Place.POINT, ON)
    assert outcome(asked, answers()).share == 1
    found = outcome(asked, answers(two_cabinets=NO, bottles_back=NA))
    applying = len(asked) - 1
    assert found.share == Decimal(applying - 1) / applying
    assert [each.code for each in found.to_do] == ["two-cabinets"]
    read = [each for each in asked if each.certainty is Certainty.READ]
    assert found.law == Decimal(len(read) - 1) / len(read)


def test_where_nothing_applies_there_is_no_share():
    asked = checklist(Place.POINT, ON)
    assert outcome(asked, dict.fromkeys((each.code for each in asked), NA)).share is None
    assert outcome((), {}).share is None


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({}, "supervision-open"),
        (answers(two_cabinets=Given(Answer.NO)), "supervision-no-action"),
        (answers(two_cabinets=Given(Answer.NO, "  ", ON)), "supervision-no-action"),
        (answers(two_cabinets=Given(Answer.NO, "Lắp khóa")), "supervision-no-action"),
    ],
)
def test_a_visit_is_not_done(given, reason):
    with pytest.raises(Refusal) as refused:
        outcome(checklist(Place.POINT, ON), given)
    assert refused.value.reason == reason
