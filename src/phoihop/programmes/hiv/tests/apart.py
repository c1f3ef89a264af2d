"""How figures of treatment fall apart by place, reason and time: tables of cases, each as counted by hand."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from phoihop.engines.indicators.definitions import Indicator
from phoihop.engines.indicators.parts import FIRST_QUARTER, Given, on, stored
from phoihop.engines.indicators.rows import Store
from phoihop.kernel.calendars import Period
from phoihop.programmes.hiv.indicators.current import TX_CURR
from phoihop.programmes.hiv.indicators.moving import TX_ML, TX_NEW, TX_RTT, TX_TI
from phoihop.programmes.hiv.indicators.prep import PREP_CT
from phoihop.programmes.hiv.indicators.samples import death, end, person, pickup, prep, start, viral_load
from phoihop.programmes.hiv.indicators.viral_load import TX_PVLS

Groups = dict[tuple[str, ...], tuple[Decimal, ...]]
Case = tuple[Indicator, Period, Store, tuple[str, ...], Groups]

BEGUN = start("p", on(1, 1, 2024))

# Of p, in treatment at a on the eve of the first quarter of 2026: what the quarter brought, and why p left.
SUPPLIED = pickup("p", on(20, 12, 2025), 30)
REASONS = [
    ([BEGUN, SUPPLIED], "interrupted_6"),
    ([SUPPLIED], "interrupted"),
    ([start("p", on(1, 8, 2025)), SUPPLIED], "interrupted_3_5"),
    ([start("p", on(20, 12, 2025)), SUPPLIED], "interrupted_0_2"),
    # Used up on 19/01: six months of treatment are full on that day for whoever began on 19/07.
    ([start("p", on(19, 7, 2025)), SUPPLIED], "interrupted_6"),
    ([start("p", on(20, 7, 2025)), SUPPLIED], "interrupted_3_5"),
    ([start("p", on(19, 10, 2025)), SUPPLIED], "interrupted_3_5"),
    ([start("p", on(20, 10, 2025)), SUPPLIED], "interrupted_0_2"),
    # A transfer in says since when, and that is what counts.
    ([start("p", on(20, 12, 2025), "transfer", since=on(1, 1, 2015)), SUPPLIED], "interrupted_6"),
    # Of two starts the one that knows of the longer treatment.
    (
        [start("p", on(20, 12, 2025)), start("p", on(5, 1), "transfer", "b", on(1, 1, 2015)), SUPPLIED],
        "interrupted_6",
    ),
    ([BEGUN, SUPPLIED, death("p", on(31, 3), "other")], "died"),
    ([BEGUN, SUPPLIED, end("p", on(5, 1))], "transferred"),
    ([BEGUN, SUPPLIED, end("p", on(5, 1), "stopped")], "stopped"),
    ([BEGUN, SUPPLIED, pickup("p", on(5, 1), 90), end("p", on(5, 1))], "transferred"),
    ([BEGUN, SUPPLIED, pickup("p", on(5, 1), 90), end("p", on(5, 1), "stopped")], "stopped"),
    ([BEGUN, SUPPLIED, end("p", on(5, 1)), death("p", on(9, 1))], "died"),
    ([BEGUN, SUPPLIED, pickup("p", on(5, 1), 30, "b")], "transferred"),
    # An end of long ago, treated since: it explains nothing.
    ([BEGUN, end("p", on(5, 11, 2024), "stopped"), SUPPLIED], "interrupted_6"),
    # An end at a facility where p is not treated: neither.
    ([BEGUN, SUPPLIED, end("p", on(5, 1), "stopped", "b")], "interrupted_6"),
    ([BEGUN, SUPPLIED, pickup("p", on(1, 3), 30)], None),
    ([BEGUN, SUPPLIED, pickup("p", on(1, 3), 30), death("p", on(1, 4))], None),
    ([BEGUN, end("p", on(5, 11, 2024)), SUPPLIED], "interrupted_6"),
    ([BEGUN, end("p", on(19, 12, 2025)), SUPPLIED], "interrupted_6"),
    ([BEGUN, end("p", on(19, 12, 2025), "stopped"), SUPPLIED], "interrupted_6"),
    # Never supplied at all: an end explains it, and nothing else does.
    ([start("p", on(5, 1)), end("p", on(9, 1))], "transferred"),
    ([start("p", on(5, 1)), end("p", on(9, 1), "stopped")], "stopped"),
    ([start("p", on(5, 1))], "interrupted"),
    # Begun on the last day, by the papers, or after it, of which nothing is known yet.
    ([start("p", on(31, 3)), SUPPLIED], "interrupted_0_2"),
    ([start("p", on(1, 4)), SUPPLIED], "interrupted"),
]

# Of p, who was supplied again on 02/01/2026: since when there had been no medicine, and how long that is.
AWAY = [
    (on(2, 12, 2025), "0-2"),
    (on(3, 10, 2025), "0-2"),
    (on(2, 10, 2025), "3-5"),
    (on(3, 7, 2025), "3-5"),
    (on(2, 7, 2025), "6+"),
    (on(3, 12, 2025), None),  # 28 days late on the eve: no interruption
]

# Of p, who is supplied at a place from 10/01 on, and of what was before: how they came.
BEFORE = pickup("p", on(10, 10, 2025), 30)  # at a; used up on 09/11, interrupted since
CAME = [
    ([BEFORE], "a", (TX_RTT,)),
    ([BEFORE], "b", (TX_RTT,)),  # went elsewhere by themselves
    ([BEFORE, end("p", on(15, 10, 2025), "stopped")], "a", (TX_RTT,)),
    ([BEFORE, end("p", on(15, 10, 2025))], "b", (TX_TI,)),
    ([BEFORE, end("p", on(10, 10, 2025))], "b", (TX_TI,)),  # supplied and sent on in one day
    ([BEFORE, end("p", on(9, 10, 2025))], "b", (TX_RTT,)),  # sent on, but supplied there again
    ([BEFORE, end("p", on(15, 10, 2025), facility="b")], "b", (TX_RTT,)),
    ([BEFORE, start("p", on(10, 1), "transfer", since=on(1, 1, 2020))], "a", (TX_RTT,)),
    ([start("p", on(10, 1), "transfer", since=on(1, 1, 2020))], "a", (TX_TI,)),
    ([start("p", on(10, 1))], "a", (TX_NEW,)),
    ([BEFORE, start("p", on(5, 1), facility="b")], "a", (TX_NEW, TX_TI)),  # the other way round
    ([start("p", on(5, 1))], "b", (TX_NEW, TX_TI)),  # began at a and went on at b: one left a, too
]


def case(indicator: Indicator, rows: Sequence[Given], by: str, *groups: str) -> Case:
    """One person in each of these groups."""
    return indicator, FIRST_QUARTER, stored(rows), (by,), {(each,): (Decimal(1),) for each in groups}


def _came() -> list[Case]:
    found = []
    for rows, place, ways in CAME:
        store = [person("p"), *rows, pickup("p", on(10, 1), 90, place)]
        found += [
            case(each, store, "facility", *([place] if each in ways else [])) for each in (TX_RTT, TX_TI)
        ]
    return found


_OUT = pickup("p", on(2, 9, 2025), 30)  # used up on 02/10
CASES: tuple[Case, ...] = (
    *(case(TX_ML, [person("p"), *rows], "reason", *([how] if how else [])) for rows, how in REASONS),
    *(
        case(
            TX_RTT,
            [person("p"), BEGUN, pickup("p", out - timedelta(days=30), 30), pickup("p", on(2, 1), 90)],
            "away",
            *([away] if away else []),
        )
        for out, away in AWAY
    ),
    *_came(),
    # Away up to the first pickup of the period, be that on its first or its last day.
    case(
        TX_RTT,
        [person("p"), BEGUN, _OUT, pickup("p", on(1, 1), 30), pickup("p", on(20, 2), 90)],
        "away",
        "0-2",
    ),
    case(TX_RTT, [person("p"), BEGUN, _OUT, pickup("p", on(31, 3), 30)], "away", "3-5"),
    # Where one is in treatment: at the place of the last pickup, the longer one of a day.
    case(TX_CURR, [pickup("p", on(1, 2), 60, "b"), pickup("p", on(1, 3), 60, "a")], "facility", "a"),
    case(TX_NEW, [start("p", on(2, 1), facility="b"), start("p", on(5, 2), facility="a")], "facility", "b"),
    # The file of a person who has two by mistake: that of the later birth, in one place alone.
    case(
        TX_CURR,
        [person("p", "male"), person("p", "female", on(1, 1, 2005)), pickup("p", on(1, 3), 60)],
        "sex",
        "female",
    ),
    case(TX_ML, [person("p", "male"), person("p", "female", on(1, 1, 2005)), SUPPLIED], "sex", "female"),
    # A sample that gave no result says nothing: the one before it does. (Not among the worked examples, for
    # one library cannot hand an unknown number to a cluster.)
    (
        TX_PVLS,
        FIRST_QUARTER,
        stored(
            [
                BEGUN,
                pickup("p", on(1, 3), 60),
                viral_load("p", on(1, 1), 50),
                viral_load("p", on(1, 2), None),
            ]
        ),
        ("facility",),
        {("a",): (Decimal(1), Decimal(1))},
    ),
    # The last visit says which regimen.
    case(
        PREP_CT,
        [
            prep("p", on(5, 10, 2025)),
            prep("p", on(5, 1), "follow"),
            prep("p", on(5, 2), "follow", "event"),
        ],
        "regimen",
        "event",
    ),
)
