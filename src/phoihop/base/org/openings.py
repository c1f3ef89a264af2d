"""Giving a purpose for a file that is not among one's own; reading what others gave."""

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils import timezone

from phoihop.base.org import caseload, doors
from phoihop.base.org.doors import NotAllowed, action, label, place_of
from phoihop.base.org.models import Opening
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.org.signin import sealing
from phoihop.kernel.refusals import Bilingual, Refusal
from phoihop.kernel.text import nfc

SHORTEST, LONGEST = 5, 300  # characters of what is said beside the purpose
_USE = "purpose"


@action("org.change_own_purpose", "Nêu mục đích mở hồ sơ", "Say why one opens a file")
def give_purpose(*, by: Viewer, code: str, file: models.Model, purpose: str, words: str) -> Opening:
    """Let this session open one file by the door ``code`` for half an hour.

    NotAllowed if the door would not open anyway. Refusal: "no-such-purpose", "words-missing".
    """
    decision = doors.may(by, code, file)
    if not decision:
        raise NotAllowed(doors.DOORS[code], by, decision, file, place_of(file))
    if purpose not in caseload.PURPOSES:
        raise Refusal("no-such-purpose", "Hãy chọn một mục đích.", "Choose a purpose.")
    said = " ".join(nfc(words).split())[:LONGEST]
    if len(said) < SHORTEST:
        raise Refusal(
            "words-missing",
            "Hãy ghi vài từ: việc gì cần mở hồ sơ này.",
            "Say in a few words what you need this file for.",
        )
    assert by.account is not None
    now, (kind, number) = timezone.now(), label(file)
    return Opening.objects.create(
        account_id=by.account,
        session=by.session,
        agency_id=by.now[0].agency if by.now else None,
        owner_agency_id=place_of(file).agency,
        file=f"{kind}:{number}",
        purpose=purpose,
        words=sealing.seal(_USE, said.encode(), by.account),
        at=now,
        until=now + caseload.LASTS,
    )


@dataclass(frozen=True, slots=True)
class Given:
    """A purpose that somebody gave for a file; ``words`` empty once they have been erased."""

    account: int
    at: datetime
    file: str
    purpose: Bilingual
    words: str


def given(since: datetime, until: datetime) -> list[Given]:
    """What the present scope sees of the purposes given in a time, latest first."""
    rows = Opening.objects.filter(at__gte=since, at__lt=until).order_by("-at")
    return [
        Given(
            row.account_id,
            row.at,
            row.file,
            caseload.PURPOSES.get(row.purpose, Bilingual(row.purpose, row.purpose)),
            sealing.unseal(_USE, bytes(row.words), row.account_id).decode() if row.words else "",
        )
        for row in rows
    ]
