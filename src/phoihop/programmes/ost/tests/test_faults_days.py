"""Days that tablets opened and counted while nobody heard of them: each count is held against the book as it
stood then, and a day that another tablet counted is in the site's book whoever told of it first."""

from datetime import timedelta
from decimal import Decimal

import pytest

from phoihop.programmes.ost.actions import stocking
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.models import CountRow, Day, LotRow
from phoihop.programmes.ost.rules import events
from phoihop.programmes.ost.rules.clocks import business_date
from phoihop.programmes.ost.rules.stock import Kind
from phoihop.programmes.ost.rules.transport import Handed, Invitation
from phoihop.programmes.ost.tests import tablets
from phoihop.programmes.ost.tests.making import TODAY, acting, admitted, ordered, stocked
from phoihop.programmes.ost.tests.tablets import asked, enrolled, give, in_step, ready

clock, line, tablet = tablets.clock, tablets.line, tablets.tablet
DAY = timedelta(days=1)


@pytest.fixture
def served(house):
    """Two clients of facility A, ordered for days, and a litre that came before all of them."""
    clients = [admitted(house.doctor, house.a, f"Người {n}") for n in range(2)]
    with acting(house.doctor):
        for client in clients:
            ordered(house.doctor, client)
    stocked(house.storekeeper, house.a, day=TODAY - DAY)
    return clients


@pytest.fixture
def centre(house):
    with reaching.centre(None):
        yield


def counted(tablet, house, left):
    assert tablet.replica.count((("L01", Decimal(left)),), str(house.storekeeper.account)) is None


def rows():
    return list(CountRow.objects.order_by("day").values_list("day", "found", "book"))


def days():
    return [
        (day, closed is not None)
        for day, closed in Day.objects.order_by("day").values_list("day", "closed_at")
    ]


def next_day(clock, tablet, clients):
    clock.ahead += 86_400
    day = business_date(clock())
    assert tablet.replica.open_day(day) is None
    for client in clients:
        assert isinstance(tablet.replica.give(asked(client, day)), events.Event)
    return day


def test_two_days_told_in_one_breath_are_held_against_the_book_of_each(
    house, served, tablet, line, centre, clock
):
    """5 ml are missing on the first evening: they are missing on the second, and no more than they."""
    ready(tablet, line)
    for client in served:
        give(tablet, client)
    counted(tablet, house, 1000 - 12 - 5)
    second = next_day(clock, tablet, served)
    counted(tablet, house, 1000 - 24 - 5)
    next_day(clock, tablet, served)
    assert tablet.replica.synchronise(line)
    assert rows() == [(TODAY, Decimal(983), Decimal(988)), (second, Decimal(971), Decimal(976))]
    assert days() == [(TODAY, True), (second, True), (second + DAY, False)]


def test_what_was_delivered_after_the_count_was_not_missing_then(house, served, line, centre, clock):
    clock.ahead = -60  # counted a minute before the delivery
    tablet = enrolled(house, clock)
    ready(tablet, line)
    give(tablet, served[0])
    counted(tablet, house, 994)
    stocked(house.storekeeper, house.a, 500)
    assert tablet.replica.synchronise(line)
    assert rows() == [(TODAY, Decimal(994), Decimal(994))]


@pytest.mark.parametrize("first", ["old", "new"])
def test_the_day_after_a_hand_over_is_in_the_book_whichever_tablet_tells_first(
    house, served, tablet, line, centre, clock, first
):
    """The old one counted its day and handed over without a line; the new one works on for a day."""
    other = enrolled(house, clock, active=False)
    for each, mate in ((tablet, other), (other, tablet)):
        each.others = frozenset({mate.name})
        each.start()
    in_step(tablet, other, line)
    assert tablet.replica.open_day(TODAY) is None
    give(tablet, served[0])
    assert tablet.replica.synchronise(line)
    counted(tablet, house, 994)
    invited = other.replica.invite()
    assert isinstance(invited, Invitation)
    handed = tablet.replica.hand_over(invited)
    assert isinstance(handed, Handed)
    assert other.replica.take_over(handed) is None
    second = next_day(clock, other, served)
    counted(other, house, 994 - 12)
    for each in (tablet, other) if first == "old" else (other, tablet):
        assert each.replica.synchronise(line)
    assert days() == [(TODAY, True), (second, True)]
    assert rows() == [(TODAY, Decimal(994), Decimal(994)), (second, Decimal(982), Decimal(982))]


def spilt(house):
    """4 ml of the cabinet, in minutes that one person has signed."""
    with acting(house.dispenser):
        return stocking.spill(
            by=house.dispenser,
            facility=house.a,
            lot=LotRow.objects.get(batch="L01"),
            source=Kind.DAILY,
            quantity=Decimal(4),
            cause="Đổ khi rót",
        )


def test_what_was_spilt_before_the_count_and_signed_after_it_was_not_missing(
    house, served, tablet, line, centre, clock
):
    """A desk's count leaves out what minutes speak of that wait; so does a tablet's."""
    ready(tablet, line)
    give(tablet, served[0])
    minutes = spilt(house)
    clock.ahead += 60
    counted(tablet, house, 1000 - 6 - 4)
    with acting(house.head):
        stocking.sign_minutes(by=house.head, minutes=minutes)
    assert tablet.replica.synchronise(line)
    assert rows() == [(TODAY, Decimal(990), Decimal(990))]


def test_what_still_waits_for_a_signature_was_not_missing(house, served, tablet, line, centre, clock):
    ready(tablet, line)
    spilt(house)
    clock.ahead += 60
    counted(tablet, house, 996)
    assert tablet.replica.synchronise(line)
    assert rows() == [(TODAY, Decimal(996), Decimal(996))]


def test_what_was_spilt_only_after_the_count_was_there_to_be_counted(house, served, line, centre, clock):
    clock.ahead = -60
    tablet = enrolled(house, clock)
    ready(tablet, line)
    counted(tablet, house, 1000)
    spilt(house)
    assert tablet.replica.synchronise(line)
    assert rows() == [(TODAY, Decimal(1000), Decimal(1000))]


def test_what_is_on_its_way_to_a_point_was_not_there_to_be_counted(house, line, centre, clock):
    stocked(house.storekeeper, house.a, 500, day=TODAY - DAY)
    stocked(house.storekeeper_p, house.p, 100, day=TODAY - DAY)
    lot = LotRow.objects.get(batch="L01")
    given = {"by": house.storekeeper, "facility": house.a, "lot": lot}
    with acting(house.storekeeper):
        stocking.move(**given, quantity=Decimal(200), back=True)
        stocking.send(**given, to=house.p, quantity=Decimal(150))
    tablet = enrolled(house, clock, house.p, house.head_p)
    clock.ahead += 60
    ready(tablet, line)
    assert tablet.replica.count((("L01", Decimal(100)),), str(house.storekeeper_p.account)) is None
    assert tablet.replica.synchronise(line)
    assert rows() == [(TODAY, Decimal(100), Decimal(100))]
