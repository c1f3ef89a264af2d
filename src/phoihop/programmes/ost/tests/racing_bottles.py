"""Two sites that say something of the same bottles at once, each in a process of its own."""

import time
from typing import Any

from phoihop.base.org.models import Account
from phoihop.base.org.tests import making as org
from phoihop.base.security import scope
from phoihop.programmes.ost.actions import lending, takehome
from phoihop.programmes.ost.dosing import desk, reaching
from phoihop.programmes.ost.models import BottleRow, Dose, Incident, Roster
from phoihop.programmes.ost.rules.events import Event
from phoihop.programmes.ost.rules.takehome import Fate
from phoihop.programmes.ost.tests import making
from phoihop.programmes.ost.tests.making import TODAY, acting
from phoihop.programmes.ost.tests.test_takehome_bottles import WEEK, hand, sign, stable


def prepare() -> dict[str, int]:
    """A client of A who is served at point P, and has a week of bottles from there. Accounts."""
    house = making.house()
    making.stocked(house.storekeeper_p, house.p)
    making.opened(house.dispenser_p, house.p)
    client = stable(house)
    sign(house, "takehome.")
    takehome.commit(by=house.doctor, client=client, signed_on=TODAY, storage=True)
    lending.lend(by=house.doctor, client=client, to=house.p, first=TODAY)
    hand(house, client, by=house.dispenser_p, facility=house.p)
    accounts = {"a": house.dispenser, "p": house.dispenser_p}
    return {name: by.account or 0 for name, by in accounts.items()} | {"site": house.a.pk}


def take_back(account: int, site: int, fate: str) -> int:
    """Say the same of all bottles of a facility's file; how many it was said of."""
    with scope.acting(org.INSTALL):
        by = org.viewer(Account.objects.get(pk=account))
    write = desk.write

    def slowly(*given: Any) -> Event:
        time.sleep(0.3)
        return write(*given)

    setattr(desk, "write", slowly)  # noqa: B010 - as a slow disk would
    with acting(by):
        (row,) = Roster.objects.select_related("facility")
    with reaching.centre(None, site):
        serials = list(BottleRow.objects.order_by("take_on").values_list("serial", flat=True))
    for serial in serials:
        takehome.take_back(by=by, roster=row, serial=serial, fate=Fate(fate), cause="trên đường")
    return len(serials)


def outcome() -> dict[str, Any]:
    """Bottles that count as taken, and what was raised of bottles."""
    with reaching.centre(None):
        raised = Incident.objects.filter(kind="bottle-in-doubt", gone=False)
        return {
            "taken": Dose.objects.filter(bottle=True, on__in=WEEK).count(),
            "doubted": len(set(raised.values_list("identity", flat=True))),
        }
