"""The end of a day: a second person counts without knowing the book, and every difference is minuted.

Nothing is evened out: what is short of one batch and over of another is a loss and a surplus.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from phoihop.kernel.quantities import format_number
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.rules.amounts import exact
from phoihop.programmes.ost.rules.parameters import Decision, Rulebook, Weighing
from phoihop.programmes.ost.rules.stock import Kind, Lot, Movement, Place

_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Line:
    """One batch at one place over a span of days, in ml or tablets.

    ``closing`` is by the book: opening + incoming − out − loss + surplus.
    """

    lot: Lot
    opening: Decimal = _NOTHING
    incoming: Decimal = _NOTHING
    out: Decimal = _NOTHING
    loss: Decimal = _NOTHING
    surplus: Decimal = _NOTHING

    @property
    def closing(self) -> Decimal:
        return self.opening + self.incoming - self.out - self.loss + self.surplus


def lines(
    movements: Iterable[Movement], places: Collection[Place], first: date, last: date
) -> tuple[Line, ...]:
    """The book of some places over days, by batch. What moves between the places themselves is no movement.

    What was spilt stands under loss, as the official report has it.
    """
    found: dict[Lot, dict[str, Decimal]] = {}
    for each in movements:
        goes, comes = each.source in places, each.target in places
        if each.day > last or goes == comes:
            continue
        column = _column(each, comes) if each.day >= first else "opening"
        sign = -1 if column == "opening" and goes else 1
        sums = found.setdefault(each.lot, {})
        sums[column] = sums.get(column, _NOTHING) + sign * each.quantity
    ordered = sorted(
        found, key=lambda lot: (lot.presentation.drug, lot.presentation.strength, *lot.first_out)
    )
    return tuple(Line(lot, **found[lot]) for lot in ordered)


def _column(movement: Movement, comes: bool) -> str:
    if comes:
        return "surplus" if movement.source.kind is Kind.SURPLUS else "incoming"
    return "loss" if movement.target.kind in {Kind.LOSS, Kind.SPILL} else "out"


def blind(book: Iterable[Line]) -> tuple[Lot, ...]:
    """What whoever counts is given: the batches, and no quantity."""
    return tuple(line.lot for line in book if line.closing)


@dataclass(frozen=True, slots=True)
class Count:
    """What somebody found, by batch, in ml or tablets."""

    by: str
    found: Mapping[Lot, Decimal]


@dataclass(frozen=True, slots=True)
class Difference:
    """A batch that was not as the book has it: loss or surplus, the other one is nought."""

    lot: Lot
    book: Decimal
    counted: Decimal

    @property
    def loss(self) -> Decimal:
        return max(_NOTHING, self.book - self.counted)

    @property
    def surplus(self) -> Decimal:
        return max(_NOTHING, self.counted - self.book)


def differences(book: Iterable[Line], count: Count) -> tuple[Difference, ...]:
    """Each batch that differs, also one that the book does not have.

    Refusal("count-incomplete") where a batch of the book was not counted: silence is not nought.
    """
    expected = {line.lot: line.closing for line in book if line.closing}
    if not expected.keys() <= count.found.keys():
        raise Refusal(
            "count-incomplete",
            "Còn lô chưa đếm. Lô nào hết thì ghi 0.",
            "A batch has not been counted. Write 0 for one that is used up.",
        )
    found = []
    for lot, counted in count.found.items():
        exact(counted, lot.presentation.unit.step)
        wanted = expected.get(lot, _NOTHING)
        if counted != wanted:
            found.append(Difference(lot, wanted, counted))
    return tuple(sorted(found, key=lambda each: each.lot.first_out))


@dataclass(frozen=True, slots=True)
class Minutes:
    """The paper about a difference: its number, what is said of the cause, who signed."""

    number: str
    cause: str
    signers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Closing:
    """What a count comes to. ``entries``: the movements to post, where it is allowed."""

    differences: tuple[Difference, ...]
    entries: tuple[Movement, ...]
    decision: Decision


def close(
    place: Place,
    day: date,
    book: Iterable[Line],
    count: Count,
    handed_out_by: Collection[str],
    minutes: Minutes | None,
    rules: Rulebook,
) -> Closing:
    """Close a place's day on a count. Refusal("count-incomplete").

    ``handed_out_by``: who gave doses there that day; none of them counts. A difference above the tolerance
    needs minutes and the signatures of as many people as the rule asks; one within it is not booked, and
    shows again in the next count.
    """
    weighing = Weighing(rules, day)
    found = differences(book, count)
    second = weighing.find("stock.blind_count")
    if not count.by or count.by in handed_out_by:
        weighing.refuse(
            "count-own",
            "Người đếm phải là người không cấp thuốc hôm nay.",
            "Whoever counts must not have given doses today.",
            second,
        )
    tolerance = weighing.find("stock.tolerance")
    assert tolerance is not None
    differing = [each for each in found if max(each.loss, each.surplus) > tolerance.value]
    if differing and (minutes is None or not minutes.number or not minutes.cause):
        weighing.refuse(
            "count-minutes",
            "Số đếm khác sổ. Cần lập biên bản ghi rõ nguyên nhân.",
            "The count differs from the book. Minutes with the cause are needed.",
            tolerance,
        )
    signatures = weighing.find("stock.difference_signatures")
    if differing and signatures is not None and len(minutes.signers if minutes else ()) < signatures.value:
        weighing.refuse(
            "count-signatures",
            f"Biên bản cần {format_number(signatures.value)} người ký.",
            f"The minutes need {format_number(signatures.value)} signatures.",
            signatures,
        )
    if any(each.loss for each in differing):
        hours = weighing.find("stock.loss_report_hours")
        if hours is not None:
            weighing.warn(
                "count-report-loss",
                f"Thất thoát chưa rõ nguyên nhân phải báo trong {format_number(hours.value)} giờ.",
                f"An unexplained loss is reported within {format_number(hours.value)} hours.",
                hours,
            )
    decision = weighing.decision()
    entries = _entries(place, day, differing, minutes) if decision.allowed else ()
    return Closing(found, entries, decision)


def _entries(
    place: Place, day: date, found: Iterable[Difference], minutes: Minutes | None
) -> tuple[Movement, ...]:
    number, signers = (minutes.number, minutes.signers) if minutes is not None else ("", frozenset[str]())
    entries = []
    for each in found:
        made = each.lot.presentation
        key = f"count:{place.kind}:{place.site}:{day}:{made.drug}:{made.strength}:{each.lot.batch}"
        if each.loss:
            target = Place(Kind.LOSS, place.site)
            entries.append(Movement(key, day, each.lot, place, target, each.loss, number, signers))
        else:
            source = Place(Kind.SURPLUS, place.site)
            entries.append(Movement(key, day, each.lot, source, place, each.surplus, number, signers))
    return tuple(entries)


def may_open(day: date, opened: Collection[date], closed: Collection[date], rules: Rulebook) -> Decision:
    """Whether a place's day may open: every day that was opened before is closed, and this one is not over.

    Days on which the place stayed shut are none. Days are opened in their order.
    """
    weighing = Weighing(rules, day)
    rule = weighing.find("stock.close_before_next")
    if any(each < day and each not in closed for each in opened):
        weighing.refuse(
            "day-before-open",
            "Ngày trước chưa khóa sổ. Hãy đếm và khóa sổ trước.",
            "The day before is not closed. Count and close it first.",
            rule,
        )
    if any(day <= each for each in closed):
        weighing.refuse("day-over", "Ngày này đã khóa sổ.", "This day is closed.", rule)
    return weighing.decision()
