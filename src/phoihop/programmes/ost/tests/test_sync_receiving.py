"""What a tablet offers, over the tables: kept, timed, judged, booked and answered as the rules say."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from phoihop.programmes.ost.actions import devices as acting_on
from phoihop.programmes.ost.dosing import leasing, reaching, receiving
from phoihop.programmes.ost.models import (
    Balance,
    Day,
    Device,
    Dose,
    Incident,
    LogEntry,
    Outstanding,
    PermitRow,
    Posting,
)
from phoihop.programmes.ost.queries import missed
from phoihop.programmes.ost.rules import events
from phoihop.programmes.ost.rules.events import Event
from phoihop.programmes.ost.rules.replica_refusals import Why
from phoihop.programmes.ost.rules.transport import Answer, Offer, Verdict
from phoihop.programmes.ost.tests import tablets
from phoihop.programmes.ost.tests.making import TODAY, acting, admitted, ordered, stocked
from phoihop.programmes.ost.tests.tablets import asked, enrolled, give, in_step, ready

TOMORROW = TODAY + timedelta(days=1)


clock, line, tablet, served = tablets.clock, tablets.line, tablets.tablet, tablets.served


def kinds() -> set[str]:
    return set(Incident.objects.filter(gone=False).values_list("kind", flat=True))


@pytest.fixture
def centre(house):
    with reaching.centre(None):
        yield


def test_a_dose_on_a_tablet_becomes_event_dose_and_movement(house, served, tablet, line, centre):
    ready(tablet, line)
    assert Outstanding.objects.count() == 7
    event = give(tablet, served)
    assert tablet.replica.synchronise(line)
    assert LogEntry.objects.get(digest=event.digest).verdict == "accepted"
    dose = Dose.objects.get()
    assert (dose.name, dose.on, dose.outside, dose.facility_id) == (event.digest, TODAY, False, house.a.pk)
    assert Posting.objects.get(key=event.digest).quantity == Decimal(6)
    assert Balance.objects.get(kind="daily-cabinet").quantity == 994
    assert not Outstanding.objects.filter(day=TODAY).exists()
    assert Day.objects.get().day == TODAY
    assert kinds() == set()
    device = Device.objects.get(name=tablet.name)
    assert (device.heard_on, device.version) == (TODAY, 2)


def test_an_offer_received_again_changes_nothing(house, served, tablet, line, centre, clock):
    ready(tablet, line)
    give(tablet, served)
    offer = tablet.replica.offer()
    first = receiving.receive(offer, clock(), missed.locked)
    before = (LogEntry.objects.count(), Dose.objects.count(), Posting.objects.count())
    again = receiving.receive(offer, clock(), missed.locked)
    assert first is not None
    assert again is not None
    assert {verdict for _, verdict in again.verdicts} == {"duplicate"}
    assert (LogEntry.objects.count(), Dose.objects.count(), Posting.objects.count()) == before
    assert Balance.objects.get(kind="daily-cabinet").quantity == 994
    assert tablet.replica.take(again)
    assert not tablet.replica.take(first)


def test_who_is_unknown_and_who_signs_wrongly_leaves_nothing(house, served, tablet, line, centre, clock):
    ready(tablet, line)
    give(tablet, served)
    offer = tablet.replica.offer()
    stranger = tablets.make(house.a.pk, tablet.centre, clock)
    for wrong in (replace(offer, signature=bytes(64)), replace(offer, asks=False), stranger.replica.offer()):
        before = LogEntry.objects.count()
        assert receiving.receive(wrong, clock(), missed.locked) is None
        assert LogEntry.objects.count() == before


def test_a_tablet_that_is_not_active_gets_nothing(house, served, clock, line, centre):
    other = enrolled(house, clock, active=False)
    in_step(other, line)
    assert not other.replica.memory.permits
    assert not other.replica.memory.active
    assert other.replica.give(asked(served)) is Why.INACTIVE


def test_a_day_is_never_given_to_two(house, served, tablet, line, centre, clock):
    """While the tablet of A holds the days, the client moves to B: B's tablet gets what is left over."""
    ready(tablet, line)
    person = Outstanding.objects.values_list("person", flat=True)[0]
    leasing.begin(person, served.pseudonym, house.b.pk, TODAY)
    other = enrolled(house, clock, house.b, house.head_b)
    in_step(other, line)
    assert not other.replica.memory.permits
    assert tablet.replica.synchronise(line)  # takes the revocation
    assert tablet.replica.give(asked(served)) is Why.REVOKED
    assert other.replica.synchronise(line)
    assert not other.replica.memory.permits  # not acknowledged yet
    assert tablet.replica.synchronise(line)
    assert other.replica.synchronise(line)
    assert len(other.replica.memory.left) == 7
    assert kinds() == set()


def test_two_real_doses_are_kept_and_the_next_permit_waits_for_a_doctor(
    house, served, tablet, line, centre, clock
):
    ready(tablet, line)
    give(tablet, served)
    other = enrolled(house, clock, house.b, house.head_b)
    stocked(house.storekeeper, house.b)
    ready(other, line)
    give(other, served, insist=True)
    for each in (other, tablet, other, tablet):
        assert each.replica.synchronise(line)
    assert Dose.objects.count() == 2
    assert kinds() == {"double-dose", "outside-permit"}
    double = Incident.objects.filter(kind="double-dose")
    assert set(double.values_list("facility", flat=True)) == {house.a.pk, house.b.pk}
    taken = Posting.objects.filter(target="client").values_list("facility", "quantity")
    assert set(taken) == {(house.a.pk, Decimal(6)), (house.b.pk, Decimal(6))}
    assert tablet.replica.alarm(str(served.pseudonym))
    clock.ahead += 5 * 86_400
    held = PermitRow.objects.count()
    assert tablet.replica.synchronise(line)
    assert PermitRow.objects.count() == held
    double.update(answered_at=timezone.now(), answered_by=house.doctor.account)
    assert tablet.replica.synchronise(line)
    # Nobody came for five days meanwhile: now the lock by missed days counts, and not the incident.
    assert PermitRow.objects.count() == held


def test_a_slip_of_what_the_tablet_wrote_is_one_dose_in_either_order(
    house, served, tablet, line, centre, clock
):
    ready(tablet, line)
    event = give(tablet, served)
    told = event.body
    paper = tablet.replica.from_paper(event.key, told)
    offer = tablet.replica.offer()
    # The slip alone first: it is a dose of its own until the event it repeats is there.
    only = [each for each in offer.events if each.digest == paper.digest]
    part = signed(tablet, replace(offer, events=tuple(only), nonce="n1"))
    assert receiving.receive(part, clock(), missed.locked) is not None
    assert set(Dose.objects.values_list("name", flat=True)) == {f"slip:{event.key}"}
    assert "missing-events" in kinds()
    assert tablet.replica.synchronise(line)
    dose = Dose.objects.get()
    assert dose.name == event.digest
    assert set(dose.sources) == {event.digest, paper.digest}
    assert Balance.objects.get(kind="daily-cabinet").quantity == 994
    assert kinds() == set()


def signed(tablet, offer: Offer) -> Offer:
    return replace(offer, signature=tablet.sign(replace(offer, signature=b"").signed))


def test_two_slips_that_turn_out_to_be_one_dose_are_booked_once(house, served, tablet, line, centre, clock):
    """Entered twice with another day, then the tablet's own record arrives: one dose, one movement."""
    ready(tablet, line)
    event = give(tablet, served)
    told = event.body
    assert isinstance(told, events.Dose)
    tablet.replica.from_paper(event.key, told)
    tablet.replica.from_paper(event.key, replace(told, day=TODAY - timedelta(days=1)))
    offer = tablet.replica.offer()
    slips = tuple(each for each in offer.events if isinstance(each.body, events.Paper))
    assert receiving.receive(signed(tablet, replace(offer, events=slips)), clock(), missed.locked)
    assert Dose.objects.count() == 2
    assert Balance.objects.get(kind="daily-cabinet").quantity == 988
    assert "key-clash" in kinds()
    assert tablet.replica.synchronise(line)
    assert Dose.objects.get().name == event.digest
    assert Balance.objects.get(kind="daily-cabinet").quantity == 994
    assert "key-clash" not in kinds()


def test_an_unknown_batch_is_held_back_until_it_is_booked(house, served, tablet, line, centre, clock):
    ready(tablet, line)
    found = tablet.replica.give(asked(served, batch="L99"))
    assert isinstance(found, Event)
    assert tablet.replica.synchronise(line)
    assert Dose.objects.count() == 1
    assert not Posting.objects.filter(target="client").exists()
    assert kinds() == {"unbooked"}
    stocked(house.storekeeper, house.a, batch="L99", ml=100)
    assert tablet.replica.synchronise(line)
    assert kinds() == set()
    assert Posting.objects.get(key=found.digest).quantity == Decimal(6)


def test_a_movement_names_kinds_of_places_and_is_booked(house, served, tablet, line, centre):
    ready(tablet, line)
    site = house.a.pk
    told = events.Movement(TODAY, "L01", f"daily-cabinet:{site}", f"spill:{site}", Decimal("1.50"), "đổ", "1")
    tablet.replica.move(told)
    tablet.replica.move(replace(told, source=f"store:{site}", ml=Decimal(5)))
    tablet.replica.move(replace(told, source="somewhere"))
    assert tablet.replica.synchronise(line)
    assert Balance.objects.get(kind="spill").quantity == Decimal("1.50")
    assert Incident.objects.filter(kind="unbooked").count() == 2  # nothing in the store; no such place


def test_missing_numbers_are_told_and_found_again(house, served, tablet, line, centre, clock):
    ready(tablet, line)
    give(tablet, served)
    offer = tablet.replica.offer()
    part = signed(tablet, replace(offer, events=offer.events[-1:], nonce="n1"))
    assert receiving.receive(part, clock(), missed.locked)
    assert kinds() == {"missing-events"}
    assert tablet.replica.synchronise(line)
    assert kinds() == set()
    assert Incident.objects.filter(gone=True).count() == 1


def test_a_clone_is_stopped_and_what_both_wrote_counts(house, served, tablet, line, centre, clock):
    ready(tablet, line)
    twin = tablet.clone()
    give(tablet, served)
    assert isinstance(twin.replica.give(asked(served)), Event)
    assert tablet.replica.synchronise(line)
    assert twin.replica.synchronise(line)
    assert tablet.replica.synchronise(line)
    assert Dose.objects.count() == 2
    assert {"forked-log", "possible-double"} <= kinds() or {"forked-log", "double-dose"} <= kinds()
    assert Device.objects.get(name=tablet.name).stopped
    assert Balance.objects.get(kind="daily-cabinet").quantity == 988


def test_events_of_strangers_and_forged_ones_are_kept_and_count_for_nothing(
    house, served, tablet, line, centre, clock
):
    ready(tablet, line)
    event = give(tablet, served)
    stranger = tablets.make(house.a.pk, tablet.centre, clock)
    theirs = replace(event, device=stranger.name, incarnation="1", seq=1, previous="")
    forged = replace(event, key="k" * 32)
    offer = tablet.replica.offer()
    wrong = signed(tablet, replace(offer, events=(*offer.events, theirs, forged)))
    answer = receiving.receive(wrong, clock(), missed.locked)
    assert isinstance(answer, Answer)
    assert [verdict for _, verdict in answer.verdicts].count(Verdict.QUARANTINED) == 2
    assert kinds() == {"unknown-device", "bad-signature"}
    assert LogEntry.objects.filter(proven=False).count() == 2
    assert Dose.objects.count() == 1


def test_a_restored_tablet_leaves_days_unaccounted_until_its_paper_is_entered(
    house, served, tablet, line, centre, clock
):
    ready(tablet, line)
    backup = tablet.disk.copy()
    event = give(tablet, served)
    assert isinstance(event.body, events.Dose)
    tablet.put_back(backup)
    assert tablet.replica.synchronise(line)
    assert tablet.replica.synchronise(line)
    row = Device.objects.get(name=tablet.name)
    assert row.unchecked is not None
    assert kinds() == {"unaccounted"}
    assert Incident.objects.get(kind="unaccounted").days == [TODAY]
    assert not tablet.replica.memory.left
    tablet.replica.from_paper(event.key, event.body)
    assert tablet.replica.synchronise(line)
    assert kinds() <= {"permit-mismatch", "outside-permit"}
    with acting(house.head):
        freed = acting_on.check(by=house.head, device=row, entered=True, no_other=False)
    assert freed == 7  # today's too: its dose is known, and nobody else held it meanwhile
    assert tablet.replica.synchronise(line)
    assert len(tablet.replica.memory.left) == 6


def test_who_missed_four_days_gets_no_permit_before_a_doctor_signed_anew(house, tablet, line, centre, clock):
    with acting(house.doctor):
        client = admitted(house.doctor, house.a)
        ordered(house.doctor, client, start=TODAY - timedelta(days=6))
    in_step(tablet, line)
    assert not tablet.replica.memory.permits
    assert tablet.replica.alarm(str(client.pseudonym))


def test_statements_do_not_grow_with_doses(house, tablet, line, centre):
    stocked(house.storekeeper, house.a)
    with acting(house.doctor):
        there = [admitted(house.doctor, house.a, f"Người {n}") for n in range(12)]
        for client in there:
            ordered(house.doctor, client)
    ready(tablet, line)
    counts = []
    for some in (there[:2], there[2:]):
        for client in some:
            give(tablet, client)
        with CaptureQueriesContext(connection) as seen:
            assert tablet.replica.synchronise(line)
        counts.append(len([q for q in seen.captured_queries if "SAVEPOINT" not in q["sql"]]))
    assert counts[1] <= counts[0] + 1, counts
