"""A device synchronises: no person asks, so no door is passed; its own signature says who it is."""

import time

from phoihop.base.security import origin
from phoihop.base.security.audit.entries import Entry, Kind
from phoihop.base.security.audit.recording import record
from phoihop.programmes.ost.dosing import border, receiving
from phoihop.programmes.ost.models.shared import OST
from phoihop.programmes.ost.queries import missed
from phoihop.programmes.ost.rules.events_wire import encoded

CODE = "ost.sync"


def synchronise(data: bytes) -> bytes | None:
    """Take in an offer as it came and answer it; None to whom no enrolled tablet's key signs.

    Refusal("malformed"). What it was about is recorded once for the whole offer, under the device.
    """
    offer = border.read(data)
    answer = receiving.receive(offer, int(time.time()), missed.locked)
    if answer is None:
        return None
    here = origin.current()
    record(
        Entry(
            kind=Kind.WRITE,
            action=CODE,
            request=here.request,
            source=here.source,
            purpose="doses",
            thing_kind="ost.Device",
            thing_id=offer.device,
            programme=OST,
            count=max(1, len(offer.events)),
        )
    )
    return encoded(answer)
