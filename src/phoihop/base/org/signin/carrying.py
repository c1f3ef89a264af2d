"""What was being sent when a session ended is not lost (WCAG failure F12).

The fields travel sealed through the sign-in page, for half an hour, and only the same account gets them
back: to look at and send, for the way back needs a press of a button and a fresh token.
"""

import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from django.http import HttpRequest

from phoihop.base.org.signin import sealing
from phoihop.base.org.signin.after import CARRIED
from phoihop.base.org.signin.rules import limits

MOST = 500_000  # bytes
_TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a field


@dataclass(frozen=True, slots=True)
class Carried:
    """Where the fields were going, and they in their order. ``files``: some were attached, and are lost."""

    path: str
    fields: list[tuple[str, str]]
    files: bool


def pack(request: HttpRequest) -> str:
    """The posted fields, sealed for the account whose session ended; empty where there is nothing to keep."""
    late = getattr(request.session, "late", None)
    if request.method != "POST" or late is None or late.account_id is None:
        return ""
    fields = [(name, value) for name, values in request.POST.lists() for value in values if name != _TOKEN]
    said = {
        "account": late.account_id,
        "at": time.time(),
        "path": request.get_full_path(),
        "fields": fields,
        "files": bool(request.FILES),
    }
    clear = json.dumps(said).encode()
    if len(clear) > MOST:
        return ""
    return urlsafe_b64encode(sealing.seal("carried", clear, "carried")).decode()


def keep(request: HttpRequest, packed: str) -> None:
    """Hold on to them while the person signs in."""
    if 0 < len(packed) <= 2 * MOST:
        request.session[CARRIED] = packed


def take(request: HttpRequest) -> Carried | None:
    """What this account was sending; None if it was another one, too long ago, or nothing."""
    packed = request.session.get(CARRIED, "")
    try:
        said = json.loads(sealing.unseal("carried", urlsafe_b64decode(packed), "carried"))
    except ValueError:  # Unreadable is one
        return None
    mine = said["account"] == getattr(request.user, "pk", None)
    if not mine or time.time() - said["at"] > limits.CARRIED.total_seconds():
        return None
    return Carried(said["path"], [(name, value) for name, value in said["fields"]], said["files"])
