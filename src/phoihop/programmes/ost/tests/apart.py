"""How figures of treatment fall apart by place, order and reason: tables of cases, each counted by hand."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from phoihop.engines.indicators.definitions import Indicator
from phoihop.engines.indicators.parts import FISCAL_YEAR, MARCH, Given, on, stored
from phoihop.engines.indicators.rows import Store
from phoihop.kernel.calendars import Period
from phoihop.programmes.ost.indicators.current import KP_MAT, OST_ATTENDING, OST_CURR
from phoihop.programmes.ost.indicators.leaving import OST_LEFT
from phoihop.programmes.ost.indicators.reach import OST_TH_COHORT
from phoihop.programmes.ost.indicators.samples import commitment, cover, dose, order, spell

Groups = dict[tuple[str, ...], tuple[Decimal, ...]]
Case = tuple[Indicator, Period, Store, tuple[str, ...], Groups]


def case(
    indicator: Indicator, rows: Sequence[Given], by: tuple[str, ...], *group: str, of: Period = MARCH
) -> Case:
    """One person in this group, and nobody in others."""
    return indicator, of, stored(rows), by, {group: (Decimal(1),)}


# Of p, in treatment: which orders there are, and so on which medicine and in which phase.
ORDERS: list[tuple[list[Given], str, str]] = [
    ([], "none", "none"),
    ([order("p", on(31, 3), on(2, 4), phase="induction")], "methadone", "induction"),
    ([order("p", on(1, 4), on(2, 4))], "none", "none"),
    ([order("p", on(1, 3), on(31, 3))], "methadone", "maintenance"),
    ([order("p", on(1, 3), on(30, 3))], "none", "none"),
    # Signed later, in whatever order they are written down.
    (
        [
            order("p", on(20, 3), on(18, 4), drug="buprenorphine", mg=8, signed=on(20, 3)),
            order("p", on(1, 3), on(31, 3), phase="adjustment", signed=on(1, 3)),
        ],
        "buprenorphine",
        "maintenance",
    ),
    # Signed on one day: the one that begins later.
    (
        [
            order("p", on(1, 3), on(31, 3), mg=100, phase="adjustment", signed=on(1, 3)),
            order("p", on(10, 3), on(31, 3), mg=80, signed=on(1, 3)),
        ],
        "methadone",
        "maintenance",
    ),
]
# Of p, last seen on 10/02 and so away for over 30 days since 13/03: when it was ended, and why p left.
ENDED: list[tuple[date | None, str]] = [
    (None, "away"),
    (on(12, 3), "wish"),
    (on(13, 3), "away"),
    (on(14, 3), "away"),
]
_TWO = [spell("p", sex="male"), spell("p", on(2, 2), facility="b", sex="female", came="again")]
_MOVED = [
    spell("p", on(1, 9, 2025), ended=on(31, 3), how="moved"),
    spell("p", on(1, 4), facility="b", came="transfer", since=on(1, 9, 2025)),
]

CASES: tuple[Case, ...] = (
    *(case(OST_CURR, [spell("p"), *rows], ("drug", "phase"), drug, phase) for rows, drug, phase in ORDERS),
    *(
        case(OST_LEFT, [spell("p", ended=ended), dose("p", on(10, 2))], ("reason",), why)
        for ended, why in ENDED
    ),
    # Who is in two files counts in that of the later treatment.
    case(OST_CURR, _TWO, ("facility", "sex"), "b", "female"),
    case(OST_ATTENDING, [*_TWO, cover("p", on(1, 3))], ("facility",), "b"),
    case(KP_MAT, _MOVED, ("facility",), "b", of=FISCAL_YEAR),
    case(OST_TH_COHORT, [*_TWO, commitment("p", on(1, 2))], ("sex",), "female"),
)
