"""Facilities that are a point of another one."""

from collections.abc import Collection

from phoihop.base.org.models import Facility


def points_among(keys: Collection[int]) -> frozenset[int]:
    """Which of some facilities serve for another one, which keeps their files: one statement."""
    return frozenset(Facility.objects.filter(pk__in=keys, parent__isnull=False).values_list("pk", flat=True))
