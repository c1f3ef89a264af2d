"""How allauth is bent to this house: nobody signs up, nothing is mailed, secrets are sealed."""

from base64 import b64decode, b64encode
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from phoihop.base.org.models import Account
from phoihop.base.org.signin import after, sealing


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    """Of allauth's accounts: the way in is ours, its stages (second factor) are allauth's."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, *given: Any, **more: Any) -> None:
        """Pages say themselves what happened."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """People are told inside the product; what leaves it is another room's."""

    def send_notification_mail(self, *given: Any, **more: Any) -> None:
        """As ``send_mail``."""

    def respond_user_inactive(self, request: HttpRequest, user: Account) -> HttpResponse:
        return HttpResponseRedirect(reverse("account_login"))

    def is_safe_url(self, url: str) -> bool:
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return str(settings.LOGIN_REDIRECT_URL)

    def post_login(self, request: HttpRequest, user: Account, **more: Any) -> HttpResponse:
        return HttpResponseRedirect(after.destination(request, user, more.get("redirect_url") or ""))


class Factors(DefaultMFAAdapter):  # type: ignore[misc]
    """Of second factors and passkeys."""

    def encrypt(self, text: str) -> str:
        return b64encode(sealing.seal("factor", text.encode(), "factor")).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unseal("factor", b64decode(encrypted_text), "factor").decode()

    def get_totp_issuer(self) -> str:
        return "Phoi Hop"  # some apps show accents as boxes

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": urlsplit(settings.PHOIHOP_PUBLIC_URL).hostname or "localhost", "name": "Phối Hợp"}

    def get_public_key_credential_user_entity(self, user: Account) -> dict[str, Any]:
        return {
            "id": str(user.pk).encode(),
            "display_name": user.person.name,
            "name": user.username,
        }
