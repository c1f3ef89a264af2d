"""Two agencies, everybody in them, and X: a client of programme alpha at the clinic "here"."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from phoihop.base.database.access import Access
from phoihop.base.security import scope
from phoihop.base.security.models import AuditEntry
from phoihop.base.security.scope import Scope
from tests.standin import actions
from tests.standin.examples import DAY
from tests.standin.models import Client
from tests.support import house
from tests.support import world as worlds
from tests.support.house import House
from tests.support.world import HERE, World

NAME, NUMBER, STATE = "Vàng Thị Mỷ", "035199000123", "dương tính"


@dataclass
class Clinic:
    """The world, X, and one browser for each person, opened when first used."""

    world: World
    x: Client
    browsers: dict[str, Any]

    def __call__(self, who: str) -> Any:
        if who not in self.browsers:
            self.browsers[who] = self.world.people[who].browser()
        return self.browsers[who]

    def see(self, who: str) -> Any:
        return self(who).get(f"/standin/a/{self.x.pk}/")

    def search(self, who: str, text: str, place: str = "a") -> Any:
        return self(who).post(f"/standin/{place}/search/", {"text": text})


@pytest.fixture
def world(db) -> World:
    return worlds.build()


@pytest.fixture
def clinic(world) -> Clinic:
    carer = world.viewer("carer-alpha@here")
    x = actions.enrol(
        "alpha", by=carer, facility=world.facilities[HERE], name=NAME, number=NUMBER, state=STATE, since=DAY
    )
    return Clinic(world, x, {})


@pytest.fixture
def recorded(db):
    """The entries written since the fixture was made."""
    with scope.acting(Scope("job")):
        last = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

    def since() -> list[AuditEntry]:
        with scope.acting(Scope("job")):
            return list(AuditEntry.objects.filter(pk__gt=last).order_by("pk"))

    return since


# Committed by a process of its own: what the tests of whole databases, races and browsers need.
SETTLE = f"""
from datetime import date
from django.conf import settings
from tests.standin import actions
from tests.support import world as worlds
world = worlds.build()
facility = world.facilities["here"]
carer = world.viewer("carer-alpha@here")
x = actions.enrol("alpha", by=carer, facility=facility, name={NAME!r}, number={NUMBER!r}, state={STATE!r},
                  since=date(2026, 11, 20))
"""


@pytest.fixture(scope="session")
def spare() -> Iterator[Access]:
    """A database beside the tests' own, for what nobody rolls back."""
    with house.fresh() as access:
        yield access


@pytest.fixture(scope="session")
def workshop(spare) -> House:
    """The product on the spare database, without a server: ``do`` runs Python in it."""
    made = House("", house.environment(spare, 0), 0)
    made.do(SETTLE)
    return made


# The same again, in another process.
FOUND = """
from datetime import date
from django.conf import settings
from phoihop.base.org.models import Account, Facility
from phoihop.base.org.tests import making
from phoihop.base.org.viewers import scope_of
from tests.standin import actions
from tests.standin.models import Client
from tests.support import world as worlds
def account(name):
    with scope.acting(Scope("install")):
        return Account.objects.get(person__name=name)
def cookie(name):
    return worlds.signed_in(account(name)).cookies[settings.SESSION_COOKIE_NAME].value
with scope.acting(Scope("install")):
    facility = Facility.objects.get(name="Phòng khám Nậm Pồ")
carer = making.viewer(account("Người carer-alpha here"))
with scope.acting(scope_of(carer)):
    x = Client.objects.select_related("facility").order_by("pk")[0]
"""
