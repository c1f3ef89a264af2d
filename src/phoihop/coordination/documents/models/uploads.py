"""Files sent in to be read."""

from typing import Any, ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q

from phoihop.base.org.models import Account, Agency
from phoihop.base.org.rules.permissions import Place
from phoihop.base.security.columns import internal
from phoihop.base.security.models import StoredFile
from phoihop.coordination.documents.rules.uploads import State

_CHOICES = [(state.value, state.value) for state in State]


class Upload(models.Model):
    """One file on its way: kept, read in the background, and then one document or several.

    ``stage`` and ``fraction`` (0 to 1) say how far the reading is; ``attempts`` counts the jobs that took
    it and fences off one that was given up; ``heard_at``: when its job was last heard of. ``reading`` is the
    reader's contract (engines.reading.contract) without its text, which is ``text``; ``reader`` the version
    that read it. ``refused`` is the code of why it could not be read, ``vi`` and ``en`` that in words.
    """

    uid = internal(models.UUIDField(default=uuid4, unique=True, editable=False))
    account = internal(models.ForeignKey(Account, models.PROTECT, related_name="+"))
    agency = internal(models.ForeignKey(Agency, models.PROTECT, related_name="+"))
    file = internal(models.OneToOneField(StoredFile, models.PROTECT, null=True, related_name="+"))
    sha256 = internal(models.CharField(max_length=64))
    state = internal(models.CharField(max_length=10, choices=_CHOICES, default=State.WAITING.value))
    stage = internal(models.CharField(max_length=10, blank=True))
    fraction = internal(models.FloatField(default=0.0))
    attempts = internal(models.PositiveSmallIntegerField(default=0))
    refused = internal(models.CharField(max_length=40, blank=True))
    vi = internal(models.TextField(blank=True))
    en = internal(models.TextField(blank=True))
    text = internal(models.TextField(blank=True))
    reading = internal(models.JSONField(null=True))
    reader = internal(models.CharField(max_length=20, blank=True))
    sent_at = internal(models.DateTimeField(auto_now_add=True))
    heard_at = internal(models.DateTimeField(null=True))
    ended_at = internal(models.DateTimeField(null=True))

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["agency", "-sent_at"], name="upload_agency"),
            models.Index(fields=["state"], name="upload_state"),
            models.Index(fields=["agency", "sha256"], name="upload_bytes"),
            models.Index(fields=["account", "-sent_at"], name="upload_account"),
        ]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(state__in=list(State)), name="upload_state_known"),
            models.CheckConstraint(
                condition=~Q(state=State.READ.value) | Q(reading__isnull=False),
                name="upload_read_has_reading",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.REFUSED.value) | ~Q(refused=""), name="upload_refused_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"

    def place(self) -> Place:
        return Place(account=self.account_id, agency=self.agency_id)
