"""What happened to a plan, and as whom somebody decided it."""

from datetime import datetime

import pytest
from django.utils import timezone

from phoihop.base.org.models import Account, Position
from phoihop.base.org.tests import making as org
from phoihop.base.security import scope
from phoihop.coordination.plans.actions import changing, making, reporting
from phoihop.coordination.plans.actions.handing import follow_changes
from phoihop.coordination.plans.models import Plan, SubPlan, Target, Task
from phoihop.coordination.plans.queries.history import Decider, history
from phoihop.coordination.plans.rules.states import TaskState
from phoihop.coordination.plans.tests import confirmed
from phoihop.coordination.plans.tests.test_changing import WHY, house, part, today
from phoihop.coordination.plans.tests.test_handover import House

pytestmark = pytest.mark.django_db
__all__ = ["house"]
PLANNER = Decider("Lò Thị Kế", "planning-officer", "Văn phòng UBND tỉnh")


def told(house: House, kind: str):
    return next(event for event in history(house.planner, plan=house.plan).events if event.kind == kind)


def do_all(house: House) -> None:
    """Everything that a planning officer may decide of a plan, once."""
    by, plan = house.planner, house.plan
    police = house.agency("police.province", name="Công an tỉnh")
    changing.assign(by=by, plan=plan, share=part(house, 1), agency=police, reason=WHY)
    changing.drop_target(by=by, plan=plan, target=Target.objects.filter(plan=plan)[0], why=WHY)
    first = Task.objects.get(plan=plan, order=0)
    reporting.close_task(
        by=by, owner=plan, task=first, day=today(), state=TaskState.DROPPED, why="không làm nữa"
    )
    owed = SubPlan.objects.filter(plan=plan, agency=police).first() or changing.owe_sub_plan(
        by=by, plan=plan, agency=police
    )
    document = confirmed.of_values(house.office, by.account, unit=house.unit)
    changing.fulfil_sub_plan(by=by, plan=plan, sub_plan=owed, document=document)


KINDS = ("made", "assigned", "target-dropped", "task-dropped", "sub-plan")


@pytest.mark.parametrize("kind", KINDS)
def test_each_thing_says_who_decided_it_and_as_whom(house, kind):
    do_all(house)
    assert told(house, kind).by == PLANNER


def test_it_stays_who_they_were_then(house):
    do_all(house)
    with scope.acting(org.INSTALL):
        held = Position.objects.get(person=house.planner.person)
        held.until = today()
        held.save()
        org.position(Account.objects.get(pk=house.planner.account or 0), "member", house.office)
    assert {told(house, kind).by for kind in KINDS} == {PLANNER}


def test_what_the_program_did_by_itself_names_nobody(house):
    house.agency("health.province", today(), name="Sở Y tế")
    follow_changes(today())
    moved = told(house, "assigned")
    assert moved.by is None
    assert moved.because is not None
    assert moved.because.vi != moved.because.en


def test_a_withdrawn_document_ends_its_plan_in_somebodys_name(house):
    making.end(house.planner, house.plan.document)
    found = Plan.objects.get(pk=house.plan.pk)
    assert found.ended_on == today()
    assert told(house, "ended").by == PLANNER
    assert told(house, "task-dropped").why == "document-withdrawn"


def test_a_plan_made_early_in_the_morning_was_made_that_day(house):
    """The database counts seven hours behind Việt Nam: the night of New Year is its old year."""
    at = datetime(2026, 1, 1, 0, 30, tzinfo=timezone.get_default_timezone())
    Plan.objects.filter(pk=house.plan.pk).update(made_at=at)
    assert told(house, "made").day == at.date()
