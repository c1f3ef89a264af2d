"""Somebody whose work lets them open every file looks up a neighbour (T4)."""

import re

import pytest
from django.utils import timezone

from phoihop.base.org.models import Notice, Opening
from phoihop.base.org.tests import making
from phoihop.base.org.tests.signin import code, with_app
from phoihop.base.security import scope
from phoihop.base.security.audit.unusual import Rule
from phoihop.base.security.models import AuditEntry
from phoihop.base.security.scope import Scope
from tests.standin import actions
from tests.standin import queries as standin
from tests.standin.examples import DAY
from tests.standin.models import Client
from tests.support import world as worlds
from tests.support.world import HERE, THERE

JOB = Scope("job")
WHY = "làm thay chị Sua nghỉ ốm"
SAID = {"purpose": "cover", "purpose_words": WHY}


class Office:
    """Twelve files of one carer, a second carer of the same clinic who opens them, and their head."""

    def __init__(self, db: object) -> None:
        self.world = worlds.build()
        self.clinic, commune = self.world.facilities[HERE], self.world.units[HERE]
        with scope.acting(making.INSTALL):
            self.nurse = making.account("Vàng Thị Tò")
            making.position(self.nurse, "carer-alpha", self.clinic, commune)
        self.owner = self.world.people["carer-alpha@here"]
        names = ["Giàng A Lử", *(f"Sùng A {letter}" for letter in "ABCDEFGHIJK")]
        self.files = [self.enrol(name, home=commune) for name in names]
        self.head = self.world.people["head@here"]
        self.browser = worlds.signed_in(self.nurse)

    def enrol(self, name: str, **more: object) -> Client:
        return actions.enrol(
            "alpha", by=self.owner.viewer, facility=self.clinic, name=name, since=DAY, **more
        )

    def address(self, client: Client) -> str:
        return f"/standin/a/{client.pk}/"

    def told(self, who: str) -> list[str]:
        with scope.acting(JOB):
            return list(
                Notice.objects.filter(
                    account=self.world.people[who].account, code="opened-outside"
                ).values_list("thing", flat=True)
            )

    def entries(self, **which: object) -> list[AuditEntry]:
        with scope.acting(JOB):
            return list(AuditEntry.objects.filter(account=self.nurse.pk, **which).order_by("pk"))

    def digest(self, who: str = "head@here") -> str:
        agency = self.world.agencies[HERE]
        return self.world.people[who].browser().get(f"/ban-tin/{agency.pk}/").text


@pytest.fixture
def office(db) -> Office:
    return Office(db)


def test_a16_each_file_outside_ones_work_asks_what_for_before_it_tells_anything(office):
    for client in office.files:
        asked = office.browser.get(office.address(client))
        assert asked.status_code == 403
        assert "Mở hồ sơ này để làm gì?" in asked.text
        assert not re.search(r"Giàng A Lử|Sùng A", asked.text)
    assert len(office.entries(kind="refusal", detail__rule="purpose-missing")) == 12
    assert office.told("head@here") == [], "nothing was opened yet"


def test_a16_twelve_of_them_are_told_to_the_head_at_once_and_stand_in_the_digest(office):
    for client in office.files:
        sent = office.browser.post(office.address(client), SAID)
        assert sent["Location"] == office.address(client)
        assert office.browser.get(office.address(client)).status_code == 200
    assert office.told("head@here") == [f"org.Account:{office.nurse.pk}"], "one unread notice of one reader"
    assert office.told("head@there") == office.told("data-protection@here") == []
    opened = office.entries(kind="read", action="standin.case_alpha_see")
    assert [(e.detail["caseload"], e.detail["reason"]) for e in opened] == [("outside", "cover")] * 12
    page = office.digest()
    assert "Mở hồ sơ ngoài phần việc được giao: 12 lần." in page
    assert page.count(WHY) == 12
    assert "Sùng A" not in page


def test_a16_the_head_who_has_read_it_is_told_again(office):
    def open_one(client: Client) -> None:
        office.browser.post(office.address(client), SAID)
        office.browser.get(office.address(client))

    open_one(office.files[0])
    with scope.acting(JOB):
        Notice.objects.update(seen_at=timezone.now())
    open_one(office.files[1])
    assert len(office.told("head@here")) == 2


def test_a16_a_purpose_opens_one_file_for_one_session_and_a_bounded_time(office):
    first, other = office.files[:2]
    office.browser.post(office.address(first), SAID)
    assert office.browser.get(office.address(first)).status_code == 200
    assert office.browser.get(office.address(other)).status_code == 403
    assert worlds.signed_in(office.nurse).get(office.address(first)).status_code == 403
    with scope.acting(JOB):
        Opening.objects.update(until=timezone.now())
    assert office.browser.get(office.address(first)).status_code == 403


def test_a16_ones_own_work_asks_nothing_and_is_told_to_nobody(office):
    browser = office.owner.browser()
    assert browser.get(office.address(office.files[0])).status_code == 200
    assert office.told("head@here") == []


def test_a16_somebody_of_ones_own_surname_and_commune_is_asked_about_even_in_ones_own_work(office):
    with scope.acting(scope.Scope("install")):
        nurse = making.viewer(office.nurse)
    commune, far = office.world.units[HERE], office.world.units[THERE]
    given = {"by": nurse, "facility": office.clinic, "since": DAY}
    kin = actions.enrol("alpha", name="Vàng A Páo", home=commune, **given)
    for name, home in (("Vàng A Chơ", far), ("Lò Văn Pâng", commune), ("Vàng A Sếnh", None)):
        mine = actions.enrol("alpha", name=name, home=home, **given)
        assert office.browser.get(office.address(mine)).status_code == 200, name
    assert office.browser.get(office.address(kin)).status_code == 403
    office.browser.post(office.address(kin), SAID)
    assert office.browser.get(office.address(kin)).status_code == 200
    (opened,) = office.entries(kind="read", thing_id=str(kin.pk))
    assert (opened.detail["kin"], opened.detail["caseload"]) == (1, "in")
    assert office.told("head@here") == [f"org.Account:{office.nurse.pk}"]
    assert "cùng họ, cùng xã với mình: 1 lần" in office.digest()


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"purpose_words": WHY}, "Hãy chọn một mục đích."),
        ({"purpose": "nosy", "purpose_words": WHY}, "Hãy chọn một mục đích."),
        ({"purpose": "other", "purpose_words": " x  "}, "Hãy ghi vài từ"),
    ],
)
def test_a16_a_purpose_that_says_nothing_opens_nothing(office, sent, says):
    address = office.address(office.files[0])
    answer = office.browser.post(address, sent)
    assert answer.status_code == 422
    assert says in answer.text
    assert office.browser.get(address).status_code == 403


def test_a16_what_was_said_stands_in_no_address_and_nowhere_in_clear(office):
    address = office.address(office.files[0])
    assert "?" not in office.browser.post(address, SAID)["Location"]
    with scope.acting(JOB):
        (row,) = Opening.objects.all()
        kept = str(list(AuditEntry.objects.values())) + bytes(row.words).decode("latin-1")
    assert "Sua" not in kept


def test_a16_a_purpose_opens_no_file_that_ones_role_does_not(office):
    address = office.address(office.files[0])
    for who in ("carer-alpha@there", "head@here", "administrator@here"):
        browser = office.world.people[who].browser()
        answer = browser.post(address, SAID)
        assert answer.status_code == 404, who
        assert worlds.told(answer) == worlds.told(browser.get("/khong-co-gi/")), who
    with scope.acting(JOB):
        assert not Opening.objects.exists()


def test_a16_a_script_is_told_which_purposes_there_are(office):
    answer = office.browser.get(office.address(office.files[0]), headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["reason"]) == (403, "purpose-missing")
    assert "cover" in answer.json()["purposes"]


def test_a16_a_head_who_reads_is_told_of_by_others(office):
    """Nobody is the only one to hear of their own reading."""
    with scope.acting(making.INSTALL):
        making.position(office.head.account, "carer-alpha", office.clinic)
    browser = office.head.browser()
    browser.post(office.address(office.files[0]), SAID)
    assert browser.get(office.address(office.files[0])).status_code == 200
    assert office.told("head@here") == []
    assert office.told("data-protection@here") == [f"org.Account:{office.head.account.pk}"]


def test_a16_the_same_search_again_and_again_is_seen_without_its_words(office):
    for text in ("giang a lu", "Giàng  A Lử", "GIÀNG A LỬ", "giàng a lử", "giang A lu"):
        office.browser.post("/standin/a/search/", {"text": text})
    office.browser.post("/standin/a/search/", {"text": "sung"})
    needles = [entry.detail["needle"] for entry in office.entries(kind="search")]
    assert len(set(needles)) == 2
    assert len(set(needles[:5])) == 1
    assert "Tìm đi tìm lại cùng một nội dung: 5 lần trong tuần." in office.digest()


def test_a16_who_is_on_call_is_not_noticed_for_the_hour(office, monkeypatch):
    monkeypatch.setattr(standin, "ON_CALL", {office.owner.account.pk})
    office.owner.browser().get(office.address(office.files[0]))
    with scope.acting(JOB):
        entry = AuditEntry.objects.filter(kind="read", thing_kind="standin.Client").latest("pk")
    assert entry.detail["duty"] == 1
    assert Rule.OUTSIDE_HOURS.value not in str(entry.detail)


def test_a16_after_proving_again_who_one_is_the_purpose_is_asked_anew(office):
    """It was given in the session before: a new proof is a new session of the same person."""
    secret, address = with_app(office.nurse), office.address(office.files[0])
    office.browser.post(address, SAID)
    office.browser.post("/dang-nhap/xac-nhan/", {"code": code(secret), "next": address})
    assert office.browser.get(address).status_code == 403
