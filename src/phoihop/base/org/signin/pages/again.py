"""Proving again who one is: before something grave, and when a session was left idle."""

from allauth.mfa.webauthn.internal import auth as webauthn
from django.contrib.sessions.backends.base import UpdateError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token, rotate_token
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from phoihop.base.org import doors
from phoihop.base.org.models import Account
from phoihop.base.org.page import viewer_of
from phoihop.base.org.signin import after, attempts, factors, sealing
from phoihop.base.org.signin.attempts import Refused
from phoihop.base.org.signin.hashing import Busy
from phoihop.base.org.signin.middleware import BACKGROUND
from phoihop.base.org.signin.noting import note
from phoihop.base.org.signin.pages.door import busy, wrong_password
from phoihop.base.org.signin.pages.shared import (
    answer,
    over_words,
    owner,
    page,
    refused,
    session_of,
    status_of,
    wants_json,
)
from phoihop.base.org.signin.rules import limits
from phoihop.base.org.signin.rules.limits import Over


def who(account: Account) -> str:
    """Tells a page whether the same person is still signed in, without saying who."""
    return sealing.mark("who", account.pk).hex()[:12]


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("password")
def reauthenticate(request: HttpRequest) -> HttpResponse:
    """Step up: a passkey or a code where the account has one, else the password; then back."""
    account, session = owner(request), session_of(request)
    asked = after.safe(request.POST.get("next") or request.GET.get("next", ""))
    if account is None:
        return HttpResponseRedirect(reverse("account_login"))
    kinds, held = factors.kinds(account), doors.is_held(viewer_of(request))
    if request.method == "GET":
        if wants_json(request):
            return JsonResponse(webauthn.begin_authentication(user=account))
        return page(request, "signin/reauthenticate.html", kinds=kinds, asked=asked, held=held)
    try:
        means = _prove(request, account, password_alone=not kinds)
    except factors.Wrong as wrong:
        words = _("Không đúng. Hãy thử lại.")
        if wants_json(request):
            return answer(words, seconds=wrong.seconds)
        return page(
            request,
            "signin/reauthenticate.html",
            seconds=wrong.seconds,
            status=status_of(wrong.seconds),
            kinds=kinds,
            asked=asked,
            held=held,
            error=refused(wrong.seconds, words),
        )
    session.prove(means)
    session.cycle_key()
    note("step_up", account=account.pk, detail={"means": means})
    return JsonResponse({"next": asked}) if wants_json(request) else HttpResponseRedirect(asked)


def _prove(request: HttpRequest, account: Account, *, password_alone: bool) -> str:
    """What was shown; factors.Wrong if it does not prove anything."""
    if request.POST.get("credential"):
        factors.show_passkey(account, factors.parsed(request.POST["credential"]))
        return "passkey"
    if request.POST.get("code"):
        return factors.show_code(account, request.POST["code"])
    if not password_alone:
        raise factors.Wrong
    found = attempts.with_password(request, account.username, request.POST.get("password", ""))
    if isinstance(found, Refused):
        raise factors.Wrong(found.seconds)
    return "password"


@require_GET
def status(request: HttpRequest) -> JsonResponse:
    """For the script of every page: whether the session lasts, how long, and whose it is."""
    session, account = session_of(request), owner(request)
    row = session.row
    if account is not None and row is not None:
        if BACKGROUND not in request.headers:
            session.touch(timezone.now())
        left = limits.seconds_left(now=timezone.now(), seen_at=row.seen_at, ends_at=row.ends_at)
        return JsonResponse({"state": "in", "seconds": left, "who": who(account), "csrf": get_token(request)})
    late, over = session.late, session.over
    if over is Over.IDLE and late is not None and late.account is not None:
        kinds = factors.kinds(late.account)
        return JsonResponse(
            {
                "state": "idle",
                "message": over_words(over),
                "who": who(late.account),
                "password": late.account.has_usable_password(),
                "passkey": "webauthn" in kinds,
                "csrf": get_token(request),
            }
        )
    return JsonResponse({"state": "out", "message": over_words(over)})


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("password")
def resume(request: HttpRequest) -> HttpResponse:
    """Take up a session left idle. One factor is enough: the cookie is there, and a second one was shown.

    POST answers with a new token for the forms of the page. 409 if there is no such session.
    """
    session = session_of(request)
    late = session.late
    if session.over is not Over.IDLE or late is None or late.account is None:
        return JsonResponse({"reason": "session-over", "message": over_words(Over.ENDED)}, status=409)
    if request.method == "GET":
        options = webauthn.begin_authentication(user=late.account)
        session.keep_late(webauthn.STATE_SESSION_KEY)
        return JsonResponse(options)
    session.take_late(webauthn.STATE_SESSION_KEY)
    try:
        means = _prove(request, late.account, password_alone=True)
        # A password alone takes up the work, but is no step-up for who has more than a password.
        session.resume(fresh=means != "password" or not factors.kinds(late.account))
    except factors.Wrong as wrong:
        return answer(wrong_password() if not request.POST.get("credential") else "", seconds=wrong.seconds)
    except Busy:
        return JsonResponse({"reason": "busy", "message": busy()}, status=503)
    except UpdateError:
        return JsonResponse({"reason": "session-over", "message": over_words(Over.ENDED)}, status=409)
    rotate_token(request)
    note("sign_in_again", account=late.account.pk, detail={"means": means})
    return JsonResponse({"csrf": get_token(request), "seconds": int(limits.IDLE.total_seconds())})
