"""Short-lived links to a stored file, for one account; and the headers under which files are given out."""

import base64
import hmac
import time
from urllib.parse import quote

from phoihop.base.security.uploads import names

SECONDS = 60
_TEXT = b"phoihop file link 1"


def sign_link(
    file_id: str, account: int, seconds: int = SECONDS, *, key: bytes, now: float | None = None
) -> str:
    """A token that lets one account fetch one file for so many seconds. It names neither.

    The key is 32 bytes or more; ``now`` is seconds since 1970, the clock's when left out.
    """
    until = int(time.time() if now is None else now) + seconds
    return f"{until:x}.{_mac(file_id, account, until, key)}"


def check_link(token: str, file_id: str, account: int, *, key: bytes, now: float | None = None) -> bool:
    """Whether the token was signed for this file and this account, and its time is not over."""
    told, _, mac = token.partition(".")
    if not told or len(told) > 12 or not all(c in "0123456789abcdef" for c in told):
        return False
    until = int(told, 16)
    fits = hmac.compare_digest(mac.encode("utf-8"), _mac(file_id, account, until, key).encode("ascii"))
    return fits and (time.time() if now is None else now) < until


def _mac(file_id: str, account: int, until: int, key: bytes) -> str:
    if len(key) < 32:
        raise ValueError("the key of a link is 32 bytes or more")
    # Lengths keep two different triples from making the same text.
    text = b"%b|%d:%b|%d|%d" % (_TEXT, len(file_id.encode()), file_id.encode(), account, until)
    return base64.urlsafe_b64encode(hmac.digest(key, text, "sha256")).rstrip(b"=").decode("ascii")


def headers(name: str, media_type: str, size: int | None = None) -> dict[str, str]:
    """The headers of a download: saved, never shown; kept nowhere; of no use to another site.

    ``name`` may be anything; ``size`` is the length in bytes where it is known.
    """
    shown = names.clean(name)
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_. ") else "_" for c in shown)
    found = {
        "Content-Type": media_type,
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(shown, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "no-store",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
    }
    if size is not None:
        found["Content-Length"] = str(size)
    return found
