"""Opening a file in an emergency: for care alone, half an hour, looked at afterwards by somebody else."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from enum import StrEnum

from phoihop.kernel.refusals import Refusal

LASTS = timedelta(minutes=30)
REVIEW = timedelta(hours=72)
SHORTEST = 15  # characters of a reason
WORDS = 3
LAST = 10  # reasons of the same person that a new one is held against
_ALIKE = 0.9
# Kinds of agencies that treat people. Nobody who holds any office elsewhere opens a file this way: centres
# for recovery, which the police run, are elsewhere too.
_CARING = frozenset({"health", "health-centre", "health-station", "cdc", "disease"})


class Verdict(StrEnum):
    """What the reviewer found."""

    FITTING = "fitting"
    NOT_FITTING = "not-fitting"


class Standing(StrEnum):
    """Where the review of an emergency stands."""

    DUE = "due"
    OVERDUE = "overdue"
    REVIEWED = "reviewed"


def for_care(kind: str) -> bool:
    """Whether an agency of this kind cares for people; a code of the register of agencies."""
    return kind in _CARING


def check_reason(reason: str) -> None:
    """Nothing, or Refusal("reason-missing"): fifteen characters in three different words at least."""
    words = {word.casefold() for word in re.findall(r"\w+", reason)}
    if len(reason.strip()) < SHORTEST or len(words) < WORDS:
        raise Refusal(
            "reason-missing",
            f"Hãy ghi lý do cấp cứu, ít nhất {SHORTEST} ký tự: chuyện gì xảy ra, cần biết điều gì.",
            f"Say in {SHORTEST} characters or more what happened and what you need to know.",
        )


def is_copied(reason: str, before: Iterable[str]) -> bool:
    """Whether a reason says what one of the earlier ones said, but for letters, signs and blanks."""
    said = _plain(reason)
    return any(SequenceMatcher(None, said, _plain(old)).ratio() >= _ALIKE for old in before)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def is_open(ends_at: datetime, ended_at: datetime | None, now: datetime) -> bool:
    """Whether the file may still be read."""
    return ended_at is None and now < ends_at


def standing(opened_at: datetime, reviewed_at: datetime | None, now: datetime) -> Standing:
    """Where the review stands."""
    if reviewed_at is not None:
        return Standing.REVIEWED
    return Standing.OVERDUE if now >= opened_at + REVIEW else Standing.DUE
