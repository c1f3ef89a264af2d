"""Plans that somebody looks after: what in them waits today."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F

from phoihop.base.org.doors import query
from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.plans.models import Plan, Task
from phoihop.coordination.plans.queries.plans import NO_TASKS, without_owner
from phoihop.coordination.plans.queries.standing import task_figures
from phoihop.coordination.plans.rules.states import TaskState

WATCHERS = frozenset({"planning-officer", "leader"})
FEW = 3  # plans told of on the first page


@dataclass(frozen=True, slots=True)
class Watched:
    """A plan with tasks that are late, or that nobody answers for."""

    uid: UUID
    name: str
    late: int
    loose: int


@query("plans.see_own_watch", "Xem việc của kế hoạch mình theo dõi", "See the work of plans one looks after",
       recorded=False)  # fmt: skip
def watched(viewer: Viewer) -> tuple[Watched, ...]:
    """Of the agencies that the viewer plans for or leads, the newest plans in which something waits; four
    statements, however many plans there are."""
    where = {held.agency for held in viewer.now if held.agency and held.role in WATCHERS}
    plans = list(
        Plan.objects.filter(agency__in=where, ended_on=None).order_by(F("first").desc(nulls_last=True), "pk")
    )
    numbers = [plan.pk for plan in plans]
    figures = task_figures(numbers, viewer.day)
    open_ones = Task.objects.filter(plan__in=numbers, state=TaskState.OPEN.value)
    counted = without_owner(open_ones, viewer.day).values("plan").annotate(many=Count("pk"))
    loose = {row["plan"]: row["many"] for row in counted}
    found = [
        Watched(plan.uid, plan.name, figures.get(plan.pk, NO_TASKS).late, loose.get(plan.pk, 0))
        for plan in plans
    ]
    return tuple(each for each in found if each.late or each.loose)[:FEW]
