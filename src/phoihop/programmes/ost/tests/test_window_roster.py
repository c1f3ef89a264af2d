"""Today's list of a site, and a dose given from it: to the right person, once, however often it is sent."""

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from phoihop.base.org.doors import NotAllowed
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.actions import dispensing
from phoihop.programmes.ost.dosing import leasing, ledger, reaching
from phoihop.programmes.ost.models import Dose, Incident, LogEntry, LotRow, Minutes, Posting
from phoihop.programmes.ost.queries import roster as lists
from phoihop.programmes.ost.queries.roster import Opening, State
from phoihop.programmes.ost.rules.amounts import TABLET_2, TABLET_8
from phoihop.programmes.ost.rules.stock import Kind, Movement
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

KEY = "0123456789abcdef0123456789abcdef"


def listed(viewer, facility):
    with acting(viewer):
        return lists.today(viewer, facility=facility)


def test_the_list_says_who_how_much_and_how_far(house):
    stocked(house.storekeeper, house.a)
    opened(house.dispenser, house.a)
    clients = {}
    for name in ("Mùa A Chú", "Lò Thị Biên", "Vàng A An", "Tẩn Mẩy Dụ"):
        clients[name] = admitted(house.doctor, house.a, name)
    ordered(house.doctor, clients["Vàng A An"], "62.5")
    ordered(house.doctor, clients["Mùa A Chú"])
    ordered(house.doctor, clients["Tẩn Mẩy Dụ"], every=2, start=TODAY - timedelta(days=1))
    row = roster(house.dispenser, clients["Mùa A Chú"])
    dispensing.give_dose(by=house.dispenser, roster=row)
    it = listed(house.dispenser, house.a)
    assert it.opening is Opening.OPEN
    said = [(line.known.name, line.state, line.mg, line.quantity) for line in it.lines]
    assert said == [
        ("Vàng A An", State.WAITING, Decimal("62.50"), Decimal("6.25")),
        ("Lò Thị Biên", State.NO_ORDER, None, Decimal(0)),
        ("Mùa A Chú", State.GIVEN, Decimal("60.00"), Decimal("6.00")),
        ("Tẩn Mẩy Dụ", State.NOT_DUE, None, Decimal(0)),
    ]
    assert it.lines[2].at is not None
    assert it.lines[0].parts[0].row.batch == "L01"
    assert it.counts[State.WAITING] == 1
    assert {line.known.born for line in it.lines} == {"1988-04-02"}


def test_whose_day_is_elsewhere_is_not_on_the_list(house):
    client = admitted(house.doctor, house.a)
    person = roster(house.doctor, client).person
    with reaching.centre(None, house.a.pk):
        leasing.lend(person, client.pseudonym, house.p.pk, TODAY, TODAY)
    assert listed(house.dispenser, house.a).lines == ()


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("1988", True),
        ("1989", False),
        ("2/4", True),
        ("02/04", True),
        ("0204", True),
        ("02041988", True),
        ("2/4/1988", True),
        ("4/2", False),
        ("88", False),
        ("", False),
        ("2 4 1987", False),
        ("mốt", False),
    ],
)
def test_the_second_identifier(house, said, right):
    client = admitted(house.doctor, house.a)
    row = roster(house.dispenser, client)
    with acting(house.dispenser):
        assert lists.same_birth(row, said) is right


def test_the_wrong_person_gets_nothing_in_200_tries(house):
    stocked(house.storekeeper, house.a)
    opened(house.dispenser, house.a)
    client = admitted(house.doctor, house.a)
    ordered(house.doctor, client)
    row = roster(house.dispenser, client)
    others = [str(1900 + n) for n in range(110) if n != 88] + [f"{n % 28 + 1}/{n % 3 + 5}" for n in range(91)]
    for said in others:
        with acting(house.dispenser), pytest.raises(Refusal) as refused:
            dispensing.give_dose(by=house.dispenser, roster=row, said=said, key=KEY)
        assert refused.value.reason == "other-person"
    with reaching.centre(None, house.a.pk):
        assert len(others) == 200
        assert not LogEntry.objects.exists()


def test_what_is_sent_twice_is_one_dose(house):
    stocked(house.storekeeper, house.a)
    opened(house.dispenser, house.a)
    client, other = admitted(house.doctor, house.a), admitted(house.doctor, house.a, "Giàng A Lử")
    for each in (client, other):
        ordered(house.doctor, each)
    row = roster(house.dispenser, client)
    first = dispensing.give_dose(by=house.dispenser, roster=row, said="1988", key=KEY)
    again = dispensing.give_dose(by=house.dispenser, roster=row, said="1988", key=KEY)
    assert (first.dose.pk, first.event) == (again.dose.pk, again.event)
    with pytest.raises(Refusal) as refused:
        dispensing.give_dose(by=house.dispenser, roster=roster(house.dispenser, other), key=KEY)
    assert refused.value.reason == "same-key"
    with reaching.centre(None, house.a.pk):
        assert Dose.objects.count() == Posting.objects.filter(target="client").count() == 1


def test_a_dose_outside_the_rules_keeps_its_reason(house):
    stocked(house.storekeeper, house.a)
    opened(house.dispenser, house.a)
    client = admitted(house.doctor, house.a)
    ordered(house.doctor, client)
    row = roster(house.dispenser, client)
    dispensing.give_dose(by=house.dispenser, roster=row)
    dispensing.give_dose(by=house.dispenser, roster=row, outside=True, why="before")
    with reaching.centre(None, house.a.pk):
        remarks = dict(Incident.objects.values_list("kind", "remark"))
    assert remarks == {"double-dose": "", "outside-permit": "before"}


def tablets(by, facility, presentation, count, batch):
    """So many tablets of one strength in a site's cabinet."""
    with reaching.centre(by.account, facility.pk):
        row = LotRow.objects.create(
            drug=presentation.drug.value, strength=presentation.strength, batch=batch, expiry=TODAY + A_YEAR
        )
        minutes = Minutes.objects.create(
            facility=facility, number=f"BB-{batch}", kind="delivery", day=TODAY, by_id=by.account
        )
        lot = ledger.lot_of(row)
        way = (Kind.TRADER, Kind.STORE, Kind.DAILY)
        for number, (source, target) in enumerate(pairwise(way)):
            movement = Movement(
                f"{batch}-{number}",
                TODAY,
                lot,
                ledger.place(source, facility.pk),
                ledger.place(target, facility.pk),
                Decimal(count),
            )
            ledger.post([movement], lots={lot: row}, account=by.account, minutes=minutes)


@pytest.mark.parametrize(
    ("eights", "twos", "mg", "taken"),
    [
        (5, 5, 10, {"V8": 1, "V2": 1}),
        (5, 5, 16, {"V8": 2}),
        (1, 9, 16, {"V2": 8}),
        (0, 5, 8, {"V2": 4}),
        (5, 0, 8, {"V8": 1}),
        (5, 0, 10, None),
        (0, 0, 8, None),
    ],
)
def test_a_dose_is_put_together_from_two_strengths(house, eights, twos, mg, taken):
    opened(house.dispenser, house.a)
    for presentation, count, batch in ((TABLET_8, eights, "V8"), (TABLET_2, twos, "V2")):
        if count:
            tablets(house.storekeeper, house.a, presentation, count, batch)
    client = admitted(house.doctor, house.a)
    order = ordered(house.doctor, client, mg)
    with reaching.centre(None, house.a.pk):
        order.drug = "buprenorphine"
        order.save(update_fields=["drug"])
    row = roster(house.dispenser, client)
    shown = listed(house.dispenser, house.a).lines[0]
    assert {part.row.batch: int(part.quantity) for part in shown.parts} == (taken or {})
    if taken is None:
        with pytest.raises(Refusal):
            dispensing.give_dose(by=house.dispenser, roster=row)
        return
    given = dispensing.give_dose(by=house.dispenser, roster=row)
    with reaching.centre(None, house.a.pk):
        found = dict(Posting.objects.filter(target="client").values_list("lot__batch", "quantity"))
        assert LogEntry.objects.count() == Dose.objects.count() == 1
    assert {batch: int(quantity) for batch, quantity in found.items()} == taken
    assert (given.dose.quantity, given.batch) == (sum(taken.values()), "+".join(taken))


def test_the_list_costs_as_much_for_many_as_for_few(house):
    stocked(house.storekeeper, house.a)
    opened(house.dispenser, house.a)

    def cost():
        with (
            acting(house.dispenser),
            CaptureQueriesContext(
                connection,
            ) as counted,
        ):
            found = lists.today(house.dispenser, facility=house.a)
        return len(found.lines), len(counted)

    for number in range(2):
        ordered(house.doctor, admitted(house.doctor, house.a, f"Người Thứ {number}"))
    few = cost()
    for number in range(18):
        ordered(house.doctor, admitted(house.doctor, house.a, f"Người Nữa {number}"))
    many = cost()
    assert (few[0], many[0]) == (2, 20)
    assert few[1] == many[1]


def test_who_missed_four_days_is_locked(house):
    opened(house.dispenser, house.a)
    stocked(house.storekeeper, house.a)
    client = admitted(house.doctor, house.a)
    ordered(house.doctor, client, start=TODAY - timedelta(days=4))
    (line,) = listed(house.dispenser, house.a).lines
    assert line.state is State.LOCKED
    with pytest.raises(Refusal) as refused:
        dispensing.give_dose(by=house.dispenser, roster=roster(house.dispenser, client))
    assert refused.value.reason == "locked"


@pytest.mark.parametrize("who", ["storekeeper", "officer", "authority", "dispenser_p", "doctor_b"])
def test_the_list_is_closed_to_others(house, who):
    viewer = getattr(house, who)
    with acting(viewer), pytest.raises(NotAllowed):
        lists.today(viewer, facility=house.a)


def test_finding_by_code_and_by_syllables(house):
    client = admitted(house.doctor, house.a, "Sùng A Páo")
    admitted(house.doctor, house.a, "Lò Văn Páo")
    with acting(house.dispenser):

        def names(text):
            found = lists.find(house.dispenser, facility=house.a, text=text).lines
            return [line.known.name for line in found]

        assert names(client.code) == ["Sùng A Páo"]
        assert names("pao sung") == ["Sùng A Páo"]
        assert len(names("pao")) == 2
        assert names("pa") == []
