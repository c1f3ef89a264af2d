"""A dose at a desk: who may have it, once and no more, and what it leaves behind."""

from datetime import timedelta
from decimal import Decimal

import pytest

from phoihop.base.security import scope
from phoihop.base.security.models import AuditEntry
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.actions import dispensing
from phoihop.programmes.ost.dosing import leasing, reaching
from phoihop.programmes.ost.models import Balance, Dose, Incident, LogEntry, Outstanding, PermitRow, Posting
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
