"""A facility whose day of yesterday is still open, with 25 doses given; its store, its point, what waits."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from phoihop.base.org.models import Account
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security import scope
from phoihop.programmes.ost.actions import dispensing, stocking, supervising
from phoihop.programmes.ost.dosing import ledger, reaching
from phoihop.programmes.ost.models import Incident, LotRow
from phoihop.programmes.ost.rules import supervision
from phoihop.programmes.ost.rules.amounts import SOLUTION
from phoihop.programmes.ost.rules.stock import Kind, Movement
from phoihop.programmes.ost.rules.supervision import Answer, Given
from phoihop.programmes.ost.tests import making
from phoihop.programmes.ost.tests.making import TODAY, House

DAY = timedelta(days=1)
NAMES = ("Sùng A Páo", "Lý Thị Mỷ", "Giàng A Lử", "Vàng A Chu", "Thào Thị Dua")


def make() -> dict[str, Any]:
    """1,000 ml in the cabinet yesterday, 25 doses of 60 mg went out: the book says 850."""
    house = making.house()
    made = {
        "people": {
            "dispenser": _username(house.dispenser),
            "storekeeper": _username(house.storekeeper),
            "storekeeper_p": _username(house.storekeeper_p),
            "head": _username(house.head),
            "officer": _username(house.officer),
        },
        "a": house.a.pk,
        "p": house.p.pk,
    }
    for name in NAMES:
        client = making.admitted(house.doctor, house.a, name)
        making.ordered(house.doctor, client)
    _received(house, "L01", 400)
    row = _received(house, "L02", 60)
    yesterday = replace(house.dispenser, day=TODAY - DAY)
    stocking.move(by=house.storekeeper, facility=house.a, lot=_lot("L01"), quantity=Decimal(1000))
    dispensing.open_day(by=yesterday, facility=house.a)
    _given(house, 25)
    stocking.send(by=house.storekeeper, facility=house.a, to=house.p, lot=_lot("L01"), quantity=Decimal(500))
    spilt = stocking.spill(
        by=house.storekeeper,
        facility=house.a,
        lot=row,
        source=Kind.STORE,
        quantity=Decimal("12.5"),
        cause="Vỡ chai khi xếp kho",
    )
    _visited(house)
    with reaching.centre(house.head.account, house.a.pk):
        Incident.objects.create(
            identity="x" * 64, facility=house.a, kind="far-clock", severity=3, keys=["a"], device="tablet-1"
        )
    return made | {"spilt": str(spilt.uid)}


def _received(house: House, batch: str, days: int) -> LotRow:
    stocking.receive(
        by=house.storekeeper,
        facility=house.a,
        presentation=SOLUTION,
        batch=batch,
        expiry=TODAY + DAY * days,
        quantity=Decimal(3),
        bottles=True,
        trader="Công ty Dược phẩm Một",
        copies=3,
    )
    return _lot(batch)


def _lot(batch: str) -> LotRow:
    with reaching.centre(None, 0):
        return LotRow.objects.get(batch=batch)


def _given(house: House, doses: int) -> None:
    """What went to clients yesterday, as the desk books it."""
    lot = _lot("L01")
    with reaching.centre(house.dispenser.account, house.a.pk):
        movements = [
            Movement(
                f"yesterday-{n}",
                TODAY - DAY,
                ledger.lot_of(lot),
                ledger.place(Kind.DAILY, house.a.pk),
                ledger.place(Kind.CLIENT, house.a.pk),
                Decimal(6),
            )
            for n in range(doses)
        ]
        ledger.post(movements, lots={ledger.lot_of(lot): lot}, account=house.dispenser.account)


def _visited(house: House) -> None:
    asked = supervision.checklist(supervision.Place.FACILITY, TODAY - DAY * 20)
    given = {each.code: Given(Answer.YES) for each in asked}
    given["two-cabinets"] = Given(Answer.NO, "Mua tủ có khóa cho thuốc trong ngày", TODAY - DAY * 3)
    given["missed-called"] = Given(Answer.NO, "Phân công người gọi hỏi thăm", TODAY + DAY * 10)
    told = {"day": TODAY - DAY * 20, "visitors": "Tòng Văn Hịa, Quàng Thị Ón", "given": given}
    supervising.supervise(by=house.head, facility=house.a, site=house.a, **told)


def _username(viewer: Viewer) -> str:
    with scope.acting(scope.DOOR):
        return str(Account.objects.get(pk=viewer.account).username)
