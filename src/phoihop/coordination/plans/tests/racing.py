"""What several processes do at once: the daily round, on a database of their own."""

from phoihop.base.org.models import Notice
from phoihop.base.security import scope
from phoihop.coordination.plans.actions import urging
from phoihop.coordination.plans.models import CheckIn, Nudge
from phoihop.coordination.plans.tests.province import JOB, Province, today
from phoihop.kernel import working_days


def prepare() -> int:
    """Five tasks due of one agency, five standing ones of a group; whose account is to be told."""
    here, day = Province(), working_days.at_or_after(today())
    for _ in range(5):
        here.task(here.police, due=day)
        here.for_group(standing=True, due=None)
    account = here.officer(here.police).account
    assert account is not None
    return account


def work() -> None:
    """One worker's round."""
    for run, on in ((urging.tend_check_ins, today()), (urging.remind, working_days.at_or_after(today()))):
        with scope.acting(JOB):
            run(on)


def outcome(account: int) -> dict[str, int]:
    """What came of it."""
    with scope.acting(JOB):
        rounds = list(CheckIn.objects.values_list("task", "agency", "first"))
        return {
            "notices": Notice.objects.filter(account=account, code="plans-due").count(),
            "nudges": Nudge.objects.filter(account=account).count(),
            "rounds": len(rounds),
            "doubled": len(rounds) - len(set(rounds)),
        }
