"""One's own ways to sign in, browsers and sessions."""

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.internal import auth as webauthn
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from phoihop.base.org.models import Account, Device, Notice, Session
from phoihop.base.org.notices import WORDS, mark_seen
from phoihop.base.org.signin import after, factors, passwords, squares
from phoihop.base.org.signin.devices import forget
from phoihop.base.org.signin.noting import note
from phoihop.base.org.signin.pages.guard import stepped_up
from phoihop.base.org.signin.pages.shared import answer, owner, page, session_of
from phoihop.base.org.signin.rules import limits
from phoihop.base.org.signin.store import end, end_one
from phoihop.base.security import throttle

_SECRET = "own.totp"  # noqa: S105 - where the session keeps it
_CODES = "own.codes"


def show_codes_next(request: HttpRequest, account: Account) -> None:
    """Make new recovery codes, to be seen once on the next page."""
    request.session[_CODES] = factors.new_recovery_codes(account)


def _me(request: HttpRequest) -> Account:
    account = owner(request)
    if account is None:
        raise Http404
    return account


def _here(request: HttpRequest) -> str:
    """The key of the present session."""
    row = session_of(request).row
    return row.pk if row is not None else ""


@require_GET
@stepped_up(asks=False)
def index(request: HttpRequest) -> HttpResponse:
    """The ways to sign in."""
    account = _me(request)
    kinds = factors.kinds(account)
    return page(
        request,
        "signin/ways.html",
        kinds=kinds,
        keys=[(key, key.wrap().name) for key in factors.passkeys(account)],
        totp=Authenticator.objects.filter(user=account, type="totp").first(),
        codes_left=factors.recovery_codes_left(account),
        has_password=account.has_usable_password(),
        needed=after.lacks_factor(account),
        asked=after.safe(request.GET.get("next", "")),
    )


@require_http_methods(["GET", "POST"])
@stepped_up()
def add_passkey(request: HttpRequest) -> HttpResponse:
    """GET: what the browser needs to make a passkey. POST: the passkey."""
    account = _me(request)
    if request.method == "GET":
        return JsonResponse(webauthn.begin_registration(account, passwordless=True))
    first = not factors.kinds(account)
    try:
        credential = factors.parsed(request.POST.get("credential", ""))
        name = " ".join(request.POST.get("name", "").split()) or _("Khóa %(count)s") % {
            "count": len(factors.passkeys(account)) + 1
        }
        factors.add_passkey(account, credential, name)
    except factors.Wrong:
        return answer(_("Trình duyệt không tạo được khóa. Hãy thử lại."))
    return JsonResponse({"next": _after_adding(request, account, "passkey", first=first)})


@require_http_methods(["GET", "POST"])
@stepped_up()
def add_totp(request: HttpRequest) -> HttpResponse:
    """An app that makes one-time codes."""
    account = _me(request)
    secret = request.session.get(_SECRET) or totp.generate_totp_secret()
    request.session[_SECRET] = secret
    fault = ""
    if request.method == "POST":
        first = not factors.kinds(account)
        try:
            factors.add_totp(account, secret, request.POST.get("code", ""))
        except factors.Wrong:
            fault = _("Mã không khớp. Hãy xem lại giờ trên điện thoại và nhập mã đang hiện.")
        else:
            del request.session[_SECRET]
            return HttpResponseRedirect(_after_adding(request, account, "totp", first=first))
    return page(
        request,
        "signin/app.html",
        status=422 if fault else 200,
        square=squares.svg(squares.totp_address(account, secret)),
        secret=secret,
        fault=fault,
    )


def _after_adding(request: HttpRequest, account: Account, means: str, *, first: bool) -> str:
    """The new factor was just shown, so the session is a strong one now."""
    session_of(request).prove(means)
    request.session.cycle_key()
    if first:
        show_codes_next(request, account)
        return reverse("mfa_view_recovery_codes")
    return reverse("mfa_index")


@require_POST
@stepped_up()
def remove(request: HttpRequest, number: int) -> HttpResponse:
    """Remove a passkey or the app; the last factor stays while a role needs one."""
    account = _me(request)
    # One at a time: two requests that each see the other's factor would leave none.
    throttle.alone("factors", account.pk)
    factor = Authenticator.objects.filter(pk=number, user=account).exclude(type="recovery_codes").first()
    if factor is None:
        raise Http404
    others = Authenticator.objects.filter(user=account).exclude(pk=number).exclude(type="recovery_codes")
    if not others.exists():
        return page(request, "signin/last.html", status=409)
    factors.remove(account, factor)
    return HttpResponseRedirect(reverse("mfa_index"))


@require_http_methods(["GET", "POST"])
@stepped_up(asks=False)
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """GET: codes just made, once. POST: the person has put them away."""
    _me(request)
    codes = request.session.get(_CODES)
    if request.method == "POST":
        request.session.pop(_CODES, None)
        return HttpResponseRedirect(after.safe(""))
    if not codes:
        return HttpResponseRedirect(reverse("mfa_index"))
    request.session.pop(_CODES)
    return page(request, "signin/recovery_codes.html", codes=[f"{c[:5]} {c[5:]}" for c in codes])


@require_POST
@stepped_up()
def new_recovery_codes(request: HttpRequest) -> HttpResponse:
    """Ten new codes in place of the old ones."""
    account = _me(request)
    if not factors.kinds(account) - {"recovery_codes"}:
        raise Http404
    show_codes_next(request, account)
    return HttpResponseRedirect(reverse("mfa_view_recovery_codes"))


@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("password")
@stepped_up()
def password(request: HttpRequest) -> HttpResponse:
    """Choose a new password; every other session ends."""
    account, fault = _me(request), ""
    if request.method == "POST":
        chosen = request.POST.get("password", "")
        fault = passwords.fault(account, chosen)
        if not fault:
            passwords.choose(account, chosen, keep=_here(request))
            request.session.cycle_key()
            return HttpResponseRedirect(reverse("mfa_index"))
    return page(request, "signin/password.html", status=422 if fault else 200, fault=fault)


@require_GET
@stepped_up(asks=False)
def devices(request: HttpRequest) -> HttpResponse:
    """Where the account is signed in, and which browsers it knows; what the person was told lately."""
    account, now, here = _me(request), timezone.now(), _here(request)
    live = Session.objects.filter(
        account=account, ended_at=None, seen_at__gt=now - limits.IDLE, ends_at__gt=now
    ).order_by("-seen_at")
    told = list(Notice.objects.filter(account=account).order_by("-at")[:20])
    words = "en" if get_language() == "en" else "vi"
    response = page(
        request,
        "signin/devices.html",
        sessions=[(each, each.pk == here, each.pk[:16]) for each in live],
        browsers=Device.objects.filter(account=account).order_by("-last_at"),
        told=[
            (each.at, WORDS[each.code].as_dict()[words], each.seen_at is None)
            for each in told
            if each.code in WORDS
        ],
    )
    mark_seen(account.pk, [each.pk for each in told])
    return response


@require_POST
@stepped_up(asks=False)
def end_sessions(request: HttpRequest) -> HttpResponse:
    """End one of one's sessions, or all but this; forget one browser."""
    account = _me(request)
    short, browser = request.POST.get("session", ""), request.POST.get("browser", "")
    if browser.isascii() and browser.isdigit() and len(browser) < 19:
        forget(account, int(browser))
        note("forget_device", account=account.pk)
    elif len(short) == 16:
        if end_one(account, short):
            note("end_session", account=account.pk)
    elif request.POST.get("all"):
        end(account=account, keep=_here(request))
        note("end_sessions", account=account.pk)
    return HttpResponseRedirect(reverse("signin_devices"))
