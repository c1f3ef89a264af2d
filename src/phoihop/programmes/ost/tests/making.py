"""A facility, its point, another facility; the people who work there, and clients; everybody is invented."""

import time
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from uuid import uuid4

from django.utils import timezone

from phoihop.base.org.models import Facility
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.org.tests import making
from phoihop.base.org.viewers import scope_of
from phoihop.base.security import scope
from phoihop.programmes.ost.actions import dispensing, sites
from phoihop.programmes.ost.dosing import ledger, reaching
from phoihop.programmes.ost.models import LotRow, Minutes, OrderRow, Roster
from phoihop.programmes.ost.models.shared import about
from phoihop.programmes.ost.rules.amounts import SOLUTION
from phoihop.programmes.ost.rules.stock import Kind, Movement
from phoihop.registry.actions import consenting, enrolling, files
from phoihop.registry.doors import Desk
from phoihop.registry.models import Client, Tie
from phoihop.registry.rules.born import Born
from phoihop.registry.rules.identity import Sex, Told

TODAY = timezone.localdate()
A_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class House:
    """Facility A with point P under another agency, facility B; and somebody in each role at A."""

    a: Facility
    p: Facility
    b: Facility
    doctor: Viewer
    doctor_b: Viewer
    nurse: Viewer
    dispenser: Viewer
    dispenser_p: Viewer
    dispenser_b: Viewer
    storekeeper: Viewer
    storekeeper_p: Viewer
    head: Viewer
    head_p: Viewer
    head_b: Viewer
    officer: Viewer
    authority: Viewer


def house() -> House:
    """Everything at once, in the present transaction; the desks of all three sites are set up."""
    with scope.acting(making.INSTALL):
        a = making.facility(making.agency("Trung tâm Y tế Nậm Pồ"), "Cơ sở A", programmes=["ost"])
        station = making.agency("Trạm Y tế Si Pa Phìn")
        p = making.facility(station, "Điểm P", programmes=["ost"], parent=a)
        b = making.facility(making.agency("Trung tâm Y tế Mường Nhé"), "Cơ sở B", programmes=["ost"])
        cdc = making.agency("Trung tâm Kiểm soát bệnh tật tỉnh")
        people = House(
            a,
            p,
            b,
            making.somebody("Vừ A Dế", "ost-doctor", a),
            making.somebody("Lò Thị Hặc", "ost-doctor", b),
            making.somebody("Quàng Thị Ón", "ost-nurse", a),
            making.somebody("Giàng Thị Súa", "ost-dispenser", a),
            making.somebody("Thào A Chía", "ost-dispenser", p),
            making.somebody("Cà Thị Pọm", "ost-dispenser", b),
            making.somebody("Lường Văn Inh", "ost-storekeeper", a),
            making.somebody("Hờ Thị Dua", "ost-storekeeper", p),
            making.somebody("Tòng Văn Hịa", "ost-head", a),
            making.somebody("Mùa A Lử", "ost-head", p),
            making.somebody("Poòng Thị Ín", "ost-head", b),
            making.somebody("Khoàng Văn Phủ", "ost-officer", cdc),
            making.somebody("Lù Văn Tướng", "ost-authority", cdc),
        )
    for facility, head in ((a, people.head), (p, people.head_p), (b, people.head_b)):
        sites.set_up_desk(by=head, facility=facility)
    return people


def acting(viewer: Viewer) -> Any:
    """The scope in which somebody's statements run."""
    return scope.acting(scope_of(viewer))


def admitted(by: Viewer, facility: Facility, name: str = "Sùng A Páo", since: date | None = None) -> Client:
    """A client who consented and is served at a facility, thirty days ago unless said otherwise."""
    since = since or TODAY - timedelta(days=30)
    told = Told(name=name, born=Born(1988, 4, 2), sex=Sex.MALE)
    client = files.open_file(by=by, desk=Desk("ost", facility), told=told)
    consenting.consent(by=by, client=client, wording="mẫu 02", form="written", given_on=since)
    enrolling.admit(by=by, client=client, since=since)
    return client


def roster(viewer: Viewer, client: Client, facility: Facility | None = None) -> Roster:
    """A client's line on a site's list."""
    with acting(viewer):
        found: Roster = Roster.objects.select_related("facility").get(
            facility=facility or client.facility, pseudonym=client.pseudonym
        )
        return found


def ordered(by: Viewer, client: Client, mg: int | str = 60, days: int = 30, **more: Any) -> OrderRow:
    """An order for methadone from today, written past the doctor's rules."""
    with reaching.centre(by.account, client.facility_id):
        start = more.pop("start", TODAY)
        return OrderRow.objects.create(
            **about(client),
            person=_person(client),
            drug="methadone",
            phase="maintenance",
            mg=Decimal(mg),
            start=start,
            end=start + timedelta(days=days - 1),
            signed_end=start + timedelta(days=days - 1),
            issued=start,
            signed_by_id=by.account or 0,
            **more,
        )


def _person(client: Client) -> Any:
    with scope.acting(scope.Scope("match", places=((client.facility_id, "ost"),))):
        return Tie.objects.get(client=client.pk).person


def stocked(
    by: Viewer,
    facility: Facility,
    ml: int | str = 1000,
    batch: str = "L01",
    expiry: date | None = None,
    day: date = TODAY,
) -> LotRow:
    """So many ml of solution in a site's cabinet, booked straight from a trader."""
    with reaching.centre(by.account, facility.pk):
        row, _ = LotRow.objects.get_or_create(
            drug=SOLUTION.drug.value,
            strength=SOLUTION.strength,
            batch=batch,
            defaults={"expiry": expiry or TODAY + A_YEAR},
        )
        minutes = Minutes.objects.create(
            facility=facility,
            number=f"BB-{uuid4().hex[:8]}",
            kind="delivery",
            day=day,
            copies=3,
            by_id=by.account or 0,
        )
        lot = ledger.lot_of(row)
        way = (Kind.TRADER, Kind.STORE, ledger.serving(facility))
        for source, target in pairwise(way):
            movement = Movement(
                key=f"{uuid4().hex}-{time.monotonic_ns()}",
                day=day,
                lot=lot,
                source=ledger.place(source, facility.pk),
                target=ledger.place(target, facility.pk),
                quantity=Decimal(ml),
            )
            ledger.post([movement], lots={lot: row}, account=by.account, minutes=minutes)
    return row


def opened(by: Viewer, facility: Facility) -> None:
    """Today, opened."""
    dispensing.open_day(by=by, facility=facility)
