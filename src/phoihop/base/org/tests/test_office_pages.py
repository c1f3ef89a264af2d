"""The forms for agencies, facilities and blocks, and the search for people."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.utils import timezone

from phoihop.base.org import blocks, reach
from phoihop.base.org.models import Agency, Block, Facility, Position, Unit
from phoihop.base.org.pages.shared import kept_search, search_kept
from phoihop.base.org.proposals import KINDS
from phoihop.base.org.roles import ROLES
from phoihop.base.org.rules.permissions import Reach
from phoihop.base.org.tests import making
from phoihop.base.org.tests.test_pages import JOB, House, merger
from phoihop.base.security import scope


@pytest.fixture
def house(db) -> House:
    made = House()
    reach.forget()
    return made


def today() -> str:
    return f"{timezone.localdate():%d/%m/%Y}"


def agency_form(house, **more):
    form = {
        "kind": "interior.province", "name": "Sở Nội vụ Mường Lay", "since": "1/8/2025",
        "unit": house.unit.key, "find_unit": "", "parent": "", "find_parent": "", "basis": "QĐ 4/QĐ-UBND",
    }  # fmt: skip
    return form | more


def test_an_agency_is_set_up_by_hand(house):
    answer = house.browser("admin").post("/co-quan/lap/", agency_form(house, parent=str(house.other.pk)))
    made = Agency.objects.get(name="Sở Nội vụ Mường Lay")
    assert answer.headers["Location"] == f"/co-quan/{made.pk}/"
    assert (made.unit, made.parent, f"{made.valid_from}") == (house.unit, house.other, "2025-08-01")
    said = house.page("admin", f"/co-quan/{made.pk}/")
    assert "QĐ 4/QĐ-UBND" in said


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"kind": ""}, "f-kind"),
        ({"kind": "moon.province"}, "f-kind"),
        ({"kind": "labour.province"}, "f-kind"),
        ({"name": " "}, "f-name"),
        ({"name": "sở y tế mường lay", "kind": "health.province"}, "f-name"),
        ({"since": "31/2/2026"}, "f-since"),
        ({"unit": ""}, "f-find_unit"),
    ],
)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_each_fault_of_an_agency_stands_at_its_field(house, more, field, language):
    browser = house.browser("admin")
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    answer = browser.post("/co-quan/lap/", agency_form(house, **more))
    said = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="{field}-fault"' in said
    assert ('<html lang="en"' in said) == (language == "en")
    assert Agency.objects.count() == 2


def test_the_units_of_the_first_day_are_found_and_nothing_is_sent(house):
    with scope.acting(making.INSTALL):
        old = making.unit("nk-cu", name="Nậm Khao", system="test", valid_to=timezone.localdate())
        Unit.objects.filter(pk=old.pk).update(valid_from="2004-01-01", valid_to="2025-06-30")
    form = agency_form(house, find="unit", find_unit="nam khao", unit="", name="")
    now = house.browser("admin").post("/co-quan/lap/", form).content.decode()
    then = house.browser("admin").post("/co-quan/lap/", form | {"since": "1/3/2010"}).content.decode()
    assert f'value="{old.key}"' not in now
    assert f'value="{old.key}"' in then
    assert f'value="{house.unit.key}"' in now
    assert "Chưa gửi được" not in now
    assert Agency.objects.count() == 2


def test_an_agency_is_renamed_found_by_its_old_name_and_ended(house):
    path = f"/co-quan/{house.agency.pk}"
    answer = house.browser("admin").post(
        f"{path}/doi-ten/", {"name": "Sở Y tế và Dân số", "day": "hôm nay", "basis": "NQ 9/NQ-HĐND"}
    )
    new = Agency.objects.get(name="Sở Y tế và Dân số")
    assert answer.headers["Location"] == f"/co-quan/{new.pk}/"
    found = house.page("clerk", "/co-quan/?q=y te muong lay")
    assert "trước đây: Sở Y tế Mường Lay" in " ".join(found.split())
    assert f'href="/co-quan/{new.pk}/"' in found
    old = house.page("clerk", f"{path}/")
    assert "đổi tên thành" in old
    assert "nhập vào" not in old
    assert "Phòng khám Nậm Khao" in house.page("clerk", f"/co-quan/{new.pk}/")
    assert "Sở Y tế và Dân số" in house.page("clerk", f"/co-so/{house.facility.pk}/")
    assert house.browser("admin").post(f"{path}/ket-thuc/", {"last_day": today()}).status_code == 422
    end = house.browser("admin").post(f"/co-quan/{new.pk}/ket-thuc/", {"last_day": "hôm nay", "basis": ""})
    assert "Còn người giữ nhiệm vụ" in end.content.decode()


def test_a_facility_is_set_up_with_its_point_and_ended(house):
    def send(**more):
        form = {
            "kind": "point", "name": "Điểm Nậm Khao 2", "since": "1/8/2025", "unit": house.unit.key,
            "find_unit": "", "parent": str(house.facility.pk), "programmes": ["alpha"],
        }  # fmt: skip
        return house.browser("admin").post(f"/co-quan/{house.agency.pk}/lap-co-so/", form | more)

    said = send(parent="").content.decode()
    assert 'id="f-parent-fault"' in said
    assert "Điểm cấp phát thuốc phải thuộc một cơ sở." in said
    assert send(programmes=["moon"]).status_code == 422
    made = send().headers["Location"]
    point = Facility.objects.get(name="Điểm Nậm Khao 2")
    assert made == f"/co-so/{point.pk}/"
    assert (point.parent, point.programmes) == (house.facility, ["alpha"])
    shown = house.page("admin", made)
    assert "Điểm cấp phát thuốc" in shown
    assert f'href="{made}ket-thuc/"' in shown
    assert house.browser("admin").post(f"{made}ket-thuc/", {"last_day": "1/7/2025"}).status_code == 422
    house.browser("admin").post(f"{made}ket-thuc/", {"last_day": "hôm nay"})
    point.refresh_from_db()
    assert point.valid_to == timezone.localdate()
    assert f'href="{made}ket-thuc/"' not in house.page("admin", made)


def lay(house, **more):
    form = {"place": str(house.agency.pk), "actions": "org.see_units", "until": ""}
    return house.browser("head").post(f"/can-bo/{house.who['clerk'].person_id}/chan/", form | more)


def test_a_block_shows_on_the_persons_page_and_on_their_own_until_it_is_lifted(house):
    person = f"/can-bo/{house.who['clerk'].person_id}/"
    assert lay(house).headers["Location"] == person
    said = house.page("head", person)
    for part in ("Việc bị chặn", "Xem đơn vị hành chính", "Lường Văn Tấp", "cho tới khi được bỏ"):
        assert part in said
    own = house.page("clerk", "/toi/")
    assert "Việc bị chặn" in own
    assert "Lường Văn Tấp" in own
    assert house.browser("clerk").get("/dia-ban/").status_code == 404
    path = f"/chan/{Block.objects.get().pk}/bo/"
    assert f'href="{path}"' in said
    assert "Xem đơn vị hành chính" in house.page("dpo", path)
    assert house.browser("dpo").post(path).headers["Location"] == person
    assert house.browser("clerk").get("/dia-ban/").status_code == 200
    said = house.page("head", person)
    assert f'href="{path}"' not in said
    assert "Đã hết hiệu lực" in said
    assert "Quàng Thị Én" in said  # who lifted it
    assert "Việc bị chặn" not in house.page("clerk", "/toi/")


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"actions": ""}, "f-actions"),
        ({"actions": "moon.*"}, "f-actions"),
        ({"until": "1/1/2020"}, "f-until"),
    ],
)
def test_each_fault_of_a_block_stands_at_its_field(house, more, field):
    answer = lay(house, **more)
    assert answer.status_code == 422
    assert f'id="{field}-fault"' in answer.content.decode()
    assert not Block.objects.exists()


def test_nobody_is_offered_a_block_on_whom_only_the_past_ties_to_the_agency(house):
    with scope.acting(JOB):
        Position.objects.filter(person=house.who["clerk"].person_id).update(until=making.yesterday())
    said = house.page("head", f"/can-bo/{house.who['clerk'].person_id}/chan/")
    assert "không giữ nhiệm vụ nào ở cơ quan mà anh/chị phụ trách" in said
    assert lay(house).status_code == 422


def test_laying_and_lifting_ask_who_one_is_before_the_page_opens(house):
    laid = blocks.block(
        by=house.viewer("head"), person=house.person("clerk"), place=house.agency, actions="org.explain"
    )
    for path in (f"/can-bo/{house.who['clerk'].person_id}/chan/", f"/chan/{laid.pk}/bo/"):
        answer = house.browser("head", fresh=False).get(path)
        assert answer.headers["Location"].startswith("/dang-nhap/xac-nhan/")


def test_a51_a_searched_name_is_in_no_address_and_going_on_keeps_the_search(house):
    house.grow(60)
    browser = house.browser("admin")
    answer = browser.post("/can-bo/", {"q": "pang"})
    address = answer.headers["Location"]
    assert "pang" not in address.casefold()
    first = browser.get(address).content.decode()
    assert 'value="pang"' in first
    further = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert "pang" not in further.casefold()
    second = browser.get(f"/can-bo/{further}").content.decode()
    assert 'value="pang"' in second
    assert "Giàng Thị Mo" not in second.partition("<main")[2]
    assert browser.post("/can-bo/", {"q": "  "}).headers["Location"] == "/can-bo/"


def test_a_kept_search_is_ones_own_and_its_length_tells_nothing(house):
    admin, dpo = house.viewer("admin"), house.viewer("dpo")
    sealed = kept_search(admin, "Tòng Văn Ít")
    assert search_kept(admin, sealed) == "Tòng Văn Ít"
    assert search_kept(dpo, sealed) == ""
    assert search_kept(admin, sealed[:-3]) == search_kept(admin, "") == search_kept(admin, "x") == ""
    assert len(sealed) == len(kept_search(admin, "a"))


def test_agencies_keep_their_day_and_words_from_page_to_page(house):
    with scope.acting(making.INSTALL):
        for number in range(60):
            making.agency(f"Trạm Y tế {number}", "health-station.commune")
    first = house.page("clerk", "/co-quan/?q=tram&on=1/1/2026")
    further = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert parse_qs(urlsplit(further).query) == {"q": ["tram"], "on": ["01/01/2026"], "page": ["2"]}
    assert "Trạm Y tế" in house.page("clerk", f"/co-quan/{further}")


def test_whoever_may_decide_a_merger_sees_what_it_does(house):
    decide = KINDS["org.merge"].decide
    proposal = merger(house)
    deciding = [
        role.code
        for role in ROLES.values()
        for grant in role.grants
        if grant.names(decide) and (grant.reach is Reach.ALL or proposal.agency_id)
    ]
    assert "data-protection" in deciding
    for code in deciding:
        assert any(g.names("org.see_merger_effects") for g in ROLES[code].grants), code
    path = f"/de-nghi/{proposal.pk}/quyet-dinh/"
    said = house.page("dpo", path)
    assert "+ Công an Mường Lay" in said
    assert 'value="allow"' in said
