"""The treatment side of the story: who plays in it, and since when it is told."""

from collections.abc import Callable
from datetime import date
from functools import cache

from phoihop.base.org.rules.permissions import Viewer
from phoihop.base.security import scope
from phoihop.demo import network, people, progress
from phoihop.programmes.ost.demo import filling, living


def tell(say: Callable[[str], None] = lambda _: None, today: date | None = None) -> None:
    """Everything that is missing of it. A start that was cut short goes on with the day it began with."""
    say("sites")
    sites = people.staff()
    named = {(each.role, each.site): each.username for each in (*people.working(), *people.PEOPLE)}

    @cache
    def at(role: str, site: int) -> Viewer:
        with scope.acting(people.INSTALL):
            return people.viewer(named[role, site])

    cast = filling.Cast(
        sites,
        {number: place.share for number, place in enumerate(network.PLACES)},
        at,
        today or progress.day(),
    )
    filling.fill(cast, say)
    living.live(cast, say)
