"""The tables of substitution treatment. What says a word of a person stays at the person's facility; rights,
doses and stock are also reached by the centre of the dose protocol, which knows pseudonyms alone."""

from phoihop.programmes.ost.models.care import (
    Admission,
    Draft,
    Ended,
    Note,
    OrderRow,
    PhaseStep,
    Roster,
    UrineTestRow,
    Vomit,
)
from phoihop.programmes.ost.models.centre import Centre, Challenge, Device, Lease, Outstanding, PermitRow
from phoihop.programmes.ost.models.governing import Signed, Visit
from phoihop.programmes.ost.models.log import Dose, Incident, LogEntry
from phoihop.programmes.ost.models.stock import (
    Balance,
    CountRow,
    Day,
    LotRow,
    Minutes,
    MinutesLine,
    Posting,
    Shipment,
    Signature,
    StockSaid,
)
from phoihop.programmes.ost.models.takehome import BottleNote, BottleRow, Commitment, Recall, Supply
from phoihop.programmes.ost.models.taking import TakingOver

__all__ = [
    "Admission",
    "Balance",
    "BottleNote",
    "BottleRow",
    "Centre",
    "Challenge",
    "Commitment",
    "CountRow",
    "Day",
    "Device",
    "Dose",
    "Draft",
    "Ended",
    "Incident",
    "Lease",
    "LogEntry",
    "LotRow",
    "Minutes",
    "MinutesLine",
    "Note",
    "OrderRow",
    "Outstanding",
    "PermitRow",
    "PhaseStep",
    "Posting",
    "Recall",
    "Roster",
    "Shipment",
    "Signature",
    "Signed",
    "StockSaid",
    "Supply",
    "TakingOver",
    "UrineTestRow",
    "Visit",
    "Vomit",
]
