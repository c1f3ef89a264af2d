"""The printed card: showing it, choosing how to sign in from now on, printing a new one."""

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.internal import auth as webauthn
from django.contrib.auth import login as begin
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from phoihop.base.org.models import Account
from phoihop.base.org.page import page as guarded
from phoihop.base.org.page import said, viewer_of
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.org.signin import actions, cards, factors, passwords, squares
from phoihop.base.org.signin.attempts import Refused
from phoihop.base.org.signin.pages.own import show_codes_next
from phoihop.base.org.signin.pages.shared import answer, page, refused, status_of
from phoihop.base.security import scope
from phoihop.base.security.scope import Scope
from phoihop.kernel.refusals import Refusal

_SECRET = "card.totp"  # noqa: S105 - where the session keeps it


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("code")
def card(request: HttpRequest) -> HttpResponse:
    """Account name and the code on the card; the square code fills both in."""
    if request.method == "GET":
        return page(request, "signin/card.html")
    name = request.POST.get("login", "")
    found = cards.show(request, name, request.POST.get("code", ""))
    if isinstance(found, Refused):
        words = refused(
            found.seconds, _("Tên đăng nhập hoặc mã trên thẻ không đúng, hoặc thẻ đã dùng hay hết hạn.")
        )
        return page(
            request, "signin/card.html", found.seconds, status_of(found.seconds), name=name, error=words
        )
    return HttpResponseRedirect(reverse("signin_choose"))


@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """How to sign in from now on. GET shows the two ways; POST keeps a new passkey (a script sends it)."""
    account = cards.waiting_in(request)
    if account is None:
        return HttpResponseRedirect(reverse("signin_card"))
    if request.method == "GET":
        if "application/json" in request.headers.get("Accept", ""):
            return JsonResponse(webauthn.begin_registration(account, passwordless=True))
        return page(request, "signin/choose.html", account=account)
    try:
        credential = factors.parsed(request.POST.get("credential", ""))
        with transaction.atomic():  # a passkey that proves nothing leaves the card unused
            if not cards.use(request, account):
                return answer(_("Thẻ này đã được dùng."), reason="card-used")
            factors.add_passkey(account, credential, _("Khóa đầu tiên"))
    except factors.Wrong:
        return answer(_("Trình duyệt không tạo được khóa. Hãy thử lại, hoặc chọn mật khẩu."))
    return JsonResponse({"next": _enter(request, account, "webauthn")})


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("password", "code")
def password(request: HttpRequest) -> HttpResponse:
    """A password, and an app that makes one-time codes."""
    account = cards.waiting_in(request)
    if account is None:
        return HttpResponseRedirect(reverse("signin_card"))
    secret = request.session.get(_SECRET) or totp.generate_totp_secret()
    request.session[_SECRET] = secret
    faults: dict[str, str] = {}
    if request.method == "POST":
        chosen, code = request.POST.get("password", ""), request.POST.get("code", "")
        fault = passwords.fault(account, chosen)
        if fault:
            faults["password"] = fault
        mismatch = _("Mã không khớp. Hãy xem lại giờ trên điện thoại và nhập mã đang hiện.")
        if factors.step_of(secret, "".join(c for c in code if c.isdigit())) is None:
            faults["code"] = mismatch
        if not faults:
            if _takes(request, account, chosen, secret, code):
                return HttpResponseRedirect(_enter(request, account, "totp"))
            if cards.waiting_in(request) is None:
                return HttpResponseRedirect(reverse("signin_card"))
            faults["code"] = mismatch
    return page(
        request,
        "signin/choose_password.html",
        status=422 if faults else 200,
        account=account,
        faults=faults,
        square=squares.svg(squares.totp_address(account, secret)),
        secret=secret,
    )


def _takes(request: HttpRequest, account: Account, chosen: str, secret: str, code: str) -> bool:
    """Use the card for this password and app. False, and nothing is changed, if it counts no more or the
    code has run out since it was looked at."""
    try:
        with transaction.atomic():
            if not cards.use(request, account):
                return False
            passwords.choose(account, chosen)
            factors.add_totp(account, secret, code)
    except factors.Wrong:
        return False
    return True


def _enter(request: HttpRequest, account: Account, kind: str) -> str:
    """Sign in with what was just set up; the recovery codes come next."""
    request.session.flush()
    record_authentication(request, account, "card")
    record_authentication(request, account, "mfa", type=kind)
    begin(request, account)
    show_codes_next(request, account)
    return reverse("mfa_view_recovery_codes")


@guarded("org.issue_card", of=Account, arg="number", post=True, fields=frozenset({"reason"}))
def issue(request: HttpRequest, account: Account) -> HttpResponse:
    """GET: what a new card does. POST: the card, to print now, for it cannot be shown a second time.

    For who has signed in before the form asks for a reason, and a second person decides first.
    """
    viewer = viewer_of(request)
    if request.method != "POST":
        return _issue_page(request, viewer, account)
    if "reason" in request.POST:
        try:
            asked = actions.ask_card(by=viewer, account=account, reason=request.POST["reason"])
        except Refusal as refusal:
            if refusal.reason != "reason-missing":
                raise
            return _issue_page(request, viewer, account, fault=said(refusal))
        return HttpResponseRedirect(reverse("proposal", args=[asked.pk]))
    made = actions.issue_card(by=viewer, account=account)
    return page(request, "signin/printed.html", card=made, square=squares.svg(made.address))


def _issue_page(request: HttpRequest, viewer: Viewer, account: Account, fault: str = "") -> HttpResponse:
    with scope.acting(Scope("job", account=viewer.account)):
        second = account.last_login is not None and actions.allowed_card(viewer, account) is None
        waits = second and actions.open_card_proposal(account) is not None
    return page(
        request,
        "signin/issue.html",
        status=422 if fault else 200,
        account=account,
        second=second,
        waits=waits,
        fault=fault,
        reason=request.POST.get("reason", ""),
    )
