"""A vomited dose: how much of it is given again, by how long it stayed down."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from phoihop.programmes.ost.rules.amounts import Presentation
from phoihop.programmes.ost.rules.parameters import Decision, Rulebook, Weighing

_NONE = Decimal(0)
_FULL, _HALF, _QUARTER = Decimal(1), Decimal("0.5"), Decimal("0.25")


@dataclass(frozen=True, slots=True)
class Again:
    """How much may be given again. ``share`` of the dose, 0 to 1, and ``mg``, rounded down to what can be
    measured. ``counts``: False while it rests on values nobody signed, and then ``mg`` is only shown."""

    share: Decimal
    mg: Decimal
    counts: bool
    decision: Decision


def again(
    mg: Decimal, minutes: Decimal, supplied: Presentation, on: date, book: Rulebook, *, seen_by_staff: bool
) -> Again:
    """What to give again after so many minutes, from 0 up. Where two spans meet, the smaller share holds.

    Raises ValueError for minutes before the dose.
    """
    if minutes < 0:
        raise ValueError("a dose is vomited after it was taken")
    weighing = Weighing(book, on)
    seen = weighing.find("vomited.seen_by_staff")
    if not seen_by_staff and seen is not None:
        weighing.refuse(
            "vomited-unseen",
            "Chỉ bù liều khi nhân viên tận mắt thấy.",
            "A dose is given again only where staff saw it.",
            seen,
        )
        return Again(_NONE, _NONE, seen.counts, weighing.decision())
    for rule_id, share, within in (
        ("vomited.full_before", _FULL, minutes.__lt__),
        ("vomited.half_before", _HALF, minutes.__lt__),
        ("vomited.quarter_until", _QUARTER, minutes.__le__),
    ):
        rule = weighing.find(rule_id)
        if rule is None:
            return Again(_NONE, _NONE, False, weighing.decision())
        if within(rule.value):
            weighing.warn(
                "vomited-again",
                "Bác sĩ quyết định cho bù liều.",
                "A doctor decides whether it is given again.",
                rule,
            )
            return Again(share, supplied.part(mg, share), rule.counts, weighing.decision())
    counts = not weighing.decision().unchecked
    return Again(_NONE, _NONE, counts, weighing.decision())
