"""What the addresses of the steering room lead to, for the tests that walk every address as everybody."""

from django.utils import timezone

from phoihop.base.org.rules.permissions import Place
from phoihop.base.org.tests.making import INSTALL
from phoihop.base.security import scope
from phoihop.coordination.plans.tests import filled
from phoihop.engines.publishing import registering
from phoihop.engines.publishing.tests.making import built_release
from tests.support.world import HERE, NOT_THERE, Example, World

NOWHERE = {"uid": "00000000-0000-0000-0000-000000000000"}


def examples(world: World) -> dict[str, Example]:
    """A plan of the agency here with two targets, a release that was built, and a figure to report."""
    agency, unit = world.agencies[HERE], world.units[HERE]
    by = world.people["planning-officer@here"].account
    today = timezone.localdate()
    with scope.acting(INSTALL):
        plan = filled.plan(by, agency, unit)
        target = filled.target(plan)
        filled.bound(target, "COMMUNES_COMMUNICATION")
    release = built_release()
    here = Place(agency=agency.pk, unit=unit.pk)
    of_plan, of_target = {"uid": str(plan.uid)}, {"uid": str(target.uid)}
    figure = next(each for each in registering.REPORTED.values() if not each.has_denominator)
    place = agency.unit.key if agency.unit is not None else ""
    report = {
        "code": figure.code,
        "place": place,
        "period": f"civil-year-{today.year}-1",
        "numerator": "1.209",
        "on": f"{today:%d/%m/%Y}",
        "source": "Báo cáo số 12",
    }
    return {
        **{
            name: Example(of_plan, here, {}, NOWHERE)
            for name in ("steering-plan", "steering-cascade", "steering-years", "steering-beside")
        },
        "steering-target": Example(of_target, here, {}, NOWHERE),
        "release": Example({"pk": release.pk}, release, {}, {"pk": NOT_THERE}),
        "release-propose": Example({"pk": release.pk}, release, {"reason": "đã xem hết"}, {"pk": NOT_THERE}),
        "reported": Example({"pk": agency.pk}, agency, {}, {"pk": NOT_THERE}),
        "report-figure": Example({"pk": agency.pk}, agency, report, {"pk": NOT_THERE}),
    }
