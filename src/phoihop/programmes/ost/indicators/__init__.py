"""The indicators of substitution treatment: every version of each, and the words of what they are split by.

``published.csv`` keeps the checksum of each version. A published version never changes: another way of
counting is another version, from the day on which it holds, and figures of before are worked out by the old
one.
"""

from collections.abc import Mapping

from phoihop.engines.indicators.definitions import Indicator
from phoihop.engines.indicators.facts import Table
from phoihop.engines.indicators.parts import AGE
from phoihop.kernel.refusals import Bilingual
from phoihop.programmes.ost.indicators import current, days, keeping, leaving, reach, supply, tables
from phoihop.programmes.ost.indicators.tables import NO_ORDER
from phoihop.programmes.ost.indicators.tables import WORDS as WORDS

_PARTS = (current, leaving, keeping, days, reach, supply)

# Definitions of which nobody compared the source with its paper: shown as "chưa đối chiếu", never silently
# live.
UNCHECKED: tuple[Indicator, ...] = tuple(each for part in _PARTS for each in part.UNCHECKED)
# Definitions that are a choice of ours, of no paper.
CHOSEN: tuple[Indicator, ...] = tuple(each for part in _PARTS for each in part.CHOSEN)
ALL: tuple[Indicator, ...] = tuple(
    each for part in _PARTS for each in (*part.READ, *part.UNCHECKED, *part.CHOSEN)
)

TABLES: tuple[Table, ...] = tables.ALL
# What columns say that a definition makes itself.
MADE: Mapping[str, frozenset[str]] = {"drug": frozenset({"none"}), "phase": frozenset({"none"})}

# What a split may say, by its column.
SPLITS: Mapping[str, Mapping[str, Bilingual]] = {
    "sex": WORDS["ost.spell", "sex"],
    "age": AGE,
    "drug": {**WORDS["ost.order", "drug"], "none": NO_ORDER},
    "phase": {**WORDS["ost.order", "phase"], "none": NO_ORDER},
    "came": WORDS["ost.spell", "came"],
    "reason": {
        **WORDS["ost.spell", "how"],
        "away": Bilingual("Vắng quá 30 ngày", "Away for over 30 days"),
    },
    "state": {name: said for name, said in WORDS["ost.application", "state"].items() if name != "open"},
}
