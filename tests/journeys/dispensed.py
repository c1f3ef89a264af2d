"""A dispensing point with thirty people on its list, their facility, another one; a week's bottles."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from phoihop.base.org.models import Account
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security import scope
from phoihop.programmes.ost.actions import lending
from phoihop.programmes.ost.tests import making
from phoihop.registry.models import Client
from phoihop.registry.rules.born import Born
from phoihop.registry.rules.identity import Sex, Told
from phoihop.registry.tests.people import admitted

FAMILY = ("Vàng", "Sùng", "Lò", "Giàng", "Mùa", "Tẩn", "Phàn", "Quàng", "Lường", "Thào")
GIVEN = ("Páo", "Dế", "Chư", "Súa", "Dua", "Lử", "Phử", "Sáy", "Hịa", "Tủa")
MIDDLE = ("A", "Văn", "Thị")


def make() -> dict[str, Any]:
    """The house, thirty clients of facility A whose days are lent to point P, and one more at A."""
    house = making.house()
    today = timezone.localdate()
    listed = [_client(house, number, today) for number in range(30)]
    for client in listed:
        lending.lend(by=house.doctor, client=client, to=house.p, first=today)
    making.stocked(house.storekeeper_p, house.p, 1000)
    making.stocked(house.storekeeper, house.a, 1000)
    mover = _client(house, 30, today)
    return {
        "people": {
            "doctor": _username(house.doctor),
            "doctor_b": _username(house.doctor_b),
            "dispenser": _username(house.dispenser),
            "dispenser_p": _username(house.dispenser_p),
            "dispenser_b": _username(house.dispenser_b),
        },
        "sites": {"a": house.a.pk, "p": house.p.pk, "b": house.b.pk},
        "clients": [
            {"code": client.code, "name": _name(number), "year": _born(number).year}
            for number, client in enumerate(listed)
        ],
        "mover": {"uid": str(mover.uid), "code": mover.code, "name": _name(30), "year": _born(30).year},
    }


def _client(house: making.House, number: int, today: date) -> Client:
    told = Told(name=_name(number), born=_born(number), sex=Sex.MALE)
    since = today - timedelta(days=30)
    client = admitted(house.doctor, house.a, told, since=since, programme="ost")
    making.ordered(house.doctor, client, 40 + 5 * (number % 9))
    return client


def _name(number: int) -> str:
    return f"{FAMILY[number % 10]} {MIDDLE[number // 10 % 3]} {GIVEN[(number * 3) % 10]}"


def _born(number: int) -> Born:
    return Born(1970 + number, 1 + number % 12, 1 + number % 28)


def _username(viewer: Viewer) -> str:
    with scope.acting(scope.DOOR):
        return str(Account.objects.get(pk=viewer.account).username)
