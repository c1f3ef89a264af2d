"""What became of a take-home bottle, as a site's own pages write it: an event of its desk, judged at once."""

import time
from collections.abc import Collection

from phoihop.programmes.ost.dosing import desk, facts, incidents, keeping
from phoihop.programmes.ost.dosing.centres import the_centre
from phoihop.programmes.ost.dosing.desk import Desk
from phoihop.programmes.ost.dosing.logs import Kept, Times
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import BottleRow, Device, LogEntry
from phoihop.programmes.ost.rules.clocks import Timing, business_date
from phoihop.programmes.ost.rules.events import Bottles, CameBack, Event, Paper

_HANDED = [Bottles.KIND, Paper.KIND]


def desk_of(facility: int) -> Desk:
    """The desk of a site, whether or not it may give doses: who looks at a bottle uses no right. In the
    centre's scope. Refusal("no-desk")."""
    centre = the_centre(int(time.time()))
    rows = Device.objects.select_for_update(of=("self",)).filter(facility=facility, kind=Device.DESK)
    row = rows.filter(withdrawn_on=None).first()
    if row is None:
        raise refuse("no-desk")
    now = int(time.time())
    return Desk(centre, row, facility, now, business_date(now))


def handed_out(issue: str) -> list[Event]:
    """What tells of a hand-out: the event of it, and slips. Nothing where it was taken over from a book."""
    entries = LogEntry.objects.filter(key=issue, kind__in=_HANDED, proven=True).order_by("kind", "pk")
    return [event for event in map(keeping.event_of, entries) if isinstance(event.fact, Bottles)]


def look_at(here: Desk, handed: Collection[Event], row: BottleRow, witness: int, *, full: bool) -> Event:
    """Write down that a bottle came back full and sealed, or that there is nothing of it; judged at once.

    A full one's day is free again from here on, unless something else was said of that bottle before.
    """
    told = next(event.fact for event in handed if isinstance(event.fact, Bottles))
    nothing = told.ml * 0
    event = desk.write(
        here,
        CameBack(
            client=told.client,
            bottle=row.issue,
            label=row.take_on,
            day=here.today,
            drug=told.drug,
            mg=told.mg if full else nothing,
            ml=told.ml if full else nothing,
            batch=told.batch,
            place=str(here.facility),
            witness=str(witness),
            sealed=full,
        ),
    )
    exact = Timing(here.now, here.now, here.now)
    judged = facts.judge(
        Kept(new=[event], proven={event.digest}), Times({event.digest: event}, {event.digest: exact})
    )
    incidents.settle(judged.found, judged.looked)
    return event
