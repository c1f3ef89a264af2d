"""F-03 to F-06: a day told again and again in any order, a cloned permit, a hand-over while offline, clocks
that are wrong. What the tables say is held against a control that saw everything once, in order."""

import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone

from phoihop.programmes.ost.actions import devices as acting_on
from phoihop.programmes.ost.dosing import reaching, receiving
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
from phoihop.programmes.ost.rules.clocks import business_date
from phoihop.programmes.ost.rules.events import Event, Opening
from phoihop.programmes.ost.rules.replica_refusals import Why
from phoihop.programmes.ost.rules.transport import Handed, Invitation, Offer
from phoihop.programmes.ost.tests import tablets
from phoihop.programmes.ost.tests.making import TODAY, acting, admitted, ordered, stocked
from phoihop.programmes.ost.tests.tablets import Tablet, asked, enrolled, give, in_step, ready

clock, line, tablet, served = tablets.clock, tablets.line, tablets.tablet, tablets.served
DAY = 86_400


@pytest.fixture
def centre(house):
    with reaching.centre(None):
        yield


def kinds() -> set[str]:
    return set(Incident.objects.filter(gone=False).values_list("kind", flat=True))


def state() -> dict[str, object]:
    """What the tables amount to, whatever way it came about."""
    return {
        "events": set(LogEntry.objects.values_list("digest", flat=True)),
        "doses": set(Dose.objects.values_list("name", "on", "first", "last", "certainty", "outside")),
        "postings": set(Posting.objects.filter(target="client").values_list("key", "quantity")),
        "balances": set(Balance.objects.values_list("facility", "kind", "quantity")),
        "incidents": set(Incident.objects.filter(gone=False).values_list("identity", "kind")),
        "outstanding": set(Outstanding.objects.values_list("person", "day")),
        "days": set(Day.objects.values_list("facility", "day")),
    }


def resigned(tablet: Tablet, offer: Offer, events: tuple[Event, ...], nonce: str) -> Offer:
    bare = replace(offer, events=events, nonce=nonce, held=None, asks=False, signature=b"")
    return replace(bare, signature=tablet.sign(bare.signed))


def test_a_day_of_two_devices_told_ten_times_in_any_order(house, served, tablet, line, centre, clock):
    """F-03."""
    other = enrolled(house, clock, house.b, house.head_b)
    stocked(house.storekeeper, house.b)
    with acting(house.doctor):
        there = [served, *(admitted(house.doctor, house.a, f"Người {n}") for n in range(5))]
        for client in there[1:]:
            ordered(house.doctor, client)
    ready(tablet, line)
    ready(other, line)
    for client in there:
        give(tablet, client)
    give(other, there[0], insist=True)
    slip = tablet.replica.listed(str(there[1].pseudonym), TODAY)
    assert isinstance(slip, Event)
    tablet.replica.from_paper(slip.key, slip.body)
    offers = [(each, each.replica.offer()) for each in (tablet, other)]
    pieces: list[tuple[Tablet, Offer, tuple[Event, ...]]]
    pieces = [(each, offer, (event,)) for each, offer in offers for event in offer.events]
    pieces += [(each, offer, offer.events) for each, offer in offers]

    def told(order: list[int]) -> dict[str, object]:
        with transaction.atomic():
            for count, at in enumerate(order):
                each, offer, events = pieces[at]
                answer = receiving.receive(resigned(each, offer, events, f"n{count}"), clock(), missed.locked)
                assert answer is not None
            found = state()
            transaction.set_rollback(True)
        return found

    control = told([len(pieces) - 2, len(pieces) - 1])
    assert {kind for _, kind in control["incidents"]} == {"outside-permit", "double-dose"}  # type: ignore[attr-defined]
    assert len(control["doses"]) == 7  # type: ignore[arg-type]
    for seed in range(4):
        order = list(range(len(pieces))) * 10 if seed == 0 else list(range(len(pieces)))
        random.Random(seed).shuffle(order)
        assert told(order) == control, seed


def test_a_cloned_permit_used_at_two_sites(house, served, tablet, line, centre, clock):
    """F-04."""
    ready(tablet, line)
    twin = tablet.clone()
    twin.life = tablet.life
    first, second = give(tablet, served), give(twin, served)
    assert first.digest != second.digest
    for each in (tablet, twin, tablet, twin):
        assert each.replica.synchronise(line)
    assert set(Dose.objects.values_list("name", flat=True)) == {first.digest, second.digest}
    assert "forked-log" in kinds()
    assert kinds() & {"double-dose", "possible-double"}
    assert Balance.objects.get(kind="daily-cabinet").quantity == Decimal(988)
    # Nothing new before a doctor answered, on whatever device; the stopped one gets nothing at all.
    with acting(house.head):
        row = Device.objects.select_related("facility").get(name=tablet.name)
        acting_on.withdraw(by=house.head, device=row, in_hand=True)
    fresh = enrolled(house, clock)
    in_step(fresh, line)
    assert not fresh.replica.memory.permits
    assert fresh.replica.alarm(str(served.pseudonym))
    Incident.objects.filter(kind__in=["double-dose", "possible-double"]).update(
        answered_at=timezone.now(), answered_by=house.doctor.account
    )
    in_step(fresh, line)
    days = {day for _, day in fresh.replica.memory.left}
    assert days == {TODAY + timedelta(days=n) for n in range(1, 7)}


def test_a_hand_over_while_both_are_offline(house, served, tablet, line, centre, clock):
    """F-05: the old one refuses at once, the new one gives; the old one's log comes a day after."""
    other = enrolled(house, clock, active=False)
    with acting(house.doctor):
        second = admitted(house.doctor, house.a, "Người Thứ Hai")
        ordered(house.doctor, second)
    for each, mate in ((tablet, other), (other, tablet)):
        each.others = frozenset({mate.name})
        each.start()
    in_step(tablet, other, line)
    assert tablet.replica.open_day(TODAY) is None
    give(tablet, served)
    invited = other.replica.invite()
    assert isinstance(invited, Invitation)
    handed = tablet.replica.hand_over(invited)
    assert isinstance(handed, Handed)
    assert other.replica.take_over(handed) is None
    assert tablet.replica.give(asked(second)) is Why.INACTIVE
    assert other.replica.open_day(TODAY) is None
    assert other.replica.give(asked(served)) is Why.USED
    give(other, second)
    assert other.replica.synchronise(line)
    assert Device.objects.get(active=True, facility=house.a).name == other.name
    # What the old one used of it, its own log has still to tell.
    left = Outstanding.objects.filter(device=tablet.name).values_list("client", "day")
    assert set(left) == {(served.pseudonym, TODAY)}
    assert tablet.replica.synchronise(line)
    assert not tablet.replica.memory.left
    assert not tablet.replica.memory.active
    assert Device.objects.get(active=True, facility=house.a).name == other.name
    assert Dose.objects.count() == 2
    assert not Outstanding.objects.filter(day=TODAY).exists()
    assert kinds() == set()
    assert Balance.objects.get(kind="daily-cabinet").quantity == Decimal(988)


@pytest.mark.parametrize("error", [DAY, -DAY, -1_700_000_000, 7 * 3_600, -7 * 3_600])
def test_wrong_clocks_move_no_dose_to_another_day(house, served, tablet, line, centre, clock, error):
    """F-06: a day ahead, a day behind, 1970, another zone; set while the device was off."""
    ready(tablet, line)
    held = dict(tablet.replica.memory.left)
    tablet.wall_error = error
    clock.ahead += 60
    tablet.start()  # a new boot: nothing but the wall clock tells the time
    why = tablet.replica.why_not(str(served.pseudonym), "methadone", Decimal(60), TODAY)
    assert why in (Why.OTHER_DAY, Why.CLOCK, None)
    event = give(tablet, served, insist=True)
    clock.ahead += 60
    assert tablet.replica.synchronise(line)
    assert tablet.replica.clock_wrong
    assert tablet.replica.synchronise(line)
    dose = Dose.objects.get()
    assert (dose.on, dose.certainty) == (TODAY, "certain")
    assert dose.name == event.digest
    assert (kinds() - {"outside-permit"}) == ({"far-clock"} if abs(error) > 12 * 3_600 else set())
    # No right reaches further than it did.
    assert set(tablet.replica.memory.left) <= set(held)
    last = max(day for days in PermitRow.objects.values_list("days", flat=True) for day in days)
    assert last == TODAY + timedelta(days=6)


def test_a_dose_before_any_time_is_known_is_open_until_the_tablet_synchronises(
    house, served, tablet, line, centre, clock
):
    """F-06: the wall clock says 1970 and nobody told the time since the start: dated by what bounds it."""
    ready(tablet, line)
    tablet.wall_error = -1_700_000_000
    tablet.start()
    event = give(tablet, served, insist=True)
    offer = tablet.replica.offer()
    assert receiving.receive(offer, clock(), missed.locked) is not None
    dose = Dose.objects.get()
    assert dose.certainty == "possible"
    assert "uncertain-date" in kinds()
    assert tablet.replica.synchronise(line)
    assert tablet.replica.synchronise(line)
    dose = Dose.objects.get()
    assert (dose.name, dose.on, dose.certainty) == (event.digest, TODAY, "certain")
    assert "uncertain-date" not in kinds()
    assert Incident.objects.get(kind="uncertain-date").gone


def test_a_day_opened_with_a_clock_a_day_ahead_is_not_the_day_after(
    house, served, tablet, line, centre, clock
):
    ready(tablet, line)
    tablet.wall_error = DAY
    tablet.start()
    tomorrow = business_date(clock()) + timedelta(days=1)
    tablet.replica.count((("L01", Decimal(1000)),), "2")
    assert tablet.replica.open_day(tomorrow) is None  # its clock says so
    assert tablet.replica.give(asked(served, day=tomorrow)) is not Why.USED
    assert tablet.replica.synchronise(line)
    assert tablet.replica.synchronise(line)
    dose = Dose.objects.get()
    assert (dose.on, dose.day) == (TODAY, tomorrow)
    assert {"misdated", "far-clock"} <= kinds()
    assert LogEntry.objects.filter(kind=Opening.KIND).count() == 2
