"""What the journeys of forms need: two carers at one clinic, one client, and the addresses of the forms."""

from datetime import date
from typing import Any

from phoihop.base.org.tests import making
from phoihop.base.security import scope
from tests.standin import actions
from tests.support import world as worlds


def make() -> dict[str, Any]:
    """Names to sign in with, and the ids that addresses need. Each test takes a client of its own."""
    world = worlds.build()
    carer = world.viewer("carer-alpha@here")
    here = world.facilities["here"]
    with scope.acting(making.INSTALL):
        second = making.account("Sùng Thị Máy")
        making.position(second, "carer-alpha", here, world.units["here"])
        facilities = [here.pk]
        for n in range(6):
            site = making.facility(world.agencies["here"], f"Điểm {n}", programmes=["alpha"])
            for who in (world.people["carer-alpha@here"].account, second):
                making.position(who, "carer-alpha", site)
            facilities.append(site.pk)
    clients = [
        actions.enrol("alpha", by=carer, facility=here, name=f"Vàng Thị Mỷ {n}", since=date(2026, 11, 20)).pk
        for n in range(8)
    ]
    return {
        "first": world.people["carer-alpha@here"].account.username,
        "second": second.username,
        "clients": clients,
        "facilities": facilities,
    }
