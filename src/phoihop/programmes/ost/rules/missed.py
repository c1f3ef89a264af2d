"""Missed days, worked out from facts alone, and what follows from how many there are.

A missed day is a day on which an order asks for a dose, and no dose was given, and no bottle or inpatient
supply was there for it. Nobody types the number, and nothing outside the facility follows from it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from phoihop.kernel.quantities import format_number
from phoihop.programmes.ost.rules import orders as ordering
from phoihop.programmes.ost.rules.amounts import Presentation
from phoihop.programmes.ost.rules.orders import Order
from phoihop.programmes.ost.rules.parameters import Decision, Rulebook, Weighing
from phoihop.programmes.ost.rules.phases import Phase

HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Standing:
    """How a client stands at the end of a day.

    ``missed``: every missed day. ``run``: those since the last dose or cover. ``last``: the day of that.
    ``without``: calendar days since then with neither; None where there was none ever. It is more than the
    run where an order ended meanwhile, or where doses are not daily.
    """

    missed: tuple[date, ...]
    run: tuple[date, ...]
    last: date | None
    without: int | None


def standing(
    orders: Collection[Order],
    dosed: Iterable[date],
    cover: Iterable[date],
    until: date,
    since: date | None = None,
) -> Standing:
    """Missed days up to and with ``until``, the last day that is known entirely: today is not over.

    ``dosed``: days with a dose, wherever it was given. ``cover``: days for which the client held a bottle
    or was supplied as an inpatient. ``since``: of days before it nothing is said.
    """
    had = {day for day in (*dosed, *cover) if day <= until}
    days = {day for each in orders for day in each.dose_days(since, until)}
    missed = tuple(sorted(days - had))
    last = max(had, default=None)
    run = tuple(day for day in missed if last is None or day > last)
    return Standing(missed, run, last, (until - last).days if last is not None else None)


def missed_in(found: Standing, first: date, last: date) -> int:
    """How many days of a span were missed."""
    return sum(first <= day <= last for day in found.missed)


class Course(StrEnum):
    """What is to be done when a client comes back."""

    SAME_DOSE = "same-dose"
    HALF_DOSE = "half-dose"  # and seen by the doctor the same day
    INDUCTION = "induction"
    ADMISSION = "admission"  # dropped out: admitted anew


@dataclass(frozen=True, slots=True)
class Advice:
    """The course for a number of missed days. ``counts``: False while it rests on values nobody signed;
    ``course`` is None where there are no values for the day at all."""

    course: Course | None
    counts: bool
    decision: Decision


def advice(missed: int, on: date, book: Rulebook) -> Advice:
    """What to do after so many days missed one after another, by the rules of the day of return."""
    weighing = Weighing(book, on)
    if missed < 1:
        return Advice(Course.SAME_DOSE, True, weighing.decision())
    rules = [
        weighing.find("missed.same_until"),
        weighing.find("missed.half_until"),
        weighing.find("missed.reinduce_from"),
        weighing.find("missed.dropped_after"),
    ]
    same, half, again, dropped = rules
    if dropped is not None and missed > dropped.value:
        course, by = Course.ADMISSION, dropped
    elif again is not None and missed >= again.value:
        course, by = Course.INDUCTION, again
    elif same is not None and missed <= same.value:
        course, by = Course.SAME_DOSE, same
    elif half is not None and missed <= half.value:
        course, by = Course.HALF_DOSE, half
    else:
        return Advice(None, False, weighing.decision())
    words = {
        Course.SAME_DOSE: (
            "Giữ nguyên liều. Hỏi lý do bỏ liều và xem có dấu hiệu say thuốc không.",
            "Give the same dose. Ask why doses were missed, and look for intoxication.",
        ),
        Course.HALF_DOSE: (
            "Bác sĩ khám trong ngày; cho nửa liều.",
            "The doctor sees the client the same day; give half the dose.",
        ),
        Course.INDUCTION: ("Khởi liều lại từ đầu.", "Begin again with induction."),
        Course.ADMISSION: (
            "Coi là đã bỏ trị. Làm hồ sơ điều trị lại.",
            "Taken as dropped out. Admit the client anew.",
        ),
    }
    weighing.warn(f"missed-{course}", *words[course], by)
    return Advice(course, by.counts, weighing.decision())


def locked(orders: Collection[Order], found: Standing, on: date, book: Rulebook) -> Decision:
    """Whether a dose may be handed out on a day, after what was missed before it.

    Locked once so many days were missed, until an order is signed after the last of these; and again when
    so many more are missed after that order. An order signed while fewer were missed opens nothing.
    """
    weighing = Weighing(book, on)
    rule = weighing.find("missed.lock_from")
    if rule is None or not rule.counts:
        return weighing.decision()
    length = int(rule.value)
    left = found.run
    while len(left) >= length:
        since = left[length - 1]
        signed = [each.issued for each in orders if since < each.issued <= on]
        if not signed:
            weighing.refuse(
                "missed-locked",
                f"Đã bỏ từ {format_number(rule.value)} ngày trở lên. Cần bác sĩ khám và ký đơn mới.",
                f"{format_number(rule.value)} days or more were missed. A doctor has to see the client "
                "and sign a new order.",
                rule,
            )
            break
        left = tuple(day for day in left if day >= min(signed))
    return weighing.decision()


def returning(
    order: Order, last_mg: Decimal, missed: int, supplied: Presentation, book: Rulebook
) -> Decision:
    """Whether an order that follows missed days fits them: half the dose, or induction with a first dose."""
    found = advice(missed, order.issued, book)
    weighing = Weighing(book, order.issued)
    if found.course is Course.HALF_DOSE and order.mg > supplied.part(last_mg, HALF):
        rule = weighing.find("missed.half_until")
        weighing.refuse(
            "missed-above-half",
            "Sau số ngày bỏ liều này, đơn không quá nửa liều trước.",
            "After so many missed days the order is at most half the dose before.",
            rule,
        )
    elif found.course in {Course.INDUCTION, Course.ADMISSION}:
        name = "missed.reinduce_from" if found.course is Course.INDUCTION else "missed.dropped_after"
        rule = weighing.find(name)
        if order.phase is not Phase.INDUCTION:
            weighing.refuse(
                "missed-needs-induction",
                "Sau số ngày bỏ liều này phải khởi liều lại.",
                "After so many missed days treatment begins with induction again.",
                rule,
            )
        first = weighing.find(f"order.first_mg_max.{order.drug}")
        if first is not None and order.mg > first.value:
            weighing.refuse(
                "missed-above-first",
                f"Khởi liều lại không quá {format_number(first.value)} mg.",
                f"Induction begins again with at most {format_number(first.value)} mg.",
                rule,
            )
    return found.decision + weighing.decision()


class Day(StrEnum):
    """What one day of a client was."""

    DOSED = "dosed"
    COVERED = "covered"
    MISSED = "missed"
    NOT_DUE = "not-due"
    NO_ORDER = "no-order"


def day_of(orders: Collection[Order], dosed: Collection[date], cover: Collection[date], day: date) -> Day:
    """What a day was; a dose that was given weighs more than a bottle for the same day."""
    if day in dosed:
        return Day.DOSED
    if day in cover:
        return Day.COVERED
    order = ordering.active(orders, day)
    if order is None:
        return Day.NO_ORDER
    return Day.MISSED if order.due(day) else Day.NOT_DUE
