"""The page of the province: figures that name nobody, for as many statements however many there are."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from phoihop.kernel.calendars import months_later
from phoihop.programmes.ost.actions import supervising
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.models import Dose, Lease, OrderRow
from phoihop.programmes.ost.queries import province, values
from phoihop.programmes.ost.rules import supervision
from phoihop.programmes.ost.rules.ending import Ending
from phoihop.programmes.ost.rules.supervision import Answer, Given
from phoihop.programmes.ost.tests.making import TODAY, acting, admitted, ordered, stocked
from phoihop.registry.actions import files
from phoihop.registry.doors import Desk
from phoihop.registry.models import Client
from phoihop.registry.rules.identity import Sex, Told

DAY = timedelta(days=1)


def treated(facility, count, *, by, since=None, days=(), ended=None, site=None):
    """So many people with a right, an order since a day, and a dose on each of some days."""
    since = since or TODAY - timedelta(days=400)
    found = []
    with reaching.centre(by.account, facility.pk):
        for _ in range(count):
            person = uuid4()
            found.append(person)
            Lease.objects.create(
                person=person, client=person, facility=site or facility, first=since, last=ended
            )
            for start, end in ((since, TODAY - DAY * 20), (TODAY - DAY * 19, TODAY + DAY * 10)):
                order(person, facility, by, start, end)
            Dose.objects.bulk_create(dose(person, facility, day) for day in days)
    return found


def file_at(facility, by):
    """A file that nobody is treated by, for orders to hang on."""
    with acting(by):
        known = Client.objects.filter(facility=facility, programme="ost").order_by("pk").first()
    if known is None:
        told = Told(name="Không Điều Trị", born=None, sex=Sex.MALE)
        known = files.open_file(by=by, desk=Desk("ost", facility), told=told)
    return known.pk


def order(person, facility, by, start, end):
    OrderRow.objects.create(
        programme="ost",
        facility=facility,
        pseudonym=person,
        client_id=file_at(facility, by),
        person=person,
        drug="methadone",
        phase="maintenance",
        mg=Decimal(60),
        start=start,
        end=end,
        signed_end=end,
        issued=start,
        signed_by_id=by.account,
    )


def dose(person, facility, day, bottle=False):
    return Dose(
        name=f"{person}{day}",
        person=person,
        client=person,
        facility=facility,
        device="d",
        order=uuid4(),
        drug="methadone",
        mg=60,
        quantity=6,
        batch="L01",
        outside=False,
        bottle=bottle,
        day=day,
        on=day,
        first=day,
        last=day,
        certainty="certain",
        earliest=0,
        sources=[],
    )


def seen(house):
    with acting(house.officer):
        return province.province(house.officer)


@pytest.fixture
def clients(house):
    """At A 20 who came today, 10 who have not come for six days, 12 with a bottle for today; at B three."""
    with_dose = [TODAY - DAY, TODAY]
    treated(house.a, 20, by=house.doctor, days=with_dose)
    treated(house.a, 10, by=house.doctor, days=[TODAY - DAY * 6])
    for person in treated(house.a, 12, by=house.doctor, days=[TODAY - DAY]):
        with reaching.centre(house.doctor.account, house.a.pk):
            dose(person, house.a, TODAY, bottle=True).save()
    treated(house.b, 3, by=house.doctor_b, days=with_dose)
    stocked(house.storekeeper, house.a, 5000)


def test_figures_of_people_are_hidden_or_rounded(house, clients):
    it = seen(house)
    a, b = it.lines
    assert (a.facility, b.facility) == (house.a, house.b)
    assert [each.value for each in (a.treated, a.came, a.missed, a.takehome)] == [40, 20, 10, 10]
    assert [each.value for each in (b.treated, b.came, b.missed, b.takehome)] == [None] * 4
    assert it.treated.value == 45, "45 and 40, each within two: the three lie anywhere from 1 to 7"
    assert (it.facilities, it.points) == (2, 1)


def test_the_stock_is_no_figure_of_people(house, clients):
    it = seen(house)
    point = it.lines[0].points[0]
    assert point.days_left == 19, "42 clients of 6 ml take 252 ml a day of 5.000"
    assert not point.beyond
    assert point.owed


def test_who_is_kept_half_a_year_and_a_year(house):
    began = months_later(TODAY, -14)
    six, twelve = months_later(began, 6), months_later(began, 12)
    treated(house.a, 20, by=house.doctor, since=began, days=[six, twelve])
    treated(house.a, 10, by=house.doctor, since=began, days=[six])
    treated(house.a, 10, by=house.doctor, since=began, days=[began], ended=began + DAY * 40)
    line = seen(house).lines[0]
    assert line.kept == (75, 50)
    file_at(house.b, house.doctor_b)
    moved = treated(house.a, 12, by=house.doctor, since=began, days=[began])
    with reaching.centre(house.doctor.account, house.a.pk):
        for person in moved:
            order(person, house.b, house.doctor_b, began + DAY * 30, TODAY)
        homes = {house.a.pk: house.a.pk, house.b.pk: house.b.pk}
        episodes = province._episodes(homes, TODAY, values.book())
    assert sum(each.ending is Ending.TRANSFER for each in episodes[house.a.pk]) == 12
    assert seen(house).lines[0].kept == (75, 50), "who went on elsewhere is no loss"


def test_no_name_and_no_code_is_on_the_page(house, clients, browse):
    client = admitted(house.doctor, house.a, "Sùng A Páo")
    ordered(house.doctor, client)
    answer = browse(house.officer).get("/dt/tinh/")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Sùng A Páo" not in page
    assert client.code not in page
    for who in (house.head, house.doctor, house.storekeeper, house.authority):
        assert browse(who).get("/dt/tinh/").status_code == 404


def test_the_page_costs_the_same_for_more_of_everything(house, clients, browse):
    browser = browse(house.officer)

    def statements():
        """The fewest of two visits: a session or a viewer read anew in between is no row of the page."""
        seen = []
        for _ in range(2):
            with CaptureQueriesContext(connection) as caught:
                assert browser.get("/dt/tinh/").status_code == 200
            seen.append(len(caught))
        return min(seen)

    few = statements()
    treated(house.a, 100, by=house.doctor, days=[TODAY - DAY * 9])
    treated(house.b, 100, by=house.doctor_b, days=[TODAY], site=house.p)
    assert statements() == few
    assert few < 60


def test_the_province_supervises_anywhere_and_opens_no_file(house, browse):
    given = {each.code: Given(Answer.YES) for each in supervision.checklist(supervision.Place.POINT, TODAY)}
    row = supervising.supervise_province(
        by=house.officer, facility=house.p, day=TODAY, visitors="Đoàn của tỉnh", given=given
    )
    browser = browse(house.officer)
    assert "Đoàn của tỉnh" in browser.get(f"/dt/tinh/giam-sat/{row.uid}/").content.decode()
    assert browser.get(f"/dt/tinh/{house.b.pk}/giam-sat/").status_code == 200
    assert browser.get(f"/dt/tinh/giam-sat/{uuid4()}/").status_code == 404
    # The head of the facility that the point belongs to reads it too.
    assert browse(house.head).get(f"/dt/co-so/giam-sat/{row.uid}/").status_code == 200
