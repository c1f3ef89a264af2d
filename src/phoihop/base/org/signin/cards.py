"""The printed card: how a person gets in for the first time, or again when every other way is lost.

The administrator hands over a card and never learns a password (ASVS 6.4.6). A card counts once, for
fourteen days, and replaces whatever the account signed in with before.
"""

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from phoihop.base.org import notices
from phoihop.base.org.accounts import cut_off, new_account
from phoihop.base.org.models import Account, SignInCard
from phoihop.base.org.signin import attempts, factors, sealing
from phoihop.base.org.signin.attempts import Refused
from phoihop.base.org.signin.noting import note
from phoihop.base.org.signin.rules import limits
from phoihop.base.org.signin.store import end
from phoihop.base.security import scope, throttle
from phoihop.base.security.audit.entries import Kind
from phoihop.base.security.scope import Scope
from phoihop.kernel.refusals import Refusal

# Without letters and digits that are taken for each other on paper; twelve of them hold 59 bits.
_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
_LENGTH = 12
PENDING = "card"  # where a session keeps a card that was shown and waits for a way to sign in

notices.add_words(
    "card-issued",
    "Quản trị vừa cấp thẻ đăng nhập mới cho tài khoản của anh/chị. Nếu anh/chị không yêu cầu, hãy báo ngay.",
    "A new sign-in card was issued for your account. If you did not ask for it, say so at once.",
)
notices.add_words(
    "card-used",
    "Tài khoản của anh/chị vừa được mở bằng thẻ đăng nhập; các cách đăng nhập cũ không còn dùng được.",
    "Your account was opened with a sign-in card; earlier ways to sign in count no more.",
)


@dataclass(frozen=True, slots=True)
class Card:
    """What is printed; the code exists nowhere else."""

    name: str
    username: str
    code: str = field(repr=False)
    expires_at: datetime

    @property
    def spaced(self) -> str:
        """The code in groups of four."""
        return "-".join(self.code[i : i + 4] for i in range(0, len(self.code), 4))

    @property
    def page(self) -> str:
        """The address to type."""
        return settings.PHOIHOP_PUBLIC_URL.rstrip("/") + reverse("signin_card")

    @property
    def address(self) -> str:
        """The address of the square code. What stands after the ``#`` is sent to no server."""
        return f"{self.page}#{self.username}.{self.code}"


def first_administrator(name: str, username: str) -> Card:
    """Make the first account and its card; the caller gives it a role. Refusal("not-first") after that.

    Run from the command line by whoever installs; the scope's purpose is "install".
    """
    with scope.acting(Scope("install")):
        if Account.objects.exists():
            raise Refusal(
                "not-first",
                "Đã có tài khoản. Hãy để quản trị hiện có lập tài khoản và cấp thẻ.",
                "There are accounts already. Let a present administrator make the account and issue a card.",
            )
        account = new_account(name, username)
        note("first_administrator", kind=Kind.GRANT, about=account)
        return made_for(account, issued_by=None)


def made_for(account: Account, *, issued_by: int | None) -> Card:
    now = timezone.now()
    SignInCard.objects.filter(account=account, used_at=None, revoked_at=None).update(revoked_at=now)
    code = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    expires_at = now + limits.CARD
    SignInCard.objects.create(
        account=account,
        code_hash=_hash(account, code),
        issued_by_id=issued_by,
        issued_at=now,
        expires_at=expires_at,
    )
    return Card(account.person.name, account.username, code, expires_at)


def _hash(account: Account, code: str, like: bytes | None = None) -> bytes:
    return sealing.mark("card", account.pk, code, like=like)


def read(typed: str) -> str:
    """A code as it was printed, however it was typed: small letters, blanks, hyphens."""
    return "".join(c for c in typed.upper() if c in _LETTERS)[:_LENGTH]


def show(request: HttpRequest, name: str, typed: str) -> Account | Refused:
    """The account whose card this is: the visitor may now choose a way to sign in, within ten minutes.

    A wrong card is slowed down as a wrong password is.
    """
    door = attempts.at_the_door(request, name)
    wait = throttle.waiting(*door.counted())
    if wait:
        return attempts.too_soon(door, wait, "card")
    # The same look for a name that nobody has, so that no clock tells the two apart.
    card = _open_card(door.account.pk if door.account is not None and door.account.is_active else 0)
    if card is None or door.account is None or not _fits(card, door.account, typed):
        return attempts.failed(door, "card")
    throttle.forgive(door.counted()[0])
    note("card_shown", about=door.account, detail={"target": door.account.pk, "means": "card"})
    _wait_in(request, card)
    return door.account


def _fits(card: SignInCard, account: Account, typed: str) -> bool:
    kept = bytes(card.code_hash)
    return hmac.compare_digest(kept, _hash(account, read(typed), like=kept))


def _open_card(account: int) -> SignInCard | None:
    return SignInCard.objects.filter(
        account=account, used_at=None, revoked_at=None, expires_at__gt=timezone.now()
    ).first()


def _wait_in(request: HttpRequest, card: SignInCard) -> None:
    request.session.flush()
    pending = {"account": card.account_id, "card": card.pk, "at": timezone.now().timestamp()}
    request.session[PENDING] = pending


def waiting_in(request: HttpRequest) -> Account | None:
    """Whose card was shown in this session and still counts: that very card, not one issued since, which
    may have been issued because this one was stolen."""
    pending = request.session.get(PENDING)
    if not pending or timezone.now().timestamp() - pending["at"] > limits.CHOOSING.total_seconds():
        return None
    account = Account.objects.select_related("person").filter(pk=pending["account"], is_active=True).first()
    card = _open_card(pending["account"])
    return account if card is not None and card.pk == pending["card"] else None


def use(request: HttpRequest, account: Account) -> bool:
    """Use up the card shown in this session and forget every earlier way in; False if it counts no more."""
    now, pending = timezone.now(), request.session.get(PENDING) or {}
    used = SignInCard.objects.filter(
        pk=pending.get("card", 0), account=account, used_at=None, revoked_at=None, expires_at__gt=now
    ).update(used_at=now)
    if not used:
        return False
    before = account.last_login is not None
    factors.forget_all(account)
    account.set_unusable_password()
    account.save(update_fields=["password"])
    end(account=account)
    cut_off(account)
    account.refresh_from_db(fields=["authz_version"])
    note("card_used", kind=Kind.GRANT, account=account.pk, about=account, detail={"means": "card"})
    if before:
        notices.tell([account.pk], "card-used")
    return True
