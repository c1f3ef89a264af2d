"""What is to be expected of targets by their days: the last forecast of each, as it was made."""

from typing import Any, ClassVar

from django.db import models

from phoihop.base.org.rules.permissions import Place
from phoihop.base.security.columns import internal
from phoihop.base.security.rows import KNOWN, PURPOSE, RowAccess
from phoihop.coordination.plans.models.plans import Target
from phoihop.engines.indicators.definitions import Better
from phoihop.engines.indicators.forecasting import Outlook
from phoihop.engines.indicators.forecasting_series import Kind

_JOB = f"{PURPOSE} = 'job'"


def _number(**more: Any) -> "models.DecimalField[Any, Any]":
    return models.DecimalField(max_digits=20, decimal_places=6, **more)


def _one_of(choices: Any) -> "models.CharField[Any, Any]":
    return models.CharField(max_length=10, choices=[(each.value, each.value) for each in choices])


class Forecast(models.Model):
    """A target's forecast, made of what everybody who works here may read of it.

    ``code`` is what it was bound to; the columns from ``kind`` on are those of the engine's forecast:
    ``asked`` its target, ``calendar`` to ``value`` the last figure. ``measure``: what is counted, in the
    target's own words. ``seen``: when the newest figures were worked out that were looked at, None while
    there are none; ``digest``: of all that it was made from, so that it is made anew only where that changed.
    """

    target = internal(models.OneToOneField(Target, models.PROTECT, related_name="forecast"))
    code = internal(models.CharField(max_length=80))
    made_at = internal(models.DateTimeField())
    seen = internal(models.DateTimeField(null=True))
    digest = internal(models.CharField(max_length=64))
    measure = internal(models.CharField(max_length=80, blank=True))
    kind = internal(_one_of(Kind))
    better = internal(_one_of(Better))
    asked = internal(_number())
    deadline = internal(models.DateField())
    calendar = internal(models.CharField(max_length=8))
    span = internal(models.CharField(max_length=8))
    year = internal(models.PositiveSmallIntegerField())
    number = internal(models.PositiveSmallIntegerField())
    value = internal(_number())
    months = internal(models.PositiveSmallIntegerField())
    outlook = internal(_one_of(Outlook))
    expected = internal(_number(null=True))
    likely_low = internal(_number(null=True))
    likely_high = internal(_number(null=True))
    sure_low = internal(_number(null=True))
    sure_high = internal(_number(null=True))
    chance = internal(models.DecimalField(max_digits=3, decimal_places=2, null=True))
    needed = internal(_number(null=True))
    pace = internal(_number(null=True))

    # As what it was made of: what is cleared for the agencies.
    row_access = RowAccess(read=f"{_JOB} or {KNOWN}", write=_JOB)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(chance__isnull=True) | models.Q(chance__gte=0, chance__lte=1),
                name="forecast_chance",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def place(self) -> Place:
        found: Place = self.target.place()
        return found
