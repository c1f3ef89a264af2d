"""What follows in treatment from an enrolment that begins, moves, ends, or turns out to be another one's."""

from datetime import timedelta
from decimal import Decimal

import pytest

from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.actions import dispensing, ending
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.models import Dose, Ended, Lease, OrderRow, PhaseStep, Roster
from phoihop.programmes.ost.queries import ordering as ordering_facts
from phoihop.programmes.ost.queries import quality, values
from phoihop.programmes.ost.queries.ordering import Asked
from phoihop.programmes.ost.rules.amounts import SOLUTION, Drug
from phoihop.programmes.ost.rules.ending import Ending
from phoihop.programmes.ost.rules.phases import Phase
from phoihop.programmes.ost.tests.making import (
    TODAY,
    acting,
    admitted,
    opened,
    ordered,
    roster,
    stocked,
)
from phoihop.registry.actions import deciding, enrolling, files, transferring
from phoihop.registry.doors import Desk
from phoihop.registry.models import Enrolment, Likeness, Merge, Transfer
from phoihop.registry.models.letters import RECEIVED
from phoihop.registry.rules.born import Born
from phoihop.registry.rules.identity import Sex, Told

DAY = timedelta(days=1)
PAPER = {"last_mg": "60", "last_day": "hôm qua", "phase": "duy trì", "bottles": "0"}

WISH = {"ending": Ending.WISH, "day": TODAY - DAY, "why": "Xin thôi", "wish_signed": True}


@pytest.fixture
def ready(house):
    """Both facilities have medicine and an open day; a client of A has an order."""
    for keeper, dispenser, facility in (
        (house.storekeeper, house.dispenser, house.a),
        (house.head_b, house.dispenser_b, house.b),
    ):
        stocked(keeper, facility, batch=f"L{facility.pk}")
        opened(dispenser, facility)
    client = admitted(house.doctor, house.a)
    ordered(house.doctor, client)
    return client


def moved(house, client, first=TODAY):
    """The client's file at B after a transfer that begins on a day."""
    transferring.ask(by=house.doctor, client=client, to=house.b, first_day=first, paper=PAPER)
    with acting(house.doctor_b):
        letter = Transfer.objects.get(side=RECEIVED)
    return transferring.accept(by=house.doctor_b, transfer=letter)


def give(by, client, facility):
    return dispensing.give_dose(by=by, roster=roster(by, client, facility), presentation=SOLUTION)


def refused(by, client, facility):
    with pytest.raises(Refusal) as found:
        give(by, client, facility)
    return found.value.reason


def leases(client):
    with reaching.centre(None, client.facility_id):
        rows = Lease.objects.filter(client=client.pseudonym, aside=None).order_by("first")
        return list(rows.values_list("facility", "first", "last"))


def test_a_transfer_ends_the_right_here_before_it_begins_there(house, ready):
    there = moved(house, ready)
    assert leases(ready) == [
        (house.a.pk, TODAY - 30 * DAY, TODAY - DAY),
        (house.b.pk, TODAY, None),
    ]
    assert refused(house.dispenser, ready, house.a) == "not-yours"
    assert refused(house.dispenser_b, there, house.b) == "no-order"
    ordered(house.doctor_b, there)
    give(house.dispenser_b, there, house.b)
    with reaching.centre(None, house.a.pk):
        assert OrderRow.objects.get(client=ready.pk).stopped is not None


def test_who_had_a_dose_here_this_morning_gets_none_there(house, ready):
    give(house.dispenser, ready, house.a)
    there = moved(house, ready)
    ordered(house.doctor_b, there)
    assert refused(house.dispenser_b, there, house.b) == "used"


def test_a_transfer_for_a_later_day_leaves_today_here(house, ready):
    there = moved(house, ready, TODAY + 3 * DAY)
    ordered(house.doctor_b, there)
    assert refused(house.dispenser_b, there, house.b) == "not-yours"
    assert leases(ready)[-1] == (house.b.pk, TODAY + 3 * DAY, None)


def test_an_end_leaves_no_right_and_no_order(house, ready):
    enrolling.end(by=house.doctor, client=ready, last_day=TODAY - DAY, ending="wish")
    assert leases(ready) == [(house.a.pk, TODAY - 30 * DAY, TODAY - DAY)]
    assert refused(house.dispenser, ready, house.a) == "not-yours"
    with acting(house.doctor):
        assert Roster.objects.get(facility=house.a).until == TODAY - DAY


def test_who_comes_back_after_an_end_has_a_right_again(house, ready):
    enrolling.end(by=house.doctor, client=ready, last_day=TODAY - 2 * DAY, ending="wish")
    enrolling.admit(by=house.doctor, client=ready, since=TODAY)
    assert leases(ready)[-1] == (house.a.pk, TODAY, None)
    ordered(house.doctor, ready)
    give(house.dispenser, ready, house.a)


@pytest.fixture
def double(house, ready):
    """A second file of the client at A, from earlier, which is served no more; the pair to decide."""
    told = Told(name="Sùng A Páo", born=Born(1988, 4, 2), sex=Sex.MALE)
    other = files.open_file(by=house.doctor, desk=Desk("ost", house.a), told=told)
    with acting(house.doctor):
        return other, Likeness.objects.get(client__in=[ready, other], other__in=[ready, other])


def test_a_dose_under_the_one_name_uses_up_the_day_of_the_other(house, ready, double):
    other, pair = double
    give(house.dispenser, ready, house.a)
    deciding.decide(by=house.doctor, likeness=pair, same=True, why="cùng một người", kept=other)
    with reaching.centre(None, house.a.pk):
        dose = Dose.objects.get()
        assert (dose.client, dose.person) == (ready.pseudonym, other.pseudonym)
        assert set(Lease.objects.values_list("person", flat=True)) == {other.pseudonym}
        assert OrderRow.objects.get().person == other.pseudonym
    assert refused(house.dispenser, ready, house.a) == "used"


def test_a_merge_that_is_taken_back_leaves_everything_as_it_was(house, ready, double):
    other, pair = double
    give(house.dispenser, ready, house.a)
    before = leases(ready)
    deciding.decide(by=house.doctor, likeness=pair, same=True, why="cùng một người", kept=other)
    with acting(house.doctor):
        merge = Merge.objects.get(client=other).merge
    assert deciding.unmerge(by=house.doctor, client=other, merge=merge, why="gộp nhầm") == 1
    with reaching.centre(None, house.a.pk):
        assert Dose.objects.get().person == ready.pseudonym
        assert OrderRow.objects.get().person == ready.pseudonym
    assert leases(ready) == before
    with acting(house.doctor):
        assert Roster.objects.get(client=ready).person == ready.pseudonym


def steps(by, client):
    with acting(by):
        rows = PhaseStep.objects.filter(facility=client.facility_id, client=client).order_by("day", "pk")
        ended = Ended.objects.filter(facility=client.facility_id, client=client)
        return list(rows.values_list("day", "phase")), list(ended.values_list("day", "ending"))


def signed(by, client, phase=Phase.MAINTENANCE, mg=60):
    """An order as a doctor signs one, with every warning weighed."""
    asked = Asked(Drug.METHADONE, phase, Decimal(mg), TODAY, TODAY + 6 * DAY, in_withdrawal=True)
    with acting(by):
        known = ordering_facts.ground(client, TODAY)
        order = ordering_facts.as_order(asked, "", TODAY)
        return {each.code for each in ordering_facts.judged(asked, order, known, values.book()).refusals}


def test_a_treatment_that_moved_away_has_ended_here_as_moved(house, ready):
    moved(house, ready)
    assert steps(house.doctor, ready) == ([(TODAY, "ended")], [(TODAY - DAY, "transfer")])


def test_one_that_was_ended_here_is_written_down_once_by_who_decided_it(house, ready):
    with acting(house.doctor):
        ending.end(
            by=house.doctor,
            client=ready,
            ending=Ending.WISH,
            day=TODAY - DAY,
            why="Xin thôi",
            wish_signed=True,
        )
    assert steps(house.doctor, ready) == ([(TODAY, "ended")], [(TODAY - DAY, "wish")])


def test_who_moved_is_left_out_of_retention_and_is_no_drop_out(house):
    since = TODAY - 200 * DAY
    gone, stayed = (admitted(house.doctor, house.a, name, since=since) for name in ("Lý A Một", "Lý A Hai"))
    ordered(house.doctor, gone)
    moved(house, gone)
    enrolling.end(by=house.doctor, client=stayed, last_day=TODAY - 150 * DAY, ending="dropped-out")
    (own,) = quality.quality(house.doctor)
    kept = dict(own.kept)
    assert (kept[3].kept, kept[3].of, kept[3].transferred) == (0, 2, 0)  # both were there to be counted then
    with acting(house.doctor):
        Enrolment.objects.filter(facility=house.a, client=gone).update(until=since + 40 * DAY)
    (own,) = quality.quality(house.doctor)
    kept = dict(own.kept)
    assert (kept[3].kept, kept[3].of, kept[3].transferred) == (0, 1, 1)


def test_who_comes_back_after_an_end_begins_with_induction(house, ready):
    with acting(house.doctor):
        ending.end(
            by=house.doctor,
            client=ready,
            ending=Ending.WISH,
            day=TODAY - DAY,
            why="Xin thôi",
            wish_signed=True,
        )
    enrolling.admit(by=house.doctor, client=ready, since=TODAY)
    assert "phase-not-first" in signed(house.doctor, ready)
    found = signed(house.doctor, ready, Phase.INDUCTION, 20)
    assert not {"phase-not-first", "phase-not-next"} & found


def test_who_moved_there_and_back_goes_on_in_the_phase_of_the_paper(house, ready):
    there = moved(house, ready)
    assert not {"phase-not-first", "phase-not-next"} & signed(house.doctor_b, there)
    transferring.ask(by=house.doctor_b, client=there, to=house.a, first_day=TODAY + DAY, paper=PAPER)
    with acting(house.doctor):
        letter = Transfer.objects.get(side=RECEIVED, facility=house.a)
    back = transferring.accept(by=house.doctor, transfer=letter)
    assert back.pk == ready.pk
    assert not {"phase-not-first", "phase-not-next"} & signed(house.doctor, back)
