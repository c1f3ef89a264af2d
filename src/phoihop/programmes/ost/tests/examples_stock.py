"""What the addresses of the stock, of a facility's head and of the province lead to, for tests that walk."""

from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.utils import timezone

from phoihop.base.org.models import Facility
from phoihop.programmes.ost.actions import stocking, supervising
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.models import Posting, Shipment
from phoihop.programmes.ost.rules import supervision
from phoihop.programmes.ost.rules.amounts import SOLUTION
from phoihop.programmes.ost.rules.stock import Kind
from phoihop.programmes.ost.rules.supervision import Answer, Given
from phoihop.programmes.ost.tests.making import A_YEAR, TODAY
from tests.support.world import HERE, THERE, Example, World

GONE = "00000000-0000-0000-0000-000000000000"
NOT_THERE = 900_000_001
_NOTHING: MappingProxyType[str, Any] = MappingProxyType({})


def examples(world: World) -> dict[str, Example]:
    """A store with a delivery, minutes that wait, a shipment that comes, a visit."""
    here, there = world.facilities[HERE], world.facilities[THERE]
    keeper, head = world.viewer("ost-storekeeper@here"), world.viewer("ost-head@here")
    delivered = stocking.receive(
        by=keeper,
        facility=here,
        presentation=SOLUTION,
        batch="L01",
        expiry=TODAY + A_YEAR,
        quantity=Decimal(5),
        bottles=True,
        trader="Công ty Dược Một",
        copies=3,
    )
    with reaching.centre(keeper.account, here.pk):
        posting = Posting.objects.select_related("lot").get(minutes=delivered)
        lot = posting.lot
        shipment = Shipment.objects.create(
            facility=there,
            target_facility=here,
            lot=lot,
            quantity=Decimal(10),
            number="01",
            sent_on=TODAY,
            sent_by_id=world.viewer("ost-storekeeper@there").account or 0,
        )
    waiting = stocking.spill(
        by=head, facility=here, lot=lot, source=Kind.STORE, quantity=Decimal(1), cause="Đổ khi rót"
    )
    given = {
        each.code: Given(Answer.YES) for each in supervision.checklist(supervision.Place.FACILITY, TODAY)
    }
    told = {"day": TODAY, "visitors": "Đoàn của cơ sở", "given": given}
    visit = supervising.supervise(by=head, facility=here, site=here, **told)
    return _site(here) | {
        "ost-stock-confirm": _of(shipment.uid, here, {"counted": "10", "cause": ""}),
        "ost-stock-movement": Example({"pk": posting.pk}, here),
        "ost-stock-minutes": _of(waiting.uid, here),
        "ost-stock-sign": _of(waiting.uid, here),
        "ost-stock-withdraw": _of(waiting.uid, here),
        "ost-stock-minutes-paper": _of(waiting.uid, here),
        "ost-stock-minutes-word": _of(waiting.uid, here),
        "ost-head-visit": _of(visit.uid, here),
        "ost-head-visit-paper": _of(visit.uid, here),
        "ost-head-visit-word": _of(visit.uid, here),
        "ost-province-visit": Example({"uid": str(visit.uid)}, None, {}, {"uid": GONE}),
    }


def _of(uid: object, here: Facility, form: MappingProxyType[str, Any] | dict[str, Any] = _NOTHING) -> Example:
    return Example({"uid": str(uid)}, here, form, {"uid": GONE})


def _site(here: Facility) -> dict[str, Example]:
    """What is reached by a facility's own number."""
    day = f"{timezone.localdate():%d/%m/%Y}"
    period = f"{TODAY.year - 1}-Q4"
    moved = {"what": "store:1", "quantity": "1"}
    visit = {"day": day, "visitors": "Đoàn"}

    def at(form: dict[str, Any] | None = None, **more: Any) -> Example:
        return Example({"pk": here.pk, **more}, here, form or {}, {**more, "pk": NOT_THERE})

    return {
        "ost-stock-store": at(),
        "ost-stock-receive": at({"medicine": "methadone-10", "batch": "L02", "quantity": "1"}),
        "ost-stock-move": at(moved),
        "ost-stock-send": at(moved | {"to": "1"}),
        "ost-stock-spill": at(moved | {"cause": "Đổ"}),
        "ost-stock-give-back": at(moved | {"cause": "Thu hồi lô", "trader": "Công ty Dược Một"}),
        "ost-stock-destroy": at(moved | {"cause": "Hết hạn"}),
        "ost-stock-book": at(),
        "ost-stock-count": at({"row-0": "1", "lot-0": "1"}, place="tu"),
        "ost-stock-count-minutes": at({"cause": "Chưa rõ"}, place="tu"),
        "ost-stock-reports": at(),
        "ost-stock-report": at(period=period),
        "ost-stock-report-send": at({"expected_0": "0"}, period=period),
        "ost-stock-report-paper": at(period=period),
        "ost-stock-report-word": at(period=period),
        "ost-stock-report-sheet": at(period=period),
        "ost-head-site": at(),
        "ost-head-visit-new": at(visit, site=here.pk),
        "ost-province-visit-new": at(visit),
    }
