"""Tablets of the tests: the protocol's own Replica, with real keys, on a line to the centre."""

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from phoihop.programmes.ost.dosing import devices, keys
from phoihop.programmes.ost.rules.replica import Identity, Replica
from phoihop.programmes.ost.rules.replica_memory import Memory, Record
from phoihop.programmes.ost.rules.transport import Answer, Offer

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
