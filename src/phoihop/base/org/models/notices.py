"""What a person is told inside the product. The words hang on a code, so that none is written into a row."""

from typing import ClassVar

from django.db import models

from phoihop.base.org.models.people import STAFF, Account
from phoihop.base.org.rules.permissions import Place
from phoihop.base.security.columns import internal, personal
from phoihop.base.security.rows import ACCOUNT, SIGNED, RowAccess


class Notice(models.Model):
    """One message to one account: ``code`` of notices.WORDS about a ``thing`` ("org.Proposal:4")."""

    account = personal(
        models.ForeignKey(Account, models.CASCADE, related_name="notices"), erase="delete", **STAFF
    )
    code = internal(models.CharField(max_length=60))
    thing = internal(models.CharField(max_length=80, blank=True))
    at = internal(models.DateTimeField(auto_now_add=True))
    seen_at = internal(models.DateTimeField(null=True))

    row_access = RowAccess(read=f"account_id = {ACCOUNT} or (select sec.purpose()) = 'job'", add=SIGNED)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account", "-at"])]

    def __str__(self) -> str:
        return self.code

    def place(self) -> Place:
        return Place(account=self.account_id)
