"""Kinds of agencies, their duties, and who answers for a duty: all between two days."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from phoihop.kernel.certainty import Certainty
from phoihop.kernel.refusals import Bilingual


class Tier(StrEnum):
    """Where an agency stands. A district's agencies ended with the districts on 1 July 2025."""

    CENTRE = "centre"
    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of agency at one tier, such as the health department of a province.

    ``code`` is "branch.tier" ("health.province"). ``valid_to`` is the last day; None where the day is not
    recorded or not yet there.
    """

    code: str
    branch: str
    tier: Tier
    name: Bilingual
    valid_from: date | None
    valid_to: date | None
    basis: str
    certainty: Certainty

    def stood(self, on: date) -> bool:
        """Whether there were such agencies on a day."""
        return _within(self.valid_from, self.valid_to, on)


@dataclass(frozen=True, slots=True)
class Duty:
    """Something agencies answer for. The code tells nothing of what it is about."""

    code: str
    name: Bilingual


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who answers for a duty at a tier, from a first to a last day; ``part`` where it is only a part.

    The kind may stand at another tier: a district's duty went to the province.
    """

    duty: str
    tier: Tier
    kind: str
    valid_from: date | None
    valid_to: date | None
    part: Bilingual | None
    basis: str
    source: str
    certainty: Certainty

    def held(self, on: date) -> bool:
        """Whether it was so on a day."""
        return _within(self.valid_from, self.valid_to, on)


@dataclass(frozen=True, slots=True)
class KindSuccession:
    """What a kind of agency that ended became, apart from the duties that went elsewhere."""

    old: str
    new: str
    day: date
    basis: str
    certainty: Certainty


def _within(first: date | None, last: date | None, on: date) -> bool:
    return (first is None or first <= on) and (last is None or on <= last)
