"""Agencies and facilities are set up, renamed and ended; blocks are laid and lifted."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from phoihop.base.org import blocks, offices, reach
from phoihop.base.org.doors import NotAllowed, may
from phoihop.base.org.models import Agency, Block, Facility, Notice, Position
from phoihop.base.org.queries import agencies as listing
from phoihop.base.org.tests import making
from phoihop.base.security import scope
from phoihop.base.security.models import AuditEntry
from phoihop.base.security.scope import Scope
from phoihop.kernel.refusals import Refusal

JOB = Scope("job")
SINCE, LATER = date(2025, 8, 1), date(2026, 3, 1)


def today() -> date:
    return timezone.localdate()


class Office:
    """A province, an agency with people and facilities in it, another agency, and who may change what."""

    def __init__(self) -> None:
        with scope.acting(making.INSTALL):
            self.province = making.unit(
                "muong-te", name="Mường Tè", system="test", valid_from=date(2025, 7, 1)
            )
            self.old = making.unit("pa-nam", name="Pá Nậm", system="test", valid_to=date(2025, 6, 30))
            self.agency = making.agency("Sở Y tế Mường Tè", "health.province", self.province)
            self.other = making.agency("Công an Mường Tè", "police.province", self.province)
            self.clinic = making.facility(self.agency, "Phòng khám Bum Nưa")
            self.point = Facility.objects.create(
                agency=self.agency, kind="point", name="Điểm Ka Lăng", parent=self.clinic
            )
            self.elsewhere = making.facility(self.other, "Cơ sở Pa Ủ")
            self.admin = making.somebody("Giàng Thị Mo", "administrator", self.other)
            self.head = making.somebody("Lường Văn Tấp", "head", self.agency, self.province)
            self.far = making.somebody("Khoàng Thị Nu", "head", self.other)
            self.dpo = making.somebody("Quàng Thị Én", "data-protection", self.other)
            self.clerk = making.account("Tòng Văn Ít")
            self.held = making.position(self.clerk, "member", self.clinic, self.province)

    def agency_form(self, **more):
        given = {
            "kind": "interior.province", "name": "Sở Nội vụ Mường Tè", "unit": self.province, "since": SINCE,
        }  # fmt: skip
        return given | more

    def facility_form(self, **more):
        return {"agency": self.agency, "kind": "clinic", "name": "Phòng khám Tà Tổng", "since": SINCE} | more

    def block(self, by=None, **more):
        given = {"person": self.clerk.person, "place": self.agency, "actions": "org.see_units"}
        return blocks.block(by=by or self.head, **(given | more))

    def clerk_may(self, code: str) -> bool:
        return bool(may(making.viewer(self.clerk), code))


@pytest.fixture
def office(db) -> Office:
    made = Office()
    reach.forget()
    return made


AGENCY_FAULTS = [
    ("office-name-missing", lambda o: {"name": "  "}),
    ("unknown-kind", lambda o: {"kind": "moon.province"}),
    ("kind-not-then", lambda o: {"kind": "labour.province"}),
    ("unit-missing", lambda o: {"unit": None}),
    ("unit-not-then", lambda o: {"unit": o.old}),
    ("unit-not-then", lambda o: {"since": date(2025, 6, 30)}),
    ("parent-not-then", lambda o: {"parent": Agency(pk=1, valid_to=date(2025, 7, 31))}),
    ("office-there", lambda o: {"kind": "health.province", "name": "sở y tế  MƯỜNG TÈ"}),
]


@pytest.mark.parametrize(("reason", "more"), AGENCY_FAULTS)
def test_an_agency_that_cannot_be_is_refused_in_both_languages(office, reason, more):
    before = Agency.objects.count()
    with pytest.raises(Refusal) as refused:
        offices.create_agency(by=office.admin, **office.agency_form(**more(office)))
    assert refused.value.reason == reason
    assert refused.value.message.vi != refused.value.message.en
    assert Agency.objects.count() == before


def test_a_national_agency_needs_no_place_and_a_name_is_free_again_once_its_office_ended(office):
    made = offices.create_agency(
        by=office.admin, kind="health.centre", name=" Bộ  Y tế ", unit=None, since=date(1990, 1, 1)
    )
    assert made.name == "Bộ Y tế"
    Agency.objects.filter(pk=office.agency.pk).update(valid_to=SINCE - timedelta(days=1))
    again = office.agency_form(kind="health.province", name="Sở Y tế Mường Tè")
    assert offices.create_agency(by=office.admin, **again).valid_from == SINCE


@pytest.mark.parametrize("who", ["head", "dpo"])
def test_only_administrators_change_agencies_and_facilities(office, who):
    by, day = getattr(office, who), today()
    tries = [
        lambda: offices.create_agency(by=by, **office.agency_form()),
        lambda: offices.rename_agency(by=by, agency=office.agency, name="Sở mới", day=day),
        lambda: offices.end_agency(by=by, agency=office.agency, last_day=day),
        lambda: offices.create_facility(by=by, **office.facility_form()),
        lambda: offices.end_facility(by=by, facility=office.point, last_day=day),
    ]
    for attempt in tries:
        with pytest.raises(NotAllowed):
            attempt()


FACILITY_FAULTS = [
    ("office-name-missing", lambda o: {"name": ""}),
    ("unknown-facility-kind", lambda o: {"kind": "palace"}),
    ("unit-not-then", lambda o: {"unit": o.old}),
    ("agency-not-then", lambda o: {"agency": o.agency, "_ended": True}),
    ("parent-elsewhere", lambda o: {"parent": o.elsewhere}),
    ("parent-is-point", lambda o: {"parent": o.point}),
    ("facility-not-then", lambda o: {"parent": o.clinic, "_clinic_ended": True}),
    ("point-alone", lambda o: {"kind": "point"}),
    ("unknown-programme", lambda o: {"programmes": ["alpha", "moon"]}),
    ("office-there", lambda o: {"name": "PHÒNG KHÁM BUM NƯA"}),
]


@pytest.mark.parametrize(("reason", "more"), FACILITY_FAULTS)
def test_a_facility_that_cannot_be_is_refused_in_both_languages(office, reason, more):
    given = more(office)
    ended = SINCE - timedelta(days=1)
    if given.pop("_ended", False):
        office.agency.valid_to = ended
    if given.pop("_clinic_ended", False):
        office.clinic.valid_to = ended
    before = Facility.objects.count()
    with pytest.raises(Refusal) as refused:
        offices.create_facility(by=office.admin, **office.facility_form(**given))
    assert refused.value.reason == reason
    assert refused.value.message.vi != refused.value.message.en
    assert Facility.objects.count() == before


def test_a_point_belongs_to_a_facility_and_another_agency_may_use_the_same_name(office):
    point = offices.create_facility(
        by=office.admin,
        **office.facility_form(kind="point", name="Điểm Mù Cả", parent=office.clinic, programmes=["alpha"]),
    )
    assert (point.parent_id, point.programmes) == (office.clinic.pk, ["alpha"])
    same = office.facility_form(agency=office.other, name="Phòng khám Bum Nưa")
    assert offices.create_facility(by=office.admin, **same).agency_id == office.other.pk


def test_under_a_new_name_everybody_goes_on_and_sees_what_they_saw(office):
    new = offices.rename_agency(
        by=office.admin, agency=office.agency, name="Sở Y tế và Dân số", day=today(), basis="NQ 7/NQ-HĐND"
    )
    office.agency.refresh_from_db()
    assert office.agency.valid_to == making.yesterday()
    assert (new.kind, new.unit, new.valid_from) == ("health.province", office.province, today())
    for who in (office.held.person_id, office.head.person):
        old, now = Position.objects.filter(person=who).order_by("since")
        assert (old.agency_id, old.until, now.agency_id, now.until) == (
            office.agency.pk, making.yesterday(), new.pk, None,
        )  # fmt: skip
        assert list(now.units.all()) == [office.province]
        assert (now.given_by_id, now.approved_by_id) == (old.given_by_id, old.approved_by_id)
    assert Position.objects.get(person=office.held.person_id, agency=new).facility_id == office.clinic.pk
    head = making.viewer(_account(office.head))
    assert may(head, "org.end_position", office.held)
    assert {office.clinic, office.point} <= set(listing.agency(head, agency=new).facilities)


def _account(viewer):
    from phoihop.base.org.models import Account

    with scope.acting(JOB):
        return Account.objects.select_related("person").get(pk=viewer.account)


def test_an_old_name_is_found_and_leads_to_the_new_one(office):
    third = today() + timedelta(days=10)
    new = offices.rename_agency(by=office.admin, agency=office.agency, name="Sở Y tế Tây Bắc", day=today())
    newest = offices.rename_agency(by=office.admin, agency=new, name="Sở Sức khỏe", day=third)

    def found(text: str, on: date) -> list[tuple[str, str]]:
        return [(a.name, former) for a, former in listing.agencies(office.head, text=text, on=on).rows]

    assert found("muong te", making.yesterday()) == [("Công an Mường Tè", ""), ("Sở Y tế Mường Tè", "")]
    assert ("Sở Y tế Tây Bắc", "Sở Y tế Mường Tè") in found("y te muong te", today())
    assert found("y te muong te", third) == [("Sở Sức khỏe", "Sở Y tế Mường Tè")]
    assert found("tay bac", third) == [("Sở Sức khỏe", "Sở Y tế Tây Bắc")]
    assert found("suc khoe", today()) == []
    assert newest.valid_to is None


RENAMES = [
    ("office-name-missing", {"name": " "}),
    ("name-the-same", {"name": "Sở Y tế Mường Tè"}),
    ("rename-too-early", {"day": SINCE}),
    ("office-there", {"name": "Sở Y tế thứ hai"}),
]


@pytest.mark.parametrize(("reason", "more"), RENAMES)
def test_a_name_that_cannot_be_is_refused(office, reason, more):
    Agency.objects.filter(pk=office.agency.pk).update(valid_from=SINCE)
    Agency.objects.create(kind="health.province", name="Sở Y tế thứ hai", unit=office.province)
    given = {"agency": office.agency, "name": "Sở Y tế mới", "day": LATER} | more
    with pytest.raises(Refusal, match=reason):
        offices.rename_agency(by=office.admin, **given)


def test_an_agency_ends_once_nobody_and_nothing_is_left(office):
    def end(day):
        return offices.end_agency(by=office.admin, agency=office.agency, last_day=day, basis="QĐ 3/QĐ-UBND")

    with pytest.raises(Refusal, match="people-there"):
        end(today())
    Position.objects.filter(agency=office.agency).update(until=today())
    with pytest.raises(Refusal, match="offices-go-on"):
        end(today())
    Facility.objects.filter(agency=office.agency).update(valid_to=today())
    Agency.objects.filter(pk=office.agency.pk).update(valid_from=SINCE)
    with pytest.raises(Refusal, match="days-wrong"):
        end(SINCE - timedelta(days=1))
    ended = end(today())
    assert (ended.valid_to, ended.end_basis) == (today(), "QĐ 3/QĐ-UBND")
    with pytest.raises(Refusal, match="ended-already"):
        end(today())
    with pytest.raises(Refusal, match="ended-already"):
        offices.rename_agency(by=office.admin, agency=office.agency, name="Sở mới", day=LATER)


def test_a_facility_ends_once_nobody_and_nothing_is_left(office):
    def end(facility, day):
        return offices.end_facility(by=office.admin, facility=facility, last_day=day)

    with pytest.raises(Refusal, match="people-there"):
        end(office.clinic, today())
    Position.objects.filter(facility=office.clinic).update(until=today())
    with pytest.raises(Refusal, match="points-go-on"):
        end(office.clinic, today())
    assert end(office.point, today()).valid_to == today()
    assert end(office.clinic, today()).valid_to == today()
    with pytest.raises(Refusal, match="ended-already"):
        end(office.clinic, LATER)


def test_a_block_beats_the_grant_until_it_is_lifted(office):
    assert office.clerk_may("org.see_units")
    made = office.block()
    assert (made.agency_id, made.given_by_id) == (office.agency.pk, office.head.account)
    assert not office.clerk_may("org.see_units")
    blocks.lift(by=office.dpo, block=made)
    assert office.clerk_may("org.see_units")
    made.refresh_from_db()
    assert (made.lifted_by_id, made.until) == (office.dpo.account, making.yesterday())
    with scope.acting(JOB):
        assert Notice.objects.filter(account=office.clerk, code="block-changed").count() == 2
        done = AuditEntry.objects.filter(action__in=("org.block", "org.lift_block"))
        assert [(e.action, e.account) for e in done.order_by("pk")] == [
            ("org.block", office.head.account), ("org.lift_block", office.dpo.account),
        ]  # fmt: skip


BLOCKS = [
    ("no-such-action", lambda o: {"actions": "moon.*"}),
    ("until-past", lambda o: {"until": making.yesterday()}),
    ("not-here", lambda o: {"place": o.other, "by": o.far}),
    ("block-oneself", lambda o: {"person": _account(o.head).person}),
]


@pytest.mark.parametrize(("reason", "more"), BLOCKS)
def test_a_block_that_makes_no_sense_is_refused(office, reason, more):
    with pytest.raises(Refusal) as refused:
        office.block(**more(office))
    assert refused.value.reason == reason
    assert not Block.objects.exists()


@pytest.mark.parametrize(
    ("since", "until", "counts"),
    [(-30, -1, False), (-30, 0, True), (-30, None, True), (5, None, True)],
)
def test_who_worked_here_once_is_no_longer_blocked_from_here(office, since, until, counts):
    day = today()
    Position.objects.filter(pk=office.held.pk).update(
        since=day + timedelta(days=since), until=None if until is None else day + timedelta(days=until)
    )
    if counts:
        assert office.block().pk
    else:
        with pytest.raises(Refusal, match="not-here"):
            office.block()


def test_the_same_block_is_laid_once_and_a_longer_one_may_follow(office):
    office.block(until=today() + timedelta(days=5))
    with pytest.raises(Refusal, match="blocked-already"):
        office.block(until=today())
    assert office.block().until is None
    with pytest.raises(Refusal, match="blocked-already"):
        office.block(until=LATER + timedelta(days=900))


def test_nobody_lifts_what_was_laid_on_them_or_elsewhere(office):
    made = office.block(by=office.dpo, person=_account(office.head).person)
    with pytest.raises(Refusal, match="lift-own"):
        blocks.lift(by=making.viewer(_account(office.head)), block=made)
    with pytest.raises(NotAllowed):
        blocks.lift(by=office.far, block=made)
    blocks.lift(by=office.dpo, block=made)
    with pytest.raises(Refusal, match="block-ended"):
        blocks.lift(by=office.dpo, block=made)


@pytest.mark.parametrize("laying", [True, False])
def test_laying_and_lifting_ask_who_one_is(office, laying):
    made = None if laying else office.block()
    head = making.viewer(_account(office.head), stepped_up=False)
    with pytest.raises(NotAllowed):
        office.block(by=head) if laying else blocks.lift(by=head, block=made)
