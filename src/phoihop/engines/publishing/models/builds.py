"""How the work on figures stands: one row for each build, one for each version of a figure."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from phoihop.base.org.models import Account
from phoihop.base.org.rules.permissions import EVERYWHERE, Place
from phoihop.base.security.columns import internal
from phoihop.base.security.rows import PURPOSE, SIGNED, RowAccess
from phoihop.engines.publishing.models.releases import Release


class Build(models.Model):
    """One build and how far it is. Of those that are not over there is only one.

    ``attempts`` fences off a worker that was given up. ``stage`` and ``what``: at what it is, ``done`` of
    ``whole`` parts. ``faults``: what failed, each a programme, a code ("" for its facts) and the kind of
    fault, and no values. ``given_away``: small counts that what was told before had not protected.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        PARTLY = "partly"  # something failed; its last good figures stay
        FAILED = "failed"

    release = internal(models.ForeignKey(Release, models.PROTECT, related_name="builds"))
    asked_by = internal(models.ForeignKey(Account, models.PROTECT, null=True, related_name="+"))
    asked_at = internal(models.DateTimeField(auto_now_add=True))
    until = internal(models.DateField())
    state = internal(models.CharField(max_length=8, choices=State.choices, default=State.WAITING))
    stage = internal(models.CharField(max_length=8, blank=True))
    what = internal(models.CharField(max_length=60, blank=True))
    done = internal(models.PositiveIntegerField(default=0))
    whole = internal(models.PositiveIntegerField(default=0))
    attempts = internal(models.PositiveSmallIntegerField(default=0))
    heard_at = internal(models.DateTimeField())
    ended_at = internal(models.DateTimeField(null=True))
    faults = internal(models.JSONField(default=list))
    given_away = internal(models.PositiveIntegerField(default=0))

    row_access = RowAccess(read=SIGNED, write=f"{PURPOSE} = 'job'")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["ended_at"],
                condition=Q(ended_at__isnull=True),
                nulls_distinct=False,
                name="build_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running"], ended_at__isnull=True)
                | Q(state__in=["done", "partly", "failed"], ended_at__isnull=False),
                name="build_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"

    def place(self) -> Place:
        return EVERYWHERE


class Standing(models.Model):
    """How a version of a figure stands: when it was last worked out well, from facts of up to which day, and
    since when that fails. ``digest``: of all that what is told of it was made from; ``counted``: by what, in
    which places and of which facts it was counted."""

    programme = internal(models.CharField(max_length=20))
    code = internal(models.CharField(max_length=60))
    version = internal(models.PositiveSmallIntegerField())
    computed_at = internal(models.DateTimeField(null=True))
    until = internal(models.DateField(null=True))
    failing_since = internal(models.DateTimeField(null=True))
    fault = internal(models.CharField(max_length=60, blank=True))
    digest = internal(models.CharField(max_length=64, blank=True))
    counted = internal(models.CharField(max_length=64, blank=True))

    row_access = RowAccess(read=SIGNED, write=f"{PURPOSE} = 'job'")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "version"], name="standing_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"
