"""Releases: for whom figures are, and the secrets that keep two of them apart."""

from typing import Any, ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from phoihop.base.org.models import Account
from phoihop.base.release.models.documents import Releasable
from phoihop.base.security.columns import internal, sensitive
from phoihop.base.security.rows import PURPOSE, SIGNED, RowAccess

_ACCOUNT: dict[str, Any] = {"on_delete": models.PROTECT, "null": True, "related_name": "+"}


def _two(prefix: str) -> Q:
    """Two people, and not the same one twice."""
    given = Q(
        **{f"{prefix}_by__isnull": False, f"{prefix}_second__isnull": False, f"{prefix}_at__isnull": False}
    )
    return given & ~Q(**{f"{prefix}_by": F(f"{prefix}_second")})


class Release(Releasable):
    """A row of builds in which people keep their pseudonyms; the newest one is built.

    Internal until two people clear it for the agencies, and until two let it out to everybody: from then on
    each build adds the periods that have ended since, and what was told stays as it was.
    """

    uid = internal(models.UUIDField(default=uuid4, unique=True, editable=False))
    begun_at = internal(models.DateTimeField(auto_now_add=True))
    begun_by = internal(models.ForeignKey(Account, **_ACCOUNT))
    cleared_by = internal(models.ForeignKey(Account, **_ACCOUNT))
    cleared_second = internal(models.ForeignKey(Account, **_ACCOUNT))
    cleared_at = internal(models.DateTimeField(null=True))
    public_by = internal(models.ForeignKey(Account, **_ACCOUNT))
    public_second = internal(models.ForeignKey(Account, **_ACCOUNT))
    public_at = internal(models.DateTimeField(null=True))

    row_access = RowAccess(read=SIGNED, write=f"{PURPOSE} = 'job'")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(released_to="internal") | _two("cleared"), name="release_cleared_by_two"
            ),
            models.CheckConstraint(
                condition=~Q(released_to="public") | _two("public"), name="release_public_by_two"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.released_to}"

    @property
    def is_out(self) -> bool:
        """Whether somebody beyond those who make it may read what it tells."""
        return self.released_to != "internal"


class ReleaseKey(models.Model):
    """The sealed secret of a release; gone with its facts, when a newer release has been built."""

    release = internal(models.OneToOneField(Release, models.CASCADE, related_name="key"))
    sealed = sensitive(models.BinaryField(), keep="1y", ground="Luật 91/2025/QH15", erase="keep")

    row_access = RowAccess(read=f"{PURPOSE} = 'job'")

    def __str__(self) -> str:
        return f"{self.pk}"
