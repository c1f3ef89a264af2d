"""Documents and figures on their way out of the house."""

from typing import Any, ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from phoihop.base.org.models import Account, Agency, Proposal
from phoihop.base.org.rules.permissions import Place
from phoihop.base.release.rules.documents import Audience, Step
from phoihop.base.security.columns import internal
from phoihop.base.security.rows import AGENCIES, KNOWN, PURPOSE, SIGNED, RowAccess

_AUDIENCES = [(a.value, a.value) for a in Audience]


class Releasable(models.Model):
    """For a figure or a document of any room: whom it has been released to. Raised only by two people."""

    released_to = internal(
        models.CharField(max_length=10, choices=_AUDIENCES, default=Audience.INTERNAL.value)
    )

    class Meta:
        abstract = True


class Document(Releasable):
    """One file that somebody wants out. ``wanted``: whom it is for; ``findings``: what was seen, masked.

    ``sha256`` is of the file that was scanned; the same one is released, or nothing.
    """

    uid = internal(models.UUIDField(default=uuid4, unique=True, editable=False))
    agency = internal(models.ForeignKey(Agency, models.PROTECT, related_name="+"))
    title = internal(models.CharField(max_length=200))
    wanted = internal(models.CharField(max_length=10, choices=_AUDIENCES))
    step = internal(models.CharField(max_length=10, choices=[(s.value, s.value) for s in Step]))
    kind = internal(models.CharField(max_length=8))
    file = internal(models.CharField(max_length=40, blank=True))
    sha256 = internal(models.CharField(max_length=64))
    findings = internal(models.JSONField(default=list))
    drafted_by = internal(models.ForeignKey(Account, models.PROTECT, related_name="+"))
    drafted_at = internal(models.DateTimeField())
    scanned_at = internal(models.DateTimeField(null=True))
    proposal = internal(models.OneToOneField(Proposal, models.PROTECT, null=True, related_name="+"))
    second = internal(models.ForeignKey(Account, models.PROTECT, null=True, related_name="+"))
    released_at = internal(models.DateTimeField(null=True))
    withdrawn_at = internal(models.DateTimeField(null=True))

    # Until it is released a draft may hold anything, so its rows are kept to its agency.
    row_access = RowAccess(
        read=f"agency_id = any({AGENCIES}) or {PURPOSE} = 'job' or released_to = 'public' and {SIGNED} "
        f"or released_to = 'cleared' and {KNOWN}",
        write=f"agency_id = any({AGENCIES}) or {PURPOSE} = 'job'",
    )

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(released_to=Audience.INTERNAL.value)
                | Q(second__isnull=False, scanned_at__isnull=False, released_at__isnull=False),
                name="document_released_by_two",
            ),
            models.CheckConstraint(
                condition=Q(second__isnull=True) | ~Q(second=F("drafted_by")),
                name="document_second_is_another",
            ),
            models.CheckConstraint(
                condition=Q(step=Step.RELEASED.value) | Q(released_to=Audience.INTERNAL.value),
                name="document_internal_until_released",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.step}"

    def place(self) -> Place:
        return Place(account=self.drafted_by_id, agency=self.agency_id)
