"""How well a value of a rule is known, and what may rest on it: one scale for every room.

What was read and what we chose ourselves count. What comes at second hand or from memory counts for nothing
before somebody compared exactly that value with its paper and signed for it; until then it is shown as not
checked, and stops nobody.
"""

from collections.abc import Collection
from enum import StrEnum
from typing import Protocol

from phoihop.kernel.refusals import Bilingual

UNCHECKED = Bilingual("chưa đối chiếu", "not checked")


class Certainty(StrEnum):
    """How well a value or a day is known."""

    READ = "V"  # the text was seen, or a page that quotes the article
    PAPER = "P"  # the paper is known; the value comes from a draft, a repealed text, a weak page or practice
    MEMORY = "M"  # nothing may rest on it before somebody compared it with the paper
    PLAN = "S"  # a plan says so of itself: a target, and no law
    OURS = "D"  # a choice of this program, not law

    @property
    def in_force(self) -> bool:
        """Whether it counts without anybody's signature."""
        return self in (Certainty.READ, Certainty.OURS)

    @property
    def checked(self) -> bool:
        """Whether its source was read, or needs none: a plan's own words bind the plan alone."""
        return self not in (Certainty.PAPER, Certainty.MEMORY)

    @property
    def note(self) -> Bilingual | None:
        """What to show beside it; None where there is nothing to add."""
        return None if self.checked else UNCHECKED


class Sourced(Protocol):
    """Whatever says how well it is known."""

    @property
    def certainty(self) -> Certainty: ...


def counts(value: Sourced, signed: Collection[object]) -> bool:
    """Whether a value is in force: known well enough, or signed for. A signature is for the value as it
    stands: one that was changed since is one that nobody signed."""
    return value.certainty.in_force or value in signed
