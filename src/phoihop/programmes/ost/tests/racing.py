"""Two sites that want the same clients' day at once, each in a process of its own."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from phoihop.base.org.models import Account, Facility
from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.org.tests import making as org
from phoihop.base.security import scope
from phoihop.kernel.refusals import Refusal
from phoihop.programmes.ost.actions import dispensing, lending
from phoihop.programmes.ost.dosing import desk, reaching
from phoihop.programmes.ost.models import Dose, Incident, Roster
from phoihop.programmes.ost.rules.amounts import SOLUTION
from phoihop.programmes.ost.rules.events import Event
from phoihop.programmes.ost.tests import making
from phoihop.programmes.ost.tests.making import TODAY, acting
from phoihop.registry.models import Client

MANY = 12


def prepare() -> dict[str, int]:
    """Clients of A with today's order; medicine and an open day at A and B. Accounts and facilities."""
    house = making.house()
    for by, keeper, facility in (
        (house.dispenser, house.storekeeper, house.a),
        (house.dispenser_b, house.head_b, house.b),
    ):
        making.stocked(keeper, facility, batch=f"L{facility.pk}")
        making.opened(by, facility)
    for number in range(MANY):
        making.ordered(house.doctor, making.admitted(house.doctor, house.a, f"Người Số {number}"))
    accounts = {"a": house.dispenser, "b": house.dispenser_b, "doctor": house.doctor}
    return {name: by.account or 0 for name, by in accounts.items()} | {"site": house.b.pk}


def give(account: int, pause: float = 0.0) -> int:
    """Give today's dose to everybody on the list, where it is still to be had; how many got it here.

    ``pause``: seconds between asking whose the day is and using it.
    """
    by, write = _who(account), desk.write

    def slowly(*given: Any) -> Event:
        time.sleep(pause)
        return write(*given)

    setattr(desk, "write", slowly)  # noqa: B010 - as a slow disk would
    with acting(by):
        lines = list(Roster.objects.select_related("facility").order_by("code"))
    return sum(_dosed(by, line) for line in lines)


def lend_and_give(doctor: int, account: int, site: int) -> int:
    """Lend everybody to another site for today and give there at once; how many got it there."""
    by, there, done = _who(doctor), _who(account), 0
    with acting(by):
        clients = list(Client.objects.select_related("facility__agency").order_by("-code"))
    with scope.acting(org.INSTALL):
        to = Facility.objects.get(pk=site)
    for client in clients:
        if _tried(partial(lending.lend, by=by, client=client, to=to, first=TODAY, last=TODAY)):
            with acting(there):
                line = Roster.objects.select_related("facility").get(pseudonym=client.pseudonym)
            done += _dosed(there, line)
    return done


def _dosed(by: Viewer, line: Roster) -> int:
    return _tried(partial(dispensing.give_dose, by=by, roster=line, presentation=SOLUTION))


def outcome() -> dict[str, int]:
    """Doses, people who had one, and incidents."""
    with reaching.centre(None):
        persons = Dose.objects.values_list("person", flat=True)
        return {
            "doses": len(persons),
            "people": len(set(persons)),
            "incidents": Incident.objects.count(),
        }


def _who(account: int) -> Viewer:
    with scope.acting(org.INSTALL):
        who = Account.objects.get(pk=account)
    return org.viewer(who)


def _tried(do: Callable[[], object]) -> int:
    """1 where it was done, 0 where the day was another's or used."""
    try:
        do()
    except Refusal as refusal:
        if refusal.reason not in ("used", "not-yours", "lend-used"):
            raise
        return 0
    return 1
