"""Store, cabinet and point in the database: deliveries, minutes signed by two, the evening count."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from phoihop.base.org.tests import making as base
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.actions import counting, dispensing, stocking
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.models import Balance, CountRow, Day, LotRow, Minutes, Posting, Shipment
from phoihop.programmes.ost.queries import counts, stock
from phoihop.programmes.ost.queries.counts import State
from phoihop.programmes.ost.rules.amounts import SOLUTION, TABLET_2, TABLET_8
from phoihop.programmes.ost.rules.stock import Kind
from phoihop.programmes.ost.tests.making import (
    A_YEAR,
    TODAY,
    acting,
    admitted,
    opened,
    ordered,
    roster,
    stocked,
)

D = Decimal


def received(house, quantity=5, **more):
    given = {
        "by": house.storekeeper,
        "facility": house.a,
        "presentation": SOLUTION,
        "batch": "L01",
        "expiry": TODAY + A_YEAR,
        "quantity": D(quantity),
        "bottles": True,
        "trader": "Công ty Dược Một",
        "copies": 3,
    }
    return stocking.receive(**(given | more))


def held(facility, kind):
    with reaching.centre(None, facility.pk):
        return sum(
            Balance.objects.filter(facility=facility, kind=kind.value).values_list("quantity", flat=True)
        )


def refused(function, **given):
    with pytest.raises(Refusal) as caught:
        function(**given)
    return caught.value.reason


def lot(batch="L01"):
    with reaching.centre(None, 0):
        return LotRow.objects.get(batch=batch)


def test_five_bottles_are_five_litres_under_minutes_in_three_copies(house):
    minutes = received(house)
    assert (minutes.number, minutes.copies, minutes.state) == (f"01/BB-{TODAY.year}", 3, "booked")
    assert held(house.a, Kind.STORE) == 5000
    assert held(house.a, Kind.TRADER) == -5000
    second = received(house, 10, batch="T1", presentation=TABLET_2, bottles=False)
    assert second.number == f"02/BB-{TODAY.year}"


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"copies": 2}, "receipt-copies"),
        ({"expiry": TODAY - timedelta(days=1)}, "receipt-expired"),
        ({"expiry": TODAY + 3 * A_YEAR}, "look-again"),
        ({"expiry": TODAY + 3 * A_YEAR, "looked": True}, None),
        ({"batch": " "}, "batch-missing"),
        ({"trader": ""}, "trader-missing"),
        ({"quantity": D("0.5")}, "no-pack"),
        ({"quantity": D("0.005"), "bottles": False}, "amount-not-exact"),
        ({"quantity": D(0), "bottles": False}, "stock-nothing"),
        ({"presentation": TABLET_2}, "no-pack"),
        ({"day": TODAY + timedelta(days=1)}, "days-wrong"),
        ({"day": TODAY.replace(year=2024, month=3, day=14), "copies": 4}, "receipt-copies"),
        ({"day": TODAY.replace(year=2024, month=3, day=15), "looked": True}, None),
    ],
)
def test_what_a_delivery_needs(house, more, reason):
    if reason is None:
        assert received(house, **more).copies == 3
    else:
        assert refused(lambda: received(house, **more)) == reason
        assert held(house.a, Kind.STORE) == 0


def test_a_batch_has_one_expiry_and_a_delivery_sent_twice_is_one(house):
    once = uuid4()
    assert received(house, once=once) == received(house, once=once)
    assert held(house.a, Kind.STORE) == 5000
    assert refused(lambda: received(house, expiry=TODAY + 2 * timedelta(days=90))) == "lot-other-expiry"


def test_a_point_buys_nothing_and_has_no_cabinet(house):
    assert refused(lambda: received(house, facility=house.p, by=house.storekeeper_p)) == "not-a-store"
    row = stocked(house.storekeeper_p, house.p)
    given = {"by": house.storekeeper_p, "facility": house.p, "lot": row, "quantity": D(1)}
    assert refused(stocking.move, **given) == "not-a-store"


def test_to_the_cabinet_and_back_and_never_more_than_there_is(house):
    received(house, 1)
    given = {"by": house.storekeeper, "facility": house.a, "lot": lot()}
    stocking.move(**given, quantity=D(400))
    stocking.move(**given, quantity=D("150.5"), back=True)
    assert (held(house.a, Kind.STORE), held(house.a, Kind.DAILY)) == (D("750.5"), D("249.5"))
    assert refused(stocking.move, **given, quantity=D("249.51"), back=True) == "stock-short"
    once = uuid4()
    stocking.move(**given, quantity=D(1), once=once)
    assert stocking.move(**given, quantity=D(1), once=once) is None
    assert held(house.a, Kind.STORE) == D("749.5")


def sent(house, quantity=300):
    received(house, 1)
    return stocking.send(by=house.storekeeper, facility=house.a, to=house.p, lot=lot(), quantity=D(quantity))


def test_what_is_sent_to_a_point_is_booked_and_not_yet_there(house):
    shipment = sent(house)
    assert (held(house.a, Kind.STORE), held(house.p, Kind.POINT)) == (700, 300)
    opened(house.dispenser_p, house.p)
    with acting(house.storekeeper_p):
        sheet = counts.sheet(house.storekeeper_p, facility=house.p, kind=Kind.POINT)
    assert sheet.lots == (), "who counts does not miss what has not arrived"
    minutes = stocking.confirm(by=house.storekeeper_p, facility=house.p, shipment=shipment, counted=D(300))
    assert minutes is None
    again = {"by": house.storekeeper_p, "facility": house.p, "shipment": shipment, "counted": D(300)}
    assert refused(stocking.confirm, **again) == "arrived-already"
    assert (
        counting.count(
            by=house.storekeeper_p, facility=house.p, kind=Kind.POINT, found={lot().pk: D(300)}
        ).state
        is State.DONE
    )


def test_what_arrives_short_is_minuted_and_signed_by_another(house):
    shipment = sent(house)
    given = {"by": house.storekeeper_p, "facility": house.p, "shipment": shipment, "counted": D(295)}
    assert refused(stocking.confirm, **given) == "cause-missing"
    minutes = stocking.confirm(**given, cause="Nắp chai hở, chảy dọc đường")
    assert held(house.p, Kind.POINT) == 300, "nothing is booked on one signature"
    assert refused(stocking.sign_minutes, by=house.storekeeper_p, minutes=minutes) == "signed-already"
    assert stocking.sign_minutes(by=house.head_p, minutes=minutes)
    assert (held(house.p, Kind.POINT), held(house.p, Kind.LOSS)) == (295, 5)
    assert refused(stocking.sign_minutes, by=house.dispenser_p, minutes=minutes) == "minutes-closed"
    with reaching.centre(None, house.p.pk):
        assert Shipment.objects.get().received == 295


def test_it_goes_to_an_own_point_and_back_alone(house):
    received(house, 1)
    given = {"lot": lot(), "quantity": D(100)}
    assert (
        refused(stocking.send, by=house.storekeeper, facility=house.a, to=house.b, **given) == "not-own-point"
    )
    shipment = stocking.send(by=house.storekeeper, facility=house.a, to=house.p, **given)
    stocking.confirm(by=house.storekeeper_p, facility=house.p, shipment=shipment, counted=D(100))
    back = stocking.send(by=house.storekeeper_p, facility=house.p, to=house.a, lot=lot(), quantity=D(40))
    stocking.confirm(by=house.storekeeper, facility=house.a, shipment=back, counted=D(40))
    assert (held(house.a, Kind.STORE), held(house.p, Kind.POINT)) == (940, 60)


def test_a_spill_is_booked_with_the_second_signature(house):
    row = stocked(house.storekeeper, house.a)
    given = {"by": house.dispenser, "facility": house.a, "lot": row, "source": Kind.DAILY}
    assert refused(stocking.spill, **given, quantity=D(1001), cause="Đổ") == "stock-short"
    assert refused(stocking.spill, **given, quantity=D(5), cause=" ") == "cause-missing"
    minutes = stocking.spill(**given, quantity=D(5), cause="Đổ khi rót")
    assert held(house.a, Kind.DAILY) == 1000
    with acting(house.head):
        store = stock.store(house.head, facility=house.a)
    assert [(each.signed, each.mine) for each in store.waiting] == [(1, True)]
    opened(house.dispenser, house.a)
    with acting(house.storekeeper):
        assert (
            counting.count(
                by=house.storekeeper, facility=house.a, kind=Kind.DAILY, found={row.pk: D(995)}
            ).state
            is State.DONE
        ), "what is spilt is gone, be it that nobody signed yet"
    assert stocking.sign_minutes(by=house.head, minutes=minutes)
    assert (held(house.a, Kind.DAILY), held(house.a, Kind.SPILL)) == (995, 5)


def test_minutes_in_error_are_taken_back_by_who_wrote_them(house):
    row = stocked(house.storekeeper, house.a)
    minutes = stocking.destroy(
        by=house.storekeeper,
        facility=house.a,
        lot=row,
        source=Kind.DAILY,
        quantity=D(5),
        cause="Hết hạn",
    )
    assert refused(stocking.withdraw, by=house.head, minutes=minutes) == "minutes-others"
    stocking.withdraw(by=house.storekeeper, minutes=minutes)
    assert refused(stocking.sign_minutes, by=house.head, minutes=minutes) == "minutes-closed"
    assert held(house.a, Kind.DAILY) == 1000


def day_of_doses(house, doses=25):
    """A litre, 25 doses of 60 mg: 850 ml are left."""
    row = stocked(house.storekeeper, house.a)
    opened(house.dispenser, house.a)
    for number in range(doses):
        client = admitted(house.doctor, house.a, f"Người Thứ {number}")
        ordered(house.doctor, client)
        dispensing.give_dose(
            by=house.dispenser, roster=roster(house.dispenser, client), presentation=SOLUTION
        )
    return row


def counted(house, row, found, by=None):
    return counting.count(
        by=by or house.storekeeper, facility=house.a, kind=Kind.DAILY, found={row.pk: D(found)}
    )


def test_the_count_of_a_day_that_agrees_closes_it(house):
    row = day_of_doses(house, 2)
    assert counted(house, row, 988).state is State.DONE
    with reaching.centre(None, house.a.pk):
        day = Day.objects.get()
        assert (day.closed_by_id, day.closed_at is not None) == (house.storekeeper.account, True)
        kept = CountRow.objects.get()
        assert kept.found == kept.book == 988
        assert kept.by_id == house.storekeeper.account
    assert refused(counted, house=house, row=row, found=988) == "count-no-day"


def test_a_thousand_less_150_counted_848_is_a_loss_of_2_ml(house):
    row = day_of_doses(house)
    first = counted(house, row, 848)
    assert (first.state, [each.pk for each in first.lots]) == (State.AGAIN, [row.pk])
    assert counted(house, row, 848).state is State.DIFFERS
    assert held(house.a, Kind.DAILY) == 850
    given = {"facility": house.a, "kind": Kind.DAILY}
    assert refused(counting.write_minutes, by=house.storekeeper, **given, cause="") == "cause-missing"
    minutes = counting.write_minutes(by=house.storekeeper, **given, cause="Dính thành chai")
    assert refused(counted, house=house, row=row, found=850) == "count-waits"
    with reaching.centre(None, house.a.pk):
        assert Day.objects.get().closed_at is None, "one signature closes nothing"
    assert stocking.sign_minutes(by=house.head, minutes=minutes)
    with reaching.centre(None, house.a.pk):
        assert Day.objects.get().closed_at is not None
        loss = Posting.objects.get(target="loss")
        assert loss.quantity == 2
        assert loss.minutes_id == minutes.pk
    assert held(house.a, Kind.DAILY) == 848


def test_who_gave_doses_does_not_count_and_silence_is_not_nought(house):
    row = day_of_doses(house, 1)
    assert refused(counted, house=house, row=row, found=994, by=house.dispenser) == "not-found"
    here = {"facility": house.a, "kind": Kind.DAILY}
    assert refused(counting.count, by=house.storekeeper, **here, found={}) == "count-incomplete"
    account = base.account("Hạng Thị Mảy")
    for role in ("ost-dispenser", "ost-head"):
        base.position(account, role, house.a)
    both = base.viewer(account)
    client = admitted(house.doctor, house.a, "Người Sau Cùng")
    ordered(house.doctor, client)
    dispensing.give_dose(by=both, roster=roster(both, client), presentation=SOLUTION)
    assert refused(counted, house=house, row=row, found=988, by=both) == "count-own"
    assert counted(house, row, 988).state is State.DONE


def test_loss_of_one_batch_and_surplus_of_another_are_two_movements(house):
    one = stocked(house.storekeeper, house.a, 100, "L01")
    two = stocked(house.storekeeper, house.a, 100, "L02")
    opened(house.dispenser, house.a)
    found = {one.pk: D(95), two.pk: D(105)}
    given = {"by": house.storekeeper, "facility": house.a, "kind": Kind.DAILY}
    for _ in range(2):
        counting.count(**given, found=found)
    minutes = counting.write_minutes(**given, cause="Rót nhầm chai")
    stocking.sign_minutes(by=house.head, minutes=minutes)
    with reaching.centre(None, house.a.pk):
        off = Posting.objects.filter(minutes=minutes).order_by("lot__batch")
        assert [(each.source, each.target, each.quantity) for each in off] == [
            ("daily-cabinet", "loss", D(5)),
            ("surplus", "daily-cabinet", D(5)),
        ]


def test_two_strengths_under_one_batch_number_are_two_losses(house):
    for made in (TABLET_2, TABLET_8):
        received(house, 100, presentation=made, batch="T1", bottles=False)
    given = {"by": house.storekeeper, "facility": house.a, "kind": Kind.STORE}
    with reaching.centre(None, house.a.pk):
        found = {row.pk: D(99) for row in LotRow.objects.filter(batch="T1")}
    for _ in range(2):
        counting.count(**given, found=found)
    minutes = counting.write_minutes(**given, cause="Đếm nhầm vỉ")
    assert stocking.sign_minutes(by=house.head, minutes=minutes)
    assert held(house.a, Kind.LOSS) == 2


def test_the_next_day_opens_only_when_this_one_is_closed(house):
    row = stocked(house.storekeeper, house.a)
    opened(house.dispenser, house.a)
    tomorrow = replace(house.dispenser, day=TODAY + timedelta(days=1))
    assert refused(dispensing.open_day, by=tomorrow, facility=house.a) == "day-not-counted"
    for _ in range(2):
        counted(house, row, 995)
    minutes = counting.write_minutes(
        by=house.storekeeper, facility=house.a, kind=Kind.DAILY, cause="Vỡ ống đong"
    )
    assert refused(dispensing.open_day, by=tomorrow, facility=house.a) == "day-not-counted"
    stocking.sign_minutes(by=house.head, minutes=minutes)
    assert dispensing.open_day(by=tomorrow, facility=house.a).day == TODAY + timedelta(days=1)


def test_a_difference_that_a_tablet_counted_still_gets_its_minutes(house):
    """The tablet's count closes its day by itself; minutes and signatures follow at the program."""
    row = stocked(house.storekeeper, house.a)
    opened(house.dispenser, house.a)
    with reaching.centre(None, house.a.pk):
        day = Day.objects.get()
        day.closed_at, day.closed_by_id = day.opened_at, house.storekeeper.account
        day.save()
        CountRow.objects.create(
            facility=house.a,
            day=day.day,
            kind="daily-cabinet",
            lot=row,
            found=995,
            book=1000,
            by_id=house.storekeeper.account,
        )
    with acting(house.head):
        assert stock.store(house.head, facility=house.a).differs == TODAY
    given = {"facility": house.a, "kind": Kind.DAILY}
    minutes = counting.write_minutes(by=house.storekeeper, **given, cause="Đổ khi rót")
    stocking.sign_minutes(by=house.head, minutes=minutes)
    assert held(house.a, Kind.DAILY) == 995
    with acting(house.head):
        assert stock.store(house.head, facility=house.a).differs is None


def test_what_moved_after_the_count_makes_it_stale(house):
    row = stocked(house.storekeeper, house.a)
    received(house, 1, batch="L09")
    opened(house.dispenser, house.a)
    for _ in range(2):
        counted(house, row, 995)
    given = {"facility": house.a, "kind": Kind.DAILY}
    minutes = counting.write_minutes(by=house.storekeeper, **given, cause="Chưa rõ")
    assert refused(stocking.withdraw, by=house.head, minutes=minutes) == "minutes-others"
    stocking.move(by=house.storekeeper, facility=house.a, lot=lot("L09"), quantity=D(10))
    assert refused(stocking.sign_minutes, by=house.head, minutes=minutes) == "count-stale"
    stocking.withdraw(by=house.head, minutes=minutes)
    again = counting.count(by=house.storekeeper, **given, found={row.pk: D(1000), lot("L09").pk: D(10)})
    assert again.state is State.DONE


def test_a_store_is_counted_without_a_day(house):
    received(house, 1)
    given = {"by": house.storekeeper, "facility": house.a, "kind": Kind.STORE}
    assert counting.count(**given, found={lot().pk: D(1000)}).state is State.DONE
    assert refused(counting.count, **given, found={lot().pk: D(1000)}) == "count-done"
    elsewhere = {"by": house.storekeeper_p, "facility": house.p, "kind": Kind.STORE}
    assert refused(counting.count, **elsewhere, found={}) == "count-not-here"


def test_the_sheet_tells_no_quantity(house):
    row = stocked(house.storekeeper, house.a)
    opened(house.dispenser, house.a)
    with acting(house.storekeeper):
        sheet = counts.sheet(house.storekeeper, facility=house.a, kind=Kind.DAILY)
    assert sheet.lots == (row,)
    assert "1000" not in repr(sheet)
    with reaching.centre(None, house.a.pk):
        assert not Minutes.objects.filter(kind="count").exists()
