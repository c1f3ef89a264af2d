"""The official stock report, what will be needed, how long the stock lasts, and what to be warned of."""

from calendar import monthrange
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum

from phoihop.kernel.refusals import Bilingual, Refusal
from phoihop.programmes.ost.rules.amounts import Presentation
from phoihop.programmes.ost.rules.counting import lines
from phoihop.programmes.ost.rules.orders import Order
from phoihop.programmes.ost.rules.parameters import Decision, Rulebook, Weighing
from phoihop.programmes.ost.rules.stock import Kind, Lot, Movement, Place, total

_DAY = timedelta(days=1)
_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class StockReport:
    """One medicine over a span of days in the columns of TT 14/2015/TT-BYT, annex 1, in ml or tablets.

    ``patients``: being treated on the last day. ``expected``: more of them expected. ``forecast``: what the
    next span will need.
    """

    presentation: Presentation
    first: date
    last: date
    opening: Decimal
    incoming: Decimal
    out: Decimal
    loss: Decimal
    surplus: Decimal
    patients: int
    expected: int
    forecast: Decimal

    @property
    def total(self) -> Decimal:
        """What there was to give: opening and incoming."""
        return self.opening + self.incoming

    @property
    def closing(self) -> Decimal:
        return self.total - self.out - self.loss + self.surplus

    def cells(self) -> tuple[Decimal, ...]:
        """One row of the report, a cell for each of HEADINGS."""
        return (
            self.opening,
            self.incoming,
            self.total,
            self.out,
            self.loss,
            self.surplus,
            self.closing,
            Decimal(self.patients),
            Decimal(self.expected),
            self.forecast,
        )


HEADINGS = (
    Bilingual("Tồn đầu kỳ", "Opening"),
    Bilingual("Nhập trong kỳ", "In"),
    Bilingual("Tổng số", "Total"),
    Bilingual("Xuất trong kỳ", "Out"),
    Bilingual("Hao hụt", "Loss"),
    Bilingual("Dư thừa", "Surplus"),
    Bilingual("Tồn cuối kỳ", "Closing"),
    Bilingual("Số người bệnh", "Patients"),
    Bilingual("Dự kiến tăng", "Expected increase"),
    Bilingual("Dự trù", "Forecast"),
)


def report(
    movements: Sequence[Movement],
    places: Collection[Place],
    presentation: Presentation,
    first: date,
    last: date,
    *,
    patients: int,
    expected: int,
    book: Rulebook,
) -> StockReport:
    """The report of a site or a facility over days; ``places`` are all that belong to it."""
    mine = [each for each in lines(movements, places, first, last) if each.lot.presentation == presentation]
    opening = sum((each.opening for each in mine), _NOTHING)
    incoming = sum((each.incoming for each in mine), _NOTHING)
    out = sum((each.out for each in mine), _NOTHING)
    loss = sum((each.loss for each in mine), _NOTHING)
    surplus = sum((each.surplus for each in mine), _NOTHING)
    # What went back to a trader went out, but was used by nobody.
    returned = sum(
        (
            each.quantity
            for each in movements
            if each.source in places
            and each.target.kind is Kind.TRADER
            and each.lot.presentation == presentation
            and first <= each.day <= last
        ),
        _NOTHING,
    )
    days = (last - first).days + 1
    closing = opening + incoming - out - loss + surplus
    ahead = need(
        used=out - returned,
        days=days,
        patients=patients,
        expected=expected,
        ahead=days,
        stock=closing,
        book=book,
        on=last,
        presentation=presentation,
    )
    return StockReport(
        presentation, first, last, opening, incoming, out, loss, surplus, patients, expected, ahead
    )


def need(
    *,
    used: Decimal,
    days: int,
    patients: int,
    expected: int,
    ahead: int,
    stock: Decimal,
    on: date,
    presentation: Presentation,
    book: Rulebook,
) -> Decimal:
    """What to ask for, in ml or tablets: use a client and day so far, for all clients expected over the days
    ahead and a reserve, less what is there; rounded up to the book's step. Never below nought.

    Refusal("forecast-without-days"): no days to learn from.
    """
    if days < 1 or ahead < 0 or patients < 0 or patients + expected < 0:
        raise Refusal("forecast-without-days", "Thiếu số ngày hoặc số người.", "Days or clients are missing.")
    if patients == 0:
        return _NOTHING
    reserve = Weighing(book, on).value("stock.reserve") or _NOTHING
    wanted = used * (patients + expected) * (ahead + reserve) / (patients * days) - stock
    step = presentation.unit.step
    return max(_NOTHING, (wanted / step).to_integral_value(ROUND_CEILING) * step).quantize(step)


def packs(quantity: Decimal, on: date, book: Rulebook) -> int | None:
    """How many whole bottles of the solution hold a quantity; None where no size of bottle is known."""
    size = Weighing(book, on).value("stock.pack_ml")
    return int((quantity / size).to_integral_value(ROUND_CEILING)) if size else None


def planned(
    orders: Iterable[Order], presentation: Presentation, first: date, days: int
) -> tuple[Decimal, ...]:
    """What orders will use on each of so many days, in ml or tablets.

    An order goes on after its last day as its last one: it is renewed, as a rule.
    """
    mine = [each for each in orders if each.drug is presentation.drug]
    found = []
    for n in range(days):
        day = first + _DAY * n
        uses = (
            presentation.quantity(each.mg)
            for each in mine
            if each.start <= day and each.rhythm.due(each.start, day)
        )
        found.append(sum(uses, _NOTHING))
    return tuple(found)


def days_left(held: Mapping[Lot, Decimal], use: Sequence[Decimal], first: date) -> int:
    """For how many whole days the stock lasts, at most ``len(use)``: what expires first is used first, and
    what expired is used no more. ``use``: what each day from ``first`` on needs."""
    left = dict(held)
    for n, wanted in enumerate(use):
        day = first + _DAY * n
        short = wanted
        for lot in sorted(left, key=lambda each: each.first_out):
            if day <= lot.expiry:
                part = min(short, left[lot])
                left[lot] -= part
                short -= part
        if short > 0:
            return n
    return len(use)


class Alarm(StrEnum):
    EXPIRED = "expired"
    EXPIRING = "expiring"
    LOW = "low"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Raised:
    """An alarm about a place's stock; ``lot`` where it is about one batch."""

    alarm: Alarm
    lot: Lot | None = None


def alarms(
    held: Mapping[Lot, Decimal],
    presentation: Presentation,
    use: Sequence[Decimal],
    on: date,
    book: Rulebook,
) -> tuple[tuple[Raised, ...], Decision]:
    """What to be warned of on a day: batches that expired or soon will, and stock for few days.

    ``use``: what each day from ``on`` needs; days beyond those given are taken to need nothing.
    """
    weighing = Weighing(book, on)
    soon = weighing.value("stock.expiry_alarm") or _NOTHING
    few = weighing.value("stock.low_alarm") or _NOTHING
    found = []
    mine = {lot: each for lot, each in held.items() if lot.presentation == presentation and each > 0}
    for lot in sorted(mine, key=lambda each: each.first_out):
        if lot.expiry < on:
            found.append(Raised(Alarm.EXPIRED, lot))
        elif (lot.expiry - on).days <= soon:
            found.append(Raised(Alarm.EXPIRING, lot))
    usable = {lot: each for lot, each in mine.items() if on <= lot.expiry}
    if total(usable, presentation) == 0:
        found.append(Raised(Alarm.EMPTY))
    elif days_left(usable, ahead := use[: int(few)], on) < len(ahead):
        found.append(Raised(Alarm.LOW))
    return tuple(found), weighing.decision()


@dataclass(frozen=True, slots=True)
class Due:
    """The last day to send a report; None where no day is in force."""

    day: date | None
    decision: Decision


def point_report_due(month: date, book: Rulebook) -> Due:
    """By when a dispensing point reports on the month that a day lies in: before a day of that month."""
    return _before(month.replace(day=1), "stock.point_report_before", book)


def point_transfer_due(month: date, book: Rulebook) -> Due:
    """By when the facility sends a point its medicine for the month after the one that a day lies in."""
    return _before(month.replace(day=1), "stock.point_transfer_before", book)


def facility_report_due(quarter: date, book: Rulebook) -> Due:
    """By when a facility reports on the quarter that a day lies in: before a day of the month after it."""
    after = quarter.month - (quarter.month - 1) % 3 + 3
    return _before(
        date(quarter.year + after // 13, (after - 1) % 12 + 1, 1), "stock.facility_report_before", book
    )


def _before(month: date, rule_id: str, book: Rulebook) -> Due:
    """The day before a numbered one of a month, or the month's last where it has not so many."""
    weighing = Weighing(book, month)
    number = weighing.value(rule_id)
    if number is None:
        return Due(None, weighing.decision())
    last = min(int(number) - 1, monthrange(month.year, month.month)[1])
    return Due(month.replace(day=last), weighing.decision())
