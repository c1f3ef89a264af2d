"""Signing in through an OpenID Connect provider of the province. It says who somebody is, no more.

It only opens accounts that exist, found at the first time by the provider's ``preferred_username`` and
later by its own number for the person. Second factors stay ours.
"""

from typing import Any, NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest
from django.utils.translation import gettext as _

from phoihop.base.org import notices
from phoihop.base.org.models import Account
from phoihop.base.org.signin import attempts
from phoihop.base.org.signin.noting import note
from phoihop.base.org.signin.pages.door import sign_in_page
from phoihop.base.security.audit.entries import Kind, Outcome


class Delegated(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """How allauth treats what the provider answers."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Lead the provider's person to their account, or back to the door."""
        if sociallogin.is_existing:
            if not sociallogin.user.is_active:
                self._refuse(request, "inactive", sociallogin.user)
            return
        account = attempts.account_called(self._name(sociallogin))
        if account is None or not account.is_active:
            self._refuse(request, "unknown" if account is None else "inactive", account)
        sociallogin.connect(request, account)
        note("delegated_link", kind=Kind.GRANT, account=account.pk, about=account, detail={"means": "oidc"})
        notices.tell([account.pk], "factor-added")

    def on_authentication_error(self, request: HttpRequest, provider: Any, **more: Any) -> NoReturn:
        self._refuse(request, "provider", None)

    def _name(self, sociallogin: Any) -> str:
        said = sociallogin.account.extra_data
        for part in (said.get("id_token"), said.get("userinfo"), said):
            if isinstance(part, dict) and isinstance(part.get("preferred_username"), str):
                return str(part["preferred_username"])
        return ""

    def _refuse(self, request: HttpRequest, reason: str, account: Account | None) -> NoReturn:
        target = {"target": account.pk} if account is not None else {}
        note("sign_in", outcome=Outcome.REFUSED, detail={**target, "means": "oidc", "reason": reason})
        words = _("Không đăng nhập được bằng cách này. Hãy dùng cách khác, hoặc hỏi quản trị.")
        raise ImmediateHttpResponse(sign_in_page(request, error=words, status=403))
