"""What two doctors do at once, each in a process of their own: ordering for the same clients."""

from phoihop.base.org.models import Account
from phoihop.base.org.tests import making as people
from phoihop.base.security import scope
from phoihop.programmes.ost.actions import ordering
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.models import OrderRow
from phoihop.programmes.ost.queries import facts
from phoihop.programmes.ost.rules.orders import overlapping
from phoihop.programmes.ost.rules.phases import Phase
from phoihop.programmes.ost.tests import making
from phoihop.programmes.ost.tests.care_people import DAY, dosed, signs
from phoihop.registry.models import Client

MANY = 12


def prepare() -> dict[str, int]:
    """Clients in maintenance at facility A; accounts of its doctor and of another one."""
    house = making.house()
    with scope.acting(people.INSTALL):
        second = people.somebody("Vàng A Hai", "ost-doctor", house.a)
    for number in range(MANY):
        client = making.admitted(house.doctor, house.a, f"Người Thứ {number}")
        dosed(client, making.TODAY - DAY)
        with making.acting(house.doctor):
            ordering.step(house.doctor, client, Phase.MAINTENANCE, making.TODAY - DAY * 9)
    assert house.doctor.account is not None
    assert second.account is not None
    return {"one": house.doctor.account, "two": second.account}


def order(account: int) -> int:
    """One doctor orders twice for everybody; how many orders were signed."""
    with scope.acting(people.INSTALL):
        by = people.viewer(Account.objects.get(pk=account))
    with making.acting(by):
        clients = list(Client.objects.select_related("facility").order_by("pk"))
    done = 0
    for client in clients:
        for ahead, days in ((0, 20), (3, 10)):
            start = making.TODAY + DAY * ahead
            signs(by, client, 60, days, phase=Phase.MAINTENANCE, start=start)
            done += 1
    return done


def outcome() -> dict[str, int]:
    """How many orders there are, and how many pairs of them share a day."""
    with reaching.centre(None):
        rows = list(OrderRow.objects.order_by("signed_at", "pk"))
    of: dict[object, list[OrderRow]] = {}
    for row in rows:
        of.setdefault(row.person, []).append(row)
    shared = sum(len(overlapping(facts.standing_orders(those))) for those in of.values())
    return {"orders": len(rows), "shared": shared}
