"""The register of documents, and which document names which."""

from typing import Any, ClassVar
from uuid import uuid4

import pghistory
from django.db import models
from django.db.models import Q

from phoihop.base.org.models import Account, Agency, Unit
from phoihop.base.org.rules.permissions import Place
from phoihop.base.security.columns import internal, public
from phoihop.coordination.documents.models.uploads import Upload
from phoihop.coordination.documents.rules.review import Stage

_CHOICES = [(stage.value, stage.value) for stage in Stage]


@pghistory.track(exclude=["search"])
class Document(models.Model):
    """One document of a file: under review, confirmed, or withdrawn.

    The header fields are what stands confirmed (under review: as read, with corrections). ``place`` counts
    the documents of a file from 0; ``start`` and ``end`` are offsets into the upload's text. ``unit`` is
    where the document holds, as it stood on the day it was issued. ``version`` rises with every change of
    the document or of one of its items. ``search``: what it is found by, without accents.
    """

    uid = internal(models.UUIDField(default=uuid4, unique=True, editable=False))
    upload = internal(models.ForeignKey(Upload, models.PROTECT, related_name="documents"))
    order = internal(models.PositiveSmallIntegerField())
    start = internal(models.PositiveIntegerField())
    end = internal(models.PositiveIntegerField())
    agency = internal(models.ForeignKey(Agency, models.PROTECT, related_name="documents"))
    unit = public(models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+"))
    number = public(models.CharField(max_length=80, blank=True))
    number_key = public(models.CharField(max_length=80, blank=True, db_index=True))
    issued = public(models.DateField(null=True))
    issuer = public(models.TextField(blank=True))
    kind = public(models.CharField(max_length=60, blank=True))
    title = public(models.TextField(blank=True))
    period = public(models.CharField(max_length=40, blank=True))
    signers = public(models.JSONField(default=list))
    recipients = public(models.JSONField(default=list))
    search = internal(models.TextField(blank=True))
    stage = internal(models.CharField(max_length=10, choices=_CHOICES, default=Stage.REVIEW.value))
    version = internal(models.PositiveIntegerField(default=1))
    made_at = internal(models.DateTimeField(auto_now_add=True))
    confirmed_by = internal(models.ForeignKey(Account, models.PROTECT, null=True, related_name="+"))
    confirmed_at = internal(models.DateTimeField(null=True))
    withdrawn_why = internal(models.TextField(blank=True))

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["stage", "-issued"], name="document_stage"),
            models.Index(fields=["agency", "stage"], name="document_agency"),
        ]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["upload", "order"], name="document_once_a_file"),
            models.CheckConstraint(condition=Q(stage__in=list(Stage)), name="document_stage_known"),
            models.CheckConstraint(condition=Q(start__lte=models.F("end")), name="document_span"),
            models.CheckConstraint(
                condition=~Q(stage=Stage.CONFIRMED.value)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="document_confirmed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.pk}"

    def place(self) -> Place:
        return Place(agency=self.agency_id, unit=self.unit_id)


class Citation(models.Model):
    """A document named in another. ``to``: which of the register it is, where it is there; ``sure``: by
    number and day both. ``implements``: the one names it as what it carries out."""

    document = internal(models.ForeignKey(Document, models.CASCADE, related_name="citations"))
    number = public(models.CharField(max_length=80, blank=True))
    number_key = public(models.CharField(max_length=80, blank=True, db_index=True))
    day = public(models.DateField(null=True))
    kind = public(models.CharField(max_length=60, blank=True))
    issuer = public(models.TextField(blank=True))
    title = public(models.TextField(blank=True))
    implements = public(models.BooleanField(default=False))
    start = internal(models.PositiveIntegerField())
    end = internal(models.PositiveIntegerField())
    to = internal(models.ForeignKey(Document, models.SET_NULL, null=True, related_name="cited_by"))
    sure = internal(models.BooleanField(default=False))

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["document", "start", "end"], name="citation_once_a_place"),
            models.CheckConstraint(
                condition=Q(to__isnull=True) | ~Q(to=models.F("document")), name="citation_of_another"
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.title
