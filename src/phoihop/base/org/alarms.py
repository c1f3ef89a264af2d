"""Canaries are planted here, and whoever looks after data hears of an alarm as soon as it is written."""

from typing import Any

from phoihop.base.org import notices, proposals, viewers
from phoihop.base.org.doors import TooFast, action, entry, label
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security import keyring, scope, throttle
from phoihop.base.security.audit import canary
from phoihop.base.security.audit.entries import Detail, Kind, Outcome
from phoihop.base.security.audit.recording import record
from phoihop.base.security.crypto.refusing import Tampered
from phoihop.base.security.models import AuditCanary
from phoihop.base.security.scope import Scope
from phoihop.kernel.refusals import Refusal

_KEYS = "canaries"  # the name, in the key store, of the key that canaries are marked with

notices.add_words(
    "alarm",
    "Có cảnh báo về việc xem hồ sơ. Hãy mở nhật ký ngay.",
    "There is an alarm about a file being opened. See the audit log now.",
)


@action("security.plant_canary", "Đặt hồ sơ mồi", "Plant a canary", kind=Kind.GRANT, step_up=True)
def plant(*, by: Viewer, thing: Any) -> None:
    """From now on, whoever opens this invented file is looking around: an alarm goes out within a minute.

    ``thing`` is a row, or its kind and id ("care.Client:12"). Refusal if it is neither.
    """
    kind, number = label(thing) if not isinstance(thing, str) else _split(thing)
    if not number:
        raise Refusal("no-such-thing", "Không có hồ sơ này.", "There is no such file.")
    assert by.account is not None
    AuditCanary.objects.get_or_create(
        mark=canary.mark(_key(), kind, number), defaults={"declared_by": by.account}
    )


def _split(said: str) -> tuple[str, str]:
    kind, _, number = said.partition(":")
    return kind, number


def _key() -> bytes:
    keyring.store().add_programme(_KEYS)
    return keyring.store().blind_key(_KEYS)


def _load() -> canary.Canaries:
    marks = frozenset(bytes(mark) for mark in AuditCanary.objects.values_list("mark", flat=True))
    return canary.Canaries(_key(), marks) if marks else canary.NONE


def _tell(agency: int | None) -> None:
    """Tell whoever sees the alarms of this agency, now."""
    with scope.acting(Scope("job")):
        notices.tell(proposals.deciders("security.see_alarms", agency), "alarm")


def watch() -> None:
    """Hold every entry of this process against the canaries."""
    canary.watch(_load, lambda alarm: _tell(alarm.owner_agency))


def too_fast(refused: TooFast) -> None:
    """Write down that somebody opens files too fast, and tell those in charge, at most every ten minutes."""
    viewer = refused.viewer
    detail: dict[str, Detail] = {"rule": "too-fast", "seconds": refused.seconds}
    record(entry(Kind.ALARM, refused.door.code, viewer, outcome=Outcome.REFUSED, detail=detail))
    _tell_of(viewer)


def tampered(viewer: Viewer | None, found: Tampered) -> None:
    """Write down that a sealed value is not what was sealed here, and where it stands."""
    table, column, _ = found.place or ("unknown", "unknown", "")
    who = viewer or viewers.visitor()
    detail: dict[str, Detail] = {"rule": "tampered", "fields": [column]}
    record(entry(Kind.ALARM, f"security.{table}", who, outcome=Outcome.FAILED, detail=detail))
    _tell_of(who)


def _tell_of(viewer: Viewer) -> None:
    """Of what goes on and on one notice in ten minutes is enough; a canary (``watch``) is told each time."""
    if throttle.take("alarm", viewer.account, 1, 600):
        _tell(viewer.agencies[0] if viewer.agencies else None)
