"""What was read in a document, item by item, and what people made of it."""

from typing import Any, ClassVar
from uuid import uuid4

import pghistory
from django.db import models
from django.db.models import Q

from phoihop.base.org.models import Account
from phoihop.base.org.rules.permissions import Place
from phoihop.base.security.columns import internal
from phoihop.coordination.documents.models.register import Document
from phoihop.coordination.documents.rules.review import Kind, Ruling

_KINDS = [(kind.value, kind.value) for kind in Kind]
_RULINGS = [(ruling.value, ruling.value) for ruling in Ruling]


# The history is the record of who said what, and when; nothing of it is lost by a later word.
@pghistory.track()
class Item(models.Model):
    """One target, task, citation or field of the header.

    ``read`` is what the program understood (the contract's object; null where a person added it), ``value``
    what stands now in the same shape. ``start`` and ``end``: where its sentence stands in the upload's text.
    ``version`` rises with every ruling: two people at once cannot overwrite each other unseen. ``at`` is the
    version of the document with that ruling: what is new to who has seen an earlier one.
    """

    uid = internal(models.UUIDField(default=uuid4, unique=True, editable=False))
    document = internal(models.ForeignKey(Document, models.PROTECT, related_name="items"))
    kind = internal(models.CharField(max_length=8, choices=_KINDS))
    order = internal(models.PositiveIntegerField())
    start = internal(models.PositiveIntegerField(null=True))
    end = internal(models.PositiveIntegerField(null=True))
    read = internal(models.JSONField(null=True))
    value = internal(models.JSONField())
    ruling = internal(models.CharField(max_length=9, choices=_RULINGS, default=Ruling.OPEN.value))
    version = internal(models.PositiveIntegerField(default=1))
    at = internal(models.PositiveIntegerField(default=1))
    ruled_by = internal(models.ForeignKey(Account, models.PROTECT, null=True, related_name="+"))
    ruled_at = internal(models.DateTimeField(null=True))

    class Meta:
        ordering: ClassVar[list[str]] = ["document", "kind", "order"]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["document", "at"], name="item_at")]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["document", "kind", "order"], name="item_once"),
            models.CheckConstraint(condition=Q(kind__in=list(Kind)), name="item_kind_known"),
            models.CheckConstraint(condition=Q(ruling__in=list(Ruling)), name="item_ruling_known"),
            models.CheckConstraint(
                condition=Q(ruling=Ruling.OPEN.value) | Q(ruled_by__isnull=False, ruled_at__isnull=False),
                name="item_ruled_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(ruling=Ruling.ADDED.value) | Q(read__isnull=True), name="item_added_was_not_read"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.order}"

    def place(self) -> Place:
        found: Place = self.document.place()
        return found
