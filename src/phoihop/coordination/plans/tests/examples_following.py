"""What the addresses of obstacles, committees and meetings lead to."""

from datetime import timedelta

from django.utils import timezone

from phoihop.base.org.tests.making import INSTALL
from phoihop.base.security import scope
from phoihop.coordination.plans.models import Committee, Meeting, Obstacle
from tests.support.world import HERE, Example, World

NOWHERE = {"uid": "00000000-0000-0000-0000-000000000000"}


def examples(world: World) -> dict[str, Example]:
    """An obstacle and a committee of the agency here."""
    agency, unit = world.agencies[HERE], world.units[HERE]
    by, today = world.people["planning-officer@here"].account, timezone.localdate()
    with scope.acting(INSTALL):
        obstacle = Obstacle.objects.create(
            agency=agency, unit=unit, account=by, duty="recovery", text="thiếu kinh phí", due=today
        )
        committee = Committee.objects.create(name="Ban Chỉ đạo", unit=unit, agency=agency)
        meeting = Meeting.objects.create(committee=committee, day=today, title="họp quý", made_by=by)
    of_committee, of_meeting = {"uid": str(committee.uid)}, {"uid": str(meeting.uid)}
    day = f"{today - timedelta(days=1):%d/%m/%Y}"
    manned = {"since": day, "basis": "QĐ 1", "members": "Trưởng ban; Phó Chủ tịch"}
    given = {"text": "rà soát các nơi", "leads": str(agency.pk), "due": f"{today:%d/%m/%Y}"}
    return {
        "obstacle": Example({"uid": str(obstacle.uid)}, obstacle, {"act": "close"}, NOWHERE),
        "obstacle-new": Example(
            form={"agency": str(agency.pk), "field": "1", "text": "thiếu kinh phí đợt hai"}
        ),
        "reminders-pace": Example(form={"weekly": "yes"}),
        "committee": Example(of_committee, missing=NOWHERE),
        "committee-new": Example(form={"agency": str(agency.pk), "name": "Ban mới", "since": day}),
        "committee-man": Example(of_committee, committee, manned, NOWHERE),
        "committee-end": Example(of_committee, committee, {"last_day": day, "basis": "QĐ 2"}, NOWHERE),
        "meeting-new": Example(of_committee, committee, {"day": day, "title": "họp"}, NOWHERE),
        "meeting": Example(of_meeting, missing=NOWHERE),
        "conclude": Example(of_meeting, meeting, given, NOWHERE),
    }
