"""The stock of the medicines as a double-entry ledger.

Every movement takes from one place what it gives to another, so that over all places each batch always sums
to nothing. Places that hold stock never go below nought. Loss is a place that only receives and surplus one
that only gives: the two are never set against each other.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from phoihop.kernel.calendars import months_later
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.rules.amounts import Presentation, exact
from phoihop.programmes.ost.rules.parameters import Decision, Rulebook, Weighing


class Kind(StrEnum):
    """What a place is."""

    TRADER = "trader"
    STORE = "store"
    DAILY = "daily-cabinet"
    POINT = "point"
    BOTTLE = "bottle-out"  # take-home bottles with clients
    RETURNED = "returned"  # came back full; kept apart until destroyed
    CLIENT = "client"
    SPILL = "spill"
    LOSS = "loss"
    SURPLUS = "surplus"
    DESTROYED = "destroyed"


ON_SHELVES = frozenset({Kind.STORE, Kind.DAILY, Kind.POINT})
HOLDING = ON_SHELVES | {Kind.BOTTLE, Kind.RETURNED}  # never below nought
_TAKEN = {Kind.CLIENT, Kind.BOTTLE}
_OFF = {Kind.SPILL, Kind.LOSS, Kind.DESTROYED}
# From each kind of place to those it may give to.
FLOWS: Mapping[Kind, frozenset[Kind]] = {
    Kind.TRADER: frozenset({Kind.STORE}),
    Kind.STORE: frozenset({Kind.STORE, Kind.DAILY, Kind.POINT, Kind.TRADER, *_OFF}),
    Kind.DAILY: frozenset({Kind.STORE, Kind.CLIENT, Kind.BOTTLE, *_OFF}),
    Kind.POINT: frozenset({Kind.STORE, Kind.CLIENT, Kind.BOTTLE, *_OFF}),
    Kind.BOTTLE: frozenset({Kind.CLIENT, Kind.RETURNED, Kind.SPILL, Kind.LOSS}),
    Kind.RETURNED: frozenset({Kind.DESTROYED, Kind.LOSS}),
    Kind.SURPLUS: ON_SHELVES | {Kind.RETURNED},
}
# What is written off or found is written down by hand, and signed by two; so is what goes back to a trader.
MINUTED = frozenset({Kind.SPILL, Kind.LOSS, Kind.SURPLUS, Kind.DESTROYED})


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """One place of a site; ``site`` is the facility's or the point's own key."""

    kind: Kind
    site: str


@dataclass(frozen=True, slots=True)
class Lot:
    """One batch of a medicine. ``expiry`` is the last day on which it may be used."""

    presentation: Presentation
    batch: str
    expiry: date

    @property
    def first_out(self) -> tuple[date, str]:
        """What expires first goes first."""
        return self.expiry, self.batch


@dataclass(frozen=True, slots=True)
class Movement:
    """So many ml or tablets of a batch from one place to another. ``key`` names it for good.

    ``paper``: number of the minutes; ``signers``: who signed them.
    """

    key: str
    day: date
    lot: Lot
    source: Place
    target: Place
    quantity: Decimal
    paper: str = ""
    signers: frozenset[str] = frozenset()

    @property
    def mg(self) -> Decimal:
        return self.lot.presentation.mg(self.quantity)


Balances = Mapping[tuple[Place, Lot], Decimal]
_NOTHING = Decimal(0)


def check(movement: Movement) -> None:
    """That a movement is one that may happen at all, whatever there is.

    Refusal: "amount-…", "stock-nothing", "stock-flow" (not from such a place to such a one),
    "stock-expired" (given to a client), "stock-paper" (minutes with two signatures are missing).
    """
    exact(movement.quantity, movement.lot.presentation.unit.step)
    if movement.quantity == 0:
        raise Refusal("stock-nothing", "Chưa có lượng thuốc.", "There is no quantity.")
    source, target = movement.source, movement.target
    if source == target or target.kind not in FLOWS.get(source.kind, frozenset()):
        raise Refusal(
            "stock-flow",
            "Thuốc không được chuyển giữa hai nơi này.",
            "Medicine does not go from the one place to the other.",
        )
    # What a client took from a bottle is noted after its day; that came out of no cabinet.
    if movement.day > movement.lot.expiry and source.kind in ON_SHELVES and target.kind in _TAKEN:
        raise Refusal("stock-expired", "Lô thuốc đã hết hạn.", "The batch has expired.")
    minuted = target.kind is Kind.TRADER or {source.kind, target.kind} & MINUTED
    if minuted and (not movement.paper or len(movement.signers) < 2):
        raise Refusal(
            "stock-paper",
            "Cần biên bản có hai người ký.",
            "Minutes signed by two people are needed.",
        )


@dataclass(frozen=True, slots=True)
class Ledger:
    """What is where, and every movement that made it so. Begin with ``Ledger()``."""

    balances: Balances = field(default_factory=dict)
    posted: Mapping[str, Movement] = field(default_factory=dict)

    def after(self, movements: Iterable[Movement]) -> "Ledger":
        """The ledger with movements posted in the order given, all or none.

        A movement that was posted before changes nothing. Refusal: those of ``check``; "stock-short" where
        a place would go below nought; "stock-same-key" where a known key comes with other content.
        """
        balances, posted = dict(self.balances), dict(self.posted)
        for movement in movements:
            known = posted.get(movement.key)
            if known == movement:
                continue
            if known is not None:
                raise Refusal(
                    "stock-same-key",
                    "Bút toán này đã có với nội dung khác.",
                    "This entry exists already, with other content.",
                )
            check(movement)
            source, target = (movement.source, movement.lot), (movement.target, movement.lot)
            left = balances.get(source, _NOTHING) - movement.quantity
            if left < 0 and movement.source.kind in HOLDING:
                raise Refusal(
                    "stock-short", "Nơi này không còn đủ thuốc.", "This place does not hold enough."
                )
            balances[source] = left
            balances[target] = balances.get(target, _NOTHING) + movement.quantity
            posted[movement.key] = movement
        return Ledger(balances, posted)

    def at(self, place: Place) -> dict[Lot, Decimal]:
        """What a place holds, by batch; what is used up is left out."""
        return {lot: held for (where, lot), held in self.balances.items() if where == place and held}


def total(held: Mapping[Lot, Decimal], presentation: Presentation) -> Decimal:
    """How much of one medicine there is over all batches."""
    return sum((each for lot, each in held.items() if lot.presentation == presentation), _NOTHING)


def pick(
    held: Mapping[Lot, Decimal], presentation: Presentation, quantity: Decimal, on: date
) -> tuple[tuple[Lot, Decimal], ...]:
    """From which batches to take a quantity on a day: what expires first first, expired ones never.

    Refusal("stock-short") where the batches that may be used do not hold it.
    """
    left = exact(quantity, presentation.unit.step)
    taken = []
    usable = [lot for lot in held if lot.presentation == presentation and on <= lot.expiry]
    for lot in sorted(usable, key=lambda each: each.first_out):
        part = min(left, held[lot])
        if part > 0:
            taken.append((lot, part))
            left -= part
    if left:
        raise Refusal("stock-short", "Nơi này không còn đủ thuốc.", "This place does not hold enough.")
    return tuple(taken)


def receipt(lot: Lot, on: date, copies: int, book: Rulebook) -> Decision:
    """Whether a delivery by a trader may be booked: with minutes in as many copies as the day's rule asks."""
    weighing = Weighing(book, on)
    asked = weighing.find("stock.receipt_copies")
    if asked is not None and copies < asked.value:
        weighing.refuse(
            "receipt-copies",
            f"Biên bản giao nhận phải có {asked.value} bản.",
            f"The minutes of delivery are made in {asked.value} copies.",
            asked,
        )
    if lot.expiry < on:
        weighing.refuse("receipt-expired", "Lô thuốc đã hết hạn.", "The batch has expired.")
    longest = weighing.find("stock.shelf_months")
    if longest is not None and lot.expiry > months_later(on, int(longest.value)):
        weighing.warn(
            "receipt-expiry-far",
            "Hạn dùng xa hơn thời hạn bảo quản. Hãy xem lại nhãn.",
            "The expiry lies beyond the shelf life. Look at the label again.",
            longest,
        )
    return weighing.decision()
