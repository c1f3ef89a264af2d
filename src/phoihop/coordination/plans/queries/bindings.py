"""What targets are bound to: the code, how the number comes, of whom it is a share, who is to report it."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from phoihop.base.org.agencies import Tier, kind
from phoihop.base.org.models import Agency
from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.plans.models import Binding, Plan, Target
from phoihop.coordination.plans.queries.meanings import Meant, confirmed_of, current_meanings, meant
from phoihop.coordination.plans.queries.plans import see
from phoihop.coordination.plans.queries.standing import Known, known_of
from phoihop.coordination.plans.rules import routing
from phoihop.coordination.plans.rules.binding import Bound
from phoihop.kernel.refusals import Bilingual


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who is to give a figure. ``agency`` 0: none of the kind is known here, only what it is called."""

    agency: int
    name: Bilingual


@dataclass(frozen=True, slots=True)
class BoundTarget:
    """What one target is bound to; ``confirmed`` None: no person has decided. ``known``: the last number that
    was reported by hand, with its day and source, whichever way it should come. ``reporter``: of the code
    that is confirmed, else of the likeliest."""

    target: int
    confirmed: Meant | None
    suggested: tuple[Meant, ...]
    reporter: Reporter | None
    known: Known | None

    @property
    def entry(self) -> Bound | None:
        """What is confirmed, as the catalogue has it."""
        return self.confirmed.entry if self.confirmed is not None else None


@see()
def bindings(viewer: Viewer, *, plan: Plan) -> tuple[BoundTarget, ...]:
    """Every target of the plan that is pursued, in its order: six statements."""
    return bindings_of(plan, viewer.day)


def bindings_of(plan: Plan, day: date) -> tuple[BoundTarget, ...]:
    """As ``bindings``, for queries that have asked already and for jobs."""
    targets = list(plan.targets.filter(dropped_on=None).order_by("order").values_list("pk", flat=True))
    here, known = current_meanings(targets), known_of(targets)
    entries = {pk: _entry(here.get(pk, [])) for pk in targets}
    reporters = _reporters(plan, {each.duty for each in entries.values() if each is not None}, day)
    return tuple(_bound(pk, here.get(pk, []), entries[pk], reporters, known.get(pk)) for pk in targets)


def of_target(target: Target, day: date) -> tuple[BoundTarget, tuple[Meant, ...]]:
    """One target, and what it was bound to before, the latest first: for queries that have asked already.
    Three statements."""
    rows = list(Binding.objects.filter(target=target).select_related("by__person").order_by("rank", "pk"))
    here = [meant(each) for each in rows if each.until is None]
    past = sorted((each for each in rows if each.until is not None and each.by_id is not None),
                  key=lambda each: each.since, reverse=True)  # fmt: skip
    entry = _entry(here)
    reporters = _reporters(target.plan, {entry.duty} if entry is not None else set(), day)
    return _bound(target.pk, here, entry, reporters, None), tuple(meant(each) for each in past)


def _entry(here: list[Meant]) -> Bound | None:
    likeliest = confirmed_of(here) or (here[0] if here else None)
    return likeliest.entry if likeliest is not None else None


def _bound(
    target: int, here: list[Meant], entry: Bound | None, reporters: dict[str, Reporter], known: Known | None
) -> BoundTarget:
    confirmed = confirmed_of(here)
    reporter = reporters.get(entry.duty) if entry is not None else None
    return BoundTarget(target, confirmed, tuple(each for each in here if not each.by), reporter, known)


def _reporters(plan: Plan, duties: set[str], day: date) -> dict[str, Reporter]:
    """Who answers for duties where the plan holds, on a day: two statements at most."""
    unit = plan.unit if plan.unit is not None else plan.agency.unit
    tier = Tier(unit.level) if unit is not None and unit.level in set(Tier) else None
    kinds = {duty: [route.kind for route in routing.routes(duty, tier, day)] for duty in duties}
    asked = {each for found in kinds.values() for each in found}
    if not asked or unit is None:
        return {duty: Reporter(0, kind(found[0]).name) for duty, found in kinds.items() if found}
    stands = (Q(valid_from=None) | Q(valid_from__lte=day)) & (Q(valid_to=None) | Q(valid_to__gte=day))
    near = Agency.objects.filter(stands, kind__in=asked).filter(
        Q(unit=unit) | Q(unit=unit.parent_id) if unit.parent_id is not None else Q(unit=unit)
    )
    here = {each.kind: each for each in near.order_by("-pk").only("pk", "kind", "name")}
    return {duty: _reporter(found, here) for duty, found in kinds.items() if found}


def _reporter(kinds: list[str], here: dict[str, Agency]) -> Reporter:
    agency = next((here[each] for each in kinds if each in here), None)
    if agency is None:
        return Reporter(0, kind(kinds[0]).name)
    return Reporter(agency.pk, Bilingual(agency.name, agency.name))
