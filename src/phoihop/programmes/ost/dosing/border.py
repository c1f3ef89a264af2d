"""What comes from outside, held against what the tables can keep, before anything is done with it."""

import types
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.rules.clocks import Anchor, Reading
from phoihop.programmes.ost.rules.events import Bottles, CameBack, Event, Movement
from phoihop.programmes.ost.rules.events_wire import decoded, malformed
from phoihop.programmes.ost.rules.transport import Offer

MOST_BYTES = 2_000_000  # of one offer; a device with more to tell sends it in pieces
_LONGEST = {
    "device": 40,
    "incarnation": 40,
    "key": 60,
    "slip": 60,
    "bottle": 60,
    "number": 60,
    "batch": 40,
    "drug": 20,
}
_TEXT = 120  # letters of any other text
_MOST = Decimal(100_000)  # mg or ml in one entry
_MOMENT = 10_000_000_000  # seconds before and after 1970: clocks may be wrong, but not by centuries
_FIRST, _LAST = date(2000, 1, 1), date(2199, 12, 31)
_DEEPEST = 12


def read(data: bytes) -> Offer:
    """The offer that bytes stand for. Refusal("malformed"): none, or one that no device of ours writes."""
    if len(data) > MOST_BYTES:
        raise malformed()
    try:
        offer = decoded(Offer, data)
        _check("", offer, 0)
        for event in offer.events:
            _sound(event)
    except (ValueError, OverflowError, AttributeError, ArithmeticError, RecursionError) as error:
        if isinstance(error, Refusal):
            raise
        raise malformed() from error
    return offer


def _check(name: str, value: Any, depth: int) -> None:
    """Every text, number and day of a value lies within what columns hold."""
    if depth > _DEEPEST:
        raise malformed()
    if isinstance(value, str):
        if len(value) > _LONGEST.get(name, _TEXT) or not value.isprintable():
            raise malformed()
    elif isinstance(value, bool | types.NoneType | bytes):
        return
    elif isinstance(value, int):
        if abs(value) > _MOMENT:
            raise malformed()
    elif isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        if not isinstance(exponent, int) or not -2 <= exponent <= 0 or not 0 <= value < _MOST:
            raise malformed()
    elif isinstance(value, date):
        if not _FIRST <= value <= _LAST:
            raise malformed()
    elif isinstance(value, tuple):
        for item in value:
            _check(name, item, depth + 1)
    elif is_dataclass(value):
        for item in fields(value):
            _check(item.name, getattr(value, item.name), depth + 1)


def _sound(event: Event) -> None:
    """Numbers begin with one, counters with nought; who and by which order are names that we gave."""
    if event.seq < 1 or not event.key or not event.device or not event.incarnation:
        raise malformed()
    _reading(event.time)
    fact = event.fact
    if fact is None or isinstance(fact, Movement):
        return
    UUID(fact.client)
    if not fact.drug:
        raise malformed()
    if isinstance(fact, CameBack):
        if not fact.bottle or (fact.mg == 0) != (fact.ml == 0):
            raise malformed()
        return
    UUID(fact.order)
    if fact.mg <= 0 or fact.ml <= 0:
        raise malformed()
    if isinstance(fact, Bottles) and (not fact.days or len(fact.days) > 60):
        raise malformed()


def _reading(time: Reading) -> None:
    anchor: Anchor | None = time.anchor
    if time.counter < 0 or (anchor is not None and (anchor.counter < 0 or anchor.spread < 0)):
        raise malformed()
