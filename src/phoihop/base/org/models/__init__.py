"""The tables of the room; each file holds one subject."""

from phoihop.base.org.models.agencies import Agency, AgencySuccession, Facility, Placement
from phoihop.base.org.models.notices import Notice
from phoihop.base.org.models.openings import Opening
from phoihop.base.org.models.people import Account, Person
from phoihop.base.org.models.positions import Block, Position, Proposal
from phoihop.base.org.models.sessions import Device, Session, SignInCard
from phoihop.base.org.models.units import Succession, Unit

__all__ = [
    "Account",
    "Agency",
    "AgencySuccession",
    "Block",
    "Device",
    "Facility",
    "Notice",
    "Opening",
    "Person",
    "Placement",
    "Position",
    "Proposal",
    "Session",
    "SignInCard",
    "Succession",
    "Unit",
]
