"""Rounds of standing duties, and reminders: opened, moved, said once, never lost."""

import email
from datetime import datetime, time, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from phoihop.base.org.models import Notice, Person
from phoihop.base.org.tests import making
from phoihop.base.release.tests import scratch
from phoihop.base.security import scope
from phoihop.coordination.plans import mailing
from phoihop.coordination.plans.actions import handing, reporting, urging
from phoihop.coordination.plans.models import CheckIn, Holder, Nudge, SubPlan
from phoihop.coordination.plans.queries import reminders
from phoihop.coordination.plans.rules.states import Part, Said
from phoihop.coordination.plans.taking_part import Agencies
from phoihop.coordination.plans.tests import filled, post_office
from phoihop.coordination.plans.tests.province import DAY, INSTALL, JOB, Province, today
from phoihop.coordination.plans.things import due_things
from phoihop.kernel import working_days

RACING = "phoihop.coordination.plans.tests.racing"


@pytest.fixture
def here(db) -> Province:
    return Province()


def workday():
    """A day on which reminders go out, today or soon after."""
    return working_days.at_or_after(today())


def tend(on=None):
    with scope.acting(JOB):
        return urging.tend_check_ins(on or today())


def remind(on=None):
    with scope.acting(JOB):
        return urging.remind(on or workday())


def nudged():
    with scope.acting(JOB):
        rows = Nudge.objects.values_list("thing", "step", "account_id")
        return {(thing.split(":")[0], step.split("@")[0], account) for thing, step, account in rows}


def open_rounds(task):
    with scope.acting(JOB):
        return sorted(CheckIn.objects.filter(task=task, report=None).values_list("agency_id", "first"))


def test_each_agency_that_answers_is_asked_once_a_round(here):
    task = here.task(here.police, joins=(here.health,), standing=True, due=None)
    group = here.for_group(standing=True, due=None)
    assert tend() == (3 * len({first for _, first in open_rounds(task)}) or 3, 0)
    assert {agency for agency, _ in open_rounds(task)} == {here.police.pk}
    assert {agency for agency, _ in open_rounds(group)} == {a.pk for a in here.people}
    assert tend() == (0, 0)


def test_a_round_that_was_missed_is_opened_later_and_none_vanishes(here):
    with scope.acting(INSTALL):
        here.plan.last = None
        here.plan.save()
    task = here.task(here.police, standing=True, due=None)
    with scope.acting(INSTALL):
        type(here.plan).objects.filter(pk=here.plan.pk).update(made_at=timezone.now() - timedelta(days=400))
        task.shares.update(since=today() - 400 * DAY)
        task.starts = today() - 400 * DAY
        task.save()
    tend()
    rounds = open_rounds(task)
    assert len(rounds) >= 5
    tend(today() + 200 * DAY)
    later = open_rounds(task)
    assert set(rounds) < set(later)


def test_an_open_round_goes_with_the_duty_and_says_so(here):
    task = here.task(here.police, standing=True, due=None)
    tend()
    answered = here.task(here.police, standing=True, due=None)
    tend()
    with scope.acting(JOB):
        row = CheckIn.objects.filter(task=answered).first()
    reporting.answer_check_in(
        by=here.officer(here.police), agency=here.police, check_in=row, said=Said.GOING, note="Đã làm."
    )
    with scope.acting(INSTALL):
        for each in (task, answered):
            share = each.shares.get()
            share.until = today() - DAY
            share.save()
            filled.share(each, here.health, part=Part.LEAD, since=today())
    before = open_rounds(task)
    opened, moved = tend()
    assert (opened, moved) == (0, len(before) + len(open_rounds(answered)))
    assert open_rounds(task) == [(here.health.pk, first) for _, first in before]
    with scope.acting(JOB):
        assert all(
            (c.came_from_id, c.came_on) == (here.police.pk, today())
            for c in CheckIn.objects.filter(task=task)
        )
        row.refresh_from_db()
    assert row.agency_id == here.police.pk  # what was answered stays with who answered
    assert tend() == (0, 0)


def test_communes_become_one_and_every_open_round_still_has_somebody(here):
    task = here.for_group(standing=True, due=None)
    tend()
    before = open_rounds(task)
    _, agency = here.merge_communes()
    officer = making.somebody("Vàng Thị Mới", "agency-officer", agency)
    opened, moved = tend()
    after = open_rounds(task)
    assert len(after) == len(before)
    assert opened == 0
    assert moved == len(before)
    with scope.acting(JOB):
        rows = list(CheckIn.objects.filter(task=task, report=None))
    assert {row.agency_id for row in rows} == {agency.pk}
    assert {row.came_from_id for row in rows} == {old.pk for old in here.people}
    assert tend() == (0, 0)
    for row in rows:
        reporting.answer_check_in(
            by=officer, agency=agency, check_in=row, said=Said.GOING, note="Đã làm ở xã cũ."
        )
    assert open_rounds(task) == []


def test_reminders_climb_from_officer_to_head_to_who_stands_over_it(here):
    day = workday()
    here.committee()
    here.task(here.police, due=day - 40 * DAY)
    officer, head = here.officer(here.police).account, here.heads[here.police.pk].account
    assert remind(day) == 3
    assert nudged() == {
        ("plans.Task", "d+3", officer),
        ("plans.Task", "d+10", head),
        ("plans.Task", "d+30", here.planner.account),
    }
    with scope.acting(JOB):
        told = Notice.objects.filter(code="plans-due").values_list("account_id", flat=True)
        assert sorted(told) == sorted([officer, head, here.planner.account])
    assert remind(day) == 0


def test_a_task_done_by_one_of_two_reminds_the_other_alone(here):
    day = workday()
    task = here.task(here.police, here.health, due=day)
    reporting.report_task(
        by=here.officer(here.police), agency=here.police, task=task, day=today(), said=Said.DONE
    )
    remind(day)
    assert nudged() == {("plans.Task", "d0", here.officer(here.health).account)}


def test_everything_due_has_somebody_who_is_told(here):
    """Parts nobody holds, agencies that are gone, sub-plans, targets with a person named, rounds."""
    day = workday()
    here.task(None, due=day)
    with scope.acting(INSTALL):
        SubPlan.objects.create(plan=here.plan, agency=here.health, due=day)
        target = filled.target(here.plan, due=day)
        person = Person.objects.get(account=here.officer(here.police).account)
        Holder.objects.create(target=target, person=person, since=today() - DAY, named_by=here.by)
    rounds = here.task(here.police, standing=True, due=None)
    tend()
    with scope.acting(INSTALL):
        CheckIn.objects.filter(task=rounds).update(due=day)
    here.follow(here.people[0], here.people[1])
    gone = here.task(here.people[0], due=day)
    remind(day)
    planner, police = here.planner.account, here.officer(here.police).account
    found = nudged()
    assert {
        ("plans.Task", "d0", planner),
        ("plans.SubPlan", "d0", here.officer(here.health).account),
        ("plans.Target", "d0", police),
        ("plans.CheckIn", "d0", police),
    } <= found
    with scope.acting(JOB):
        heir = here.officer(here.people[1]).account
        assert Nudge.objects.filter(thing=f"plans.Task:{gone.pk}", account=heir).exists()
        assert {thing.label.split(":")[0] for thing in due_things(Agencies(day))} == {
            "plans.Task", "plans.SubPlan", "plans.Target", "plans.CheckIn",
        }  # fmt: skip


def test_the_round_costs_no_more_statements_when_there_is_ten_times_as_much(here):
    day = workday()

    def cost():
        with (
            scope.acting(JOB),
            CaptureQueriesContext(
                connection,
            ) as asked,
        ):
            urging.tend_check_ins(day)
            list(due_things(Agencies(day)))
        return len(asked)

    def more(many):
        for _ in range(many):
            here.task(here.police, here.health, due=day)
            here.for_group(standing=True, due=None)

    more(2)
    cost()
    few = cost()
    more(18)
    cost()
    assert cost() == few


def test_what_one_was_reminded_of_is_listed_until_it_is_done(here):
    day = workday()
    task = here.task(here.police, due=day)
    remind(day)
    officer = here.officer(here.police)
    assert [each.uid for each in reminders.reminders(officer)] == [task.uid]
    assert reminders.reminders(here.officer(here.health)) == ()
    reporting.report_task(by=officer, agency=here.police, task=task, day=today(), said=Said.DONE)
    assert reminders.reminders(officer) == ()


@pytest.fixture
def posted(here, settings):
    """Somebody with an address who was reminded of two things."""
    settings.PHOIHOP_EMAIL = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with scope.acting(INSTALL):
        Person.objects.filter(account=here.officer(here.police).account).update(email="cv@example.vn")
    day = workday()
    here.task(here.police, due=day, text="Điều trị Methadone cho người nhiễm HIV")
    here.task(here.police, due=day - 4 * DAY)
    remind(day)
    with scope.acting(JOB):
        Nudge.objects.update(at=timezone.now())
    return here


def test_one_neutral_message_a_person_with_a_number_and_an_address(posted):
    assert mailing.send_waiting() == (1, 0)
    (message,) = mail.outbox
    assert message.to == ["cv@example.vn"]
    assert "2 việc" in message.body
    assert "/nhac-viec/" in message.body
    words = f"{message.subject} {message.body}".casefold()
    assert not [word for word in ("hiv", "methadon", "công an", "mường lò", "điều trị") if word in words]
    assert mailing.send_waiting() == (0, 0)


def test_a_message_that_cannot_be_sent_waits_and_the_notice_stays(posted, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert mailing.send_waiting() == (0, 1)
    with scope.acting(JOB):
        account = posted.officer(posted.police).account
        assert Notice.objects.filter(account=account, code="plans-due", seen_at=None).count() == 1
        assert not Nudge.objects.filter(account=account).exclude(mailed_at=None).exists()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert mailing.send_waiting() == (1, 0)


def test_after_some_days_it_is_given_up(posted):
    with scope.acting(JOB):
        Nudge.objects.update(at=timezone.now() - mailing.KEEPS_TRYING - timedelta(minutes=1))
    assert mailing.send_waiting() == (0, 0)
    assert mail.outbox == []


def test_where_no_mail_is_set_up_nothing_is_sent(posted, settings):
    settings.PHOIHOP_EMAIL = False
    assert mailing.send_waiting() == (0, 0)


@pytest.mark.long
def test_four_workers_at_once_say_each_thing_once(tmp_path):
    with scratch.opened(tmp_path) as processes:
        account = processes.do(f"{RACING}.prepare")
        workers = [processes.start(f"{RACING}.work") for _ in range(4)]
        for worker in workers:
            _, errors = worker.communicate(timeout=120)
            assert worker.returncode == 0, errors
        found = processes.do(f"{RACING}.outcome", account=account)
    assert found == {"notices": 1, "nudges": 5, "rounds": found["rounds"], "doubled": 0}
    assert found["rounds"] > 0


def test_by_a_real_server_each_gets_a_letter_of_their_own_and_one_refusal_stops_nobody(posted, settings):
    with scope.acting(INSTALL):
        officer = posted.officer(posted.health)
        Person.objects.filter(account=officer.account).update(email="sai@example.vn")
    posted.task(posted.health, due=workday())
    remind(working_days.at_or_after(workday() + 7 * DAY))
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with post_office.opened() as office:
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", office.port, False
        office.refused = {"sai@example.vn"}
        assert mailing.send_waiting() == (1, 1)
        office.refused = set()
        assert mailing.send_waiting() == (1, 0)
        assert mailing.send_waiting() == (0, 0)
    assert sorted(to for to, _ in office.letters) == ["cv@example.vn", "sai@example.vn"]
    for to, letter in office.letters:
        headers = email.message_from_string(letter)
        assert headers["To"] == to
        assert headers["Cc"] is headers["Bcc"] is None
        assert headers["Auto-Submitted"] == "auto-generated"


def sent_on(day):
    """As if what was said had been said on that day."""
    with scope.acting(JOB):
        Nudge.objects.filter(at__gte=timezone.now() - timedelta(hours=1)).update(
            at=timezone.make_aware(datetime.combine(day, time(7, 30)))
        )


def test_who_wants_it_once_a_week_gets_one_message_a_week_and_loses_nothing(here):
    monday = working_days.at_or_after(working_days.monday(today()) + 7 * DAY)
    officer = here.officer(here.police)
    urging.change_pace(by=officer, weekly=True)
    here.task(here.police, due=monday + 2 * DAY)
    other = here.task(here.health, due=monday + 2 * DAY)
    assert remind(monday) == 2
    assert ("plans.Task", "d0", officer.account) in nudged()  # told on Monday of what is due on Wednesday
    assert ("plans.Task", "d-3", here.officer(here.health).account) in nudged()
    sent_on(monday)
    later = here.task(here.police, due=monday + 3 * DAY)
    assert remind(monday + DAY) == 0
    sent_on(monday + DAY)
    following = working_days.at_or_after(monday + 7 * DAY)
    remind(following)
    with scope.acting(JOB):
        told = set(Nudge.objects.filter(account=officer.account).values_list("thing", flat=True))
        notices = Notice.objects.filter(account=officer.account, code="plans-due").count()
    assert f"plans.Task:{later.pk}" in told
    assert f"plans.Task:{other.pk}" not in told
    assert notices == 2


def test_a_count_that_tasks_bring_is_not_asked_of_who_looks_after_the_plan(here):
    day = workday()
    task = here.task(here.police, due=day)
    with scope.acting(INSTALL):
        output = filled.output(task)
        type(output).objects.filter(pk=output.pk).update(due=day)
    remind(day)
    assert {thing for thing, _, _ in nudged()} == {"plans.Task"}


def test_an_address_that_no_letter_can_bear_stops_nobody_elses(posted):
    with scope.acting(INSTALL):
        officer = posted.officer(posted.health)
        Person.objects.filter(account=officer.account).update(email="sai@example.vn\nBcc: ai@example.vn")
    posted.task(posted.health, due=workday())
    remind(working_days.at_or_after(workday() + 7 * DAY))
    assert mailing.send_waiting() == (1, 1)
    assert [message.to for message in mail.outbox] == [["cv@example.vn"]]


def test_a_round_that_comes_back_is_ones_own_again_and_none_is_doubled(here):
    task = here.task(here.police, standing=True, due=None)
    tend()
    before = open_rounds(task)
    for agency in (here.health, here.police):
        with scope.acting(INSTALL):
            handing.hand_on(task.shares.get(until=None), agency, today(), why="giao nhầm", basis="")
        tend()
    assert open_rounds(task) == before
    with scope.acting(JOB):
        assert not CheckIn.objects.filter(task=task).exclude(came_from=None).exists()


def test_who_holds_two_parts_of_a_task_keeps_its_own_round_when_one_goes_back(here):
    task = here.task(here.police, here.health, standing=True, due=None)
    tend()
    before = open_rounds(task)
    with scope.acting(INSTALL):
        task.shares.filter(slot=0).update(agency=here.health)
    tend()
    with scope.acting(INSTALL):
        task.shares.filter(slot=0).update(agency=here.police)
    tend()
    with scope.acting(JOB):
        agencies = set(CheckIn.objects.filter(task=task, report=None).values_list("agency", flat=True))
    assert here.health.pk in agencies
    assert len(open_rounds(task)) >= len(before)
