"""A file opened in an emergency: for care alone, half an hour, told at once, looked at by somebody else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from phoihop.base.org import viewers
from phoihop.base.org.doors import NotAllowed
from phoihop.base.org.models import Notice, Position
from phoihop.base.org.tests import making
from phoihop.base.release import care, finding, queries, tending
from phoihop.base.release.actions import emergencies
from phoihop.base.release.models import Emergency
from phoihop.base.release.tests import conftest as house
from phoihop.base.release.tests.conftest import JOB
from phoihop.base.security import scope
from phoihop.base.security.models import AuditEntry
from phoihop.kernel.refusals import Refusal

REASON = "bất tỉnh khi nhập viện, cần biết thuốc đang dùng"


def open_it(clinic, who="far", reason=REASON, **more):
    given = {"kind": "standin.Client", "thing": clinic["x"].pk} | more
    return emergencies.open_emergency(by=clinic[who], reason=reason, **given)


def told(code) -> set[int]:
    with scope.acting(JOB):
        return set(Notice.objects.filter(code=code).values_list("account", flat=True))


def later(emergency, **by) -> None:
    with scope.acting(JOB):
        moved = {"opened_at": timezone.now() - timedelta(**by)}
        moved["ends_at"] = moved["opened_at"] + timedelta(minutes=30)
        moved["review_due_at"] = moved["opened_at"] + timedelta(hours=72)
        Emergency.objects.filter(pk=emergency.pk).update(**moved)
        emergency.refresh_from_db()


def test_a17_the_file_is_read_while_it_lasts_and_the_heads_know_at_once(clinic):
    emergency = open_it(clinic)
    shown = queries.read_emergency(clinic["far"], emergency=emergency)
    assert ("Họ và tên", "Vàng Thị Mỷ") in shown.lines
    assert told("emergency-opened") == {clinic["head"].account}


def test_nothing_but_that_one_file_comes_into_sight(clinic):
    house.enrol(clinic, "Sùng A Chứ")
    open_it(clinic)
    with scope.acting(viewers.scope_of(clinic["far"])):
        assert not house.Client.objects.exists()


@pytest.mark.parametrize("reason", ["", "   ", "cấp cứu", "aaaaaaaaaaaaaaaaaaaa", "cấp cứu cấp cứu cấp cứu"])
def test_a17_an_empty_reason_is_refused(clinic, reason):
    with pytest.raises(Refusal, match="reason-missing"):
        open_it(clinic, reason=reason)


def test_a17_a_copied_reason_is_flagged(clinic):
    first = open_it(clinic)
    second = open_it(clinic, reason=REASON.upper() + " !!")
    third = open_it(clinic, reason="sốt cao, co giật, người nhà không đi cùng")
    assert (first.flags, second.flags, third.flags) == ([], ["copied"], [])


def test_a17_after_half_an_hour_it_is_over(clinic):
    emergency = open_it(clinic)
    later(emergency, minutes=31)
    with pytest.raises(Refusal, match="emergency-over"):
        queries.read_emergency(clinic["far"], emergency=emergency)


@pytest.mark.parametrize("who", ["head", "far_head", "dpo", "police", "answerer", "publisher"])
def test_whoever_gives_no_care_opens_nothing(clinic, who):
    with pytest.raises(NotAllowed):
        open_it(clinic, who=who)


def test_a_role_of_care_held_at_the_police_opens_nothing(clinic):
    with scope.acting(making.INSTALL):
        clinic["odd"] = making.somebody("Hù Cố Xuân", "emergency-carer", clinic["police_agency"])
        both = making.account("Chang A Thào")
        making.position(both, "carer-alpha", clinic["c"])
        making.position(both, "requester", clinic["police_agency"])
        clinic["both"] = making.viewer(both)
    for who in ("odd", "both"):
        with pytest.raises(NotAllowed):
            open_it(clinic, who=who)


def test_a17_a_closed_kind_an_unknown_one_and_a_missing_file_are_answered_alike(clinic, monkeypatch):
    said = []
    for given in ({"thing": 999_999}, {"kind": "standin.None"}):
        with pytest.raises(NotAllowed) as refused:
            open_it(clinic, **given)
        said.append((refused.value.reason, refused.value.message))
    monkeypatch.setitem(care.KINDS, "standin.Client", house._kind(closed=True))
    with pytest.raises(NotAllowed) as refused:
        open_it(clinic)
    assert {*said, (refused.value.reason, refused.value.message)} == {said[0]}
    with scope.acting(JOB):
        assert not Emergency.objects.exists()


def test_a_kind_is_closed_unless_it_says_otherwise():
    assert care.CareKind("a.B", house.SAID, lambda pk: None, lambda pk: care.Shown(()), ()).closed


def test_a_kind_closed_afterwards_is_read_no_more(clinic, monkeypatch):
    emergency = open_it(clinic)
    monkeypatch.setitem(care.KINDS, "standin.Client", house._kind(closed=True))
    with pytest.raises(Refusal, match="emergency-over"):
        queries.read_emergency(clinic["far"], emergency=emergency)


@pytest.fixture
def shelter(clinic):
    """A file of programme beta at clinic A; the kind of file is declared for alpha alone."""
    with scope.acting(making.INSTALL):
        carer = making.somebody("Thào Thị Dúa", "carer-beta", clinic["a"])
    given = {"by": carer, "facility": clinic["a"], "name": "Lầu Thị Sua", "since": house.DAY}
    return house.standin.enrol("beta", **given)


def test_a_programme_that_is_not_declared_opens_for_no_emergency(clinic, shelter):
    with pytest.raises(NotAllowed):
        open_it(clinic, thing=shelter.pk)


def test_who_works_there_in_another_programme_has_an_emergency_as_anybody(clinic):
    """Else "open it as on any day" would be said of a file that does not open."""
    with scope.acting(making.INSTALL):
        beside = making.somebody("Ly A Xá", "carer-beta", clinic["a"])
    emergency = open_it(clinic | {"beside": beside}, who="beside")
    assert queries.read_emergency(beside, emergency=emergency).lines


def test_the_own_file_needs_no_emergency(clinic):
    with pytest.raises(Refusal, match="not-needed"):
        open_it(clinic, who="carer")


def test_another_persons_emergency_opens_nothing(clinic):
    emergency = open_it(clinic)
    with scope.acting(making.INSTALL):
        colleague = making.somebody("Vừ A Dia", "carer-alpha", clinic["c"])
    with pytest.raises(NotAllowed):
        queries.read_emergency(colleague, emergency=emergency)
    with scope.acting(viewers.scope_of(colleague)):
        assert finding.emergency(colleague, str(emergency.uid)) is None


def test_without_proving_again_who_one_is_nothing_opens(clinic):
    with pytest.raises(NotAllowed):
        open_it(clinic | {"far": replace(clinic["far"], stepped_up=False)})


def test_a16_so_many_a_day(clinic):
    for number in range(emergencies.A_DAY):
        open_it(clinic, reason=f"ca cấp cứu số {number}, cần biết thuốc đang dùng")
    with pytest.raises(Refusal, match="too-many"):
        open_it(clinic)


def test_every_opening_and_reading_stands_in_the_record_of_the_file(clinic):
    emergency = open_it(clinic)
    queries.read_emergency(clinic["far"], emergency=emergency)
    with scope.acting(JOB):
        entries = AuditEntry.objects.filter(thing_kind="standin.Client", thing_id=str(clinic["x"].pk))
        found = {(e.kind, e.action, e.owner_agency, e.account) for e in entries.filter(kind="breakglass")}
        everything = " ".join(str(e.detail) for e in AuditEntry.objects.all())
    own, far = clinic["agency"].pk, clinic["far"].account
    assert found == {
        ("breakglass", "release.open_in_emergency", own, far),
        ("breakglass", "release.read_in_emergency", own, far),
    }
    assert "bất tỉnh" not in everything


def test_the_head_of_the_owner_reviews_it_once(clinic):
    emergency = open_it(clinic)
    with scope.acting(viewers.scope_of(clinic["head"])):
        mine = finding.to_review(clinic["head"], str(emergency.uid))
    emergencies.review(by=clinic["head"], emergency=mine, verdict="not-fitting")
    assert told("emergency-reviewed") == {clinic["far"].account}
    assert told("emergency-not-fitting") == {clinic["dpo"].account}
    with pytest.raises(Refusal, match="already-reviewed"):
        emergencies.review(by=clinic["head"], emergency=mine, verdict="fitting")


@pytest.mark.parametrize("who", ["far", "far_head", "police", "dpo"])
def test_nobody_else_reviews_it(clinic, who):
    with pytest.raises(NotAllowed):
        emergencies.review(by=clinic[who], emergency=open_it(clinic), verdict="fitting")


def test_who_opened_it_does_not_review_it_even_as_head(clinic):
    with scope.acting(making.INSTALL):
        account = making.account("Pờ Thị Chừ")
        making.position(account, "carer-alpha", clinic["c"])
        making.position(account, "head", clinic["agency"])
        clinic["two"] = making.viewer(account)
    emergency = open_it(clinic, who="two")
    with pytest.raises(Refusal, match="second-person"):
        emergencies.review(by=clinic["two"], emergency=emergency, verdict="fitting")
    assert account.pk not in told("emergency-opened")


def test_a17_what_nobody_reviewed_goes_to_the_data_protection_officer(clinic):
    emergency = open_it(clinic)
    with pytest.raises(Refusal, match="not-overdue"):
        emergencies.review_overdue(by=clinic["dpo"], emergency=emergency, verdict="fitting")
    assert queries.overdue_emergencies(clinic["dpo"]) == []
    later(emergency, hours=73)
    tending.everything()
    tending.everything()
    assert told("emergency-overdue") == {clinic["dpo"].account}
    (late,) = queries.overdue_emergencies(clinic["dpo"])
    emergencies.review_overdue(by=clinic["dpo"], emergency=late, verdict="fitting")
    assert queries.overdue_emergencies(clinic["dpo"]) == []


def test_where_there_is_no_head_the_data_protection_officer_is_told_at_once(clinic):
    with scope.acting(making.INSTALL):
        Position.objects.filter(role="head", agency=clinic["agency"]).delete()
    open_it(clinic)
    assert told("emergency-opened") == {clinic["dpo"].account}


def test_who_leaves_loses_what_was_open(clinic):
    emergency = open_it(clinic)
    assert tending.revoke_for(clinic["far"].account) == 1
    with scope.acting(JOB):
        emergency.refresh_from_db()
    with pytest.raises(Refusal, match="emergency-over"):
        queries.read_emergency(clinic["far"], emergency=emergency)


def test_heads_see_those_of_their_own_agencies_and_nobody_elses(clinic):
    open_it(clinic)
    assert len(queries.emergencies(clinic["head"])) == 1
    assert queries.emergencies(clinic["far_head"]) == []
    assert len(queries.own_emergencies(clinic["far"])) == 1
