"""How long things last and how often they may go wrong."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

IDLE = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=12)
AT_ONCE = 3  # sessions of one person
STEPPED_UP = timedelta(minutes=5)
CARD = timedelta(days=14)
CHOOSING = timedelta(minutes=10)  # from showing a card to having chosen a way to sign in
CARRIED = timedelta(minutes=30)
TOUCH = timedelta(seconds=60)  # how exactly it is known when a session was last used
KEPT = timedelta(days=90)  # rows of sessions that ended, and browsers nobody came back with

ADDRESS_LENGTH = 64  # bits of an IPv6 address that one subscriber has


@dataclass(frozen=True, slots=True)
class Slowing:
    """Failures in ``per`` seconds that cost nothing; then the first delay and the longest, in seconds."""

    free: int
    per: float
    first: float
    longest: float


BY_PAIR = Slowing(free=5, per=900, first=5, longest=300)  # one account from one address
BY_NAME = Slowing(free=20, per=900, first=5, longest=60)  # one account from anywhere
BY_ADDRESS = Slowing(free=60, per=900, first=5, longest=60)  # any account from one address
BY_CODE = Slowing(free=5, per=900, first=5, longest=300)  # one-time codes of one account


class Over(StrEnum):
    """Why a session counts no more."""

    ENDED = "ended"  # signed out, here or from another browser
    OLDEST = "oldest"  # a fourth one began
    IDLE = "idle"
    ABSOLUTE = "absolute"
    CHANGED = "changed"  # what the account may do has changed
    LEFT = "left"  # the account is closed
    MOVED = "moved"  # the cookie came from another browser


def why_over(
    *,
    now: datetime,
    seen_at: datetime,
    ends_at: datetime,
    ended: str,
    active: bool,
    same_version: bool,
    same_browser: bool,
) -> Over | None:
    """Why a session counts no more, or None while it does. ``ended``: the code it was ended with."""
    if ended:
        return Over(ended)
    if not active:
        return Over.LEFT
    if not same_version:
        return Over.CHANGED
    if not same_browser:
        return Over.MOVED
    if now >= ends_at:
        return Over.ABSOLUTE
    if now - seen_at >= IDLE:
        return Over.IDLE
    return None


def seconds_left(*, now: datetime, seen_at: datetime, ends_at: datetime) -> int:
    """Until a session ends if nothing more is done with it."""
    return max(0, int((min(seen_at + IDLE, ends_at) - now).total_seconds()))
