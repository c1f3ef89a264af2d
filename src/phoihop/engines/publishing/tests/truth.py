"""True figures as a build leaves them, for tests of rooms that know no tables."""

from decimal import Decimal
from typing import Any

from django.utils import timezone

from phoihop.base.security import scope
from phoihop.engines.publishing.fences import JOB
from phoihop.engines.publishing.models import Number, Release
from phoihop.kernel.calendars import Period


def true(of: Release, code: str, period: Period, numerator: str, **more: Any) -> Number:
    """A line; ``facility`` or ``unit`` and ``programme`` among the rest."""
    window = period.window
    given = {
        "programme": "alpha", "version": 1, "calendar": str(period.calendar), "span": str(period.span),
        "year": period.year, "number": period.number, "first": window.first, "last": window.last,
        "numerator": Decimal(numerator), "computed_at": timezone.now(),
    }  # fmt: skip
    with scope.acting(JOB):
        return Number.objects.create(release=of, code=code, **(given | more))
