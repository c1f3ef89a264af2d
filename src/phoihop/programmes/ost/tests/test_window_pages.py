"""The window as a browser without scripts gets it, and what its script is told."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from phoihop.programmes.ost.dosing import leasing, reaching
from phoihop.programmes.ost.models import Dose, LogEntry
from phoihop.programmes.ost.tests.making import TODAY, admitted, opened, ordered, roster, stocked

JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def served(house):
    client = admitted(house.doctor, house.a)
    ordered(house.doctor, client, "62.5")
    stocked(house.storekeeper, house.a)
    return client


def body(answer) -> str:
    return answer.content.decode()


def doses() -> int:
    with reaching.centre(None):
        return Dose.objects.count()


def card_of(house, client) -> str:
    return reverse("ost-window-card", args=[roster(house.dispenser, client).uid])


def test_a_dose_by_forms_alone(house, served, browse):
    me = browse(house.dispenser)
    assert me.get("/dt/cap-phat/").headers["Location"] == f"/dt/cap-phat/{house.a.pk}/"
    here = f"/dt/cap-phat/{house.a.pk}/"
    assert "Mở ngày cấp phát" in body(me.get(here))
    assert me.post(f"{here}mo-ngay/").status_code == 302
    page = body(me.get(here))
    assert "Sùng A Páo" in page
    assert "62,5 mg" in page
    assert 'data-quantity="6,25\N{NO-BREAK SPACE}ml"' in page
    card = body(me.get(card_of(house, served)))
    assert "1988" not in card, "who asks for the birth date must not read it off"
    key = re.search(r'name="key" value="([0-9a-f]{32})"', card)[1]
    wrong = me.post(card_of(house, served), {"said": "1987", "key": key})
    assert wrong.status_code == 422
    assert "có thể nhầm người" in body(wrong)
    assert doses() == 0
    for _ in range(2):  # a form that is sent twice
        assert me.post(card_of(house, served), {"said": "2/4", "key": key}).status_code == 302
    assert doses() == 1
    after = body(me.get(card_of(house, served)))
    assert "Hôm nay người này đã được cấp" in after
    assert "đã cấp" in body(me.get(here))
    again = me.post(card_of(house, served), {"said": "1988", "key": uuid4().hex})
    assert again.status_code == 422
    assert doses() == 1


def test_what_the_script_is_told(house, served, browse):
    me = browse(house.dispenser)
    card, key = card_of(house, served), uuid4().hex
    shut = me.post(card, {"said": "1988", "key": key}, **JSON)
    assert (shut.status_code, shut.json()["reason"]) == (409, "day-not-open")
    opened(house.dispenser, house.a)
    wrong = me.post(card, {"said": "1990", "key": key}, **JSON)
    assert (wrong.status_code, wrong.json()["reason"]) == (409, "other-person")
    empty = me.post(card, {"said": "", "key": key}, **JSON)
    assert empty.status_code == 422
    first = me.post(card, {"said": "1988", "key": key}, **JSON)
    assert first.json()["state"] == "given"
    assert re.fullmatch(r"\d\d:\d\d", first.json()["at"])
    assert me.post(card, {"said": "1988", "key": key}, **JSON).json() == first.json()
    assert doses() == 1
    assert me.post(card, {"said": "1988", "key": "short"}, **JSON).json()["reason"] == "same-key"


def test_a_dose_outside_the_rules_takes_a_reason_and_a_second_word(house, served, browse):
    opened(house.dispenser, house.a)
    me, card = browse(house.dispenser), card_of(house, served)
    me.post(card, {"said": "1988", "key": uuid4().hex})
    beyond = f"{card}?beyond=1"
    assert "Vì sao đã cấp" in body(me.get(beyond))
    for missing in ({"why": "before"}, {"sure": "on"}):
        assert me.post(beyond, {"said": "1988", "key": uuid4().hex, **missing}).status_code == 422
    assert doses() == 1
    done = me.post(beyond, {"said": "1988", "key": uuid4().hex, "why": "before", "sure": "on"})
    assert done.status_code == 302
    assert doses() == 2
    with reaching.centre(None, house.a.pk):
        assert LogEntry.objects.count() == 2


def test_what_was_given_on_another_sites_day_is_recorded_too(house, served, browse):
    opened(house.dispenser, house.a)
    me, card = browse(house.dispenser), card_of(house, served)
    person = roster(house.doctor, served).person
    with reaching.centre(None, house.a.pk):
        leasing.lend(person, served.pseudonym, house.p.pk, TODAY, TODAY)
    assert "Hôm nay quyền cấp cho người này thuộc nơi khác" in body(me.get(card))
    given = {"said": "1988", "key": uuid4().hex}
    assert me.post(card, given).status_code == 422
    assert doses() == 0
    done = me.post(f"{card}?beyond=1", given | {"why": "before", "sure": "on", "mg": "62,5"})
    assert done.status_code == 302
    with reaching.centre(None, house.a.pk):
        assert [(str(dose.mg), dose.outside) for dose in Dose.objects.all()] == [("62.50", True)]
    assert "thuộc nơi khác" not in body(me.get(card))


def test_what_somebody_without_any_order_took_has_to_be_said(house, browse):
    client = admitted(house.doctor, house.a)
    stocked(house.storekeeper, house.a)
    opened(house.dispenser, house.a)
    me, beyond = browse(house.dispenser), f"{card_of(house, client)}?beyond=1"
    sent = {"said": "1988", "key": uuid4().hex, "why": "doctor", "sure": "on", "mg": "20"}
    assert "Hãy ghi thuốc và số mg đã uống" in body(me.post(beyond, sent))
    for wrong in ("-1", "0", "0,001", "20x", "1000000", "99999999999999"):
        assert me.post(beyond, sent | {"drug": "methadone", "mg": wrong}).status_code == 422, wrong
    assert doses() == 0
    assert me.post(beyond, sent | {"drug": "methadone"}).status_code == 302
    assert doses() == 1


def test_nothing_of_a_name_stands_in_an_address(house, served, browse):
    me = browse(house.dispenser)
    found = me.post(f"/dt/cap-phat/{house.a.pk}/", {"text": "pao sung"})
    assert "Sùng A Páo" in body(found)
    assert me.get(f"/dt/cap-phat/{house.a.pk}/?text=pao").status_code == 400


@pytest.mark.parametrize("who", ["storekeeper", "officer", "dispenser_b", "dispenser_p", "doctor_b"])
def test_others_find_nothing(house, served, browse, who):
    me = browse(getattr(house, who))
    assert me.get(card_of(house, served)).status_code == 404
    assert me.get(f"/dt/cap-phat/{house.a.pk}/").status_code == 404


def test_who_gives_no_doses_sees_the_list_without_the_card(house, served, browse):
    page = body(browse(house.nurse).get(f"/dt/cap-phat/{house.a.pk}/"))
    assert "Sùng A Páo" in page
    assert "window-card" not in page
    assert browse(house.nurse).get(card_of(house, served)).status_code == 404
