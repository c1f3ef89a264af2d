"""Tablets of the tests: the protocol's own Replica, with real keys, on a line to the centre."""

import itertools
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from phoihop.base.org.models import Facility
from phoihop.base.org.rules.permissions import Viewer
from phoihop.programmes.ost.actions import devices as acting_on
from phoihop.programmes.ost.dosing import centres, devices, keys, reaching, receiving
from phoihop.programmes.ost.queries import missed
from phoihop.programmes.ost.rules.events import Event
from phoihop.programmes.ost.rules.replica import Asked, Identity, Replica
from phoihop.programmes.ost.rules.replica_memory import Memory, Record
from phoihop.programmes.ost.rules.transport import Answer, Offer
from phoihop.programmes.ost.tests.making import TODAY, House, acting, admitted, ordered, stocked
from phoihop.registry.models import Client

_boots = itertools.count(1)


class Disk:
    """A journal in memory that can be copied and put back."""

    def __init__(self, records: Iterable[Record] = ()) -> None:
        self.base, self.records = Memory(), list(records)

    def load(self) -> Memory:
        memory = self.base.copy()
        for record in self.records:
            memory.apply(record)
        return memory

    def append(self, record: Record, /) -> None:
        self.records.append(record)

    def compact(self, memory: Memory, /) -> None:
        self.base, self.records = memory, []

    def copy(self) -> "Disk":
        made = Disk(self.records)
        made.base = self.base
        return made


@dataclass
class Tablet:
    """One machine: its key, clocks, journal and the replica that works on them. ``now`` tells the true time;
    ``wall_error`` is what its wall clock is wrong by."""

    key: Ed25519PrivateKey
    site: int
    centre: bytes
    now: Callable[[], int]
    secret: bytes = b""
    others: frozenset[str] = frozenset()
    disk: Disk = field(default_factory=Disk)
    life: str = "1"
    wall_error: int = 0
    booted_at: int = 0
    boot: str = ""
    replica: Replica = field(init=False)

    def __post_init__(self) -> None:
        self.start()

    @property
    def public(self) -> bytes:
        return self.key.public_key().public_bytes_raw()

    @property
    def name(self) -> str:
        return devices.name_of(self.public)

    def start(self) -> None:
        """Switch on, after a crash or not."""
        self.booted_at, self.boot = self.now(), f"{self.name}.{next(_boots)}"
        identity = Identity(self.name, str(self.site), self.secret, self.others)
        self.replica = Replica(identity, self, self.disk, self._check)

    def put_back(self, disk: Disk) -> None:
        """The memory is replaced by an older one, and the platform knows it."""
        self.disk, self.life = disk.copy(), f"{self.life}+"
        self.start()

    def clone(self) -> "Tablet":
        """Another machine with the same key and memory, of which the platform does not know."""
        given: dict[str, Any] = {
            name: getattr(self, name) for name in ("key", "site", "centre", "now", "secret", "others", "life")
        }
        return Tablet(**given, disk=self.disk.copy())

    # The platform

    def incarnation(self) -> str:
        return self.life

    def clocks(self) -> tuple[int, int, str]:
        now = self.now()
        return now + self.wall_error, now - self.booted_at, self.boot

    def new_key(self) -> str:
        return uuid4().hex

    def sign(self, data: bytes, /) -> bytes:
        return self.key.sign(data)

    def _check(self, name: str, data: bytes, signature: bytes, /) -> bool:
        if name == "":
            return keys.genuine(self.centre, data, signature)
        public = known.get(name)
        return public is not None and keys.genuine(public, data, signature)


known: dict[str, bytes] = {}  # public keys of all tablets made, which each of a site was told at enrolment


def make(site: int, centre: bytes, now: Callable[[], int], **more: Any) -> Tablet:
    """A new tablet, not enrolled yet."""
    tablet = Tablet(Ed25519PrivateKey.generate(), site, centre, now, **more)
    known[tablet.name] = tablet.public
    return tablet


@dataclass(frozen=True)
class Line:
    """A way to the centre that works, within this process."""

    receive: Callable[[Offer], Answer | None]

    def exchange(self, offer: Offer, /) -> Answer | None:
        return self.receive(offer)


# Fixtures, which test modules take by name


class Clock:
    """The true time, which tests move."""

    def __init__(self) -> None:
        self.ahead = 0

    def __call__(self) -> int:
        return int(time.time()) + self.ahead


@pytest.fixture
def clock() -> Clock:
    """The true time."""
    return Clock()


@pytest.fixture
def line(clock: Clock) -> Line:
    """A way to the centre."""
    return Line(lambda offer: receiving.receive(offer, clock(), missed.locked))


@pytest.fixture
def tablet(house: House, clock: Clock) -> Tablet:
    """An enrolled, active tablet of facility A."""
    return enrolled(house, clock)


def enrolled(
    house: House,
    clock: Clock,
    facility: Facility | None = None,
    head: Viewer | None = None,
    *,
    active: bool = True,
) -> Tablet:
    """A tablet of a site, A if none is named, and its active one."""
    facility, head = facility or house.a, head or house.head
    with reaching.centre(None):
        public = bytes(centres.the_centre(clock()).public)
    made = make(facility.pk, public, clock)
    with acting(head):
        got = acting_on.enrol(by=head, facility=facility, public=made.public.hex(), label="Máy 1")
        if active:
            acting_on.make_active(by=head, device=got.device)
    made.secret = bytes.fromhex(got.secret)
    made.start()
    return made


@pytest.fixture
def served(house: House) -> Client:
    """A client of facility A with an order of 60 mg, and a litre in the cabinet."""
    client = admitted(house.doctor, house.a)
    ordered(house.doctor, client)
    stocked(house.storekeeper, house.a)
    return client


def asked(client: Client, day: date = TODAY, mg: int = 60, batch: str = "L01", **more: Any) -> Asked:
    """A dose that somebody is about to give."""
    given: dict[str, Any] = {
        "client": str(client.pseudonym),
        "order": str(uuid4()),
        "day": day,
        "drug": "methadone",
        "mg": Decimal(mg),
        "ml": Decimal(mg) / 10,
        "batch": batch,
        "witness": "1",
    }
    return Asked(**{**given, **more})


def ready(tablet: Tablet, line: Any) -> None:
    """Synchronised (the first answer tells the epoch, the next one gives permits), and the day open."""
    in_step(tablet, line)
    assert tablet.replica.open_day(TODAY) is None


def in_step(*some: Any) -> None:
    """Synchronised twice; the last of the arguments is the line."""
    *machines, line = some
    for machine in machines:
        assert machine.replica.synchronise(line)
        assert machine.replica.synchronise(line)


def give(tablet: Tablet, client: Client, **more: Any) -> Event:
    """A dose that is given."""
    found = tablet.replica.give(asked(client), **more)
    assert isinstance(found, Event), found
    return found
