"""A world in which everything goes wrong: nothing is lost, nothing invented, and no double dose is silent."""

import random
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.rules.clocks import DAY
from phoihop.programmes.ost.rules.events import Dose
from phoihop.programmes.ost.rules.incidents import NEED_A_DOCTOR
from phoihop.programmes.ost.rules.permits import Challenge
from phoihop.programmes.ost.rules.replica_refusals import Why
from phoihop.programmes.ost.rules.transport import Answer, Offer
from phoihop.programmes.ost.tests.simulating import Client, Crash, Disk, Unit, World
from phoihop.programmes.ost.tests.simulating_centre import Centre
from phoihop.programmes.ost.tests.simulating_days import Chances, Days
from phoihop.programmes.ost.tests.simulating_truth import Figures, figures, judged, same

HOUR = 3_600
ANY = st.integers(0, 10**6)

# Every fault many times as often as in a province: a small world must meet them all.
ROUGH = Chances(
    second_visit=0.05,
    clone=0.006,
    put_back=0.02,
    server=0.15,
    clock=0.1,
    guest=0.02,
    transfer=0.01,
    hand_over=0.06,
    cut_off=0.15,
    bottles=0.08,
    back=0.25,
    looked_twice=0.1,
    mistake=0.05,
    half_used=0.2,
)


def run(seed: int, *, days: int, sites: int, clients: int, chances: Chances) -> tuple[World, Figures]:
    world = World(seed, sites=sites, clients=clients, real_keys=True)
    Days(world, chances).run(days)
    return world, figures(world, judged(world))


def rebuilt(world: World, seed: int) -> Centre:
    """A centre that hears everything again, in any order and some of it twice."""
    events = list(world.centre.t.events.values())
    rng = random.Random(seed)
    events += rng.sample(events, len(events) // 10)
    rng.shuffle(events)
    again = Centre(lambda: world.now, world.keys.signer(""), world.keys.check)
    for name, state in world.centre.t.devices.items():
        again.enrol(name, state.site, b"")
    for at in range(0, len(events), 7):
        new, _ = again._keep(events[at : at + 7])
        again._judge(new)
    return again


def test_a_small_world_ends_sound_in_any_order_of_arrival():
    world, found = run(1, days=8, sites=4, clients=40, chances=ROUGH)
    assert found.sound, found.examples
    assert found.doses > 200
    assert found.doubles > 0
    assert found.instead > 0
    usual = judged(world)
    for seed in range(3):
        assert same(judged(world, random.Random(seed)), usual)
    again = rebuilt(world, 1)
    assert set(again.t.events) == set(world.centre.t.events)
    known = {i.identity for i in usual.incidents if i.kind in NEED_A_DOCTOR}
    assert known <= {identity for found in again.t.found.values() for identity in found}


@pytest.mark.long
@pytest.mark.parametrize("seed", range(4))
def test_twenty_thousand_doses_end_sound(seed: int):
    world, found = run(seed, days=35, sites=10, clients=280, chances=ROUGH)
    assert found.sound, found.examples
    assert found.doses > 4_500
    assert same(judged(world, random.Random(seed)), judged(world))


class Protocol(RuleBasedStateMachine):
    """Everything that people, machines and networks may do, in any order."""

    @initialize(seed=ANY)
    def begin(self, seed: int) -> None:
        self.world = World(seed, sites=2, clients=3, real_keys=False)
        self.world.now += 8 * HOUR
        self.offers: list[tuple[Unit, Offer]] = []
        self.answers: list[tuple[Unit, Answer]] = []
        self.backups: list[tuple[Unit, Disk]] = []
        self.cloned: set[str] = set()
        self.server = self.world.centre.t.copy()
        self.server_at = self.world.now
        for units in self.world.units.values():
            for unit in units:
                self.world.exchange(unit)
                self.world.exchange(unit)
            self.world.open(units[0])

    def unit(self, pick: int) -> Unit:
        units = [unit for there in self.world.units.values() for unit in there]
        return units[pick % len(units)]

    def client(self, pick: int) -> Client:
        return list(self.world.clients.values())[pick % len(self.world.clients)]

    @rule(seconds=st.sampled_from([30, 600, 5 * HOUR, DAY, DAY]))
    def time_passes(self, seconds: int) -> None:
        self.world.until(self.world.now + seconds)
        for units in self.world.units.values():
            for unit in units:
                self.world.open(unit)

    @rule(who=ANY, where=ANY, crash=st.sampled_from(["", "", "before", "after"]))
    def visit(self, who: int, where: int, crash: str) -> None:
        self.world.now += 20
        self.world.visit(self.client(who), self.unit(where), crash=crash)

    @rule(who=ANY, where=ANY)
    def insist(self, who: int, where: int) -> None:
        self.world.now += 20
        self.world.visit(self.client(who), self.unit(where), insist="insisted")

    @rule(who=ANY, where=ANY)
    def paper(self, who: int, where: int) -> None:
        self.world.on_paper(self.client(who), self.unit(where))

    @rule(who=ANY, where=ANY, first=st.integers(1, 3), count=st.integers(1, 3), insist=st.booleans())
    def hand_out(self, who: int, where: int, first: int, count: int, insist: bool) -> None:
        self.world.now += 20
        days = tuple(self.world.today + timedelta(ahead) for ahead in range(first, first + count))
        self.world.bottles(self.client(who), self.unit(where), days, insist="insisted" if insist else "")

    @rule(who=ANY, where=ANY, which=ANY, paper=st.booleans())
    def bring_back(self, who: int, where: int, which: int, paper: bool) -> None:
        self.world.now += 5
        if full := [each for each in self.world.full(self.client(who)) if not each.drunk]:
            self.world.bring_back(self.unit(where), full[which % len(full)], paper=paper)

    @rule(who=ANY, where=ANY, which=ANY)
    def bring_back_half_used(self, who: int, where: int, which: int) -> None:
        self.world.now += 5
        if full := [each for each in self.world.full(self.client(who)) if not each.said]:
            self.world.half_used(self.unit(where), full[which % len(full)])

    @rule(who=ANY, where=ANY, which=ANY, part=st.sampled_from([Decimal(1), Decimal("0.5"), Decimal(0)]))
    def say_more_of_a_bottle(self, who: int, where: int, which: int, part: Decimal) -> None:
        self.world.now += 5
        if back := [each for each in self.world.out[self.client(who).name] if each.back]:
            self.world.look_at(self.unit(where), back[which % len(back)], part=part)

    @rule(who=ANY, where=ANY, which=ANY)
    def mistake_a_bottle(self, who: int, where: int, which: int) -> None:
        self.world.now += 5
        if full := [each for each in self.world.full(self.client(who)) if not each.said]:
            self.world.mistake(self.unit(where), full[which % len(full)])

    @rule(which=ANY, where=ANY, paper=st.booleans())
    def give_again(self, which: int, where: int, paper: bool) -> None:
        self.world.now += 5
        if doses := [each for each in self.world.truth if isinstance(each.fact, Dose)]:
            whole = doses[which % len(doses)]
            there = self.world.units[whole.site] if where % 4 else [self.unit(where)]
            self.world.given_again(there[0], whole, paper=paper)

    @rule(where=ANY)
    def type_in(self, where: int) -> None:
        self.world.type_in(self.unit(where))

    @rule(where=ANY)
    def synchronise(self, where: int) -> None:
        self.world.now += 3
        self.world.exchange(self.unit(where))

    @rule(where=ANY)
    def send(self, where: int) -> None:
        unit = self.unit(where)
        self.offers.append((unit, unit.replica.offer()))

    @rule(which=ANY)
    def deliver_an_offer_perhaps_again(self, which: int) -> None:
        if self.offers:
            unit, offer = self.offers[which % len(self.offers)]
            answer = self.world.centre.receive(offer)
            if answer is not None:
                self.answers.append((unit, answer))

    @rule(which=ANY, cut=st.sampled_from([None, None, "before", "after"]))
    def deliver_an_answer_perhaps_again(self, which: int, cut: str | None) -> None:
        if self.answers:
            unit, answer = self.answers[which % len(self.answers)]
            unit.disk.cut = cut
            try:
                unit.replica.take(answer)
            except Crash:
                unit.reboot()
            unit.disk.cut = None

    @rule(where=ANY)
    def reboot(self, where: int) -> None:
        self.unit(where).reboot()

    @rule(where=ANY, wrong=st.sampled_from([0, 0, DAY, -DAY, -1_700_000_000, 2 * HOUR]))
    def set_a_clock(self, where: int, wrong: int) -> None:
        self.unit(where).wall_error = wrong

    @rule(where=ANY)
    def back_up(self, where: int) -> None:
        unit = self.unit(where)
        self.backups.append((unit, unit.disk.copy()))

    @rule(which=ANY)
    def put_back(self, which: int) -> None:
        if self.backups:
            unit, backup = self.backups[which % len(self.backups)]
            unit.put_back(backup)

    @rule(where=ANY, same_keys=st.booleans(), same_boot=st.booleans())
    def clone(self, where: int, same_keys: bool, same_boot: bool) -> None:
        unit = self.unit(where)
        if len(self.cloned) < 2 and unit.name not in self.cloned:
            self.cloned.add(unit.name)
            self.world.units[unit.site].append(unit.clone(same_keys=same_keys, same_boot=same_boot))

    @rule(where=ANY)
    def people_checked(self, where: int) -> None:
        unit = self.unit(where)
        self.world.type_in(unit)
        self.world.exchange(unit)
        there = self.world.units[unit.site]
        alone = not any(one is not unit and one.replica.memory.active for one in there)
        try:
            self.world.centre.check_restored(unit.name, no_other_at_work=alone)
        except Refusal:
            pass

    @rule(site=ANY)
    def hand_over(self, site: int) -> None:
        units = self.world.units[f"s{site % 2}"]
        old = self.world.worker(f"s{site % 2}")
        new = next(unit for unit in units if unit.name != old.name)
        if self.world.hand_over(old, new) is None:
            self.world.open(new)

    @rule(who=ANY, site=ANY, ahead=st.integers(0, 2))
    def transfer(self, who: int, site: int, ahead: int) -> None:
        first = self.world.today.fromordinal(self.world.today.toordinal() + ahead)
        self.world.transfer(self.client(who), f"s{site % 2}", first)

    @rule(who=ANY, wrong=st.booleans())
    def release(self, who: int, wrong: bool) -> None:
        world = self.world
        for holding in list(world.centre.t.outstanding.get(self.client(who).name, {}).values())[:1]:
            unit = next(u for there in world.units.values() for u in there if u.name == holding.device)
            said = unit.replica.release(holding.number, "424242")
            if not isinstance(said, Why):
                challenge = Challenge(holding.number, unit.name, "242424" if wrong else "424242", world.now)
                assert world.centre.take_code(challenge, *said) is not wrong

    @rule(who=ANY)
    def stop_and_order_anew(self, who: int) -> None:
        self.world.stop(self.client(who))
        self.world.new_order(self.client(who))

    @rule(who=ANY)
    def doctor(self, who: int) -> None:
        self.world.decide(lambda c: c.doctor_answers(self.client(who).name))

    @rule()
    def back_up_the_server(self) -> None:
        self.server, self.server_at = self.world.centre.t.copy(), self.world.now

    @rule()
    def put_back_the_server(self) -> None:
        world = self.world
        world.centre.restore(self.server, f"e{next(world.counter)}")
        for moment, what in world.decided:
            if moment >= self.server_at:
                what(world.centre)

    @invariant()
    def nobody_holds_a_day_twice(self) -> None:
        """Of one incarnation that works alone, no other machine has the right to a client's day as well."""
        if not hasattr(self, "world") or self.cloned or self.backups:
            return
        held: set[tuple[str, object]] = set()
        for units in self.world.units.values():
            for unit in units:
                for at in unit.replica.memory.left:
                    assert at not in held
                    held.add(at)

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.heal()
            judgement = judged(self.world)
            found = figures(self.world, judgement)
            if self.cloned or self.backups:
                found.unforced = 0
            assert found.sound, found
            assert same(judged(self.world, random.Random(0)), judgement)


Protocol.TestCase.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
TestProtocol = Protocol.TestCase
