"""A short story of treatment, done by the room's own doors: doses, guests, bottles, moves, ends, tests."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from phoihop.engines.indicators.facts import Table
from phoihop.kernel.calendars import months_later
from phoihop.programmes.ost import facts
from phoihop.programmes.ost.actions import dispensing, ending, lending, noting, supplying, takehome
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.facts import Release
from phoihop.programmes.ost.indicators.tables import ALL
from phoihop.programmes.ost.models import BottleRow, Dose, PhaseStep
from phoihop.programmes.ost.models.shared import about
from phoihop.programmes.ost.rules.amounts import SOLUTION
from phoihop.programmes.ost.rules.ending import Ending
from phoihop.programmes.ost.rules.takehome import Fate, Inpatient
from phoihop.programmes.ost.rules.urine import Result, Substance
from phoihop.programmes.ost.tests import test_takehome_bottles as home
from phoihop.programmes.ost.tests.care_people import dosed
from phoihop.programmes.ost.tests.making import (
    TODAY,
    House,
    acting,
    admitted,
    opened,
    ordered,
    roster,
    stocked,
)
from phoihop.programmes.ost.tests.test_province_pages import dose
from phoihop.registry.actions import enrolling, transferring
from phoihop.registry.models import Client, Transfer
from phoihop.registry.models.letters import RECEIVED

DAY = timedelta(days=1)
SECRET = bytes(range(32))
PAPER = {"last_mg": "60", "last_day": "hôm qua", "phase": "duy trì", "bottles": "0"}
HALF_A_YEAR = months_later(TODAY, -7)  # a beginning whose mark after six months has passed


@dataclass(frozen=True)
class Told:
    """Who is in the story, by name."""

    steady: Client
    guest: Client
    moved: Client
    there: Client
    returned: Client
    died: Client
    at_home: Client
    in_hospital: Client
    away: Client


def release(house: House, secret: bytes = SECRET, until: date = TODAY) -> Release:
    return Release(secret, (house.a.pk, house.p.pk, house.b.pk), until)


def everything(of: Release) -> dict[str, list[dict[str, Any]]]:
    """All rows of a release, by table; each in the month that it is of."""
    found: dict[str, list[dict[str, Any]]] = {table.name: [] for table in ALL}
    with of.reaching():
        for table in ALL:
            for month in facts.months(table, of):
                rows = rows_in(table, month, of)
                assert rows, (table.name, month)
                found[table.name] += rows
    return found


def rows_in(table: Table, month: str, of: Release) -> list[dict[str, Any]]:
    """The rows of a table in a month, in the scope of whoever asks."""
    return [row for batch in facts.batches(table, month, of) for row in batch.to_pylist()]


def words(of: Release) -> dict[tuple[str, str], str]:
    """The word of every month of every table."""
    with of.reaching():
        return {(table.name, month): word for table in ALL for month, word in facts.months(table, of).items()}


def _treated(house: House, name: str, since: date = HALF_A_YEAR, mg: int = 80) -> Client:
    """Somebody who came every day but two of the last weeks."""
    client = admitted(house.doctor, house.a, name, since=since)
    ordered(house.doctor, client, mg, start=TODAY - DAY * 40, days=60)
    bulk(client, [ago for ago in range(1, 41) if ago not in (5, 6)], mg)
    return client


def bulk(client: Client, ago: Collection[int], mg: int) -> None:
    """Doses so many days ago, all at once."""
    doses = [dose(client.pseudonym, client.facility, TODAY - DAY * days) for days in ago]
    for each in doses:
        each.mg = Decimal(mg)
    with reaching.centre(None, client.facility_id):
        Dose.objects.bulk_create(doses)


def _stable(house: House, name: str) -> Client:
    """Eight months in maintenance, here every day of the last two."""
    client = admitted(house.doctor, house.a, name, since=TODAY - DAY * 240)
    with acting(house.doctor):
        PhaseStep.objects.create(
            **about(client), day=TODAY - DAY * 240, phase="maintenance", by_id=house.doctor.account or 0
        )
    ordered(house.doctor, client, start=TODAY - DAY * 60, days=60)
    ordered(house.doctor, client)
    bulk(client, range(1, 61), 60)
    return client


def give(house: House, client: Client, **more: Any) -> None:
    dispensing.give_dose(
        by=house.dispenser, roster=roster(house.dispenser, client), presentation=SOLUTION, **more
    )


def move(house: House, client: Client) -> Client:
    """The client's file at B, from today on."""
    transferring.ask(by=house.doctor, client=client, to=house.b, first_day=TODAY, paper=PAPER)
    with acting(house.doctor_b):
        letter = Transfer.objects.get(side=RECEIVED)
    return transferring.accept(by=house.doctor_b, transfer=letter)


def tell(house: House) -> Told:
    """Everything of the story, up to today."""
    for keeper, dispenser, facility in (
        (house.storekeeper, house.dispenser, house.a),
        (house.storekeeper_p, house.dispenser_p, house.p),
        (house.head_b, house.dispenser_b, house.b),
    ):
        stocked(keeper, facility, batch=f"L{facility.pk}")
        opened(dispenser, facility)
    home.sign(house, "takehome.", "vomited.")
    steady = _treated(house, "Lý A Đều")
    give(house, steady)
    vomited = noting.vomit(by=house.nurse, client=steady, minutes=12, seen=True)
    noting.give_again(by=house.doctor, vomit=vomited, mg=Decimal(30))
    results = {Substance.OPIOIDS: Result.POSITIVE, Substance.CANNABIS: Result.DECLINED}
    noting.urine_test(by=house.nurse, client=steady, day=TODAY - DAY, results=results)

    guest = _treated(house, "Lý A Nhờ", mg=60)
    lending.lend(by=house.doctor, client=guest, to=house.b, first=TODAY, last=TODAY + DAY)
    dispensing.give_dose(
        by=house.dispenser_b,
        roster=roster(house.dispenser_b, guest, house.b),
        said="1988",
        presentation=SOLUTION,
    )

    moved = _treated(house, "Lý A Chuyển")
    there = move(house, moved)
    ordered(house.doctor_b, there, 90)

    returned = admitted(house.doctor, house.a, "Lý A Lại", since=HALF_A_YEAR)
    wish = {
        "by": house.doctor,
        "client": returned,
        "ending": Ending.WISH,
        "why": "xin nghỉ",
        "wish_signed": True,
    }
    ending.end(**wish, day=HALF_A_YEAR + DAY * 20)
    enrolling.admit(by=house.doctor, client=returned, since=TODAY - DAY * 3)
    ordered(house.doctor, returned, 30, start=TODAY - DAY * 3)

    died = _treated(house, "Lý A Mất")
    ending.end(by=house.doctor, client=died, ending=Ending.DEATH, day=TODAY - DAY, why="bệnh nặng")

    at_home = _stable(house, "Lý A Nhà")
    takehome.commit(by=house.doctor, client=at_home, signed_on=TODAY, storage=True)
    home.hand(house, at_home)
    with acting(house.dispenser):
        last = BottleRow.objects.filter(client=at_home).order_by("take_on").last()
    assert last is not None
    home.back(house, at_home, last, Fate.FULL)

    in_hospital = _treated(house, "Lý A Viện")
    with acting(house.doctor):
        supply = supplying.prepare(
            by=house.doctor,
            client=in_hospital,
            hospital="Bệnh viện huyện",
            carrier="Lò Văn Ún",
            first=TODAY,
            last=TODAY + DAY * 2,
        )
    papers = Inpatient(request_confirmed=True, undertaking_copies=2, labelled=True, leak_tested=True)
    supplying.hand_over(by=house.dispenser, supply=supply, papers=papers)

    away = admitted(house.doctor, house.a, "Lý A Vắng", since=HALF_A_YEAR)
    ordered(house.doctor, away, 70, start=TODAY - DAY * 50, days=60)
    dosed(away, TODAY - DAY * 45, 70)
    return Told(steady, guest, moved, there, returned, died, at_home, in_hospital, away)
