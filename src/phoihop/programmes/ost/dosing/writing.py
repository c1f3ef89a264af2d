"""What a page writes with a site's desk beside doses under a permit, judged at once."""

import time

from phoihop.programmes.ost.dosing import facts, incidents
from phoihop.programmes.ost.dosing.centres import the_centre
from phoihop.programmes.ost.dosing.desk import Desk
from phoihop.programmes.ost.dosing.logs import Kept, Times
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import Device
from phoihop.programmes.ost.rules.clocks import Timing, business_date
from phoihop.programmes.ost.rules.events import Event


def desk_of(facility: int) -> Desk:
    """The desk of a site, whether or not it may give doses: who looks at a bottle, or gives again by a
    doctor's word, uses no right. In the centre's scope. Refusal("no-desk").

    The centre's row is held: what two say of one thing at a time would not know of each other.
    """
    centre = the_centre(int(time.time()), lock=True)
    rows = Device.objects.select_for_update(of=("self",)).filter(facility=facility, kind=Device.DESK)
    row = rows.filter(withdrawn_on=None).first()
    if row is None:
        raise refuse("no-desk")
    now = int(time.time())
    return Desk(centre, row, facility, now, business_date(now))


def judged(here: Desk, event: Event) -> None:
    """Hold what a desk wrote against all that is known, and raise what is found."""
    exact = Timing(here.now, here.now, here.now)
    found = facts.judge(
        Kept(new=[event], proven={event.digest}), Times({event.digest: event}, {event.digest: exact})
    )
    incidents.settle(found.found, found.looked)
