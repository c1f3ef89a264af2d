"""A file is erased for ever by two people, of whom neither may do it alone."""

from uuid import UUID

import pytest

from phoihop.base.org import actions, describing, forgetting
from phoihop.base.org.doors import NotAllowed
from phoihop.base.org.models import Notice, Proposal
from phoihop.base.org.tests import making
from phoihop.base.security import scope, sealed
from phoihop.base.security.models import AuditEntry, DataKeyRow
from phoihop.base.security.scope import Scope
from phoihop.kernel.refusals import Refusal

JOB, KEYS = Scope("job"), Scope("keys")
PERSON = UUID(int=71)
REASON = "người có dữ liệu gửi đơn ngày 02/11"


@pytest.fixture
def office(db, monkeypatch, tmp_path):
    monkeypatch.setenv("PHOIHOP_DATA", str(tmp_path))
    with scope.acting(making.INSTALL):
        here, there = making.agency("Trung tâm Y tế Mường Tè"), making.agency("Trung tâm Y tế Nậm Nhùn")
        facility = making.facility(here, "Phòng khám Mường Tè", programmes=["alpha"])
        made = {
            "facility": facility,
            "dpo": making.somebody("Lý Mì Xá", "data-protection", here),
            "second dpo": making.somebody("Pờ Lóng Tơ", "data-protection", there),
            "head": making.somebody("Phùng Chí Kiên", "head", here),
            "other head": making.somebody("Mào Văn Điện", "head", there),
            "admin": making.somebody("Toán Thị Vui", "administrator", here),
        }
    with scope.acting(KEYS):
        sealed.make_key("alpha", facility.pk, PERSON)
    return made


def propose(office, by="dpo", **more):
    given = {"programme": "alpha", "person": PERSON, "ground": "luat-91.asked", "reason": REASON} | more
    return forgetting.propose_erasure(by=office[by], facility=office["facility"], **given)


def there() -> bool:
    with scope.acting(KEYS):
        return DataKeyRow.objects.get(person=PERSON).wrapped is not None


def test_one_asks_the_head_decides_and_only_then_it_is_gone(office):
    proposal = propose(office)
    with scope.acting(JOB):
        told = set(Notice.objects.filter(code="proposal-waits").values_list("account", flat=True))
    assert told == {office["head"].account}, "nobody else has to decide it"
    assert there()
    actions.decide_proposal(by=office["head"], proposal=proposal, allow=True)
    assert not there()
    with scope.acting(JOB):
        done = AuditEntry.objects.get(action="security.erase_person")
        assert (done.account, done.detail) == (office["head"].account, {"article": "luat-91.asked"})
        assert AuditEntry.objects.filter(action="org.allow_erasure", account=office["head"].account).exists()


@pytest.mark.parametrize("who", ["dpo", "second dpo", "other head", "admin"])
def test_nobody_else_decides_it(office, who):
    proposal = propose(office)
    with pytest.raises((NotAllowed, Refusal)):
        actions.decide_proposal(by=office[who], proposal=proposal, allow=True)
    assert there()
    with scope.acting(JOB):
        assert Proposal.objects.get(pk=proposal.pk).state == Proposal.State.OPEN


@pytest.mark.parametrize("who", ["head", "other head", "admin"])
def test_nobody_else_asks_for_it(office, who):
    with pytest.raises(NotAllowed):
        propose(office, by=who)


def test_the_head_does_not_do_it_without_deciding(office):
    proposal = propose(office)
    with pytest.raises(RuntimeError, match="follows from deciding"):
        forgetting.allow_erasure(by=office["head"], proposal=proposal)
    with pytest.raises(NotAllowed):
        forgetting.allow_erasure(by=office["dpo"], proposal=proposal)
    assert there()


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"person": UUID(int=72)}, "not-found"),
        ({"programme": "beta"}, "not-found"),
        ({"ground": "because"}, "ground-unknown"),
        ({"reason": "  "}, "reason-missing"),
    ],
)
def test_what_cannot_be_asked_for(office, more, reason):
    with pytest.raises(Refusal) as refused:
        propose(office, **more)
    assert refused.value.reason == reason


def test_who_reads_the_proposal_learns_neither_person_nor_programme(office):
    proposal = propose(office)
    said = describing.describe(office["head"], proposal)
    assert said.complete
    text = " ".join([*(f"{line.vi} {line.en}" for line in said.lines), str(proposal.arguments)])
    assert "Phòng khám Mường Tè" in text
    assert not any(telling in text for telling in ("alpha", str(PERSON), PERSON.hex))


def test_a_refusal_leaves_everything(office):
    proposal = propose(office)
    actions.decide_proposal(by=office["head"], proposal=proposal, allow=False)
    assert there()
