"""The stock ledger: nothing comes from nowhere, nothing goes below nought."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.rules.amounts import SOLUTION, TABLET_2, TABLET_8
from phoihop.programmes.ost.rules.stock import (
    FLOWS,
    HOLDING,
    Kind,
    Ledger,
    Lot,
    Movement,
    Place,
    pick,
    receipt,
    total,
)
from phoihop.programmes.ost.tests.rulebooks import SHIPPED, codes

DAY = timedelta(days=1)
ON = date(2026, 5, 4)
SITE = "f1"
TRADER, STORE, DAILY, POINT, BOTTLE, RETURNED, CLIENT, SPILL, LOSS, SURPLUS, DESTROYED = (
    Place(kind, SITE) for kind in Kind
)
LOT = Lot(SOLUTION, "A1", date(2027, 6, 30))
BY_TWO = frozenset({"n1", "n2"})


def move(source, target, quantity, key="k", lot=LOT, day=ON, **more):
    return Movement(key, day, lot, source, target, Decimal(quantity), **more)


def stocked(quantity=1000, lot=LOT):
    """A store with so much, of which as much as can be is in the daily cabinet."""
    return Ledger().after([move(TRADER, STORE, quantity, "in", lot), move(STORE, DAILY, quantity, "up", lot)])


def reason(ledger, movement):
    with pytest.raises(Refusal) as refused:
        ledger.after([movement])
    return refused.value.reason


def test_twenty_five_doses_of_sixty_milligrams():
    doses = [move(DAILY, CLIENT, "6.00", f"d{n}") for n in range(25)]
    found = stocked().after(doses)
    assert sum(each.mg for each in doses) == 1500
    assert found.at(CLIENT) == {LOT: Decimal("150.0")}
    assert found.at(DAILY) == {LOT: Decimal("850.0")}
    assert found.at(STORE) == {}


@pytest.mark.parametrize(
    ("movement", "refused"),
    [
        (move(DAILY, CLIENT, "1000.01"), "stock-short"),
        (move(STORE, DAILY, "0.01"), "stock-short"),
        (move(DAILY, CLIENT, "0"), "stock-nothing"),
        (move(DAILY, CLIENT, "-1"), "amount-below-nought"),
        (move(DAILY, CLIENT, "1.001"), "amount-not-exact"),
        (move(DAILY, DAILY, "1"), "stock-flow"),
        (move(TRADER, CLIENT, "1"), "stock-flow"),
        (move(CLIENT, DAILY, "1"), "stock-flow"),
        (move(LOSS, DAILY, "1"), "stock-flow"),  # loss gives nothing back
        (move(DAILY, SURPLUS, "1"), "stock-flow"),  # surplus takes nothing
        (move(LOSS, SURPLUS, "1"), "stock-flow"),
        (move(RETURNED, DAILY, "1"), "stock-flow"),  # what was outside is never given again
        (move(DAILY, LOSS, "1"), "stock-paper"),
        (move(STORE, TRADER, "1"), "stock-paper"),
        (move(STORE, TRADER, "1", paper="01/BB", signers=frozenset({"n1"})), "stock-paper"),
        (move(DAILY, TRADER, "1", paper="01/BB", signers=BY_TWO), "stock-flow"),
        (move(DAILY, SPILL, "1", paper="01/BB"), "stock-paper"),
        (move(DAILY, LOSS, "1", paper="01/BB", signers=frozenset({"n1"})), "stock-paper"),
        (move(SURPLUS, DAILY, "1", signers=BY_TWO), "stock-paper"),
        (move(DAILY, CLIENT, "1", day=LOT.expiry + DAY), "stock-expired"),
        (move(DAILY, BOTTLE, "1", day=LOT.expiry + DAY), "stock-expired"),
        (move(TRADER, STORE, "1", "in"), "stock-same-key"),
    ],
)
def test_what_is_refused(movement, refused):
    assert reason(stocked(), movement) == refused


@pytest.mark.parametrize(
    "movement",
    [
        move(DAILY, CLIENT, "1000"),
        move(DAILY, CLIENT, "1", day=LOT.expiry),  # the last day is a good one
        move(DAILY, STORE, "1"),
        move(DAILY, BOTTLE, "6"),
        move(DAILY, SPILL, "1", paper="01/BB", signers=BY_TWO),
        move(DAILY, LOSS, "2.00", paper="01/BB", signers=BY_TWO),
        move(SURPLUS, DAILY, "2.00", paper="01/BB", signers=BY_TWO),
        move(DAILY, DESTROYED, "1", day=LOT.expiry + DAY, paper="01/BB", signers=BY_TWO),
    ],
)
def test_what_may_happen(movement):
    found = stocked().after([movement])
    assert found.balances[movement.target, LOT] - stocked().balances.get((movement.target, LOT), 0) == (
        movement.quantity
    )


def test_a_bottle_goes_out_and_what_becomes_of_it():
    out = stocked(18).after([move(DAILY, BOTTLE, "6", f"b{n}") for n in range(3)])
    found = out.after(
        [
            move(BOTTLE, CLIENT, "6", "taken", day=LOT.expiry + DAY),
            move(BOTTLE, RETURNED, "6", "back"),
            move(BOTTLE, SPILL, "6", "spilt", paper="02/BB", signers=BY_TWO),
        ]
    )
    assert found.at(BOTTLE) == {}
    assert found.at(RETURNED) == {LOT: Decimal(6)}
    assert reason(found, move(BOTTLE, CLIENT, "0.01")) == "stock-short"


def test_one_key_is_posted_once():
    dose = move(DAILY, CLIENT, 6)
    once = stocked().after([dose])
    assert once.after([dose, dose]) == once
    assert reason(once, replace(dose, quantity=Decimal(7))) == "stock-same-key"


def test_all_or_none():
    ledger = stocked(10)
    with pytest.raises(Refusal):
        ledger.after([move(DAILY, CLIENT, 6, "a"), move(DAILY, CLIENT, 6, "b")])
    assert ledger == stocked(10)


def test_loss_and_surplus_stand_side_by_side():
    found = stocked().after(
        [
            move(DAILY, LOSS, 2, "l", paper="01/BB", signers=BY_TWO),
            move(SURPLUS, DAILY, 2, "s", paper="02/BB", signers=BY_TWO),
        ]
    )
    assert found.at(DAILY) == {LOT: Decimal(1000)}
    assert found.at(LOSS) == {LOT: Decimal(2)}
    assert found.at(SURPLUS) == {LOT: Decimal(-2)}


def test_tablets_are_whole():
    lot = Lot(TABLET_8, "B1", date(2027, 1, 31))
    assert reason(stocked(10, lot), move(DAILY, CLIENT, "0.5", lot=lot)) == "amount-not-exact"
    assert move(DAILY, CLIENT, "3", lot=lot).mg == 24


OLD, SOON, LATE = (Lot(SOLUTION, batch, day) for batch, day in
                   (("C", ON - DAY), ("B", ON), ("A", ON + DAY * 300)))  # fmt: skip


@pytest.mark.parametrize(
    ("quantity", "taken"),
    [
        ("5", [(SOON, "5")]),
        ("10", [(SOON, "10")]),
        ("12", [(SOON, "10"), (LATE, "2")]),
        ("0", []),
    ],
)
def test_what_expires_first_goes_first(quantity, taken):
    held = {LATE: Decimal(50), OLD: Decimal(50), SOON: Decimal(10), Lot(TABLET_2, "T", ON): Decimal(9)}
    found = pick(held, SOLUTION, Decimal(quantity), ON)
    assert found == tuple((lot, Decimal(part)) for lot, part in taken)


def test_expired_batches_are_never_picked():
    with pytest.raises(Refusal) as refused:
        pick({OLD: Decimal(50)}, SOLUTION, Decimal(1), ON)
    assert refused.value.reason == "stock-short"


def test_of_two_batches_of_a_day_the_first_by_number():
    one, two = Lot(SOLUTION, "1", ON), Lot(SOLUTION, "2", ON)
    assert pick({two: Decimal(5), one: Decimal(5)}, SOLUTION, Decimal(3), ON) == ((one, Decimal(3)),)


# Minutes of delivery: 5 copies by TT 14/2015, 3 by TT 26/2023 (from 15/3/2024): V. 24 months: V.
@pytest.mark.parametrize(
    ("on", "copies", "refused"),
    [
        (date(2024, 3, 14), 5, []),
        (date(2024, 3, 14), 3, ["receipt-copies"]),
        (date(2024, 3, 15), 3, []),
        (date(2024, 3, 15), 2, ["receipt-copies"]),
    ],
)
def test_minutes_of_delivery(on, copies, refused):
    lot = Lot(SOLUTION, "A", on + DAY * 400)
    assert codes(receipt(lot, on, copies, SHIPPED).refusals) == refused


@pytest.mark.parametrize(
    ("expiry", "refused", "warned"),
    [
        (ON, [], []),
        (ON - DAY, ["receipt-expired"], []),
        (date(2028, 5, 4), [], []),
        (date(2028, 5, 5), [], ["receipt-expiry-far"]),
    ],
)
def test_the_expiry_of_a_delivery(expiry, refused, warned):
    found = receipt(Lot(SOLUTION, "A", expiry), ON, 3, SHIPPED)
    assert (codes(found.refusals), codes(found.warnings)) == (refused, warned)


SITES = st.sampled_from(["f1", "p1"])
KINDS = st.one_of(
    st.sampled_from([(source, target) for source, targets in FLOWS.items() for target in sorted(targets)]),
    st.tuples(st.sampled_from(Kind), st.sampled_from(Kind)),
)
LOTS = st.sampled_from([Lot(SOLUTION, "A", ON + DAY * 2), Lot(SOLUTION, "B", ON + DAY * 9)])
MOVES = st.lists(st.tuples(KINDS, SITES, SITES, LOTS, st.integers(1, 2000), st.integers(0, 4)), max_size=60)


def attempts(moves):
    """Movements of every kind, most of them tried with what was put in before."""
    yield [
        move(Place(Kind.TRADER, "t"), Place(Kind.STORE, site), 30, f"in{site}{lot.batch}", lot)
        for site in ("f1", "p1")
        for lot in (Lot(SOLUTION, "A", ON + DAY * 2), Lot(SOLUTION, "B", ON + DAY * 9))
    ]
    for n, ((gives, takes), site, other, lot, cents, days) in enumerate(moves):
        source, target = Place(gives, site), Place(takes, other)
        yield [
            move(
                source, target, Decimal(cents) / 100, f"m{n}", lot, ON + DAY * days, paper="1", signers=BY_TWO
            )
        ]


@given(MOVES)
def test_no_place_goes_below_nought_and_all_places_sum_to_nothing(moves):
    ledger = Ledger()
    for batch in attempts(moves):
        try:
            ledger = ledger.after(batch)
        except Refusal:
            continue
        for (place, _), held in ledger.balances.items():
            assert held >= 0 or place.kind in {Kind.TRADER, Kind.SURPLUS}
        for lot in {lot for _, lot in ledger.balances}:
            assert sum(held for (_, other), held in ledger.balances.items() if other == lot) == 0
    lost = [each for each in ledger.posted.values() if each.target.kind is Kind.LOSS]
    found = [each for each in ledger.posted.values() if each.source.kind is Kind.SURPLUS]
    for kind, sign, entries in ((Kind.LOSS, 1, lost), (Kind.SURPLUS, -1, found)):
        sums = [each for (place, _), each in ledger.balances.items() if place.kind is kind]
        assert sum(sums) == sign * sum(each.quantity for each in entries)


@given(MOVES)
def test_a_ledger_is_the_sum_of_its_movements(moves):
    ledger = Ledger()
    for batch in attempts(moves):
        try:
            ledger = ledger.after(batch)
        except Refusal:
            continue
    again = Ledger().after(ledger.posted.values())
    assert again == ledger
    assert again.after(ledger.posted.values()) == ledger


def test_what_holds_stock_is_known_of_every_place():
    """Each kind of place either holds stock, or only gives, or only takes."""
    for kind in Kind:
        takes = any(kind in targets for targets in FLOWS.values())
        gives = kind in FLOWS
        assert (kind in HOLDING) is (takes and gives and kind is not Kind.TRADER), kind


@given(
    st.dictionaries(
        st.builds(Lot, st.just(SOLUTION), st.sampled_from("ABCD"), st.dates(ON - DAY * 3, ON + DAY * 9)),
        st.integers(1, 500).map(lambda n: Decimal(n) / 10),
    ),
    st.integers(1, 1500).map(lambda n: Decimal(n) / 10),
)
def test_a_pick_takes_exactly_what_is_asked_from_what_there_is(held, quantity):
    usable = {lot: each for lot, each in held.items() if lot.expiry >= ON}
    if total(usable, SOLUTION) < quantity:
        with pytest.raises(Refusal):
            pick(held, SOLUTION, quantity, ON)
        return
    taken = pick(held, SOLUTION, quantity, ON)
    assert sum(part for _, part in taken) == quantity
    assert all(0 < part <= usable[lot] for lot, part in taken)
    # Nothing that expires earlier is left behind but in the batch taken last.
    last = max(lot.first_out for lot, _ in taken)
    for lot, each in usable.items():
        if lot.first_out < last:
            assert (lot, each) in taken
