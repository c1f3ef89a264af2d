"""A small world for the dose protocol: devices with bad clocks, a network that loses and doubles,
people who insist, and a truth that records what was really swallowed, outside the protocol."""

import heapq
import itertools
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from phoihop.programmes.ost.rules.clocks import DAY, business_date, midnight
from phoihop.programmes.ost.rules.events import (
    CENTRE,
    GIVEN,
    RETURNED,
    Bottles,
    CameBack,
    Dose,
    Event,
    Movement,
    Repeats,
    Told,
)
from phoihop.programmes.ost.rules.permits import Order
from phoihop.programmes.ost.rules.replica import Asked, Identity, Replica
from phoihop.programmes.ost.rules.replica_memory import Memory, Record
from phoihop.programmes.ost.rules.replica_refusals import Why
from phoihop.programmes.ost.rules.transport import Answer, Handed, Offer
from phoihop.programmes.ost.tests.simulating_centre import Centre
from phoihop.programmes.ost.tests.simulating_keys import Keys

START = midnight(date(2026, 3, 2))
MG_PER_ML = 10
DRUG = "D"


class Crash(Exception):
    """The power went."""


class Disk:
    """A journal in memory that can be copied, put back, and cut off before or after a record is durable."""

    def __init__(self) -> None:
        self.base = Memory()
        self.records: list[Record] = []
        self.cut: str | None = None

    def load(self) -> Memory:
        memory = self.base.copy()
        for record in self.records:
            memory.apply(record)
        return memory

    def append(self, record: Record) -> None:
        cut, self.cut = self.cut, None
        if cut == "before":
            raise Crash
        self.records.append(record)
        if cut == "after":
            raise Crash

    def compact(self, memory: Memory) -> None:
        self.base, self.records = memory, []

    def copy(self) -> "Disk":
        made = Disk()
        made.base, made.records = self.base, list(self.records)
        return made


@dataclass(frozen=True, slots=True)
class Given:
    """A dose that was swallowed, or a bottle that will be, on its day: the truth. ``name``: key and digest of
    the event, or the slip's key."""

    client: str
    site: str
    day: date
    at: int
    key: str
    digest: str
    fact: Told
    cause: str


@dataclass
class Bottle:
    """A bottle for one day, and what really became of it. ``back``: it came back full; ``drunk``: it did not,
    though somebody may have written so (``lied``). ``said``: ml by the key of each record of it."""

    given: Given
    day: date
    back: bool = False
    drunk: bool = False
    lied: bool = False
    said: dict[str, Decimal] = field(default_factory=dict)

    @property
    def fact(self) -> Bottles:
        assert isinstance(self.given.fact, Bottles)
        return self.given.fact


class Unit:
    """A machine at a site. Two of them may go by one name: a clone."""

    def __init__(self, world: "World", name: str, site: str, others: frozenset[str], seed: int) -> None:
        self.world, self.name, self.site = world, name, site
        self.identity = Identity(name, site, name.encode(), others)
        self.disk = Disk()
        self.keys = random.Random(seed)
        self.incarnation_id = f"{name}.1"
        self.wall_error = 0
        self.booted_at = world.now
        self.boot_id = f"{name}.{next(world.counter)}"
        self.paper: list[Given] = []
        self.untyped: set[str] = set()
        self.retired = False
        self.put_back_at = 0
        self.replica = self._started()

    def _started(self) -> Replica:
        return Replica(self.identity, self, self.disk, self.world.keys.check)

    def incarnation(self) -> str:
        return self.incarnation_id

    def clocks(self) -> tuple[int, int, str]:
        return self.world.now + self.wall_error, self.world.now - self.booted_at, self.boot_id

    def new_key(self) -> str:
        return f"{self.keys.getrandbits(128):032x}"

    def sign(self, data: bytes) -> bytes:
        return self.world.keys.signer(self.name)(data)

    def reboot(self) -> None:
        self.disk.cut = None
        self.booted_at = self.world.now
        self.boot_id = f"{self.name}.{next(self.world.counter)}"
        self.replica = self._started()

    def put_back(self, backup: Disk) -> None:
        """The memory is replaced by an older one, and the platform knows it."""
        self.disk = backup.copy()
        self.put_back_at = self.world.now
        self.world.count["device put back"] += 1
        self.incarnation_id = f"{self.name}.{next(self.world.counter)}"
        self.reboot()

    def clone(self, *, same_keys: bool, same_boot: bool) -> "Unit":
        self.world.count["cloned"] += 1
        twin = Unit.__new__(Unit)
        twin.__dict__.update(self.__dict__)
        twin.disk, twin.paper, twin.untyped = self.disk.copy(), [], set()
        twin.keys = random.Random()
        twin.keys.setstate(self.keys.getstate())
        if not same_keys:
            twin.keys.seed(next(self.world.counter))
        if same_boot:
            twin.replica = twin._started()
        else:
            twin.reboot()
        return twin


@dataclass
class Client:
    """A person as the world knows him: the dose of his order, and where he goes on a day."""

    name: str
    home: str
    mg: Decimal
    order: str = ""
    visits: dict[date, str] = field(default_factory=dict)
    stopped: int | None = None
    known_at: list[str] = field(default_factory=list)

    def place(self, day: date) -> str:
        return self.visits.get(day, self.home)


@dataclass(frozen=True, slots=True)
class Line:
    """A way to the centre that works."""

    centre: Centre

    def exchange(self, offer: Offer) -> Answer | None:
        return self.centre.receive(offer)


class World:
    """Sites with two machines each, clients, a centre, a network, and the truth."""

    def __init__(self, seed: int, *, sites: int, clients: int, real_keys: bool) -> None:
        self.rng = random.Random(seed)
        self.counter = itertools.count(1)
        self.now = START
        self.keys = Keys(real=real_keys)
        self.centre = Centre(lambda: self.now, self.keys.signer(CENTRE), self.keys.check)
        self.units: dict[str, list[Unit]] = {}
        self.clients: dict[str, Client] = {}
        self.truth: list[Given] = []
        self.out: dict[str, list[Bottle]] = defaultdict(list)
        self.stock: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        self.decided: list[tuple[int, Callable[[Centre], None]]] = []
        self.mail: list[tuple[int, int, Callable[[], None]]] = []
        self.count: Counter[str] = Counter()
        self.refused: Counter[Why] = Counter()
        for number in range(sites):
            site = f"s{number}"
            self.units[site] = []
            names = (f"{site}a", f"{site}b")
            for name in names:
                self.add_unit(site, name, frozenset(names) - {name})
            self.decide(partial(Centre.activate, site=site, device=f"{site}a"))
        for number in range(clients):
            self._admit(f"c{number}", f"s{number % sites}")

    @property
    def today(self) -> date:
        return business_date(self.now)

    def add_unit(self, site: str, name: str, others: frozenset[str]) -> Unit:
        self.decide(lambda c: c.enrol(name, site, name.encode()))
        unit = Unit(self, name, site, others, next(self.counter))
        self.units[site].append(unit)
        for _ in range(2):
            self.exchange(unit)  # a device is enrolled where there is a network
        return unit

    def decide(self, what: Callable[[Centre], None]) -> None:
        """Do something at the centre, and remember it: what a restore forgets, people do again."""
        self.decided.append((self.now, what))
        what(self.centre)

    def _admit(self, name: str, home: str) -> None:
        client = self.clients[name] = Client(name, home, Decimal(self.rng.randrange(10, 241)) / 2)
        client.known_at.append(home)
        self.decide(partial(Centre.transfer, client=name, site=home, first=self.today))
        self.new_order(client)

    def new_order(self, client: Client, mg: Decimal | None = None) -> None:
        client.mg = mg or client.mg
        client.order = f"o{next(self.counter)}"
        client.stopped = None
        order = Order(client.order, DRUG, client.mg, self.today, self.today + timedelta(29))
        self.decide(lambda c: c.order(client.name, order))

    def stop(self, client: Client) -> None:
        client.stopped = self.now
        self.decide(partial(Centre.stop, client=client.name, number=client.order, at=self.now))

    def transfer(self, client: Client, site: str, first: date) -> None:
        client.home = site
        client.known_at.append(site)
        self.decide(lambda c: c.transfer(client.name, site, first))

    def guest(self, client: Client, site: str, first: date, last: date) -> None:
        client.known_at.append(site)
        for ahead in range((last - first).days + 1):
            client.visits[first + timedelta(ahead)] = site
        self.decide(lambda c: c.guest(client.name, site, first, last))

    # At a site

    def worker(self, site: str) -> Unit:
        """The machine that people use: the one that may dispense, else the first."""
        there = [unit for unit in self.units[site] if not unit.retired]
        return next((unit for unit in there if unit.replica.memory.active), there[0])

    def open(self, unit: Unit) -> Why | None:
        if unit.replica.memory.opened not in (None, self.today):
            unit.replica.count((), "second")
        return unit.replica.open_day(self.today)

    def asked(self, unit: Unit, client: Client, day: date) -> Asked:
        number = unit.replica.memory.left.get((client.name, day))
        permit = unit.replica.memory.permits[number] if number else None
        mg = permit.mg if permit else client.mg
        ml = (mg / MG_PER_ML).quantize(Decimal("0.01"))
        batch = f"b{self.now // (20 * DAY) % 2}"
        return Asked(client.name, client.order, day, DRUG, mg, ml, batch, "w")

    def visit(
        self, client: Client, unit: Unit, *, insist: str = "", stated: date | None = None, crash: str = ""
    ) -> Given | Why:
        """A client asks for today's dose. ``insist``: why it is given whatever the device says."""
        day = stated or self.today
        asked = self.asked(unit, client, day)
        unit.disk.cut = crash or None
        try:
            done = unit.replica.give(asked, insist=bool(insist))
        except Crash:
            self.count["crashed"] += 1
            unit.reboot()
            self.open(unit)
            # People look at the list: what is on it is handed to the client, what is not is done again.
            listed = unit.replica.listed(client.name, day)
            known = {given.digest for given in self.truth[-50:]}
            if listed is not None and listed.digest not in known:
                done = listed
            else:
                done = unit.replica.give(asked, insist=bool(insist))
        finally:
            unit.disk.cut = None
        if isinstance(done, Why):
            self.refused[done] += 1
            return done
        outside = isinstance(done.body, Dose) and done.body.outside
        twins = sum(other.name == unit.name for other in self.units[unit.site])
        return self.swallowed(unit, done, insist if outside else "clone" if twins > 1 else "permit")

    def given_again(self, unit: Unit, whole: Given, *, paper: bool = False) -> None:
        """A dose was vomited; half of it is given again at the same place, by a doctor's word."""
        told = whole.fact
        assert isinstance(told, Dose)
        ml = (told.ml / 2).quantize(Decimal("0.01"))
        repeats = Repeats(whole.key, "doctor")
        if paper:
            half = replace(told, mg=ml * MG_PER_ML, ml=ml, day=self.today, place=unit.site)
            self._slip(unit, replace(half, permit=None, outside=True, repeats=repeats))
            return
        asked = Asked(
            told.client, told.order, self.today, told.drug, ml * MG_PER_ML, ml, told.batch, told.witness
        )
        self.swallowed(unit, unit.replica.give_again(asked, repeats), "again")

    def swallowed(self, unit: Unit, event: Event, cause: str) -> Given:
        fact = event.fact
        assert fact is not None
        client = "" if isinstance(fact, Movement) else fact.client
        given = Given(client, unit.site, self.today, self.now, event.key, event.digest, fact, cause)
        if isinstance(fact, Bottles):
            self.out[client] += [Bottle(given, day) for day in fact.days]
        self._record(unit, given)
        return given

    def _record(self, unit: Unit, given: Given) -> None:
        unit.paper.append(given)
        self.truth.append(given)
        fact = given.fact
        if isinstance(fact, Movement):
            self.stock[fact.source, fact.batch] -= fact.ml
            self.stock[fact.target, fact.batch] += fact.ml
        elif not isinstance(fact, CameBack):  # World._look_at moves what came back
            ml = fact.ml * (len(fact.days) if isinstance(fact, Bottles) else 1)
            self.stock[given.site, fact.batch] -= ml
            self.stock[GIVEN, fact.batch] += ml
        self.count[given.cause] += 1

    def bottles(self, client: Client, unit: Unit, days: tuple[date, ...], *, insist: str = "") -> Given | Why:
        done = unit.replica.hand_out(self.asked(unit, client, self.today), days, insist=bool(insist))
        if isinstance(done, Why):
            return done
        outside = isinstance(done.body, Bottles) and done.body.outside
        return self.swallowed(unit, done, insist if outside else "bottles")

    def full(self, client: Client) -> list[Bottle]:
        """The bottles that somebody still has, full."""
        return [one for one in self.out[client.name] if not one.back and (one.day >= self.today)]

    def bring_back(self, unit: Unit, bottle: Bottle, *, paper: bool = False) -> None:
        """A bottle comes back as it was handed out."""
        bottle.back = True
        self.count["brought back"] += 1
        self.look_at(unit, bottle, paper=paper)

    def half_used(self, unit: Unit, bottle: Bottle) -> None:
        """Somebody drank from a bottle, and brings the rest."""
        bottle.drunk = True
        self.count["brought back half used"] += 1
        self.look_at(unit, bottle, part=Decimal("0.5"))

    def mistake(self, unit: Unit, bottle: Bottle) -> None:
        """Somebody writes that a bottle came back full that did not: it will be drunk."""
        bottle.lied = bottle.drunk = True
        self.count["written down by mistake"] += 1
        self.look_at(unit, bottle)

    def look_at(self, unit: Unit, bottle: Bottle, *, part: Decimal = Decimal(1), paper: bool = False) -> None:
        """Write down what there is of a bottle, as a part of it; on paper it is typed in later."""
        told = bottle.fact
        ml = (told.ml * part).quantize(Decimal("0.01"))
        fact = CameBack(
            client=told.client,
            bottle=bottle.given.key,
            label=bottle.day,
            day=self.today,
            drug=told.drug,
            mg=told.mg if part == 1 else ml * MG_PER_ML,
            ml=ml,
            batch=told.batch,
            place=unit.site,
            witness="w",
            sealed=part == 1,
        )
        before = max(bottle.said.values(), default=Decimal(0))
        if paper:
            given = self._slip(unit, fact)
        else:
            given = self.swallowed(unit, unit.replica.take_back(fact), "looked at")
        bottle.said[given.key] = ml
        moved = max(bottle.said.values()) - before
        self.stock[GIVEN, told.batch] -= moved
        self.stock[RETURNED, told.batch] += moved

    def move(self, unit: Unit, source: str, target: str, ml: Decimal) -> None:
        batch = f"b{self.rng.randrange(2)}"
        event = unit.replica.move(Movement(self.today, batch, source, target, ml, "r", "w"))
        self.swallowed(unit, event, "movement")

    def on_paper(self, client: Client, unit: Unit) -> Given:
        """A dose is given with a slip; nothing is typed in yet."""
        asked = self.asked(unit, client, self.today)
        fact = Dose(
            client.name,
            asked.order,
            self.today,
            DRUG,
            asked.mg,
            asked.ml,
            asked.batch,
            unit.site,
            "w",
            None,
            True,
        )
        return self._slip(unit, fact)

    def _slip(self, unit: Unit, fact: Dose | CameBack) -> Given:
        """Something is written on a slip; it is typed in later."""
        slip = f"p{next(self.counter)}"
        given = Given(fact.client, unit.site, self.today, self.now, slip, "", fact, "paper")
        unit.untyped.add(slip)
        self._record(unit, given)
        return given

    def type_in(self, unit: Unit) -> None:
        """Enter slips, and of what the machine wrote before it was put back every line that it lacks."""
        known = {getattr(e.body, "slip", e.key) for e, _ in unit.replica.memory.log.values()}
        since = self.now - 12 * DAY
        unit.paper = [given for given in unit.paper if given.at > since or given.key in unit.untyped]
        for given in unit.paper:
            if given.key in known or (given.digest and given.at > unit.put_back_at):
                continue
            # Whatever day was told to a machine, the paper list bears the day on which it was written.
            fact = replace(given.fact, day=given.day) if isinstance(given.fact, Dose) else given.fact
            unit.replica.from_paper(given.key, fact)
            unit.untyped.discard(given.key)
            self.count["typed in"] += 1

    def hand_over(self, old: Unit, new: Unit) -> Handed | Why | None:
        invitation = new.replica.invite()
        if isinstance(invitation, Why):
            return invitation
        handed = old.replica.hand_over(invitation)
        return handed if isinstance(handed, Why) else new.replica.take_over(handed)

    # Network

    def post(self, after: int, what: Callable[[], None]) -> None:
        heapq.heappush(self.mail, (self.now + after, next(self.counter), what))

    def until(self, moment: int) -> None:
        """Let time pass, and deliver what arrives."""
        while self.mail and self.mail[0][0] <= moment:
            at, _, what = heapq.heappop(self.mail)
            self.now = max(self.now, at)
            what()
        self.now = max(self.now, moment)

    def exchange(self, unit: Unit) -> bool:
        """Synchronise over a good line."""
        return unit.replica.synchronise(Line(self.centre))

    # At the end

    def heal(self) -> None:
        """Everything that still lies about is typed in and synchronised; empty bottles come back."""
        self.until(max((at for at, _, _ in self.mail), default=self.now))
        for bottle in [each for those in self.out.values() for each in those]:
            if bottle.lied and len(bottle.said) == 1:
                self.look_at(self.worker(bottle.given.site), bottle, part=Decimal(0))
        for _ in range(4):
            for units in self.units.values():
                for unit in units:
                    self.now += 2
                    unit.disk.cut = None
                    self.type_in(unit)
                    self.exchange(unit)
            self.now += 600
