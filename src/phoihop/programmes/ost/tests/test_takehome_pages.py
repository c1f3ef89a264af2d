"""Lending and taking medicine home as a browser gets it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from phoihop.programmes.ost.actions import takehome
from phoihop.programmes.ost.models import BottleNote, BottleRow, Minutes
from phoihop.programmes.ost.rules.takehome import Paper
from phoihop.programmes.ost.tests.making import TODAY, acting, admitted, opened, ordered, roster, stocked
from phoihop.programmes.ost.tests.test_takehome_bottles import sign, stable

KEY = "abcdef0123456789abcdef0123456789"


@pytest.fixture
def client(house):
    stocked(house.storekeeper, house.a)
    opened(house.dispenser, house.a)
    return stable(house)


def body(answer) -> str:
    return answer.content.decode()


def day(ahead: int = 0) -> str:
    return f"{TODAY + timedelta(days=ahead):%d/%m/%Y}"


def test_a_client_is_lent_and_called_back_by_forms(house, client, browse):
    me = browse(house.doctor)
    page = f"/dt/noi-uong/{client.uid}/"
    assert "Mọi ngày đều uống tại cơ sở" in body(me.get(page))
    wrong = me.post(page, {"to": str(house.b.pk), "first": day(1), "last": ""})
    assert wrong.status_code == 422
    assert "cần" in body(wrong) or "phải có ngày cuối" in body(wrong)
    assert me.post(page, {"to": str(house.p.pk), "first": day(1), "last": ""}).status_code == 302
    assert "đến khi gọi về" in body(me.get(page))
    assert me.get("/dt/noi-uong/").headers["Location"] == f"/dt/noi-uong/co-so/{house.a.pk}/"
    assert "Sùng A Páo" in body(me.get(f"/dt/noi-uong/co-so/{house.a.pk}/"))
    back = f"{page}goi-ve/"
    assert me.post(back, {"first": day(-1)}).status_code == 422
    assert me.post(back, {"first": day(1)}).status_code == 302
    assert "Mọi ngày đều uống tại cơ sở" in body(me.get(page))
    assert browse(house.doctor_b).get(page).status_code == 404
    assert browse(house.nurse).get(page).status_code == 404


def test_a_week_at_home_by_forms(house, client, browse):
    doctor, me = browse(house.doctor), browse(house.dispenser)
    sign(house, "takehome.max_days")
    page = f"/dt/mang-ve/{client.uid}/"
    first = body(doctor.get(page))
    assert "Hôm nay chưa đủ điều kiện" in first
    assert "chưa đối chiếu" in first
    assert doctor.post(f"{page}cam-ket/", {"signed_on": day(), "storage": "on"}).status_code == 302
    assert "Các điều kiện đang có hiệu lực đều đạt" in body(doctor.get(page))

    hand = reverse("ost-bottles", args=[roster(house.dispenser, client).uid])
    assert day(7) in body(me.get(hand))
    week = [f"{TODAY + timedelta(days=n):%Y-%m-%d}" for n in range(1, 8)]
    form = {"days": week, "in_person": "on", "papers": [each.value for each in Paper], "key": KEY}
    lacking = me.post(hand, form | {"said": "1988"})
    assert lacking.status_code == 422
    assert "túi hoặc hộp" in body(lacking)
    wrong = me.post(hand, form | {"container": "on", "said": "1980"})
    assert "có thể nhầm người" in body(wrong)
    done = me.post(hand, form | {"container": "on", "said": "1988"})
    assert done.status_code == 302
    labels = body(me.get(done.headers["Location"]))
    assert labels.count('class="label"') == 7
    assert "60 mg = 6,0 ml" in labels
    assert "Sùng" not in labels.split("<main")[1]

    with acting(house.dispenser):
        serial = BottleRow.objects.order_by("take_on").first().serial
    back = f"{hand}chai/"
    assert me.post(back, {"serial": serial, "fate": "spilt", "cause": ""}).status_code == 422
    assert me.post(back, {"serial": serial, "fate": "spilt", "cause": "nắp hở"}).status_code == 302
    assert "bị đổ" in body(me.get(back))
    with acting(house.head):
        assert Minutes.objects.filter(kind="spill", state="open").count() == 1

    recall = f"/dt/mang-ve/kiem-tra/{house.a.pk}/"
    assert doctor.get("/dt/mang-ve/kiem-tra/").headers["Location"] == recall
    assert doctor.post(f"{recall}boc-tham/", {"number": "3"}).status_code == 302
    assert "phải còn 6 chai" in body(doctor.get(recall))
    assert doctor.post(f"{page}kiem-tra/", {"foreign": ""}).status_code == 302
    assert "chưa đạt" in body(doctor.get(page))
    assert doctor.post(f"{page}cham-dut/", {"why": "mất chai"}).status_code == 302
    with acting(house.doctor):
        assert BottleNote.objects.count() == 1


@pytest.mark.parametrize("who", ["storekeeper", "officer", "dispenser_b", "doctor_b"])
def test_others_find_nothing(house, client, browse, who):
    takehome.commit(by=house.doctor, client=client, signed_on=TODAY, storage=True)
    me = browse(getattr(house, who))
    row = roster(house.dispenser, client)
    for address in (
        f"/dt/mang-ve/{client.uid}/",
        f"/dt/mang-ve/nguoi/{row.uid}/",
        f"/dt/mang-ve/nguoi/{row.uid}/chai/",
        f"/dt/mang-ve/kiem-tra/{house.a.pk}/",
        f"/dt/noi-uong/{client.uid}/",
        f"/dt/noi-uong/co-so/{house.a.pk}/",
    ):
        assert me.get(address).status_code == 404, address


def test_who_dispenses_sees_bottles_and_not_what_a_doctor_weighs(house, client, browse):
    me = browse(house.dispenser)
    assert me.get(f"/dt/mang-ve/{client.uid}/").status_code == 404
    other = admitted(house.doctor, house.a, "Lò Văn Ún")
    ordered(house.doctor, other)
    page = body(me.get(reverse("ost-bottles", args=[roster(house.dispenser, other).uid])))
    assert "chưa ký cam kết" in page
