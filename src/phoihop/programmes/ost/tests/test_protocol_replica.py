"""A site's device: what it refuses, what it still records, and what it does after crashes, restores and
answers that are not for it."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from phoihop.programmes.ost.rules.clocks import DAY
from phoihop.programmes.ost.rules.events import Acknowledgement, Dose, Event, Mark, Restart, Return
from phoihop.programmes.ost.rules.permits import Challenge
from phoihop.programmes.ost.rules.replica_refusals import REFUSALS, Why
from phoihop.programmes.ost.rules.transport import KEEP_DAYS, Answer, Handed, Invitation, Offer, Verdict
from phoihop.programmes.ost.tests.simulating import Client, Crash, Given, Unit, World

HOUR = 3_600


@pytest.fixture
def world() -> World:
    """Two sites of two devices, four clients, eight in the morning; the first devices have permits."""
    made = World(7, sites=2, clients=4, real_keys=True)
    made.now += 8 * HOUR
    for units in made.units.values():
        for _ in range(2):
            made.now += 5
            assert made.exchange(units[0])
        assert made.open(units[0]) is None
    return made


def unit(world: World, name: str = "s0a") -> Unit:
    return next(one for units in world.units.values() for one in units if one.name == name)


def client(world: World, name: str = "c0") -> Client:
    return world.clients[name]


def given(world: World, who: str = "c0", device: str = "s0a", **how: Any) -> Given | Why:
    return world.visit(client(world, who), unit(world, device), **how)


def answered(world: World, offer: Offer) -> Answer:
    answer = world.centre.receive(offer)
    assert answer is not None
    return answer


def invited(machine: Unit) -> Invitation:
    invitation = machine.replica.invite()
    assert isinstance(invitation, Invitation)
    return invitation


def test_a_dose_is_given_once(world: World):
    assert isinstance(given(world), Given)
    assert given(world) is Why.USED


def test_the_next_day_has_its_own_dose(world: World):
    given(world)
    world.now += DAY
    assert given(world) is Why.OTHER_DAY or world.open(unit(world)) is None
    world.open(unit(world))
    assert isinstance(given(world), Given)


def test_what_a_device_refuses(world: World):
    assert given(world, "c1") is Why.NO_PERMIT
    assert given(world, device="s0b") is Why.INACTIVE
    stranger = Unit(world, "s0c", "s0", frozenset(), 1)
    assert world.visit(client(world), stranger) is Why.MUST_SYNCHRONISE
    replica = unit(world).replica
    asked = world.asked(unit(world), client(world), world.today)
    assert replica.give(replace(asked, mg=asked.mg + 1)) is Why.OTHER_AMOUNT
    assert replica.give(replace(asked, drug="E")) is Why.OTHER_AMOUNT
    assert replica.give(replace(asked, day=world.today + timedelta(1))) is Why.DAY_NOT_OPEN
    assert replica.count((("b0", Decimal(5)),), "second") is None
    assert given(world) is Why.DAY_NOT_OPEN
    assert replica.count((), "second") is Why.DAY_NOT_OPEN


def test_a_day_opens_only_after_the_one_before_was_counted_and_on_its_own_day(world: World):
    replica = unit(world).replica
    world.now += DAY
    assert replica.open_day(world.today) is Why.DAY_NOT_COUNTED
    replica.count((), "second")
    assert replica.open_day(world.today + timedelta(1)) is Why.OTHER_DAY
    assert replica.open_day(world.today) is None
    assert replica.open_day(world.today) is None


def test_a_clock_before_what_certainly_passed_is_not_believed(world: World):
    machine = unit(world)
    machine.wall_error = -world.now
    machine.reboot()
    assert given(world) is Why.CLOCK
    machine.replica.count((), "second")
    assert machine.replica.open_day(world.today) is Why.CLOCK
    assert machine.replica.now() is None


def test_a_clock_set_wrong_while_the_device_runs_changes_nothing_but_the_banner(world: World):
    machine = unit(world)
    machine.wall_error = DAY
    assert isinstance(given(world), Given)
    world.exchange(machine)
    assert machine.replica.clock_wrong
    assert not machine.replica.offer().asks


def test_what_a_person_insists_on_is_recorded_and_marked(world: World):
    assert isinstance(given(world), Given)
    second = given(world, insist="insisted")
    assert isinstance(second, Given)
    assert isinstance(second.fact, Dose)
    assert second.fact.outside
    assert second.fact.permit is None


@pytest.mark.parametrize("crash", ["before", "after"])
def test_a_crash_neither_loses_nor_doubles_a_dose(world: World, crash: str):
    assert isinstance(given(world, crash=crash), Given)
    machine = unit(world)
    doses = [event for event, _ in machine.replica.memory.log.values() if isinstance(event.body, Dose)]
    assert len(doses) == 1
    assert given(world) is Why.USED


def test_a_crash_while_an_answer_is_taken_leaves_it_taken_or_not(world: World):
    machine = unit(world)
    given(world)
    for cut in ("before", "after"):
        answer = answered(world, machine.replica.offer())
        machine.disk.cut = cut
        with pytest.raises(Crash):
            machine.replica.take(answer)
        machine.reboot()
        assert not machine.replica.take(answer)
    assert world.exchange(machine)
    lacking = [
        e for digest, (e, _) in machine.replica.memory.log.items() if digest not in world.centre.t.events
    ]
    assert [type(event.body) for event in lacking] == [Mark]


def test_only_the_answer_to_the_latest_offer_is_taken(world: World):
    machine = unit(world)
    first = answered(world, machine.replica.offer())
    second = answered(world, machine.replica.offer())
    before = machine.replica.memory.copy()
    for wrong in (
        first,
        replace(second, device="s1a"),
        replace(second, incarnation="other"),
        replace(second, time=second.time + DAY),
        replace(second, permits=()),
    ):
        assert not machine.replica.take(wrong)
    assert machine.replica.memory == before
    assert machine.replica.take(second)
    assert not machine.replica.take(second)


def test_an_answer_that_comes_late_is_taken_but_tells_no_time(world: World):
    machine = unit(world)
    anchor = machine.replica.memory.anchor
    answer = answered(world, machine.replica.offer())
    world.now += 3 * HOUR
    assert machine.replica.take(answer)
    assert machine.replica.memory.anchor == anchor


def test_nothing_is_forgotten_that_was_not_acknowledged_or_within_a_fortnight(world: World):
    machine = unit(world)
    dose = given(world)
    assert isinstance(dose, Given)
    for _ in range(KEEP_DAYS + 3):
        world.now += DAY
        answer = answered(world, machine.replica.offer())
        machine.replica.take(replace(answer, verdicts=(), signature=b""))  # no signature: not taken
    assert dose.digest in machine.replica.memory.waiting
    assert world.exchange(machine)
    world.now += (KEEP_DAYS - 1) * DAY
    world.exchange(machine)
    assert dose.digest in machine.replica.memory.log
    world.now += 2 * DAY
    world.exchange(machine)
    assert dose.digest not in machine.replica.memory.log


def test_an_acknowledgement_of_another_content_is_none(world: World):
    machine = unit(world)
    given(world)
    offer = machine.replica.offer()
    garbled = replace(offer.events[-1], signature=b"\0" * 64)
    _, verdicts = world.centre._keep([garbled])
    assert verdicts[0][1] is Verdict.QUARANTINED
    answer = answered(world, offer)
    assert dict(answer.verdicts)[offer.events[-1].digest] is Verdict.ACCEPTED
    assert garbled.digest not in machine.replica.memory.waiting


def test_a_restored_device_gives_nothing_before_it_synchronised_and_people_checked(world: World):
    machine = unit(world)
    backup = machine.disk.copy()
    lost = given(world)
    machine.put_back(backup)
    assert given(world) is Why.MUST_SYNCHRONISE
    (restart,) = [e for e, _ in machine.replica.memory.log.values() if isinstance(e.body, Restart)]
    assert (restart.seq, restart.previous) == (1, "")
    for _ in range(2):
        world.exchange(machine)
        world.open(machine)
    assert isinstance(given(world), Why)
    world.type_in(machine)
    world.exchange(machine)
    world.centre.check_restored("s0a", no_other_at_work=True)
    world.exchange(machine)
    world.open(machine)
    assert given(world) is Why.USED
    assert isinstance(given(world, "c2"), Given)
    assert isinstance(lost, Given)


def test_a_hand_over_moves_the_right_to_dispense_without_the_centre(world: World):
    old, new = unit(world), unit(world, "s0b")
    for _ in range(2):
        world.exchange(new)
    given(world)
    assert world.hand_over(old, new) is None
    world.open(new)
    assert given(world, "c2") is Why.INACTIVE
    assert given(world, "c2", "s0b") is not Why.INACTIVE
    assert given(world, "c0", "s0b") is Why.USED
    assert world.hand_over(new, old) is None
    assert given(world, "c2", "s0b") is Why.INACTIVE


def test_a_hand_over_is_good_once_and_for_one_device(world: World):
    old, new, other = unit(world), unit(world, "s0b"), unit(world, "s1a")
    for _ in range(2):
        world.exchange(new)
    assert old.replica.hand_over(invited(other)) is Why.NOT_FOR_THIS_DEVICE
    handed = old.replica.hand_over(invited(new))
    assert isinstance(handed, Handed)
    assert old.replica.hand_over(invited(new)) is Why.INACTIVE
    # A newer invitation was made: the one that was answered is good no longer.
    assert new.replica.take_over(handed) is Why.NOT_FOR_THIS_DEVICE


def test_an_invitation_ends_with_an_offer_and_with_a_restore(world: World):
    old, new = unit(world), unit(world, "s0b")
    for _ in range(2):
        world.exchange(new)
    handed = old.replica.hand_over(invited(new))
    assert isinstance(handed, Handed)
    backup = new.disk.copy()
    new.replica.offer()
    assert new.replica.take_over(handed) is Why.NOT_FOR_THIS_DEVICE
    new.put_back(backup)
    assert new.replica.take_over(handed) is Why.MUST_SYNCHRONISE
    assert new.replica.invite() is Why.MUST_SYNCHRONISE


def test_a_hand_over_must_be_genuine(world: World):
    old, new = unit(world), unit(world, "s0b")
    for _ in range(2):
        world.exchange(new)
    handed = old.replica.hand_over(invited(new))
    assert isinstance(handed, Handed)
    forged = replace(handed.event, signature=b"\0" * 64)
    assert new.replica.take_over(replace(handed, event=forged)) is Why.NOT_GENUINE
    larger = tuple(replace(permit, mg=permit.mg + 1) for permit in handed.permits)
    assert new.replica.take_over(replace(handed, permits=larger)) is Why.NOT_GENUINE
    assert new.replica.take_over(replace(handed, permits=())) is Why.NOT_GENUINE
    assert new.replica.take_over(handed) is None


def test_a_release_by_telephone_gives_back_what_is_left(world: World):
    machine = unit(world)
    given(world)
    number = next(n for n, p in machine.replica.memory.permits.items() if p.client == "c0")
    challenge = Challenge(number, "s0a", "424242", world.now)
    said = machine.replica.release(number, challenge.value)
    assert not isinstance(said, Why)
    days, code = said
    assert min(days) == world.today + timedelta(1)
    assert machine.replica.release(number, challenge.value) == said
    assert isinstance(list(machine.replica.memory.log.values())[-1][0].body, Return)
    assert not world.centre.take_code(challenge, days[:1], code)
    assert world.centre.take_code(challenge, days, code)
    world.transfer(client(world), "s1", world.today + timedelta(1))
    world.exchange(unit(world, "s1a"))
    world.now += DAY
    for name in ("s0a", "s1a"):
        world.open(unit(world, name))
    assert given(world) is Why.NO_PERMIT
    assert isinstance(given(world, device="s1a"), Given)
    assert machine.replica.release("unknown", "1") is Why.NO_PERMIT


def test_a_stop_reaches_the_device_and_is_acknowledged(world: World):
    machine = unit(world)
    world.stop(client(world))
    assert world.centre.t.outstanding["c0"]
    world.exchange(machine)
    assert given(world) is Why.REVOKED
    bodies = [event.body for event in machine.replica.memory.waiting.values()]
    assert any(isinstance(body, Acknowledgement) for body in bodies)
    assert world.centre.t.outstanding["c0"]
    world.exchange(machine)
    assert not world.centre.t.outstanding["c0"]


def test_bottles_use_up_their_days(world: World):
    machine = unit(world)
    days = (world.today + timedelta(1), world.today + timedelta(2))
    assert isinstance(world.bottles(client(world), machine, days), Given)
    assert world.bottles(client(world), machine, days[:1]) is Why.USED
    world.now += DAY
    world.open(machine)
    assert given(world) is Why.USED
    with pytest.raises(ValueError, match="days to come"):
        world.bottles(client(world), machine, (world.today,))


def brought_back(world: World, machine: Unit) -> None:
    """A bottle for the next day, handed out and brought back full the next morning, both told of."""
    (day,) = days = (world.today + timedelta(1),)
    assert isinstance(world.bottles(client(world), machine, days), Given)
    world.exchange(machine)
    world.now += DAY
    world.open(machine)
    (bottle,) = world.full(client(world))
    assert bottle.day == day
    world.bring_back(machine, bottle)


def test_the_day_of_a_bottle_that_came_back_is_given_under_a_new_permit_only(world: World):
    machine = unit(world)
    brought_back(world, machine)
    number = max(machine.replica.memory.permits)
    assert given(world) is Why.USED
    world.exchange(machine)
    dose = given(world)
    assert isinstance(dose, Given)
    assert isinstance(dose.fact, Dose)
    assert dose.fact.permit not in (None, number)
    assert given(world) is Why.USED


def test_a_dose_that_the_centre_does_not_know_of_yet_keeps_a_new_permit_out(world: World):
    machine = unit(world)
    brought_back(world, machine)
    answer = answered(world, machine.replica.offer())
    assert isinstance(given(world, insist="insisted"), Given)
    assert machine.replica.take(answer)
    assert any(world.today in permit.days for permit in answer.permits or () if permit.client == "c0")
    assert given(world) is Why.USED
    world.exchange(machine)
    assert given(world) is Why.USED


def test_who_hands_over_says_which_spent_days_the_centre_knows_of(world: World):
    old, new = unit(world), unit(world, "s0b")
    world.exchange(new)
    world.exchange(new)
    assert isinstance(given(world), Given)
    world.exchange(old)
    days = (world.today + timedelta(1),)
    assert isinstance(world.bottles(client(world), old, days), Given)
    assert world.hand_over(old, new) is None
    known = {at[1]: new.replica.memory.known_to_the_centre(at) for at in new.replica.memory.spent}
    assert known == {world.today: True, days[0]: False}


def test_returned_days_are_gone(world: World):
    replica = unit(world).replica
    number = replica.memory.left["c0", world.today]
    days = replica.memory.days_left(number)
    assert isinstance(replica.give_back(number, days[1:]), Event)
    assert replica.memory.days_left(number) == days[:1]
    assert replica.give_back(number, days[1:]) is Why.NO_PERMIT


def test_every_refusal_has_words_in_both_languages():
    assert set(REFUSALS) == set(Why)
    assert all(words.vi and words.en for words in REFUSALS.values())
