"""Medicine for a client in hospital: its days, its papers, what comes back."""

import io
from datetime import timedelta
from decimal import Decimal

import docx
import pytest

from phoihop.base.org.models import Account
from phoihop.base.security import scope
from phoihop.base.security.models import AuditEntry
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.actions import dispensing, supplying
from phoihop.programmes.ost.dosing import reaching
from phoihop.programmes.ost.models import Balance, Dose, LogEntry
from phoihop.programmes.ost.queries import missed
from phoihop.programmes.ost.queries import roster as lists
from phoihop.programmes.ost.queries import supplying as seen
from phoihop.programmes.ost.queries.roster import State
from phoihop.programmes.ost.rules.takehome import Inpatient
from phoihop.programmes.ost.tests.care_people import person_of
from phoihop.programmes.ost.tests.making import TODAY, acting, admitted, opened, ordered, roster, stocked
from tests.support.world import signed_in

ALL = Inpatient(request_confirmed=True, undertaking_copies=2, labelled=True, leak_tested=True)


def days(ahead):
    return TODAY + timedelta(days=ahead)


@pytest.fixture
def client(house):
    stocked(house.storekeeper, house.a)
    opened(house.dispenser, house.a)
    made = admitted(house.doctor, house.a)
    ordered(house.doctor, made)
    return made


def prepared(house, client, first=0, last=4):
    with acting(house.doctor):
        return supplying.prepare(
            by=house.doctor,
            client=client,
            hospital="Bệnh viện huyện, khoa Ngoại",
            carrier="Lò Văn Ún, trưởng trạm",
            first=days(first),
            last=days(last),
        )


def refused(call, *args, **more):
    with pytest.raises(Refusal) as caught:
        call(*args, **more)
    return caught.value.reason


def given(house, supply, papers=ALL):
    return supplying.hand_over(by=house.dispenser, supply=loaded(house, supply), papers=papers)


def loaded(house, supply):
    with acting(house.dispenser):
        return seen.load(house.dispenser, str(supply.uid))


def balances(house):
    with reaching.centre(None, house.a.pk):
        rows = Balance.objects.exclude(kind="trader").exclude(quantity=0)
        return {kind: int(quantity) for kind, quantity in rows.values_list("kind", "quantity")}


def test_five_days_leave_as_one_event_and_cover_those_days(house, client):
    supply = prepared(house, client)
    assert (supply.mg, supply.quantity) == (Decimal(60), Decimal(30))
    given(house, supply)
    assert balances(house) == {"daily-cabinet": 970, "bottle-out": 30}
    with reaching.centre(None, house.a.pk):
        assert LogEntry.objects.get().kind == "bottles"
        assert Dose.objects.filter(bottle=True).count() == 5
    row = roster(house.dispenser, client)
    assert refused(dispensing.give_dose, by=house.dispenser, roster=row) == "used"
    with acting(house.dispenser):
        assert lists.today(house.dispenser, facility=house.a).lines[0].state is State.COVERED
    with acting(house.doctor):
        assert missed.standings([person_of(client)], days(5))[person_of(client)].standing.missed == ()
    assert refused(given, house, supply) == "supply-done"


@pytest.mark.parametrize(
    ("papers", "reason"),
    [
        (Inpatient(False, 2, True, True), "inpatient-request"),
        (Inpatient(True, 1, True, True), "inpatient-undertaking"),
        (Inpatient(True, 2, False, True), "inpatient-label"),
        (Inpatient(True, 2, True, False), "inpatient-leak"),
    ],
)
def test_every_paper_has_to_be_there(house, client, papers, reason):
    supply = prepared(house, client)
    assert refused(given, house, supply, papers) == reason
    assert balances(house) == {"daily-cabinet": 1000}


@pytest.mark.parametrize(
    ("first", "last", "reason"),
    [(-1, 2, "supply-days"), (3, 2, "supply-days"), (0, 7, "supply-days"), (28, 31, "supply-order")],
)
def test_days_that_cannot_be_supplied(house, client, first, last, reason):
    assert refused(prepared, house, client, first, last) == reason


def test_a_day_that_was_given_is_not_supplied(house, client):
    early = prepared(house, client)
    dispensing.give_dose(by=house.dispenser, roster=roster(house.dispenser, client))
    assert refused(prepared, house, client) == "used"
    assert refused(given, house, early) == "used"


def test_what_comes_back(house, client):
    supply = prepared(house, client, 0, 0)

    def back(amount):
        return supplying.take_back(by=house.dispenser, supply=loaded(house, supply), returned=Decimal(amount))

    assert refused(back, 0) == "supply-not-out"
    given(house, supply)
    assert refused(back, 7) == "supply-too-much"
    assert refused(back, 2) == "supply-not-over"
    back(6)
    assert balances(house) == {"daily-cabinet": 994, "returned": 6}
    assert refused(back, 6) == "supply-back"
    with acting(house.dispenser):
        assert seen.one(house.dispenser, supply=loaded(house, supply)).back


def text_of(answer):
    document = docx.Document(io.BytesIO(answer.content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(each.text for each in document.paragraphs), *cells])


def test_the_papers_by_forms(house, client):
    with scope.acting(scope.DOOR):
        doctor = signed_in(Account.objects.get(pk=house.doctor.account))
        me = signed_in(Account.objects.get(pk=house.dispenser.account))
    form = {
        "hospital": "Bệnh viện huyện",
        "carrier": "Lò Văn Ún",
        "first": f"{TODAY:%d/%m/%Y}",
        "last": f"{days(2):%d/%m/%Y}",
    }
    sheet = doctor.post(f"/dt/noi-tru/{client.uid}/", form).headers["Location"]
    page = me.get(sheet).content.decode()
    assert "chưa đối chiếu" in page
    assert me.get("/dt/noi-tru/").headers["Location"] == f"/dt/noi-tru/co-so/{house.a.pk}/"
    assert "Bệnh viện huyện" in me.get(f"/dt/noi-tru/co-so/{house.a.pk}/").content.decode()
    told = {}
    for which in ("04", "05", "06"):
        answer = me.get(f"{sheet}giay/{which}/")
        name = answer.headers["Content-Disposition"]
        assert name.startswith('attachment; filename="ban-in-')
        told[which] = text_of(answer)
        assert "Mẫu" not in told[which], "it does not call itself an official form"
    assert "Sùng A Páo" in told["04"]
    assert told["05"].lower().count("giấy cam kết của người đại diện") == 2
    assert "Chai 3/3" in told["06"]
    assert "Sùng" not in told["06"]
    assert me.get(f"{sheet}giay/07/").status_code == 409
    with scope.acting(scope.Scope("audit", agencies=(house.a.agency_id,))):
        left = AuditEntry.objects.filter(action="ost.case_give_supply_paper", outcome="done")
        assert {each.kind for each in left} == {"export"}
        assert left.count() == 3
    ready = {"confirmed": "on", "copies": "2", "labelled": "on", "leak_tested": "on"}
    assert me.post(sheet, ready | {"copies": "1"}).status_code == 422
    assert me.post(sheet, ready).status_code == 302
    assert me.post(f"{sheet}tra/", {"returned": "1"}).status_code == 422
    assert me.post(f"{sheet}tra/", {"returned": "18"}).status_code == 302
    assert "đã xong, trả lại 18,0" in me.get(sheet).content.decode()
    with scope.acting(scope.DOOR):
        stranger = signed_in(Account.objects.get(pk=house.dispenser_b.account))
    for address in (sheet, f"{sheet}tra/", f"{sheet}giay/04/", f"/dt/noi-tru/co-so/{house.a.pk}/"):
        assert stranger.get(address).status_code == 404
