"""Jobs of this room. Each may be run again at any time and then does what is left to do."""

from contextlib import suppress

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from phoihop.base.security import origin, scope
from phoihop.base.security.audit.entries import Entry, Kind
from phoihop.base.security.audit.recording import record
from phoihop.base.security.scope import Scope
from phoihop.coordination.plans import mailing
from phoihop.coordination.plans.actions import binding, forecasting, handing, obstacles, urging

JOB = Scope("job")


# From twenty past seven in Việt Nam, before the offices open; each a job of its own, so that what one of them
# cannot do keeps no other from being done.


@app.periodic(cron="10 0 * * *")
@app.task(name="plans.hand_on", queueing_lock="plans.hand_on")
def hand_on(timestamp: int = 0) -> None:
    """Hand on what went to others when agencies, duties and units changed; before anybody is reminded."""
    with origin.beginning(), scope.acting(JOB):
        done = handing.follow_changes(timezone.localdate())
        record(
            Entry(
                kind=Kind.JOB,
                action="plans.hand_on",
                request=origin.current().request,
                thing_kind="plans.Share",
                count=done.moved + done.filled + done.owed,
            )
        )


def hand_on_soon() -> None:
    """Let a worker hand on what the present transaction changes, once that is kept."""
    transaction.on_commit(_queue_hand_on)


def _queue_hand_on() -> None:
    with suppress(AlreadyEnqueued):
        hand_on.defer()


@app.periodic(cron="20 0 * * *")
@app.task(name="plans.tend_check_ins", queueing_lock="plans.tend_check_ins")
def tend_check_ins(timestamp: int) -> None:
    """Open the rounds of standing duties, and let open ones follow their duty."""
    with origin.beginning(), scope.acting(JOB):
        urging.tend_check_ins(timezone.localdate())


@app.periodic(cron="22 0 * * *")
@app.task(name="plans.tend_obstacles", queueing_lock="plans.tend_obstacles")
def tend_obstacles(timestamp: int) -> None:
    """Let obstacles follow their field, and take up those that nobody answered in time."""
    with origin.beginning(), scope.acting(JOB):
        obstacles.follow_agencies(timezone.localdate())
        obstacles.escalate_overdue(timezone.localdate())


@app.periodic(cron="30 0 * * *")
@app.task(name="plans.remind", queueing_lock="plans.remind")
def remind(timestamp: int) -> None:
    """Tell everybody what is due, one message each."""
    with origin.beginning(), scope.acting(JOB):
        urging.remind(timezone.localdate())


@app.periodic(cron="0 21 * * *")  # UTC: 04:00 in Việt Nam
@app.task(name="plans.suggest_bindings", queueing_lock="plans.suggest_bindings")
def suggest_bindings(timestamp: int = 0) -> None:
    """Suggest what targets mean that have no suggestion yet; a person decides."""
    with origin.beginning(), scope.acting(JOB):
        binding.suggest_for_all()


@app.periodic(cron="10 21 * * *")  # UTC: 04:10 in Việt Nam, an hour after the figures
@app.task(name="plans.forecast", queueing_lock="plans.forecast")
def forecast(timestamp: int = 0) -> None:
    """Say anew what is to be expected of targets, where figures or targets changed."""
    with origin.beginning(), scope.acting(JOB):
        forecasting.keep_all(timezone.localdate())


@app.periodic(cron="5-55/10 * * * *")
@app.task(name="plans.forecast_new", queueing_lock="plans.forecast_new")
def forecast_new(timestamp: int = 0) -> None:
    """As ``forecast``, within the day: where somebody had figures worked out since."""
    with origin.beginning(), scope.acting(JOB):
        if forecasting.is_due():
            forecasting.keep_all(timezone.localdate())


@app.periodic(cron="*/10 * * * *")
@app.task(name="plans.mail", queueing_lock="plans.mail")
def send_mail(timestamp: int) -> None:
    """Send by e-mail what people were reminded of, and try again what could not be sent."""
    with origin.beginning():
        mailing.send_waiting()
