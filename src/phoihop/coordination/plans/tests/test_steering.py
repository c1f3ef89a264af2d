"""Committees through time, meetings, conclusions as tasks; and what all of this looks like on its pages."""

from datetime import date

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from phoihop.base.org.doors import NotAllowed
from phoihop.base.org.models import Account
from phoihop.base.org.tests import making
from phoihop.base.security import scope
from phoihop.coordination.plans.actions import handing, obstacles, reporting, steering, urging
from phoihop.coordination.plans.actions.steering import Seat
from phoihop.coordination.plans.models import CheckIn, Committee, Member, Nudge, Obstacle, Share, Task
from phoihop.coordination.plans.queries import steering as seen
from phoihop.coordination.plans.rules.states import ObstacleState, Said, TaskState
from phoihop.coordination.plans.tests.province import DAY, JOB, Province, today
from phoihop.kernel import working_days
from phoihop.kernel.refusals import Refusal
from tests.support.world import signed_in

FIRST, SECOND = date(2025, 8, 1), date(2026, 3, 1)
CHAIR = Seat("Trưởng ban", "Phó Chủ tịch UBND tỉnh")


@pytest.fixture
def here(db) -> Province:
    return Province()


def man(here, committee, since=FIRST, seats=(CHAIR,), basis="QĐ 12/QĐ-UBND"):
    return steering.reconstitute(by=here.planner, committee=committee, since=since, basis=basis, seats=seats)


def meet(here, committee, day=None, title="Họp quý"):
    return steering.hold_meeting(by=here.planner, committee=committee, day=day or today(), title=title)


def conclude(here, meeting, **more):
    given = {"text": "Rà soát các điểm nóng.", "leads": [here.police], "due": today() + 20 * DAY}
    return steering.conclude(by=here.planner, committee=meeting.committee, meeting=meeting, **(given | more))


def test_a_new_decision_replaces_the_members_and_the_old_ones_stay_on_record(here):
    committee = here.committee()
    leaving = Seat("Phó Trưởng ban", "Giám đốc Công an tỉnh", here.police)
    man(here, committee, seats=[CHAIR, leaving])
    coming = Seat("Phó Trưởng ban", "Giám đốc Sở Y tế", here.health)
    man(here, committee, SECOND, [CHAIR, coming], "QĐ 30/QĐ-UBND")
    now, before = seen.compositions(committee)
    assert (now.since, now.until, before.since, before.until) == (SECOND, None, FIRST, SECOND - DAY)
    assert [(s.office, s.new, s.left) for s in now.seats] == [
        ("Phó Chủ tịch UBND tỉnh", False, False), ("Giám đốc Sở Y tế", True, False),
    ]  # fmt: skip
    assert [(s.office, s.new, s.left) for s in before.seats] == [
        ("Phó Chủ tịch UBND tỉnh", False, False), ("Giám đốc Công an tỉnh", False, True),
    ]  # fmt: skip
    assert now.basis == "QĐ 30/QĐ-UBND"


@pytest.mark.parametrize(
    ("reason", "given"),
    [
        ("members-missing", {"seats": [Seat("Trưởng ban", "  ")]}),
        ("too-many-members", {"seats": [CHAIR] * 101}),
        ("basis-missing", {"basis": " "}),
        ("manned-later", {"since": FIRST}),
        ("manned-later", {"since": FIRST - DAY}),
    ],
)
def test_a_decision_that_cannot_be_changes_nothing(here, reason, given):
    committee = here.committee()
    man(here, committee)
    with pytest.raises(Refusal) as refused:
        man(here, committee, **({"since": SECOND} | given))
    assert refused.value.reason == reason
    assert refused.value.message.vi != refused.value.message.en
    assert list(Member.objects.values_list("since", "until")) == [(FIRST, None)]


def test_a_committee_ends_with_its_members_and_what_it_gave_out_goes_on(here):
    committee = here.committee()
    man(here, committee)
    conclude(here, meet(here, committee))
    steering.end(by=here.planner, committee=committee, last_day=today(), basis="QĐ 99")
    assert Member.objects.get().until == today()
    assert Task.objects.get().state == TaskState.OPEN
    with pytest.raises(Refusal, match="committee-ended"):
        steering.end(by=here.planner, committee=committee, last_day=today(), basis="QĐ 99")
    with pytest.raises(Refusal, match="committee-not-then"):
        meet(here, Committee.objects.get(), today() + DAY)


def test_a_conclusion_is_a_task_that_is_reported_reminded_and_done_like_any(here):
    committee = here.committee()
    day = working_days.at_or_after(today())
    made = conclude(here, meet(here, committee), joins=[here.health], due=day)
    task = made.task
    assert (task.plan_id, task.text, task.due) == (None, made.text, day)
    with scope.acting(JOB):
        urging.remind(day)
        assert set(Nudge.objects.values_list("thing", "account_id")) == {
            (f"plans.Task:{task.pk}", here.officer(here.police).account)
        }
    reporting.report_task(
        by=here.officer(here.police), agency=here.police, task=task, day=today(), said=Said.DONE
    )
    (concluded,) = seen.meeting(here.leader, meeting=made.meeting).conclusions
    assert (concluded.done, concluded.leads, concluded.joins) == (
        True, (here.police.name,), (here.health.name,),
    )  # fmt: skip
    with pytest.raises(Refusal, match="task-elsewhere"):
        reporting.reopen_task(by=here.planner, owner=here.plan, task=task)
    with pytest.raises(Refusal, match="not-closed"):
        reporting.reopen_task(by=here.planner, owner=committee, task=task)


def test_without_a_day_it_is_a_standing_duty_that_is_checked_in_on(here):
    made = conclude(here, meet(here, here.committee()), due=None)
    with scope.acting(JOB):
        urging.tend_check_ins(today())
        assert {row.agency_id for row in CheckIn.objects.filter(task=made.task)} == {here.police.pk}


REFUSED = [
    ("text-missing", lambda h: {"text": " "}),
    ("agency-missing", lambda h: {"leads": []}),
    ("agency-twice", lambda h: {"joins": [h.police]}),
    ("days-wrong", lambda h: {"due": today() - DAY}),
    ("unknown-duty", lambda h: {"duty_code": "moon"}),
]


@pytest.mark.parametrize(("reason", "how"), REFUSED)
def test_a_conclusion_that_cannot_be_is_refused(here, reason, how):
    meeting = meet(here, here.committee())
    with pytest.raises(Refusal) as refused:
        conclude(here, meeting, **how(here))
    assert refused.value.reason == reason
    assert not Task.objects.exists()


def test_meetings_to_come_and_agencies_that_ended_are_given_nothing(here):
    committee = here.committee()
    with pytest.raises(Refusal, match="meeting-ahead"):
        conclude(here, meet(here, committee, today() + DAY), due=today() + 9 * DAY)
    here.follow(here.police, here.health)
    with pytest.raises(Refusal, match="agency-not-then"):
        conclude(here, meet(here, committee), leads=[type(here.police).objects.get(pk=here.police.pk)])
    with pytest.raises(Refusal, match="meeting-elsewhere"):
        steering.conclude(
            by=here.planner, committee=here.committee(name="Ban khác"), meeting=meet(here, committee),
            text="Rà soát các điểm nóng.", leads=[here.health], due=None,
        )  # fmt: skip


def test_only_the_standing_agency_writes(here):
    committee = here.committee()
    for by in (here.leader, here.officer(here.police), here.stranger):
        with pytest.raises(NotAllowed):
            steering.hold_meeting(by=by, committee=committee, day=today(), title="Họp")
        with pytest.raises(NotAllowed):
            steering.reconstitute(by=by, committee=committee, since=FIRST, basis="QĐ", seats=[CHAIR])


class Site:
    """Browsers of the province's people."""

    def __init__(self, here: Province) -> None:
        self.here = here
        self.browsers: dict[int, object] = {}

    def _browser(self, viewer):
        if viewer.account not in self.browsers:
            with scope.acting(JOB):
                account = Account.objects.get(pk=viewer.account)
            self.browsers[viewer.account] = signed_in(account)
        return self.browsers[viewer.account]

    def get(self, viewer, path, language="vi", status=200):
        browser = self._browser(viewer)
        browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        answer = browser.get(path)
        assert answer.status_code == status, answer.content.decode()
        return answer.content.decode().replace("\xa0", " ")

    def post(self, viewer, path, status=302, **form):
        answer = self._browser(viewer).post(path, form)
        assert answer.status_code == status, answer.content.decode()
        return answer


@pytest.fixture
def site(here) -> Site:
    return Site(here)


def test_an_obstacle_goes_its_way_through_the_pages(here, site):
    committee, raiser = here.committee(), here.officer(here.people[0])
    site.post(raiser, "/vuong-mac/neu/", 422, agency=here.people[0].pk, field="1", text="ngắn")
    there = site.post(
        raiser, "/vuong-mac/neu/", agency=here.people[0].pk, field="1", text="Thiếu kinh phí cho đợt hai."
    )["Location"]
    for language, word in (("vi", "chờ trả lời"), ("en", "waiting for an answer")):
        assert word in site.get(here.officer(here.police), "/vuong-mac/", language)
    site.get(here.officer(here.health), there, status=404)
    site.post(here.officer(here.police), there, 422, act="answer", text=" ")
    site.post(raiser, there, 422, act="answer", text="Tự trả lời mình.")
    site.post(here.officer(here.police), there, act="answer", text="Chưa có nguồn.")
    site.post(raiser, there, act="escalate")
    assert "Chưa có kết luận nào" in site.get(here.planner, there)
    conclusion = conclude(here, meet(here, committee))
    site.post(here.planner, there, 422, act="decide", conclusion="0")
    site.post(here.planner, there, act="decide", conclusion=conclusion.pk)
    assert "Kết luận tại cuộc họp" in site.get(raiser, there)
    site.post(raiser, there, act="close")
    assert Obstacle.objects.get().state == ObstacleState.CLOSED
    assert "chưa đối chiếu" in site.get(raiser, there)


def test_a_committee_goes_its_way_through_the_pages(here, site):
    there = site.post(
        here.planner, "/ban-chi-dao/lap/", agency=here.office.pk, name="Ban Chỉ đạo tỉnh", since="1/8/2025"
    )["Location"]
    members = "Trưởng ban; Phó Chủ tịch UBND tỉnh\nỦy viên; Giám đốc; cong an tinh muong lo\nChuyên viên"
    form = {"since": "1/9/2025", "basis": "QĐ 12", "members": members}
    wrong = site.post(here.planner, f"{there}kien-toan/", 422, **(form | {"members": "a; b; Cơ quan lạ"}))
    assert "Dòng 1" in wrong.content.decode()
    site.post(here.planner, f"{there}kien-toan/", **form)
    assert list(Member.objects.order_by("rank").values_list("role", "office", "agency")) == [
        ("Trưởng ban", "Phó Chủ tịch UBND tỉnh", None),
        ("Ủy viên", "Giám đốc", here.police.pk),
        ("", "Chuyên viên", None),
    ]
    assert "Ủy viên; Giám đốc; Công an tỉnh Mường Lò" in site.get(here.planner, f"{there}kien-toan/")
    held = site.post(here.planner, f"{there}hop/", day="hôm nay", title="Họp quý")["Location"]
    found = site.post(
        here.planner, f"{held}ket-luan/", 200, find="leads", find_leads="cong an", text="Rà soát."
    )
    assert here.police.name in found.content.decode()
    site.post(here.planner, f"{held}ket-luan/", 422, text="Rà soát.", leads=here.police.pk, due="1/1/2020")
    site.post(here.planner, f"{held}ket-luan/", text="Rà soát.", leads=here.police.pk, due="31/12/2030")
    page = site.get(here.officer(here.health), held)
    assert here.police.name in page
    assert "ket-luan" not in page
    for viewer, path, status in (
        (here.leader, f"{there}kien-toan/", 404),
        (here.leader, f"{there}ket-thuc/", 404),
        (here.leader, f"{held}ket-luan/", 404),
        (here.leader, "/ban-chi-dao/lap/", 404),
        (here.leader, there, 200),
        (here.leader, "/hop/", 200),
    ):
        site.get(viewer, path, status=status)
    site.post(here.planner, f"{there}ket-thuc/", last_day="hôm nay", basis="QĐ 99")
    assert Committee.objects.get().valid_to == today()


def test_no_field_stands_in_an_address_by_its_name(here, site):
    site.get(here.leader, "/vuong-mac/?linh-vuc=8")
    site.get(here.leader, "/vuong-mac/?linh-vuc=prevention", status=400)


def test_the_pages_cost_the_same_with_two_and_with_twenty(here, site):
    committee = here.committee()

    def more(many, since):
        meeting, made = meet(here, committee), Obstacle()
        for n in range(many):
            conclude(here, meeting)
            meet(here, committee, title=f"Họp {n}")
            made = obstacles.raise_obstacle(
                by=here.officer(here.people[0]), agency=here.people[0], duty_code="recovery",
                text="Thiếu kinh phí cho đợt hai.",
            )  # fmt: skip
            here.task(here.police, due=working_days.at_or_after(today()))
        with scope.acting(JOB):
            Obstacle.objects.filter(pk=made.pk).update(due=today() - DAY)
            obstacles.escalate_overdue(today())
        man(here, committee, since, [Seat("Ủy viên", f"Chức vụ {n}", here.police) for n in range(many)])
        return meeting

    def costs(meeting):
        with scope.acting(JOB):
            urging.remind(working_days.at_or_after(today()))
        paths = (
            "/vuong-mac/?xem=tat-ca", "/ban-chi-dao/", f"/ban-chi-dao/{committee.uid}/", "/hop/",
            f"/hop/{meeting.uid}/", "/nhac-viec/",
        )  # fmt: skip
        found = {}
        for path in paths:
            site.get(here.planner, path)
            with CaptureQueriesContext(connection) as asked:
                site.get(here.planner, path)
            found[path.replace(str(meeting.uid), "")] = len(asked)
        return found

    few = costs(more(2, FIRST))
    assert costs(more(18, SECOND)) == few


def test_a_committee_is_not_manned_nor_ended_on_days_that_it_did_not_exist(here):
    committee = here.committee(valid_from=FIRST)
    for refused in (
        lambda: man(here, committee, since=FIRST - DAY),
        lambda: steering.end(by=here.planner, committee=committee, last_day=FIRST - DAY, basis="QĐ 9"),
    ):
        with pytest.raises(Refusal, match="committee-not-then"):
            refused()
    steering.end(by=here.planner, committee=committee, last_day=SECOND, basis="QĐ 9")
    with pytest.raises(Refusal, match="committee-not-then"):
        man(here, committee, since=SECOND + DAY)


def test_an_agency_set_up_after_the_meeting_keeps_what_it_was_given(here):
    """Its part begins with itself: from the meeting on, it would have been found missing and replaced."""
    committee = here.committee()
    with scope.acting(JOB):
        other = making.agency("Công an tỉnh khác", "police.province", here.unit)
        other.valid_from = today() - 3 * DAY
        other.save()
    made = conclude(here, meet(here, committee, today() - 10 * DAY), leads=[other])
    with scope.acting(JOB):
        handing.follow_changes(today())
        share = Share.objects.get(task__conclusion=made)
    assert (share.agency, share.since, share.until) == (other, today() - 3 * DAY, None)


def test_the_committees_office_closes_what_a_meeting_gave_out_and_opens_it_again(here, site):
    made = conclude(here, meet(here, here.committee()))

    def task():
        with scope.acting(JOB):
            return Task.objects.get(conclusion=made)

    address = f"/nhiem-vu/{task().uid}/"
    assert f"{address}dong/" in site.get(here.planner, address)
    form = {"state": "dropped", "day": f"{today():%d/%m/%Y}", "why": "không cần nữa"}
    site.post(here.planner, f"{address}dong/", **form)
    assert (task().state, task().ended_why) == (TaskState.DROPPED, "không cần nữa")
    site.post(here.planner, f"{address}mo-lai/")
    assert task().state == TaskState.OPEN
    site.get(here.officer(here.police), f"{address}dong/", status=404)


def test_committees_come_by_pages_however_many_there_are(here):
    for number in range(seen.PAGE + 3):
        here.committee(name=f"Ban {number}", valid_to=FIRST if number < 2 else None)
    first, second = (seen.committees(here.planner, page=page) for page in (1, 2))
    assert (len(first.rows), len(second.rows), first.total) == (seen.PAGE, 3, seen.PAGE + 3)
    assert [row.valid_to for row in second.rows] == [None, FIRST, FIRST]
