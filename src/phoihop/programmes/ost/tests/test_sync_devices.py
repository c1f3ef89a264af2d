"""A site's devices in the hands of its head: who dispenses, what comes back, and how the page shows it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from phoihop.base.org.doors import NotAllowed
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.actions import devices as acting_on
from phoihop.programmes.ost.actions import dispensing
from phoihop.programmes.ost.dosing import centres, reaching
from phoihop.programmes.ost.models import Challenge, Device, Outstanding
from phoihop.programmes.ost.queries import devices as seeing
from phoihop.programmes.ost.rules.amounts import SOLUTION
from phoihop.programmes.ost.tests import tablets
from phoihop.programmes.ost.tests.making import TODAY, acting, opened, roster
from phoihop.programmes.ost.tests.tablets import enrolled, give, in_step, ready
from tests.support import world as worlds

clock, line, tablet, served = tablets.clock, tablets.line, tablets.tablet, tablets.served
KEY = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"


def row_of(machine) -> Device:
    with reaching.centre(None):
        return Device.objects.select_related("facility").get(name=machine.name)


def refused(reason, call, **given):
    with pytest.raises(Refusal) as found:
        call(**given)
    assert found.value.reason == reason


def test_a_tablet_is_what_its_key_is_and_enrolled_anew_the_same(house, clock):
    machine = tablets.make(house.a.pk, b"", clock)
    first = acting_on.enrol(by=house.head, facility=house.a, public=machine.public.hex(), label="Máy 1")
    again = acting_on.enrol(by=house.head, facility=house.a, public=machine.public.hex(), label="Máy 1b")
    assert first.device.pk == again.device.pk
    assert first.secret != again.secret
    assert len(bytes.fromhex(again.secret)) == 32
    refused(
        "device-there",
        acting_on.enrol,
        by=house.head_b,
        facility=house.b,
        public=machine.public.hex(),
        label="Máy",
    )


@pytest.mark.parametrize(
    ("public", "label", "reason"),
    [
        ("", "Máy", "device-key"),
        ("zz" * 32, "Máy", "device-key"),
        ("00" * 31, "Máy", "device-key"),
        ("11" * 32, " ", "device-label"),
        ("11" * 32, "x" * 81, "device-label"),
    ],
)
def test_what_is_no_key_and_no_name(house, public, label, reason):
    refused(reason, acting_on.enrol, by=house.head, facility=house.a, public=public, label=label)


def test_who_may_not(house, tablet):
    for viewer in (house.doctor, house.dispenser, house.storekeeper, house.head_b):
        with pytest.raises(NotAllowed):
            acting_on.withdraw(by=viewer, device=row_of(tablet), in_hand=True)


def test_the_right_goes_to_the_tablet_and_back_only_with_its_days(house, served, tablet, line, clock):
    ready(tablet, line)
    with acting(house.dispenser):
        refused(
            "desk-inactive",
            dispensing.give_dose,
            by=house.dispenser,
            roster=roster(house.dispenser, served),
            presentation=SOLUTION,
        )
    with reaching.centre(None):
        desk = Device.objects.select_related("facility").get(facility=house.a, kind="desk")
    refused("device-holds-days", acting_on.make_active, by=house.head, device=desk)
    number = next(iter(tablet.replica.memory.permits))
    tablet.replica.give_back(number, tablet.replica.memory.days_left(number))
    offer = tablet.replica.offer()
    assert line.receive(offer) is not None
    with reaching.centre(None):
        # The answer gave out the next days at once; they come back with the device withdrawn.
        assert Outstanding.objects.filter(device=tablet.name).count() == 7
    refused("device-not-in-hand", acting_on.withdraw, by=house.head, device=row_of(tablet), in_hand=False)
    assert acting_on.withdraw(by=house.head, device=row_of(tablet), in_hand=True) == 7
    acting_on.make_active(by=house.head, device=desk)
    opened(house.dispenser, house.a)
    dispensing.give_dose(by=house.dispenser, roster=roster(house.dispenser, served), presentation=SOLUTION)
    refused("device-withdrawn", acting_on.make_active, by=house.head, device=row_of(tablet))


def test_days_come_back_by_telephone(house, served, tablet, line):
    ready(tablet, line)
    number = next(iter(tablet.replica.memory.permits))
    device = row_of(tablet)
    challenge = acting_on.call(by=house.head, device=device, number=number)
    said = tablet.replica.release(number, challenge.value)
    assert isinstance(said, tuple)
    days, code = said
    given = {"by": house.head, "device": device, "value": challenge.value}
    assert not acting_on.release(**given, days=days, code="00000000")
    assert not acting_on.release(**given, days=days[1:], code=code)
    assert acting_on.release(**given, days=days, code=f"{code[:4]} {code[4:]}")
    with reaching.centre(None):
        assert not Outstanding.objects.exists()
        assert Challenge.objects.get().tries == 2
    assert not acting_on.release(**given, days=days, code=code)
    refused("device-no-permit", acting_on.call, by=house.head, device=device, number=number)
    refused(
        "device-no-call", acting_on.release, by=house.head, device=device, value="1", days=days, code=code
    )
    # What it wrote of it arrives later and changes nothing.
    assert tablet.replica.synchronise(line)
    with reaching.centre(None):
        assert not Outstanding.objects.filter(number=number).exists()


def test_a_new_epoch_waits_for_every_tablet_and_for_no_desk(house, served, tablet, line, clock):
    other = enrolled(house, clock, house.b, house.head_b)
    in_step(tablet, other, line)
    opened(house.dispenser, house.a)
    acting_on.begin_epoch(by=house.head, facility=house.a)
    with reaching.centre(None):
        assert centres.is_recovering(centres.the_centre(clock()), clock())
        desk = Device.objects.get(facility=house.p, kind="desk")
        assert (desk.seq, desk.superseded) == (0, ["1"])
    in_step(tablet, line)
    in_step(tablet, line)
    with reaching.centre(None):
        assert centres.is_recovering(centres.the_centre(clock()), clock())
    acting_on.excuse(by=house.head_b, device=row_of(other))
    with reaching.centre(None):
        assert not centres.is_recovering(centres.the_centre(clock()), clock())
    clock.ahead = 8 * 86_400
    with reaching.centre(None):
        assert not centres.is_recovering(centres.the_centre(clock()), clock())


def test_another_database_begins_a_new_epoch_by_itself(house, served, tablet, line, clock, monkeypatch):
    ready(tablet, line)
    give(tablet, served)
    with reaching.centre(None):
        before = centres.the_centre(clock()).epoch
    monkeypatch.setattr(centres, "cluster", lambda: "another")
    assert tablet.replica.synchronise(line)
    with reaching.centre(None):
        now = centres.the_centre(clock())
    assert now.epoch != before
    assert tablet.replica.memory.epoch == now.epoch
    assert len(tablet.replica.memory.left) == 6  # it keeps what it has
    assert tablet.replica.synchronise(line)
    assert len(tablet.replica.memory.left) == 6


def test_who_was_excused_from_one_recovery_is_waited_for_in_the_next(
    house, served, tablet, clock, monkeypatch
):
    acting_on.excuse(by=house.head, device=row_of(tablet))
    assert row_of(tablet).excused
    monkeypatch.setattr(centres, "cluster", lambda: "another")
    with reaching.centre(None):
        centre = centres.the_centre(clock())
        assert centres.is_recovering(centre, clock())
    assert not row_of(tablet).excused


def test_the_page_in_as_many_statements_for_ten_times_the_devices(house, served, tablet, line, clock):
    ready(tablet, line)
    with acting(house.head), CaptureQueriesContext(connection) as few:
        (site,) = seeing.devices(house.head)
    assert [(each.row.kind, each.held) for each in site.lines] == [("tablet", 7), ("desk", 0)]
    for _ in range(10):
        enrolled(house, clock, active=False)
    with acting(house.head), CaptureQueriesContext(connection) as many:
        (site,) = seeing.devices(house.head)
        permits = seeing.permits(house.head, device=row_of(tablet))
    assert len(site.lines) == 12
    assert len(few.captured_queries) + 12 >= len(many.captured_queries)
    assert permits[0].days == tuple(TODAY + timedelta(days=n) for n in range(7))


def test_a_tablet_that_is_stopped_gives_back_what_it_holds_and_the_desk_goes_on(house, served, tablet, line):
    ready(tablet, line)
    with reaching.centre(None):
        desk = Device.objects.select_related("facility").get(facility=house.a, kind="desk")
    acting_on.make_inactive(by=house.head, device=row_of(tablet))
    refused("device-holds-days", acting_on.make_active, by=house.head, device=desk)
    for _ in range(2):  # told of it, then telling that it did
        assert tablet.replica.synchronise(line)
    assert not tablet.replica.memory.left
    with reaching.centre(None):
        assert not Outstanding.objects.exists()
    acting_on.make_active(by=house.head, device=desk)
    opened(house.dispenser, house.a)
    dispensing.give_dose(by=house.dispenser, roster=roster(house.dispenser, served), presentation=SOLUTION)


def test_what_a_stopped_tablet_gave_offline_is_known_before_the_desk_gives(house, served, tablet, line):
    ready(tablet, line)
    give(tablet, served)
    with reaching.centre(None):
        desk = Device.objects.select_related("facility").get(facility=house.a, kind="desk")
    acting_on.make_inactive(by=house.head, device=row_of(tablet))
    for _ in range(2):
        assert tablet.replica.synchronise(line)
    acting_on.make_active(by=house.head, device=desk)
    opened(house.dispenser, house.a)
    given = {"by": house.dispenser, "roster": roster(house.dispenser, served), "presentation": SOLUTION}
    refused("used", dispensing.give_dose, **given)


def test_the_page_leads_from_a_tablet_back_to_the_desk(house, served, tablet, line, browse):
    ready(tablet, line)
    head, at = browse(house.head), f"/dt/thiet-bi/may/{row_of(tablet).pk}/"
    told = head.get(at).content.decode()
    assert "Ngừng cấp phát bằng máy này" in told
    assert head.post(f"{at}ngung/").status_code == 302
    number = next(iter(tablet.replica.memory.permits))
    called = head.post(f"{at}ma-hoi/", {"number": number}).content.decode()
    with reaching.centre(None):
        value = Challenge.objects.get().value
    assert f"{value[:4]} {value[4:]}" in called
    said = tablet.replica.release(number, value)
    assert isinstance(said, tuple)
    days, code = said
    form = {"number": number, "value": value, "days": [day.isoformat() for day in days], "code": "1"}
    wrong = head.post(f"{at}ma-tra/", form)
    assert wrong.status_code == 422
    assert f"{value[:4]} {value[4:]}" in wrong.content.decode()
    assert head.post(f"{at}ma-tra/", form | {"code": f"{code[:4]} {code[4:]}"}).status_code == 302
    told = head.get(at).content.decode()
    assert "Máy không giữ ngày nào" in told
    with reaching.centre(None):
        desk = Device.objects.get(facility=house.a, kind="desk")
    assert f"/dt/thiet-bi/may/{desk.pk}/cap-phat/" in told
    assert head.post(f"/dt/thiet-bi/may/{desk.pk}/cap-phat/").status_code == 302
    opened(house.dispenser, house.a)
    dispensing.give_dose(by=house.dispenser, roster=roster(house.dispenser, served), presentation=SOLUTION)


def test_the_page_of_a_recovery(house, served, tablet, line, clock, browse):
    other = enrolled(house, clock, house.b, house.head_b)
    in_step(tablet, other, line)
    head, at = browse(house.head), f"/dt/thiet-bi/{house.a.pk}/khoi-phuc/"
    assert "Chưa có lần khôi phục nào" in head.get(at).content.decode()
    refused_ = head.post(f"{at}bat-dau/", {})
    assert refused_.status_code == 422
    with reaching.centre(None):
        before = centres.the_centre(clock()).epoch
    assert head.post(f"{at}bat-dau/", {"sure": "on"}).status_code == 302
    with reaching.centre(None):
        assert centres.the_centre(clock()).epoch != before
    told = head.get(at).content.decode()
    assert f"/dt/thiet-bi/may/{row_of(tablet).pk}/khong-cho/" in told
    assert "Còn chờ 1 máy của nơi khác" in told
    assert f"{TODAY + timedelta(days=7):%d/%m/%Y}" in told
    in_step(tablet, line)
    told = head.get(at).content.decode()
    assert "khong-cho" not in told
    assert "Còn chờ 1 máy của nơi khác" in told
    acting_on.excuse(by=house.head_b, device=row_of(other))
    assert "không còn chờ máy nào" in head.get(at).content.decode()
    assert browse(house.nurse).get(at).status_code == 404
    assert browse(house.head_b).get(at).status_code == 404


def test_the_pages_of_a_head(db):
    world = worlds.build()
    browser = world.people["ost-head@here"].browser()
    here = world.facilities["here"].pk
    assert browser.get("/dt/thiet-bi/").status_code == 200
    form = {
        "label": "Máy tầng 1",
        "public": "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    }
    wrong = browser.post(f"/dt/thiet-bi/{here}/may-moi/", form | {"public": "12"})
    assert wrong.status_code == 422
    shown = browser.post(f"/dt/thiet-bi/{here}/may-moi/", form)
    assert "chỉ hiện một lần" in shown.content.decode()
    with reaching.centre(None):
        pk = Device.objects.get(kind="tablet").pk
    assert "Máy tầng 1" in browser.get("/dt/thiet-bi/").content.decode()
    for act in ("cap-phat", "khong-cho"):
        answer = browser.post(f"/dt/thiet-bi/may/{pk}/{act}/")
        assert (answer.status_code, answer["Location"]) == (302, f"/dt/thiet-bi/may/{pk}/")
    told = browser.get(f"/dt/thiet-bi/may/{pk}/").content.decode()
    assert "đang cấp phát" in told
    assert "không chờ khi khôi phục" in told
    assert browser.post(f"/dt/thiet-bi/may/{pk}/thu-hoi/").status_code == 409
    code = {"number": "x", "value": "1", "days": "2026-11-24", "code": "1"}
    assert browser.post(f"/dt/thiet-bi/may/{pk}/ma-tra/", code).status_code == 409
    assert browser.post(f"/dt/thiet-bi/may/{pk}/thu-hoi/", {"in_hand": "on"}).status_code == 302
    assert "đã thu hồi" in browser.get("/dt/thiet-bi/").content.decode()
