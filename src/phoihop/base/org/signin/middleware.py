"""Puts session and account on every request; one query for both, none for who brings no cookie."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import UpdateError
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from phoihop.base.org.signin import devices
from phoihop.base.org.signin.store import BROWSER, SessionStore

# What a script asks of its own accord: nobody sat at the keyboard for it, so it keeps no session alive.
BACKGROUND = "X-Background"
Handler = Callable[[HttpRequest], HttpResponseBase]


class Sessions:
    """In place of Django's session and authentication middleware."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = BROWSER.set((devices.mark_of(request), devices.family_of(request)))
        try:
            return self._answer(request)
        finally:
            BROWSER.reset(token)

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        session = SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
        request.session = session
        request.user = session.account or AnonymousUser()
        response: HttpResponseBase = self.get_response(request)
        patch_vary_headers(response, ("Cookie",))
        # A library may have put another one in its place.
        if response.status_code < 500 and isinstance(request.session, SessionStore):
            self._keep(request, request.session, response)
        return response

    def _keep(self, request: HttpRequest, session: SessionStore, response: HttpResponseBase) -> None:
        if BACKGROUND not in request.headers:
            session.touch(timezone.now())
        devices.put_cookie(request, response)
        sent = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        if session.modified and not session.is_empty():
            try:
                session.save()
            except UpdateError:
                return  # ended from elsewhere while this request ran
        if session.session_key and session.session_key != sent:
            response.set_cookie(
                settings.SESSION_COOKIE_NAME,
                session.session_key,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        elif sent and session.is_empty() and session.modified and session.over is None:
            response.delete_cookie(settings.SESSION_COOKIE_NAME, samesite="Lax")
