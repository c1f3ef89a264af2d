"""What happens by itself: each job acts under a scope of its own, and is recorded."""

import logging

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Job, Status

from phoihop.base.org import notices, proposals
from phoihop.base.org.models import Agency
from phoihop.base.org.signin import store
from phoihop.base.security import origin, scope, throttle
from phoihop.base.security.scope import Scope

JOB = Scope("job")
log = logging.getLogger(__name__)

SILENT = 60.0  # seconds without a sign of life, of ten a worker should give, after which it is taken for dead
TRIES = 3  # a job that takes its worker with it each time is not begun for ever
DONE_HOURS, FAILED_HOURS = 7 * 24, 90 * 24  # how long jobs that are over stay to be looked at


@app.periodic(cron="7 * * * *")
@app.task(name="org.lapse_proposals")
def lapse_proposals(timestamp: int) -> None:
    """Close proposals whose week is over."""
    with origin.beginning(), scope.acting(JOB):
        proposals.lapse()


@app.periodic(cron="30 0 * * 1")
@app.task(name="org.weekly_digest")
def weekly_digest(timestamp: int) -> None:
    """On Monday at half past seven (Việt Nam): tell those in charge that the week's reading waits."""
    with origin.beginning(), scope.acting(JOB):
        everywhere = set(proposals.deciders("security.see_digest", None))
        notices.tell(everywhere, "digest-ready")
        for agency in Agency.objects.filter(positions__isnull=False).distinct().values_list("pk", flat=True):
            heads = set(proposals.deciders("security.see_digest", agency)) - everywhere
            notices.tell(heads, "digest-ready", f"org.Agency:{agency}")


@app.periodic(cron="23 * * * *")
@app.task(name="org.sweep")
def sweep(timestamp: int) -> None:
    """Remove sessions that are over and counts of attempts that no longer slow anybody."""
    with origin.beginning(), scope.acting(JOB):
        store.sweep()
        throttle.sweep()


@app.periodic(cron="*/5 * * * *")
@app.task(name="org.pick_up", queueing_lock="org.pick_up", pass_context=True)
async def pick_up(context: JobContext, timestamp: int) -> None:
    """Begin again what a worker was at when it was killed; every job may run twice."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT):
        if job.attempts >= TRIES:
            log.warning("job %s (%s) ended with its worker %s times", job.id, job.task_name, job.attempts)
            await manager.finish_job(job, Status.FAILED, delete_job=False)
        elif await _waits(context, job):
            await manager.finish_job(job, Status.ABORTED, delete_job=False)
        else:
            # Were it asked for in this very moment: then this fails, and the next round finds that it waits.
            await manager.retry_job(job)


async def _waits(context: JobContext, job: Job) -> bool:
    """Whether the same is to be done anyhow: of one queueing lock only one job may wait."""
    if job.queueing_lock is None:
        return False
    same = await context.app.job_manager.list_jobs_async(
        queueing_lock=job.queueing_lock, status=Status.TODO.value
    )
    return bool(list(same))


@app.periodic(cron="40 19 * * *")  # UTC: 02:40 in Vietnam
@app.task(name="org.forget_jobs", queueing_lock="org.forget_jobs", pass_context=True)
async def forget_jobs(context: JobContext, timestamp: int) -> None:
    """Remove jobs that ended well a week ago, and those that did not after three months."""
    manager = context.app.job_manager
    await manager.prune_stalled_workers(FAILED_HOURS * 3600)
    await manager.delete_old_jobs(DONE_HOURS)
    await manager.delete_old_jobs(
        FAILED_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
    )
