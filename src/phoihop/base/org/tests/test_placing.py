"""Where facilities stand: said and taken back by who may, with the pages that show it; nobody sees more."""

from datetime import date, timedelta
from itertools import product

import pytest
from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone

from phoihop.base.org import placing, reach
from phoihop.base.org.doors import DOORS, NotAllowed, may
from phoihop.base.org.models import Facility, Placement, Succession
from phoihop.base.org.queries import placing as reading
from phoihop.base.org.queries.naming import facilities_named
from phoihop.base.org.roles import ROLES
from phoihop.base.org.rules.placing import grounds
from phoihop.base.org.tests import making
from phoihop.base.org.tests.signin import Browser
from phoihop.base.org.viewers import scope_of
from phoihop.base.security import scope
from phoihop.base.security.models import AuditEntry
from phoihop.base.security.scope import Scope
from phoihop.kernel.refusals import Refusal
from tests.support.world import signed_in

LAST, REFORM = date(2025, 6, 30), date(2025, 7, 1)
BEGAN = date(2012, 4, 2)
JOB = Scope("job")


class Land:
    """A province with a district that was divided into two communes and one that became a third, and a clinic
    of 2012 in the first."""

    def __init__(self) -> None:
        with scope.acting(making.INSTALL):
            self.province = self._unit("tinh-lay", None, "province", "tỉnh")
            old = {"valid_to": LAST}
            self.divided = self._unit("huyen-tua", self.province, "district", "huyện", **old)
            self.whole = self._unit("huyen-sin", self.province, "district", "huyện", **old)
            new = {"valid_from": REFORM, "latitude": 22.1, "longitude": 103.2}
            self.upper = self._unit("xa-thuong", self.province, **new)
            self.lower = self._unit("xa-ha", self.province, **new)
            self.third = self._unit("xa-sin", self.province, **new)
            for unit in (self.upper, self.lower):
                self._became(self.divided, unit, "0.5")
            self._became(self.whole, self.third, "1")
            self.agency = making.agency("Sở Y tế Mường Lay", "health.province", self.province)
            self.clinic = making.facility(
                self.agency, "Phòng khám Tủa Thàng", unit=self.divided, valid_from=BEGAN, programmes=["alpha"]
            )
            self.other = making.facility(
                self.agency, "Phòng khám Sín Chải", unit=self.whole, valid_from=BEGAN, programmes=["alpha"]
            )
            self.admin = making.somebody("Giàng Thị Mo", "administrator", self.agency)
            self.head = making.somebody("Lường Văn Tấp", "head", self.agency, self.province)
        reach.forget()

    def _unit(self, key, parent, level="commune", kind="xã", **more):
        return making.unit(key, parent, level=level, kind=kind, system="test", code=key[-8:], **more)

    def _became(self, old, new, share):
        Succession.objects.create(old=old, new=new, day=REFORM, share=share, whole=share == "1")

    def say(self, by=None, **more):
        given = {"facility": self.clinic, "unit": self.upper, "since": REFORM} | more
        return placing.place_facility(by=by or self.admin, **given)

    def standing(self, facility=None):
        with scope.acting(JOB):
            return reading.standing_of(facility or self.clinic, timezone.localdate())


def rows() -> int:
    with scope.acting(JOB):
        return Placement.objects.count()


@pytest.fixture
def land(db) -> Land:
    return Land()


def test_what_became_of_a_unit_tells_where_a_facility_stands_or_somebody_is_asked(land):
    plain = land.standing(land.other)
    assert (plain.now, plain.told, plain.waits, plain.coarse) == (land.third, False, False, False)
    asked = land.standing()
    assert (asked.now, asked.waits, asked.coarse) == (land.province, True, True)
    assert set(asked.choices) == {land.upper, land.lower}
    land.say()
    chosen = land.standing()
    assert (chosen.now, chosen.told, chosen.waits, chosen.coarse) == (land.upper, True, False, False)
    assert [(step.unit, step.since) for step in chosen.steps] == [(land.divided, None), (land.upper, REFORM)]


FAULTS = [
    ("before-it-began", lambda o: {"unit": o.divided, "since": BEGAN - timedelta(days=1)}),
    ("after-it-ended", lambda o: {"_ends": date(2025, 12, 31), "since": date(2026, 1, 1)}),
    ("day-to-come", lambda o: {"since": timezone.localdate() + timedelta(days=1)}),
    ("unit-not-then", lambda o: {"since": LAST}),
    ("unit-not-then", lambda o: {"unit": o.divided}),
    ("unit-not-then", lambda o: {"since": None}),
    ("move-without-day", lambda o: {"unit": o.whole, "since": None, "moved": True}),
    ("move-without-day", lambda o: {"unit": o.whole, "since": BEGAN, "moved": True}),
    ("placed-so-already", lambda o: {"unit": o.divided, "since": None}),
    ("not-the-same-ground", lambda o: {"unit": o.third}),
    ("not-the-same-ground", lambda o: {"unit": o.third, "facility": o.clinic, "_said": o.upper}),
]


@pytest.mark.parametrize(("reason", "more"), FAULTS)
def test_a_place_that_cannot_be_is_refused_in_both_languages(land, reason, more):
    given = more(land)
    Facility.objects.filter(pk=land.clinic.pk).update(valid_to=given.pop("_ends", None))
    said = given.pop("_said", None)
    if said is not None:
        land.say(unit=said)
        given["since"] = REFORM + timedelta(days=40)
    before = rows()
    with pytest.raises(Refusal) as refused:
        land.say(**given)
    assert refused.value.reason == reason
    assert refused.value.message.vi != refused.value.message.en
    assert rows() == before


def test_one_that_moved_stands_there_from_that_day(land):
    moved = date(2026, 2, 2)
    land.say(unit=land.third, since=moved, moved=True, basis="QĐ 7/QĐ-SYT")
    assert land.standing().now == land.third
    with scope.acting(JOB):
        said = reading.said_of(Facility.objects.filter(pk=land.clinic.pk))
    [ground, last] = grounds(said[land.clinic.pk])
    assert ([each.unit for each in ground], [each.unit for each in last]) == (
        [land.divided.pk], [land.third.pk],
    )  # fmt: skip
    land.say(unit=land.lower)  # where it stood between the reform and the move
    assert land.standing().now == land.third


def test_what_was_wrong_is_corrected_and_taken_back_and_every_row_stays(land):
    land.say(unit=land.upper)
    land.say(unit=land.lower)
    assert land.standing().now == land.lower
    placing.take_back(by=land.admin, facility=land.clinic, since=REFORM)
    assert land.standing().waits
    with pytest.raises(Refusal, match="nothing-said"):
        placing.take_back(by=land.admin, facility=land.clinic, since=REFORM)
    land.say(unit=land.whole, since=BEGAN)  # it was set up elsewhere from the first day
    assert (land.standing().now, land.standing().steps[0].since) == (land.third, None)
    assert rows() == 4
    with scope.acting(JOB):
        done = AuditEntry.objects.filter(thing_kind="org.Facility", thing_id=str(land.clinic.pk))
        assert [each.action for each in done.order_by("pk")] == [
            "org.place_facility", "org.place_facility", "org.take_back_placement", "org.place_facility",
        ]  # fmt: skip


def test_what_would_leave_two_grounds_as_one_is_not_taken_back(land):
    land.say(unit=land.third, since=REFORM, moved=True)
    Succession.objects.filter(old=land.divided).update(whole=False)
    land.say(unit=land.third, since=date(2026, 3, 3))
    with pytest.raises(Refusal, match="not-the-same-ground"):
        placing.take_back(by=land.admin, facility=land.clinic, since=REFORM)


def test_the_database_keeps_what_was_said(land):
    made = Placement.objects.filter(pk=land.say().pk)
    for change in (lambda: made.update(unit=land.lower), made.delete):
        with scope.acting(JOB):
            assert made.exists()
            with pytest.raises(DatabaseError), transaction.atomic():
                change()


def test_only_administrators_say_where_a_facility_stands(land):
    for attempt in (
        lambda: land.say(by=land.head),
        lambda: placing.take_back(by=land.head, facility=land.clinic, since=REFORM),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    with pytest.raises(NotAllowed):
        reading.placements(land.head)


def test_saying_where_a_facility_stands_lets_nobody_see_more_or_less(land):
    """For each role, held over the old district or one of the communes: the same decisions on every door of
    facilities, and the same scope in the database."""
    with scope.acting(making.INSTALL):
        far = making.agency("Công an xã Thượng", "police", land.upper)
        people = [
            making.somebody(f"Người Thử {number}", role, far, unit)
            for number, (role, unit) in enumerate(product(ROLES, (land.divided, land.upper, land.province)))
        ]
    doors = [code for code, door in DOORS.items() if door.of]

    def seen():
        clinic = Facility.objects.get(pk=land.clinic.pk)
        return [
            (scope_of(who), {code for code in doors if may(who, code, clinic)}) for who in people
        ], clinic.place()

    before = seen()
    assert any(codes for _, codes in before[0])
    land.say()
    land.say(unit=land.third, since=date(2026, 3, 3), moved=True)
    assert seen() == before


def test_a_facility_is_shown_where_it_stands_today(land):
    land.say()
    with scope.acting(JOB):
        named = facilities_named([land.clinic.pk, land.other.pk])
        every = Facility.objects.all()
        assert reading.facilities_in(land.upper, every) == {land.clinic.pk}
        assert reading.facilities_in(land.province, every) == {land.clinic.pk, land.other.pk}
        assert reading.facilities_in(land.divided, every) == {land.clinic.pk}  # on its last map
    assert [named[each.pk].code for each in (land.clinic, land.other)] == [land.upper.code, land.third.code]
    assert f"{named[land.clinic.pk].latitude}" == "22.1"


# The pages


def _browser(who) -> Browser:
    with scope.acting(JOB):
        return signed_in(making.account_of(who))


def form(land, **more):
    given = {"since": "1/7/2025", "unit": land.upper.key, "find_unit": "", "why": "same", "basis": "NQ 1660"}
    return given | more


def test_who_must_be_asked_stands_first_and_is_answered_by_hand(land):
    browser = _browser(land.admin)
    said = browser.get("/co-so/dia-ban/").content.decode()
    assert "Số cơ sở cần người chọn địa bàn hiện nay: 1" in said
    assert said.index("Phòng khám Tủa Thàng") < said.index("Phòng khám Sín Chải")
    address = f"/co-so/{land.clinic.pk}/dia-ban/"
    assert f'href="{address}"' in said
    opened = browser.get(address).content.decode()
    for unit in (land.upper, land.lower):
        assert f'value="{unit.key}"' in opened
    assert f'value="{land.third.key}"' not in opened
    assert 'value="01/07/2025"' in opened
    answer = browser.post(address, form(land))
    assert answer.headers["Location"] == f"/co-so/{land.clinic.pk}/"
    shown = browser.get(answer.headers["Location"]).content.decode()
    for part in ("Xã xa-thuong", "Huyện huyen-tua", "NQ 1660", "từ ngày 01/07/2025"):
        assert part in " ".join(shown.split())
    back = f"/co-so/{land.clinic.pk}/dia-ban/bo/"
    assert "Số cơ sở cần" not in browser.get("/co-so/dia-ban/").content.decode()
    assert browser.post(back, {"since": "1/7/2025"}).status_code == 302
    assert land.standing().waits


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"unit": ""}, "f-unit"),
        ({"why": ""}, "f-why"),
        ({"since": "31/2/2026"}, "f-since"),
        ({"since": "1/1/2026", "unit": "test:xa-sin", "find_unit": "xa-sin"}, "f-unit"),
        ({"since": "30/6/2025"}, "f-find_unit"),
        ({"since": "1/1/2012", "unit": "test:huyen-tua"}, "f-since"),
    ],
)
def test_each_fault_stands_at_its_field(land, more, field, language):
    browser = _browser(land.admin)
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    answer = browser.post(f"/co-so/{land.clinic.pk}/dia-ban/", form(land, **more))
    assert answer.status_code == 422
    assert f'id="{field}-fault"' in answer.content.decode()
    assert rows() == 0


def test_a_search_sends_nothing(land):
    given = form(land, find="unit", find_unit="sin", unit="", why="")
    said = _browser(land.admin).post(f"/co-so/{land.clinic.pk}/dia-ban/", given).content.decode()
    assert f'value="{land.third.key}"' in said
    assert "Chưa gửi được" not in said
    assert rows() == 0
