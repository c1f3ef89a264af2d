"""What leaves this room for counting: days, medicines, amounts, codes of reasons, places. No name, no code of
anybody, no number of an event; and nothing by which two facts of one person could be joined.

Enrolments and consents leave by registry.facts. Each is asked in a scope that reaches the facility.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, Sum

from phoihop.programmes.ost.models import Admission, Dose, Ended, OrderRow, Posting

_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Dosed:
    """One dose, or one bottle for a day (``bottle``). ``outside``: given without a right to it; ``again``:
    part of a vomited dose given again, and no day of its own."""

    facility: int
    on: date
    drug: str
    mg: Decimal
    bottle: bool
    outside: bool
    again: bool


@dataclass(frozen=True, slots=True)
class Ordered:
    """One order. ``end``: its last day as it came to be; ``stopped``: it was ended early for a reason."""

    facility: int
    drug: str
    phase: str
    mg: Decimal
    start: date
    end: date
    stopped: bool


@dataclass(frozen=True, slots=True)
class Applied:
    """One application to be treated: its state, and the day on which it was decided."""

    facility: int
    state: str
    decided_on: date | None


@dataclass(frozen=True, slots=True)
class Finished:
    """One treatment that ended, and how (rules.ending.Ending)."""

    facility: int
    day: date
    ending: str


@dataclass(frozen=True, slots=True)
class Moved:
    """Medicine that went from one kind of place to another (rules.stock.Kind) on a day, summed over its
    movements: a client's dose is not told from another's."""

    facility: int
    target_facility: int
    day: date
    drug: str
    strength: Decimal
    source: str
    target: str
    quantity: Decimal


def doses(facility: int) -> Iterator[Dosed]:
    """Every dose given at a facility."""
    rows = Dose.objects.filter(facility=facility).order_by("on", "drug", "mg")
    told = rows.values_list("facility", "on", "drug", "mg", "bottle", "outside", "again")
    for each in told.iterator(chunk_size=_BATCH):
        yield Dosed(*each)


def orders(facility: int) -> Iterator[Ordered]:
    """Every order signed at a facility."""
    rows = OrderRow.objects.filter(facility=facility).order_by("start", "end", "mg")
    told = rows.values_list("facility", "drug", "phase", "mg", "start", "end", "stopped")
    for at, drug, phase, mg, start, end, stopped in told.iterator(chunk_size=_BATCH):
        yield Ordered(at, drug, phase, mg, start, end, stopped is not None)


def admissions(facility: int) -> Iterator[Applied]:
    """Every application at a facility."""
    rows = Admission.objects.filter(facility=facility).order_by("decided_on", "state")
    for each in rows.values_list("facility", "state", "decided_on").iterator(chunk_size=_BATCH):
        yield Applied(*each)


def endings(facility: int) -> Iterator[Finished]:
    """Every treatment that ended at a facility."""
    rows = Ended.objects.filter(facility=facility).order_by("day", "ending")
    for each in rows.values_list("facility", "day", "ending").iterator(chunk_size=_BATCH):
        yield Finished(*each)


def stock(facility: int) -> Iterator[Moved]:
    """What moved out of a facility's places, and into them from elsewhere, by day."""
    rows = Posting.objects.filter(Q(facility=facility) | Q(target_facility=facility))
    columns = ("facility", "target_facility", "day", "lot__drug", "lot__strength", "source", "target")
    told = rows.values_list(*columns).annotate(amount=Sum("quantity")).order_by("day", *columns)
    for at, to, day, drug, strength, source, target, amount in told.iterator(chunk_size=_BATCH):
        yield Moved(at, to, day, drug, strength, source, target, amount)
