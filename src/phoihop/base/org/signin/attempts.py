"""Trying to sign in with something that can be guessed: slowed down, answered alike, written down.

Three counts: of one account from one address; of one account from anywhere; of one address over all
accounts. The last two spare a browser that the account has signed in from before, so that nobody can keep
an owner out from elsewhere. A passkey cannot be guessed and is not counted at all.
"""

from dataclasses import dataclass

from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest

from phoihop.base.org.models import Account
from phoihop.base.org.signin import devices
from phoihop.base.org.signin.noting import note
from phoihop.base.org.signin.rules import limits
from phoihop.base.org.signin.rules.browsers import subscriber
from phoihop.base.org.signin.rules.limits import Slowing
from phoihop.base.security import origin, throttle
from phoihop.base.security.audit.entries import Detail, Kind, Outcome
from phoihop.kernel.text import nfc

_USERNAME = 60  # characters
_SLOWING = (limits.BY_PAIR, limits.BY_NAME, limits.BY_ADDRESS)
_decoy: list[str] = []


@dataclass(frozen=True, slots=True)
class Refused:
    """It did not work; ``seconds`` is how long to wait before the next try counts."""

    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Door:
    """One try: the account asked for (None if there is none), and what it is counted under."""

    name: str
    address: str
    account: Account | None
    known: bool

    def counted(self) -> list[tuple[str, object]]:
        pair: list[tuple[str, object]] = [("sign-in pair", f"{self.name}\0{self.address}")]
        if self.known:
            return pair
        return [*pair, ("sign-in name", self.name), ("sign-in address", self.address)]

    def target(self) -> dict[str, Detail]:
        """For the record: whose account was tried. Who tried is not known."""
        return {"target": self.account.pk} if self.account is not None else {}


def account_called(name: str) -> Account | None:
    """The account of this sign-in name; capitals and outer blanks do not matter."""
    wanted = nfc(name).strip().casefold()
    if not 0 < len(wanted) <= _USERNAME or "\0" in wanted:
        return None
    return Account.objects.select_related("person").filter(username=wanted).first()


def at_the_door(request: HttpRequest, name: str) -> Door:
    """Somebody at this address asks for this account; others who ask the same from there wait their turn."""
    address = subscriber(origin.current().source, limits.ADDRESS_LENGTH)
    account = account_called(name)
    door = Door(
        name=nfc(name).strip().casefold()[:_USERNAME],
        address=address,
        account=account,
        known=devices.is_known(account, devices.mark_of(request)),
    )
    throttle.alone(*door.counted()[0])
    return door


def with_password(request: HttpRequest, name: str, password: str) -> Account | Refused:
    """The account, if the password is right and it is not too soon. As much work for a name nobody has."""
    door = at_the_door(request, name)
    wait = throttle.waiting(*door.counted())
    if wait:
        return too_soon(door, wait, "password")
    if _is_right(door.account, password) and door.account is not None:
        throttle.forgive(door.counted()[0])
        return door.account
    return failed(door, "password")


def _is_right(account: Account | None, password: str) -> bool:
    if account is None or not account.is_active or not account.has_usable_password():
        if not _decoy:
            _decoy.append(make_password("nobody has this password"))
        check_password(password, _decoy[0])
        return False
    return account.check_password(password)


def too_soon(door: Door, wait: int, means: str) -> Refused:
    """It was not even tried."""
    note(
        "sign_in",
        outcome=Outcome.REFUSED,
        detail={**door.target(), "means": means, "reason": "too-soon", "seconds": wait},
    )
    return Refused(wait)


def count_failure(bucket: str, subject: object, slowing: Slowing) -> tuple[int, int]:
    """How many there were lately, and how many seconds to wait now."""
    return throttle.failed(
        bucket, subject, free=slowing.free, per=slowing.per, first=slowing.first, longest=slowing.longest
    )


def failed(door: Door, means: str) -> Refused:
    """Count and record a wrong try."""
    wait = 0
    for (bucket, subject), slowing in zip(door.counted(), _SLOWING, strict=False):
        count, more = count_failure(bucket, subject, slowing)
        wait = max(wait, more)
        if count == slowing.free + 1 and slowing is not limits.BY_PAIR:
            note(
                "sign_in_spray",
                kind=Kind.ALARM,
                outcome=Outcome.REFUSED,
                detail={"limit": bucket.replace(" ", "-")},
            )
    note(
        "sign_in",
        outcome=Outcome.REFUSED,
        detail={**door.target(), "means": means, "reason": "wrong"},
    )
    return Refused(wait)
