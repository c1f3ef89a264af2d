"""What a device keeps: the records of its journal, and the memory that they add up to.

Each record is written whole or not at all; the memory after a crash is what the records written by then
make of it, and nothing that is not in it was ever shown to a person as saved.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Protocol

from phoihop.programmes.ost.rules.clocks import DAY, Anchor, Reading, business_date
from phoihop.programmes.ost.rules.events import (
    Bottles,
    Count,
    Dose,
    Event,
    HandOver,
    Opening,
    Paper,
    Return,
    Revocation,
    TakeOver,
)
from phoihop.programmes.ost.rules.permits import Permit
from phoihop.programmes.ost.rules.transport import KEEP_DAYS, Answer, Handed


@dataclass(frozen=True, slots=True)
class Wrote:
    """Events were written; with a take-over, the permits that came with it."""

    events: tuple[Event, ...]
    handed: Handed | None = None


@dataclass(frozen=True, slots=True)
class Took:
    """An answer was taken, and these events written. ``anchor``: the time it told, if it came in time."""

    answer: Answer
    anchor: Anchor | None
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Began:
    """A new incarnation began."""

    incarnation: str
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Invited:
    """A challenge was shown to the other device, or (None) is good no longer."""

    challenge: str | None


Record = Wrote | Took | Began | Invited


ELSEWHERE = ""  # stands for what another device wrote and the centre had not acknowledged to it


class Journal(Protocol):
    """The device's durable store. ``append`` returns once the record would survive a cut of the power;
    ``compact`` puts a memory in the place of all records it is made of, whole or not at all."""

    def load(self) -> "Memory": ...

    def append(self, record: Record, /) -> None: ...

    def compact(self, memory: "Memory", /) -> None: ...


@dataclass
class Memory:
    """The state of a device.

    ``log``: events by digest in the order written, with the centre's time at which each was acknowledged
    (None: not yet). ``left``: the permit's number for each client and day that may still be used. ``spent``:
    the days that are used up, each with the digests of the device's own records by which it knows, and
    ``ELSEWHERE`` (nothing of both: by the centre's word). ``low``: a moment that certainly has passed, as of
    the last event.
    """

    incarnation: str = ""
    must_synchronise: bool = True
    active: bool = False
    epoch: str = ""
    version: int = 0
    reported: bool = False
    seq: int = 0
    head: str = ""
    log: dict[str, tuple[Event, int | None]] = field(default_factory=dict)
    waiting: dict[str, Event] = field(default_factory=dict)
    permits: dict[str, Permit] = field(default_factory=dict)
    left: dict[tuple[str, date], str] = field(default_factory=dict)
    spent: dict[tuple[str, date], frozenset[str]] = field(default_factory=dict)
    revoked: set[tuple[str, date]] = field(default_factory=set)
    returned: dict[str, tuple[date, ...]] = field(default_factory=dict)
    alerts: frozenset[str] = frozenset()
    anchor: Anchor | None = None
    opened: date | None = None
    challenge: str | None = None
    low: int = 0
    last: Reading | None = None

    def copy(self) -> "Memory":
        """A memory of its own with the same content."""
        return replace(
            self,
            log=dict(self.log),
            waiting=dict(self.waiting),
            permits=dict(self.permits),
            left=dict(self.left),
            spent=dict(self.spent),
            revoked=set(self.revoked),
            returned=dict(self.returned),
        )

    def apply(self, record: Record) -> None:
        """Take in a record."""
        match record:
            case Wrote(events, handed):
                for event in events:
                    self._wrote(event)
                if handed is not None:
                    self.permits.update((permit.number, permit) for permit in handed.permits)
                    if isinstance(handed.event.body, HandOver):
                        self.hold(handed.event.body.held)
            case Took(answer, anchor, events):
                self._took(answer, anchor)
                for event in events:
                    self._wrote(event)
                self._forget(answer.time)
            case Began(incarnation, events):
                self._began(incarnation)
                for event in events:
                    self._wrote(event)
            case Invited(challenge):
                self.challenge = challenge

    def floor(self, reading: Reading) -> int:
        """The latest moment that certainly has passed when the clocks show this."""
        low = self.low
        if self.last is not None and self.last.boot == reading.boot:
            low += max(0, reading.counter - self.last.counter)
        if reading.anchor is not None:
            low = max(low, reading.anchor.server + (reading.since or 0))
        return low

    def days_left(self, number: str) -> tuple[date, ...]:
        """The days of a permit that may still be used."""
        return tuple(sorted(day for (_, day), found in self.left.items() if found == number))

    def _wrote(self, event: Event) -> None:
        self.low = self.floor(event.time)
        self.last = event.time
        self.seq, self.head = event.seq, event.digest
        self.log[event.digest] = (event, None)
        self.waiting[event.digest] = event
        body = event.body.fact if isinstance(event.body, Paper) else event.body
        match body:
            case Dose():
                self._spend(body.client, [body.day], event.digest)
            case Bottles():
                self._spend(body.client, body.days, event.digest)
            case Opening():
                self.opened = body.day
            case Count():
                self.opened = None
            case Return():
                self._drop(body.number, body.days)
                self.returned[body.number] = body.days
            case HandOver():
                self.active = False
                for number, days in body.held:
                    self._drop(number, days)
            case TakeOver(handed):
                self.active, self.challenge = True, None
                if isinstance(handed.body, HandOver):
                    for client, day, known in handed.body.spent:
                        self._spend(client, [day], *(() if known else (ELSEWHERE,)))
            case _:
                pass

    def _revoke(self, revocation: Revocation) -> None:
        permit = self.permits.get(revocation.number)
        gone = [day for day in self.days_left(revocation.number) if day >= revocation.first]
        if permit is not None:
            self.revoked.update((permit.client, day) for day in gone)
        self._drop(revocation.number, gone)

    def _spend(self, client: str, days: Iterable[date], *by: str) -> None:
        for day in days:
            self.spent[client, day] = self.spent.get((client, day), frozenset()) | {*by}
            self.left.pop((client, day), None)

    def known_to_the_centre(self, at: tuple[str, date]) -> bool:
        """Whether the centre has acknowledged every record by which the device knows a day to be used up."""
        return all(digest != ELSEWHERE and digest not in self.waiting for digest in self.spent.get(at, ()))

    def _drop(self, number: str, days: Iterable[date]) -> None:
        permit = self.permits.get(number)
        for day in days if permit is not None else ():
            if permit is not None and self.left.get((permit.client, day)) == number:
                del self.left[permit.client, day]

    def hold(self, held: Iterable[tuple[str, tuple[date, ...]]]) -> None:
        """Days of known permits may be used from now on, unless they are spent."""
        for number, days in held:
            permit = self.permits[number]
            for day in days:
                if day in permit.days and (permit.client, day) not in self.spent:
                    self.left[permit.client, day] = number

    def _took(self, answer: Answer, anchor: Anchor | None) -> None:
        for digest, _ in answer.verdicts:
            if digest in self.log:
                self.log[digest] = (self.log[digest][0], answer.time)
                self.waiting.pop(digest, None)
        if anchor is not None:
            self.anchor = anchor
        if answer.epoch != self.epoch:
            # The centre lost what it knew: show it everything again, and keep what is in hand till then.
            self.epoch, self.version, self.reported = answer.epoch, answer.version, False
            self.waiting = {digest: event for digest, (event, _) in self.log.items()}
            return
        self.version = answer.version
        self.active = answer.active
        self.alerts = frozenset(answer.alerts)
        if answer.permits is None:
            return
        self.reported, self.must_synchronise = True, False
        for client, day in answer.spent:
            self._spend(client, [day])
        for revocation in answer.revocations:
            self._revoke(revocation)
        allowed = {permit.number for permit in answer.permits}
        self.left = {at: number for at, number in self.left.items() if number in allowed}
        fresh = [permit for permit in answer.permits if permit.number not in self.permits]
        self.permits.update((permit.number, permit) for permit in fresh)
        for at in [(permit.client, day) for permit in fresh for day in permit.days]:
            # The centre weighed all of it, and gives the day out: the bottle for it came back full.
            if at in self.spent and self.known_to_the_centre(at):
                del self.spent[at]
        self.hold((permit.number, permit.days) for permit in fresh)

    def _began(self, incarnation: str) -> None:
        self.incarnation, self.must_synchronise, self.active = incarnation, True, False
        self.reported, self.challenge, self.opened = False, None, None
        self.seq, self.head = 0, ""
        self.left.clear()

    def _forget(self, now: int) -> None:
        """Leave out what is older than anybody will ask for. Nothing that was not acknowledged."""
        for digest, (_, known) in list(self.log.items()):
            if known is None or known > now - KEEP_DAYS * DAY or digest in self.waiting:
                break
            del self.log[digest]
        before = business_date(now) - timedelta(KEEP_DAYS)
        for number in [n for n, permit in self.permits.items() if permit.days[-1] < before]:
            del self.permits[number]
            self.returned.pop(number, None)
        self.left = {at: n for at, n in self.left.items() if at[1] >= before and n in self.permits}
        self.spent = {at: by for at, by in self.spent.items() if at[1] >= before}
        self.revoked = {at for at in self.revoked if at[1] >= before}
