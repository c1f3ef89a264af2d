"""A site's device: everything that it does with permits, doses and its log, with and without the centre.

It owns no clock, no key and no store: they come in as ports. Whatever it tells a person to be saved was
appended to its journal before. Facts are never refused: what a rule forbids can still be recorded as having
happened, and is then marked ``outside`` its permit.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Protocol

from phoihop.programmes.ost.rules.clocks import (
    FAR_OFF,
    ROUND_TRIP,
    TOLERANCE,
    Anchor,
    Now,
    Reading,
    business_date,
    device_now,
)
from phoihop.programmes.ost.rules.events import (
    Acknowledgement,
    Body,
    Bottles,
    CameBack,
    Checker,
    Count,
    Dose,
    Event,
    HandOver,
    Mark,
    Movement,
    Opening,
    Paper,
    Repeats,
    Restart,
    Return,
    TakeOver,
    Told,
    genuine,
    signed,
)
from phoihop.programmes.ost.rules.permits import answer_code
from phoihop.programmes.ost.rules.replica_memory import Began, Invited, Journal, Memory, Record, Took, Wrote
from phoihop.programmes.ost.rules.replica_refusals import Why
from phoihop.programmes.ost.rules.transport import (
    Answer,
    Handed,
    Held,
    Invitation,
    Offer,
    Transport,
    signed_offer,
)


class Platform(Protocol):
    """What a device stands on. ``incarnation`` lies outside whatever is backed up and put back: it differs
    after the memory was. ``new_key`` never gives one key twice; ``clocks`` gives wall, counter and boot."""

    def incarnation(self) -> str: ...

    def clocks(self) -> tuple[int, int, str]: ...

    def new_key(self) -> str: ...

    def sign(self, data: bytes, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Identity:
    """A device as it was enrolled: its name, its site, the secret that it shares with the centre, and the
    other devices of its site."""

    device: str
    site: str
    secret: bytes
    others: frozenset[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """A dose that a person is about to give. ``day``: what day the person takes it to be."""

    client: str
    order: str
    day: date
    drug: str
    mg: Decimal
    ml: Decimal
    batch: str
    witness: str


class Replica:
    """One device at work. After a crash a new one is made from the same journal."""

    def __init__(self, identity: Identity, platform: Platform, journal: Journal, checker: Checker) -> None:
        self.identity = identity
        self.memory: Memory = journal.load()
        self._platform = platform
        self._journal = journal
        self._checker = checker
        # Kept nowhere: an answer that arrives after a crash is nobody's.
        self._nonce: str | None = None
        self._sent: Reading | None = None
        if platform.incarnation() != self.memory.incarnation:
            self._begin(platform.incarnation())

    # What a person sees

    def now(self) -> Now | None:
        """The time as the device knows it; None: its clocks cannot be believed."""
        reading = self._reading()
        return device_now(reading, self.memory.floor(reading))

    @property
    def clock_wrong(self) -> bool:
        """Whether to show the banner: the wall clock is more than five minutes off."""
        anchor = self.memory.anchor
        return anchor is not None and abs(anchor.offset) > TOLERANCE

    def alarm(self, client: str) -> bool:
        """Whether an incident of this client waits for a doctor."""
        return client in self.memory.alerts

    def listed(self, client: str, day: date) -> Event | None:
        """The dose of a client and day in today's list: after a crash, whether it was saved."""
        for event, _ in reversed(self.memory.log.values()):
            body = event.body
            if isinstance(body, Dose) and body.repeats is None and (body.client, body.day) == (client, day):
                return event
        return None

    # The business day

    def open_day(self, day: date) -> Why | None:
        """Open the business day that a person names; it must be the day by the device's clocks too."""
        if self.memory.opened == day:
            return None
        if self.memory.opened is not None:
            return Why.DAY_NOT_COUNTED
        now = self.now()
        if now is None:
            return Why.CLOCK
        if business_date(now.moment) != day:
            return Why.OTHER_DAY
        self._write(Opening(day, self.identity.site))
        return None

    def count(self, counted: tuple[tuple[str, Decimal], ...], by: str) -> Why | None:
        """Record what a second person counted, and close the day."""
        if self.memory.opened is None:
            return Why.DAY_NOT_OPEN
        self._write(Count(self.memory.opened, self.identity.site, counted, by))
        return None

    # Doses

    def why_not(self, client: str, drug: str, mg: Decimal, day: date) -> Why | None:
        """Why a dose may not be given now under a permit; None: it may."""
        return self._not_ready(day) or self._unheld(client, drug, mg, day)

    def _not_ready(self, day: date) -> Why | None:
        """Why the device may give nothing to anybody on what people take to be this day."""
        if self.memory.must_synchronise:
            return Why.MUST_SYNCHRONISE
        if not self.memory.active:
            return Why.INACTIVE
        now = self.now()
        if now is None:
            return Why.CLOCK
        if self.memory.opened != day:
            return Why.DAY_NOT_OPEN
        return None if business_date(now.moment) == day else Why.OTHER_DAY

    def _unheld(self, client: str, drug: str, mg: Decimal, day: date) -> Why | None:
        """Why no permit in hand covers a dose."""
        memory = self.memory
        if (client, day) in memory.spent:
            return Why.USED
        number = memory.left.get((client, day))
        if number is None:
            if (client, day) in memory.revoked:
                return Why.REVOKED
            return Why.OTHER_DAY if any(who == client for who, _ in memory.left) else Why.NO_PERMIT
        permit = memory.permits[number]
        return None if (permit.drug, permit.mg) == (drug, mg) else Why.OTHER_AMOUNT

    def give(self, asked: Asked, *, insist: bool = False) -> Event | Why:
        """Record a dose; the event once it is saved, or why not. ``insist``: it is given whatever the rules
        say, and recorded as such."""
        why = self.why_not(asked.client, asked.drug, asked.mg, asked.day)
        if why is not None and not insist:
            return why
        number = None if why is not None else self.memory.left[asked.client, asked.day]
        order = self.memory.permits[number].order if number is not None else asked.order
        return self._write(
            Dose(
                client=asked.client,
                order=order,
                day=asked.day,
                drug=asked.drug,
                mg=asked.mg,
                ml=asked.ml,
                batch=asked.batch,
                place=self.identity.site,
                witness=asked.witness,
                permit=number,
                outside=number is None,
            )
        )

    def give_again(self, asked: Asked, repeats: Repeats) -> Event:
        """Record that part of a vomited dose was given again. It uses no permit; whether it is one part of a
        dose that is known, the centre judges."""
        return self._write(
            Dose(
                client=asked.client,
                order=asked.order,
                day=asked.day,
                drug=asked.drug,
                mg=asked.mg,
                ml=asked.ml,
                batch=asked.batch,
                place=self.identity.site,
                witness=asked.witness,
                permit=None,
                outside=True,
                repeats=repeats,
            )
        )

    def hand_out(self, asked: Asked, days: tuple[date, ...], *, insist: bool = False) -> Event | Why:
        """Record take-home bottles, one for each of the days to come; amounts are those of one bottle.

        The days must all be held, and are used up by it. ValueError: no days, or none to come.
        """
        if not days or min(days) <= asked.day:
            raise ValueError("bottles are for days to come")
        reasons = (self._unheld(asked.client, asked.drug, asked.mg, day) for day in days)
        why = self._not_ready(asked.day) or next((one for one in reasons if one is not None), None)
        if why is not None and not insist:
            return why
        numbers = [] if why is not None else sorted({self.memory.left[asked.client, day] for day in days})
        return self._write(
            Bottles(
                client=asked.client,
                order=self.memory.permits[numbers[0]].order if numbers else asked.order,
                day=asked.day,
                days=tuple(sorted(days)),
                drug=asked.drug,
                mg=asked.mg,
                ml=asked.ml,
                batch=asked.batch,
                place=self.identity.site,
                witness=asked.witness,
                permits=tuple(numbers),
                outside=not numbers,
            )
        )

    def take_back(self, told: CameBack) -> Event:
        """Record what there was of a take-home bottle. It frees no day here: a full one's day is given again
        only under a permit that the centre makes for it anew."""
        return self._write(told)

    def from_paper(self, slip: str, fact: Told) -> Event:
        """Record what stands on a slip. A dose that names no permit uses the one in hand for its day."""
        if isinstance(fact, Dose) and fact.permit is None and fact.repeats is None:
            number = self.memory.left.get((fact.client, fact.day))
            fact = replace(fact, permit=number, outside=number is None)
        return self._write(Paper(slip, fact))

    def move(self, movement: Movement) -> Event:
        """Record a movement of stock that is no dose."""
        return self._write(movement)

    # Giving days back

    def give_back(self, number: str, days: tuple[date, ...]) -> Event | Why:
        """Return days of a permit to the centre."""
        if not days or not set(days) <= set(self.memory.days_left(number)):
            return Why.NO_PERMIT
        return self._write(Return(number, tuple(sorted(days))))

    def release(self, number: str, challenge: str) -> tuple[tuple[date, ...], str] | Why:
        """Give back all that is left of a permit against a challenge read out by the centre: the days, and
        the code to read back. Asked again for the same permit it tells the same days."""
        days = self.memory.days_left(number)
        if days:
            self._write(Return(number, days))
        elif number in self.memory.returned:
            days = self.memory.returned[number]
        else:
            return Why.NO_PERMIT
        return days, answer_code(self.identity.secret, number, days, challenge)

    # Hand-over inside the site

    def invite(self) -> Invitation | Why:
        """Ask the other device to hand over: what to show it. An earlier invitation is good no longer."""
        if self.memory.must_synchronise:
            return Why.MUST_SYNCHRONISE
        challenge = self._platform.new_key()
        self._record(Invited(challenge))
        return Invitation(self.identity.device, self.memory.incarnation, challenge)

    def hand_over(self, to: Invitation) -> Handed | Why:
        """Give all permits to the device that invites; from here on this one refuses."""
        memory = self.memory
        if memory.must_synchronise:
            return Why.MUST_SYNCHRONISE
        if not memory.active:
            return Why.INACTIVE
        if to.device not in self.identity.others:
            return Why.NOT_FOR_THIS_DEVICE
        numbers = sorted(set(memory.left.values()))
        held = tuple((number, memory.days_left(number)) for number in numbers)
        clients = {memory.permits[number].client for number in memory.permits}
        spent = tuple(
            (*at, memory.known_to_the_centre(at)) for at in sorted(memory.spent) if at[0] in clients
        )
        permits = tuple(memory.permits[number] for number in numbers)
        event = self._write(HandOver(to.challenge, to.device, to.incarnation, held, spent))
        self._nonce = None
        return Handed(event, permits)

    def take_over(self, handed: Handed) -> Why | None:
        """Take what the other device handed over to this one's last invitation."""
        body, memory = handed.event.body, self.memory
        if memory.must_synchronise:
            return Why.MUST_SYNCHRONISE
        mine = (memory.challenge, self.identity.device, memory.incarnation)
        if not isinstance(body, HandOver) or handed.event.device not in self.identity.others:
            return Why.NOT_FOR_THIS_DEVICE
        if (body.challenge, body.to_device, body.to_incarnation) != mine:
            return Why.NOT_FOR_THIS_DEVICE
        numbers = {number for number, _ in body.held}
        if not genuine(handed.event, self._checker) or numbers != {p.number for p in handed.permits}:
            return Why.NOT_GENUINE
        if not all(permit.genuine(self._checker) for permit in handed.permits):
            return Why.NOT_GENUINE
        self._record(Wrote(self._events([TakeOver(handed.event)], self._reading()), handed))
        self._nonce = None
        return None

    # Synchronising

    def offer(self) -> Offer:
        """What to send to the centre now. Answers to earlier offers count no longer."""
        memory = self.memory
        if memory.challenge is not None:
            # The centre may count on it that no hand-over from before this offer is still taken.
            self._record(Invited(None))
        self._nonce, self._sent = self._platform.new_key(), self._reading()
        far_off = memory.anchor is not None and abs(memory.anchor.offset) > FAR_OFF
        offer = Offer(
            device=self.identity.device,
            incarnation=memory.incarnation,
            epoch=memory.epoch,
            version=memory.version,
            nonce=self._nonce,
            events=tuple(memory.waiting.values()),
            held=None if memory.reported else self._held(),
            asks=not far_off,
            signature=b"",
        )
        return signed_offer(offer, self._platform.sign)

    def _held(self) -> tuple[Held, ...]:
        days = self.memory.days_left
        return tuple(Held(permit, days(number)) for number, permit in self.memory.permits.items())

    def take(self, answer: Answer) -> bool:
        """Take an answer, if it is the centre's answer to the latest offer; otherwise change nothing."""
        memory = self.memory
        mine = (self.identity.device, memory.incarnation, self._nonce)
        if self._nonce is None or (answer.device, answer.incarnation, answer.nonce) != mine:
            return False
        known = memory.permits
        fresh = [p for p in answer.permits or () if p.number not in known]
        if not answer.genuine(self._checker) or not all(p.genuine(self._checker) for p in fresh):
            return False
        self._nonce = None
        anchor = self._anchored(answer)
        bodies: list[Body] = [Mark(answer.epoch, answer.version)]
        if answer.revocations:
            bodies.append(Acknowledgement(answer.revocations))
        reading = self._reading()
        events = self._events(bodies, replace(reading, anchor=anchor or reading.anchor))
        self._record(Took(answer, anchor, events))
        return True

    def synchronise(self, transport: Transport) -> bool:
        """Send an offer and take the answer, if one comes at once; whether one was taken."""
        answer = transport.exchange(self.offer())
        return answer is not None and self.take(answer)

    def compact(self) -> None:
        """Let the journal begin anew from what is known now."""
        self._journal.compact(self.memory.copy())

    def _anchored(self, answer: Answer) -> Anchor | None:
        """The time that an answer tells, if it came so soon that it tells it well."""
        wall, counter, boot = self._platform.clocks()
        sent = self._sent
        if sent is None or sent.boot != boot:
            return None
        spread = counter - sent.counter
        if not 0 <= spread <= ROUND_TRIP or abs(wall - sent.wall - spread) > ROUND_TRIP:
            return None
        return Anchor(answer.time, wall, counter, boot, spread)

    # Writing

    def _begin(self, incarnation: str) -> None:
        """Start the log of a new incarnation; the device's very first one has nothing to tell of."""
        memory = self.memory
        before = Restart(memory.incarnation, memory.seq, memory.head)
        events = self._events([before] if memory.incarnation else [], self._reading(), incarnation)
        self._record(Began(incarnation, events))

    def _write(self, body: Body) -> Event:
        (event,) = self._events([body], self._reading())
        self._record(Wrote((event,)))
        return event

    def _events(
        self, bodies: list[Body], reading: Reading, incarnation: str | None = None
    ) -> tuple[Event, ...]:
        """Signed events that follow on the log, or begin that of a new incarnation."""
        memory = self.memory
        seq, previous = (memory.seq, memory.head) if incarnation is None else (0, "")
        events = []
        for body in bodies:
            seq += 1
            event = Event(
                device=self.identity.device,
                incarnation=memory.incarnation if incarnation is None else incarnation,
                seq=seq,
                key=self._platform.new_key(),
                previous=previous,
                body=body,
                time=reading,
                signature=b"",
            )
            events.append(signed(event, self._platform.sign))
            previous = events[-1].digest
        return tuple(events)

    def _record(self, record: Record) -> None:
        self._journal.append(record)
        self.memory.apply(record)

    def _reading(self) -> Reading:
        wall, counter, boot = self._platform.clocks()
        return Reading(wall, counter, boot, self.memory.anchor)
