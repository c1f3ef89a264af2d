"""A client's days at another site: one site a day, a copy that says as much as it needs, the way back."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from phoihop.base.org.models import Account
from phoihop.base.security import scope
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.actions import dispensing, lending
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.models import Lease, Roster
from phoihop.programmes.ost.queries import lending as lent
from phoihop.programmes.ost.queries import roster as lists
from phoihop.programmes.ost.tests.making import (
    TODAY,
    acting,
    admitted,
    opened,
    ordered,
    roster,
    stocked,
)
from phoihop.registry.actions import enrolling
from phoihop.registry.actions import files as filing
from phoihop.registry.models import Client
from phoihop.registry.rules.born import Born
from phoihop.registry.rules.identity import Sex, Told
from tests.support.world import signed_in, told


def days(ahead):
    return TODAY + timedelta(days=ahead)


@pytest.fixture
def client(house):
    """A client of A with an order; medicine and an open day at all three sites."""
    made = admitted(house.doctor, house.a)
    ordered(house.doctor, made)
    for facility, keeper, giver in (
        (house.a, house.storekeeper, house.dispenser),
        (house.p, house.storekeeper_p, house.dispenser_p),
        (house.b, house.storekeeper, house.dispenser_b),
    ):
        stocked(keeper, facility)
        opened(giver, facility)
    return made


def names(viewer, facility):
    with acting(viewer):
        return [line.known.name for line in lists.today(viewer, facility=facility).lines]


def give(viewer, client, facility):
    return dispensing.give_dose(by=viewer, roster=roster(viewer, client, facility), said="1988")


def refused(call, *args, **more):
    with pytest.raises(Refusal) as caught:
        call(*args, **more)
    return caught.value.reason


def test_at_the_point_at_eight_refused_at_the_facility_at_nine_and_back_again(house, client):
    lending.lend(by=house.doctor, client=client, to=house.p, first=TODAY)
    assert names(house.dispenser_p, house.p) == ["Sùng A Páo"]
    assert names(house.dispenser, house.a) == []
    give(house.dispenser_p, client, house.p)
    assert refused(give, house.dispenser, client, house.a) == "used"
    assert refused(lending.call_back, by=house.doctor, client=client, first=TODAY) == "lend-used"
    assert lending.call_back(by=house.doctor, client=client, first=days(1)) == 1
    with reaching.centre(None, house.a.pk):
        leases = list(Lease.objects.order_by("first").values_list("facility", "first", "last"))
    assert leases == [
        (house.a.pk, days(-30), days(-1)),
        (house.p.pk, TODAY, TODAY),
        (house.a.pk, days(1), None),
    ]


def test_called_back_the_same_day_the_point_is_refused(house, client):
    lending.lend(by=house.doctor, client=client, to=house.p, first=TODAY)
    assert refused(give, house.dispenser, client, house.a) == "not-yours"
    lending.call_back(by=house.doctor, client=client, first=TODAY)
    assert refused(give, house.dispenser_p, client, house.p) == "not-yours"
    give(house.dispenser, client, house.a)
    assert names(house.dispenser_p, house.p) == []


def test_a_guest_for_some_days_comes_home_by_themselves(house, client):
    lending.lend(by=house.doctor, client=client, to=house.b, first=days(2), last=days(4))
    with reaching.centre(None, house.a.pk):
        leases = list(Lease.objects.order_by("first").values_list("facility", "first", "last"))
    assert leases == [
        (house.a.pk, days(-30), days(1)),
        (house.b.pk, days(2), days(4)),
        (house.a.pk, days(5), None),
    ]
    give(house.dispenser, client, house.a)
    assert refused(give, house.dispenser_b, client, house.b) == "used"


@pytest.mark.parametrize(
    ("to", "first", "last", "reason"),
    [
        ("a", 0, 3, "same-site"),
        ("b", 0, None, "lend-needs-end"),
        ("b", -1, 3, "lend-days"),
        ("b", 3, 2, "lend-days"),
        ("p", -1, None, "lend-days"),
    ],
)
def test_what_lending_refuses(house, client, to, first, last, reason):
    given = {"to": getattr(house, to), "first": days(first), "last": days(last) if last is not None else None}
    assert refused(lending.lend, by=house.doctor, client=client, **given) == reason


def test_lending_needs_a_site_that_serves_and_days_that_are_left(house, client):
    with scope.acting(scope.Scope("install")):
        house.b.programmes = []
        house.b.save(update_fields=["programmes"])
    away = {"by": house.doctor, "client": client, "first": TODAY}
    assert refused(lending.lend, **away, to=house.b, last=days(2)) == "not-offered"
    give(house.dispenser, client, house.a)
    assert refused(lending.lend, **away, to=house.p) == "lend-used"
    enrolling.end(by=house.doctor, client=client, last_day=TODAY, ending="finished")
    late = {"by": house.doctor, "client": client, "first": days(1)}
    assert refused(lending.lend, **late, to=house.p) == "not-served"
    assert refused(lending.call_back, by=house.doctor, client=client, first=days(1)) == "not-served"


def test_another_facilitys_point_is_not_ones_own(house):
    theirs = admitted(house.doctor_b, house.b)
    assert refused(lending.lend, by=house.doctor_b, client=theirs, to=house.p, first=TODAY) == (
        "lend-not-own-point"
    )


def test_nothing_is_called_back_that_was_not_lent(house, client):
    assert refused(lending.call_back, by=house.doctor, client=client, first=TODAY) == "nothing-lent"


def test_the_copy_says_no_more_than_it_needs_and_is_the_sites_own(house, client):
    lending.lend(by=house.doctor, client=client, to=house.b, first=TODAY, last=days(2))
    row = roster(house.dispenser_b, client, house.b)
    with acting(house.dispenser_b):
        assert (row.text("name"), row.text("born"), row.text("sex")) == ("Sùng A Páo", "1988-04-02", "male")
        assert row.client is None
    with acting(house.doctor_b):
        assert not Client.objects.filter(pseudonym=client.pseudonym).exists()
        assert Roster.objects.filter(facility=house.b).count() == 1
        assert not Roster.objects.filter(facility=house.a).exists()
    with acting(house.dispenser):
        assert not Roster.objects.filter(facility=house.b).exists()


def test_a_guest_site_cannot_open_the_file(house, client):
    lending.lend(by=house.doctor, client=client, to=house.b, first=TODAY, last=days(2))
    with scope.acting(scope.DOOR):
        browser = signed_in(Account.objects.get(pk=house.doctor_b.account))
    nothing = told(browser.get("/khong-co-gi/"))
    for address in (
        f"/ho-so/dt/{client.uid}/",
        f"/dt/noi-uong/{client.uid}/",
        f"/dt/noi-uong/co-so/{house.a.pk}/",
    ):
        assert told(browser.get(address)) == nothing, address


def test_a_corrected_name_arrives_when_lent_again(house, client):
    lending.lend(by=house.doctor, client=client, to=house.p, first=TODAY)
    corrected = Told(name="Sùng A Pó", born=Born(1987), sex=Sex.MALE)
    filing.correct(by=house.doctor, client=client, told=corrected, home=None)
    assert names(house.dispenser_p, house.p) == ["Sùng A Páo"]
    lending.lend(by=house.doctor, client=client, to=house.p, first=TODAY)
    assert names(house.dispenser_p, house.p) == ["Sùng A Pó"]


def test_the_home_doctor_sees_what_was_given_elsewhere(house, client):
    lending.lend(by=house.doctor, client=client, to=house.p, first=TODAY)
    give(house.dispenser_p, client, house.p)
    with acting(house.doctor):
        it = lent.lent(house.doctor, client=client)
    assert [(stay.facility, stay.first, stay.last) for stay in it.stays] == [("Điểm P", TODAY, None)]
    assert [(dose.facility, dose.on, dose.mg, dose.bottle) for dose in it.doses] == [
        ("Điểm P", TODAY, Decimal(60), False)
    ]


def test_both_lists_of_a_facility(house, client):
    def cost():
        with acting(house.doctor), CaptureQueriesContext(connection) as counted:
            found = lent.board(house.doctor, facility=house.a)
        return found, len(counted)

    lending.lend(by=house.doctor, client=client, to=house.p, first=TODAY)
    theirs = admitted(house.doctor_b, house.b, "Cà Văn Ún")
    lending.lend(by=house.doctor_b, client=theirs, to=house.a, first=days(1), last=days(3))
    few, statements = cost()
    assert [(line.name, line.stay.facility) for line in few.out] == [("Sùng A Páo", "Điểm P")]
    assert [(line.name, line.client, line.stay.facility) for line in few.guests] == [
        ("Cà Văn Ún", None, "Cơ sở B")
    ]
    for number in range(9):
        more = admitted(house.doctor, house.a, f"Người Thứ {number}")
        lending.lend(by=house.doctor, client=more, to=house.p, first=TODAY)
    many, cost_of_many = cost()
    assert len(many.out) == 10
    assert cost_of_many == statements
