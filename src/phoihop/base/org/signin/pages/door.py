"""Coming in and going out: password, passkey, second factor."""

from allauth.account.internal.flows.login import perform_login, perform_password_login, record_authentication
from allauth.account.models import Login
from allauth.account.stages import LoginStageController
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.webauthn.internal import auth as webauthn
from django.conf import settings
from django.contrib.auth import logout as forget
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from phoihop.base.org.models import Account
from phoihop.base.org.signin import after, attempts, carrying, factors
from phoihop.base.org.signin.attempts import Refused
from phoihop.base.org.signin.hashing import Busy
from phoihop.base.org.signin.noting import note
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
from phoihop.base.org.signin.rules.browsers import subscriber
from phoihop.base.security import origin, throttle

# An office of hundreds behind one address asks for no more than this; who fills the table with visitors does.
_CHALLENGES, _PER = 600, 600.0


def wrong_password() -> str:
    """The same for an unknown name, a closed account and a wrong password."""
    return _("Tên đăng nhập hoặc mật khẩu không đúng.")


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("password")
def login(request: HttpRequest) -> HttpResponse:
    """Account name and password, or a passkey."""
    asked = after.safe(request.POST.get("next") or request.GET.get("next", ""))
    if owner(request) is not None:
        return HttpResponseRedirect(asked)
    if request.method == "GET":
        return sign_in_page(request, asked=asked)
    name, packed = request.POST.get("login", ""), request.POST.get("carried", "")
    try:
        found = attempts.with_password(request, name, request.POST.get("password", ""))
    except Busy:
        return sign_in_page(request, asked=asked, name=name, packed=packed, error=busy(), status=503)
    if isinstance(found, Refused):
        return sign_in_page(
            request,
            asked=asked,
            name=name,
            packed=packed,
            error=refused(found.seconds, wrong_password()),
            status=status_of(found.seconds),
            seconds=found.seconds,
        )
    carrying.keep(request, packed)
    response: HttpResponse = perform_password_login(request, {}, Login(user=found, redirect_url=asked))
    return response


def busy() -> str:
    return _("Rất nhiều người đang đăng nhập cùng lúc. Hãy thử lại sau ít giây.")


def sign_in_page(
    request: HttpRequest,
    *,
    asked: str = "",
    name: str = "",
    packed: str = "",
    error: str = "",
    status: int = 200,
    seconds: int = 0,
) -> HttpResponse:
    """The sign-in page; ``packed`` is what was being sent when the last session ended."""
    return page(
        request,
        "signin/login.html",
        status=status,
        seconds=seconds,
        asked=after.safe(asked),
        name=name,
        packed=packed,
        error=error,
        why=over_words(session_of(request).over),
        oidc=settings.PHOIHOP_OIDC_NAME,
    )


def sign_in_again(request: HttpRequest) -> HttpResponse:
    """In answer to something sent after the session had ended: nothing of it is lost."""
    if wants_json(request):
        words = over_words(session_of(request).over)
        return JsonResponse({"reason": "session-over", "message": words}, status=401)
    return sign_in_page(request, packed=carrying.pack(request), status=401)


@require_http_methods(["GET", "POST"])
def passkey(request: HttpRequest) -> HttpResponse:
    """GET: what the browser needs to ask for a passkey. POST: its answer, which signs in by itself."""
    address = subscriber(origin.current().source, limits.ADDRESS_LENGTH)
    taken = throttle.take("challenge", address, _CHALLENGES, _PER)
    if not taken:
        return answer("", seconds=taken.seconds, reason="too-soon")
    if request.method == "GET":
        return JsonResponse(webauthn.begin_authentication(user=None))
    asked = after.safe(request.POST.get("next", ""))
    try:
        credential = factors.parsed(request.POST.get("credential", ""))
        account = factors.whose(credential)
        shown = factors.show_passkey(account, credential)
    except factors.Wrong:
        return answer(_("Khóa đăng nhập này không mở được tài khoản nào."))
    carrying.keep(request, request.POST.get("carried", ""))
    post_authentication(request, shown, passwordless=True)
    return _going(perform_login(request, Login(user=account, redirect_url=asked)))


def _going(response: HttpResponseBase) -> JsonResponse:
    """Where a script should go."""
    return JsonResponse({"next": response.headers.get("Location", after.safe(""))})


@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """After a right password: a passkey, a one-time code or a recovery code."""
    stage = LoginStageController.enter(request, "mfa_authenticate")
    account: Account | None = stage.login.user if stage is not None else None
    if account is None or not account.is_active:
        return HttpResponseRedirect(reverse("account_login"))
    kinds = factors.kinds(account)
    if request.method == "GET":
        if wants_json(request):
            return JsonResponse(webauthn.begin_authentication(user=account))
        return page(request, "signin/second.html", kinds=kinds)
    try:
        _show(request, account)
    except factors.Wrong as wrong:
        if wants_json(request):
            return answer(_("Khóa này không đúng."), seconds=wrong.seconds)
        words = refused(wrong.seconds, _("Mã không đúng hoặc đã dùng rồi."))
        return page(
            request,
            "signin/second.html",
            seconds=wrong.seconds,
            status=status_of(wrong.seconds),
            kinds=kinds,
            error=words,
        )
    response: HttpResponse = stage.exit()
    return _going(response) if wants_json(request) else response


def _show(request: HttpRequest, account: Account) -> str:
    """Prove a second factor and note it in the session; returns which. Raises factors.Wrong."""
    if request.POST.get("credential"):
        shown = factors.show_passkey(account, factors.parsed(request.POST["credential"]))
        post_authentication(request, shown)
        return "passkey"
    kind = factors.show_code(account, request.POST.get("code", ""))
    stored = {"totp": "totp", "recovery": "recovery_codes"}[kind]
    record_authentication(request, account, "mfa", type=stored)
    return kind


@require_http_methods(["GET", "POST"])
def logout(request: HttpRequest) -> HttpResponse:
    """Ask (GET) and go (POST); the browser forgets what it kept of our pages."""
    account = owner(request)
    if request.method == "GET" and account is not None:
        return page(request, "signin/logout.html")
    if request.method == "POST" and account is not None:
        note("sign_out", account=account.pk)
        forget(request)
    response = HttpResponseRedirect(reverse("account_login"))
    # Not "cookies": language and theme are the browser's, and the device cookie tells it from a stranger's.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@require_GET
def carried(request: HttpRequest) -> HttpResponse:
    """What was being sent when the session ended, to look at and send now."""
    if owner(request) is None:
        return HttpResponseRedirect(reverse("account_login"))
    return page(request, "signin/carried.html", carried=carrying.take(request))
