"""The page of a facility's head: figures of the day, what waits, names for who may see them; supervision."""

import io
from datetime import timedelta

import docx
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from phoihop.base.org.models import Account, Block
from phoihop.base.org.tests import making as base
from phoihop.base.security import scope
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.actions import dispensing, supervising
from phoihop.programmes.ost.dosing import leasing, reaching
from phoihop.programmes.ost.models import Day, Device, Incident, Visit
from phoihop.programmes.ost.queries import head
from phoihop.programmes.ost.queries.head import Came
from phoihop.programmes.ost.rules import supervision
from phoihop.programmes.ost.rules.amounts import SOLUTION
from phoihop.programmes.ost.rules.supervision import Answer, Given
from phoihop.programmes.ost.tests.making import (
    TODAY,
    acting,
    admitted,
    opened,
    ordered,
    roster,
    stocked,
)


def body(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def day(house):
    """Three clients at A, of whom one came, and one at P."""
    stocked(house.storekeeper, house.a)
    opened(house.dispenser, house.a)
    clients = []
    for name in ("Sùng A Páo", "Lý Thị Mỷ", "Giàng A Lử", "Vàng A Chu"):
        client = admitted(house.doctor, house.a, name)
        ordered(house.doctor, client)
        clients.append(client)
    with reaching.centre(house.doctor.account, house.a.pk):
        person = roster(house.doctor, clients[3]).person
        leasing.lend(person, clients[3].pseudonym, house.p.pk, TODAY, TODAY + timedelta(days=20))
    dispensing.give_dose(
        by=house.dispenser, roster=roster(house.dispenser, clients[0]), presentation=SOLUTION
    )
    return clients


def seen(house):
    with acting(house.head):
        return head.overview(house.head, facility=house.a)


def test_who_came_and_who_did_not(house, day):
    it = seen(house)
    assert [site.facility.name for site in it.sites] == ["Cơ sở A", "Điểm P"]
    assert [site.came for site in it.sites] == [Came(3, 3, 1, 0), Came(1, 1, 0, 0)]
    assert it.sites[0].came.waiting == 2
    assert it.absent is not None
    assert {line.known.name for line in it.absent} == {"Lý Thị Mỷ", "Giàng A Lử"}


def test_names_are_for_who_may_see_the_list(house, day, browse):
    page = body(browse(house.head).get(f"/dt/co-so/{house.a.pk}/"))
    assert "Lý Thị Mỷ" in page
    assert "Vàng A Chu" not in page, "of a point in figures alone"
    # A role that has the page and not the list: none is declared, so the list is closed to this head.
    with scope.acting(base.INSTALL):
        account = Account.objects.get(pk=house.head.account)
        Block.objects.create(
            person=account.person,
            actions="ost.case_see_list",
            given_by=account,
        )
    page = body(browse(base.viewer(account)).get(f"/dt/co-so/{house.a.pk}/"))
    assert "Lý Thị Mỷ" not in page
    assert "Phải uống hôm nay" in page


def test_what_waits_is_counted(house, day):
    with reaching.centre(house.head.account, house.a.pk):
        Day.objects.filter(facility=house.a).update(day=TODAY - timedelta(days=1))
        for facility in (house.a, house.p):
            Incident.objects.create(
                identity="x" * 64,
                facility=facility,
                kind="double-dose",
                severity=1,
                keys=["a", "b"],
                pseudonym=day[0].pseudonym,
            )
        Device.objects.create(
            facility=house.p,
            name="tablet-1",
            label="Máy của điểm",
            kind=Device.TABLET,
            public=b"",
            key_version=1,
            secret=b"",
            heard_on=TODAY - timedelta(days=3),
        )
    it = seen(house)
    assert [(each.count, each.urgent) for each in it.incidents] == [(1, True)], "one, though at two sites"
    assert it.sites[0].uncounted
    assert [device.label for device in it.sites[1].silent] == ["Máy của điểm"]


def statements(browser, path):
    """The fewest of two visits: a session or a viewer read anew in between is no row of the page."""
    seen = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as caught:
            assert browser.get(path).status_code == 200
        seen.append(len(caught))
    return min(seen)


def test_the_page_costs_the_same_for_more_clients(house, day, browse):
    browser, path = browse(house.head), f"/dt/co-so/{house.a.pk}/"
    browser.get(path)
    few = statements(browser, path)
    for n in range(10):
        client = admitted(house.doctor, house.a, f"Người Thứ {n}")
        ordered(house.doctor, client)
    assert statements(browser, path) == few


def checklist(place, no=()):
    return {
        each.code: Given(Answer.NO, "Lắp khóa tủ", TODAY + timedelta(days=7))
        if each.code in no
        else Given(Answer.YES)
        for each in supervision.checklist(place, TODAY)
    }


def test_a_visit_to_an_own_point_and_to_no_other(house):
    given = checklist(supervision.Place.POINT, no=["two-cabinets"])
    told = {"by": house.head, "facility": house.a, "day": TODAY, "given": given}
    row = supervising.supervise(**told, site=house.p, visitors="Đoàn của cơ sở")
    for site, reason, visitors in ((house.b, "not-own-point", "Đoàn"), (house.p, "visitors-missing", " ")):
        with pytest.raises(Refusal) as refused:
            supervising.supervise(**told, site=site, visitors=visitors)
        assert refused.value.reason == reason
    it = seen(house)
    (held,) = it.visits
    assert held.visit == row
    assert [each.given.action for each in held.to_do] == ["Lắp khóa tủ"]


def test_the_checklist_by_the_form(house, browse):
    browser = browse(house.head)
    at = f"/dt/co-so/{house.a.pk}/giam-sat/{house.a.pk}/"
    asked = supervision.checklist(supervision.Place.FACILITY, TODAY)
    form = {f"answer_{each.code}": "yes" for each in asked}
    form |= {"day": f"{TODAY:%d/%m/%Y}", "visitors": "Tòng Văn Hịa"}
    no = f"answer_{asked[1].code}"
    missing = browser.post(at, {**form, no: "no"})
    assert missing.status_code == 422
    assert "Mục chưa đạt" in body(missing)
    due = {
        f"action_{asked[1].code}": "Mua tủ",
        f"due_{asked[1].code}": f"{TODAY - timedelta(days=2):%d/%m/%Y}",
    }
    for wrong in ({"visitors": ""}, {"day": ""}, {"day": "mai mốt"}, {"day": "01/01/2100"}):
        assert browser.post(at, {**form, **wrong}).status_code == 422
    done = browser.post(at, {**form, **due, no: "no"})
    assert done.status_code == 302, body(done)
    page = body(browser.get(done.headers["Location"]))
    assert "Mua tủ" in page
    assert "đã quá hạn" in body(browser.get(f"/dt/co-so/{house.a.pk}/"))
    with reaching.centre(house.head.account, house.a.pk):
        uid = Visit.objects.get().uid
    word = browser.get(f"/dt/co-so/giam-sat/{uid}/van-ban/")
    tables = docx.Document(io.BytesIO(word.content)).tables
    assert any("Mua tủ" in cell.text for row in tables[0].rows for cell in row.cells)
    assert browser.get(f"/dt/co-so/giam-sat/{uid}/in/").status_code == 200
    assert browse(house.head_b).get(f"/dt/co-so/giam-sat/{uid}/").status_code == 404
    assert browser.get(f"/dt/co-so/{house.a.pk}/giam-sat/{house.b.pk}/").status_code == 404
