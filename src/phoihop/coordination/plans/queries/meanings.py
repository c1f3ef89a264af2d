"""The codes that targets are bound to or may mean, as they were decided."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from phoihop.coordination.plans.models import Binding
from phoihop.coordination.plans.rules import binding
from phoihop.coordination.plans.rules.binding import Better, Bound


@dataclass(frozen=True, slots=True)
class Meant:
    """A code of a target: confirmed ``by`` somebody, or only suggested, for the words that were ``found``.
    ``entry`` None: the catalogue has it no more. ``until`` and ``why`` once it is over."""

    code: str
    entry: Bound | None
    since: date
    by: str
    found: tuple[str, ...]
    until: date | None = None
    why: str = ""


def current_meanings(targets: Collection[int]) -> dict[int, list[Meant]]:
    """What targets are bound to now, what is suggested after it: one statement."""
    found: dict[int, list[Meant]] = defaultdict(list)
    rows = Binding.objects.filter(target__in=targets, until=None).select_related("by__person")
    for row in rows.order_by("target", "rank", "pk"):
        found[row.target_id].append(meant(row))
    return found


def meant(row: Binding) -> Meant:
    return Meant(
        row.code,
        binding.catalogue().get(row.code),
        day_of(row.since),
        row.by.person.name if row.by is not None else "",
        tuple(row.found),
        day_of(row.until) if row.until is not None else None,
        row.why,
    )


def day_of(at: datetime) -> date:
    return timezone.localtime(at).date()


def confirmed_of(here: Iterable[Meant]) -> Meant | None:
    """The one that a person confirmed."""
    return next((each for each in here if each.by), None)


def better_of(bound: Meant | None) -> Better:
    """Which way is good of a target that is bound; of one that is not, its own words alone tell."""
    return bound.entry.better if bound is not None and bound.entry is not None else Better.NEITHER
