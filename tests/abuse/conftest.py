"""Two agencies, everybody in them, and X: a client of programme alpha at the clinic "here"."""

from dataclasses import dataclass
from typing import Any

import pytest

from phoihop.base.security import scope
from phoihop.base.security.models import AuditEntry
from phoihop.base.security.scope import Scope
from tests.standin import actions
from tests.standin.examples import DAY
from tests.standin.models import Client
from tests.support import world as worlds
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
    with scope.acting(Scope("audit")):
        last = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

    def since() -> list[AuditEntry]:
        with scope.acting(Scope("audit")):
            return list(AuditEntry.objects.filter(pk__gt=last).order_by("pk"))

    return since
