"""A site's desk: the device of the protocol that the program's own pages record doses with.

The desk never holds a right. In one transaction it asks the centre for the day, uses it, and writes what
happened into its log; so there is nothing of it to revoke, and nothing that a restore could bring back.
"""

import time
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from phoihop.programmes.ost.dosing import keeping, keys, statements
from phoihop.programmes.ost.dosing.centres import is_recovering, the_centre
from phoihop.programmes.ost.dosing.refusing import refuse
from phoihop.programmes.ost.models import Centre, Device, LogEntry, PermitRow
from phoihop.programmes.ost.rules import events
from phoihop.programmes.ost.rules.clocks import Anchor, Reading, business_date
from phoihop.programmes.ost.rules.events import Body, Event
from phoihop.programmes.ost.rules.permits import ClientFile, Order, Permit, holder, sealed

_BOOT = uuid4().hex  # this process, as far as the counter of its clock goes


@dataclass(frozen=True, slots=True)
class Desk:
    """A site's desk, locked for the transaction. ``now``: seconds since 1970; ``today``: its date."""

    centre: Centre
    row: Device
    facility: int
    now: int
    today: date

    def reading(self) -> Reading:
        """The server's clock is the centre's own: it tells the time exactly."""
        counter = int(time.monotonic())
        return Reading(self.now, counter, _BOOT, Anchor(self.now, self.now, counter, _BOOT, 0))


def at(facility: int) -> Desk:
    """The desk of a site, which is the active device there. In the centre's scope. Refusal: "no-desk";
    "desk-inactive": a tablet holds the rights of this site."""
    # Before the desk's row, for who begins a new epoch changes that of every desk.
    centre = the_centre(int(time.time()))
    row = usable(
        Device.objects.select_for_update(of=("self",)).filter(facility=facility, kind=Device.DESK).first()
    )
    now = int(time.time())
    return Desk(centre, row, facility, now, business_date(now))


def usable(row: Device | None) -> Device:
    """A site's desk, if doses may be recorded with it. Refusals as ``at``."""
    if row is None or row.withdrawn_on is not None:
        raise refuse("no-desk")
    if not row.active or row.stopped:
        raise refuse("desk-inactive")
    return row


def why_not(desk: Desk, file: ClientFile, day: date) -> str | None:
    """Why a dose of a day may not be given at this desk; None: it may. The reasons are cases of refusals."""
    if is_recovering(desk.centre, desk.now):
        return "recovering"
    if day in file.spent:
        return "used"
    if file.waiting:
        return "doctor-first"
    if holder(file.leases, day) != str(desk.facility):
        return "not-yours"
    if day in file.outstanding:
        return "held-elsewhere"
    return None if file.order_on(day) is not None else "no-order"


def permit(desk: Desk, person: UUID, file: ClientFile, order: Order, days: tuple[date, ...]) -> PermitRow:
    """The right to these days, made for the desk to use at once, and kept."""
    row = made(desk, person, file, order, days)
    row.save(force_insert=True)
    return row


def made(desk: Desk, person: UUID, file: ClientFile, order: Order, days: tuple[date, ...]) -> PermitRow:
    """The same, to be kept with the event that uses it (``write``)."""
    centre = desk.centre
    permit = sealed(
        Permit(
            epoch=centre.epoch,
            number=f"{centre.epoch}-{desk.row.name}-{desk.row.seq + 1}",
            client=file.client,
            site=str(desk.facility),
            device=desk.row.name,
            order=order.number,
            drug=order.drug,
            mg=order.mg,
            days=days,
            issued=desk.now,
            signature=b"",
        ),
        lambda data: keys.sign(centre, data),
    )
    return keeping.permit_row(permit, person, desk.row)


def write(desk: Desk, body: Body, key: str = "", permit: PermitRow | None = None) -> Event:
    """Write into the desk's log; the event, kept. The desk's row is saved with its new end, and with it a
    ``permit`` that the event uses.

    ``key``: made by the page that asks, so that it recognises what it asked twice; none: a new one.
    """
    event, entry = drafted(desk, body, key)
    statements.write(entry, desk.row, permit)
    return event


def drafted(desk: Desk, body: Body, key: str = "") -> tuple[Event, LogEntry]:
    """The next event of the desk's log, signed, and the row that keeps it; neither is written yet."""
    row = desk.row
    event = events.signed(
        Event(
            device=row.name,
            incarnation=row.incarnation or "",
            seq=row.seq + 1,
            key=key or uuid4().hex,
            previous=row.head,
            body=body,
            time=desk.reading(),
            signature=b"",
        ),
        lambda data: keys.sign(row, data),
    )
    row.seq, row.head = event.seq, event.digest
    return event, keeping.log_row(event, desk.facility, proven=True, verdict="accepted")
