"""What a device writes into its log: signed, numbered, chained events, each with a key that the device made.

A log belongs to a device and to one *incarnation* of it: a new one begins when the platform says that the
device's memory was put back. Amounts are Decimals, mg to 0.01 and ml to 0.01; days are business dates.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import ClassVar, Protocol

from phoihop.programmes.ost.rules.clocks import Reading
from phoihop.programmes.ost.rules.events_wire import encoded

GIVEN = "given"  # the place that medicine goes to when a client has taken it or carried it away
RETURNED = "returned"  # where what came back in a bottle is kept apart; none of it is given again


class Signer(Protocol):
    """Signs in the name of one device, or of the centre."""

    def __call__(self, data: bytes, /) -> bytes: ...


class Checker(Protocol):
    """Whether a signature is that of a device; the centre goes under the name ``CENTRE``."""

    def __call__(self, name: str, data: bytes, signature: bytes, /) -> bool: ...


CENTRE = ""


@dataclass(frozen=True, slots=True)
class Repeats:
    """Why a second dose of a day was given: the dose with this key was vomited, and a doctor, by name, let
    part of it be given again."""

    dose: str
    doctor: str


@dataclass(frozen=True, slots=True)
class Dose:
    """A dose swallowed before staff. ``day``: the business day that the people at the site say it is;
    ``permit``: the number under which it was given, None with ``outside``. ``repeats``: of a vomited dose
    what is given again; it uses no permit."""

    KIND: ClassVar[str] = "dose"
    client: str
    order: str
    day: date
    drug: str
    mg: Decimal
    ml: Decimal
    batch: str
    place: str
    witness: str
    permit: str | None
    outside: bool
    repeats: Repeats | None = None


@dataclass(frozen=True, slots=True)
class Bottles:
    """Take-home bottles handed out, one for each of ``days``; ``mg`` and ``ml`` are those of one bottle."""

    KIND: ClassVar[str] = "bottles"
    client: str
    order: str
    day: date
    days: tuple[date, ...]
    drug: str
    mg: Decimal
    ml: Decimal
    batch: str
    place: str
    witness: str
    permits: tuple[str, ...]
    outside: bool


@dataclass(frozen=True, slots=True)
class CameBack:
    """What there was of a take-home bottle when somebody of the staff looked: ``mg`` and ``ml`` as measured,
    nought where it is empty, spilt or lost; ``sealed``: nobody had opened it.

    ``bottle`` and ``label`` say which: the key of its hand-out, or of the slip of that, and the day it was
    for. ``place``: where it was received, ``witness``: by whom.
    """

    KIND: ClassVar[str] = "came-back"
    client: str
    bottle: str
    label: date
    day: date
    drug: str
    mg: Decimal
    ml: Decimal
    batch: str
    place: str
    witness: str
    sealed: bool


@dataclass(frozen=True, slots=True)
class Movement:
    """Medicine that moved between two places other than by a dose: receipt, spill, loss found, surplus."""

    KIND: ClassVar[str] = "movement"
    day: date
    batch: str
    source: str
    target: str
    ml: Decimal
    reason: str
    witness: str


@dataclass(frozen=True, slots=True)
class Opening:
    """A person opened a business day."""

    KIND: ClassVar[str] = "opening"
    day: date
    place: str


@dataclass(frozen=True, slots=True)
class Count:
    """What a second person counted at a day's end; closes the day. Says what was seen, moves nothing."""

    KIND: ClassVar[str] = "count"
    day: date
    place: str
    counted: tuple[tuple[str, Decimal], ...]
    by: str


@dataclass(frozen=True, slots=True)
class Return:
    """Days of a permit that the device gave back and will not use."""

    KIND: ClassVar[str] = "return"
    number: str
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Revocation:
    """A permit of which the days from ``first`` on are to be used no more."""

    number: str
    first: date


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Revocations that the device has taken: it holds none of those days now."""

    KIND: ClassVar[str] = "acknowledgement"
    revocations: tuple[Revocation, ...]


@dataclass(frozen=True, slots=True)
class HandOver:
    """A device gave its permits, and with them the right to dispense, to another one of its site.

    ``challenge`` is what the other device showed; ``held`` the days of each permit that go over; ``spent``
    the days of its clients that are used up, as far as it knows, each with whether the centre has
    acknowledged all by which it knows.
    """

    KIND: ClassVar[str] = "hand-over"
    challenge: str
    to_device: str
    to_incarnation: str
    held: tuple[tuple[str, tuple[date, ...]], ...]
    spent: tuple[tuple[str, date, bool], ...]


@dataclass(frozen=True, slots=True)
class TakeOver:
    """A device took what another one handed over; holds the other's signed event as its proof."""

    KIND: ClassVar[str] = "take-over"
    handed: "Event"


@dataclass(frozen=True, slots=True)
class Mark:
    """An answer was taken: from here on its anchor tells the time."""

    KIND: ClassVar[str] = "mark"
    epoch: str
    version: int


@dataclass(frozen=True, slots=True)
class Restart:
    """The device's memory was put back; ``incarnation`` wrote ``seq`` events as far as it remembers, the
    last with this digest."""

    KIND: ClassVar[str] = "restart"
    incarnation: str
    seq: int
    digest: str


@dataclass(frozen=True, slots=True)
class Paper:
    """What was written on a numbered slip while no device could, or is on paper and no longer in a device.

    ``slip``: the key printed on it, which for something that a device once wrote is that event's key.
    """

    KIND: ClassVar[str] = "paper"
    slip: str
    fact: "Told"


Told = Dose | Bottles | CameBack | Movement
Body = (
    Dose
    | Bottles
    | CameBack
    | Movement
    | Opening
    | Count
    | Return
    | Acknowledgement
    | HandOver
    | TakeOver
    | Mark
    | Restart
    | Paper
)
KINDS: tuple[type[Body], ...] = (
    Dose,
    Bottles,
    CameBack,
    Movement,
    Opening,
    Count,
    Return,
    Acknowledgement,
    HandOver,
    TakeOver,
    Mark,
    Restart,
    Paper,
)


@dataclass(frozen=True)
class Event:
    """One entry of a device's log: the ``seq``-th of its incarnation, after the one with digest ``previous``
    ("" before the first)."""

    device: str
    incarnation: str
    seq: int
    key: str
    previous: str
    body: Body
    time: Reading
    signature: bytes

    @cached_property
    def signed(self) -> bytes:
        """The bytes that the signature stands under."""
        return b"event\0" + encoded(replace(self, signature=b""))

    @cached_property
    def digest(self) -> str:
        """What tells this event from any other, content and signature alike."""
        return hashlib.sha256(self.signed + self.signature).hexdigest()

    @property
    def log(self) -> tuple[str, str]:
        """The log it belongs to: device and incarnation."""
        return self.device, self.incarnation

    @property
    def fact(self) -> Told | None:
        """The dose, bottles, returned bottle or movement that it tells of, on paper or not."""
        body = self.body.fact if isinstance(self.body, Paper) else self.body
        return body if isinstance(body, (Dose, Bottles, CameBack, Movement)) else None

    @property
    def lies_under(self) -> str:
        """The key under which it is found: its own, or that of what it tells of. A slip lies under the key
        printed on it, whatever became of a bottle under that of its hand-out."""
        fact = self.fact
        if isinstance(fact, CameBack):
            return fact.bottle
        return self.body.slip if isinstance(self.body, Paper) else self.key


def genuine(event: Event, checker: Checker) -> bool:
    """Whether the device it names signed it, and with it, for a take-over, whether the other device did."""
    if not checker(event.device, event.signed, event.signature):
        return False
    if isinstance(event.body, TakeOver):
        handed = event.body.handed
        return isinstance(handed.body, HandOver) and genuine(handed, checker)
    return True


def signed(event: Event, signer: Signer) -> Event:
    """The event with its signature."""
    made = replace(event, signature=signer(event.signed))
    vars(made)["signed"] = event.signed  # the same bytes: to encode is most of what writing an event costs
    return made
