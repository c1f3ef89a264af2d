"""Jobs of this room. Each may be run again at any time and then does what is left to do."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from phoihop.base.security import origin, scope
from phoihop.base.security.audit.entries import Entry, Kind
from phoihop.base.security.audit.recording import record
from phoihop.base.security.scope import Scope
from phoihop.programmes.ost.actions import taking_over_work, telling

JOB = Scope("job")


@app.periodic(cron="35 23 * * *")
@app.task(name="ost.tell_doctors", queueing_lock="ost.tell_doctors")
def tell_doctors(timestamp: int = 0) -> None:
    """At half past six in Việt Nam, before anybody is served: orders that end, people who stay away."""
    today = timezone.localdate()
    _told("ost.tell_of_orders", partial(telling.tell_of_orders, today))
    _told("ost.tell_of_missing", partial(telling.tell_of_missing, today))


@app.periodic(cron="*/5 * * * *")
@app.task(name="ost.tell_of_incidents", queueing_lock="ost.tell_of_incidents")
def tell_of_incidents(timestamp: int = 0) -> None:
    """Incidents that a doctor must look at soon: as they are found, and what that missed, within minutes."""
    _told("ost.tell_of_incidents", telling.tell_of_incidents)


@app.task(name="ost.take_over")
def take_over(taking: int) -> None:
    """The next step of paper books that were sent in."""
    taking_over_work.run(taking)


def go_on(taking: int) -> None:
    """Let a worker do the next step."""
    take_over.defer(taking=taking)


@app.periodic(cron="*/10 * * * *")
@app.task(name="ost.tend_taking_over", queueing_lock="ost.tend_taking_over")
def tend_taking_over(timestamp: int = 0) -> None:
    """Sheets that nobody needs any more go; what a worker left lying is gone on with."""
    for taking in taking_over_work.tend():
        go_on(taking)


def tell_soon() -> None:
    """Let a worker tell of what the present transaction found, once that is kept."""
    transaction.on_commit(_queue_telling)


def _queue_telling() -> None:
    with suppress(AlreadyEnqueued):
        tell_of_incidents.defer()


def _told(action: str, tell: Callable[[], int]) -> None:
    """Run one of them in a transaction of its own; it is recorded where somebody was told."""
    with origin.beginning(), scope.acting(JOB):
        told = tell()
        if told:
            request = origin.current().request
            record(Entry(kind=Kind.JOB, action=action, request=request, thing_kind="org.Notice", count=told))
