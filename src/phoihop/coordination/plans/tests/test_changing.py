"""What planning officers change in a plan that runs, and what is refused."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from phoihop.base.org.doors import NotAllowed
from phoihop.base.org.models import Agency, AgencySuccession
from phoihop.base.org.tests import making as org
from phoihop.base.security import scope
from phoihop.coordination.documents.rules.review import Stage
from phoihop.coordination.plans import jobs
from phoihop.coordination.plans.actions import changing, handing, making
from phoihop.coordination.plans.models import Holder, Plan, Share, SubPlan
from phoihop.coordination.plans.rules.states import TaskState
from phoihop.coordination.plans.tests import confirmed
from phoihop.coordination.plans.tests.test_handover import House, task
from phoihop.coordination.plans.tests.test_making import target
from phoihop.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WHY = "theo phân công của tỉnh"


def today() -> date:
    return timezone.localdate()


@pytest.fixture
def house() -> House:
    made = House()
    document = confirmed.of_values(
        made.office, made.planner.account, unit=made.unit,
        targets=[target("một", 90), target("hai", 5)], tasks=[task("Sở Y tế"), task("Công an tỉnh")],
    )  # fmt: skip
    plan = making.make(made.planner, document)
    assert plan is not None
    made.plan = plan
    return made


def part(house: House, number: int = 0) -> Share:
    return Share.objects.get(task__plan=house.plan, task__order=number, part="lead", until=None)


def refused(code: str, action, house: House, /, **given) -> None:
    with pytest.raises(Refusal) as said:
        action(by=house.planner, plan=house.plan, **given)
    assert said.value.reason == code


def test_a_part_is_assigned_from_today_and_handed_over_by_a_paper(house):
    health = house.agency("health.province", name="Sở Y tế")
    share = part(house)
    made = changing.assign(by=house.planner, plan=house.plan, share=share, agency=health, reason=WHY)
    assert (made.agency, made.since, made.why, made.named) == (health, today(), WHY, share.named)
    share.refresh_from_db()
    assert share.until == today() - DAY
    police = house.agency("police.province", name="Công an tỉnh")
    other = part(house, 1)
    day = date(2026, 1, 5)
    made = changing.hand_over(
        by=house.planner, plan=house.plan, share=other, agency=police, day=day, reason=WHY, basis="CV 7"
    )
    assert (made.since, made.basis) == (day, "CV 7")
    assert Share.objects.get(pk=other.pk).until == day - DAY


def test_what_is_no_handing_over_is_refused(house):
    health = house.agency("health.province", name="Sở Y tế")
    later = house.agency("health.province", today() + DAY, name="Sở sau này")
    share = part(house)
    with scope.acting(org.INSTALL):
        elsewhere = house.make(task("Sở Y tế")).tasks.get().shares.get()
    refused("not-of-plan", changing.assign, house, share=elsewhere, agency=health, reason=WHY)
    refused("reason-missing", changing.assign, house, share=share, agency=health, reason=" a ")
    refused("agency-ended", changing.assign, house, share=share, agency=later, reason=WHY)
    more = {"share": share, "agency": health, "reason": WHY, "basis": ""}
    refused("hand-over-ahead", changing.hand_over, house, day=today() + DAY, **more)
    refused("hand-over-early", changing.hand_over, house, day=share.since - DAY, **more)
    moved = changing.assign(by=house.planner, plan=house.plan, share=share, agency=health, reason=WHY)
    refused("share-over", changing.assign, house, share=share, agency=health, reason=WHY)
    refused("agency-there", changing.assign, house, share=moved, agency=health, reason=WHY)
    house.plan.tasks.update(state=TaskState.DONE, ended_on=today())
    refused("task-over", changing.assign, house, share=moved, agency=health, reason=WHY)


def test_the_day_something_is_due(house):
    first, task_ = house.plan.targets.get(order=0), house.plan.tasks.get(order=0)
    changing.set_due(by=house.planner, plan=house.plan, target=first, due=date(2022, 9, 30))
    changing.set_due(by=house.planner, plan=house.plan, task=task_, due=date(2022, 6, 30))
    first.refresh_from_db()
    task_.refresh_from_db()
    assert (first.due, task_.due) == (date(2022, 9, 30), date(2022, 6, 30))
    refused("due-too-early", changing.set_due, house, target=first, due=date(2021, 12, 31))


def test_a_standing_task_that_gets_a_day_has_an_end(house):
    task_ = house.plan.tasks.get(order=0)
    house.plan.tasks.update(standing=True, due=None)
    changing.set_due(by=house.planner, plan=house.plan, task=task_, due=date(2022, 6, 30))
    task_.refresh_from_db()
    assert not task_.standing


def test_dropping(house):
    first = house.plan.targets.get(order=0)
    dropped = changing.drop_target(by=house.planner, plan=house.plan, target=first, why=WHY)
    assert (dropped.dropped_on, dropped.dropped_why) == (today(), WHY)
    refused("target-dropped", changing.drop_target, house, target=first, why=WHY)
    refused("reason-missing", changing.drop_target, house, target=house.plan.targets.get(order=1), why="")


def test_who_answers_in_person_follows_one_after_the_other(house):
    first = house.plan.targets.get(order=0)
    people = [org.account(name).person for name in ("Hà Một", "Hà Hai")]
    name = changing.name_holder
    name(by=house.planner, plan=house.plan, target=first, person=people[0], since=date(2022, 2, 1))
    refused("holder-there", name, house, target=first, person=people[0])
    refused("holder-too-early", name, house, target=first, person=people[1], since=date(2022, 2, 1))
    name(
        by=house.planner, plan=house.plan, target=first, person=people[1], since=date(2022, 6, 1), basis="QĐ"
    )
    held = Holder.objects.filter(target=first).order_by("since")
    assert [(h.person_id, h.until) for h in held] == [(people[0].pk, date(2022, 5, 31)), (people[1].pk, None)]


def test_the_plan_before(house):
    later = house.make(task("Sở Y tế"), period="2025", issued=date(2025, 1, 1))
    assert changing.link_before(by=house.planner, plan=later, before=house.plan).before == house.plan
    refused("before-itself", changing.link_before, house, before=house.plan)
    refused("before-itself", changing.link_before, house, before=Plan.objects.get(pk=later.pk))
    assert changing.link_before(by=house.planner, plan=later, before=None).before is None


def test_plans_that_agencies_owe(house):
    health = house.agency("health.province", name="Sở Y tế")
    owed = changing.owe_sub_plan(by=house.planner, plan=house.plan, agency=health, due=date(2022, 3, 1))
    refused("sub-plan-there", changing.owe_sub_plan, house, agency=health)
    refused("reason-missing", changing.excuse_sub_plan, house, sub_plan=owed, why="")
    changing.excuse_sub_plan(by=house.planner, plan=house.plan, sub_plan=owed, why=WHY)
    document = confirmed.of_values(house.office, house.planner.account, unit=house.unit)
    document.stage = Stage.REVIEW
    document.save()
    refused("document-not-confirmed", changing.fulfil_sub_plan, house, sub_plan=owed, document=document)
    document.stage = Stage.CONFIRMED
    document.save()
    refused("document-the-same", changing.fulfil_sub_plan, house, sub_plan=owed, document=house.plan.document)
    done = changing.fulfil_sub_plan(by=house.planner, plan=house.plan, sub_plan=owed, document=document)
    assert (done.document, done.excused_why) == (document, "")
    refused("sub-plan-done", changing.excuse_sub_plan, house, sub_plan=owed, why=WHY)
    elsewhere = house.make(task("Sở Y tế"))
    other = SubPlan.objects.create(plan=elsewhere, agency=health)
    refused("not-of-plan", changing.excuse_sub_plan, house, sub_plan=other, why=WHY)


def test_nothing_changes_in_a_plan_that_is_over(house):
    Plan.objects.filter(pk=house.plan.pk).update(ended_on=today())
    refused("plan-ended", changing.drop_target, house, target=house.plan.targets.get(order=0), why=WHY)


def test_another_agency_s_plan_is_not_changed(house):
    with scope.acting(org.INSTALL):
        there = org.agency("Văn phòng nơi khác", "people.province", None)
        house.planner = org.somebody("Sùng Thị Xa", "planning-officer", there)
    refused("not-found", changing.link_before, house, before=None)


def test_a_merger_asks_for_the_handing_on_and_the_job_does_it(house, django_capture_on_commit_callbacks):
    old = house.agency("health.province", name="Sở Y tế")
    jobs.hand_on.func(0)
    assert part(house).agency == old
    new = house.agency("health.province", today(), name="Sở Y tế mới")
    with django_capture_on_commit_callbacks() as waiting, scope.acting(org.INSTALL):
        Agency.objects.filter(pk=old.pk).update(valid_to=today() - DAY)
        AgencySuccession.objects.create(old=old, new=new, day=today())
    assert jobs._queue_hand_on in waiting
    jobs.hand_on.func(0)
    assert part(house).agency == new


def test_a_plan_that_was_asked_for_by_hand_is_owed_by_the_heir_of_who_ended(house):
    first = house.agency("health.province", name="Sở Y tế")
    changing.owe_sub_plan(by=house.planner, plan=house.plan, agency=first, due=date(2027, 1, 1))
    heir = house.agency("interior.province", today(), name="Sở hợp nhất")
    house.follow(first, heir, today())
    assert handing.follow_changes(today()).owed == 1
    owed = {each.agency: each for each in SubPlan.objects.filter(plan=house.plan)}
    assert (owed[first].excused_why, owed[heir].excused_why) == ("agency-ended", "")
    assert owed[heir].due == date(2027, 1, 1)
    assert handing.follow_changes(today()).owed == 0


def test_a_plan_is_marked_as_a_trial_by_who_looks_after_it(house):
    assert not house.plan.trial
    changing.mark_trial(by=house.planner, plan=house.plan)
    assert Plan.objects.get(pk=house.plan.pk).trial
    with scope.acting(org.INSTALL):
        other = org.somebody("Lò A", "planning-officer", house.agency("police.province", name="Công an"))
    with pytest.raises(NotAllowed):
        changing.mark_trial(by=other, plan=house.plan)
