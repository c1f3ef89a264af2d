"""What happens by itself: each job acts under a scope of its own, and is recorded."""

from procrastinate.contrib.django import app

from phoihop.base.org import notices, proposals
from phoihop.base.org.models import Agency
from phoihop.base.org.signin import store
from phoihop.base.security import origin, scope, throttle
from phoihop.base.security.scope import Scope

JOB = Scope("job")


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
