"""The figures of Phìn Sơn: targets bound to indicators, everything worked out once and let out to the
agencies by two people, so that the steering room shows live targets from the first day."""

import time
from collections.abc import Callable, Mapping

from django.utils import timezone

from phoihop.base.org import actions as deciding
from phoihop.base.org.models import Agency
from phoihop.base.security import origin, scope
from phoihop.base.security.scope import Scope
from phoihop.coordination.plans.actions import binding, forecasting
from phoihop.coordination.plans.models import Binding, Plan
from phoihop.coordination.plans.rules.binding import catalogue, misfit
from phoihop.demo import people
from phoihop.engines.publishing import actions, building
from phoihop.engines.publishing.models import Build, Release
from phoihop.kernel.refusals import Refusal

JOB, INSTALL = Scope("job"), Scope("install")
# Who looks after which plans.
_PLANNERS = {"people": "kehoach", "police": "thuongtruc", "xa-1": "xaphinson"}


def tell(offices: Mapping[str, Agency], say: Callable[[str], None] = lambda _: None) -> None:
    """Everything that is missing of it. ``offices``: agencies by their short names."""
    say("bindings")
    for office, username in _PLANNERS.items():
        with origin.beginning(), scope.acting(INSTALL):
            _confirm(offices[office], username)
    say("figures")
    with scope.acting(JOB):
        built = Build.objects.filter(state__in=(Build.State.DONE, Build.State.PARTLY)).exists()
    if not built:
        _build()
    _let_out()
    _foresee()


def _confirm(agency: Agency, username: str) -> None:
    """The likeliest indicator of each target is the right one: a planning officer says so."""
    by = people.viewer(username)
    for plan in Plan.objects.filter(agency=agency, ended_on=None):
        waiting = Binding.objects.filter(target__plan=plan, until=None, by=None, rank=0)
        for row in waiting.select_related("target").order_by("pk"):
            target = row.target
            fits = misfit(row.code, target.measure, target.comparator, target.value, target.direction)
            if row.code in catalogue() and fits is None and target.dropped_on is None:
                binding.bind_target(by=by, plan=plan, target=target, code=row.code)


def _build() -> None:
    """As an administrator has it done; whoever comes first does it, a worker or this. It waits as long
    as something is heard of it."""
    with origin.beginning(), scope.acting(INSTALL):
        by = people.viewer(people.ADMINISTRATOR.username)
    try:
        with origin.beginning():
            actions.start_build(by=by)
    except Refusal:
        pass  # one is under way
    with scope.acting(JOB):
        number = Build.objects.latest("pk").pk
    building.run(number)
    while True:
        with scope.acting(JOB):
            build = Build.objects.get(pk=number)
        if build.ended_at is not None:
            return
        if build.heard_at < timezone.now() - building.SILENT:
            raise TimeoutError("the figures are not worked out yet; the next start goes on")
        time.sleep(1)


def _let_out() -> None:
    with scope.acting(JOB):
        release = Release.objects.order_by("-pk").first()
        waits = release is not None and not release.is_out and release.builds.exclude(ended_at=None).exists()
    if release is None or not waits:
        return
    with origin.beginning(), scope.acting(INSTALL):
        officer, second = people.viewer("thongke"), people.viewer(people.PROTECTOR.username)
    with origin.beginning():
        asked = actions.propose_release(
            by=officer, release=release, wanted="cleared", reason="Số liệu thử, để các cơ quan xem tiến độ."
        )
        deciding.decide_proposal(by=second, proposal=asked, allow=True)


def _foresee() -> None:
    """As the job does each night."""
    with origin.beginning(), scope.acting(JOB):
        forecasting.keep_all(timezone.localdate())
