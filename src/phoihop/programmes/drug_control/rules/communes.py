"""How a commune is classed by drugs on a day, why, and what would change it.

Between 2010 and 2025 the question itself changed: then one criterion was enough, in absolute numbers; since
then a class takes several, as shares of residents. A verdict is therefore never told without its decision,
and two verdicts of different decisions are not compared.

What nobody knows stays open: a missing fact, a value that was not read, a value that nobody signed. A verdict
is the classes that are still possible; it is told when one is left.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, Decimal
from itertools import combinations
from typing import Any

from phoihop.programmes.drug_control.rules.criteria import (
    SHIPPED,
    TYPES,
    WORST_FIRST,
    Book,
    Class,
    Criterion,
    Paper,
    Row,
    Unit,
    paper,
)

SMALLEST_AREA = Decimal("0.01")  # square metres


@dataclass(frozen=True, slots=True)
class Facts:
    """A commune in the time that is classed; None where it is not known. ValueError for what cannot be.

    ``addicts``: addicted people with a management file; ``users``: illegal users with one who are not among
    them; ``hot_spots``: as of 2010; ``places``: where use is organised or harboured; ``offenders``: arrested
    there for drugs; ``plants``, ``area`` (square metres): found and destroyed; ``on_route``: on a complex
    route.
    """

    residents: int | None = None
    addicts: int | None = None
    users: int | None = None
    hot_spots: int | None = None
    places: int | None = None
    offenders: int | None = None
    plants: int | None = None
    area: Decimal | None = None
    on_route: bool | None = None

    def __post_init__(self) -> None:
        counted = (self.addicts, self.users, self.hot_spots, self.places, self.offenders, self.plants)
        if any(value is not None and value < 0 for value in (*counted, self.area)):
            raise ValueError("less than nothing")
        if self.residents is not None and self.residents < 1:
            raise ValueError("nobody lives there")

    @property
    def people(self) -> int | None:
        """Addicted people and users together."""
        return None if self.addicts is None or self.users is None else self.addicts + self.users


@dataclass(frozen=True, slots=True)
class Reason:
    """One value against what was found. ``met``: None where that cannot be told; ``counts``: the value is in
    force. ``found``: a number, a percentage, or how many criteria of the class below; None: not known."""

    row: Row
    found: Decimal | None
    met: bool | None
    counts: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """The classes that are possible by the values in force, the worst first, and why.

    ``would``: what is possible if the values nobody signed held and the lists had nothing beyond what was
    read; shown as unchecked. ``unchecked``: those values. ``day_sure``: that the decision was in force.
    """

    paper: Paper
    possible: tuple[Class, ...]
    would: tuple[Class, ...]
    reasons: tuple[Reason, ...]
    unchecked: tuple[Row, ...]
    day_sure: bool

    @property
    def told(self) -> Class | None:
        """The class, where one is left."""
        return self.possible[0] if len(self.possible) == 1 else None


def classify(facts: Facts, on: date, book: Book = SHIPPED) -> Verdict:
    """The class of a commune by the decision of a day. ValueError where no decision is recorded."""
    at = paper(on)
    rows = [row for row in book.rows if row.paper == at.code]
    reasons = [_reason(facts, at, book, row) for row in rows if row.criterion is not None]
    return Verdict(
        at,
        _possible(_Weighing(facts, at, book)),
        _possible(_Weighing(facts, at, _all_signed(book), whole=True)),
        tuple(reasons),
        tuple(row for row in rows if not book.counts(row)),
        on >= at.sure,
    )


@dataclass(frozen=True, slots=True)
class Change:
    """A fact that is to become another: people with a file, places, offenders, plants, area, the route."""

    criterion: Criterion
    fact: str
    now: Decimal
    to: Decimal


@dataclass(frozen=True, slots=True)
class Way:
    """Changes that together lead out of a class, none of them too large. ``sure``: the commune is then in a
    better class; otherwise it only is no longer proven to be in this one."""

    out_of: Class
    changes: tuple[Change, ...]
    sure: bool


def what_would_change(
    facts: Facts,
    on: date,
    book: Book = SHIPPED,
    *,
    unchecked: bool = False,
) -> tuple[Way, ...]:
    """The fewest criteria that would have to fall, in every combination, each by the least that does it; none
    where no class is proven. ``unchecked``: as if the values nobody signed were in force."""
    at = paper(on)
    rows = _all_signed(book) if unchecked else book
    now = _Weighing(facts, at, rows, whole=unchecked)
    proven = next((each for each in TYPES if now.at_least(each)), None)
    if proven is None:
        return ()
    met = [each for each in book.criteria(at) if now.meets(each, proven)]
    for number in range(1, len(met) + 1):
        ways = []
        for some in combinations(met, number):
            changes = tuple(change for each in some for change in _fall(facts, at, rows, each, proven))
            after = _Weighing(apply(facts, changes), at, rows, whole=unchecked).at_least(proven)
            if after is not True:
                ways.append(Way(proven, changes, after is False))
        if ways:
            return tuple(ways)
    return ()


def apply(facts: Facts, changes: tuple[Change, ...]) -> Facts:
    """The facts after some changes. Of fewer people with a file, users go first."""
    for change in changes:
        if change.fact == "people":
            gone = int(change.now - change.to)
            users = min(gone, facts.users or 0)
            facts = replace(
                facts, users=(facts.users or 0) - users, addicts=(facts.addicts or 0) - (gone - users)
            )
        elif change.fact == "on_route":
            facts = replace(facts, on_route=False)
        elif change.fact == "area":
            facts = replace(facts, area=change.to)
        else:
            fewer: dict[str, Any] = {change.fact: int(change.to)}
            facts = replace(facts, **fewer)
    return facts


@dataclass(frozen=True, slots=True)
class _Weighing:
    """Which criteria are met, by a book; ``whole``: as if no list went on beyond what was read."""

    facts: Facts
    at: Paper
    book: Book
    whole: bool = False

    def at_least(self, which: Class) -> bool | None:
        """Whether the commune is of a class or of a worse one."""
        worse = WORST_FIRST[: WORST_FIRST.index(which)]
        found = [self._makes(each) for each in (*worse, which)]
        return True if True in found else (None if None in found else False)

    def _makes(self, which: Class) -> bool | None:
        """Whether it meets as many criteria of a class as make it."""
        needed = [row.least for row in self.book.of(self.at, which, None) if self.book.counts(row)]
        if not needed:
            return None
        met = [self.meets(each, which) for each in self.book.criteria(self.at)]
        if met.count(True) >= needed[0]:
            return True
        known = self.whole or which not in self.at.unread or (self.at.code, which) in self.book.complete
        open_ones = met.count(None) + (0 if known else needed[0])
        return None if met.count(True) + open_ones >= needed[0] else False

    def meets(self, criterion: Criterion, which: Class) -> bool | None:
        """Whether it meets a criterion of a class, or the same of a worse class. What there is nothing of
        meets none, whatever its value."""
        if _nothing(self.facts, criterion):
            return False
        found: bool | None = None
        for each in WORST_FIRST[: WORST_FIRST.index(which) + 1]:
            rows = [row for row in self.book.of(self.at, each, criterion) if self.book.counts(row)]
            met = [_met(self, row) for row in rows]
            if True in met:
                return True
            found = False if met and None not in met else None
        return found

    def below(self, which: Class) -> tuple[int, int]:
        """How many criteria of the class below are met at least and at most; the route is none of them."""
        lower = WORST_FIRST[WORST_FIRST.index(which) + 1]
        met = [self.meets(each, lower) for each in self.book.criteria(self.at) if each is not Criterion.ROUTE]
        return met.count(True), met.count(True) + met.count(None)


def _possible(weighing: _Weighing) -> tuple[Class, ...]:
    found = {each: weighing.at_least(each) for each in TYPES}
    proven = next((each for each in TYPES if found[each]), Class.NONE)
    worst_first = [
        each for each in TYPES if found[each] is not False and WORST_FIRST.index(each) <= _place(proven)
    ]
    return (*worst_first, *((Class.NONE,) if proven is Class.NONE else ()))


def _place(which: Class) -> int:
    return WORST_FIRST.index(which)


def _met(weighing: _Weighing, row: Row) -> bool | None:
    facts = weighing.facts
    if row.unit is Unit.CRITERIA:
        if facts.on_route is False:
            return False
        least, most = weighing.below(row.of)
        if most < row.least:
            return False
        return True if facts.on_route and least >= row.least else None
    count = _count(facts, row)
    if count is None or (row.unit is Unit.PERCENT and facts.residents is None):
        return None
    if row.unit is Unit.PERCENT:
        return 100 * count >= row.least * (facts.residents or 0)
    return count >= row.least


def _count(facts: Facts, row: Row) -> Decimal | None:
    value = {
        Criterion.ADDICTS: facts.addicts,
        Criterion.HOT_SPOTS: facts.hot_spots,
        Criterion.USERS: facts.people,
        Criterion.PLACES: facts.places,
        Criterion.OFFENDERS: facts.offenders,
        Criterion.CROPS: facts.area if row.unit is Unit.SQUARE_METRES else facts.plants,
    }.get(row.criterion or Criterion.ROUTE)
    return None if value is None else Decimal(value)


def _reason(facts: Facts, at: Paper, book: Book, row: Row) -> Reason:
    counts = book.counts(row)
    weighing = _Weighing(facts, at, book if counts else _all_signed(book))
    found = Decimal(weighing.below(row.of)[0]) if row.unit is Unit.CRITERIA else _count(facts, row)
    if row.unit is Unit.PERCENT and found is not None:
        found = None if facts.residents is None else 100 * found / facts.residents
    return Reason(row, found, _met(weighing, row), counts)


def _nothing(facts: Facts, criterion: Criterion) -> bool:
    if criterion is Criterion.ROUTE:
        return facts.on_route is False
    if criterion is Criterion.CROPS:
        return facts.plants == 0 and facts.area == 0
    return bool(getattr(facts, _FACT[criterion]) == 0)


def _all_signed(book: Book) -> Book:
    return Book(book.rows, frozenset(book.rows), book.complete)


_FACT = {
    Criterion.ADDICTS: "addicts",
    Criterion.HOT_SPOTS: "hot_spots",
    Criterion.USERS: "people",
    Criterion.PLACES: "places",
    Criterion.OFFENDERS: "offenders",
}


def _fall(facts: Facts, at: Paper, book: Book, criterion: Criterion, which: Class) -> Iterator[Change]:
    """The least changes after which a criterion of a class is met no more, nor that of a worse class."""
    if criterion is Criterion.ROUTE:
        yield Change(criterion, "on_route", Decimal(1), Decimal(0))
        return
    least: dict[Unit, Row] = {}
    for each in WORST_FIRST[: _place(which) + 1]:
        for row in book.of(at, each, criterion):
            if book.counts(row) and (row.unit not in least or row.least < least[row.unit].least):
                least[row.unit] = row
    for unit, row in least.items():
        now = _count(facts, row)
        if now is None:
            continue
        if unit is Unit.PERCENT:
            to = (row.least * (facts.residents or 0) / 100).to_integral_value(ROUND_CEILING) - 1
        else:
            to = row.least - (SMALLEST_AREA if unit is Unit.SQUARE_METRES else 1)
        fact = _FACT.get(criterion) or ("area" if unit is Unit.SQUARE_METRES else "plants")
        if now > to:
            yield Change(criterion, fact, now, to)
