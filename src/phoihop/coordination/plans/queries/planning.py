"""What the planning officer's forms offer: agencies, people, documents, plans, parts of a task."""

from dataclasses import dataclass

from django.db.models import F, Q

from phoihop.base.org.doors import query
from phoihop.base.org.models import Agency, Person
from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.documents.models import Document
from phoihop.coordination.documents.rules.review import Stage
from phoihop.coordination.plans.models import Plan, Share, SubPlan, Target, Task
from phoihop.coordination.plans.queries.answers import current
from phoihop.coordination.plans.queries.comparing import OFFERED
from phoihop.coordination.plans.queries.meanings import confirmed_of, current_meanings
from phoihop.coordination.plans.rules.binding import Bound, catalogue, misfit
from phoihop.coordination.plans.rules.states import Part
from phoihop.coordination.plans.taking_part import Agencies

MOST = 500  # people or agencies that a form offers
CODE = "plans.see_offered"


@query(
    CODE, "Xem người, cơ quan có thể giao", "See whom something can be given to", of="plan", recorded=False
)
def people(viewer: Viewer, *, plan: Plan) -> tuple[Person, ...]:
    """Who works today in the agency that looks after the plan, or in one that leads a task of it."""
    leading = Share.objects.filter(current(viewer.day), task__plan=plan, part=Part.LEAD.value)
    where = Q(positions__agency=plan.agency_id) | Q(positions__agency__in=leading.values("agency"))
    now = Q(positions__since__lte=viewer.day) & (
        Q(positions__until__isnull=True) | Q(positions__until__gte=viewer.day)
    )
    return tuple(Person.objects.filter(where & now, left_on=None).distinct().order_by("sort_key")[:MOST])


@dataclass(frozen=True, slots=True)
class Codes:
    """What a target can be bound to: what is suggested, the likeliest first, and all else of its unit and
    direction. ``confirmed``: the code that it is bound to; empty for none."""

    suggested: tuple[Bound, ...]
    others: tuple[Bound, ...]
    confirmed: str


def codes(target: Target) -> Codes:
    """What a form offers for a target: one statement."""
    here = current_meanings([target.pk]).get(target.pk, [])
    confirmed = confirmed_of(here)
    likely = tuple(each.entry for each in here if not each.by and each.entry is not None)
    others = tuple(
        entry
        for entry in catalogue().values()
        if entry not in likely
        and misfit(entry.code, target.measure, target.comparator, target.value, target.direction) is None
    )
    return Codes(likely, others, confirmed.code if confirmed is not None else "")


def parts_of(viewer: Viewer, task: Task) -> tuple[Share, ...]:
    """The parts of a task that can be given to somebody else today, those of nobody first."""
    rows = Share.objects.filter(current(viewer.day), task=task, until=None).select_related("agency")
    return tuple(rows.order_by(F("agency").asc(nulls_first=True), "part", "slot"))


def earlier_plans(plan: Plan) -> tuple[Plan, ...]:
    """Plans of the same agency or unit that begin before this one."""
    near = Q(agency=plan.agency_id) | (Q(unit=plan.unit_id) if plan.unit_id is not None else Q())
    rows = Plan.objects.filter(near).exclude(pk=plan.pk).select_related("document")
    if plan.first is not None:
        rows = rows.filter(Q(first__lt=plan.first) | Q(first=None))
    return tuple(rows.order_by(F("first").desc(nulls_last=True), "pk")[:OFFERED])


def documents_of(sub_plan: SubPlan, viewer: Viewer) -> tuple[Document, ...]:
    """Confirmed documents that an agency, or one that it came from, sent in or issued, newest first."""
    agencies = Agencies(viewer.day)
    own = agencies.line(agencies.today(sub_plan.agency_id)) | {sub_plan.agency_id}
    names = Agency.objects.filter(pk__in=own).values_list("name", flat=True)
    mine = Q(agency__in=own)
    for name in names:
        mine |= Q(issuer__iexact=name)
    rows = Document.objects.filter(mine, stage=Stage.CONFIRMED.value).exclude(plan=sub_plan.plan_id)
    return tuple(rows.order_by(F("issued").desc(nulls_last=True), "-pk")[:OFFERED])
