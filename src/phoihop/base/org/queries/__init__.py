"""Reading the room's tables. Every query is a door: the viewer comes first, and sees what is in reach."""

from phoihop.base.org.queries import agencies, audit, own, people, placing, proposals, units
from phoihop.base.org.rules.permissions import Grant, Reach

# Whoever works somewhere sees the facilities of that place, and no others: some must not be found.
FOR_EVERYBODY = (
    Grant("org.see_facilities", Reach.FACILITY),
    Grant("org.see_facilities", Reach.AGENCY),
)

__all__ = ["FOR_EVERYBODY", "agencies", "audit", "own", "people", "placing", "proposals", "units"]
