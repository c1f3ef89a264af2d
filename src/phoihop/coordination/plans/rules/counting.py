"""What was counted: the sum of the reports that stand, whichever way and however often they came."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from phoihop.kernel.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Count:
    """One report of one output. ``report`` names it for good; ``output`` is what was counted."""

    report: str
    output: int
    value: Decimal
    withdrawn: bool = False


def counted(value: Decimal) -> Decimal:
    """A number that may be reported. Refusal("count-below-nought"): what was handed out once is not taken
    back by counting down, but by withdrawing the report."""
    if not value.is_finite() or value < 0:
        raise Refusal(
            "count-below-nought",
            "Số đếm không thể âm. Nếu đã báo cáo nhầm, hãy rút báo cáo cũ.",
            "A count cannot be below nought. Withdraw the report that was wrong.",
        )
    return value


def totals(counts: Iterable[Count]) -> dict[int, Decimal]:
    """The total of each output that was reported on; an output whose reports were all withdrawn is at 0.

    A report heard of twice counts once, and one that was ever withdrawn counts never: the same reports give
    the same totals in every order.
    """
    standing: dict[str, Count] = {}
    for each in counts:
        before = standing.get(each.report)
        if before is None or (each.withdrawn and not before.withdrawn):
            standing[each.report] = each
    found: dict[int, Decimal] = {}
    for each in standing.values():
        found.setdefault(each.output, Decimal(0))
        if not each.withdrawn:
            found[each.output] += counted(each.value)
    return found


def reached(total: Decimal, goal: Decimal | None) -> Decimal | None:
    """The part of a goal that was counted, from 0 up, above 1 where more was done; None without one."""
    if goal is None or goal <= 0:
        return None
    return total / goal
