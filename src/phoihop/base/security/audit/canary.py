"""Things that nobody has reason to open: whoever opens one is looking around.

They are known only by a keyed hash of kind and id, so that a copy of the database does not tell which
they are. Reading one adds an alarm beside the entry, in the same statement, and tells somebody once the
transaction is done.
"""

import hashlib
import hmac
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from phoihop.base.security.audit.entries import Entry, Kind

log = logging.getLogger(__name__)

ACTION = "audit.canary"
# What does not touch the thing itself: who signs in, what is refused before it is shown, alarms themselves.
_QUIET = {Kind.LOGIN, Kind.ALARM, Kind.JOB}
_KEEP = 20.0  # seconds for which a process believes the list it loaded; an alarm may take 60


def mark(key: bytes, thing_kind: str, thing_id: str) -> bytes:
    """What a canary is known by: HMAC-SHA-256, 32 bytes."""
    return hmac.new(key, f"{thing_kind}\0{thing_id}".encode(), hashlib.sha256).digest()


@dataclass(frozen=True, slots=True)
class Canaries:
    """The declared canaries: the key of their marks, and the marks."""

    key: bytes = field(repr=False)
    marks: frozenset[bytes]

    def holds(self, thing_kind: str, thing_id: str) -> bool:
        """Whether this thing is one."""
        return bool(self.marks and thing_id) and mark(self.key, thing_kind, thing_id) in self.marks

    def alarms(self, entries: Iterable[Entry]) -> list[Entry]:
        """For every entry that touches a canary, refused or not, the alarm that belongs beside it."""
        return [
            replace(entry, kind=Kind.ALARM, action=ACTION, detail={"rule": "canary"})
            for entry in entries
            if entry.kind not in _QUIET and self.holds(entry.thing_kind, entry.thing_id)
        ]


NONE = Canaries(b"", frozenset())


@dataclass(slots=True)
class Watch:
    """The canaries of this process, loaded again every twenty seconds, and whom to tell."""

    load: Callable[[], Canaries]
    tell: Callable[[Entry], None]
    clock: Callable[[], float] = time.monotonic
    _loaded: Canaries = NONE
    _until: float = float("-inf")

    def canaries(self) -> Canaries:
        """The list as it stood at most twenty seconds ago. What ``load`` raises, reading raises."""
        if self.clock() >= self._until:
            self._loaded = self.load()
            self._until = self.clock() + _KEEP
        return self._loaded

    def told(self, alarms: Iterable[Entry]) -> None:
        """Tell of alarms that are written; one that cannot be told does not keep the others back."""
        for alarm in alarms:
            try:
                self.tell(alarm)
            except Exception:
                log.exception("an alarm of the audit could not be sent; it stands in the audit")


_watch: Watch | None = None


def watch(load: Callable[[], Canaries], tell: Callable[[Entry], None]) -> None:
    """From now on, entries of this process are held against ``load()``; ``tell`` hears of each alarm.

    ``load`` runs inside the transaction of an entry, ``tell`` after its commit: it should hand the alarm
    to a job and return.
    """
    global _watch  # noqa: PLW0603
    _watch = Watch(load, tell)


def watching() -> Watch | None:
    """The watch of this process, if ``watch`` was called."""
    return _watch
