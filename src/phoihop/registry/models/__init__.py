"""The tables of the client file. Each row belongs to one programme at one facility, and row security keeps
it there; what is said of a person is under the person's own key of that programme."""

from phoihop.registry.models.clients import Client, Mark, Tie
from phoihop.registry.models.consents import Consent
from phoihop.registry.models.enrolments import Enrolment
from phoihop.registry.models.letters import Letter, Referral, Transfer
from phoihop.registry.models.likenesses import Likeness, Merge, MergeStep

__all__ = [
    "Client",
    "Consent",
    "Enrolment",
    "Letter",
    "Likeness",
    "Mark",
    "Merge",
    "MergeStep",
    "Referral",
    "Tie",
    "Transfer",
]
