"""People who work here and the accounts they sign in with. Clients are never in these tables."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from phoihop.base.org.rules.permissions import Place
from phoihop.base.security.columns import internal, personal, sensitive
from phoihop.base.security.rows import KNOWN, SIGNED, RowAccess

STAFF = {"keep": "office+5y", "ground": "Luật 91/2025/QH15; Luật Cán bộ, công chức 80/2025/QH15"}


class Person(models.Model):
    """Somebody who holds or held an office. ``sort_key`` orders Vietnamese names by given name."""

    name = personal(models.TextField(), erase="blank", **STAFF)
    sort_key = personal(models.TextField(db_index=True), erase="blank", **STAFF)
    phone = personal(models.CharField(max_length=20, blank=True), erase="blank", **STAFF)
    email = personal(models.EmailField(blank=True), erase="blank", **STAFF)
    left_on = internal(models.DateField(null=True, blank=True))

    row_access = RowAccess(
        read=KNOWN + " or (select sec.purpose()) in ('door', 'job', 'install')", write=SIGNED
    )

    class Meta:
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.name


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by sign-in name; making one is ``accounts.new_account``."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(username=username)


class Account(AbstractBaseUser):
    """How a person signs in. ``authz_version`` rises with every change of what they may do, and every
    session begun under an older one ends (ASVS 8.3.2)."""

    person = internal(models.OneToOneField(Person, models.PROTECT, related_name="account"))
    username = personal(models.CharField(max_length=60, unique=True), erase="blank", **STAFF)
    password = sensitive(models.CharField(max_length=256), erase="blank", **STAFF)
    last_login = internal(models.DateTimeField(null=True, blank=True))
    is_active = internal(models.BooleanField(default=True))
    authz_version = internal(models.PositiveIntegerField(default=1))
    created_at = internal(models.DateTimeField(auto_now_add=True))

    # A visitor at the door is looked up by the name they type; nobody else reads this table unsigned.
    row_access = RowAccess(read=SIGNED)

    objects = AccountManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints: ClassVar[list[Any]] = []

    def __str__(self) -> str:
        return self.username

    def place(self) -> Place:
        return Place(account=self.pk)
