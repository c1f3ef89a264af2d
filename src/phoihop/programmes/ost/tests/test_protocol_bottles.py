"""What became of take-home bottles, as the rules judge it: what sets one aside, and what is only raised."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from phoihop.programmes.ost.rules.clocks import DAY
from phoihop.programmes.ost.rules.events import RETURNED, Body, Bottles, CameBack, Paper
from phoihop.programmes.ost.rules.incidents import Kind
from phoihop.programmes.ost.rules.judging import Register, judge
from phoihop.programmes.ost.tests.test_protocol_judging import (
    EIGHT,
    KEYS,
    SITES,
    D,
    Log,
    dose,
    judgement,
    kinds,
)

NEXT = D + timedelta(1)


def bottles(**changes: Any) -> Bottles:
    usual: dict[str, Any] = {
        "client": "c",
        "order": "o1",
        "day": D,
        "days": (NEXT, D + timedelta(2)),
        "drug": "D",
        "mg": Decimal("60.00"),
        "ml": Decimal("6.00"),
        "batch": "b",
        "place": "A",
        "witness": "w",
        "permits": (),
        "outside": True,
    }
    return Bottles(**(usual | changes))


def back(bottle: str = "k", label: date = NEXT, **changes: Any) -> CameBack:
    usual: dict[str, Any] = {
        "client": "c",
        "day": D,
        "drug": "D",
        "mg": Decimal("60.00"),
        "ml": Decimal("6.00"),
        "batch": "b",
        "place": "B",
        "witness": "w",
        "sealed": True,
    }
    return CameBack(bottle=bottle, label=label, **(usual | changes))


HALF: dict[str, Any] = {"mg": Decimal(30), "ml": Decimal(3)}
NONE: dict[str, Any] = {"mg": Decimal(0), "ml": Decimal(0), "sealed": False}


@pytest.mark.parametrize(
    ("name", "bodies", "aside", "doubted", "moved"),
    [
        ("nothing is said", [], 0, 0, 0),
        ("full and sealed", [back()], 1, 0, 6),
        ("both bottles", [back(), back(label=D + timedelta(2))], 2, 0, 12),
        ("opened", [back(sealed=False)], 0, 0, 6),
        ("half of it", [back(**HALF)], 0, 0, 3),
        ("empty, spilt or lost", [back(**NONE)], 0, 0, 0),
        ("a slip that repeats it", [back(), Paper("a1/i1/3/b1", back(day=NEXT))], 1, 0, 6),
        ("two slips of one number", [Paper("s", back()), Paper("s", back())], 1, 0, 6),
        ("two who say so", [back(), back(day=NEXT)], 0, 1, 6),
        ("two slips", [Paper("s", back()), Paper("s2", back())], 0, 1, 6),
        ("full, then lost", [back(), back(**NONE)], 0, 1, 6),
        ("another client", [back(client="d")], 0, 1, 6),
        ("another batch", [back(batch="b2")], 0, 1, 0),
        ("more than was in it", [back(ml=Decimal(7), mg=Decimal(70))], 0, 1, 7),
        ("a day without a bottle", [back(label=D + timedelta(9))], 0, 1, 6),
        ("no such hand-out", [back("other")], 0, 1, 6),
        ("the hand-out on a slip as well", [Paper("k", bottles()), back()], 1, 0, 6),
        ("another hand-out under its key", [Paper("k", bottles(ml=Decimal(5))), back()], 0, 1, 6),
    ],
)  # fmt: skip
def test_only_one_word_of_one_full_bottle_sets_it_aside(
    name: str, bodies: list[Body], aside: int, doubted: int, moved: int
):
    log = Log()
    log.mark(EIGHT)
    log.write(bottles(), EIGHT, key="k")
    for number, body in enumerate(bodies):
        log.write(body, EIGHT + 60 * number)
    found = judgement(log)
    assert len(found.aside) == aside, name
    assert kinds(found).count(Kind.BOTTLE_IN_DOUBT) == doubted, name
    assert found.stock.get((RETURNED, "b"), 0) == moved, name
    assert judge(log.events[::-1], Register(SITES), KEYS.check) == found


def test_a_dose_in_the_place_of_a_bottle_that_came_back_is_no_double_until_more_is_said():
    log, other = Log(), Log("b1")
    log.mark(EIGHT)
    log.write(bottles(), EIGHT, key="k")
    log.write(dose(day=NEXT), EIGHT + DAY)
    log.mark(EIGHT + DAY + 60)
    assert kinds(judgement(log)) == [Kind.DOUBLE_DOSE]
    other.mark(EIGHT)
    other.write(back(), EIGHT + 60)
    assert kinds(judgement(log, other)) == []
    other.write(back(**NONE), EIGHT + DAY)
    assert kinds(judgement(log, other)) == [Kind.BOTTLE_IN_DOUBT, Kind.DOUBLE_DOSE]
