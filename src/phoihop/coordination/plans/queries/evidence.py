"""Files sent with a report: for the agency that sent them, those who lead the task, and those who look after
the plan; for nobody else, however much of the task they see."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from phoihop.base.org.doors import may, query
from phoihop.base.org.rules.permissions import Place, Viewer
from phoihop.base.security import scope, vaults
from phoihop.base.security.models import StoredFile
from phoihop.base.security.scope import Scope
from phoihop.base.security.uploads import links
from phoihop.coordination.plans.models import Share, Task, TaskReport
from phoihop.coordination.plans.queries.answers import current
from phoihop.coordination.plans.rules.states import Part

CODE = "plans.fetch_evidence"
# Who in the agency that looks after a plan sees what was sent: not whoever works there.
OVERSEERS = frozenset({"leader", "head", "planning-officer"})
# What a report is read with, so that each of its files costs nothing more.
WITH = ("task__plan", "task__conclusion__meeting__committee")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file that shows something; ``name`` blank where the viewer may not fetch it; ``own``: it is their own
    agency's."""

    pk: int
    name: str = ""
    own: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """One file of a report, seen from a place whose people may open it."""

    row: StoredFile
    seen_from: Place

    def place(self) -> Place:
        return self.seen_from


def of_reports(viewer: Viewer, reports: Iterable[TaskReport]) -> dict[int, Evidence]:
    """Every file of reports that were read with their tasks: two statements, none where there is no file."""
    sent = [report for report in reports if report.files]
    if not sent:
        return {}
    leading, mine, others = _leading({report.task_id for report in sent}, viewer), set(), set()
    for report in sent:
        if may(viewer, "org.fetch_file", report):
            mine.update(report.files)
        elif _place(viewer, report, leading) is not None:
            others.update(report.files)
    named = {row.pk: row.name for row in _rows(viewer, mine | others)}
    numbers = (number for report in sent for number in report.files)
    return {number: Evidence(number, named.get(number, ""), number in mine) for number in numbers}


def find(viewer: Viewer, number: int) -> Opened | None:
    """A file of a report, if the viewer may open it; else it is not there, and costs as much to look for."""
    row = next(iter(_rows(viewer, {number})), None)
    kind, _, task = row.about.partition(":") if row is not None else ("", "", "")
    about = int(task) if kind == Task._meta.label else 0
    reports = TaskReport.objects.filter(task=about, files__contains=[number])
    report = reports.select_related(*WITH).first()
    leading = _leading({about}, viewer)
    place = _place(viewer, report, leading) if report is not None else None
    return Opened(row, place) if row is not None and place is not None else None


@query(CODE, "Tải tệp minh chứng", "Download evidence", of="file")
def link(viewer: Viewer, *, file: Opened) -> str:
    """A token with which this account, and no other, fetches the file within a minute."""
    assert viewer.account is not None
    return links.sign_link(file.row.vault, viewer.account, key=vaults.link_key())


def _place(viewer: Viewer, report: TaskReport, leading: dict[int, frozenset[int]]) -> Place | None:
    """From where the viewer may open what a report was sent with; None where they may not."""
    if not may(viewer, "plans.see_task", report.task):
        return None
    if may(viewer, CODE, report):
        return report.place()
    # What was taken back was mostly the wrong file: it is shown to nobody else any more.
    if report.withdrawn_at is not None:
        return None
    led = (Place(agency=agency) for agency in sorted(leading.get(report.task_id, ())))
    return next(
        (place for place in (*led, *_overseen(viewer, report.task)) if may(viewer, CODE, place)), None
    )


def _overseen(viewer: Viewer, task: Task) -> Iterator[Place]:
    """The place of whoever gave the task out, where the viewer looks after it or leads there."""
    given_by = task.plan or (task.conclusion and task.conclusion.meeting.committee)
    agency = given_by.agency_id if given_by is not None else None
    if agency is not None and any(held.role in OVERSEERS and agency in held.agencies for held in viewer.now):
        yield Place(agency=agency)


def _leading(tasks: set[int], viewer: Viewer) -> dict[int, frozenset[int]]:
    """By task the agencies that lead it today; not those of a group, of whom each answers for itself."""
    rows = Share.objects.filter(
        current(viewer.day), task__in=tasks, part=Part.LEAD.value, agency__isnull=False
    )
    found: dict[int, set[int]] = {}
    for task, agency in rows.values_list("task", "agency"):
        found.setdefault(task, set()).add(agency)
    return {task: frozenset(agencies) for task, agencies in found.items()}


def _rows(viewer: Viewer, numbers: set[int]) -> list[StoredFile]:
    """Files that the viewer was found to be allowed: the database shows them to their own agency alone."""
    if not numbers:
        return []
    with scope.acting(Scope("job", account=viewer.account)):
        return list(StoredFile.objects.filter(pk__in=numbers, programme=""))
