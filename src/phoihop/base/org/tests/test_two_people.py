"""Sensitive roles and mergers take two people, and nobody allows what they have not seen."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from phoihop.base.org import actions, mergers, proposals
from phoihop.base.org.doors import NotAllowed, may
from phoihop.base.org.mergers import Merger
from phoihop.base.org.models import Account, AgencySuccession, Notice, Position, Proposal
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


def test_whoever_gains_does_not_decide(office):
    with scope.acting(making.INSTALL):
        head = Account.objects.select_related("person").get(pk=office["head"].account)
    proposal = give(office, role="auditor", person=head.person)
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
