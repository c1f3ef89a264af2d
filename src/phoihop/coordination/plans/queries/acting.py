"""In whose name a viewer may act on a thing: pages offer that and nothing else; the actions ask again."""

from collections.abc import Iterable

from phoihop.base.org.doors import may
from phoihop.base.org.models import Agency
from phoihop.base.org.queries.reaching import granted
from phoihop.base.org.queries.units import stood
from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.plans.models import CheckIn, Task
from phoihop.coordination.plans.taking_part import Agencies, parts, takes_part


def own(viewer: Viewer, code: str) -> tuple[Agency, ...]:
    """The agencies in whose name the viewer may do this at all; no statement where there is none."""
    numbers = {held.agency for held in viewer.now if held.agency is not None}
    if not numbers or not granted(viewer, code):
        return ()
    rows = Agency.objects.filter(stood(viewer.day), pk__in=numbers).order_by("name")
    return tuple(agency for agency in rows if may(viewer, code, agency))


def reporters(viewer: Viewer, task: Task) -> tuple[Agency, ...]:
    """The viewer's agencies that take part in a task today."""
    mine = own(viewer, "plans.report_task")
    if not mine:
        return ()
    agencies = Agencies(viewer.day)
    takings = parts([task.pk], agencies)[task.pk]
    return tuple(each for each in mine if takes_part(takings, each.pk, viewer.day, agencies))


def answerers(viewer: Viewer, check_ins: Iterable[CheckIn]) -> dict[int, Agency]:
    """By check-in the viewer's agency that has to answer it, itself or for one that went into it."""
    mine = own(viewer, "plans.answer_check_in")
    if not mine:
        return {}
    agencies = Agencies(viewer.day)
    lines = [(each, agencies.line(each.pk) | {each.pk}) for each in mine]
    return {
        row.pk: agency
        for row in check_ins
        for agency, line in lines
        if row.report_id is None and row.agency_id in line
    }


def waiting_for(viewer: Viewer, task: Task) -> tuple[CheckIn, ...]:
    """The check-ins of a task that wait for an agency of the viewer's."""
    rows = list(CheckIn.objects.filter(task=task, report=None))
    mine = answerers(viewer, rows)
    return tuple(row for row in rows if row.pk in mine)
