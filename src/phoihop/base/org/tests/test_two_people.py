"""Sensitive roles and mergers take two people, and nobody allows what they have not seen."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from phoihop.base.org import actions, mergers, proposals
from phoihop.base.org.doors import NotAllowed, may
from phoihop.base.org.mergers import Merger
from phoihop.base.org.models import Account, AgencySuccession, Notice, Person, Position, Proposal
from phoihop.base.org.roles import ROLES
from phoihop.base.org.tests import making
from phoihop.base.security import scope
from phoihop.base.security.scope import Scope
from phoihop.kernel.refusals import Refusal

SOON = Scope("job")


@pytest.fixture
def office(db):
    """An agency with an administrator, its head and a member; everything in one scope that sees all of it."""
    with scope.acting(making.INSTALL):
        agency = making.agency("Sở Y tế Mường Lay")
        return {
            "agency": agency,
            "admin": making.somebody("Giàng Thị Mo", "administrator", agency),
            "head": making.somebody("Lường Văn Tấp", "head", agency),
            "dpo": making.somebody("Quàng Thị Én", "data-protection", agency),
            "member": making.account("Tòng Văn Ít"),
        }


def give(office, by="admin", role="head", person=None):
    return actions.give_position(
        by=office[by],
        person=person or office["member"].person,
        role=role,
        place=office["agency"],
        since=timezone.localdate(),
        reason="thay người nghỉ hưu từ đầu tháng",
    )


def test_an_ordinary_role_is_given_at_once(office):
    given = give(office, role="member")
    assert isinstance(given, Position)
    assert given.approved_by_id is None


def test_a_sensitive_role_waits_for_a_second_person(office):
    proposal = give(office)
    assert isinstance(proposal, Proposal)
    with scope.acting(SOON):
        assert not Position.objects.filter(person=office["member"].person).exists()
        told = set(Notice.objects.filter(code="proposal-waits").values_list("account", flat=True))
        assert told == {office["head"].account, office["dpo"].account}
    actions.decide_proposal(by=office["dpo"], proposal=proposal, allow=True)
    with scope.acting(SOON):
        position = Position.objects.get(person=office["member"].person)
        assert (position.given_by_id, position.approved_by_id) == (
            office["admin"].account,
            office["dpo"].account,
        )


def test_a_change_of_position_ends_sessions_begun_before(office):
    before = office["member"].authz_version
    give(office, role="member")
    with scope.acting(SOON):
        assert Account.objects.get(pk=office["member"].pk).authz_version == before + 1


def test_the_asker_does_not_decide(office):
    proposal = give(office)
    with pytest.raises(NotAllowed):
        actions.decide_proposal(by=office["admin"], proposal=proposal, allow=True)
    both = Proposal.objects.get(pk=proposal.pk)
    with scope.acting(SOON), pytest.raises(Refusal, match="second-person"):
        proposals.decide(office["admin"], both, allow=True)


CENTRAL = sorted(code for code, role in ROLES.items() if role.central)


@pytest.mark.parametrize("role", CENTRAL)
def test_two_people_of_one_agency_give_no_role_over_every_agency(office, role):
    with scope.acting(making.INSTALL):
        other = making.somebody("Sìn Văn Pao", "head", office["agency"])
    proposal = give(office, by="head", role=role)
    assert isinstance(proposal, Proposal)
    with scope.acting(SOON):
        told = set(Notice.objects.filter(code="proposal-waits").values_list("account", flat=True))
        assert told == {office["dpo"].account}
    with pytest.raises(NotAllowed):
        actions.decide_proposal(by=other, proposal=proposal, allow=True)
    actions.decide_proposal(by=office["dpo"], proposal=proposal, allow=True)
    with scope.acting(SOON):
        assert Position.objects.filter(person=office["member"].person, role=role).exists()


def test_an_agency_gives_nobody_more_than_its_own_units(office):
    """Even an ordinary role waits, for who decides everywhere, if it is to reach beyond the agency's unit."""
    with scope.acting(making.INSTALL):
        province = making.unit("T1")
        commune, elsewhere = making.unit("X1", province), making.unit("X2")
        agency = making.agency("Ủy ban nhân dân tỉnh Mường Lay", "people.province", province)
        head = making.somebody("Vàng A Lử", "head", agency)
    own = office | {"agency": agency, "head": head}

    def over(*units):
        return actions.give_position(
            by=head,
            person=office["member"].person,
            role="member",
            place=agency,
            units=units,
            since=timezone.localdate(),
            reason="phụ trách địa bàn",
        )

    asked = over(commune, elsewhere)
    assert isinstance(asked, Proposal)
    assert not may(head, "org.decide_proposal", asked)
    assert may(own["dpo"], "org.decide_proposal", asked)
    given = over(commune)
    assert isinstance(given, Position)
    assert list(given.units.all()) == [commune]


def test_whoever_gains_does_not_decide(office):
    with scope.acting(making.INSTALL):
        head = Account.objects.select_related("person").get(pk=office["head"].account)
    proposal = give(office, role="exporter", person=head.person)
    with pytest.raises(Refusal, match="second-person"):
        actions.decide_proposal(by=office["head"], proposal=proposal, allow=True)


def test_a_second_account_on_the_same_device_is_refused(office):
    with scope.acting(making.INSTALL):
        asking = making.viewer(Account.objects.get(pk=office["admin"].account), device="d1")
        deciding = making.viewer(Account.objects.get(pk=office["dpo"].account), device="d1")
    proposal = give(office | {"admin": asking})
    with pytest.raises(Refusal, match="same-device"):
        actions.decide_proposal(by=deciding, proposal=proposal, allow=True)


def test_a_proposal_is_decided_once(office):
    proposal = give(office)
    actions.decide_proposal(by=office["dpo"], proposal=proposal, allow=False)
    with pytest.raises(Refusal, match="already-decided"):
        actions.decide_proposal(by=office["head"], proposal=proposal, allow=True)
    with scope.acting(SOON):
        assert not Position.objects.filter(person=office["member"].person).exists()


def test_a_proposal_lapses(office):
    proposal = give(office)
    Proposal.objects.filter(pk=proposal.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(Refusal, match="already-decided"):
        actions.decide_proposal(by=office["dpo"], proposal=proposal, allow=True)


def test_a_reason_is_asked_for(office):
    with pytest.raises(Refusal, match="reason-missing"):
        actions.give_position(
            by=office["admin"],
            person=office["member"].person,
            role="head",
            place=office["agency"],
            since=timezone.localdate(),
            reason=" ",
        )


def test_the_head_of_another_agency_gives_nothing_here(office):
    with scope.acting(making.INSTALL):
        other = making.somebody("Khoàng Thị Nu", "head", making.agency("Công an tỉnh Mường Lay", "police"))
    with pytest.raises(NotAllowed):
        give(office | {"other": other}, by="other", role="member")


def test_an_ended_position_counts_no_more(office):
    position = give(office, role="member")
    actions.end_position(by=office["admin"], position=position)
    with scope.acting(making.INSTALL):
        assert making.viewer(office["member"]).now == ()


@pytest.fixture
def two(office):
    """A second agency with one person, to be merged into the first."""
    with scope.acting(making.INSTALL):
        other = making.agency("Sở Lao động Mường Lay", "labour")
        clerk = making.somebody("Pờ Thị Chừ", "head", other)
    return office | {"other": other, "clerk": clerk}


def merger(two):
    return Merger("agencies", (two["other"].pk,), two["agency"].pk, timezone.localdate(), "QĐ 15/QĐ-UBND")


def test_a_merger_says_beforehand_who_gains_sight(two):
    found = {e.person: e for e in mergers.effects(two["admin"], merger=merger(two))}
    assert found["Lường Văn Tấp"].gains == ("Sở Lao động Mường Lay",)
    assert found["Lường Văn Tấp"].loses == ()
    assert found["Pờ Thị Chừ"].gains == ("Sở Y tế Mường Lay",)


def test_a_merger_happens_when_a_second_person_allows_it(two):
    assert not may(two["head"], "org.end_position", two["other"])
    proposal = mergers.propose(
        by=two["admin"], merger=merger(two), reason="sáp nhập theo quyết định của tỉnh"
    )
    assert not AgencySuccession.objects.exists()
    actions.decide_proposal(by=two["dpo"], proposal=proposal, allow=True)
    with scope.acting(making.INSTALL):
        head = making.viewer(Account.objects.get(pk=two["head"].account))
        clerk = making.viewer(Account.objects.get(pk=two["clerk"].account))
    assert may(head, "org.end_position", two["other"])
    assert two["agency"].pk in clerk.agencies
    with scope.acting(SOON):
        assert Position.objects.filter(agency=two["other"], until__isnull=False).count() == 1


def test_a_merger_whose_effects_changed_is_asked_for_again(two):
    proposal = mergers.propose(
        by=two["admin"], merger=merger(two), reason="sáp nhập theo quyết định của tỉnh"
    )
    with scope.acting(making.INSTALL):
        making.somebody("Vừ A Dia", "head", two["agency"])
    with pytest.raises(Refusal, match="effects-changed"):
        actions.decide_proposal(by=two["dpo"], proposal=proposal, allow=True)
    assert Proposal.objects.get(pk=proposal.pk).state == Proposal.State.OPEN


@pytest.mark.parametrize("who", ["head", "clerk"])
def test_no_head_who_gains_sight_decides_a_merger(two, who):
    proposal = mergers.propose(by=two["admin"], merger=merger(two), reason="sáp nhập theo quyết định")
    with pytest.raises(NotAllowed):
        actions.decide_proposal(by=two[who], proposal=proposal, allow=True)


def test_the_effects_cost_the_same_for_two_people_and_for_twelve(two):
    def asked():
        with CaptureQueriesContext(connection) as found:
            assert mergers.effects(two["admin"], merger=merger(two))
        return len(found)

    asked()
    few = asked()
    with scope.acting(making.INSTALL):
        for number in range(10):
            making.somebody(f"Lò Văn {number}", "member", two["other"])
    assert asked() == few


DAY = date(2026, 12, 1)


def day(number):
    return None if number is None else DAY + timedelta(days=number)


@pytest.mark.parametrize(
    ("taken", "since", "until", "left"),
    [
        ([], 0, None, [(0, None)]),
        ([], 0, 5, [(0, 5)]),
        ([(0, None)], 0, None, []),
        ([(0, None)], 3, 9, []),
        ([(2, 4)], 0, None, [(0, 1), (5, None)]),
        ([(2, 4)], 0, 9, [(0, 1), (5, 9)]),
        ([(2, 4)], 0, 3, [(0, 1)]),
        ([(2, 4), (5, 6)], 2, 6, []),
        ([(2, 4), (8, None)], 3, None, [(5, 7)]),
        ([(-9, -3)], 0, 2, [(0, 2)]),
        ([(6, 8)], 0, 2, [(0, 2)]),
    ],
)
def test_the_days_between_positions(taken, since, until, left):
    held = [(day(first), day(last)) for first, last in taken]
    assert list(mergers._between(held, day(since), day(until))) == [(day(a), day(b)) for a, b in left]


def test_who_holds_the_role_in_both_agencies_keeps_every_day_after_the_merger(two):
    """One position of each overlaps, and one of the old begins only later: neither fails nor is lost."""
    today = timezone.localdate()
    days = {"here": (today, today + timedelta(days=3)), "there": (today - timedelta(days=9), None)}
    with scope.acting(making.INSTALL):
        who = making.account("Thào Thị Giống")
        for place, (since, until) in days.items():
            where = two["agency" if place == "here" else "other"]
            making.position(who, "member", where, since=since, until=until)
        late = making.account("Hạng A Tủa")
        for where in (two["other"], two["agency"]):
            making.position(late, "member", where, since=today + timedelta(days=5))
    proposal = mergers.propose(by=two["admin"], merger=merger(two), reason="sáp nhập theo quyết định")
    actions.decide_proposal(by=two["dpo"], proposal=proposal, allow=True)
    with scope.acting(SOON):
        now = Position.objects.filter(agency=two["agency"], role="member").order_by("since")
        assert list(now.filter(person=who.person).values_list("since", "until")) == [
            (today, today + timedelta(days=3)),
            (today + timedelta(days=4), None),
        ]
        assert list(now.filter(person=late.person).values_list("since", "until")) == [
            (today + timedelta(days=5), None)
        ]
        assert not Position.objects.filter(agency=two["other"], until=None).exists()


def test_a_sign_in_name_in_use_is_refused_and_nothing_is_left(office):
    def make(username):
        return actions.create_account(by=office["admin"], name="Tẩn Láo Tả", username=username)

    make("Tảtl".replace("ả", "a\u0309"))  # as a keyboard of a Mac sends it
    people = Person.objects.count()
    with pytest.raises(Refusal, match="username-taken"):
        make(" TẢTL ")
    assert Person.objects.count() == people


def again(viewer):
    """The viewer that the same account is now."""
    assert viewer.account is not None
    return making.viewer(Account.objects.get(pk=viewer.account))


def test_units_merged_bring_old_records_into_sight(office):
    with scope.acting(making.INSTALL):
        old, new = making.unit("Bản Cũ"), making.unit("Bản Mới")
        over_new = making.somebody("Lò Văn Un", "head", office["agency"], new)
        over_old = making.somebody("Lò Thị Ọi", "head", office["agency"], old)
    plan = Merger("units", (old.pk,), new.pk, date(2026, 7, 1), "NQ 9/NQ-UBTVQH")
    found = {e.person: e.gains for e in mergers.effects(office["admin"], merger=plan)}
    assert found == {"Lò Văn Un": (str(old),), "Lò Thị Ọi": (str(new),)}
    assert old.pk not in over_new.held[0].units
    proposal = mergers.propose(by=office["admin"], merger=plan, reason="sắp xếp đơn vị hành chính")
    actions.decide_proposal(by=office["dpo"], proposal=proposal, allow=True)
    with scope.acting(making.INSTALL):
        after, moved = again(over_new), again(over_old)
    assert old.pk in after.held[0].units
    assert {old.pk, new.pk} <= moved.held[0].units


def test_an_end_is_no_way_to_go_on_longer(office):
    """Else whoever may end a sensitive role could prolong it alone."""
    today = timezone.localdate()
    position = give(office, role="member")
    actions.end_position(by=office["admin"], position=position, last_day=today)
    position.refresh_from_db()
    with pytest.raises(Refusal, match="ends-later"):
        actions.end_position(by=office["admin"], position=position, last_day=today + timedelta(days=300))
    position.refresh_from_db()
    assert position.until == today
