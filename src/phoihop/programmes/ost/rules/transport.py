"""What passes between a device and the centre: an offer goes, an answer comes. Either may be lost, doubled,
held up or come in another order; no message does harm when it is taken again or too late."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Protocol

from phoihop.programmes.ost.rules.events import CENTRE, Checker, Event, Revocation, Signer
from phoihop.programmes.ost.rules.events_wire import encoded
from phoihop.programmes.ost.rules.permits import Permit

KEEP_DAYS = 14  # a device keeps events so long after they were acknowledged


class Verdict(StrEnum):
    """What the centre did with an offered event. It keeps it in each case."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True)
class Held:
    """A permit in a device, and the days of it that the device may still use."""

    permit: Permit
    days: tuple[date, ...]


@dataclass(frozen=True)
class Offer:
    """A device shows what it has and asks for what it may do.

    ``epoch`` and ``version``: those of the last answer that it took. ``nonce`` names this offer; the device
    takes an answer to its latest offer only. ``events``: all that no answer acknowledged yet. ``held``: all
    its permits, once in each new epoch, else None. ``asks``: whether it wants new permits.
    """

    device: str
    incarnation: str
    epoch: str
    version: int
    nonce: str
    events: tuple[Event, ...]
    held: tuple[Held, ...] | None
    asks: bool
    signature: bytes

    @cached_property
    def signed(self) -> bytes:
        """The bytes that the signature stands under. Events count by their digests."""
        digests = tuple(event.digest for event in self.events)
        held = None if self.held is None else tuple((one.permit.number, one.days) for one in self.held)
        return b"offer\0" + encoded(
            (self.device, self.incarnation, self.epoch, self.version, self.nonce, digests, held, self.asks)
        )

    def genuine(self, checker: Checker) -> bool:
        """Whether the device that it names signed it."""
        return checker(self.device, self.signed, self.signature)


@dataclass(frozen=True)
class Answer:
    """The centre's answer to one offer, signed.

    ``version`` grows with every answer of an epoch; ``time`` is the centre's clock. ``permits``: all that the
    device may hold from now on, or None: it keeps what it has (it has not shown it in this epoch yet).
    ``spent``: days of its clients on which a dose is known. ``alerts``: clients whom a doctor must see first.
    """

    device: str
    incarnation: str
    epoch: str
    version: int
    nonce: str
    time: int
    verdicts: tuple[tuple[str, Verdict], ...]
    permits: tuple[Permit, ...] | None
    revocations: tuple[Revocation, ...]
    spent: tuple[tuple[str, date], ...]
    alerts: tuple[str, ...]
    active: bool
    signature: bytes

    @cached_property
    def signed(self) -> bytes:
        """The bytes that the signature stands under. Permits, signed themselves, count by their numbers."""
        numbers = None if self.permits is None else tuple(permit.number for permit in self.permits)
        head = (self.device, self.incarnation, self.epoch, self.version, self.nonce, self.time)
        rest = (self.verdicts, numbers, self.revocations, self.spent, self.alerts, self.active)
        return b"answer\0" + encoded((head, rest))

    def genuine(self, checker: Checker) -> bool:
        """Whether the centre signed it."""
        return checker(CENTRE, self.signed, self.signature)


def signed_offer(offer: Offer, signer: Signer) -> Offer:
    """The offer with its device's signature."""
    return replace(offer, signature=signer(offer.signed))


def signed_answer(answer: Answer, signer: Signer) -> Answer:
    """The answer with the centre's signature."""
    return replace(answer, signature=signer(answer.signed))


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a device shows to the one of its site that is to hand over to it; good once."""

    device: str
    incarnation: str
    challenge: str


@dataclass(frozen=True, slots=True)
class Handed:
    """What the old device shows in turn: its signed hand-over event, and the permits that go with it."""

    event: Event
    permits: tuple[Permit, ...]


class Transport(Protocol):
    """The way to the centre. None: no answer came, or it will come late and be handed over then."""

    def exchange(self, offer: Offer, /) -> Answer | None: ...
