"""What several pages of signing in say alike."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from phoihop.base.org.models import Account
from phoihop.base.org.signin.rules.limits import Over
from phoihop.base.org.signin.store import SessionStore


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks."""
    return "application/json" in request.headers.get("Accept", "")


def session_of(request: HttpRequest) -> SessionStore:
    """The session, as the middleware put it there."""
    session = request.session
    if not isinstance(session, SessionStore):
        raise TypeError("not our session")
    return session


def owner(request: HttpRequest) -> Account | None:
    """Who is signed in."""
    return request.user if isinstance(request.user, Account) else None


def not_yet(seconds: int) -> str:
    """How long to wait."""
    return ngettext(
        "Đã thử sai nhiều lần. Hãy thử lại sau %(count)s giây.",
        "Đã thử sai nhiều lần. Hãy thử lại sau %(count)s giây.",
        seconds,
    ) % {"count": seconds}


def refused(seconds: int, words: str) -> str:
    """The one answer to whatever did not work."""
    return f"{words} {not_yet(seconds)}" if seconds else words


def status_of(seconds: int) -> int:
    """422: wrong; 429: too soon."""
    return 429 if seconds else 422


def page(
    request: HttpRequest, template: str, seconds: int = 0, status: int = 200, **known: Any
) -> HttpResponse:
    """A page of signing in; it says how long to wait both in words and for programs."""
    known.setdefault("passkeys_work", passkeys_work(request))
    response = render(request, template, known, status=status)
    if seconds:
        response.headers["Retry-After"] = str(seconds)
    return response


def answer(words: str, *, seconds: int = 0, reason: str = "wrong") -> JsonResponse:
    """The same for a script."""
    response = JsonResponse(
        {"reason": reason, "message": refused(seconds, words), "seconds": seconds}, status=status_of(seconds)
    )
    if seconds:
        response.headers["Retry-After"] = str(seconds)
    return response


def passkeys_work(request: HttpRequest) -> bool:
    """A passkey belongs to a host name: it works at the public address, and never at a bare IP address."""
    return request.get_host().partition(":")[0] == urlsplit(settings.PHOIHOP_PUBLIC_URL).hostname


def over_words(over: Over | None) -> str:
    """Why somebody has to sign in again."""
    match over:
        case Over.IDLE:
            return _("Phiên đã hết vì 15 phút không dùng. Hãy đăng nhập lại.")
        case Over.ABSOLUTE:
            return _("Phiên đã dài 12 giờ. Hãy đăng nhập lại.")
        case Over.OLDEST:
            return _("Phiên này đã được kết thúc vì anh/chị đăng nhập ở nơi thứ tư.")
        case Over.CHANGED:
            return _("Quyền của anh/chị vừa thay đổi. Hãy đăng nhập lại.")
        case Over.MOVED:
            return _("Phiên này bắt đầu ở trình duyệt khác nên không dùng được ở đây. Hãy đăng nhập lại.")
        case Over.ENDED | Over.LEFT:
            return _("Phiên này đã được kết thúc. Hãy đăng nhập lại.")
        case None:
            return ""
