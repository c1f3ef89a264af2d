"""A dispensing point with thirty people on its list, their facility, another one; a week's bottles."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from phoihop.base.org.models import Account
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.org.tests import making as accounts
from phoihop.base.security import scope
from phoihop.programmes.ost.actions import lending, signing
from phoihop.programmes.ost.models import PhaseStep
from phoihop.programmes.ost.models.shared import about
from phoihop.programmes.ost.queries import values
from phoihop.programmes.ost.rules.parameters import shipped
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
    mover, homely = _client(house, 30, today), _client(house, 31, today)
    _maintained(house, homely, today)
    leaver = _client(house, 32, today)
    making.stocked(house.storekeeper, house.b, 1000)
    return {
        "people": {
            "doctor": _username(house.doctor),
            "doctor_b": _username(house.doctor_b),
            "head": _username(house.head),
            "dispenser": _username(house.dispenser),
            "dispenser_p": _username(house.dispenser_p),
            "dispenser_b": _username(house.dispenser_b),
        },
        "sites": {"a": house.a.pk, "p": house.p.pk, "b": house.b.pk},
        "clients": [
            {"code": client.code, "name": _name(number), "year": _born(number).year}
            for number, client in enumerate(listed)
        ],
        "mover": _said(mover, 30),
        "homely": _said(homely, 31),
        "leaver": _said(leaver, 32),
    }


def order_at_b(code: str) -> None:
    """The doctor of facility B signs for somebody who came over."""
    with scope.acting(scope.DOOR):
        doctor = accounts.viewer(Account.objects.get(username="lòthịhặc"))
    with making.acting(doctor):
        client = Client.objects.get(code=code)
    making.ordered(doctor, client)


def _maintained(house: making.House, client: Client, today: date) -> None:
    """In maintenance for eight months; and the longest span of bottles is signed for."""
    with making.acting(house.doctor):
        since = today - timedelta(days=240)
        PhaseStep.objects.create(
            **about(client), day=since, phase="maintenance", by_id=house.doctor.account or 0
        )
    for row in shipped():
        if row.rule_id == "takehome.max_days" and not row.certainty.in_force and row.covers(today):
            mark = values.mark_of(row)
            signing.sign_value(by=house.authority, mark=mark, compared=True, paper="số 4066/QĐ-BYT")


def _said(client: Client, number: int) -> dict[str, Any]:
    return {
        "uid": str(client.uid),
        "code": client.code,
        "name": _name(number),
        "year": _born(number).year,
    }


def _client(house: making.House, number: int, today: date) -> Client:
    told = Told(name=_name(number), born=_born(number), sex=Sex.MALE)
    since = today - timedelta(days=30)
    client = admitted(house.doctor, house.a, told, since=since, programme="ost")
    making.ordered(house.doctor, client, 40 + 5 * (number % 9))
    return client


def _name(number: int) -> str:
    return f"{FAMILY[number % 10]} {MIDDLE[number // 10 % 3]} {GIVEN[(number * 3 + number // 30) % 10]}"


def _born(number: int) -> Born:
    return Born(1970 + number, 1 + number % 12, 1 + number % 28)


def _username(viewer: Viewer) -> str:
    with scope.acting(scope.DOOR):
        return str(Account.objects.get(pk=viewer.account or 0).username)
