"""Requests of outside bodies, and in each person's file who was told what."""

from typing import Any, ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from phoihop.base.org.models import Account, Agency, Facility, Proposal
from phoihop.base.org.rules.permissions import Place
from phoihop.base.release import sealing
from phoihop.base.release.rules.disclosures import Answer, State
from phoihop.base.security.columns import internal, personal, sensitive
from phoihop.base.security.rows import ACCOUNT, AGENCIES, PURPOSE, RowAccess

KEPT = {"keep": "10y", "ground": "Luật 91/2025/QH15; Luật Lưu trữ 33/2024/QH15"}


class Request(models.Model):
    """A numbered question of an outside body to one facility, about one person and one day.

    ``letter`` is the body's own number; ``subject`` the person as the letter names them. ``thing`` is the
    file the answer was read from, none where no file fits: then too the answer is "no".
    """

    uid = internal(models.UUIDField(default=uuid4, unique=True, editable=False))
    number = internal(models.PositiveIntegerField())
    year = internal(models.PositiveSmallIntegerField())
    body = internal(models.TextField())
    letter = internal(models.CharField(max_length=60))
    asked_on = internal(models.DateField())
    article = internal(models.CharField(max_length=40))
    question = internal(models.CharField(max_length=40))
    day = internal(models.DateField())
    agency = internal(models.ForeignKey(Agency, models.PROTECT, related_name="+"))
    facility = internal(models.ForeignKey(Facility, models.PROTECT, related_name="+"))
    subject = sensitive(models.BinaryField(null=True), erase="blank", **KEPT)
    filed_by = personal(models.ForeignKey(Account, models.PROTECT, related_name="+"), erase="keep", **KEPT)
    filed_at = internal(models.DateTimeField())
    state = internal(models.CharField(max_length=10, choices=[(s.value, s.value) for s in State]))
    answered_by = internal(models.ForeignKey(Account, models.PROTECT, null=True, related_name="+"))
    second = internal(models.ForeignKey(Account, models.PROTECT, null=True, related_name="+"))
    proposal = internal(models.OneToOneField(Proposal, models.PROTECT, null=True, related_name="+"))
    kind = internal(models.CharField(max_length=64, blank=True))
    thing = sensitive(models.BigIntegerField(null=True), erase="keep", **KEPT)
    answer = sensitive(models.BinaryField(null=True), erase="blank", **KEPT)
    file = internal(models.CharField(max_length=40, blank=True))
    sha256 = internal(models.CharField(max_length=64, blank=True))
    code = internal(models.CharField(max_length=20, blank=True))
    answered_at = internal(models.DateTimeField(null=True))
    expires_at = internal(models.DateTimeField(null=True))
    fetches_left = internal(models.PositiveSmallIntegerField(default=0))

    row_access = RowAccess(
        read=f"filed_by_id = {ACCOUNT} or agency_id = any({AGENCIES}) or {PURPOSE} = 'job'",
        add=f"filed_by_id = {ACCOUNT}",
    )

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["agency", "year", "number"], name="request_numbered_once"),
            models.CheckConstraint(
                condition=~Q(state=State.ANSWERED.value)
                | Q(second__isnull=False, answered_by__isnull=False, expires_at__isnull=False),
                name="request_answered_by_two",
            ),
            models.CheckConstraint(
                condition=Q(second__isnull=True) | ~Q(second=F("answered_by")),
                name="request_second_is_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}/{self.year}"

    def place(self) -> Place:
        return Place(account=self.filed_by_id, agency=self.agency_id, facility=self.facility_id)

    def put(self, **texts: str) -> None:
        """Seal ``subject`` or ``answer``; the row still has to be saved."""
        for column, said in texts.items():
            setattr(self, column, sealing.put(self._meta.db_table, column, self.uid, said))

    @property
    def named(self) -> str:
        """The person as the letter names them; empty once erased."""
        return sealing.text(self._meta.db_table, "subject", self.uid, self.subject)

    @property
    def answered(self) -> Answer | None:
        """Yes, no, or nothing yet."""
        said = sealing.text(self._meta.db_table, "answer", self.uid, self.answer)
        return Answer(said) if said else None


class Told(models.Model):
    """One line of a person's file: who was told what, when, by which article. Only ever added."""

    request = internal(models.ForeignKey(Request, models.PROTECT, related_name="+"))
    kind = internal(models.CharField(max_length=64))
    thing = sensitive(models.BigIntegerField(), erase="keep", **KEPT)
    agency = internal(models.ForeignKey(Agency, models.PROTECT, related_name="+"))
    facility = internal(models.ForeignKey(Facility, models.PROTECT, related_name="+"))
    body = internal(models.TextField())
    number = internal(models.CharField(max_length=12))
    article = internal(models.CharField(max_length=40))
    question = internal(models.CharField(max_length=40))
    day = internal(models.DateField())
    answer = sensitive(models.CharField(max_length=3), erase="keep", **KEPT)
    told_at = internal(models.DateTimeField())

    row_access = RowAccess(
        read=f"agency_id = any({AGENCIES}) or {PURPOSE} = 'job'", add=f"{PURPOSE} = 'job'", append_only=True
    )

    class Meta:
        verbose_name_plural = "told"
        indexes: ClassVar[list[Any]] = [models.Index(fields=["kind", "thing"], name="told_thing")]

    def __str__(self) -> str:
        return self.number

    def place(self) -> Place:
        return Place(agency=self.agency_id, facility=self.facility_id)
