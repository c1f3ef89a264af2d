"""What two facilities do at once, each in a process of its own: admitting the same papers."""

from phoihop.base.org.models import Account
from phoihop.base.org.tests import making
from phoihop.base.security import scope
from phoihop.kernel.refusals import Refusal
from phoihop.registry.actions import enrolling
from phoihop.registry.models import Client, Enrolment
from phoihop.registry.reaching import comparing
from phoihop.registry.rules.identity import Told
from phoihop.registry.tests import people
from phoihop.registry.tests.people import DAY, acting

MANY = 25


def prepare() -> dict[str, int]:
    """The same people with the same papers at A and at B; accounts of the two carers."""
    house = people.house()
    for by, facility in ((house.alpha, house.a), (house.alpha_b, house.b)):
        for number in range(MANY):
            told = Told(name=f"Người {number}", identity=f"0351990{number:05}")
            people.consented(by, people.opened(by, facility, told))
    assert house.alpha.account is not None
    assert house.alpha_b.account is not None
    return {"a": house.alpha.account, "b": house.alpha_b.account}


def admit(account: int) -> int:
    """One carer admits everybody; how many were not refused."""
    with scope.acting(making.INSTALL):
        who = Account.objects.get(pk=account)
    by, done = making.viewer(who), 0
    with acting(by):
        clients = list(Client.objects.select_related("facility").order_by("pk"))
    for client in clients:
        try:
            enrolling.admit(by=by, client=client, since=DAY)
        except Refusal as refusal:
            if refusal.reason not in ("transfer-needed", "enrolled-already"):
                raise
        else:
            done += 1
    return done


def outcome(account: int) -> int:
    """How many are being served, at either place."""
    with scope.acting(making.INSTALL):
        by = making.viewer(Account.objects.get(pk=account))
    with comparing(by, (0, "alpha")):
        return Enrolment.objects.filter(until=None).count()
