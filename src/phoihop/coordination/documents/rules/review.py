"""What a person may say of what was read, and when a document may be confirmed."""

from enum import StrEnum


class Stage(StrEnum):
    """Where a document stands."""

    REVIEW = "review"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


class Kind(StrEnum):
    """What an item is; ``HEAD`` is one field of the header."""

    HEAD = "head"
    TARGET = "target"
    TASK = "task"
    CITE = "cite"


class Ruling(StrEnum):
    """What stands of an item: as read and not looked at, as read and right, put right, wrong, missed."""

    OPEN = "open"
    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    REJECTED = "rejected"
    ADDED = "added"


STANDS = frozenset({Ruling.ACCEPTED, Ruling.CORRECTED, Ruling.ADDED})
