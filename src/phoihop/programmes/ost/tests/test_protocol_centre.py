"""What the centre decides of events, devices and clients, and whole stories: restores, clones, hand-overs."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.rules.centre import (
    DeviceState,
    Freed,
    Known,
    Moved,
    Used,
    adopted,
    after,
    checked,
    effects,
    heard,
    heard_since,
    lapsed,
    recovering,
    verdict,
)
from phoihop.programmes.ost.rules.clocks import DAY, midnight
from phoihop.programmes.ost.rules.permits import ClientFile, Holding, Permit
from phoihop.programmes.ost.rules.replica_refusals import Why
from phoihop.programmes.ost.rules.transport import Held, Offer, Verdict
from phoihop.programmes.ost.tests.simulating import Given, Unit, World
from phoihop.programmes.ost.tests.test_protocol_judging import EIGHT, Log, dose

D = date(2026, 3, 2)
NEXT = D + timedelta(1)
USUAL = Known(proven=True, kept=False, same_key=False, same_place=False, before=("",))


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (USUAL, Verdict.ACCEPTED),
        (replace(USUAL, before=()), Verdict.ACCEPTED),
        (replace(USUAL, kept=True), Verdict.DUPLICATE),
        (replace(USUAL, kept=True, proven=False), Verdict.DUPLICATE),
        (replace(USUAL, proven=False), Verdict.QUARANTINED),
        (replace(USUAL, same_key=True), Verdict.QUARANTINED),
        (replace(USUAL, same_place=True), Verdict.QUARANTINED),
        (replace(USUAL, before=("another",)), Verdict.QUARANTINED),
    ],
)
def test_the_verdict_on_an_event(known: Known, said: Verdict):
    assert verdict(Log().mark(EIGHT), known) is said


def holding(device: str = "a1", number: str = "p1", incarnation: str = "i1", issued: int = 10) -> Holding:
    return Holding(number, "o1", device, incarnation, issued)


OUT = {D: holding(), NEXT: holding()}


def test_a_dose_uses_up_its_day_with_the_device_that_gave_it():
    assert effects(Log().write(dose("c"), EIGHT), stopped=True) == (Used("c", D, "a1", "i1"),)
    assert after(OUT, Used("c", D, "a1", "i1")) == {NEXT: holding()}


@pytest.mark.parametrize("log", [("b1", "i1"), ("a1", "i0")])
def test_who_holds_a_day_goes_on_doing_so_when_another_tells_of_a_dose(log: tuple[str, str]):
    assert after(OUT, Used("c", D, *log)) == OUT


def test_only_the_holder_frees_days_and_only_those_of_its_permit():
    assert after(OUT, Freed("p1", "a1", NEXT, date.max)) == {D: holding()}
    assert after(OUT, Freed("p1", "b1", D, date.max)) == OUT
    assert after(OUT, Freed("p2", "a1", D, date.max)) == OUT


def test_a_hand_over_moves_what_is_held():
    moved = after(OUT, Moved("p1", (NEXT,), "a1", "a2", "j1"))
    assert moved == {D: holding(), NEXT: holding("a2", incarnation="j1")}
    assert after(moved, Moved("p1", (NEXT,), "a1", "a2", "j1")) == moved


def test_a_day_lapses_when_it_is_over_and_its_device_was_heard_of_since():
    assert lapsed(OUT, D, {"a1": D}) == OUT
    assert lapsed(OUT, NEXT, {}) == OUT
    assert lapsed(OUT, NEXT, {"a1": D}) == OUT
    assert lapsed(OUT, NEXT, {"a1": NEXT}) == {NEXT: holding()}


def offer(incarnation: str = "i1", epoch: str = "e1", version: int = 0) -> Offer:
    return Offer("a1", incarnation, epoch, version, "n", (), None, True, b"")


STATE = DeviceState("a1", "A", incarnation="i1", epoch="e1", version=5)


def test_a_new_incarnation_is_unchecked_and_a_former_one_changes_nothing():
    new = heard(STATE, offer("i2"), "e1", 9)
    assert (new.incarnation, new.superseded, new.unchecked) == ("i2", frozenset({"i1"}), 9)
    assert heard(new, offer("i1", version=99), "e1", 99) == new
    assert heard(DeviceState("a1", "A"), offer("i1"), "e1", 0).unchecked is None


def test_only_what_a_device_showed_to_have_taken_counts_as_heard():
    assert heard(STATE, offer(version=4), "e1", 9).version == 5
    assert heard(STATE, offer(version=7), "e1", 9).version == 7
    assert heard(STATE, offer(epoch="e0", version=7), "e1", 9).version == 5
    assert not heard_since(STATE, "e1", 5)
    assert heard_since(STATE, "e1", 4)
    assert not heard_since(STATE, "e2", 4)


def test_a_restored_device_is_checked_when_the_others_were_heard_or_a_person_says_so():
    restored = replace(STATE, unchecked=9)
    idle = DeviceState("a2", "A", incarnation="j1", epoch="e1", version=9)
    with pytest.raises(Refusal) as refused:
        checked(restored, [idle], "e1", no_other_at_work=False)
    assert refused.value.reason == "others-unheard"
    assert checked(restored, [idle], "e1", no_other_at_work=True).unchecked is None
    assert checked(restored, [replace(idle, version=10)], "e1", no_other_at_work=False).unchecked is None


@pytest.mark.parametrize(
    ("restored", "states", "now", "busy"),
    [
        (None, [DeviceState("a", "A")], EIGHT, False),
        (EIGHT, [DeviceState("a", "A", epoch="e2")], EIGHT, False),
        (EIGHT, [DeviceState("a", "A", epoch="e1")], EIGHT, True),
        (EIGHT, [DeviceState("a", "A", epoch="e1", excused=True)], EIGHT, False),
        (EIGHT, [DeviceState("a", "A", epoch="e1")], midnight(D) + 7 * DAY - 1, True),
        (EIGHT, [DeviceState("a", "A", epoch="e1")], midnight(D) + 7 * DAY, False),
    ],
)
def test_how_long_a_centre_recovers(restored: int | None, states: list[DeviceState], now: int, busy: bool):
    assert recovering(restored, states, "e2", now) is busy


def test_of_two_permits_for_a_day_the_later_issued_one_is_live():
    file = ClientFile("c", (), (), {D: holding("b1", "p0", issued=5)}, frozenset({NEXT}), False)
    permit = Permit("e1", "p1", "c", "A", "a1", "o1", "D", Decimal(60), (D, NEXT), 10, b"")
    # The device does not know of the dose of that day yet, and may still use it.
    assert adopted(file, Held(permit, (D, NEXT)), STATE, D) == {D: holding(), NEXT: holding()}
    older = replace(permit, issued=4)
    assert adopted(file, Held(older, (D,)), STATE, D) == file.outstanding
    assert adopted(file, Held(permit, (D,)), STATE, NEXT) == file.outstanding


# Whole stories


@pytest.fixture
def world() -> World:
    """Two sites of two devices, four clients, all devices synchronised, eight in the morning."""
    made = World(3, sites=2, clients=4, real_keys=True)
    made.now += 8 * 3_600
    for _ in range(2):
        for units in made.units.values():
            for unit in units:
                made.now += 5
                made.exchange(unit)
    for units in made.units.values():
        made.open(units[0])
    return made


def unit(world: World, name: str) -> Unit:
    return next(one for units in world.units.values() for one in units if one.name == name)


def holders(world: World, who: str = "c0") -> list[str]:
    return [holding.device for _, holding in sorted(world.centre.t.outstanding[who].items())]


def test_no_two_devices_ever_hold_a_day_through_a_transfer(world: World):
    assert holders(world) == ["s0a"] * 7
    world.transfer(world.clients["c0"], "s1", NEXT)
    world.exchange(unit(world, "s1a"))
    assert holders(world) == ["s0a"] * 7
    world.exchange(unit(world, "s0a"))
    world.exchange(unit(world, "s0a"))
    assert holders(world) == ["s0a"]
    world.exchange(unit(world, "s1a"))
    assert holders(world) == ["s0a"] + ["s1a"] * 6


def test_a_site_cut_off_spends_its_own_days_and_the_guest_site_begins_after_them(world: World):
    world.guest(world.clients["c0"], "s1", NEXT, D + timedelta(20))
    for ahead in range(8):
        world.exchange(unit(world, "s1a"))
        world.open(unit(world, "s1a"))
        world.open(unit(world, "s0a"))
        here = world.visit(world.clients["c0"], unit(world, "s0a"))
        there = world.visit(world.clients["c0"], unit(world, "s1a"))
        assert isinstance(here, Given) is (ahead < 7)
        assert isinstance(there, Given) is (ahead == 7)
        world.now += DAY


def test_after_a_restore_forgotten_permits_are_not_given_out_again(world: World):
    then = world.centre.t.copy()
    client = world.clients["c0"]
    world.transfer(client, "s1", NEXT)
    for name in ("s0a", "s0a", "s1a"):
        world.exchange(unit(world, name))
    assert holders(world) == ["s0a"] + ["s1a"] * 6
    world.now += 60
    # The transfer, the days given back and the permits of s1a are all forgotten; s1 is cut off.
    world.centre.restore(then, "e2")
    for _ in range(3):
        world.exchange(unit(world, "s0a"))
        assert (
            set(unit(world, "s0a").replica.memory.left) & {("c0", NEXT + timedelta(n)) for n in range(6)}
            == set()
        )
    assert isinstance(world.visit(client, unit(world, "s0a")), Given)
    assert world.centre.recovering()
    for name in ("s1a", "s1a", "s0b", "s0b", "s1b", "s1b", "s0a"):
        world.exchange(unit(world, name))
    assert not world.centre.recovering()
    assert holders(world) == ["s1a"] * 6
    world.exchange(unit(world, "s0a"))
    assert ("c0", NEXT) not in unit(world, "s0a").replica.memory.left


def test_days_of_a_restored_device_go_to_nobody_before_people_looked(world: World):
    machine, client = unit(world, "s0a"), world.clients["c0"]
    backup = machine.disk.copy()
    assert isinstance(world.visit(client, machine), Given)
    world.now += 60
    machine.put_back(backup)
    world.transfer(client, "s1", D)
    for name in ("s0a", "s0a", "s1a", "s1a"):
        world.exchange(unit(world, name))
    assert isinstance(world.visit(client, unit(world, "s1a")), Why)
    world.open(machine)
    assert isinstance(world.visit(client, machine), Why)
    world.type_in(machine)
    world.exchange(machine)
    world.centre.check_restored("s0a", no_other_at_work=True)
    world.exchange(unit(world, "s1a"))
    # Today's dose is known now, and every other day is the new site's.
    assert holders(world) == ["s1a"] * 6
    assert isinstance(world.visit(client, unit(world, "s1a")), Why)


def test_a_hand_over_in_the_lost_time_is_waited_for(world: World):
    old, new = unit(world, "s0a"), unit(world, "s0b")
    backup = old.disk.copy()
    assert world.hand_over(old, new) is None
    old.put_back(backup)
    world.exchange(old)
    world.exchange(old)
    with pytest.raises(Refusal):
        world.centre.check_restored("s0a", no_other_at_work=False)
    world.exchange(new)
    world.exchange(new)
    world.centre.check_restored("s0a", no_other_at_work=False)
    assert holders(world) == ["s0b"] * 7


def test_a_cloned_device_is_stopped_once_its_log_splits(world: World):
    machine = unit(world, "s0a")
    twin = machine.clone(same_keys=True, same_boot=True)
    world.units["s0"].append(twin)
    client = world.clients["c0"]
    assert isinstance(world.visit(client, machine), Given)
    world.now += 30
    assert isinstance(world.visit(client, twin), Given)
    world.exchange(machine)
    assert [state.stopped for state in world.centre.t.devices.values()] == [False] * 4
    world.exchange(twin)
    assert world.centre.t.devices["s0a"].stopped
    assert world.centre.waiting("c0")
    world.exchange(machine)
    assert not machine.replica.memory.left
    # What either gives back frees nothing, for the other may still hold it.
    world.exchange(machine)
    assert holders(world, "c2") == ["s0a"] * 7
    world.centre.withdraw("s0a")
    assert holders(world, "c2") == []


def test_after_a_double_dose_nothing_is_given_out_before_a_doctor_answered(world: World):
    client = world.clients["c0"]
    assert isinstance(world.visit(client, unit(world, "s0a")), Given)
    assert isinstance(world.visit(client, unit(world, "s1a"), insist="insisted"), Given)
    for _ in range(6):
        world.now += DAY
        for name in ("s0a", "s1a"):
            world.exchange(unit(world, name))
    assert world.centre.waiting("c0")
    assert unit(world, "s0a").replica.alarm("c0")
    assert len(holders(world)) == 1
    world.centre.doctor_answers("c0")
    world.exchange(unit(world, "s0a"))
    assert len(holders(world)) == 7


def test_an_unknown_device_gets_no_answer_and_its_events_are_kept(world: World):
    stranger = Unit(world, "zz", "s0", frozenset(), 1)
    stranger.replica.open_day(world.today)
    world.visit(world.clients["c0"], stranger, insist="insisted")
    assert world.centre.receive(stranger.replica.offer()) is None
    assert any(event.device == "zz" for event in world.centre.t.events.values())
