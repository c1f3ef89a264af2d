"""What the addresses of plans lead to, for the tests that walk every address as everybody."""

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from phoihop.base.org.rules.permissions import Place
from phoihop.base.org.tests.making import INSTALL
from phoihop.base.org.viewers import scope_of
from phoihop.base.security import scope
from phoihop.base.security.models import StoredFile
from phoihop.base.security.scope import Scope
from phoihop.coordination.plans.models import CheckIn, SubPlan
from phoihop.coordination.plans.tests import examples_following, filled
from tests.support.world import HERE, Example, World

NOWHERE = {"uid": "00000000-0000-0000-0000-000000000000"}


def examples(world: World) -> dict[str, Example]:
    """A plan that the agency here looks after, and in which it leads; nothing of it is the other agency's."""
    agency, unit = world.agencies[HERE], world.units[HERE]
    by = world.people["planning-officer@here"].account
    today = timezone.localdate()
    file = _file(world)
    with scope.acting(INSTALL):
        plan = filled.plan(by, agency, unit)
        task = filled.task(plan, agency)
        closed = filled.done(filled.task(plan, agency))
        closed.ended_why = "đã giao cho nơi khác"
        closed.save()
        standing = filled.task(plan, agency, standing=True, due=None)
        target = filled.target(plan)
        unbound = filled.target(plan)
        filled.bound(unbound, "COMMUNES_COMMUNICATION")
        said = filled.said(task, agency, by, today)
        number = filled.number(target, agency, by, "80", day=today)
        spans = {"first": today - timedelta(days=90), "last": today, "due": today + timedelta(days=7)}
        check_in = CheckIn.objects.create(task=standing, agency=agency, **spans)
        owed = SubPlan.objects.create(plan=plan, agency=agency)
        said.files = [file.pk]
        said.save()
    with scope.acting(Scope("job")):
        StoredFile.objects.filter(pk=file.pk).update(about=f"plans.Task:{task.pk}")
    share = str(task.shares.get().pk)
    here, other = Place(agency=agency.pk, unit=unit.pk), str(world.agencies["there"].pk)
    day, once = f"{today:%d/%m/%Y}", str(uuid4())
    of_plan, of_task, of_target = ({"uid": str(each.uid)} for each in (plan, task, target))

    def planned(path: dict[str, str], **form: str) -> Example:
        return Example(path, here, form, NOWHERE)

    reported = {"uid": once, "agency": str(agency.pk), "day": day}
    tabs = (
        "",
        "-targets",
        "-agencies",
        "-periods",
        "-timeline",
        "-loose",
        "-sub-plans",
        "-compare",
        "-history",
    )
    return {
        **examples_following.examples(world),
        **{f"plan{tab}": planned(of_plan) for tab in tabs},
        "agency-work": Example({"pk": agency.pk}, agency),
        "task": planned(of_task),
        "target": planned(of_target),
        "task-report": planned(of_task, **reported, said="going", note="đã họp"),
        "check-in": planned({"uid": str(check_in.uid)}, said="going", note="đã họp"),
        "task-report-withdraw": planned({"uid": str(said.uid)}),
        "target-report": planned(of_target, **reported, value="92,5", source="sổ theo dõi"),
        "target-report-withdraw": planned({"uid": str(number.uid)}),
        "task-hand-over": planned(of_task, share=share, agency=other, reason="sắp xếp lại"),
        "task-due": planned(of_task, due=day),
        "task-close": planned(of_task, state="done", day=day, why="đã làm xong hết"),
        "task-reopen": planned({"uid": str(closed.uid)}),
        "target-due": planned(of_target, due=day),
        "target-bind": planned(of_target, code="COMMUNES_COMMUNICATION"),
        "target-unbind": planned({"uid": str(unbound.uid)}, why="không chỉ số nào đúng"),
        "target-holder": planned(of_target, person=str(by.person_id), since=day),
        "evidence": Example({"pk": str(file.pk)}, here, missing={"pk": "900000001"}),
        "evidence-file": Example(
            {"pk": str(file.pk), "token": "x"}, here, missing={"pk": "900000001", "token": "x"}
        ),
        "target-drop": planned(of_target, why="cấp trên bỏ chỉ tiêu này"),
        "plan-before": planned(of_plan, before=""),
        "sub-plan-owe": planned(of_plan, agency=other),
        "sub-plan-fulfil": Example({"pk": owed.pk}, here, {"document": ""}),
        "sub-plan-excuse": Example({"pk": owed.pk}, here, {"why": "đã có kế hoạch chung"}),
    }


def _file(world: World) -> StoredFile:
    """A row alone, of the agency here."""
    owner = world.viewer("planning-officer@here")
    assert owner.account is not None
    with scope.acting(scope_of(owner)):
        return StoredFile.objects.create(
            vault="1" * 32, name="bien-ban.txt", media_type="text/plain", size=1, sha256="0" * 64,
            account=owner.account, agency=world.agencies[HERE].pk,
        )  # fmt: skip
