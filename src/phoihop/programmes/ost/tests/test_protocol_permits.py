"""Leases never overlap, no day is given out twice, and codes on the telephone are good once."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.programmes.ost.rules.events import Revocation
from phoihop.programmes.ost.rules.permits import (
    CODE_LASTS,
    CODE_TRIES,
    Challenge,
    ClientFile,
    Holding,
    Lease,
    Order,
    Receiver,
    allot,
    answer_code,
    ended,
    holder,
    lent,
    release,
    transferred,
)

D = date(2026, 3, 2)
HOME = (Lease("home", D, None),)


def day(ahead: int) -> date:
    return D + timedelta(ahead)


def test_a_guest_stay_ends_the_home_sites_right_before_it_begins():
    leases = lent(HOME, "guest", day(3), day(5))
    sites = [holder(leases, day(n)) for n in range(8)]
    assert sites == ["home"] * 3 + ["guest"] * 3 + ["home"] * 2


def test_a_transfer_takes_everything_from_its_day_on():
    leases = transferred(lent(HOME, "guest", day(3), day(5)), "new", day(4))
    assert [holder(leases, day(n)) for n in range(2, 8)] == ["home", "guest", "new", "new", "new", "new"]
    assert holder(ended(leases, day(4)), day(4)) is None


def test_a_stay_must_not_end_before_it_begins():
    with pytest.raises(ValueError, match="before it begins"):
        lent(HOME, "guest", day(3), day(2))


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["move", "lend", "end"]),
        st.sampled_from("abc"),
        st.integers(0, 20),
        st.integers(0, 9),
    ),
    max_size=8,
)


@given(MOVES)
def test_leases_never_overlap(moves: list[tuple[str, str, int, int]]):
    leases: tuple[Lease, ...] = ()
    for what, site, first, length in moves:
        before = {n: holder(leases, day(n)) for n in range(40)}
        match what:
            case "move":
                leases, changed = transferred(leases, site, day(first)), range(first, 40)
            case "lend":
                leases = lent(leases, site, day(first), day(first + length))
                changed = range(first, first + length + 1)
            case _:
                leases, changed = ended(leases, day(first)), range(first, 40)
        for n in range(40):
            covering = [lease for lease in leases if lease.covers(day(n))]
            assert len(covering) <= 1
            if n not in changed:
                assert holder(leases, day(n)) == before[n]


ORDER = Order("o1", "D", Decimal(60), D, day(29))
HERE = Receiver("home-a", "i1", "home", may_hold=True, may_get_new=True)


def held(device: str = "home-a", number: str = "1", order: str = "o1") -> Holding:
    return Holding(number, order, device, "i1", 0)


def client(**changes: Any) -> ClientFile:
    usual: dict[str, Any] = {
        "client": "c",
        "leases": HOME,
        "orders": (ORDER,),
        "outstanding": {},
        "spent": frozenset(),
        "waiting": False,
    }
    return ClientFile(**(usual | changes))


def made(file: ClientFile, to: Receiver = HERE, today: date = D) -> list[date]:
    return [one for draft in allot(file, to, today).make for one in draft.days]


@pytest.mark.parametrize(
    ("name", "file", "to", "days"),
    [
        ("a week from today", client(), HERE, range(7)),
        ("a day on which a dose is known", client(spent=frozenset({day(0)})), HERE, range(1, 7)),
        (
            "days that another device holds",
            client(outstanding={day(n): held("b") for n in (1, 2)}),
            HERE,
            [0, 3, 4, 5, 6],
        ),
        ("enough in hand", client(outstanding={day(n): held() for n in range(4)}), HERE, []),
        ("running out", client(outstanding={day(n): held() for n in range(3)}), HERE, [3, 4, 5, 6]),
        ("a doctor is awaited", client(waiting=True), HERE, []),
        ("another site's client", client(leases=(Lease("x", D, None),)), HERE, []),
        ("a guest from the fourth day on", client(leases=lent(HOME, "x", day(3), day(9))), HERE, range(3)),
        ("no order", client(orders=()), HERE, []),
        ("a stopped order", client(orders=(Order("o1", "D", Decimal(60), D, day(29), 5),)), HERE, []),
        ("an order that ends", client(orders=(Order("o1", "D", Decimal(60), D, day(2)),)), HERE, range(3)),
        ("a device that may get nothing", client(), Receiver("home-a", "i1", "home", True, False), []),
    ],
)
def test_which_days_are_given_out(name: str, file: ClientFile, to: Receiver, days: list[int]):
    assert made(file, to) == [day(n) for n in days], name


def test_a_new_order_is_a_new_permit_for_its_days_only_after_the_old_one_was_acknowledged():
    other = Order("o2", "D", Decimal(80), day(2), day(20))
    file = client(orders=(ORDER, other), outstanding={day(n): held() for n in range(5)})
    told = allot(file, HERE, D)
    assert told.revoke == (Revocation("1", day(2)),)
    assert told.keep == ("1",)
    freed = client(orders=(ORDER, other), outstanding={day(n): held() for n in range(2)})
    drafts = allot(freed, HERE, D).make
    assert [(draft.order.number, draft.days[0], len(draft.days)) for draft in drafts] == [("o2", day(2), 5)]


def test_a_transfer_asks_the_home_site_to_give_back_and_gives_the_new_one_what_is_free():
    file = client(leases=transferred(HOME, "new", day(1)), outstanding={day(n): held() for n in range(4)})
    assert allot(file, HERE, D).revoke == (Revocation("1", day(1)),)
    new = Receiver("new-a", "j1", "new", may_hold=True, may_get_new=True)
    assert made(file, new) == [day(n) for n in (4, 5, 6)]


def test_a_device_that_may_hold_nothing_is_told_so():
    file = client(outstanding={day(n): held() for n in range(3)})
    told = allot(file, Receiver("home-a", "i1", "home", may_hold=False, may_get_new=False), D)
    assert (told.keep, told.revoke, told.make) == ((), (Revocation("1", D),), ())


def test_a_centre_that_recovers_revokes_for_a_stop_only():
    elsewhere = client(leases=(Lease("x", D, None),), outstanding={D: held()})
    assert allot(elsewhere, HERE, D, recovering=True).keep == ("1",)
    stopped = client(orders=(Order("o1", "D", Decimal(60), D, day(29), 5),), outstanding={D: held()})
    assert allot(stopped, HERE, D, recovering=True).keep == ()


SECRET = b"shared"
ASKED = Challenge("7", "home-a", "123456", made=1_000)
DAYS = (day(1), day(2))


def code(number: str = "7", days: tuple[date, ...] = DAYS, challenge: str = "123456") -> str:
    return answer_code(SECRET, number, days, challenge)


def test_a_right_code_is_good_once():
    after, right = release(ASKED, SECRET, DAYS, code(), 1_100)
    assert right
    assert release(after, SECRET, DAYS, code(), 1_101) == (after, False)
    assert len(code()) == 8


@pytest.mark.parametrize(
    ("said", "days", "now"),
    [
        (code(number="8"), DAYS, 1_100),
        (code(challenge="123457"), DAYS, 1_100),
        (code(days=DAYS[:1]), DAYS, 1_100),
        (code(), DAYS[:1], 1_100),
        ("", DAYS, 1_100),
        (code(), DAYS, 1_000 + CODE_LASTS + 1),
        (code(), DAYS, 999),
    ],
)
def test_a_wrong_an_old_and_another_code_are_refused(said: str, days: tuple[date, ...], now: int):
    assert not release(ASKED, SECRET, days, said, now)[1]


def test_after_three_wrong_codes_the_right_one_is_refused_too():
    asked = ASKED
    for _ in range(CODE_TRIES):
        asked, right = release(asked, SECRET, DAYS, "00000000", 1_100)
        assert not right
    assert not release(asked, SECRET, DAYS, code(), 1_100)[1]
