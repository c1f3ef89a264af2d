"""Visits of supervision: the checklist answered, what is to be done, by when."""

from collections.abc import Mapping
from datetime import date

from phoihop.base.org.doors import action
from phoihop.base.org.models import Facility
from phoihop.base.org.rules.permissions import Viewer
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import Visit
from phoihop.programmes.ost.queries.head import place_of
from phoihop.programmes.ost.rules import supervision
from phoihop.programmes.ost.rules.supervision import Given

LONGEST = 500  # characters of visitors, and of what is to be done


@action(
    "ost.supervise", "Giám sát cơ sở và điểm của mình", "Supervise the own facility and points", of="facility"
)
def supervise(
    *, by: Viewer, facility: Facility, site: Facility, day: date, visitors: str, given: Mapping[str, Given]
) -> Visit:
    """Keep a visit to a facility or one of its points, by the checklist of its day. Refusal: those of
    rules.supervision.outcome; "not-own-point", "visitors-missing", "days-wrong"."""
    if site.pk != facility.pk and site.parent_id != facility.pk:
        raise refuse("not-own-point")
    return _keep(by, site, day, visitors, given)


@action(
    "ost.supervise_province",
    "Giám sát cơ sở trong tỉnh",
    "Supervise a facility of the province",
    of="facility",
)
def supervise_province(
    *, by: Viewer, facility: Facility, day: date, visitors: str, given: Mapping[str, Given]
) -> Visit:
    """Keep a visit of the province to a facility or a point. Refusal: as above."""
    return _keep(by, facility, day, visitors, given)


def _keep(by: Viewer, site: Facility, day: date, visitors: str, given: Mapping[str, Given]) -> Visit:
    if not visitors.strip():
        raise refuse("visitors-missing")
    if day > by.day:
        raise refuse("days-wrong")
    asked = supervision.checklist(place_of(site), day)
    supervision.outcome(asked, given)
    answers = {
        each.code: {
            "answer": given[each.code].answer.value,
            "action": given[each.code].action.strip()[:LONGEST],
            "due": due.isoformat() if (due := given[each.code].due) else "",
        }
        for each in asked
    }
    with reaching.centre(by.account, site.pk):
        return Visit.objects.create(
            facility=site,
            day=day,
            visitors=visitors.strip()[:LONGEST],
            answers=answers,
            by_id=by.account or 0,
        )
