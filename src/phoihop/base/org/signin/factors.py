"""Passkeys, one-time codes and recovery codes of an account."""

import json
import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt, encrypt
from allauth.mfa.webauthn.internal import auth as webauthn
from django.core.exceptions import ValidationError
from django.db import transaction

from phoihop.base.org import notices
from phoihop.base.org.models import Account
from phoihop.base.org.signin.attempts import count_failure
from phoihop.base.org.signin.noting import note
from phoihop.base.org.signin.rules import limits
from phoihop.base.security import throttle
from phoihop.base.security.audit.entries import Kind, Outcome

Type = Authenticator.Type
STEP = 30  # seconds of a one-time code
DRIFT = 1  # steps that a telephone's clock may be off
_STRANGE = (ValidationError, ValueError, TypeError, KeyError, AttributeError, IndexError)

notices.add_words(
    "factor-added",
    "Tài khoản của anh/chị có thêm một cách đăng nhập. Nếu không phải anh/chị làm, hãy báo quản trị ngay.",
    "Your account got one more way to sign in. If that was not you, tell the administrator at once.",
)
notices.add_words(
    "factor-removed",
    "Một cách đăng nhập của anh/chị đã bị gỡ. Nếu không phải anh/chị làm, hãy báo quản trị ngay.",
    "A way to sign in was removed from your account. If that was not you, tell the administrator at once.",
)


class Wrong(Exception):
    """What was shown does not prove anything; ``seconds`` to wait before the next try counts."""

    def __init__(self, seconds: int = 0) -> None:
        super().__init__()
        self.seconds = seconds


def kinds(account: Account) -> set[str]:
    """The kinds of factor an account has: "webauthn", "totp", "recovery_codes"."""
    return set(Authenticator.objects.filter(user=account).values_list("type", flat=True))


def passkeys(account: Account) -> list[Authenticator]:
    """The account's passkeys, oldest first."""
    return list(Authenticator.objects.filter(user=account, type=Type.WEBAUTHN).order_by("pk"))


def parsed(credential: str) -> dict[str, Any]:
    """A browser's answer about a passkey; Wrong if it is none."""
    try:
        found = json.loads(credential)
    except ValueError:
        raise Wrong from None
    if not isinstance(found, dict) or not isinstance(found.get("response"), dict):
        raise Wrong
    return found


def whose(credential: dict[str, Any]) -> Account:
    """The account that a passkey says it belongs to, not proved yet; Wrong if it is nobody's."""
    try:
        number = int(webauthn.websafe_decode(credential["response"]["userHandle"]).decode())
        return Account.objects.select_related("person").get(pk=number, is_active=True)
    except (*_STRANGE, Account.DoesNotExist):
        raise Wrong from None


def show_passkey(account: Account, credential: dict[str, Any]) -> Authenticator:
    """The passkey, if the browser's answer proves it; Wrong otherwise."""
    try:
        webauthn.parse_authentication_response(credential)
        found: Authenticator = webauthn.complete_authentication(account, credential)
    except _STRANGE:
        note(
            "sign_in",
            outcome=Outcome.REFUSED,
            detail={"target": account.pk, "means": "passkey", "reason": "wrong"},
        )
        raise Wrong from None
    found.record_usage()
    return found


def show_code(account: Account, code: str) -> str:
    """ "totp" or "recovery" for a right code never used before; Wrong otherwise, more slowly each time."""
    throttle.alone("sign-in code", account.pk)
    wait = throttle.waiting(("sign-in code", account.pk))
    if wait:
        note(
            "sign_in",
            outcome=Outcome.REFUSED,
            detail={"target": account.pk, "means": "code", "reason": "too-soon", "seconds": wait},
        )
        raise Wrong(wait)
    typed = "".join(c for c in code if c.isdigit())
    for found in Authenticator.objects.filter(user=account).exclude(type=Type.WEBAUTHN):
        if _is_right(found, typed):
            throttle.forgive(("sign-in code", account.pk))
            return "totp" if found.type == Type.TOTP else "recovery"
    _, wait = count_failure("sign-in code", account.pk, limits.BY_CODE)
    note(
        "sign_in", outcome=Outcome.REFUSED, detail={"target": account.pk, "means": "code", "reason": "wrong"}
    )
    raise Wrong(wait)


def _is_right(found: Authenticator, typed: str) -> bool:
    if found.type == Type.RECOVERY_CODES:
        right = bool(RecoveryCodes(found).validate_code(typed))
    else:
        right = _is_code(found, typed)
    if right:
        found.record_usage()
    return right


@transaction.atomic
def _is_code(found: Authenticator, typed: str) -> bool:
    """A code counts once: the step it belongs to is remembered, and no earlier one is taken after it."""
    locked = Authenticator.objects.select_for_update().get(pk=found.pk)
    step = step_of(decrypt(locked.data["secret"]), typed, after=locked.data.get("step", 0))
    if step is None:
        return False
    locked.data["step"] = step
    locked.save(update_fields=["data"])
    return True


def step_of(secret: str, typed: str, *, after: int = 0, now: float | None = None) -> int | None:
    """The step of time that a code belongs to, if it is later than ``after`` and near enough to now."""
    present = int((time.time() if now is None else now) // STEP)
    for step in range(present - DRIFT, present + DRIFT + 1):
        right = totp.format_hotp_value(totp.hotp_value(secret, step))
        if step > after and totp.compare_user_code(actual=typed, expected=right):
            return step
    return None


def add_passkey(account: Account, credential: dict[str, Any], name: str) -> Authenticator:
    """Keep a new passkey; Wrong if the browser's answer does not prove it, or nobody unlocked it."""
    try:
        webauthn.parse_registration_response(credential)
        binding = webauthn.complete_registration(credential)
    except _STRANGE:
        raise Wrong from None
    if not binding.is_user_verified():
        raise Wrong
    made: Authenticator = webauthn.WebAuthn.add(account, name[:40], credential).instance
    _told(account, "factor_add", "passkey", "factor-added")
    return made


def add_totp(account: Account, secret: str, code: str) -> Authenticator:
    """Keep the secret of an app that makes codes; Wrong unless the code shows that the app has it."""
    step = step_of(secret, "".join(c for c in code if c.isdigit()))
    if step is None:
        raise Wrong
    Authenticator.objects.filter(user=account, type=Type.TOTP).delete()
    made = Authenticator.objects.create(
        user=account, type=Type.TOTP, data={"secret": encrypt(secret), "step": step}
    )
    _told(account, "factor_add", "totp", "factor-added")
    return made


def remove(account: Account, factor: Authenticator) -> None:
    """Remove a factor; recovery codes go with the last one."""
    means = "passkey" if factor.type == Type.WEBAUTHN else "totp"
    factor.delete()
    if not Authenticator.objects.filter(user=account).exclude(type=Type.RECOVERY_CODES).exists():
        Authenticator.objects.filter(user=account).delete()
    _told(account, "factor_remove", means, "factor-removed")


def new_recovery_codes(account: Account) -> list[str]:
    """Ten new codes in place of the old ones."""
    Authenticator.objects.filter(user=account, type=Type.RECOVERY_CODES).delete()
    codes: list[str] = RecoveryCodes.activate(account).generate_codes()
    note("recovery_codes", kind=Kind.GRANT, account=account.pk, about=account)
    return codes


def recovery_codes_left(account: Account) -> int:
    """How many recovery codes are unused."""
    found = Authenticator.objects.filter(user=account, type=Type.RECOVERY_CODES).first()
    return len(RecoveryCodes(found).get_unused_codes()) if found else 0


def forget_all(account: Account) -> None:
    """A new card or leaving: no earlier factor counts."""
    Authenticator.objects.filter(user=account).delete()


def _told(account: Account, action: str, means: str, words: str) -> None:
    note(action, kind=Kind.GRANT, account=account.pk, about=account, detail={"means": means})
    notices.tell([account.pk], words)
