"""The pages of the organisation: what they show to whom, what they refuse, and at what cost in statements."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from phoihop.base.org import actions, mergers, notices, tokens, viewers
from phoihop.base.org.mergers import Merger
from phoihop.base.org.models import Account, Agency, Notice, Person, Position, Proposal
from phoihop.base.org.pages.home import shares
from phoihop.base.org.pages.shared import kept_search
from phoihop.base.org.queries import own
from phoihop.base.org.queries import people as listing
from phoihop.base.org.tests import making
from phoihop.base.security import scope
from phoihop.base.security.scope import Scope
from phoihop.kernel.sorting import person_key
from tests.support.world import signed_in

JOB = Scope("job")
REASON = "thay người nghỉ hưu từ đầu tháng"


class House:
    """An agency with an administrator, a data protector, a head, an auditor and a clerk; one more head."""

    def __init__(self) -> None:
        with scope.acting(making.INSTALL):
            self.unit = making.unit("nam-khao", name="Nậm Khao", system="test")
            self.agency = making.agency("Sở Y tế Mường Lay", "health.province", self.unit)
            self.other = making.agency("Công an Mường Lay", "police.province", self.unit)
            self.facility = making.facility(self.agency, "Phòng khám Nậm Khao")
            self.who = {
                "admin": self.somebody("Giàng Thị Mo", "administrator"),
                "dpo": self.somebody("Quàng Thị Én", "data-protection"),
                "head": self.somebody("Lường Văn Tấp", "head"),
                "auditor": self.somebody("Vàng A Páo", "auditor"),
                "clerk": self.somebody("Tòng Văn Ít", "member"),
                "outsider": self.somebody("Khoàng Thị Nu", "head", self.other),
            }

    def somebody(self, name: str, role: str, place: Agency | None = None) -> Account:
        account = making.account(name)
        account.person.sort_key = person_key(name)
        account.person.save()
        making.position(account, role, place or self.agency)
        return account

    def person(self, who: str) -> Person:
        with scope.acting(JOB):
            return Person.objects.get(pk=self.who[who].person_id)

    def viewer(self, who: str):
        return making.viewer(self.who[who])

    def browser(self, who: str, **more):
        viewers.CACHE.clear()
        return signed_in(self.who[who], **more)

    def page(self, who: str, path: str, **more):
        answer = self.browser(who).get(path, **more)
        assert answer.status_code == 200, answer.content.decode()
        return answer.content.decode()

    def propose(self, who: str = "clerk", role: str = "exporter") -> Proposal:
        made = actions.give_position(
            by=self.viewer("admin"), person=self.person(who), role=role, place=self.agency,
            since=timezone.localdate(), reason=REASON,
        )  # fmt: skip
        assert isinstance(made, Proposal)
        return made

    def grow(self, times: int) -> None:
        """More of everything that a page lists."""
        with scope.acting(making.INSTALL):
            for n in range(times):
                key = f"b{Agency.objects.count()}-{n}"
                unit = making.unit(key, parent=self.unit, name=f"Bản {n}", system="test")
                agency = making.agency(f"Trạm {n}", unit=unit)
                agency.parent = self.agency
                agency.save()
                making.facility(self.agency, f"Điểm {n}", parent=self.facility, unit=unit)
                clerk = making.account(f"Lò Thị Pâng {Account.objects.count()}")
                making.position(clerk, "member", self.agency, unit)
                making.position(clerk, "member", self.facility, unit)
        for _ in range(times):
            proposal = self.propose()
            listing.person(self.viewer("head"), person=self.person("clerk"))
            tell(self.who.values(), f"org.Proposal:{proposal.pk}")


def tell(accounts, thing: str = "") -> None:
    with scope.acting(JOB):
        notices.tell([account.pk for account in accounts], "position-given", thing)


@pytest.fixture
def house(db) -> House:
    return House()


PAGES = [
    ("dpo", "/hom-nay/"),
    ("clerk", "/toi/"),
    ("clerk", "/toi/ai-da-xem/"),
    ("clerk", "/thong-bao/"),
    ("clerk", "/vai-tro/"),
    ("clerk", "/dia-ban/"),
    ("clerk", "/dia-ban/?q=ban"),
    ("clerk", "/dia-ban/goi-y/?q=ban"),
    ("clerk", "/dia-ban/{unit}/"),
    ("clerk", "/co-quan/"),
    ("clerk", "/co-quan/?q=tram"),
    ("clerk", "/co-quan/{agency}/"),
    ("clerk", "/co-quan/phan-cong/"),
    ("clerk", "/co-so/{facility}/"),
    ("admin", "/co-so/dia-ban/"),
    ("admin", "/co-so/{facility}/dia-ban/"),
    ("admin", "/co-quan/lap/"),
    ("admin", "/co-quan/{agency}/lap-co-so/"),
    ("admin", "/co-quan/{agency}/doi-ten/"),
    ("head", "/can-bo/{person}/chan/"),
    ("admin", "/can-bo/"),
    ("admin", "/can-bo/?tim={search}"),
    ("admin", "/can-bo/{person}/"),
    ("admin", "/can-bo/{person}/giao-nhiem-vu/"),
    ("dpo", "/de-nghi/"),
    ("admin", "/de-nghi/"),
    ("admin", "/hop-nhat/de-nghi/"),
    ("auditor", "/nhat-ky/"),
    ("dpo", "/canh-bao/"),
    ("dpo", "/ban-tin/"),
    ("head", "/ban-tin/{agency}/"),
]


def address(house: House, path: str) -> str:
    return path.format(
        unit=house.unit.key,
        agency=house.agency.pk,
        facility=house.facility.pk,
        person=house.who["clerk"].person_id,
        search=kept_search(house.viewer("admin"), "pang"),
    )


def cost(house: House, who: str, path: str) -> int:
    browser, path = house.browser(who), address(house, path)
    assert browser.get(path).status_code == 200  # warms the lineage and the viewer
    with CaptureQueriesContext(connection) as caught:
        browser.get(path)
    return len([q for q in caught.captured_queries if "SAVEPOINT" not in q["sql"]])


def test_no_page_costs_more_statements_when_there_is_ten_times_as_much(house):
    house.grow(2)
    before = {(who, path): cost(house, who, path) for who, path in PAGES}
    house.grow(20)
    assert {(who, path): cost(house, who, path) for who, path in PAGES} == before
    assert max(before.values()) <= 25, before


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("clerk", "/co-quan/?fields=*"),
        ("clerk", "/co-quan/?expand=positions"),
        ("admin", "/can-bo/?ordering=phone"),
        ("admin", "/can-bo/?q=a"),
        ("admin", "/can-bo/?page=1&page=2"),
        ("admin", "/can-bo/?page=1;select pg_sleep(5)"),
        ("admin", "/can-bo/?page=-1"),
        ("admin", "/can-bo/?filter[phone]=09"),
        ("admin", "/can-bo/?tim=a%00b"),
        ("auditor", "/nhat-ky/?kind=read'--"),
        ("auditor", "/nhat-ky/?thing=org.Person"),
        ("auditor", "/nhat-ky/?before=x"),
        ("clerk", "/dia-ban/?on=" + "1" * 40),
        ("clerk", "/co-quan/phan-cong/?tier=moon"),
        ("clerk", "/hom-nay/?x=1"),
    ],
)
def test_a_parameter_that_a_page_does_not_know_is_a_bad_request(house, who, path):
    assert house.browser(who).get(path).status_code == 400


@pytest.mark.parametrize(
    "form",
    [{"_connector": "OR 1=1 --"}, {"name__startswith": "a"}, {"__class__": "x"}, {"is_active": "1"}],
)
def test_a_field_that_a_form_does_not_have_is_a_bad_request(house, form):
    answer = house.browser("admin").post("/can-bo/moi/", {"name": "Lý A Sò", "username": "soly", **form})
    assert answer.status_code == 400
    with scope.acting(JOB):
        assert not Account.objects.filter(username="soly").exists()


def test_today_shows_at_most_five_things_and_the_work_first(house):
    house.grow(6)
    said = house.page("dpo", "/hom-nay/")
    assert 1 <= said.count('<li class="task') <= 5
    assert said.index("Quyết định đề nghị đang chờ") < said.index("Anh/chị được giao thêm nhiệm vụ")


@given(st.booleans(), *[st.integers(0, 12)] * 3)
def test_of_whatever_waits_five_are_shown_and_work_comes_before_news(asked, work, ending, news):
    shown, ends, told = shares(asked, work, ending, news)
    assert (shown <= work, ends <= ending, told <= news) == (True, True, True)
    assert shown + ends + told == min(own.FEW - asked, work + ending + news)
    assert bool(told) == bool(news)
    assert shown == work or (ends, told) == (0, bool(news))


def test_today_without_work_teaches(house):
    assert "Hôm nay không có việc nào chờ anh/chị" in house.page("clerk", "/hom-nay/")


def test_notices_are_read_when_one_says_so(house):
    tell([house.who["clerk"]])
    assert "Đánh dấu đã đọc" in house.page("clerk", "/thong-bao/")
    assert house.browser("clerk").post("/thong-bao/da-doc/").status_code == 302
    with scope.acting(JOB):
        assert not Notice.objects.filter(account=house.who["clerk"], seen_at=None).exists()


def test_an_agency_names_its_people_to_its_own_and_shows_others_the_offices(house):
    path = f"/co-quan/{house.agency.pk}/"
    assert "Giàng Thị Mo" in house.page("clerk", path)
    outside = house.page("outsider", path)
    assert "Giàng Thị Mo" not in outside
    assert "Quản trị hệ thống" in outside
    assert "Phòng khám Nậm Khao" not in outside


def test_people_stand_in_the_order_of_given_names_and_are_found_without_marks(house):
    said = house.page("admin", "/can-bo/").partition("<main")[2]
    names = ["Quàng Thị Én", "Tòng Văn Ít", "Giàng Thị Mo", "Khoàng Thị Nu", "Vàng A Páo", "Lường Văn Tấp"]
    assert sorted(names, key=said.index) == names
    assert "Vàng A Páo" in searched(house, "pao vang")
    assert "Vàng A Páo" not in searched(house, "mo")


def searched(house, text: str) -> str:
    return house.browser("admin").post("/can-bo/", {"q": text}, follow=True).content.decode()


def test_a_head_sees_the_people_of_the_agency_alone(house):
    assert "Khoàng Thị Nu" not in house.page("head", "/can-bo/")
    outsider = house.who["outsider"].person_id
    assert house.browser("head").get(f"/can-bo/{outsider}/").status_code == 404


def give(house: House, **more):
    form = {
        "role": "member", "place": f"agency:{house.agency.pk}", "since": "1/4/2026", "until": "", "basis": "",
        "reason": "", "search": "",
    }  # fmt: skip
    path = f"/can-bo/{house.who['clerk'].person_id}/giao-nhiem-vu/"
    return house.browser("admin").post(path, form | more)


def test_what_was_typed_stays_when_something_is_wrong(house):
    answer = give(house, since="31/2/2026", basis="QĐ 5/QĐ-SYT")
    said = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="31/2/2026"' in said
    assert 'value="QĐ 5/QĐ-SYT"' in said
    assert 'href="#f-since"' in said
    assert 'aria-invalid="true"' in said


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"role": ""}, "f-role"),
        ({"role": "emperor"}, "f-role"),
        ({"place": "agency:999999"}, "f-place"),
        ({"until": "1/1/2026"}, "f-until"),
        ({"role": "head"}, "f-reason"),
        ({"role": "member"}, "f-role"),  # held already
    ],
)
def test_each_fault_stands_at_its_field(house, more, field):
    give(house)
    answer = give(house, **more)
    assert answer.status_code == 422
    assert f'id="{field}-fault"' in answer.content.decode()


def test_an_ordinary_role_is_given_and_a_sensitive_one_is_proposed(house):
    answer = give(house, since="01/04/2020", until="01052020")
    assert answer.headers["Location"] == f"/can-bo/{house.who['clerk'].person_id}/"
    answer = give(house, role="head", reason=REASON)
    assert answer.headers["Location"] == f"/de-nghi/{Proposal.objects.get().pk}/"
    assert Position.objects.filter(person=house.person("clerk"), role="head").count() == 0


def test_units_are_found_and_ticked_without_sending_anything(house):
    before = Position.objects.count()
    answer = give(house, search="nam khao", find="1", since="mai kia")
    said = answer.content.decode()
    assert answer.status_code == 200
    assert f'value="{house.unit.key}"' in said
    assert "Chưa gửi được" not in said
    assert Position.objects.count() == before


def test_a_proposal_says_what_it_would_do_and_is_allowed_by_another(house):
    proposal = house.propose()
    path = f"/de-nghi/{proposal.pk}/quyet-dinh/"
    said = house.page("dpo", path)
    assert "Tòng Văn Ít sẽ giữ vai trò “Cán bộ xuất dữ liệu” tại Sở Y tế Mường Lay." in said
    assert REASON in said
    assert house.browser("dpo").post(path, {"decision": "allow"}).headers["Location"] == path
    assert "đã cho phép" in house.page("dpo", path)
    assert house.browser("head").post(path, {"decision": "refuse"}).status_code == 409


def test_who_has_not_proved_who_they_are_is_asked_before_the_decision_opens(house):
    path = f"/de-nghi/{house.propose().pk}/quyet-dinh/"
    answer = house.browser("dpo", fresh=False).get(path)
    assert answer.headers["Location"].startswith("/dang-nhap/xac-nhan/")


def test_who_gains_by_a_proposal_sees_no_button(house):
    path = f"/de-nghi/{house.propose('head', 'exporter').pk}/quyet-dinh/"
    said = house.page("head", path)
    assert 'value="allow"' not in said
    assert "Anh/chị được hưởng từ đề nghị này" in said


def test_the_asker_may_withdraw_and_not_decide(house):
    proposal = house.propose()
    said = house.page("admin", f"/de-nghi/{proposal.pk}/")
    assert 'value="allow"' not in said
    assert house.browser("admin").get(f"/de-nghi/{proposal.pk}/quyet-dinh/").status_code == 404
    house.browser("admin").post(f"/de-nghi/{proposal.pk}/rut/")
    assert Proposal.objects.get().state == Proposal.State.WITHDRAWN


def merger(house: House, day=None) -> Proposal:
    plan = Merger("agencies", (house.other.pk,), house.agency.pk, day or timezone.localdate(), "NQ 5/NQ-HĐND")
    return mergers.propose(by=house.viewer("admin"), merger=plan, reason="sắp xếp bộ máy của tỉnh")


def test_a_merger_shows_who_gains_sight_before_it_is_allowed(house):
    said = house.page("dpo", f"/de-nghi/{merger(house).pk}/quyet-dinh/")
    assert "Công an Mường Lay nhập vào Sở Y tế Mường Lay" in said
    assert "+ Công an Mường Lay" in said
    assert "Lường Văn Tấp" in said


def test_no_head_concerned_decides_a_merger(house):
    path = f"/de-nghi/{merger(house).pk}/quyet-dinh/"
    assert house.browser("head").get(path).status_code == 404
    assert house.browser("head").post(path, {"decision": "allow"}).status_code == 404
    assert Proposal.objects.get().state == Proposal.State.OPEN


def test_a_merger_is_looked_at_and_then_proposed_with_what_was_typed(house):
    form = {
        "what": "agencies", "search": "", "olds": [house.other.pk], "new": house.agency.pk, "day": "1/1/2027",
        "basis": "NQ 5/NQ-HĐND", "reason": "",
    }  # fmt: skip
    said = house.browser("admin").post("/hop-nhat/de-nghi/", form | {"look": "1"}).content.decode()
    assert "+ Công an Mường Lay" in said
    assert 'name="propose"' in said
    assert house.browser("admin").post("/hop-nhat/de-nghi/", form | {"propose": "1"}).status_code == 422
    done = house.browser("admin").post("/hop-nhat/de-nghi/", form | {"propose": "1", "reason": REASON})
    assert done.headers["Location"] == f"/de-nghi/{Proposal.objects.get().pk}/"
    assert house.browser("dpo").post("/hop-nhat/", form | {"propose": "1"}).status_code == 400


def test_a_position_ends_from_the_page(house):
    position = Position.objects.get(person=house.person("clerk"))
    assert "Tòng Văn Ít" in house.page("head", f"/nhiem-vu/{position.pk}/ket-thuc/")
    house.browser("head").post(f"/nhiem-vu/{position.pk}/ket-thuc/", {"last_day": "hôm nay"})
    position.refresh_from_db()
    assert position.until == timezone.localdate()


def test_somebody_new_gets_an_account(house):
    answer = house.browser("admin").post("/can-bo/moi/", {"name": " Lý  A Sò ", "username": "SoLy"})
    with scope.acting(JOB):
        account = Account.objects.select_related("person").get(username="soly")
    assert answer.headers["Location"] == f"/can-bo/{account.person_id}/"
    assert account.person.name == "Lý A Sò"
    again = house.browser("admin").post("/can-bo/moi/", {"name": "Lý A Sò", "username": "soly"})
    assert 'id="f-username-fault"' in again.content.decode()


def test_one_sees_who_looked_colleagues_by_name_and_others_by_office(house):
    for reader in ("head", "dpo"):
        listing.person(house.viewer(reader), person=house.person("outsider" if reader == "dpo" else "clerk"))
    assert "Lường Văn Tấp" in house.page("clerk", "/toi/ai-da-xem/")
    said = house.page("outsider", "/toi/ai-da-xem/")
    assert "Quàng Thị Én" not in said
    assert "Sở Y tế Mường Lay" in said


def test_the_record_is_of_ones_own_agency_and_tells_no_value(house):
    listing.people(house.viewer("head"), text="tong")
    listing.people(house.viewer("outsider"), text="khoang")
    said = house.page("auditor", "/nhat-ky/?kind=search")
    assert "Lường Văn Tấp" in said
    assert "Khoàng Thị Nu" not in said
    assert "tong" not in said


def test_the_record_goes_on_page_by_page(house):
    for _ in range(60):
        listing.people(house.viewer("head"))
    first = house.page("auditor", "/nhat-ky/")
    before = first.partition("?before=")[2].partition("&")[0]
    assert first.count("<tr>") == 51
    assert "Xem danh sách cán bộ" in house.page("auditor", f"/nhat-ky/?before={before}")


def test_the_digest_says_what_is_unusual_and_who_looked(house):
    clerk = house.person("clerk")
    for _ in range(31):
        listing.person(house.viewer("head"), person=clerk)
    path = f"/ban-tin/{house.agency.pk}/"
    said = house.page("head", path)
    assert "Lường Văn Tấp" in said
    assert "31 hồ sơ trong vòng một phút" in said
    assert "Lần cuối" in house.page("head", f"{path}?thing=org.Person:{clerk.pk}")


def test_every_page_offers_why_and_the_address_tells_nothing(house):
    person = house.who["clerk"].person_id
    said = house.page("head", f"/can-bo/{person}/")
    address = said.partition('<footer class="why"><a href="')[2].partition('"')[0]
    told = house.page("head", address)
    assert "Thủ trưởng đơn vị" in told
    assert "Giàng Thị Mo" in told  # of the same agency, and reaches people too
    assert house.browser("head").get(address[:-3] + "xx/").status_code == 404


def test_a_token_is_sealed_anew_each_time_and_ends(monkeypatch, house):
    first, second = (tokens.sealed("org.see_agencies", house.agency) for _ in range(2))
    assert first != second
    assert tokens.opened(first) == ("org.see_agencies", Agency, str(house.agency.pk))
    assert tokens.opened("") is None
    assert tokens.opened(first[:-2]) is None
    monkeypatch.setattr(tokens, "LIFE", -1)
    assert tokens.opened(tokens.sealed("org.see_agencies", house.agency)) is None


def test_the_menu_holds_what_may_be_opened(house):
    clerk, admin = house.page("clerk", "/hom-nay/"), house.page("admin", "/hom-nay/")
    assert 'href="/can-bo/"' not in clerk
    assert 'href="/nhat-ky/"' not in clerk
    assert 'href="/can-bo/"' in admin
    assert "Đăng xuất" in clerk


def test_a_day_that_is_none_is_said_beside_the_field(house):
    said = house.page("clerk", "/dia-ban/?on=31/2/2024")
    assert 'id="on-fault"' in said
    assert 'value="31/2/2024"' in said
    assert house.browser("clerk").get("/dia-ban/?on=1/1/1990").status_code == 409


def test_who_answered_in_2022_and_who_answers_now(house):
    said = house.page("clerk", "/co-quan/phan-cong/?on=01/03/2022")
    assert "Sở Lao động - Thương binh và Xã hội" in said
    assert "<b>Công an cấp tỉnh</b>" in said


def test_roles_are_told_with_ones_own_first(house):
    said = house.page("auditor", "/vai-tro/")
    assert said.index("Kiểm tra nhật ký") < said.index("Quản trị hệ thống")
    assert "Đọc nhật ký" in said
