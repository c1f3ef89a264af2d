"""Jobs of this room. Each may be run again at any time and then does what is left to do."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from phoihop.base.security import origin, scope
from phoihop.engines.publishing import building
from phoihop.engines.publishing.fences import JOB


@app.task(name="publishing.build")
def build(number: int) -> None:
    """Work figures out and tell of them."""
    building.run(number)


@app.periodic(cron="10 20 * * *")  # UTC: 03:10 in Vietnam
@app.task(name="publishing.build_daily", queueing_lock="publishing.build_daily")
def build_daily(timestamp: int = 0) -> None:
    """Each night: of everything up to yesterday. Where a build is under way already, that one is enough."""
    with origin.beginning(), scope.acting(JOB):
        made = building.ask(None, timezone.localdate() - timedelta(days=1))
        if made is not None:
            build.defer(number=made.pk)


@app.periodic(cron="*/10 * * * *")
@app.task(name="publishing.tend_builds", queueing_lock="publishing.tend_builds")
def tend_builds(timestamp: int = 0) -> None:
    """What a worker left lying is gone on with."""
    for number in building.tend():
        build.defer(number=number)
