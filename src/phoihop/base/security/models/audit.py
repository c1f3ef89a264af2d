"""The audit's tables: entries, their seals, and the things that nobody has reason to open.

The running program only adds entries and reads them; the sealer only adds seals. No foreign keys: an entry
outlives what it speaks of, and its insert takes no lock on anything else.
"""

from typing import Any, ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from phoihop.base.security.audit.entries import CODE_LENGTH, Kind, Outcome
from phoihop.base.security.columns import internal, personal, sensitive
from phoihop.base.security.rows import ACCOUNT, AGENCIES, PURPOSE, SIGNED, RowAccess

WHO_DID_WHAT = {"keep": "audit", "ground": "Luật 91/2025/QH15; NĐ 356/2025/NĐ-CP", "erase": "keep"}
_OWN = f"account = {ACCOUNT}"
_OF_MY_AGENCIES = f"(agency = any({AGENCIES}) or owner_agency = any({AGENCIES}))"


class AuditEntry(models.Model):
    """One event, written by ``audit.recording``; id, at, epoch and txid by the database (audit/guard.sql)."""

    id = models.BigAutoField(primary_key=True)
    at = internal(models.DateTimeField(editable=False))
    epoch = internal(models.IntegerField(editable=False))
    # The transaction's number: what a seal covers is told by it, for ids may appear out of order.
    txid = internal(models.BigIntegerField(editable=False))
    kind = internal(models.CharField(max_length=12, choices=[(k.value, k.value) for k in Kind]))
    action = internal(models.CharField(max_length=CODE_LENGTH))
    outcome = internal(models.CharField(max_length=8, choices=[(o.value, o.value) for o in Outcome]))
    account = personal(models.BigIntegerField(null=True), **WHO_DID_WHAT)
    position = personal(models.BigIntegerField(null=True), **WHO_DID_WHAT)
    agency = internal(models.BigIntegerField(null=True))
    purpose = internal(models.CharField(max_length=CODE_LENGTH, blank=True))
    thing_kind = internal(models.CharField(max_length=CODE_LENGTH, blank=True))
    thing_id = sensitive(models.CharField(max_length=CODE_LENGTH, blank=True), **WHO_DID_WHAT)
    owner_agency = internal(models.BigIntegerField(null=True))
    programme = sensitive(models.CharField(max_length=CODE_LENGTH, blank=True), **WHO_DID_WHAT)
    request = internal(models.UUIDField())
    source = personal(models.CharField(max_length=45, blank=True), **WHO_DID_WHAT)
    count = internal(models.IntegerField(default=1))
    detail = internal(models.JSONField(default=dict))

    # Nobody writes in another's name, save the door and the program's own jobs, where no name is known yet.
    row_access = RowAccess(
        read=f"({_OWN} or ({PURPOSE} = 'audit' and {_OF_MY_AGENCIES}) or {PURPOSE} = 'job')",
        add=f"{SIGNED} and (account is null or {_OWN} or {PURPOSE} in ('door', 'job', 'install'))",
        append_only=True,
    )

    class Meta:
        verbose_name_plural = "audit entries"
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["epoch", "txid", "id"], name="audit_sealing"),
            models.Index(fields=["thing_kind", "thing_id", "id"], name="audit_thing"),
            models.Index(fields=["account", "id"], name="audit_account"),
            models.Index(fields=["agency", "id"], name="audit_agency"),
            models.Index(fields=["owner_agency", "id"], name="audit_owner"),
            BrinIndex(fields=["at"], pages_per_range=32, name="audit_at"),
        ]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=models.Q(kind__in=[k.value for k in Kind]), name="audit_kind"),
            models.CheckConstraint(
                condition=models.Q(outcome__in=[o.value for o in Outcome]), name="audit_outcome"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind} {self.action}"


class AuditSeal(models.Model):
    """A signed statement that these entries were there: ``audit.seals`` says what each column means."""

    number = internal(models.BigIntegerField(primary_key=True))
    at = internal(models.DateTimeField())
    made_in = internal(models.IntegerField())
    epoch = internal(models.IntegerField())
    from_txid = internal(models.BigIntegerField())
    to_txid = internal(models.BigIntegerField())
    count = internal(models.BigIntegerField())
    first_id = internal(models.BigIntegerField(null=True))
    last_id = internal(models.BigIntegerField(null=True))
    root = internal(models.BinaryField())
    manifest = internal(models.BinaryField())
    previous = internal(models.BinaryField())
    form = internal(models.SmallIntegerField())
    signer = internal(models.BinaryField())
    signature = internal(models.BinaryField())

    written_by_sealer = True

    class Meta:
        pass

    def __str__(self) -> str:
        return f"{self.number}"


class AuditCanary(models.Model):
    """A thing that nobody has reason to open, known by a keyed hash of its kind and id (audit.canary)."""

    mark = internal(models.BinaryField(unique=True))
    declared_at = internal(models.DateTimeField(auto_now_add=True))
    declared_by = internal(models.BigIntegerField())

    class Meta:
        verbose_name_plural = "audit canaries"

    def __str__(self) -> str:
        return f"{self.pk}"
