"""Days of a simulated province: visits, doctors' decisions, and every fault at random."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import partial

from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.rules.clocks import DAY, midnight
from phoihop.programmes.ost.rules.events import Dose, Mark
from phoihop.programmes.ost.rules.permits import Challenge
from phoihop.programmes.ost.rules.replica_refusals import Why
from phoihop.programmes.ost.rules.transport import Answer, Offer
from phoihop.programmes.ost.tests.simulating import Client, Crash, Disk, Unit, World
from phoihop.programmes.ost.tests.simulating_centre import Tables

HOUR = 3_600


@dataclass(frozen=True, slots=True)
class Chances:
    """How often things go wrong: for each site and day, each client and day, or each message."""

    cut_off: float = 0.05
    reboot: float = 0.2
    clock: float = 0.02
    put_back: float = 0.004
    clone: float = 0.002
    hand_over: float = 0.02
    server: float = 0.03  # for each day of the whole province
    crash: float = 0.004  # for each visit and each synchronisation
    absent: float = 0.05
    second_visit: float = 0.006
    insists: float = 0.5
    paper: float = 0.002
    wrong_word: float = 0.02  # of insisted doses: the day that people state is not the day
    order: float = 0.03
    stop: float = 0.0015
    transfer: float = 0.002
    guest: float = 0.004
    bottles: float = 0.02
    back: float = 0.15  # of bottles, on each day till their own
    looked_twice: float = 0.03  # of those that came back: two people write it down
    half_used: float = 0.05  # of bottles, on their day
    mistake: float = 0.01  # of bottles: written down as come back, and drunk
    vomits: float = 0.01  # of doses
    again_twice: float = 0.05  # of those given again: a second time, here or elsewhere
    lost_mail: float = 0.08
    doubled_mail: float = 0.08
    late_mail: float = 0.05
    replayed: float = 0.05


class Days:
    """Runs a world day by day. What it does is decided by the world's seed alone."""

    def __init__(self, world: World, chances: Chances) -> None:
        self.world, self.chances, self.rng = world, chances, world.rng
        self.cut_until: dict[str, int] = {}
        self.server_back: tuple[int, Tables] | None = None
        self.seen_offers: list[tuple[Unit, Offer]] = []
        self.seen_answers: list[tuple[Unit, Answer]] = []

    def chance(self, of: float) -> bool:
        return self.rng.random() < of

    def run(self, days: int) -> None:
        """So many days, and everything healed at their end."""
        for _ in range(days):
            self._day()
        self.world.heal()

    def _day(self) -> None:
        world, rng, c = self.world, self.rng, self.chances
        begin = midnight(world.today)
        world.until(max(world.now, begin + 5 * HOUR))
        plan: list[tuple[int, Callable[[], None]]] = []

        def at(hours: float, what: Callable[[], None]) -> None:
            plan.append((begin + int(hours * HOUR), what))

        for client in world.clients.values():
            self._plan_client(client, at)
        for site in world.units:
            at(6 + rng.random() / 2, partial(self._morning, site))
            for hour in (6.6, 9 + 3 * rng.random(), 17.5):
                at(hour, partial(self._sync_site, site))
            at(17.2, partial(self._evening, site))
            self._plan_faults(site, at)
        if self.chance(c.server):
            back = rng.choice((600, 2 * HOUR, 9 * HOUR))
            hour = 7 + 10 * rng.random()
            at(hour - back / HOUR if hour - back / HOUR > 5.1 else 5.1, self._snapshot)
            at(hour, self._server_put_back)
        for moment, what in sorted(plan, key=lambda one: one[0]):
            world.until(moment)
            what()
        world.until(begin + DAY)

    # Clients and doctors

    def _plan_client(self, client: Client, at: Callable[[float, Callable[[], None]], None]) -> None:
        rng, c = self.rng, self.chances
        if not self.chance(c.absent):
            at(7 + 4 * rng.random(), lambda: self._visit(client))
        if self.chance(c.second_visit):
            at(7 + 10 * rng.random(), lambda: self._second(client))
        if self.chance(c.order):
            at(6 + 10 * rng.random(), lambda: self._new_order(client))
        if self.chance(c.stop):
            at(8 + 8 * rng.random(), lambda: self.world.stop(client))
        if self.chance(c.transfer):
            at(8 + 8 * rng.random(), lambda: self._transfer(client))
        if self.chance(c.guest):
            at(8 + 8 * rng.random(), lambda: self._guest(client))
        at(6.8 + 4 * rng.random(), lambda: self._bring_back(client))
        if self.chance(c.bottles):
            at(11 + rng.random(), lambda: self._bottles(client))
        at(6.1, lambda: self._doctor(client))

    def _new_order(self, client: Client) -> None:
        self.world.new_order(client, client.mg + Decimal(self.rng.choice((-5, 5, 10))) / 2 + 5)

    def _doctor(self, client: Client) -> None:
        if self.world.centre.waiting(client.name) and self.chance(0.7):
            self.world.decide(lambda c: c.doctor_answers(client.name))
        long_ago = client.stopped is not None and client.stopped < self.world.now - 3 * DAY
        if long_ago or self.world.now // DAY % 20 == int(client.name[1:]) % 20:
            self.world.new_order(client)

    def _elsewhere(self, client: Client) -> str:
        return self.rng.choice([site for site in self.world.units if site != client.home])

    def _transfer(self, client: Client) -> None:
        first = self.world.today + timedelta(self.rng.choice((0, 1, 1, 2)))
        self.world.transfer(client, self._elsewhere(client), first)

    def _guest(self, client: Client) -> None:
        first = self.world.today + timedelta(self.rng.choice((0, 1, 1, 2)))
        site = self._elsewhere(client)
        self.world.guest(client, site, first, first + timedelta(self.rng.randrange(6)))
        self._release(client)

    def _release(self, client: Client) -> None:
        """By telephone the home site gives back what it holds, so that the other may have it."""
        world = self.world
        for day, holding in list(world.centre.t.outstanding.get(client.name, {}).items()):
            unit = next((u for us in world.units.values() for u in us if u.name == holding.device), None)
            if unit is None or unit.retired or not self.chance(0.5) or day < world.today:
                continue
            challenge = Challenge(holding.number, unit.name, f"{self.rng.randrange(10**6):06d}", world.now)
            said = unit.replica.release(holding.number, challenge.value)
            if not isinstance(said, Why):
                days, code = said
                assert not world.centre.take_code(challenge, days, f"{int(code) + 1:09d}"[-8:])
                world.centre.take_code(challenge, days, code)

    def _bottles(self, client: Client) -> None:
        unit = self.world.worker(client.place(self.world.today))
        days = tuple(self.world.today + timedelta(ahead) for ahead in range(1, 1 + self.rng.randrange(1, 4)))
        self.world.bottles(client, unit, days)

    def _bring_back(self, client: Client) -> None:
        """Bottles come back full, to where the client goes today; of some it is only said, or said twice."""
        world, c = self.world, self.chances
        for bottle in world.full(client):
            unit = world.worker(client.place(world.today))
            if bottle.drunk:
                if bottle.lied and bottle.day <= world.today:  # the one that was written down as full
                    world.look_at(unit, bottle, part=Decimal(0))
            elif self.chance(c.back):
                world.bring_back(unit, bottle, paper=self.chance(0.1))
                if self.chance(c.looked_twice):
                    other = world.worker(self.rng.choice([client.home, self._elsewhere(client)]))
                    world.look_at(other, bottle, paper=self.chance(0.3))
            elif self.chance(c.mistake) and bottle.day > world.today:
                world.mistake(unit, bottle)
            elif self.chance(c.half_used) and bottle.day == world.today:
                world.half_used(unit, bottle)

    def _visit(self, client: Client) -> None:
        world, c = self.world, self.chances
        unit = world.worker(client.place(world.today))
        if self.chance(c.paper):
            world.on_paper(client, unit)
            self._vomits(unit)
            if self.chance(0.6):
                world.type_in(unit)
            return
        crash = self.rng.choice(("before", "after")) if self.chance(c.crash) else ""
        self._ask(client, unit, 0.25, crash)
        self._vomits(unit)

    def _vomits(self, unit: Unit) -> None:
        """The dose that was given last is vomited, and part of it given again."""
        world, c = self.world, self.chances
        whole = world.truth[-1] if world.truth else None
        if whole is None or whole.at != world.now or not isinstance(whole.fact, Dose):
            return
        if not self.chance(c.vomits):
            return
        for there in [unit, unit, world.worker(self._elsewhere(world.clients[whole.client]))]:
            world.given_again(there, whole, paper=self.chance(0.1))
            if not self.chance(c.again_twice):
                break

    def _second(self, client: Client) -> None:
        """A client asks again, here or elsewhere, or of the twin of the machine."""
        world = self.world
        here = self.rng.choice([client.place(world.today), self._elsewhere(client), *client.known_at[-3:]])
        unit = self.rng.choice([unit for unit in world.units[here] if not unit.retired])
        self._ask(client, unit, self.chances.insists, "")

    def _ask(self, client: Client, unit: Unit, insists: float, crash: str) -> None:
        world = self.world
        twins = [u for u in world.units[unit.site] if u.name == unit.name and not u.retired]
        unit = self.rng.choice(twins) if twins else unit
        done = world.visit(client, unit, crash=crash)
        if isinstance(done, Why) and self.chance(insists):
            stated = world.today
            if self.chance(self.chances.wrong_word):
                stated += timedelta(self.rng.choice((-1, 1)))
            world.visit(client, unit, insist="insisted", stated=stated)

    # Sites

    def _morning(self, site: str) -> None:
        world = self.world
        for unit in world.units[site]:
            if unit.retired:
                continue
            if self.chance(self.chances.reboot):
                unit.reboot()
            if world.open(unit) is not None and self.chance(0.7):
                unit.wall_error = self.rng.randrange(-60, 60)
                world.open(unit)
            world.move(unit, "trader", site, Decimal(2_000)) if self.chance(0.05) else None
            if unit.paper and self.chance(0.3):
                world.type_in(unit)

    def _evening(self, site: str) -> None:
        for unit in self.world.units[site]:
            if not unit.retired:
                unit.replica.count((("b0", Decimal(0)),), "second")
                self.world.move(unit, site, "spilt", Decimal("0.35")) if self.chance(0.05) else None

    def _plan_faults(self, site: str, at: Callable[[float, Callable[[], None]], None]) -> None:
        rng, c, world = self.rng, self.chances, self.world
        if self.chance(c.cut_off):
            length = rng.choice((2 * HOUR, 10 * HOUR, DAY, 3 * DAY, 7 * DAY))
            at(24 * rng.random(), lambda: self.cut_until.update({site: world.now + length}))
        if self.chance(c.clock):
            at(5 + 12 * rng.random(), lambda: self._clock(site))
        if self.chance(c.put_back):
            at(7 + 8 * rng.random(), lambda: self._put_back(site))
        if self.chance(c.clone):
            at(7 + 3 * rng.random(), lambda: self._clone(site))
        if self.chance(c.hand_over):
            at(7 + 5 * rng.random(), lambda: self._hand_over(site))
        if self.chance(c.reboot / 2):
            at(7 + 5 * rng.random(), lambda: world.worker(site).reboot())

    def _clock(self, site: str) -> None:
        unit = self.rng.choice(self.world.units[site])
        wrong = self.rng.choice((DAY, -DAY, -self.world.now, 2 * HOUR, -5 * HOUR, 17, 13 * HOUR))
        unit.wall_error = wrong
        self.world.count["clock set wrong"] += 1
        if self.chance(0.5):
            unit.reboot()
        if self.chance(0.7):
            self.world.post(int(30 * HOUR * self.rng.random()), lambda: setattr(unit, "wall_error", 0))

    def _put_back(self, site: str) -> None:
        """A machine breaks; its memory comes back from a copy made up to two days before."""
        world = self.world
        unit = world.worker(site)
        backup = unit.disk.copy()
        world.post(int(48 * HOUR * self.rng.random()), lambda: self._broken(unit, backup))

    def _broken(self, unit: Unit, backup: Disk) -> None:
        if unit.retired:
            return
        unit.put_back(backup)
        self._recover(unit)

    def _recover(self, unit: Unit) -> None:
        """People synchronise, type in the paper list and tell the centre; until then they try again."""
        world = self.world
        if unit.retired:
            return
        # People do not always look at the paper at once; before they say so to the centre they did.
        if self.chance(0.3):
            world.type_in(unit)
        if not self._online(unit.site) or not (world.exchange(unit) and world.exchange(unit)):
            world.post(2 * HOUR, lambda: self._recover(unit))
            return
        if self.chance(0.5):
            world.post(HOUR, lambda: self._recover(unit))
            return
        world.type_in(unit)
        others = [u for u in world.units[unit.site] if u is not unit and not u.retired]
        at_work = any(other.replica.memory.active or other.name == unit.name for other in others)
        try:
            world.decide(lambda c: c.check_restored(unit.name, no_other_at_work=not at_work))
        except Refusal:
            world.decided.pop()
            world.post(2 * HOUR, lambda: self._recover(unit))
            return
        world.exchange(unit)

    def _clone(self, site: str) -> None:
        world = self.world
        unit = world.worker(site)
        if any(other is not unit and other.name == unit.name for other in world.units[site]):
            return
        twin = unit.clone(same_keys=self.chance(0.5), same_boot=self.chance(0.3))
        world.open(twin)
        world.units[site].append(twin)
        world.post(int(60 * HOUR * self.rng.random()), lambda: self._withdraw(unit.name, site))

    def _withdraw(self, name: str, site: str) -> None:
        """Somebody found that two machines go by one name: both go, and a new one comes."""
        world = self.world
        twins = [unit for unit in world.units[site] if unit.name == name]
        if not self._online(site):
            world.post(3 * HOUR, lambda: self._withdraw(name, site))
            return
        for _ in range(2):
            for unit in twins:
                world.type_in(unit)
                world.exchange(unit)
        for unit in twins:
            unit.retired = True
        world.decide(lambda c: c.withdraw(name))
        new = f"{site}n{next(world.counter)}"
        others = frozenset(unit.name for unit in world.units[site] if not unit.retired)
        unit = world.add_unit(site, new, others)
        world.decide(lambda c: c.activate(site, new))
        for other in world.units[site]:
            if not other.retired and other is not unit:
                identity = other.identity
                other.identity = type(identity)(
                    identity.device, site, identity.secret, identity.others | {new}
                )
                other.reboot()
        world.exchange(unit)
        world.exchange(unit)
        world.open(unit)

    def _hand_over(self, site: str) -> None:
        world = self.world
        there = [unit for unit in world.units[site] if not unit.retired]
        old = world.worker(site)
        new = next((unit for unit in there if unit.name != old.name), None)
        if new is not None and world.hand_over(old, new) is None:
            world.open(new)
            world.count["handed over"] += 1

    # Network and server

    def _online(self, site: str) -> bool:
        return self.cut_until.get(site, 0) <= self.world.now

    def _sync_site(self, site: str) -> None:
        for unit in self.world.units[site]:
            # A machine that lies in a drawer is looked at now and then.
            if not unit.retired and (unit.replica.memory.active or self.chance(0.3)):
                self._sync(unit)
                self.world.post(90, partial(self._again, unit))

    def _again(self, unit: Unit) -> None:
        """A device that has more to say than its mark, or has not shown what it holds, synchronises again."""
        memory = unit.replica.memory
        if not memory.reported or any(not isinstance(e.body, Mark) for e in memory.waiting.values()):
            self._sync(unit)

    def _sync(self, unit: Unit) -> None:
        if unit.retired or not self._online(unit.site):
            return
        offer = unit.replica.offer()
        unit.replica.compact()
        self._send(lambda: self._offered(unit, offer))
        self.seen_offers = [*self.seen_offers[-50:], (unit, offer)]
        if self.chance(self.chances.replayed):
            who, old = self.rng.choice(self.seen_offers)
            self._send(lambda: self._offered(who, old))

    def _send(self, what: Callable[[], None]) -> None:
        c, rng = self.chances, self.rng
        if self.chance(c.lost_mail):
            return
        for _ in range(1 + self.chance(c.doubled_mail)):
            delay = rng.randrange(1, 20)
            if self.chance(c.late_mail):
                delay = rng.choice((60, 300, 3 * HOUR, 30 * HOUR))
            self.world.post(delay, what)

    def _offered(self, unit: Unit, offer: Offer) -> None:
        if not self._online(unit.site):
            return
        answer = self.world.centre.receive(offer)
        if answer is None:
            return
        self._send(lambda: self._answered(unit, answer))
        self.seen_answers = [*self.seen_answers[-50:], (unit, answer)]
        if self.chance(self.chances.replayed):
            who, old = self.rng.choice(self.seen_answers)
            self._send(lambda: self._answered(who, old))

    def _answered(self, unit: Unit, answer: Answer) -> None:
        if not self._online(unit.site):
            return
        unit.disk.cut = self.rng.choice(("before", "after")) if self.chance(self.chances.crash) else None
        try:
            unit.replica.take(answer)
        except Crash:
            self.world.count["crashed"] += 1
            unit.reboot()
        finally:
            unit.disk.cut = None

    def _snapshot(self) -> None:
        self.server_back = (self.world.now, self.world.centre.t.copy())

    def _server_put_back(self) -> None:
        """The server comes back as it was; what people decided since, they decide again."""
        world = self.world
        if self.server_back is None:
            return
        then, tables = self.server_back
        self.server_back = None
        world.centre.restore(tables, f"e{next(world.counter)}")
        world.count["server put back"] += 1
        for what in [what for moment, what in world.decided if moment >= then]:
            try:
                what(world.centre)
            except Refusal:
                pass
