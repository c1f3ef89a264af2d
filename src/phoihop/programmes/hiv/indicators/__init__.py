"""The HIV indicators: every version of each, and the words of what they are split by.

``published.csv`` keeps the checksum of each version. A published version never changes: another way of
counting is another version, from the day on which it holds, and figures of before are worked out by the old
one.
"""

from collections.abc import Mapping

from phoihop.engines.indicators.definitions import Indicator
from phoihop.engines.indicators.facts import Table
from phoihop.engines.indicators.parts import AGE
from phoihop.kernel.refusals import Bilingual
from phoihop.programmes.hiv import facts
from phoihop.programmes.hiv.facts import WORDS as WORDS
from phoihop.programmes.hiv.indicators import (
    cascade,
    children,
    contacts,
    current,
    ending,
    insurance,
    mothers,
    moving,
    prep,
    testing,
    viral_load,
)

_PARTS = (current, moving, viral_load, cascade, testing, contacts, mothers, children, prep, ending, insurance)

# Definitions of which nobody compared the source with its paper: shown as "chưa đối chiếu", never silently
# live.
UNCHECKED: tuple[Indicator, ...] = tuple(each for part in _PARTS for each in part.UNCHECKED)
# Definitions that are a choice of ours, of no paper: none.
CHOSEN: tuple[Indicator, ...] = ()
ALL: tuple[Indicator, ...] = tuple(each for part in _PARTS for each in (*part.READ, *part.UNCHECKED))

TABLES: tuple[Table, ...] = facts.ALL
# What columns say that a definition makes itself.
MADE: Mapping[str, frozenset[str]] = {"how": frozenset({"new", "returned", "arrived"})}

# What a split may say, by its column.
SPLITS: Mapping[str, Mapping[str, Bilingual]] = {
    "sex": WORDS["hiv.person", "sex"],
    "age": AGE,
    "group": WORDS["hiv.person", "group"],
    "modality": WORDS["hiv.test", "modality"],
    "tie": WORDS["hiv.contact", "tie"],
    "regimen": WORDS["hiv.prep", "regimen"],
    "reason": {
        "died": Bilingual("Tử vong", "Died"),
        "transferred": Bilingual("Chuyển đi", "Transferred out"),
        "stopped": Bilingual("Ngừng điều trị", "Stopped"),
        "interrupted_0_2": Bilingual(
            "Gián đoạn, điều trị chưa đủ 3 tháng", "Interrupted before 3 months of treatment"
        ),
        "interrupted_3_5": Bilingual(
            "Gián đoạn, điều trị từ 3 đến dưới 6 tháng", "Interrupted after 3 to 5 months of treatment"
        ),
        "interrupted_6": Bilingual(
            "Gián đoạn, điều trị từ 6 tháng", "Interrupted after 6 months of treatment or more"
        ),
        "interrupted": Bilingual(
            "Gián đoạn, không rõ bắt đầu khi nào", "Interrupted, begun nobody knows when"
        ),
    },
    "away": {
        "0-2": Bilingual("Gián đoạn dưới 3 tháng", "Away for less than 3 months"),
        "3-5": Bilingual("Gián đoạn từ 3 đến dưới 6 tháng", "Away for 3 to 5 months"),
        "6+": Bilingual("Gián đoạn từ 6 tháng", "Away for 6 months or more"),
    },
}
