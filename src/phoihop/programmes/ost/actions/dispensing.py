"""The day at a site: opening it, giving doses."""

from decimal import Decimal

from django.utils import timezone

from phoihop.base.org.doors import action
from phoihop.base.org.models import Facility
from phoihop.base.org.rules.permissions import Viewer
from phoihop.programmes.ost.dosing import giving, reaching
from phoihop.programmes.ost.dosing.giving import Asked, Given
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import Day, Roster
from phoihop.programmes.ost.rules.amounts import Presentation


@action("ost.open_day", "Mở ngày cấp phát", "Open a day of dispensing", of="facility")
def open_day(*, by: Viewer, facility: Facility) -> Day:
    """Open today at a site. Opened already, it stays as it is. Refusal: "day-not-counted" where the day
    before is still open; "day-closed" where today was counted already."""
    with reaching.centre(by.account, facility.pk):
        last = Day.objects.select_for_update(of=("self",)).filter(facility=facility).order_by("-day").first()
        if last is not None and last.closed_at is None:
            if last.day == by.day:
                return last
            raise refuse("day-not-counted")
        if last is not None and last.day >= by.day:
            raise refuse("day-closed")
        return Day.objects.create(
            facility=facility, day=by.day, opened_by_id=by.account, opened_at=timezone.now()
        )


@action("ost.case_give_dose", "Cấp liều", "Give a dose", of="roster")
def give_dose(
    *,
    by: Viewer,
    roster: Roster,
    presentation: Presentation,
    outside: bool = False,
    mg: Decimal | None = None,
) -> Given:
    """Record a dose that somebody of the site's list takes before the eyes of who records it.

    Refusal: see dosing.giving.give. ``outside``: it was given all the same, as ``mg`` says; the record then
    raises an incident.
    """
    if by.account is None:
        raise refuse("not-offered")
    asked = Asked(roster.facility, roster.person, presentation, by.account, outside, mg)
    with reaching.centre(by.account, roster.facility_id):
        return giving.give(asked, by.account)
