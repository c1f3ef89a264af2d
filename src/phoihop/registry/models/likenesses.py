"""Files that may be of one person, what was decided, and what a merge changed, so that it can be undone."""

from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from phoihop.base.org.models import Facility
from phoihop.base.org.rules.permissions import Place
from phoihop.base.security.columns import internal, personal, sensitive
from phoihop.base.security.sealed import Sealed, SealedText
from phoihop.base.security.together import SameOwner
from phoihop.registry.models.clients import Client
from phoihop.registry.models.shared import COMPARED, FILE, OWN, place_of

OPEN, SAME, DIFFERENT = "open", "same", "different"


def _own(field: str, to: str, name: str) -> SameOwner:
    return SameOwner(field=field, to=to, owner=("facility", "programme"), name=name)


class Likeness(models.Model):
    """That a file may be of the same person as another one, as one facility sees it.

    Inside a facility ``other`` is the other file, and there is one row. Across facilities each has a row of
    its own with the same ``pair`` and ``other`` empty: neither sees whose file the other one is, nor where.
    """

    pair = internal(models.UUIDField())
    programme = sensitive(models.CharField(max_length=20), erase="keep", **FILE)
    facility = internal(models.ForeignKey(Facility, models.PROTECT, related_name="+"))
    client = internal(
        models.ForeignKey(Client, models.PROTECT, related_name="likenesses", db_constraint=False)
    )
    other = internal(
        models.ForeignKey(Client, models.PROTECT, null=True, related_name="+", db_constraint=False)
    )
    score = internal(models.PositiveSmallIntegerField())
    evidence = sensitive(ArrayField(models.CharField(max_length=20)), erase="keep", **FILE)
    found_on = internal(models.DateField())
    state = internal(
        models.CharField(max_length=10, choices=[(s, s) for s in (OPEN, SAME, DIFFERENT)], default=OPEN)
    )
    decided_on = internal(models.DateField(null=True))

    row_access = COMPARED

    class Meta:
        verbose_name_plural = "likenesses"
        constraints: ClassVar[list[Any]] = [
            _own("client", "registry.Client", "registry_likeness_of_own_client"),
            _own("other", "registry.Client", "registry_likeness_to_own_client"),
            models.UniqueConstraint(
                fields=["programme", "facility", "pair", "client"], name="registry_likeness_once"
            ),
            models.CheckConstraint(
                condition=Q(state=OPEN, decided_on__isnull=True)
                | (~Q(state=OPEN) & Q(decided_on__isnull=False)),
                name="registry_likeness_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def place(self) -> Place:
        return place_of(self.facility, self.programme)


class Merge(Sealed):
    """That two files are of one person; one row for each file, both with the same ``merge``.

    ``kept``: this file's person is the one that counts from now on. Nothing of the other is changed but of
    whom it is (Tie, MergeStep). ``on`` is empty while the other facility has not agreed: ``pair`` is then
    that of the two likenesses.
    """

    uid = internal(models.UUIDField(default=uuid4, editable=False, db_index=True))
    merge = internal(models.UUIDField(db_index=True))
    programme = sensitive(models.CharField(max_length=20), erase="keep", **FILE)
    facility = internal(models.ForeignKey(Facility, models.PROTECT, related_name="+"))
    pseudonym = sensitive(models.UUIDField(), erase="keep", **FILE)
    client = internal(models.ForeignKey(Client, models.PROTECT, related_name="merges", db_constraint=False))
    pair = internal(models.UUIDField(null=True))
    kept = internal(models.BooleanField(default=False))
    on = internal(models.DateField(null=True))
    why = personal(SealedText(null=True, bucket=64), erase="shred", **FILE)
    undone_on = internal(models.DateField(null=True))
    undone_why = personal(SealedText(null=True, bucket=64), erase="shred", **FILE)

    row_access = OWN

    class Meta:
        constraints: ClassVar[list[Any]] = [
            _own("client", "registry.Client", "registry_merge_of_own_client"),
            models.UniqueConstraint(
                fields=["programme", "facility", "merge", "client"], name="registry_merge_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def place(self) -> Place:
        return place_of(self.facility, self.programme)


class MergeStep(models.Model):
    """Of which person a file was before a merge; undoing the merge makes it so again."""

    merge = internal(models.UUIDField(db_index=True))
    programme = sensitive(models.CharField(max_length=20), erase="keep", **FILE)
    facility = internal(models.ForeignKey(Facility, models.PROTECT, related_name="+"))
    client = internal(models.ForeignKey(Client, models.PROTECT, related_name="+", db_constraint=False))
    person = sensitive(models.UUIDField(), erase="keep", **FILE)
    undone = internal(models.BooleanField(default=False))

    row_access = COMPARED

    class Meta:
        constraints: ClassVar[list[Any]] = [
            _own("client", "registry.Client", "registry_step_of_own_client"),
            models.UniqueConstraint(
                fields=["programme", "facility", "merge", "client"], name="registry_step_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
