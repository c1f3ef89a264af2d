"""A facility, its point and another facility: who is to be lent today, and whose stay elsewhere is over."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.utils import timezone

from phoihop.base.org.models import Account
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security import scope
from phoihop.programmes.ost.actions import lending
from phoihop.programmes.ost.tests import making
from phoihop.programmes.ost.tests.care_people import dosed
from phoihop.registry.models import Client

DAY = timedelta(days=1)


def make() -> dict[str, Any]:
    """Three of facility A: one will be a guest at B, one go to the point; one comes back from B today."""
    house, today = making.house(), timezone.localdate()
    names = {"guest": "Vàng A Chống", "pointed": "Sùng Thị Mẩy", "back": "Lò Văn Inh"}
    clients = {who: making.admitted(house.doctor, house.a, name) for who, name in names.items()}
    for client in clients.values():
        making.ordered(house.doctor, client, start=today - DAY * 6)
    lending.lend(
        by=_before(house.doctor, 3),
        client=clients["back"],
        to=house.b,
        first=today - DAY * 3,
        last=today - DAY,
    )
    for who, client in clients.items():
        for back in range(1, 7):
            site = house.b if who == "back" and back <= 3 else house.a
            dosed(client, today - DAY * back, facility_id=site.pk)
    for keeper, facility in (
        (house.storekeeper, house.a),
        (house.storekeeper_p, house.p),
        (house.head_b, house.b),
    ):
        making.stocked(keeper, facility)
    people = ("doctor", "doctor_b", "dispenser", "dispenser_p", "dispenser_b")
    return {
        "people": {name: _username(getattr(house, name)) for name in people},
        "sites": {"a": house.a.pk, "p": house.p.pk, "b": house.b.pk},
        "clients": {who: _said(client, names[who]) for who, client in clients.items()},
    }


def _before(viewer: Viewer, days: int) -> Viewer:
    """Somebody as they were at work some days ago."""
    day = viewer.day - DAY * days
    return replace(viewer, day=day, held=tuple(replace(each, since=day - DAY) for each in viewer.held))


def _said(client: Client, name: str) -> dict[str, Any]:
    return {"uid": str(client.uid), "code": client.code, "name": name, "year": 1988}


def _username(viewer: Viewer) -> str:
    with scope.acting(scope.DOOR):
        return str(Account.objects.get(pk=viewer.account or 0).username)
