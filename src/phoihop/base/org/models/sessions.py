"""Signing in: browsers known to an account, sessions, printed cards. No column opens anything by itself."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from phoihop.base.org.models.people import Account
from phoihop.base.org.rules.permissions import Place
from phoihop.base.security.columns import internal, personal
from phoihop.base.security.rows import ACCOUNT, PURPOSE, RowAccess

SIGNING_IN = {"keep": "90d", "ground": "Luật 91/2025/QH15", "erase": "delete"}

# At the door nobody is known yet; off-boarding and sweeping run as a job. Everybody else sees their own.
_OURS = f"({PURPOSE} in ('door', 'job', 'install'))"
OWN_OR_DOOR = RowAccess(read=f"{_OURS} or account_id = {ACCOUNT}")


class Device(models.Model):
    """A browser that an account has signed in from. ``mark``: SHA-256 of its cookie, in hex."""

    account = internal(models.ForeignKey(Account, models.CASCADE, related_name="devices"))
    mark = personal(models.CharField(max_length=64), **SIGNING_IN)
    family = personal(models.CharField(max_length=40), **SIGNING_IN)
    since = internal(models.DateTimeField())
    last_at = internal(models.DateTimeField())

    row_access = OWN_OR_DOOR

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["account", "mark"], name="device_known_once")
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def place(self) -> Place:
        return Place(account=self.account_id)


class Session(models.Model):
    """One signing-in. ``key``: SHA-256 of the cookie, in hex; ``data`` is sealed with the cookie itself.

    ``mark`` and ``family`` bind it to a browser. ``strong``: a second factor was shown. ``stepped_up_at``:
    when the person last proved who they are. ``ends_at``: the last moment, however busy it is.
    """

    key = internal(models.CharField(max_length=64, primary_key=True))
    account = internal(models.ForeignKey(Account, models.CASCADE, null=True, related_name="sessions"))
    authz_version = internal(models.PositiveIntegerField(default=0))
    mark = personal(models.CharField(max_length=64, blank=True), **SIGNING_IN)
    family = personal(models.CharField(max_length=40, blank=True), **SIGNING_IN)
    methods = internal(ArrayField(models.CharField(max_length=12), default=list))
    strong = internal(models.BooleanField(default=False))
    stepped_up_at = internal(models.DateTimeField(null=True))
    since = internal(models.DateTimeField())
    seen_at = internal(models.DateTimeField())
    ends_at = internal(models.DateTimeField())
    ended_at = internal(models.DateTimeField(null=True))
    ended_why = internal(models.CharField(max_length=12, blank=True))
    data = internal(models.BinaryField(default=bytes))

    row_access = OWN_OR_DOOR

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["account", "since"], name="session_account"),
            models.Index(fields=["seen_at"], name="session_seen"),
        ]

    def __str__(self) -> str:
        return self.key[:8]

    def place(self) -> Place:
        return Place(account=self.account_id)


class SignInCard(models.Model):
    """A printed card that lets its owner in once. ``code_hash``: HMAC of the code, keyed by the server."""

    account = internal(models.ForeignKey(Account, models.CASCADE, related_name="cards"))
    code_hash = internal(models.BinaryField())
    issued_by = internal(models.ForeignKey(Account, models.PROTECT, null=True, related_name="+"))
    issued_at = internal(models.DateTimeField())
    expires_at = internal(models.DateTimeField())
    used_at = internal(models.DateTimeField(null=True))
    revoked_at = internal(models.DateTimeField(null=True))

    row_access = RowAccess(
        read=f"{_OURS} or account_id = {ACCOUNT} or issued_by_id = {ACCOUNT}",
        write=f"{_OURS} or issued_by_id = {ACCOUNT}",
    )

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["account"],
                condition=models.Q(used_at__isnull=True, revoked_at__isnull=True),
                name="card_one_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def place(self) -> Place:
        return Place(account=self.account_id)
