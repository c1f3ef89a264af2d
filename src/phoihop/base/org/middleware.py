"""One transaction and one scope for each request, and one answer to everything that is not to be seen."""

import ipaddress
import logging
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.handlers.exception import get_exception_response
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import get_resolver, reverse

from phoihop.base.org import alarms, doors, explain, viewers
from phoihop.base.org.doors import NotAllowed, TooFast
from phoihop.base.org.rules.permissions import Viewer, Why
from phoihop.base.org.signin.pages import door
from phoihop.base.security import origin, scope
from phoihop.base.security.audit.entries import Entry, Kind, Outcome
from phoihop.base.security.audit.recording import record
from phoihop.base.security.crypto.refusing import Tampered

log = logging.getLogger(__name__)
Handler = Callable[[HttpRequest], HttpResponseBase]


def real_address(get_response: Handler) -> Handler:
    """Behind proxies of the operator's own, take the address that the outermost of them saw.

    Only as many entries of X-Forwarded-For are believed as there are such proxies: what stands further left
    was written by whoever asks (ASVS 4.1.3).
    """
    proxies: int = settings.PHOIHOP_PROXIES

    def handle(request: HttpRequest) -> HttpResponseBase:
        if proxies:
            told = [entry.strip() for entry in request.headers.get("X-Forwarded-For", "").split(",")]
            if len(told) >= proxies and _is_address(told[-proxies]):
                request.META["REMOTE_ADDR"] = told[-proxies]
        return get_response(request)

    return handle


def _is_address(said: str) -> bool:
    try:
        ipaddress.ip_address(said)
    except ValueError:
        return False
    return True


def one_transaction(get_response: Handler) -> Handler:
    """Everything a request reads and writes happens in one transaction, begun as a visitor's.

    What the request recorded is committed before the answer leaves; if that fails, so does the request.
    A view that breaks undoes only itself (ATOMIC_REQUESTS), so the record of its failure stays.
    """

    def handle(request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(settings.STATIC_URL):
            return get_response(request)
        with origin.beginning(request.META.get("REMOTE_ADDR", "")), scope.acting(scope.DOOR):
            return get_response(request)

    return handle


class WhoAsks:
    """Puts ``request.viewer`` in place, widens the scope to it, and turns refusals into answers."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.viewer = viewers.of_request(request)  # type: ignore[attr-defined]
        if scope.current() is not None and request.viewer.account is not None:  # type: ignore[attr-defined]
            scope.change(viewers.scope_of(request.viewer))  # type: ignore[attr-defined]
        response = self.get_response(request)
        viewer: Viewer = request.viewer  # type: ignore[attr-defined]
        if response.status_code == 404 and viewer.account is not None and not viewer.now:
            return _no_position(request)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """Called after the view's own transaction is undone."""
        if isinstance(exception, NotAllowed):
            doors.record_refusal(exception)
            return self._answer(request, exception)
        if isinstance(exception, Http404):
            # What is missing behind a page looks like a page that is missing: neither says why it is seen.
            if hasattr(request, "seen"):
                del request.seen
            return None
        if isinstance(exception, TooFast):
            alarms.too_fast(exception)
            return _slow_down(request, exception, proves=doors.hold(exception))
        if isinstance(exception, Tampered):
            alarms.tampered(getattr(request, "viewer", None), exception)
            return None
        here, viewer = origin.current(), getattr(request, "viewer", None)
        record(
            Entry(
                kind=Kind.REFUSAL,
                action="request",
                outcome=Outcome.FAILED,
                request=here.request,
                source=here.source,
                account=viewer.account if viewer else None,
            )
        )
        return None

    def _answer(self, request: HttpRequest, refused: NotAllowed) -> HttpResponseBase:
        needed = doors.needs(refused)
        if refused.viewer.account is None:
            if request.method == "POST" and getattr(request.session, "late", None) is not None:
                return door.sign_in_again(request)  # what was being sent is not lost
            return _to("account_login", request)
        if needed is Why.NEEDS_STEP_UP:
            return _to("account_reauthenticate", request)
        if needed is Why.NEEDS_STRONG:
            return _to("mfa_index", request)
        return get_exception_response(request, get_resolver(), 404, Http404())


def _no_position(request: HttpRequest) -> HttpResponseBase:
    """In place of every page that is not there for somebody who has signed in and works nowhere today: what
    is left to them. The same for all addresses, so that it tells nothing of any; where signing in leads, it
    is their page."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    coming = min((held.since for held in viewer.held if held.since and held.since > viewer.day), default=None)
    status = 200 if request.path == settings.LOGIN_REDIRECT_URL else 404
    return render(request, "org/no_position.html", {"coming": coming}, status=status)


def _slow_down(request: HttpRequest, refused: TooFast, *, proves: bool) -> HttpResponseBase:
    """A script gets 429 and the seconds to wait; a person proves who they are and goes on where they were
    (``proves``), or is told to wait if they have done so already."""
    message = explain.words(refused.message)
    if "application/json" in request.headers.get("Accept", ""):
        answer: HttpResponseBase = JsonResponse({"reason": refused.reason, "message": message}, status=429)
    elif proves:
        answer = _to("account_reauthenticate", request)
    else:
        answer = render(request, "org/refused.html", {"message": message}, status=429)
    answer["Retry-After"] = str(refused.seconds)
    return answer


def _to(name: str, request: HttpRequest) -> HttpResponseBase:
    """Send to a page of signing in and back afterwards. A script gets a status it can act on instead."""
    back = request.get_full_path() if request.method == "GET" else request.headers.get("Referer", "/")
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"reason": name, "sign_in": reverse(name)}, status=401)
    path = urlsplit(back).path or "/"
    return HttpResponseRedirect(f"{reverse(name)}?{urlencode({'next': path})}")
