"""Why somebody opened a file that is not among theirs."""

from typing import Any, ClassVar

from django.db import models

from phoihop.base.org.models.agencies import Agency
from phoihop.base.org.models.people import Account
from phoihop.base.org.rules.permissions import Place
from phoihop.base.security.columns import internal, personal, sensitive
from phoihop.base.security.rows import ACCOUNT, AGENCIES, PURPOSE, RowAccess

KEPT = {"keep": "5y", "ground": "Luật 91/2025/QH15"}


class Opening(models.Model):
    """A purpose that somebody gave, with which one file opens for one session until ``until``.

    ``file`` is its label ("care.Client:12"), ``purpose`` a code of caseload.PURPOSES. ``words`` are sealed.
    """

    account = personal(models.ForeignKey(Account, models.PROTECT, related_name="+"), erase="keep", **KEPT)
    session = internal(models.CharField(max_length=16, blank=True))
    agency = internal(models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+"))
    owner_agency = internal(models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+"))
    file = sensitive(models.CharField(max_length=90), erase="keep", **KEPT)
    purpose = internal(models.CharField(max_length=20))
    words = sensitive(models.BinaryField(null=True), erase="blank", **KEPT)
    at = internal(models.DateTimeField())
    until = internal(models.DateTimeField())

    # Whoever reads the digest of an agency sees what its people said, and what was said of its files.
    row_access = RowAccess(
        read=f"account_id = {ACCOUNT} or {PURPOSE} = 'job' or ({PURPOSE} = 'audit' "
        f"and (agency_id = any({AGENCIES}) or owner_agency_id = any({AGENCIES})))",
        write=f"{PURPOSE} = 'job'",
        add=f"account_id = {ACCOUNT}",
    )

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["account", "file", "until"], name="opening_mine"),
            models.Index(fields=["agency", "at"], name="opening_agency"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def place(self) -> Place:
        return Place(account=self.account_id, agency=self.agency_id)
