"""People and browsers for the tests of signing in; all of them invented."""

import time
from typing import Any, ClassVar

from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.test import Client
from django.test.client import ClientHandler

from phoihop.base.org.accounts import new_account
from phoihop.base.org.models import Account, Person
from phoihop.base.org.signin import factors
from phoihop.base.security import scope
from phoihop.base.security.scope import Scope

PASSWORD = "bốn con trâu lội sông"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0"


def person(username: str = "hoa", name: str = "Vừ Thị Hoa", password: str = PASSWORD) -> Account:
    """An account that signs in with a password."""
    with scope.acting(Scope("install")):
        account = new_account(name, username)
        if password:
            account.set_password(password)
            account.save(update_fields=["password"])
    return account


def with_app(account: Account) -> str:
    """Give the account an app that makes codes; its secret."""
    secret = totp.generate_totp_secret()
    with scope.acting(Scope("door")):
        factors.add_totp(account, secret, code(secret, -1))
        factors.new_recovery_codes(account)
    return secret


def code(secret: str, later: int = 0) -> str:
    """The code the app shows now, or so many steps later."""
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time() // 30) + later))


_USUAL = vars(settings)["_wrapped"]


class _Served(ClientHandler):
    """What stands between a test's browser and the pages, put together once for all browsers: a walk opens
    thousands of them. Where a test changes settings it is put together anew."""

    first: "ClassVar[_Served | None]" = None

    def load_middleware(self, is_async: bool = False) -> None:
        known = _Served.first
        if known is not None and vars(settings)["_wrapped"] is _USUAL:
            vars(self).update(
                {
                    name: value
                    for name, value in vars(known).items()
                    if name.endswith(("_middleware", "_chain"))
                }
            )
            return
        super().load_middleware(is_async)
        if vars(settings)["_wrapped"] is _USUAL:
            _Served.first = self


class Browser(Client):
    """A browser at an address; the server knows it at ``localhost``."""

    def __init__(self, address: str = "192.0.2.10", agent: str = CHROME, **more: Any) -> None:
        super().__init__(HTTP_HOST="localhost", REMOTE_ADDR=address, headers={"User-Agent": agent}, **more)
        self.handler = _Served(self.handler.enforce_csrf_checks)

    def sign_in(self, name: str = "hoa", password: str = PASSWORD, **more: Any) -> Any:
        return self.post("/dang-nhap/", {"login": name, "password": password, **more})

    @property
    def is_in(self) -> Any:
        """Whether somebody is signed in now. Asked anew each time, so no checker may remember it."""
        return self.get("/phien/", headers={"X-Background": "1"}).json()["state"] == "in"


__all__ = ["CHROME", "FIREFOX", "PASSWORD", "Browser", "Person", "code", "person", "with_app"]
