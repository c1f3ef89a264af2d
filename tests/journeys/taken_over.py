"""A facility with a tablet that holds days after the centre was put back, and paper books on their way in."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from phoihop.base.org.models import Account
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security import scope
from phoihop.engines.forms.sheet_layout import columns
from phoihop.programmes.ost.actions import devices, stocking, taking_over_sheets
from phoihop.programmes.ost.actions.taking_over_sheets import Line, form
from phoihop.programmes.ost.dosing import receiving
from phoihop.programmes.ost.models import Device
from phoihop.programmes.ost.queries import missed
from phoihop.programmes.ost.rules.amounts import SOLUTION
from phoihop.programmes.ost.tests import making, tablets
from phoihop.programmes.ost.tests.making import TODAY, acting

DAY = timedelta(days=1)


def make() -> dict[str, Any]:
    """A tablet dispenses and holds a week of two clients; a new epoch has just begun."""
    house = making.house()
    clock = tablets.Clock()
    for name in ("Sùng A Páo", "Lý Thị Mỷ"):
        making.ordered(house.doctor, making.admitted(house.doctor, house.a, name), 60)
    tablet = tablets.enrolled(house, clock)
    tablets.in_step(tablet, tablets.Line(lambda offer: receiving.receive(offer, clock(), missed.locked)))
    devices.begin_epoch(by=house.head, facility=house.a)
    stocking.receive(
        by=house.storekeeper,
        facility=house.a,
        presentation=SOLUTION,
        batch="L01",
        expiry=TODAY + timedelta(days=400),
        quantity=Decimal(5),
        bottles=True,
        trader="Công ty Dược Một",
        copies=5,
    )
    with acting(house.head):
        sent = taking_over_sheets.send(
            by=house.head,
            facility=house.a,
            site=house.a,
            kind="people",
            lines={"people": [Line(n, texts) for n, texts in enumerate(_people("9"), 3)]},
        )
        number = Device.objects.get(name=tablet.name).pk
    return {
        "head": _username(house.head),
        "keeper": _username(house.storekeeper),
        "a": house.a.pk,
        "tablet": number,
        "looked": str(sent.uid),
        "pasted": "\n".join("\t".join(texts) for texts in _people("1")),
    }


def _people(prefix: str) -> list[tuple[str, ...]]:
    def person(number: str, name: str, mg: str) -> tuple[str, ...]:
        given = {
            "number": prefix + number,
            "name": name,
            "born": "1979",
            "sex": "Nam",
            "consented": f"{TODAY - 60 * DAY:%d/%m/%Y}",
            "since": f"{TODAY - 60 * DAY:%d/%m/%Y}",
            "drug": "Methadone",
            "mg": mg,
            "phase": "Duy trì",
            "start": f"{TODAY - 9 * DAY:%d/%m/%Y}",
            "end": f"{TODAY + 20 * DAY:%d/%m/%Y}",
            "doctor": "Vừ A Dế",
            "last_mg": "60",
            "last_day": f"{TODAY - DAY:%d/%m/%Y}",
        }
        return tuple(given.get(each.code, "") for each in columns(form("people")))

    return [
        person("1", "Tẩn Láo Tả", "60"),
        person("2", "Lò Văn Năm", "chín"),
        person("3", "Cà Văn Ín", "80"),
    ]


def _username(viewer: Viewer) -> str:
    with scope.acting(scope.DOOR):
        return Account.objects.get(pk=viewer.account).username
