"""What happens by itself: each job acts under a scope of its own, and is recorded."""

from procrastinate.contrib.django import app

from phoihop.base.org import proposals
from phoihop.base.security import origin, scope
from phoihop.base.security.scope import Scope

JOB = Scope("job")


@app.periodic(cron="7 * * * *")
@app.task(name="org.lapse_proposals")
def lapse_proposals(timestamp: int) -> None:
    """Close proposals whose week is over."""
    with origin.beginning(), scope.acting(JOB):
        proposals.lapse()
