"""How well a facility keeps the people it treats: retention, dose adequacy, and take-home beside the others.

Figures about facilities for those who answer for them; no list of people comes out of here. Small numbers are
hidden by whoever shows them to others (engines: disclosure control).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from phoihop.kernel.calendars import months_later
from phoihop.programmes.ost.rules.amounts import Drug
from phoihop.programmes.ost.rules.ending import Ending
from phoihop.programmes.ost.rules.orders import Order, active
from phoihop.programmes.ost.rules.parameters import Decision, Rulebook, Weighing
from phoihop.programmes.ost.rules.phases import Phase

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Episode:
    """One treatment from admission on. ``had``: days with a dose or cover. ``missed``: missed days.

    ``takehome``: the first day of take-home medicine, None without. ``known``: the first day of which the
    facility's doses are known; None: of every day.
    """

    start: date
    had: frozenset[date]
    missed: frozenset[date] = frozenset()
    ended: date | None = None
    ending: Ending | None = None
    takehome: date | None = None
    known: date | None = None


@dataclass(frozen=True, slots=True)
class Retention:
    """``kept`` of ``of``. Left out of ``of``: those who ``transferred`` before, and those for whom it is
    ``early`` to tell."""

    kept: int
    of: int
    transferred: int
    early: int

    @property
    def percent(self) -> Decimal | None:
        return percent(self.kept, self.of)


def percent(part: int, whole: int) -> Decimal | None:
    """A share in percent with one decimal, halves up; None of nothing."""
    if whole == 0:
        return None
    return (Decimal(part) * 100 / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)


def retention(
    episodes: Iterable[Episode], months: int, on: date, book: Rulebook, *, since_takehome: bool = False
) -> Retention:
    """Who was still treated so many months after admission (or after the first take-home medicine).

    Still treated on that day: not ended by then, and with a dose or cover on it or within the days before it
    that a choice of ours allows (quality.gone_after). Death and custody count as not kept. Who began before
    doses are known is left out: what became of them then stands on paper alone.
    """
    kept = of = transferred = early = 0
    spans: dict[date, timedelta] = {}  # the rule of each day, which thousands may share
    for each in episodes:
        begin = each.takehome if since_takehome else each.start
        if begin is None or (each.known is not None and begin < each.known):
            continue
        mark = months_later(begin, months)
        if mark > on:
            early += 1
        elif each.ending is Ending.TRANSFER and each.ended is not None and each.ended <= mark:
            transferred += 1
        else:
            of += 1
            if mark not in spans:
                span = Weighing(book, mark).value("quality.gone_after")
                assert span is not None
                spans[mark] = _DAY * int(span)
            kept += _treated(each, mark - spans[mark], mark)
    return Retention(kept, of, transferred, early)


def _treated(episode: Episode, first: date, day: date) -> bool:
    if episode.ended is not None and episode.ended <= day:
        return False
    return any(first <= each <= day for each in episode.had)


@dataclass(frozen=True, slots=True)
class Adequacy:
    """``adequate`` of ``of`` clients in maintenance whose dose is above the mark; and what it rests on."""

    adequate: int
    of: int
    decision: Decision

    @property
    def percent(self) -> Decimal | None:
        return percent(self.adequate, self.of)


def adequacy(clients: Iterable[Collection[Order]], drug: Drug, on: date, book: Rulebook) -> Adequacy:
    """How many clients in maintenance on a medicine have a daily dose above the quality mark.

    A dose for every second day counts as half of it each day.
    """
    weighing = Weighing(book, on)
    mark = weighing.value(f"quality.adequate_above.{drug}")
    adequate = of = 0
    for orders in clients:
        order = active(orders, on)
        if order is None or order.drug is not drug or order.phase is not Phase.MAINTENANCE or mark is None:
            continue
        of += 1
        doses, days = (len(order.rhythm.weekdays), 7) if order.rhythm.weekdays else (1, order.rhythm.every)
        adequate += order.mg * doses > mark * days
    return Adequacy(adequate, of, weighing.decision())


@dataclass(frozen=True, slots=True)
class Group:
    """One side of a comparison. ``missing``: clients who missed a day within the month, of those treated."""

    retention: Retention
    missing: int
    treated: int

    @property
    def missing_percent(self) -> Decimal | None:
        return percent(self.missing, self.treated)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Those with take-home medicine beside those without. Nobody drew lots who is which: a difference shows
    who was chosen as much as what helped."""

    takehome: Group
    others: Group


def compare(
    episodes: Collection[Episode], months: int, first: date, last: date, on: date, book: Rulebook
) -> Comparison:
    """Both groups: retention after so many months (from the first take-home medicine, or from admission),
    and missed days from ``first`` to ``last``."""
    with_it = [each for each in episodes if each.takehome is not None and each.takehome <= last]
    without = [each for each in episodes if each.takehome is None or each.takehome > last]
    return Comparison(
        _group(with_it, retention(with_it, months, on, book, since_takehome=True), first, last),
        _group(without, retention(without, months, on, book), first, last),
    )


def _group(episodes: Iterable[Episode], kept: Retention, first: date, last: date) -> Group:
    missing = treated = 0
    for each in episodes:
        if each.start <= last and (each.ended is None or each.ended >= first):
            treated += 1
            missing += any(first <= day <= last for day in each.missed)
    return Group(kept, missing, treated)
