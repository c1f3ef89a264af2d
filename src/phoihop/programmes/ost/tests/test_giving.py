"""A dose at a desk: who may have it, once and no more, and what it leaves behind."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from phoihop.base.security import scope
from phoihop.base.security.models import AuditEntry
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.actions import dispensing
from phoihop.programmes.ost.dosing import leasing, reaching
from phoihop.programmes.ost.models import (
    Balance,
    Dose,
    Incident,
    LogEntry,
    OrderRow,
    Outstanding,
    PermitRow,
    Posting,
)
from phoihop.programmes.ost.rules.amounts import SOLUTION
from phoihop.programmes.ost.tests.making import (
    TODAY,
    admitted,
    opened,
    ordered,
    roster,
    stocked,
)


@pytest.fixture
def served(house):
    """A client of facility A with an order of 60 mg; the day is open, a litre is in the cabinet."""
    client = admitted(house.doctor, house.a)
    ordered(house.doctor, client)
    stocked(house.storekeeper, house.a)
    opened(house.dispenser, house.a)
    return client


def give(house, client, by=None, facility=None, **more):
    by = by or house.dispenser
    return dispensing.give_dose(by=by, roster=roster(by, client, facility), presentation=SOLUTION, **more)


def test_a_dose_leaves_event_right_dose_movement_and_record(house, served):
    given = give(house, served)
    assert (given.dose.mg, given.dose.quantity, given.dose.on) == (Decimal(60), Decimal("6.00"), TODAY)
    with reaching.centre(None, house.a.pk):
        entry = LogEntry.objects.get(digest=given.event.digest)
        assert (entry.seq, entry.kind, entry.proven) == (1, "dose", True)
        permit = PermitRow.objects.get()
        assert (permit.days, permit.client) == ([TODAY], served.pseudonym)
        posting = Posting.objects.get(key=given.event.digest)
        assert (posting.source, posting.target, posting.quantity) == ("daily-cabinet", "client", Decimal(6))
        assert Balance.objects.get(kind="daily-cabinet").quantity == 994
        assert not Outstanding.objects.exists()
        assert not Incident.objects.exists()
    with scope.acting(scope.Scope("audit", agencies=(house.a.agency_id,))):
        said = AuditEntry.objects.get(action="ost.case_give_dose")
    assert (said.thing_kind, said.account, said.programme) == ("ost.Roster", house.dispenser.account, "ost")


def test_the_second_dose_of_a_day_is_refused_and_leaves_nothing(house, served):
    give(house, served)
    with pytest.raises(Refusal) as refused:
        give(house, served)
    assert refused.value.reason == "used"
    with reaching.centre(None, house.a.pk):
        assert Dose.objects.count() == LogEntry.objects.count() == 1
        assert Balance.objects.get(kind="daily-cabinet").quantity == 994


def test_a_second_real_dose_is_kept_and_raised(house, served):
    give(house, served)
    second = give(house, served, outside=True)
    with reaching.centre(None, house.a.pk):
        assert Dose.objects.filter(name=second.dose.name, outside=True).exists()
        kinds = set(Incident.objects.values_list("kind", flat=True))
        assert kinds == {"double-dose", "outside-permit"}
        assert Balance.objects.get(kind="daily-cabinet").quantity == 988
    with pytest.raises(Refusal) as refused:
        give(house, served)
    assert refused.value.reason == "used"


def test_dosed_at_the_point_at_eight_is_refused_at_the_facility_at_nine(house, served):
    person = roster(house.doctor, served).person
    with reaching.centre(None, house.a.pk):
        leasing.lend(person, served.pseudonym, house.p.pk, TODAY, TODAY + timedelta(days=6))
    with pytest.raises(Refusal) as refused:
        give(house, served)
    assert refused.value.reason == "not-yours"


@pytest.mark.parametrize("missing", ["day", "order", "stock"])
def test_what_a_dose_needs(house, missing):
    client = admitted(house.doctor, house.a)
    if missing != "order":
        ordered(house.doctor, client)
    if missing != "stock":
        stocked(house.storekeeper, house.a)
    if missing != "day":
        opened(house.dispenser, house.a)
    with pytest.raises(Refusal) as refused:
        give(house, client)
    assert (
        refused.value.reason == {"day": "day-not-open", "order": "no-order", "stock": "stock-short"}[missing]
    )
    with reaching.centre(None, house.a.pk):
        assert not LogEntry.objects.exists()


def outside(house, client, **more):
    """A dose that was taken whatever the machine said, and the incidents that tell of it."""
    by = house.dispenser
    given = dispensing.give_dose(by=by, roster=roster(by, client), outside=True, **more)
    with reaching.centre(None, house.a.pk):
        assert Dose.objects.get(name=given.dose.name).outside
        raised = set(Incident.objects.filter(keys__contains=[given.dose.name]).values_list("kind", flat=True))
    return given, raised


def in_the_cabinet(house):
    with reaching.centre(None, house.a.pk):
        return Balance.objects.get(kind="daily-cabinet", facility=house.a).quantity


def test_what_happened_is_recorded_on_a_day_that_nobody_opened(house):
    client = admitted(house.doctor, house.a)
    ordered(house.doctor, client)
    stocked(house.storekeeper, house.a)
    assert outside(house, client)[1] == {"outside-permit"}
    assert in_the_cabinet(house) == 994


def test_a_dose_after_the_last_day_of_an_order_names_that_order(house):
    client = admitted(house.doctor, house.a)
    order = ordered(house.doctor, client)
    with reaching.centre(None, house.a.pk):
        past = {"start": TODAY - timedelta(days=9), "end": TODAY - timedelta(days=1)}
        OrderRow.objects.filter(pk=order.pk).update(**past)
    stocked(house.storekeeper, house.a)
    opened(house.dispenser, house.a)
    given, raised = outside(house, client)
    assert (given.dose.order, given.dose.mg, raised) == (order.uid, Decimal(60), {"outside-permit"})
    assert in_the_cabinet(house) == 994


def test_a_dose_without_any_order_takes_a_word_of_what_it_was(house):
    client = admitted(house.doctor, house.a)
    stocked(house.storekeeper, house.a)
    opened(house.dispenser, house.a)
    with pytest.raises(Refusal) as refused:
        outside(house, client, mg=Decimal(30))
    assert refused.value.reason == "outside-what"
    given, raised = outside(house, client, mg=Decimal(30), drug="methadone")
    assert (given.dose.order.int, given.dose.mg, raised) == (0, Decimal(30), {"outside-permit"})
    assert in_the_cabinet(house) == 997


@pytest.mark.parametrize(("there", "after"), [("5", "-1"), ("6", "0")])
def test_a_dose_that_the_book_does_not_hold_leaves_it_below_nought(house, there, after):
    client = admitted(house.doctor, house.a)
    ordered(house.doctor, client)
    stocked(house.storekeeper, house.a)
    opened(house.dispenser, house.a)
    with reaching.centre(None, house.a.pk):
        Balance.objects.filter(kind="daily-cabinet").update(quantity=Decimal(there))
    given, raised = outside(house, client)
    assert (in_the_cabinet(house), raised) == (Decimal(after), {"outside-permit"})
    with reaching.centre(None, house.a.pk):
        posting = Posting.objects.get(key=given.event.digest)
        assert (posting.quantity, posting.source, posting.target) == (Decimal(6), "daily-cabinet", "client")


def test_a_dose_from_what_no_book_knows_waits_for_the_book(house):
    client = admitted(house.doctor, house.a)
    ordered(house.doctor, client)
    opened(house.dispenser, house.a)
    given, raised = outside(house, client)
    assert raised == {"outside-permit", "unbooked"}
    with reaching.centre(None, house.a.pk):
        assert not Posting.objects.filter(key=given.event.digest).exists()
    with pytest.raises(Refusal) as refused:
        give(house, client)
    assert refused.value.reason == "used"


def test_asked_twice_with_a_key_there_is_one_dose_outside_too(house, served):
    key = uuid4().hex
    first, _ = outside(house, served, key=key)
    again, _ = outside(house, served, key=key)
    assert again.event.digest == first.event.digest
    other = admitted(house.doctor, house.a, "Người Khác")
    ordered(house.doctor, other)
    with pytest.raises(Refusal) as refused:
        give(house, other, key=key)
    assert refused.value.reason == "same-key"


def test_25_doses_of_60_mg_take_150_ml(house):
    stocked(house.storekeeper, house.a)
    opened(house.dispenser, house.a)
    for number in range(25):
        client = admitted(house.doctor, house.a, f"Người Thứ {number}")
        ordered(house.doctor, client)
        give(house, client)
    with reaching.centre(None, house.a.pk):
        assert sum(Posting.objects.filter(target="client").values_list("quantity", flat=True)) == Decimal(
            "150.0"
        )
        assert Balance.objects.get(kind="daily-cabinet").quantity == Decimal("850.0")
