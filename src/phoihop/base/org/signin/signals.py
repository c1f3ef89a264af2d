"""What happens at every signing-in, whichever way it came: session, browser, record."""

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from phoihop.base.org.models import Account
from phoihop.base.org.signin import devices
from phoihop.base.org.signin.noting import note

_MEANS = {"webauthn": "passkey", "totp": "totp", "recovery_codes": "recovery"}
_METHODS = {"password": "password", "socialaccount": "oidc", "card": "card"}


def methods(request: HttpRequest, account: Account) -> list[str]:
    """How the person has proved who they are: "password", "passkey", "totp", "recovery", "oidc", "card"."""
    found = []
    for said in get_authentication_records(request, account):
        code = _METHODS.get(said["method"]) or _MEANS.get(said.get("type", ""))
        if code:
            found.append(code)
    return found


@receiver(user_logged_in)
def began(request: HttpRequest, user: Account, **more: Any) -> None:
    """The session becomes the account's, on this browser."""
    proved = methods(request, user)
    if hasattr(request, "user"):
        devices.remember(request, user)
    request.session.begin(user, proved)  # type: ignore[attr-defined]
    note("sign_in", account=user.pk, detail={"means": "+".join(sorted(set(proved))) or "session"})
