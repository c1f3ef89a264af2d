"""How often something was done lately, by a keyed hash of what and who: no name stands in this table."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from phoihop.base.security.columns import internal
from phoihop.base.security.rows import SIGNED, RowAccess


class Throttle(models.Model):
    """When it was done (seconds since 1970), oldest first; ``until``: not before this moment again."""

    key = internal(models.BinaryField(primary_key=True))
    hits = internal(ArrayField(models.FloatField(), default=list))
    until = internal(models.FloatField(default=0))
    at = internal(models.FloatField())

    row_access = RowAccess(read=SIGNED)

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["at"], name="throttle_at")]

    def __str__(self) -> str:
        return f"{len(self.hits)}"
