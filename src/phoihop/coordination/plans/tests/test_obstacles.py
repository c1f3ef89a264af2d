"""Obstacles: to whom they go, who sees them, how long they wait, how they end."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from phoihop.base.org.doors import NotAllowed
from phoihop.base.org.models import Notice
from phoihop.base.org.tests import making
from phoihop.base.security import scope
from phoihop.base.security.models import AuditEntry
from phoihop.coordination.plans.actions import obstacles as acts
from phoihop.coordination.plans.actions import steering
from phoihop.coordination.plans.models import Obstacle
from phoihop.coordination.plans.queries import obstacles as seen
from phoihop.coordination.plans.queries.acting import Hands
from phoihop.coordination.plans.queries.obstacles import Which
from phoihop.coordination.plans.rules import routing
from phoihop.coordination.plans.rules.states import ObstacleState
from phoihop.coordination.plans.tests.province import DAY, INSTALL, JOB, Province, today
from phoihop.kernel.refusals import Refusal

TEXT = "Chưa có kinh phí mua sắm cho đợt hai."


@pytest.fixture
def here(db) -> Province:
    return Province()


def raised(here, agency=None, duty="recovery", **more) -> Obstacle:
    agency = agency or here.people[0]
    return acts.raise_obstacle(by=here.officer(agency), agency=agency, duty_code=duty, text=TEXT, **more)


def fresh(obstacle) -> Obstacle:
    with scope.acting(JOB):
        return Obstacle.objects.select_related("routed", "committee").get(pk=obstacle.pk)


def concluded(here, committee):
    meeting = steering.hold_meeting(by=here.planner, committee=committee, day=today(), title="Họp tháng")
    return steering.conclude(
        by=here.planner, committee=committee, meeting=meeting, text="Bổ sung kinh phí trong quý.",
        leads=[here.police], due=today() + 20 * DAY,
    )  # fmt: skip


def test_it_goes_to_who_answers_for_the_field_today_with_ten_working_days(here):
    made = raised(here)
    assert made.routed == here.police  # drug rehabilitation went from labour to the police in 2025
    assert made.due == routing.answer_by(today())
    with scope.acting(JOB):
        told = Notice.objects.filter(code="obstacle-asked").values_list("account_id", flat=True)
        assert set(told) == {here.officer(here.police).account, here.heads[here.police.pk].account}


def test_who_answers_for_the_field_itself_asks_those_above(here):
    committee = here.committee()
    made = raised(here, here.police)
    assert made.routed != here.police
    assert (made.routed, made.committee) == (here.office, committee)


def test_where_there_is_nobody_to_ask_it_is_the_committees_at_once(here):
    with scope.acting(INSTALL):
        here.police.valid_to = today() - DAY
        here.police.save()
    made = raised(here)
    assert (made.routed, made.state) == (None, ObstacleState.ESCALATED)


@pytest.mark.parametrize(
    ("reason", "given"), [("text-missing", {"text": " ngắn "}), ("unknown-duty", {"duty_code": "nothing"})]
)
def test_what_says_nothing_is_refused(here, reason, given):
    with pytest.raises(Refusal) as refused:
        acts.raise_obstacle(
            by=here.officer(here.health),
            agency=here.health,
            **({"duty_code": "recovery", "text": TEXT} | given),
        )
    assert refused.value.reason == reason
    assert refused.value.message.vi != refused.value.message.en


def test_answered_closed(here):
    made = raised(here)
    with pytest.raises(Refusal, match="not-asked"):
        acts.answer(
            by=here.officer(here.health), agency=here.health, obstacle=made, text="Không phải chúng tôi."
        )
    acts.answer(by=here.officer(here.police), agency=here.police, obstacle=made, text="Đã bố trí.")
    with pytest.raises(Refusal, match="obstacle-not-open"):
        acts.answer(by=here.officer(here.police), agency=here.police, obstacle=made, text="Lần nữa.")
    with pytest.raises(Refusal, match="not-yours"):
        acts.close(by=here.officer(here.police), agency=here.police, obstacle=made)
    officer = here.officer(here.people[0])
    acts.close(by=officer, agency=here.people[0], obstacle=made)
    with pytest.raises(Refusal, match="obstacle-not-open"):
        acts.close(by=officer, agency=here.people[0], obstacle=made)
    assert [step.kind for step in seen.obstacle(officer, obstacle=made).steps] == [
        "raised",
        "answered",
        "closed",
    ]


def test_who_is_not_helped_by_the_answer_takes_it_up_and_the_committee_decides_by_a_conclusion(here):
    committee, made = here.committee(), raised(here)
    officer, agency = here.officer(here.people[0]), here.people[0]
    with pytest.raises(Refusal, match="obstacle-not-answered"):
        acts.escalate(by=officer, agency=agency, obstacle=made)
    acts.answer(by=here.officer(here.police), agency=here.police, obstacle=made, text="Chưa có nguồn.")
    acts.escalate(by=officer, agency=agency, obstacle=made)
    conclusion = concluded(here, committee)
    with pytest.raises(NotAllowed):
        acts.decide(by=officer, committee=committee, obstacle=made, conclusion=conclusion)
    other = here.committee(name="Ban khác", unit=None)
    with pytest.raises(Refusal, match="not-before-committee"):
        acts.decide(by=here.planner, committee=other, obstacle=made, conclusion=conclusion)
    with pytest.raises(Refusal, match="conclusion-elsewhere"):
        acts.decide(by=here.planner, committee=committee, obstacle=made, conclusion=concluded(here, other))
    acts.decide(by=here.leader, committee=committee, obstacle=made, conclusion=conclusion)
    with pytest.raises(Refusal, match="obstacle-decided"):
        acts.escalate(by=officer, agency=agency, obstacle=made)
    whole = seen.obstacle(officer, obstacle=made)
    assert [step.kind for step in whole.steps] == ["raised", "answered", "escalated", "decided"]
    acts.close(by=officer, agency=agency, obstacle=made)


def test_what_nobody_answers_goes_up_by_itself_and_a_late_answer_is_still_heard(here):
    committee, made = here.committee(), raised(here)
    with scope.acting(JOB):
        assert acts.escalate_overdue(made.due) == 0
        assert acts.escalate_overdue(made.due + DAY) == 1
        assert acts.escalate_overdue(made.due + DAY) == 0
        assert AuditEntry.objects.filter(action="plans.escalate_obstacles").count() == 1
        told = list(Notice.objects.filter(code="obstacle-escalated").values_list("account_id", flat=True))
    assert (fresh(made).state, fresh(made).committee) == (ObstacleState.ESCALATED, committee)
    assert set(told) == {
        here.officer(here.people[0]).account, here.planner.account, here.leader.account,
    }  # fmt: skip
    acts.answer(by=here.officer(here.police), agency=here.police, obstacle=made, text="Xin lỗi vì chậm.")
    assert fresh(made).state == ObstacleState.ESCALATED


def test_only_those_concerned_see_it(here):
    here.committee()
    made = raised(here)
    concerned = [
        here.officer(here.people[0]), here.officer(here.police), here.heads[here.police.pk],
        here.planner, here.leader,
    ]  # fmt: skip
    for viewer in concerned:
        assert seen.find(viewer, str(made.uid)) == made
        assert seen.obstacles(viewer, which=Which.ALL).total == 1
    with scope.acting(INSTALL):
        elsewhere = making.somebody("Lãnh đạo nơi khác", "leader", here.elsewhere)
    for viewer in (here.officer(here.people[1]), here.officer(here.health), here.stranger, elsewhere):
        assert seen.find(viewer, str(made.uid)) is None
        assert seen.obstacle(viewer, obstacle=made) is None
        assert seen.obstacles(viewer, which=Which.ALL).total == 0


def test_it_follows_its_field_when_agencies_change_and_keeps_its_clock(here):
    made = raised(here)
    with scope.acting(INSTALL):
        heir = making.agency("Công an tỉnh Mường Lò mới", "police.province", here.unit)
        officer = making.somebody("Bạc Thị Mới", "agency-officer", heir)
    here.follow(here.police, heir)
    with scope.acting(JOB):
        assert acts.follow_agencies(today()) == 1
        assert acts.follow_agencies(today()) == 0
    assert (fresh(made).routed, fresh(made).due) == (heir, made.due)
    acts.answer(by=officer, agency=heir, obstacle=made, text="Chúng tôi tiếp nhận.")


def test_an_obstacle_of_a_commune_that_became_another_is_closed_by_its_heir(here):
    made = raised(here)
    _, agency = here.merge_communes()
    with scope.acting(INSTALL):
        officer = making.somebody("Vàng Thị Mới", "agency-officer", agency)
    assert seen.find(officer, str(made.uid)) == made
    acts.close(by=officer, agency=agency, obstacle=made)


def test_the_list_is_sorted_out_and_costs_the_same_however_long(here):
    here.committee()
    first = raised(here)
    acts.answer(by=here.officer(here.police), agency=here.police, obstacle=first, text="Đã bố trí.")

    def cost():
        with scope.acting(JOB), CaptureQueriesContext(connection) as asked:
            seen.obstacles(here.officer(here.police), which=Which.ALL)
        return len(asked)

    raised(here, duty="prevention")
    few = cost()
    for _ in range(18):
        raised(here)
    assert cost() == few
    listed = seen.obstacles(here.officer(here.police), which=Which.ASKED)
    assert (listed.total, listed.counts[Which.ALL]) == (18, 19)
    number = seen.field_number("prevention")
    assert seen.field_code(number) == "prevention"
    assert seen.obstacles(here.officer(here.people[0]), which=Which.ALL, field=number).total == 1


def test_late_ones_say_by_how_many_days(here):
    made = raised(here)
    with scope.acting(JOB):
        Obstacle.objects.filter(pk=made.pk).update(
            due=today() - 3 * DAY, raised_at=timezone.now() - timedelta(days=20)
        )
    (row,) = seen.obstacles(here.officer(here.police)).rows
    assert (row.stands, row.late) == ("late", 3)


def test_it_goes_to_the_committee_of_that_day_though_another_one_ended(here):
    gone, made = here.committee(name="Ban cũ"), raised(here)
    assert made.committee == gone
    with scope.acting(INSTALL):
        gone.valid_to = today() - DAY
        gone.save()
    there = here.committee(name="Ban mới")
    with scope.acting(JOB):
        acts.escalate_overdue(made.due + DAY)
    assert fresh(made).committee == there


def test_what_waits_for_a_committee_goes_to_the_one_in_its_place(here):
    gone, made = here.committee(name="Ban cũ"), raised(here)
    with scope.acting(JOB):
        acts.escalate_overdue(made.due + DAY)
    with scope.acting(INSTALL):
        gone.valid_to = today() - DAY
        gone.save()
    with scope.acting(JOB):
        assert acts.follow_agencies(today()) == 0  # nobody is there yet: it stays where it can be seen
    there = here.committee(name="Ban mới")
    with scope.acting(JOB):
        assert acts.follow_agencies(today()) == 1
        assert acts.follow_agencies(today()) == 0
    assert fresh(made).committee == there


def test_who_worked_at_what_the_committees_office_came_from_is_told(here):
    committee, made = here.committee(), raised(here)
    with scope.acting(INSTALL):
        heir = making.agency("Văn phòng mới", "people.province", here.unit)
    here.follow(committee.agency, heir)
    with scope.acting(JOB):
        acts.escalate_overdue(made.due + DAY)
        told = Notice.objects.filter(code="obstacle-escalated").values_list("account_id", flat=True)
        assert here.planner.account in set(told)


def test_a_demonstrations_obstacle_says_so(here):
    made = raised(here, trial=True)
    found = seen.obstacle(here.officer(here.people[0]), obstacle=made)
    assert found is not None
    assert found.row.trial


def test_nobody_raises_one_in_the_name_of_what_is_gone(here):
    here.follow(here.people[0], here.people[1])
    with scope.acting(INSTALL):
        assert Hands(here.officer(here.people[0])).own("plans.raise_obstacle") == ()
