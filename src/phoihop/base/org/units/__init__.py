"""Administrative units of Vietnam through time: three tiers until 30 June 2025, two since.

Plain Python over the tables in ``data``, whose README says where they come from and what they do not know.
"""

from phoihop.base.org.units.model import REFORM, Gap, Level, Piece, Resolution, Succession, System, Unit
from phoihop.base.org.units.reexpress import Measure, Restated, reexpress
from phoihop.base.org.units.register import (
    Register,
    Tree,
    predecessors,
    register,
    successions,
    successors,
    tree,
)
from phoihop.base.org.units.search import Hit, explained, search
from phoihop.base.org.units.tables import gaps, key, pieces, resolutions, units

__all__ = [
    "REFORM", "Gap", "Hit", "Level", "Measure", "Piece", "Register", "Resolution", "Restated", "Succession",
    "System", "Tree", "Unit", "explained", "gaps", "key", "pieces", "predecessors", "reexpress", "register",
    "resolutions", "search", "successions", "successors", "tree", "units",
]  # fmt: skip
