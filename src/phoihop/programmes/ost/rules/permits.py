"""Leases and permits: which site may give a client's dose on which day, and what of that a device holds.

A *lease* is the centre's own statement: on this day the right is this site's. Leases of a client never
overlap. A *permit* is the signed statement of it that one device holds; while its day is *outstanding*,
nobody else gets that day, whatever becomes of the lease.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from phoihop.programmes.ost.rules.events import CENTRE, Checker, Revocation, Signer
from phoihop.programmes.ost.rules.events_wire import encoded

LONGEST = 7  # days of one permit, and how far ahead permits reach
RENEW = 4  # when fewer days than this are in hand, the next ones are given


@dataclass(frozen=True)
class Permit:
    """The centre's word to one device that on these days it may give this client this dose.

    ``issued`` is a moment; of two permits for one client and day the later issued one stands.
    """

    epoch: str
    number: str
    client: str
    site: str
    device: str
    order: str
    drug: str
    mg: Decimal
    days: tuple[date, ...]
    issued: int
    signature: bytes

    @cached_property
    def signed(self) -> bytes:
        """The bytes that the signature stands under."""
        return b"permit\0" + encoded(replace(self, signature=b""))

    def genuine(self, checker: Checker) -> bool:
        """Whether the centre signed it."""
        return checker(CENTRE, self.signed, self.signature)


def sealed(permit: Permit, signer: Signer) -> Permit:
    """The permit with the centre's signature."""
    return replace(permit, signature=signer(permit.signed))


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to a client's doses from ``first`` to ``last`` (None: until moved) belongs to a site."""

    site: str
    first: date
    last: date | None

    def covers(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


def holder(leases: Iterable[Lease], day: date) -> str | None:
    """The site whose day it is."""
    return next((lease.site for lease in leases if lease.covers(day)), None)


def transferred(leases: Iterable[Lease], site: str, first: date) -> tuple[Lease, ...]:
    """The leases after a client moved to another site for good, from a day on."""
    return _joined([*_before(leases, first), Lease(site, first, None)])


def lent(leases: Iterable[Lease], site: str, first: date, last: date) -> tuple[Lease, ...]:
    """The leases after a site was given a client as a guest for some days: the home site's right ends before
    them and begins again after them. ValueError: the stay ends before it begins."""
    if last < first:
        raise ValueError("a stay that ends before it begins")
    kept = tuple(leases)
    after = [
        replace(lease, first=max(lease.first, last + timedelta(1)))
        for lease in kept
        if lease.last is None or lease.last > last
    ]
    return _joined([*_before(kept, first), Lease(site, first, last), *after])


def ended(leases: Iterable[Lease], first: date) -> tuple[Lease, ...]:
    """The leases after treatment ended: nobody's from a day on."""
    return tuple(_before(leases, first))


def _before(leases: Iterable[Lease], day: date) -> list[Lease]:
    eve = day - timedelta(1)
    return [
        replace(lease, last=eve if lease.last is None else min(lease.last, eve))
        for lease in leases
        if lease.first < day
    ]


def _joined(leases: Iterable[Lease]) -> tuple[Lease, ...]:
    """Leases in order of days, neighbours of one site as one."""
    found: list[Lease] = []
    for lease in sorted(leases, key=lambda one: one.first):
        before = found[-1] if found else None
        if before and before.site == lease.site and before.last == lease.first - timedelta(1):
            found[-1] = replace(before, last=lease.last)
        else:
            found.append(lease)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Order:
    """A doctor's order as far as permits need it. ``stopped``: the moment at which it was ended early."""

    number: str
    drug: str
    mg: Decimal
    first: date
    last: date
    stopped: int | None = None

    def covers(self, day: date) -> bool:
        return self.stopped is None and self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Holding:
    """A day of a permit that is outstanding, and the device and incarnation of it that hold it."""

    number: str
    order: str
    device: str
    incarnation: str
    issued: int


@dataclass(frozen=True, slots=True)
class ClientFile:
    """What the centre knows of a client when it gives out permits.

    ``orders`` in the order in which they were given: the last one that covers a day counts. ``spent``:
    days on which a dose is known. ``waiting``: an incident that a doctor has not answered yet.
    """

    client: str
    leases: tuple[Lease, ...]
    orders: tuple[Order, ...]
    outstanding: Mapping[date, Holding]
    spent: frozenset[date]
    waiting: bool

    def order_on(self, day: date) -> Order | None:
        return next((order for order in reversed(self.orders) if order.covers(day)), None)


@dataclass(frozen=True, slots=True)
class Draft:
    """A permit to be made: the order and its days."""

    order: Order
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Allotment:
    """What a device is told of a client: permits it keeps (with the days that count), what is revoked, and
    what is to be made for it."""

    keep: tuple[str, ...] = ()
    revoke: tuple[Revocation, ...] = ()
    make: tuple[Draft, ...] = ()


@dataclass(frozen=True, slots=True)
class Receiver:
    """A device that asks for permits. ``may_hold``: it is its site's active one, nothing speaks for a second
    one of it, and its memory is its own. ``may_get_new``: besides, its clock is not far off and the centre
    does not recover from a restore."""

    device: str
    incarnation: str
    site: str
    may_hold: bool
    may_get_new: bool


def allot(file: ClientFile, to: Receiver, today: date, *, recovering: bool = False) -> Allotment:
    """What a device may hold for a client from ``today`` on.

    A day is made out to it only if the lease is its site's, an order covers it, no dose is known for it and
    nobody, itself included, holds the day yet. What it holds and should not is revoked from the first such
    day on; while the centre ``recovering`` from a restore may have forgotten leases, only for lack of an
    order.
    """
    keep: list[str] = []
    revoke: list[Revocation] = []
    held: dict[str, list[date]] = {}
    for day, holding in file.outstanding.items():
        if holding.device == to.device and holding.incarnation == to.incarnation and day >= today:
            held.setdefault(holding.number, []).append(day)
    for number, days in held.items():
        wrong = min((day for day in days if not _rightly(file, to, day, recovering=recovering)), default=None)
        if wrong is not None:
            revoke.append(Revocation(number, wrong))
        if wrong is None or wrong > min(days):
            keep.append(number)
    return Allotment(tuple(sorted(keep)), tuple(sorted(revoke, key=str)), _drafts(file, to, today, held))


def _rightly(file: ClientFile, to: Receiver, day: date, *, recovering: bool) -> bool:
    if not to.may_hold:
        return False
    if recovering:
        held = next((one for one in file.orders if one.number == file.outstanding[day].order), None)
        return held is None or held.stopped is None
    order = file.order_on(day)
    if order is None or order.number != file.outstanding[day].order:
        return False
    return holder(file.leases, day) == to.site


def _drafts(file: ClientFile, to: Receiver, today: date, held: Mapping[str, list[date]]) -> tuple[Draft, ...]:
    if not to.may_get_new or file.waiting:
        return ()
    in_hand = [day for found in held.values() for day in found if day not in file.spent]
    days: dict[str, list[date]] = {}
    orders: dict[str, Order] = {}
    for ahead in range(LONGEST):
        day = today + timedelta(ahead)
        if len(in_hand) >= RENEW and day > max(in_hand):
            break  # a day between those in hand was given back, or its bottle was: that one is given again
        if day in file.spent or day in file.outstanding or holder(file.leases, day) != to.site:
            continue
        order = file.order_on(day)
        if order is not None:
            days.setdefault(order.number, []).append(day)
            orders[order.number] = order
    return tuple(Draft(orders[number], tuple(found)) for number, found in days.items())


def answer_code(secret: bytes, number: str, days: Iterable[date], challenge: str) -> str:
    """The eight digits by which a device proves on the telephone that it gave back these days of a permit."""
    said = encoded((number, tuple(sorted(days)), challenge))
    digest = hmac.new(secret, b"release\0" + said, hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 100_000_000:08d}"


CODE_LASTS = 15 * 60  # seconds for which the centre takes an answer to its challenge
CODE_TRIES = 3


@dataclass(frozen=True, slots=True)
class Challenge:
    """What the centre reads out to a device that is to give back a permit; good once."""

    number: str
    device: str
    value: str
    made: int
    tries: int = 0
    used: bool = False


def release(
    challenge: Challenge, secret: bytes, days: Iterable[date], code: str, now: int
) -> tuple[Challenge, bool]:
    """The challenge after a code was read out to the centre, and whether the days count as returned."""
    late = not challenge.made <= now <= challenge.made + CODE_LASTS
    if challenge.used or late or challenge.tries >= CODE_TRIES:
        return challenge, False
    right = answer_code(secret, challenge.number, days, challenge.value)
    if hmac.compare_digest(right.encode(), code.encode()):
        return replace(challenge, used=True), True
    return replace(challenge, tries=challenge.tries + 1), False
