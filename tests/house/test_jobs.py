"""What happens by itself, run once by hand."""

from datetime import timedelta

import pytest
from django.utils import timezone

from phoihop.base.org import jobs
from phoihop.base.org.models import Notice, Proposal
from phoihop.base.org.tests import making
from phoihop.base.security import scope


@pytest.fixture
def offices(db):
    with scope.acting(making.INSTALL):
        here, there = (
            making.agency("Sở Y tế Sín Thầu"),
            making.agency("Công an tỉnh Sín Thầu", "police.province"),
        )
        return {
            "here": here,
            "head": making.somebody("Khoàng Lé Gờ", "head", here),
            "other": making.somebody("Sừng Sừng Khai", "head", there),
            "dpo": making.somebody("Chảo Mùi Ghển", "data-protection", here),
            "member": making.somebody("Vàng Thị Gầu", "member", here),
        }


def test_the_weekly_digest_is_told_once_to_everybody_in_charge(offices):
    jobs.weekly_digest(timestamp=0)
    with scope.acting(jobs.JOB):
        told = list(
            Notice.objects.filter(code="digest-ready").order_by("account").values_list("account", flat=True)
        )
    assert told == sorted(offices[who].account for who in ("head", "other", "dpo"))


def test_proposals_whose_week_is_over_lapse_and_others_do_not(offices):
    given = {"action": "org.give_position", "proposed_by_id": offices["dpo"].account, "reason": "thử"}
    over = Proposal.objects.create(expires_at=timezone.now() - timedelta(minutes=1), **given)
    going = Proposal.objects.create(expires_at=timezone.now() + timedelta(minutes=1), **given)
    jobs.lapse_proposals(timestamp=0)
    jobs.sweep(timestamp=0)
    assert Proposal.objects.get(pk=over.pk).state == Proposal.State.LAPSED
    assert Proposal.objects.get(pk=going.pk).state == Proposal.State.OPEN
