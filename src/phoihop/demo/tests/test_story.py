"""What the demo shows is there once, came through the actions, and says of itself that it is invented."""

from collections import Counter
from datetime import date

import pytest
from django.utils import timezone

from phoihop.base.org import reach
from phoihop.base.security import scope
from phoihop.base.security.models import AuditEntry
from phoihop.base.security.scope import Scope
from phoihop.coordination.documents.models import Document, Item
from phoihop.coordination.documents.rules.review import Ruling, Stage
from phoihop.coordination.plans.models import (
    CheckIn,
    Committee,
    Conclusion,
    Member,
    Obstacle,
    Plan,
    Share,
    SubPlan,
    TargetReport,
    Task,
    TaskReport,
)
from phoihop.coordination.plans.rules.states import Said, TaskState
from phoihop.demo import people, progress, story

JOB = Scope("job")
WITHIN = (date(2026, 8, 31), date(2026, 12, 31))  # what is past of 2026 decides what has been said of it
COUNTED = (Document, Item, Plan, Task, Share, TargetReport, TaskReport, Obstacle, Conclusion, Member, SubPlan)


class Killed(Exception):
    """The start was cut short here."""


def killed_at(stage: str):
    def say(words: str) -> None:
        if words == stage:
            raise Killed

    return say


def counts() -> dict[str, int]:
    with scope.acting(JOB):
        return {model.__name__: model.objects.count() for model in COUNTED}


@pytest.fixture(scope="module")
def told(django_db_setup, django_db_blocker):
    """The whole story, cut short three times on the way; nothing of it is kept after the module."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        reach.lineage()  # of units before the demo's: whoever makes units has to say so
        offices = people.build()
        for stage in ("document 2/10", "document 7/10", "count"):
            with pytest.raises(Killed):
                story.tell(offices, killed_at(stage))
        story.tell(people.build())
        yield offices
        transaction.set_rollback(True)


@pytest.fixture
def seen(told, django_db_blocker):
    with django_db_blocker.unblock(), scope.acting(JOB):
        yield


def test_every_document_is_confirmed_once_by_who_sent_it(seen):
    found = Document.objects.values_list("number", "stage")
    assert Counter(stage for _, stage in found) == {Stage.CONFIRMED.value: len(story.FILES)}
    assert len({number for number, _ in found}) == len(story.FILES)
    assert {d.confirmed_by.username for d in Document.objects.all()} == {"kehoach", "thuongtruc", "xaphinson"}


def test_the_reader_was_put_right_where_it_erred(seen):
    party = Document.objects.get(number="97-KH/TU")
    assert party.issued == date(2024, 1, 8)
    rulings = Counter(Item.objects.values_list("ruling", flat=True))
    assert rulings[Ruling.CORRECTED] == 4
    assert rulings[Ruling.ADDED] == 1
    assert rulings[Ruling.REJECTED] == 3
    assert rulings[Ruling.OPEN] == 0


def test_three_years_follow_one_another(seen):
    last = Plan.objects.get(document__number="58/KH-UBND")
    assert last.before is not None
    assert last.before.before is not None
    assert [p.document.number for p in (last.before, last.before.before)] == ["46/KH-UBND", "50/KH-UBND"]


def test_a_duty_of_an_ended_office_is_another_ones_today(seen):
    left = Task.objects.get(plan__document__number="46/KH-UBND", text__startswith="Tổ chức cai nghiện")
    shares = left.shares.filter(part="lead").order_by("since")
    assert [s.agency.kind for s in shares] == ["labour.province", "police.province"]
    assert left.state == TaskState.OPEN


def test_tasks_stand_in_every_state(seen):
    if not WITHIN[0] <= timezone.localdate() <= WITHIN[1]:
        pytest.skip("the story is of 2026")
    plan = Plan.objects.get(document__number="58/KH-UBND")
    open_tasks = plan.tasks.filter(state=TaskState.OPEN.value)
    today = timezone.localdate()
    assert plan.tasks.filter(state=TaskState.DONE.value).exists()
    assert open_tasks.filter(due__lt=today, reports=None).exists(), "late"
    assert open_tasks.filter(reports__said=Said.HINDERED.value).exists()
    assert open_tasks.filter(reports__said=Said.GOING.value).exists()
    assert open_tasks.filter(shares__part="lead", shares__agency=None, shares__group=False).exists(), (
        "nobody's"
    )
    assert CheckIn.objects.filter(report=None).exists()
    assert CheckIn.objects.exclude(report=None).exists()


def test_every_figure_says_that_it_is_invented(seen):
    for model in (TargetReport, TaskReport, Obstacle):
        assert model.objects.exists()
        assert not model.objects.filter(trial=False).exists()
    assert not Plan.objects.filter(trial=False).exists()
    assert set(TargetReport.objects.values_list("source", flat=True)) == {story.SOURCE}


def test_a_committee_was_newly_manned_and_gave_work_out(seen):
    committee = Committee.objects.get()
    assert committee.members.filter(until=None).count() == 7
    assert committee.members.exclude(until=None).count() == 6
    assert Task.objects.exclude(conclusion=None).count() == Conclusion.objects.count() > 0


def test_who_owes_a_plan_is_told(seen):
    owed = SubPlan.objects.filter(plan__document__number="58/KH-UBND")
    assert (owed.count(), owed.exclude(document=None).count()) == (8, 1)
    assert owed.exclude(excused_why="").count() == 1


def test_obstacles_went_to_who_answers(seen):
    states = Counter(Obstacle.objects.values_list("state", flat=True))
    assert (states["answered"], states["open"]) == (1, 2)
    assert not Obstacle.objects.filter(routed=None).exists()


def test_everything_came_through_the_actions(seen):
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {
        "documents.send",
        "documents.read",
        "documents.rule",
        "documents.add",
        "documents.accept_rest",
        "documents.confirm",
        "plans.report_task",
        "plans.report_target",
        "plans.answer_check_in",
        "plans.mark_trial",
        "plans.raise_obstacle",
        "plans.answer_obstacle",
        "plans.reconstitute",
        "plans.conclude",
        "plans.fulfil_sub_plan",
    } <= actions


def test_told_again_it_changes_nothing(told, django_db_blocker):
    with django_db_blocker.unblock():
        before = counts()
        story.tell(people.build())
        assert counts() == before


def test_how_far_it_is_stands_beside_the_data(tmp_path, monkeypatch):
    monkeypatch.setenv("PHOIHOP_DATA", str(tmp_path / "data"))
    assert (progress.told(), progress.is_done()) == ("", False)
    progress.say("people")
    assert (progress.told(), progress.is_done()) == ("people", False)
    progress.done()
    assert (progress.told(), progress.is_done()) == ("", True)
    monkeypatch.setattr(progress, "fingerprint", lambda: "another program")
    assert not progress.is_done()
