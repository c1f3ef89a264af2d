"""A doctor's orders: which medicine, how much, from which day to which, on which days.

What is said here supports a doctor who signs; it signs nothing. Sources and certainty of every limit are in
data/parameters.csv.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from phoihop.kernel.quantities import format_number
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.rules import phases
from phoihop.programmes.ost.rules.amounts import DOSE, MG, SOLUTION, TABLET_2, Drug, exact
from phoihop.programmes.ost.rules.parameters import Decision, Rulebook, Weighing
from phoihop.programmes.ost.rules.phases import Phase

_DAY = timedelta(days=1)
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Rhythm:
    """On which days a dose is due: every n-th day from the order's first, or on days of the week (1 Monday
    to 7 Sunday) where these are given."""

    every: int = 1
    weekdays: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if self.every < 1 or not self.weekdays <= set(range(1, 8)) or (self.weekdays and self.every != 1):
            raise ValueError("a rhythm is every n-th day, or days of the week")

    @property
    def daily(self) -> bool:
        return self.every == 1 and len(self.weekdays) in {0, _WEEK}

    def due(self, first: date, day: date) -> bool:
        """Whether a day is a dose day of an order that begins on ``first``."""
        if self.weekdays:
            return day.isoweekday() in self.weekdays
        return (day - first).days % self.every == 0


DAILY = Rhythm()
ALTERNATE = Rhythm(every=2)


@dataclass(frozen=True, slots=True)
class Order:
    """What a doctor signed on ``issued``, for the days from ``start`` to ``end``, both included.

    ``mg`` is what is given on one dose day. ``in_person``: the doctor saw the client for it.
    """

    number: str
    drug: Drug
    phase: Phase
    mg: Decimal
    start: date
    end: date
    issued: date
    rhythm: Rhythm = DAILY
    in_person: bool = True

    @property
    def length(self) -> int:
        """Days from the first to the last, both counted."""
        return (self.end - self.start).days + 1

    def covers(self, day: date) -> bool:
        return self.start <= day <= self.end

    def due(self, day: date) -> bool:
        """Whether a dose is due on a day."""
        return self.covers(day) and self.rhythm.due(self.start, day)

    def dose_days(self, first: date | None = None, last: date | None = None) -> tuple[date, ...]:
        """The days on which a dose is due, of a span or of all."""
        begin = self.start if first is None else max(self.start, first)
        end = self.end if last is None else min(self.end, last)
        days = (begin + _DAY * n for n in range(max(0, (end - begin).days + 1)))
        return tuple(day for day in days if self.due(day))


@dataclass(frozen=True, slots=True)
class LastDose:
    """The last dose that a client really had: the medicine, how much, and on which day."""

    drug: Drug
    mg: Decimal
    day: date


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of a client when an order is written.

    ``orders``: all that stand. ``phase``: today's, None before the first. ``in_withdrawal``: seen by the
    doctor today; None if nobody looked. ``transferred``: goes on with another facility's paper, whose last
    dose is ``last``.
    """

    orders: tuple[Order, ...] = ()
    phase: Phase | None = None
    last: LastDose | None = None
    in_withdrawal: bool | None = None
    transferred: bool = False


def active(orders: Iterable[Order], day: date) -> Order | None:
    """The order that a day lies in. Refusal("order-overlaps") where there are two: then no dose is sure."""
    found = [each for each in orders if each.covers(day)]
    if len(found) > 1:
        raise Refusal(
            "order-overlaps",
            "Có hai đơn cho cùng một ngày. Bác sĩ phải bỏ bớt một đơn trước khi cấp thuốc.",
            "Two orders cover the same day. A doctor has to end one of them before a dose is given.",
        )
    return found[0] if found else None


def due(orders: Iterable[Order], day: date) -> Order | None:
    """The order by which a dose is due on a day; None on a day without one."""
    order = active(orders, day)
    return order if order is not None and order.due(day) else None


def overlapping(orders: Collection[Order]) -> tuple[tuple[str, str], ...]:
    """Pairs of numbers of orders that share a day."""
    ordered = sorted(orders, key=lambda each: (each.start, each.number))
    return tuple(
        (one.number, other.number)
        for place, one in enumerate(ordered)
        for other in ordered[place + 1 :]
        if other.start <= one.end
    )


def expiring(orders: Iterable[Order], on: date, within: int) -> Order | None:
    """The last order of a client, where it ends within so many days from today on and none follows."""
    last = max(orders, key=lambda each: each.end, default=None)
    return last if last is not None and on <= last.end <= on + _DAY * within else None


@dataclass(frozen=True, slots=True)
class Put:
    """The orders after a new one took its place. ``cut``: orders that end earlier now; ``dropped``: those
    that would have begun with or after it."""

    orders: tuple[Order, ...]
    cut: tuple[Order, ...] = ()
    dropped: tuple[Order, ...] = ()


def put(orders: Collection[Order], new: Order) -> Put:
    """A new order takes effect: what ran before ends the day before it, and what lay ahead falls away.

    An order that went on after the new one's end does not come back: the doctor's last word counts.
    Refusal("order-days") for an order that ends before it begins.
    """
    if new.length < 1:
        raise Refusal("order-days", "Ngày cuối ở trước ngày đầu.", "The last day is before the first.")
    kept, cut, dropped = [], [], []
    for each in sorted(orders, key=lambda each: each.start):
        if each.end < new.start:
            kept.append(each)
        elif each.start >= new.start:
            dropped.append(each)
        else:
            shorter = replace(each, end=new.start - _DAY)
            kept.append(shorter)
            cut.append(shorter)
    return Put((*kept, new), tuple(cut), tuple(dropped))


def stop(orders: Collection[Order], last: date) -> Put:
    """All orders end with a day: nothing is due after it."""
    kept, cut, dropped = [], [], []
    for each in sorted(orders, key=lambda each: each.start):
        if each.end <= last:
            kept.append(each)
        elif each.start > last:
            dropped.append(each)
        else:
            shorter = replace(each, end=last)
            kept.append(shorter)
            cut.append(shorter)
    return Put(tuple(kept), tuple(cut), tuple(dropped))


def is_first(order: Order, situation: Situation) -> bool:
    """Whether an order begins a medicine anew: no dose before that anybody knows of, another medicine, or
    induction again."""
    last = situation.last
    if last is None or last.drug is not order.drug:
        return True
    return order.phase is Phase.INDUCTION and situation.phase is not Phase.INDUCTION


def judge(order: Order, situation: Situation, book: Rulebook, *, replaces: bool = False) -> Decision:
    """What rules say of an order before it is signed; by those of the day it is signed on.

    ``replaces``: it is to end what runs (``put``), so that sharing days with that is meant.
    """
    weighing = Weighing(book, order.issued)
    _days(order, situation, weighing, replaces)
    _amount(order, weighing)
    found = phases.move(situation.phase, order.phase, order.issued, book, transferred=situation.transferred)
    if order.phase is Phase.ENDED:
        weighing.refuse(
            "order-after-end", "Điều trị đã kết thúc thì không kê đơn.", "Nothing is ordered after the end."
        )
    last = situation.last
    if last is not None and last.drug is not order.drug:
        _switch(order, last, situation, weighing)
    if is_first(order, situation):
        _first(order, situation, weighing)
    else:
        _step(order, situation, weighing)
    _range(order, weighing)
    return found + weighing.decision()


def _days(order: Order, situation: Situation, weighing: Weighing, replaces: bool) -> None:
    if order.length < 1:
        weighing.refuse("order-days", "Ngày cuối ở trước ngày đầu.", "The last day is before the first.")
    if order.start < order.issued:
        weighing.refuse(
            "order-backdated",
            "Đơn không thể có hiệu lực trước ngày ký.",
            "An order cannot begin before the day it is signed.",
        )
    seen = weighing.find("order.in_person")
    if not order.in_person:
        weighing.refuse(
            "order-unseen",
            "Bác sĩ phải khám trực tiếp trước khi kê đơn.",
            "The doctor has to see the client before ordering.",
            seen,
        )
    if order.phase is not Phase.ENDED:
        most = weighing.find(f"order.days_max.{order.phase}")
        if most is not None and order.length > most.value:
            weighing.refuse(
                "order-too-long",
                f"Đơn ở giai đoạn này dài nhất {format_number(most.value)} ngày.",
                f"An order in this phase covers at most {format_number(most.value)} days.",
                most,
            )
    if order.phase is Phase.ADJUSTMENT:
        least = weighing.find("order.days_min.adjustment")
        if least is not None and order.length < least.value:
            weighing.warn(
                "order-short",
                f"Đơn khi dò liều thường từ {format_number(least.value)} ngày.",
                f"An order during adjustment usually covers {format_number(least.value)} days or more.",
                least,
            )
    others = [each for each in situation.orders if each.number != order.number]
    alone = weighing.find("order.one_at_a_time")
    shared = [each for each in others if each.start <= order.end and order.start <= each.end]
    if shared and not replaces:
        weighing.refuse(
            "order-overlaps",
            "Đã có đơn cho những ngày này. Hãy kết thúc đơn cũ hoặc chọn thay đơn.",
            "There is an order for these days already. End it, or choose to replace it.",
            alone,
        )
    if not order.rhythm.daily:
        _rhythm(order, weighing)


def _rhythm(order: Order, weighing: Weighing) -> None:
    if order.drug is not Drug.BUPRENORPHINE:
        weighing.refuse(
            "order-not-daily",
            "Thuốc này phải uống hằng ngày.",
            "This medicine has to be taken daily.",
        )
        return
    allowed = weighing.find("order.not_daily.buprenorphine")
    if allowed is None or not allowed.counts:
        weighing.refuse(
            "order-not-daily",
            "Ngày này chưa có quy định cho dùng thuốc cách ngày.",
            "No rule of that day allows doses that are not daily.",
        )
    least = weighing.find("order.doses_a_week_min.buprenorphine")
    a_week = len(order.rhythm.weekdays) or Decimal(_WEEK) / order.rhythm.every
    if least is not None and a_week < least.value:
        weighing.warn(
            "order-too-seldom",
            f"Ít hơn {format_number(least.value)} liều mỗi tuần.",
            f"Fewer than {format_number(least.value)} doses a week.",
            least,
        )


def _amount(order: Order, weighing: Weighing) -> None:
    try:
        if exact(order.mg, MG, DOSE) == 0:
            weighing.refuse("order-amount", "Đơn chưa có liều.", "The order has no dose.")
            return
        supplied = SOLUTION if order.drug is Drug.METHADONE else TABLET_2
        measurable = supplied.measurable(order.mg)
    except Refusal as refusal:
        weighing.refuse(refusal.reason, refusal.message.vi, refusal.message.en)
        return
    rule = weighing.find("order.measurable")
    if not measurable:
        weighing.warn(
            "order-not-measurable",
            "Liều này không đong được chính xác bằng dụng cụ thường dùng.",
            "This dose cannot be measured out exactly.",
            rule,
        )


def _first(order: Order, situation: Situation, weighing: Weighing) -> None:
    most = weighing.find(f"order.first_mg_max.{order.drug}")
    if most is not None and order.mg > most.value:
        weighing.refuse(
            "first-dose-high",
            f"Liều đầu không quá {format_number(most.value)} mg.",
            f"A first dose is at most {format_number(most.value)} mg.",
            most,
        )
    least = weighing.find(f"order.first_mg_min.{order.drug}")
    if least is not None and order.mg < least.value:
        weighing.warn(
            "first-dose-low",
            f"Liều đầu thường từ {format_number(least.value)} mg.",
            f"A first dose is usually {format_number(least.value)} mg or more.",
            least,
        )
    watch = weighing.find("order.first_watch_hours")
    if watch is not None:
        weighing.warn(
            "first-dose-watch",
            f"Theo dõi người bệnh {format_number(watch.value)} giờ sau liều đầu.",
            f"Watch the client for {format_number(watch.value)} hours after the first dose.",
            watch,
        )
    if order.drug is Drug.BUPRENORPHINE:
        begin = weighing.find("order.start_mg_max.buprenorphine")
        if begin is not None and order.mg > begin.value:
            weighing.warn(
                "first-dose-divide",
                f"Cho trước không quá {format_number(begin.value)} mg, theo dõi rồi mới cho phần còn lại.",
                f"Give at most {format_number(begin.value)} mg first, watch, then the rest.",
                begin,
            )
        withdrawal = weighing.find("order.first_in_withdrawal.buprenorphine")
        if situation.in_withdrawal is not True:
            weighing.refuse(
                "first-dose-early",
                "Chỉ khởi liều khi đã có dấu hiệu thiếu thuốc.",
                "Begin only once there are signs of withdrawal.",
                withdrawal,
            )


def _switch(order: Order, last: LastDose, situation: Situation, weighing: Weighing) -> None:
    between = weighing.find("switch.days_between")
    if between is not None and (order.start - last.day).days < between.value:
        weighing.refuse(
            "switch-same-day",
            "Thuốc mới bắt đầu sau ngày dùng thuốc cũ cuối cùng.",
            "The new medicine begins after the last day of the old one.",
            between,
        )
    if order.phase is not Phase.INDUCTION:
        weighing.refuse(
            "switch-without-induction",
            "Đổi thuốc thì phải khởi liều lại.",
            "A change of medicine begins with induction.",
            weighing.find("phase.order"),
        )
    if order.drug is Drug.BUPRENORPHINE:
        most = weighing.find("switch.methadone_mg_max")
        if most is not None and last.mg > most.value:
            weighing.refuse(
                "switch-from-high",
                f"Hãy giảm liều cũ xuống {format_number(most.value)} mg trước khi đổi thuốc.",
                f"Lower the old dose to {format_number(most.value)} mg before the change.",
                most,
            )


def _step(order: Order, situation: Situation, weighing: Weighing) -> None:
    """A dose against the one before it. Steps are known for the solution alone."""
    last = situation.last
    if last is None or order.mg <= last.mg:
        return
    if order.phase is Phase.TAPERING:
        weighing.refuse(
            "raise-in-tapering",
            "Đang giảm liều thì không tăng. Hãy chuyển giai đoạn trước.",
            "A dose is not raised while it is being tapered. Change the phase first.",
            weighing.find("phase.order"),
        )
        return
    if order.drug is not Drug.METHADONE:
        return
    # A raise in maintenance is adjustment, whatever it is called.
    name = Phase.INDUCTION if order.phase is Phase.INDUCTION else Phase.ADJUSTMENT
    earlier = _levels(order, situation)
    rise = order.mg - last.mg
    _limit(weighing, f"order.step_max.{name}", rise, "step-high", "Tăng mỗi lần", "One step is")
    _limit(weighing, f"order.week_max.{name}", order.mg - min(earlier), "week-high", "Tăng trong 7 ngày",
           "Steps within 7 days are")  # fmt: skip
    least = weighing.find(f"order.step_min.{name}")
    if least is not None and rise < least.value:
        weighing.warn(
            "step-low",
            f"Mỗi lần thường tăng từ {format_number(least.value)} mg.",
            f"One step is usually {format_number(least.value)} mg or more.",
            least,
        )
    days = weighing.find(f"order.step_days.{name}")
    since = _since(order, situation)
    if days is not None and since is not None and (order.start - since).days < days.value:
        weighing.refuse(
            "step-early",
            f"Chờ ít nhất {format_number(days.value)} ngày sau lần đổi liều trước.",
            f"Wait at least {format_number(days.value)} days after the dose was last changed.",
            days,
        )


def _limit(weighing: Weighing, rule: str, rise: Decimal, code: str, vi: str, en: str) -> None:
    most = weighing.find(rule)
    if most is not None and rise > most.value:
        weighing.refuse(
            code,
            f"{vi} nhiều nhất {format_number(most.value)} mg.",
            f"{en} at most {format_number(most.value)} mg.",
            most,
        )


def _levels(order: Order, situation: Situation) -> list[Decimal]:
    """The doses in force over the seven days before an order begins; at least the last dose."""
    assert situation.last is not None
    week = order.start - _DAY * _WEEK
    found = [
        each.mg
        for each in situation.orders
        if each.drug is order.drug and each.end >= week and each.start < order.start
    ]
    return [*found, situation.last.mg]


def _since(order: Order, situation: Situation) -> date | None:
    """The first day of the present dose: since when orders for it have followed one another."""
    assert situation.last is not None
    since = None
    before = [each for each in situation.orders if each.drug is order.drug and each.start < order.start]
    for each in sorted(before, key=lambda each: each.start, reverse=True):
        if each.mg != situation.last.mg:
            break
        since = each.start
    return since


def _range(order: Order, weighing: Weighing) -> None:
    cap = weighing.find("order.cap.buprenorphine") if order.drug is Drug.BUPRENORPHINE else None
    if cap is not None and order.mg > cap.value:
        weighing.refuse(
            "dose-above-cap",
            f"Liều không quá {format_number(cap.value)} mg.",
            f"A dose is at most {format_number(cap.value)} mg.",
            cap,
        )
    # What is usual is known for daily doses; one for two days may be larger.
    if order.phase is not Phase.MAINTENANCE or not order.rhythm.daily:
        return
    least = weighing.find(f"order.usual_min.{order.drug}")
    if least is not None and order.mg < least.value:
        weighing.warn(
            "dose-unusually-low",
            f"Liều duy trì thường từ {format_number(least.value)} mg.",
            f"A maintenance dose is usually {format_number(least.value)} mg or more.",
            least,
        )
    most = weighing.find(f"order.usual_max.{order.drug}")
    if most is not None and order.mg > most.value:
        weighing.warn(
            "dose-unusually-high",
            f"Liều duy trì thường đến {format_number(most.value)} mg.",
            f"A maintenance dose is usually up to {format_number(most.value)} mg.",
            most,
        )
