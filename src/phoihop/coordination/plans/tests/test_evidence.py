"""Files sent with a report open for who sent them, who leads the task and who looks after the plan; each
opening is recorded, and for anybody else the file is not there."""

import pytest
from django.urls import reverse

from phoihop.base.org.doors import NotAllowed
from phoihop.base.org.models import Account
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.org.tests import making
from phoihop.base.security import scope
from phoihop.base.security.models import AuditEntry
from phoihop.coordination.plans.actions import reporting, steering
from phoihop.coordination.plans.models import Output, Task, TaskReport
from phoihop.coordination.plans.queries import evidence, targets, tasks
from phoihop.coordination.plans.rules.states import Said
from phoihop.coordination.plans.tests import filled
from phoihop.coordination.plans.tests.province import INSTALL, JOB, Province, today
from tests.support.world import signed_in

WORDS = "Biên bản họp xã".encode()


class Sent(Province):
    """The health department leads a task, the police take part in it and send a file with their report."""

    def __init__(self) -> None:
        super().__init__()
        self.led = self.task(self.health, joins=(self.police,))
        self.report = self.say(self.police, self.led)
        self.number = self.report.files[0]
        with scope.acting(INSTALL):
            self.people_in = {
                "who sent it": self.officer(self.police),
                "the head of who sent it": self.heads[self.police.pk],
                "a member of who sent it": making.somebody("Lý Thị Sấn", "member", self.police),
                "who leads the task": self.officer(self.health),
                "the head of who leads": self.heads[self.health.pk],
                "who plans": self.planner,
                "a leader of the plan's agency": self.leader,
                "the head of the plan's agency": making.somebody("Giàng A Sử", "head", self.office),
                "somebody else at the plan's agency": making.somebody("Vừ A", "agency-officer", self.office),
                "a member of who leads": making.somebody("Thào Thị", "member", self.health),
                "a commune": self.officer(self.people[0]),
                "another province": self.stranger,
                "who plans elsewhere": making.somebody("Lò A", "planning-officer", self.elsewhere),
                "a leader elsewhere": making.somebody("Lò B", "leader", self.elsewhere),
            }

    def say(self, agency, task: Task, **more) -> TaskReport:
        return reporting.report_task(
            by=self.officer(agency), agency=agency, task=task, day=today(), said=Said.GOING,
            files=[("bien-ban.txt", WORDS)], **more,
        )  # fmt: skip

    def browser(self, viewer: Viewer):
        with scope.acting(INSTALL):
            return signed_in(Account.objects.get(pk=viewer.account or 0))


MAY = (
    "who sent it", "the head of who sent it", "who leads the task", "the head of who leads", "who plans",
    "a leader of the plan's agency", "the head of the plan's agency",
)  # fmt: skip
MAY_NOT = (
    "somebody else at the plan's agency", "a member of who leads", "a commune", "another province",
    "who plans elsewhere", "a leader elsewhere",
)  # fmt: skip


@pytest.fixture
def sent(db) -> Sent:
    return Sent()


def names(viewer: Viewer, task: Task) -> list[str]:
    """What the task's page says of its files to somebody."""
    return [file.name for step in tasks.task(viewer, task=task).steps for file in step.files]


def read(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.mark.parametrize("who", MAY)
def test_who_may_opens_it_and_that_is_recorded(sent, who):
    viewer = sent.people_in[who]
    assert names(viewer, sent.led) == ["bien-ban.txt"]
    browser = sent.browser(viewer)
    asked = browser.get(reverse("evidence", args=[sent.number]))
    assert asked.status_code == 302
    assert read(browser.get(asked["Location"])) == WORDS
    with scope.acting(JOB):
        entry = AuditEntry.objects.get(action="plans.fetch_evidence", outcome="done")
    assert (entry.account, entry.thing_kind, entry.thing_id) == (
        viewer.account, "security.StoredFile", str(sent.number),
    )  # fmt: skip


@pytest.mark.parametrize("who", MAY_NOT)
def test_for_anybody_else_it_is_not_there(sent, who):
    viewer = sent.people_in[who]
    assert names(viewer, sent.led) == [""]
    browser = sent.browser(viewer)
    there, nowhere = (
        browser.get(reverse("evidence", args=[number])) for number in (sent.number, 900_000_001)
    )
    assert there.status_code == nowhere.status_code == 404
    with scope.acting(JOB):
        assert not AuditEntry.objects.filter(action="plans.fetch_evidence", outcome="done").exists()


def test_the_sending_agency_keeps_its_own_way_in(sent):
    viewer = sent.people_in["a member of who sent it"]
    assert names(viewer, sent.led) == ["bien-ban.txt"]
    browser = sent.browser(viewer)
    assert (
        reverse("file-link", args=[sent.number]) in browser.get(f"/nhiem-vu/{sent.led.uid}/").content.decode()
    )


def test_the_link_of_one_serves_no_other(sent):
    own, other = (sent.people_in[who] for who in ("who plans", "who leads the task"))
    address = sent.browser(own).get(reverse("evidence", args=[sent.number]))["Location"]
    assert sent.browser(other).get(address).status_code == 409


def test_a_file_that_was_taken_back_is_its_own_agencys_alone(sent):
    reporting.withdraw_report(by=sent.officer(sent.police), agency=sent.police, report=sent.report)
    assert names(sent.planner, sent.led) == [""]
    assert names(sent.officer(sent.health), sent.led) == [""]
    assert names(sent.officer(sent.police), sent.led) == ["bien-ban.txt"]


def test_who_leads_no_more_opens_nothing_and_who_does_now_does(sent):
    with scope.acting(INSTALL):
        sent.led.shares.filter(part="lead").update(agency=sent.people[0])
    assert names(sent.officer(sent.health), sent.led) == [""]
    assert names(sent.officer(sent.people[0]), sent.led) == ["bien-ban.txt"]


def test_each_of_a_group_keeps_what_it_sent_from_the_others(sent):
    task = sent.for_group()
    sent.say(sent.people[0], task)
    assert names(sent.officer(sent.people[1]), task) == [""]
    assert names(sent.planner, task) == ["bien-ban.txt"]


def test_of_a_meetings_task_the_committees_office_opens_it(sent):
    committee = sent.committee()
    meeting = steering.hold_meeting(by=sent.planner, committee=committee, day=today(), title="Họp quý")
    made = steering.conclude(
        by=sent.planner, committee=committee, meeting=meeting, text="Rà soát lại hồ sơ.", leads=[sent.police],
        due=None,
    )  # fmt: skip
    with scope.acting(INSTALL):
        task = Task.objects.get(conclusion=made)
    sent.say(sent.police, task)
    assert names(sent.planner, task) == ["bien-ban.txt"]
    assert names(sent.officer(sent.health), task) == [""]


def test_what_was_counted_for_a_target_shows_its_files_there_too(sent):
    with scope.acting(INSTALL):
        output = filled.output(sent.led)
        assert Output.objects.filter(target=output).exists()
    sent.say(sent.police, sent.led, output=output, count=3)
    for viewer, name in ((sent.planner, "bien-ban.txt"), (sent.stranger, "")):
        (counted,) = targets.target(viewer, target=output).counts
        assert [file.name for file in counted.files] == [name]


def test_a_file_of_something_else_is_not_opened_by_this_door(sent):
    from phoihop.base.org.files import actions as files
    from phoihop.base.security.uploads import intake

    own = files.keep(by=sent.officer(sent.police), data=b"x", name="khac.txt", purpose=intake.ATTACHMENT)
    assert evidence.find(sent.planner, own.pk) is None
    about = files.keep(
        by=sent.officer(sent.police), data=b"x", name="khac.txt", purpose=intake.ATTACHMENT, about=sent.led
    )
    assert evidence.find(sent.planner, about.pk) is None  # no report was sent with it
    opened = evidence.find(sent.planner, sent.number)
    assert opened is not None
    with pytest.raises(NotAllowed):
        evidence.link(sent.stranger, file=opened)
