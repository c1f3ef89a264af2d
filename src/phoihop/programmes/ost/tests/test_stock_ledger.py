"""The ledger in the database under random movements: the identity of the report, nothing out of nothing."""

from contextlib import contextmanager
from decimal import Decimal
from itertools import count

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.actions import stocking
from phoihop.programmes.ost.dosing import ledger, reaching
from phoihop.programmes.ost.models import Balance, LotRow, Minutes, Posting
from phoihop.programmes.ost.queries import reports, values
from phoihop.programmes.ost.rules.amounts import SOLUTION
from phoihop.programmes.ost.rules.counting import lines
from phoihop.programmes.ost.rules.stock import FLOWS, MINUTED, Kind, Movement, Place
from phoihop.programmes.ost.tests.making import A_YEAR, TODAY

NUMBERS = count(1)
WAYS = sorted(
    (source, target)
    for source, targets in FLOWS.items()
    for target in targets
    if source is not Kind.TRADER and not (source is target is Kind.STORE)
)
MOVES = st.lists(
    st.tuples(
        st.sampled_from(WAYS),
        st.integers(1, 60_000),  # hundredths of a ml
        st.integers(0, 1),  # which lot
        st.integers(0, 40),  # days ago
    ),
    max_size=25,
)


def of(source, target, house):
    """At which site an end lies: points have their one place, all else is the facility's."""
    site = house.p.pk if Kind.POINT in (source, target) else house.a.pk
    at = {end: house.a.pk if end is Kind.STORE else site for end in (source, target)}
    return at[source], at[target]


def books(house):
    """Two lots, five litres each in the store."""
    rows = []
    for batch in ("L01", "L02"):
        stocking.receive(
            by=house.storekeeper,
            facility=house.a,
            presentation=SOLUTION,
            batch=batch,
            expiry=TODAY + A_YEAR,
            quantity=Decimal(5),
            bottles=True,
            trader="Công ty Dược Một",
            copies=3,
            day=TODAY - A_YEAR / 2,
        )
        rows.append(LotRow.objects.get(batch=batch))
    return rows


def played(house, rows, moves):
    """Post what the rules allow; the others are refused and leave nothing."""
    done = []
    paper = Minutes.objects.filter(facility=house.a).first()
    for way, amount, which, ago in moves:
        source, target = way
        row, (here, there) = rows[which], of(source, target, house)
        minuted = bool({source, target} & MINUTED)
        movement = Movement(
            f"random-{next(NUMBERS)}",
            TODAY - ago * (A_YEAR / 365),
            ledger.lot_of(row),
            ledger.place(source, here),
            ledger.place(target, there),
            Decimal(amount) / 100,
            "BB" if minuted else "",
            frozenset({"1", "2"}) if minuted else frozenset(),
        )
        if allowed(movement, {movement.lot: row}, paper if minuted else None):
            done.append(movement)
    return done


@contextmanager
def undone(house):
    """The centre at work, and afterwards as if nothing had been."""
    with reaching.centre(house.storekeeper.account, house.a.pk), transaction.atomic():
        yield
        transaction.set_rollback(True)


def balances():
    rows = Balance.objects.values_list("facility", "kind", "lot", "quantity")
    return {(facility, kind, lot): quantity for facility, kind, lot, quantity in rows if quantity}


# The house stays as it is: each example is undone.
RANDOM = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@RANDOM
@given(moves=MOVES, opening=st.integers(0, 40))
def test_closing_is_opening_and_in_less_out_and_loss_and_surplus(house, moves, opening):
    with undone(house):
        rows = books(house)
        played(house, rows, moves)
        for lot in rows:
            of_lot = Balance.objects.filter(lot=lot)
            assert sum(of_lot.values_list("quantity", flat=True)) == 0, "over all places"
        short = Balance.objects.filter(quantity__lt=0).exclude(kind__in=("trader", "surplus"))
        assert not short.exists()

        first = TODAY - opening * (A_YEAR / 365)
        period = reports.Period("", first, TODAY)
        found = reports.figures(house.a, period, {}, values.book())
        shelves = Balance.objects.filter(kind__in=("store", "daily-cabinet", "point"))
        held = sum(shelves.values_list("quantity", flat=True))
        (row,) = found
        assert row.closing == held
        assert row.closing == row.opening + row.incoming - row.out - row.loss + row.surplus
        # The sums of the database say what every movement says one by one.
        places = {Place(kind, str(site.pk)) for site in (house.a, house.p) for kind in reports._SHELVES}
        every = [
            Movement(
                each.key,
                each.day,
                ledger.lot_of(each.lot),
                Place(Kind(each.source), str(each.facility_id)),
                Place(Kind(each.target), str(each.target_facility_id)),
                each.quantity,
            )
            for each in Posting.objects.select_related("lot")
        ]
        book = lines(every, places, first, TODAY)
        assert sum(line.loss for line in book) == row.loss
        assert sum(line.surplus for line in book) == row.surplus
        assert sum(line.out for line in book) == row.out


@RANDOM
@given(moves=MOVES, data=st.data())
def test_the_order_of_booking_is_of_no_account(house, moves, data):
    """Movements that were allowed leave the same in any order that is allowed; posted twice, they are one."""
    with undone(house):
        rows = books(house)
        paper = Minutes.objects.filter(facility=house.a).first()
        with undone(house):
            done = played(house, rows, moves)
            told = balances()
            lots = {ledger.lot_of(row): row for row in rows}
            ledger.post(done, lots=lots, account=None, minutes=paper)
            assert balances() == told, "each of them once"
        left = data.draw(st.permutations(done))
        # What is still short waits for what comes in, as it would on the shelf.
        while left:
            waiting = [each for each in left if not allowed(each, lots, paper)]
            if len(waiting) == len(left):
                return  # in this order it went elsewhere, and the rest could not happen
            left = waiting
        assert balances() == told


def allowed(movement, lots, paper):
    """Post it, if there is enough."""
    try:
        with transaction.atomic():
            ledger.post([movement], lots=lots, account=None, minutes=paper)
    except Refusal:
        return False
    return True
