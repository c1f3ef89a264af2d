"""Browsers by a long-lived random cookie. It lets nobody in; it tells a known browser from a new one."""

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from phoihop.base.org import notices
from phoihop.base.org.models import Account, Device
from phoihop.base.org.signin.noting import note
from phoihop.base.org.signin.rules import browsers
from phoihop.base.org.signin.store import SessionStore, digest

LASTS = 400 * 86_400  # seconds; browsers keep no cookie longer

notices.add_words(
    "new-device",
    "Tài khoản của anh/chị vừa được đăng nhập từ một trình duyệt chưa từng dùng. "
    "Nếu không phải anh/chị, hãy kết thúc phiên đó và báo quản trị.",
    "Your account was signed in from a browser not used before. "
    "If that was not you, end that session and tell the administrator.",
)


def mark_of(request: HttpRequest) -> str:
    """The hash of the browser's cookie; empty if it has none."""
    cookie = request.COOKIES.get(settings.PHOIHOP_DEVICE_COOKIE, "")
    return digest(cookie) if cookie else ""


def family_of(request: HttpRequest) -> str:
    """The browser as coarsely as it is shown and compared."""
    return browsers.family(request.headers.get("User-Agent", ""))


def is_known(account: Account | None, mark: str) -> bool:
    """Whether the account has signed in from this browser before."""
    # Asked for nobody too: a statement less would tell by the clock that a name is nobody's.
    found = bool(mark) and Device.objects.filter(account_id=account.pk if account else 0, mark=mark).exists()
    return found and account is not None


def remember(request: HttpRequest, account: Account) -> None:
    """The account signs in from this browser; a new one is told of, unless it is the account's first."""
    session: SessionStore = request.session  # type: ignore[assignment]
    if not session.mark:
        cookie = secrets.token_urlsafe(32)
        request.device_cookie = cookie  # type: ignore[attr-defined]
        session.mark = digest(cookie)
    now = timezone.now()
    if Device.objects.filter(account=account, mark=session.mark).update(last_at=now, family=session.family):
        return
    first = not Device.objects.filter(account=account).exists()
    Device.objects.create(account=account, mark=session.mark, family=session.family, since=now, last_at=now)
    note("new_device", account=account.pk)
    if not first:
        notices.tell([account.pk], "new-device")


def put_cookie(request: HttpRequest, response: HttpResponseBase) -> None:
    """Give the browser its cookie if it just got one."""
    cookie = getattr(request, "device_cookie", "")
    if cookie:
        response.set_cookie(
            settings.PHOIHOP_DEVICE_COOKIE,
            cookie,
            max_age=LASTS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def forget(account: Account, number: int) -> None:
    """Know one of the account's browsers no longer: the next sign-in from it is from a new one."""
    Device.objects.filter(account=account, pk=number).delete()
