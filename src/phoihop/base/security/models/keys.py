"""Wrapped data keys of people. A person is forgotten by destroying theirs; the row stays as the tombstone."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from phoihop.base.security.columns import internal, sensitive
from phoihop.base.security.rows import PURPOSE, RowAccess, at_place

AS_THE_FILE = {"keep": "programme", "ground": "Luật 91/2025/QH15; luật chuyên ngành của chương trình"}


class DataKeyRow(models.Model):
    """A person's data key in one programme, under the programme's key. ``wrapped`` null: erased.

    ``person`` is the programme's pseudonym. Two programmes never share a row, and no column here is the
    same for one person in two of them.
    """

    programme = sensitive(models.CharField(max_length=40), erase="keep", **AS_THE_FILE)
    person = sensitive(models.UUIDField(), erase="keep", **AS_THE_FILE)
    facility = internal(models.BigIntegerField())
    number = internal(models.PositiveSmallIntegerField(default=1))
    version = internal(models.PositiveIntegerField())
    wrapped = sensitive(models.BinaryField(null=True), erase="shred", **AS_THE_FILE)
    made_at = internal(models.DateTimeField(auto_now_add=True))
    erased_at = internal(models.DateTimeField(null=True))

    row_access = RowAccess(f"{at_place('facility')} or {PURPOSE} = 'keys'")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["programme", "facility", "person", "number"], name="data_key_once"
            ),
            models.CheckConstraint(
                condition=Q(wrapped__isnull=True, erased_at__isnull=False)
                | Q(wrapped__isnull=False, erased_at__isnull=True),
                name="data_key_erased_or_there",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
