"""What happened in Phìn Sơn: its documents are taken in, its tasks reported on, its committee meets. Made by
the actions that people use, each once: what a killed start left undone is done by the next."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db.models import Q
from django.utils import timezone

from phoihop.base.org.models import Account, Agency, Person
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security import origin, scope
from phoihop.base.security.scope import Scope
from phoihop.coordination.documents import taking_in
from phoihop.coordination.documents.actions import reviewing
from phoihop.coordination.documents.models import Document, Item
from phoihop.coordination.documents.rules.review import Kind
from phoihop.coordination.plans.actions import changing, obstacles, reporting, steering, urging
from phoihop.coordination.plans.actions.steering import Seat
from phoihop.coordination.plans.models import (
    CheckIn,
    Committee,
    Conclusion,
    Holder,
    Meeting,
    Obstacle,
    Plan,
    SubPlan,
    Target,
    Task,
)
from phoihop.coordination.plans.rules.states import ObstacleState, Said, TaskState
from phoihop.demo import figures, people

DOCUMENTS = Path(__file__).parent / "documents"
JOB, INSTALL = Scope("job"), Scope("install")
SOURCE = "Số liệu thử"  # says of itself what it is, beside the mark that it carries

# File, the office that sends it in, and who does.
FILES = (
    ("01-ke-hoach-50.docx", "people", "kehoach"),
    ("02-tin-cong-thong-tin.html", "people", "kehoach"),
    ("03-ke-hoach-cap-uy.txt", "people", "kehoach"),
    ("04-ke-hoach-ban-chi-dao.md", "police", "thuongtruc"),
    ("05-cong-van-231.pdf", "police", "thuongtruc"),
    ("later/06-ke-hoach-46.docx", "people", "kehoach"),
    ("later/08-ke-hoach-cap-uy-2026.txt", "people", "kehoach"),
    ("later/07-ke-hoach-58.docx", "people", "kehoach"),
    ("later/09-thong-bao-64.pdf", "police", "thuongtruc"),
    ("later/10-ke-hoach-phuong.txt", "xa-1", "xaphinson"),
)
_OLD = {"50/KH-UBND", "512/KH-UBND", "97-KH/TU", "09/KH-BCĐ", "231/CV-BCĐ", "46/KH-UBND"}
# What of the old plans nobody has finished: duties that moved to others on the way.
_LEFT_OPEN = ("Hỗ trợ học nghề, việc làm cho nạn nhân", "Tổ chức cai nghiện và hỗ trợ")
_COMMITTEE = "Ban Chỉ đạo 138 tỉnh Phìn Sơn"


@dataclass(frozen=True, slots=True)
class Teller:
    """The offices by their short names, and what day it is: nothing is said of days to come."""

    offices: Mapping[str, Agency]
    today: date

    def by(self, username: str) -> Viewer:
        return people.viewer(username)

    def is_past(self, day: date) -> bool:
        return day <= self.today


def tell(offices: Mapping[str, Agency], say: Callable[[str], None] = lambda _: None) -> None:
    """Everything, in order; ``say`` is told what is under way."""
    teller = Teller(offices, timezone.localdate())
    for number, (name, office, username) in enumerate(FILES, 1):
        say(f"document {number}/{len(FILES)}")
        _take_in(teller, name, office, username)
    for step in (_mark, _close_old, _sub_plans, _report, _count, _check_in, _obstacles, _committee):
        say(step.__name__.strip("_"))
        with origin.beginning(), scope.acting(INSTALL):
            step(teller)
    say("reminders")
    with origin.beginning(), scope.acting(JOB):
        urging.remind(teller.today)


def _take_in(teller: Teller, name: str, office: str, username: str) -> None:
    with scope.acting(INSTALL):
        by = teller.by(username)
    path = DOCUMENTS / name
    with origin.beginning():
        taking_in.take_in(
            by=by,
            agency=teller.offices[office],
            data=path.read_bytes(),
            name=path.name,
            check=lambda document: _check(by, document, path.name),
        )


def _check(by: Viewer, document: Document, name: str) -> None:
    """What a planning officer puts right: the reader cannot know it, or misread it."""
    with origin.beginning(), scope.acting(INSTALL):
        match name:
            case "03-ke-hoach-cap-uy.txt":
                for field, value in (
                    ("number", "97-KH/TU"),
                    ("issued", "2024-01-08"),
                    ("issuer", "Ban Thường vụ Tỉnh ủy Phìn Sơn"),
                ):
                    taking_in.put_right(by=by, document=document, field=field, value=value)
                taking_in.reject(by=by, document=document, kind=Kind.TASK, words="đến chi bộ.")
            case "04-ke-hoach-ban-chi-dao.md":
                taking_in.put_right(by=by, document=document, field="issued", value="2024-04-12")
            case "01-ke-hoach-50.docx":
                _add_missed(by, document)
            case "09-thong-bao-64.pdf":
                # What the meeting concluded is given out by the committee, not as a plan.
                taking_in.reject(by=by, document=document, kind=Kind.TASK)


def _add_missed(by: Viewer, document: Document) -> None:
    """The task that names no lead: the reader leaves it out, who knows the province does not."""
    if Item.objects.filter(document=document, kind=Kind.TASK, read=None).exists():
        return
    text = document.upload.text
    start = text.find("Rà soát tại từng bản")
    end = text.find("\n", start)
    if start >= 0:
        value = {"leads": ["Công an tỉnh"], "period": "Hoàn thành trước ngày 30/6/2024"}
        reviewing.add(by=by, document=document, kind=Kind.TASK, start=start, end=end, value=value)


def _plan(number: str) -> Plan:
    found: Plan = Plan.objects.select_related("document").get(document__number=number)
    return found


def _task(plan: Plan, beginning: str) -> Task:
    found: Task = plan.tasks.get(text__startswith=beginning)
    return found


def _uid(*parts: object) -> UUID:
    """The same for the same report, so that it is made once."""
    return uuid5(NAMESPACE_URL, "phin-son:" + "/".join(str(part) for part in parts))


def _close_old(teller: Teller) -> None:
    """The years before were summed up: most is done, what districts owed they owe no longer."""
    for plan in Plan.objects.select_related("document").filter(document__number__in=_OLD):
        by = _planner(teller, plan)
        last = min(plan.last or teller.today, teller.today)
        year = last.year
        for task in plan.tasks.filter(state=TaskState.OPEN.value):
            if plan.document.number == "46/KH-UBND" and task.text.startswith(_LEFT_OPEN):
                continue
            reporting.close_task(
                by=by, owner=plan, task=task, day=last, state=TaskState.DONE, why=f"Đã tổng kết năm {year}."
            )
        for owed in SubPlan.objects.filter(plan=plan, document=None, excused_why=""):
            why = "Kế hoạch năm ấy do cấp huyện ban hành; cấp huyện đã kết thúc hoạt động."
            changing.excuse_sub_plan(by=by, plan=plan, sub_plan=owed, why=why)


def _planner(teller: Teller, plan: Plan) -> Viewer:
    """Who looks after a plan: at the office that sent its document in."""
    names = {teller.offices[office].pk: username for _, office, username in FILES}
    return teller.by(names[plan.agency_id])


def _mark(teller: Teller) -> None:
    """Every plan says of itself that it is invented, before anything is said of it."""
    mine = Plan.objects.filter(agency__in=[office.pk for office in teller.offices.values()], trial=False)
    for plan in mine.filter(ended_on=None):
        changing.mark_trial(by=_planner(teller, plan), plan=plan)


def _sub_plans(teller: Teller) -> None:
    """One ward has its plan, a commune is excused; the others have none yet."""
    plan, by = _plan("58/KH-UBND"), teller.by("kehoach")
    ward = SubPlan.objects.filter(plan=plan, agency=teller.offices["xa-1"], document=None).first()
    if ward is not None:
        document = Document.objects.get(number="05/KH-UBND")
        changing.fulfil_sub_plan(by=by, plan=plan, sub_plan=ward, document=document)
    far = SubPlan.objects.filter(plan=plan, agency=teller.offices["xa-8"], excused_why="").first()
    if far is not None:
        why = "Xã mới bàn giao trụ sở; thực hiện theo kế hoạch của tỉnh trong năm 2026."
        changing.excuse_sub_plan(by=by, plan=plan, sub_plan=far, why=why)


def _report(teller: Teller) -> None:
    """Where the tasks of this year stand, as their agencies say."""
    for said in figures.REPORTS:
        if not teller.is_past(said.day):
            continue
        task = _task(_plan(said.plan), said.task)
        output = task.outputs.filter(text__contains=said.output).first() if said.output else None
        reporting.report_task(
            by=teller.by(said.who),
            agency=teller.offices[said.office],
            task=task,
            day=said.day,
            said=said.said,
            note=said.note,
            output=output,
            count=Decimal(said.count) if output is not None else None,
            trial=True,
            uid=_uid("task", said.plan, said.task, said.day, said.output),
        )


def _count(teller: Teller) -> None:
    """Figures of targets over three years, so that there is something to compare; who answers for some."""
    by, office = teller.by("kehoach"), teller.offices["people"]
    for figure in figures.FIGURES:
        plan = _plan(figure.plan)
        target = plan.targets.filter(text__icontains=figure.target, kind="goal").order_by("order").first()
        if target is None:
            raise LookupError(figure.target)
        for day, value in figure.values:
            if teller.is_past(day):
                reporting.report_target(
                    by=by,
                    agency=office,
                    target=target,
                    day=day,
                    value=Decimal(value),
                    source=SOURCE,
                    trial=True,
                    uid=_uid("target", figure.plan, figure.target, day),
                )
    _name_holders(teller, by)


def _name_holders(teller: Teller, by: Viewer) -> None:
    plan = _plan("58/KH-UBND")
    for words, username in figures.HOLDERS:
        target: Target = plan.targets.filter(text__icontains=words).order_by("order")[0]
        person = Person.objects.get(account__username=username)
        if not Holder.objects.filter(target=target).exists():
            basis = "Quyết định số 212/QĐ-UBND ngày 12/02/2026"
            changing.name_holder(
                by=by, plan=plan, target=target, person=person, since=date(2026, 2, 12), basis=basis
            )


def _check_in(teller: Teller) -> None:
    """Rounds of standing duties are opened by the job of every morning; some have been answered."""
    urging.tend_check_ins(teller.today)
    answered = {"police": "congan", "health": "yte"}
    for short, username in answered.items():
        agency = teller.offices[short]
        waiting = CheckIn.objects.filter(agency=agency, report=None, last__lt=teller.today)
        for row in waiting.select_related("task").order_by("first")[:3]:
            if not row.task.reports.filter(agency=agency).exists():
                reporting.answer_check_in(
                    by=teller.by(username),
                    agency=agency,
                    check_in=row,
                    said=Said.GOING,
                    note="Duy trì đều trong kỳ, không phát sinh việc bất thường.",
                    trial=True,
                )


def _obstacles(teller: Teller) -> None:
    """One waits, one was answered, one went up to the committee's standing agency."""
    plan = _plan("58/KH-UBND")
    for raised in figures.OBSTACLES:
        agency = teller.offices[raised.office]
        row = Obstacle.objects.filter(agency=agency, text=raised.text).first()
        if row is None:
            task = _task(plan, raised.task) if raised.task else None
            row = obstacles.raise_obstacle(
                by=teller.by(raised.who),
                agency=agency,
                duty_code=raised.duty,
                text=raised.text,
                proposes=raised.proposes,
                task=task,
                trial=True,
            )
        if raised.answer and row.state == ObstacleState.OPEN and row.routed_id is not None:
            by = _answerer(teller, row.routed_id)
            if by is not None:
                obstacles.answer(
                    by=by, agency=Agency.objects.get(pk=row.routed_id), obstacle=row, text=raised.answer
                )


def _answerer(teller: Teller, agency: int) -> Viewer | None:
    """Somebody who may answer for an agency."""
    here = Q(
        person__positions__agency=agency, person__positions__role__in=["agency-officer", "planning-officer"]
    )
    account = Account.objects.filter(here).order_by("pk").first()
    return teller.by(account.username) if account is not None else None


def _committee(teller: Teller) -> None:
    """The committee, newly manned in 2026; it met and gave work out."""
    by, police = teller.by("thuongtruc"), teller.offices["police"]
    committee = Committee.objects.filter(name=_COMMITTEE).first()
    if committee is None:
        committee = steering.set_up(
            by=by,
            agency=police,
            name=_COMMITTEE,
            unit=police.unit,
            since=date(2024, 1, 15),
            basis=figures.SET_UP,
        )
    for since, basis, seats in figures.MANNINGS:
        if not committee.members.filter(since=since).exists():
            found = [
                Seat(role, office, teller.offices.get(short), _person(name))
                for role, office, short, name in seats
            ]
            steering.reconstitute(by=by, committee=committee, since=since, basis=basis, seats=found)
    for day, title, number, conclusions in figures.MEETINGS:
        if not teller.is_past(day):
            continue
        meeting = Meeting.objects.filter(committee=committee, day=day).first()
        if meeting is None:
            document = Document.objects.filter(number=number).first() if number else None
            meeting = steering.hold_meeting(
                by=by, committee=committee, day=day, title=title, document=document
            )
        for text, leads, joins, due, duty in conclusions:
            if not Conclusion.objects.filter(meeting=meeting, text=text).exists():
                steering.conclude(
                    by=by,
                    committee=committee,
                    meeting=meeting,
                    text=text,
                    leads=[teller.offices[short] for short in leads],
                    joins=[teller.offices[short] for short in joins],
                    due=due,
                    duty_code=duty,
                )


def _person(username: str) -> Person | None:
    return Person.objects.filter(account__username=username).first() if username else None
