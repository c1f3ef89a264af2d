"""What happens by itself, run once by hand."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from phoihop.base.org import jobs
from phoihop.base.org.models import Notice, Proposal
from phoihop.base.org.tests import making
from phoihop.base.security import scope


@pytest.fixture
def offices(db):
    with scope.acting(making.INSTALL):
        here, there = (
            making.agency("Sở Y tế Sín Thầu"),
            making.agency("Công an tỉnh Sín Thầu", "police.province"),
        )
        return {
            "here": here,
            "head": making.somebody("Khoàng Lé Gờ", "head", here),
            "other": making.somebody("Sừng Sừng Khai", "head", there),
            "dpo": making.somebody("Chảo Mùi Ghển", "data-protection", here),
            "member": making.somebody("Vàng Thị Gầu", "member", here),
        }


def test_the_weekly_digest_is_told_once_to_everybody_in_charge(offices):
    jobs.weekly_digest(timestamp=0)
    with scope.acting(jobs.JOB):
        told = list(
            Notice.objects.filter(code="digest-ready").order_by("account").values_list("account", flat=True)
        )
    assert told == sorted(offices[who].account for who in ("head", "other", "dpo"))


def test_proposals_whose_week_is_over_lapse_and_others_do_not(offices):
    given = {"action": "org.give_position", "proposed_by_id": offices["dpo"].account, "reason": "thử"}
    over = Proposal.objects.create(expires_at=timezone.now() - timedelta(minutes=1), **given)
    going = Proposal.objects.create(expires_at=timezone.now() + timedelta(minutes=1), **given)
    jobs.lapse_proposals(timestamp=0)
    jobs.sweep(timestamp=0)
    assert Proposal.objects.get(pk=over.pk).state == Proposal.State.LAPSED
    assert Proposal.objects.get(pk=going.pk).state == Proposal.State.OPEN


CONTEXT = SimpleNamespace(app=app)


def begun(task: str, *, silent: float, tries: int = 1, lock: str | None = None) -> int:
    """A job that a worker was at, which has given no sign of life for so many seconds."""
    manager = app.job_manager
    deferred = app.configure_task(task, allow_unknown=True, queueing_lock=lock).defer(timestamp=0)
    worker = async_to_sync(manager.register_worker)()
    job = async_to_sync(manager.fetch_job)(None, worker)
    assert job.id == deferred
    with connection.cursor() as cursor:
        cursor.execute(
            "update procrastinate_workers set last_heartbeat = now() - make_interval(secs => %s) "
            "where id = %s",
            [silent, worker],
        )
        cursor.execute("update procrastinate_jobs set attempts = %s where id = %s", [tries, deferred])
    return deferred


def pick_up() -> None:
    async_to_sync(jobs.pick_up.func)(CONTEXT, timestamp=0)


def state(job: int) -> str:
    return ProcrastinateJob.objects.get(pk=job).status


@pytest.mark.parametrize(
    ("silent", "tries", "after"),
    [(5, 1, "doing"), (120, 1, "todo"), (120, jobs.TRIES - 1, "todo"), (120, jobs.TRIES, "failed")],
)
def test_what_a_killed_worker_was_at_is_begun_again_and_not_for_ever(db, silent, tries, after):
    job = begun("org.sweep", silent=silent, tries=tries)
    pick_up()
    assert state(job) == after


def test_what_waits_again_already_is_not_begun_twice(db):
    job = begun("org.sweep", silent=120, lock="org.sweep")
    waiting = app.configure_task("org.sweep", queueing_lock="org.sweep").defer(timestamp=1)
    pick_up()
    assert (state(job), state(waiting)) == ("aborted", "todo")


@pytest.mark.parametrize(
    ("ended", "hours", "there"),
    [
        ("succeeded", 6 * 24, True),
        ("succeeded", 8 * 24, False),
        ("failed", 8 * 24, True),
        ("failed", 91 * 24, False),
        ("doing", 91 * 24, True),
    ],
)
def test_jobs_that_are_over_are_forgotten_in_time(db, ended, hours, there):
    job = begun("org.sweep", silent=0)
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set status = %s where id = %s", [ended, job])
        cursor.execute(
            "update procrastinate_events set at = now() - %s * interval '1 hour' where job_id = %s",
            [hours, job],
        )
    async_to_sync(jobs.forget_jobs.func)(CONTEXT, timestamp=0)
    assert ProcrastinateJob.objects.filter(pk=job).exists() is there


def test_it_happens_by_itself():
    regular = {task.task.name for task in app.periodic_registry.periodic_tasks.values()}
    assert {
        "org.pick_up",
        "org.forget_jobs",
        "org.lapse_proposals",
        "org.weekly_digest",
        "org.sweep",
    } <= regular
