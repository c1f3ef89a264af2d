"""In whose name a viewer may act on a thing: pages offer that and nothing else; the actions ask again."""

from collections.abc import Iterable
from functools import cached_property

from phoihop.base.org.doors import may
from phoihop.base.org.models import Agency
from phoihop.base.org.queries.reaching import granted
from phoihop.base.org.queries.units import stood
from phoihop.base.org.rules.permissions import Viewer
from phoihop.coordination.plans.models import CheckIn, Task
from phoihop.coordination.plans.taking_part import Agencies, parts, takes_part


class Hands:
    """One viewer and their agencies of today, while one page is made: what questions need is read once."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer

    @cached_property
    def agencies(self) -> Agencies:
        """All agencies as they are today."""
        return Agencies(self.viewer.day)

    @cached_property
    def _mine(self) -> tuple[Agency, ...]:
        numbers = {held.agency for held in self.viewer.now if held.agency is not None}
        return tuple(Agency.objects.filter(stood(self.viewer.day), pk__in=numbers).order_by("name"))

    def own(self, code: str) -> tuple[Agency, ...]:
        """The agencies in whose name the viewer may do this at all; no statement where there is none."""
        if all(held.agency is None for held in self.viewer.now) or not granted(self.viewer, code):
            return ()
        return tuple(agency for agency in self._mine if may(self.viewer, code, agency))

    def reporters(self, task: Task) -> tuple[Agency, ...]:
        """The viewer's agencies that take part in a task today."""
        mine = self.own("plans.report_task")
        if not mine:
            return ()
        takings = parts([task.pk], self.agencies)[task.pk]
        return tuple(each for each in mine if takes_part(takings, each.pk, self.viewer.day, self.agencies))

    def answerers(self, check_ins: Iterable[CheckIn]) -> dict[int, Agency]:
        """By check-in the viewer's agency that has to answer it, itself or for one that went into it."""
        takers = self._takers("plans.answer_check_in", {row.agency_id for row in check_ins})
        return {
            row.pk: takers[row.agency_id]
            for row in check_ins
            if row.report_id is None and row.agency_id in takers
        }

    def waiting_for(self, task: Task) -> tuple[CheckIn, ...]:
        """The check-ins of a task that wait for an agency of the viewer's."""
        rows = list(CheckIn.objects.filter(task=task, report=None))
        mine = self.answerers(rows)
        return tuple(row for row in rows if row.pk in mine)

    def withdrawers(self, reported: set[int]) -> dict[int, Agency]:
        """By agency that reported, the viewer's own in whose name its reports may be taken back."""
        return self._takers("plans.withdraw_report", reported)

    def _takers(self, code: str, before: set[int]) -> dict[int, Agency]:
        """By agency, that of the viewer's which it is, or which it went into."""
        mine = self.own(code)
        lines = [(each, self.agencies.line(each.pk) | {each.pk}) for each in mine] if before else []
        return {number: each for each, line in lines for number in before & line}
