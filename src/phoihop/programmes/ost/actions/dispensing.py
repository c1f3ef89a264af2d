"""The day at a site: opening it, giving doses."""

from decimal import Decimal

from django.utils import timezone

from phoihop.base.org.doors import action
from phoihop.base.org.models import Facility
from phoihop.base.org.rules.permissions import Viewer
from phoihop.kernel.refusals import Bilingual
from phoihop.programmes.ost.dosing import giving, reaching
from phoihop.programmes.ost.dosing.giving import Asked, Given
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import Day, Incident, Roster
from phoihop.programmes.ost.queries import missed
from phoihop.programmes.ost.queries.roster import same_birth
from phoihop.programmes.ost.rules.amounts import Presentation
from phoihop.programmes.ost.rules.incidents import Kind

# Why a dose was given though the rules said no; the code stands beside the incident.
OUTSIDE = {
    "before": Bilingual("Đã uống trước khi máy trả lời", "Taken before the answer came"),
    "doctor": Bilingual("Bác sĩ cho cấp, sẽ ghi y lệnh sau", "The doctor agreed; the order follows"),
    "paper": Bilingual("Cấp theo sổ giấy khi mất điện, mất mạng", "Given by the paper list while cut off"),
    "mistake": Bilingual("Cấp nhầm", "Given by mistake"),
}


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
    presentation: Presentation | None = None,
    outside: bool = False,
    mg: Decimal | None = None,
    drug: str = "",
    said: str | None = None,
    why: str = "",
    key: str = "",
) -> Given:
    """Record a dose that somebody of the site's list takes before the eyes of who records it.

    ``presentation``: what it is measured from; None: whatever the site has of the medicine. ``said``: what
    the person says of their birth (queries.roster.same_birth); None where nobody was asked. ``outside``: it
    was given all the same, as ``mg`` says (and ``drug``, where the person never had an order) and for one of
    the reasons in ``OUTSIDE``; the record then raises an incident. ``key``: made by the page that asks: asked
    again with it, the answer is that of the first time, and no second dose.

    Refusal: see dosing.giving.give; "other-person".
    """
    if by.account is None:
        raise refuse("not-offered")
    if said is not None and not same_birth(roster, said):
        raise refuse("other-person")
    supplied = (presentation,) if presentation is not None else ()
    asked = Asked(roster.facility, roster.person, supplied, by.account, outside, mg, drug, key)
    with reaching.centre(by.account, roster.facility_id, savepoint=False):
        given = giving.give(asked, by.account, missed.locked)
        if outside and why in OUTSIDE:
            raised = Incident.objects.filter(keys__contains=[given.dose.name], kind=Kind.OUTSIDE_PERMIT.value)
            raised.update(remark=why)
        return given
