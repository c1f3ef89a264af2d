"""Exports and the copies that were taken of them."""

from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from phoihop.base.org.models import Account, Agency, Proposal
from phoihop.base.org.rules.permissions import Place
from phoihop.base.release import sealing
from phoihop.base.release.rules.exports import MOVES, State
from phoihop.base.security.columns import internal, personal
from phoihop.base.security.rows import ACCOUNT, PURPOSE, RowAccess

WHO_TOOK_WHAT = {"keep": "5y", "ground": "Luật 91/2025/QH15"}
_BEYOND_WAITING = [state.value for state in (State.QUEUED, State.RUNNING, State.READY)]
_READY = State.READY.value


class Export(models.Model):
    """Data on its way out as a file. ``uid`` is its address; ``things`` the ids of the rows in it.

    ``rows`` of them are wanted, ``done`` read so far; ``heard_at``: when its job was last heard of;
    ``attempts`` counts the jobs that took it and fences off one that was given up. ``why`` is the code of
    how it ended.
    """

    uid = internal(models.UUIDField(default=uuid4, unique=True, editable=False))
    owner = internal(models.ForeignKey(Account, models.PROTECT, related_name="+"))
    agency = internal(models.ForeignKey(Agency, models.PROTECT, related_name="+"))
    dataset = internal(models.CharField(max_length=64))
    filters = internal(models.JSONField(default=dict))
    form = internal(models.CharField(max_length=8))
    named = internal(models.BooleanField())
    purpose = internal(models.CharField(max_length=40))
    reason = personal(models.BinaryField(null=True), erase="blank", **WHO_TOOK_WHAT)
    state = internal(models.CharField(max_length=10, choices=[(s.value, s.value) for s in State]))
    why = internal(models.CharField(max_length=40, blank=True))
    proposal = internal(models.OneToOneField(Proposal, models.PROTECT, null=True, related_name="+"))
    second = internal(models.ForeignKey(Account, models.PROTECT, null=True, related_name="+"))
    rows = internal(models.PositiveIntegerField(default=0))
    done = internal(models.PositiveIntegerField(default=0))
    attempts = internal(models.PositiveSmallIntegerField(default=0))
    things = personal(ArrayField(models.BigIntegerField(), default=list), erase="blank", **WHO_TOOK_WHAT)
    file = internal(models.CharField(max_length=40, blank=True))
    sha256 = internal(models.CharField(max_length=64, blank=True))
    copies_left = internal(models.PositiveSmallIntegerField(default=0))
    asked_at = internal(models.DateTimeField())
    heard_at = internal(models.DateTimeField(null=True))
    ready_at = internal(models.DateTimeField(null=True))
    expires_at = internal(models.DateTimeField(null=True))
    ended_at = internal(models.DateTimeField(null=True))

    row_access = RowAccess(read=f"owner_id = {ACCOUNT} or {PURPOSE} = 'job'")

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["owner", "-asked_at"], name="export_owner"),
            models.Index(fields=["state"], name="export_state"),
        ]
        constraints: ClassVar[list[Any]] = [
            # The program could forget to ask; the database does not.
            models.CheckConstraint(
                condition=Q(named=False) | Q(second__isnull=False) | ~Q(state__in=_BEYOND_WAITING),
                name="export_named_second_person",
            ),
            models.CheckConstraint(
                condition=Q(second__isnull=True) | ~Q(second=F("owner")), name="export_second_is_another"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__isnull=False) | ~Q(state=_READY),
                name="export_ready_expires",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in MOVES]), name="export_state_known"
            ),
            models.CheckConstraint(condition=Q(file="") | Q(state=_READY), name="export_file_when_ready"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"

    def place(self) -> Place:
        return Place(account=self.owner_id, agency=self.agency_id)

    def say_why(self, reason: str) -> None:
        """Seal the reason given; the row still has to be saved."""
        self.reason = sealing.put(self._meta.db_table, "reason", self.uid, reason)

    @property
    def said(self) -> str:
        """The reason given; empty once erased."""
        return sealing.text(self._meta.db_table, "reason", self.uid, self.reason)


class Copy(models.Model):
    """One download: ``code`` is the mark on every page of it. ``file`` waits to be fetched, then is gone."""

    uid = internal(models.UUIDField(default=uuid4, unique=True, editable=False))
    export = internal(models.ForeignKey(Export, models.PROTECT, related_name="copies"))
    owner = personal(
        models.ForeignKey(Account, models.PROTECT, related_name="+"), erase="keep", **WHO_TOOK_WHAT
    )
    number = internal(models.PositiveSmallIntegerField())
    code = internal(models.CharField(max_length=20, unique=True))
    name = internal(models.CharField(max_length=80))
    file = internal(models.CharField(max_length=40, blank=True))
    sha256 = internal(models.CharField(max_length=64))
    made_at = internal(models.DateTimeField())
    expires_at = internal(models.DateTimeField())
    fetched_at = internal(models.DateTimeField(null=True))

    row_access = RowAccess(read=f"owner_id = {ACCOUNT} or {PURPOSE} = 'job'")

    class Meta:
        verbose_name_plural = "copies"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["export", "number"], name="copy_counted_once")
        ]

    def __str__(self) -> str:
        return self.code

    def place(self) -> Place:
        return Place(account=self.owner_id)
