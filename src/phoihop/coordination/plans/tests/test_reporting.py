"""Agencies report: who may, what counts, what takes a task to its end and back again."""

from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phoihop.base.org.doors import NotAllowed
from phoihop.base.org.tests import making
from phoihop.base.security import scope
from phoihop.base.security.models import AuditEntry, StoredFile
from phoihop.coordination.plans.actions import making as making_plans
from phoihop.coordination.plans.actions import reporting
from phoihop.coordination.plans.models import CheckIn, TargetReport, Task, TaskReport
from phoihop.coordination.plans.queries import agencies
from phoihop.coordination.plans.queries.acting import Hands
from phoihop.coordination.plans.rules.states import Said, TaskState
from phoihop.coordination.plans.tests import filled
from phoihop.coordination.plans.tests.province import DAY, INSTALL, JOB, Province, today
from phoihop.kernel.refusals import Refusal


@pytest.fixture
def here(db) -> Province:
    return Province()


def say(here, agency, task, said=Said.GOING, ago=0, **more):
    return reporting.report_task(
        by=here.officer(agency), agency=agency, task=task, day=today() - ago * DAY, said=said, **more
    )


def state(task) -> tuple[str, object]:
    with scope.acting(INSTALL):
        row = Task.objects.get(pk=task.pk)
    return row.state, row.ended_on


def test_a_task_with_two_leads_is_done_when_both_are(here):
    task = here.task(here.police, here.health)
    say(here, here.police, task, Said.DONE, ago=5)
    assert state(task) == (TaskState.OPEN, None)
    say(here, here.health, task, Said.DONE, ago=2)
    assert state(task) == (TaskState.DONE, today() - 2 * DAY)


def test_who_said_done_too_early_says_so_and_the_task_is_open_again(here):
    task = here.task(here.police)
    say(here, here.police, task, Said.DONE, ago=5)
    say(here, here.police, task, Said.HINDERED)
    assert state(task) == (TaskState.OPEN, None)


def test_a_withdrawn_report_counts_no_more_and_stays(here):
    task = here.task(here.police)
    report = say(here, here.police, task, Said.DONE)
    reporting.withdraw_report(by=here.officer(here.police), agency=here.police, report=report)
    assert state(task) == (TaskState.OPEN, None)
    with scope.acting(INSTALL):
        kept = TaskReport.objects.get(pk=report.pk)
    assert (kept.said, kept.withdrawn_by_id) == (Said.DONE, here.officer(here.police).account)
    with pytest.raises(Refusal, match="report-withdrawn"):
        reporting.withdraw_report(by=here.officer(here.police), agency=here.police, report=report)


def test_each_of_a_group_answers_for_itself(here):
    task = here.for_group()
    say(here, here.people[0], task, Said.DONE)
    assert state(task) == (TaskState.OPEN, None)
    say(here, here.people[1], task, Said.DONE)
    assert state(task) == (TaskState.DONE, today())


def test_communes_that_became_one_bring_what_they_said(here):
    task = here.for_group()
    say(here, here.people[0], task, Said.DONE, ago=3)
    _, agency = here.merge_communes()
    officer = making.somebody("Vàng Thị Mới", "agency-officer", agency)
    report = reporting.report_task(by=officer, agency=agency, task=task, day=today(), said=Said.GOING)
    assert report.agency_id == agency.pk
    assert state(task) == (TaskState.OPEN, None)
    reporting.report_task(by=officer, agency=agency, task=task, day=today(), said=Said.DONE)
    assert state(task)[0] == TaskState.DONE


def test_closed_by_word_it_stays_closed_whatever_is_said_later(here):
    task = here.task(here.police)
    reporting.close_task(
        by=here.planner, owner=here.plan, task=task, day=today() - 3 * DAY, state=TaskState.DROPPED,
        why="Tỉnh không triển khai nữa.",
    )  # fmt: skip
    with pytest.raises(Refusal, match="task-ended"):
        say(here, here.police, task)
    say(here, here.police, task, ago=4)
    assert state(task) == (TaskState.DROPPED, today() - 3 * DAY)
    reporting.reopen_task(by=here.planner, owner=here.plan, task=task)
    assert state(task) == (TaskState.OPEN, None)
    say(here, here.police, task)


REFUSED = [
    ("day-ahead", lambda h: {"ago": -1}),
    ("not-yours", lambda h: {"agency": h.health}),
    ("standing-never-done", lambda h: {"standing": True, "said": Said.DONE}),
    ("output-of-another", lambda h: {"output": "other", "count": Decimal(3)}),
    ("output-of-another", lambda h: {"count": Decimal(3)}),
    ("count-wrong", lambda h: {"output": "own", "count": Decimal(-3)}),
    ("count-wrong", lambda h: {"output": "own", "count": Decimal("Infinity")}),
    ("count-wrong", lambda h: {"output": "own", "count": Decimal(10) ** 15}),
    ("count-wrong", lambda h: {"output": "own"}),
    ("too-many-files", lambda h: {"files": [("a.txt", b"x")] * 11}),
]


@pytest.mark.parametrize(("reason", "how"), REFUSED)
def test_what_cannot_be_is_refused_in_both_languages_and_leaves_nothing(here, reason, how):
    more = how(here)
    task = here.task(here.police, standing=more.pop("standing", False))
    with scope.acting(INSTALL):
        outputs = {"own": filled.output(task), "other": filled.output(here.task(here.health))}
    if "output" in more:
        more["output"] = outputs[more["output"]]
    with pytest.raises(Refusal) as refused:
        say(here, more.pop("agency", here.police), task, **more)
    assert refused.value.reason == reason
    assert refused.value.message.vi != refused.value.message.en
    with scope.acting(JOB):
        assert not TaskReport.objects.exists()
        assert not StoredFile.objects.exists()


def test_nobody_reports_in_another_agencys_name(here):
    task = here.task(here.police)
    with pytest.raises(NotAllowed):
        reporting.report_task(by=here.stranger, agency=here.police, task=task, day=today(), said=Said.GOING)
    with pytest.raises(NotAllowed):
        reporting.close_task(
            by=here.officer(here.police), owner=here.plan, task=task, day=today(), state=TaskState.DONE,
            why="xong rồi",
        )  # fmt: skip


def test_a_form_sent_twice_is_one_report(here):
    task, uid = here.task(here.police), uuid4()
    with scope.acting(INSTALL):
        output = filled.output(task)
    first = say(here, here.police, task, output=output, count=Decimal(4), uid=uid)
    assert say(here, here.police, task, output=output, count=Decimal(4), uid=uid).pk == first.pk
    with scope.acting(INSTALL):
        assert TaskReport.objects.count() == 1


def test_what_shows_the_work_is_kept_with_the_agency_and_the_record_holds_no_word_of_it(here):
    task = here.task(here.police)
    report = say(here, here.police, task, note="Đã tổ chức", files=[("bien-ban.txt", "Biên bản".encode())])
    with scope.acting(JOB):
        file = StoredFile.objects.get(pk=report.files[0])
        entry = AuditEntry.objects.filter(action="plans.report_task").latest("id")
    assert (file.agency, file.about) == (here.police.pk, f"plans.Task:{task.pk}")
    assert entry.detail == {"fields": ["agency", "day", "files", "note", "said", "task"]}


def test_a_figure_of_a_target_is_taken_from_who_takes_part_and_says_its_source(here):
    with scope.acting(INSTALL):
        target = filled.target(here.plan)
    given = {"target": target, "day": today(), "value": Decimal("92.5"), "source": "Báo cáo quý"}
    with pytest.raises(Refusal, match="not-yours"):
        reporting.report_target(by=here.officer(here.health), agency=here.health, **given)
    reporting.report_target(by=here.planner, agency=here.office, **given)
    here.task(here.health)
    made = reporting.report_target(by=here.officer(here.health), agency=here.health, **given)
    assert made.value == Decimal("92.5")
    for reason, more in (
        ("source-missing", {"source": " "}),
        ("day-ahead", {"day": today() + DAY}),
        ("value-wrong", {"value": Decimal("NaN")}),
    ):
        with pytest.raises(Refusal, match=reason):
            reporting.report_target(by=here.planner, agency=here.office, **(given | more))
    with scope.acting(INSTALL):
        target.dropped_on = today() - DAY
        target.save()
        assert TargetReport.objects.count() == 2
    with pytest.raises(Refusal, match="target-dropped"):
        reporting.report_target(by=here.planner, agency=here.office, **given)


def test_a_check_in_is_answered_once_late_or_not_and_waits_again_when_the_answer_is_taken_back(here):
    task = here.task(here.police, standing=True, due=None)
    with scope.acting(INSTALL):
        check_in = CheckIn.objects.create(
            task=task, agency=here.police, first=today() - 200 * DAY, last=today() - 110 * DAY,
            due=today() - 100 * DAY,
        )  # fmt: skip
    given = {"by": here.officer(here.police), "agency": here.police, "check_in": check_in}
    with pytest.raises(Refusal, match="note-missing"):
        reporting.answer_check_in(**given, said=Said.GOING, note="  ")
    with pytest.raises(Refusal, match="standing-never-done"):
        reporting.answer_check_in(**given, said=Said.DONE, note="Đã làm.")
    with pytest.raises(Refusal, match="not-yours"):
        reporting.answer_check_in(
            by=here.officer(here.health), agency=here.health, check_in=check_in, said=Said.GOING, note="x y"
        )
    report = reporting.answer_check_in(**given, said=Said.GOING, note="Đã tuần tra.")
    assert report.day == today() - 110 * DAY
    with pytest.raises(Refusal, match="check-in-answered"):
        reporting.answer_check_in(**given, said=Said.GOING, note="Lần nữa.")
    reporting.withdraw_report(by=given["by"], agency=here.police, report=report)
    reporting.answer_check_in(**given, said=Said.GOING, note="Đúng hơn.")


WORDS = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 6), st.sampled_from(list(Said)), st.booleans()),
    min_size=1, max_size=6,
)  # fmt: skip


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=WORDS, shuffled=st.randoms(use_true_random=False))
def test_reports_and_withdrawals_in_any_order_come_to_the_same_state(here, words, shuffled):
    other = list(words)
    shuffled.shuffle(other)
    ends = []
    for order in (words, other):
        task = here.task(here.police, here.health)
        made = []
        for which, ago, said, taken_back in order:
            agency = (here.police, here.health)[which]
            made.append((agency, say(here, agency, task, said, ago=ago), taken_back))
        for agency, report, taken_back in made:
            if taken_back:
                reporting.withdraw_report(by=here.officer(agency), agency=agency, report=report)
        ends.append(state(task))
    assert ends[0] == ends[1]


def test_a_standing_task_that_was_closed_can_be_opened_again(here):
    task = here.task(here.police, standing=True, due=None)
    reporting.close_task(
        by=here.planner, owner=here.plan, task=task, day=today(), state=TaskState.DROPPED, why="không làm nữa"
    )
    reporting.reopen_task(by=here.planner, owner=here.plan, task=task)
    assert state(task) == (TaskState.OPEN, None)


def test_nothing_of_a_plan_that_is_over_is_opened_again(here):
    task = here.task(here.police)
    with scope.acting(INSTALL):
        making_plans.end(here.planner, here.plan.document)
    with pytest.raises(Refusal, match="plan-ended"):
        reporting.reopen_task(by=here.planner, owner=here.plan, task=task)
    assert "task-reopen" not in str(pages_of(here.planner, task))


def pages_of(viewer, task):
    from phoihop.coordination.plans.pages.tasks import _reopens

    with scope.acting(INSTALL):
        row = Task.objects.select_related("plan", "conclusion").get(pk=task.pk)
        return {"task-reopen"} if _reopens(viewer, row) else set()


def test_an_agency_whose_last_day_is_yet_to_come_still_reports(here):
    task = here.task(here.police)
    with scope.acting(INSTALL):
        here.police.valid_to = today() + 30 * DAY
        here.police.save()
    officer = here.officer(here.police)
    with scope.acting(INSTALL):
        assert Hands(officer).reporters(task) == (here.police,)
        assert [waits.name for waits in agencies.waiting(officer)] == [here.police.name]
