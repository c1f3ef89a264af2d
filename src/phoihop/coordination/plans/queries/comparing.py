"""Two plans side by side: what the later one keeps, raises, lowers, drops, and what is new in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F, Q

from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.plans.models import Plan, Target
from phoihop.coordination.plans.queries.plans import Head, head_of, see
from phoihop.coordination.plans.queries.rows import TargetRow, target_rows
from phoihop.coordination.plans.rules.comparing import Aim, Verdict, compare
from phoihop.kernel.refusals import Bilingual

OFFERED = 60


@dataclass(frozen=True, slots=True)
class Offered:
    """A plan to compare with."""

    uid: UUID
    name: str
    number: str
    first: date | None


@dataclass(frozen=True, slots=True)
class Side:
    """One line: the target of either plan, the verdict and why."""

    old: TargetRow | None
    new: TargetRow | None
    verdict: Verdict
    why: Bilingual


@dataclass(frozen=True, slots=True)
class Comparison:
    """``other`` None: no plan to compare with was chosen, and none is known to come before."""

    head: Head
    other: Offered | None
    offered: tuple[Offered, ...]
    sides: tuple[Side, ...]
    counts: tuple[tuple[Verdict, int], ...]


@see()
def comparison(viewer: Viewer, *, plan: Plan, other: UUID | None = None) -> Comparison:
    """The plan beside ``other``, or beside the one it follows; whichever begins first is the old one."""
    near = Q(agency=plan.agency_id)
    if plan.unit_id is not None:
        near |= Q(unit=plan.unit_id)
    if plan.before_id is not None:
        near |= Q(pk=plan.before_id)
    rows = Plan.objects.filter(near).exclude(pk=plan.pk).select_related("document")
    known = list(rows.order_by(F("first").desc(nulls_last=True), "pk")[:OFFERED])
    wanted = other or (plan.before.uid if plan.before is not None else None)
    chosen = next((each for each in known if each.uid == wanted), None)
    offered = tuple(_offered(each) for each in known)
    head = head_of(plan, viewer.day)
    if chosen is None:
        return Comparison(head, None, offered, (), ())
    earlier, later = (plan, chosen) if _begins(plan) < _begins(chosen) else (chosen, plan)
    sides = tuple(_sides(earlier, later, viewer.day))
    counts = tuple((verdict, sum(side.verdict is verdict for side in sides)) for verdict in Verdict)
    return Comparison(head, _offered(chosen), offered, sides, tuple(each for each in counts if each[1]))


def _begins(plan: Plan) -> date:
    return plan.first or plan.document.issued or date.min


def _offered(plan: Plan) -> Offered:
    return Offered(plan.uid, plan.name, plan.document.number, plan.first)


def _sides(earlier: Plan, later: Plan, day: date) -> Iterable[Side]:
    standing = Target.objects.filter(plan__in=(earlier, later), dropped_on=None).order_by("order")
    targets = list(standing)
    rows = {row.pk: row for row in target_rows(standing, day)}
    old, new = ([_aim(t) for t in targets if t.plan_id == plan.pk] for plan in (earlier, later))
    for pair in compare(old, new):
        yield Side(
            rows[pair.old.key] if pair.old is not None else None,
            rows[pair.new.key] if pair.new is not None else None,
            pair.verdict,
            pair.why,
        )


def _aim(target: Target) -> Aim:
    return Aim(
        target.pk,
        target.text,
        target.comparator,
        target.value,
        target.value_max,
        target.measure,
        target.numerator,
        target.denominator,
        target.direction,
        target.kind,
    )
