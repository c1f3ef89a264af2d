"""Where a person goes who has just signed in."""

from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from phoihop.base.org import viewers
from phoihop.base.org.models import Account
from phoihop.base.org.roles import ROLES

CARRIED = "carried"  # where a session keeps what was being sent when the last one ended


def safe(path: str) -> str:
    """A path of this site, or the first page."""
    if path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None):
        return path
    return str(settings.LOGIN_REDIRECT_URL)


def destination(request: HttpRequest, account: Account, asked: str) -> str:
    """What was being sent comes first, then a missing second factor, then the page asked for."""
    if CARRIED in request.session:
        return reverse("signin_carried")
    if lacks_factor(account):
        return f"{reverse('mfa_index')}?{urlencode({'next': safe(asked)})}"
    return safe(asked)


def lacks_factor(account: Account) -> bool:
    """Whether a role of today asks for a second factor that the account does not have yet."""
    held = viewers.of_account(account).now
    if not any(ROLES[position.role].strong for position in held if position.role in ROLES):
        return False
    return not Authenticator.objects.filter(user=account, type__in=["totp", "webauthn"]).exists()
