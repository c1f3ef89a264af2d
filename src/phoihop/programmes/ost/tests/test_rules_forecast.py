"""The official report, the need, the days that are left, and alarms. Columns: TT 14/2015 annex 1, V."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.rules.amounts import SOLUTION, TABLET_8, Drug
from phoihop.programmes.ost.rules.forecast import (
    HEADINGS,
    Alarm,
    alarms,
    days_left,
    facility_report_due,
    need,
    packs,
    planned,
    point_report_due,
    point_transfer_due,
    report,
)
from phoihop.programmes.ost.rules.orders import ALTERNATE, Order
from phoihop.programmes.ost.rules.phases import Phase
from phoihop.programmes.ost.rules.stock import Kind, Lot, Movement, Place
from phoihop.programmes.ost.tests.rulebooks import ALL_SIGNED, SHIPPED, decimals

DAY = timedelta(days=1)
FIRST, LAST = date(2026, 4, 1), date(2026, 4, 30)
BY_TWO = frozenset({"n1", "n2"})
LOT = Lot(SOLUTION, "A", date(2027, 6, 30))
STORE, DAILY = Place(Kind.STORE, "f1"), Place(Kind.DAILY, "f1")
MINE = [STORE, DAILY]


def at(kind, site="f1"):
    return Place(kind, site)


def move(day, source, target, quantity, key, lot=LOT):
    return Movement(key, day, lot, source, target, Decimal(quantity), "01/BB", BY_TWO)


MONTH = [
    move(FIRST - DAY * 9, at(Kind.TRADER), STORE, 3000, "before"),
    move(FIRST - DAY * 8, STORE, DAILY, 1000, "up"),
    move(FIRST - DAY * 8, DAILY, at(Kind.CLIENT), 400, "old"),
    move(FIRST, at(Kind.TRADER), STORE, 2000, "in"),
    move(FIRST, STORE, DAILY, 1000, "inside"),  # between our own places: no movement
    move(FIRST + DAY, STORE, at(Kind.POINT, "p1"), 500, "point"),
    move(FIRST + DAY, DAILY, at(Kind.CLIENT), 600, "doses"),
    move(FIRST + DAY * 2, DAILY, at(Kind.BOTTLE), 60, "bottles"),
    move(FIRST + DAY * 3, DAILY, at(Kind.SPILL), 3, "spilt"),
    move(FIRST + DAY * 4, DAILY, at(Kind.LOSS), 2, "lost"),
    move(LAST, at(Kind.SURPLUS), DAILY, 5, "found"),
    move(LAST + DAY, DAILY, at(Kind.CLIENT), 99, "later"),
]


def test_the_columns_of_a_month():
    found = report(MONTH, MINE, SOLUTION, FIRST, LAST, patients=20, expected=5, book=SHIPPED)
    assert (found.opening, found.incoming, found.total) == decimals(2600, 2000, 4600)
    assert (found.out, found.loss, found.surplus, found.closing) == decimals(1160, 5, 5, 3440)
    assert (found.patients, found.expected) == (20, 5)
    assert found.cells() == decimals(2600, 2000, 4600, 1160, 5, 5, 3440, 20, 5, 0)
    assert [each.vi for each in HEADINGS][3:6] == ["Xuất trong kỳ", "Hao hụt", "Dư thừa"]
    assert len(HEADINGS) == len(found.cells())
    # 1,160 ml / (20 × 30 days) = 1.9333 a client and day; × 25 × (30 + 30) = 2,900; 3,440 are there.
    assert found.forecast == 0


def test_loss_and_surplus_of_a_month_stand_in_two_columns():
    found = report(MONTH, MINE, SOLUTION, FIRST, LAST, patients=20, expected=0, book=SHIPPED)
    assert found.loss == found.surplus == 5


def test_another_medicine_is_another_report():
    found = report(MONTH, MINE, TABLET_8, FIRST, LAST, patients=0, expected=0, book=SHIPPED)
    assert (found.opening, found.incoming, found.out, found.closing, found.forecast) == decimals(
        0, 0, 0, 0, 0
    )


PLACES = st.sampled_from([STORE, DAILY, *(at(kind, "x") for kind in Kind)])
MOVES = st.lists(st.tuples(st.integers(-20, 50), PLACES, PLACES, st.integers(1, 9999)), max_size=40)


@given(MOVES)
def test_closing_is_opening_in_out_loss_surplus_and_the_next_opening(moves):
    entries = [
        move(FIRST + DAY * n, source, target, Decimal(cents) / 100, f"m{place}")
        for place, (n, source, target, cents) in enumerate(moves)
        if source != target
    ]
    found = report(entries, MINE, SOLUTION, FIRST, LAST, patients=1, expected=0, book=SHIPPED)
    assert found.closing == found.opening + found.incoming - found.out - found.loss + found.surplus
    after = report(entries, MINE, SOLUTION, LAST + DAY, LAST + DAY * 30, patients=1, expected=0, book=SHIPPED)
    assert after.opening == found.closing
    held = sum(
        (each.quantity if each.target in MINE else 0) - (each.quantity if each.source in MINE else 0)
        for each in entries
        if each.day <= LAST
    )
    assert found.closing == held


def wanted(**more):
    given = {"used": Decimal(1200), "days": 30, "patients": 20, "expected": 0, "ahead": 30,
             "stock": Decimal(0), "on": LAST, "presentation": SOLUTION, "book": SHIPPED}  # fmt: skip
    return need(**{**given, **more})


@pytest.mark.parametrize(
    ("change", "wants"),
    [
        ({}, "2400.00"),  # a month and the reserve of a month (D)
        ({"expected": 5}, "3000.00"),
        ({"expected": -5}, "1800.00"),
        ({"stock": Decimal(1000)}, "1400.00"),
        ({"stock": Decimal(9999)}, "0.00"),
        ({"ahead": 90}, "4800.00"),
        ({"used": Decimal("0.01"), "patients": 3}, "0.02"),
        ({"used": Decimal("0.01"), "days": 31}, "0.02"),  # 0.0193… rounded up
        ({"patients": 0, "expected": 4}, "0"),  # nothing to learn from
    ],
)
def test_what_will_be_needed(change, wants):
    assert wanted(**change) == Decimal(wants)


@pytest.mark.parametrize("change", [{"days": 0}, {"patients": -1}, {"expected": -21}, {"ahead": -1}])
def test_what_cannot_be_foreseen(change):
    with pytest.raises(Refusal) as refused:
        wanted(**change)
    assert refused.value.reason == "forecast-without-days"


@pytest.mark.parametrize(("quantity", "number"), [("0", 0), ("0.01", 1), ("1000", 1), ("1000.01", 2)])
def test_whole_bottles_of_1000_ml(quantity, number):
    assert packs(Decimal(quantity), LAST, SHIPPED) == number
    assert packs(Decimal(quantity), date(2015, 1, 1), SHIPPED) is None


def test_what_orders_will_use():
    first = date(2026, 5, 4)
    orders = [
        Order("a", Drug.METHADONE, Phase.MAINTENANCE, Decimal(60), first, first + DAY, first),
        Order("b", Drug.METHADONE, Phase.MAINTENANCE, Decimal(80), first + DAY, first + DAY * 9, first),
        Order("c", Drug.BUPRENORPHINE, Phase.MAINTENANCE, Decimal(16), first, first + DAY * 9, first,
              ALTERNATE),
    ]  # fmt: skip
    assert planned(orders, SOLUTION, first, 3) == decimals(6, 14, 14)
    assert planned(orders, TABLET_8, first, 4) == decimals(2, 0, 2, 0)


ON = date(2026, 5, 4)
SOON = Lot(SOLUTION, "S", ON + DAY * 4)
TEN = [Decimal(10)] * 100


@pytest.mark.parametrize(
    ("held", "use", "left"),
    [
        ({LOT: "100"}, TEN, 10),
        ({LOT: "99"}, TEN, 9),
        ({LOT: "0"}, TEN, 0),
        ({LOT: "100"}, TEN[:5], 5),
        ({SOON: "100"}, TEN, 5),  # the rest expires
        ({SOON: "100", LOT: "20"}, TEN, 7),
        ({SOON: "5", LOT: "20"}, TEN, 2),
        ({LOT: "15"}, [Decimal(10), Decimal(0), Decimal(5), Decimal(1)], 3),
    ],
)
def test_how_many_days_the_stock_lasts(held, use, left):
    assert days_left({lot: Decimal(each) for lot, each in held.items()}, use, ON) == left


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ({LOT: "1000"}, []),
        ({LOT: "140"}, []),
        ({LOT: "139"}, [(Alarm.LOW, None)]),
        ({}, [(Alarm.EMPTY, None)]),
        ({SOON: "1000"}, [(Alarm.EXPIRING, SOON), (Alarm.LOW, None)]),
        ({Lot(SOLUTION, "O", ON - DAY): "1000"},
         [(Alarm.EXPIRED, Lot(SOLUTION, "O", ON - DAY)), (Alarm.EMPTY, None)]),
        ({Lot(SOLUTION, "N", ON + DAY * 90): "1000"}, [(Alarm.EXPIRING, Lot(SOLUTION, "N", ON + DAY * 90))]),
        ({Lot(SOLUTION, "N", ON + DAY * 91): "1000"}, []),
        ({LOT: "1000", Lot(SOLUTION, "O", ON - DAY): "0"}, []),  # used up in time
        ({LOT: "1000", Lot(TABLET_8, "T", ON - DAY): "9"}, []),  # another medicine
    ],
)  # fmt: skip
def test_alarms(held, expected):
    found, decision = alarms({lot: Decimal(each) for lot, each in held.items()}, SOLUTION, TEN, ON, SHIPPED)
    assert [(each.alarm, each.lot) for each in found] == expected
    assert {row.certainty for row in decision.rested_on} == {"D"}


def test_stock_that_nobody_uses_is_not_low():
    assert alarms({LOT: Decimal(1)}, SOLUTION, [Decimal(0)] * 30, ON, SHIPPED)[0] == ()
    assert alarms({LOT: Decimal(100)}, SOLUTION, TEN[:5], ON, SHIPPED)[0] == ()


# Points before day 25, medicine to them before day 30, facilities before the 5th of January, April, July,
# October: TT 14/2015, V until 14/3/2024; P since.
@pytest.mark.parametrize(
    ("due", "day", "last"),
    [
        (point_report_due, date(2022, 5, 10), date(2022, 5, 24)),
        (point_transfer_due, date(2022, 5, 10), date(2022, 5, 29)),
        (point_transfer_due, date(2022, 2, 10), date(2022, 2, 28)),
        (facility_report_due, date(2022, 1, 1), date(2022, 4, 4)),
        (facility_report_due, date(2022, 6, 30), date(2022, 7, 4)),
        (facility_report_due, date(2022, 9, 30), date(2022, 10, 4)),
        (facility_report_due, date(2022, 12, 31), date(2023, 1, 4)),
    ],
)
def test_when_reports_are_due(due, day, last):
    assert due(day, SHIPPED).day == last
    later = day.replace(year=2026)
    assert due(later, SHIPPED).day is None
    assert due(later, SHIPPED).decision.unchecked
    assert due(later, ALL_SIGNED).day == last.replace(year=last.year + 4)


def test_what_went_back_to_a_trader_is_out_and_is_no_use():
    back = move(FIRST + DAY, STORE, at(Kind.TRADER), 700, "back")
    without, with_it = (
        report(moves, MINE, SOLUTION, FIRST, LAST, patients=10, expected=90, book=SHIPPED)
        for moves in (MONTH, [*MONTH, back])
    )
    assert with_it.out == without.out + 700
    assert with_it.closing == without.closing - 700
    # As much is used as before, and so much less is there.
    assert with_it.forecast == without.forecast + 700
