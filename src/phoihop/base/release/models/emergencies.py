"""Files opened in an emergency, and what the reviewer made of it."""

from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from phoihop.base.org.models import Account, Agency, Facility
from phoihop.base.org.rules.permissions import Place
from phoihop.base.release import sealing
from phoihop.base.release.rules.emergencies import Verdict
from phoihop.base.security.columns import internal, personal, sensitive
from phoihop.base.security.rows import ACCOUNT, AGENCIES, PURPOSE, RowAccess

KEPT = {"keep": "5y", "ground": "Luật 91/2025/QH15; Luật Khám bệnh, chữa bệnh 15/2023/QH15"}


class Emergency(models.Model):
    """One person let into one file of another facility for half an hour.

    ``kind`` and ``thing`` say which file ("standin.Client", 12); ``owner_agency`` answers for it and
    reviews. ``flags``: codes of what looks odd ("copied").
    """

    uid = internal(models.UUIDField(default=uuid4, unique=True, editable=False))
    who = personal(models.ForeignKey(Account, models.PROTECT, related_name="+"), erase="keep", **KEPT)
    agency = internal(models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+"))
    owner_agency = internal(models.ForeignKey(Agency, models.PROTECT, related_name="+"))
    facility = internal(models.ForeignKey(Facility, models.PROTECT, related_name="+"))
    programme = sensitive(models.CharField(max_length=20), erase="keep", **KEPT)
    kind = internal(models.CharField(max_length=64))
    thing = sensitive(models.BigIntegerField(), erase="keep", **KEPT)
    reason = sensitive(models.BinaryField(null=True), erase="blank", **KEPT)
    flags = internal(ArrayField(models.CharField(max_length=20), default=list))
    opened_at = internal(models.DateTimeField())
    ends_at = internal(models.DateTimeField())
    ended_at = internal(models.DateTimeField(null=True))
    review_due_at = internal(models.DateTimeField())
    escalated_at = internal(models.DateTimeField(null=True))
    reviewed_at = internal(models.DateTimeField(null=True))
    reviewed_by = internal(models.ForeignKey(Account, models.PROTECT, null=True, related_name="+"))
    verdict = internal(
        models.CharField(max_length=12, blank=True, choices=[(v.value, v.value) for v in Verdict])
    )

    row_access = RowAccess(
        read=f"who_id = {ACCOUNT} or owner_agency_id = any({AGENCIES}) or {PURPOSE} = 'job'",
        add=f"who_id = {ACCOUNT}",
    )

    class Meta:
        verbose_name_plural = "emergencies"
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["owner_agency", "-opened_at"], name="emergency_owner"),
            models.Index(fields=["who", "-opened_at"], name="emergency_who"),
            models.Index(
                fields=["review_due_at"], condition=Q(reviewed_at__isnull=True), name="emergency_due"
            ),
        ]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True, reviewed_at__isnull=True, verdict="")
                | Q(
                    reviewed_by__isnull=False,
                    reviewed_at__isnull=False,
                    verdict__in=[v.value for v in Verdict],
                ),
                name="emergency_reviewed_whole",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("who")),
                name="emergency_second_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def place(self) -> Place:
        return Place(account=self.who_id, agency=self.owner_agency_id, facility=self.facility_id)

    def say_why(self, reason: str) -> None:
        """Seal the reason given; the row still has to be saved."""
        self.reason = sealing.put(self._meta.db_table, "reason", self.uid, reason)

    @property
    def said(self) -> str:
        """The reason given; empty once erased."""
        return sealing.text(self._meta.db_table, "reason", self.uid, self.reason)
